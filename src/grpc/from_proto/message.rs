//! `DecideChannel`: a message that is chosen already.

use crate::api::v1;
use crate::domain::id::{GuestId, OfferId, RequestId};
use crate::domain::request::{ChannelRequest, DecideRequest, Direction, Message};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::decide::{Asked, context};
use super::{channel, enums, subject, values};

impl From<v1::decide_channel_request::Subject> for subject::Subject {
    fn from(subject: v1::decide_channel_request::Subject) -> Self {
        use v1::decide_channel_request::Subject as Wire;
        match subject {
            Wire::Guest(name) => Self::Guest(name),
            Wire::AnonymousId(id) => Self::Anonymous(id),
            Wire::Identity(identity) => Self::Identity(identity),
        }
    }
}

/// Reads a call.
pub(crate) fn message(
    scope: &Scope,
    wire: v1::DecideChannelRequest,
    now: Timestamp,
) -> Result<Asked, Refusal> {
    let mut problems = Problems::new();
    let asked = read(&mut problems, scope, wire, now);
    problems.finish(asked)
}

fn read(
    p: &mut Problems,
    scope: &Scope,
    wire: v1::DecideChannelRequest,
    now: Timestamp,
) -> Option<Asked> {
    let property = names::property(p, scope, "property", &wire.property);
    let guest = guest(p, scope, wire.subject);
    let channel = channel_of(p, wire.channel_request.unwrap_or_default(), now);
    let is_transactional = channel.is_some_and(|asked| asked.is_transactional);
    let offer = values::catalog_optional(p, "offer_id", &wire.offer_id, OfferId::parse);
    if offer.is_some() && is_transactional {
        p.add(
            "offer_id",
            "is given, but the message is transactional, and a message with an offer is marketing",
        );
    }
    let is_worth_told = wire.response_value.is_some();
    let response_value = values::money(p, "response_value", wire.response_value, false);
    if !(is_worth_told || is_transactional || !wire.offer_id.is_empty()) {
        p.add(
            "response_value",
            "is missing; say what a response is worth, or name the offer: silence is weighed against it",
        );
    }
    let said = wire.context.unwrap_or_default();
    let mut given = context(p, said);
    if given.direction.take() == Some(Direction::Inbound) {
        p.add("context.direction", "is INBOUND, but a message is carried to the guest");
    }
    if given.current_channel.is_some() {
        p.unsupported("context.current_channel", "leave it out: the channel is what is decided");
    }
    let view = enums::known::<v1::DecisionView>(p, "view", wire.view);
    let request = values::foreign_optional(p, "request_id", &wire.request_id, RequestId::parse);
    property.zip(guest).map(|(property, guest)| Asked {
        request: DecideRequest {
            property,
            guest,
            placements: Vec::new(),
            direction: Direction::Outbound,
            current_channel: None,
            stage: given.stage,
            reservation: given.reservation,
            room: given.room,
            locale: given.locale,
            zone: given.zone,
            intent: given.intent,
            adults: given.adults,
            children: given.children,
            travel_purpose: given.travel_purpose,
            terms: given.terms,
            channel,
            message: Some(Message { offer, response_value }),
            allow_duplicates: false,
            defers_activation: true,
            delivery: None,
            pushed: None,
            wants_full_view: view == Some(v1::DecisionView::Full),
            mode: None,
            policy: None,
            planned: None,
            goes_with: std::sync::Arc::default(),
            request,
        },
        includes_content: wire.include_content,
        validates_only: wire.validate_only,
    })
}

fn guest(
    p: &mut Problems,
    scope: &Scope,
    subject: Option<v1::decide_channel_request::Subject>,
) -> Option<GuestId> {
    match subject {
        Some(who) => subject::read(p, scope, who.into()),
        None => {
            p.add("guest", "is missing; name the guest, an anonymous_id or an identity");
            None
        }
    }
}

/// What is asked of channel and time. A channel is always decided here.
fn channel_of(
    p: &mut Problems,
    mut wire: v1::ChannelRequest,
    now: Timestamp,
) -> Option<ChannelRequest> {
    if wire.mode == i32::from(v1::ChannelMode::None) {
        p.add("channel_request.mode", "is NONE, but a channel is what this call decides");
        return None;
    }
    if wire.mode == 0 {
        wire.mode = v1::ChannelMode::Decide.into();
    }
    channel::request(p, wire, false, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::testing::{NOW, faults, scope};

    fn check(expected: &[&str], change: impl FnOnce(&mut v1::DecideChannelRequest)) {
        let mut wire = v1::DecideChannelRequest {
            property: "brands/acme/properties/harbour".into(),
            subject: Some(v1::decide_channel_request::Subject::Guest(
                "brands/acme/guests/ana".into(),
            )),
            offer_id: "spa".into(),
            ..Default::default()
        };
        change(&mut wire);
        match message(&scope(), wire, NOW) {
            Ok(_) => assert!(expected.is_empty(), "{expected:?}"),
            refused @ Err(_) => assert_eq!(faults(refused).1, expected),
        }
    }

    fn asked(transactional: bool) -> Option<v1::ChannelRequest> {
        Some(v1::ChannelRequest { transactional, ..Default::default() })
    }

    #[test]
    fn what_is_wrong_is_told_by_its_field() {
        check(&[], |_| ());
        check(&["offer_id"], |w| w.channel_request = asked(true));
        check(&[], |w| (w.offer_id, w.channel_request) = (String::new(), asked(true)));
        check(&["response_value"], |w| w.offer_id = String::new());
        let money = |amount_minor| v1::Money { currency_code: "EUR".into(), amount_minor };
        check(&[], |w| (w.offer_id, w.response_value) = (String::new(), Some(money(5))));
        check(&["response_value.amount_minor"], |w| w.response_value = Some(money(-5)));
        check(&["guest"], |w| w.subject = None);
        check(&["channel_request.mode"], |w| {
            let mode = v1::ChannelMode::None.into();
            w.channel_request = Some(v1::ChannelRequest { mode, ..Default::default() });
        });
        check(&["context.direction"], |w| {
            let direction = v1::Direction::Inbound.into();
            w.context = Some(v1::DecisionContext { direction, ..Default::default() });
        });
        check(&["context.current_channel"], |w| {
            let current_channel = v1::Channel::Web.into();
            w.context = Some(v1::DecisionContext { current_channel, ..Default::default() });
        });
        check(&["property", "view"], |w| (w.property, w.view) = (String::new(), 99));
    }
}
