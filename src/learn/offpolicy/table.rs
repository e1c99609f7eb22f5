//! Every estimator side by side, with its uncertainty: the raw numbers, before anyone asked whether
//! the log can carry them.
//!
//! These are diagnostics. An answer is what [`super::gate::verdict`] makes of them.

use serde::Serialize;

use super::estimators::{Estimator, Parameters};
use super::intervals::Interval;
use super::intervals::bootstrap::bootstrap;
use super::intervals::normal::normal;
use super::row::Rows;
use super::sums::GuestSums;
use super::weights::Weights;
use crate::sys::rng::SplitMix64;

/// One estimator on one log. A number that cannot be computed is NaN or infinite: `null` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Line {
    /// Which one.
    pub estimator: Estimator,
    /// The parameter it was computed with, where it has one; infinite for no limit.
    pub parameter: Option<f64>,
    /// The target's mean reward, as this estimator has it.
    pub ungated_value: f64,
    /// Standard error of the value, over guests.
    pub standard_error: f64,
    /// The normal interval of the value.
    pub normal: Interval,
    /// The bootstrap interval of the value; none where it was not asked for.
    pub bootstrap: Option<Interval>,
    /// The value less the mean reward in the log.
    pub ungated_lift: f64,
    /// The normal interval of the lift, with the standard error of a paired difference.
    pub lift_normal: Interval,
}

/// The mean reward in the log: what the policy that logged it earned.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Logged {
    /// The mean.
    pub value: f64,
    /// Its standard error, over guests.
    pub standard_error: f64,
    /// Its normal interval.
    pub normal: Interval,
}

/// How a table is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TableSettings {
    /// Probability with which an interval is to hold, 0.95 say.
    pub level: f64,
    /// Resamples of the bootstrap; 0 for none.
    pub resamples: usize,
    /// The parameters of the estimators that have one.
    pub parameters: Parameters,
}

/// All estimators on one log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// How well log and target overlap.
    pub weights: Weights,
    /// Guests in the log.
    pub guests: usize,
    /// Probability with which each interval is to hold.
    pub level: f64,
    /// What the logging policy earned.
    pub logged: Logged,
    /// The estimators, in the order of [`Estimator::ALL`]; those that need a model only where
    /// predictions are there.
    pub lines: Vec<Line>,
}

impl Table {
    /// Computes all estimators. The generator drives the bootstrap.
    pub fn of(rows: &Rows, settings: &TableSettings, rng: &mut SplitMix64) -> Self {
        let sums = GuestSums::of(rows, &settings.parameters);
        let estimators = Estimator::of(rows);
        let TableSettings { level, resamples, .. } = *settings;
        let drawn = (resamples > 0).then(|| bootstrap(&sums, &estimators, level, resamples, rng));
        let logged = sums.total().logged_value();
        let line = |(at, estimator): (usize, &Estimator)| {
            let value = sums.total().value(*estimator);
            let error = sums.standard_error(*estimator);
            let lift = value - logged;
            Line {
                estimator: *estimator,
                parameter: settings.parameters.of(*estimator),
                ungated_value: value,
                standard_error: error,
                normal: normal(value, error, level),
                bootstrap: drawn.as_ref().map(|intervals| intervals[at]),
                ungated_lift: lift,
                lift_normal: normal(lift, sums.lift_standard_error(*estimator), level),
            }
        };
        let error = sums.logged_standard_error();
        Self {
            weights: Weights::of(rows),
            guests: rows.guests(),
            level,
            logged: Logged {
                value: logged,
                standard_error: error,
                normal: normal(logged, error, level),
            },
            lines: estimators.iter().enumerate().map(line).collect(),
        }
    }

    /// The line of an estimator, where it could be computed.
    pub fn line(&self, estimator: Estimator) -> Option<&Line> {
        self.lines.iter().find(|line| line.estimator == estimator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::row::testing::{predicted_rows, rows};

    const SETTINGS: TableSettings =
        TableSettings { level: 0.95, resamples: 100, parameters: Parameters::UNLIMITED };

    #[test]
    fn a_line_puts_its_estimator_between_its_ends() {
        let rows =
            predicted_rows(&[[1.0, 0.25, 0.5, 0.5, 0.4], [0.0, 0.5, 0.25, 0.2, 0.3]].repeat(40));
        let table = Table::of(&rows, &SETTINGS, &mut SplitMix64::new(1));
        assert_eq!(table.lines.iter().map(|l| l.estimator).collect::<Vec<_>>(), Estimator::ALL);
        for line in table.lines.iter().filter(|line| line.estimator != Estimator::Dm) {
            assert!(line.normal.contains(line.ungated_value), "{line:?}");
            assert!(line.bootstrap.unwrap().contains(line.ungated_value), "{line:?}");
            assert!(line.lift_normal.contains(line.ungated_lift), "{line:?}");
            let lift = line.ungated_value - table.logged.value;
            assert!((line.ungated_lift - lift).abs() < 1e-15);
        }
        assert!((table.logged.value - 0.5).abs() < 1e-15 && table.guests == 80);
    }

    #[test]
    fn without_resamples_or_a_model_there_are_fewer_numbers() {
        let settings = TableSettings { resamples: 0, ..SETTINGS };
        let rows = rows(&[[1.0, 0.5, 0.5]]);
        let table = Table::of(&rows, &settings, &mut SplitMix64::new(1));
        assert!(table.line(Estimator::Dr).is_none());
        let line = table.line(Estimator::Snips).unwrap();
        assert_eq!(line.bootstrap, None);
        assert!(line.normal.low == f64::NEG_INFINITY, "one guest bounds nothing");
    }
}
