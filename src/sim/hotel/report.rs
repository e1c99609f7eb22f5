//! What a play showed, over all worlds: figures for a table, for JSON, and rows for a comparison
//! with other programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::policy::Policy;
use super::run::{LearnsFrom, Played, Reference, Setup, WorldRun};
use super::scenario::Scenario;
use super::tally::{Calibration, TOLD_AT, Tally, marks};

/// Names of the columns of [`Report::tsv`].
const COLUMNS: [&str; 17] = [
    "part",
    "dataset",
    "seed",
    "peer",
    "algorithm",
    "version",
    "flags",
    "setting",
    "rounds",
    "regret_or_loss",
    "accept_rate",
    "regret_1000",
    "regret_2000",
    "regret_5000",
    "regret_10000",
    "cpu_s_per_1000_rounds",
    "prepare_cpu_s_per_1000_rounds",
];

/// A mean over worlds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// Its standard error: sample standard deviation over √n; `None` of one world.
    pub standard_error: Option<f64>,
}

impl Spread {
    /// Mean and standard error of these numbers; `None` of none.
    #[expect(clippy::cast_precision_loss, reason = "a number of worlds")]
    pub fn of(numbers: &[f64]) -> Option<Self> {
        let n = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / n;
        let squares: f64 = numbers.iter().map(|x| (x - mean) * (x - mean)).sum();
        let standard_error = (numbers.len() > 1).then(|| (squares / (n - 1.0) / n).sqrt());
        (!numbers.is_empty()).then_some(Self { mean, standard_error })
    }
}

/// All that was played.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Version of the program.
    pub version: &'static str,
    /// The scenario.
    pub scenario: Scenario,
    /// Rounds of a world, of all properties together.
    pub rounds: u64,
    /// Rounds of a world that count.
    pub counted_rounds: u64,
    /// What could be had in each world.
    pub worlds: Vec<Reference>,
    /// Who made what of it.
    pub policies: Vec<PolicyFigures>,
}

/// What one policy made of all worlds.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyFigures {
    /// Name of the policy.
    pub policy: &'static str,
    /// Whose labels it learnt from, in a brand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learns_from: Option<LearnsFrom>,
    /// What it was run with.
    pub flags: String,
    /// Expected reward lost against the best candidate of each round.
    pub regret: Spread,
    /// Mean response propensity of what was shown.
    pub accept_rate: Spread,
    /// Mean expected reward of what was shown.
    pub value: Spread,
    /// Expected calibration error of the chosen, second half of the rounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration_error: Option<Spread>,
    /// Predicted over true response propensity of the chosen, less 1; second half of the rounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_prediction: Option<Spread>,
    /// Time of a decision, in microseconds.
    pub decision_us: f64,
    /// Time of learning a label, in microseconds.
    pub label_us: f64,
    /// Regret over time.
    pub curve: Vec<CurvePoint>,
    /// What it made of each world.
    pub seeds: Vec<SeedFigures>,
}

/// Regret after so many rounds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Rounds.
    pub rounds: u64,
    /// Regret.
    pub regret: Spread,
}

/// What one policy made of one world.
#[derive(Debug, Clone, Serialize)]
pub struct SeedFigures {
    /// Seed of the world.
    pub seed: u64,
    /// Regret at the end.
    pub regret: f64,
    /// Rounds, and regret after them: 1,000, 2,000, 5,000 and 10,000 where so many were played.
    pub regret_at: Vec<(u64, f64)>,
    /// Mean response propensity of what was shown.
    pub accept_rate: f64,
    /// Mean expected reward of what was shown.
    pub value: f64,
    /// How well predictions fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// Seconds that 1,000 rounds took, deciding and learning: an upper bound of processor time, for
    /// it is one thread's time by the clock.
    pub seconds_per_1000_rounds: f64,
}

impl Report {
    /// The report of what was played.
    pub fn new(setup: &Setup, runs: &[WorldRun]) -> Self {
        let seats = runs.first().map_or(0, |run| run.played.len());
        let figures = |seat: usize| -> Option<PolicyFigures> {
            let played: Vec<(u64, &Played)> =
                runs.iter().map(|run| (run.reference.seed, &run.played[seat])).collect();
            PolicyFigures::of(&played, setup.counted_rounds())
        };
        Self {
            version: env!("CARGO_PKG_VERSION"),
            scenario: setup.scenario.clone(),
            rounds: setup.rounds,
            counted_rounds: setup.counted_rounds(),
            worlds: runs.iter().map(|run| run.reference.clone()).collect(),
            policies: (0..seats).filter_map(figures).collect(),
        }
    }

    /// A number of the worlds, averaged.
    pub fn mean_of(&self, of: fn(&Reference) -> f64) -> f64 {
        Spread::of(&self.worlds.iter().map(of).collect::<Vec<_>>()).map_or(0.0, |s| s.mean)
    }

    /// One row for each seed and policy, tab-separated, with a row of headings: what the scripts
    /// that compare with other programs read. A regret that was not reached is left empty.
    pub fn tsv(&self) -> String {
        let mut tsv = COLUMNS.join("\t") + "\n";
        for policy in &self.policies {
            let from = policy.learns_from.map_or("", LearnsFrom::name);
            let mut flags = policy.flags.clone();
            if !from.is_empty() {
                let gap = if flags.is_empty() { "" } else { " " };
                let _infallible = write!(flags, "{gap}learns_from={from}");
            }
            for seed in &policy.seeds {
                let at = |rounds| seed.regret_at.iter().find(|(mark, _)| *mark == rounds);
                let told = TOLD_AT.map(|r| at(r).map_or(String::new(), |(_, x)| x.to_string()));
                let _infallible = writeln!(
                    tsv,
                    "hotel\t{}\t{}\tconcierge\t{}\t{}\t{flags}\tproduct\t{}\t{}\t{}\t{}\t{:.6}\t",
                    self.scenario.name,
                    seed.seed,
                    policy.policy,
                    self.version,
                    self.counted_rounds,
                    seed.regret,
                    seed.accept_rate,
                    told.join("\t"),
                    seed.seconds_per_1000_rounds,
                );
            }
        }
        tsv
    }
}

impl PolicyFigures {
    fn of(played: &[(u64, &Played)], rounds: u64) -> Option<Self> {
        let (_, first) = played.first()?;
        let tallies: Vec<&Tally> = played.iter().map(|(_, played)| &played.tally).collect();
        let spread = |of: &dyn Fn(&Tally) -> Option<f64>| {
            Spread::of(&tallies.iter().filter_map(|tally| of(tally)).collect::<Vec<_>>())
        };
        let curve = marks(rounds).into_iter().filter_map(|mark| {
            let regret = spread(&|tally| tally.regret_at(mark))?;
            Some(CurvePoint { rounds: mark, regret })
        });
        Some(Self {
            policy: first.policy.name(),
            learns_from: first.learns_from,
            flags: first.policy.flags(),
            regret: spread(&|tally| Some(tally.regret()))?,
            accept_rate: spread(&|tally| Some(tally.accept_rate()))?,
            value: spread(&|tally| Some(tally.value()))?,
            calibration_error: spread(&|tally| tally.calibration().map(|c| c.error)),
            over_prediction: spread(&|tally| tally.calibration().map(|c| c.over_prediction)),
            decision_us: 1e6 * seconds_each(&tallies, |tally| tally.decided),
            label_us: 1e6 * seconds_each(&tallies, |tally| tally.learnt),
            curve: curve.collect(),
            seeds: played
                .iter()
                .map(|(seed, played)| SeedFigures::of(*seed, &played.tally))
                .collect(),
        })
    }

    /// The name with whose labels it learns from, as tables and pictures show it.
    pub fn label(&self) -> String {
        let from = self.learns_from.map(|from| format!(" ({})", from.words()));
        format!("{}{}", self.policy, from.unwrap_or_default())
    }

    /// Whether it is the policy of a name.
    pub fn is(&self, policy: Policy) -> bool {
        self.policy == policy.name()
    }

    /// Mean regret after so many rounds, where it was written down.
    pub fn regret_at(&self, rounds: u64) -> Option<f64> {
        let point = self.curve.iter().find(|point| point.rounds == rounds)?;
        Some(point.regret.mean)
    }
}

impl SeedFigures {
    fn of(seed: u64, tally: &Tally) -> Self {
        let told = TOLD_AT.into_iter().filter_map(|mark| Some((mark, tally.regret_at(mark)?)));
        let each = seconds_each(&[tally], |tally| tally.decided)
            + seconds_each(&[tally], |tally| tally.learnt);
        Self {
            seed,
            regret: tally.regret(),
            regret_at: told.collect(),
            accept_rate: tally.accept_rate(),
            value: tally.value(),
            calibration: tally.calibration(),
            seconds_per_1000_rounds: 1_000.0 * each,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "rounds that can be played")]
fn seconds_each(tallies: &[&Tally], of: fn(&Tally) -> (u64, std::time::Duration)) -> f64 {
    let (count, time) = tallies
        .iter()
        .map(|tally| of(tally))
        .fold((0, std::time::Duration::ZERO), |(count, time), (n, took)| (count + n, time + took));
    time.as_secs_f64() / count.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::hotel::run::{Unwatched, play};

    fn report(name: &str, policies: &[Policy], seeds: &[u64], rounds: u64) -> Report {
        let scenario = Scenario::find(name).unwrap();
        let setup = Setup { scenario, policies: policies.to_vec(), seeds: seeds.to_vec(), rounds };
        Report::new(&setup, &play(&setup, &mut Unwatched))
    }

    #[test]
    fn a_mean_knows_how_sure_it_is() {
        let spread = Spread::of(&[1.0, 2.0, 6.0]).unwrap();
        assert!((spread.mean - 3.0).abs() < 1e-12);
        // Sample variance 7.
        assert!((spread.standard_error.unwrap() - (7.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(Spread::of(&[4.0]).unwrap().standard_error, None);
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn the_report_is_the_mean_of_its_worlds() {
        let report = report("standard", &[Policy::Igw, Policy::Uniform], &[1, 2, 3], 1_200);
        let [igw, uniform] = report.policies.as_slice() else { panic!("two policies") };
        let mean = |figures: &PolicyFigures| figures.seeds.iter().map(|s| s.regret).sum::<f64>();
        assert!((igw.regret.mean - mean(igw) / 3.0).abs() < 1e-9);
        assert!(igw.regret.mean < uniform.regret.mean && uniform.calibration_error.is_none());
        let last = igw.curve.last().unwrap();
        assert_eq!((last.rounds, last.regret), (1_200, igw.regret));
        assert!(
            igw.curve.is_sorted_by(|a, b| a.rounds < b.rounds && a.regret.mean <= b.regret.mean)
        );
        assert_eq!(igw.seeds[0].regret_at[0].0, 1_000);
        assert!(report.mean_of(|world| world.oracle_value) > 0.1);
        assert_eq!(igw.decision_us.to_bits(), 0.0_f64.to_bits(), "nobody looked at a clock");
    }

    #[test]
    fn the_same_play_gives_the_same_json() {
        let json = || {
            let report = report("heavy-tail", &Policy::ALL, &[2], 300);
            serde_json::to_string(&report).unwrap()
        };
        let first = json();
        assert_eq!(first, json());
        let read: serde_json::Value = serde_json::from_str(&first).unwrap();
        assert_eq!(read["policies"][0]["policy"], "igw");
        assert_eq!(read["scenario"]["margin"]["unit"], 20.0);
        assert_eq!(read["policies"].as_array().unwrap().len(), Policy::ALL.len());
    }

    #[test]
    fn rows_for_comparison_have_their_columns() {
        let report = report("standard", &[Policy::Igw, Policy::Greedy], &[1, 2], 1_000);
        let tsv = report.tsv();
        let rows: Vec<Vec<&str>> = tsv.lines().map(|line| line.split('\t').collect()).collect();
        assert!(rows.len() == 5 && rows.iter().all(|row| row.len() == COLUMNS.len()), "{tsv}");
        let flags = "gamma0=1000 decisions_cap=200000 floor=0";
        let head = ["hotel", "standard", "1", "concierge", "igw", report.version, flags, "product"];
        assert_eq!((&rows[1][..8], rows[1][8]), (&head[..], "1000"));
        assert_eq!((rows[4][2], rows[4][4]), ("2", "greedy"));
        let regret: f64 = rows[1][9].parse().unwrap();
        assert_eq!(regret.to_bits(), report.policies[0].seeds[0].regret.to_bits());
        assert_eq!((rows[1][11], rows[1][12]), (rows[1][9], ""), "2,000 rounds were not reached");
    }

    #[test]
    fn rows_of_a_brand_say_whose_labels_were_learnt() {
        let report = report("sparse-hotel", &[Policy::Greedy, Policy::Uniform], &[1], 600);
        let tsv = report.tsv();
        let flags: Vec<&str> = tsv.lines().skip(1).filter_map(|l| l.split('\t').nth(6)).collect();
        assert_eq!(flags, ["learns_from=property", "learns_from=brand", ""]);
        let labels: Vec<String> = report.policies.iter().map(PolicyFigures::label).collect();
        assert_eq!(labels, ["greedy (alone)", "greedy (in the brand)", "uniform"]);
    }
}
