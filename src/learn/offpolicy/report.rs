//! An evaluation as it is shown: the verdict first, then the table behind it.
//!
//! One call computes everything; the result serialises as it stands. NaN and infinite numbers are
//! `null` in JSON: not computed, or no limit.

use serde::Serialize;

use super::bounds::{Bounds, BoundsError, RewardRange};
use super::estimators::{Estimator, Parameters};
use super::gate::{Limits, Refusal, Verdict, verdict};
use super::intervals::bootstrap::RESAMPLES;
use super::row::Rows;
use super::table::{Table, TableSettings};
use super::tuning::{self, choose};
use crate::sys::rng::SplitMix64;

/// How a log is evaluated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Probability with which an interval or a bound is to hold.
    pub level: f64,
    /// Resamples of the bootstrap; 0 for none.
    pub resamples: usize,
    /// The estimator that answers; `None` for DR where predictions are there, else SNIPS.
    pub estimator: Option<Estimator>,
    /// The parameters of the estimators that have one; `None` to choose them from the log.
    pub parameters: Option<Parameters>,
    /// What the log must fulfil for an answer.
    pub limits: Limits,
    /// Between which values every reward lies; `None` for no lower bounds.
    pub rewards: Option<RewardRange>,
    /// Where the lower bounds clip weights; set before the log is seen.
    pub clip: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: 0.95,
            resamples: RESAMPLES,
            estimator: None,
            parameters: None,
            limits: Limits::default(),
            rewards: Some(RewardRange::default()),
            clip: 10.0,
        }
    }
}

/// An evaluation with everything that was computed for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The answer, or why there is none.
    pub verdict: Verdict,
    /// Why there is no answer and what to do about it, a sentence each; empty where there is one.
    pub advice: Vec<String>,
    /// What the log had to fulfil.
    pub limits: Limits,
    /// Lower bounds, which hold without the gate; none where no range of rewards was given.
    pub bounds: Option<Bounds>,
    /// The parameters of the estimators that have one.
    pub parameters: Parameters,
    /// Every estimator, ungated, and the diagnostics.
    pub table: Table,
}

impl Report {
    /// Evaluates rows, which have to be in the order of the log. The generator drives the
    /// bootstrap: the same rows, settings and generator give the same report.
    ///
    /// # Errors
    /// [`BoundsError`] where a reward lies out of its range or the settings make no bound.
    pub fn of(rows: &Rows, settings: &Settings, rng: &mut SplitMix64) -> Result<Self, BoundsError> {
        let alpha = 1.0 - settings.level;
        let bound = |rewards| Bounds::of(rows, settings.clip, rewards, alpha);
        let bounds = settings.rewards.map(bound).transpose()?;
        let parameters = settings.parameters.unwrap_or_else(|| choose(rows, tuning::DELTA));
        let Settings { level, resamples, limits, .. } = *settings;
        let table = Table::of(rows, &TableSettings { level, resamples, parameters }, rng);
        let usual = if rows.are_predicted() { Estimator::Dr } else { Estimator::Snips };
        let verdict = verdict(&table, settings.estimator.unwrap_or(usual), &limits);
        let advice = match &verdict {
            Verdict::Answer(_) => vec![],
            Verdict::Refused(refusals) => refusals.iter().map(Refusal::to_string).collect(),
        };
        Ok(Self { verdict, advice, limits, bounds, parameters, table })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::learn::offpolicy::row::testing::row;
    use crate::learn::offpolicy::row::{Predicted, Row};

    fn log(n: u64) -> Rows {
        let mut rng = SplitMix64::new(3);
        let row = |guest| {
            let (logged, target) = if rng.chance(0.5) { (0.5, 0.8) } else { (0.5, 0.2) };
            let reward = f64::from(u8::from(rng.chance(target)));
            let predicted = Some(Predicted { taken: target, target: 0.68 });
            Row { predicted, ..row(guest / 2, reward, logged, target) }
        };
        Rows::new((0..n).map(row).collect()).unwrap()
    }

    fn report(n: u64) -> Report {
        Report::of(&log(n), &Settings::default(), &mut SplitMix64::new(2)).unwrap()
    }

    #[test]
    fn a_report_answers_where_the_log_can() {
        let report = report(4_000);
        let Verdict::Answer(estimate) = &report.verdict else { panic!("{:?}", report.advice) };
        assert_eq!(estimate.estimator(), Estimator::Dr);
        assert!(estimate.interval().contains(0.68) && estimate.lift_interval().contains(0.18));
        let bounds = report.bounds.unwrap();
        assert!(bounds.value < 0.68 && bounds.value > 0.5, "{bounds:?}");
        assert!(report.advice.is_empty());
        assert_eq!((report.table.guests, report.table.weights.decisions), (2_000, 4_000));
    }

    #[test]
    fn a_report_refuses_with_advice_and_still_shows_the_table() {
        let report = report(400);
        let Verdict::Refused(refusals) = &report.verdict else { panic!("400 are too few") };
        assert_eq!(refusals.len(), report.advice.len());
        assert!(report.advice[0].contains("1000 are needed"), "{:?}", report.advice);
        assert_eq!(report.table.lines.len(), Estimator::ALL.len());
    }

    #[test]
    fn reports_are_repeatable_and_serialise_whole() {
        let text = serde_json::to_string(&report(400)).unwrap();
        assert_eq!(text, serde_json::to_string(&report(400)).unwrap());
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["verdict"]["outcome"], "refused");
        assert_eq!(value["verdict"]["detail"][0]["reason"], "few_effective_decisions");
        assert_eq!(value["table"]["lines"][4]["estimator"], "dr");
        assert!(value["table"]["lines"][4]["ungated_value"].is_f64());
        assert!(value["parameters"]["clip"].is_null(), "no limit");
        let value = serde_json::to_value(report(4_000)).unwrap();
        assert_eq!(value["verdict"]["outcome"], "answer");
        assert!(value["verdict"]["detail"]["value"].is_f64());
    }

    #[test]
    fn rewards_out_of_their_range_are_an_error_not_a_false_bound() {
        let rows = Rows::new(vec![row(0, 30.0, 0.5, 0.5)]).unwrap();
        let mut settings = Settings { resamples: 0, ..Settings::default() };
        let of = |settings: &Settings| Report::of(&rows, settings, &mut SplitMix64::new(1));
        assert!(matches!(of(&settings), Err(BoundsError::Reward { .. })));
        settings.rewards = None;
        assert_eq!(of(&settings).unwrap().bounds, None);
    }
}
