//! Ranks: learnt once, replayed to the same bits, made again from their records.

use super::*;
use crate::domain::rank::{Action, Feature, Import, Question, RankFact, Ranked, Ranking, Terms};
use crate::domain::record::Body;
use crate::engine::RankFate;
use crate::learn::ranks::model::answer;

fn question(event: &str, day: &str) -> Question {
    let feature = |name: String| Feature { name, value: 1.0 };
    let action =
        |id: &str| Action { id: id.to_owned(), features: vec![feature(format!("k={id}"))] };
    Question {
        event: event.to_owned(),
        context: vec![feature(format!("day={day}"))],
        actions: ["news", "spa", "bar"].map(action).into(),
        excluded: if event.ends_with('7') { vec![2] } else { Vec::new() },
        defers: event.ends_with('5'),
    }
}

/// Ranks of many kinds: rewarded, ignored, deferred and shown or not, with an excluded action.
fn live(world: &World, from: u32, to: u32) {
    let World { engine, scope, .. } = world;
    for n in from..to {
        let event = format!("e{n}");
        let day = ["work", "rest"][n as usize % 2];
        let ranked = engine.rank(scope, question(&event, day)).unwrap();
        if n % 20 == 5 {
            engine.activate_rank(scope, &event, Box::new(|_| {})).unwrap();
        }
        if n % 3 != 0 {
            let fits = ranked.ranking.chosen == u8::from(n % 2 == 1);
            let value = if fits { 1.0 } else { -0.25 };
            engine.reward_rank(scope, &event, value, Box::new(|_| {})).unwrap();
        }
        world.clock.advance(Duration::from_secs(20));
        engine.tick().unwrap();
        engine.learned().unwrap();
    }
}

/// I16 for ranks: undisturbed, closed and opened, and killed between two checkpoints reach the same
/// bits, with the same ranks waiting.
#[test]
fn a_restart_reaches_the_same_bits() {
    let world = World::new(2);
    live(&world, 0, 60);
    world.engine.checkpoint(&world.scope).unwrap();
    live(&world, 60, 110);
    world.engine.committer.flush().unwrap();
    let expected = world.engine.ranks_learnt(&world.scope);
    assert!(expected.1 > 60, "{expected:?}");
    let killed = world.reopen_copy();
    assert_eq!(killed.engine.ranks_learnt(&killed.scope), expected);
    let closed = world.reopen();
    assert_eq!(closed.engine.ranks_learnt(&closed.scope), expected);
    for world in [&killed, &closed] {
        let fate = |event: &str| {
            world.engine.reward_rank(&world.scope, event, 1.0, Box::new(|_| {})).unwrap()
        };
        assert_eq!((fate("e108"), fate("e109")), (RankFate::Counted, RankFate::SettledBefore));
        assert_eq!(fate("e0"), RankFate::SettledBefore, "its wait was over long ago");
    }
}

/// Every rank of the log can be made again from its record, to the bit.
#[test]
fn a_rank_is_made_again_from_its_record() {
    let world = World::new(2);
    live(&world, 0, 40);
    world.engine.committer.flush().unwrap();
    let mut seen = 0;
    for record in world.engine.store.log(1).unwrap() {
        let Body::Rank(fact) = record.unwrap().body else { continue };
        let RankFact::Ranked(ranked) = *fact else { continue };
        let Ranked { question, terms, ranking, .. } = ranked;
        let again = answer(&question, &terms, ranking.values.clone(), ranking.draw, ranking.learnt);
        assert_eq!(again, ranking);
        seen += 1;
    }
    assert_eq!(seen, 40);
}

#[test]
fn an_event_is_ranked_once_and_another_question_is_refused() {
    let world = World::new(2);
    let World { engine, scope, .. } = &world;
    let first = engine.rank(scope, question("e1", "work")).unwrap();
    assert_eq!(engine.rank(scope, question("e1", "work")).unwrap(), first);
    engine.reward_rank(scope, "e1", 1.0, Box::new(|_| {})).unwrap();
    assert_eq!(engine.rank(scope, question("e1", "work")).unwrap(), first);
    let refused = engine.rank(scope, question("e1", "rest")).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Conflict);
    let unnamed = engine.rank(scope, question("", "work")).unwrap();
    assert_eq!(unnamed.question.event.len(), 32);
    for value in [f64::NAN, 1.5, f64::INFINITY] {
        let refused = engine.reward_rank(scope, "e1", value, Box::new(|_| {})).unwrap_err();
        assert_eq!(
            (refused.kind, refused.fields[0].field.as_str()),
            (ErrorKind::InvalidArgument, "value")
        );
    }
}

/// Policy and learning mode of the catalog's `[ranks]`, and the mode set over them.
#[test]
fn the_catalog_says_how_ranks_explore_and_wait() {
    let world = World::new(2);
    let World { engine, scope, .. } = &world;
    let terms = |event: &str| engine.rank(scope, question(event, "work")).unwrap().terms;
    assert_eq!(terms("e1"), Terms::default());
    let text = world::text(2);
    let policy = engine.catalog(scope, None).unwrap().0.content().decision_policies[0].clone();
    let rules = format!(
        "[ranks]\npolicy = \"{}\"\nreward_wait = \"1h\"\ndefault_reward = -0.5\n",
        policy.id
    );
    engine.publish_catalog(scope, &format!("{text}\n{rules}"), "ranks", None).unwrap();
    let agreed = terms("e2");
    assert_eq!(agreed.exploration, policy.exploration);
    assert_eq!((agreed.wait, agreed.default_reward), (Duration::from_secs(3_600), -0.5));
    engine.set_mode(scope, Some(crate::domain::policy::LearningMode::LoggingOnly)).unwrap();
    let logged = engine.rank(scope, question("e3", "work")).unwrap();
    assert!(logged.terms.is_baseline && !logged.terms.is_learnt && logged.ranking.chosen == 0);
}

#[test]
fn what_another_system_made_is_learnt_once() {
    let world = World::new(2);
    let World { engine, scope, .. } = &world;
    let made = |event: &str, is_learnt: bool| {
        let ranking = Ranking {
            values: Vec::new(),
            probabilities: vec![0.0, 0.5, 0.0],
            draw: 0.0,
            learnt: 0,
            order: vec![1, 0, 2],
            chosen: 1,
        };
        let import = Import { time: world::now(), reward: 1.0, weight: 2.0 };
        let terms = Terms { is_learnt, ..Terms::default() };
        Ranked { question: question(event, "work"), terms, ranking, import: Some(import) }
    };
    assert!(engine.import_rank(scope, made("i1", true), None).unwrap());
    assert!(engine.import_rank(scope, made("i2", false), None).unwrap());
    engine.learned().unwrap();
    assert!(!engine.import_rank(scope, made("i1", true), None).unwrap(), "it is there already");
    assert_eq!(engine.ranks_learnt(scope).1, 1);
    let ranked = engine.rank(scope, question("e1", "work")).unwrap();
    let values = &ranked.ranking.values;
    assert!(values[1] > values[0] && values[1] > values[2], "{values:?}");
}
