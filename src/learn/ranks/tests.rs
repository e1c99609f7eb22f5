//! Learning: the action that fits the context wins, and a restored learner goes on to the same bits.

use super::*;
use crate::domain::rank::{Action, Feature, Question, Ranking, Terms};
use crate::sys::rng::SplitMix64;

fn feature(name: &str) -> Feature {
    Feature { name: name.to_owned(), value: 1.0 }
}

fn question(day: &str, ids: &[&str], kinds: &[&str]) -> Question {
    let action = |(id, kind): (&&str, &&str)| Action {
        id: (*id).to_owned(),
        features: vec![feature(&format!("kind={kind}"))],
    };
    Question {
        event: "e".to_owned(),
        context: vec![feature(&format!("day={day}"))],
        actions: ids.iter().zip(kinds).map(action).collect(),
        excluded: Vec::new(),
        defers: false,
    }
}

fn ranked(question: Question, chosen: u8) -> Ranked {
    let ranking = Ranking {
        values: Vec::new(),
        probabilities: Vec::new(),
        draw: 0.0,
        learnt: 0,
        order: Vec::new(),
        chosen,
    };
    Ranked { question, terms: Terms::default(), ranking, import: None }
}

const IDS: [&str; 3] = ["news", "spa", "bar"];

/// On work days guests read, on rest days they bathe.
fn learnt(rounds: u32) -> RankLearner {
    let mut learner = RankLearner::default();
    teach(&mut learner, &mut SplitMix64::new(1), rounds);
    learner
}

fn teach(learner: &mut RankLearner, rng: &mut SplitMix64, rounds: u32) {
    for _ in 0..rounds {
        let day = ["work", "rest"][rng.below(2)];
        let chosen = rng.below(3);
        let fits = (day == "work" && chosen == 0) || (day == "rest" && chosen == 1);
        let reward = f64::from(u8::from(rng.chance(if fits { 0.8 } else { 0.2 })));
        let chosen = u8::try_from(chosen).unwrap();
        learner.learn(&ranked(question(day, &IDS, &IDS), chosen), reward, 1.0);
    }
}

#[test]
fn the_action_that_fits_the_context_is_expected_to_earn_most() {
    let model = learnt(600).model();
    for (day, best) in [("work", 0), ("rest", 1)] {
        let expected = model.expect(&question(day, &IDS, &IDS));
        let wins = expected.iter().enumerate().all(|(at, e)| at == best || *e < expected[best]);
        assert!(wins && (expected[best] - 0.8).abs() < 0.15, "{day}: {expected:?}");
    }
}

/// Actions that were never seen are told apart by what is known of them: crosses of their features
/// with the context.
#[test]
fn an_action_nobody_saw_is_known_by_its_features() {
    let model = learnt(2_000).model();
    let new = ["x1", "x2", "x3"];
    for (day, best) in [("work", 0), ("rest", 1)] {
        let expected = model.expect(&question(day, &new, &IDS));
        let wins = expected.iter().enumerate().all(|(at, e)| at == best || *e < expected[best]);
        assert!(wins, "{day}: {expected:?}");
    }
}

#[test]
fn a_restored_learner_goes_on_to_the_same_bits() {
    let mut one = learnt(200);
    let pending = Pending {
        key: [7; 16],
        due: Timestamp::from_seconds(9),
        default_reward: -0.0,
        is_activated: false,
        is_learnt: true,
        reward: Some(0.5),
    };
    one.wait(3, pending);
    one.hear(5);
    let mut two = RankLearner::restore(&one.checkpoint()).unwrap();
    assert!(one == two && one.digest() == two.digest());
    for learner in [&mut one, &mut two] {
        teach(learner, &mut SplitMix64::new(2), 100);
    }
    assert_eq!(one.checkpoint(), two.checkpoint());
    let mut broken = one.checkpoint();
    let last = broken.len() - 1;
    broken[last] ^= 1;
    assert!(RankLearner::restore(&broken).is_err());
    assert_eq!(RankLearner::restore(&[]).unwrap(), RankLearner::default());
}

#[test]
fn the_first_reward_counts_and_only_of_what_was_activated() {
    let pending = |is_activated, is_learnt, due| Pending {
        key: [0; 16],
        due: Timestamp::from_seconds(due),
        default_reward: -0.5,
        is_activated,
        is_learnt,
        reward: None,
    };
    let mut learner = RankLearner::default();
    let kinds = [(true, true), (false, true), (true, false), (true, true), (false, true)];
    for ((is_activated, is_learnt), rank) in kinds.into_iter().zip(1..) {
        learner.wait(rank, pending(is_activated, is_learnt, 10 + i64::try_from(rank).unwrap()));
    }
    assert_eq!((learner.reward(1, 1.0), learner.reward(1, 0.0)), (Some(1.0), None));
    // Deferred: the first reward waits for the activation.
    assert_eq!((learner.reward(2, 0.25), learner.reward(2, 1.0)), (None, None));
    assert_eq!((learner.activate(2), learner.activate(2)), (Some(0.25), None));
    assert_eq!(learner.reward(3, 1.0), None, "logged, not learnt");
    assert!(learner.settle(Timestamp::from_seconds(14)).is_empty());
    assert_eq!(learner.settle(Timestamp::from_seconds(100)), [(4, -0.5)], "5 was never shown");
    assert_eq!(learner.pending().count(), 0);
}

/// The first [`ARMS_MAX`] actions have weights of their own, and no more: memory is bounded.
#[test]
fn a_flood_of_actions_is_bounded() {
    let mut learner = RankLearner::default();
    for n in 0..ARMS_MAX + 30 {
        let id = format!("a{n}");
        learner.learn(&ranked(question("work", &[&id], &["x"]), 0), 1.0, 1.0);
    }
    assert_eq!(learner.model().arms.len(), ARMS_MAX);
    let late = learner.model().expect(&question("work", &["a90"], &["x"]));
    assert!(late[0] > 0.5, "{late:?}");
}

#[test]
fn a_weight_stands_for_so_many() {
    let at = |weight: f64| {
        let mut learner = RankLearner::default();
        learner.learn(&ranked(question("work", &["a"], &["x"]), 0), 1.0, weight);
        learner.model().expect(&question("work", &["a"], &["x"]))[0]
    };
    assert!(at(4.0) > at(1.0) && at(1.0) > 0.0);
}
