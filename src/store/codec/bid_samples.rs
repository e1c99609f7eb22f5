//! A decision that knew of units of rationed offers, for the golden bytes.

use super::samples::{SEQUENCE, at, decision};
use crate::domain::decision::Decision;
use crate::domain::id::{BrandId, OfferIndex, OfferKey};
use crate::domain::ration::Bid;
use crate::domain::record::{Body, Record};
use crate::domain::time::Date;

pub(super) fn record() -> Record {
    let bid = Bid {
        proposition: 0,
        slots: 2,
        offer: OfferIndex(8),
        key: OfferKey(0xabcd),
        day: Date(20_703),
        gain: 0.25,
        take_up: 0.5,
        price: 1.5,
        to_come: 81.25,
        left: 3,
        out: 7,
    };
    let withheld = Bid { proposition: 1, day: Date(-1), gain: -0.5, ..bid };
    let decision = Decision { bids: vec![bid, withheld], ..decision() };
    Record {
        sequence: SEQUENCE,
        brand: BrandId::parse("", "aurora").unwrap(),
        recorded: at(5),
        body: Body::Decision(Box::new(decision)),
    }
}
