//! What a brand's systems say about a guest: facts, addresses, consents, stated preferences.
//! Personal data: cold, and never in a log line.

use super::belief::{Origin, PreferenceLevel};
use super::channel::Channel;
use super::consent::Consent;
use super::id::{GuestId, Label};
use super::identity::Identity;
use super::price::Membership;
use super::stay::TravelPurpose;

/// Can a contact point be used?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum ContactState {
    /// Given, not verified.
    #[default]
    Given,
    /// Verified by the guest.
    Verified,
    /// A masked address of a travel agency: serves messages about the stay, no marketing.
    Masked,
    /// A message bounced.
    Bounced,
    /// Given up by the guest: the app was removed, the permission withdrawn, the account closed.
    Revoked,
}

impl ContactState {
    /// The state of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Given, Self::Verified, Self::Masked, Self::Bounced, Self::Revoked]
            .get(usize::from(code))
            .copied()
    }
}

/// A way to reach a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPoint {
    /// Its channel.
    pub channel: Channel,
    /// Address, number or device token.
    pub address: String,
    /// Can it be used?
    pub state: ContactState,
}

/// A preference as the guest, staff or a survey stated it.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedPreference {
    /// The tag it speaks of.
    pub tag: Label,
    /// How strongly.
    pub level: PreferenceLevel,
    /// From where.
    pub origin: Origin,
}

/// Facts about a guest. Empty texts: not known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GuestFacts {
    /// Name to address the guest by.
    pub display_name: String,
    /// ISO 3166 alpha-2 country of residence.
    pub country: String,
    /// BCP 47 language.
    pub locale: String,
    /// IANA zone of the home.
    pub zone: String,
    /// Segment the brand puts the guest in.
    pub segment: Option<Label>,
    /// Tier of the loyalty programme.
    pub membership: Option<Membership>,
    /// Numbers by which other systems know the guest.
    pub identities: Vec<Identity>,
    /// Why the guest mostly travels.
    pub purpose: Option<TravelPurpose>,
    /// Ways to reach the guest.
    pub contact_points: Vec<ContactPoint>,
    /// Anything else, at most 32 pairs.
    pub attributes: Vec<(String, String)>,
}

/// The attribute under which the ids of the contact points are kept, in their order, one a line.
pub const CONTACT_POINT_IDS: &str = "concierge.contact_point_ids";

/// The ids of the contact points, in their order. One that was given none has its channel and number.
pub fn contact_point_ids(facts: &GuestFacts) -> Vec<String> {
    let kept = facts.attributes.iter().find(|(key, _)| key == CONTACT_POINT_IDS);
    let mut kept = kept.map_or("", |(_, ids)| ids.as_str()).split('\n').filter(|id| !id.is_empty());
    let id = |(number, point): (usize, &ContactPoint)| {
        let numbered = || format!("{}-{number}", point.channel.name().to_ascii_lowercase());
        kept.next().map_or_else(numbered, ToOwned::to_owned)
    };
    (1..).zip(&facts.contact_points).map(id).collect()
}

/// Keeps the ids of the contact points, in their order.
pub fn put_contact_point_ids(facts: &mut GuestFacts, ids: &[String]) {
    facts.attributes.retain(|(key, _)| key != CONTACT_POINT_IDS);
    if !ids.is_empty() {
        facts.attributes.push((CONTACT_POINT_IDS.to_owned(), ids.join("\n")));
    }
}

impl GuestFacts {
    /// Changes what a change of other facts changed, and nothing else: what of `after` differs from
    /// `before`.
    pub fn change_as(&mut self, before: &Self, after: &Self) {
        fn put<T: Clone + PartialEq>(own: &mut T, before: &T, after: &T) {
            if before != after {
                own.clone_from(after);
            }
        }
        fn put_all<T: Clone + PartialEq>(own: &mut Vec<T>, before: &[T], after: &[T]) {
            own.retain(|item| after.contains(item) || !before.contains(item));
            let new = after.iter().filter(|item| !before.contains(item));
            let new: Vec<T> = new.filter(|item| !own.contains(item)).cloned().collect();
            own.extend(new);
        }
        put(&mut self.display_name, &before.display_name, &after.display_name);
        put(&mut self.country, &before.country, &after.country);
        put(&mut self.locale, &before.locale, &after.locale);
        put(&mut self.zone, &before.zone, &after.zone);
        put(&mut self.segment, &before.segment, &after.segment);
        put(&mut self.membership, &before.membership, &after.membership);
        put_all(&mut self.identities, &before.identities, &after.identities);
        let keeps = |facts: &Self| facts.attributes.iter().any(|(key, _)| key == CONTACT_POINT_IDS);
        let is_named = keeps(self) || keeps(after);
        let named =
            |facts: &Self| contact_point_ids(facts).into_iter().zip(facts.contact_points.clone());
        let mut points: Vec<(String, ContactPoint)> = named(self).collect();
        let stays = |p: &ContactPoint| {
            after.contact_points.contains(p) || !before.contact_points.contains(p)
        };
        points.retain(|(_, point)| stays(point));
        let new = named(after).filter(|(_, point)| {
            !before.contact_points.contains(point) && !self.contact_points.contains(point)
        });
        points.extend(new);
        let is_same = points.iter().map(|(_, point)| point).eq(&self.contact_points);
        let own = |facts: &Self| -> Vec<(String, String)> {
            let is_own = |(key, _): &&(String, String)| key != CONTACT_POINT_IDS;
            facts.attributes.iter().filter(is_own).cloned().collect()
        };
        let kept_ids = self.attributes.iter().find(|(key, _)| key == CONTACT_POINT_IDS).cloned();
        let mut attributes = own(self);
        let (before, after) = (own(before), own(after));
        let replaced = |key: &String| after.iter().any(|a| a.0 == *key && !before.contains(a));
        attributes.retain(|(key, _)| !replaced(key));
        put_all(&mut attributes, &before, &after);
        self.attributes = attributes;
        let (ids, points): (Vec<String>, Vec<ContactPoint>) = points.into_iter().unzip();
        self.contact_points = points;
        if is_same {
            self.attributes.extend(kept_ids);
        } else if is_named {
            put_contact_point_ids(self, &ids);
        }
    }
}

/// A change of a profile. What is `None` or empty stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileChange {
    /// The guest, in the brand's own words.
    pub guest: GuestId,
    /// New facts, replacing the old ones as a whole.
    pub facts: Option<GuestFacts>,
    /// Statements of consent.
    pub consents: Vec<Consent>,
    /// Stated preferences, replacing those of the same tag.
    pub preferences: Vec<StatedPreference>,
    /// The facts that `facts` took the place of, where the guest is several that were merged: so that
    /// what was changed can be told from what they had, should they part again.
    pub replaced: Option<Box<GuestFacts>>,
}

/// Everything cold about a guest.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The guest, in the brand's own words.
    pub guest: GuestId,
    /// Last log sequence folded in.
    pub sequence: u64,
    /// Facts.
    pub facts: GuestFacts,
    /// Consents, the latest of each purpose and channel.
    pub consents: Vec<Consent>,
    /// Stated preferences, one a tag.
    pub preferences: Vec<StatedPreference>,
}

impl Profile {
    /// A guest of whom only the id is known.
    pub fn new(guest: GuestId) -> Self {
        Self {
            guest,
            sequence: 0,
            facts: GuestFacts::default(),
            consents: Vec::new(),
            preferences: Vec::new(),
        }
    }

    /// Folds a change in.
    pub fn apply(&mut self, sequence: u64, change: &ProfileChange) {
        self.sequence = sequence;
        if let Some(facts) = &change.facts {
            self.facts = facts.clone();
        }
        for consent in &change.consents {
            self.put_consent(consent);
        }
        for preference in &change.preferences {
            self.preferences.retain(|p| p.tag != preference.tag);
            self.preferences.push(preference.clone());
        }
    }

    /// Keeps the later of two statements about one purpose and channel.
    pub fn put_consent(&mut self, consent: &Consent) {
        let same = |c: &Consent| c.purpose == consent.purpose && c.channel == consent.channel;
        match self.consents.iter_mut().find(|c| same(c)) {
            Some(known) if known.time <= consent.time => *known = consent.clone(),
            Some(_) => {}
            None => self.consents.push(consent.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(address: &str) -> ContactPoint {
        let address = address.to_owned();
        ContactPoint { channel: Channel::Email, address, state: ContactState::Given }
    }

    fn facts(name: &str, locale: &str, points: &[&str], attributes: &[(&str, &str)]) -> GuestFacts {
        let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let mut facts = GuestFacts {
            display_name: name.to_owned(),
            locale: locale.to_owned(),
            contact_points: points.iter().map(|address| point(address)).collect(),
            attributes: attributes.iter().map(pair).collect(),
            ..GuestFacts::default()
        };
        let ids: Vec<String> = points.iter().map(|address| format!("id of {address}")).collect();
        put_contact_point_ids(&mut facts, &ids);
        facts
    }

    /// Of two who were one, only what was changed under an id is that id's: not what the other brought.
    #[test]
    fn a_change_of_both_changes_one_by_what_it_changed() {
        let mut own = facts("Ana", "pt", &["a@x"], &[("pillow", "soft"), ("floor", "high")]);
        let both = facts("Ana", "pt", &["a@x", "b@x"], &[("pillow", "soft"), ("room", "12")]);
        let changed = facts("Ana", "en", &["b@x", "c@x"], &[("pillow", "hard"), ("room", "12")]);
        own.change_as(&both, &changed);
        let expected = facts("Ana", "en", &["c@x"], &[("floor", "high"), ("pillow", "hard")]);
        assert_eq!(own, expected);
        own.change_as(&both, &both);
        assert_eq!(own, expected, "nothing changed, nothing changes");
    }
}
