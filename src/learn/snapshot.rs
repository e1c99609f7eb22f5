//! The ranker, frozen: what decisions read while the learner learns on.
//!
//! Means and covariances of the posterior, in single precision and in the shape in which scoring
//! needs them. Taste enters a score through the products `gᵢ = mᵢhᵢ` of guest and offer alone: as
//! their sum (weight `w`) and one by one (weights `wᵢ√d`). So the covariance of the weights of taste
//! folds into one matrix over `g`, and that of any other weight with taste into one vector ("cross").

use std::collections::BTreeMap;

use crate::domain::belief::{DIM, Vector};
use crate::domain::channel::Channel;
use crate::domain::id::{Fingerprint, OfferIndex, OfferKey};
use crate::domain::stay::StayStage;

use super::gaussian::Gaussian;
use super::impression::AXIS_SCALE;
use super::layout::{category, shared};
use super::locals::Local;
use super::popular::{Popularity, Tally};
use super::ranker::{OfferState, Ranker};
use super::spend::{self, Spend};
use super::tree::moments::Moments;

/// Mean and variance of one weight, as scoring reads it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weight {
    pub mean: f32,
    pub variance: f32,
}

impl From<&Gaussian> for Weight {
    fn from(weight: &Gaussian) -> Self {
        Self { mean: single(weight.mean), variance: single(weight.variance) }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "scoring is in single precision")]
pub(super) fn single(x: f64) -> f32 {
    x as f32
}

/// Shared weights that are not of taste, in the order of these places.
pub(super) mod scalar {
    use super::{Channel, shared};

    pub(in crate::learn) const BIAS: usize = 0;
    pub(in crate::learn) const AFFINITY: usize = 1;
    pub(in crate::learn) const FATIGUE: usize = 2;
    pub(in crate::learn) const CHANNELS: usize = 3;
    pub(in crate::learn) const COUNT: usize = CHANNELS + Channel::COUNT;

    /// Place among the shared weights.
    pub(super) const fn place(at: usize) -> usize {
        match at {
            BIAS => shared::BIAS,
            AFFINITY => shared::AFFINITY,
            FATIGUE => shared::FATIGUE,
            channel => shared::CHANNELS + channel - CHANNELS,
        }
    }
}

/// One number for each scalar.
pub(super) type Scalars = [f32; scalar::COUNT];
/// One number for each weight of a category.
pub(super) type CategoryRow = [f32; category::COUNT];

/// What all offers share.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SharedMoments {
    pub scalars: Scalars,
    pub covariance: [Scalars; scalar::COUNT],
    /// Covariance of each scalar with taste.
    pub cross: [Vector; scalar::COUNT],
    /// Weight of taste on each axis: `w + wᵢ√d`.
    pub axes: Vector,
    /// Covariance of taste with itself.
    pub taste: [Vector; DIM],
}

/// The weights of one category.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CategoryMoments {
    pub means: CategoryRow,
    pub covariance: [CategoryRow; category::COUNT],
    pub scalars: [Scalars; category::COUNT],
    pub cross: [Vector; category::COUNT],
}

/// What the ranker knows of one offer, to be laid out in catalog order. About 320 bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferEffect {
    pub(super) effect: Weight,
    /// Place of its category in the snapshot; the last one for one that was never seen.
    pub(super) category: u8,
    /// Covariance with taste, with each scalar, with each weight of the category.
    pub(super) cross: Vector,
    pub(super) scalars: Scalars,
    pub(super) branch: CategoryRow,
    /// Labels it has, each counted with its weight.
    pub labels: f32,
}

/// What a property does differently, in catalog order: means and variances of independent effects.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalEffects {
    pub(super) level: Weight,
    /// By place of the category in the snapshot; prior where it is not listed.
    pub(super) categories: Vec<(u8, Weight)>,
    /// In order of the offers; prior where it is not listed.
    pub(super) offers: Vec<(OfferIndex, Weight)>,
    /// What is believed where nothing was seen.
    pub(super) unseen: Weight,
}

/// An immutable copy of a [`Ranker`].
#[derive(Debug, Clone, PartialEq)]
pub struct RankerSnapshot {
    pub(super) shared: Box<SharedMoments>,
    /// One more than there are categories: the last is a category that was never seen.
    pub(super) categories: Vec<CategoryMoments>,
    /// Hash of each category's label.
    hashes: Vec<u32>,
    /// In order of the key.
    offers: Vec<(OfferKey, OfferEffect, Popularity)>,
    /// How an offer does that was never shown.
    unseen: Popularity,
    /// Effect of such an offer.
    unseen_effect: Weight,
    /// By property, in order of what differs.
    locals: BTreeMap<Fingerprint, Vec<(Local, Weight)>>,
    /// Is personalization worth it?
    pub personalizes: bool,
    /// Level of a property, and difference of a category or an offer there, that nobody has seen.
    unseen_local: [Weight; 2],
    /// What guests spend who accept.
    spend: Spend,
}

impl RankerSnapshot {
    /// With what was learnt of spending.
    #[must_use]
    pub fn with_spend(mut self, spend: &Spend) -> Self {
        self.spend = spend.clone();
        self
    }

    /// What a guest who accepts an offer is expected to spend, as a factor on its list price; 1 where
    /// nothing is known.
    pub fn spend_factor(&self, offer: OfferKey, category: u32) -> f64 {
        self.spend.predict(offer, category).mean
    }

    /// Freezes a ranker.
    pub fn new(ranker: &Ranker) -> Self {
        let root = ranker.tree.root_moments();
        let branches: Vec<Moments> = (0..ranker.tree.branches())
            .map(|branch| ranker.tree.branch_moments(&root, branch))
            .collect();
        let offer = |(key, state): (&OfferKey, &OfferState)| {
            let effect = OfferEffect::of(ranker, &branches, state);
            (*key, effect, Popularity::of(&ranker.all, &state.tallies))
        };
        let mut locals: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for ((property, local), effect) in &ranker.locals.effects {
            locals.entry(*property).or_default().push((*local, Weight::from(effect)));
        }
        let seen = branches.iter().map(CategoryMoments::of);
        let prior = ranker.tree.shape();
        Self {
            shared: Box::new(SharedMoments::of(&root)),
            categories: seen.chain([CategoryMoments::unseen(&prior.branch)]).collect(),
            hashes: ranker.categories.clone(),
            offers: ranker.offers.iter().map(offer).collect(),
            unseen: Popularity::of(&ranker.all, &[Tally::NONE; StayStage::COUNT]),
            unseen_effect: Weight::from(&prior.leaf),
            locals,
            personalizes: ranker.guard.allows_personalization(),
            unseen_local: [Local::Level, Local::Category(0)]
                .map(|local| Weight::from(&ranker.locals.unseen(local))),
            spend: Spend::new(spend::Forgetting::default()),
        }
    }

    /// What is known of each offer (its key and the hash of its category), in the order given. Made
    /// when a catalog or a model is published, not for each decision.
    pub fn align_offers(
        &self,
        offers: impl IntoIterator<Item = (OfferKey, u32)>,
    ) -> Vec<OfferEffect> {
        let align = |(key, hash): (OfferKey, u32)| {
            let category = self.category(hash);
            let known = self.find(key).map(|(_, effect, _)| effect);
            match known.filter(|effect| effect.category == category) {
                Some(effect) => effect.clone(),
                None => OfferEffect::unseen(self.unseen_effect, category),
            }
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

    /// What a property does differently, for a catalog in which `index_of` finds offers. Made at
    /// publish, like [`Self::align_offers`].
    pub fn align_locals(
        &self,
        property: Fingerprint,
        index_of: impl Fn(OfferKey) -> Option<OfferIndex>,
    ) -> LocalEffects {
        let [level, unseen] = self.unseen_local;
        let mut effects =
            LocalEffects { level, categories: Vec::new(), offers: Vec::new(), unseen };
        for (local, weight) in self.locals.get(&property).into_iter().flatten() {
            match local {
                Local::Level => effects.level = *weight,
                Local::Category(hash) => effects.categories.push((self.category(*hash), *weight)),
                Local::Offer(key) => effects.offers.extend(index_of(*key).map(|at| (at, *weight))),
            }
        }
        effects.offers.sort_by_key(|(offer, _)| *offer);
        effects
    }

    fn find(&self, key: OfferKey) -> Option<&(OfferKey, OfferEffect, Popularity)> {
        let at = self.offers.binary_search_by_key(&key, |(key, _, _)| *key).ok()?;
        self.offers.get(at)
    }

    /// Place of a category: as [`Ranker::branch_among`] has it, and the unseen one where it has none.
    #[expect(clippy::cast_possible_truncation, reason = "at most CATEGORIES_MAX, which is 64")]
    fn category(&self, hash: u32) -> u8 {
        Ranker::branch_among(&self.hashes, hash).unwrap_or(self.hashes.len()) as u8
    }
}

/// Covariance of a weight with taste, from its covariances with the shared weights.
fn cross_of(with: impl Fn(usize) -> f64) -> Vector {
    let dot = with(shared::DOT);
    std::array::from_fn(|axis| single(dot + AXIS_SCALE * with(shared::AXES + axis)))
}

impl SharedMoments {
    fn of(root: &Moments) -> Self {
        let covariance = |a: usize, b: usize| root.covariance(a, b);
        let at = scalar::place;
        let dot = covariance(shared::DOT, shared::DOT);
        let with_dot = |axis: usize| covariance(shared::AXES + axis, shared::DOT);
        let taste = |a: usize, b: usize| {
            let both = covariance(shared::AXES + a, shared::AXES + b);
            single(dot + AXIS_SCALE * (with_dot(a) + with_dot(b)) + AXIS_SCALE * AXIS_SCALE * both)
        };
        let axis = |i: usize| root.means[shared::DOT] + AXIS_SCALE * root.means[shared::AXES + i];
        Self {
            scalars: std::array::from_fn(|a| single(root.means[at(a)])),
            covariance: std::array::from_fn(|a| {
                std::array::from_fn(|b| single(covariance(at(a), at(b))))
            }),
            cross: std::array::from_fn(|a| cross_of(|b| covariance(at(a), b))),
            axes: std::array::from_fn(|i| single(axis(i))),
            taste: std::array::from_fn(|a| std::array::from_fn(|b| taste(a, b))),
        }
    }
}

impl CategoryMoments {
    fn of(moments: &Moments) -> Self {
        let root = |place: usize| category::COUNT + place;
        let covariance = |a: usize, b: usize| moments.covariance(a, b);
        Self {
            means: std::array::from_fn(|a| single(moments.means[a])),
            covariance: std::array::from_fn(|a| std::array::from_fn(|b| single(covariance(a, b)))),
            scalars: std::array::from_fn(|a| {
                std::array::from_fn(|b| single(covariance(a, root(scalar::place(b)))))
            }),
            cross: std::array::from_fn(|a| cross_of(|b| covariance(a, root(b)))),
        }
    }

    /// A category of which nothing was seen.
    fn unseen(prior: &[Gaussian]) -> Self {
        let variance = |a: usize, b: usize| if a == b { prior[a].variance } else { 0.0 };
        Self {
            means: std::array::from_fn(|at| single(prior[at].mean)),
            covariance: std::array::from_fn(|a| std::array::from_fn(|b| single(variance(a, b)))),
            scalars: [[0.0; scalar::COUNT]; category::COUNT],
            cross: [[0.0; DIM]; category::COUNT],
        }
    }
}

impl OfferEffect {
    #[expect(clippy::cast_possible_truncation, reason = "at most CATEGORIES_MAX, which is 64")]
    fn of(ranker: &Ranker, branches: &[Moments], state: &OfferState) -> Self {
        let branch = ranker.tree.branch_of(state.leaf);
        let moments = ranker.tree.leaf_moments(&branches[branch], state.leaf);
        let root = |place: usize| moments.above[category::COUNT + place];
        Self {
            effect: Weight { mean: single(moments.mean), variance: single(moments.variance) },
            category: branch as u8,
            cross: cross_of(root),
            scalars: std::array::from_fn(|at| single(root(scalar::place(at)))),
            branch: std::array::from_fn(|at| single(moments.above[at])),
            labels: single(state.tallies.iter().map(|tally| tally.shown).sum()),
        }
    }

    fn unseen(effect: Weight, category: u8) -> Self {
        Self {
            effect,
            category,
            cross: [0.0; DIM],
            scalars: [0.0; scalar::COUNT],
            branch: [0.0; category::COUNT],
            labels: 0.0,
        }
    }
}
