//! Best for each, or best for all? Whether personalization is worth it, by the log.
//!
//! A policy that personalizes worse than the best choice that is the same for everybody must
//! notice. Each final label compares what was earned with what the static choice (the candidate
//! most liked by all guests) would have earned, doubly robust: what the model expects of it, put
//! right where it was the one that was shown (Dudík, Langford and Li, "Doubly robust policy
//! evaluation and learning", ICML 2011):
//!
//! ```text
//! difference = y − [ q̂(static) + 1(shown = static) / p · (y − q̂(shown)) ]
//! ```
//!
//! Personalization is given up where the mean difference, discounted so that a season counts, lies
//! below zero by an interval that holds however often one looks ([`Mixture`], algorithms 9). The
//! policy then shows the static choice and explores as before; evidence fades, so that
//! personalization is given another chance.

use super::experiment::sequential::{Level, Mixture};

/// What is kept of the evidence at each label: about the last 20,000 labels count.
const KEPT: f64 = 0.999_95;
/// Labels needed before anything is concluded.
const LABELS_MIN: f64 = 1_000.0;
/// How often personalization may be given up wrongly.
const LEVEL: f64 = 0.01;
/// The mixture is sharpest for a difference of one acceptance in a hundred.
const TAU: f64 = 0.01;
/// Weights above this are left to the model (SWITCH; Wang, Agarwal and Dudík, ICML 2017): one label
/// of an offer that is shown once in a thousand times would outweigh all others.
const WEIGHT_MAX: f64 = 50.0;

/// A label, and what the static choice would have been.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Was it accepted?
    pub accepted: bool,
    /// What an acceptance of what was shown is worth, and of the static choice.
    pub worth: (f64, f64),
    /// Response propensity of what was shown by the model, before it learnt the label; and of the
    /// static choice.
    pub expected: (f64, f64),
    /// Probability with which what was shown was chosen.
    pub selection_probability: f64,
    /// Was the static choice shown?
    pub is_static: bool,
}

/// The evidence so far.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Guard {
    /// Labels, sum of differences, sum of their squares; all discounted.
    pub(super) labels: f64,
    pub(super) sum: f64,
    pub(super) squares: f64,
}

impl Guard {
    /// Learns from a label. Numbers that are not finite are left out.
    pub fn learn(&mut self, seen: &Comparison) {
        let (shown, of_static) = (seen.worth.0 * seen.expected.0, seen.worth.1 * seen.expected.1);
        let earned = if seen.accepted { seen.worth.0 } else { 0.0 };
        let weight = 1.0 / seen.selection_probability;
        let is_known = seen.is_static && weight <= WEIGHT_MAX;
        let correction = if is_known { weight * (earned - shown) } else { 0.0 };
        let difference = earned - (of_static + correction);
        if !difference.is_finite() {
            return;
        }
        self.labels = self.labels * KEPT + 1.0;
        self.sum = self.sum * KEPT + difference;
        self.squares = self.squares * KEPT + difference * difference;
    }

    /// Mean difference of what was earned and what the static choice would have earned, for each
    /// label.
    pub fn difference(&self) -> f64 {
        if self.labels > 0.0 { self.sum / self.labels } else { 0.0 }
    }

    /// Is personalization worth it, as far as is known?
    pub fn allows_personalization(&self) -> bool {
        if self.labels < LABELS_MIN {
            return true;
        }
        let mean = self.difference();
        let variance = (self.squares / self.labels - mean * mean).max(0.0);
        let error = (variance / self.labels).sqrt();
        let widest = || {
            let level = Level::new(LEVEL).ok()?;
            Some(Mixture::new(TAU).ok()?.half_width(error, level))
        };
        mean >= 0.0 || error <= 0.0 || widest().is_none_or(|width| mean + width >= 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    /// Two offers, the static choice accepted at `popular`, the other at `other`; a policy that
    /// believes in the other one and shows it nine times in ten.
    fn guard(popular: f64, other: f64, labels: u32, seed: u64) -> Guard {
        let (mut rng, mut guard) = (SplitMix64::new(seed), Guard::default());
        for _ in 0..labels {
            let is_static = rng.chance(0.1);
            let (truth, p) = if is_static { (popular, 0.1) } else { (other, 0.9) };
            // The model thinks too well of what it likes.
            let expected = if is_static { 0.05 } else { 0.2 };
            guard.learn(&Comparison {
                accepted: rng.chance(truth),
                worth: (1.0, 1.0),
                expected: (expected, 0.05),
                selection_probability: p,
                is_static,
            });
        }
        guard
    }

    #[test]
    fn personalization_that_loses_is_given_up() {
        let guard = guard(0.15, 0.05, 20_000, 1);
        assert!((guard.difference() + 0.09).abs() < 0.03, "{guard:?}");
        assert!(!guard.allows_personalization());
    }

    #[test]
    fn personalization_that_wins_or_draws_goes_on() {
        for seed in 0..20 {
            assert!(guard(0.05, 0.15, 20_000, seed).allows_personalization());
            assert!(guard(0.1, 0.1, 20_000, seed).allows_personalization(), "{seed}");
        }
    }

    #[test]
    fn a_few_labels_conclude_nothing_and_old_evidence_fades() {
        assert!(guard(0.9, 0.0, 900, 3).allows_personalization());
        let mut given_up = guard(0.15, 0.05, 20_000, 1);
        assert!(!given_up.allows_personalization());
        for _ in 0..200_000 {
            given_up.learn(&Comparison {
                accepted: false,
                worth: (1.0, 1.0),
                expected: (0.0, 0.0),
                selection_probability: 0.9,
                is_static: true,
            });
        }
        assert!(given_up.allows_personalization(), "another chance: {given_up:?}");
    }

    #[test]
    fn what_is_not_a_number_is_left_out() {
        let mut guard = guard(0.1, 0.1, 10, 1);
        let before = guard;
        let broken = Comparison {
            accepted: true,
            worth: (f64::NAN, 1.0),
            expected: (0.1, 0.1),
            selection_probability: 0.5,
            is_static: true,
        };
        guard.learn(&broken);
        guard.learn(&Comparison { worth: (1.0, 1.0), selection_probability: 0.0, ..broken });
        assert!(guard == before || guard.sum.is_finite());
    }
}
