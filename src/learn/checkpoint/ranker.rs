//! The ranker in a checkpoint: the factor of its posterior, column by column, and its counts.

use prost::Message;

use crate::domain::id::{Fingerprint, OfferKey};
use crate::learn::gaussian::Gaussian;
use crate::learn::guard::Guard;
use crate::learn::locals::{LOCALS_MAX, Local, Locals};
use crate::learn::popular::Tally;
use crate::learn::ranker::{CATEGORIES_MAX, Forgetting, OfferState, Ranker, shape};
use crate::learn::tree::Shape;
use crate::learn::tree::node::Node;
use crate::learn::tree::posterior::{Grown, Leaf, TreePosterior};

use super::{CheckpointError, tally};

#[derive(Clone, PartialEq, Message)]
pub(super) struct RankerState {
    /// Shared, category, offer.
    #[prost(double, repeated, tag = "1")]
    forgetting: Vec<f64>,
    #[prost(message, optional, tag = "2")]
    root: Option<NodeState>,
    /// A node for each category, in order of first appearance.
    #[prost(message, repeated, tag = "3")]
    branches: Vec<NodeState>,
    /// Hash of each category's label.
    #[prost(fixed32, repeated, tag = "4")]
    categories: Vec<u32>,
    #[prost(message, repeated, tag = "5")]
    leaves: Vec<NodeState>,
    /// Branch of each leaf.
    #[prost(uint32, repeated, tag = "6")]
    branch_of: Vec<u32>,
    #[prost(message, repeated, tag = "7")]
    offers: Vec<OfferEntry>,
    #[prost(message, repeated, tag = "8")]
    locals: Vec<LocalEntry>,
    /// Shown, accepted.
    #[prost(double, repeated, tag = "9")]
    all: Vec<f64>,
    /// Property of the first label; empty where there was none.
    #[prost(fixed64, repeated, tag = "10")]
    first: Vec<u64>,
    #[prost(bool, tag = "11")]
    is_shared: bool,
    /// Labels, sum of differences, sum of their squares.
    #[prost(double, repeated, tag = "12")]
    guard: Vec<f64>,
    /// Prior variances: of the shared weights, of a category's, of an offer's.
    #[prost(double, repeated, tag = "13")]
    variances: Vec<f64>,
}

/// A node of the tree.
#[derive(Clone, PartialEq, Message)]
pub(in crate::learn) struct NodeState {
    #[prost(double, repeated, tag = "1")]
    columns: Vec<f64>,
    #[prost(double, repeated, tag = "2")]
    target: Vec<f64>,
    #[prost(uint32, tag = "3")]
    touches: u32,
}

#[derive(Clone, PartialEq, Message)]
struct OfferEntry {
    #[prost(fixed64, tag = "1")]
    key: u64,
    #[prost(uint32, tag = "2")]
    leaf: u32,
    /// Shown, accepted in each stay stage.
    #[prost(double, repeated, tag = "3")]
    tallies: Vec<f64>,
}

#[derive(Clone, PartialEq, Message)]
struct LocalEntry {
    #[prost(fixed64, tag = "1")]
    property: u64,
    /// 0 level, 1 category, 2 offer.
    #[prost(uint32, tag = "2")]
    kind: u32,
    /// The category's hash, or the offer's key.
    #[prost(fixed64, tag = "3")]
    id: u64,
    /// Mean, variance.
    #[prost(double, repeated, tag = "4")]
    effect: Vec<f64>,
}

impl RankerState {
    pub(super) fn of(ranker: &Ranker) -> Self {
        let Forgetting { shared, category, offer } = ranker.forgetting;
        let tree = &ranker.tree;
        Self {
            forgetting: vec![shared, category, offer],
            root: Some(NodeState::of(&tree.root)),
            branches: tree.branches.iter().map(NodeState::of).collect(),
            categories: ranker.categories.clone(),
            leaves: tree.leaves.iter().map(|leaf| NodeState::of(&leaf.grown)).collect(),
            branch_of: tree.leaves.iter().map(|leaf| number(leaf.branch)).collect(),
            offers: ranker.offers.iter().map(|(key, state)| OfferEntry::of(*key, state)).collect(),
            locals: ranker.locals.effects.iter().map(LocalEntry::of).collect(),
            all: vec![ranker.all.shown, ranker.all.accepted],
            first: ranker.locals.first.iter().map(|property| property.0).collect(),
            is_shared: ranker.locals.is_shared,
            guard: vec![ranker.guard.labels, ranker.guard.sum, ranker.guard.squares],
            variances: priors(&mut tree.shape().clone()).map(|prior| prior.variance).collect(),
        }
    }

    pub(super) fn ranker(&self) -> Result<Ranker, CheckpointError> {
        let [shared, category, offer] = self.forgetting[..] else {
            return Err(CheckpointError::Shape("forgetting"));
        };
        let forgetting = Forgetting { shared, category, offer };
        let is_bounded = self.categories.len() <= CATEGORIES_MAX && self.locals.len() <= LOCALS_MAX;
        if !is_bounded || self.categories.len() != self.branches.len() {
            return Err(CheckpointError::Shape("categories"));
        }
        let tree = self.tree(forgetting)?;
        let offers = self.offers.iter().map(|entry| entry.offer(self.leaves.len()));
        let locals = self.locals.iter().map(LocalEntry::local);
        Ok(Ranker {
            forgetting,
            tree,
            categories: self.categories.clone(),
            offers: offers.collect::<Result<_, _>>()?,
            locals: Locals {
                first: self.first.first().copied().map(Fingerprint),
                is_shared: self.is_shared,
                effects: locals.collect::<Result<_, _>>()?,
            },
            all: tally(&self.all)?,
            guard: self.guard()?,
        })
    }

    fn guard(&self) -> Result<Guard, CheckpointError> {
        match self.guard[..] {
            [labels, sum, squares] if self.guard.iter().all(|x| x.is_finite()) => {
                Ok(Guard { labels, sum, squares })
            }
            _ => Err(CheckpointError::Shape("guard")),
        }
    }

    /// The priors as written down, as wide as they were learnt to be.
    fn shape(&self) -> Result<Shape, CheckpointError> {
        let mut shape = shape();
        let count = priors(&mut shape).count();
        let is_sound = self.variances.iter().all(|v| v.is_finite() && *v > 0.0);
        if self.variances.len() != count || !is_sound {
            return Err(CheckpointError::Shape("prior variances"));
        }
        for (prior, variance) in priors(&mut shape).zip(&self.variances) {
            prior.variance = *variance;
        }
        Ok(shape)
    }

    fn tree(&self, forgetting: Forgetting) -> Result<TreePosterior, CheckpointError> {
        let mut tree = TreePosterior::new(self.shape()?, forgetting.into());
        let root = self.root.as_ref().ok_or(CheckpointError::Shape("root"))?;
        let (of_root, of_branch) = (tree.shape.root.len(), tree.shape.branch.len());
        tree.root = root.grown(of_root, 0)?;
        for branch in &self.branches {
            tree.branches.push(branch.grown(of_branch, of_root)?);
        }
        if self.branch_of.len() != self.leaves.len() {
            return Err(CheckpointError::Shape("leaves"));
        }
        for (leaf, branch) in self.leaves.iter().zip(&self.branch_of) {
            let branch = place(*branch, self.branches.len())?;
            tree.leaves.push(Leaf { grown: leaf.grown(1, of_branch + of_root)?, branch });
        }
        Ok(tree)
    }
}

/// All priors of a tree, in the order of a checkpoint.
fn priors(shape: &mut Shape) -> impl Iterator<Item = &mut Gaussian> {
    let Shape { root, branch, leaf } = shape;
    root.iter_mut().chain(branch).chain([leaf])
}

impl NodeState {
    pub(in crate::learn) fn of(grown: &Grown) -> Self {
        let Grown { node, touches } = grown;
        let (columns, target) = (node.columns().to_vec(), node.target().to_vec());
        Self { columns, target, touches: *touches }
    }

    pub(in crate::learn) fn grown(
        &self,
        dim: usize,
        above: usize,
    ) -> Result<Grown, CheckpointError> {
        let node = Node::restore(above, self.columns.clone(), self.target.clone());
        let node = node.filter(|node| node.dim() == dim);
        let node = node.ok_or(CheckpointError::Shape("weights"))?;
        Ok(Grown { node, touches: self.touches })
    }
}

impl OfferEntry {
    fn of(key: OfferKey, state: &OfferState) -> Self {
        let tallies = state.tallies.iter().flat_map(|t| [t.shown, t.accepted]).collect();
        Self { key: key.0, leaf: number(state.leaf), tallies }
    }

    fn offer(&self, leaves: usize) -> Result<(OfferKey, OfferState), CheckpointError> {
        let tallies: Vec<Tally> = self.tallies.chunks(2).map(tally).collect::<Result<_, _>>()?;
        let tallies = tallies.try_into().map_err(|_| CheckpointError::Shape("tallies"))?;
        Ok((OfferKey(self.key), OfferState { leaf: place(self.leaf, leaves)?, tallies }))
    }
}

impl LocalEntry {
    fn of(((property, local), effect): (&(Fingerprint, Local), &Gaussian)) -> Self {
        let (kind, id) = match local {
            Local::Level => (0, 0),
            Local::Category(hash) => (1, u64::from(*hash)),
            Local::Offer(key) => (2, key.0),
        };
        Self { property: property.0, kind, id, effect: vec![effect.mean, effect.variance] }
    }

    fn local(&self) -> Result<((Fingerprint, Local), Gaussian), CheckpointError> {
        let bad = || CheckpointError::Shape("local effect");
        let local = match self.kind {
            0 => Local::Level,
            1 => Local::Category(u32::try_from(self.id).map_err(|_| bad())?),
            2 => Local::Offer(OfferKey(self.id)),
            _ => return Err(bad()),
        };
        match self.effect[..] {
            [mean, variance] if mean.is_finite() && variance > 0.0 => {
                Ok(((Fingerprint(self.property), local), Gaussian { mean, variance }))
            }
            _ => Err(bad()),
        }
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn place(number: u32, count: usize) -> Result<usize, CheckpointError> {
    let place = usize::try_from(number).ok().filter(|place| *place < count);
    place.ok_or(CheckpointError::Shape("place"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::impression::{Impression, Situation};
    use crate::learn::trials::log::impression;
    use crate::learn::vectors::tags_vector;

    #[test]
    fn what_cannot_be_a_ranker_is_refused() {
        let mut ranker = Ranker::new(Forgetting::default());
        let vector = tags_vector(["spa"]);
        let here = impression(1, &vector, None);
        let there = Situation { property: Fingerprint(2), ..*here.situation };
        ranker.update(&here, true, 1.0);
        ranker.update(&Impression { situation: &there, ..here }, true, 1.0);
        let state = RankerState::of(&ranker);
        assert_eq!(state.ranker().expect("a state just written"), ranker);
        let broken: [fn(&mut RankerState); 11] = [
            |s| s.variances[0] = 0.0,
            |s| s.variances.truncate(3),
            |s| s.guard.truncate(2),
            |s| s.forgetting.truncate(2),
            |s| s.root = None,
            |s| s.branches[0].columns[0] = -1.0,
            |s| s.leaves[0].target = vec![f64::NAN],
            |s| s.branch_of = vec![7],
            |s| s.offers[0].leaf = 1,
            |s| s.locals[0].kind = 3,
            |s| s.categories.clear(),
        ];
        for break_it in broken {
            let mut state = state.clone();
            break_it(&mut state);
            let refused = state.ranker().expect_err("not a ranker").to_string();
            assert!(refused.starts_with("the checkpoint has no valid "), "{refused}");
        }
    }
}
