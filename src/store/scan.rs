//! Walks over ranges of keys that end either at the end of the range or with an error.
//!
//! RocksDB's iterators become invalid both at the end and at a damaged block; only their status
//! tells which. An iterator that is not asked ends early and looks complete. [`Scan`] asks, always:
//! its last item is the error, where there is one.

use rocksdb::{DBRawIteratorWithThreadMode, ReadOptions};

use super::codec::RecordKind;
use super::error::StoreError;
use super::family::Family;
use super::tables::{Database, Tables};
use super::{Store, codec, keys, marks};
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, GuestKey};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

/// Which way a scan goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Ascending,
    Descending,
}

/// Rows with `from <= key < to`, marks left out.
pub(super) struct Scan<'a> {
    rows: DBRawIteratorWithThreadMode<'a, Database>,
    order: Order,
    family: Family,
    is_started: bool,
    is_done: bool,
}

impl Tables {
    /// Scans the rows of a family with `from <= key < to`; an empty `to` means to the end.
    pub(super) fn scan(
        &self,
        family: Family,
        from: &[u8],
        to: &[u8],
        order: Order,
    ) -> Result<Scan<'_>, StoreError> {
        let mut options = ReadOptions::default();
        options.set_total_order_seek(true);
        options.set_iterate_lower_bound(if from.is_empty() {
            after(marks::KEY)
        } else {
            from.to_vec()
        });
        if !to.is_empty() {
            options.set_iterate_upper_bound(to);
        }
        self.scan_with(family, options, order)
    }

    fn scan_with(
        &self,
        family: Family,
        options: ReadOptions,
        order: Order,
    ) -> Result<Scan<'_>, StoreError> {
        let rows = self.db.raw_iterator_cf_opt(self.family(family)?, options);
        Ok(Scan { rows, order, family, is_started: false, is_done: false })
    }

    /// Scans the rows of a family from `from` on, as long as their keys begin as it does, over the
    /// length that the family's filters know. Files without such a key are passed over unread.
    pub(super) fn scan_alike(&self, family: Family, from: &[u8]) -> Result<Scan<'_>, StoreError> {
        debug_assert!(family.prefix_bytes().is_some_and(|bytes| bytes <= from.len()));
        let mut options = ReadOptions::default();
        options.set_prefix_same_as_start(true);
        options.set_iterate_lower_bound(from.to_vec());
        self.scan_with(family, options, Order::Ascending)
    }

    /// Scans the rows of a family whose keys begin with `prefix`, which is neither empty nor all
    /// `FF`.
    pub(super) fn scan_prefix(
        &self,
        family: Family,
        prefix: &[u8],
        order: Order,
    ) -> Result<Scan<'_>, StoreError> {
        let mut end = prefix.to_vec();
        while let Some(last) = end.pop() {
            if let Some(next) = last.checked_add(1) {
                end.push(next);
                break;
            }
        }
        self.scan(family, prefix, &end, order)
    }
}

impl Store {
    /// Reads the log from a sequence on, to its end at the time of the call. Empty records (of
    /// reservations that were given up) are passed over; a gap is an error.
    ///
    /// # Errors
    /// Where the database cannot be read. Errors on the way are items, and the last ones.
    pub fn log(&self, from: u64) -> Result<LogScan<'_>, StoreError> {
        let through = self.committed();
        let from = from.clamp(1, through.saturating_add(1));
        let end = keys::log_row(through.saturating_add(1));
        let rows = self.tables.scan(Family::Log, &keys::log_row(from), &end, Order::Ascending)?;
        Ok(LogScan { rows, through, next: from, wanted: None, is_done: false })
    }

    /// Messages of the outbox from a sequence on, at most `limit` of them; committed ones only.
    pub fn outbox(
        &self,
        from: u64,
        limit: usize,
    ) -> impl Iterator<Item = Result<OutboxEntry, StoreError>> + '_ {
        let rows = self.tables.scan(
            Family::Outbox,
            &keys::outbox_row(from.max(1), 0),
            &keys::OUTBOX_END,
            Order::Ascending,
        );
        let (rows, error) = match rows {
            Ok(rows) => (Some(rows), None),
            Err(error) => (None, Some(Err(error))),
        };
        let entries = rows.into_iter().flatten().map(|row| {
            let (key, message) = row?;
            let (sequence, index) = keys::outbox_place(&key)
                .ok_or_else(|| StoreError::corrupt("a key of the outbox"))?;
            Ok(OutboxEntry { sequence, index, message: message.into_vec() })
        });
        error.into_iter().chain(entries).take(limit)
    }
}

impl Store {
    /// The moments guests are to be looked at, from one until another, both included, soonest first.
    pub fn wakes(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = Result<Wake, StoreError>> + '_ {
        let from = keys::wake_row(from, GuestKey([0; 16]), 0);
        let rows = self.tables.scan(Family::Outbox, &from, &[], Order::Ascending);
        let (rows, error) = match rows {
            Ok(rows) => (Some(rows), None),
            Err(error) => (None, Some(Err(error))),
        };
        let wakes = rows.into_iter().flatten().map(|row| {
            let (key, brand) = row?;
            let broken = || StoreError::corrupt("a moment of the outbox");
            let (at, guest, nonce) = keys::wake_place(&key).ok_or_else(broken)?;
            let brand = std::str::from_utf8(&brand).map_err(|_| broken())?;
            let brand = BrandId::parse("brand", brand).map_err(|_| broken())?;
            Ok(Wake { at, nonce, brand, guest })
        });
        let is_due = move |wake: &Result<Wake, StoreError>| match wake {
            Ok(wake) => wake.at <= until,
            Err(_) => true,
        };
        error.into_iter().chain(wakes).take_while(is_due)
    }

    /// What the timers of a brand are set by.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn timers_set_by(&self, brand: &BrandId) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self.tables.read(Family::Outbox, &keys::set_by_row(brand))?;
        Ok(row.map(|bytes| bytes.to_vec()))
    }

    /// Some guests of a brand with their states as they were last written, in order of their keys,
    /// from one on.
    ///
    /// # Errors
    /// Where the database cannot be read, or a state is damaged or too new.
    pub fn some_guests(
        &self,
        brand: &BrandId,
        from: GuestKey,
        limit: usize,
    ) -> Result<Vec<(GuestKey, GuestState)>, StoreError> {
        let first = keys::guest_row(brand, from);
        let last = keys::guest_row(brand, GuestKey([u8::MAX; 16]));
        let guests = self.tables.scan(Family::Guests, &first, &last, Order::Ascending)?;
        let guest = |row: Result<KeyValue, StoreError>| {
            let (key, state) = row?;
            let broken = || StoreError::corrupt("a key of the guests");
            let guest = key.last_chunk().ok_or_else(broken)?;
            Ok((GuestKey(*guest), codec::read_guest(&state)?))
        };
        guests.take(limit).map(guest).collect()
    }
}

/// A moment at which a guest is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wake {
    /// The moment.
    pub at: Timestamp,
    /// Tells rows of one moment apart.
    pub nonce: u64,
    /// The tenant.
    pub brand: BrandId,
    /// Whom.
    pub guest: GuestKey,
}

/// A message of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Sequence of the record it was written with.
    pub sequence: u64,
    /// Its place among the messages of that record, 0-based.
    pub index: u16,
    /// What the layer above wrote.
    pub message: Vec<u8>,
}

impl Scan<'_> {
    /// Goes on behind this key, which need not be there.
    pub(super) fn skip_to(&mut self, key: &[u8]) {
        // The next step leaves the place this finds, so it must be the key or lie just before it on
        // the way.
        match self.order {
            Order::Ascending => self.rows.seek_for_prev(key),
            Order::Descending => self.rows.seek(key),
        }
        self.is_started = self.rows.valid();
    }

    fn step(&mut self) {
        match (self.order, self.is_started) {
            (Order::Ascending, true) => self.rows.next(),
            (Order::Ascending, false) => self.rows.seek_to_first(),
            (Order::Descending, true) => self.rows.prev(),
            (Order::Descending, false) => self.rows.seek_to_last(),
        }
    }
}

/// A key and its value.
pub(super) type KeyValue = (Box<[u8]>, Box<[u8]>);

impl Iterator for Scan<'_> {
    type Item = Result<KeyValue, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        self.step();
        self.is_started = true;
        if let Some((key, value)) = self.rows.item() {
            return Some(Ok((key.into(), value.into())));
        }
        self.is_done = true;
        match self.rows.status() {
            Ok(()) => None,
            Err(error) => {
                Some(Err(StoreError::corrupt(format!("reading {}: {error}", self.family.name()))))
            }
        }
    }
}

/// Records in order. Ends after the first error.
pub struct LogScan<'a> {
    rows: Scan<'a>,
    /// Last sequence it reads.
    through: u64,
    /// The sequence that must come next.
    next: u64,
    /// Kinds of record that are read; `None`: all.
    wanted: Option<&'static [RecordKind]>,
    is_done: bool,
}

impl LogScan<'_> {
    /// Passes over records of other kinds, without reading more of them than their kind.
    #[must_use]
    pub fn only(mut self, wanted: &'static [RecordKind]) -> Self {
        self.wanted = Some(wanted);
        self
    }

    fn read(&mut self, row: Result<KeyValue, StoreError>) -> Result<Option<Record>, StoreError> {
        let (key, value) = row?;
        let sequence =
            keys::trailing_number(&key).ok_or_else(|| StoreError::corrupt("a key of the log"))?;
        let expected = std::mem::replace(&mut self.next, sequence.saturating_add(1));
        if expected != sequence {
            return Err(StoreError::corrupt(format!(
                "the log has no record {expected}; {sequence} follows"
            )));
        }
        match self.wanted {
            Some(wanted) if !codec::is_of_kind(&value, wanted) => Ok(None),
            _ => codec::read_record(sequence, &value),
        }
    }
}

impl Iterator for LogScan<'_> {
    type Item = Result<Record, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_done {
            let Some(row) = self.rows.next() else {
                self.is_done = true;
                let is_short = self.next <= self.through;
                let error = || StoreError::corrupt(format!("the log has no record {}", self.next));
                return is_short.then(|| Err(error()));
            };
            match self.read(row) {
                Ok(Some(record)) => return Some(Ok(record)),
                Ok(None) => {}
                Err(error) => {
                    self.is_done = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl std::fmt::Debug for LogScan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogScan")
            .field("through", &self.through)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

/// The smallest key above another.
fn after(key: &[u8]) -> Vec<u8> {
    let mut next = key.to_vec();
    next.push(0);
    next
}
