//! Records of ranks with every field set, for the golden bytes.

use super::samples::at;
use crate::domain::policy::Exploration;
use crate::domain::rank::{Action, Feature, Import, Question, RankFact, Ranked, Ranking, Terms};
use crate::domain::record::Body;

/// One record of each fact.
pub(super) fn bodies() -> [Body; 4] {
    let facts = [
        RankFact::Ranked(ranked()),
        RankFact::Rewarded { rank: 41, value: -0.5 },
        RankFact::Activated { rank: 41 },
        RankFact::Waited { until: at(60) },
    ];
    facts.map(|fact| Body::Rank(Box::new(fact)))
}

/// A rank with everything in it.
fn ranked() -> Ranked {
    let feature = |name: &str, value| Feature { name: name.to_owned(), value };
    let action = |id: &str| Action { id: id.to_owned(), features: vec![feature("price", -0.0)] };
    Ranked {
        question: Question {
            event: "e-1".to_owned(),
            context: vec![feature("day=rest", 1.0), feature("age", 0.0)],
            actions: vec![action("news"), action("sports"), action("films")],
            excluded: vec![1],
            defers: true,
        },
        terms: Terms {
            exploration: Exploration::InverseGap { gamma0: 9.0, decisions_cap: 5.0, floor: 0.1 },
            wait: std::time::Duration::from_secs(600),
            default_reward: -0.25,
            is_baseline: true,
            is_learnt: false,
        },
        ranking: Ranking {
            values: vec![0.0, 0.25, 0.5],
            probabilities: vec![0.2, 0.0, 0.8],
            draw: 0.75,
            learnt: 12,
            order: vec![2, 1, 0],
            chosen: 2,
        },
        import: Some(Import { time: at(50), reward: 1.0, weight: 2.0 }),
    }
}
