//! What a guest likes, on the wire.

use crate::api::v1;
use crate::domain::belief::{Origin, PreferenceLevel};
use crate::domain::consent::Purpose;
use crate::domain::guest::GuestState;
use crate::domain::profile::{Profile, StatedPreference};
use crate::domain::scope::Scope;
use crate::engine::{Answering, GuestView, Liking};
use crate::grpc::from_proto::{enums, preference};
use crate::grpc::names;

use super::{View, guest};

/// What the guest likes: what was said, what was seen, and the taste that was learnt.
pub(crate) fn profile(scope: &Scope, known: &GuestView, view: View) -> v1::PreferenceProfile {
    let state = &known.state;
    let may_profile = state.consent.allows(Purpose::Profiling);
    let taste = (view.scores && may_profile).then(|| v1::TasteVector {
        mean: state.taste.mean.to_vec(),
        variance: state.taste.variance.to_vec(),
        ..Default::default()
    });
    // An answer to a survey is what the guest said.
    let (answered, observed): (Vec<&Liking>, _) =
        known.likings.iter().partition(|liking| liking.origin == Origin::Survey);
    let mut stated_preferences: Vec<_> = known.profile.preferences.iter().map(stated).collect();
    stated_preferences.extend(answered.into_iter().map(learnt));
    let observed_preferences = observed.into_iter().filter(|liking| is_telling(liking));
    let observed_preferences = observed_preferences.map(learnt).collect();
    v1::PreferenceProfile {
        name: names::write_guest_in(scope, &known.profile.guest, "preferenceProfile"),
        stated_preferences,
        observed_preferences,
        channel_affinities: known.answers.iter().map(|a| affinity(a, state, view)).collect(),
        taste,
        etag: guest::etag(&known.profile),
        ..Default::default()
    }
}

/// How the guest answers a channel at a time, beside guests of the segment.
fn affinity(answering: &Answering, state: &GuestState, view: View) -> v1::ChannelAffinity {
    let Answering { channel, time, response_propensity, of_segment } = *answering;
    let relative = if of_segment > 0.0 { response_propensity / of_segment } else { 1.0 };
    v1::ChannelAffinity {
        channel: enums::channel(channel),
        day_type: enums::day_type(time.day_type),
        daypart: enums::daypart(time.daypart),
        response_propensity: if view.scores { response_propensity } else { 0.0 },
        relative_response: relative,
        contact_count: f64::from(state.channels.contacts),
    }
}

/// Log-odds from which on a liking or a dislike is told of.
const TELLING: f64 = 0.1;

fn is_telling(liking: &Liking) -> bool {
    liking.mean.abs() >= TELLING
}

fn learnt(liking: &Liking) -> v1::GuestPreference {
    let (dimension, value) = preference::split(&liking.tag);
    let level = match liking.mean {
        mean if mean >= TELLING => PreferenceLevel::Preferred,
        mean if mean <= -TELLING => PreferenceLevel::Avoid,
        _ => PreferenceLevel::Neutral,
    };
    v1::GuestPreference {
        dimension: dimension.to_owned(),
        value: value.to_owned(),
        level: enums::preference_level(level),
        // As many log-odds as a stated one stands for is as strong as it gets.
        strength: liking.mean.abs().clamp(0.01, 1.0),
        confidence: liking.confidence,
        origin: enums::preference_origin(liking.origin),
        scope: v1::PreferenceScope::Global.into(),
        ..Default::default()
    }
}

fn stated(stated: &StatedPreference) -> v1::GuestPreference {
    let (dimension, value) = preference::split(&stated.tag);
    v1::GuestPreference {
        dimension: dimension.to_owned(),
        value: value.to_owned(),
        level: enums::preference_level(stated.level),
        strength: 1.0,
        confidence: 1.0,
        origin: enums::preference_origin(stated.origin),
        scope: v1::PreferenceScope::Global.into(),
        ..Default::default()
    }
}

/// Names of the parts of a profile that differ, as paths of an update mask.
pub(crate) fn changed_paths(change: &crate::domain::profile::ProfileChange) -> Vec<String> {
    let paths =
        [("facts", change.facts.is_some()), ("stated_preferences", !change.preferences.is_empty())];
    paths
        .into_iter()
        .filter(|(_, is_changed)| *is_changed)
        .map(|(path, _)| path.to_owned())
        .collect()
}

/// Is anything about the guest on file?
pub(crate) fn is_known(profile: &Profile, view: &GuestView) -> bool {
    profile.sequence > 0 || view.state.sequence > 0
}
