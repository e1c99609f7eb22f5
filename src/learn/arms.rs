//! A learner for any log of choices: which arm earns how much in which context?
//!
//! Where the ranker knows what a hotel is, this one knows nothing but named numbers: a log that
//! another system wrote, a public data set, a worked example. Each arm has weights of its own over
//! the context, drawn toward what all arms share; the posterior is the whole joint one of
//! [`super::tree`], arms being its branches:
//!
//! ```text
//! score = bias + Σ wᵢ·contextᵢ + Σ uⱼ·featuresⱼ of the arm      root: what all arms share
//!       + bias of the arm + Σ of the arm's own weights·contextᵢ  branch
//! ```
//!
//! A reward of 0 or 1 is a label: the score is its log-odds. Any other reward is the score itself,
//! give or take noise whose variance is learnt on the way.
//!
//! How much arms differ is not known beforehand, and wrong by a factor of ten costs dearly. So
//! several priors learn side by side, and each has its say by how well it foretold what came
//! ([`ArmLearner::WIDTHS`]; Bayesian model averaging, Hoeting et al., Statistical Science 14, 1999).

use std::collections::BTreeMap;

use super::gaussian::Gaussian;
use super::laplace::{self, expected_sigmoid};
use super::tree::posterior::Retention;
use super::tree::{Path, Shape, TreePosterior};

/// What rewards are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RewardKind {
    /// 0 or 1.
    Label,
    /// Any number.
    Amount {
        /// By how much they differ: about their standard deviation, above 0.
        scale: f64,
    },
}

impl RewardKind {
    /// The unit of the prior's variances.
    fn unit(self) -> f64 {
        match self {
            Self::Label => 1.0,
            Self::Amount { scale } => (scale * scale).max(1e-9),
        }
    }
}

/// An arm as it could be chosen: its number, and what is known of it and of the context.
#[derive(Debug, Clone, Copy)]
pub struct Chance<'a> {
    /// The same number in every decision that offers it.
    pub arm: u64,
    /// Numbers of the context, as many in every decision; best between -1 and 1.
    pub context: &'a [f64],
    /// Numbers of the arm, likewise.
    pub features: &'a [f64],
}

/// What is expected of an arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The reward.
    pub reward: f64,
    /// Mean and variance of the score under the prior that has foretold best.
    pub score: Gaussian,
}

/// The learner.
#[derive(Debug, Clone, PartialEq)]
pub struct ArmLearner {
    pub(in crate::learn) kind: RewardKind,
    /// Most arms with weights of their own; whoever comes later is known by its features alone.
    pub(in crate::learn) arms_max: usize,
    pub(in crate::learn) experts: Vec<Expert>,
}

/// A posterior under one prior, and how well it foretold.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::learn) struct Expert {
    /// The prior variance of an arm's own weights.
    pub(in crate::learn) width: f64,
    pub(in crate::learn) tree: TreePosterior,
    pub(in crate::learn) branches: BTreeMap<u64, usize>,
    /// Logarithm of the probability it gave to all that came.
    pub(in crate::learn) evidence: f64,
    /// Of amounts: sum of squared surprises in units of what was expected, and how many.
    pub(in crate::learn) noise: (f64, f64),
}

impl ArmLearner {
    /// Prior variances of an arm's own weights, one for each expert.
    pub const WIDTHS: [f64; 4] = [0.03, 0.3, 3.0, 30.0];

    /// A learner that has seen nothing, for so many numbers of context and of each arm. `level` is
    /// the reward that is expected at first: for labels between 0 and 1, both excluded.
    pub fn new(kind: RewardKind, sizes: (usize, usize), level: f64) -> Self {
        let experts = Self::WIDTHS.map(|width| Expert::new(kind, sizes, level, width)).into();
        Self { kind, arms_max: usize::MAX, experts }
    }

    /// The same, with weights of their own for the first so many arms only.
    #[must_use]
    pub fn with_arms_max(self, arms_max: usize) -> Self {
        Self { arms_max, ..self }
    }

    /// Arms with weights of their own.
    pub fn arms(&self) -> Vec<u64> {
        self.experts.first().map_or(Vec::new(), |e| e.branches.keys().copied().collect())
    }

    /// The means of the weights, of an arm's own `[1, context]` first where it has some, then of
    /// the shared `[1, context, features]`; averaged over the priors as they are believed. For
    /// amounts the expected reward is their product with what is known.
    pub fn weights(&self, arm: Option<u64>) -> Vec<f64> {
        let best = self.experts.iter().map(|e| e.evidence).fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut weights) = (0.0, Vec::new());
        for expert in &self.experts {
            let weight = libm::exp(expert.evidence - best);
            let branch = arm.and_then(|arm| expert.branches.get(&arm).copied());
            let means = expert.tree.means(Path { branch, leaf: None });
            weights.resize(means.len(), 0.0);
            weights.iter_mut().zip(means).for_each(|(sum, mean)| *sum += weight * mean);
            sum += weight;
        }
        weights.iter_mut().for_each(|weight| *weight /= sum);
        weights
    }

    /// What is expected of a chance.
    pub fn expect(&self, chance: &Chance<'_>) -> Expected {
        let best = self.experts.iter().map(|e| e.evidence).fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut reward) = (0.0, 0.0);
        let mut score = Gaussian::new(0.0, 1.0);
        for expert in &self.experts {
            let weight = libm::exp(expert.evidence - best);
            if weight < 1e-6 {
                continue;
            }
            let own = expert.score(chance);
            sum += weight;
            reward += weight * self.reward(&own);
            if weight >= 1.0 {
                score = own;
            }
        }
        Expected { reward: reward / sum, score }
    }

    fn reward(&self, score: &Gaussian) -> f64 {
        match self.kind {
            RewardKind::Label => expected_sigmoid(score.mean, score.variance),
            RewardKind::Amount { .. } => score.mean,
        }
    }

    /// Learns what a chance earned. A number that is not finite is left out.
    pub fn learn(&mut self, chance: &Chance<'_>, reward: f64) {
        self.learn_weighted(chance, reward, 1.0);
    }

    /// Learns what a chance earned that stands for so many, above 0.
    pub fn learn_weighted(&mut self, chance: &Chance<'_>, reward: f64, weight: f64) {
        let mut numbers = chance.context.iter().chain(chance.features).chain([&reward, &weight]);
        if !(weight > 0.0 && numbers.all(|x| x.is_finite())) {
            return;
        }
        for expert in &mut self.experts {
            expert.learn(self.kind, self.arms_max, chance, (reward, weight));
        }
        // An expert that has been left far behind is no longer asked, and need not learn.
        let best = self.experts.iter().map(|e| e.evidence).fold(f64::NEG_INFINITY, f64::max);
        self.experts.retain(|expert| expert.evidence > best - FORLORN);
    }
}

/// What is kept of the evidence on noise at each label: first guesses are far off.
const NOISE_KEPT: f64 = 0.998;
/// So far behind in the logarithm of its evidence, an expert is given up.
const FORLORN: f64 = 30.0;

impl Expert {
    /// One that has seen nothing, whose prior of an arm's own weights has this variance.
    pub(in crate::learn) fn new(
        kind: RewardKind,
        (context, features): (usize, usize),
        level: f64,
        width: f64,
    ) -> Self {
        let bias = match kind {
            RewardKind::Label => laplace::logit(level.clamp(1e-6, 1.0 - 1e-6)),
            RewardKind::Amount { .. } => level,
        };
        let unit = kind.unit();
        let prior = |variance: f64| Gaussian::new(0.0, variance * unit);
        let shared = (0..context + features).map(|_| prior(width.min(0.3)));
        let own = (0..context).map(|_| prior(width));
        let shape = Shape {
            root: [Gaussian::new(bias, unit)].into_iter().chain(shared).collect(),
            branch: [prior(width.min(1.0))].into_iter().chain(own).collect(),
            leaf: prior(1.0),
        };
        let keeps = Retention { root: 1.0, branch: 1.0, leaf: 1.0 };
        let tree = TreePosterior::new(shape, keeps);
        Self { width, tree, branches: BTreeMap::new(), evidence: 0.0, noise: (unit, 1.0) }
    }

    fn path(&self, arm: u64) -> Path {
        Path { branch: self.branches.get(&arm).copied(), leaf: None }
    }

    fn vector(chance: &Chance<'_>, path: Path) -> Vec<f64> {
        let own = path.branch.map(|_| [&[1.0], chance.context].concat()).unwrap_or_default();
        [&own[..], &[1.0], chance.context, chance.features].concat()
    }

    fn score(&self, chance: &Chance<'_>) -> Gaussian {
        let path = self.path(chance.arm);
        let mut score = self.tree.score(path, &Self::vector(chance, path));
        if path.branch.is_none() {
            let prior = &self.tree.shape().branch;
            let own = chance.context.iter().zip(&prior[1..]).map(|(x, w)| x * x * w.variance);
            score.variance += prior[0].variance + own.sum::<f64>();
        }
        score
    }

    fn learn(
        &mut self,
        kind: RewardKind,
        arms_max: usize,
        chance: &Chance<'_>,
        (reward, weight): (f64, f64),
    ) {
        let before = self.score(chance);
        self.evidence += weight
            * match kind {
                RewardKind::Label => {
                    let p =
                        expected_sigmoid(before.mean, before.variance).clamp(1e-12, 1.0 - 1e-12);
                    libm::log(if reward > 0.5 { p } else { 1.0 - p })
                }
                RewardKind::Amount { .. } => {
                    let variance = before.variance + self.noise();
                    let surprise = reward - before.mean;
                    -0.5 * (surprise * surprise / variance + libm::log(variance))
                }
            };
        let noise = self.noise();
        let mut path = self.path(chance.arm);
        if path.branch.is_none() && self.branches.len() < arms_max {
            let branch = self.tree.add_branch();
            self.branches.insert(chance.arm, branch);
            path.branch = Some(branch);
        }
        let vector = Self::vector(chance, path);
        self.tree.learn(path, &vector, 0.0, |score| {
            Some(match kind {
                RewardKind::Label => {
                    laplace::step(score.mean, score.variance, reward > 0.5, weight)
                }
                RewardKind::Amount { .. } => {
                    let noise = noise / weight;
                    let gradient = (reward - score.mean) / (noise + score.variance);
                    let mode = score.mean + score.variance * gradient;
                    laplace::Step { mode, gradient, curvature: 1.0 / noise }
                }
            })
        });
        if kind != RewardKind::Label {
            let surprise = reward - before.mean;
            // What the prediction itself was unsure of is not noise.
            let own = surprise * surprise * noise / (noise + before.variance);
            let kept = libm::pow(NOISE_KEPT, weight);
            self.noise = (self.noise.0 * kept + weight * own, self.noise.1 * kept + weight);
        }
    }

    fn noise(&self) -> f64 {
        (self.noise.0 / self.noise.1).max(1e-9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::laplace::sigmoid;
    use crate::sys::rng::SplitMix64;

    fn learnt(kind: RewardKind, rounds: u32, truth: impl Fn(u64, f64) -> f64) -> ArmLearner {
        let mut rng = SplitMix64::new(3);
        let mut learner = ArmLearner::new(kind, (1, 0), 0.3);
        for _ in 0..rounds {
            let (arm, x) = (rng.below(3) as u64, rng.unit() * 2.0 - 1.0);
            let wanted = truth(arm, x);
            let reward = match kind {
                RewardKind::Label => f64::from(u8::from(rng.chance(wanted))),
                RewardKind::Amount { .. } => wanted + 0.1 * rng.normal(),
            };
            learner.learn(&Chance { arm, context: &[x], features: &[] }, reward);
        }
        learner
    }

    fn expected(learner: &ArmLearner, arm: u64, x: f64) -> f64 {
        learner.expect(&Chance { arm, context: &[x], features: &[] }).reward
    }

    #[test]
    fn arms_are_told_apart_by_context() {
        let truth = |arm: u64, x: f64| sigmoid(-1.0 + [2.0, -2.0, 0.0][arm as usize] * x);
        let learner = learnt(RewardKind::Label, 6_000, truth);
        for arm in 0..3 {
            for x in [-0.8, 0.0, 0.8] {
                let (got, wanted) = (expected(&learner, arm, x), truth(arm, x));
                assert!((got - wanted).abs() < 0.05, "{arm} {x}: {got} for {wanted}");
            }
        }
        let unseen = expected(&learner, 9, 0.0);
        assert!((unseen - 0.27).abs() < 0.08, "an arm nobody saw is like the others: {unseen}");
    }

    #[test]
    fn amounts_are_learnt_with_their_noise() {
        let truth = |arm: u64, x: f64| arm as f64 * 10.0 + 3.0 * x;
        let learner = learnt(RewardKind::Amount { scale: 8.0 }, 2_000, truth);
        for arm in 0..3 {
            let got = expected(&learner, arm, 0.5);
            assert!((got - truth(arm, 0.5)).abs() < 0.1, "{arm}: {got}");
        }
        let best = learner.experts.iter().max_by(|a, b| a.evidence.total_cmp(&b.evidence));
        let noise = best.unwrap().noise();
        assert!((noise / 0.01 - 1.0).abs() < 0.5, "{noise}");
    }

    /// Rare and alike, or frequent and far apart: the prior that fits has its say.
    #[test]
    fn the_prior_that_foretells_best_is_believed() {
        let alike = learnt(RewardKind::Label, 4_000, |_, _| 0.02);
        for arm in 0..3 {
            assert!((expected(&alike, arm, 0.9) - 0.02).abs() < 0.015);
        }
        let apart = learnt(RewardKind::Label, 400, |arm, _| if arm == 1 { 0.99 } else { 0.01 });
        assert!(expected(&apart, 1, 0.0) > 0.9 && expected(&apart, 2, 0.0) < 0.1);
    }

    #[test]
    fn what_is_not_a_number_is_left_out() {
        let mut learner = learnt(RewardKind::Label, 50, |_, _| 0.5);
        let before = learner.clone();
        learner.learn(&Chance { arm: 0, context: &[f64::NAN], features: &[] }, 1.0);
        learner.learn(&Chance { arm: 0, context: &[0.1], features: &[] }, f64::INFINITY);
        assert_eq!(learner, before);
    }
}
