//! The learner of ranks: which action earns how much in which context, for actions that nobody
//! described beforehand.
//!
//! An [`ArmLearner`] over a bounded number of places ([`encoding`]), and the ranks that wait for
//! their reward. It is a fold of the log's records about ranks, in order: the same prefix gives the
//! same bits. Rewards are numbers from -1 to 1, and a rank that was rewarded is learnt at once: the
//! first reward is the one that counts, so there is nothing more to wait for.
//!
//! Memory: at most [`ARMS_MAX`] actions have weights of their own (34 KiB each and prior; whoever
//! comes later is known by its features alone), some thousand names, and 100 bytes for each rank
//! that waits.

mod checkpoint;
pub mod encoding;
pub mod model;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::rank::Ranked;
use crate::domain::time::Timestamp;

use super::arms::{ArmLearner, Chance, RewardKind};
use encoding::{ACTION_PLACES, CONTEXT_PLACES, Encoding};
use model::{RankModel, arm};

/// Most actions with weights of their own.
pub const ARMS_MAX: usize = 64;
/// About the standard deviation of rewards between -1 and 1.
const SCALE: f64 = 0.5;

/// The key of a rank event: a keyed hash of its id.
pub type EventKey = [u8; 16];

/// A rank that waits for its reward.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pending {
    /// Whose.
    pub key: EventKey,
    /// When its wait ends.
    pub due: Timestamp,
    /// What it earns then.
    pub default_reward: f64,
    /// Does it count?
    pub is_activated: bool,
    /// Is it learnt from?
    pub is_learnt: bool,
    /// A reward that came before it was activated.
    pub reward: Option<f64>,
}

/// The learner of ranks of a brand.
#[derive(Debug, Clone, PartialEq)]
pub struct RankLearner {
    encoding: Arc<Encoding>,
    arms: ArmLearner,
    /// By place in the log.
    pending: BTreeMap<u64, Pending>,
    /// The same by when their wait ends.
    due: BTreeSet<(Timestamp, u64)>,
    learnt: u64,
    heard: u64,
}

impl Default for RankLearner {
    fn default() -> Self {
        let sizes = (CONTEXT_PLACES, ACTION_PLACES);
        let arms = ArmLearner::new(RewardKind::Amount { scale: SCALE }, sizes, 0.0);
        Self {
            encoding: Arc::default(),
            arms: arms.with_arms_max(ARMS_MAX),
            pending: BTreeMap::new(),
            due: BTreeSet::new(),
            learnt: 0,
            heard: 0,
        }
    }
}

impl RankLearner {
    /// Last record heard of.
    pub fn heard(&self) -> u64 {
        self.heard
    }

    /// Notes that a record is heard of; false where it was before.
    pub fn hear(&mut self, sequence: u64) -> bool {
        let is_new = sequence > self.heard;
        self.heard = self.heard.max(sequence);
        is_new
    }

    /// Rewards learnt from.
    pub fn learnt(&self) -> u64 {
        self.learnt
    }

    /// Ranks that wait for their reward, by place in the log.
    pub fn pending(&self) -> impl Iterator<Item = (u64, &Pending)> {
        self.pending.iter().map(|(rank, pending)| (*rank, pending))
    }

    /// A rank was made.
    pub fn wait(&mut self, rank: u64, pending: Pending) {
        self.due.insert((pending.due, rank));
        self.pending.insert(rank, pending);
    }

    /// A rank was rewarded. Gives the reward to be learnt, where it is to be learnt now.
    pub fn reward(&mut self, rank: u64, value: f64) -> Option<f64> {
        let pending = self.pending.get_mut(&rank)?;
        let first = *pending.reward.get_or_insert(value);
        let is_done = pending.is_activated;
        is_done.then(|| self.take(rank, first)).flatten()
    }

    /// A deferred rank was shown. Gives the reward to be learnt, where it is to be learnt now.
    pub fn activate(&mut self, rank: u64) -> Option<f64> {
        let pending = self.pending.get_mut(&rank)?;
        pending.is_activated = true;
        let reward = pending.reward?;
        self.take(rank, reward)
    }

    /// Settles what has waited for long enough. Gives the ranks to be learnt, with their rewards:
    /// one that was never activated is not among them.
    pub fn settle(&mut self, until: Timestamp) -> Vec<(u64, f64)> {
        let later = self.due.split_off(&(until, 0));
        let ended = std::mem::replace(&mut self.due, later);
        let of = |(_, rank): (Timestamp, u64)| {
            let pending = self.pending.remove(&rank)?;
            let counts = pending.is_activated && pending.is_learnt;
            counts.then_some((rank, pending.reward.unwrap_or(pending.default_reward)))
        };
        ended.into_iter().filter_map(of).collect()
    }

    fn take(&mut self, rank: u64, reward: f64) -> Option<f64> {
        let pending = self.pending.remove(&rank)?;
        self.due.remove(&(pending.due, rank));
        pending.is_learnt.then_some(reward)
    }

    /// Learns what the action that a rank chose has earned. `weight`: for how many it stands.
    pub fn learn(&mut self, ranked: &Ranked, reward: f64, weight: f64) {
        let question = &ranked.question;
        let Some(action) = question.actions.get(usize::from(ranked.ranking.chosen)) else { return };
        if !self.encoding.knows(&question.context, &action.features) {
            Arc::make_mut(&mut self.encoding).add(&question.context, &action.features);
        }
        let context = self.encoding.context(&question.context);
        let features = self.encoding.action(&context, &action.features);
        let chance =
            Chance { arm: arm(&action.id), context: &context.numbers, features: &features };
        self.arms.learn_weighted(&chance, reward, weight);
        self.learnt += 1;
    }

    /// What is served from.
    pub fn model(&self) -> RankModel {
        let arms = self.arms.arms().into_iter();
        RankModel {
            encoding: Arc::clone(&self.encoding),
            shared: self.arms.weights(None),
            arms: arms.map(|arm| (arm, self.arms.weights(Some(arm)))).collect(),
            learnt: self.learnt,
        }
    }
}

#[cfg(test)]
mod tests;
