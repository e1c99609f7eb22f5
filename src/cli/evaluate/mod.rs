//! `concierge evaluate`: what would another decision policy have earned on this log?

mod store;
mod tables;
mod targets;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::cli::output;
use crate::cli::reading::ReadError;
use crate::engine::history::{CollectError, Reward, Seen};
use crate::learn::offpolicy::bounds::{BoundsError, RewardRange};
use crate::learn::offpolicy::decision::EvaluationError;
use crate::learn::offpolicy::estimators::Estimator;
use crate::learn::offpolicy::log::dsjson::{DsDecision, DsReader};
use crate::learn::offpolicy::log::error::LogError;
use crate::learn::offpolicy::log::reader::Reader;
use crate::learn::offpolicy::log::{LoggedDecision, sort_by_time};
use crate::learn::offpolicy::report::{Report, Settings};
use crate::sys::exit::Exit;
use crate::sys::rng::SplitMix64;

use targets::{Evaluated, Learning, Named};

/// Estimate what another decision policy would have earned on a log, without showing it to anyone.
///
/// The log is the decision log of a store, or a file of another system. It says of each decision what
/// could have been chosen, what was, with which probability, and what came of it. The answer is
/// refused where the log speaks too little of the policy asked about: a number that misleads is
/// worse than none.
#[derive(Debug, Args)]
#[command(after_long_help = "\
With --store the decisions of a store are made again, each with the catalog and the model that it was
made from, and once more under each policy. The server may go on.

Policies there:
  as-ran   what ran: its value is that of the log
  uniform, popular, learned   every policy explores so, and keeps its weights and levers
  FILE     a TOML file with [[decision_policies]], as in a catalog: each of them stands in for the
           policy of the same id, and one of a new id for all

A log of another system is a file of JSON lines:

  {\"time\":\"2026-03-01T09:30:00Z\", \"guest\":\"g-1029\",
   \"context\":{\"stage\":\"in_house\",\"nights\":3},
   \"actions\":[{\"id\":\"spa\",\"features\":{\"price\":80}},{\"id\":\"late-checkout\"}],
   \"action\":\"spa\", \"selection_probability\":0.35, \"reward\":1}

each on one line; with --dsjson, the log of a hosted personalizer.
`selection_probability` is what the action was drawn with; `context`, `features`
and `time` may be missing.

Policies there:
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
  concierge evaluate --store concierge-data --policy as-ran,popular,bold.toml --reward margin
  concierge evaluate log.jsonl
  concierge evaluate log.jsonl --policy policies.toml --replay
  concierge evaluate log.jsonl --policy learned --all --json")]
pub(crate) struct EvaluateArgs {
    /// The log of another system, in JSON lines.
    #[arg(required_unless_present = "store", conflicts_with = "store")]
    log: Option<PathBuf>,
    /// The store whose decisions are evaluated.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// The brand; needed where the store has several.
    #[arg(long, requires = "store")]
    brand: Option<String>,
    /// What a decision is to bring: accepts, clicks, or margin in major units.
    #[arg(long, requires = "store", default_value = "accepts", value_parser = reward)]
    reward: Reward,
    /// Policies to evaluate: uniform, popular, learned, as-ran (of a store), or a TOML file with
    /// decision policies.
    #[arg(long = "policy", value_delimiter = ',', default_value = "uniform,popular,learned")]
    policies: Vec<String>,
    /// Share of the guests that teach; the others are evaluated.
    #[arg(long, value_parser = share, conflicts_with_all = ["replay", "store"])]
    train_fraction: Option<f64>,
    /// Decide by what came before in time.
    #[arg(long, conflicts_with = "store")]
    replay: bool,
    /// The estimator that answers: ips, snips, dm, dr, sndr, switch-dr, dros …; else DR.
    #[arg(long, value_parser = estimator)]
    estimator: Option<Estimator>,
    /// Probability with which intervals hold.
    #[arg(long, default_value_t = 0.95, value_parser = share)]
    level: f64,
    /// Between which values every reward lies, for the lower bounds that hold whatever the overlap; 0,1
    /// where it is not told, but for margins.
    #[arg(long, value_delimiter = ',', num_args = 2, allow_negative_numbers = true)]
    rewards: Option<Vec<f64>>,
    /// Show every estimator with its diagnostics, not the answer alone.
    #[arg(long)]
    all: bool,
    /// The log is one of a hosted personalizer: dsjson, plain or packed with zstd.
    #[arg(long, conflicts_with = "store")]
    dsjson: bool,
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
    Store(#[from] ReadError),
    #[error("{0}")]
    Collect(#[from] CollectError),
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
            Self::Store(error) => error.exit(),
            Self::Policy(_) | Self::Collect(CollectError::Target(_)) => Exit::Usage,
            Self::Collect(CollectError::Log(_)) => Exit::Storage,
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

/// The answer of the command.
#[derive(Debug, Serialize)]
struct Answer {
    /// What was seen of the store; none for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
    policies: Vec<PolicyReport>,
}

/// Runs the command.
pub(crate) fn evaluate(args: &EvaluateArgs) -> Exit {
    let told = run(args).and_then(|answer| {
        if args.json {
            output::answer(serde_json::to_string(&answer)?);
        } else {
            output::answer(tables::answers(&answer.policies));
            for report in answer.policies.iter().filter(|_| args.all) {
                output::answer(tables::estimators(report));
            }
            output::answer(tables::footnotes(&answer));
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

fn run(args: &EvaluateArgs) -> Result<Answer, EvaluateError> {
    let is_unit = args.reward != Reward::Margin;
    let range = match args.rewards.as_deref() {
        Some([min, max]) => Some(RewardRange { min: *min, max: *max }),
        _ => is_unit.then(RewardRange::default),
    };
    let settings = Settings {
        level: args.level,
        estimator: args.estimator,
        rewards: range,
        ..Settings::default()
    };
    let (evaluated, seen) = match (&args.store, &args.log) {
        (Some(folder), _) => {
            let brand = args.brand.as_deref();
            let (evaluated, seen) = store::evaluate(folder, brand, &args.policies, args.reward)?;
            (evaluated, Some(seen))
        }
        (None, Some(path)) => (of_log(args, path)?, None),
        (None, None) => return Err(EvaluateError::Policy("give a log, or --store".to_owned())),
    };
    let mut policies = Vec::new();
    for Evaluated { policy, rows } in evaluated {
        let report = Report::of(&rows, &settings, &mut SplitMix64::new(BOOTSTRAP_SEED))?;
        policies.push(PolicyReport { policy, report });
    }
    Ok(Answer { seen, policies })
}

/// The policies on a log of another system.
fn of_log(args: &EvaluateArgs, path: &Path) -> Result<Vec<Evaluated>, EvaluateError> {
    let decisions = if args.dsjson { read_dsjson(path)? } else { read(path)? };
    if decisions.is_empty() {
        return Err(EvaluateError::Empty { path: path.to_owned() });
    }
    let policies = policies(&args.policies)?;
    let learning = match (args.replay, args.train_fraction) {
        (true, _) => Learning::Replay,
        (false, Some(share)) => Learning::Share(share),
        (false, None) => Learning::CrossFitted,
    };
    Ok(targets::evaluate(&decisions, &policies, learning)?)
}

fn read(path: &Path) -> Result<Vec<LoggedDecision>, EvaluateError> {
    let file =
        File::open(path).map_err(|source| EvaluateError::Open { path: path.to_owned(), source })?;
    let read = Reader::new(BufReader::new(file)).read_all();
    read.map_err(|source| EvaluateError::Log { path: path.to_owned(), source })
}

/// Decisions that count: what was never shown, or is not to be learnt from, is left out.
fn read_dsjson(path: &Path) -> Result<Vec<LoggedDecision>, EvaluateError> {
    let source = crate::cli::import::dsjson::open(path)
        .map_err(|source| EvaluateError::Open { path: path.to_owned(), source })?;
    let read: Result<Vec<DsDecision>, LogError> = DsReader::new(source).collect();
    let mut read = read.map_err(|source| EvaluateError::Log { path: path.to_owned(), source })?;
    read.retain(|of_line| of_line.is_learnt);
    let weight = read.first().map_or(1.0, |first| first.weight);
    if read.iter().any(|of_line| (of_line.weight - weight).abs() > 1e-9 * weight) {
        let problem = "pdrop: differs between lines, so that they stand for different numbers of \
            decisions; evaluate those of one pdrop at a time";
        return Err(EvaluateError::Policy(format!("{}: {problem}", path.display())));
    }
    let mut decisions: Vec<LoggedDecision> =
        read.into_iter().map(|of_line| of_line.decision).collect();
    sort_by_time(&mut decisions);
    Ok(decisions)
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

fn reward(text: &str) -> Result<Reward, String> {
    match text {
        "accepts" => Ok(Reward::Accepts),
        "clicks" => Ok(Reward::Clicks),
        "margin" => Ok(Reward::Margin),
        _ => Err("must be accepts, clicks or margin".to_owned()),
    }
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
