//! What became of units of scarce offers.

use crate::api::v1;
use crate::domain::event::Event;
use crate::domain::hold::{HoldMark, HoldState};
use crate::domain::id::OfferKey;
use crate::domain::scope::Scope;
use crate::engine::HoldAnswer;
use crate::grpc::names;

use super::values;

/// The answer to an event.
pub(crate) fn answer(scope: &Scope, answer: HoldAnswer) -> v1::OfferHold {
    let other_dates = answer.other_days.iter().map(ToString::to_string).collect();
    v1::OfferHold { other_dates, ..hold(scope, answer.offer.as_str(), &answer.mark) }
}

/// The units of an event that is given back. Of offers it does not name itself only the key is
/// known, so those have no id.
pub(super) fn of_event(scope: &Scope, event: &Event) -> Vec<v1::OfferHold> {
    let named = event.offer.as_ref();
    let name = |mark: &HoldMark| {
        named.filter(|offer| OfferKey::of(offer) == mark.shelf.offer).map_or("", |o| o.as_str())
    };
    event.holds.iter().map(|mark| hold(scope, name(mark), mark)).collect()
}

fn hold(scope: &Scope, offer: &str, mark: &HoldMark) -> v1::OfferHold {
    let is_held = mark.state == HoldState::Held;
    v1::OfferHold {
        offer_id: offer.to_owned(),
        property: names::write(scope, "properties", mark.shelf.property.as_str()),
        date: mark.shelf.day.to_string(),
        state: state(mark.state).into(),
        expire_time: is_held.then(|| values::moment(mark.until)),
        other_dates: Vec::new(),
    }
}

fn state(state: HoldState) -> v1::HoldState {
    match state {
        HoldState::Held => v1::HoldState::Held,
        HoldState::Confirmed => v1::HoldState::Confirmed,
        HoldState::Fulfilled => v1::HoldState::Fulfilled,
        HoldState::Cancelled => v1::HoldState::Cancelled,
        HoldState::Failed => v1::HoldState::Failed,
        HoldState::WrittenOff => v1::HoldState::WrittenOff,
        HoldState::Refused => v1::HoldState::Unavailable,
    }
}
