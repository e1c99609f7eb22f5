//! Rows to be written, packed into one buffer: no allocation for each row, and the caller's encoder
//! writes in place.
//!
//! A row is `family u8 ‖ key length u8 ‖ value length u32 ‖ key ‖ value`; the length `u32::MAX`
//! marks a deletion. The format never leaves memory.

use super::family::Family;

const HEAD_BYTES: usize = 6;
const DELETED: u32 = u32::MAX;

/// Rows in the order they were put.
#[derive(Debug, Default)]
pub(super) struct Rows {
    bytes: Vec<u8>,
}

/// One row as it is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub(super) family: Family,
    pub(super) key: &'a [u8],
    /// `None`: the row is deleted.
    pub(super) value: Option<&'a [u8]>,
}

impl Rows {
    /// Rows in a buffer that was used before.
    pub(super) fn reusing(mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        Self { bytes }
    }

    /// The buffer, to be used again.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn len_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Forgets every row.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Puts a row whose value `write` appends. Keys are at most 255 bytes: every one is made in
    /// `keys` from ids of bounded length.
    pub(super) fn put(&mut self, family: Family, key: &[u8], write: impl FnOnce(&mut Vec<u8>)) {
        let value_at = self.head(family, key);
        write(&mut self.bytes);
        let length = u32::try_from(self.bytes.len() - value_at).unwrap_or(DELETED);
        debug_assert!(length != DELETED, "a value of 4 GiB");
        self.set_length(value_at - key.len(), length);
    }

    /// Deletes a row.
    pub(super) fn delete(&mut self, family: Family, key: &[u8]) {
        let value_at = self.head(family, key);
        self.set_length(value_at - key.len(), DELETED);
    }

    /// The rows, oldest first.
    pub(super) fn iter(&self) -> RowIter<'_> {
        RowIter { rest: &self.bytes }
    }

    fn head(&mut self, family: Family, key: &[u8]) -> usize {
        debug_assert!(key.len() <= usize::from(u8::MAX), "a key of {} bytes", key.len());
        self.bytes.push(family as u8);
        self.bytes.push(u8::try_from(key.len()).unwrap_or(u8::MAX));
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(key);
        self.bytes.len()
    }

    fn set_length(&mut self, key_at: usize, length: u32) {
        if let Some(place) = self.bytes.get_mut(key_at - 4..key_at) {
            place.copy_from_slice(&length.to_le_bytes());
        }
    }
}

/// Walks over packed rows.
#[derive(Debug, Clone)]
pub(super) struct RowIter<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for RowIter<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        let (head, rest) = self.rest.split_first_chunk::<HEAD_BYTES>()?;
        let [family, key_length, length @ ..] = *head;
        let (key, rest) = rest.split_at_checked(usize::from(key_length))?;
        let length = u32::from_le_bytes(length);
        let (value, rest) = match length {
            DELETED => (None, rest),
            _ => rest.split_at_checked(length as usize).map(|(value, rest)| (Some(value), rest))?,
        };
        self.rest = rest;
        Some(Row { family: Family::from_code(family)?, key, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_in_order() {
        let mut rows = Rows::default();
        rows.put(Family::Log, b"k1", |value| value.extend_from_slice(b"value"));
        rows.delete(Family::Outbox, b"k2");
        rows.put(Family::Meta, b"", |_| ());
        let seen: Vec<Row<'_>> = rows.iter().collect();
        assert_eq!(
            seen,
            [
                Row { family: Family::Log, key: b"k1", value: Some(b"value") },
                Row { family: Family::Outbox, key: b"k2", value: None },
                Row { family: Family::Meta, key: b"", value: Some(b"") },
            ]
        );
        let again = Rows::reusing(rows.into_buffer());
        assert!(again.iter().next().is_none());
    }
}
