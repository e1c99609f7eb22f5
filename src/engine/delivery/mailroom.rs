//! What waits in the outbox of a brand, in memory: which message is due, which is on loan to whom. It
//! is made anew from the rows on disk as the store is opened; loans are forgotten then, and what was on
//! loan comes again.
//!
//! Messages are handed out in order of the moments they fell due, then of their offsets; of one guest
//! only one is out at a time, so that a guest's messages leave in that order too.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use parking_lot::Mutex;

use crate::cache::Wake;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::id::{GuestKey, PropertyId};
use crate::domain::scope::PropertyScope;
use crate::domain::time::Timestamp;

/// What is known of a message without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Letter {
    /// Whose.
    pub(in crate::engine) guest: GuestKey,
    /// The hotel.
    pub(in crate::engine) property: PropertyId,
    /// The channel.
    pub(in crate::engine) channel: Channel,
    /// Due from this moment on.
    pub(in crate::engine) not_before: Timestamp,
}

/// What a reader takes.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Wanted {
    pub(in crate::engine) channels: ChannelSet,
    pub(in crate::engine) properties: PropertyScope,
}

impl Wanted {
    fn is_for(&self, letter: &Letter) -> bool {
        match &self.properties {
            PropertyScope::All => true,
            PropertyScope::Only(some) => some.contains(&letter.property),
        }
    }
}

/// How an outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxStatus {
    /// Messages in it.
    pub messages: usize,
    /// Of these, due and not on loan.
    pub due: usize,
    /// Of these, on loan to a reader.
    pub leased: usize,
    /// Since when the longest waiting of those due is; `None`: none is due.
    pub oldest_due: Option<Timestamp>,
    /// Readers connected.
    pub readers: usize,
}

struct Kept {
    letter: Letter,
    /// To whom it is on loan, and until when.
    loan: Option<(u64, Timestamp)>,
    handed_out: u32,
}

#[derive(Default)]
struct Inner {
    letters: HashMap<u64, Kept>,
    /// Those not on loan, by channel, in order of their moments.
    due: [BTreeSet<(Timestamp, u64)>; Channel::COUNT],
    /// Ends of loans.
    loans: BTreeSet<(Timestamp, u64)>,
    /// The message of a guest that is out.
    out: HashMap<GuestKey, u64>,
    readers: HashMap<u64, Wake>,
    last_reader: u64,
}

/// The outbox of a brand.
#[derive(Default)]
pub(in crate::engine) struct Mailroom {
    inner: Mutex<Inner>,
}

impl Inner {
    fn offer(&mut self, offset: u64) {
        if let Some(kept) = self.letters.get_mut(&offset) {
            if let Some((_, until)) = kept.loan.take() {
                self.loans.remove(&(until, offset));
                if self.out.get(&kept.letter.guest) == Some(&offset) {
                    self.out.remove(&kept.letter.guest);
                }
            }
            self.due[kept.letter.channel.at()].insert((kept.letter.not_before, offset));
        }
    }

    fn remove(&mut self, offset: u64) -> Option<Letter> {
        self.offer(offset);
        let kept = self.letters.remove(&offset)?;
        self.due[kept.letter.channel.at()].remove(&(kept.letter.not_before, offset));
        Some(kept.letter)
    }

    fn call_in(&mut self, now: Timestamp) {
        while let Some((until, offset)) = self.loans.first().copied()
            && until <= now
        {
            self.offer(offset);
            self.loans.remove(&(until, offset));
        }
    }

    fn wake(&self) {
        self.readers.values().for_each(|wake| wake());
    }
}

impl Mailroom {
    /// A message that is on disk.
    pub(in crate::engine) fn put(&self, offset: u64, letter: Letter) {
        let mut inner = self.inner.lock();
        inner.letters.insert(offset, Kept { letter, loan: None, handed_out: 0 });
        inner.offer(offset);
        inner.wake();
    }

    /// It has left, or never will.
    pub(in crate::engine) fn remove(&self, offset: u64) {
        let mut inner = self.inner.lock();
        if inner.remove(offset).is_some() {
            // The next of its guest may go, and its reader has room.
            inner.wake();
        }
    }

    /// It may not leave before another moment.
    pub(in crate::engine) fn postpone(&self, offset: u64, not_before: Timestamp) {
        let mut inner = self.inner.lock();
        let handed_out = inner.letters.get(&offset).map_or(0, |kept| kept.handed_out);
        if let Some(letter) = inner.remove(offset) {
            let letter = Letter { not_before, ..letter };
            inner.letters.insert(offset, Kept { letter, loan: None, handed_out });
            inner.offer(offset);
            inner.wake();
        }
    }

    /// It is another guest's: two became one, or parted.
    pub(in crate::engine) fn readdress(&self, offset: u64, guest: GuestKey) {
        let mut inner = self.inner.lock();
        let Inner { letters, out, .. } = &mut *inner;
        let Some(kept) = letters.get_mut(&offset) else { return };
        let before = std::mem::replace(&mut kept.letter.guest, guest);
        if out.get(&before) == Some(&offset) {
            out.remove(&before);
        }
        if kept.loan.is_some() {
            out.entry(guest).or_insert(offset);
        }
    }

    /// The loan ends without a word: it is offered again.
    pub(in crate::engine) fn give_back(&self, offset: u64) {
        let mut inner = self.inner.lock();
        inner.offer(offset);
        inner.wake();
    }

    /// What is known of a message.
    pub(in crate::engine) fn letter(&self, offset: u64) -> Option<Letter> {
        self.inner.lock().letters.get(&offset).map(|kept| kept.letter.clone())
    }

    /// Is it on loan?
    pub(in crate::engine) fn is_out(&self, offset: u64, now: Timestamp) -> bool {
        let inner = self.inner.lock();
        let loan = inner.letters.get(&offset).and_then(|kept| kept.loan);
        loan.is_some_and(|(_, until)| now < until)
    }

    /// Lends messages that are due: offsets, whose, and how often each was handed out before.
    pub(in crate::engine) fn lend(
        &self,
        wanted: &Wanted,
        (reader, lease, room): (u64, Duration, usize),
        now: Timestamp,
        limit: usize,
    ) -> Vec<(u64, Letter, u32)> {
        let mut inner = self.inner.lock();
        inner.call_in(now);
        let held = inner.loans.iter().filter(|(_, o)| {
            inner.letters.get(o).and_then(|k| k.loan).is_some_and(|(r, _)| r == reader)
        });
        let limit = limit.min(room.saturating_sub(held.count()));
        let mut found: Vec<(Timestamp, u64)> = Vec::new();
        for channel in wanted.channels.iter() {
            let due = inner.due[channel.at()].range(..=(now, u64::MAX));
            let may_go = |(_, offset): &&(Timestamp, u64)| {
                inner.letters.get(offset).is_some_and(|kept| {
                    wanted.is_for(&kept.letter) && !inner.out.contains_key(&kept.letter.guest)
                })
            };
            found.extend(due.filter(may_go).take(limit.saturating_mul(4)));
        }
        found.sort_unstable();
        let mut lent = Vec::new();
        for (at, offset) in found {
            let Inner { letters, due, loans, out, .. } = &mut *inner;
            let Some(kept) = letters.get_mut(&offset) else { continue };
            if lent.len() == limit || out.contains_key(&kept.letter.guest) {
                continue;
            }
            let until = now.plus(lease);
            kept.loan = Some((reader, until));
            due[kept.letter.channel.at()].remove(&(at, offset));
            loans.insert((until, offset));
            out.insert(kept.letter.guest, offset);
            lent.push((offset, kept.letter.clone(), kept.handed_out));
            kept.handed_out = kept.handed_out.saturating_add(1);
        }
        lent
    }

    /// The next moment at which something falls due for a reader, as far as is known; what is due now
    /// and may not go yet is not counted.
    pub(in crate::engine) fn next(&self, wanted: &Wanted, now: Timestamp) -> Option<Timestamp> {
        let inner = self.inner.lock();
        let later = |channel: Channel| {
            inner.due[channel.at()].range((now, u64::MAX)..).next().map(|(at, _)| *at)
        };
        let due = wanted.channels.iter().filter_map(later).min();
        due.into_iter().chain(inner.loans.first().map(|(until, _)| *until)).min()
    }

    /// A reader comes; `wake` is called when there may be something for it.
    pub(in crate::engine) fn enter(&self, wake: Wake) -> u64 {
        let mut inner = self.inner.lock();
        inner.last_reader += 1;
        let reader = inner.last_reader;
        inner.readers.insert(reader, wake);
        reader
    }

    /// A reader goes: what it holds is offered again, unless it keeps that to the end of its leases.
    pub(in crate::engine) fn leave(&self, reader: u64, keeps_loans: bool) {
        let mut inner = self.inner.lock();
        inner.readers.remove(&reader);
        if keeps_loans {
            return;
        }
        let is_theirs = |kept: &Kept| kept.loan.is_some_and(|(whose, _)| whose == reader);
        let held: Vec<u64> =
            inner.letters.iter().filter(|(_, kept)| is_theirs(kept)).map(|(at, _)| *at).collect();
        held.iter().for_each(|offset| inner.offer(*offset));
        inner.wake();
    }

    /// How many messages there are.
    pub(in crate::engine) fn len(&self) -> usize {
        self.inner.lock().letters.len()
    }

    /// How it stands.
    pub(in crate::engine) fn status(&self, now: Timestamp) -> OutboxStatus {
        let inner = self.inner.lock();
        let due = |set: &BTreeSet<(Timestamp, u64)>| set.range(..=(now, u64::MAX)).count();
        let oldest = inner.due.iter().filter_map(|set| set.first().map(|(at, _)| *at)).min();
        OutboxStatus {
            messages: inner.letters.len(),
            due: inner.due.iter().map(due).sum(),
            leased: inner.loans.len(),
            oldest_due: oldest.filter(|at| *at <= now),
            readers: inner.readers.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    fn letter(guest: u8, channel: Channel, second: i64) -> Letter {
        let property = PropertyId::parse("", "city").unwrap();
        Letter { guest: GuestKey([guest; 16]), property, channel, not_before: at(second) }
    }

    fn wanted(channels: ChannelSet) -> Wanted {
        Wanted { channels, properties: PropertyScope::All }
    }

    const LEASE: Duration = Duration::from_secs(60);

    fn lend(room: &Mailroom, reader: u64, second: i64, limit: usize) -> Vec<u64> {
        let lent = room.lend(&wanted(ChannelSet::ALL), (reader, LEASE, 100), at(second), limit);
        lent.into_iter().map(|(offset, ..)| offset).collect()
    }

    #[test]
    fn messages_leave_as_they_fall_due_and_one_of_a_guest_at_a_time() {
        let room = Mailroom::default();
        room.put(1, letter(1, Channel::Email, 50));
        room.put(2, letter(1, Channel::Sms, 10));
        room.put(3, letter(2, Channel::Email, 20));
        assert_eq!(lend(&room, 1, 5, 9), Vec::<u64>::new(), "not yet");
        assert_eq!(lend(&room, 1, 60, 9), [2, 3], "the first of each guest");
        assert_eq!(lend(&room, 1, 60, 9), Vec::<u64>::new());
        room.remove(2);
        assert_eq!(lend(&room, 1, 60, 9), [1]);
        assert_eq!(room.next(&wanted(ChannelSet::ALL), at(60)), Some(at(120)), "a loan ends");
    }

    #[test]
    fn a_loan_ends_with_its_time_or_with_its_reader() {
        let room = Mailroom::default();
        let (first, second) = (room.enter(Box::new(|| ())), room.enter(Box::new(|| ())));
        room.put(1, letter(1, Channel::Email, 0));
        assert_eq!(lend(&room, first, 0, 9), [1]);
        assert!(room.is_out(1, at(59)) && !room.is_out(1, at(60)));
        assert_eq!(lend(&room, second, 59, 9), Vec::<u64>::new());
        assert_eq!(lend(&room, second, 60, 9), [1]);
        room.leave(second, false);
        assert_eq!(lend(&room, first, 61, 9), [1]);
        room.give_back(1);
        room.postpone(1, at(100));
        assert_eq!(lend(&room, first, 99, 9), Vec::<u64>::new());
        assert_eq!(lend(&room, first, 100, 9), [1]);
        let lent = room.lend(&wanted(ChannelSet::ALL), (first, LEASE, 9), at(200), 9);
        assert_eq!(lent[0].2, 4, "handed out four times before");
    }

    #[test]
    fn nobody_holds_more_than_there_is_room_for_or_what_they_do_not_send() {
        let room = Mailroom::default();
        for offset in 1..=9 {
            room.put(offset, letter(u8::try_from(offset).unwrap(), Channel::Email, 0));
        }
        let email = wanted(ChannelSet::NONE.with(Channel::Email));
        let sms = wanted(ChannelSet::NONE.with(Channel::Sms));
        let nowhere = Wanted { properties: PropertyScope::Only(Vec::new()), ..email.clone() };
        assert!(room.lend(&sms, (1, LEASE, 9), at(1), 9).is_empty());
        assert!(room.lend(&nowhere, (1, LEASE, 9), at(1), 9).is_empty());
        assert_eq!(room.lend(&email, (1, LEASE, 4), at(1), 3).len(), 3);
        assert_eq!(room.lend(&email, (1, LEASE, 4), at(1), 3).len(), 1, "four at most");
        assert_eq!(room.lend(&email, (2, LEASE, 4), at(1), 9).len(), 4);
        let status = room.status(at(1));
        assert_eq!((status.messages, status.leased, status.due), (9, 8, 1));
        assert_eq!(status.oldest_due, Some(at(0)));
    }

    #[test]
    fn readers_are_woken_by_what_comes() {
        let room = Mailroom::default();
        let woken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&woken);
        let reader = room.enter(Box::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        }));
        room.put(1, letter(1, Channel::Email, 0));
        assert_eq!(woken.load(Ordering::SeqCst), 1);
        room.leave(reader, false);
        room.put(2, letter(1, Channel::Email, 0));
        assert_eq!((woken.load(Ordering::SeqCst), room.len()), (1, 2));
    }
}
