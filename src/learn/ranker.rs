//! The ranker: how likely is it that this guest, in this situation, accepts this offer?
//!
//! Bayesian logistic regression with one independent Gaussian a weight ("diagonal") over features all offers share, features
//! of the offer's category, and an effect of the offer itself, drawn toward zero until the offer has been seen often:
//!
//! ```text
//! log-odds = bias + channel + w·(m·h) + Σ wᵢ(mᵢhᵢ√d) + affinities + fatigue              shared
//!          + base + stage + daypart + daypart×day type + party                           of the category
//!          + effect                                                                      of the offer
//! ```
//!
//! A label moves every weight of its impression by one [`laplace`] step on the whole score. What is unsure in the guest's
//! taste widens the score, so that less of a surprise is blamed on the weights. Source: algorithms 3.2 and 3.3.
//!
//! **Forgetting.** Effects of offers and of categories × situation drift (season, renovation, a new chef); what all offers
//! share does not. λ counts *touches*: an effect remembers about `1/(1-λ)` labels of its own. See [`Forgetting::default`].

use std::collections::BTreeMap;

use crate::domain::belief::Vector;
use crate::domain::decision::TasteSnapshot;
use crate::domain::id::OfferKey;
use crate::domain::stay::StayStage;

use super::gaussian::Gaussian;
use super::impression::{AXIS_SCALE, Impression, SharedFeatures};
use super::laplace;
use super::layout::{INDICATOR, category, shared, shared_prior};
use super::popular::{Popularity, Tally};

/// Most categories with weights of their own; an offer of a later one is scored by everything else.
pub const CATEGORIES_MAX: usize = 64;

/// How fast effects are forgotten: the factor on their precision at each touch, above 0, at most 1; 1 forgets nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forgetting {
    /// Of what all offers share.
    pub shared: f64,
    /// Of a category's effects.
    pub category: f64,
    /// Of an offer's effect.
    pub offer: f64,
}

impl Default for Forgetting {
    fn default() -> Self {
        Self { shared: 1.0, category: 0.9995, offer: 0.995 }
    }
}

/// Weights of one category.
#[derive(Debug, Clone, PartialEq)]
pub struct CategoryWeights {
    /// Hash of its label.
    pub hash: u32,
    /// The weights, in the order of the layout.
    pub(super) weights: [Gaussian; category::COUNT],
}

/// What is known of one offer.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferWeights {
    /// Its effect, beyond its category's.
    pub effect: Gaussian,
    /// How it did, by stay stage.
    pub tallies: [Tally; StayStage::COUNT],
}

impl OfferWeights {
    pub(super) const NEW: Self = Self { effect: INDICATOR, tallies: [Tally::NONE; StayStage::COUNT] };
}

/// The learner's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranker {
    pub(super) forgetting: Forgetting,
    pub(super) shared: [Gaussian; shared::COUNT],
    /// In order of first appearance.
    pub(super) categories: Vec<CategoryWeights>,
    pub(super) offers: BTreeMap<OfferKey, OfferWeights>,
    /// How all offers did together.
    pub(super) all: Tally,
}

/// Mean and variance of a score, in log-odds.
pub type Score = Gaussian;

impl Ranker {
    /// A ranker that has seen nothing.
    pub fn new(forgetting: Forgetting) -> Self {
        Self {
            forgetting,
            shared: std::array::from_fn(shared_prior),
            categories: Vec::new(),
            offers: BTreeMap::new(),
            all: Tally::NONE,
        }
    }

    /// Learns that an impression was accepted, or not. `weight` is how much of a label it is, 0 to 1.
    ///
    /// An impression or a weight that is not finite is left out.
    pub fn update(&mut self, impression: &Impression<'_>, label: bool, weight: f64) {
        let features = SharedFeatures::of(impression);
        let place = self.category_place(impression.category);
        let touched = impression.situation.category_places();
        self.forget(&features, place, &touched, impression.offer);
        let score = self.score_with(&features, place, impression);
        if !(score.mean.is_finite() && score.variance.is_finite() && weight.is_finite() && weight > 0.0) {
            return;
        }
        let step = laplace::step(score.mean, score.variance, label, weight);
        for (at, x) in features.iter() {
            self.shared[at].learn(x, &step, score.variance);
        }
        if let Some(place) = place {
            let weights = &mut self.categories[place].weights;
            weights[category::BASE].learn(1.0, &step, score.variance);
            for at in touched {
                weights[at].learn(1.0, &step, score.variance);
            }
        }
        let offer = self.offers.entry(impression.offer).or_insert(OfferWeights::NEW);
        offer.effect.learn(1.0, &step, score.variance);
        offer.tallies[impression.situation.stage.at()].add(label, weight);
        self.all.add(label, weight);
    }

    /// Mean and variance of the log-odds of acceptance, in full precision: the reference the fast scoring is held against.
    pub fn score(&self, impression: &Impression<'_>) -> Score {
        let place = self.categories.iter().position(|c| c.hash == impression.category);
        self.score_with(&SharedFeatures::of(impression), place, impression)
    }

    /// Share of guests that accepted an offer in a stay stage, drawn toward the offer's, the brand's and the prior's rate
    /// where it was seldom shown: a number that personalizes nothing.
    pub fn popularity(&self, offer: OfferKey, stage: StayStage) -> f64 {
        let tallies = self.offers.get(&offer).map_or(&OfferWeights::NEW.tallies, |o| &o.tallies);
        Popularity::of(&self.all, tallies).rate(stage)
    }

    /// How many offers have been seen.
    pub fn offers_seen(&self) -> usize {
        self.offers.len()
    }

    /// Labels learnt so far, each counted with its weight.
    pub fn labels(&self) -> f64 {
        self.all.shown
    }

    fn score_with(&self, features: &SharedFeatures, place: Option<usize>, impression: &Impression<'_>) -> Score {
        let mut score = Score::new(0.0, 0.0);
        for (at, x) in features.iter() {
            score.mean += self.shared[at].mean * x;
            score.variance += self.shared[at].variance * x * x;
        }
        let prior = [INDICATOR; category::COUNT];
        let weights = place.map_or(&prior, |place| &self.categories[place].weights);
        let effect = self.offers.get(&impression.offer).map_or(INDICATOR, |o| o.effect);
        let touched = impression.situation.category_places().into_iter().map(|at| weights[at]);
        for weight in touched.chain([weights[category::BASE], effect]) {
            score.mean += weight.mean;
            score.variance += weight.variance;
        }
        if let Some(taste) = impression.taste {
            score.variance += self.taste_variance(taste, impression.vector);
        }
        score
    }

    /// Variance of the score that comes from what is unsure in the guest's taste: `Σ vᵢ(w + wᵢ√d)²hᵢ²`.
    fn taste_variance(&self, taste: &TasteSnapshot, vector: &Vector) -> f64 {
        let weights = &self.shared[shared::AXES..shared::AFFINITY];
        let axes = weights.iter().zip(&taste.variance).zip(vector);
        axes.map(|((weight, v), h)| {
            let x = (self.shared[shared::DOT].mean + weight.mean * AXIS_SCALE) * f64::from(*h);
            f64::from(*v) * x * x
        })
        .sum()
    }

    /// Widens what an impression touches, before it is learnt from.
    fn forget(&mut self, features: &SharedFeatures, place: Option<usize>, touched: &[usize], offer: OfferKey) {
        let Forgetting { shared, category, offer: of_offer } = self.forgetting;
        for (at, _) in features.iter() {
            self.shared[at].forget(&shared_prior(at), shared);
        }
        if let Some(place) = place {
            let weights = &mut self.categories[place].weights;
            for at in touched.iter().chain(&[category::BASE]) {
                weights[*at].forget(&INDICATOR, category);
            }
        }
        if let Some(known) = self.offers.get_mut(&offer) {
            known.effect.forget(&INDICATOR, of_offer);
        }
    }

    /// Place of a category's weights, made where there is still room.
    fn category_place(&mut self, hash: u32) -> Option<usize> {
        if let Some(place) = self.categories.iter().position(|c| c.hash == hash) {
            return Some(place);
        }
        if self.categories.len() >= CATEGORIES_MAX {
            return None;
        }
        self.categories.push(CategoryWeights { hash, weights: [INDICATOR; category::COUNT] });
        Some(self.categories.len() - 1)
    }
}
