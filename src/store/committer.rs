//! The one thread that writes.
//!
//! It takes what waits, puts it in order of sequence, builds one batch of the records that follow
//! each other without a gap, writes and syncs it, publishes how far the log has come, and tells who
//! waits. A record somebody waits for (an event) starts a group at once; records nobody waits for
//! (decisions) linger a few milliseconds for company. While a group is on its way to the disk the
//! next one gathers, so groups grow with the load by themselves.
//!
//! After a failed write the database is neither before nor after it. Nothing is tried again:
//! everyone hears [`StoreError::Indeterminate`], and the hook that was given ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use parking_lot::Mutex;

use super::error::StoreError;
use super::family::Family;
use super::inbox::{Aside, Inbox, Pending, Taken};
use super::reservation::Reservation;
use super::rows::Rows;
use super::scan::Wake;
use super::writer::Writer;
use super::{Store, keys};
use crate::domain::id::BrandId;

/// Told from the committer's thread when a record is on the disk, or that this is not known. It
/// must not block.
pub type Waiter = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Room of a new buffer: a decision with its guest.
const BUFFER_BYTES: usize = 4 << 10;

/// Takes records and writes them. Dropping it writes what is there and ends the thread.
pub struct Committer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What submitters and the thread share.
pub(super) struct Shared {
    pub(super) store: Arc<Store>,
    pub(super) inbox: Inbox,
    /// Records reserved and not yet written.
    pub(super) open_records: AtomicUsize,
    /// Bytes submitted and not yet written.
    pub(super) open_bytes: AtomicUsize,
    /// Is nothing accepted any more?
    pub(super) is_closed: AtomicBool,
    /// Has a write failed?
    pub(super) has_failed: AtomicBool,
    /// Has the thread ended, so that nobody takes what comes?
    pub(super) has_ended: AtomicBool,
    /// Buffers to be used again.
    pub(super) spare: Mutex<Vec<Vec<u8>>>,
}

impl Committer {
    /// Starts the thread. `on_fatal` is called from it, once, when a write has failed: end the
    /// process.
    ///
    /// # Errors
    /// [`StoreError::CommitterRunning`] where the store has one; where the system gives no thread.
    pub fn start(
        store: &Arc<Store>,
        on_fatal: impl FnOnce(StoreError) + Send + 'static,
    ) -> Result<Self, StoreError> {
        if store.has_committer.swap(true, Ordering::SeqCst) {
            return Err(StoreError::CommitterRunning);
        }
        let shared = Arc::new(Shared {
            store: Arc::clone(store),
            inbox: Inbox::new(store.options.linger_bytes),
            open_records: AtomicUsize::new(0),
            open_bytes: AtomicUsize::new(0),
            is_closed: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
            spare: Mutex::new(Vec::new()),
        });
        let writer = Writer::new(Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("committer".to_owned())
            .spawn(move || writer.run_to_the_end(on_fatal))
            .map_err(|source| {
                store.has_committer.store(false, Ordering::SeqCst);
                StoreError::Io { doing: "starting the committer".to_owned(), source }
            })?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// Reserves the next place in the log. Submit it soon: everyone behind it waits.
    ///
    /// # Errors
    /// [`StoreError::Overloaded`] where too much waits for the disk, [`StoreError::Closed`] after
    /// [`Self::close`] or a failed write. No sequence is taken then.
    pub fn reserve(&self) -> Result<Reservation<'_>, StoreError> {
        let options = &self.shared.store.options;
        let open = self.shared.open_records.fetch_add(1, Ordering::SeqCst);
        let refused = if self.shared.is_closed.load(Ordering::SeqCst) {
            Some(StoreError::Closed)
        } else if open >= options.queue_records
            || self.shared.open_bytes.load(Ordering::Relaxed) >= options.queue_bytes
        {
            Some(StoreError::Overloaded)
        } else {
            None
        };
        if let Some(error) = refused {
            self.shared.open_records.fetch_sub(1, Ordering::SeqCst);
            return Err(error);
        }
        let rows = Rows::reusing(
            self.shared.spare.lock().pop().unwrap_or_else(|| Vec::with_capacity(BUFFER_BYTES)),
        );
        let sequence = self.shared.store.assigned.fetch_add(1, Ordering::AcqRel) + 1;
        Ok(Reservation::new(self, sequence, rows))
    }

    /// Writes a checkpoint of the learner under a name, in place of all older ones but the last.
    /// `sequence` is the last one it has learnt from. The waiter is told as for a record.
    pub fn put_checkpoint(&self, name: &str, sequence: u64, checkpoint: &[u8], waiter: Waiter) {
        let mut rows = Rows::default();
        match self.shared.store.checkpoint_sequences(name) {
            Ok(known) => {
                for old in known.iter().rev().skip(1).filter(|old| **old != sequence) {
                    rows.delete(Family::Models, &keys::named_row(name, *old));
                }
            }
            Err(error) => return waiter(Err(error)),
        }
        rows.put(Family::Models, &keys::named_row(name, sequence), |bytes| {
            bytes.extend_from_slice(checkpoint)
        });
        self.push_aside(Aside { rows, after: 0, waiter });
    }

    /// Forgets messages of the outbox that were delivered: those of the sequences up to and
    /// including `through`.
    pub fn forget_outbox(&self, through: u64, waiter: Waiter) {
        let mut rows = Rows::default();
        for entry in self.shared.store.outbox(0, usize::MAX) {
            match entry {
                Ok(entry) if entry.sequence > through => break,
                Ok(entry) => {
                    rows.delete(Family::Outbox, &keys::outbox_row(entry.sequence, entry.index))
                }
                Err(error) => return waiter(Err(error)),
            }
        }
        self.push_aside(Aside { rows, after: 0, waiter });
    }

    /// Puts and takes away moments at which guests are to be looked at, beside the log: they only
    /// remind, and what they remind of stands in the guests.
    pub fn put_wakes(&self, put: &[Wake], gone: &[Wake], waiter: Waiter) {
        let mut rows = Rows::default();
        for wake in gone {
            rows.delete(Family::Outbox, &keys::wake_row(wake.at, wake.guest, wake.nonce));
        }
        for wake in put {
            let row = keys::wake_row(wake.at, wake.guest, wake.nonce);
            rows.put(Family::Outbox, &row, |bytes| {
                bytes.extend_from_slice(wake.brand.as_str().as_bytes());
            });
        }
        self.push_aside(Aside { rows, after: 0, waiter });
    }

    /// Says what the timers of a brand are set by now.
    pub fn put_timers_set_by(&self, brand: &BrandId, what: &[u8], waiter: Waiter) {
        let mut rows = Rows::default();
        let row = keys::set_by_row(brand);
        rows.put(Family::Outbox, &row, |bytes| bytes.extend_from_slice(what));
        self.push_aside(Aside { rows, after: 0, waiter });
    }

    /// Tells when everything up to and including `sequence` is written; without lingering, and at
    /// once where it is already. Do not wait for it while holding a reservation at or before
    /// `sequence`.
    pub fn when_written(&self, sequence: u64, waiter: Waiter) {
        self.push_aside(Aside { rows: Rows::default(), after: sequence, waiter });
    }

    /// Waits until every sequence handed out before is written. Blocks the caller's thread, which
    /// must not hold a reservation.
    ///
    /// # Errors
    /// [`StoreError::Indeterminate`] where a write fails, [`StoreError::Closed`] where nothing is
    /// written any more.
    pub fn flush(&self) -> Result<(), StoreError> {
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        let last = self.shared.store.last_sequence();
        self.when_written(last, Box::new(move |result| drop(tell.send(result))));
        told.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// Writes what is there, writes the high-water mark, and ends the thread. Reservations after
    /// this are refused.
    ///
    /// # Errors
    /// [`StoreError::Indeterminate`] where a write had failed.
    pub fn close(&self) -> Result<(), StoreError> {
        self.shared.is_closed.store(true, Ordering::SeqCst);
        self.shared.inbox.close();
        if let Some(thread) = self.thread.lock().take() {
            // A panic of the thread was caught inside and counts as a failure.
            drop(thread.join());
            self.shared.store.has_committer.store(false, Ordering::SeqCst);
        }
        match self.shared.has_failed.load(Ordering::SeqCst) {
            true => Err(StoreError::Indeterminate),
            false => Ok(()),
        }
    }

    /// The store it writes to.
    pub fn store(&self) -> &Arc<Store> {
        &self.shared.store
    }

    pub(super) fn push(&self, record: Pending) {
        self.shared.open_bytes.fetch_add(record.rows.len_bytes(), Ordering::Relaxed);
        self.shared.inbox.push(record);
        if self.shared.has_ended.load(Ordering::SeqCst) {
            self.shared.refuse_what_waits();
        }
    }

    pub(super) fn push_aside(&self, aside: Aside) {
        if self.shared.is_closed.load(Ordering::SeqCst) {
            return (aside.waiter)(Err(StoreError::Closed));
        }
        self.shared.inbox.push_aside(aside);
        if self.shared.has_ended.load(Ordering::SeqCst) {
            self.shared.refuse_what_waits();
        }
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!(%error, "committer ended after a failed write");
        }
    }
}

impl std::fmt::Debug for Committer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Committer")
            .field("open_records", &self.shared.open_records.load(Ordering::Relaxed))
            .field("open_bytes", &self.shared.open_bytes.load(Ordering::Relaxed))
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Once the thread has ended: tells everyone who comes too late. Called by the thread and by
    /// whoever pushes after it, so that nobody waits for ever.
    pub(super) fn refuse_what_waits(&self) {
        let mut taken = Taken::default();
        self.inbox.take_now(&mut taken);
        self.refuse_records(taken.records);
        self.refuse_asides(taken.asides);
    }

    pub(super) fn refuse_records(&self, records: impl IntoIterator<Item = Pending>) {
        for record in records {
            self.open_records.fetch_sub(1, Ordering::SeqCst);
            if let Some(key) = record.claim {
                self.store.claims.release(key, || Err(self.refusal()));
            }
            if let Some(waiter) = record.waiter {
                waiter(Err(self.refusal()));
            }
        }
    }

    pub(super) fn refuse_asides(&self, asides: impl IntoIterator<Item = Aside>) {
        for aside in asides {
            (aside.waiter)(Err(self.refusal()));
        }
    }

    /// After a failed write nobody knows what has reached the disk.
    fn refusal(&self) -> StoreError {
        match self.has_failed.load(Ordering::SeqCst) {
            true => StoreError::Indeterminate,
            false => StoreError::Closed,
        }
    }
}
