//! Arrivals on the wire, and what staff should know of each.

use crate::api::v1;
use crate::domain::belief::PreferenceLevel;
use crate::domain::profile::Profile;
use crate::domain::scope::Scope;
use crate::domain::stay::StayStatus;
use crate::domain::time::Timestamp;
use crate::engine::{Arrival, Arrivals};
use crate::grpc::from_proto::arrivals::AskedArrivals;
use crate::grpc::from_proto::preference;

use super::decide::{self, Extent};
use super::{View, event, guest};

/// Most points told of a guest.
const POINTS_MAX: usize = 12;

/// A page of arrivals.
pub(crate) fn page(
    scope: &Scope,
    asked: &AskedArrivals,
    listed: Arrivals,
) -> v1::ListArrivalsResponse {
    let view = View::of(scope);
    let extent = Extent { is_full: false, includes_content: asked.includes_content, view };
    let Arrivals { day, now, count, arrivals } = listed;
    let end = asked.query.skip.saturating_add(arrivals.len());
    let next = (end < count).then(|| i64::try_from(end).ok()).flatten();
    v1::ListArrivalsResponse {
        arrivals: arrivals.into_iter().map(|one| arrival(scope, one, now, extent)).collect(),
        next_page_token: next.map(|at| asked.pages.token((at, 0))).unwrap_or_default(),
        date: day.to_string(),
        total_count: i32::try_from(count).unwrap_or(i32::MAX),
    }
}

fn arrival(scope: &Scope, arrival: Arrival, now: Timestamp, extent: Extent) -> v1::Arrival {
    let decided = arrival.answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned());
    let decided = decided.map(|answer| decide::response(scope, answer, extent));
    let first = decided.as_ref().and_then(|d| d.propositions.first());
    let offer = first.and_then(|p| p.offers.first()).cloned();
    let stay = &arrival.stay;
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    v1::Arrival {
        talking_points: points(&arrival, offer.as_ref(), now),
        guest: Some(guest::guest(scope, &arrival.guest, now, extent.view)),
        reservation_id: arrival.reservation.as_ref().map(ToString::to_string).unwrap_or_default(),
        check_in_date: stay.check_in.to_string(),
        check_out_date: stay.check_out.to_string(),
        party: Some(v1::Party {
            adult_count: i32::from(stay.adults),
            child_count: i32::from(stay.children),
            ..Default::default()
        }),
        arrival_time: arrival.minute.map(clock).unwrap_or_default(),
        checked_in: stay.status == StayStatus::CheckedIn,
        value_tier: if extent.view.value { i32::from(arrival.value_tier) } else { 0 },
        decision: decided.as_ref().map(|d| d.decision.clone()).unwrap_or_default(),
        attribution_token: decided.map(|d| d.attribution_token).unwrap_or_default(),
        offer,
        complaints: arrival
            .complaints
            .iter()
            .map(|complaint| event::event(scope, complaint, 0, complaint.time, extent.view))
            .collect(),
    }
}

/// What to know and to say, the most important first.
fn points(arrival: &Arrival, offer: Option<&v1::RankedOffer>, now: Timestamp) -> Vec<String> {
    let state = &arrival.guest.state;
    let mut points = Vec::new();
    if state.broken.iter().any(|promise| promise.is_owed(now)) {
        points.push("We broke a promise lately and have not made it good yet.".to_owned());
    }
    if let Some(complaint) = arrival.complaints.first() {
        let days = now.since(complaint.time).as_secs() / 86_400;
        points.push(match days {
            0 => "Complained today.".to_owned(),
            1 => "Complained yesterday.".to_owned(),
            days => format!("Complained {days} days ago."),
        });
    }
    points.extend(wishes(&arrival.guest.profile));
    if let Some(membership) = &arrival.guest.profile.facts.membership {
        points.push(format!("Member: {}.", membership.tier));
    }
    points.push(match state.stats.stays {
        0 => "First stay with us.".to_owned(),
        1 => "Has stayed once before.".to_owned(),
        stays => format!("Has stayed {stays} times before."),
    });
    let reasons = offer.into_iter().flat_map(|offer| &offer.reasons);
    points.extend(reasons.map(|reason| reason.display_text.clone()).filter(|t| !t.is_empty()));
    points.truncate(POINTS_MAX);
    points
}

/// What the guest said of their own likings: what is out of the question first.
fn wishes(profile: &Profile) -> Vec<String> {
    let all = [
        (PreferenceLevel::Unacceptable, "Never"),
        (PreferenceLevel::Required, "Must have"),
        (PreferenceLevel::Avoid, "Rather not"),
        (PreferenceLevel::Preferred, "Likes"),
    ];
    let mut told = Vec::new();
    for (level, word) in all {
        let of_level = profile.preferences.iter().filter(|p| p.level == level);
        let tags = of_level.map(|p| preference::split(&p.tag).1.replace(['-', '_', '.'], " "));
        let tags: Vec<String> = tags.take(8).collect();
        if !tags.is_empty() {
            told.push(format!("{word}: {}.", tags.join(", ")));
        }
    }
    told
}
