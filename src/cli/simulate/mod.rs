//! `concierge simulate`: policies in a hotel whose truth is known.

pub(in crate::cli) mod channels;
mod tables;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use clap::builder::PossibleValuesParser;
use indicatif::{ProgressBar, ProgressStyle};

use crate::sim::document::ScenarioError;
use crate::sim::hotel::dump::{DumpError, dump};
use crate::sim::hotel::plot::{PlotError, regret_svg};
use crate::sim::hotel::policy::Policy;
use crate::sim::hotel::report::Report;
use crate::sim::hotel::run::{Setup, Watch, play};
use crate::sim::hotel::scenario::{ROUNDS_MAX, Scenario};
use crate::sys::clock::Stopwatch;
use crate::sys::exit::Exit;

use super::output;

/// Largest seed: a world takes the numbers from a thousand times its seed on.
const SEED_MAX: u64 = 1_000_000_000_000;

/// Lets policies choose offers in a simulated hotel whose truth is known, and tells what each lost
/// against always showing the best: the regret.
///
/// Every policy meets the same guests with the same candidates, and the same draws decide what is
/// accepted. A seed is a world of its own; the same seeds give the same figures on every machine,
/// but for times. No server and no store is needed.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Scenarios:
  standard      200 offers, 5,000 guests, 10,000 rounds (HotelSim-Offer v1)
  cold-start    half-way a third of the offers is new to everybody
  drift         half-way half of the effects are drawn anew
  delay-200     a label is learnt 200 decisions late
  delay-1000    a label is learnt 1,000 decisions late
  sparse-hotel  one property, alone and within a brand of 30
  heavy-tail    what counts is the margin, which varies much
  impersonal    personalization cannot help: the best static choice is the best

A scenario of your own is a TOML file with a name, what it is about, and what differs from
models/scenarios/standard.toml, where every key stands with its value.

Policies:
  igw         the product: its ranker, exploring by inverse-gap weighting
  greedy      the product's ranker, never exploring
  epsilon     the product's ranker, showing a candidate at random in 2 % of the rounds
  optimistic  the product's ranker, hopeful of offers that were seldom shown
  thompson    the product's ranker, by Thompson sampling with exact probabilities
  popular     the most popular, learnt from what it shows
  static      the best choice that is the same for every guest, by the hidden truth
  uniform     every candidate alike
  oracle      the best candidate, by the hidden truth

Examples:
  concierge simulate
  concierge simulate --scenario drift --policy igw,greedy --seeds 1,2,3,4,5,6
  concierge simulate --plot regret.svg --json")]
pub(crate) struct SimulateArgs {
    /// The scenario: a standard one by name (see --help), or a TOML file.
    #[arg(long, default_value = "standard", value_name = "NAME|FILE")]
    scenario: String,
    /// Policies to play, in the order of the table.
    #[arg(
        long = "policy",
        value_delimiter = ',',
        default_value = "igw,greedy,epsilon,popular,static,uniform",
        value_parser = PossibleValuesParser::new(Policy::ALL.map(Policy::name)),
        value_name = "NAMES"
    )]
    policies: Vec<String>,
    /// Rounds of each world, of all properties together; without it, the scenario's own.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=ROUNDS_MAX))]
    rounds: Option<u64>,
    /// Seeds: a world for each.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "1,2,3",
        value_parser = clap::value_parser!(u64).range(0..=SEED_MAX)
    )]
    seeds: Vec<u64>,
    /// Print one JSON object with all figures, and nothing else.
    #[arg(long)]
    json: bool,
    /// Draw regret over time into an SVG file.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Write what each world shows and its rounds, for other programs to play: a folder for each
    /// seed, with world.json and rounds.jsonl.
    #[arg(long, value_name = "DIR")]
    dump: Option<PathBuf>,
    /// Write a row for each seed and policy into a tab-separated file.
    #[arg(long, value_name = "FILE")]
    tsv: Option<PathBuf>,
}

/// Why nothing was played, or not written.
#[derive(Debug, thiserror::Error)]
enum SimulateError {
    #[error("{0}")]
    Scenario(#[from] ScenarioError),
    #[error("{0}")]
    Dump(#[from] DumpError),
    #[error("{0}")]
    Plot(#[from] PlotError),
    #[error("{} cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("the figures cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

impl SimulateError {
    fn exit(&self) -> Exit {
        match self {
            Self::Scenario(_) => Exit::Usage,
            Self::Dump(_) | Self::Write { .. } => Exit::Storage,
            Self::Plot(_) | Self::Json(_) => Exit::Config,
        }
    }
}

/// Runs the command.
pub(crate) fn simulate(args: &SimulateArgs) -> Exit {
    let told = run(args).and_then(|report| {
        if args.json {
            output::answer(serde_json::to_string(&report)?);
        } else {
            tell(&report);
        }
        Ok(())
    });
    match told {
        Ok(()) => Exit::Clean,
        Err(error) => {
            output::complain(format_args!("concierge simulate: {error}"));
            error.exit()
        }
    }
}

/// Plays, and writes the files asked for.
fn run(args: &SimulateArgs) -> Result<Report, SimulateError> {
    let setup = setup(args)?;
    if let Some(folder) = &args.dump {
        dump(&setup, folder)?;
    }
    let mut watch = Progress::start(&setup);
    let runs = play(&setup, &mut watch);
    watch.bar.finish_and_clear();
    let report = Report::new(&setup, &runs);
    if let Some(path) = &args.plot {
        write(path, &regret_svg(&report)?)?;
    }
    if let Some(path) = &args.tsv {
        write(path, &report.tsv())?;
    }
    Ok(report)
}

/// Names and seeds given twice count once.
fn setup(args: &SimulateArgs) -> Result<Setup, ScenarioError> {
    let scenario = Scenario::find(&args.scenario)?;
    let rounds = args.rounds.unwrap_or_else(|| scenario.rounds());
    let policies = args.policies.iter().filter_map(|name| Policy::from_name(name));
    Ok(Setup {
        rounds,
        policies: once(policies),
        seeds: once(args.seeds.iter().copied()),
        scenario,
    })
}

fn once<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.fold(Vec::new(), |mut seen, item| {
        if !seen.contains(&item) {
            seen.push(item);
        }
        seen
    })
}

fn write(path: &Path, text: &str) -> Result<(), SimulateError> {
    std::fs::write(path, text)
        .map_err(|source| SimulateError::Write { path: path.to_owned(), source })
}

/// Times the policies, and shows how far the play is, on a terminal only.
struct Progress {
    watch: Stopwatch,
    bar: ProgressBar,
    rounds: u64,
}

impl Progress {
    /// Rounds between two steps of the bar.
    const STEP: u64 = 500;

    fn start(setup: &Setup) -> Self {
        let bar = ProgressBar::new(setup.rounds * setup.seeds.len() as u64);
        if let Ok(style) =
            ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} rounds")
        {
            bar.set_style(style);
        }
        Self { watch: Stopwatch::start(), bar, rounds: 0 }
    }
}

impl Watch for Progress {
    fn lap(&mut self) -> Duration {
        self.watch.lap()
    }

    fn round_over(&mut self) {
        self.rounds += 1;
        if self.rounds.is_multiple_of(Self::STEP) {
            self.bar.inc(Self::STEP);
        }
    }
}

fn tell(report: &Report) {
    let scenario = &report.scenario;
    output::answer(format_args!("{}: {}", scenario.name, scenario.about));
    output::answer(tables::regrets(report));
    output::answer(tables::qualities(report));
    output::answer(tables::summary(report));
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    /// The command alone.
    #[derive(Debug, Parser)]
    struct Alone {
        #[command(flatten)]
        args: SimulateArgs,
    }

    fn parsed(line: &str) -> SimulateArgs {
        Alone::try_parse_from(line.split_whitespace()).unwrap().args
    }

    #[test]
    fn help_tells_every_scenario_and_policy() {
        let help = Alone::command().render_long_help().to_string();
        let begins = |name: &str| {
            let starts = format!("  {name} ");
            help.lines().any(|line| line.starts_with(&starts))
        };
        for name in Scenario::standard_names().chain(Policy::ALL.map(Policy::name)) {
            assert!(begins(name), "--help does not tell of {name}");
        }
    }

    #[test]
    fn what_is_given_twice_counts_once() {
        let setup = setup(&parsed("simulate --seeds 3,1,3 --policy igw,uniform,igw")).unwrap();
        assert_eq!(setup.seeds, [3, 1]);
        assert_eq!(setup.policies, [Policy::Igw, Policy::Uniform]);
        assert_eq!(setup.rounds, 10_000);
    }

    #[test]
    fn a_scenario_says_how_many_rounds_unless_told() {
        let rounds = |line: &str| setup(&parsed(line)).unwrap().rounds;
        assert_eq!(rounds("simulate --scenario drift"), 20_000);
        assert_eq!(rounds("simulate --scenario drift --rounds 70"), 70);
    }

    #[test]
    fn what_is_no_policy_seed_or_number_of_rounds_is_refused() {
        for wrong in ["--policy magic", "--seeds one", "--seeds -1", "--rounds 0", "--rounds 1e4"] {
            let line = format!("simulate {wrong}");
            assert!(Alone::try_parse_from(line.split_whitespace()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn files_are_written_where_they_were_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mut args = parsed("simulate --rounds 20 --seeds 4 --policy popular,uniform");
        args.plot = Some(at("regret.svg"));
        args.tsv = Some(at("rows.tsv"));
        args.dump = Some(at("worlds"));
        assert_eq!(run(&args).unwrap().policies.len(), 2);
        let read = |name: &str| std::fs::read_to_string(at(name)).unwrap();
        assert!(read("regret.svg").starts_with("<svg"));
        assert_eq!(read("rows.tsv").lines().count(), 3);
        assert_eq!(read("worlds/seed-4/rounds.jsonl").lines().count(), 20);
        args.tsv = Some(folder.path().to_owned());
        assert_eq!(run(&args).unwrap_err().exit(), Exit::Storage, "a folder is no file");
        args.scenario = "nowhere".to_owned();
        assert_eq!(run(&args).unwrap_err().exit(), Exit::Usage);
    }
}
