//! Units of rationed offers as a decision knew them, a row each: proposition u8, slots u8, offer u16,
//! key u64, day i32, gain f64, take-up f64, price f64, to come f64, left u32, out u32.

use crate::domain::id::{OfferIndex, OfferKey};
use crate::domain::ration::Bid;
use crate::domain::time::Date;
use crate::store::wire::{self, Read, Row};

/// Bytes of a row.
const ROW: usize = 56;

pub(super) fn write(out: &mut Vec<u8>, field: u32, bids: &[Bid]) {
    wire::put_rows(out, field, bids.iter(), |bid| -> [u8; ROW] {
        let where_to = [bid.proposition, bid.slots];
        wire::row(&[
            &where_to,
            &bid.offer.0.to_le_bytes(),
            &bid.key.0.to_le_bytes(),
            &bid.day.0.to_le_bytes(),
            &bid.gain.to_le_bytes(),
            &bid.take_up.to_le_bytes(),
            &bid.price.to_le_bytes(),
            &bid.to_come.to_le_bytes(),
            &bid.left.to_le_bytes(),
            &bid.out.to_le_bytes(),
        ])
    });
}

pub(super) fn read(mut row: Row<'_, ROW>) -> Read<Bid> {
    Ok(Bid {
        proposition: row.u8(),
        slots: row.u8(),
        offer: OfferIndex(row.u16()),
        key: OfferKey(row.u64()),
        day: Date(row.i32()),
        gain: row.f64(),
        take_up: row.f64(),
        price: row.f64(),
        to_come: row.f64(),
        left: row.u32(),
        out: row.u32(),
    })
}
