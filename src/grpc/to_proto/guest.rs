//! Guests and their consents on the wire.

use crate::api::v1;
use crate::domain::channel::Channel;
use crate::domain::consent::Consent;
use crate::domain::guest::GuestState;
use crate::domain::identity::Identity;
use crate::domain::price::Membership;
use crate::domain::profile::{ContactPoint, ContactState, Profile, contact_point_ids};
use crate::domain::scope::Scope;
use crate::domain::stay::{StayStage, StayStatus};
use crate::domain::time::{Date, Timestamp};
use crate::engine::GuestView;
use crate::grpc::from_proto::consent::basis_of;
use crate::grpc::from_proto::enums;
use crate::grpc::from_proto::extras::RESERVED;
use crate::grpc::names;

use super::{View, presence, values};

/// A guest. `now` says what presence is still believed and where the guest stands.
pub(crate) fn guest(scope: &Scope, known: &GuestView, now: Timestamp, view: View) -> v1::Guest {
    let (profile, state) = (&known.profile, &known.state);
    let facts = &profile.facts;
    let id = profile.guest.as_str();
    let is_merged = known.merged.is_some();
    let what = match id.starts_with("anonymous:") {
        _ if is_merged => v1::GuestState::Merged,
        true => v1::GuestState::Anonymous,
        false => v1::GuestState::Identified,
    };
    let called = known.merged.as_ref().map_or(id, |called| called.as_str());
    let merged_into = names::write(scope, "guests", id);
    let identity = |identity: &Identity| v1::Identity {
        namespace: identity.namespace.clone(),
        id: identity.id.clone(),
    };
    let own = facts.attributes.iter().filter(|(key, _)| !key.starts_with(RESERVED));
    v1::Guest {
        name: names::write(scope, "guests", called),
        state: what.into(),
        merged_into_guest: if is_merged { merged_into } else { String::new() },
        identities: facts.identities.iter().map(identity).collect(),
        display_name: facts.display_name.clone(),
        contact_points: contact_points(profile, view),
        home_time_zone: facts.zone.clone(),
        locale: facts.locale.clone(),
        country_code: facts.country.clone(),
        attributes: values::map(own.map(|(key, value)| (key, value))),
        segment_id: facts.segment.as_ref().map(ToString::to_string).unwrap_or_default(),
        travel_purpose: facts.purpose.map_or(0, enums::travel_purpose),
        loyalty: facts.membership.as_ref().map(loyalty),
        statistics: Some(statistics(state)),
        stay_stage: enums::stay_stage(stage(state, now)),
        presence: presence::state(state, now),
        etag: etag(profile),
        ..Default::default()
    }
}

fn loyalty(membership: &Membership) -> v1::LoyaltyMembership {
    v1::LoyaltyMembership {
        tier_id: membership.tier.to_string(),
        tier_end_date: membership.until.map(|day| day.to_string()).unwrap_or_default(),
        ..Default::default()
    }
}

/// A tag of what is on file: it changes with every change of the profile.
pub(crate) fn etag(profile: &Profile) -> String {
    format!("{:x}", profile.sequence)
}

/// The address to use on a channel: a verified one before one that was only given, a travel agency's mask
/// for messages of a transaction only, none that bounced.
pub(crate) fn contact_point(
    profile: &Profile,
    channel: Channel,
    is_transactional: bool,
    view: View,
) -> Option<v1::ContactPoint> {
    let rank = |point: &ContactPoint| match point.state {
        _ if point.channel != channel => None,
        ContactState::Verified => Some(2),
        ContactState::Given => Some(1),
        ContactState::Masked if is_transactional => Some(0),
        ContactState::Masked | ContactState::Bounced | ContactState::Revoked => None,
    };
    let points = profile.facts.contact_points.iter().zip(contact_points(profile, view));
    let ranked = points.filter_map(|(point, wire)| Some((rank(point)?, wire)));
    // Of equals the first.
    ranked.reduce(|a, b| if b.0 > a.0 { b } else { a }).map(|(_, wire)| wire)
}

fn contact_points(profile: &Profile, view: View) -> Vec<v1::ContactPoint> {
    let facts = &profile.facts;
    let one = |(id, point): (String, &ContactPoint)| {
        let state = match point.state {
            ContactState::Given | ContactState::Masked => v1::ContactPointState::Unverified,
            ContactState::Verified => v1::ContactPointState::Verified,
            ContactState::Bounced => v1::ContactPointState::Bounced,
            ContactState::Revoked => v1::ContactPointState::Removed,
        };
        v1::ContactPoint {
            contact_point_id: id,
            channel: enums::channel(point.channel),
            address: if view.guests { point.address.clone() } else { String::new() },
            masked_address: masked(&point.address),
            state: state.into(),
            is_masked: point.state == ContactState::Masked,
            ..Default::default()
        }
    };
    contact_point_ids(facts).into_iter().zip(&facts.contact_points).map(one).collect()
}

/// An address with its middle hidden: the first character and what follows the last `@`, or the
/// last two characters.
fn masked(address: &str) -> String {
    let mut start = address.chars();
    let first: String = start.next().into_iter().collect();
    let end = match address.rfind('@') {
        Some(at) => address.get(at..).unwrap_or("").to_owned(),
        None if address.chars().count() > 6 => {
            let tail: Vec<char> = address.chars().rev().take(2).collect();
            tail.into_iter().rev().collect()
        }
        None => String::new(),
    };
    format!("{first}***{end}")
}

fn statistics(state: &GuestState) -> v1::GuestStatistics {
    let stays = || state.stays.iter().filter(|stay| stay.status != StayStatus::Cancelled);
    let left = stays()
        .filter(|stay| stay.status == StayStatus::CheckedOut)
        .map(|stay| stay.check_out)
        .max();
    let next =
        stays().filter(|stay| stay.status == StayStatus::Booked).map(|stay| stay.check_in).min();
    let text = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    v1::GuestStatistics {
        stay_count: i32::try_from(state.stats.stays).unwrap_or(i32::MAX),
        accept_count: i64::from(state.stats.accepts),
        last_check_out_date: text(left),
        next_check_in_date: text(next),
        ..Default::default()
    }
}

/// Where the guest stands, over the stays at all properties: the most pressing one.
fn stage(state: &GuestState, now: Timestamp) -> StayStage {
    let today = Date(i32::try_from(now.as_seconds().div_euclid(86_400)).unwrap_or(0));
    let of = |property| crate::domain::stay::stage_of(&state.stays, property, today).0;
    let stages = state.stays.iter().map(|stay| of(stay.property));
    let urgency = |stage: &StayStage| match stage {
        StayStage::Departure => 8,
        StayStage::InHouse => 7,
        StayStage::ArrivalDay => 6,
        StayStage::PreArrival => 5,
        StayStage::Booked => 4,
        StayStage::Shopping => 3,
        StayStage::PostStay => 2,
        StayStage::Lapsed => 1,
        StayStage::Prospect => 0,
    };
    stages.max_by_key(urgency).unwrap_or(StayStage::Prospect)
}

/// The consents of a guest; `history` where it was asked for.
pub(crate) fn consent(
    scope: &Scope,
    profile: &Profile,
    history: Vec<v1::ConsentRecord>,
) -> v1::Consent {
    v1::Consent {
        name: names::write_guest_in(scope, &profile.guest, "consent"),
        current_records: profile
            .consents
            .iter()
            .map(|consent| consent_record(consent, 0))
            .collect(),
        history_records: history,
        etag: etag(profile),
    }
}

/// One statement of a guest.
pub(crate) fn consent_record(consent: &Consent, sequence: u64) -> v1::ConsentRecord {
    v1::ConsentRecord {
        purpose: enums::purpose(consent.purpose),
        channel: consent.channel.map_or(0, enums::channel),
        state: enums::consent_state(consent.state),
        basis: basis_of(&consent.basis).into(),
        consent_time: Some(values::moment(consent.time)),
        text_version: consent.text_version.clone(),
        source: consent.source.clone(),
        sequence,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_hidden_but_for_their_ends() {
        assert_eq!(masked("lee@example.com"), "l***@example.com");
        assert_eq!(masked("+8613800138000"), "+***00");
        assert_eq!(masked("abc"), "a***");
        assert_eq!(masked(""), "***");
        assert_eq!(masked("日本語@例え.jp"), "日***@例え.jp");
    }
}
