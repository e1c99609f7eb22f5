//! What calls were answered, by the ids their callers gave them, so that a repeated call changes
//! nothing.
//!
//! Rows of the `dedupe` family: first what the row of an event holds ([`Seen`]; the moment is that
//! of the answer), then the answer's bytes. They are forgotten as events are.

use super::Store;
use super::committer::{Committer, Waiter};
use super::dedupe::{ROW_BYTES, Seen};
use super::error::StoreError;
use super::family::Family;
use super::inbox::Aside;
use super::keys::DedupeKey;
use super::rows::Rows;
use crate::domain::time::Timestamp;

impl Store {
    /// What a call said, in short, and what it was answered; `None` where no such call is remembered.
    ///
    /// # Errors
    /// Where the database cannot be read or the row is damaged.
    pub fn answer(&self, key: DedupeKey) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let Some(row) = self.tables.read(Family::Dedupe, &key.0)? else { return Ok(None) };
        let cut = row.split_at_checked(ROW_BYTES);
        let (head, answer) = cut.ok_or_else(|| StoreError::corrupt("the row of an answer"))?;
        Ok(Some((Seen::decode(head)?.payload, answer.to_vec())))
    }
}

impl Committer {
    /// Remembers what a call was answered. It is put beside the log, after what the call changed.
    pub fn put_answer(
        &self,
        key: DedupeKey,
        (payload, answer): (u64, &[u8]),
        now: Timestamp,
        waiter: Waiter,
    ) {
        let mut rows = Rows::default();
        let sequence = self.store().last_sequence();
        rows.put(Family::Dedupe, &key.0, |bytes| {
            Seen { payload, sequence, time: now }.write(bytes);
            bytes.extend_from_slice(answer);
        });
        self.push_aside(Aside { rows, after: 0, waiter });
    }
}
