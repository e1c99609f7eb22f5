//! Events on the wire: as they are given back in a timeline, and what became of those written.

use crate::api::v1;
use crate::domain::belief::AFFINITIES_MAX;
use crate::domain::event::{Event, EventKind, PartyRole, SurveyAnswer};
use crate::domain::scope::Scope;
use crate::domain::stay::StayFacts;
use crate::domain::time::Timestamp;
use crate::engine::{Error, ErrorKind, Warning};
use crate::grpc::from_proto::extras::{self, kept, kept_number};
use crate::grpc::from_proto::stay::meal_of;
use crate::grpc::from_proto::{enums, preference};
use crate::grpc::problems::{Fault, Refusal};
use crate::grpc::{names, status};

use super::{View, hold, presence, values};

/// Longest message of a refused event, in bytes.
const MESSAGE_BYTES_MAX: usize = 256;

/// An event that was taken in.
pub(crate) fn event(
    scope: &Scope,
    event: &Event,
    sequence: u64,
    received: Timestamp,
    view: View,
) -> v1::Event {
    let text = |id: Option<&str>| id.unwrap_or_default().to_owned();
    let property = event.property.as_ref();
    let consent = event.consent.as_ref();
    v1::Event {
        event_id: event.id.as_str().to_owned(),
        source: event.source.as_str().to_owned(),
        event_type: enums::event_type(event.kind),
        event_time: Some(values::moment(event.time)),
        receive_time: Some(values::moment(received)),
        property: property
            .map(|id| names::write(scope, "properties", id.as_str()))
            .unwrap_or_default(),
        subject: Some(v1::event::Subject::Guest(names::write(
            scope,
            "guests",
            event.guest.as_str(),
        ))),
        reservation_id: text(event.reservation.as_ref().map(|id| id.as_str())),
        room_id: text(event.room.as_ref().map(|id| id.as_str())),
        channel: channel_of(event),
        decision: event
            .decision
            .as_ref()
            .zip(property)
            .map(|(decision, property)| names::write_decision(scope, property, decision.id))
            .unwrap_or_default(),
        offer_id: text(event.offer.as_ref().map(|id| id.as_str())),
        placement_id: text(event.placement.as_ref().map(|id| id.as_str())),
        slot: event
            .decision
            .as_ref()
            .and_then(|d| d.place)
            .map_or(0, |place| i32::from(place.slot) + 1),
        amount: event.amount.map(values::money),
        cost: event.cost.filter(|_| view.margin).map(values::money),
        reverses_event_id: text(event.reverses.as_ref().map(|id| id.as_str())),
        stay: event.stay.as_ref().map(|facts| stay(facts, event)),
        survey_answer: event.survey.as_ref().map(|answer| survey(answer, event)),
        rating: rating(event),
        presence: presence_of(event),
        purpose: consent.map_or(0, |consent| enums::purpose(consent.purpose)),
        text_version: consent.map(|consent| consent.text_version.clone()).unwrap_or_default(),
        reason_code: kept(event, extras::REASON_CODE).to_owned(),
        contact_point_id: kept(event, extras::CONTACT_POINT).to_owned(),
        staff_id: kept(event, extras::STAFF).to_owned(),
        quantity: kept_number(event, extras::QUANTITY),
        opened_by_machine: event.is_machine,
        attributes: values::map(extras::callers_own(event)),
        sequence,
        holds: hold::of_event(scope, event),
        party_role: match event.role {
            PartyRole::Stayer => 0,
            role => enums::party_role(role),
        },
        ..Default::default()
    }
}

/// The channel of an event; that of a presence of before signs stands in the presence.
fn channel_of(event: &Event) -> i32 {
    let is_of_old = event.kind == EventKind::Presence && event.presence.is_empty();
    let channel = event.channel.filter(|_| !is_of_old);
    channel.map_or(0, enums::channel)
}

fn stay(facts: &StayFacts, event: &Event) -> v1::Stay {
    let ages = kept(event, extras::STAY_CHILD_AGES);
    // That of an event of before stood among what it carried beside.
    let before = || v1::TravelPurpose::from_str_name(kept(event, extras::STAY_PURPOSE));
    let purpose = facts
        .purpose
        .map(enums::travel_purpose)
        .or_else(|| before().map(i32::from))
        .unwrap_or_default();
    v1::Stay {
        check_in_date: facts.check_in.to_string(),
        check_out_date: facts.check_out.to_string(),
        party: Some(v1::Party {
            adult_count: i32::from(facts.adults),
            child_count: i32::from(facts.children),
            child_age_years: ages.split(',').filter_map(|age| age.parse().ok()).collect(),
            room_count: kept_number(event, extras::STAY_ROOMS),
        }),
        reserved_room_type_id: facts.room_type_reserved.clone(),
        assigned_room_type_id: facts.room_type_assigned.clone(),
        rate_plan_id: facts.rate_plan.clone(),
        market_segment_id: facts.market_segment.clone(),
        distribution_channel_id: facts.distribution_channel.clone(),
        lead_time_days: Some(i32::from(facts.lead_time_days)),
        special_request_count: i32::from(facts.special_requests_count),
        meal_plan: meal_of(&facts.meal).into(),
        travel_purpose: purpose,
        is_booker_only: kept(event, extras::STAY_BOOKER_ONLY) == "true",
    }
}

fn survey(answer: &SurveyAnswer, event: &Event) -> v1::SurveyAnswer {
    v1::SurveyAnswer {
        question_id: answer.question.clone(),
        value: f64::from(answer.value),
        tags: answer.tags.iter().map(|tag| tag_text(tag)).collect(),
        choice_id: kept(event, extras::CHOICE).to_owned(),
        text: kept(event, extras::SURVEY_TEXT).to_owned(),
    }
}

/// A tag as it was written: `dimension:value`, or the tag itself.
fn tag_text(tag: &str) -> String {
    match crate::domain::id::Label::parse("tag", tag) {
        Ok(label) => match preference::split(&label) {
            ("tag", value) => value.to_owned(),
            (dimension, value) => [dimension, ":", value].concat(),
        },
        Err(_) => tag.to_owned(),
    }
}

fn rating(event: &Event) -> Option<v1::Rating> {
    let mark = event.rating?;
    if kept(event, extras::RATING_MAX).is_empty() {
        // From a source that knows marks from 1 to 5 only.
        return Some(v1::Rating {
            value: f64::from(mark),
            scale_min: 1.0,
            scale_max: 5.0,
            ..Default::default()
        });
    }
    Some(v1::Rating {
        value: kept_number(event, extras::RATING_VALUE),
        scale_min: kept_number(event, extras::RATING_MIN),
        scale_max: kept_number(event, extras::RATING_MAX),
        aspect_id: kept(event, extras::RATING_ASPECT).to_owned(),
    })
}

fn presence_of(event: &Event) -> Option<v1::PresenceState> {
    if let Some(until) = event.presence.iter().map(|sighting| sighting.until).max() {
        let signs: Vec<_> = event.presence.iter().collect();
        let update_time = Some(values::moment(event.time));
        return Some(v1::PresenceState { update_time, ..presence::state_of(&signs, until) });
    }
    // An event of before signs told of one channel.
    (event.kind == EventKind::Presence).then(|| v1::PresenceState {
        reachable_channels: event.channel.map(enums::channel).into_iter().collect(),
        source: kept(event, extras::PRESENCE_SOURCE).to_owned(),
        update_time: Some(values::moment(event.time)),
        expire_time: Some(prost_types::Timestamp {
            seconds: kept_number(event, extras::PRESENCE_END),
            nanos: 0,
        }),
        ..Default::default()
    })
}

/// Why an event was refused, where that concerns this event alone; an error of the call as a whole
/// comes back as it is.
pub(crate) fn refused(refusal: Refusal) -> Result<v1::EventError, Error> {
    use v1::EventErrorCode as Code;
    let error = match refusal {
        Refusal::Denied => {
            let message =
                "the event names another brand, or a property that the credential does not reach";
            return Ok(refused_as(Code::PermissionDenied, String::new(), message, false));
        }
        Refusal::Fields(fault, fields) => {
            let (code, first) = match fault {
                Fault::Withheld => (Code::PermissionDenied, fields.into_iter().next()),
                Fault::Forbidden => (Code::ForbiddenData, fields.into_iter().next()),
                Fault::Invalid | Fault::Unsupported => {
                    (Code::InvalidField, fields.into_iter().next())
                }
            };
            let first =
                first.unwrap_or_else(|| crate::domain::invalid::Invalid::new("", "cannot be read"));
            return Ok(refused_as(code, first.field, &first.problem, false));
        }
        Refusal::Engine(error) => error,
    };
    let code = match (error.kind, error.reason) {
        (ErrorKind::InvalidArgument, "EVENT_TOO_OLD") => Code::TooOld,
        (ErrorKind::InvalidArgument, "EVENT_IN_FUTURE") => Code::InFuture,
        (ErrorKind::InvalidArgument, _) => Code::InvalidField,
        (ErrorKind::Conflict, _) => Code::Conflict,
        (ErrorKind::NotFound, _) => Code::UnknownReference,
        (ErrorKind::Overloaded, _) => Code::Overloaded,
        (ErrorKind::PermissionDenied, "GUEST_TOKEN" | "OUT_OF_REACH") => Code::PermissionDenied,
        (
            ErrorKind::Unauthenticated
            | ErrorKind::PermissionDenied
            | ErrorKind::FailedPrecondition
            | ErrorKind::DeadlineExceeded
            | ErrorKind::Indeterminate
            | ErrorKind::DataLoss
            | ErrorKind::Internal,
            _,
        ) => return Err(error),
    };
    let field = error.fields.first().map(|field| field.field.clone()).unwrap_or_default();
    let message =
        error.fields.first().map_or(error.message.as_str(), |field| field.problem.as_str());
    Ok(refused_as(code, field, message, code == Code::Overloaded))
}

fn refused_as(
    code: v1::EventErrorCode,
    field: String,
    message: &str,
    retryable: bool,
) -> v1::EventError {
    let message = status::shortened(message, MESSAGE_BYTES_MAX).to_owned();
    v1::EventError { code: code.into(), field, message, retryable }
}

/// Something about an accepted event that its sender should know.
pub(crate) fn warning(warning: Warning) -> v1::EventWarning {
    use v1::EventWarningCode as Code;
    let (code, field) = match warning {
        Warning::TokenInvalid => (Code::TokenInvalid, "attribution_token"),
        Warning::AttributionExpired => (Code::AttributionExpired, ""),
        Warning::DecisionUnknown => (Code::DecisionUnknown, "decision"),
        Warning::NoConsent => (Code::NoConsent, ""),
        Warning::PresenceDropped => (Code::NoConsent, "presence"),
    };
    v1::EventWarning { code: code.into(), field: field.to_owned() }
}

// A guest's affinities fit a page of preferences, so that none of them needs paging.
const _: () = assert!(AFFINITIES_MAX <= 256);
