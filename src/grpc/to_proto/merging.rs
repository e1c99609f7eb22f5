//! What comes from whom in a merge, on the wire.

use crate::api::v1;
use crate::domain::consent::ConsentState;
use crate::engine::{MergeReport, MergedCap, MergedConsent, MergedFact, Taken};
use crate::grpc::from_proto::enums;

use super::View;

/// The report of a merge. What the facts are is told to those who may read guests.
pub(crate) fn report(report: MergeReport, view: View) -> v1::MergeReport {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    v1::MergeReport {
        facts: report.facts.into_iter().map(|told| fact(told, view)).collect(),
        consents: report.consents.iter().map(consent).collect(),
        contact_policies: report.caps.iter().map(policy).collect(),
        stays: Some(count(report.stays.map(number))),
        contacts: Some(count(report.contacts.map(number))),
        events: Some(count(report.events.map(|n| i64::try_from(n).unwrap_or(i64::MAX)))),
    }
}

fn fact(fact: MergedFact, view: View) -> v1::MergedFact {
    let taken_from = match fact.taken {
        Taken::Target => v1::MergedFrom::Target,
        Taken::Source => v1::MergedFrom::Source,
        Taken::Both => v1::MergedFrom::Both,
    };
    let is_conflict = fact.is_conflict();
    let shown = |value: String| if view.guests { value } else { String::new() };
    v1::MergedFact {
        path: fact.path,
        target_value: shown(fact.target),
        source_value: shown(fact.source),
        taken_from: taken_from.into(),
        is_conflict,
    }
}

fn consent(consent: &MergedConsent) -> v1::MergedConsent {
    let state = |said: Option<ConsentState>| said.map_or(0, enums::consent_state);
    v1::MergedConsent {
        purpose: enums::purpose(consent.purpose),
        channel: consent.channel.map_or(0, enums::channel),
        target_state: state(consent.target),
        source_state: state(consent.source),
        state: enums::consent_state(consent.merged),
    }
}

fn policy(cap: &MergedCap) -> v1::MergedContactPolicy {
    let [_, _, merged] = cap.used;
    v1::MergedContactPolicy {
        contact_policy_id: cap.id.to_string(),
        limit: i32::try_from(cap.limit).unwrap_or(i32::MAX),
        used: Some(count(cap.used.map(|n| i64::try_from(n).unwrap_or(i64::MAX)))),
        is_used_up: merged >= cap.limit,
    }
}

fn count([target_count, source_count, merged_count]: [i64; 3]) -> v1::MergedCount {
    v1::MergedCount { target_count, source_count, merged_count }
}
