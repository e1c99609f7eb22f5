//! What a brand's decisions are served from: catalog and model snapshots, laid out together once at
//! each publish.

use std::sync::Arc;

use crate::catalog::{Bitset, Catalog};
use crate::domain::belief::Prior;
use crate::domain::policy::Segment;
use crate::domain::zone::Zone;
use crate::domain::zone::calendar::Calendar;
use crate::learn::popular::Popularity;
use crate::learn::snapshot::{OfferEffect, RankerSnapshot};
use crate::learn::vectors;

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
    /// How each offer does with all guests, in catalog order.
    pub popularity: Vec<Popularity>,
    /// Offers that need stock.
    pub limited: Bitset,
    /// First taste of each segment's guests, in catalog order.
    pub priors: Vec<Prior>,
    /// First taste of a guest without a segment.
    pub prior: Prior,
    /// Zone of each property, in catalog order.
    pub zones: Vec<Zone>,
    /// Zone of a guest whose zone nobody knows.
    pub fallback_zone: Zone,
    /// Kinds of day.
    pub calendar: Calendar,
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
        let effects = model.align_offers(keyed);
        let popularity = model.align_popularity(offers.iter().map(|o| o.key));
        let limited =
            Bitset::of(offers.len(), |at| offers.get(at).is_some_and(|o| o.is_inventory_limited));
        let zones = catalog.content().properties.iter().map(|p| zone(&p.zone)).collect();
        let fallback_zone = zone(&catalog.content().contact.fallback_zone);
        let calendar = Calendar::default();
        let tastes = |s: &Segment| {
            vectors::segment_prior(s.tastes.iter().map(|(tag, mean)| (tag.as_str(), *mean)))
        };
        let priors = catalog.content().segments.iter().map(tastes).collect();
        let prior = no_prior();
        Self {
            model,
            model_sequence,
            labels,
            effects,
            popularity,
            limited,
            priors,
            prior,
            zones,
            fallback_zone,
            calendar,
            catalog,
        }
    }

    /// First taste of a segment's guests.
    pub fn prior(&self, segment: u16) -> &Prior {
        self.priors.get(usize::from(segment)).unwrap_or(&self.prior)
    }
}

/// First taste of a guest of whom nothing is known.
pub fn no_prior() -> Prior {
    vectors::segment_prior([])
}

/// Zones were checked when the catalog was published.
fn zone(name: &str) -> Zone {
    Zone::find(name).unwrap_or_else(Zone::utc)
}
