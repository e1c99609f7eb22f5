//! How many units does a test need, and what can it find? Normal approximation.
//!
//! Two arms, `n_A = ratio · n_B`, for a test looked at once, at its end. With rates p and effect ε,
//! `n_B = (z_α + z_β)² · (p_A(1 − p_A)/ratio + p_B(1 − p_B)) / (ε − m)²`; z at α/2 for "is there a
//! difference" (m = 0), at α for "no worse than by the margin" (m below 0). Chow, Shao, Wang,
//! "Sample size calculations in clinical research" (2nd edition 2008), section 4.2. For a mean, the
//! variances take the place of p(1 − p).
//!
//! Looking at any time costs more: [`super::sequential::Mixture::detectable_effect`].

use super::distribution::{normal_quantile, normal_survival};
use super::sequential::Level;

/// What is to be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Claim {
    /// A difference, to either side.
    Difference,
    /// That the arm is worse by less than this, in the units of the metric, above 0.
    NonInferiority {
        /// The margin.
        margin: f64,
    },
}

/// A plan that cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PowerError {
    /// A rate outside of 0 to 1.
    #[error("{field}: is {rate}; give a rate above 0 and below 1")]
    Rate {
        /// Which one.
        field: &'static str,
        /// What was given.
        rate: f64,
    },
    /// A power outside of 0 to 1.
    #[error("power: is {0}; give how surely the effect is to be found, above 0 and below 1")]
    Power(f64),
    /// A ratio of sizes.
    #[error("ratio: is {0}; give units of the arm per unit of the control, above 0")]
    Ratio(f64),
    /// A margin.
    #[error("margin: is {0}; give the loss that is accepted, above 0")]
    Margin(f64),
    /// No number of units shows this.
    #[error("effect: is {0}, not better than what is to be ruled out; no number of units shows it")]
    Effect(f64),
    /// No effect can be found.
    #[error("units: {0} in the control are too few to find any effect; plan for more")]
    Units(u64),
}

/// A test of two arms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestPlan {
    /// What is to be shown.
    pub claim: Claim,
    /// Rate of false alarms.
    pub level: Level,
    /// P(it is shown | it is so), usually 0.8.
    pub power: f64,
    /// Units of the arm per unit of the control.
    pub ratio: f64,
}

impl TestPlan {
    /// Units of the control (the arm: `ratio` times that) that show the claim for rates `arm` and
    /// `control`, rounded up.
    ///
    /// # Errors
    /// [`PowerError`] naming the number that is out of bounds.
    pub fn units_for_rates(&self, arm: f64, control: f64) -> Result<u64, PowerError> {
        let variances = (binary_variance("arm", arm)?, binary_variance("control", control)?);
        self.units(arm - control, variances)
    }

    /// Units of the control that show the claim for an effect `arm − control` of means whose units
    /// have these variances, arm first.
    ///
    /// # Errors
    /// [`PowerError`] naming the number that is out of bounds.
    pub fn units(&self, effect: f64, variances: (f64, f64)) -> Result<u64, PowerError> {
        let z = self.z()?;
        let distance = self.distance(effect)?;
        let units = z * z * (variances.0 / self.ratio + variances.1) / (distance * distance);
        if !units.is_finite() {
            return Err(PowerError::Effect(effect));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "non-negative, saturating"
        )]
        Ok(units.ceil() as u64)
    }

    /// P(the claim is shown) for rates `arm` and `control` with so many units in the control.
    ///
    /// # Errors
    /// [`PowerError`] naming the number that is out of bounds.
    pub fn power_for_rates(&self, units: u64, arm: f64, control: f64) -> Result<f64, PowerError> {
        let variances = (binary_variance("arm", arm)?, binary_variance("control", control)?);
        self.z()?;
        let distance = self.distance(arm - control)?;
        if units == 0 {
            return Err(PowerError::Units(units));
        }
        let error = self.standard_error(units, variances);
        Ok(normal_survival(self.critical() - distance / error))
    }

    /// The least rise of a rate over `control` that is found with so many units in the control: the
    /// one for which [`Self::units_for_rates`] gives `units`, by bisection. For non-inferiority the
    /// least true effect, below 0 where the margin has room.
    ///
    /// # Errors [`PowerError`] naming the number that is out of bounds, or [`PowerError::Units`]
    /// where even a rate of 1 would not be found.
    pub fn detectable_rise(&self, units: u64, control: f64) -> Result<f64, PowerError> {
        let base = binary_variance("control", control)?;
        let z = self.z()?;
        let missing = |arm: f64| {
            let error = self.standard_error(units, (arm * (1.0 - arm), base));
            z * error - (arm - control + self.margin())
        };
        let (mut low, mut high) = ((control - self.margin()).max(0.0), 1.0);
        if missing(high) > 0.0 || units == 0 {
            return Err(PowerError::Units(units));
        }
        loop {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                return Ok(high - control);
            }
            if missing(middle) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
    }

    fn margin(&self) -> f64 {
        match self.claim {
            Claim::Difference => 0.0,
            Claim::NonInferiority { margin } => margin,
        }
    }

    /// How far the effect is from what is to be ruled out.
    fn distance(&self, effect: f64) -> Result<f64, PowerError> {
        let distance = match self.claim {
            Claim::Difference => effect.abs(),
            Claim::NonInferiority { margin } => effect + margin,
        };
        if distance > 0.0 { Ok(distance) } else { Err(PowerError::Effect(effect)) }
    }

    fn critical(&self) -> f64 {
        let tail = match self.claim {
            Claim::Difference => self.level.get() / 2.0,
            Claim::NonInferiority { .. } => self.level.get(),
        };
        -normal_quantile(tail)
    }

    /// `z_α + z_β`, of a plan whose numbers are within bounds.
    fn z(&self) -> Result<f64, PowerError> {
        if !(self.power > 0.0 && self.power < 1.0) {
            return Err(PowerError::Power(self.power));
        }
        if !(self.ratio.is_finite() && self.ratio > 0.0) {
            return Err(PowerError::Ratio(self.ratio));
        }
        if let Claim::NonInferiority { margin } = self.claim
            && !(margin.is_finite() && margin > 0.0)
        {
            return Err(PowerError::Margin(margin));
        }
        Ok((self.critical() + normal_quantile(self.power)).max(0.0))
    }

    fn standard_error(&self, units: u64, variances: (f64, f64)) -> f64 {
        ((variances.0 / self.ratio + variances.1) / super::moments::real(units)).sqrt()
    }
}

fn binary_variance(field: &'static str, rate: f64) -> Result<f64, PowerError> {
    if rate > 0.0 && rate < 1.0 {
        Ok(rate * (1.0 - rate))
    } else {
        Err(PowerError::Rate { field, rate })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DIFFERENCE: TestPlan =
        TestPlan { claim: Claim::Difference, level: Level::FIVE_PERCENT, power: 0.8, ratio: 1.0 };

    fn no_worse(margin: f64) -> TestPlan {
        TestPlan { claim: Claim::NonInferiority { margin }, ..DIFFERENCE }
    }

    /// The worked example of Chow, Shao, Wang, section 4.2.4: .85 against .65.
    #[test]
    fn it_gives_the_textbooks_sizes() {
        assert_eq!(DIFFERENCE.units_for_rates(0.85, 0.65), Ok(70));
        assert_eq!(no_worse(0.1).units_for_rates(0.85, 0.65), Ok(25));
        // 16 σ²/δ² of Lehr (1992), exactly 2 · 7.849.
        assert_eq!(DIFFERENCE.units(0.1, (1.0, 1.0)), Ok(1_570));
    }

    #[test]
    fn a_small_control_beside_a_large_arm_needs_fewer_units_of_its_own() {
        let lopsided = TestPlan { ratio: 32.0, ..DIFFERENCE };
        let (even, few) = (DIFFERENCE.units(0.1, (1.0, 1.0)), lopsided.units(0.1, (1.0, 1.0)));
        assert_eq!((even.unwrap(), few.unwrap()), (1_570, 810));
    }

    #[test]
    fn equal_rates_are_shown_to_be_no_worse_and_never_to_differ() {
        assert_eq!(DIFFERENCE.units_for_rates(0.1, 0.1), Err(PowerError::Effect(0.0)));
        // (1.6449 + .8416)² · 2 · .09 / .01².
        assert_eq!(no_worse(0.01).units_for_rates(0.1, 0.1), Ok(11_129));
        assert!(no_worse(0.01).units_for_rates(0.08, 0.1).is_err());
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        let named = |refused: Result<u64, PowerError>| {
            refused.unwrap_err().to_string().split(':').next().unwrap().to_owned()
        };
        assert_eq!(named(DIFFERENCE.units_for_rates(1.0, 0.5)), "arm");
        assert_eq!(named(DIFFERENCE.units_for_rates(0.5, f64::NAN)), "control");
        assert_eq!(named(no_worse(0.0).units_for_rates(0.5, 0.5)), "margin");
        let plan = TestPlan { power: 1.0, ..DIFFERENCE };
        assert_eq!(named(plan.units_for_rates(0.5, 0.4)), "power");
        let plan = TestPlan { ratio: 0.0, ..DIFFERENCE };
        assert_eq!(named(plan.units_for_rates(0.5, 0.4)), "ratio");
        assert_eq!(DIFFERENCE.detectable_rise(2, 0.5), Err(PowerError::Units(2)));
    }

    proptest! {
        /// Size, power and least effect are one relation read three ways.
        #[test]
        fn what_is_detectable_needs_just_these_units(
            units in 200_u64..1_000_000,
            control in 0.02_f64..0.6,
            ratio in 0.2_f64..50.0,
            is_no_worse: bool,
        ) {
            let plan = if is_no_worse { no_worse(0.01) } else { DIFFERENCE };
            let plan = TestPlan { ratio, ..plan };
            let rise = plan.detectable_rise(units, control);
            prop_assume!(rise.is_ok());
            let arm = control + rise.unwrap();
            prop_assume!(arm > 0.001 && arm < 0.999);
            let back = plan.units_for_rates(arm, control).unwrap();
            prop_assert!(back.abs_diff(units) <= 1 + units / 1_000_000, "{back} for {units}");
            let power = plan.power_for_rates(units, arm, control).unwrap();
            prop_assert!((power - 0.8).abs() < 1e-6, "{power}");
        }
    }
}
