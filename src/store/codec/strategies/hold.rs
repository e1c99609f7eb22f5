//! Units of scarce offers, and promises broken, with any content.

use proptest::option;
use proptest::prelude::*;

use crate::domain::hold::{BrokenPromise, HoldMark, HoldState, ShelfKey};

use super::*;

pub(super) fn mark() -> impl Strategy<Value = HoldMark> {
    let shelf =
        (any::<u64>(), catalog_id!(PropertyId), any::<i32>()).prop_map(|(offer, property, day)| {
            ShelfKey { offer: OfferKey(offer), property, day: Date(day) }
        });
    let owner = option::of(guest_key());
    (shelf, one_of(HoldState::from_code), time(), owner)
        .prop_map(|(shelf, state, until, owner)| HoldMark { owner, shelf, state, until })
}

pub(super) fn broken_promise() -> impl Strategy<Value = BrokenPromise> {
    (any::<u64>(), time(), any::<bool>()).prop_map(|(offer, at, is_made_good)| BrokenPromise {
        offer: OfferKey(offer),
        at,
        is_made_good,
    })
}
