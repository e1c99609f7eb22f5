//! Which events were taken in already. An event counts once, however often and on however many
//! connections it comes.
//!
//! Written events are rows of the `dedupe` family, written in the same batch as their effect.
//! Events on their way to the disk are *claims* in memory, so that a copy in the same group is
//! noticed too. A claim is taken before the family is read and given up after the row is written;
//! whoever looks finds one or the other.
//!
//! A copy of an event on its way must not be acknowledged before the event itself is on the disk:
//! [`Claimed::InFlight`] says so, and [`Store::when_claimed_is_written`] tells when.
//!
//! Rows carry the time from which they may be forgotten; compaction drops those before the cut-off
//! ([`Store::forget_events_before`]). The door accepts only events younger than that, so that an
//! event which could have been forgotten is always too old to be accepted.

use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use parking_lot::Mutex;

use super::Store;
use super::committer::Waiter;
use super::error::StoreError;
use super::family::Family;
use super::keys::DedupeKey;
use crate::domain::time::Timestamp;

pub(super) const ROW_BYTES: usize = 24;

/// What is remembered of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Hash of what it said.
    pub payload: u64,
    /// Its place in the log.
    pub sequence: u64,
    /// It may be forgotten when the cut-off passes this moment.
    pub time: Timestamp,
}

impl Seen {
    /// Payload hash u64 ‖ sequence u64 ‖ microseconds i64, little-endian. This layout is for good:
    /// the compaction filter reads it.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.payload.to_le_bytes());
        bytes.extend_from_slice(&self.sequence.to_le_bytes());
        bytes.extend_from_slice(&self.time.as_micros().to_le_bytes());
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let broken = || StoreError::corrupt(format!("a dedupe row has {} bytes", bytes.len()));
        let bytes: &[u8; ROW_BYTES] = bytes.try_into().map_err(|_| broken())?;
        let number = |at: usize| {
            bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
        };
        let time = Timestamp::from_micros(number(16).cast_signed());
        Ok(Self { payload: number(0), sequence: number(8), time })
    }
}

/// May compaction drop this row? Rows of [answers](super::answers) begin as those of events do.
pub(super) fn is_expired(row: &[u8], oldest_micros: i64) -> bool {
    Seen::decode(row.get(..ROW_BYTES).unwrap_or(row))
        .is_ok_and(|seen| seen.time.as_micros() < oldest_micros)
}

/// The answer to "has this event been taken in?"
#[derive(Debug)]
pub enum Claimed {
    /// No: it is the caller's now. Hand the claim to the reservation that writes its effect.
    Fresh(Claim),
    /// Yes, and it is on the disk: acknowledge it again.
    Duplicate {
        /// Its place in the log.
        sequence: u64,
    },
    /// A copy of it is on its way to the disk: acknowledge when [`Store::when_claimed_is_written`]
    /// says so.
    InFlight,
    /// An event of this id was taken in, and said something else: refuse.
    Conflict,
}

/// The right to write an event. Dropped unused, it is free again, and who waited for it is told
/// [`StoreError::Abandoned`].
#[derive(Debug)]
#[must_use = "hand it to the reservation that writes the event"]
pub struct Claim {
    key: DedupeKey,
    payload: u64,
    claims: Arc<Claims>,
    is_used: bool,
}

impl Claim {
    /// From here on the committer gives the claim up.
    pub(super) fn into_seen(mut self, sequence: u64, time: Timestamp) -> (DedupeKey, Seen) {
        self.is_used = true;
        (self.key, Seen { payload: self.payload, sequence, time })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.is_used {
            self.claims.release(self.key, || Err(StoreError::Abandoned));
        }
    }
}

/// Claims by key.
#[derive(Default)]
pub(super) struct Claims {
    open: DashMap<DedupeKey, OpenClaim>,
}

struct OpenClaim {
    payload: u64,
    waiters: Mutex<Vec<Waiter>>,
}

impl std::fmt::Debug for Claims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claims").field("open", &self.open.len()).finish()
    }
}

impl Claims {
    /// Gives a claim up and tells who waited for it.
    pub(super) fn release(&self, key: DedupeKey, result: impl Fn() -> Result<(), StoreError>) {
        if let Some((_, claim)) = self.open.remove(&key) {
            for waiter in claim.waiters.into_inner() {
                waiter(result());
            }
        }
    }
}

impl Store {
    /// Claims an event for writing, unless it was taken in already. `payload` is a hash of all it
    /// says: the same id with another payload is a conflict. One read of the database for a fresh
    /// event, none for a copy on its way.
    ///
    /// # Errors
    /// Where the database cannot be read or the row is damaged.
    pub fn claim(&self, key: DedupeKey, payload: u64) -> Result<Claimed, StoreError> {
        match self.claims.open.entry(key) {
            Entry::Occupied(open) if open.get().payload == payload => return Ok(Claimed::InFlight),
            Entry::Occupied(_) => return Ok(Claimed::Conflict),
            Entry::Vacant(vacant) => {
                vacant.insert(OpenClaim { payload, waiters: Mutex::default() });
            }
        }
        let claim = Claim { key, payload, claims: Arc::clone(&self.claims), is_used: false };
        match self.seen(key)? {
            None => Ok(Claimed::Fresh(claim)),
            Some(seen) => {
                self.resolve(claim);
                match seen.payload == payload {
                    true => Ok(Claimed::Duplicate { sequence: seen.sequence }),
                    false => Ok(Claimed::Conflict),
                }
            }
        }
    }

    /// What is remembered of an event on the disk.
    ///
    /// # Errors
    /// Where the database cannot be read or the row is damaged.
    pub fn seen(&self, key: DedupeKey) -> Result<Option<Seen>, StoreError> {
        self.tables.read(Family::Dedupe, &key.0)?.map(|row| Seen::decode(&row)).transpose()
    }

    /// Calls `waiter` once the event that was [`Claimed::InFlight`] is on the disk; at once where
    /// it is already. It hears [`StoreError::Abandoned`] where the event was given up, and should
    /// be sent again.
    pub fn when_claimed_is_written(&self, key: DedupeKey, waiter: Waiter) {
        if let Some(open) = self.claims.open.get(&key) {
            open.waiters.lock().push(waiter);
            return;
        }
        waiter(match self.seen(key) {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(StoreError::Abandoned),
            Err(error) => Err(error),
        });
    }

    /// Events whose time is before `moment` may be forgotten, when compaction next passes by. It
    /// never goes back.
    pub fn forget_events_before(&self, moment: Timestamp) {
        self.cutoff.fetch_max(moment.as_micros(), std::sync::atomic::Ordering::Relaxed);
    }

    /// The claim was not needed: the event is on the disk. A copy that came in the meantime may be
    /// acknowledged.
    fn resolve(&self, mut claim: Claim) {
        claim.is_used = true;
        self.claims.release(claim.key, || Ok(()));
    }
}
