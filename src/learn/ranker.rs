//! The ranker: how likely is it that this guest, in this situation, accepts this offer?
//!
//! Bayesian logistic regression with one independent Gaussian a weight ("diagonal") over features
//! all offers share, features of the offer's category, and an effect of the offer itself, drawn
//! toward zero until the offer has been seen often:
//!
//! ```text
//! log-odds = bias + channel + w·(m·h) + Σ wᵢ(mᵢhᵢ√d) + affinities + fatigue              shared
//!          + base + stage + daypart + daypart×day type + party                           of the category
//!          + effect                                                                      of the offer
//! ```
//!
//! A label moves every weight of its impression by one [`laplace`] step on the whole score. What is
//! unsure in the guest's taste widens the score, so that less of a surprise is blamed on the
//! weights. Source: algorithms 3.2 and 3.3.
//!
//! **Forgetting.** The world drifts (season, renovation, a new chef), the effect of an offer faster
//! than what all offers share. λ counts *touches*: a weight remembers about `1/(1-λ)` labels of its
//! own. See [`Forgetting`].

use std::collections::BTreeMap;

use crate::domain::belief::Vector;
use crate::domain::decision::TasteSnapshot;
use crate::domain::id::OfferKey;
use crate::domain::stay::StayStage;

use super::gaussian::Gaussian;
use super::impression::{AXIS_SCALE, Impression, SharedFeatures};
use super::laplace;
use super::layout::{CATEGORY_PRIOR, INDICATOR, category, shared, shared_prior};
use super::popular::{Popularity, Tally};

/// Most categories with weights of their own; an offer of a later one is scored by everything else.
pub const CATEGORIES_MAX: usize = 64;

/// How fast effects are forgotten: the factor on their precision at each touch, above 0, at most 1;
/// 1 forgets nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forgetting {
    /// Of what all offers share.
    pub shared: f64,
    /// Of a category's effects.
    pub category: f64,
    /// Of an offer's effect.
    pub offer: f64,
}

/// For a hotel group with some 20,000 labels in 30 days, over 200 offers and ten categories: an
/// offer gets about 100 labels a month and a favourite 2,000, a category's effect in one stage some
/// hundreds. So 500 labels are five months of an ordinary offer and a week of a favourite; 2,000
/// are a season of a category; 10,000 of all offers together are two weeks, in which the level of
/// acceptance may move with the season.
///
/// Checked in the simulated hotel of algorithms 11.1 (regret after 20,000 decisions, 16 worlds,
/// standard error about 30; on the right half of the effects are redrawn in the middle):
///
/// | shared | category | offer | still | redrawn |
/// |---|---|---|---|---|
/// | 1 | 1 | 1 | 588 | 795 |
/// | **0.9999** | **0.9995** | **0.998** | **589** | **763** |
/// | 0.9999 | 0.9995 | 0.995 | 602 | 758 |
/// | 0.995 | 0.995 | 0.995 | 647 | 785 |
impl Default for Forgetting {
    fn default() -> Self {
        Self { shared: 0.9999, category: 0.9995, offer: 0.998 }
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
    pub(super) const NEW: Self =
        Self { effect: INDICATOR, tallies: [Tally::NONE; StayStage::COUNT] };
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

    /// Learns that an impression was accepted, or not. `weight` is how much of a label it is, 0 to
    /// 1.
    ///
    /// An impression or a weight that is not finite is left out.
    pub fn update(&mut self, impression: &Impression<'_>, label: bool, weight: f64) {
        let features = SharedFeatures::of(impression);
        let is_sound =
            features.iter().all(|(_, x)| x.is_finite()) && weight.is_finite() && weight > 0.0;
        if !is_sound {
            return;
        }
        let place = self.category_place(impression.category);
        let touched = impression.situation.category_places();
        self.forget(&features, place, &touched, impression.offer);
        let score = self.score_with(&features, place, impression);
        if !(score.mean.is_finite() && score.variance.is_finite()) {
            return;
        }
        let step = laplace::step(score.mean, score.variance, label, weight);
        for (at, x) in features.iter() {
            self.shared[at].learn(x, &step);
        }
        if let Some(place) = place {
            let weights = &mut self.categories[place].weights;
            weights[category::BASE].learn(1.0, &step);
            for at in touched {
                weights[at].learn(1.0, &step);
            }
        }
        let offer = self.offers.entry(impression.offer).or_insert(OfferWeights::NEW);
        offer.effect.learn(1.0, &step);
        offer.tallies[impression.situation.stage.at()].add(label, weight);
        self.all.add(label, weight);
    }

    /// Mean and variance of the log-odds of acceptance, in full precision: the reference the fast
    /// scoring is held against.
    pub fn score(&self, impression: &Impression<'_>) -> Score {
        let place = self.categories.iter().position(|c| c.hash == impression.category);
        self.score_with(&SharedFeatures::of(impression), place, impression)
    }

    /// Share of guests that accepted an offer in a stay stage, drawn toward the offer's, the
    /// brand's and the prior's rate where it was seldom shown: a number that personalizes nothing.
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

    fn score_with(
        &self,
        features: &SharedFeatures,
        place: Option<usize>,
        impression: &Impression<'_>,
    ) -> Score {
        let mut score = Score::new(0.0, 0.0);
        for (at, x) in features.iter() {
            score.mean += self.shared[at].mean * x;
            score.variance += self.shared[at].variance * x * x;
        }
        let weights = place.map_or(&CATEGORY_PRIOR, |place| &self.categories[place].weights);
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

    /// Variance of the score that comes from what is unsure in the guest's taste:
    /// `Σ vᵢ(w + wᵢ√d)²hᵢ²`.
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
    fn forget(
        &mut self,
        features: &SharedFeatures,
        place: Option<usize>,
        touched: &[usize],
        offer: OfferKey,
    ) {
        let Forgetting { shared, category, offer: of_offer } = self.forgetting;
        for (at, _) in features.iter() {
            self.shared[at].forget(&shared_prior(at), shared);
        }
        if let Some(place) = place {
            let weights = &mut self.categories[place].weights;
            for at in touched.iter().chain(&[category::BASE]) {
                weights[*at].forget(&CATEGORY_PRIOR[*at], category);
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
        self.categories.push(CategoryWeights { hash, weights: CATEGORY_PRIOR });
        Some(self.categories.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Channel;
    use crate::domain::decision::Party;
    use crate::domain::time::TimeContext;
    use crate::learn::impression::Situation;
    use crate::learn::vectors::tags_vector;

    const SITUATION: Situation = Situation {
        stage: StayStage::InHouse,
        time: TimeContext {
            day_type: crate::domain::time::DayType::Rest,
            daypart: crate::domain::time::Daypart::Evening,
        },
        party: Party::Couple,
        channel: Channel::InApp,
    };

    fn taste() -> TasteSnapshot {
        TasteSnapshot { mean: tags_vector(["spa"]), variance: [0.1; 32] }
    }

    fn impression<'a>(
        offer: u64,
        vector: &'a Vector,
        taste: Option<&'a TasteSnapshot>,
    ) -> Impression<'a> {
        Impression {
            situation: &SITUATION,
            taste,
            affinity_sum: 0.0,
            category: 7,
            offer: OfferKey(offer),
            vector,
            fatigue: 0.0,
        }
    }

    fn learnt(labels: &[bool]) -> Ranker {
        let (vector, taste) = (tags_vector(["spa"]), taste());
        let mut ranker = Ranker::new(Forgetting::default());
        for label in labels {
            ranker.update(&impression(1, &vector, Some(&taste)), *label, 1.0);
        }
        ranker
    }

    #[test]
    fn what_is_accepted_rises_and_what_is_not_falls() {
        let (vector, taste) = (tags_vector(["spa"]), taste());
        let score = |ranker: &Ranker| ranker.score(&impression(1, &vector, Some(&taste)));
        let (new, yes, no) =
            (score(&learnt(&[])), score(&learnt(&[true])), score(&learnt(&[false])));
        assert!(yes.mean > new.mean && no.mean < new.mean);
        assert!(yes.variance < new.variance && no.variance < new.variance);
    }

    #[test]
    fn an_offer_learns_from_its_like_and_more_from_itself() {
        let (vector, ranker) = (tags_vector(["spa"]), learnt(&[true; 5]));
        let rise = |offer| {
            let impression = impression(offer, &vector, None);
            ranker.score(&impression).mean - learnt(&[]).score(&impression).mean
        };
        assert!(rise(1) > rise(2) && rise(2) > 0.5);
    }

    #[test]
    fn without_a_taste_the_weights_of_taste_stay() {
        let vector = tags_vector(["spa"]);
        let mut ranker = learnt(&[true, false]);
        let before = ranker.clone();
        ranker.update(&impression(1, &vector, None), true, 1.0);
        assert_eq!(
            ranker.shared[shared::DOT..shared::AFFINITY],
            before.shared[shared::DOT..shared::AFFINITY]
        );
        assert!(ranker.shared[shared::BIAS].mean > before.shared[shared::BIAS].mean);
    }

    /// Seen often enough, an offer is known by its own record: algorithms 3.2, 19 % after 20
    /// showings and 83 % after 400.
    #[test]
    fn an_offer_seen_often_is_known_by_its_own_record() {
        let weight = |n: u32| {
            let step = laplace::Step { mode: 0.0, gradient: 0.0, curvature: 0.05 * 0.95 };
            let mut effect = INDICATOR;
            (0..n).for_each(|_| effect.learn(1.0, &step));
            1.0 - effect.variance / INDICATOR.variance
        };
        assert!((weight(20) - 0.19).abs() < 0.005 && (weight(400) - 0.83).abs() < 0.005);
    }

    #[test]
    fn popularity_knows_neither_guest_nor_taste() {
        let ranker = learnt(&[true, false, true, true]);
        let rate = |offer, stage| ranker.popularity(OfferKey(offer), stage);
        assert!(rate(1, StayStage::InHouse) > rate(1, StayStage::Booked));
        assert!(rate(1, StayStage::Booked) > rate(2, StayStage::Booked));
        assert!((ranker.labels() - 4.0).abs() < 1e-12 && ranker.offers_seen() == 1);
    }

    #[test]
    fn what_is_not_a_number_is_left_out() {
        let (vector, broken) = (tags_vector(["spa"]), [f32::NAN; 32]);
        let (mut ranker, taste) = (learnt(&[true]), taste());
        let before = ranker.score(&impression(1, &vector, Some(&taste)));
        ranker.update(&impression(1, &broken, Some(&taste)), true, 1.0);
        ranker.update(&impression(1, &vector, Some(&taste)), true, f64::INFINITY);
        let unsure = TasteSnapshot { variance: [f32::NAN; 32], ..taste.clone() };
        ranker.update(&impression(2, &vector, Some(&unsure)), true, 1.0);
        let tired = Impression { fatigue: f32::NAN, ..impression(1, &vector, None) };
        ranker.update(&tired, true, 1.0);
        assert!(
            (ranker.score(&impression(1, &vector, Some(&taste))).mean - before.mean).abs() < 1e-12
        );
    }

    #[test]
    fn categories_are_bounded() {
        let vector = tags_vector(["spa"]);
        let mut ranker = learnt(&[]);
        for category in 0..200 {
            ranker.update(&Impression { category, ..impression(1, &vector, None) }, false, 1.0);
        }
        assert_eq!(ranker.categories.len(), CATEGORIES_MAX);
        assert!(
            ranker
                .score(&Impression { category: 199, ..impression(1, &vector, None) })
                .mean
                .is_finite()
        );
    }
}
