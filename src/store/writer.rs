//! What the committer's thread does: groups, batches, syncs, and the high-water mark.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rocksdb::{WriteBatch, WriteOptions};

use super::committer::Shared;
use super::error::StoreError;
use super::family::Family;
use super::inbox::{Aside, Patience, Pending, Taken, Window};
use super::options::Durability;
use super::rows::Row;
use super::{Store, marks};
use crate::sys::clock::Stopwatch;
use crate::sys::telemetry;

/// How often the high-water mark is written at most.
const MARK_EVERY: Duration = Duration::from_secs(1);
/// Buffers kept for reuse, and the largest that is.
const SPARE_BUFFERS: usize = 256;
const SPARE_BYTES_MAX: usize = 64 << 10;

/// The thread's own: what is being put together.
pub(super) struct Writer {
    shared: Arc<Shared>,
    window: Window,
    group: Vec<Pending>,
    /// Waiting for their sequence.
    asides: Vec<Aside>,
    /// Those of this group.
    group_asides: Vec<Aside>,
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

impl Writer {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
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
            group_asides: Vec::new(),
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

    /// Writes until the committer is closed, or a write fails.
    pub(super) fn run_to_the_end(mut self, on_fatal: impl FnOnce(StoreError)) {
        let error = match catch_unwind(AssertUnwindSafe(|| self.run())) {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error),
            Err(_) => Some(StoreError::Engine {
                doing: "committing",
                message: "the committer panicked".to_owned(),
            }),
        };
        let shared = &self.shared;
        shared.is_closed.store(true, Ordering::SeqCst);
        shared.has_failed.store(error.is_some(), Ordering::SeqCst);
        shared.has_ended.store(true, Ordering::SeqCst);
        shared.refuse_records(self.group.drain(..).chain(self.window.drain()));
        shared.refuse_asides(self.asides.drain(..).chain(self.group_asides.drain(..)));
        shared.refuse_what_waits();
        if let Some(error) = error {
            tracing::error!(%error, "a write failed; nothing is written any more");
            on_fatal(error);
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
        let mark = (self.durable > self.shared.store.high_water().lock().sequence())
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
            let next = self.window.next();
            self.group_asides.extend(self.asides.extract_if(.., |aside| aside.after < next));
            if self.group.is_empty() && self.group_asides.is_empty() {
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
            store.tables.write(batch, &self.write_options)?;
            self.since_write = Stopwatch::start();
        }
        if store.options.durability == Durability::Always {
            self.durable = last;
        }
        store.committed.store(last, Ordering::Release);
        if !self.group.is_empty() {
            let records = u32::try_from(self.group.len()).unwrap_or(u32::MAX);
            self.metrics.seconds.record(watch.seconds());
            self.metrics.records.record(f64::from(records));
        }
        self.tell();
        Ok(())
    }

    fn batch(&mut self, store: &Store, last: u64) -> Result<WriteBatch, StoreError> {
        let families = store.tables.families()?;
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
                self.last_writer
                    .extend(record.rows.iter().filter_map(|row| Some((state_key(&row)?, at))));
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
        self.group_asides.iter().flat_map(|aside| aside.rows.iter()).for_each(&mut put);
        if batch.is_empty() {
            return Ok(batch);
        }

        marks.set(Family::Meta, last);
        for (family, handle) in Family::ALL.into_iter().zip(&families) {
            // The log's last record is its mark.
            if marks.get(family) == last && family != Family::Log {
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
        // Before anyone is told, so that who hears it finds room.
        shared.open_bytes.fetch_sub(bytes, Ordering::Relaxed);
        shared.open_records.fetch_sub(self.group.len(), Ordering::SeqCst);
        for record in self.group.drain(..) {
            if let Some(key) = record.claim {
                shared.store.claims.release(key, || Ok(()));
            }
            if let Some(waiter) = record.waiter {
                waiter(Ok(()));
            }
        }
        for aside in self.group_asides.drain(..) {
            (aside.waiter)(Ok(()));
        }
    }

    fn sync_when_due(&mut self) -> Result<(), StoreError> {
        match self.shared.store.options.durability {
            Durability::Interval(every) if self.since_sync.elapsed() >= every => self.sync(),
            Durability::Interval(_) | Durability::Always | Durability::NeverForTestControl => {
                Ok(())
            }
        }
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        let committed = self.shared.store.committed();
        if self.durable < committed {
            self.shared.store.tables.sync()?;
            self.durable = committed;
        }
        self.since_sync = Stopwatch::start();
        Ok(())
    }

    /// Writes the high-water mark, where it lags and was not written within the last second. That
    /// it fails costs only the notice of a later loss, so it is told and tried again.
    fn mark_when_due(&mut self, is_last: bool) {
        let mut mark = self.shared.store.high_water().lock();
        if mark.sequence() >= self.durable
            || (!is_last && mark.sequence() > 0 && self.since_mark.elapsed() < MARK_EVERY)
        {
            return;
        }
        if let Err(error) = mark.write(self.durable, &self.shared.store.database) {
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
