//! What is different about one guest: how much more or less than the segment they answer a channel,
//! a part of the day, a kind of day, and a channel on a kind of day.
//!
//! Gaussian random effects around zero (algorithms 5.1; the interaction is needed for a guest who
//! is reached by one channel at work and by another on holiday). Only effects that were touched are
//! kept, 8 bytes each, sorted: a mean, and the variance as a part of the prior's. All fade
//! together toward zero and the prior variance (Ornstein and Uhlenbeck), by the time since they
//! last changed.

use crate::domain::channel::Channel;
use crate::domain::reach::{Effect, Effects};
use crate::domain::time::{DayType, Timestamp};
use crate::learn::evidence::Evidence;
use crate::learn::gaussian::Gaussian;
use crate::learn::segment::Cell;

use super::spread::{Spread, crossed, numbers};
use super::update::Update;

/// Most effects kept for a guest: 256 bytes, and room for those of one more contact. The one that
/// is known least gives way.
pub const EFFECTS_MAX: usize = 32;
/// Days after which half of an effect has faded (algorithms 5.1).
pub const HALF_LIFE_DAYS: f64 = 120.0;
/// Largest mean of an effect, either way, in log-odds.
const MEAN_MAX: f64 = 4.0;
/// A variance never falls below this part of its prior, so that a change is still noticed.
const SHARE_MIN: f64 = 0.02;
/// The variance share of an effect nobody knows anything about.
const FULL: u16 = u16::MAX;

impl Effects {
    /// What this guest adds to the log-odds of a response in a cell at a moment.
    pub fn belief(&self, cell: Cell, now: Timestamp, spread: &Spread) -> Gaussian {
        let rho = self.retention(now);
        let mut sum = Gaussian::new(0.0, 0.0);
        for effect in numbers(cell) {
            let known = self.find(effect).map(|at| faded(&self.entries[at], rho));
            let (mean, share) = known.unwrap_or((0.0, 1.0));
            sum.mean += mean;
            sum.variance += share * spread.of(effect);
        }
        sum
    }

    /// Learns whether a contact in a cell was answered; `population` is what was believed of the
    /// segment then. Four effects change ([`Update`]).
    ///
    /// A weight that is not above zero, or a belief that is not a number, changes nothing.
    pub fn learn(
        &mut self,
        cell: Cell,
        now: Timestamp,
        population: Gaussian,
        spread: &Spread,
        evidence: Evidence,
    ) {
        let own = self.belief(cell, now, spread);
        let sum = Gaussian::new(population.mean + own.mean, population.variance + own.variance);
        let Some(update) = Update::of(sum, evidence) else { return };
        self.fade(now);
        for effect in numbers(cell) {
            let prior = spread.of(effect);
            if prior > 0.0 {
                let at = self.place(effect);
                let (mean, share) = faded(&self.entries[at], 1.0);
                let mut unknown = Gaussian::new(mean, share * prior);
                update.teach(&mut unknown);
                self.entries[at] = entry(effect, unknown.mean, unknown.variance / prior);
            }
        }
        self.make_room();
        self.contacts = self.contacts.saturating_add(1);
    }

    /// How much more the guest answers a channel on days of a type than the segment does, in
    /// log-odds, whatever the daypart: for screens that explain.
    pub fn leaning(&self, channel: Channel, day_type: DayType, now: Timestamp) -> f64 {
        let rho = self.retention(now);
        let mean = |effect: Option<u8>| {
            let found = effect.and_then(|effect| self.find(effect));
            found.map_or(0.0, |at| faded(&self.entries[at], rho).0)
        };
        mean(u8::try_from(channel.at()).ok()) + mean(crossed(channel, day_type))
    }

    /// Part of an effect that is left at a moment. A clock that went back takes nothing.
    fn retention(&self, now: Timestamp) -> f64 {
        libm::exp2(-now.days_since(self.updated) / HALF_LIFE_DAYS)
    }

    pub(super) fn fade(&mut self, now: Timestamp) {
        let rho = self.retention(now);
        if rho < 1.0 {
            for known in &mut self.entries {
                let (mean, share) = faded(known, rho);
                *known = entry(known.effect, mean, share);
            }
        }
        self.updated = self.updated.max(now);
    }

    fn find(&self, effect: u8) -> Option<usize> {
        self.entries.binary_search_by_key(&effect, |e| e.effect).ok()
    }

    /// Place of an effect; it gets one where it has none.
    fn place(&mut self, effect: u8) -> usize {
        match self.entries.binary_search_by_key(&effect, |e| e.effect) {
            Ok(at) => at,
            Err(at) => {
                if self.entries.len() == self.entries.capacity() {
                    self.entries.reserve_exact(4);
                }
                self.entries.insert(at, entry(effect, 0.0, 1.0));
                at
            }
        }
    }

    /// In a list that is too long those that are known least go; of equals, those nearer to zero.
    pub(super) fn make_room(&mut self) {
        while self.entries.len() > EFFECTS_MAX {
            let known = |e: &Effect| (std::cmp::Reverse(e.share), e.mean.abs().to_bits());
            let least = (0..self.entries.len()).min_by_key(|at| known(&self.entries[*at]));
            self.entries.remove(least.unwrap_or(0));
        }
    }
}

/// Mean and variance share after fading: `m ← ρm`, `v ← v₀ + ρ²(v − v₀)`.
pub(super) fn faded(known: &Effect, rho: f64) -> (f64, f64) {
    let share = f64::from(known.share) / f64::from(FULL);
    (rho * f64::from(known.mean), 1.0 + rho * rho * (share - 1.0))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "guests are stored in single precision, shares lie between 0 and 1"
)]
pub(super) fn entry(effect: u8, mean: f64, share: f64) -> Effect {
    Effect {
        mean: mean.clamp(-MEAN_MAX, MEAN_MAX) as f32,
        share: (share.clamp(SHARE_MIN, 1.0) * f64::from(FULL)).round() as u16,
        effect,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::time::{Daypart, TimeContext};
    use crate::learn::channel::spread::EFFECTS_OF_CONTACT;

    const YES: Evidence = Evidence { label: true, weight: 1.0 };
    const NO: Evidence = Evidence { label: false, weight: 1.0 };
    const POPULATION: Gaussian = Gaussian::new(-2.0, 0.05);

    fn cell(channel: Channel, day_type: DayType) -> Cell {
        Cell { channel, time: TimeContext { day_type, daypart: Daypart::Day } }
    }

    fn day(n: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(n * 86_400))
    }

    fn learn(effects: &mut Effects, cell: Cell, at: Timestamp, evidence: Evidence) {
        effects.learn(cell, at, POPULATION, &Spread::default(), evidence);
    }

    #[test]
    fn an_answer_is_shared_among_four_effects() {
        let (spread, at) = (Spread::default(), cell(Channel::Sms, DayType::Rest));
        let mut effects = Effects::default();
        learn(&mut effects, at, day(0), YES);
        let update = Update::of(Gaussian::new(-2.0, 0.05 + spread.total()), YES).unwrap();
        let mut expected = Gaussian::new(0.0, 0.0);
        for prior in [0.64, 0.25, 0.16, 0.25] {
            let mut effect = Gaussian::new(0.0, prior);
            update.teach(&mut effect);
            expected.mean += effect.mean;
            expected.variance += effect.variance;
        }
        let known = effects.belief(at, day(0), &spread);
        assert!((known.mean - expected.mean).abs() < 1e-6, "{known:?} for {expected:?}");
        assert!((known.variance - expected.variance).abs() < 1e-4, "{known:?} for {expected:?}");
    }

    #[test]
    fn one_guest_has_a_channel_for_work_and_another_for_rest() {
        let mut effects = Effects::default();
        for n in 0..12 {
            let label = |yes| if yes { YES } else { NO };
            for channel in [Channel::Email, Channel::Sms] {
                let at_work = cell(channel, DayType::Work);
                learn(&mut effects, at_work, day(n), label(channel == Channel::Email));
                let at_rest = cell(channel, DayType::Rest);
                learn(&mut effects, at_rest, day(n), label(channel == Channel::Sms));
            }
        }
        let mean = |c, d| effects.belief(cell(c, d), day(12), &Spread::default()).mean;
        assert!(mean(Channel::Email, DayType::Work) > mean(Channel::Sms, DayType::Work) + 0.5);
        assert!(mean(Channel::Sms, DayType::Rest) > mean(Channel::Email, DayType::Rest) + 0.5);
        let leaning = |c, d| effects.leaning(c, d, day(12));
        assert!(leaning(Channel::Sms, DayType::Rest) > leaning(Channel::Sms, DayType::Work));
    }

    #[test]
    fn effects_halve_in_120_days_and_become_as_uncertain_as_ever() {
        let (spread, at) = (Spread::default(), cell(Channel::Sms, DayType::Work));
        let mut effects = Effects::default();
        (0..8).for_each(|_| learn(&mut effects, at, day(0), YES));
        let then = effects.belief(at, day(0), &spread);
        let later = effects.belief(at, day(120), &spread);
        assert!((later.mean - then.mean / 2.0).abs() < 1e-9);
        let gap = |g: Gaussian| spread.total() - g.variance;
        assert!((gap(later) - gap(then) / 4.0).abs() < 1e-9);
        let forgotten = effects.belief(at, day(12_000), &spread);
        assert!(forgotten.mean.abs() < 1e-9 && gap(forgotten).abs() < 1e-9);
        let earlier = Timestamp::EPOCH.minus(Duration::from_secs(86_400));
        assert_eq!(effects.belief(at, earlier, &spread), then, "a clock that went back");
    }

    #[test]
    fn a_guest_nobody_knows_is_as_uncertain_as_guests_differ() {
        let at = cell(Channel::Phone, DayType::Holiday);
        let spread = Spread::default();
        assert_eq!(Effects::default().belief(at, day(3), &spread), spread.unknown());
        let mut alike = Effects::default();
        alike.learn(at, day(3), POPULATION, &Spread::NONE, YES);
        assert_eq!((alike.entries.len(), alike.contacts), (0, 1));
    }

    #[test]
    fn the_list_stays_short_and_keeps_what_is_known_best() {
        let mut effects = Effects::default();
        let sure = cell(Channel::Sms, DayType::Work);
        (0..20).for_each(|_| learn(&mut effects, sure, day(0), YES));
        for channel in Channel::ALL {
            for day_type in DayType::ALL {
                learn(&mut effects, cell(channel, day_type), day(1), NO);
            }
        }
        assert_eq!(effects.entries.len(), EFFECTS_MAX);
        let most = EFFECTS_MAX + EFFECTS_OF_CONTACT;
        assert!(effects.list_bytes() <= 8 * most);
        assert!(numbers(sure).iter().all(|n| effects.find(*n).is_some()));
        assert_eq!(size_of::<Effect>(), 8);
    }

    proptest! {
        #[test]
        fn effects_stay_bounded_whatever_happens(
            blows in prop::collection::vec(
                (0_u8..12, 0_usize..3, any::<f64>(), any::<bool>(), any::<f64>(), any::<i64>()),
                0..200,
            )
        ) {
            let (mut effects, spread) = (Effects::default(), Spread::default());
            for (channel, day_type, mean, label, weight, at) in blows {
                let at_cell = cell(Channel::from_code(channel).unwrap(), DayType::ALL[day_type]);
                let population = Gaussian::new(mean, 0.1);
                let (at, evidence) = (Timestamp::from_micros(at), Evidence { label, weight });
                effects.learn(at_cell, at, population, &spread, evidence);
                let known = effects.belief(at_cell, at, &spread);
                prop_assert!(known.mean.abs() <= 4.0 * MEAN_MAX && known.variance > 0.0);
                prop_assert!(known.variance <= Spread::default().total() + 1e-9);
                prop_assert!(effects.entries.len() <= EFFECTS_MAX);
                prop_assert!(effects.entries.is_sorted_by(|a, b| a.effect < b.effect));
            }
        }
    }
}
