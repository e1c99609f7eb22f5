//! The profiles of two guests who turn out to be one, and what of it is worth telling beforehand.
//!
//! A fact that only one of them has is taken; where both have it and it differs, the target's stays and
//! the difference is told. Lists are joined. Of two tiers the higher one stays: a guest never loses by
//! being recognised.

use crate::domain::belief::PreferenceLevel;
use crate::domain::consent::Consent;
use crate::domain::price::{LoyaltyTier, Membership};
use crate::domain::profile::{
    CONTACT_POINT_IDS, ContactPoint, ContactState, GuestFacts, Profile, StatedPreference,
    contact_point_ids, put_contact_point_ids,
};

/// Whose fact stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The target's.
    Target,
    /// The source's.
    Source,
    /// Both.
    Both,
}

/// A fact that either of two guests has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedFact {
    /// Path of the fact in the guest.
    pub path: String,
    /// What the target has; empty: nothing.
    pub target: String,
    /// What the source has.
    pub source: String,
    /// Whose stays.
    pub taken: Taken,
}

impl MergedFact {
    /// Do both have the fact, and is one of the two dropped?
    pub fn is_conflict(&self) -> bool {
        self.taken != Taken::Both && !self.target.is_empty() && !self.source.is_empty()
    }
}

/// One profile of two; `sequence` is the target's still.
pub(super) fn merge(
    target: &Profile,
    source: &Profile,
    tiers: &[LoyaltyTier],
) -> (Profile, Vec<MergedFact>) {
    let mut told = Vec::new();
    let facts = facts(&target.facts, &source.facts, tiers, &mut told);
    let profile = Profile {
        guest: target.guest.clone(),
        sequence: target.sequence,
        facts,
        consents: Consent::merge(&target.consents, &source.consents),
        preferences: preferences(&target.preferences, &source.preferences, &mut told),
    };
    (profile, told)
}

/// Of two memberships the one of the higher tier, tiers being listed from the lowest up; of one tier the
/// one that lasts longer.
pub(super) fn higher_tier<'m>(
    target: Option<&'m Membership>,
    source: Option<&'m Membership>,
    tiers: &[LoyaltyTier],
) -> Option<&'m Membership> {
    let (Some(one), Some(other)) = (target, source) else { return target.or(source) };
    let rank = |m: &Membership| tiers.iter().position(|tier| tier.id == m.tier);
    let lasts = |m: &Membership| m.until.map_or(i32::MAX, |until| until.0);
    let is_higher = (rank(other), lasts(other)) > (rank(one), lasts(one));
    Some(if is_higher { other } else { one })
}

fn facts(
    target: &GuestFacts,
    source: &GuestFacts,
    tiers: &[LoyaltyTier],
    told: &mut Vec<MergedFact>,
) -> GuestFacts {
    let mut text = |path: &str, one: &str, other: &str| {
        note(told, path, (one, other), one.is_empty());
        if one.is_empty() { other.to_owned() } else { one.to_owned() }
    };
    let mut merged = GuestFacts {
        display_name: text("display_name", &target.display_name, &source.display_name),
        country: text("country_code", &target.country, &source.country),
        locale: text("locale", &target.locale, &source.locale),
        zone: text("home_time_zone", &target.zone, &source.zone),
        segment: target.segment.clone().or_else(|| source.segment.clone()),
        membership: None,
        purpose: target.purpose.or(source.purpose),
        identities: target.identities.clone(),
        contact_points: target.contact_points.clone(),
        attributes: target.attributes.clone(),
    };
    let word = |label: Option<&crate::domain::id::Label>| {
        label.map(ToString::to_string).unwrap_or_default()
    };
    let segments = (word(target.segment.as_ref()), word(source.segment.as_ref()));
    note(told, "segment_id", (&segments.0, &segments.1), target.segment.is_none());
    let (one, other) = (target.membership.as_ref(), source.membership.as_ref());
    merged.membership = higher_tier(one, other, tiers).cloned();
    let of = |m: Option<&Membership>| word(m.map(|m| &m.tier));
    note(told, "loyalty.tier_id", (&of(one), &of(other)), merged.membership.as_ref() != one);
    for identity in &source.identities {
        let place = [&identity.namespace, ":", &identity.id].concat();
        joined(told, "identities", &place);
        if !merged.identities.contains(identity) {
            merged.identities.push(identity.clone());
        }
    }
    contact_points(&mut merged, source, told);
    for (key, value) in source.attributes.iter().filter(|(key, _)| !is_reserved(key)) {
        let known = merged.attributes.iter().find(|(known, _)| known == key);
        let path = format!("attributes.{key}");
        note(told, &path, (known.map_or("", |(_, v)| v), value), known.is_none());
        if known.is_none() && own_attributes(&merged) < ATTRIBUTES_MAX {
            merged.attributes.push((key.clone(), value.clone()));
        }
    }
    merged
}

/// Most attributes of a guest, those of the server's own apart.
const ATTRIBUTES_MAX: usize = 32;

fn is_reserved(key: &str) -> bool {
    key.starts_with("concierge.")
}

fn own_attributes(facts: &GuestFacts) -> usize {
    facts.attributes.iter().filter(|(key, _)| !is_reserved(key)).count()
}

/// Notes a fact that differs, or that only one of the two has.
fn note(told: &mut Vec<MergedFact>, path: &str, (one, other): (&str, &str), takes_source: bool) {
    if other.is_empty() || one == other {
        return;
    }
    let taken = if takes_source { Taken::Source } else { Taken::Target };
    let (path, target, source) = (path.to_owned(), one.to_owned(), other.to_owned());
    told.push(MergedFact { path, target, source, taken });
}

fn joined(told: &mut Vec<MergedFact>, path: &str, source: &str) {
    let (path, source) = (path.to_owned(), source.to_owned());
    told.push(MergedFact { path, target: String::new(), source, taken: Taken::Both });
}

/// The addresses of both; of one in both, the worse state: what bounced for one bounces for the other.
fn contact_points(merged: &mut GuestFacts, source: &GuestFacts, told: &mut Vec<MergedFact>) {
    let mut ids = contact_point_ids(merged);
    let of_source = contact_point_ids(source);
    for (at, point) in source.contact_points.iter().enumerate() {
        let same = |p: &&mut ContactPoint| p.channel == point.channel && p.address == point.address;
        if let Some(known) = merged.contact_points.iter_mut().find(same) {
            known.state = worse(known.state, point.state);
            continue;
        }
        joined(told, "contact_points", &point.address);
        merged.contact_points.push(point.clone());
        let id = of_source.get(at).cloned().unwrap_or_default();
        let is_known = |id: &String| ids.contains(id);
        let numbered = |n: usize| format!("{id}-{n}");
        let free = (2..).map(numbered).find(|id| !is_known(id)).unwrap_or_default();
        ids.push(if is_known(&id) { free } else { id });
    }
    let keeps = |facts: &GuestFacts| facts.attributes.iter().any(|(k, _)| k == CONTACT_POINT_IDS);
    if keeps(merged) || keeps(source) {
        put_contact_point_ids(merged, &ids);
    }
}

fn worse(one: ContactState, other: ContactState) -> ContactState {
    let rank = |state| match state {
        ContactState::Bounced => 4,
        ContactState::Revoked => 3,
        ContactState::Masked => 2,
        ContactState::Verified => 1,
        ContactState::Given => 0,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// The statements of both; of two about one tag an exclusion stays, else the target's.
fn preferences(
    target: &[StatedPreference],
    source: &[StatedPreference],
    told: &mut Vec<MergedFact>,
) -> Vec<StatedPreference> {
    let mut merged = target.to_vec();
    for preference in source {
        let Some(known) = merged.iter_mut().find(|p| p.tag == preference.tag) else {
            merged.push(preference.clone());
            continue;
        };
        let excludes = |p: &StatedPreference| p.level == PreferenceLevel::Unacceptable;
        let takes_source = excludes(preference) && !excludes(known);
        let path = format!("preference_profile.{}", preference.tag);
        let levels = [&*known, preference].map(|p| format!("{:?}", p.level).to_uppercase());
        note(told, &path, (&levels[0], &levels[1]), takes_source);
        if takes_source {
            *known = preference.clone();
        }
    }
    merged
}
