//! Policies to compare with: at random, best for all, best for the segment, and the segment table
//! with a guest's effects added to its log-odds (algorithms 5.1).

use crate::domain::channel::Channel;
use crate::domain::time::{Date, DayType, Daypart};
use crate::learn::exploration;
use crate::learn::gaussian::Gaussian;
use crate::learn::laplace::{self, logit};
use crate::learn::segment::{Cell, Responses};
use crate::sys::rng::SplitMix64;

use super::agent::{Agent, Fate, View};
use super::world::{MOMENTS, moment_of};

/// Response rate assumed of every channel.
pub const PRIOR_RATE: f64 = 0.1;
/// Contacts that the rate a cell is drawn toward weighs in a table ([`crate::learn::segment`]).
const STRENGTH: f64 = 30.0;
/// Standard deviations that [`Additive`] hopes for.
const HOPE: f64 = 0.5;
/// Prior variances of a guest's channel, daypart and day type (algorithms 5.1).
const VARIANCES: [f64; 3] = [0.64, 0.25, 0.16];
/// Tables that do not fade stay at one day.
const TODAY: Date = Date(0);

/// Every candidate alike.
#[derive(Debug, Default)]
pub struct Uniform {
    p: Vec<f64>,
}

impl Agent for Uniform {
    fn choose(&mut self, view: &View<'_>, rng: &mut SplitMix64) -> Option<usize> {
        self.p.resize(view.candidates.len(), 0.0);
        exploration::uniform(&mut self.p);
        exploration::draw(&self.p, rng.unit())
    }

    fn selection_probabilities(&self) -> &[f64] {
        &self.p
    }

    fn learn(&mut self, _: &View<'_>, _: Cell, _: Fate) {}
}

/// The segment table, with the log-odds of its rates at hand: a draw asks for dozens of them.
#[derive(Debug, Default)]
struct Rates {
    responses: Responses,
    /// By segment and cell; `None`: to be worked out.
    beliefs: Vec<[Option<Gaussian>; CELLS]>,
}

impl Rates {
    /// Log-odds of a rate of the table, with the variance of a share of as many contacts.
    fn belief(&mut self, segment: u16, cell: Cell) -> Gaussian {
        let at = usize::from(segment);
        if at >= self.beliefs.len() {
            self.beliefs.resize(at + 1, [None; CELLS]);
        }
        let responses = &self.responses;
        *self.beliefs[at][number(cell)].get_or_insert_with(|| {
            let rate = responses.rate(segment, cell, PRIOR_RATE);
            let contacts = responses.contacts(segment, cell).shown + STRENGTH;
            Gaussian::new(logit(rate), 1.0 / (contacts * rate * (1.0 - rate)))
        })
    }

    fn learn(&mut self, segment: u16, cell: Cell, responded: bool) {
        self.responses.add(segment, cell, TODAY, responded);
        // The rate of all guests moves with it, and so that of every segment.
        self.beliefs.iter_mut().for_each(|of| of[number(cell)] = None);
    }
}

fn number(cell: Cell) -> usize {
    cell.channel.at() * MOMENTS + moment_of(cell.time)
}

/// Thompson sampling on rates by segment and cell, or by cell alone where all guests are taken for
/// one segment. A draw is normal on the log-odds.
#[derive(Debug, Default)]
pub struct Table {
    rates: Rates,
    is_global: bool,
    draws: Vec<f64>,
}

impl Table {
    /// One table for all guests.
    pub fn global() -> Self {
        Self { is_global: true, ..Self::default() }
    }

    /// A table for each segment.
    pub fn of_segments() -> Self {
        Self::default()
    }

    fn segment(&self, view: &View<'_>) -> u16 {
        if self.is_global { 0 } else { view.segment }
    }
}

impl Agent for Table {
    fn choose(&mut self, view: &View<'_>, rng: &mut SplitMix64) -> Option<usize> {
        let segment = self.segment(view);
        let (rates, draws) = (&mut self.rates, &mut self.draws);
        draws.clear();
        draws.extend(view.candidates.iter().map(|cell| {
            let belief = rates.belief(segment, *cell);
            belief.mean + belief.variance.sqrt() * rng.normal()
        }));
        exploration::best(draws)
    }

    fn learn(&mut self, view: &View<'_>, cell: Cell, fate: Fate) {
        self.rates.learn(self.segment(view), cell, fate.responded);
    }
}

const CELLS: usize = Channel::COUNT * MOMENTS;
const DAYPARTS_AT: usize = Channel::COUNT;
const DAY_TYPES_AT: usize = DAYPARTS_AT + Daypart::ALL.len();
const EFFECTS: usize = DAY_TYPES_AT + DayType::ALL.len();

/// Algorithms 5.1 to the letter: the segment table's log-odds, plus effects of the guest for
/// channel, daypart and day type; half a standard deviation of hope.
#[derive(Debug)]
pub struct Additive {
    rates: Rates,
    guests: Vec<[Gaussian; EFFECTS]>,
    hopes: Vec<f64>,
}

impl Additive {
    /// For so many guests.
    pub fn new(guests: usize) -> Self {
        let prior = std::array::from_fn(|at| {
            let kind = usize::from(at >= DAYPARTS_AT) + usize::from(at >= DAY_TYPES_AT);
            Gaussian::new(0.0, VARIANCES[kind])
        });
        Self { rates: Rates::default(), guests: vec![prior; guests], hopes: Vec::new() }
    }

    fn places(cell: Cell) -> [usize; 3] {
        let time = cell.time;
        [
            cell.channel.at(),
            DAYPARTS_AT + time.daypart as usize,
            DAY_TYPES_AT + time.day_type as usize,
        ]
    }

    fn belief(&mut self, view: &View<'_>, cell: Cell) -> Gaussian {
        let mut sum = self.rates.belief(view.segment, cell);
        for at in Self::places(cell) {
            let effect = self.guests[view.guest][at];
            sum.mean += effect.mean;
            sum.variance += effect.variance;
        }
        sum
    }
}

impl Agent for Additive {
    fn choose(&mut self, view: &View<'_>, _: &mut SplitMix64) -> Option<usize> {
        let mut hopes = std::mem::take(&mut self.hopes);
        hopes.clear();
        hopes.extend(view.candidates.iter().map(|cell| {
            let belief = self.belief(view, *cell);
            belief.mean + HOPE * belief.variance.sqrt()
        }));
        self.hopes = hopes;
        exploration::best(&self.hopes)
    }

    fn learn(&mut self, view: &View<'_>, cell: Cell, fate: Fate) {
        let known = self.belief(view, cell);
        let step = laplace::step(known.mean, known.variance, fate.responded, 1.0);
        for at in Self::places(cell) {
            self.guests[view.guest][at].learn(1.0, &step);
        }
        self.rates.learn(view.segment, cell, fate.responded);
    }
}
