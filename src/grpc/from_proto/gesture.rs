//! What a gesture is asked for.

use crate::api::v1;
use crate::domain::gesture::{GestureQuery, GestureTrigger, Occasion, SEVERITY_MAX};
use crate::domain::id::{RequestId, ReservationId};
use crate::domain::scope::Scope;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::values;

/// Reads a call for a gesture, and the language of its texts.
pub(crate) fn gesture(
    scope: &Scope,
    wire: v1::DecideGestureRequest,
) -> Result<(GestureQuery, String), Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let property = names::property(p, scope, "property", &wire.property);
    let guest = names::guest(p, scope, "guest", &wire.guest);
    let id = &wire.reservation_id;
    let reservation = values::foreign_optional(p, "reservation_id", id, ReservationId::parse);
    let request = values::foreign_optional(p, "request_id", &wire.request_id, RequestId::parse);
    let trigger = trigger(p, wire.trigger);
    let severity = trigger.and_then(|trigger| severity(p, trigger, wire.severity));
    let locale = values::locale(p, "locale", wire.locale);
    let occasion = trigger.zip(severity).map(|(trigger, severity)| Occasion { trigger, severity });
    let query = property.zip(guest).zip(occasion).map(|((property, guest), occasion)| {
        (GestureQuery { property, guest, reservation, occasion, request }, locale)
    });
    problems.finish(query)
}

fn trigger(problems: &mut Problems, number: i32) -> Option<GestureTrigger> {
    let trigger = match v1::GestureTrigger::try_from(number) {
        Ok(v1::GestureTrigger::Complaint) => Some(GestureTrigger::Complaint),
        Ok(v1::GestureTrigger::LongWait) => Some(GestureTrigger::LongWait),
        Ok(v1::GestureTrigger::Occasion) => Some(GestureTrigger::Occasion),
        Ok(v1::GestureTrigger::HighValue) => Some(GestureTrigger::HighValue),
        Ok(v1::GestureTrigger::Lapsed) => Some(GestureTrigger::Lapsed),
        Ok(v1::GestureTrigger::Unspecified) | Err(_) => None,
    };
    if trigger.is_none() {
        let problem =
            "is missing or not known; write COMPLAINT, LONG_WAIT, OCCASION, HIGH_VALUE or LAPSED";
        problems.add("trigger", problem);
    }
    trigger
}

fn severity(problems: &mut Problems, trigger: GestureTrigger, number: i32) -> Option<u8> {
    let severity = u8::try_from(number).ok();
    let fits = if trigger.is_recovery() { 1..=SEVERITY_MAX } else { 0..=0 };
    let found = severity.filter(|severity| fits.contains(severity));
    if found.is_none() {
        problems.add("severity", "must be 1 to 5 for trouble, and 0 for a surprise");
    }
    found
}
