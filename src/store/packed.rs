//! Values as they wait in memory: the bytes that the disk would hold, which are a third of what the
//! value takes. What this process packed, it opens again; these bytes never leave it.

use std::cell::RefCell;

use super::codec;
use super::error::StoreError;
use crate::domain::exposure::Ledger;
use crate::domain::guest::GuestState;

/// A guest's state, packed.
pub fn guest(state: &GuestState) -> Box<[u8]> {
    pack(|bytes| codec::write_guest(bytes, state))
}

/// The guest's state that was packed.
pub fn open_guest(packed: &[u8]) -> GuestState {
    opened(codec::read_guest(packed))
}

/// A ledger, packed.
pub fn ledger(ledger: &Ledger) -> Box<[u8]> {
    pack(|bytes| codec::write_ledger(bytes, ledger))
}

/// The ledger that was packed.
pub fn open_ledger(packed: &[u8]) -> Ledger {
    opened(codec::read_ledger(packed))
}

/// Encodes in a buffer of the thread, so that what is kept has not a byte more than it needs.
fn pack(write: impl FnOnce(&mut Vec<u8>)) -> Box<[u8]> {
    thread_local!(static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        write(buffer);
        buffer.as_slice().into()
    })
}

fn opened<T>(read: Result<T, StoreError>) -> T {
    match read {
        Ok(value) => value,
        Err(error) => unreachable!("what was packed here opens again: {error}"),
    }
}
