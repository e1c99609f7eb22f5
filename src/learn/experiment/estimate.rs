//! What an arm's mean is, and how two arms compare: difference and ratio, with standard errors.
//!
//! Both are asymptotically normal, not exactly, and the tails that tests live on are the last to
//! become so. Arms here are small beside large ones, and what guests spend is skewed; so the forms
//! are those whose false alarms stay within the level there (tests in [`super::sequential`] and
//! [`super::guardrail`]):
//!
//! - A difference takes the larger of the two usual standard errors. Each arm's own variance
//!   (Welch) takes a small arm that happened to see no big spender for sure of it; the variance
//!   pooled within arms does not.
//! - A ratio is compared by its logarithm, by the delta method: relative errors, which do not grow
//!   with the ratio itself.

use serde::{Deserialize, Serialize};

use super::moments::real;

/// Least number of units in an arm before anything is said of its mean.
pub const UNITS_MIN: u64 = 100;
/// How many standard errors both means must be above zero for a ratio.
pub const RATIO_ERRORS_MIN: f64 = 4.0;

/// The mean of an arm's units. Mean and error are finite, the error is not below 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ArmMean {
    mean: f64,
    standard_error: f64,
    units: u64,
}

/// How much more one arm has than another, or the logarithm of how many times as much. Both
/// numbers are finite, the error is above 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Effect {
    value: f64,
    standard_error: f64,
}

/// Why nothing can be said yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TooEarly {
    /// Fewer than [`UNITS_MIN`] units.
    #[error("{units} units in an arm are too few; wait until each has {UNITS_MIN}")]
    FewUnits {
        /// Units of the arm.
        units: u64,
    },
    /// All units are equal, or too large to compute with: nothing says how sure the mean is.
    #[error("all units are equal so far; wait until they differ")]
    NoVariance,
    /// A mean may be zero, or is below: nothing can be put in proportion to it.
    #[error(
        "a mean is not {RATIO_ERRORS_MIN} standard errors above zero, so there is no lift; wait \
         for more units or read the difference"
    )]
    NearZero,
}

impl ArmMean {
    /// Of units with a mean and an unbiased variance.
    ///
    /// # Errors
    /// [`TooEarly`] where they are fewer than [`UNITS_MIN`], or a number is not finite.
    pub fn new(units: u64, mean: f64, variance: f64) -> Result<Self, TooEarly> {
        if units < UNITS_MIN {
            return Err(TooEarly::FewUnits { units });
        }
        let standard_error = (variance / real(units)).sqrt();
        let is_sound = mean.is_finite() && standard_error.is_finite();
        is_sound.then_some(Self { mean, standard_error, units }).ok_or(TooEarly::NoVariance)
    }

    /// The mean.
    pub fn mean(self) -> f64 {
        self.mean
    }

    /// Its standard error.
    pub fn standard_error(self) -> f64 {
        self.standard_error
    }

    /// Sum of squares within the arm.
    fn squares(self) -> f64 {
        self.standard_error * self.standard_error * real(self.units) * real(self.units - 1)
    }

    /// Squared relative standard error.
    fn relative(self) -> Result<f64, TooEarly> {
        if self.standard_error <= 0.0 {
            return Err(TooEarly::NoVariance);
        }
        if self.mean < RATIO_ERRORS_MIN * self.standard_error {
            return Err(TooEarly::NearZero);
        }
        let relative = self.standard_error / self.mean;
        Ok(relative * relative)
    }
}

impl Effect {
    /// `None` where a number is not finite or the error is not above 0.
    pub fn new(value: f64, standard_error: f64) -> Option<Self> {
        let is_sound = value.is_finite() && standard_error.is_finite() && standard_error > 0.0;
        is_sound.then_some(Self { value, standard_error })
    }

    /// The effect.
    pub fn value(self) -> f64 {
        self.value
    }

    /// Its standard error.
    pub fn standard_error(self) -> f64 {
        self.standard_error
    }

    /// The z statistic against zero: the test of a single look, not valid under many.
    pub fn z(self) -> f64 {
        self.value / self.standard_error
    }
}

/// `a − b` of two independent arms, its squared error the larger of `s²_a + s²_b` (Welch, "The
/// significance of the difference between two means when the population variances are unequal",
/// 1938) and `σ²(1/n_a + 1/n_b)` with σ² pooled within arms.
///
/// # Errors
/// [`TooEarly::NoVariance`] where all units of each arm are equal.
pub fn difference(a: ArmMean, b: ArmMean) -> Result<Effect, TooEarly> {
    let (units_a, units_b) = (real(a.units), real(b.units));
    let separate = libm::hypot(a.standard_error, b.standard_error);
    let pooled = (a.squares() + b.squares()) / (units_a + units_b - 2.0);
    let error = (pooled * (1.0 / units_a + 1.0 / units_b)).sqrt().max(separate);
    Effect::new(a.mean - b.mean, error).ok_or(TooEarly::NoVariance)
}

/// `ln(a / b)` of two independent arms, with variance `(s_a/a)² + (s_b/b)²` by the delta method.
/// Asymptotic. The lift `a/b − 1` is [`lift`] of it, as are the ends of its interval. Fieller,
/// "Some problems in interval estimation" (1954), shows what is lost near zero; there, none is
/// given.
///
/// # Errors
/// [`TooEarly`] where a mean is not [`RATIO_ERRORS_MIN`] errors above zero, or without an error.
pub fn log_ratio(a: ArmMean, b: ArmMean) -> Result<Effect, TooEarly> {
    let error = (a.relative()? + b.relative()?).sqrt();
    Effect::new(libm::log(a.mean / b.mean), error).ok_or(TooEarly::NoVariance)
}

/// The lift that a [`log_ratio`] stands for: `e^x − 1`.
pub fn lift(log_ratio: f64) -> f64 {
    libm::expm1(log_ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(units: u64, mean: f64, variance: f64) -> ArmMean {
        ArmMean::new(units, mean, variance).unwrap()
    }

    /// Of 400 and 400 units both forms give √(9/400 + 16/400).
    #[test]
    fn equal_arms_have_one_error() {
        let difference = difference(arm(400, 10.0, 9.0), arm(400, 4.0, 16.0)).unwrap();
        assert!((difference.value() - 6.0).abs() < 1e-12);
        assert!((difference.standard_error() - 0.25).abs() < 1e-12, "{difference:?}");
        assert!((difference.z() - 24.0).abs() < 1e-9);
    }

    #[test]
    fn a_small_arm_that_saw_nothing_is_not_sure_of_it() {
        let (large, small) = (arm(9_901, 0.01, 0.01), arm(101, 0.0, 0.0));
        let error = difference(large, small).unwrap().standard_error();
        let pooled = (0.01_f64 * 9_900.0 / 10_000.0 * (1.0 / 9_901.0 + 1.0 / 101.0)).sqrt();
        assert!((error - pooled).abs() < 1e-12, "{error}");
        // The other way around its own variance is the larger.
        let noisy = difference(arm(9_901, 0.0, 0.01), arm(101, 0.0, 1.0)).unwrap();
        let own = (0.01_f64 / 9_901.0 + 1.0 / 101.0).sqrt();
        assert!((noisy.standard_error() - own).abs() < 1e-12);
    }

    /// ln 1.2 with error √(.025² + .05²); ends of the lift by exponents.
    #[test]
    fn a_ratio_has_the_error_of_the_delta_method() {
        let ratio = log_ratio(arm(100, 12.0, 9.0), arm(100, 10.0, 25.0)).unwrap();
        assert!((ratio.value() - 0.182_321_556_793_954_6).abs() < 1e-12);
        assert!((ratio.standard_error() - 0.055_901_699_437_494_74).abs() < 1e-12, "{ratio:?}");
        assert!((lift(ratio.value()) - 0.2).abs() < 1e-12);
    }

    #[test]
    fn a_mean_that_may_be_zero_or_is_below_gives_no_ratio() {
        let sure = arm(100, 1.0, 1.0);
        for near in [arm(100, 0.39, 1.0), arm(100, -10.0, 1.0)] {
            assert_eq!(log_ratio(sure, near), Err(TooEarly::NearZero), "{near:?}");
            assert_eq!(log_ratio(near, sure), Err(TooEarly::NearZero), "{near:?}");
        }
        assert!(log_ratio(sure, arm(100, 0.41, 1.0)).is_ok());
    }

    #[test]
    fn what_says_nothing_is_refused() {
        assert_eq!(ArmMean::new(99, 1.0, 1.0), Err(TooEarly::FewUnits { units: 99 }));
        assert_eq!(ArmMean::new(100, f64::NAN, 1.0), Err(TooEarly::NoVariance));
        assert_eq!(ArmMean::new(100, 1.0, f64::INFINITY), Err(TooEarly::NoVariance));
        let equal = arm(100, 1.0, 0.0);
        assert_eq!(difference(equal, equal), Err(TooEarly::NoVariance));
        assert_eq!(log_ratio(equal, arm(100, 1.0, 1.0)), Err(TooEarly::NoVariance));
        for (value, error) in [(f64::NAN, 1.0), (1.0, 0.0), (1.0, f64::NAN), (1.0, f64::INFINITY)] {
            assert_eq!(Effect::new(value, error), None);
        }
    }
}
