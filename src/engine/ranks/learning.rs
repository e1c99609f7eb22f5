//! What the log says of ranks, folded into their learner.

use std::sync::atomic::Ordering;

use crate::domain::id::BrandId;
use crate::domain::rank::{RankFact, Ranked};
use crate::domain::record::{Body, Record};
use crate::engine::brands::Brand;
use crate::engine::error::Error;
use crate::learn::ranks::Pending;
use crate::store::Store;

/// Folds a record about ranks. What it teaches is published by [`super::Ranks::publish`].
pub(in crate::engine) fn fold(
    store: &Store,
    brand: &Brand,
    record: &Record,
    fact: &RankFact,
) -> Result<(), Error> {
    let mut learner = brand.ranks.learner.lock();
    if !learner.hear(record.sequence) {
        return Ok(());
    }
    let due = match fact {
        RankFact::Ranked(ranked) => {
            match ranked.import {
                Some(import) if ranked.terms.is_learnt => {
                    learner.learn(ranked, import.reward, import.weight);
                    brand.ranks.is_behind.store(true, Ordering::Release);
                }
                Some(_) => {}
                None => learner.wait(record.sequence, pending(store, record, ranked)),
            }
            return Ok(());
        }
        RankFact::Rewarded { rank, value } => {
            learner.reward(*rank, *value).map(|reward| (*rank, reward)).into_iter().collect()
        }
        RankFact::Activated { rank } => {
            learner.activate(*rank).map(|reward| (*rank, reward)).into_iter().collect()
        }
        RankFact::Waited { until } => learner.settle(*until),
    };
    for (rank, reward) in due {
        if let Some(ranked) = ranked(store, &brand.id, rank)? {
            learner.learn(&ranked, reward, 1.0);
            brand.ranks.is_behind.store(true, Ordering::Release);
        }
    }
    Ok(())
}

fn pending(store: &Store, record: &Record, ranked: &Ranked) -> Pending {
    let terms = &ranked.terms;
    Pending {
        key: store.pepper().rank(&record.brand, &ranked.question.event).0,
        due: record.recorded.plus(terms.wait),
        default_reward: terms.default_reward,
        is_activated: !ranked.question.defers,
        is_learnt: terms.is_learnt,
        reward: None,
    }
}

/// The rank at a place of the log; `None` where there is none of this brand.
pub(super) fn ranked(store: &Store, brand: &BrandId, at: u64) -> Result<Option<Ranked>, Error> {
    let record = store.record(at)?.filter(|record| record.brand == *brand);
    Ok(record.and_then(|record| match record.body {
        Body::Rank(fact) => match *fact {
            RankFact::Ranked(ranked) => Some(ranked),
            RankFact::Rewarded { .. } | RankFact::Activated { .. } | RankFact::Waited { .. } => {
                None
            }
        },
        _ => None,
    }))
}
