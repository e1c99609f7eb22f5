//! The product's channel model as a player.

use crate::domain::reach::Effects;
use crate::domain::stay::StayStage;
use crate::domain::time::Date;
use crate::learn::channel::hazard::{Hazard, Pressure};
use crate::learn::channel::population::{Heterogeneity, Population, Situation};
use crate::learn::channel::response::{hopeful, propensity};
use crate::learn::channel::spread::Spread;
use crate::learn::channel::trust::Trust;
use crate::learn::channel::utility::{Contact, Draw, selection_probabilities};
use crate::learn::evidence::Evidence;
use crate::learn::exploration;
use crate::learn::gaussian::Gaussian;
use crate::learn::laplace::sigmoid;
use crate::learn::segment::Cell;
use crate::sys::rng::SplitMix64;

use super::agent::{Agent, Fate, View};
use super::reference::PRIOR_RATE;

/// Sharpness of the draw, decisions after which it stops growing, share drawn uniformly, and
/// standard deviations that the population's log-odds are taken up.
const GAMMA0: f64 = 100.0;
const DECISIONS_CAP: f64 = 200_000.0;
const FLOOR: f64 = 0.01;
const OPTIMISM: f64 = 0.5;

/// What of the model is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parts {
    /// How much guests are taken to differ; [`Spread::NONE`] tells none apart.
    pub spread: Spread,
    /// How much cells and segments are taken to differ.
    pub heterogeneity: Heterogeneity,
    /// Is a rate the mean over what is not known, and not the logistic of the mean?
    pub averages: bool,
    /// Standard deviations that the log-odds of the guest's own effects are taken up.
    pub guest_optimism: f64,
    /// Is what was learnt of guests given up where it does not help?
    pub trusts: bool,
    /// Does the utility count what an unsubscription costs?
    pub heeds: bool,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            spread: Spread::default(),
            heterogeneity: Heterogeneity::default(),
            averages: true,
            guest_optimism: 0.0,
            trusts: true,
            heeds: true,
        }
    }
}

/// The product: population, guests, hazard, and exact selection probabilities.
#[derive(Debug)]
pub struct Product {
    parts: Parts,
    population: Population,
    guests: Vec<Effects>,
    trust: Trust,
    hazard: Hazard,
    decisions: u64,
    utilities: Vec<f64>,
    p: Vec<f64>,
}

impl Product {
    /// For so many guests.
    pub fn new(guests: usize, parts: Parts) -> Self {
        Self {
            parts,
            population: Population::new(parts.heterogeneity, parts.spread.total()),
            guests: vec![Effects::default(); guests],
            trust: Trust::default(),
            hazard: Hazard::default(),
            decisions: 0,
            utilities: Vec::new(),
            p: Vec::new(),
        }
    }

    /// What was learnt of whether guests are worth telling apart.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// P(the guest responds) before the answer is known, with the guest's effects and without.
    pub fn predict(&self, view: &View<'_>, cell: Cell) -> (f64, f64) {
        let population = self.population.belief(&situation(view, cell));
        let own = self.guests[view.guest].belief(cell, view.now, &self.parts.spread);
        (propensity(population, own), propensity(population, self.parts.spread.unknown()))
    }

    /// What is used of the guest: nothing, where that was found to be better.
    fn guest(&self, view: &View<'_>, cell: Cell) -> Gaussian {
        let effects = &self.guests[view.guest];
        if self.parts.trusts && !self.trust.allows(effects.contacts) {
            return self.parts.spread.unknown();
        }
        effects.belief(cell, view.now, &self.parts.spread)
    }

    fn utility(&self, view: &View<'_>, cell: Cell) -> f64 {
        let population = self.population.belief(&situation(view, cell));
        let mut guest = self.guest(view, cell);
        guest.mean += self.parts.guest_optimism * guest.variance.sqrt();
        let response_propensity = if self.parts.averages {
            hopeful(population, guest, OPTIMISM)
        } else {
            sigmoid(population.mean + guest.mean + OPTIMISM * population.variance.sqrt())
        };
        let Some(stakes) = view.stakes else { return response_propensity };
        let contact = Contact::free(response_propensity, stakes.value);
        let unsubscribe_hazard = if self.parts.heeds {
            self.hazard.probability_of_unsubscribing(&pressure(view, cell))
        } else {
            0.0
        };
        let permission_value = stakes.permission;
        Contact { cost: stakes.cost, unsubscribe_hazard, permission_value, ..contact }.utility()
    }
}

fn situation(view: &View<'_>, cell: Cell) -> Situation {
    Situation { segment: view.segment, cell, stage: StayStage::Booked, prior_rate: PRIOR_RATE }
}

fn pressure(view: &View<'_>, cell: Cell) -> Pressure {
    Pressure {
        channel: cell.channel,
        on_channel: view.recent[cell.channel.at()],
        on_all: view.recent.iter().sum(),
        relevance: 0.0,
    }
}

fn day_of(view: &View<'_>) -> Date {
    let days = view.now.as_seconds().div_euclid(86_400);
    Date(i32::try_from(days).unwrap_or(i32::MAX))
}

impl Agent for Product {
    fn choose(&mut self, view: &View<'_>, rng: &mut SplitMix64) -> Option<usize> {
        let mut utilities = std::mem::take(&mut self.utilities);
        utilities.clear();
        utilities.extend(view.candidates.iter().map(|cell| self.utility(view, *cell)));
        let draw = Draw {
            utility_cap: view.stakes.map_or(1.0, |stakes| stakes.value),
            gamma: exploration::sharpness(GAMMA0, self.decisions, DECISIONS_CAP),
            floor: FLOOR,
            silence: view.stakes.is_some(),
        };
        selection_probabilities(&utilities, &draw, &mut self.p);
        self.utilities = utilities;
        self.decisions += 1;
        exploration::draw(&self.p, rng.unit()).filter(|at| *at < view.candidates.len())
    }

    fn selection_probabilities(&self) -> &[f64] {
        &self.p
    }

    fn learn(&mut self, view: &View<'_>, cell: Cell, fate: Fate) {
        let evidence = Evidence { label: fate.responded, weight: 1.0 };
        let (personal, plain) = self.predict(view, cell);
        let (at, spread) = (situation(view, cell), self.parts.spread);
        let effects = &mut self.guests[view.guest];
        self.trust.learn(effects.contacts, personal, plain, evidence);
        let population = self.population.belief(&at);
        let own = effects.belief(cell, view.now, &spread);
        effects.learn(cell, view.now, population, &spread, evidence);
        self.population.learn(&at, day_of(view), own, evidence);
        if view.stakes.is_some() {
            self.hazard.learn(&pressure(view, cell), fate.unsubscribed);
        }
    }

    fn guest_bytes(&self, guest: usize) -> Option<usize> {
        Some(size_of::<Effects>() + self.guests[guest].list_bytes())
    }
}
