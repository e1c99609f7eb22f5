//! `concierge evaluate`: what would another decision policy have earned on this log?

mod tables;
mod targets;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::cli::output;
use crate::learn::offpolicy::bounds::{BoundsError, RewardRange};
use crate::learn::offpolicy::decision::EvaluationError;
use crate::learn::offpolicy::estimators::Estimator;
use crate::learn::offpolicy::log::error::LogError;
use crate::learn::offpolicy::log::reader::Reader;
use crate::learn::offpolicy::report::{Report, Settings};
use crate::sys::exit::Exit;
use crate::sys::rng::SplitMix64;

use targets::{Evaluated, Learning, Named};

/// Estimate what another decision policy would have earned on a log, without showing it to anyone.
///
/// The log says of each decision what could have been chosen, what was, with which probability, and
/// what came of it. The answer is refused where the log speaks too little of the policy asked about:
/// a number that misleads is worse than none.
#[derive(Debug, Args)]
#[command(after_long_help = "\
The log is a file of JSON lines:

  {\"time\":\"2026-03-01T09:30:00Z\", \"guest\":\"g-1029\",
   \"context\":{\"stage\":\"in_house\",\"nights\":3},
   \"actions\":[{\"id\":\"spa\",\"features\":{\"price\":80}},{\"id\":\"late-checkout\"}],
   \"action\":\"spa\", \"selection_probability\":0.35, \"reward\":1}

each on one line. `selection_probability` is what the action was drawn with; `context`, `features`
and `time` may be missing.

Policies:
  uniform  every action alike
  popular  for everybody the action that earned most: best for all
  learned  the best action in each context, with a floor of 2 % for the others
  FILE     a TOML file with [[decision_policies]], as in a catalog: their explorations are played
           on what is learnt from the log

How they learn from the log they are evaluated on:
  by default    guests are dealt to three folds; each is decided by what the other two teach
  --train-fraction 0.5   half of the guests teach, the others are evaluated
  --replay      every decision is made by what came before it in time, and then learnt from

Examples:
  concierge evaluate log.jsonl
  concierge evaluate log.jsonl --policy policies.toml --replay
  concierge evaluate log.jsonl --policy learned --all --json")]
pub(crate) struct EvaluateArgs {
    /// The log, in JSON lines.
    log: PathBuf,
    /// Policies to evaluate: uniform, popular, learned, or a TOML file with decision policies.
    #[arg(long = "policy", value_delimiter = ',', default_value = "uniform,popular,learned")]
    policies: Vec<String>,
    /// Share of the guests that teach; the others are evaluated.
    #[arg(long, value_parser = share, conflicts_with = "replay")]
    train_fraction: Option<f64>,
    /// Decide by what came before in time.
    #[arg(long)]
    replay: bool,
    /// The estimator that answers: ips, snips, dm, dr, sndr, switch-dr, dros …; else DR.
    #[arg(long, value_parser = estimator)]
    estimator: Option<Estimator>,
    /// Probability with which intervals hold.
    #[arg(long, default_value_t = 0.95, value_parser = share)]
    level: f64,
    /// Between which values every reward lies, for the lower bounds that hold whatever the overlap.
    #[arg(
        long,
        value_delimiter = ',',
        num_args = 2,
        default_value = "0,1",
        allow_negative_numbers = true
    )]
    rewards: Vec<f64>,
    /// Show every estimator with its diagnostics, not the answer alone.
    #[arg(long)]
    all: bool,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
}

/// Why nothing was evaluated.
#[derive(Debug, thiserror::Error)]
enum EvaluateError {
    #[error("{}: {source}", path.display())]
    Open { path: PathBuf, source: std::io::Error },
    #[error("{}:{}: {}", path.display(), source.line, source.problem)]
    Log { path: PathBuf, source: LogError },
    #[error("{}: has no decisions", path.display())]
    Empty { path: PathBuf },
    #[error("{0}")]
    Policy(String),
    #[error("{0}")]
    Evaluation(#[from] EvaluationError),
    #[error("{0}")]
    Bounds(#[from] BoundsError),
    #[error("the report cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

impl EvaluateError {
    fn exit(&self) -> Exit {
        match self {
            Self::Open { .. } => Exit::Storage,
            Self::Policy(_) => Exit::Usage,
            Self::Log { .. }
            | Self::Empty { .. }
            | Self::Evaluation(_)
            | Self::Bounds(_)
            | Self::Json(_) => Exit::Config,
        }
    }
}

/// What a policy is worth on the log.
#[derive(Debug, Serialize)]
struct PolicyReport {
    policy: String,
    #[serde(flatten)]
    report: Report,
}

/// Runs the command.
pub(crate) fn evaluate(args: &EvaluateArgs) -> Exit {
    let told = run(args).and_then(|reports| {
        if args.json {
            output::answer(serde_json::to_string(&reports)?);
        } else {
            output::answer(tables::answers(&reports));
            for report in reports.iter().filter(|_| args.all) {
                output::answer(tables::estimators(report));
            }
            output::answer(tables::footnotes(&reports));
        }
        Ok(())
    });
    match told {
        Ok(()) => Exit::Clean,
        Err(error) => {
            output::complain(format_args!("concierge evaluate: {error}"));
            error.exit()
        }
    }
}

fn run(args: &EvaluateArgs) -> Result<Vec<PolicyReport>, EvaluateError> {
    let path = &args.log;
    let file =
        File::open(path).map_err(|source| EvaluateError::Open { path: path.clone(), source })?;
    let decisions = Reader::new(BufReader::new(file))
        .read_all()
        .map_err(|source| EvaluateError::Log { path: path.clone(), source })?;
    if decisions.is_empty() {
        return Err(EvaluateError::Empty { path: path.clone() });
    }
    let policies = policies(&args.policies)?;
    let learning = match (args.replay, args.train_fraction) {
        (true, _) => Learning::Replay,
        (false, Some(share)) => Learning::Share(share),
        (false, None) => Learning::CrossFitted,
    };
    let settings = Settings {
        level: args.level,
        estimator: args.estimator,
        rewards: Some(RewardRange { min: args.rewards[0], max: args.rewards[1] }),
        ..Settings::default()
    };
    let mut reports = Vec::new();
    for Evaluated { policy, rows } in targets::evaluate(&decisions, &policies, learning)? {
        let report = Report::of(&rows, &settings, &mut SplitMix64::new(BOOTSTRAP_SEED))?;
        reports.push(PolicyReport { policy, report });
    }
    Ok(reports)
}

/// The bootstrap draws the same resamples each time: the same log gives the same report.
const BOOTSTRAP_SEED: u64 = 1;

/// The policies of the command line, in its order.
fn policies(named: &[String]) -> Result<Vec<Named>, EvaluateError> {
    let mut policies = Vec::new();
    for name in named {
        match Named::built_in(name) {
            Some(policy) => policies.push(policy),
            None => policies.extend(of_file(Path::new(name))?),
        }
    }
    Ok(policies)
}

fn of_file(path: &Path) -> Result<Vec<Named>, EvaluateError> {
    let refused = |problem: &dyn std::fmt::Display| {
        let names = "uniform, popular, learned, or a TOML file with [[decision_policies]]";
        EvaluateError::Policy(format!("--policy {}: {problem}; give {names}", path.display()))
    };
    let text = std::fs::read_to_string(path).map_err(|error| refused(&error))?;
    let policies = crate::catalog::decision_policies(&text).map_err(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        EvaluateError::Policy(format!("{}: {}", path.display(), told.join("\n")))
    })?;
    policies.iter().map(|policy| Named::of(policy).map_err(EvaluateError::Policy)).collect()
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| *share > 0.0 && *share < 1.0);
    share.ok_or_else(|| "must be a number between 0 and 1".to_owned())
}

fn estimator(text: &str) -> Result<Estimator, String> {
    let found = Estimator::ALL.into_iter().find(|e| e.name().eq_ignore_ascii_case(text));
    found.ok_or_else(|| {
        let names: Vec<_> = Estimator::ALL.into_iter().map(Estimator::name).collect();
        format!("must be one of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests;
