//! What one answer teaches about log-odds that many unknowns add up to.
//!
//! Assumed density filtering (Opper, "A Bayesian approach to on-line learning", 1998): each
//! Gaussian moves by the derivatives of the log-evidence of the answer. With the evidence as
//! `MacKay` (1992) approximates it, `p = σ(κμ)`, `κ = 1/√(1 + πs²/8)` for log-odds N(μ, s²), these
//! are
//!
//! ```text
//! ∂ ln Z / ∂μ = κ(y − p)          −∂² ln Z / ∂μ² = κ²·p(1 − p)
//! m ← m + v·κ(y − p)              v ← v − v²·κ²·p(1 − p)
//! ```
//!
//! What is learnt is then at rest where predictions are right on average. A Laplace step
//! ([`crate::learn::laplace::step`]) rests where `σ` at the *modes after* the answers is, which for
//! wide beliefs and small rates lies elsewhere: guests differ by more than a unit of log-odds.

use crate::learn::evidence::Evidence;
use crate::learn::gaussian::Gaussian;
use crate::learn::laplace::{Step, sigmoid};

/// An answer, ready to be learnt by each of the Gaussians whose sum it is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update {
    gradient: f64,
    curvature: f64,
    weight: f64,
}

impl Update {
    /// Of an answer to a contact with these log-odds: mean and variance of the sum. `None` where
    /// the weight is not above zero or something is not a number.
    pub fn of(log_odds: Gaussian, evidence: Evidence) -> Option<Self> {
        let Gaussian { mean, variance } = log_odds;
        let is_sound = mean.is_finite()
            && variance.is_finite()
            && variance >= 0.0
            && evidence.weight.is_finite()
            && evidence.weight > 0.0;
        if !is_sound {
            return None;
        }
        let scale = 1.0 / (1.0 + std::f64::consts::PI * variance / 8.0).sqrt();
        let (p, q) = (sigmoid(scale * mean), sigmoid(-scale * mean));
        let residual = if evidence.label { q } else { -p };
        Some(Self {
            gradient: scale * residual,
            curvature: scale * scale * p * q,
            weight: evidence.weight,
        })
    }

    /// Teaches one of the Gaussians. An answer of weight 1 takes `v²κ²p(1 − p)` off its variance;
    /// of another weight, as much precision for each unit.
    pub fn teach(&self, unknown: &mut Gaussian) {
        let curvature = self.curvature / (1.0 - unknown.variance * self.curvature);
        let step = Step {
            mode: unknown.mean,
            gradient: self.weight * self.gradient,
            curvature: self.weight * curvature,
        };
        unknown.learn(1.0, &step);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::learn::laplace::{self, expected_sigmoid, logit};
    use crate::sys::rng::SplitMix64;

    const YES: Evidence = Evidence { label: true, weight: 1.0 };

    #[test]
    fn it_moves_by_the_derivatives_of_the_log_evidence() {
        let (mean, variance, h) = (-2.0, 1.3, 1e-4);
        let log_evidence = |m: f64| libm::log(expected_sigmoid(m, variance));
        let slope = (log_evidence(mean + h) - log_evidence(mean - h)) / (2.0 * h);
        let bend =
            (log_evidence(mean + h) - 2.0 * log_evidence(mean) + log_evidence(mean - h)) / (h * h);
        let mut unknown = Gaussian::new(0.3, 0.5);
        Update::of(Gaussian::new(mean, variance), YES).unwrap().teach(&mut unknown);
        assert!((unknown.mean - (0.3 + 0.5 * slope)).abs() < 1e-7);
        assert!((unknown.variance - (0.5 + 0.25 * bend)).abs() < 1e-5);
    }

    /// Guests differ by 1.3 in squared log-odds and are each met once; a tenth of them answer.
    #[test]
    fn what_is_learnt_of_strangers_predicts_them_right_where_a_laplace_step_does_not() {
        let strangers = Gaussian::new(0.0, 1.3);
        let learnt = |is_laplace: bool| {
            let (mut level, mut rng) = (Gaussian::new(logit(0.1), 0.5), SplitMix64::new(9));
            for _ in 0..20_000 {
                let evidence = Evidence { label: rng.chance(0.1), weight: 1.0 };
                let sum = Gaussian::new(level.mean, level.variance + strangers.variance);
                if is_laplace {
                    level.learn(1.0, &laplace::step(sum.mean, sum.variance, evidence.label, 1.0));
                } else {
                    Update::of(sum, evidence).unwrap().teach(&mut level);
                }
            }
            expected_sigmoid(level.mean, level.variance + strangers.variance)
        };
        let (ours, laplace) = (learnt(false), learnt(true));
        assert!((ours - 0.1).abs() < 0.006, "{ours}");
        assert!((laplace - 0.1).abs() > 2.0 * (ours - 0.1).abs() + 0.01, "{laplace}");
    }

    #[test]
    fn what_is_no_number_teaches_nothing() {
        assert_eq!(Update::of(Gaussian::new(f64::NAN, 1.0), YES), None);
        assert_eq!(Update::of(Gaussian::new(0.0, -1.0), YES), None);
        assert_eq!(Update::of(Gaussian::new(0.0, 1.0), Evidence { weight: 0.0, ..YES }), None);
    }

    proptest! {
        #[test]
        fn variances_shrink_and_stay_above_zero(
            mean in -50.0_f64..50.0, own in 1e-6_f64..4.0, others in 0.0_f64..100.0,
            label: bool, weight in 0.01_f64..8.0,
        ) {
            let mut unknown = Gaussian::new(0.0, own);
            let sum = Gaussian::new(mean, own + others);
            Update::of(sum, Evidence { label, weight }).unwrap().teach(&mut unknown);
            prop_assert!(unknown.variance > 0.0 && unknown.variance <= own);
            let is_toward = if label { unknown.mean >= 0.0 } else { unknown.mean <= 0.0 };
            prop_assert!(is_toward);
        }
    }
}
