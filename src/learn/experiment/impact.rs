//! What is each part of the policy worth? Five standing comparisons, and the holdout.
//!
//! - *Accept rate*: accepted ÷ decisions of the arm, its error over guests
//!   ([`PairMoments::ratio_estimate`](super::moments::PairMoments::ratio_estimate)).
//! - *Value*: value per guest, adjusted for the value before the experiment ([`super::cuped`]). A
//!   guest without one had none: 0.
//!
//! Lifts hold at any look ([`super::sequential`]), each at its own level: of six comparisons
//! without effect at 5 %, up to one report in four has a false alarm somewhere; for fewer give a
//! sixth of the level. Shares must not change while guests enter, or the sample ratio is off.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ablation::{Ablations, ArmTotals, Policy};
use super::cuped::Adjustment;
use super::estimate::{ArmMean, TooEarly, difference, lift, log_ratio};
use super::ratio_mismatch::{ArmCount, RatioCheck, check};
use super::sequential::{Interval, Level, Mixture};

/// What a report is computed with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Rate of false alarms of each interval.
    pub level: Level,
    /// τ of the lift in accept rate; 0.1: lifts of about 10 % are expected.
    pub accept_lift: Mixture,
    /// τ of the lift in value.
    pub value_lift: Mixture,
    /// Planned shares of all guests, on any common scale; absent or not above 0: not configured.
    /// Arms of an experiment share what the holdout leaves:
    /// [`expected_shares`](crate::domain::experiment::allocation::Allocation::expected_shares) times 1 − holdout.
    pub shares: BTreeMap<Policy, f64>,
}

/// The whole policy against each other one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// In the order of [`Policy::COMPARED`].
    pub comparisons: Vec<Comparison>,
    /// Whether all configured arms together got their guests; none below two arms.
    pub sample_ratio: Option<RatioCheck>,
}

/// The whole policy against one other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The other.
    pub against: Policy,
    /// What was found.
    pub finding: Finding,
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// An arm is empty.
    NotMeasured(NotMeasured),
    /// Measured, as far as its parts say.
    Measured(Box<Measured>),
}

/// Why nothing was measured, and what to configure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotMeasured {
    /// An arm without a share.
    #[error("not measured: arm {0} has no share; give shares.{0} some parts of the plan")]
    NoShare(Policy),
    /// An arm without a guest.
    #[error(
        "not measured: arm {0} has a share but no guest yet; check that its policy is served, and \
         that its guests are logged"
    )]
    NoGuest(Policy),
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// Guests of the whole policy.
    pub guests: u64,
    /// Guests of the other.
    pub guests_against: u64,
    /// Accepted ÷ decisions.
    pub accept_rate: Outcome,
    /// Value per guest.
    pub value: Outcome,
    /// How much of the value's variance went with what was known before, 0 to 1.
    pub variance_reduction: f64,
    /// Whether both arms got their guests. With an alarm the lifts say nothing.
    pub sample_ratio: RatioCheck,
}

/// One metric of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing can be said yet.
    TooEarly(TooEarly),
    /// A lift.
    Lift(Lift),
}

/// A lift of the whole policy over another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Lift {
    /// The metric under the whole policy; a value as adjusted.
    pub bandit: f64,
    /// Under the other.
    pub against: f64,
    /// The first over the second, less 1.
    pub lift: f64,
    /// Always-valid interval of the lift.
    pub interval: Interval,
    /// Always-valid p-value of no lift.
    pub p_value: f64,
    /// z of the difference, as of a single look: the two-proportion test where each guest has one
    /// decision, with the error of [`difference`].
    pub z: f64,
}

impl Report {
    /// What the totals say of the whole policy against each other one.
    pub fn of(totals: &Ablations, settings: &Settings) -> Self {
        let compare = |against| {
            let finding = measure(totals, settings, against);
            Comparison {
                against,
                finding: finding
                    .map_or_else(Finding::NotMeasured, |found| Finding::Measured(Box::new(found))),
            }
        };
        let configured: Vec<ArmCount<'_>> = std::iter::once(Policy::Bandit)
            .chain(Policy::COMPARED)
            .filter_map(|policy| settings.count(totals, policy).ok())
            .collect();
        Self {
            comparisons: Policy::COMPARED.into_iter().map(compare).collect(),
            sample_ratio: check(&configured).ok(),
        }
    }
}

impl Settings {
    fn count(&self, totals: &Ablations, policy: Policy) -> Result<ArmCount<'static>, NotMeasured> {
        let share = self.shares.get(&policy).copied().unwrap_or(0.0);
        if !(share.is_finite() && share > 0.0) {
            return Err(NotMeasured::NoShare(policy));
        }
        let units = totals.arm(policy).map_or(0, |arm| arm.value.count());
        Ok(ArmCount { arm: policy.name(), units, share })
    }
}

fn measure(
    totals: &Ablations,
    settings: &Settings,
    against: Policy,
) -> Result<Measured, NotMeasured> {
    let counts = [settings.count(totals, Policy::Bandit)?, settings.count(totals, against)?];
    let arm = |policy| totals.arm(policy).ok_or(NotMeasured::NoGuest(policy));
    let (ours, theirs) = (arm(Policy::Bandit)?, arm(against)?);
    let [count, count_against] = counts;
    Ok(measured((ours, count), (theirs, count_against), settings))
}

/// One arm against another. The shares of both are above 0.
pub(super) fn measured(
    (ours, count): (&ArmTotals, ArmCount<'_>),
    (theirs, count_against): (&ArmTotals, ArmCount<'_>),
    settings: &Settings,
) -> Measured {
    let adjustment = Adjustment::fit(&[ours.value, theirs.value]);
    let value = |arm: &ArmTotals| adjustment.apply(&arm.value).estimate();
    let accepts = |arm: &ArmTotals| arm.accepts.ratio_estimate();
    let level = settings.level;
    Measured {
        guests: count.units,
        guests_against: count_against.units,
        accept_rate: outcome((accepts(ours), accepts(theirs)), settings.accept_lift, level),
        value: outcome((value(ours), value(theirs)), settings.value_lift, level),
        variance_reduction: adjustment.variance_reduction,
        sample_ratio: check(&[count, count_against]).expect("two arms, shares above 0"),
    }
}

type Estimated = Result<ArmMean, TooEarly>;

fn outcome((ours, theirs): (Estimated, Estimated), mixture: Mixture, level: Level) -> Outcome {
    let found = || {
        let (ours, theirs) = (ours?, theirs?);
        let ratio = log_ratio(ours, theirs)?;
        Ok(Lift {
            bandit: ours.mean(),
            against: theirs.mean(),
            lift: lift(ratio.value()),
            interval: mixture.interval(ratio, level).of_lift(),
            p_value: mixture.p_value(ratio),
            z: difference(ours, theirs)?.z(),
        })
    };
    found().map_or_else(Outcome::TooEarly, Outcome::Lift)
}
