//! Scoring: the log-odds, with their parts and their uncertainty, of every offer of a decision.
//!
//! What does not depend on the offer is computed once ([`Prepared`]): three vectors of the guest's taste, and sums of each
//! category in this situation. An offer then costs three dot products, a handful of additions and a sigmoid; eight at a
//! time, without allocation, in single precision. With `m`, `v` the taste, `w` the weight of the dot product and `wᵢ` of axis i:
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
use super::layout::{INDICATOR, category, shared};
use super::ranker::CATEGORIES_MAX;
use super::snapshot::{OfferEffect, RankerSnapshot, Weight};

/// Least and largest weight a taste is said to have when the guest's side learns: see [`Prepared::taste_weight`].
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
    /// Log-odds from everything but taste, as an open decision keeps it for the guest's side of learning.
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
        let unseen = [Weight::from(&INDICATOR); category::COUNT];
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

    /// The one number that stands for the weights of taste, for [`super::preference::observe`]: their mean over the axes,
    /// kept above zero, since a guest whose taste has no weight could never be learnt from again.
    pub fn taste_weight(&self) -> f32 {
        self.taste_weight
    }

    /// Scores the picks, in their order, into `out`, whose content is replaced. Allocates only where `out` must grow.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::belief::DIM;
    use crate::domain::channel::Channel;
    use crate::domain::decision::Party;
    use crate::domain::id::OfferKey;
    use crate::domain::stay::StayStage;
    use crate::domain::time::{DayType, Daypart, TimeContext};
    use crate::learn::impression::Impression;
    use crate::learn::laplace::expected_sigmoid;
    use crate::learn::ranker::{Forgetting, Ranker};
    use crate::learn::vectors::offer_vector;
    use crate::sys::rng::SplitMix64;

    /// A catalog of 300 offers, the last third of which nobody has seen.
    struct World {
        rng: SplitMix64,
        rows: Vec<Vector>,
        ranker: Ranker,
    }

    const OFFERS: u16 = 300;

    fn key(offer: usize) -> OfferKey {
        OfferKey(offer as u64 * 7 + 1)
    }

    fn category(offer: usize) -> u32 {
        u32::try_from(offer * 12 / usize::from(OFFERS)).unwrap()
    }

    impl World {
        fn new() -> Self {
            let name = |offer: u16| format!("{}", offer % 17);
            let rows = (0..OFFERS).map(|o| offer_vector(&name(o / 25), [name(o).as_str()], [("n", name(o * 3).as_str())]));
            Self { rng: SplitMix64::new(4), rows: rows.collect(), ranker: Ranker::new(Forgetting::default()) }
        }

        fn situation(&mut self) -> Situation {
            Situation {
                stage: StayStage::ALL[self.rng.below(9)],
                time: TimeContext { day_type: DayType::ALL[self.rng.below(3)], daypart: Daypart::ALL[self.rng.below(4)] },
                party: [Party::Solo, Party::Couple, Party::Family, Party::Group][self.rng.below(4)],
                channel: Channel::ALL[self.rng.below(12)],
            }
        }

        #[expect(clippy::cast_possible_truncation, reason = "test data")]
        fn number(&mut self, scale: f64) -> f32 {
            (self.rng.unit() * scale) as f32
        }

        fn taste(&mut self) -> TasteSnapshot {
            TasteSnapshot {
                mean: std::array::from_fn(|_| self.number(3.0) - 1.5),
                variance: std::array::from_fn(|_| self.number(0.5)),
            }
        }

        fn learn(&mut self, rounds: u32) {
            for _ in 0..rounds {
                let (situation, taste, offer) = (self.situation(), self.taste(), self.rng.below(usize::from(OFFERS) * 2 / 3));
                let impression = Impression {
                    situation: &situation,
                    taste: self.rng.chance(0.8).then_some(&taste),
                    affinity_sum: self.number(1.0),
                    category: category(offer),
                    offer: key(offer),
                    vector: &self.rows[offer].clone(),
                    fatigue: self.number(1.0),
                };
                let label = self.rng.chance(0.1);
                self.ranker.update(&impression, label, 1.0);
            }
        }
    }

    /// Holds the scores of one decision against the ranker's own, and the parts against their sum.
    fn check(world: &mut World, with_taste: bool) {
        let (situation, taste) = (world.situation(), world.taste());
        let taste = with_taste.then_some(&taste);
        let snapshot = RankerSnapshot::new(&world.ranker);
        let effects = snapshot.align_offers((0..world.rows.len()).map(|o| (key(o), category(o))));
        let picks: Vec<OfferIndex> = (0..OFFERS).filter(|_| world.rng.chance(0.4)).map(OfferIndex).collect();
        let affinities: Vec<f32> = picks.iter().map(|_| world.number(2.0)).collect();
        let fatigue: Vec<f32> = picks.iter().map(|_| world.number(2.0)).collect();
        let candidates =
            Candidates { rows: &world.rows, effects: &effects, picks: &picks, affinities: &affinities, fatigue: &fatigue };
        let mut out = Vec::new();
        Prepared::new(&snapshot, &situation, taste).score(&candidates, &mut out);
        assert_eq!(out.len(), picks.len());
        for (at, scored) in out.iter().enumerate() {
            let offer = picks[at].at();
            let wanted = world.ranker.score(&Impression {
                situation: &situation,
                taste,
                affinity_sum: affinities[at],
                category: category(offer),
                offer: key(offer),
                vector: &world.rows[offer],
                fatigue: fatigue[at],
            });
            let near = |got: f32, wanted: f64| (f64::from(got) - wanted).abs() <= 1e-4;
            assert!(near(scored.log_odds, wanted.mean) && near(scored.variance, wanted.variance), "{scored:?} {wanted:?}");
            assert!(near(scored.propensity, expected_sigmoid(wanted.mean, wanted.variance)));
            let parts = [scored.base, scored.taste, scored.affinity, scored.situation, scored.popularity, scored.fatigue];
            assert!(near(scored.log_odds, parts.map(f64::from).iter().sum()), "I15");
            assert!(with_taste || scored.taste.to_bits() == 0, "I13");
        }
    }

    #[test]
    fn scores_are_those_of_the_learner() {
        let mut world = World::new();
        for _ in 0..40 {
            check(&mut world, true);
            check(&mut world, false);
            world.learn(100);
        }
    }

    #[test]
    fn a_second_decision_allocates_nothing() {
        let mut world = World::new();
        world.learn(100);
        let (situation, taste) = (world.situation(), world.taste());
        let snapshot = RankerSnapshot::new(&world.ranker);
        let effects = snapshot.align_offers((0..world.rows.len()).map(|o| (key(o), category(o))));
        let picks: Vec<OfferIndex> = (0..200).map(OfferIndex).collect();
        let zeros = [0.0; 200];
        let candidates = Candidates { rows: &world.rows, effects: &effects, picks: &picks, affinities: &zeros, fatigue: &zeros };
        let prepared = Prepared::new(&snapshot, &situation, Some(&taste));
        let mut out = Vec::new();
        prepared.score(&candidates, &mut out);
        let (place, first) = (out.as_ptr(), out.clone());
        prepared.score(&candidates, &mut out);
        assert_eq!((out.as_ptr(), &out), (place, &first));
    }

    #[test]
    fn taste_keeps_a_weight_the_guest_can_be_learnt_with() {
        let mut ranker = Ranker::new(Forgetting::default());
        let weight = |ranker: &Ranker| {
            Prepared::new(&RankerSnapshot::new(ranker), &World::new().situation(), None).taste_weight()
        };
        assert!((weight(&ranker) - 1.0).abs() < 1e-6);
        let (situation, taste) = (World::new().situation(), TasteSnapshot { mean: [0.2; DIM], variance: [0.1; DIM] });
        for _ in 0..2_000 {
            let impression = Impression {
                situation: &situation,
                taste: Some(&taste),
                affinity_sum: 0.0,
                category: 1,
                offer: OfferKey(1),
                vector: &[0.2; DIM],
                fatigue: 0.0,
            };
            ranker.update(&impression, false, 1.0);
        }
        assert!(weight(&ranker) >= 0.25);
    }
}
