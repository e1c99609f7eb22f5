//! Ranks: made, rewarded, activated, settled. One message, of which one field says what it is.
//!
//! | field | holds |
//! |---|---|
//! | 1 | a rank |
//! | 2, 3 | a reward of, or the activation of, the rank at this place; 4: the reward |
//! | 5 | ranks whose wait ended before this moment are settled |
//!
//! A rank is event 1, context 2, actions 3, excluded 4, flags 5, exploration 6, wait 7 (µs), default
//! reward 8, draw 9, learnt 10, order 11, chosen 12, import 13. An action is id 1, features 2, its
//! expected reward 3 and its selection probability 4; a feature is name 1 and value 2.

use std::time::Duration;

use super::parts;
use crate::domain::policy::Exploration;
use crate::domain::rank::{Action, Feature, Import, Question, RankFact, Ranked, Ranking, Terms};
use crate::domain::time::Timestamp;
use crate::store::wire::{self, Fields, Malformed, Read};

const RANKED: u32 = 1;
const REWARDED: u32 = 2;
const ACTIVATED: u32 = 3;
const VALUE: u32 = 4;
const WAITED: u32 = 5;

const DEFERS: u8 = 1;
const BASELINE: u8 = 2;
const LEARNT: u8 = 4;
const ASKED: u8 = 8;

pub(super) fn write(out: &mut Vec<u8>, fact: &RankFact) {
    match fact {
        RankFact::Ranked(ranked) => wire::message(out, RANKED, |out| write_ranked(out, ranked)),
        RankFact::Rewarded { rank, value } => {
            wire::always_uint(out, REWARDED, *rank);
            wire::put_double(out, VALUE, *value);
        }
        RankFact::Activated { rank } => wire::always_uint(out, ACTIVATED, *rank),
        RankFact::Waited { until } => {
            wire::always_fixed(out, WAITED, until.as_micros().cast_unsigned());
        }
    }
}

pub(super) fn read(mut fields: Fields<'_>) -> Read<RankFact> {
    let (mut fact, mut reward) = (None, 0.0);
    while let Some((number, value)) = fields.next()? {
        match number {
            RANKED => fact = Some(RankFact::Ranked(read_ranked(value.message()?)?)),
            REWARDED => fact = Some(RankFact::Rewarded { rank: value.uint()?, value: 0.0 }),
            ACTIVATED => fact = Some(RankFact::Activated { rank: value.uint()? }),
            VALUE => reward = value.double()?,
            WAITED => {
                let until = Timestamp::from_micros(value.fixed()?.cast_signed());
                fact = Some(RankFact::Waited { until });
            }
            _ => {}
        }
    }
    match fact.ok_or(Malformed("a rank says nothing"))? {
        RankFact::Rewarded { rank, .. } => Ok(RankFact::Rewarded { rank, value: reward }),
        fact => Ok(fact),
    }
}

fn write_ranked(out: &mut Vec<u8>, ranked: &Ranked) {
    let Ranked { question, terms, ranking, import } = ranked;
    wire::put_bytes(out, 1, &question.event);
    write_features(out, 2, &question.context);
    for (at, action) in question.actions.iter().enumerate() {
        wire::message(out, 3, |out| {
            wire::put_bytes(out, 1, &action.id);
            write_features(out, 2, &action.features);
            let number = |numbers: &[f64]| numbers.get(at).copied().unwrap_or_default();
            wire::put_double(out, 3, number(&ranking.values));
            wire::put_double(out, 4, number(&ranking.probabilities));
        });
    }
    wire::put_bytes(out, 4, &question.excluded);
    let flags = [
        (question.defers, DEFERS),
        (terms.is_baseline, BASELINE),
        (terms.is_learnt, LEARNT),
        (!ranking.values.is_empty(), ASKED),
    ];
    let flags = flags.into_iter().filter(|(is, _)| *is).fold(0, |all, (_, flag)| all | flag);
    wire::put_uint(out, 5, flags);
    wire::message(out, 6, |out| write_exploration(out, terms.exploration));
    wire::put_uint(out, 7, u64::try_from(terms.wait.as_micros()).unwrap_or(u64::MAX));
    wire::put_double(out, 8, terms.default_reward);
    wire::put_double(out, 9, ranking.draw);
    wire::put_uint(out, 10, ranking.learnt);
    wire::put_bytes(out, 11, &ranking.order);
    wire::put_uint(out, 12, ranking.chosen);
    if let Some(import) = import {
        wire::message(out, 13, |out| {
            parts::put_time(out, 1, import.time);
            wire::put_double(out, 2, import.reward);
            wire::put_factor(out, 3, import.weight);
        });
    }
}

fn write_features(out: &mut Vec<u8>, field: u32, features: &[Feature]) {
    for feature in features {
        wire::message(out, field, |out| {
            wire::put_bytes(out, 1, &feature.name);
            wire::put_double(out, 2, feature.value);
        });
    }
}

fn read_feature(mut fields: Fields<'_>) -> Read<Feature> {
    let mut feature = Feature { name: String::new(), value: 0.0 };
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => feature.name = value.text()?.to_owned(),
            2 => feature.value = value.double()?,
            _ => {}
        }
    }
    Ok(feature)
}

fn write_exploration(out: &mut Vec<u8>, exploration: Exploration) {
    let (kind, numbers): (u32, [f64; 3]) = match exploration {
        Exploration::InverseGap { gamma0, decisions_cap, floor } => {
            (0, [gamma0, decisions_cap, floor])
        }
        Exploration::EpsilonGreedy { floor } => (1, [floor, 0.0, 0.0]),
        Exploration::Optimistic { optimism, young, floor } => (2, [optimism, young, floor]),
        Exploration::Thompson { spread, floor } => (3, [spread, floor, 0.0]),
        Exploration::Uniform => (4, [0.0; 3]),
        Exploration::Popular => (5, [0.0; 3]),
    };
    wire::put_uint(out, 1, kind);
    for (field, number) in (2..).zip(numbers) {
        wire::put_double(out, field, number);
    }
}

fn read_exploration(mut fields: Fields<'_>) -> Read<Exploration> {
    let (mut kind, mut numbers) = (0_u32, [0.0; 3]);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => kind = value.uint()?,
            2 => numbers[0] = value.double()?,
            3 => numbers[1] = value.double()?,
            4 => numbers[2] = value.double()?,
            _ => {}
        }
    }
    let [a, b, c] = numbers;
    Ok(match kind {
        0 => Exploration::InverseGap { gamma0: a, decisions_cap: b, floor: c },
        1 => Exploration::EpsilonGreedy { floor: a },
        2 => Exploration::Optimistic { optimism: a, young: b, floor: c },
        3 => Exploration::Thompson { spread: a, floor: b },
        4 => Exploration::Uniform,
        5 => Exploration::Popular,
        _ => return Err(Malformed("an exploration is of no known kind")),
    })
}

fn read_import(mut fields: Fields<'_>) -> Read<Import> {
    let mut import = Import { time: Timestamp::EPOCH, reward: 0.0, weight: 1.0 };
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => import.time = parts::read_time(value)?,
            2 => import.reward = value.double()?,
            3 => import.weight = value.double()?,
            _ => {}
        }
    }
    Ok(import)
}

fn read_ranked(mut fields: Fields<'_>) -> Read<Ranked> {
    let mut question = Question {
        event: String::new(),
        context: Vec::new(),
        actions: Vec::new(),
        excluded: Vec::new(),
        defers: false,
    };
    let mut terms = Terms { wait: Duration::ZERO, ..Terms::default() };
    let mut ranking = Ranking {
        values: Vec::new(),
        probabilities: Vec::new(),
        draw: 0.0,
        learnt: 0,
        order: Vec::new(),
        chosen: 0,
    };
    let (mut flags, mut import) = (0_u8, None);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => question.event = value.text()?.to_owned(),
            2 => question.context.push(read_feature(value.message()?)?),
            3 => {
                let (action, expected, probability) = read_action(value.message()?)?;
                question.actions.push(action);
                ranking.values.push(expected);
                ranking.probabilities.push(probability);
            }
            4 => question.excluded = value.bytes()?.to_vec(),
            5 => flags = value.uint()?,
            6 => terms.exploration = read_exploration(value.message()?)?,
            7 => terms.wait = Duration::from_micros(value.uint()?),
            8 => terms.default_reward = value.double()?,
            9 => ranking.draw = value.double()?,
            10 => ranking.learnt = value.uint()?,
            11 => ranking.order = value.bytes()?.to_vec(),
            12 => ranking.chosen = value.uint()?,
            13 => import = Some(read_import(value.message()?)?),
            _ => {}
        }
    }
    if usize::from(ranking.chosen) >= question.actions.len() {
        return Err(Malformed("a rank chose no action of its own"));
    }
    question.defers = flags & DEFERS != 0;
    terms.is_baseline = flags & BASELINE != 0;
    terms.is_learnt = flags & LEARNT != 0;
    if flags & ASKED == 0 {
        ranking.values.clear();
    }
    Ok(Ranked { question, terms, ranking, import })
}

fn read_action(mut fields: Fields<'_>) -> Read<(Action, f64, f64)> {
    let mut action = Action { id: String::new(), features: Vec::new() };
    let (mut expected, mut probability) = (0.0, 0.0);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => action.id = value.text()?.to_owned(),
            2 => action.features.push(read_feature(value.message()?)?),
            3 => expected = value.double()?,
            4 => probability = value.double()?,
            _ => {}
        }
    }
    Ok((action, expected, probability))
}
