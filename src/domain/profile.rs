//! What a brand's systems say about a guest: facts, addresses, consents, stated preferences.
//! Personal data: cold, and never in a log line.

use super::belief::{Origin, PreferenceLevel};
use super::channel::Channel;
use super::consent::Consent;
use super::id::{GuestId, Label};
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
}

impl ContactState {
    /// The state of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Given, Self::Verified, Self::Masked, Self::Bounced].get(usize::from(code)).copied()
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
    /// Why the guest mostly travels.
    pub purpose: Option<TravelPurpose>,
    /// Ways to reach the guest.
    pub contact_points: Vec<ContactPoint>,
    /// Anything else, at most 32 pairs.
    pub attributes: Vec<(String, String)>,
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
