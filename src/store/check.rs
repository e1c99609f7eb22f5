//! What is looked at before a store is opened for writing: is it whole?
//!
//! All of it is done on a database opened for looking only. Opening for writing already changes
//! files: RocksDB turns logs into sorted files, and deletes sorted files that a shortened manifest
//! does not name any more. A store that is refused must be left as it was found, or what could
//! still be saved would be gone.

use std::path::Path;

use super::error::StoreError;
use super::family::Family;
use super::highwater::{ManifestEnd, Mark};
use super::marks::{self, Marks};
use super::options::Recovery;
use super::scan::Order;
use super::tables::Tables;
use super::{codec, keys};

/// How many records at the end of the log are read when a store is opened.
const RECORDS_CHECKED: usize = 1_000;
/// Where the database says whose it is.
pub(super) const INSTANCE_KEY: &[u8] = b"instance";

/// What opening a store has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenReport {
    /// Last sequence of the log; 0 for an empty one.
    pub last_sequence: u64,
    /// How many records were read and checked.
    pub checked: usize,
    /// How many records are known to be lost; above 0 only with [`Recovery::PointInTime`].
    pub lost: u64,
    /// Was the high-water mark missing or unreadable? It was written anew.
    pub mark_was_missing: bool,
}

/// The manifest must go as far as it did when the mark was written. To be called before the
/// database is opened for writing, which begins another manifest.
pub(super) fn check_manifest(database: &Path, mark: Mark) -> Result<(), StoreError> {
    let Some(found) = ManifestEnd::of(database) else { return Ok(()) };
    if found < mark.manifest {
        let (is, was) = (found, mark.manifest);
        return Err(StoreError::corrupt(format!(
            "MANIFEST-{:06} has {} bytes; MANIFEST-{:06} with {} was on the disk once",
            is.number, is.bytes, was.number, was.bytes
        )));
    }
    Ok(())
}

/// Looks at everything that can be looked at before the first request. `mark` is what the
/// high-water mark says.
pub(super) fn inspect(
    tables: &Tables,
    instance: [u8; 16],
    mark: Option<Mark>,
    recovery: Recovery,
) -> Result<OpenReport, StoreError> {
    let owner = tables.read(Family::Meta, INSTANCE_KEY)?.map(|id| id.to_vec());
    if owner.as_deref() != Some(&instance) {
        return Err(StoreError::corrupt("the database belongs to another store"));
    }
    let last = marks_of(tables)?.get(Family::Log);
    let checked = check_end_of_log(tables, last)?;
    let lost = match mark.map(|mark| mark.sequence) {
        Some(mark) if mark > last && recovery == Recovery::Refuse => {
            return Err(StoreError::Behind { missing: mark - last, found: last, mark });
        }
        Some(mark) => mark.saturating_sub(last),
        None => 0,
    };
    let mark_was_missing = mark.is_none() && last > 0;
    Ok(OpenReport { last_sequence: last, checked, lost, mark_was_missing })
}

/// The marks of all families. Every family must end where the table says.
pub(super) fn marks_of(tables: &Tables) -> Result<Marks, StoreError> {
    let table = tables.read(Family::Meta, marks::TABLE_KEY)?;
    let table = table.map(|bytes| Marks::decode(&bytes)).transpose()?.unwrap_or_default();
    for family in Family::ALL {
        let name = family.name();
        let own = match tables.read(family, marks::KEY)? {
            _ if family == Family::Log => last_of_log(tables)?,
            Some(bytes) => bytes.as_ref().try_into().map(u64::from_le_bytes).map_err(|_| {
                StoreError::corrupt(format!("the mark of {name} has {} bytes", bytes.len()))
            })?,
            None => 0,
        };
        let expected = table.get(family);
        if own != expected {
            let what = format!("{name} ends at sequence {own}, the store at {expected}");
            return Err(StoreError::Corrupt { what });
        }
    }
    Ok(table)
}

/// Sequence of the last record of the log; 0 for an empty one.
fn last_of_log(tables: &Tables) -> Result<u64, StoreError> {
    let Some(row) = tables.scan(Family::Log, &[], &[], Order::Descending)?.next() else {
        return Ok(0);
    };
    keys::trailing_number(&row?.0).ok_or_else(|| StoreError::corrupt("a key of the log"))
}

/// Reads the last records: they must follow each other and be readable. Gives how many were read.
fn check_end_of_log(tables: &Tables, last: u64) -> Result<usize, StoreError> {
    let mut expected = last;
    let mut checked = 0;
    for row in tables.scan(Family::Log, &[], &[], Order::Descending)?.take(RECORDS_CHECKED) {
        let (key, value) = row?;
        let found =
            keys::trailing_number(&key).ok_or_else(|| StoreError::corrupt("a key of the log"))?;
        if found != expected {
            let what = format!("the log has record {found} in place of {expected}");
            return Err(StoreError::Corrupt { what });
        }
        codec::read_record(found, &value)?;
        expected -= 1;
        checked += 1;
    }
    if checked == 0 && last > 0 {
        return Err(StoreError::corrupt(format!("the log is empty, and was at sequence {last}")));
    }
    Ok(checked)
}
