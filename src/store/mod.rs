//! What outlives the process: the ordered log and everything folded from it, in RocksDB. Only this
//! folder knows RocksDB.
//!
//! **One log.** Every change is a record with a sequence, from 1, without gaps; guests, profiles,
//! outcomes and ledgers are folds of it, written in the same batch as the record that changed them.
//!
//! **One writer.** A caller *reserves* a sequence under the guest's lock, encodes the record and
//! the new state into the [`Reservation`], and submits it. The [`Committer`], one thread, writes
//! what waits as one batch, syncs, and tells who waits. No other thread ever writes.
//!
//! **Acknowledged means on the disk** ([`Durability`]). A failed write is neither there nor absent:
//! everyone in the group hears [`StoreError::Indeterminate`], the committer stops, and the process
//! ends; after the restart callers repeat by id, and what was there already is a duplicate
//! ([`Store::claim`]).
//!
//! **Opening is careful.** [`Store::init`] makes a store in an empty folder and nothing else ever
//! creates one. [`Store::open`] takes the folder's lock, checks instance, secret, marks and the end
//! of the log, and compares it with the high-water mark beside the database; a store that lost
//! something is refused with the number of records missing. [`Store::open_to_read`] looks only, also
//! while another process writes.
//!
//! | file | what |
//! |---|---|
//! | `open`, `check` | init, open, what is looked at before |
//! | `committer`, `reservation`, `rows`, `inbox`, `writer` | writing |
//! | `tables`, `read`, `scan` | reading |
//! | `dedupe`, `answers` | each event, and each call with an id, once |
//! | `keys` | keys, and the secret they are made with |
//! | `codec`, `wire` | stored bytes |
//! | `packed` | the same bytes, in memory |
//! | `family`, `options` | column families, settings |
//! | `files`, `highwater`, `marks` | what notices loss |

mod answers;
mod boards;
mod check;
mod codec;
mod committer;
mod dedupe;
mod error;
mod family;
mod files;
mod held;
mod highwater;
mod inbox;
mod keys;
mod marks;
mod open;
mod options;
mod own;
pub mod packed;
mod read;
mod reservation;
mod rows;
mod scan;
mod tables;
#[cfg(test)]
mod tests;
mod wire;
mod writer;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use parking_lot::Mutex;

pub use boards::{decode_interaction, decode_member, encode_interaction, encode_member};
pub use check::OpenReport;
pub use codec::RecordKind;
pub use committer::{Committer, Waiter};
pub use dedupe::{Claim, Claimed, Seen};
pub use error::{ErrorKind, StoreError};
pub use held::{decode_held_price, encode_held_price};
pub use keys::{DedupeKey, LedgerKey, LedgerKind, Pepper};
pub use options::{Durability, Options, Recovery};
pub use own::Own;
pub use read::TimelineEntry;
pub use reservation::Reservation;
pub use scan::{LogScan, OutboxEntry, Wake};

use crate::domain::decision::Decision;
use crate::domain::id::BrandId;
use crate::domain::time::Timestamp;

/// An open store: reads, keys and claims. Writes go through its [`Committer`], which a store opened
/// by [`Store::open_to_read`] cannot have. Share it in an `Arc`.
pub struct Store {
    // Dropped in this order: the database before the lock.
    tables: tables::Tables,
    database: PathBuf,
    pepper: Pepper,
    options: Options,
    instance: [u8; 16],
    /// Last sequence handed out.
    assigned: AtomicU64,
    /// Last sequence written.
    committed: AtomicU64,
    /// Events before this moment, in microseconds, may be forgotten.
    cutoff: Arc<AtomicI64>,
    claims: Arc<dedupe::Claims>,
    marks: Mutex<marks::Marks>,
    has_committer: AtomicBool,
    report: OpenReport,
    /// What only a store that may be written to has.
    writing: Option<Writing>,
}

/// The high-water mark, and the lock that keeps other processes from writing.
struct Writing {
    high_water: Mutex<highwater::HighWater>,
    _lock: File,
}

impl Store {
    /// The keys of this store.
    pub fn pepper(&self) -> &Pepper {
        &self.pepper
    }

    /// The settings it was opened with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Which store this is, as 32 hexadecimal digits.
    pub fn instance(&self) -> String {
        files::hex(&self.instance)
    }

    /// The high-water mark of a store that may be written to.
    fn high_water(&self) -> &Mutex<highwater::HighWater> {
        let writing = self.writing.as_ref();
        &writing.expect("a store that may only be read has no committer").high_water
    }

    /// What opening it has shown.
    pub fn report(&self) -> &OpenReport {
        &self.report
    }

    /// Last sequence handed out; 0 for an empty log.
    pub fn last_sequence(&self) -> u64 {
        self.assigned.load(Ordering::Acquire)
    }

    /// Last sequence written: everything up to it is visible to reads, and on the disk as
    /// [`Options::durability`] says.
    pub fn committed(&self) -> u64 {
        self.committed.load(Ordering::Acquire)
    }
}

/// Appends the bytes of a decision's record, as the log holds them: for measuring what a decision
/// costs.
pub fn encode_decision(
    out: &mut Vec<u8>,
    brand: &BrandId,
    recorded: Timestamp,
    decision: &Decision,
) {
    codec::write_decision_record(out, brand, recorded, decision);
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("instance", &self.instance())
            .field("committed", &self.committed())
            .finish_non_exhaustive()
    }
}
