//! One weight: a Gaussian that learns, and forgets a little each time it is touched.

use super::laplace::Step;

/// A belief about one weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gaussian {
    /// Mean.
    pub mean: f64,
    /// Variance, above zero.
    pub variance: f64,
}

impl Gaussian {
    /// A Gaussian of this mean and variance.
    pub const fn new(mean: f64, variance: f64) -> Self {
        Self { mean, variance }
    }

    /// Folds a step of the score in; the feature had value `x`. The mean moves by `v·x·g`, the
    /// precision grows by `h·x²`.
    pub fn learn(&mut self, x: f64, step: &Step) {
        self.mean += self.variance * x * step.gradient;
        self.variance = 1.0 / (1.0 / self.variance + step.curvature * x * x);
    }

    /// Forgets toward a prior's uncertainty: `precision ← λ·precision + (1 − λ)·prior precision`.
    /// The mean stays: what was learnt is believed until something else is seen, only less firmly.
    ///
    /// As discounted linear bandits do (Russac, Vernade and Cappé, "Weighted linear bandits for
    /// non-stationary environments", 2019).
    pub fn forget(&mut self, prior: &Self, lambda: f64) {
        self.variance = 1.0 / (lambda / self.variance + (1.0 - lambda) / prior.variance);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::laplace;

    #[test]
    fn a_label_moves_the_mean_and_narrows_the_belief() {
        let mut weight = Gaussian::new(-3.0, 0.8);
        let step = laplace::step(weight.mean, weight.variance, true, 1.0);
        weight.learn(1.0, &step);
        assert!((weight.mean + 2.274_598_905_2).abs() < 1e-9);
        assert!((weight.variance - 0.749_314_382_5).abs() < 1e-9);
    }

    #[test]
    fn forgetting_widens_up_to_the_prior_and_no_further() {
        let prior = Gaussian::new(0.0, 0.25);
        let mut weight = Gaussian::new(1.0, 0.01);
        for _ in 0..10_000 {
            weight.forget(&prior, 0.995);
        }
        assert!((weight.variance - 0.25).abs() < 1e-9);
        assert!((weight.mean - 1.0).abs() < f64::EPSILON);
    }
}
