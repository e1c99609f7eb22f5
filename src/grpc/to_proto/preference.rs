//! What a guest likes, on the wire.

use crate::api::v1;
use crate::domain::consent::Purpose;
use crate::domain::profile::{Profile, StatedPreference};
use crate::domain::scope::Scope;
use crate::engine::GuestView;
use crate::grpc::from_proto::{enums, preference};
use crate::grpc::names;

use super::{View, guest};

/// What the guest likes: what was said, and the taste that was learnt. What was seen is kept as
/// hashes of tags, which name nothing, so it is told as taste only.
pub(crate) fn profile(scope: &Scope, known: &GuestView, view: View) -> v1::PreferenceProfile {
    let state = &known.state;
    let may_profile = state.consent.allows(Purpose::Profiling);
    let taste = (view.scores && may_profile).then(|| v1::TasteVector {
        mean: state.taste.mean.to_vec(),
        variance: state.taste.variance.to_vec(),
        ..Default::default()
    });
    v1::PreferenceProfile {
        name: names::write_guest_in(scope, &known.profile.guest, "preferenceProfile"),
        stated_preferences: known.profile.preferences.iter().map(stated).collect(),
        taste,
        etag: guest::etag(&known.profile),
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
