//! Scoring: the log-odds, with their parts and their uncertainty, of every offer of a decision.
//!
//! What does not depend on the offer is computed once ([`Prepared`]): three vectors of the guest's
//! taste, and sums of each category in this situation. An offer then costs three dot products, a
//! handful of additions and a sigmoid; eight at a time, without allocation, in single precision.
//! With `m`, `v` the taste, `w` the weight of the dot product and `wᵢ` of axis i:
//!
//! ```text
//! a = m∘(w + wᵢ√d)                          a·h   taste part of the log-odds
//! b = m                                     b·h   its square times Var(w) is part of the variance
//! c = d·m²∘Var(wᵢ) + v∘(w + wᵢ√d)²          c·h²  the rest of the taste part's variance
//! ```

use crate::domain::belief::Vector;
use crate::domain::decision::TasteSnapshot;
use crate::domain::id::OfferIndex;

use super::impression::{AXIS_SCALE, Situation};
use super::kernel::{BLOCK, Block, Kernel, TasteVectors};
use super::layout::{CATEGORY_PRIOR, category, shared};
use super::ranker::CATEGORIES_MAX;
use super::snapshot::{OfferEffect, RankerSnapshot, Weight};

/// Least and largest weight a taste is said to have when the guest's side learns: see
/// [`Prepared::taste_weight`].
const TASTE_WEIGHT: (f32, f32) = (0.25, 4.0);

/// The part of a decision's scores that all its offers share.
#[derive(Debug, Clone)]
pub struct Prepared {
    kernel: Kernel,
    /// `None`: the guest's taste is not used.
    taste: Option<TasteVectors>,
    taste_weight: f32,
    dot_variance: f32,
    affinity: Weight,
    fatigue: Weight,
    base: Weight,
    /// By place in the snapshot; one more for a category that was never seen.
    categories: [CategorySum; CATEGORIES_MAX + 1],
}

/// A category in the situation of a decision.
#[derive(Debug, Clone, Copy)]
struct CategorySum {
    situation: f32,
    base: f32,
    variance: f32,
}

/// The offers to score.
#[derive(Debug, Clone, Copy)]
pub struct Candidates<'a> {
    /// Vectors of all offers, in catalog order.
    pub rows: &'a [Vector],
    /// What the ranker knows of all offers, in catalog order ([`RankerSnapshot::align_offers`]).
    pub effects: &'a [OfferEffect],
    /// The offers to score.
    pub picks: &'a [OfferIndex],
    /// For each pick, the sum of the guest's affinities to its tags, in log-odds.
    pub affinities: &'a [f32],
    /// For each pick, the fatigue feature ([`super::impression::fatigue`]).
    pub fatigue: &'a [f32],
}

/// The score of one offer. The parts sum to `log_odds`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scored {
    /// The average offer's log-odds: bias.
    pub base: f32,
    /// Part of the guest's taste.
    pub taste: f32,
    /// Part of named affinities.
    pub affinity: f32,
    /// Part of stay stage, time context, party and channel.
    pub situation: f32,
    /// Part of how the category and the offer do with all guests.
    pub popularity: f32,
    /// Part of having been seen lately.
    pub fatigue: f32,
    /// Mean of the log-odds of acceptance.
    pub log_odds: f32,
    /// Variance of the log-odds.
    pub variance: f32,
    /// P(guest accepts | shown): the expectation over the uncertainty, `σ(μ/√(1+πσ²/8))`.
    pub propensity: f32,
}

impl Scored {
    /// Log-odds from everything but taste, as an open decision keeps it for the guest's side of
    /// learning.
    pub fn context_log_odds(&self) -> f32 {
        self.log_odds - self.taste
    }
}

impl Prepared {
    /// Prepares a decision in a situation; without a taste nothing personal enters.
    pub fn new(
        snapshot: &RankerSnapshot,
        situation: &Situation,
        taste: Option<&TasteSnapshot>,
    ) -> Self {
        let of_shared = |at: usize| snapshot.shared[at];
        let channel = of_shared(shared::CHANNELS + situation.channel.at());
        let bias = of_shared(shared::BIAS);
        let unseen = CATEGORY_PRIOR.each_ref().map(Weight::from);
        let mut categories =
            [CategorySum::new(&unseen, situation, channel.mean); CATEGORIES_MAX + 1];
        for (sum, weights) in categories.iter_mut().zip(&snapshot.categories) {
            *sum = CategorySum::new(weights, situation, channel.mean);
        }
        let axes = AxisWeights::of(snapshot);
        Self {
            kernel: Kernel::detect(),
            taste: taste.map(|taste| axes.vectors(taste)),
            taste_weight: axes.mean().clamp(TASTE_WEIGHT.0, TASTE_WEIGHT.1),
            dot_variance: of_shared(shared::DOT).variance,
            affinity: of_shared(shared::AFFINITY),
            fatigue: of_shared(shared::FATIGUE),
            base: Weight { mean: bias.mean, variance: bias.variance + channel.variance },
            categories,
        }
    }

    /// The one number that stands for the weights of taste, for [`super::preference::learn`]: their
    /// mean over the axes, kept above zero, since a guest whose taste has no weight could never be
    /// learnt from again.
    pub fn taste_weight(&self) -> f32 {
        self.taste_weight
    }

    /// Scores the picks, in their order, into `out`, whose content is replaced. Allocates only
    /// where `out` must grow.
    pub fn score(&self, candidates: &Candidates<'_>, out: &mut Vec<Scored>) {
        let Candidates { picks, affinities, fatigue, .. } = *candidates;
        debug_assert!(
            picks.len() == affinities.len() && picks.len() == fatigue.len(),
            "one entry a pick"
        );
        out.clear();
        out.reserve(picks.len());
        let blocks = picks.chunks(BLOCK).zip(affinities.chunks(BLOCK)).zip(fatigue.chunks(BLOCK));
        for ((picks, affinities), fatigue) in blocks {
            self.score_block(candidates, picks, affinities, fatigue, out);
        }
    }

    fn score_block(
        &self,
        candidates: &Candidates<'_>,
        picks: &[OfferIndex],
        affinities: &[f32],
        fatigue: &[f32],
        out: &mut Vec<Scored>,
    ) {
        let taste =
            self.taste.as_ref().map(|vectors| self.kernel.taste(candidates.rows, picks, vectors));
        let taste = taste.unwrap_or_default();
        let mut scored = [Scored::default(); BLOCK];
        let (mut means, mut variances): (Block, Block) = Default::default();
        for (lane, (pick, (affinity, fatigue))) in
            picks.iter().zip(affinities.iter().zip(fatigue)).enumerate()
        {
            let OfferEffect { effect, category } = candidates.effects[pick.at()];
            let sum = &self.categories[usize::from(category)];
            let parts = &mut scored[lane];
            parts.base = self.base.mean;
            parts.taste = taste.mean[lane];
            parts.affinity = self.affinity.mean * affinity;
            parts.situation = sum.situation;
            parts.popularity = sum.base + effect.mean;
            parts.fatigue = self.fatigue.mean * fatigue;
            means[lane] = parts.base
                + parts.taste
                + parts.affinity
                + parts.situation
                + parts.popularity
                + parts.fatigue;
            variances[lane] = self.base.variance
                + sum.variance
                + effect.variance
                + self.affinity.variance * affinity * affinity
                + self.fatigue.variance * fatigue * fatigue
                + self.dot_variance * taste.dot[lane] * taste.dot[lane]
                + taste.variance[lane];
        }
        let propensities = self.kernel.expected_sigmoid(&means, &variances);
        for (lane, parts) in scored.iter_mut().enumerate() {
            (parts.log_odds, parts.variance, parts.propensity) =
                (means[lane], variances[lane], propensities[lane]);
        }
        out.extend_from_slice(&scored[..picks.len()]);
    }
}

impl CategorySum {
    fn new(weights: &[Weight; category::COUNT], situation: &Situation, channel: f32) -> Self {
        let base = weights[category::BASE];
        let mut sum = Self { situation: channel, base: base.mean, variance: base.variance };
        for at in situation.category_places() {
            sum.situation += weights[at].mean;
            sum.variance += weights[at].variance;
        }
        sum
    }
}

/// The weight of taste on each axis: `w + wᵢ√d`, and the variance of `wᵢ√d`.
struct AxisWeights {
    mean: Vector,
    variance: Vector,
}

impl AxisWeights {
    #[expect(clippy::cast_possible_truncation, reason = "scoring is in single precision")]
    fn of(snapshot: &RankerSnapshot) -> Self {
        let dot = snapshot.shared[shared::DOT].mean;
        let scale = AXIS_SCALE as f32;
        Self {
            mean: std::array::from_fn(|i| dot + snapshot.shared[shared::AXES + i].mean * scale),
            variance: std::array::from_fn(|i| {
                snapshot.shared[shared::AXES + i].variance * scale * scale
            }),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "32 axes")]
    fn mean(&self) -> f32 {
        self.mean.iter().sum::<f32>() / self.mean.len() as f32
    }

    fn vectors(&self, taste: &TasteSnapshot) -> TasteVectors {
        TasteVectors {
            weighted: std::array::from_fn(|i| taste.mean[i] * self.mean[i]),
            mean: taste.mean,
            variance: std::array::from_fn(|i| {
                taste.mean[i] * taste.mean[i] * self.variance[i]
                    + taste.variance[i] * self.mean[i] * self.mean[i]
            }),
        }
    }
}
