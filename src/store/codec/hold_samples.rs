//! Units of scarce offers, and promises broken, for the golden bytes.

use crate::domain::event::Event;
use crate::domain::guest::GuestState;
use crate::domain::hold::{BrokenPromise, HoldMark, HoldState, ShelfKey};
use crate::domain::id::{BrandId, GuestKey, OfferKey, PropertyId};
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

/// A guest to whom a promise was broken.
pub(super) fn let_down() -> GuestState {
    let promise = BrokenPromise { offer: OfferKey(9), at: at(60), is_made_good: true };
    GuestState { broken: vec![promise], ..guest() }
}
