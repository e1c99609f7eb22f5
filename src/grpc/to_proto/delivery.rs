//! Messages of the outbox, and what became of them, on the wire.

use crate::api::v1;
use crate::domain::delivery::{DeliveryFact, SkippedTrigger, Step};
use crate::domain::scope::Scope;
use crate::engine::delivery::{OutboxStatus, Outgoing};
use crate::grpc::from_proto::enums;
use crate::grpc::names;

use super::decide::{self, Extent};
use super::{View, values};

/// A message for a sender.
pub(crate) fn message(scope: &Scope, outgoing: Outgoing, view: View) -> v1::OutboxMessage {
    let Outgoing { decision, catalog, .. } = &outgoing;
    let extent = Extent { is_full: false, includes_content: true, view };
    let attempt = i32::from(outgoing.attempt) + 1;
    let trigger = decision.delivery.as_ref().and_then(|asked| asked.trigger.as_ref());
    let reservation = outgoing.reservation.as_ref();
    v1::OutboxMessage {
        offset: outgoing.offset,
        idempotency_key: format!("{}/{attempt}", decision.id),
        decision: names::write_decision(scope, &decision.property, decision.id),
        attempt,
        trigger_id: trigger.map(ToString::to_string).unwrap_or_default(),
        guest: names::write(scope, "guests", outgoing.guest.as_str()),
        display_name: outgoing.display_name.clone(),
        property: names::write(scope, "properties", decision.property.as_str()),
        reservation_id: reservation.map(|r| r.as_str().to_owned()).unwrap_or_default(),
        channel: enums::channel(outgoing.channel),
        addresses: outgoing.addresses.clone(),
        locale: decision.context.locale.clone(),
        propositions: decide::propositions(decision, catalog, extent),
        not_before_time: Some(values::moment(outgoing.not_before)),
        not_after_time: Some(values::moment(outgoing.not_after)),
        lease_expire_time: Some(values::moment(outgoing.lease_until)),
        attribution_token: outgoing.token.clone(),
        handed_out_before_count: i32::try_from(outgoing.handed_out_before).unwrap_or(i32::MAX),
    }
}

/// How an outbox stands.
pub(crate) fn status(status: OutboxStatus) -> v1::GetOutboxStatusResponse {
    v1::GetOutboxStatusResponse {
        message_count: values::long(status.messages),
        due_count: values::long(status.due),
        leased_count: values::long(status.leased),
        oldest_due_time: status.oldest_due.map(values::moment),
        reader_count: values::count(status.readers),
    }
}

/// What became of a message.
pub(crate) fn step(fact: &DeliveryFact) -> v1::DeliveryStep {
    use v1::DeliveryStepKind as Kind;
    let (kind, reason) = match fact.step {
        Step::Queued => (Kind::Queued, None),
        Step::Moved => (Kind::Moved, None),
        Step::Sent => (Kind::Sent, None),
        Step::Cancelled(reason) => (Kind::Cancelled, Some(reason)),
        Step::Ended(reason) => (Kind::Ended, Some(reason)),
    };
    let has_window = matches!(fact.step, Step::Queued | Step::Moved);
    let of_window = |moment| has_window.then(|| values::moment(moment));
    v1::DeliveryStep {
        kind: kind.into(),
        decision_id: fact.decision.to_string(),
        attempt: i32::from(fact.attempt) + 1,
        channel: enums::channel(fact.channel),
        reason: reason.map(|reason| reason.name().to_owned()).unwrap_or_default(),
        not_before_time: of_window(fact.not_before),
        not_after_time: of_window(fact.not_after),
        trigger_id: String::new(),
    }
}

/// A trigger that did not ask.
pub(crate) fn skipped(skipped: &SkippedTrigger) -> v1::DeliveryStep {
    v1::DeliveryStep {
        kind: v1::DeliveryStepKind::Skipped.into(),
        reason: skipped.reason.name().to_owned(),
        trigger_id: skipped.trigger.as_str().to_owned(),
        ..Default::default()
    }
}
