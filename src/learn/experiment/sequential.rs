//! Is there a difference, whenever one looks? The mixture sequential probability ratio test.
//!
//! A p-value and an interval that hold however often they are looked at and whenever one stops:
//! the chance that the interval ever leaves the truth out, at any look, is at most the level.
//! Robbins, "Statistical methods related to the law of the iterated logarithm" (1970); Johari,
//! Koomen, Pekelis, Walsh, "Always valid inference: continuous monitoring of A/B tests" (Operations
//! Research 2022).
//!
//! With estimate θ̂ of squared standard error s² and effects mixed over N(0, τ²),
//! `Λ = √(s²/(s² + τ²)) · exp(τ²θ̂² / (2s²(s² + τ²)))`. For n pairs of variance V this is Johari's
//! form, s² = V/n; arms of unequal size enter by their own s². Variances are estimated, so all this
//! is asymptotic in the units of the smaller arm (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas,
//! "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics
//! 2024), and nothing is said of fewer than [`UNITS_MIN`](super::estimate::UNITS_MIN).
//!
//! **A unit must enter once, complete**: a guest when the window in which outcomes count is closed,
//! not anew with each decision. An estimate whose old units change is not such a sequence.
//!
//! **The choice of τ** is made before any data and kept. Validity holds for every τ; only width
//! depends on it: best about the size of the effect that is expected ([`Mixture::new`]), or such
//! that the interval is narrowest at the size the test is planned for ([`Mixture::tightest_at`]).
//! When in doubt, larger: ten times too large widens the narrowest interval by 18 %, ten times too
//! small makes it three times as wide (at a level of 5 %).

use serde::{Deserialize, Serialize};

use super::distribution::normal_quantile;
use super::estimate::{Effect, lift};

/// Rounds of the fixed point in [`Mixture::tightest_at`]; at a level of 5 % each leaves a seventh
/// of the error or less.
const ROUNDS: u32 = 40;

/// A setting of a test that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SequentialError {
    /// The mixing deviation.
    #[error("tau: is {0}; give the size of the effect that is expected, above 0")]
    Tau(f64),
    /// The level.
    #[error("level: is {0}; give the accepted rate of false alarms, above 0 and below 1")]
    Level(f64),
    /// The tolerance of a guardrail.
    #[error("tolerance: is {0}; give the harm that is accepted, 0 or above")]
    Tolerance(f64),
    /// A standard error.
    #[error("standard_error: is {0}; give the one planned for, above 0")]
    StandardError(f64),
}

/// The accepted rate of false alarms α, above 0 and below 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Level(f64);

impl Level {
    /// One in twenty.
    pub const FIVE_PERCENT: Self = Self(0.05);

    /// Checks a level.
    ///
    /// # Errors
    /// [`SequentialError::Level`] where it is not above 0 and below 1.
    pub fn new(level: f64) -> Result<Self, SequentialError> {
        let is_level = level > 0.0 && level < 1.0;
        is_level.then_some(Self(level)).ok_or(SequentialError::Level(level))
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Level {
    type Error = SequentialError;

    fn try_from(level: f64) -> Result<Self, SequentialError> {
        Self::new(level)
    }
}

impl From<Level> for f64 {
    fn from(level: Level) -> Self {
        level.0
    }
}

/// Both ends of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// The interval of the lift, this being that of a [`log_ratio`](super::estimate::log_ratio).
    #[must_use]
    pub fn of_lift(self) -> Self {
        Self { low: lift(self.low), high: lift(self.high) }
    }

    /// Whether the value lies within, ends included.
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// The mixing distribution N(0, τ²) over the effects that are thought possible.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Mixture {
    tau: f64,
}

impl Mixture {
    /// With τ the size of the effect that is expected, in the units of the estimate: 0.002 for a
    /// difference of rates of two in a thousand; 0.05 for a logarithm of a ratio and a lift of 5 %.
    ///
    /// # Errors
    /// [`SequentialError::Tau`] where τ or its square is not finite and above 0.
    pub fn new(tau: f64) -> Result<Self, SequentialError> {
        let is_usable = tau > 0.0 && (tau * tau).is_normal();
        is_usable.then_some(Self { tau }).ok_or(SequentialError::Tau(tau))
    }

    /// With the τ whose interval is narrowest where the standard error is `standard_error`: the
    /// root of `u = ln(1 + u) + 2 ln(1/α)` with `u = τ²/s²`, about 2.9 s at a level of 5 %. After
    /// Waudby-Smith et al. (2024), who give `u ≈ 2 ln(1/α) + ln(1 + 2 ln(1/α))`.
    ///
    /// # Errors
    /// [`SequentialError::StandardError`] where it or its square is not finite and above 0.
    pub fn tightest_at(standard_error: f64, level: Level) -> Result<Self, SequentialError> {
        let twice = -2.0 * libm::log(level.get());
        let mut u = twice;
        for _ in 0..ROUNDS {
            u = libm::log1p(u) + twice;
        }
        Self::new(standard_error * u.sqrt())
            .map_err(|_| SequentialError::StandardError(standard_error))
    }

    /// τ.
    pub fn tau(self) -> f64 {
        self.tau
    }

    /// ln Λ against an effect of 0: the evidence so far, in nats.
    pub fn log_likelihood_ratio(self, effect: Effect) -> f64 {
        let u = self.information(effect.standard_error());
        let z = effect.z();
        0.5 * (z * z / (1.0 + 1.0 / u) - libm::log1p(u))
    }

    /// The p-value of this look alone, valid at any look: `min(1, 1/Λ)`.
    pub fn p_value(self, effect: Effect) -> f64 {
        libm::exp(-self.log_likelihood_ratio(effect)).min(1.0)
    }

    /// Half the width of the interval at a standard error:
    /// `√(2s²(s² + τ²)/τ² · ln(√((s² + τ²)/s²)/α))`.
    pub fn half_width(self, standard_error: f64, level: Level) -> f64 {
        let u = self.information(standard_error);
        let room = libm::log1p(u) - 2.0 * libm::log(level.get());
        standard_error * ((1.0 + 1.0 / u) * room).sqrt()
    }

    /// The interval of this look, valid at any look.
    pub fn interval(self, effect: Effect, level: Level) -> Interval {
        let half = self.half_width(effect.standard_error(), level);
        Interval { low: effect.value() - half, high: effect.value() + half }
    }

    /// The least effect that is found with probability `power` (0.8) by the time the standard error
    /// is `standard_error`; looks before that only add to it. What the price of looking at any time
    /// is, beside [`crate::learn::experiment::power`].
    pub fn detectable_effect(self, standard_error: f64, level: Level, power: f64) -> f64 {
        self.half_width(standard_error, level) + normal_quantile(power) * standard_error
    }

    /// τ²/s², kept where it can be computed with.
    pub(super) fn information(self, standard_error: f64) -> f64 {
        let ratio = self.tau / standard_error;
        (ratio * ratio).clamp(1e-200, 1e200)
    }
}

impl TryFrom<f64> for Mixture {
    type Error = SequentialError;

    fn try_from(tau: f64) -> Result<Self, SequentialError> {
        Self::new(tau)
    }
}

impl From<Mixture> for f64 {
    fn from(mixture: Mixture) -> Self {
        mixture.tau
    }
}

/// A test under way: what may be kept between looks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SequentialTest {
    mixture: Mixture,
    level: Level,
    p_value: f64,
}

/// What one look says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Look {
    /// The always-valid p-value: the least of all looks so far.
    pub p_value: f64,
    /// The always-valid interval of the effect at this look.
    pub interval: Interval,
    /// The p-value is at most the level: the effect is other than 0.
    pub is_significant: bool,
}

impl SequentialTest {
    /// A test that has seen nothing.
    pub fn new(mixture: Mixture, level: Level) -> Self {
        Self { mixture, level, p_value: 1.0 }
    }

    /// Looks at the effect: a [`difference`](super::estimate::difference) or a
    /// [`log_ratio`](super::estimate::log_ratio), for whose lift there is
    /// [`Interval::of_lift`].
    pub fn look(&mut self, effect: Effect) -> Look {
        self.p_value = self.p_value.min(self.mixture.p_value(effect));
        Look {
            p_value: self.p_value,
            interval: self.mixture.interval(effect, self.level),
            is_significant: self.p_value <= self.level.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sys::rng::SplitMix64;

    fn mixture(tau: f64) -> Mixture {
        Mixture::new(tau).unwrap()
    }

    /// The estimate of n pairs whose difference has variance V.
    fn pairs(n: f64, v: f64, difference: f64) -> Effect {
        Effect::new(difference, (v / n).sqrt()).unwrap()
    }

    #[test]
    fn it_gives_the_published_values() {
        let mixture = mixture(0.01);
        let lambda = |n, theta| libm::exp(mixture.log_likelihood_ratio(pairs(n, 0.1, theta)));
        assert!((lambda(1_000.0, 0.02) - 1.922_115_51).abs() < 5e-9);
        assert!((lambda(10_000.0, 0.02) / 23_744_715.19 - 1.0).abs() < 5e-10);
        assert!((lambda(1_000.0, 0.0) - 0.5_f64.sqrt()).abs() < 5e-9);
        let p = mixture.p_value(pairs(1_000.0, 0.1, 0.02));
        assert!((p - 0.520_260_10).abs() < 5e-9, "{p}");
        assert!((mixture.p_value(pairs(1_000.0, 0.1, 0.0)) - 1.0).abs() < 1e-15);
        let half = mixture.half_width((0.1_f64 / 10_000.0).sqrt(), Level::FIVE_PERCENT);
        assert!((half - 0.009_606_40).abs() < 5e-9, "{half}");
    }

    #[test]
    fn the_p_value_never_rises_again() {
        let mut test = SequentialTest::new(mixture(0.01), Level::FIVE_PERCENT);
        let first = test.look(pairs(10_000.0, 0.1, 0.02));
        assert!(first.is_significant && first.p_value < 1e-7);
        assert!(!first.interval.contains(0.0) && first.interval.contains(0.02));
        let second = test.look(pairs(10_001.0, 0.1, 0.0));
        assert!(second.is_significant && second.interval.contains(0.0));
        assert_eq!(second.p_value.to_bits(), first.p_value.to_bits());
    }

    /// τ at its best by search in Python: 2.8657 s, an interval of ±3.0351 s; ten times as large
    /// and a tenth as large.
    #[test]
    fn the_tightest_tau_is_that_of_a_search() {
        let level = Level::FIVE_PERCENT;
        let tightest = Mixture::tightest_at(0.01, level).unwrap();
        assert!((tightest.tau() - 0.028_656_531_649_989_2).abs() < 1e-12, "{tightest:?}");
        let half = |factor: f64| mixture(factor * tightest.tau()).half_width(0.01, level);
        assert!((half(1.0) - 0.030_351_224_130_3).abs() < 1e-12);
        assert!((half(10.0) / half(1.0) - 1.175).abs() < 1e-3);
        assert!((half(0.1) / half(1.0) - 2.947).abs() < 1e-3);
    }

    #[test]
    fn the_detectable_effect_is_found_as_often_as_it_says() {
        let (mixture, level) = (mixture(0.05), Level::FIVE_PERCENT);
        let effect = mixture.detectable_effect(0.02, level, 0.8);
        let mut rng = SplitMix64::new(1);
        let found = (0..10_000)
            .filter(|_| {
                let seen = Effect::new(effect + 0.02 * rng.normal(), 0.02).unwrap();
                mixture.interval(seen, level).low > 0.0
            })
            .count();
        assert!(found.abs_diff(8_000) < 160, "{found}");
    }

    #[test]
    fn settings_that_cannot_be_used_are_named() {
        assert!(Mixture::new(0.0).unwrap_err().to_string().starts_with("tau: is 0;"));
        assert!(Mixture::new(f64::NAN).is_err() && Mixture::new(1e-200).is_err());
        assert!(Level::new(1.0).unwrap_err().to_string().starts_with("level: is 1;"));
        let refused = Mixture::tightest_at(0.0, Level::FIVE_PERCENT).unwrap_err();
        assert!(refused.to_string().starts_with("standard_error: is 0;"));
        assert!(serde_json::from_str::<Level>("0").is_err());
        assert!(serde_json::from_str::<Mixture>("-1").is_err());
    }

    #[test]
    fn a_test_under_way_can_be_kept() {
        let mut test = SequentialTest::new(mixture(0.01), Level::FIVE_PERCENT);
        test.look(pairs(1_000.0, 0.1, 0.02));
        let kept = serde_json::to_string(&test).unwrap();
        assert_eq!(serde_json::from_str::<SequentialTest>(&kept).unwrap(), test);
    }

    proptest! {
        /// The interval is made of the effects that the p-value does not exclude.
        #[test]
        fn interval_and_p_value_agree(
            tau in 1e-6_f64..1e6,
            value in -1e3_f64..1e3,
            error in 1e-9_f64..1e9,
            level in 1e-6_f64..0.5,
        ) {
            let (mixture, level) = (mixture(tau), Level::new(level).unwrap());
            let effect = Effect::new(value, error).unwrap();
            let half = mixture.half_width(error, level);
            prop_assert!(half > 0.0);
            let p = mixture.p_value(effect);
            prop_assert!((0.0..=1.0).contains(&p));
            prop_assume!((half / value.abs() - 1.0).abs() > 1e-9);
            prop_assert_eq!(p <= level.get(), !mixture.interval(effect, level).contains(0.0));
        }
    }
}
