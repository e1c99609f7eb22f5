//! Which ranks wait for a reward: the door's view, in memory.

use std::collections::{BTreeSet, HashMap};

use crate::domain::time::Timestamp;
use crate::learn::ranks::{EventKey, Pending};

/// A rank that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Waiting {
    /// Its place in the log.
    pub(super) rank: u64,
    pub(super) is_activated: bool,
    pub(super) is_rewarded: bool,
}

/// What may be said of a rank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Said {
    /// What it earned.
    Reward(f64),
    /// That it was shown.
    Shown,
}

/// All that wait.
#[derive(Debug, Default)]
pub(super) struct Desk {
    waiting: HashMap<EventKey, (Waiting, Timestamp)>,
    due: BTreeSet<(Timestamp, EventKey)>,
}

impl Desk {
    /// The desk as a learner left it.
    pub(super) fn of<'p>(pending: impl Iterator<Item = (u64, &'p Pending)>) -> Self {
        let mut desk = Self::default();
        for (rank, pending) in pending {
            let is_rewarded = pending.reward.is_some();
            let waiting = Waiting { rank, is_activated: pending.is_activated, is_rewarded };
            desk.put(pending.key, waiting, pending.due);
        }
        desk
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// A rank was made.
    pub(super) fn put(&mut self, key: EventKey, waiting: Waiting, due: Timestamp) {
        self.waiting.insert(key, (waiting, due));
        self.due.insert((due, key));
    }

    /// The place of the rank of which this is said, where it still matters.
    pub(super) fn open_to(&self, key: EventKey, said: Said) -> Option<u64> {
        let (waiting, _) = self.waiting.get(&key)?;
        let was_said = match said {
            Said::Reward(_) => waiting.is_rewarded,
            Said::Shown => waiting.is_activated,
        };
        (!was_said).then_some(waiting.rank)
    }

    /// Takes what is said of a rank.
    pub(super) fn take(&mut self, key: EventKey, said: Said) {
        let Some((waiting, due)) = self.waiting.get_mut(&key) else { return };
        match said {
            Said::Reward(_) => waiting.is_rewarded = true,
            Said::Shown => waiting.is_activated = true,
        }
        let (is_done, due) = (waiting.is_activated && waiting.is_rewarded, *due);
        if is_done {
            self.waiting.remove(&key);
            self.due.remove(&(due, key));
        }
    }

    /// Has any waited for long enough?
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.due.first().is_some_and(|(due, _)| *due < now)
    }

    /// Lets go of what has.
    pub(super) fn settle(&mut self, now: Timestamp) {
        while let Some((due, key)) = self.due.first().copied()
            && due < now
        {
            self.due.pop_first();
            self.waiting.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_said_once_and_what_is_over_is_gone() {
        let mut desk = Desk::default();
        let at = Timestamp::from_seconds;
        let waiting = |rank, is_activated| Waiting { rank, is_activated, is_rewarded: false };
        desk.put([1; 16], waiting(1, true), at(10));
        desk.put([2; 16], waiting(2, false), at(20));
        let mut say = |key: u8, said| {
            let rank = desk.open_to([key; 16], said);
            desk.take([key; 16], said);
            rank
        };
        let reward = Said::Reward(1.0);
        assert_eq!((say(1, reward), say(1, reward)), (Some(1), None));
        assert_eq!((say(2, reward), say(2, reward)), (Some(2), None));
        assert_eq!((say(2, Said::Shown), say(2, Said::Shown)), (Some(2), None));
        assert_eq!(desk.len(), 0);
        desk.put([3; 16], waiting(3, true), at(30));
        assert!(!desk.is_due(at(30)) && desk.is_due(at(31)));
        desk.settle(at(31));
        assert_eq!((desk.len(), desk.open_to([3; 16], reward)), (0, None));
    }
}
