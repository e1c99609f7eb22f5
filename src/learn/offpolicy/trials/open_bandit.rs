//! A16: the Open Bandit Dataset sample (Saito et al., "Open Bandit Dataset and Pipeline", 2021): a
//! fashion shop's log of a random policy and of Bernoulli Thompson sampling, each evaluated on the
//! log of the other.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::learn::offpolicy::crossfit::{ActionMeans, OutcomeModel};
use crate::learn::offpolicy::decision::{Decision, Outcomes, Uniform, rows};
use crate::learn::offpolicy::estimators::{Estimator, Parameters};
use crate::learn::offpolicy::gate::{Limits, Refusal, Verdict, verdict};
use crate::learn::offpolicy::intervals::betting::betting;
use crate::learn::offpolicy::ranks::thompson_ranks;
use crate::learn::offpolicy::row::Rows;
use crate::learn::offpolicy::sums::GuestSums;
use crate::learn::offpolicy::table::{Table, TableSettings};
use crate::learn::offpolicy::weights::Weights;
use crate::sys::rng::SplitMix64;
use crate::testkit::data::unpacked;

type Files = HashMap<String, String>;

fn files() -> Option<&'static Files> {
    static FILES: OnceLock<Option<Files>> = OnceLock::new();
    FILES.get_or_init(|| unpacked("obd_sample_all_men.tar.zst")).as_ref()
}

/// A recommendation of an item at one of three positions.
#[derive(Debug, Clone, PartialEq)]
struct Recommendation {
    time: String,
    item: usize,
    position: usize,
    click: f64,
    logged: f64,
    items: usize,
    guest: u64,
}

impl Decision for Recommendation {
    fn guest(&self) -> u64 {
        self.guest
    }

    fn actions(&self) -> usize {
        self.items
    }

    fn action(&self, place: usize) -> u64 {
        place as u64
    }

    fn taken(&self) -> usize {
        self.item
    }

    fn selection_probability(&self) -> f64 {
        self.logged
    }

    fn reward(&self) -> f64 {
        self.click
    }
}

/// A log in order of time. It has no guests: each row counts as one.
fn log(files: &Files, policy: &str, campaign: &str, items: usize) -> Vec<Recommendation> {
    let text = &files[&format!("obd/{policy}/{campaign}/{campaign}.csv")];
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let recommendation = |(guest, row): (u64, Result<csv::StringRecord, csv::Error>)| {
        let row = row.unwrap();
        Recommendation {
            time: row[1].to_owned(),
            item: row[2].parse().unwrap(),
            position: row[3].parse::<usize>().unwrap() - 1,
            click: row[4].parse().unwrap(),
            logged: row[5].parse().unwrap(),
            items,
            guest,
        }
    };
    let mut log: Vec<Recommendation> = (0..).zip(reader.records()).map(recommendation).collect();
    log.sort_by(|a, b| a.time.cmp(&b.time));
    log
}

/// The Beta posteriors the Thompson policy was started with: `campaign:`, `alpha:` and `beta:`
/// above lists of numbers.
fn priors(files: &Files, campaign: &str) -> Vec<(f64, f64)> {
    let lines = files["obd/prior_bts.yaml"].lines();
    let own = lines.skip_while(|line| line.trim_end_matches(':') != campaign).skip(1);
    let own: Vec<&str> = own.take_while(|line| line.starts_with(' ')).map(str::trim).collect();
    let split = own.iter().position(|line| *line == "beta:").unwrap();
    let numbers = |lines: &[&str]| -> Vec<f64> {
        lines
            .iter()
            .filter_map(|line| line.strip_prefix("- "))
            .map(|n| n.parse().unwrap())
            .collect()
    };
    numbers(&own[..split]).into_iter().zip(numbers(&own[split..])).collect()
}

/// Rows of one log for the other policy. The model is fitted on the same log, as in the published
/// table; an evaluation would cross-fit it.
fn evaluated(files: &Files, from: &str, campaign: &str) -> Rows {
    let priors = priors(files, campaign);
    let log = log(files, from, campaign, priors.len());
    let model = ActionMeans::default().fit(&log.iter().collect::<Vec<_>>());
    let model: Option<&dyn Outcomes<_>> = Some(&model);
    if from == "bts" {
        return rows(&log, &Uniform, model).unwrap();
    }
    let ranks = thompson_ranks(&priors, 3).unwrap();
    let thompson = |decision: &Recommendation, out: &mut Vec<f64>| {
        out.extend(ranks.iter().map(|of_item| of_item[decision.position]));
    };
    rows(&log, &thompson, model).unwrap()
}

/// IPS, SNIPS, DM, DR, SNDR, SWITCH-DR at 10 and 100, `DRos` at 10 and 100.
fn estimates(rows: &Rows) -> [f64; 9] {
    let at = |limit| {
        let parameters = Parameters { clip: limit, tau: limit, lambda: limit };
        *GuestSums::of(rows, &parameters).total()
    };
    let (ten, hundred) = (at(10.0), at(100.0));
    [
        ten.value(Estimator::Ips),
        ten.value(Estimator::Snips),
        ten.value(Estimator::Dm),
        ten.value(Estimator::Dr),
        ten.value(Estimator::Sndr),
        ten.value(Estimator::SwitchDr),
        hundred.value(Estimator::SwitchDr),
        ten.value(Estimator::DrOs),
        hundred.value(Estimator::DrOs),
    ]
}

#[derive(Debug)]
struct Published {
    campaign: &'static str,
    from: &'static str,
    /// Effective sample size.
    size: f64,
    estimates: [f64; 9],
}

const PUBLISHED: [Published; 4] = [
    Published {
        campaign: "all",
        from: "random",
        size: 1_643.2,
        estimates: [
            0.004_562_74,
            0.004_786_03,
            0.004_183_80,
            0.004_808_88,
            0.004_839_47,
            0.004_065_35,
            0.004_808_88,
            0.004_244_41,
            0.004_250_83,
        ],
    },
    Published {
        campaign: "all",
        from: "bts",
        size: 340.4,
        estimates: [
            0.002_359_64,
            0.002_333_71,
            0.004_199_95,
            0.002_289_03,
            0.002_310_03,
            0.004_129_72,
            0.002_997_19,
            0.004_147_68,
            0.003_836_17,
        ],
    },
    Published {
        campaign: "men",
        from: "random",
        size: 2_474.3,
        estimates: [
            0.004_540_06,
            0.004_610_21,
            0.005_009_79,
            0.004_634_01,
            0.004_628_20,
            0.004_984_71,
            0.004_634_01,
            0.004_951_77,
            0.004_857_09,
        ],
    },
    Published {
        campaign: "men",
        from: "bts",
        size: 655.7,
        estimates: [
            0.003_008_63,
            0.003_189_42,
            0.005_893_73,
            0.003_248_66,
            0.003_089_71,
            0.004_899_72,
            0.003_449_01,
            0.005_334_21,
            0.004_786_00,
        ],
    },
];

#[test]
fn every_estimate_of_the_table_is_reproduced() {
    let Some(files) = files() else { return };
    for published in &PUBLISHED {
        let rows = evaluated(files, published.from, published.campaign);
        // To the uniform policy nothing but the log enters: all digits. To Thompson sampling the
        // quadrature does.
        let tolerance = if published.from == "bts" { 5.001e-9 } else { 1e-6 };
        for (found, expected) in estimates(&rows).iter().zip(published.estimates) {
            assert!((found - expected).abs() < tolerance, "{found} in {published:?}");
        }
        let size = Weights::of(&rows).effective_sample_size;
        assert!((size - published.size).abs() < 0.051, "{size} in {published:?}");
    }
}

#[test]
fn ranks_of_eighty_items_are_the_published_ones() {
    let Some(files) = files() else { return };
    let ranks = thompson_ranks(&priors(files, "all"), 3).unwrap();
    for (item, first) in [(61, 0.198_287_59), (59, 0.090_656_3), (63, 0.072_678_98)] {
        assert!((ranks[item][0] - first).abs() < 1e-6, "{item}: {}", ranks[item][0]);
    }
    for place in 0..3 {
        let sum: f64 = ranks.iter().map(|ranks| ranks[place]).sum();
        assert!((sum - 1.0).abs() < 1e-9, "place {place}: {sum}");
    }
    // What 100,000 draws gave for each place, in the set itself: four standard errors.
    let drawn = &files["obd/bts_action_dist_all.csv"];
    for (line, ranks) in drawn.lines().skip(1).zip(&ranks) {
        for (drawn, rank) in line.split(',').skip(1).zip(ranks) {
            let drawn: f64 = drawn.parse().unwrap();
            let error = (rank * (1.0 - rank) / 100_000.0).sqrt();
            assert!((drawn - rank).abs() < 4.5 * error + 1e-6, "{line}: {rank}");
        }
    }
}

#[test]
fn betting_intervals_of_click_rates_are_the_published_ones() {
    let Some(files) = files() else { return };
    for (campaign, items, policy, low, high) in [
        ("all", 80, "random", 166.0, 574.0),
        ("all", 80, "bts", 227.0, 686.0),
        ("men", 34, "random", 225.0, 687.0),
        ("men", 34, "bts", 464.0, 1_106.0),
    ] {
        let clicks = log(files, policy, campaign, items).into_iter().map(|row| row.click);
        let interval = betting(clicks, 0.05).unwrap();
        // Published: the first and the last of a grid of 1e-5 that stand.
        let (first, last) = ((interval.low * 1e5).ceil(), (interval.high * 1e5).floor());
        assert!((first - low).abs() < 0.5 && (last - high).abs() < 0.5, "{interval:?}");
    }
}

fn verdict_of(rows: &Rows) -> Verdict {
    let parameters = Parameters::UNLIMITED;
    let settings = TableSettings { level: 0.95, resamples: 0, parameters };
    let table = Table::of(rows, &settings, &mut SplitMix64::new(1));
    verdict(&table, Estimator::Dr, &Limits::default())
}

#[test]
fn the_gate_refuses_the_uniform_policy_on_the_thompson_log_and_lets_the_converse_pass() {
    let Some(files) = files() else { return };
    for (campaign, size) in [("all", 340.4), ("men", 655.7)] {
        let Verdict::Refused(refusals) = verdict_of(&evaluated(files, "bts", campaign)) else {
            panic!("{campaign} is answered");
        };
        let [Refusal::FewEffectiveDecisions { effective_sample_size, decisions, .. }] =
            refusals[..]
        else {
            panic!("{refusals:?}");
        };
        assert!((effective_sample_size - size).abs() < 0.051 && decisions == 10_000);
        let found = verdict_of(&evaluated(files, "random", campaign));
        assert!(matches!(found, Verdict::Answer(_)), "{found:?}");
    }
}
