//! Decisions that knew of units of rationed offers, of what goes with what is chosen, of budgets, and of
//! what a sale displaces, for the golden bytes.

use super::samples::{SEQUENCE, at, decision};
use crate::domain::budget::{ShadowPrices, SpendOffer, Spending};
use crate::domain::complement::GoesWith;
use crate::domain::decision::Decision;
use crate::domain::id::{BrandId, OfferIndex, OfferKey};
use crate::domain::ration::Bid;
use crate::domain::record::{Body, Record};
use crate::domain::time::Date;

pub(super) fn records() -> [Record; 3] {
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
    let bids = Decision { bids: vec![bid, withheld], ..decision() };
    let moved = [(0xabcd, -60), (u64::MAX, 200)]
        .map(|(offer, percent)| GoesWith { offer: OfferKey(offer), percent });
    let moved = Decision { goes_with: moved.into(), ..decision() };
    let offers =
        vec![SpendOffer { offer: OfferIndex(8), key: OfferKey(0xabcd), cost: 900, worth: 2_500 }];
    let prices = ShadowPrices { budget: 0.75, returns: -0.125 };
    let of = Spending { budget: 0xfeed, prices, is_asked: true, is_withheld: false, offers };
    let withheld = Spending { budget: 1, is_asked: false, is_withheld: true, ..of.clone() };
    let mut spent = Decision { spending: vec![of, withheld], ..decision() };
    spent.propositions[0].slots[0].quote.displacement.minor = 4_500;
    let record = |decision| Record {
        sequence: SEQUENCE,
        brand: BrandId::parse("", "aurora").unwrap(),
        recorded: at(5),
        body: Body::Decision(Box::new(decision)),
    };
    [bids, moved, spent].map(record)
}
