//! Holds of scarce offers: accept → held → confirmed → fulfilled, or failed, cancelled, lapsed.
//!
//! Units are counted by offer, hotel and day: a [`Shelf`]. Every change is told by an event's
//! record ([`HoldMark`]) or by the hotel, so a shelf is a fold of the log. What lapses does so by
//! the clock alone: at each change first what was due before it.

use std::time::Duration;

use super::id::{Fingerprint, GuestKey, OfferKey, PropertyId};
use super::time::{Date, Timestamp};

/// How long an accepted unit is held where the offer does not say.
pub const HOLD_DEFAULT: Duration = Duration::from_secs(86_400);
/// Shortest hold.
pub const HOLD_MIN: Duration = Duration::from_secs(60);
/// Longest hold.
pub const HOLD_MAX: Duration = Duration::from_secs(30 * 86_400);

/// What became of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum HoldState {
    /// Taken until a moment.
    Held,
    /// Bought: it no longer lapses.
    Confirmed,
    /// Delivered: it is used up.
    Fulfilled,
    /// Given back by the guest.
    Cancelled,
    /// Not delivered; the unit is there again.
    Failed,
    /// Not delivered, for the unit is gone.
    WrittenOff,
    /// None was left: the guest has nothing.
    Refused,
}

impl HoldState {
    /// All of them, in code order.
    pub const ALL: [Self; 7] = [
        Self::Held,
        Self::Confirmed,
        Self::Fulfilled,
        Self::Cancelled,
        Self::Failed,
        Self::WrittenOff,
        Self::Refused,
    ];

    /// The state of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// Where units of an offer lie.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShelfKey {
    /// The offer.
    pub offer: OfferKey,
    /// The hotel.
    pub property: PropertyId,
    /// Local day of use: arrival, or today where the guest is there.
    pub day: Date,
}

/// What an event did to a unit, as its record tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldMark {
    /// Which units.
    pub shelf: ShelfKey,
    /// What became of the guest's.
    pub state: HoldState,
    /// When it lapses; [`Timestamp::NEVER`] in every state but [`HoldState::Held`].
    pub until: Timestamp,
    /// Whose unit it is, where another id of the same guest has it than the event was heard under.
    pub owner: Option<GuestKey>,
}

/// What an event asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldVerb {
    /// The guest said yes: a unit until this moment.
    Take(Timestamp),
    /// It was bought.
    Confirm,
    /// It was delivered.
    Fulfil,
    /// The guest gave it back.
    Cancel,
    /// It could not be delivered; `true`: the unit is gone.
    Fail(bool),
}

/// A unit that a guest has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// Whose.
    pub guest: GuestKey,
    /// Reservation of the event that took it, where it told one.
    pub reservation: Option<Fingerprint>,
    /// When it lapses; [`Timestamp::NEVER`] once confirmed.
    pub until: Timestamp,
}

impl Hold {
    /// Was it confirmed?
    pub fn is_confirmed(&self) -> bool {
        self.until == Timestamp::NEVER
    }
}

/// Units of an offer at a hotel on a day. A guest has at most one of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shelf {
    /// Units neither sold nor held.
    pub left: u32,
    /// Last place in the log that changed it.
    pub sequence: u64,
    /// Units that guests have, oldest first.
    pub holds: Vec<Hold>,
}

impl Shelf {
    /// Puts back what is due. Returns how many.
    pub fn lapse(&mut self, now: Timestamp) -> u32 {
        let before = self.holds.len();
        self.holds.retain(|hold| now < hold.until);
        let lapsed = u32::try_from(before - self.holds.len()).unwrap_or(u32::MAX);
        self.left = self.left.saturating_add(lapsed);
        lapsed
    }

    /// The guest's unit.
    pub fn of(&self, guest: GuestKey) -> Option<&Hold> {
        self.holds.iter().find(|hold| hold.guest == guest)
    }

    /// What comes of a wish, and until when it holds; `None`: there is nothing to be done. Nothing
    /// is changed.
    pub fn answer(&self, guest: GuestKey, verb: HoldVerb) -> Option<(HoldState, Timestamp)> {
        let state = match (verb, self.of(guest)) {
            (HoldVerb::Take(_), Some(known)) if known.is_confirmed() => HoldState::Confirmed,
            (HoldVerb::Take(_), Some(known)) => return Some((HoldState::Held, known.until)),
            (HoldVerb::Take(until), None) if self.left > 0 => {
                return Some((HoldState::Held, until));
            }
            (HoldVerb::Confirm, Some(_)) => HoldState::Confirmed,
            (HoldVerb::Confirm, None) if self.left > 0 => HoldState::Confirmed,
            (HoldVerb::Take(_) | HoldVerb::Confirm, None) => HoldState::Refused,
            (HoldVerb::Fulfil, _) => HoldState::Fulfilled,
            (HoldVerb::Cancel, Some(_)) => HoldState::Cancelled,
            (HoldVerb::Fail(false), Some(_)) => HoldState::Failed,
            (HoldVerb::Fail(true), Some(_)) => HoldState::WrittenOff,
            (HoldVerb::Cancel | HoldVerb::Fail(_), None) => return None,
        };
        Some((state, Timestamp::NEVER))
    }

    /// Folds what a record tells: the same records give the same shelf.
    pub fn apply(
        &mut self,
        guest: GuestKey,
        reservation: Option<Fingerprint>,
        state: HoldState,
        until: Timestamp,
    ) {
        let known = self.holds.iter().position(|hold| hold.guest == guest);
        match state {
            HoldState::Held | HoldState::Confirmed => match known {
                Some(at) => self.holds[at].until = until,
                None => {
                    self.left = self.left.saturating_sub(1);
                    self.holds.push(Hold { guest, reservation, until });
                }
            },
            HoldState::Fulfilled | HoldState::WrittenOff => match known {
                Some(at) => drop(self.holds.remove(at)),
                None => self.left = self.left.saturating_sub(1),
            },
            HoldState::Cancelled | HoldState::Failed => {
                if let Some(at) = known {
                    self.holds.remove(at);
                    self.left = self.left.saturating_add(1);
                }
            }
            HoldState::Refused => {}
        }
    }
}

/// A promise that could not be kept: rules may ask for it, and the offer stays away for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenPromise {
    /// What was promised.
    pub offer: OfferKey,
    /// When it failed.
    pub at: Timestamp,
    /// Was something free of charge accepted since?
    pub is_made_good: bool,
}

impl BrokenPromise {
    /// Most that are kept of a guest.
    pub const KEPT_MAX: usize = 4;
    /// How long it is owed for.
    pub const OWED: Duration = Duration::from_secs(90 * 86_400);
    /// How long the offer stays away.
    pub const AWAY: Duration = Duration::from_secs(14 * 86_400);

    /// Is it still owed?
    pub fn is_owed(&self, now: Timestamp) -> bool {
        !self.is_made_good && now.since(self.at) < Self::OWED
    }

    /// Does it keep its offer away?
    pub fn keeps_away(&self, offer: OfferKey, now: Timestamp) -> bool {
        self.offer == offer && now.since(self.at) < Self::AWAY
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn guest(number: u8) -> GuestKey {
        GuestKey([number; 16])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn ask(shelf: &mut Shelf, who: u8, verb: HoldVerb) -> Option<HoldState> {
        let (state, until) = shelf.answer(guest(who), verb)?;
        shelf.apply(guest(who), None, state, until);
        Some(state)
    }

    #[test]
    fn the_last_unit_goes_to_one_and_comes_back_when_it_lapses() {
        let mut shelf = Shelf { left: 1, ..Shelf::default() };
        assert_eq!(ask(&mut shelf, 1, HoldVerb::Take(at(60))), Some(HoldState::Held));
        assert_eq!(ask(&mut shelf, 2, HoldVerb::Take(at(60))), Some(HoldState::Refused));
        assert_eq!(ask(&mut shelf, 1, HoldVerb::Take(at(90))), Some(HoldState::Held));
        assert_eq!(shelf.of(guest(1)).unwrap().until, at(60), "asking again holds no longer");
        assert_eq!((shelf.lapse(at(59)), shelf.lapse(at(60)), shelf.left), (0, 1, 1));
        assert_eq!(ask(&mut shelf, 2, HoldVerb::Take(at(160))), Some(HoldState::Held));
        assert_eq!(ask(&mut shelf, 2, HoldVerb::Confirm), Some(HoldState::Confirmed));
        assert_eq!(shelf.lapse(at(1_000_000)), 0, "what is bought does not lapse");
        assert_eq!(ask(&mut shelf, 1, HoldVerb::Confirm), Some(HoldState::Refused), "too late");
    }

    #[test]
    fn what_fails_gives_its_unit_back_unless_it_is_gone() {
        let mut shelf = Shelf { left: 3, ..Shelf::default() };
        for who in 1..=3 {
            ask(&mut shelf, who, HoldVerb::Take(at(60)));
        }
        assert_eq!(ask(&mut shelf, 1, HoldVerb::Fail(false)), Some(HoldState::Failed));
        assert_eq!(ask(&mut shelf, 2, HoldVerb::Fail(true)), Some(HoldState::WrittenOff));
        assert_eq!(ask(&mut shelf, 3, HoldVerb::Cancel), Some(HoldState::Cancelled));
        assert_eq!(ask(&mut shelf, 3, HoldVerb::Cancel), None, "nothing to give back");
        assert_eq!((shelf.left, shelf.holds.len()), (2, 0));
        assert_eq!(ask(&mut shelf, 9, HoldVerb::Fulfil), Some(HoldState::Fulfilled));
        assert_eq!(shelf.left, 1, "sold past us, but gone all the same");
    }

    fn verb() -> impl Strategy<Value = HoldVerb> {
        prop_oneof![
            4 => (1_i64..200).prop_map(|s| HoldVerb::Take(at(s))),
            1 => Just(HoldVerb::Confirm),
            1 => Just(HoldVerb::Fulfil),
            1 => Just(HoldVerb::Cancel),
            1 => any::<bool>().prop_map(HoldVerb::Fail),
        ]
    }

    proptest! {
        /// Units are neither made nor lost: those left, those that guests have, and those used up
        /// are always as many as there were, as long as nothing was delivered past us.
        #[test]
        fn units_are_neither_made_nor_lost(
            units in 0_u32..5,
            steps in prop::collection::vec((0_u8..6, verb(), 0_i64..20), 0..60),
        ) {
            let mut shelf = Shelf { left: units, ..Shelf::default() };
            let (mut now, mut used) = (0, 0);
            for (who, verb, later) in steps {
                now += later;
                shelf.lapse(at(now));
                let had = shelf.of(guest(who)).is_some();
                let left = shelf.left;
                match ask(&mut shelf, who, verb) {
                    Some(HoldState::Fulfilled) => used += u32::from(had || left > 0),
                    Some(HoldState::WrittenOff) => used += 1,
                    Some(HoldState::Refused) => prop_assert!(!had && left == 0),
                    _ => {}
                }
                let held = u32::try_from(shelf.holds.len()).unwrap();
                prop_assert_eq!(shelf.left + held + used, units);
                let mut owners: Vec<_> = shelf.holds.iter().map(|h| h.guest).collect();
                owners.sort_unstable();
                owners.dedup();
                prop_assert_eq!(owners.len(), shelf.holds.len(), "one each");
            }
        }
    }
}
