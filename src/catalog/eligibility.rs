//! Which offers a guest may have here and now: one pass over bitsets, then each distinct rule once.

use std::collections::HashMap;
use std::hash::Hash;

use crate::domain::channel::Channel;
use crate::domain::id::{OfferIndex, PlacementId, PropertyId};
use crate::domain::offer::Offer;
use crate::domain::stay::StayStage;
use crate::domain::time::Timestamp;

use super::bitset::Bitset;
use super::content::{CatalogContent, PARTY_MAX};
use super::rules::RuleFacts;
use super::snapshot::{Catalog, PropertyIndex};
use super::validity::{Validity, Window};

/// The sets of offers that a decision joins. Fallback offers are in no placement's set: they are
/// not chosen among.
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
        let windows: Vec<Window> = offers.iter().map(|o| (o.valid_from, o.valid_until)).collect();
        let party = || 0..=PARTY_MAX;
        let mut placements =
            named(content.placements.iter().map(|p| &p.id), offers, |o| &o.placements);
        let fallbacks = set(&|o| o.is_fallback);
        placements.iter_mut().for_each(|placement| placement.and_not(&fallbacks));
        Self {
            properties: named(content.properties.iter().map(|p| &p.id), offers, |o| &o.properties),
            placements,
            channels: Channel::ALL.iter().map(|c| set(&|o| o.channels.contains(*c))).collect(),
            stages: StayStage::ALL.iter().map(|s| set(&|o| o.stages.contains(*s))).collect(),
            adults: party().map(|n| set(&|o| suits(o.adults, n))).collect(),
            children: party().map(|n| set(&|o| suits(o.children, n))).collect(),
            validity: Validity::build(&windows),
        }
    }

    /// Does a property have the offer?
    pub(crate) fn is_at(&self, offer: OfferIndex, property: PropertyIndex) -> bool {
        self.properties.get(usize::from(property.0)).is_some_and(|set| set.contains(offer))
    }

    /// Joins the sets of a situation into `out`; `None` where the facts are of another catalog.
    fn join(&self, facts: &RuleFacts<'_>, now: Timestamp, out: &mut Bitset) -> Option<()> {
        let property = self.properties.get(usize::from(facts.property.0))?;
        let placement = self.placements.get(usize::from(facts.placement.0))?;
        let channel = self.channels.get(facts.channel.at())?;
        let stage = self.stages.get(facts.stage.at())?;
        let adults = self.adults.get(usize::from(facts.adults.min(PARTY_MAX)))?;
        let children = self.children.get(usize::from(facts.children.min(PARTY_MAX)))?;
        let span = self.validity.at(now)?;
        out.resize(property.size());
        let place = property.words().iter().zip(placement.words()).zip(channel.words());
        let people = stage.words().iter().zip(adults.words()).zip(children.words());
        let joined = place.zip(people).zip(span.valid.words());
        for (out, ((((p, l), c), ((s, a), k)), v)) in out.words_mut().iter_mut().zip(joined) {
            *out = p & l & c & s & a & k & v;
        }
        span.settle(now, out);
        Some(())
    }
}

/// For each id, the offers that name it or name none: in time that grows with what is written, not
/// with its square.
fn named<'a, T: Hash + Eq + 'a>(
    ids: impl Iterator<Item = &'a T>,
    offers: &'a [Offer],
    names: impl Fn(&'a Offer) -> &'a Vec<T>,
) -> Vec<Bitset> {
    let places: HashMap<&T, usize> = ids.zip(0..).collect();
    let everywhere = |at: usize| offers.get(at).is_some_and(|offer| names(offer).is_empty());
    let mut sets = vec![Bitset::of(offers.len(), everywhere); places.len()];
    for (at, offer) in (0..).map(OfferIndex).zip(offers) {
        for name in names(offer) {
            if let Some(set) = places.get(name).and_then(|place| sets.get_mut(*place)) {
                set.insert(at);
            }
        }
    }
    sets
}

/// Does a property have the offer?
pub(crate) fn is_at(offer: &Offer, property: &PropertyId) -> bool {
    offer.properties.is_empty() || offer.properties.contains(property)
}

/// May the offer be shown in a placement?
pub(crate) fn is_in(offer: &Offer, placement: &PlacementId) -> bool {
    offer.placements.is_empty() || offer.placements.contains(placement)
}

/// Does a number of people lie within limits? More than [`PARTY_MAX`] count as that many.
pub(crate) fn suits((least, most): (u8, u8), people: u8) -> bool {
    let people = people.min(PARTY_MAX);
    least <= people && people <= most
}

impl Catalog {
    /// Writes into `out` the offers that pass property, placement, channel, stay stage, party,
    /// validity and rule: those of one placement, fallback offers left out. What the engine lays
    /// over a catalog (stopped offers, inventory, caps, consent) comes after. It allocates only
    /// where `out` was made for a smaller catalog, or a rule stayed a program.
    pub fn eligible(&self, facts: &RuleFacts<'_>, now: Timestamp, out: &mut Bitset) {
        match self.sets().join(facts, now, out) {
            Some(()) => self.rules().retain(facts, out),
            None => {
                out.resize(self.offer_count());
                out.clear();
            }
        }
    }
}
