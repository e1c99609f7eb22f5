//! Units of scarce offers, by shelf: who has one, and what is left. A fold of the log, like the
//! guests; and exact, because a unit is taken under the book's lock in the same step in which the
//! event gets its place in the log.
//!
//! Decisions never ask the book. They read what is left from a number that it keeps
//! ([`Stock`](crate::decide::candidates::Stock)).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::decide::candidates::Units;
use crate::domain::hold::{Hold, HoldMark, HoldState, HoldVerb, Shelf, ShelfKey};
use crate::domain::id::{Fingerprint, GuestKey, OfferKey, PropertyId};
use crate::domain::time::{Date, Timestamp};

/// The shelves of a brand.
#[derive(Debug, Default)]
pub(super) struct Book {
    shelves: HashMap<ShelfKey, (Shelf, Arc<Units>)>,
    of_guest: HashMap<GuestKey, Vec<ShelfKey>>,
    /// When units come back, and where; some of these were bought or given back meanwhile.
    due: BTreeMap<Timestamp, Vec<ShelfKey>>,
    /// Moment of the latest change: time does not go back here.
    now: Timestamp,
}

/// What an event asks of the book.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) verb: HoldVerb,
    /// About which offer; `None`: all that the reservation has.
    pub(super) offer: Option<OfferKey>,
    pub(super) property: Option<PropertyId>,
    /// For which day, where the event says so itself.
    pub(super) day: Option<Date>,
    pub(super) reservation: Option<Fingerprint>,
    /// Where the unit lies if the guest has none yet.
    pub(super) shelf: Option<ShelfKey>,
}

impl Wish {
    fn means(&self, shelf: &ShelfKey, hold: &Hold) -> bool {
        match self.offer {
            Some(offer) => {
                offer == shelf.offer
                    && self.property.as_ref().is_none_or(|p| *p == shelf.property)
                    && self.day.is_none_or(|day| day == shelf.day)
            }
            None => self.reservation.is_some() && hold.reservation == self.reservation,
        }
    }
}

/// What is to be told after a change: did an offer run out, or come back?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Turned(pub(super) bool);

impl Book {
    /// Brings the book up to a moment. Returns the moment of a change made now, and whether an
    /// offer came back.
    pub(super) fn lapse(&mut self, now: Timestamp) -> (Timestamp, Turned) {
        self.now = self.now.max(now);
        let mut turned = Turned::default();
        while let Some(first) = self.due.first_entry() {
            if self.now < *first.key() {
                break;
            }
            for key in first.remove() {
                turned.0 |= self.lapse_shelf(&key, self.now).0;
            }
        }
        (self.now, turned)
    }

    fn lapse_shelf(&mut self, key: &ShelfKey, now: Timestamp) -> Turned {
        let Some((shelf, left)) = self.shelves.get_mut(key) else { return Turned(false) };
        let gone = shelf.holds.iter().filter(|hold| hold.until <= now).map(|hold| hold.guest);
        let gone: Vec<GuestKey> = gone.collect();
        let was = shelf.left;
        shelf.lapse(now);
        left.show(shelf.left, shelf.holds.len());
        gone.into_iter().for_each(|guest| forget(&mut self.of_guest, guest, key));
        Turned(was == 0 && shelf.left > 0)
    }

    /// What is left, set by the hotel. Returns the number that decisions read, where it is new.
    pub(super) fn set(
        &mut self,
        key: &ShelfKey,
        units: u32,
        (sequence, recorded): (u64, Timestamp),
    ) -> Option<Arc<Units>> {
        self.lapse_shelf(key, recorded);
        let is_new = !self.shelves.contains_key(key);
        let (shelf, left) = self.shelves.entry(key.clone()).or_default();
        if sequence > shelf.sequence {
            shelf.sequence = sequence;
            shelf.left = units;
            left.show(units, shelf.holds.len());
        }
        is_new.then(|| Arc::clone(left))
    }

    /// Does what an event asks, at its place in the log. `others` are further ids of the guest: what they
    /// have is the guest's, too.
    pub(super) fn grant(
        &mut self,
        guest: GuestKey,
        others: &[GuestKey],
        wish: &Wish,
        sequence: u64,
    ) -> (Vec<HoldMark>, Turned) {
        let mut meant: Vec<(ShelfKey, GuestKey)> = Vec::new();
        for owner in std::iter::once(&guest).chain(others.iter().filter(|id| **id != guest)) {
            for key in self.of_guest.get(owner).into_iter().flatten() {
                let hold = self.shelves.get(key).and_then(|(shelf, _)| shelf.of(*owner));
                if hold.is_some_and(|hold| wish.means(key, hold)) {
                    meant.push((key.clone(), *owner));
                }
            }
        }
        // A new yes means the day it tells; of several of one offer, the first day is meant.
        if let (HoldVerb::Take(_), Some(shelf)) = (wish.verb, &wish.shelf) {
            meant.retain(|(key, _)| key == shelf);
        }
        if wish.offer.is_some() {
            meant.sort_by(|(one, _), (other, _)| one.cmp(other));
            meant.truncate(1);
        }
        if meant.is_empty() {
            meant.extend(wish.shelf.clone().map(|shelf| (shelf, guest)));
        }
        let mut turned = Turned::default();
        let mut marks = Vec::with_capacity(meant.len());
        for (shelf, owner) in meant {
            let none = Shelf::default();
            let known = self.shelves.get(&shelf).map_or(&none, |(shelf, _)| shelf);
            let Some((state, until)) = known.answer(owner, wish.verb) else { continue };
            let other = (owner != guest).then_some(owner);
            let mark = HoldMark { shelf, state, until, owner: other };
            turned.0 |= self.apply(guest, wish.reservation, &mark, (sequence, self.now)).0;
            marks.push(mark);
        }
        (marks, turned)
    }

    /// Folds what a record tells of a unit of the guest it is about, unless the mark names the id that has
    /// it. What was folded before changes nothing.
    pub(super) fn apply(
        &mut self,
        guest: GuestKey,
        reservation: Option<Fingerprint>,
        mark: &HoldMark,
        (sequence, recorded): (u64, Timestamp),
    ) -> Turned {
        let guest = mark.owner.unwrap_or(guest);
        let key = &mark.shelf;
        self.lapse_shelf(key, recorded);
        let Some((shelf, left)) = self.shelves.get_mut(key) else { return Turned(false) };
        if sequence <= shelf.sequence {
            return Turned(false);
        }
        let was = shelf.left;
        shelf.sequence = sequence;
        shelf.apply(guest, reservation, mark.state, mark.until);
        left.show(shelf.left, shelf.holds.len());
        let turned = Turned((was == 0) != (shelf.left == 0));
        match shelf.of(guest) {
            Some(hold) => {
                if !hold.is_confirmed() {
                    self.due.entry(hold.until).or_default().push(key.clone());
                }
                let known = self.of_guest.entry(guest).or_default();
                if !known.contains(key) {
                    known.push(key.clone());
                }
            }
            None => forget(&mut self.of_guest, guest, key),
        }
        turned
    }

    /// Days within a week of a shelf's that have units left, the nearest first.
    pub(super) fn other_days(&self, wanted: &ShelfKey) -> Vec<Date> {
        let near = (1..=7).flat_map(|far| [wanted.day.0 + far, wanted.day.0 - far]);
        let has = |day: &Date| {
            let key = ShelfKey { day: *day, ..wanted.clone() };
            self.shelves.get(&key).is_some_and(|(shelf, _)| shelf.left > 0)
        };
        near.map(Date).filter(has).take(OTHER_DAYS_MAX).collect()
    }

    /// Units held and not bought yet.
    pub(super) fn held(&self, key: &ShelfKey) -> usize {
        let holds = self.shelves.get(key).map(|(shelf, _)| shelf.holds.iter());
        holds.into_iter().flatten().filter(|hold| !hold.is_confirmed()).count()
    }

    /// All shelves.
    pub(super) fn shelves(&self) -> impl Iterator<Item = (&ShelfKey, &Shelf)> {
        self.shelves.iter().map(|(key, (shelf, _))| (key, shelf))
    }

    /// Puts a shelf back as it was. Returns the number that decisions read.
    pub(super) fn restore(&mut self, key: ShelfKey, shelf: Shelf) -> Arc<Units> {
        for hold in &shelf.holds {
            self.of_guest.entry(hold.guest).or_default().push(key.clone());
            if !hold.is_confirmed() {
                self.due.entry(hold.until).or_default().push(key.clone());
            }
        }
        let left = Arc::new(Units::default());
        left.show(shelf.left, shelf.holds.len());
        self.shelves.insert(key, (shelf, Arc::clone(&left)));
        left
    }
}

/// Most days that are told in the place of one that is sold out.
const OTHER_DAYS_MAX: usize = 3;

fn forget(of_guest: &mut HashMap<GuestKey, Vec<ShelfKey>>, guest: GuestKey, key: &ShelfKey) {
    if let Some(known) = of_guest.get_mut(&guest) {
        known.retain(|k| k != key);
        if known.is_empty() {
            of_guest.remove(&guest);
        }
    }
}

/// Is a state an answer of "no"?
pub(super) fn is_refusal(marks: &[HoldMark]) -> Option<&HoldMark> {
    marks.iter().find(|mark| mark.state == HoldState::Refused)
}
