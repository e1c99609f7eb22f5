//! The ranker: how likely is it that this guest, in this situation, accepts this offer?
//!
//! Bayesian logistic regression. Weights lie in a tree, whose joint posterior is kept whole
//! ([`super::tree`]), and what a property does differently stands beside it ([`super::locals`]):
//!
//! ```text
//! log-odds = bias + channel + w·(m·h) + Σ wᵢ(mᵢhᵢ√d) + affinities + fatigue      root: shared
//!          + base + stage + daypart + daypart×day type + party                   branch: category
//!          + effect                                                              leaf: offer
//!          + property + property×category + property×offer                       beside the tree
//! ```
//!
//! Each level is drawn toward the one above until it has been seen often: an offer nobody saw yet
//! is what its category is, and a property of which little is known is what its brand is (mixed
//! effects; Hong et al., "Deep hierarchy in bandits", 2022; algorithms 3.2).
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
use super::guard::{Comparison, Guard};
use super::impression::{AXIS_SCALE, Impression, SharedFeatures};
use super::laplace;
use super::layout::{
    BRANCH_GROUPS, CATEGORY_PRIOR, INDICATOR, ROOT_GROUPS, category, shared, shared_prior,
};
use super::locals::Locals;
use super::popular::{Popularity, Tally};
use super::tree::posterior::Retention;
use super::tree::reestimate::Groups;
use super::tree::{Path, Shape, TreePosterior};

/// Most categories with weights of their own; later ones share those of the last.
pub const CATEGORIES_MAX: usize = 64;

/// How fast effects are forgotten: the factor on their precision at each touch, above 0, at most 1;
/// 1 forgets nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forgetting {
    /// Of what all offers share.
    pub shared: f64,
    /// Of a category's effects.
    pub category: f64,
    /// Of an offer's effect, and of what a property does differently.
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

/// What is known of one offer beside its effect.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferState {
    /// Its leaf in the tree.
    pub(super) leaf: usize,
    /// How it did, by stay stage.
    pub tallies: [Tally; StayStage::COUNT],
}

/// The learner's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranker {
    pub(super) forgetting: Forgetting,
    pub(super) tree: TreePosterior,
    /// Hash of the label of each branch, in order of first appearance.
    pub(super) categories: Vec<u32>,
    pub(super) offers: BTreeMap<OfferKey, OfferState>,
    pub(super) locals: Locals,
    /// Is personalization worth it?
    pub(super) guard: Guard,
    /// How all offers did together.
    pub(super) all: Tally,
}

/// Mean and variance of a score, in log-odds.
pub type Score = Gaussian;

/// The priors of the tree, as they are written down. How wide those of the [`BRANCH_GROUPS`], of the
/// [`ROOT_GROUPS`] and of the offers are is learnt.
pub(super) fn shape() -> Shape {
    let root = (0..shared::COUNT).map(shared_prior).collect();
    Shape { root, branch: CATEGORY_PRIOR.to_vec(), leaf: INDICATOR }
}

impl Ranker {
    /// A ranker that has seen nothing.
    pub fn new(forgetting: Forgetting) -> Self {
        Self {
            forgetting,
            tree: TreePosterior::new(shape(), forgetting.into()),
            categories: Vec::new(),
            offers: BTreeMap::new(),
            locals: Locals::default(),
            guard: Guard::default(),
            all: Tally::NONE,
        }
    }

    /// Learns that an impression was accepted, or not. `weight` is how much of a label it is, 0 to
    /// 1.
    ///
    /// An impression or a weight that is not finite is left out.
    pub fn update(&mut self, impression: &Impression<'_>, label: bool, weight: f64) {
        let shared = SharedFeatures::of(impression);
        let taste = self.taste_variance(impression);
        let is_sound = shared.iter().all(|(_, x)| x.is_finite())
            && taste.is_finite()
            && weight.is_finite()
            && weight > 0.0;
        if !is_sound {
            return;
        }
        let path = self.grow(impression);
        let features = features(&shared, impression, path);
        let places = Locals::places(impression);
        self.locals.meet(impression.situation.property);
        self.locals.forget(&places, self.forgetting.offer);
        let local = self.locals.score(&places);
        let mut learnt = None;
        self.tree.learn(path, &features, local.variance + taste, |tree| {
            let (mean, variance) = (tree.mean + local.mean, tree.variance + local.variance + taste);
            let step = laplace::step(mean, variance, label, weight);
            learnt = Some((step, tree.variance));
            learnt.map(|(step, _)| step)
        });
        let Some((step, variance)) = learnt else { return };
        self.locals.learn(&places, &step, variance + taste);
        // Each time the root has forgotten: rarely, and a restored learner does it at the same label.
        if self.tree.root.touches == 0 {
            self.tree.reestimate(Groups { root: &ROOT_GROUPS, branch: &BRANCH_GROUPS }, &shape());
        }
        let stage = impression.situation.stage.at();
        if let Some(offer) = self.offers.get_mut(&impression.offer) {
            offer.tallies[stage].add(label, weight);
        }
        self.all.add(label, weight);
    }

    /// Mean and variance of the log-odds of acceptance, in full precision: the reference the fast
    /// scoring is held against.
    pub fn score(&self, impression: &Impression<'_>) -> Score {
        let path = self.path(impression);
        let features = features(&SharedFeatures::of(impression), impression, path);
        let mut score = self.tree.score(path, &features);
        if path.branch.is_none() {
            let places = impression.situation.category_places();
            let prior = &self.tree.shape().branch;
            let unseen = places.iter().chain(&[category::BASE]).map(|at| prior[*at]);
            score.variance += unseen.map(|weight| weight.variance).sum::<f64>();
        }
        if path.leaf.is_none() {
            score.variance += self.tree.shape().leaf.variance;
        }
        let local = self.locals.score(&Locals::places(impression));
        score.mean += local.mean;
        score.variance += local.variance + self.taste_variance(impression);
        score
    }

    /// Share of guests that accepted an offer in a stay stage, drawn toward the offer's, the
    /// brand's and the prior's rate where it was seldom shown: a number that personalizes nothing.
    pub fn popularity(&self, offer: OfferKey, stage: StayStage) -> f64 {
        let none = [Tally::NONE; StayStage::COUNT];
        let tallies = self.offers.get(&offer).map_or(&none, |o| &o.tallies);
        Popularity::of(&self.all, tallies).rate(stage)
    }

    /// Learns whether personalization was worth it, from a final label.
    pub fn compare(&mut self, seen: &Comparison) {
        self.guard.learn(seen);
    }

    /// Whether personalization is worth it, and by how much.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// How many offers have been seen.
    pub fn offers_seen(&self) -> usize {
        self.offers.len()
    }

    /// Labels learnt so far, each counted with its weight.
    pub fn labels(&self) -> f64 {
        self.all.shown
    }

    /// Branch of a category; `None` for one that was never seen, where there is still room.
    pub(super) fn branch_among(categories: &[u32], hash: u32) -> Option<usize> {
        let full = (categories.len() >= CATEGORIES_MAX).then_some(CATEGORIES_MAX - 1);
        categories.iter().position(|c| *c == hash).or(full)
    }

    /// The nodes an impression touches, as far as they are there. An offer that has changed its
    /// category is a new offer.
    fn path(&self, impression: &Impression<'_>) -> Path {
        let branch = Self::branch_among(&self.categories, impression.category);
        let known = self.offers.get(&impression.offer).map(|offer| offer.leaf);
        let leaf = known.filter(|leaf| branch == Some(self.tree.branch_of(*leaf)));
        Path { branch, leaf }
    }

    /// The nodes an impression touches, made where they are missing.
    fn grow(&mut self, impression: &Impression<'_>) -> Path {
        let mut path = self.path(impression);
        let branch = path.branch.unwrap_or_else(|| {
            self.categories.push(impression.category);
            self.tree.add_branch()
        });
        path.branch = Some(branch);
        if path.leaf.is_none() {
            let leaf = self.tree.add_leaf(branch);
            let tallies = [Tally::NONE; StayStage::COUNT];
            self.offers
                .entry(impression.offer)
                .and_modify(|offer| offer.leaf = leaf)
                .or_insert(OfferState { leaf, tallies });
            path.leaf = Some(leaf);
        }
        path
    }

    /// Variance of the score that comes from what is unsure in the guest's taste:
    /// `Σ vᵢ(w + wᵢ√d)²hᵢ²`.
    fn taste_variance(&self, impression: &Impression<'_>) -> f64 {
        let Some(taste) = impression.taste else { return 0.0 };
        if taste.variance.iter().all(|v| v.abs() <= 0.0) {
            return 0.0;
        }
        taste_variance(&self.tree.means(Path::ROOT), taste, impression.vector)
    }
}

fn taste_variance(shared: &[f64], taste: &TasteSnapshot, vector: &Vector) -> f64 {
    let axes = &shared[shared::AXES..shared::AFFINITY];
    let each = axes.iter().zip(&taste.variance).zip(vector);
    each.map(|((weight, v), h)| {
        let x = (shared[shared::DOT] + weight * AXIS_SCALE) * f64::from(*h);
        f64::from(*v) * x * x
    })
    .sum()
}

/// The features of an impression along its path.
fn features(shared: &SharedFeatures, impression: &Impression<'_>, path: Path) -> Vec<f64> {
    let mut features = Vec::with_capacity(1 + category::COUNT + shared::COUNT);
    if path.leaf.is_some() {
        features.push(1.0);
    }
    if path.branch.is_some() {
        let at = features.len();
        features.resize(at + category::COUNT, 0.0);
        features[at + category::BASE] = 1.0;
        for place in impression.situation.category_places() {
            features[at + place] = 1.0;
        }
    }
    let at = features.len();
    features.resize(at + shared::COUNT, 0.0);
    for (place, x) in shared.iter() {
        features[at + place] = x;
    }
    features
}

impl From<Forgetting> for Retention {
    fn from(forgetting: Forgetting) -> Self {
        let Forgetting { shared, category, offer } = forgetting;
        Self { root: shared, branch: category, leaf: offer }
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
        property: crate::domain::id::Fingerprint(1),
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
        let before = ranker.tree.means(Path::ROOT);
        ranker.update(&impression(1, &vector, None), true, 1.0);
        let after = ranker.tree.means(Path::ROOT);
        assert!(after[shared::BIAS] > before[shared::BIAS]);
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
