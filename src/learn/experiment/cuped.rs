//! Less noise from what was known before: CUPED.
//!
//! What a unit was worth before the experiment cannot have been changed by it, so the part of the
//! outcome that it explains is taken out: `Y' = Y − θ(X − X̄)` with `θ = cov(X, Y) / var(X)`. Means
//! keep their difference, variance falls by the squared correlation. Deng, Xu, Kohavi, Walker,
//! "Improving the sensitivity of online controlled experiments by utilizing pre-experiment data"
//! (WSDM 2013).
//!
//! θ is pooled over the arms, from spread within arms, so that an effect of the experiment does not
//! enter it. A unit that was unknown before had spent nothing: X = 0 is a covariate as good as any
//! other that is fixed before assignment.

use serde::Serialize;

use super::moments::{Moments, PairMoments, real};

/// An adjustment, fitted to the arms that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Adjustment {
    /// θ, in units of Y per unit of X; 0 where X does not vary.
    pub theta: f64,
    /// X̄ over all arms.
    pub centre: f64,
    /// Share of the variance within arms that is taken away: the squared correlation of X and Y
    /// within arms, 0 to 1.
    pub variance_reduction: f64,
}

impl Adjustment {
    /// Fits to arms with X (before) as `x` and Y (outcome) as `y`.
    pub fn fit(arms: &[PairMoments]) -> Self {
        let within = |of: fn(&PairMoments) -> f64| {
            arms.iter().map(|arm| of(arm) * real(arm.count().saturating_sub(1))).sum::<f64>()
        };
        let xx = within(PairMoments::variance_x);
        let xy = within(PairMoments::covariance);
        let yy = within(|arm| arm.of_y().variance());
        let merged = arms.iter().fold(PairMoments::default(), |all, arm| all.merged(*arm));
        let theta = if xx > 0.0 { xy / xx } else { 0.0 };
        let explained = if yy > 0.0 { theta * xy / yy } else { 0.0 };
        let variance_reduction = explained.clamp(0.0, 1.0);
        Self { theta, centre: merged.mean_x(), variance_reduction }
    }

    /// The moments of Y' in one arm. Arms so adjusted share X̄ and θ: their difference is as if
    /// they were independent; so is their ratio, but for `lift²·θ²·var(X)/n`, n being all units.
    pub fn apply(&self, arm: &PairMoments) -> Moments {
        arm.adjusted(self.theta, self.centre)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::experiment::estimate::difference;
    use crate::sys::rng::SplitMix64;

    /// Units whose outcome is `effect + 2 + slope · before + noise`, `before` about `offset`.
    fn arm(
        rng: &mut SplitMix64,
        units: u32,
        (offset, slope, effect): (f64, f64, f64),
    ) -> PairMoments {
        let mut arm = PairMoments::default();
        for _ in 0..units {
            let before = offset + rng.normal();
            arm.add(before, effect + 2.0 + slope * before + rng.normal()).unwrap();
        }
        arm
    }

    #[test]
    fn the_formula_holds_on_three_units() {
        let mut one = PairMoments::default();
        for (x, y) in [(1.0, 2.0), (2.0, 1.0), (3.0, 6.0)] {
            one.add(x, y).unwrap();
        }
        // cov 2, var(x) 1, var(y) 7: θ = 2, Y' = Y − 2(X − 2) = 4, 1, 4; variance 3 = 7(1 − 4/7).
        let fitted = Adjustment::fit(&[one]);
        assert!((fitted.theta - 2.0).abs() < 1e-12 && (fitted.centre - 2.0).abs() < 1e-12);
        assert!((fitted.variance_reduction - 4.0 / 7.0).abs() < 1e-12);
        let adjusted = fitted.apply(&one);
        assert!((adjusted.mean() - 3.0).abs() < 1e-12 && (adjusted.variance() - 3.0).abs() < 1e-12);
    }

    /// Sxx 2 and 10, Sxy 4 and 30 within arms; between them, far apart, nothing counts.
    #[test]
    fn theta_pools_the_spread_within_arms() {
        let (mut few, mut more) = (PairMoments::default(), PairMoments::default());
        for (x, y) in [(1.0, 2.0), (2.0, 1.0), (3.0, 6.0)] {
            few.add(x, y).unwrap();
        }
        for x in [0.0, 1.0, 2.0, 3.0, 4.0] {
            more.add(x + 100.0, 3.0 * x - 500.0).unwrap();
        }
        let fitted = Adjustment::fit(&[few, more]);
        assert!((fitted.theta - 34.0 / 12.0).abs() < 1e-12, "{fitted:?}");
        assert!((fitted.centre - (3.0 * 2.0 + 5.0 * 102.0) / 8.0).abs() < 1e-12, "{fitted:?}");
    }

    /// Correlation √½ within arms: half of the variance goes, whatever the effect.
    #[test]
    fn variance_falls_by_the_squared_correlation_within_arms() {
        let mut rng = SplitMix64::new(3);
        let arms = [arm(&mut rng, 40_000, (5.0, 1.0, 3.0)), arm(&mut rng, 10_000, (5.0, 1.0, 0.0))];
        let fitted = Adjustment::fit(&arms);
        assert!((fitted.variance_reduction - 0.5).abs() < 0.015, "{fitted:?}");
        let [a, b] = arms.map(|arm| fitted.apply(&arm).estimate().unwrap());
        let adjusted = difference(a, b).unwrap();
        let [a, b] = arms.map(|arm| arm.of_y().estimate().unwrap());
        let raw = difference(a, b).unwrap();
        let kept = (adjusted.standard_error() / raw.standard_error()).powi(2);
        assert!((kept - 0.5).abs() < 0.02, "{kept}");
        assert!((adjusted.value() - 3.0).abs() < 4.0 * adjusted.standard_error(), "{adjusted:?}");
    }

    /// 400 experiments without effect: the z of the adjusted difference has variance 1, of the mean
    /// 0, four standard errors about.
    #[test]
    fn the_adjusted_difference_is_unbiased_and_its_error_true() {
        let mut rng = SplitMix64::new(4);
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..400 {
            let arms = [arm(&mut rng, 900, (1.0, 2.0, 0.0)), arm(&mut rng, 300, (1.0, 2.0, 0.0))];
            let fitted = Adjustment::fit(&arms);
            let [a, b] = arms.map(|arm| fitted.apply(&arm).estimate().unwrap());
            let z = difference(a, b).unwrap().z();
            sum += z;
            squares += z * z;
        }
        assert!((sum / 400.0).abs() < 4.0 / 20.0, "{sum}");
        assert!((squares / 400.0 - 1.0).abs() < 4.0 * (2.0_f64 / 400.0).sqrt(), "{squares}");
    }

    #[test]
    fn a_covariate_that_does_not_vary_changes_nothing() {
        let mut one = PairMoments::default();
        for y in [1.0, 2.0, 6.0] {
            one.add(0.0, y).unwrap();
        }
        let fitted = Adjustment::fit(&[one]);
        assert!(fitted.theta.abs() < 1e-15 && fitted.variance_reduction.abs() < 1e-15);
        assert_eq!(fitted.apply(&one), one.of_y());
    }
}
