//! Means, variances and covariances of one stream or many, one unit at a time.
//!
//! Welford, "Note on a method for calculating corrected sums of squares and products" (1962);
//! merged after Chan, Golub and `LeVeque`, "Updating formulae and a pairwise algorithm for
//! computing sample variances" (1979). Shards merged in any grouping agree with one pass, short of
//! rounding.

use serde::{Deserialize, Serialize};

use super::estimate::{ArmMean, TooEarly};

/// An observation that is not a finite number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: is not a finite number; leave the unit out or mend its source")]
pub struct NotFinite {
    /// What was observed.
    pub field: &'static str,
}

/// Count, mean and spread of one quantity per unit.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Moments {
    count: u64,
    mean: f64,
    /// Sum of squared deviations from the mean.
    squares: f64,
}

impl Moments {
    /// Takes one unit in.
    ///
    /// # Errors
    /// Where the value is not finite; nothing is changed then.
    pub fn add(&mut self, value: f64) -> Result<(), NotFinite> {
        if !value.is_finite() {
            return Err(NotFinite { field: "value" });
        }
        self.count += 1;
        let from_old = value - self.mean;
        self.mean += from_old / real(self.count);
        self.squares += from_old * (value - self.mean);
        Ok(())
    }

    /// The moments of both streams together.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        let joined = PairMoments::from(self).merged(other.into());
        Self { count: joined.count, mean: joined.y, squares: joined.yy }
    }

    /// Units taken in.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Mean per unit; 0 for none.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Unbiased variance of a unit; 0 below two units.
    pub fn variance(&self) -> f64 {
        per_freedom(self.squares, self.count)
    }

    /// The mean with its standard error.
    ///
    /// # Errors
    /// [`TooEarly`] where there are too few units.
    pub fn estimate(&self) -> Result<ArmMean, TooEarly> {
        ArmMean::new(self.count, self.mean, self.variance())
    }

    pub(super) fn from_parts(count: u64, mean: f64, squares: f64) -> Self {
        Self { count, mean, squares }
    }
}

/// Count, means, spreads and joint spread of two quantities per unit: `x` is what is divided by or
/// adjusted for (decisions; value before the experiment), `y` what is asked about (accepted
/// decisions; value).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct PairMoments {
    count: u64,
    x: f64,
    y: f64,
    /// Sums of squared deviations and of their products.
    xx: f64,
    xy: f64,
    yy: f64,
}

impl PairMoments {
    /// Takes one unit in.
    ///
    /// # Errors
    /// Where a value is not finite; nothing is changed then.
    pub fn add(&mut self, x: f64, y: f64) -> Result<(), NotFinite> {
        if !x.is_finite() {
            return Err(NotFinite { field: "x" });
        }
        if !y.is_finite() {
            return Err(NotFinite { field: "y" });
        }
        self.count += 1;
        let n = real(self.count);
        let (from_x, from_y) = (x - self.x, y - self.y);
        self.x += from_x / n;
        self.y += from_y / n;
        self.xx += from_x * (x - self.x);
        self.xy += from_x * (y - self.y);
        self.yy += from_y * (y - self.y);
        Ok(())
    }

    /// The moments of both streams together.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        if other.count == 0 {
            return self;
        }
        let count = self.count + other.count;
        let share = real(other.count) / real(count);
        let (by_x, by_y) = (other.x - self.x, other.y - self.y);
        let weight = real(self.count) * share;
        Self {
            count,
            x: self.x + by_x * share,
            y: self.y + by_y * share,
            xx: self.xx + other.xx + by_x * by_x * weight,
            xy: self.xy + other.xy + by_x * by_y * weight,
            yy: self.yy + other.yy + by_y * by_y * weight,
        }
    }

    /// Units taken in.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Mean of `x` per unit.
    pub fn mean_x(&self) -> f64 {
        self.x
    }

    /// Mean of `y` per unit.
    pub fn mean_y(&self) -> f64 {
        self.y
    }

    /// Unbiased variance of `x`; 0 below two units.
    pub fn variance_x(&self) -> f64 {
        per_freedom(self.xx, self.count)
    }

    /// Unbiased covariance; 0 below two units.
    pub fn covariance(&self) -> f64 {
        per_freedom(self.xy, self.count)
    }

    /// The moments of `y` alone.
    pub fn of_y(&self) -> Moments {
        Moments::from_parts(self.count, self.y, self.yy)
    }

    /// The moments of `y − factor · (x − centre)`.
    pub fn adjusted(&self, factor: f64, centre: f64) -> Moments {
        let squares = self.yy - 2.0 * factor * self.xy + factor * factor * self.xx;
        Moments::from_parts(self.count, self.y - factor * (self.x - centre), squares.max(0.0))
    }

    /// `Σy / Σx` with its standard error by the delta method, units being independent of one
    /// another and not the parts of a unit: `var = var(y − r·x) / (n · mean(x)²)`. Asymptotic.
    /// Deng, Knoblich and Lu, "Applying the delta method in metric analytics" (KDD 2018).
    ///
    /// # Errors
    /// [`TooEarly`] where there are too few units, or `Σx` is 0.
    pub fn ratio_estimate(&self) -> Result<ArmMean, TooEarly> {
        let ratio = self.y / self.x;
        let residual = self.adjusted(ratio, 0.0).variance();
        ArmMean::new(self.count, ratio, residual / (self.x * self.x))
    }
}

/// One quantity as the `y` of a pair whose `x` is always 0.
impl From<Moments> for PairMoments {
    fn from(one: Moments) -> Self {
        Self { count: one.count, y: one.mean, yy: one.squares, ..Self::default() }
    }
}

fn per_freedom(sum: f64, count: u64) -> f64 {
    if count < 2 { 0.0 } else { sum / real(count - 1) }
}

/// A count as a number to compute with.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moments(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        for value in values {
            moments.add(*value).unwrap();
        }
        moments
    }

    fn pairs(values: &[(f64, f64)]) -> PairMoments {
        let mut pairs = PairMoments::default();
        for (x, y) in values {
            pairs.add(*x, *y).unwrap();
        }
        pairs
    }

    #[test]
    fn moments_are_those_of_the_textbook() {
        let moments = moments(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(moments.count(), 8);
        assert!((moments.mean() - 5.0).abs() < 1e-12);
        assert!((moments.variance() - 32.0 / 7.0).abs() < 1e-12);
        let pairs = pairs(&[(1.0, 2.0), (2.0, 1.0), (3.0, 6.0)]);
        assert!((pairs.covariance() - 2.0).abs() < 1e-12);
        assert!((pairs.variance_x() - 1.0).abs() < 1e-12);
        assert!((pairs.of_y().variance() - 7.0).abs() < 1e-12);
    }

    /// The textbook formula Σx² − n·x̄² loses every digit here.
    #[test]
    fn a_large_offset_costs_no_digits() {
        let moments = moments(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]);
        assert!((moments.variance() - 30.0).abs() < 1e-9, "{}", moments.variance());
    }

    #[test]
    fn what_is_not_a_number_is_refused_and_changes_nothing() {
        let mut one = moments(&[1.0, 2.0]);
        assert!(one.add(f64::NAN).is_err() && one.add(f64::INFINITY).is_err());
        assert_eq!(one, moments(&[1.0, 2.0]));
        let mut pair = pairs(&[(1.0, 2.0)]);
        assert_eq!(pair.add(0.0, f64::NAN).unwrap_err().field, "y");
        assert_eq!(pair.add(f64::NAN, 0.0).unwrap_err().field, "x");
        assert_eq!(pair, pairs(&[(1.0, 2.0)]));
    }

    #[test]
    fn few_or_idle_units_give_no_estimate() {
        let few = moments(&[1.0; 99]);
        assert_eq!(few.estimate(), Err(TooEarly::FewUnits { units: 99 }));
        let idle = pairs(&[(0.0, 0.0); 100]);
        assert_eq!(idle.ratio_estimate(), Err(TooEarly::NoVariance));
    }

    /// 100 units, half with 1 decision of which it accepts 0, half with 3 of which it accepts 2:
    /// r = ½; residuals −½ and ½; s.e. = √(25/99 / 100) / 2.
    #[test]
    fn the_error_of_a_rate_is_over_units() {
        let mut units = vec![(1.0, 0.0); 50];
        units.extend([(3.0, 2.0); 50]);
        let rate = pairs(&units).ratio_estimate().unwrap();
        assert!((rate.mean() - 0.5).abs() < 1e-12);
        let expected = (25.0_f64 / 99.0 / 100.0).sqrt() / 2.0;
        assert!((rate.standard_error() - expected).abs() < 1e-12, "{rate:?}");
    }

    proptest! {
        #[test]
        fn merged_shards_agree_with_one_pass(
            values in prop::collection::vec((-1e3_f64..1e3, -1e3_f64..1e3), 0..200),
            cuts in (0.0_f64..1.0, 0.0_f64..1.0),
        ) {
            let at = |cut: f64| (cut * real(values.len() as u64)) as usize;
            let (low, high) = (at(cuts.0.min(cuts.1)), at(cuts.0.max(cuts.1)));
            let shards = [&values[..low], &values[low..high], &values[high..]].map(pairs);
            let whole = pairs(&values);
            let left = shards[0].merged(shards[1]).merged(shards[2]);
            let right = shards[0].merged(shards[1].merged(shards[2]));
            let ys: Vec<f64> = values.iter().map(|(_, y)| *y).collect();
            let one = moments(&ys[..high]).merged(moments(&ys[high..]));
            for merged in [left, right] {
                prop_assert_eq!(merged.count, whole.count);
                for (merged, whole) in [
                    (merged.x, whole.x), (merged.y, whole.y),
                    (merged.xx, whole.xx), (merged.xy, whole.xy), (merged.yy, whole.yy),
                    (one.mean, whole.y), (one.squares, whole.yy),
                ] {
                    let tolerance = 1e-6 + 1e-12 * whole.abs();
                    prop_assert!((merged - whole).abs() <= tolerance, "{merged} for {whole}");
                }
            }
        }
    }
}
