//! Units of scarce offers, and promises broken, for the golden bytes.

use crate::domain::event::Event;
use crate::domain::guest::GuestState;
use crate::domain::held_price::HeldPrice;
use crate::domain::hold::{BrokenPromise, HoldMark, HoldState, ShelfKey};
use crate::domain::id::{BrandId, GuestKey, Label, OfferId, OfferKey, PropertyId};
use crate::domain::money::{Currency, Money};
use crate::domain::price::{Part, PriceTerms};
use crate::domain::record::{Body, Record};
use crate::domain::time::Date;

use super::samples::{SEQUENCE, at, event, guest, id};

/// An event that took a unit of a scarce offer.
pub(super) fn holding() -> Record {
    let shelf = ShelfKey {
        offer: OfferKey(9),
        property: id(PropertyId::parse, "aurora-lisbon"),
        day: Date(20_700),
    };
    let mark = HoldMark { shelf, state: HoldState::Held, until: at(1_860), owner: None };
    let event = Event { holds: vec![mark], ..event() };
    let body = Body::Event { guest: GuestKey([0x61; 16]), event: Box::new(event) };
    let brand = id(BrandId::parse, "aurora");
    Record { sequence: SEQUENCE, brand, recorded: at(61), body }
}

/// An acceptance at a promised price.
pub(super) fn promised() -> Record {
    let part = Part { offer: id(OfferId::parse, "spa.massage"), category: id(Label::parse, "spa") };
    let terms = PriceTerms {
        nights: 3,
        persons: 2,
        tier: Some(id(Label::parse, "gold")),
        together: vec![part],
        ..PriceTerms::plain(Date(20_700))
    };
    let held = HeldPrice {
        offer: id(OfferId::parse, "suite"),
        property: id(PropertyId::parse, "aurora-lisbon"),
        terms,
        unit: Money::new(14_000, Currency::EUR),
        total: Money::new(84_600, Currency::EUR),
        catalog_version: 3,
        rates_version: 17,
        held: at(10),
        until: at(910),
    };
    let event = Event { held_price: Some(Box::new(held)), ..event() };
    let body = Body::Event { guest: GuestKey([0x61; 16]), event: Box::new(event) };
    let brand = id(BrandId::parse, "aurora");
    Record { sequence: SEQUENCE, brand, recorded: at(61), body }
}

/// A guest to whom a promise was broken.
pub(super) fn let_down() -> GuestState {
    let promise = BrokenPromise { offer: OfferKey(9), at: at(60), is_made_good: true };
    GuestState { broken: vec![promise], ..guest() }
}
