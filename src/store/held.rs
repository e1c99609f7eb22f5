//! A promised price in the bytes of the log, for the token that its guest keeps.

use crate::domain::held_price::HeldPrice;

use super::codec::held_price;
use super::wire::Fields;

/// Appends the bytes of a promised price.
pub fn encode_held_price(out: &mut Vec<u8>, held: &HeldPrice) {
    held_price::write(out, held);
}

/// A promised price from its bytes; `None` where they are damaged.
pub fn decode_held_price(bytes: &[u8]) -> Option<HeldPrice> {
    held_price::read(Fields::of(bytes)).ok()
}
