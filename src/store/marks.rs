//! Marks: how a family that lost its newest files is noticed although the others have theirs.
//!
//! Families are flushed one by one, and the manifest says which files each has. Where the manifest
//! loses its tail, one family goes back in time and nothing else shows it. So each group leaves, in
//! every family it writes to, the row [`KEY`] with its last sequence, and in `meta` the same
//! numbers for all families side by side. They are written in one batch and must agree when the
//! store is opened.
//!
//! The log needs no row of its own: its last record is its mark. A mark in each of its files would
//! make every one of them overlap with all others, and compaction would write the whole log anew
//! again and again, in place of moving its files down.

use super::error::StoreError;
use super::family::Family;

/// The key of a family's mark: below every other key.
pub(super) const KEY: &[u8] = &[0];

/// The key of the table of all marks, in `meta`.
pub(super) const TABLE_KEY: &[u8] = b"marks";

/// For each family, the sequence at which it was last written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks {
    table: [u64; Family::COUNT],
}

impl Marks {
    pub(super) fn get(&self, family: Family) -> u64 {
        self.table.get(family.at()).copied().unwrap_or(0)
    }

    pub(super) fn set(&mut self, family: Family, sequence: u64) {
        if let Some(mark) = self.table.get_mut(family.at()) {
            *mark = sequence;
        }
    }

    /// Eight bytes a family, little-endian, in code order; families added later stand at the end.
    pub(super) fn encode(&self) -> [u8; 8 * Family::COUNT] {
        let mut bytes = [0; 8 * Family::COUNT];
        for (place, mark) in bytes.chunks_exact_mut(8).zip(self.table) {
            place.copy_from_slice(&mark.to_le_bytes());
        }
        bytes
    }

    /// # Errors
    /// [`StoreError::Corrupt`] where the bytes are no table, [`StoreError::TooNew`] where it has
    /// families unknown here.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        if bytes.is_empty() || !bytes.len().is_multiple_of(8) {
            return Err(StoreError::corrupt(format!(
                "the table of marks has {} bytes",
                bytes.len()
            )));
        }
        if bytes.len() > 8 * Family::COUNT {
            let found = u32::try_from(bytes.len() / 8).unwrap_or(u32::MAX);
            let known = u32::try_from(Family::COUNT).unwrap_or(u32::MAX);
            return Err(StoreError::TooNew { what: "the table of marks", found, known });
        }
        let mut marks = Self::default();
        for (mark, place) in marks.table.iter_mut().zip(bytes.chunks_exact(8)) {
            *mark = place.try_into().map_or(0, u64::from_le_bytes);
        }
        Ok(marks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_come_back_and_shorter_ones_are_older() {
        let mut marks = Marks::default();
        marks.set(Family::Log, 9);
        marks.set(Family::Meta, 7);
        assert_eq!(Marks::decode(&marks.encode()).unwrap(), marks);
        let older = Marks::decode(&marks.encode()[..8 * 10]).unwrap();
        assert_eq!((older.get(Family::Log), older.get(Family::Meta)), (9, 0));
        assert!(matches!(Marks::decode(&[]), Err(StoreError::Corrupt { .. })));
        assert!(matches!(Marks::decode(&[0; 9]), Err(StoreError::Corrupt { .. })));
        assert!(matches!(Marks::decode(&[0; 8 * 12]), Err(StoreError::TooNew { .. })));
    }
}
