//! Reads: from any thread, each of what was last committed. A record too new for this version, or
//! damaged, is an error and never "nothing there".

use super::error::StoreError;
use super::family::Family;
use super::scan::{KeyValue, Order};
use super::{LedgerKey, Own, RecordKind, Store, codec, keys};
use crate::domain::exposure::Ledger;
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, DecisionId, GuestKey, PropertyId};
use crate::domain::outcome::Outcome;
use crate::domain::profile::Profile;
use crate::domain::record::{Body, Record};
use crate::domain::stay::Due;
use crate::domain::time::{Date, Timestamp};

/// One line of a guest's timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineEntry {
    /// When it happened: an event's own time, a decision's moment, else when it was recorded.
    pub time: Timestamp,
    /// Its record in the log.
    pub sequence: u64,
    /// What kind of record that is.
    pub kind: RecordKind,
}

impl Store {
    /// The hot state of a guest; `None` for a guest never heard of.
    ///
    /// # Errors
    /// Where the database cannot be read, or the state is damaged or too new.
    pub fn guest(
        &self,
        brand: &BrandId,
        guest: GuestKey,
    ) -> Result<Option<GuestState>, StoreError> {
        self.tables
            .read(Family::Guests, &keys::guest_row(brand, guest))?
            .map(|bytes| codec::read_guest(&bytes))
            .transpose()
    }

    /// The profile of a guest; `None` where nothing was ever stated.
    ///
    /// # Errors
    /// Where the database cannot be read, or the profile is damaged or too new.
    pub fn profile(&self, brand: &BrandId, guest: GuestKey) -> Result<Option<Profile>, StoreError> {
        self.tables
            .read(Family::Profiles, &keys::profile_row(brand, guest))?
            .map(|bytes| codec::read_profile(&bytes))
            .transpose()
    }

    /// What a guest is by itself, while it is one with others; `None` for a guest who is not.
    ///
    /// # Errors
    /// Where the database cannot be read, or what is there is damaged or too new.
    pub fn own(&self, brand: &BrandId, guest: GuestKey) -> Result<Option<Own>, StoreError> {
        self.tables
            .read(Family::Guests, &keys::own_row(brand, guest))?
            .map(|bytes| codec::read_own(&bytes))
            .transpose()
    }

    /// The ledger of a reservation or a room; `None` where nothing was ever offered to it.
    ///
    /// # Errors
    /// Where the database cannot be read, or the ledger is damaged or too new.
    pub fn ledger(&self, brand: &BrandId, key: LedgerKey) -> Result<Option<Ledger>, StoreError> {
        self.tables
            .read(Family::Guests, &keys::ledger_row(brand, key))?
            .map(|bytes| codec::read_ledger(&bytes))
            .transpose()
    }

    /// What is known of one offer of a decision. `decision` is the decision's sequence.
    ///
    /// # Errors
    /// Where the database cannot be read, or the outcome is damaged or too new.
    pub fn outcome(
        &self,
        decision: u64,
        proposition: u8,
        slot: u8,
    ) -> Result<Option<Outcome>, StoreError> {
        self.tables
            .read(Family::Outcomes, &keys::outcome_row(decision, proposition, slot))?
            .map(|bytes| codec::read_outcome(&bytes))
            .transpose()
    }

    /// What is known of the offers of a decision: (proposition, slot, outcome), in that order.
    ///
    /// # Errors
    /// Where the database cannot be read, or an outcome is damaged or too new.
    pub fn outcomes(&self, decision: u64) -> Result<Vec<(u8, u8, Outcome)>, StoreError> {
        let end = decision.checked_add(1).map(u64::to_be_bytes);
        let end = end.as_ref().map_or(&[][..], |end| end);
        self.tables
            .scan(Family::Outcomes, &decision.to_be_bytes(), end, Order::Ascending)?
            .map(|row| {
                let (key, value) = row?;
                match *key {
                    [.., proposition, slot] => {
                        Ok((proposition, slot, codec::read_outcome(&value)?))
                    }
                    _ => Err(StoreError::corrupt("a key of the outcomes")),
                }
            })
            .collect()
    }

    /// The record of a sequence; `None` where there is none, or an empty one.
    ///
    /// # Errors
    /// Where the database cannot be read, or the record is damaged or too new.
    pub fn record(&self, sequence: u64) -> Result<Option<Record>, StoreError> {
        match self.tables.read(Family::Log, &keys::log_row(sequence))? {
            Some(bytes) => codec::read_record(sequence, &bytes),
            None => Ok(None),
        }
    }

    /// The record of a decision. An id that was made up finds nothing.
    ///
    /// # Errors
    /// Where the database cannot be read, or the record is damaged or too new.
    pub fn decision(&self, id: DecisionId) -> Result<Option<Record>, StoreError> {
        let sequence = self.pepper.decision_sequence(id);
        let record = self.record(sequence)?;
        Ok(record
            .filter(|record| matches!(&record.body, Body::Decision(decision) if decision.id == id)))
    }

    /// The latest lines of a guest's timeline, newest first: at most `limit`, only those before
    /// `before` (time and sequence of the last line of the page before), where given.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn timeline(
        &self,
        guest: GuestKey,
        before: Option<(Timestamp, u64)>,
        limit: usize,
    ) -> Result<Vec<TimelineEntry>, StoreError> {
        let mut rows = self.tables.scan_prefix(Family::Timeline, &guest.0, Order::Descending)?;
        let mut lines = Vec::new();
        if let Some(before) = before {
            rows.skip_to(&keys::timeline_row(guest, before.0, before.1));
        }
        for row in rows.take(limit) {
            lines.push(line_of(&row?)?);
        }
        Ok(lines)
    }

    /// Who was said to be due at a hotel on a day, in the order of their keys.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn arrivals(
        &self,
        brand: &BrandId,
        property: &PropertyId,
        day: Date,
    ) -> Result<Vec<Due>, StoreError> {
        let day = self.pepper().arrivals(brand, property, day);
        let rows = self.tables.scan_prefix(Family::Timeline, &day, Order::Ascending)?;
        let due = |row: Result<KeyValue, StoreError>| {
            let (key, value) = row?;
            let guest = keys::arriving_guest(&key);
            let guest = guest.ok_or_else(|| StoreError::corrupt("the key of an arrival"))?;
            codec::read_due(guest, &value)
        };
        rows.map(due).collect()
    }

    /// The lines of a guest's timeline from a moment on, oldest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn timeline_since(
        &self,
        guest: GuestKey,
        from: Timestamp,
    ) -> Result<Vec<TimelineEntry>, StoreError> {
        let rows = self.tables.scan_alike(Family::Timeline, &keys::timeline_row(guest, from, 0))?;
        rows.map(|row| line_of(&row?)).collect()
    }

    /// The versions of a brand's catalog, oldest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn catalog_versions(&self, brand: &BrandId) -> Result<Vec<u64>, StoreError> {
        self.numbers(Family::Catalog, brand.as_str())
    }

    /// The catalog document of a version, as it was put.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn catalog(&self, brand: &BrandId, version: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self
            .tables
            .read(Family::Catalog, &keys::named_row(brand.as_str(), version))?
            .map(|bytes| bytes.to_vec()))
    }

    /// Every brand that has a catalog.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn brands(&self) -> Result<Vec<BrandId>, StoreError> {
        let broken = || StoreError::corrupt("a key of the catalogs");
        let mut brands: Vec<BrandId> = Vec::new();
        for row in self.tables.scan(Family::Catalog, &[], &[], Order::Ascending)? {
            let (key, _) = row?;
            let name = key.split(|byte| *byte == 0).next().unwrap_or_default();
            let name = std::str::from_utf8(name).map_err(|_| broken())?;
            if brands.last().is_none_or(|last| last.as_str() != name) {
                brands.push(BrandId::parse("brand", name).map_err(|_| broken())?);
            }
        }
        Ok(brands)
    }

    /// The latest checkpoint of a name: the sequence it had learnt up to, and its bytes.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn latest_checkpoint(&self, name: &str) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let Some(sequence) = self.checkpoint_sequences(name)?.last().copied() else {
            return Ok(None);
        };
        let bytes = self.tables.read(Family::Models, &keys::named_row(name, sequence))?;
        Ok(bytes.map(|bytes| (sequence, bytes.to_vec())))
    }

    /// The sequences of the checkpoints of a name, oldest first.
    pub(super) fn checkpoint_sequences(&self, name: &str) -> Result<Vec<u64>, StoreError> {
        self.numbers(Family::Models, name)
    }

    fn numbers(&self, family: Family, name: &str) -> Result<Vec<u64>, StoreError> {
        let mut prefix = name.as_bytes().to_vec();
        prefix.push(0);
        self.tables
            .scan_prefix(family, &prefix, Order::Ascending)?
            .map(|row| {
                let (key, _) = row?;
                keys::trailing_number(&key)
                    .ok_or_else(|| StoreError::corrupt(format!("a key of {}", family.name())))
            })
            .collect()
    }
}

fn line_of((key, value): &KeyValue) -> Result<TimelineEntry, StoreError> {
    let broken = || StoreError::corrupt("a line of a timeline");
    let (time, sequence) = keys::timeline_place(key).ok_or_else(broken)?;
    let kind = value.first().copied().and_then(RecordKind::from_code).ok_or_else(broken)?;
    Ok(TimelineEntry { time, sequence, kind })
}
