//! The arms of an experiment, each against the control.

use serde::Serialize;

use super::ablation::ArmTotals;
use super::impact::{Measured, Settings, measured};
use super::moments::PairMoments;
use super::ratio_mismatch::{ArmCount, RatioCheck, check};

/// What the arms of an experiment came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Arms {
    /// In the order of the plan.
    pub arms: Vec<Arm>,
}

/// What the units of an arm came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// Its id.
    pub id: String,
    /// Are the others compared with it?
    pub is_control: bool,
    /// Share of the experiment's units that it is to get.
    pub share: f64,
    /// Per unit: decisions, and accepted ones.
    pub accepts: PairMoments,
    /// Per unit: value before, and value.
    pub value: PairMoments,
}

/// A report of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArmsReport {
    /// In the order of the plan.
    pub arms: Vec<ArmReport>,
    /// Whether all arms together got their units; none below two arms with units.
    pub sample_ratio: Option<RatioCheck>,
}

/// A line of the report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArmReport {
    /// The arm.
    pub arm: String,
    /// Are the others compared with it?
    pub is_control: bool,
    /// Units.
    pub units: u64,
    /// Accepted ÷ decisions; 0 without any.
    pub accept_rate: f64,
    /// Value per unit.
    pub value: f64,
    /// Against the control; none for the control itself, and without units on either side.
    pub against_control: Option<Box<Measured>>,
}

impl Arms {
    /// Each arm against the control.
    pub fn report(&self, settings: &Settings) -> ArmsReport {
        let control = self.arms.iter().find(|arm| arm.is_control);
        let line = |arm: &Arm| {
            let others = control.filter(|control| !arm.is_control && control.units() > 0);
            let against = others.filter(|_| arm.units() > 0).map(|control| {
                Box::new(measured(
                    (&arm.totals(), arm.count()),
                    (&control.totals(), control.count()),
                    settings,
                ))
            });
            let (decisions, accepted) = (arm.accepts.mean_x(), arm.accepts.mean_y());
            ArmReport {
                arm: arm.id.clone(),
                is_control: arm.is_control,
                units: arm.units(),
                accept_rate: if decisions > 0.0 { accepted / decisions } else { 0.0 },
                value: arm.value.mean_y(),
                against_control: against,
            }
        };
        let counts: Vec<ArmCount<'_>> = self.arms.iter().map(Arm::count).collect();
        ArmsReport { arms: self.arms.iter().map(line).collect(), sample_ratio: check(&counts).ok() }
    }
}

impl Arm {
    fn units(&self) -> u64 {
        self.accepts.count()
    }

    fn totals(&self) -> ArmTotals {
        ArmTotals { accepts: self.accepts, value: self.value }
    }

    fn count(&self) -> ArmCount<'_> {
        ArmCount { arm: &self.id, units: self.units(), share: self.share }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::learn::experiment::impact::Outcome;
    use crate::learn::experiment::sequential::{Level, Mixture};
    use crate::sys::rng::SplitMix64;

    fn arm(id: &str, units: u32, rate: f64, rng: &mut SplitMix64) -> Arm {
        let (mut accepts, mut value) = (PairMoments::default(), PairMoments::default());
        for _ in 0..units {
            let accepted = f64::from(u8::from(rng.chance(rate)));
            accepts.add(1.0, accepted).unwrap();
            value.add(0.0, 40.0 * accepted).unwrap();
        }
        Arm { id: id.to_owned(), is_control: id == "now", share: 0.5, accepts, value }
    }

    fn settings() -> Settings {
        Settings {
            level: Level::FIVE_PERCENT,
            accept_lift: Mixture::new(0.1).unwrap(),
            value_lift: Mixture::new(0.1).unwrap(),
            shares: BTreeMap::new(),
        }
    }

    #[test]
    fn an_arm_is_compared_with_the_control_and_a_skewed_split_raises_an_alarm() {
        let rng = &mut SplitMix64::new(7);
        let arms = vec![arm("now", 20_000, 0.10, rng), arm("new", 20_000, 0.12, rng)];
        let report = Arms { arms }.report(&settings());
        assert_eq!(report.arms[0].against_control, None);
        let against = report.arms[1].against_control.as_ref().unwrap();
        let Outcome::Lift(lift) = &against.accept_rate else { panic!("{against:?}") };
        assert!(lift.interval.contains(0.2) && lift.interval.low > 0.0, "{lift:?}");
        assert!((report.arms[1].value - 40.0 * report.arms[1].accept_rate).abs() < 1e-9);
        assert!(report.sample_ratio.is_some_and(|ratio| ratio.p_value > 0.9));
        let skewed = vec![arm("now", 20_000, 0.1, rng), arm("new", 18_000, 0.1, rng)];
        let report = Arms { arms: skewed }.report(&settings());
        assert!(report.sample_ratio.is_some_and(|ratio| ratio.p_value < 1e-6));
    }

    #[test]
    fn an_arm_without_units_is_compared_with_nothing() {
        let rng = &mut SplitMix64::new(7);
        let arms = vec![arm("now", 100, 0.1, rng), arm("new", 0, 0.1, rng)];
        let report = Arms { arms }.report(&settings());
        assert_eq!((report.arms[1].units, &report.arms[1].against_control), (0, &None));
    }
}
