//! What a merge comes to, told beforehand: what differs, which consents hold, how much of the contact
//! policies is used up.

use crate::catalog::{Cap, Catalog};
use crate::decide::caps;
use crate::domain::channel::Channel;
use crate::domain::consent::{Consent, ConsentState, Purpose};
use crate::domain::exposure::Ledger;
use crate::domain::guest::GuestState;
use crate::domain::id::Label;
use crate::domain::policy::CapSubject;
use crate::domain::profile::Profile;
use crate::domain::time::Timestamp;

use super::profiles::MergedFact;

/// What comes of two guests.
#[derive(Debug, Clone, PartialEq)]
pub struct MergeReport {
    /// Facts and stated preferences that differ, or that only the source has.
    pub facts: Vec<MergedFact>,
    /// Every statement of consent of either.
    pub consents: Vec<MergedConsent>,
    /// Contact policies over guests.
    pub caps: Vec<MergedCap>,
    /// Stays kept: of the target, the source, both.
    pub stays: [usize; 3],
    /// Offers shown that contact policies may still count: likewise.
    pub contacts: [usize; 3],
    /// Events heard: likewise.
    pub events: [u64; 3],
}

/// What is said of a purpose, on one channel or all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedConsent {
    /// For what.
    pub purpose: Purpose,
    /// On which channel only.
    pub channel: Option<Channel>,
    /// What the target said; `None`: nothing.
    pub target: Option<ConsentState>,
    /// What the source said.
    pub source: Option<ConsentState>,
    /// What holds.
    pub merged: ConsentState,
}

/// How much of a contact policy is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedCap {
    /// The policy.
    pub id: Label,
    /// Most it allows.
    pub limit: usize,
    /// Counted in its window now: of the target, the source, both. Of a policy that counts each offer by
    /// itself, the offer that was counted most.
    pub used: [usize; 3],
}

impl MergeReport {
    /// Of the profiles and states of target, source and both.
    pub(super) fn of(
        catalog: &Catalog,
        facts: Vec<MergedFact>,
        [target, source, merged]: [&Profile; 3],
        states: [&GuestState; 3],
        now: Timestamp,
    ) -> Self {
        let said = |profile: &Profile, holds: &Consent| {
            let same = |c: &&Consent| c.purpose == holds.purpose && c.channel == holds.channel;
            profile.consents.iter().find(same).map(|consent| consent.state)
        };
        let consent = |holds: &Consent| MergedConsent {
            purpose: holds.purpose,
            channel: holds.channel,
            target: said(target, holds),
            source: said(source, holds),
            merged: holds.state,
        };
        let cap = |cap: &Cap| {
            let used = states.map(|state| caps::used(&state.ledger, cap, now));
            MergedCap { id: cap.id.clone(), limit: usize::from(cap.limit), used }
        };
        let of_guests = catalog.caps().iter().filter(|cap| cap.subject == CapSubject::Guest);
        let live = |ledger: &Ledger| ledger.entries().iter().filter(|e| e.is_live(now)).count();
        Self {
            facts,
            consents: merged.consents.iter().map(consent).collect(),
            caps: of_guests.map(cap).collect(),
            stays: states.map(|state| state.stays.len()),
            contacts: states.map(|state| live(&state.ledger)),
            events: states.map(|state| state.stats.events),
        }
    }
}
