//! Who asks for scarce offers, and what they would gain: what bid prices come from.
//!
//! A fold of decisions whose labels are final, in order of the log. Each guest counts once for a day of
//! use, at their first visit. Gains are those of the latest guests at a hotel; they come into force by
//! [`Place::STEP`], so that prices are not worked out anew for each. Where gains have come to another
//! level, since the model has learnt or the offer has changed, those of before say nothing any more.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::domain::decision::Decision;
use crate::domain::id::{GuestKey, OfferKey, PropertyId};
use crate::domain::time::{Date, Timestamp};

/// What a guest would have gained by a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// The gain, in units of the score.
    pub gain: f64,
    /// P(the guest takes a unit | shown), 0 to 1.
    pub take_up: f64,
}

/// What was seen of a brand's rationed offers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rationed {
    places: BTreeMap<(OfferKey, PropertyId), Place>,
    until: Timestamp,
}

/// What was seen of an offer at a hotel.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place {
    /// Gains of the latest guests, oldest first.
    asked: VecDeque<Asked>,
    /// Guests counted in all.
    total: u64,
    /// Who asked, by day of use: the first half of half their keys.
    days: BTreeMap<Date, BTreeSet<u32>>,
}

/// A place in plain values, for a checkpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceState {
    /// The offer.
    pub offer: OfferKey,
    /// The hotel.
    pub property: PropertyId,
    /// Gains, oldest first.
    pub asked: Vec<Asked>,
    /// Guests counted in all.
    pub total: u64,
    /// Who asked, by day.
    pub days: Vec<(Date, Vec<u32>)>,
}

impl Rationed {
    /// Places that are kept: later ones have no prices.
    const PLACES_MAX: usize = 20_000;

    /// Takes up a decision, once, in the order of the log.
    pub fn fold(&mut self, decision: &Decision) {
        if decision.bids.is_empty() && self.places.is_empty() {
            return;
        }
        self.until = self.until.max(decision.decided);
        for bid in &decision.bids {
            let key = (bid.key, decision.property.clone());
            if self.places.len() >= Self::PLACES_MAX && !self.places.contains_key(&key) {
                continue;
            }
            let asked = Asked { gain: bid.gain, take_up: bid.take_up };
            let place = self.places.entry(key).or_default();
            place.days.retain(|day, _| *day >= decision.context.today);
            place.count(decision.guest, bid.day, asked);
        }
    }

    /// The moment of the latest decision taken up: what came later was not seen yet.
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// What was seen of an offer at a hotel.
    pub fn place(&self, offer: OfferKey, property: &PropertyId) -> Option<&Place> {
        self.places.get(&(offer, property.clone()))
    }

    /// Everything, for a checkpoint.
    pub fn state(&self) -> (Timestamp, Vec<PlaceState>) {
        let state = |((offer, property), place): (&(OfferKey, PropertyId), &Place)| PlaceState {
            offer: *offer,
            property: property.clone(),
            asked: place.asked.iter().copied().collect(),
            total: place.total,
            days: place.days.iter().map(|(d, who)| (*d, who.iter().copied().collect())).collect(),
        };
        (self.until, self.places.iter().map(state).collect())
    }

    /// As a checkpoint has it, to the bit.
    pub fn restore(until: Timestamp, places: Vec<PlaceState>) -> Self {
        let place = |state: PlaceState| {
            let days = state.days.into_iter().map(|(day, who)| (day, who.into_iter().collect()));
            let (asked, total) = (state.asked.into(), state.total);
            ((state.offer, state.property), Place { asked, total, days: days.collect() })
        };
        Self { places: places.into_iter().map(place).collect(), until }
    }
}

impl Place {
    /// So many gains come into force at once.
    pub const STEP: u64 = 16;
    /// Gains that prices come from.
    pub const KEPT: usize = 512;
    /// So many latest gains tell whether there is another level than before.
    const RECENT: usize = 64;
    /// Another level: so many times more, or less.
    const SHIFT: f64 = 1.5;
    /// Guests told apart for a day of use, at most.
    const GUESTS_MAX: usize = 4_096;
    /// Days of use that are counted at once, at most.
    const DAYS_MAX: usize = 512;

    fn count(&mut self, guest: GuestKey, day: Date, asked: Asked) {
        if self.days.len() >= Self::DAYS_MAX && !self.days.contains_key(&day) {
            return;
        }
        let who = self.days.entry(day).or_default();
        let [a, b, c, d, ..] = guest.0;
        if who.len() >= Self::GUESTS_MAX || !who.insert(u32::from_le_bytes([a, b, c, d])) {
            return;
        }
        self.total += 1;
        self.asked.push_back(asked);
        // What is not in force yet must not push out what is.
        if self.asked.len() > Self::KEPT + Self::waiting_max() {
            self.asked.pop_front();
        }
        if self.total.is_multiple_of(Self::STEP) {
            self.forget_another_level();
        }
    }

    /// Forgets gains of before a shift.
    fn forget_another_level(&mut self) {
        let Some(before) = self.asked.len().checked_sub(Self::RECENT) else { return };
        if before < Self::RECENT {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
        let mean = |range: std::ops::Range<usize>| {
            let count = range.len() as f64;
            self.asked.range(range).map(|asked| asked.gain.max(0.0)).sum::<f64>() / count
        };
        let (then, now) = (mean(0..before), mean(before..self.asked.len()));
        if now > then * Self::SHIFT || now * Self::SHIFT < then {
            self.asked.drain(..before);
        }
    }

    fn waiting_max() -> usize {
        usize::try_from(Self::STEP - 1).unwrap_or(usize::MAX)
    }

    /// Which gains are in force: the same number, the same gains.
    pub fn version(&self) -> u64 {
        self.total / Self::STEP
    }

    /// The gains in force, oldest first.
    pub fn asked(&self) -> Vec<Asked> {
        let waiting = usize::try_from(self.total % Self::STEP).unwrap_or(0);
        let until = self.asked.len().saturating_sub(waiting);
        let from = until.saturating_sub(Self::KEPT);
        self.asked.range(from..until).copied().collect()
    }

    /// How many guests asked for each day of use.
    pub fn days(&self) -> impl Iterator<Item = (Date, usize)> {
        self.days.iter().map(|(day, who)| (*day, who.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(n: u32) -> GuestKey {
        let mut key = [0; 16];
        key[..4].copy_from_slice(&n.to_le_bytes());
        GuestKey(key)
    }

    fn asked(gain: f64) -> Asked {
        Asked { gain, take_up: 1.0 }
    }

    #[test]
    fn a_guest_counts_once_for_a_day_and_gains_come_into_force_in_steps() {
        let mut place = Place::default();
        for n in 0..15 {
            place.count(guest(n), Date(1), asked(f64::from(n)));
            place.count(guest(n), Date(1), asked(99.0));
        }
        assert_eq!((place.version(), place.asked()), (0, vec![]));
        place.count(guest(0), Date(2), asked(15.0));
        assert_eq!((place.version(), place.asked().len()), (1, 16));
        assert_eq!(place.days().collect::<Vec<_>>(), [(Date(1), 15), (Date(2), 1)]);
    }

    /// Whatever came after the last step, the gains in force are those of it.
    #[test]
    fn the_latest_gains_are_kept() {
        let mut place = Place::default();
        let mut in_force = Vec::new();
        for n in 0..2_000_u32 {
            let gain = f64::from(n % 13);
            place.count(guest(n), Date(i32::try_from(n % 7).unwrap()), asked(gain));
            if u64::from(n + 1).is_multiple_of(Place::STEP) {
                in_force = place.asked();
                let newest = in_force.last().unwrap().gain;
                assert!((newest - gain).abs() < 1e-9);
                assert!(in_force.len() == Place::KEPT.min(n as usize + 1));
            }
            assert_eq!(place.asked(), in_force, "{n}");
        }
    }

    /// The model has learnt that hardly anybody wants it: the old gains would keep every unit for guests who
    /// never come.
    #[test]
    fn gains_of_another_level_are_forgotten() {
        let mut place = Place::default();
        let mut rng = crate::sys::rng::SplitMix64::new(5);
        let mut come = |from: u32, level: f64| {
            for n in from..from + 64 {
                place.count(guest(n), Date(1), asked(level * (0.2 + rng.unit())));
            }
            place.asked().len()
        };
        assert_eq!([0, 64, 128].map(|from| come(from, 1.0)), [64, 128, 192]);
        let after = come(192, 0.3);
        assert!((64..=96).contains(&after), "at most a few of before: {after}");
        assert!(come(256, 0.3) >= 64, "and that is the level now");
        assert!(place.asked().iter().filter(|asked| asked.gain > 0.4).count() <= 16);
    }

    #[test]
    fn a_state_comes_back_to_the_bit() {
        let mut rationed = Rationed { until: Timestamp::from_seconds(7), ..Rationed::default() };
        let property = PropertyId::parse("", "city").unwrap();
        let place = rationed.places.entry((OfferKey(5), property)).or_default();
        (0..40).for_each(|n| place.count(guest(n), Date(3), asked(f64::from(n) / 3.0)));
        let (until, places) = rationed.state();
        assert_eq!(Rationed::restore(until, places), rationed);
    }
}
