//! `concierge train`: where offers and guests lie in the space of tastes, from who had to do with
//! what.

mod input;
mod steps;
mod tuning;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::output;
use crate::cli::reading::{self, ReadError};
use crate::learn::embedding::artifact::{Artifact, ArtifactError};
use crate::learn::embedding::error::TrainingError;
use crate::learn::embedding::interactions::Event;
use crate::learn::embedding::measure::Report;
use crate::sys::clock::Clock;
use crate::sys::exit::Exit;

use input::InputError;

/// Train vectors of offers and priors of guests, measure how well they foresee, and write them as a
/// versioned model.
///
/// iALS gives each offer a vector, EASE says which offers go with which, and guests' vectors are
/// grouped into segments. The model is measured on what guests turned to later, beside popularity; then
/// trained anew on everything, turned onto the space in use (--align-to), and written with a
/// manifest that is verified whenever it is read.
#[derive(Debug, Args)]
#[command(after_long_help = "\
The file is CSV, or TSV by its name, with a row of headings:

  guest,offer,weight,time
  g-1029,spa.thermal-circuit,1,2026-03-01T09:30:00Z

weight (default 1: an acceptance) and time (RFC 3339, or seconds since 1970) may be missing. Rows of
the same guest and offer add up. Without times, guests are split for measuring, not moments.

With --store the events of a store are read: what guests who allow profiling accepted, booked, used and
clicked.

Examples:
  concierge train --store concierge-data --out models/lisbon-1
  concierge train interactions.csv --out models/lisbon-1
  concierge train interactions.csv --out models/lisbon-2 --align-to models/lisbon-1 --dimensions 64")]
pub(crate) struct TrainArgs {
    /// Who had to do with what: a CSV or TSV file.
    #[arg(required_unless_present = "store", conflicts_with = "store")]
    file: Option<PathBuf>,
    /// The store whose event log says who had to do with what; it may be in use.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// The brand; needed where the store has several.
    #[arg(long, requires = "store")]
    brand: Option<String>,
    /// Folder for the model; it must not hold one.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Name of the model; the folder's without it.
    #[arg(long)]
    name: Option<String>,
    /// Version of the model.
    #[arg(long = "model-version", default_value = "1")]
    version: String,
    /// Model whose space is in use: the new one is turned onto it, so that what is stored of guests
    /// keeps its meaning.
    #[arg(long, value_name = "DIR")]
    align_to: Option<PathBuf>,
    /// Dimensions of the space.
    #[arg(long, default_value_t = 32)]
    dimensions: usize,
    /// Times that guests and offers are solved.
    #[arg(long, default_value_t = 16)]
    epochs: u32,
    /// Weight of what was not observed; chosen on a part of the training where it is not told.
    #[arg(long)]
    alpha0: Option<f64>,
    /// Regularisation of vectors; likewise.
    #[arg(long)]
    lambda: Option<f64>,
    /// Regularisation of EASE.
    #[arg(long, default_value_t = 100.0)]
    ease_lambda: f64,
    /// Segments of guests.
    #[arg(long, default_value_t = 8)]
    segments: usize,
    /// Share of the time, or of the guests, that is held back for measuring.
    #[arg(long, default_value_t = 0.2)]
    held: f64,
    /// Threads; the result is the same with any number.
    #[arg(long, default_value_t = NonZeroUsize::new(2).unwrap_or(NonZeroUsize::MIN))]
    threads: NonZeroUsize,
    /// Seed of the first vectors.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON object with the measures, and nothing else.
    #[arg(long)]
    json: bool,
}

/// Why nothing was trained.
#[derive(Debug, thiserror::Error)]
enum TrainError {
    #[error("{0}")]
    Input(#[from] InputError),
    #[error("{0}")]
    Training(#[from] TrainingError),
    #[error("{0}")]
    Artifact(#[from] ArtifactError),
    #[error("{0}")]
    Read(#[from] ReadError),
    #[error("--held: must be above 0 and below 1")]
    Held,
    #[error("the measures cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

impl TrainError {
    fn exit(&self) -> Exit {
        match self {
            Self::Read(error) => error.exit(),
            Self::Artifact(_) => Exit::Storage,
            Self::Held => Exit::Usage,
            Self::Input(_) | Self::Training(_) | Self::Json(_) => Exit::Config,
        }
    }
}

/// Runs the command.
pub(crate) fn train(args: &TrainArgs, clock: &Clock) -> Exit {
    let told = run(args, clock).and_then(|artifact| {
        if args.json {
            output::answer(serde_json::to_string(&artifact.report)?);
        } else {
            tell(args, &artifact);
        }
        Ok(())
    });
    match told {
        Ok(()) => Exit::Clean,
        Err(error) => {
            output::complain(format_args!("concierge train: {error}"));
            error.exit()
        }
    }
}

fn run(args: &TrainArgs, clock: &Clock) -> Result<Artifact, TrainError> {
    if !(args.held > 0.0 && args.held < 1.0) {
        return Err(TrainError::Held);
    }
    let events = match (&args.file, &args.store) {
        (None, Some(folder)) => of_store(folder, args.brand.as_deref())?,
        (Some(file), _) => input::read(file)?,
        // The command line asks for one of them.
        (None, None) => Vec::new(),
    };
    let old = args.align_to.as_deref().map(Artifact::read).transpose()?;
    let artifact = steps::train(args, events, old.as_ref(), clock.now())?;
    artifact.write(&args.out)?;
    Ok(artifact)
}

/// What the event log of a store says.
fn of_store(folder: &Path, brand: Option<&str>) -> Result<Vec<Event<String, String>>, ReadError> {
    let (history, brand) = reading::open(folder, brand)?;
    Ok(history.interactions(&brand)?)
}

fn tell(args: &TrainArgs, artifact: &Artifact) {
    let training = &artifact.training;
    output::answer(format_args!(
        "{} guests, {} offers, {} pairs of {} rows",
        training.guests, training.items, training.pairs, training.rows
    ));
    output::answer(table(&artifact.report));
    let ials = &artifact.hyper_parameters.ials;
    output::answer(format_args!("alpha0 {}, lambda {}", ials.alpha0, ials.lambda));
    output::answer(format_args!(
        "{}; ± one standard error. Written to {}, space {}{}",
        artifact.report.protocol,
        args.out.display(),
        artifact.space_version,
        artifact.aligned_to.as_ref().map_or(String::new(), |to| format!(
            ", turned onto {} {} by {} offers ({:.0} % of their lengths away)",
            to.name,
            to.version,
            to.common,
            to.relative_distance * 100.0
        )),
    ));
}

fn table(report: &Report) -> comfy_table::Table {
    let mut table = output::table(["model", "list", "recall", "NDCG", "hit rate", "coverage"]);
    let models = report.models.iter().map(|(name, metrics)| (name.as_str(), metrics));
    for (name, metrics) in std::iter::once(("popularity", &report.popularity)).chain(models) {
        for (length, at) in &metrics.at {
            table.add_row([
                name.to_owned(),
                length.to_string(),
                format!("{:.4} ± {:.4}", at.recall, at.recall_error),
                format!("{:.4} ± {:.4}", at.ndcg, at.ndcg_error),
                format!("{:.4}", at.hit_rate),
                format!("{:.3}", at.coverage),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::sys::rng::SplitMix64;

    /// The command alone.
    #[derive(Debug, Parser)]
    struct Alone {
        #[command(flatten)]
        args: TrainArgs,
    }

    fn parsed(line: &str) -> TrainArgs {
        Alone::try_parse_from(line.split_whitespace()).unwrap().args
    }

    /// Guests of two kinds, who keep to their half of twenty offers, over a year.
    fn file(folder: &Path) -> PathBuf {
        let (mut rng, mut text) = (SplitMix64::new(3), "guest,offer,time\n".to_owned());
        for guest in 0..300 {
            for _ in 0..8 {
                let offer = guest % 2 * 10 + rng.below(10);
                text += &format!("g{guest},o{offer:02},{}\n", rng.below(365 * 86_400));
            }
        }
        let path = folder.join("interactions.csv");
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn a_model_is_trained_measured_written_and_turned_onto_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let (path, at) = (file(folder.path()), |name: &str| folder.path().join(name));
        let line = |out: &str, more: &str| {
            let (path, out) = (path.display(), at(out));
            format!("train {path} --out {} --dimensions 4 --segments 2 {more}", out.display())
        };
        let first = run(&parsed(&line("one", "")), &Clock::default()).unwrap();
        let ndcg = |name: &str| first.report.models[name].at[&20].ndcg;
        let popular = first.report.popularity.at[&20].ndcg;
        assert!(ndcg("iALS") > 1.2 * popular && ndcg("EASE") > 1.2 * popular, "{first:?}");
        let read = Artifact::read(&at("one")).unwrap();
        assert_eq!((&read.items, &read.item_factors), (&first.items, &first.item_factors));
        let again = run(&parsed(&line("one", "")), &Clock::default()).unwrap_err();
        assert_eq!(again.exit(), Exit::Storage, "{again}");
        let more = format!("--align-to {} --seed 9 --model-version 2", at("one").display());
        let second = run(&parsed(&line("two", &more)), &Clock::default()).unwrap();
        let to = second.aligned_to.as_ref().unwrap();
        assert!(to.common == 20 && to.relative_distance < 1.0, "{to:?}");
        assert_eq!(second.space_version, first.space_version);
    }

    #[test]
    fn what_cannot_be_trained_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty.csv");
        std::fs::write(&path, "guest,offer\n").unwrap();
        let line = format!("train {} --out {}", path.display(), folder.path().join("m").display());
        assert_eq!(run(&parsed(&line), &Clock::default()).unwrap_err().exit(), Exit::Config);
        let held = run(&parsed(&format!("{line} --held 1.5")), &Clock::default()).unwrap_err();
        assert_eq!(held.exit(), Exit::Usage);
    }
}
