//! Can this log carry an answer? An estimate, or the reasons why there is none.
//!
//! Where log and target hardly overlap, every estimator still gives a number, and its interval a
//! false impression: one decision logged with a selection probability of 10⁻⁶ can outweigh all
//! others. So an [`Estimate`] can only be had through [`verdict`], which refuses by stated limits.
//! What was computed all the same stands in [`super::table::Table`], under names that say so.

use std::fmt;

use serde::Serialize;

use super::estimators::Estimator;
use super::intervals::Interval;
use super::table::{Line, Table};

/// What a log must fulfil.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limits {
    /// Least effective sample size.
    pub effective_sample_size: f64,
    /// Largest share of the sum of weights that one decision may have.
    pub max_share: f64,
    /// How many standard errors the mean weight may be off 1.
    pub mean_deviations: f64,
    /// Largest share of the target's choices on actions the logging policy never takes, where that
    /// share is known.
    pub unsupported: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            effective_sample_size: 1_000.0,
            max_share: 0.05,
            mean_deviations: 3.0,
            unsupported: 0.01,
        }
    }
}

/// What an off-policy evaluation answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", content = "detail", rename_all = "snake_case")]
pub enum Verdict {
    /// The log carries an answer.
    Answer(Estimate),
    /// It does not, for each of these reasons.
    Refused(Vec<Refusal>),
}

/// The value of a target that passed the gate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    estimator: Estimator,
    value: f64,
    standard_error: f64,
    normal: Interval,
    bootstrap: Option<Interval>,
    lift: f64,
    lift_normal: Interval,
    level: f64,
}

impl Estimate {
    /// The estimator it comes from.
    pub fn estimator(&self) -> Estimator {
        self.estimator
    }

    /// The target's mean reward.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Standard error of the value, over guests.
    pub fn standard_error(&self) -> f64 {
        self.standard_error
    }

    /// The interval of the value: of the bootstrap where there is one, else the normal one.
    pub fn interval(&self) -> Interval {
        self.bootstrap.unwrap_or(self.normal)
    }

    /// The value less the mean reward in the log.
    pub fn lift(&self) -> f64 {
        self.lift
    }

    /// The interval of the lift, normal, of a paired difference.
    pub fn lift_interval(&self) -> Interval {
        self.lift_normal
    }

    /// Probability with which the intervals hold.
    pub fn level(&self) -> f64 {
        self.level
    }

    fn of(line: &Line, level: f64) -> Self {
        Self {
            estimator: line.estimator,
            value: line.ungated_value,
            standard_error: line.standard_error,
            normal: line.normal,
            bootstrap: line.bootstrap,
            lift: line.ungated_lift,
            lift_normal: line.lift_normal,
            level,
        }
    }
}

/// Why a log cannot carry an answer. Displays as a sentence that says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// Too little of the log speaks of the target.
    FewEffectiveDecisions {
        /// `(Σw)² / Σw²`.
        effective_sample_size: f64,
        /// What is needed.
        needed: f64,
        /// Decisions in the log.
        decisions: usize,
    },
    /// One decision outweighs the others.
    OneDecisionDominates {
        /// Its share of the sum of weights.
        share: f64,
        /// The largest share allowed.
        limit: f64,
    },
    /// The weights do not average 1.
    WeightsAreOff {
        /// Their mean.
        mean: f64,
        /// Its standard error.
        standard_error: f64,
        /// How many standard errors are allowed.
        limit: f64,
    },
    /// The target takes actions of which the log cannot know anything.
    UnsupportedActions {
        /// Share of its choices.
        share: f64,
        /// The largest share allowed.
        limit: f64,
    },
    /// The direct method was asked for: its interval knows nothing of its model's errors.
    ModelAlone,
    /// The estimator cannot be computed from this log.
    NotComputed {
        /// Which one.
        estimator: Estimator,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FewEffectiveDecisions { effective_sample_size, needed, decisions } => write!(
                f,
                "the {decisions} decisions count as {effective_sample_size:.0} of the target's \
                 own, {needed:.0} are needed: collect more, let the logging policy explore more, \
                 or evaluate a target that is nearer to it"
            ),
            Self::OneDecisionDominates { share, limit } => write!(
                f,
                "one decision has {:.1} % of all the weight, at most {:.1} % is allowed: raise the \
                 floor under the logged selection probabilities, or collect more",
                100.0 * share,
                100.0 * limit
            ),
            Self::WeightsAreOff { mean, standard_error, limit } => write!(
                f,
                "the mean weight is {mean:.4} and should be 1, give or take {limit} standard \
                 errors of {standard_error:.4}: check that the logged selection probabilities are \
                 those the actions were drawn with, that nothing changed an action after the \
                 draw, and that every action the target takes could have been logged"
            ),
            Self::UnsupportedActions { share, limit } => write!(
                f,
                "{:.1} % of the target's choices are actions that are never logged, at most \
                 {:.1} % is allowed: take them out of the target, or let the logging policy \
                 explore them",
                100.0 * share,
                100.0 * limit
            ),
            Self::ModelAlone => write!(
                f,
                "DM trusts its model, and its interval knows nothing of the model's errors: ask \
                 for DR, which checks the model against the log"
            ),
            Self::NotComputed { estimator } => write!(
                f,
                "{} cannot be computed from this log: give predictions of an outcome model, or ask \
                 for another estimator",
                estimator.name()
            ),
        }
    }
}

/// What a table says of the target by one estimator, if the log can carry it.
pub fn verdict(table: &Table, estimator: Estimator, limits: &Limits) -> Verdict {
    let weights = &table.weights;
    let mut refusals = Vec::new();
    if weights.effective_sample_size < limits.effective_sample_size {
        refusals.push(Refusal::FewEffectiveDecisions {
            effective_sample_size: weights.effective_sample_size,
            needed: limits.effective_sample_size,
            decisions: weights.decisions,
        });
    }
    if weights.max_share > limits.max_share {
        let (share, limit) = (weights.max_share, limits.max_share);
        refusals.push(Refusal::OneDecisionDominates { share, limit });
    }
    let allowed = limits.mean_deviations * weights.standard_error + ROUNDING;
    if (weights.mean - 1.0).abs() > allowed {
        refusals.push(Refusal::WeightsAreOff {
            mean: weights.mean,
            standard_error: weights.standard_error,
            limit: limits.mean_deviations,
        });
    }
    if let Some(share) = weights.unsupported.filter(|share| *share > limits.unsupported + ROUNDING)
    {
        refusals.push(Refusal::UnsupportedActions { share, limit: limits.unsupported });
    }
    if estimator == Estimator::Dm {
        refusals.push(Refusal::ModelAlone);
    }
    let line = table.line(estimator).filter(|line| line.ungated_value.is_finite());
    match line {
        Some(line) if refusals.is_empty() => Verdict::Answer(Estimate::of(line, table.level)),
        Some(_) => Verdict::Refused(refusals),
        None => {
            refusals.push(Refusal::NotComputed { estimator });
            Verdict::Refused(refusals)
        }
    }
}

/// What rounding may do to a mean of equal numbers.
const ROUNDING: f64 = 1e-9;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::estimators::Parameters;
    use crate::learn::offpolicy::row::testing::row;
    use crate::learn::offpolicy::row::{Predicted, Row, Rows};
    use crate::learn::offpolicy::table::TableSettings;
    use crate::sys::rng::SplitMix64;

    fn verdict_of(rows: Vec<Row>, estimator: Estimator) -> Verdict {
        let parameters = Parameters::UNLIMITED;
        let settings = TableSettings { level: 0.95, resamples: 0, parameters };
        let table = Table::of(&Rows::new(rows).unwrap(), &settings, &mut SplitMix64::new(1));
        verdict(&table, estimator, &Limits::default())
    }

    fn refusals_of(rows: Vec<Row>, estimator: Estimator) -> Vec<Refusal> {
        match verdict_of(rows, estimator) {
            Verdict::Refused(refusals) => refusals,
            Verdict::Answer(estimate) => panic!("{estimate:?}"),
        }
    }

    /// The logging policy itself: all weights are 1.
    fn sound(n: u64) -> Vec<Row> {
        (0..n).map(|guest| row(guest, f64::from(u8::from(guest % 5 == 0)), 0.3, 0.3)).collect()
    }

    #[test]
    fn a_sound_log_is_answered() {
        let Verdict::Answer(estimate) = verdict_of(sound(1_000), Estimator::Snips) else {
            panic!("a thousand decisions of the policy itself");
        };
        assert!((estimate.value() - 0.2).abs() < 1e-12 && estimate.lift().abs() < 1e-12);
        assert!(estimate.interval().contains(0.2) && estimate.interval().width() < 0.06);
    }

    #[test]
    fn too_small_a_sample_is_refused_with_its_size() {
        let refusals = refusals_of(sound(999), Estimator::Ips);
        let [Refusal::FewEffectiveDecisions { effective_sample_size, decisions: 999, .. }] =
            refusals[..]
        else {
            panic!("{refusals:?}");
        };
        assert!((effective_sample_size - 999.0).abs() < 1e-6);
    }

    /// The teaching case: 10,000 decisions that overlap well, and one logged with a selection
    /// probability of 10⁻⁶, whose weight is 21,739.
    #[test]
    fn one_tiny_logged_probability_is_refused_for_every_reason_it_gives() {
        let mut rows = sound(10_000);
        rows[77] = row(77, 1.0, 1e-6, 1.0 / 46.0);
        for estimator in [Estimator::Ips, Estimator::Snips, Estimator::ClippedIps] {
            let refusals = refusals_of(rows.clone(), estimator);
            let [
                Refusal::FewEffectiveDecisions { effective_sample_size, .. },
                Refusal::OneDecisionDominates { share, .. },
            ] = refusals[..]
            else {
                panic!("{refusals:?}");
            };
            assert!((effective_sample_size - 2.13).abs() < 0.01, "{effective_sample_size}");
            assert!((share - 0.685).abs() < 0.001, "{share}");
            let told: Vec<String> = refusals.iter().map(Refusal::to_string).collect();
            assert!(
                told[0].contains("count as 2 of") && told[0].contains("collect more"),
                "{told:?}"
            );
            assert!(told[1].contains("68.5 %") && told[1].contains("raise the floor"), "{told:?}");
        }
    }

    #[test]
    fn selection_probabilities_that_are_wrong_are_refused() {
        // Logged as 0.3, drawn with 0.2: too few of the weights are there.
        let mut rng = SplitMix64::new(1);
        let rows = (0..20_000).map(|guest| {
            if rng.chance(0.2) { row(guest, 1.0, 0.3, 0.5) } else { row(guest, 0.0, 0.7, 0.5) }
        });
        let refusals = refusals_of(rows.collect(), Estimator::Ips);
        assert!(matches!(refusals[..], [Refusal::WeightsAreOff { .. }]), "{refusals:?}");
        assert!(refusals[0].to_string().contains("those the actions were drawn with"));
    }

    #[test]
    fn actions_the_log_cannot_know_are_refused() {
        let of = |share| {
            sound(2_000).into_iter().map(move |row| Row { unsupported: Some(share), ..row })
        };
        assert!(matches!(verdict_of(of(0.01).collect(), Estimator::Ips), Verdict::Answer(_)));
        let refusals = refusals_of(of(0.05).collect(), Estimator::Ips);
        assert!(matches!(refusals[..], [Refusal::UnsupportedActions { .. }]), "{refusals:?}");
    }

    #[test]
    fn an_estimator_that_is_not_there_is_refused() {
        let refusals = refusals_of(sound(2_000), Estimator::Dr);
        assert_eq!(refusals, [Refusal::NotComputed { estimator: Estimator::Dr }]);
        let none: Vec<Row> = (0..2_000).map(|guest| row(guest, 1.0, 0.5, 0.0)).collect();
        assert_eq!(refusals_of(none, Estimator::Snips).len(), 4, "no weight at all");
    }

    #[test]
    fn a_model_alone_is_no_answer() {
        let predicted = Some(Predicted { taken: 0.2, target: 0.2 });
        let rows: Vec<Row> = sound(2_000).into_iter().map(|row| Row { predicted, ..row }).collect();
        assert_eq!(refusals_of(rows.clone(), Estimator::Dm), [Refusal::ModelAlone]);
        assert!(matches!(verdict_of(rows, Estimator::Dr), Verdict::Answer(_)));
    }
}
