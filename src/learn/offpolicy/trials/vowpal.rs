//! Vowpal Wabbit's own test files and the losses it prints for them: those of its losses that are
//! an estimate, and no matter of what its learner learnt.
//!
//! What it prints as "average loss" of a `--cb_explore_adf` or `--cb_adf` policy is the IPS
//! estimate of the policy's own predictions, over the examples that have a cost. Where these
//! predictions follow from the file alone (a policy that only explores; the first prediction of an
//! untrained one) the number must be the one computed here. All other losses depend on the learner.

use std::collections::HashMap;

use crate::learn::offpolicy::decision::{Decision, Target, Uniform, rows};
use crate::learn::offpolicy::estimators::{Estimator, Parameters};
use crate::learn::offpolicy::row::testing::rows as plain_rows;
use crate::learn::offpolicy::sums::GuestSums;
use crate::testkit::data::unpacked;

type Files = HashMap<String, String>;

fn files() -> Option<Files> {
    unpacked("vw_bandit_regression.tar.zst")
}

/// An example with a cost.
#[derive(Debug)]
struct Example {
    number: u64,
    actions: usize,
    taken: usize,
    cost: f64,
    logged: f64,
}

impl Decision for Example {
    fn guest(&self) -> u64 {
        self.number
    }

    fn actions(&self) -> usize {
        self.actions
    }

    fn action(&self, place: usize) -> u64 {
        place as u64
    }

    fn taken(&self) -> usize {
        self.taken
    }

    fn selection_probability(&self) -> f64 {
        self.logged
    }

    fn reward(&self) -> f64 {
        self.cost
    }
}

/// `action:cost:probability` before the features of a line.
fn label(line: &str) -> Option<(usize, f64, f64)> {
    let label = line.split('|').next()?.split_whitespace().last()?;
    let parts: Vec<&str> = label.split(':').collect();
    let [action, cost, probability] = parts[..] else { return None };
    Some((action.parse().ok()?, cost.parse().ok()?, probability.parse().ok()?))
}

/// Examples of several lines each, one for each action, the one taken with a label; those without
/// any are left out, as they are there.
fn examples(text: &str) -> Vec<Example> {
    let text = text.replace('\r', "");
    let blocks = text.split("\n\n").filter(|block| !block.trim().is_empty());
    let example = |(number, block): (u64, &str)| {
        let lines = block.lines().filter(|line| !line.is_empty() && !line.starts_with("shared"));
        let lines: Vec<&str> = lines.collect();
        let (taken, (_, cost, logged)) =
            lines.iter().enumerate().find_map(|(at, line)| Some((at, label(line)?)))?;
        Some(Example { number, actions: lines.len(), taken, cost, logged })
    };
    (0..).zip(blocks).filter_map(example).collect()
}

fn ips(examples: &[Example], target: &impl Target<Example>) -> f64 {
    let rows = rows(examples, target, None).unwrap();
    GuestSums::of(&rows, &Parameters::UNLIMITED).total().value(Estimator::Ips)
}

/// The loss printed for a test of that number.
fn printed(files: &Files, number: &str) -> f64 {
    let lines = files["vw/expected/expected_losses.tsv"].lines();
    let mut fields = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    fields.find(|fields| fields[0] == number).unwrap()[2].parse().unwrap()
}

/// `--first 130` on 113 examples: only ever explores.
#[test]
fn a_policy_that_only_explores_has_the_loss_it_prints() {
    let Some(files) = files() else { return };
    let examples = examples(&files["vw/cb_load.dat"]);
    assert_eq!(examples.len(), 113);
    assert!((ips(&examples, &Uniform) - printed(&files, "318")).abs() < 1e-6);
}

/// Two examples with a cost, of which the second costs nothing whatever the policy: the loss is
/// that of the first prediction, which an untrained policy draws from all actions alike (several
/// explorers) or takes for the first action (without exploration).
#[test]
fn an_untrained_policy_has_the_loss_it_prints() {
    let Some(files) = files() else { return };
    let examples = examples(&files["vw/cb_test.ldf"]);
    assert_eq!(examples.len(), 2);
    for number in ["126", "127", "128", "129", "136", "137", "606", "617", "628", "631"] {
        assert!((ips(&examples, &Uniform) - printed(&files, number)).abs() < 1e-6, "{number}");
    }
    let first = |example: &Example, out: &mut Vec<f64>| {
        out.resize(example.actions, 0.0);
        out[0] = 1.0;
    };
    for number in ["85", "102", "146"] {
        assert!((ips(&examples, &first) - printed(&files, number)).abs() < 1e-6, "{number}");
    }
}

/// `--cb 2 --eval` of the constant policy "2" (test 72). With `--cb_type ips` it prints .506, which
/// is IPS; the .508142 of the file is the default, DR, with its learner's predictions.
#[test]
fn an_evaluation_of_logged_actions_is_ips() {
    let Some(files) = files() else { return };
    let rows: Vec<[f64; 3]> = files["vw/rcv1_cb_eval"]
        .lines()
        .map(|line| {
            let (taken, cost, logged) = label(line).unwrap();
            let wanted: usize = line.split(' ').next().unwrap().parse().unwrap();
            [cost, logged, f64::from(u8::from(taken == wanted))]
        })
        .collect();
    assert_eq!(rows.len(), 1_000);
    let sums = GuestSums::of(&plain_rows(&rows), &Parameters::UNLIMITED);
    let ips = sums.total().value(Estimator::Ips);
    assert!((ips - 0.506).abs() < 1e-12, "{ips}");
    // Predictions of a cost c, the same for all, make DR out of it by adding 0.008 c: 1 less the
    // mean weight.
    let printed = printed(&files, "72");
    assert!(ips < printed && printed < ips + 0.008, "{printed}");
}
