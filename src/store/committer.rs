//! The one thread that writes.
//!
//! It takes what waits, puts it in order of sequence, builds one batch of the records that follow each other without a gap,
//! writes and syncs it, publishes how far the log has come, and tells who waits. A record somebody waits for (an event)
//! starts a group at once; records nobody waits for (decisions) linger a few milliseconds for company. While a group is on
//! its way to the disk the next one gathers, so groups grow with the load by themselves.
//!
//! After a failed write the database is neither before nor after it. Nothing is tried again: everyone hears
//! [`StoreError::Indeterminate`], and the hook that was given ends the process.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use rocksdb::{WriteBatch, WriteOptions};

use super::error::StoreError;
use super::family::Family;
use super::inbox::{Aside, Inbox, Patience, Pending, Taken, Window};
use super::options::Durability;
use super::reservation::Reservation;
use super::rows::{Row, Rows};
use super::{Store, keys, marks};
use crate::sys::clock::Stopwatch;
use crate::sys::telemetry;

/// Told from the committer's thread when a record is on the disk, or that this is not known. It must not block.
pub type Waiter = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Told once, when the committer cannot go on.
type OnFatal = Box<dyn FnOnce(StoreError) + Send>;

/// How often the high-water mark is written at most.
const MARK_EVERY: Duration = Duration::from_secs(1);
/// Buffers kept for reuse, and the largest that is.
const SPARE_BUFFERS: usize = 256;
const SPARE_BYTES_MAX: usize = 64 << 10;

/// Takes records and writes them. Dropping it writes what is there and ends the thread.
pub struct Committer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    store: Arc<Store>,
    inbox: Inbox,
    /// Records reserved and not yet written.
    open_records: AtomicUsize,
    /// Bytes submitted and not yet written.
    open_bytes: AtomicUsize,
    is_closed: AtomicBool,
    /// Why nothing is written any more, if so.
    has_failed: AtomicBool,
    spare: Mutex<Vec<Vec<u8>>>,
}

impl Committer {
    /// Starts the thread. `on_fatal` is called from it, once, when a write has failed: end the process.
    ///
    /// # Errors
    /// [`StoreError::CommitterRunning`] where the store has one; where the system gives no thread.
    pub fn start(store: &Arc<Store>, on_fatal: impl FnOnce(StoreError) + Send + 'static) -> Result<Self, StoreError> {
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
            spare: Mutex::new(Vec::new()),
        });
        let writer = Writer::new(Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("committer".to_owned())
            .spawn(move || run(writer, Box::new(on_fatal)))
            .map_err(|source| {
                store.has_committer.store(false, Ordering::SeqCst);
                StoreError::Io { doing: "starting the committer".to_owned(), source }
            })?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// Reserves the next place in the log. Submit it soon: everyone behind it waits.
    ///
    /// # Errors
    /// [`StoreError::Overloaded`] where too much waits for the disk, [`StoreError::Closed`] after [`Self::close`] or a
    /// failed write. No sequence is taken then.
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
        let rows = Rows::reusing(self.shared.spare.lock().pop().unwrap_or_default());
        let sequence = self.shared.store.assigned.fetch_add(1, Ordering::AcqRel) + 1;
        Ok(Reservation::new(self, sequence, rows))
    }

    /// Writes a checkpoint of the learner under a name, in place of all older ones but the last. `sequence` is the last
    /// one it has learnt from. The waiter is told as for a record.
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
        rows.put(Family::Models, &keys::named_row(name, sequence), |bytes| bytes.extend_from_slice(checkpoint));
        self.push_aside(rows, waiter);
    }

    /// Forgets messages of the outbox that were delivered: those of the sequences up to and including `through`.
    pub fn forget_outbox(&self, through: u64, waiter: Waiter) {
        let mut rows = Rows::default();
        for entry in self.shared.store.outbox(0, usize::MAX) {
            match entry {
                Ok(entry) if entry.sequence > through => break,
                Ok(entry) => rows.delete(Family::Outbox, &keys::outbox_row(entry.sequence, entry.index)),
                Err(error) => return waiter(Err(error)),
            }
        }
        self.push_aside(rows, waiter);
    }

    /// Waits until everything submitted before is on the disk. Blocks the caller's thread.
    ///
    /// # Errors
    /// [`StoreError::Indeterminate`] where a write fails, [`StoreError::Closed`] where nothing is written any more.
    pub fn flush(&self) -> Result<(), StoreError> {
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        let last = self.shared.store.last_sequence();
        loop {
            let tell = tell.clone();
            self.push_aside(Rows::default(), Box::new(move |result| drop(tell.send(result))));
            told.recv().unwrap_or(Err(StoreError::Closed))?;
            if self.shared.store.committed() >= last {
                return Ok(());
            }
            std::thread::yield_now();
        }
    }

    /// Writes what is there, writes the high-water mark, and ends the thread. Reservations after this are refused.
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
        if self.shared.has_failed.load(Ordering::SeqCst) {
            self.shared.refuse_what_waits();
        }
    }

    fn push_aside(&self, rows: Rows, waiter: Waiter) {
        if self.shared.is_closed.load(Ordering::SeqCst) {
            return waiter(Err(StoreError::Closed));
        }
        self.shared.inbox.push_aside(Aside { rows, waiter });
        if self.shared.has_failed.load(Ordering::SeqCst) {
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
    /// After a failure: tells everyone whose record waits that its fate is unknown.
    fn refuse_what_waits(&self) {
        let mut taken = Taken::default();
        self.inbox.take_now(&mut taken);
        self.refuse(taken.records);
        for aside in taken.asides {
            (aside.waiter)(Err(StoreError::Indeterminate));
        }
    }

    fn refuse(&self, records: impl IntoIterator<Item = Pending>) {
        for record in records {
            self.open_records.fetch_sub(1, Ordering::SeqCst);
            if let Some(key) = record.claim {
                self.store.claims.release(key, || Err(StoreError::Indeterminate));
            }
            if let Some(waiter) = record.waiter {
                waiter(Err(StoreError::Indeterminate));
            }
        }
    }
}

/// The thread's own: what is being put together.
struct Writer {
    shared: Arc<Shared>,
    window: Window,
    group: Vec<Pending>,
    asides: Vec<Aside>,
    /// Position in the group of the last record that writes a row of `guests` or `profiles`.
    last_writer: HashMap<StateKey, usize>,
    write_options: WriteOptions,
    /// Last sequence known to be synced.
    durable: u64,
    is_closing: bool,
    since_write: Stopwatch,
    since_sync: Stopwatch,
    since_mark: Stopwatch,
    metrics: Metrics,
}

struct Metrics {
    seconds: metrics::Histogram,
    records: metrics::Histogram,
}

fn run(mut writer: Writer, on_fatal: OnFatal) {
    let outcome = catch_unwind(AssertUnwindSafe(|| writer.run()));
    let error = match outcome {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error,
        Err(_) => StoreError::Engine { doing: "committing", message: "the committer panicked".to_owned() },
    };
    tracing::error!(%error, "a write failed; nothing is written any more");
    let shared = &writer.shared;
    shared.is_closed.store(true, Ordering::SeqCst);
    shared.has_failed.store(true, Ordering::SeqCst);
    shared.refuse(writer.group.drain(..).chain(writer.window.drain()));
    for aside in writer.asides.drain(..) {
        (aside.waiter)(Err(StoreError::Indeterminate));
    }
    shared.refuse_what_waits();
    on_fatal(error);
}

impl Writer {
    fn new(shared: Arc<Shared>) -> Self {
        let committed = shared.store.committed();
        let mut write_options = WriteOptions::default();
        write_options.set_sync(shared.store.options.durability == Durability::Always);
        let metrics = Metrics {
            seconds: metrics::histogram!(telemetry::COMMIT_SECONDS),
            records: metrics::histogram!(telemetry::COMMIT_RECORDS),
        };
        Self {
            shared,
            window: Window::starting_at(committed + 1),
            group: Vec::new(),
            asides: Vec::new(),
            last_writer: HashMap::new(),
            write_options,
            durable: committed,
            is_closing: false,
            since_write: Stopwatch::start(),
            since_sync: Stopwatch::start(),
            since_mark: Stopwatch::start(),
            metrics,
        }
    }

    fn run(&mut self) -> Result<(), StoreError> {
        let mut taken = Taken::default();
        loop {
            self.shared.inbox.take(self.patience(), &mut taken);
            for record in taken.records.drain(..) {
                self.window.put(record);
            }
            self.asides.append(&mut taken.asides);
            self.write_all()?;
            self.sync_when_due()?;
            self.mark_when_due(false);
            self.is_closing = taken.is_closing;
            if self.is_closing && self.shared.open_records.load(Ordering::SeqCst) == 0 {
                return self.finish();
            }
        }
    }

    fn patience(&self) -> Patience {
        let options = &self.shared.store.options;
        let mark = (self.durable > self.shared.store.high_water.lock().sequence())
            .then(|| MARK_EVERY.saturating_sub(self.since_mark.elapsed()));
        let sync = match options.durability {
            Durability::Interval(every) if self.durable < self.shared.store.committed() => {
                Some(every.saturating_sub(self.since_sync.elapsed()))
            }
            _ => None,
        };
        // While closing, the last submitters are at work: look again soon.
        let closing = self.is_closing.then_some(Duration::from_millis(1));
        Patience {
            linger: options.linger,
            since_write: self.since_write,
            has_gap: !self.window.is_empty(),
            is_closing: self.is_closing,
            idle: [mark, sync, closing].into_iter().flatten().min(),
        }
    }

    fn write_all(&mut self) -> Result<(), StoreError> {
        loop {
            self.window.take_group(self.shared.store.options.group_bytes, &mut self.group);
            if self.group.is_empty() && self.asides.is_empty() {
                return Ok(());
            }
            self.write_group()?;
        }
    }

    fn write_group(&mut self) -> Result<(), StoreError> {
        let watch = Stopwatch::start();
        let store = Arc::clone(&self.shared.store);
        let last = self.group.last().map_or(store.committed(), |record| record.sequence);
        let batch = self.batch(&store, last)?;
        if !batch.is_empty() {
            store.db.write_opt(batch, &self.write_options).map_err(StoreError::engine("writing a group"))?;
            self.since_write = Stopwatch::start();
        }
        if store.options.durability == Durability::Always {
            self.durable = last;
        }
        store.committed.store(last, Ordering::Release);
        self.metrics.seconds.record(watch.seconds());
        self.metrics.records.record(f64::from(u32::try_from(self.group.len()).unwrap_or(u32::MAX)));
        self.tell();
        Ok(())
    }

    fn batch(&mut self, store: &Store, last: u64) -> Result<WriteBatch, StoreError> {
        let families = store.families()?;
        let bytes: usize = self.group.iter().map(|record| record.rows.len_bytes()).sum();
        let mut batch = WriteBatch::with_capacity_bytes(bytes + bytes / 8 + 512);
        let mut marks = store.marks.lock();
        let mut put = |row: Row<'_>| {
            let Some(family) = families.get(row.family.at()) else { return };
            match row.value {
                Some(value) => batch.put_cf(family, row.key, value),
                None => batch.delete_cf(family, row.key),
            }
            marks.set(row.family, last);
        };

        self.last_writer.clear();
        if self.group.len() > 1 {
            for (at, record) in self.group.iter().enumerate() {
                self.last_writer.extend(record.rows.iter().filter_map(|row| Some((state_key(&row)?, at))));
            }
        }
        for (at, record) in self.group.iter().enumerate() {
            for row in record.rows.iter() {
                let last = state_key(&row).and_then(|key| self.last_writer.get(&key));
                if last.is_none_or(|last| *last == at) {
                    put(row);
                }
            }
        }
        self.asides.iter().flat_map(|aside| aside.rows.iter()).for_each(&mut put);
        if batch.is_empty() {
            return Ok(batch);
        }

        marks.set(Family::Meta, last);
        for (family, handle) in Family::ALL.into_iter().zip(&families) {
            if marks.get(family) == last {
                batch.put_cf(handle, marks::KEY, last.to_le_bytes());
            }
        }
        if let Some(meta) = families.get(Family::Meta.at()) {
            batch.put_cf(meta, marks::TABLE_KEY, marks.encode());
        }
        Ok(batch)
    }

    /// The group is written: gives claims up, tells who waits, takes the buffers back.
    fn tell(&mut self) {
        let shared = &self.shared;
        let records = self.group.len();
        let mut bytes = 0;
        let mut spare = shared.spare.lock();
        for record in &mut self.group {
            bytes += record.rows.len_bytes();
            let buffer = std::mem::take(&mut record.rows).into_buffer();
            if spare.len() < SPARE_BUFFERS && buffer.capacity() <= SPARE_BYTES_MAX {
                spare.push(buffer);
            }
        }
        drop(spare);
        shared.open_bytes.fetch_sub(bytes, Ordering::Relaxed);
        for record in self.group.drain(..) {
            if let Some(key) = record.claim {
                shared.store.claims.release(key, || Ok(()));
            }
            if let Some(waiter) = record.waiter {
                waiter(Ok(()));
            }
        }
        for aside in self.asides.drain(..) {
            (aside.waiter)(Ok(()));
        }
        shared.open_records.fetch_sub(records, Ordering::SeqCst);
    }

    fn sync_when_due(&mut self) -> Result<(), StoreError> {
        match self.shared.store.options.durability {
            Durability::Interval(every) if self.since_sync.elapsed() >= every => self.sync(),
            Durability::Interval(_) | Durability::Always | Durability::NeverForTestControl => Ok(()),
        }
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        let committed = self.shared.store.committed();
        if self.durable < committed {
            self.shared.store.db.flush_wal(true).map_err(StoreError::engine("syncing the log"))?;
            self.durable = committed;
        }
        self.since_sync = Stopwatch::start();
        Ok(())
    }

    /// Writes the high-water mark, where it lags and was not written within the last second. That it fails costs only the
    /// notice of a later loss, so it is told and tried again.
    fn mark_when_due(&mut self, is_last: bool) {
        let mut mark = self.shared.store.high_water.lock();
        if mark.sequence() >= self.durable || (!is_last && mark.sequence() > 0 && self.since_mark.elapsed() < MARK_EVERY) {
            return;
        }
        if let Err(error) = mark.write(self.durable) {
            tracing::error!(%error, "high-water mark not written");
        }
        drop(mark);
        self.since_mark = Stopwatch::start();
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        if self.shared.store.options.durability != Durability::NeverForTestControl {
            self.sync()?;
        }
        self.mark_when_due(true);
        Ok(())
    }
}

/// Names a row that is a whole state, of which only the last in a group matters.
type StateKey = (Family, [u8; 21]);

fn state_key(row: &Row<'_>) -> Option<StateKey> {
    if !matches!(row.family, Family::Guests | Family::Profiles) {
        return None;
    }
    let mut key = [0; 21];
    key.get_mut(..row.key.len())?.copy_from_slice(row.key);
    Some((row.family, key))
}
