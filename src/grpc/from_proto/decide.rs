//! `DecideOffers`: a call for a decision.

use crate::api::v1;
use crate::domain::channel::Channel;
use crate::domain::delivery::Delivery;
use crate::domain::id::{GuestId, Label, OfferId, PlacementId, RequestId, ReservationId, RoomId};
use crate::domain::price::AskedTerms;
use crate::domain::request::{ChannelRequest, DecideRequest, Direction, PlacementRequest};
use crate::domain::scope::{Right, Scope};
use crate::domain::stay::{StayStage, TravelPurpose};
use crate::domain::time::Timestamp;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{channel, enums, subject, terms, values};

/// Most placements of a call.
const PLACEMENTS_MAX: usize = 16;
/// Most offers of a placement.
const OFFERS_MAX: i32 = 30;
/// Longest intent, in bytes.
const INTENT_BYTES_MAX: usize = 64;

/// A call for a decision, checked, with what concerns its answer only.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The call.
    pub(crate) request: DecideRequest,
    /// Is what to show wanted with each offer?
    pub(crate) includes_content: bool,
    /// Is it only to be checked?
    pub(crate) validates_only: bool,
}

/// Reads a call. `nobody` gives the guest of a call that names none.
pub(crate) fn decide(
    scope: &Scope,
    wire: v1::DecideOffersRequest,
    now: Timestamp,
    nobody: impl FnOnce() -> GuestId,
) -> Result<Asked, Refusal> {
    let mut problems = Problems::new();
    let asked = read(&mut problems, scope, wire, now, nobody);
    problems.finish(asked)
}

/// Reads a call into a message's problems.
pub(super) fn read(
    p: &mut Problems,
    scope: &Scope,
    wire: v1::DecideOffersRequest,
    now: Timestamp,
    nobody: impl FnOnce() -> GuestId,
) -> Option<Asked> {
    let property = names::property(p, scope, "property", &wire.property);
    let guest = match wire.subject {
        Some(who) => subject::read(p, scope, who.into()),
        None => Some(subject::bound(scope).unwrap_or_else(nobody)),
    };
    let placements = placements(p, wire.placement_requests);
    let asks_delivery = wire.channel_request.as_ref().is_some_and(|asked| asked.deliver);
    let channel = wire
        .channel_request
        .and_then(|asked| channel::request(p, asked, !placements.is_empty(), now));
    if placements.is_empty() && !p.any() {
        match channel {
            None => p.add("placement_requests", "is empty; name 1 to 16 placements to fill"),
            Some(_) => p.unsupported(
                "placement_requests",
                "name the placement that the message fills, or call DecideChannel",
            ),
        }
    }
    let given = context(p, wire.context.unwrap_or_default());
    let view = enums::known::<v1::DecisionView>(p, "view", wire.view);
    let mode = enums::read::<v1::LearningMode>(p, "learning_mode", wire.learning_mode);
    let policy =
        values::catalog_optional(p, "decision_policy_id", &wire.decision_policy_id, Label::parse);
    if wire.context_overrides.is_some() {
        if !scope.may(Right::DecisionsRead) {
            p.deny();
        }
        p.unsupported("context_overrides", "leave it out: decisions are not simulated yet");
    }
    let delivery = if asks_delivery { delivery(p, channel, given.direction) } else { None };
    let request = values::foreign_optional(p, "request_id", &wire.request_id, RequestId::parse);
    let direction = given.direction.unwrap_or(if channel.is_some() {
        Direction::Outbound
    } else {
        Direction::Inbound
    });
    property.zip(guest).map(|(property, guest)| Asked {
        request: DecideRequest {
            property,
            guest,
            placements,
            direction,
            current_channel: given.current_channel,
            stage: given.stage,
            reservation: given.reservation.or_else(|| reservation_of(scope)),
            room: given.room,
            locale: given.locale,
            zone: given.zone,
            intent: given.intent,
            adults: given.adults,
            children: given.children,
            travel_purpose: given.travel_purpose,
            terms: given.terms,
            channel,
            message: None,
            allow_duplicates: wire.allow_duplicates_across_placements,
            defers_activation: wire.defer_activation || direction == Direction::Outbound,
            delivery,
            pushed: None,
            wants_full_view: view == Some(v1::DecisionView::Full),
            mode,
            policy,
            planned: None,
            goes_with: std::sync::Arc::default(),
            request,
        },
        includes_content: wire.include_content,
        validates_only: wire.validate_only,
    })
}

/// A message that is to be put into the outbox.
fn delivery(
    problems: &mut Problems,
    channel: Option<ChannelRequest>,
    direction: Option<Direction>,
) -> Option<Delivery> {
    let wrong = match (channel, direction) {
        (None, _) => "is set, but no channel is to be decided; set the mode to DECIDE or FIXED",
        (Some(_), Some(Direction::Inbound)) => {
            "is set, but the guest has come to us; set context.direction to OUTBOUND, or leave it out"
        }
        (Some(_), Some(Direction::Outbound) | None) => return Some(Delivery::default()),
    };
    problems.add("channel_request.deliver", wrong);
    None
}

/// The reservation that a guest token is about.
fn reservation_of(scope: &Scope) -> Option<ReservationId> {
    scope.bound.as_ref().and_then(|bound| bound.reservation.clone())
}

fn placements(problems: &mut Problems, wire: Vec<v1::PlacementRequest>) -> Vec<PlacementRequest> {
    let wire = values::list(problems, "placement_requests", wire, PLACEMENTS_MAX);
    let mut read: Vec<PlacementRequest> = Vec::with_capacity(wire.len());
    for (at, asked) in wire.into_iter().enumerate() {
        let placement = problems.within(
            || values::at("placement_requests", at),
            |p| {
                let placement = placement(p, asked)?;
                if read.iter().any(|known| known.placement == placement.placement) {
                    p.add("placement_id", "stands in the list twice; ask for each placement once");
                }
                Some(placement)
            },
        );
        read.extend(placement);
    }
    read
}

fn placement(problems: &mut Problems, wire: v1::PlacementRequest) -> Option<PlacementRequest> {
    let placement = problems.take(PlacementId::parse("placement_id", &wire.placement_id));
    let count = (wire.offer_count != 0)
        .then(|| values::count(problems, "offer_count", wire.offer_count, 1..=OFFERS_MAX));
    let allowed = offers(problems, "allowed_offer_ids", &wire.allowed_offer_ids);
    let excluded = offers(problems, "excluded_offer_ids", &wire.excluded_offer_ids);
    if !wire.allowed_category_ids.is_empty() {
        problems.unsupported("allowed_category_ids", "name the offers in allowed_offer_ids");
    }
    Some(PlacementRequest { placement: placement?, count, allowed, excluded })
}

fn offers(problems: &mut Problems, field: &str, ids: &[String]) -> Vec<OfferId> {
    if ids.len() > values::LIST_MAX {
        problems
            .add(field, format!("has {} elements; give at most {}", ids.len(), values::LIST_MAX));
        return Vec::new();
    }
    let mut read = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        read.extend(problems.within(|| values::at(field, at), |p| p.take(OfferId::parse("", id))));
    }
    read
}

/// What a caller says of the situation.
#[derive(Default)]
pub(super) struct Given {
    pub(super) direction: Option<Direction>,
    pub(super) current_channel: Option<Channel>,
    pub(super) stage: Option<StayStage>,
    pub(super) reservation: Option<ReservationId>,
    pub(super) room: Option<RoomId>,
    pub(super) locale: String,
    pub(super) zone: String,
    pub(super) intent: String,
    pub(super) adults: Option<u8>,
    pub(super) children: Option<u8>,
    pub(super) travel_purpose: Option<TravelPurpose>,
    pub(super) terms: AskedTerms,
}

pub(super) fn context(problems: &mut Problems, wire: v1::DecisionContext) -> Given {
    problems.within(
        || "context".into(),
        |p| {
            context_not_acted_on(p, &wire);
            let (adults, children) =
                wire.party.map_or((None, None), |party| request_party(p, party));
            Given {
                direction: enums::read::<v1::Direction>(p, "direction", wire.direction),
                current_channel: enums::read::<v1::Channel>(
                    p,
                    "current_channel",
                    wire.current_channel,
                ),
                stage: enums::read::<v1::StayStage>(p, "stay_stage", wire.stay_stage),
                reservation: values::foreign_optional(
                    p,
                    "reservation_id",
                    &wire.reservation_id,
                    ReservationId::parse,
                ),
                room: values::foreign_optional(p, "room_id", &wire.room_id, RoomId::parse),
                locale: values::locale(p, "locale", wire.locale),
                zone: values::zone(p, "time_zone", &wire.time_zone),
                intent: values::bounded(p, "intent", wire.intent, INTENT_BYTES_MAX),
                adults,
                children,
                travel_purpose: enums::read::<v1::TravelPurpose>(
                    p,
                    "travel_purpose",
                    wire.travel_purpose,
                ),
                terms: terms::asked(
                    p,
                    (wire.check_in_date.as_str(), wire.check_out_date.as_str()),
                    wire.rate_plan_id,
                    wire.promotion_codes,
                ),
            }
        },
    )
}

/// The party of a call: its counts are acted on.
pub(super) fn request_party(problems: &mut Problems, wire: v1::Party) -> (Option<u8>, Option<u8>) {
    problems.within(
        || "party".into(),
        |p| {
            if !wire.child_age_years.is_empty() {
                p.unsupported("child_age_years", "leave it out, and give child_count");
            }
            if wire.room_count != 0 {
                p.unsupported("room_count", "leave it out");
            }
            let adults = values::count::<u8>(p, "adult_count", wire.adult_count, 0..=99);
            let children = values::count::<u8>(p, "child_count", wire.child_count, 0..=99);
            // Without adults the party is not known, and no children says nothing.
            (Some(adults).filter(|n| *n > 0), Some(children).filter(|n| *n > 0 || adults > 0))
        },
    )
}

/// Facts that no part of a decision looks at yet: who sends one is told, rather than left to
/// believe that it counts.
fn context_not_acted_on(problems: &mut Problems, wire: &v1::DecisionContext) {
    let set = [
        ("country_code", !wire.country_code.is_empty(), "leave it out, and give time_zone"),
        ("device_kind", wire.device_kind != 0, "leave it out"),
        ("room_type_id", !wire.room_type_id.is_empty(), "leave it out"),
        ("presence", wire.presence.is_some(), "write a PRESENCE event before the call"),
        ("attributes", !wire.attributes.is_empty(), "leave it out: rules do not read it yet"),
    ];
    for (field, _, instead) in set.into_iter().filter(|(_, is_set, _)| *is_set) {
        problems.unsupported(field, instead);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::ChannelSet;
    use crate::grpc::problems::Fault;
    use crate::grpc::testing::{NOW, faults, scope, scope_with};

    fn sound() -> v1::DecideOffersRequest {
        v1::DecideOffersRequest {
            property: "brands/acme/properties/harbour".into(),
            subject: Some(v1::decide_offers_request::Subject::Guest(
                "brands/acme/guests/g-1".into(),
            )),
            placement_requests: vec![v1::PlacementRequest {
                placement_id: "portal.hero".into(),
                ..Default::default()
            }],
            ..Default::default()
        }
    }

    fn read(change: impl FnOnce(&mut v1::DecideOffersRequest)) -> Result<Asked, Refusal> {
        let mut wire = sound();
        change(&mut wire);
        decide(&scope(), wire, NOW, || GuestId::parse("guest", "anonymous:new").unwrap())
    }

    fn at(seconds: i64) -> Option<prost_types::Timestamp> {
        Some(prost_types::Timestamp { seconds: NOW.as_seconds() + seconds, nanos: 0 })
    }

    #[test]
    fn a_sound_call_is_read_with_the_defaults_of_the_api() {
        let asked = read(|_| ()).unwrap();
        let request = asked.request;
        assert_eq!((request.property.as_str(), request.guest.as_str()), ("harbour", "g-1"));
        assert_eq!(request.placements[0].count, None);
        assert_eq!((request.direction, request.defers_activation), (Direction::Inbound, false));
        assert!(request.channel.is_none() && request.adults.is_none() && !asked.includes_content);
    }

    #[test]
    fn a_call_for_a_channel_is_outbound_and_defers_its_activation() {
        let mode = v1::ChannelMode::Decide.into();
        let asked =
            read(|w| w.channel_request = Some(v1::ChannelRequest { mode, ..Default::default() }))
                .unwrap();
        assert_eq!(asked.request.direction, Direction::Outbound);
        assert!(asked.request.defers_activation);
        assert_eq!(asked.request.channel.unwrap().allowed, ChannelSet::ALL);
    }

    #[test]
    fn nobody_is_a_person_of_their_own() {
        assert_eq!(read(|w| w.subject = None).unwrap().request.guest.as_str(), "anonymous:new");
    }

    type Change = fn(&mut v1::DecideOffersRequest);

    /// Hostile calls and the fields that must be named.
    const HOSTILE: &[(Change, &[&str])] = &[
        (|w| w.property = String::new(), &["property"]),
        (|w| w.placement_requests.clear(), &["placement_requests"]),
        (
            |w| w.placement_requests[0].placement_id = String::new(),
            &["placement_requests[0].placement_id"],
        ),
        (
            |w| w.placement_requests[0].offer_count = 1_000_000_000,
            &["placement_requests[0].offer_count"],
        ),
        (|w| w.placement_requests[0].offer_count = -1, &["placement_requests[0].offer_count"]),
        (
            |w| w.placement_requests = vec![w.placement_requests[0].clone(); 17],
            &["placement_requests"],
        ),
        (
            |w| w.placement_requests.push(w.placement_requests[0].clone()),
            &["placement_requests[1].placement_id"],
        ),
        (
            |w| w.placement_requests[0].excluded_offer_ids = vec!["a".into(), "B!".into()],
            &["placement_requests[0].excluded_offer_ids[1]"],
        ),
        (
            |w| w.placement_requests[0].allowed_offer_ids = vec!["a".into(); 1_001],
            &["placement_requests[0].allowed_offer_ids"],
        ),
        (
            |w| {
                w.context = Some(v1::DecisionContext {
                    time_zone: "Moon/Base".into(),
                    ..Default::default()
                })
            },
            &["context.time_zone"],
        ),
        (
            |w| {
                w.context = Some(v1::DecisionContext {
                    stay_stage: 77,
                    current_channel: -3,
                    ..Default::default()
                })
            },
            &["context.current_channel", "context.stay_stage"],
        ),
        (
            |w| {
                let party =
                    Some(v1::Party { adult_count: -1, child_count: 100, ..Default::default() });
                w.context = Some(v1::DecisionContext { party, ..Default::default() });
            },
            &["context.party.adult_count", "context.party.child_count"],
        ),
        (
            |w| {
                w.context =
                    Some(v1::DecisionContext { intent: "x".repeat(65), ..Default::default() })
            },
            &["context.intent"],
        ),
        (
            |w| {
                let (earliest_time, latest_time) = (at(7_200), at(3_600));
                let mode = v1::ChannelMode::Decide.into();
                let asked =
                    v1::ChannelRequest { mode, earliest_time, latest_time, ..Default::default() };
                w.channel_request = Some(asked);
            },
            &["channel_request.latest_time"],
        ),
        (
            |w| {
                let mode = v1::ChannelMode::Fixed.into();
                w.channel_request =
                    Some(v1::ChannelRequest { mode, transactional: true, ..Default::default() });
            },
            &["channel_request.transactional", "channel_request.allowed_channels"],
        ),
        (|w| w.view = 9, &["view"]),
        (|w| w.learning_mode = 9, &["learning_mode"]),
        (|w| w.decision_policy_id = "Not An Id".into(), &["decision_policy_id"]),
        (|w| w.request_id = "a\nb".into(), &["request_id"]),
    ];

    #[test]
    fn what_is_wrong_is_told_by_field() {
        for (at, (change, expected)) in HOSTILE.iter().enumerate() {
            let (fault, fields) = faults(read(change));
            assert_eq!(
                (fault, fields.as_slice()),
                (Fault::Invalid, expected.map_to_strings().as_slice()),
                "row {at}"
            );
        }
    }

    trait MapToStrings {
        fn map_to_strings(&self) -> Vec<String>;
    }

    impl MapToStrings for &[&str] {
        fn map_to_strings(&self) -> Vec<String> {
            self.iter().map(|s| (*s).to_owned()).collect()
        }
    }

    #[test]
    fn what_no_decision_looks_at_is_named_and_not_passed_over() {
        let refused = read(|w| {
            let attributes = [("k".to_owned(), "v".to_owned())].into();
            w.context = Some(v1::DecisionContext {
                device_kind: 1,
                country_code: "DE".into(),
                attributes,
                ..Default::default()
            });
            w.placement_requests[0].allowed_category_ids = vec!["spa".into()];
            w.context_overrides = Some(v1::ContextOverrides::default());
        });
        let (fault, fields) = faults(refused);
        assert_eq!(fault, Fault::Unsupported);
        let expected = [
            "placement_requests[0].allowed_category_ids",
            "context.country_code",
            "context.device_kind",
            "context.attributes",
            "context_overrides",
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn a_simulation_needs_the_right_to_read_decisions() {
        let mut wire = sound();
        wire.context_overrides = Some(v1::ContextOverrides::default());
        let scope = scope_with(&[Right::Decide]);
        let refused = decide(&scope, wire, NOW, || GuestId::parse("guest", "x").unwrap());
        assert!(matches!(refused, Err(Refusal::Denied)));
    }

    #[test]
    fn card_numbers_do_not_enter() {
        let refused = read(|w| {
            w.context = Some(v1::DecisionContext {
                reservation_id: "4111 1111 1111 1111".into(),
                ..Default::default()
            });
        });
        assert_eq!(faults(refused), (Fault::Forbidden, vec!["context.reservation_id".into()]));
    }
}
