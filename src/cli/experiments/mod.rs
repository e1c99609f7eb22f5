//! `concierge experiments`: what each arm came to.

mod tables;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::cli::output;
use crate::cli::reading::{self, ReadError};
use crate::engine::history::Units;
use crate::learn::experiment::arms::ArmsReport;
use crate::learn::experiment::impact::{Report, Settings};
use crate::learn::experiment::sequential::{Level, Mixture};
use crate::sys::exit::Exit;

/// Report what the arms of each experiment came to, what each part of the policies is worth, and
/// whether the arms got the guests they should have.
///
/// Everything is counted from the decision log of the store, which may be in use. Intervals hold at
/// any look: one may look every day and stop when one has seen enough.
#[derive(Debug, Args)]
pub(crate) struct ExperimentsArgs {
    /// The folder.
    #[arg(long, value_name = "DIR", default_value = "concierge-data")]
    store: PathBuf,
    /// The brand; needed where the store has several.
    #[arg(long)]
    brand: Option<String>,
    /// Probability with which intervals hold, at every look.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    /// The lift that is expected, as a share: intervals are narrowest about there. Choose it before the
    /// experiment, and keep it.
    #[arg(long, default_value = "0.1", value_parser = mixture)]
    expected_lift: Mixture,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
}

/// The answer of the command.
#[derive(Debug, Serialize)]
struct Answer {
    /// Was no decision part of an experiment or a holdout?
    is_empty: bool,
    /// The whole policy against each ablation and the holdout.
    impact: Report,
    /// Each experiment, by id.
    experiments: BTreeMap<String, ArmsReport>,
}

#[derive(Debug, thiserror::Error)]
enum ExperimentsError {
    #[error("{0}")]
    Read(#[from] ReadError),
    #[error("the report cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Runs the command.
pub(crate) fn experiments(args: &ExperimentsArgs) -> Exit {
    let told = run(args).and_then(|answer| {
        if args.json {
            output::answer(serde_json::to_string(&answer)?);
        } else {
            tables::print(&answer, args.level);
        }
        Ok(())
    });
    let Err(error) = told else { return Exit::Clean };
    output::complain(format_args!("concierge experiments: {error}"));
    match error {
        ExperimentsError::Read(error) => error.exit(),
        ExperimentsError::Json(_) => Exit::Storage,
    }
}

fn run(args: &ExperimentsArgs) -> Result<Answer, ExperimentsError> {
    let (history, brand) = reading::open(&args.store, args.brand.as_deref())?;
    let mut units = Units::default();
    let matured = history.visit(&brand, |past| units.take(past)).map_err(ReadError::Log)?;
    let found = units.found(matured);
    let is_empty = found.shares.is_empty();
    let settings = Settings {
        level: args.level,
        accept_lift: args.expected_lift,
        value_lift: args.expected_lift,
        shares: found.shares,
    };
    let impact = Report::of(&found.impact, &settings);
    let reports = found.experiments.iter().map(|(id, arms)| (id.clone(), arms.report(&settings)));
    let experiments = reports.collect();
    Ok(Answer { is_empty, impact, experiments })
}

fn level(text: &str) -> Result<Level, String> {
    let share: f64 = text.parse().map_err(|_| "must be a number between 0 and 1".to_owned())?;
    Level::new(1.0 - share).map_err(|_| "must be above 0 and below 1".to_owned())
}

fn mixture(text: &str) -> Result<Mixture, String> {
    let lift = text.parse().map_err(|_| "must be a number above 0".to_owned())?;
    Mixture::new(lift).map_err(|_| "must be above 0".to_owned())
}
