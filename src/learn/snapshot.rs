//! The ranker, frozen: what decisions read while the learner learns on.

use crate::domain::id::OfferKey;
use crate::domain::stay::StayStage;

use super::gaussian::Gaussian;
use super::layout::{INDICATOR, category, shared};
use super::popular::{Popularity, Tally};
use super::ranker::{CATEGORIES_MAX, Ranker};

/// Mean and variance of one weight, as scoring reads it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weight {
    pub mean: f32,
    pub variance: f32,
}

impl From<&Gaussian> for Weight {
    #[expect(clippy::cast_possible_truncation, reason = "scoring is in single precision")]
    fn from(weight: &Gaussian) -> Self {
        Self { mean: weight.mean as f32, variance: weight.variance as f32 }
    }
}

/// An immutable copy of a [`Ranker`]. About 100 bytes an offer.
#[derive(Debug, Clone, PartialEq)]
pub struct RankerSnapshot {
    pub(super) shared: [Weight; shared::COUNT],
    pub(super) categories: Vec<[Weight; category::COUNT]>,
    /// Hash of each category's label.
    hashes: Vec<u32>,
    /// In order of the key.
    offers: Vec<(OfferKey, Weight, Popularity)>,
    /// How an offer does that was never shown.
    unseen: Popularity,
}

/// What the ranker knows of one offer, to be laid out in catalog order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OfferEffect {
    pub(super) effect: Weight,
    /// Place of its category in the snapshot; [`CATEGORIES_MAX`] for one that was never seen.
    pub(super) category: u8,
}

impl RankerSnapshot {
    /// Freezes a ranker.
    pub fn new(ranker: &Ranker) -> Self {
        let offer = |(key, offer): (&OfferKey, &super::ranker::OfferWeights)| {
            (*key, Weight::from(&offer.effect), Popularity::of(&ranker.all, &offer.tallies))
        };
        Self {
            shared: ranker.shared.each_ref().map(Weight::from),
            categories: ranker
                .categories
                .iter()
                .map(|c| c.weights.each_ref().map(Weight::from))
                .collect(),
            hashes: ranker.categories.iter().map(|c| c.hash).collect(),
            offers: ranker.offers.iter().map(offer).collect(),
            unseen: Popularity::of(&ranker.all, &[Tally::NONE; StayStage::COUNT]),
        }
    }

    /// What is known of each offer (its key and the hash of its category), in the order given. Made
    /// when a catalog or a model is published, not for each decision.
    pub fn align_offers(
        &self,
        offers: impl IntoIterator<Item = (OfferKey, u32)>,
    ) -> Vec<OfferEffect> {
        let align = |(key, category): (OfferKey, u32)| OfferEffect {
            effect: self.find(key).map_or(Weight::from(&INDICATOR), |(_, effect, _)| *effect),
            category: self.category(category),
        };
        offers.into_iter().map(align).collect()
    }

    /// How each offer does with all guests, in the order given. Made at publish, like
    /// [`Self::align_offers`].
    pub fn align_popularity(&self, offers: impl IntoIterator<Item = OfferKey>) -> Vec<Popularity> {
        offers
            .into_iter()
            .map(|key| self.find(key).map_or(self.unseen, |(_, _, popularity)| *popularity))
            .collect()
    }

    fn find(&self, key: OfferKey) -> Option<&(OfferKey, Weight, Popularity)> {
        let at = self.offers.binary_search_by_key(&key, |(key, _, _)| *key).ok()?;
        self.offers.get(at)
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most CATEGORIES_MAX, which is 64")]
    fn category(&self, hash: u32) -> u8 {
        self.hashes.iter().position(|h| *h == hash).unwrap_or(CATEGORIES_MAX) as u8
    }
}
