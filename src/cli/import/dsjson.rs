//! `concierge import dsjson FILE`: the decision log of a hosted personalizer, learnt from by the
//! ranks of a brand (`--store`), or written as the log that `concierge evaluate` reads (`--jsonl`).
//!
//! Nothing is lost in silence: a line is taken, was there before, is not to be learnt from, or
//! stands among the rejects with its line and reason. To repeat an import changes nothing: a
//! decision is known by its `EventId`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::domain::id::BrandId;
use crate::domain::rank::{
    ACTIONS_MAX, Feature, ID_BYTES_MAX, Import, Question, REWARD_MAX, Ranked, Ranking, Terms,
};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::engine::{Engine, EngineOptions, ErrorKind};
use crate::learn::offpolicy::log::LoggedDecision;
use crate::learn::offpolicy::log::dsjson::{DsDecision, DsReader};
use crate::store::StoreError;
use crate::sys::clock::{Clock, Stopwatch};
use crate::sys::rng::Randomness;

use super::rejects::Rejects;
use super::{DEMO_BRAND, ImportError, scope};

/// How every zstd frame begins.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Decisions under way before they are waited for.
const UNDER_WAY: u64 = 1_000;

/// What `concierge import dsjson` is told.
#[derive(Debug, Args)]
pub(super) struct DsjsonArgs {
    /// The file: JSON lines, plain or packed with zstd.
    file: PathBuf,
    /// Learn from it in this data folder, made by `concierge init`.
    #[arg(long, value_name = "DIR", required_unless_present = "jsonl")]
    store: Option<PathBuf>,
    /// The brand whose ranks learn.
    #[arg(long, default_value = DEMO_BRAND)]
    brand: String,
    /// Write it here as the log that `concierge evaluate` reads.
    #[arg(long, value_name = "FILE")]
    jsonl: Option<PathBuf>,
    /// Divide rewards by this, so that they lie between -1 and 1.
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = scale)]
    reward_scale: f64,
    /// Write rejected lines here, as CSV with line and reason.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Print the summary as one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

fn scale(text: &str) -> Result<f64, String> {
    let scale = text.parse::<f64>().ok().filter(|scale| scale.is_finite() && *scale > 0.0);
    scale.ok_or_else(|| "give a number above 0".to_owned())
}

/// The figures of an import.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(super) struct DsjsonSummary {
    /// Lines with something on them.
    lines: u64,
    /// Decisions written now.
    decisions: u64,
    /// Of those, decisions that are not to be learnt from.
    not_learnt: u64,
    /// Decisions that were there from an earlier import, or twice in the file.
    duplicates: u64,
    /// Lines not taken.
    rejects: u64,
    /// Mean reward of the decisions read, each as often as it stands for.
    mean_reward: f64,
    /// Rewards that the brand's ranks have learnt from, all together; none without a store.
    #[serde(skip_serializing_if = "Option::is_none")]
    learnt: Option<u64>,
    /// Seconds from the opening of the file until all was on disk and learnt.
    seconds: f64,
    /// The first rejects, for a look.
    #[serde(skip)]
    first_rejects: Vec<String>,
}

impl DsjsonSummary {
    /// For programs.
    pub(super) fn to_json(&self) -> String {
        json!(self).to_string()
    }

    /// For people.
    pub(super) fn to_table(&self) -> String {
        let mut text = format!(
            "{} lines: {} decisions taken ({} not to be learnt from), {} there before, {} rejected\n\
             mean reward {:.4}, {:.1} s",
            self.lines,
            self.decisions,
            self.not_learnt,
            self.duplicates,
            self.rejects,
            self.mean_reward,
            self.seconds,
        );
        if let Some(learnt) = self.learnt {
            text.push_str(&format!("; the brand's ranks have learnt from {learnt} rewards"));
        }
        for reject in &self.first_rejects {
            text.push_str(&format!("\nrejected: {reject}"));
        }
        text
    }
}

/// An engine that learns, and within which scope.
struct Learning {
    engine: std::sync::Arc<Engine>,
    scope: Scope,
}

/// Runs the command.
pub(super) fn import(args: &DsjsonArgs, clock: &Clock) -> Result<DsjsonSummary, ImportError> {
    let watch = Stopwatch::start();
    let brand =
        BrandId::parse("brand", &args.brand).map_err(|e| ImportError::Usage(e.to_string()))?;
    let source = open(&args.file).map_err(at(&args.file))?;
    let learning = match &args.store {
        Some(folder) => {
            let seeds = Randomness::from_os()?.shared("decisions");
            let on_fatal = |e: StoreError| e.exit().now(&e.to_string());
            let options = EngineOptions::new(folder);
            let engine = Engine::open(options, clock.clone(), seeds, on_fatal)?;
            Some(Learning { engine, scope: scope(brand) })
        }
        None => None,
    };
    let taken = take(args, source, learning.as_ref());
    let mut summary = match learning {
        Some(Learning { engine, scope }) => {
            let summary = taken.and_then(|summary| {
                engine.learned()?;
                Ok(DsjsonSummary { learnt: Some(engine.ranks_learnt(&scope).1), ..summary })
            });
            engine.close()?;
            summary?
        }
        None => taken?,
    };
    summary.seconds = watch.seconds();
    Ok(summary)
}

fn at(path: &Path) -> impl Fn(io::Error) -> ImportError {
    let path = path.display().to_string();
    move |source| ImportError::File { path: path.clone(), source }
}

/// The file, unpacked where it is packed: told by content, never by name.
pub(crate) fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut input = BufReader::with_capacity(1 << 16, File::open(path)?);
    if input.fill_buf()?.starts_with(&ZSTD_MAGIC) {
        return Ok(Box::new(BufReader::with_capacity(1 << 16, zstd::Decoder::with_buffer(input)?)));
    }
    Ok(Box::new(input))
}

fn take(
    args: &DsjsonArgs,
    source: Box<dyn BufRead>,
    learning: Option<&Learning>,
) -> Result<DsjsonSummary, ImportError> {
    let rejects_path = args.rejects.clone().unwrap_or_default();
    let mut rejects = Rejects::to(args.rejects.as_deref()).map_err(at(&rejects_path))?;
    let jsonl = args.jsonl.as_deref().map(|path| File::create(path).map(BufWriter::new));
    let jsonl_path = args.jsonl.clone().unwrap_or_default();
    let mut jsonl = jsonl.transpose().map_err(at(&jsonl_path))?;
    let mut summary = DsjsonSummary::default();
    let (mut reward, mut weight) = (0.0, 0.0);
    let mut reader = DsReader::new(source);
    while let Some(read) = reader.next() {
        summary.lines += 1;
        let read = read.map_err(|error| error.problem.to_string());
        let taken = read.and_then(|mut of_line| {
            of_line.decision.reward /= args.reward_scale;
            let ranked = ranked(&of_line)?;
            Ok((of_line, ranked))
        });
        let written = match taken {
            Ok((of_line, ranked)) => match learn(learning, ranked)? {
                Ok(is_new) => Ok((of_line, is_new)),
                Err(problem) => Err(problem),
            },
            Err(problem) => Err(problem),
        };
        match written {
            Ok((of_line, is_new)) => {
                reward += of_line.weight * of_line.decision.reward;
                weight += of_line.weight;
                summary.decisions += u64::from(is_new);
                summary.duplicates += u64::from(!is_new);
                summary.not_learnt += u64::from(is_new && !of_line.is_learnt);
                if let Some(jsonl) = jsonl.as_mut().filter(|_| of_line.is_learnt) {
                    writeln!(jsonl, "{}", line_of(&of_line.decision)).map_err(at(&jsonl_path))?;
                }
            }
            Err(problem) => {
                let (number, text) = (reader.lines.number(), reader.lines.text());
                rejects.add(number, &problem, &text).map_err(at(&rejects_path))?;
            }
        }
        if let Some(learning) = learning.filter(|_| summary.lines.is_multiple_of(UNDER_WAY)) {
            learning.engine.learned()?;
        }
    }
    if let Some(jsonl) = &mut jsonl {
        jsonl.flush().map_err(at(&jsonl_path))?;
    }
    (summary.rejects, summary.first_rejects) = rejects.close().map_err(at(&rejects_path))?;
    summary.mean_reward = if weight > 0.0 { reward / weight } else { 0.0 };
    Ok(summary)
}

/// Hands a decision to the engine: whether it is new, or why it cannot be taken. Without a store
/// every one is new.
fn learn(learning: Option<&Learning>, ranked: Ranked) -> Result<Result<bool, String>, ImportError> {
    let Some(Learning { engine, scope }) = learning else { return Ok(Ok(true)) };
    match engine.import_rank(scope, ranked, None) {
        Ok(is_new) => Ok(Ok(is_new)),
        Err(error) if error.kind == ErrorKind::Conflict => {
            Ok(Err("EventId: is that of another decision: give each its own".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// A decision as a rank that another system made.
fn ranked(of_line: &DsDecision) -> Result<Ranked, String> {
    let DsDecision { decision, weight, is_learnt } = of_line;
    let count = decision.actions.len();
    if count > ACTIONS_MAX {
        return Err(format!("c._multi: has {count} actions: a rank has at most {ACTIONS_MAX}"));
    }
    let is_long = |id: &str| id.len() > ID_BYTES_MAX;
    if is_long(&decision.guest) || decision.actions.iter().any(|action| is_long(&action.id)) {
        return Err(format!("an id is longer than {ID_BYTES_MAX} bytes"));
    }
    if !(-REWARD_MAX..=REWARD_MAX).contains(&decision.reward) {
        return Err("_label_cost: lies beyond -1 and 1: give --reward-scale".to_owned());
    }
    let chosen = u8::try_from(decision.taken).map_err(|_| "the action taken is none".to_owned())?;
    let mut probabilities = vec![0.0; count];
    if let Some(probability) = probabilities.get_mut(decision.taken) {
        *probability = decision.selection_probability;
    }
    let others = (0..count).filter_map(|at| u8::try_from(at).ok()).filter(|at| *at != chosen);
    let ranking = Ranking {
        values: Vec::new(),
        probabilities,
        draw: 0.0,
        learnt: 0,
        order: [chosen].into_iter().chain(others).collect(),
        chosen,
    };
    let question = Question {
        event: decision.guest.clone(),
        context: decision.context.clone(),
        actions: decision.actions.clone(),
        excluded: Vec::new(),
        defers: false,
    };
    let time = Timestamp::from_micros(decision.micros.unwrap_or_default());
    let import = Import { time, reward: decision.reward, weight: *weight };
    let terms = Terms { is_learnt: *is_learnt, ..Terms::default() };
    Ok(Ranked { question, terms, ranking, import: Some(import) })
}

/// A decision as a line of the log that `concierge evaluate` reads.
fn line_of(decision: &LoggedDecision) -> String {
    let features = |features: &[Feature]| {
        let each = features.iter().map(|f| (f.name.clone(), f.value.into()));
        Value::Object(each.collect::<Map<_, _>>())
    };
    let actions = decision.actions.iter();
    let actions: Vec<Value> = actions
        .map(|action| json!({ "id": action.id, "features": features(&action.features) }))
        .collect();
    let mut line = json!({
        "guest": decision.guest,
        "context": features(&decision.context),
        "actions": actions,
        "action": decision.actions.get(decision.taken).map(|action| &action.id),
        "selection_probability": decision.selection_probability,
        "reward": decision.reward,
    });
    let time = decision.micros.and_then(|micros| jiff::Timestamp::from_microsecond(micros).ok());
    if let (Some(line), Some(time)) = (line.as_object_mut(), time) {
        line.insert("time".into(), time.to_string().into());
    }
    line.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::log::reader::Reader;

    /// What is written for `evaluate` is read there as the same decision.
    #[test]
    fn a_line_that_is_written_is_read_back() {
        let line = r#"{"_label_cost":-0.5,"_label_probability":0.25,"_labelIndex":0,"EventId":"e",
            "Timestamp":"2021-02-04T16:31:29.246Z","c":{"FromUrl":[{"day":"rest","age":30.5}],
            "_multi":[{"_tag":"a","j":[{"x":1}]},{"_tag":"b"}]}}"#
            .replace('\n', "");
        let read = DsReader::new(line.as_bytes()).next().unwrap().unwrap();
        let written = line_of(&read.decision);
        let again = Reader::new(written.as_bytes()).next().unwrap().unwrap();
        assert_eq!(again, read.decision);
        let ranked = ranked(&read).unwrap();
        assert_eq!((ranked.ranking.chosen, ranked.import.unwrap().reward), (0, 0.5));
    }

    #[test]
    fn what_no_rank_can_hold_is_refused_with_its_reason() {
        let line = |cost: &str, count: usize| {
            let actions: Vec<String> = (0..count).map(|n| format!(r#"{{"_tag":"{n}"}}"#)).collect();
            let text = format!(
                r#"{{"_label_cost":{cost},"_label_probability":1,"_labelIndex":0,"c":{{"_multi":[{}]}}}}"#,
                actions.join(",")
            );
            ranked(&DsReader::new(text.as_bytes()).next().unwrap().unwrap())
        };
        assert!(line("-1", 50).is_ok());
        assert!(line("-1", 51).unwrap_err().contains("51 actions"));
        assert!(line("-9", 2).unwrap_err().contains("--reward-scale"));
    }
}
