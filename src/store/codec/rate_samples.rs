//! Records of rates, and of a decision under them, with every field set, for the golden bytes.

use std::sync::Arc;

use super::samples::{SEQUENCE, at, decision};
use crate::domain::decision::Decision;
use crate::domain::id::{BrandId, Label, PropertyId};
use crate::domain::money::Currency;
use crate::domain::rate::{Rate, RateRow, RatesChange};
use crate::domain::record::{Body, Record};
use crate::domain::time::Date;

/// One record of each.
pub(super) fn records() -> Vec<Record> {
    let row = |date, rate| RateRow {
        room_type: Label::parse("", "suite").unwrap(),
        date: Date(date),
        rate,
    };
    let change = RatesChange {
        property: PropertyId::parse("", "aurora-lisbon").unwrap(),
        currency: Currency::EUR,
        rows: vec![
            row(20_600, Some(Rate { bid: 19_000, hurdle: Some(0), cost: Some(2_800) })),
            row(-1, Some(Rate { bid: 0, hurdle: None, cost: None })),
            row(20_602, None),
        ],
    };
    let under = Decision { rates_version: 311, ..decision() };
    let bodies = [Body::RatesSet(Arc::new(change)), Body::Decision(Box::new(under))];
    let record = |body| Record {
        sequence: SEQUENCE,
        brand: BrandId::parse("", "aurora").unwrap(),
        recorded: at(5),
        body,
    };
    bodies.map(record).into()
}
