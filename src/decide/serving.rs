//! What a brand's decisions are served from: catalog and model snapshots, laid out together once at
//! each publish.

use std::sync::{Arc, OnceLock};

use crate::catalog::{Bitset, Catalog};
use crate::domain::belief::tag_hash;
use crate::domain::decision::Quote;
use crate::domain::id::{Fingerprint, OfferIndex, PropertyId};
use crate::domain::offer::Offer;
use crate::domain::policy::Segment;
use crate::domain::price::PriceTerms;
use crate::domain::rate::Rates;
use crate::domain::time::Timestamp;
use crate::domain::zone::Zone;
use crate::domain::zone::calendar::Calendar;
use crate::learn::affinity;
use crate::learn::popular::Popularity;
use crate::learn::ranker::{Forgetting, Ranker};
use crate::learn::snapshot::{LocalEffects, OfferEffect, RankerSnapshot};

use super::price::{self, PriceKey, Sold};
use super::volume::rations::Rations;

/// An immutable set of snapshots that fit one another. Swapped as a whole.
#[derive(Debug)]
pub struct Serving {
    /// The catalog.
    pub catalog: Arc<Catalog>,
    /// The model.
    pub model: Arc<RankerSnapshot>,
    /// Log sequence up to which the model had learnt.
    pub model_sequence: u64,
    /// Labels the model has seen.
    pub labels: u64,
    /// What the model knows of each offer, in catalog order.
    pub effects: Vec<OfferEffect>,
    /// What each property does differently, in catalog order.
    pub locals: Vec<LocalEffects>,
    /// How each offer does with all guests, in catalog order.
    pub popularity: Vec<Popularity>,
    /// Margin that an acceptance of each offer is expected to bring, in major units: that of its list
    /// price, times what guests spend over it.
    pub values: Vec<f64>,
    /// Offers that need stock.
    pub limited: Bitset,
    /// Offers whose units are rationed.
    pub rationed: Bitset,
    /// What their units are worth.
    pub rations: Arc<Rations>,
    /// What the guests of each segment like, in catalog order.
    pub segments: Vec<SegmentTaste>,
    /// Zone of each property, in catalog order.
    pub zones: Vec<Zone>,
    /// Zone of a guest whose zone nobody knows.
    pub fallback_zone: Zone,
    /// Kinds of day.
    pub calendar: Arc<Calendar>,
    /// The brand's secret for draws of prices.
    pub price_key: PriceKey,
    /// Rates of room types in force.
    pub rates: Arc<Rates>,
    /// Offers that sell a room, by whose rates their floor is.
    pub rooms: Bitset,
    /// The same catalog under a model that has learnt nothing, once somebody asks.
    untrained: OnceLock<Box<Self>>,
}

impl Serving {
    /// Lays a model out over a catalog.
    pub fn new(
        catalog: Arc<Catalog>,
        model: Arc<RankerSnapshot>,
        model_sequence: u64,
        labels: u64,
    ) -> Self {
        let offers = catalog.offers();
        let categories = catalog.category_hashes();
        let category = |at: usize| {
            catalog.category_of().get(at).and_then(|c| categories.get(usize::from(*c))).copied()
        };
        let keyed = offers.iter().enumerate().map(|(at, o)| (o.key, category(at).unwrap_or(0)));
        let effects = model.align_offers(keyed.clone());
        let spent = keyed.map(|(key, category)| model.spend_factor(key, category));
        let values = catalog.margins().iter().zip(spent).map(|(margin, factor)| margin * factor);
        let values = values.collect();
        let properties = catalog.content().properties.iter();
        let locals = properties
            .map(|p| Fingerprint::of(p.id.as_str()))
            .map(|property| model.align_locals(property, |key| catalog.index_of_key(key)))
            .collect();
        let popularity = model.align_popularity(offers.iter().map(|o| o.key));
        let limited =
            Bitset::of(offers.len(), |at| offers.get(at).is_some_and(|o| o.is_inventory_limited));
        let rationed =
            Bitset::of(offers.len(), |at| offers.get(at).is_some_and(|o| o.rationing.is_some()));
        let rooms =
            Bitset::of(offers.len(), |at| offers.get(at).is_some_and(|o| o.pricing.room.is_some()));
        let zones = catalog.content().properties.iter().map(|p| zone(&p.zone)).collect();
        let fallback_zone = zone(&catalog.content().contact.fallback_zone);
        let calendar = Arc::clone(catalog.calendar());
        let segments = catalog.content().segments.iter();
        let segments = segments.map(|s| SegmentTaste::of(s, &catalog)).collect();
        Self {
            model,
            model_sequence,
            labels,
            effects,
            locals,
            popularity,
            values,
            limited,
            rationed,
            rations: Arc::default(),
            segments,
            zones,
            fallback_zone,
            calendar,
            price_key: PriceKey::default(),
            rates: Arc::default(),
            rooms,
            catalog,
            untrained: OnceLock::new(),
        }
    }

    /// The same, its prices drawn with the brand's key, under rates of room types.
    #[must_use]
    pub fn priced_by(self, price_key: PriceKey, rates: Arc<Rates>) -> Self {
        Self { price_key, rates, ..self }
    }

    /// The same, with what units of rationed offers are worth.
    #[must_use]
    pub fn rationed_by(self, rations: Arc<Rations>) -> Self {
        Self { rations, ..self }
    }

    /// The price of an offer at a property, for published conditions. See [`super::price`].
    pub fn quote(
        &self,
        (offer, property): (&Offer, &PropertyId),
        terms: &PriceTerms,
        valid_until: Timestamp,
    ) -> Quote {
        price::quote(self.sold(offer, property), terms, self.price_key, valid_until)
    }

    /// Can an offer be sold at a property under published conditions, and not under its floor?
    pub fn is_for_sale(
        &self,
        (offer, property): (&Offer, &PropertyId),
        terms: &PriceTerms,
    ) -> bool {
        price::is_for_sale(self.sold(offer, property), terms)
    }

    /// An offer under the rates in force.
    pub fn sold<'a>(&'a self, offer: &'a Offer, property: &'a PropertyId) -> Sold<'a> {
        Sold::of(&self.catalog, offer, property).under(&self.rates)
    }

    /// The same catalog under a model that has learnt nothing.
    pub fn untrained(&self) -> &Self {
        self.untrained.get_or_init(|| {
            let model = Arc::new(RankerSnapshot::new(&Ranker::new(Forgetting::default())));
            let untrained = Self::new(Arc::clone(&self.catalog), model, 0, 0);
            Box::new(untrained.priced_by(self.price_key, Arc::clone(&self.rates)))
        })
    }

    /// What a segment's guests like; `None` for a guest without one.
    pub fn segment(&self, segment: u16) -> Option<&SegmentTaste> {
        self.segments.get(usize::from(segment))
    }
}

/// What the guests of a segment like, before anything is known of one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentTaste {
    /// Log-odds by tag, in order of the tags.
    pub leanings: Vec<(u32, f32)>,
    /// The affinity sum of each offer, in catalog order.
    pub sums: Vec<f32>,
}

impl SegmentTaste {
    fn of(segment: &Segment, catalog: &Catalog) -> Self {
        let mut leanings: Vec<(u32, f32)> =
            segment.first_tastes().map(|(tag, mean)| (tag_hash(tag.as_str()), mean)).collect();
        leanings.sort_by_key(|(tag, _)| *tag);
        let sum = |at| affinity::sum(&leanings, catalog.tags(OfferIndex(at)));
        let sums = (0..=u16::MAX).take(catalog.offers().len()).map(sum).collect();
        Self { leanings, sums }
    }
}

/// Zones were checked when the catalog was published.
fn zone(name: &str) -> Zone {
    Zone::find(name).unwrap_or_else(Zone::utc)
}
