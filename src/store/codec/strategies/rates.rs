//! Rates of room types.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::domain::id::{Label, PropertyId};
use crate::domain::money::Currency;
use crate::domain::rate::{Rate, RateRow, RatesChange};
use crate::domain::time::Date;

fn label() -> impl Strategy<Value = Label> {
    "[a-z][a-z0-9.-]{0,20}".prop_map(|id| Label::parse("", &id).unwrap())
}

fn property() -> impl Strategy<Value = PropertyId> {
    "[a-z][a-z0-9-]{0,20}".prop_map(|id| PropertyId::parse("", &id).unwrap())
}

/// Rates as a server keeps them: no amount is negative.
pub(super) fn change() -> impl Strategy<Value = RatesChange> {
    let rate = (0..=i64::MAX, option::of(0..=i64::MAX), option::of(0..=i64::MAX))
        .prop_map(|(bid, hurdle, cost)| Rate { bid, hurdle, cost });
    let row = (label(), any::<i32>(), option::of(rate))
        .prop_map(|(room_type, day, rate)| RateRow { room_type, date: Date(day), rate });
    let rows = vec(row, 0..5);
    (property(), rows).prop_map(|(property, rows)| RatesChange {
        property,
        currency: Currency::EUR,
        rows,
    })
}
