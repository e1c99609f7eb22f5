//! Where submitted records wait for the committer, and when it is woken.
//!
//! Submitters push under a lock held for a few nanoseconds; the committer takes everything at once
//! by swapping the list for an empty one. It sleeps in one of three ways, and whoever pushes wakes
//! it only where that matters: waking costs a system call.
//!
//! | it sleeps because | it is woken by |
//! |---|---|
//! | nothing is there ([`Rest::Idle`]) | anything |
//! | only records nobody waits for are there ([`Rest::Linger`]) | a record with a waiter, or many bytes; else time |
//! | a sequence is missing ([`Rest::Gap`]): its submitter was preempted | anything |

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::committer::Waiter;
use super::keys::DedupeKey;
use super::rows::Rows;
use crate::sys::clock::Stopwatch;

/// A record on its way to the disk.
pub(super) struct Pending {
    pub(super) sequence: u64,
    pub(super) rows: Rows,
    pub(super) claim: Option<DedupeKey>,
    pub(super) waiter: Option<Waiter>,
}

/// Rows that belong to no record (checkpoints), or none, on their way to the disk.
pub(super) struct Aside {
    pub(super) rows: Rows,
    /// Not before this sequence is written.
    pub(super) after: u64,
    pub(super) waiter: Waiter,
}

/// What the committer takes out at once.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) records: Vec<Pending>,
    pub(super) asides: Vec<Aside>,
    pub(super) is_closing: bool,
}

/// Why the committer sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Awake,
    Idle,
    Linger,
    Gap,
}

struct State {
    records: Vec<Pending>,
    asides: Vec<Aside>,
    bytes: usize,
    is_urgent: bool,
    is_closing: bool,
    rest: Rest,
}

impl State {
    fn hand_over(&mut self, taken: &mut Taken) {
        self.rest = Rest::Awake;
        self.is_urgent = false;
        self.bytes = 0;
        taken.is_closing = self.is_closing;
        std::mem::swap(&mut self.records, &mut taken.records);
        std::mem::swap(&mut self.asides, &mut taken.asides);
    }
}

/// How long the committer may sleep.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// How long after the last write records nobody waits for may wait.
    pub(super) linger: Duration,
    /// Since the last write.
    pub(super) since_write: Stopwatch,
    /// Is a sequence missing, so that whatever comes may be it?
    pub(super) has_gap: bool,
    /// Does the committer know that it is to end, and only waits for the last submitters?
    pub(super) is_closing: bool,
    /// When there is something else to do, though nothing comes.
    pub(super) idle: Option<Duration>,
}

impl Patience {
    fn left(&self) -> Duration {
        if self.is_closing {
            Duration::ZERO
        } else {
            self.linger.saturating_sub(self.since_write.elapsed())
        }
    }
}

/// The inbox.
pub(super) struct Inbox {
    state: Mutex<State>,
    bell: Condvar,
    linger_bytes: usize,
}

impl Inbox {
    pub(super) fn new(linger_bytes: usize) -> Self {
        let state = State {
            records: Vec::new(),
            asides: Vec::new(),
            bytes: 0,
            is_urgent: false,
            is_closing: false,
            rest: Rest::Awake,
        };
        Self { state: Mutex::new(state), bell: Condvar::new(), linger_bytes }
    }

    pub(super) fn push(&self, record: Pending) {
        let mut state = self.state.lock();
        state.bytes += record.rows.len_bytes();
        state.is_urgent |= record.waiter.is_some() || state.bytes >= self.linger_bytes;
        state.records.push(record);
        let wakes = match state.rest {
            Rest::Awake => false,
            Rest::Idle | Rest::Gap => true,
            Rest::Linger => state.is_urgent,
        };
        if wakes {
            state.rest = Rest::Awake;
            drop(state);
            self.bell.notify_one();
        }
    }

    pub(super) fn push_aside(&self, aside: Aside) {
        let mut state = self.state.lock();
        state.asides.push(aside);
        state.is_urgent = true;
        state.rest = Rest::Awake;
        drop(state);
        self.bell.notify_one();
    }

    /// Asks the committer to write what is there and to end.
    pub(super) fn close(&self) {
        let mut state = self.state.lock();
        state.is_closing = true;
        state.rest = Rest::Awake;
        drop(state);
        self.bell.notify_one();
    }

    /// Sleeps until there is something to do, then takes everything. `taken` must be empty; its
    /// lists are used again.
    pub(super) fn take(&self, patience: Patience, taken: &mut Taken) {
        let mut state = self.state.lock();
        let mut has_slept_enough = false;
        while !(state.is_urgent || has_slept_enough) && state.is_closing == patience.is_closing {
            let is_empty = state.records.is_empty();
            let (rest, time) = match (patience.has_gap, is_empty) {
                (true, false) => break,
                (true, true) => (Rest::Gap, patience.idle),
                (false, true) => (Rest::Idle, patience.idle),
                (false, false) => (Rest::Linger, Some(patience.left())),
            };
            if time.is_some_and(|time| time.is_zero()) {
                break;
            }
            state.rest = rest;
            match time {
                Some(time) => has_slept_enough = self.bell.wait_for(&mut state, time).timed_out(),
                None => self.bell.wait(&mut state),
            }
        }
        state.hand_over(taken);
    }

    /// Takes everything that is there.
    pub(super) fn take_now(&self, taken: &mut Taken) {
        self.state.lock().hand_over(taken);
    }
}

/// Records in order of sequence, some perhaps missing.
pub(super) struct Window {
    next: u64,
    slots: VecDeque<Option<Pending>>,
}

impl Window {
    pub(super) fn starting_at(next: u64) -> Self {
        Self { next, slots: VecDeque::new() }
    }

    pub(super) fn put(&mut self, record: Pending) {
        let ahead = usize::try_from(record.sequence - self.next).unwrap_or(usize::MAX);
        if ahead >= self.slots.len() {
            self.slots.resize_with(ahead + 1, || None);
        }
        if let Some(slot) = self.slots.get_mut(ahead) {
            debug_assert!(slot.is_none(), "a sequence twice");
            *slot = Some(record);
        }
    }

    /// The sequence that comes next.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Is nothing here?
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Moves records without a gap into `group`, until it has about `most_bytes`.
    pub(super) fn take_group(&mut self, most_bytes: usize, group: &mut Vec<Pending>) {
        let mut bytes = 0;
        while bytes < most_bytes
            && let Some(slot) = self.slots.front_mut()
            && let Some(record) = slot.take()
        {
            self.slots.pop_front();
            self.next += 1;
            bytes += record.rows.len_bytes();
            group.push(record);
        }
    }

    /// Everything that is left, when nothing can be written any more.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Pending> {
        self.slots.drain(..).flatten()
    }
}
