//! Contact policies, resolved to the offers they concern.

use std::time::Duration;

use crate::domain::belief::tag_hash;
use crate::domain::channel::Channel;
use crate::domain::exposure::{Exposure, ExposureState};
use crate::domain::id::{Label, OfferKey};
use crate::domain::offer::Offer;
use crate::domain::policy::{CapObject, CapSubject, ContactPolicy};

use super::bitset::Bitset;

/// A contact policy in the form a decision counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// Id of the policy, for explanations.
    pub id: Label,
    /// Over whom it counts.
    pub subject: CapSubject,
    /// Which exposures it counts.
    pub counts: Counts,
    /// The least an exposure must have come to be counted.
    pub counted: ExposureState,
    /// Most counted exposures inside the window; 0 forbids.
    pub limit: u16,
    /// Rolling window.
    pub window: Duration,
    /// Do messages of a transaction count?
    pub counts_transactional: bool,
    /// The offers it can remove.
    pub offers: Bitset,
}

/// Which exposures a cap counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// Each offer by itself: an offer at its limit is removed alone.
    EachOffer,
    /// One offer.
    Offer(OfferKey),
    /// Offers of a group, by its hash.
    Group(u32),
    /// What goes through a channel: at its limit the channel is closed, whatever the offer.
    Channel(Channel),
    /// Everything.
    All,
}

impl Counts {
    /// Does it count this exposure? (For `EachOffer`: yes, under its own offer.)
    pub fn includes(self, exposure: &Exposure) -> bool {
        match self {
            Self::EachOffer | Self::All => true,
            Self::Offer(offer) => exposure.offer == offer,
            Self::Group(group) => exposure.group == group,
            Self::Channel(channel) => exposure.channel == Some(channel),
        }
    }
}

impl Cap {
    /// Resolves a policy against the offers of its catalog.
    pub(crate) fn of(policy: &ContactPolicy, offers: &[Offer]) -> Self {
        let concerns = |offer: &Offer| match &policy.object {
            CapObject::EachOffer | CapObject::All => true,
            CapObject::Offer(id) => offer.id == *id,
            CapObject::Group(group) => offer.group.as_ref() == Some(group),
            CapObject::Channel(channel) => offer.channels.contains(*channel),
        };
        let counts = match &policy.object {
            CapObject::EachOffer => Counts::EachOffer,
            CapObject::Offer(id) => Counts::Offer(OfferKey::of(id)),
            CapObject::Group(group) => Counts::Group(tag_hash(group.as_str())),
            CapObject::Channel(channel) => Counts::Channel(*channel),
            CapObject::All => Counts::All,
        };
        Self {
            id: policy.id.clone(),
            subject: policy.subject,
            counts,
            counted: policy.counted,
            limit: policy.limit,
            window: policy.window,
            counts_transactional: policy.counts_transactional,
            offers: Bitset::of(offers.len(), |at| offers.get(at).is_some_and(concerns)),
        }
    }
}
