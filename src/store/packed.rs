//! Values as they wait in memory: the bytes that the disk would hold, compressed; ids and moments recur
//! in them. What this process packed, it opens again; these bytes never leave it.

use std::cell::RefCell;

use lz4_flex::block::{self, CompressTable};

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
    open(packed, codec::read_guest)
}

/// A ledger, packed.
pub fn ledger(ledger: &Ledger) -> Box<[u8]> {
    pack(|bytes| codec::write_ledger(bytes, ledger))
}

/// The ledger that was packed.
pub fn open_ledger(packed: &[u8]) -> Ledger {
    open(packed, codec::read_ledger)
}

/// Bytes before the block: how long it is when it is open.
const SIZE_BYTES: usize = size_of::<u32>();

/// What a thread packs with.
#[derive(Default)]
struct Packing {
    plain: Vec<u8>,
    packed: Vec<u8>,
    table: CompressTable,
}

/// Packs in buffers of the thread: what is kept is a copy that has not a byte more than it needs.
fn pack(write: impl FnOnce(&mut Vec<u8>)) -> Box<[u8]> {
    thread_local!(static PACKING: RefCell<Packing> = RefCell::default());
    PACKING.with_borrow_mut(|Packing { plain, packed, table }| {
        plain.clear();
        write(plain);
        let size = u32::try_from(plain.len()).expect("a guest's state is far below 4 GiB");
        packed.clear();
        packed.extend_from_slice(&size.to_le_bytes());
        packed.resize(SIZE_BYTES + block::get_maximum_output_size(plain.len()), 0);
        match block::compress_into_with_table(plain, &mut packed[SIZE_BYTES..], table) {
            Ok(length) => packed[..SIZE_BYTES + length].into(),
            Err(error) => unreachable!("the buffer is as large as it can become: {error}"),
        }
    })
}

fn open<T>(packed: &[u8], read: impl FnOnce(&[u8]) -> Result<T, StoreError>) -> T {
    let bytes = block::decompress_size_prepended(packed);
    match bytes.map_err(|error| StoreError::corrupt(error.to_string())).and_then(|b| read(&b)) {
        Ok(value) => value,
        Err(error) => unreachable!("what was packed here opens again: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::codec::strategies;

    proptest! {
        #[test]
        fn guests_and_ledgers_come_back_the_same(guest in strategies::guest()) {
            prop_assert_eq!(&open_guest(&super::guest(&guest)), &guest);
            prop_assert_eq!(open_ledger(&ledger(&guest.ledger)), guest.ledger);
        }
    }
}
