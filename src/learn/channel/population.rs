//! How guests of a segment answer: log-odds of a response by channel, daypart, day type and stay
//! stage, for all guests and for each segment.
//!
//! ```text
//! m = level(prior rate) + channel + daypart + day type + cell + channel × stay stage
//!       + segment × channel + segment × cell
//! ```
//!
//! Each term is a Gaussian; those of all guests are learnt from everybody, and a segment's are what
//! is left over: partial pooling (Gelman and Hill, "Data analysis using regression and
//! multilevel/hierarchical models", 2007, chapters 12 and 14). A table of rates by segment and cell
//! must fill 108 cells one by one, and credits a cell with the guests who were sent to it because
//! they like it; here what is known of the guest is taken off first.

use std::collections::BTreeMap;

use crate::domain::channel::Channel;
use crate::domain::stay::StayStage;
use crate::domain::time::{Date, DayType, Daypart};
use crate::learn::evidence::Evidence;
use crate::learn::gaussian::Gaussian;
use crate::learn::laplace::logit;
use crate::learn::segment::Cell;

use super::update::Update;

/// What remains of the evidence after a day (algorithms 5.1).
const DAILY_RETENTION: f64 = 0.98;
/// Prior rates are taken to lie at least this far inside 0 and 1.
const RATE_MARGIN: f64 = 1e-4;

const CELLS: usize = Channel::COUNT * Daypart::ALL.len() * DayType::ALL.len();
const DAYPARTS_AT: usize = Channel::COUNT;
const DAY_TYPES_AT: usize = DAYPARTS_AT + Daypart::ALL.len();
const CELLS_AT: usize = DAY_TYPES_AT + DayType::ALL.len();
const STAGES_AT: usize = CELLS_AT + CELLS;
const SHARED: usize = STAGES_AT + Channel::COUNT * StayStage::COUNT;
const OF_SEGMENT: usize = Channel::COUNT + CELLS;
/// Terms of one contact: those shared by all guests, then the segment's.
const TERMS: usize = 7;
const SHARED_TERMS: usize = 5;

/// How much terms differ before anything is known: prior variances in squared log-odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heterogeneity {
    /// Of a channel around its prior rate.
    pub channel: f64,
    /// Of a daypart.
    pub daypart: f64,
    /// Of a day type.
    pub day_type: f64,
    /// Of channel × daypart × day type beside those.
    pub cell: f64,
    /// Of a channel in a stay stage.
    pub stage: f64,
    /// Of a channel in a segment.
    pub segment_channel: f64,
    /// Of a cell in a segment.
    pub segment_cell: f64,
}

impl Default for Heterogeneity {
    fn default() -> Self {
        Self {
            channel: 0.5,
            daypart: 0.1,
            day_type: 0.1,
            cell: 0.3,
            stage: 0.1,
            segment_channel: 0.1,
            segment_cell: 0.3,
        }
    }
}

impl Heterogeneity {
    /// Variance of the log-odds of a cell before anything is known.
    pub fn total(&self) -> f64 {
        self.channel
            + self.daypart
            + self.day_type
            + self.cell
            + self.stage
            + self.segment_channel
            + self.segment_cell
    }

    fn shared(&self, at: usize) -> f64 {
        match at {
            _ if at < DAYPARTS_AT => self.channel,
            _ if at < DAY_TYPES_AT => self.daypart,
            _ if at < CELLS_AT => self.day_type,
            _ if at < STAGES_AT => self.cell,
            _ => self.stage,
        }
    }

    fn of_segment(&self, at: usize) -> f64 {
        if at < Channel::COUNT { self.segment_channel } else { self.segment_cell }
    }
}

/// The situation of a contact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Situation {
    /// Segment of the guest.
    pub segment: u16,
    /// Channel and time context of the contact.
    pub cell: Cell,
    /// Stay stage of the guest.
    pub stage: StayStage,
    /// Response rate that the brand assumes of it, 0 to 1.
    pub prior_rate: f64,
}

/// A term, as a checkpoint names it: its segment, `None` for those of all guests, and its number.
pub type TermKey = (Option<u16>, u16);

/// What is known of how guests answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    heterogeneity: Heterogeneity,
    /// Variance of the log-odds among guests of a segment.
    guests: f64,
    shared: Vec<Gaussian>,
    segments: BTreeMap<u16, Vec<Gaussian>>,
    /// Day to which evidence has faded.
    day: Date,
}

impl Population {
    /// Nothing is known. `guests` is the variance of the log-odds among guests of a segment
    /// ([`super::spread::Spread::total`]).
    pub fn new(heterogeneity: Heterogeneity, guests: f64) -> Self {
        let shared = (0..SHARED).map(|at| Gaussian::new(0.0, heterogeneity.shared(at))).collect();
        Self { heterogeneity, guests, shared, segments: BTreeMap::new(), day: Date(i32::MIN) }
    }

    /// Log-odds of a response of this situation, of a guest in the middle of the segment.
    ///
    /// Before anything is known the rate over all guests is the prior rate: the level is moved out
    /// by what averaging over guests and terms will take back ([`super::response::propensity`]).
    pub fn belief(&self, situation: &Situation) -> Gaussian {
        let (shared, own) = terms(situation);
        let mut sum = Gaussian::new(self.level(situation.prior_rate), 0.0);
        let mut add = |term: Gaussian| {
            sum.mean += term.mean;
            sum.variance += term.variance;
        };
        shared.iter().for_each(|at| add(self.shared[*at]));
        let segment = self.segments.get(&situation.segment);
        for at in own {
            let unknown = || Gaussian::new(0.0, self.heterogeneity.of_segment(at));
            add(segment.map_or_else(unknown, |terms| terms[at]));
        }
        sum
    }

    /// Learns whether a contact of a day was answered; `guest` is what was believed of the guest
    /// then ([`Update`]). Evidence of earlier days fades first.
    ///
    /// A weight that is not above zero, or a belief that is not a number, changes nothing.
    pub fn learn(&mut self, situation: &Situation, day: Date, guest: Gaussian, evidence: Evidence) {
        if Update::of(guest, evidence).is_none() {
            return;
        }
        self.fade(day);
        let known = self.belief(situation);
        let sum = Gaussian::new(known.mean + guest.mean, known.variance + guest.variance);
        let Some(update) = Update::of(sum, evidence) else { return };
        let (shared, own) = terms(situation);
        shared.iter().for_each(|at| update.teach(&mut self.shared[*at]));
        let heterogeneity = self.heterogeneity;
        let new = || {
            let prior = |at| Gaussian::new(0.0, heterogeneity.of_segment(at));
            (0..OF_SEGMENT).map(prior).collect()
        };
        let segment = self.segments.entry(situation.segment).or_insert_with(new);
        own.iter().for_each(|at| update.teach(&mut segment[*at]));
    }

    /// Every term that was touched, in the order of its key, and the day evidence has faded to:
    /// what a checkpoint keeps.
    pub fn touched(&self) -> (Date, impl Iterator<Item = (TermKey, Gaussian)>) {
        let rows = |of: Option<u16>, terms: &[Gaussian], prior: &dyn Fn(usize) -> f64| {
            let is_touched =
                |at: usize, t: &Gaussian| t.mean.to_bits() != 0 || t.variance < prior(at);
            let touched = terms.iter().enumerate().filter(|(at, t)| is_touched(*at, t));
            touched
                .filter_map(|(at, t)| Some(((of, u16::try_from(at).ok()?), *t)))
                .collect::<Vec<_>>()
        };
        let shared = rows(None, &self.shared, &|at| self.heterogeneity.shared(at));
        let segments = self.segments.iter().flat_map(move |(segment, terms)| {
            rows(Some(*segment), terms, &|at| self.heterogeneity.of_segment(at))
        });
        (self.day, shared.into_iter().chain(segments))
    }

    /// From what a checkpoint kept. Terms that this version does not know are dropped.
    pub fn restore(
        heterogeneity: Heterogeneity,
        guests: f64,
        day: Date,
        touched: impl Iterator<Item = (TermKey, Gaussian)>,
    ) -> Self {
        let mut population = Self { day, ..Self::new(heterogeneity, guests) };
        for ((segment, at), term) in touched {
            let terms = match segment {
                None => &mut population.shared,
                Some(segment) => population.segments.entry(segment).or_insert_with(|| {
                    (0..OF_SEGMENT)
                        .map(|at| Gaussian::new(0.0, heterogeneity.of_segment(at)))
                        .collect()
                }),
            };
            let is_sound = term.mean.is_finite() && term.variance > 0.0;
            if let Some(place) = terms.get_mut(usize::from(at)).filter(|_| is_sound) {
                *place = term;
            }
        }
        population
    }

    fn level(&self, prior_rate: f64) -> f64 {
        let rate = if prior_rate.is_nan() { 0.0 } else { prior_rate };
        let unknown = self.heterogeneity.total() + self.guests;
        logit(rate.clamp(RATE_MARGIN, 1.0 - RATE_MARGIN))
            * (1.0 + std::f64::consts::PI * unknown / 8.0).sqrt()
    }

    fn fade(&mut self, day: Date) {
        if self.day.0 == i32::MIN {
            self.day = day;
        }
        let days = day.0.saturating_sub(self.day.0);
        if days <= 0 {
            return;
        }
        let remaining = libm::pow(DAILY_RETENTION, f64::from(days));
        let prior = self.heterogeneity;
        for (at, term) in self.shared.iter_mut().enumerate() {
            term.forget(&Gaussian::new(0.0, prior.shared(at)), remaining);
        }
        for terms in self.segments.values_mut() {
            for (at, term) in terms.iter_mut().enumerate() {
                term.forget(&Gaussian::new(0.0, prior.of_segment(at)), remaining);
            }
        }
        self.day = day;
    }
}

/// Places of a situation's terms: among those of all guests, and among the segment's.
fn terms(situation: &Situation) -> ([usize; SHARED_TERMS], [usize; TERMS - SHARED_TERMS]) {
    let Cell { channel, time } = situation.cell;
    let (daypart, day_type) = (time.daypart as usize, time.day_type as usize);
    let moment = daypart * DayType::ALL.len() + day_type;
    let cell = channel.at() * Daypart::ALL.len() * DayType::ALL.len() + moment;
    let shared = [
        channel.at(),
        DAYPARTS_AT + daypart,
        DAY_TYPES_AT + day_type,
        CELLS_AT + cell,
        STAGES_AT + channel.at() * StayStage::COUNT + situation.stage.at(),
    ];
    (shared, [channel.at(), Channel::COUNT + cell])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::TimeContext;
    use crate::learn::laplace::expected_sigmoid;

    const YES: Evidence = Evidence { label: true, weight: 1.0 };
    const NO: Evidence = Evidence { label: false, weight: 1.0 };
    const GUEST: Gaussian = Gaussian::new(0.0, 1.3);

    fn population() -> Population {
        Population::new(Heterogeneity::default(), GUEST.variance)
    }

    fn situation(segment: u16, channel: Channel, daypart: Daypart) -> Situation {
        let time = TimeContext { day_type: DayType::Work, daypart };
        let cell = Cell { channel, time };
        Situation { segment, cell, stage: StayStage::Booked, prior_rate: 0.1 }
    }

    fn rate(population: &Population, at: &Situation) -> f64 {
        let known = population.belief(at);
        expected_sigmoid(known.mean, known.variance + GUEST.variance)
    }

    #[test]
    fn before_anything_is_known_the_rate_is_the_brands() {
        for prior_rate in [0.001, 0.1, 0.5, 0.9] {
            let at = Situation { prior_rate, ..situation(1, Channel::Email, Daypart::Day) };
            assert!((rate(&population(), &at) - prior_rate).abs() < 1e-12, "{prior_rate}");
        }
        for prior_rate in [0.0, 1.0, f64::NAN] {
            let at = Situation { prior_rate, ..situation(1, Channel::Email, Daypart::Day) };
            assert!(population().belief(&at).mean.is_finite());
        }
    }

    #[test]
    fn what_one_segment_teaches_helps_the_others_less_and_another_channel_least() {
        let (mut known, here) = (population(), situation(1, Channel::Email, Daypart::Day));
        for n in 0..200 {
            known.learn(&here, Date(1), GUEST, if n % 2 == 0 { YES } else { NO });
        }
        let of = |segment, channel, daypart| rate(&known, &situation(segment, channel, daypart));
        let here = of(1, Channel::Email, Daypart::Day);
        let other_segment = of(2, Channel::Email, Daypart::Day);
        let other_daypart = of(2, Channel::Email, Daypart::Evening);
        let other_channel = of(2, Channel::Sms, Daypart::Evening);
        assert!((here - 0.5).abs() < 0.05, "{here}");
        assert!(here > other_segment && other_segment > other_daypart);
        assert!(other_daypart > other_channel && other_channel >= 0.1, "{other_channel}");
    }

    /// Guests who answer anything are not the merit of the cell they were sent to.
    #[test]
    fn a_cell_is_not_credited_with_what_its_guests_bring_along() {
        let here = situation(1, Channel::Email, Daypart::Day);
        let learnt = |guest: Gaussian| {
            let mut known = population();
            for n in 0..400 {
                known.learn(&here, Date(1), guest, if n % 10 < 3 { YES } else { NO });
            }
            known.belief(&here).mean
        };
        let (keen, unknown) = (learnt(Gaussian::new(1.0, 0.1)), learnt(Gaussian::new(0.0, 0.1)));
        assert!(unknown - keen > 0.8, "{unknown} and {keen}");
    }

    #[test]
    fn evidence_fades_and_a_day_that_comes_late_fades_nothing() {
        let here = situation(1, Channel::Email, Daypart::Day);
        let mut known = population();
        (0..100).for_each(|_| known.learn(&here, Date(20), GUEST, NO));
        let then = known.belief(&here);
        known.fade(Date(19));
        assert_eq!(known.belief(&here), then);
        known.fade(Date(120));
        let later = known.belief(&here);
        assert!(later.variance > then.variance && later.mean.to_bits() == then.mean.to_bits());
        known.fade(Date(20_000));
        assert!((known.belief(&here).variance - Heterogeneity::default().total()).abs() < 1e-9);
    }

    #[test]
    fn a_checkpoint_restores_to_the_bit() {
        let mut known = population();
        for (n, channel) in Channel::ALL.into_iter().enumerate() {
            let segment = u16::try_from(n % 3).unwrap();
            known.learn(&situation(segment, channel, Daypart::Evening), Date(3), GUEST, YES);
        }
        let (day, touched) = known.touched();
        let kept: Vec<_> = touched.collect();
        let restored =
            Population::restore(known.heterogeneity, known.guests, day, kept.into_iter());
        assert_eq!(restored, known);
        let unsound = [((None, 9_999), GUEST), ((None, 1), Gaussian::new(f64::NAN, 1.0))];
        let none = Population::restore(known.heterogeneity, known.guests, day, unsound.into_iter());
        assert_eq!(none.touched().1.count(), 0);
    }
}
