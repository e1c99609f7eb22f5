//! What happened with a guest, on the wire.

use crate::api::v1;
use crate::domain::decision::Decision;
use crate::domain::record::{Body, Record};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::engine::Catalog;
use crate::grpc::from_proto::enums;
use crate::grpc::names;

use super::{View, delivery, event, guest, preference, routing, values};

/// The entries of a record: one for most, one for each consent and one for the rest of a change of
/// profile.
pub(crate) fn entries(
    scope: &Scope,
    record: &Record,
    catalog: Option<&Catalog>,
    view: View,
) -> Vec<(v1::TimelineKind, v1::TimelineEntry)> {
    use v1::TimelineKind as Kind;
    use v1::timeline_entry::Entry;
    let entry = |kind: Kind, time: Timestamp, entry: Entry| {
        let entry_time = Some(values::moment(time));
        (kind, v1::TimelineEntry { entry_time, sequence: record.sequence, entry: Some(entry) })
    };
    match &record.body {
        Body::Event { event: said, .. } => {
            let wire = event::event(scope, said, record.sequence, record.recorded, view);
            vec![entry(Kind::Event, said.time, Entry::Event(wire))]
        }
        Body::Decision(decision) => {
            vec![entry(
                Kind::Decision,
                decision.decided,
                Entry::Decision(summary(scope, decision, catalog)),
            )]
        }
        Body::Profile { change, .. } => {
            let consents = change.consents.iter().map(|consent| {
                let wire = guest::consent_record(consent, record.sequence);
                entry(Kind::Consent, consent.time, Entry::Consent(wire))
            });
            let paths = preference::changed_paths(change);
            let rest = (!paths.is_empty()).then(|| {
                let wire = v1::ProfileChange { paths, source: String::new() };
                entry(Kind::ProfileChange, record.recorded, Entry::ProfileChange(wire))
            });
            consents.chain(rest).collect()
        }
        Body::Joined { joining, .. } => {
            let wire = v1::GuestJoining {
                source: names::write(scope, "guests", joining.source_guest.as_str()),
                target: names::write(scope, "guests", joining.target_guest.as_str()),
                is_unmerge: joining.parts,
            };
            vec![entry(Kind::Joining, record.recorded, Entry::Joining(wire))]
        }
        Body::Delivery { fact, .. } => {
            let step = Entry::Delivery(delivery::step(fact));
            vec![entry(Kind::Delivery, record.recorded, step)]
        }
        Body::Skipped { skipped, .. } => {
            let step = Entry::Delivery(delivery::skipped(skipped));
            vec![entry(Kind::Delivery, record.recorded, step)]
        }
        Body::Routing(said) => routing::step(scope, said, record.sequence)
            .map(|step| entry(Kind::Interaction, record.recorded, Entry::Interaction(step)))
            .into_iter()
            .collect(),
        Body::Activated { .. }
        | Body::Matured { .. }
        | Body::CatalogPublished { .. }
        | Body::OfferStopped { .. }
        | Body::InventorySet { .. }
        | Body::RatesSet(_)
        | Body::ModeSet { .. }
        | Body::Gesture(_)
        | Body::Fitted(_)
        | Body::Rank(_) => Vec::new(),
    }
}

/// The statements of consent in a record, newest first within it.
pub(crate) fn consents(record: &Record) -> Vec<v1::ConsentRecord> {
    match &record.body {
        Body::Profile { change, .. } => change
            .consents
            .iter()
            .map(|consent| guest::consent_record(consent, record.sequence))
            .collect(),
        Body::Event { event, .. } => event
            .consent
            .iter()
            .map(|consent| guest::consent_record(consent, record.sequence))
            .collect(),
        _ => Vec::new(),
    }
}

fn summary(scope: &Scope, decision: &Decision, catalog: Option<&Catalog>) -> v1::DecisionSummary {
    let slots = decision.propositions.iter().flat_map(|proposition| &proposition.slots);
    let offers = slots.filter_map(|slot| catalog?.offer(slot.offer));
    let choice = decision.channel.as_ref();
    v1::DecisionSummary {
        decision: names::write_decision(scope, &decision.property, decision.id),
        property: names::write(scope, "properties", decision.property.as_str()),
        placement_ids: decision
            .propositions
            .iter()
            .map(|p| p.placement.as_str().to_owned())
            .collect(),
        offer_ids: offers.map(|offer| offer.id.as_str().to_owned()).collect(),
        channel: choice.and_then(|choice| choice.channel).map_or(0, enums::channel),
        channel_outcome: choice.map_or(0, |choice| enums::channel_outcome(choice.outcome)),
    }
}
