//! Ranks of any content.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::time;
use crate::domain::policy::Exploration;
use crate::domain::rank::{Action, Feature, Import, Question, RankFact, Ranked, Ranking, Terms};

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(-0.0), -1e9_f64..1e9]
}

fn features() -> impl Strategy<Value = Vec<Feature>> {
    vec((".{0,9}", number()).prop_map(|(name, value)| Feature { name, value }), 0..4)
}

fn exploration() -> impl Strategy<Value = Exploration> {
    let inverse_gap =
        |(gamma0, decisions_cap, floor)| Exploration::InverseGap { gamma0, decisions_cap, floor };
    prop_oneof![
        (number(), number(), number()).prop_map(inverse_gap),
        number().prop_map(|floor| Exploration::EpsilonGreedy { floor }),
        (number(), number(), number()).prop_map(|(optimism, young, floor)| {
            Exploration::Optimistic { optimism, young, floor }
        }),
        (number(), number()).prop_map(|(spread, floor)| Exploration::Thompson { spread, floor }),
        Just(Exploration::Uniform),
        Just(Exploration::Popular),
    ]
}

fn terms() -> impl Strategy<Value = Terms> {
    (exploration(), any::<u32>(), number(), any::<bool>(), any::<bool>()).prop_map(
        |(exploration, wait, default_reward, is_baseline, is_learnt)| Terms {
            exploration,
            wait: Duration::from_micros(wait.into()),
            default_reward,
            is_baseline,
            is_learnt,
        },
    )
}

fn ranked() -> impl Strategy<Value = Ranked> {
    let action = (".{1,9}", features(), number(), number());
    let import =
        option::of((time(), number(), number()).prop_map(|(time, reward, weight)| Import {
            time,
            reward,
            weight,
        }));
    let question = (".{1,9}", features(), vec(action, 1..4), vec(any::<u8>(), 0..3));
    let answer = (number(), any::<u64>(), vec(any::<u8>(), 0..4), any::<bool>());
    (question, any::<bool>(), terms(), answer, import).prop_map(
        |((event, context, actions, excluded), defers, terms, answer, import)| {
            let (draw, learnt, order, is_asked) = answer;
            let values = actions.iter().filter(|_| is_asked).map(|(_, _, v, _)| *v).collect();
            let probabilities = actions.iter().map(|(_, _, _, p)| *p).collect();
            let actions = actions.into_iter().map(|(id, features, _, _)| Action { id, features });
            let actions: Vec<Action> = actions.collect();
            let question = Question { event, context, actions, excluded, defers };
            let ranking = Ranking { values, probabilities, draw, learnt, order, chosen: 0 };
            Ranked { question, terms, ranking, import }
        },
    )
}

/// Anything a record says of ranks.
pub(super) fn fact() -> impl Strategy<Value = RankFact> {
    prop_oneof![
        ranked().prop_map(RankFact::Ranked),
        (any::<u64>(), number()).prop_map(|(rank, value)| RankFact::Rewarded { rank, value }),
        any::<u64>().prop_map(|rank| RankFact::Activated { rank }),
        time().prop_map(|until| RankFact::Waited { until }),
    ]
}
