//! The learner of ranks in bytes: exact to the bit, the same bytes for the same state.

use std::collections::BTreeMap;
use std::sync::Arc;

use prost::Message;

use crate::domain::time::Timestamp;
use crate::learn::arms::Expert;
use crate::learn::checkpoint::{CheckpointError, NodeState, envelope};

use super::encoding::{ACTION_PLACES, CONTEXT_PLACES, Encoding, Known, Names};
use super::{Pending, RankLearner};

/// Version this binary writes, and the only one it reads.
const VERSION: u32 = 1;

#[derive(Clone, PartialEq, Message)]
struct Body {
    #[prost(uint64, tag = "1")]
    heard: u64,
    #[prost(uint64, tag = "2")]
    learnt: u64,
    #[prost(message, optional, tag = "3")]
    context: Option<NameRows>,
    #[prost(message, optional, tag = "4")]
    actions: Option<NameRows>,
    #[prost(message, repeated, tag = "5")]
    experts: Vec<ExpertState>,
    #[prost(message, repeated, tag = "6")]
    pending: Vec<PendingRow>,
}

/// Names by their hash, ascending.
#[derive(Clone, PartialEq, Message)]
struct NameRows {
    #[prost(fixed64, repeated, tag = "1")]
    names: Vec<u64>,
    #[prost(uint32, repeated, tag = "2")]
    places: Vec<u32>,
    #[prost(double, repeated, tag = "3")]
    sizes: Vec<f64>,
}

#[derive(Clone, PartialEq, Message)]
struct ExpertState {
    #[prost(message, optional, tag = "1")]
    root: Option<NodeState>,
    #[prost(message, repeated, tag = "2")]
    branches: Vec<NodeState>,
    /// The arm of each branch.
    #[prost(fixed64, repeated, tag = "3")]
    arms: Vec<u64>,
    /// Width of the prior, evidence, sum of noise, how many.
    #[prost(double, repeated, tag = "4")]
    numbers: Vec<f64>,
}

#[derive(Clone, PartialEq, Message)]
struct PendingRow {
    #[prost(uint64, tag = "1")]
    rank: u64,
    #[prost(bytes = "vec", tag = "2")]
    key: Vec<u8>,
    #[prost(sint64, tag = "3")]
    due: i64,
    /// The default, and a reward that came already.
    #[prost(double, repeated, tag = "4")]
    rewards: Vec<f64>,
    #[prost(bool, tag = "5")]
    is_activated: bool,
    #[prost(bool, tag = "6")]
    is_learnt: bool,
}

impl RankLearner {
    /// The whole state, in bytes.
    pub fn checkpoint(&self) -> Vec<u8> {
        envelope::seal(VERSION, &self.body())
    }

    /// A hash of the whole state: equal states have equal digests.
    pub fn digest(&self) -> u64 {
        envelope::digest(&self.body())
    }

    /// The learner that wrote a checkpoint; a new one for no bytes at all.
    ///
    /// # Errors
    /// Where the bytes are not a checkpoint this binary can read in full.
    pub fn restore(checkpoint: &[u8]) -> Result<Self, CheckpointError> {
        if checkpoint.is_empty() {
            return Ok(Self::default());
        }
        let body: Body = envelope::open(VERSION, checkpoint)?;
        let mut learner = Self { heard: body.heard, learnt: body.learnt, ..Self::default() };
        let names = |rows: &Option<NameRows>, places| match rows {
            Some(rows) => rows.names(places),
            None => Ok(Names::default()),
        };
        learner.encoding = Arc::new(Encoding {
            context: names(&body.context, CONTEXT_PLACES)?,
            actions: names(&body.actions, ACTION_PLACES)?,
        });
        let kind = learner.arms.kind;
        let experts = body.experts.iter().map(|state| state.expert(kind));
        learner.arms.experts = experts.collect::<Result<_, _>>()?;
        if learner.arms.experts.is_empty() {
            return Err(CheckpointError::Shape("rank weights"));
        }
        for row in &body.pending {
            learner.wait(row.rank, row.pending()?);
        }
        Ok(learner)
    }

    fn body(&self) -> Body {
        Body {
            heard: self.heard,
            learnt: self.learnt,
            context: Some(NameRows::of(&self.encoding.context)),
            actions: Some(NameRows::of(&self.encoding.actions)),
            experts: self.arms.experts.iter().map(ExpertState::of).collect(),
            pending: self.pending.iter().map(|(rank, p)| PendingRow::of(*rank, p)).collect(),
        }
    }
}

impl NameRows {
    fn of(names: &Names) -> Self {
        Self {
            names: names.0.keys().copied().collect(),
            places: names.0.values().map(|known| known.place).collect(),
            sizes: names.0.values().map(|known| known.size).collect(),
        }
    }

    fn names(&self, places: usize) -> Result<Names, CheckpointError> {
        let is_sound = self.places.len() == self.names.len()
            && self.sizes.len() == self.names.len()
            && self.sizes.iter().all(|size| size.is_finite() && *size > 0.0)
            && self.places.iter().all(|at| usize::try_from(*at).is_ok_and(|at| at < places));
        if !is_sound {
            return Err(CheckpointError::Shape("rank names"));
        }
        let known = self.places.iter().zip(&self.sizes);
        let known = known.map(|(place, size)| Known { place: *place, size: *size });
        Ok(Names(self.names.iter().copied().zip(known).collect()))
    }
}

impl ExpertState {
    fn of(expert: &Expert) -> Self {
        let by_branch: BTreeMap<usize, u64> =
            expert.branches.iter().map(|(arm, branch)| (*branch, *arm)).collect();
        Self {
            root: Some(NodeState::of(&expert.tree.root)),
            branches: expert.tree.branches.iter().map(NodeState::of).collect(),
            arms: by_branch.into_values().collect(),
            numbers: vec![expert.width, expert.evidence, expert.noise.0, expert.noise.1],
        }
    }

    fn expert(&self, kind: crate::learn::arms::RewardKind) -> Result<Expert, CheckpointError> {
        let shape = || CheckpointError::Shape("rank weights");
        let [width, evidence, noise, count] = self.numbers[..] else { return Err(shape()) };
        let is_sound = width > 0.0 && noise >= 0.0 && count > 0.0;
        if !is_sound || self.numbers.iter().any(|n| !n.is_finite()) {
            return Err(shape());
        }
        let mut expert = Expert::new(kind, (CONTEXT_PLACES, ACTION_PLACES), 0.0, width);
        let (of_root, of_branch) =
            (expert.tree.shape().root.len(), expert.tree.shape().branch.len());
        expert.tree.root = self.root.as_ref().ok_or_else(shape)?.grown(of_root, 0)?;
        for branch in &self.branches {
            expert.tree.branches.push(branch.grown(of_branch, of_root)?);
        }
        expert.branches = self.arms.iter().copied().zip(0..).collect();
        if expert.branches.len() != self.branches.len() {
            return Err(shape());
        }
        (expert.evidence, expert.noise) = (evidence, (noise, count));
        Ok(expert)
    }
}

impl PendingRow {
    fn of(rank: u64, pending: &Pending) -> Self {
        Self {
            rank,
            key: pending.key.to_vec(),
            due: pending.due.as_micros(),
            rewards: [pending.default_reward].into_iter().chain(pending.reward).collect(),
            is_activated: pending.is_activated,
            is_learnt: pending.is_learnt,
        }
    }

    fn pending(&self) -> Result<Pending, CheckpointError> {
        let key = self.key.as_slice().try_into();
        let (Ok(key), Some(default)) = (key, self.rewards.first()) else {
            return Err(CheckpointError::Shape("pending rank"));
        };
        Ok(Pending {
            key,
            due: Timestamp::from_micros(self.due),
            default_reward: *default,
            is_activated: self.is_activated,
            is_learnt: self.is_learnt,
            reward: self.rewards.get(1).copied(),
        })
    }
}
