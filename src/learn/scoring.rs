//! Scoring: the log-odds, with their parts and their uncertainty, of every offer of a decision.
//!
//! What does not depend on the offer is computed once ([`Prepared`]): vectors of the guest's taste,
//! and sums of each category in this situation. An offer then costs a matrix-vector product of 32
//! numbers for its variance, two dot products, some additions and a sigmoid; eight offers at a time,
//! without allocation, in single precision. With `m`, `v` the taste, `h` the offer, `g = m∘h`, `M`
//! the covariance of the weights of taste and `e` what all other weights of this score have in
//! common with taste ([`super::snapshot`]):
//!
//! ```text
//! a = m∘(w + wᵢ√d)        a·h                 taste part of the log-odds
//! c = v∘(w + wᵢ√d)²       c·h² + g·(Mg + 2e)  its variance, and what it shares with the rest
//! ```

use crate::domain::belief::{DIM, Vector};
use crate::domain::decision::TasteSnapshot;
use crate::domain::id::OfferIndex;

use super::impression::Situation;
use super::kernel::{BLOCK, Block, Kernel, TasteVectors};
use super::layout::category;
use super::ranker::CATEGORIES_MAX;
use super::snapshot::{
    CategoryMoments, LocalEffects, OfferEffect, RankerSnapshot, SharedMoments, Weight, scalar,
};

/// Least and largest weight a taste is said to have when the guest's side learns: see
/// [`Prepared::taste_weight`].
const TASTE_WEIGHT: (f32, f32) = (0.25, 4.0);

/// The part of a decision's scores that all its offers share.
#[derive(Debug, Clone)]
pub struct Prepared<'a> {
    kernel: Kernel,
    shared: &'a SharedMoments,
    /// `None`: the guest's taste is not used.
    taste: Option<TasteVectors>,
    taste_weight: f32,
    base: f32,
    /// Place of the channel among the scalars.
    channel: usize,
    /// Places of the category's weights that speak.
    places: [usize; PLACES],
    /// By place in the snapshot, the unseen one last.
    categories: [CategorySum; CATEGORIES_MAX + 1],
    local_offers: &'a [(OfferIndex, Weight)],
    local_unseen: Weight,
}

/// Weights of a category that speak in a situation, its base among them.
const PLACES: usize = 5;

/// A category in the situation of a decision.
#[derive(Debug, Clone, Copy)]
struct CategorySum {
    situation: f32,
    base: f32,
    variance: f32,
    /// Covariance with affinity, and with fatigue.
    affinity: f32,
    fatigue: f32,
    /// Twice the covariance with taste.
    cross: Vector,
}

/// The offers to score.
#[derive(Debug, Clone, Copy)]
pub struct Candidates<'a> {
    /// Vectors of all offers, in catalog order.
    pub rows: &'a [Vector],
    /// What the ranker knows of all offers, in catalog order ([`RankerSnapshot::align_offers`]).
    pub effects: &'a [OfferEffect],
    /// The offers to score, in catalog order.
    pub picks: &'a [OfferIndex],
    /// For each pick, the sum of the guest's affinities to its tags, in log-odds.
    pub affinities: &'a [f32],
    /// For each pick, the fatigue feature ([`super::impression::fatigue`]).
    pub fatigue: &'a [f32],
}

/// The score of one offer. The parts sum to `log_odds`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scored {
    /// The average offer's log-odds: bias, and the property's level.
    pub base: f32,
    /// Part of the guest's taste.
    pub taste: f32,
    /// Part of named affinities.
    pub affinity: f32,
    /// Part of stay stage, time context, party and channel.
    pub situation: f32,
    /// Part of how the category and the offer do with all guests, and with those of the property.
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

impl<'a> Prepared<'a> {
    /// Prepares a decision in a situation; without a taste nothing personal enters.
    pub fn new(
        snapshot: &'a RankerSnapshot,
        locals: &'a LocalEffects,
        situation: &Situation,
        taste: Option<&TasteSnapshot>,
    ) -> Self {
        let shared = &*snapshot.shared;
        let channel = scalar::CHANNELS + situation.channel.at();
        let [a, b, c, d] = situation.category_places();
        let places = [category::BASE, a, b, c, d];
        let unset = CategorySum {
            situation: 0.0,
            base: 0.0,
            variance: 0.0,
            affinity: 0.0,
            fatigue: 0.0,
            cross: [0.0; DIM],
        };
        let mut categories = [unset; CATEGORIES_MAX + 1];
        for (sum, moments) in categories.iter_mut().zip(&snapshot.categories) {
            *sum = CategorySum::new(shared, moments, channel, &places);
            sum.base += locals.unseen.mean;
            sum.variance += locals.level.variance + locals.unseen.variance;
        }
        for (place, weight) in &locals.categories {
            let sum = &mut categories[usize::from(*place)];
            sum.base += weight.mean - locals.unseen.mean;
            sum.variance += weight.variance - locals.unseen.variance;
        }
        let mean = shared.axes.iter().sum::<f32>() / DIM_F32;
        Self {
            kernel: Kernel::detect(),
            shared,
            taste: taste.map(|taste| TasteVectors::new(taste, &shared.axes)),
            taste_weight: mean.clamp(TASTE_WEIGHT.0, TASTE_WEIGHT.1),
            base: shared.scalars[scalar::BIAS] + locals.level.mean,
            channel,
            places,
            categories,
            local_offers: &locals.offers,
            local_unseen: locals.unseen,
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
        let mut locals = LocalCursor { rest: self.local_offers, unseen: self.local_unseen };
        let blocks = picks.chunks(BLOCK).zip(affinities.chunks(BLOCK)).zip(fatigue.chunks(BLOCK));
        for ((picks, affinities), fatigue) in blocks {
            self.score_block(candidates, (picks, affinities, fatigue), &mut locals, out);
        }
    }

    fn score_block(
        &self,
        candidates: &Candidates<'_>,
        (picks, affinities, fatigues): (&[OfferIndex], &[f32], &[f32]),
        locals: &mut LocalCursor<'_>,
        out: &mut Vec<Scored>,
    ) {
        let mut scored = [Scored::default(); BLOCK];
        let (mut means, mut variances): (Block, Block) = Default::default();
        let mut crosses = [[0.0; DIM]; BLOCK];
        for (lane, (pick, (affinity, fatigue))) in
            picks.iter().zip(affinities.iter().zip(fatigues)).enumerate()
        {
            let effect = &candidates.effects[pick.at()];
            let sum = &self.categories[usize::from(effect.category)];
            let local = locals.of(*pick);
            let parts = &mut scored[lane];
            parts.base = self.base;
            parts.affinity = self.shared.scalars[scalar::AFFINITY] * affinity;
            parts.situation = sum.situation;
            parts.popularity = sum.base + effect.effect.mean + local.mean;
            parts.fatigue = self.shared.scalars[scalar::FATIGUE] * fatigue;
            variances[lane] =
                self.plain_variance(effect, sum, *affinity, *fatigue) + local.variance;
            if self.taste.is_some() {
                self.cross(effect, sum, *affinity, *fatigue, &mut crosses[lane]);
            }
        }
        if let Some(taste) = &self.taste {
            let covariance = &self.shared.taste;
            let of_taste = self.kernel.taste(candidates.rows, picks, taste, covariance, &crosses);
            for (lane, parts) in scored.iter_mut().enumerate() {
                parts.taste = of_taste.mean[lane];
                variances[lane] += of_taste.variance[lane];
            }
        }
        for (lane, parts) in scored.iter().enumerate() {
            means[lane] = parts.base
                + parts.taste
                + parts.affinity
                + parts.situation
                + parts.popularity
                + parts.fatigue;
            // Rounding may take more than there is where a guest is known all but exactly.
            variances[lane] = variances[lane].max(0.0);
        }
        let propensities = self.kernel.expected_sigmoid(&means, &variances);
        for (lane, parts) in scored.iter_mut().enumerate() {
            (parts.log_odds, parts.variance, parts.propensity) =
                (means[lane], variances[lane], propensities[lane]);
        }
        out.extend_from_slice(&scored[..picks.len()]);
    }

    /// Variance of everything but taste.
    fn plain_variance(
        &self,
        effect: &OfferEffect,
        sum: &CategorySum,
        affinity: f32,
        fatigue: f32,
    ) -> f32 {
        let OfferEffect { scalars, branch, .. } = effect;
        let covariance = &self.shared.covariance;
        let of_places: f32 = self.places.iter().map(|at| branch[*at]).sum();
        let with_offer = scalars[scalar::BIAS] + scalars[self.channel] + of_places;
        let with_affinity = sum.affinity
            + scalars[scalar::AFFINITY]
            + fatigue * covariance[scalar::AFFINITY][scalar::FATIGUE];
        let with_fatigue = sum.fatigue + scalars[scalar::FATIGUE];
        sum.variance
            + effect.effect.variance
            + affinity * affinity * covariance[scalar::AFFINITY][scalar::AFFINITY]
            + fatigue * fatigue * covariance[scalar::FATIGUE][scalar::FATIGUE]
            + 2.0 * (with_offer + affinity * with_affinity + fatigue * with_fatigue)
    }

    /// Twice the covariance of everything but taste with taste.
    fn cross(
        &self,
        effect: &OfferEffect,
        sum: &CategorySum,
        affinity: f32,
        fatigue: f32,
        out: &mut Vector,
    ) {
        let of_affinity = &self.shared.cross[scalar::AFFINITY];
        let of_fatigue = &self.shared.cross[scalar::FATIGUE];
        for axis in 0..DIM {
            let own =
                effect.cross[axis] + affinity * of_affinity[axis] + fatigue * of_fatigue[axis];
            out[axis] = sum.cross[axis] + 2.0 * own;
        }
    }
}

/// [`DIM`] as a number.
const DIM_F32: f32 = 32.0;

/// Finds what a property does differently with one offer after another.
struct LocalCursor<'a> {
    rest: &'a [(OfferIndex, Weight)],
    unseen: Weight,
}

impl LocalCursor<'_> {
    /// Of the next pick; picks come in catalog order.
    fn of(&mut self, pick: OfferIndex) -> Weight {
        while let Some(((offer, weight), rest)) = self.rest.split_first() {
            if *offer > pick {
                break;
            }
            if *offer == pick {
                return *weight;
            }
            self.rest = rest;
        }
        self.unseen
    }
}

impl CategorySum {
    fn new(
        shared: &SharedMoments,
        moments: &CategoryMoments,
        channel: usize,
        places: &[usize; PLACES],
    ) -> Self {
        let covariance = &shared.covariance;
        let together = [scalar::BIAS, channel];
        let mut sum = Self {
            situation: shared.scalars[channel],
            base: moments.means[category::BASE],
            variance: covariance[scalar::BIAS][scalar::BIAS]
                + covariance[channel][channel]
                + 2.0 * covariance[scalar::BIAS][channel],
            affinity: together.iter().map(|s| covariance[*s][scalar::AFFINITY]).sum(),
            fatigue: together.iter().map(|s| covariance[*s][scalar::FATIGUE]).sum(),
            cross: [0.0; DIM],
        };
        for vector in together.map(|s| &shared.cross[s]) {
            sum.add_cross(vector);
        }
        for at in places {
            if *at != category::BASE {
                sum.situation += moments.means[*at];
            }
            let scalars = &moments.scalars[*at];
            let with: f32 = places.iter().map(|other| moments.covariance[*at][*other]).sum();
            sum.variance += with + 2.0 * together.iter().map(|s| scalars[*s]).sum::<f32>();
            sum.affinity += scalars[scalar::AFFINITY];
            sum.fatigue += scalars[scalar::FATIGUE];
            sum.add_cross(&moments.cross[*at]);
        }
        sum
    }

    fn add_cross(&mut self, vector: &Vector) {
        self.cross.iter_mut().zip(vector).for_each(|(sum, x)| *sum += 2.0 * x);
    }
}
