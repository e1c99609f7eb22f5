//! Stated preferences, and the tags they speak of.
//!
//! The domain knows one word for what a preference is about: a tag. `dimension` and `value` of the
//! wire become
//! `dimension.value` (`bedding` and `king`: `bedding.king`); the dimension `tag` is the tag itself,
//! so that `tag` and
//! `bedding.king` say the same.

use crate::api::v1;
use crate::domain::belief::{Origin, PreferenceLevel};
use crate::domain::id::{GuestId, Label};
use crate::domain::profile::StatedPreference;
use crate::domain::scope::Scope;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{enums, values};

/// Most preferences of a call.
const PREFERENCES_MAX: usize = 256;
/// The dimension whose values are tags themselves.
const TAG: &str = "tag";

/// A change of stated preferences.
#[derive(Debug)]
pub(crate) struct PreferenceChange {
    pub(crate) guest: GuestId,
    pub(crate) preferences: Vec<StatedPreference>,
    pub(crate) etag: String,
    pub(crate) allow_missing: bool,
}

/// Reads `spa` or `bedding:king` as a tag.
pub(crate) fn tag(problems: &mut Problems, field: &str, text: &str) -> Option<Label> {
    match text.split_once(':') {
        None => problems.take(Label::parse(field, text)),
        Some((dimension, value)) => join(problems, (field, dimension), (field, value)),
    }
}

fn join(
    problems: &mut Problems,
    (of_dimension, dimension): (&str, &str),
    (of_value, value): (&str, &str),
) -> Option<Label> {
    let dimension = problems.take(Label::parse(of_dimension, dimension));
    let value = problems.take(Label::parse(of_value, value));
    let (dimension, value) = dimension.zip(value)?;
    if dimension.as_str() == TAG {
        return Some(value);
    }
    problems.take(Label::parse(of_value, &[dimension.as_str(), ".", value.as_str()].concat()))
}

/// The dimension and the value of a tag.
pub(crate) fn split(tag: &Label) -> (&str, &str) {
    tag.as_str()
        .split_once('.')
        .filter(|(_, value)| !value.is_empty())
        .unwrap_or((TAG, tag.as_str()))
}

/// Reads a call that changes stated preferences.
pub(crate) fn change(
    scope: &Scope,
    wire: v1::UpdatePreferenceProfileRequest,
) -> Result<PreferenceChange, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    request_id(p, &wire.request_id);
    if let Some(mask) = wire.update_mask.filter(|mask| !mask.paths.is_empty()) {
        if mask.paths == ["stated_preferences"] {
            p.unsupported(
                "update_mask",
                "leave it out, and send level NEUTRAL for what no longer holds",
            );
        } else {
            p.add("update_mask", "may only hold stated_preferences");
        }
    }
    let Some(profile) = wire.preference_profile else {
        p.add("preference_profile", "is missing");
        return problems.finish(None);
    };
    let change = p.within(
        || "preference_profile".into(),
        |p| {
            let guest = names::guest_in(p, scope, "name", &profile.name, "preferenceProfile");
            if profile.stated_preferences.is_empty() {
                p.add("stated_preferences", "is empty; give at least one");
            }
            let list =
                values::list(p, "stated_preferences", profile.stated_preferences, PREFERENCES_MAX);
            let mut preferences: Vec<StatedPreference> = Vec::with_capacity(list.len());
            for (at, stated) in list.into_iter().enumerate() {
                let path = || values::at("stated_preferences", at);
                let read = p.within(path, |p| {
                    let read = preference(p, scope, &stated)?;
                    if preferences.iter().any(|known| known.tag == read.tag) {
                        p.add("value", "stands in the list twice with its dimension");
                    }
                    Some(read)
                });
                preferences.extend(read);
            }
            let etag = values::word(p, "etag", profile.etag);
            Some(PreferenceChange {
                guest: guest?,
                preferences,
                etag,
                allow_missing: wire.allow_missing,
            })
        },
    );
    problems.finish(change)
}

/// A request id of a change that changes nothing when it is repeated: checked, and not needed
/// further.
pub(crate) fn request_id(problems: &mut Problems, id: &str) {
    values::foreign_optional(problems, "request_id", id, crate::domain::id::RequestId::parse);
}

fn preference(
    problems: &mut Problems,
    scope: &Scope,
    wire: &v1::GuestPreference,
) -> Option<StatedPreference> {
    let tag = join(problems, ("dimension", &wire.dimension), ("value", &wire.value));
    let level = enums::required::<v1::PreferenceLevel>(problems, "level", wire.level);
    if level == Some(PreferenceLevel::Required) {
        problems.unsupported("level", "send UNACCEPTABLE for what must not be, or PREFERRED");
    }
    let origin = match enums::read::<v1::PreferenceOrigin>(problems, "origin", wire.origin) {
        None => Origin::Stated,
        Some(Origin::Observed | Origin::Inferred) => {
            problems.add(
                "origin",
                "is OBSERVED or INFERRED, which the server finds out; give STATED, SURVEY or STAFF",
            );
            Origin::Stated
        }
        Some(Origin::Staff) if scope.bound.is_some() => {
            problems.withhold("origin", "give STATED or SURVEY");
            Origin::Staff
        }
        Some(origin @ (Origin::Stated | Origin::Survey | Origin::Staff)) => origin,
    };
    values::number(problems, "strength", wire.strength, 0.0..=1.0);
    let scope = enums::known::<v1::PreferenceScope>(problems, "scope", wire.scope);
    let set = [
        (
            "strength",
            wire.strength > 0.0 && wire.strength < 1.0,
            "leave it out: every stated preference counts in full",
        ),
        (
            "scope",
            scope == Some(v1::PreferenceScope::Property),
            "leave it out: preferences hold everywhere",
        ),
        ("property", !wire.property.is_empty(), "leave it out: preferences hold everywhere"),
        ("source", !wire.source.is_empty(), "leave it out: the origin is kept"),
        ("update_time", wire.update_time.is_some(), "leave it out: it counts from now"),
        ("half_life", wire.half_life.is_some(), "leave it out"),
    ];
    for (field, _, instead) in set.into_iter().filter(|(_, is_set, _)| *is_set) {
        problems.unsupported(field, instead);
    }
    Some(StatedPreference { tag: tag?, level: level?, origin })
}
