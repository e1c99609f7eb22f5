//! The posterior: score an observation, learn its label, forget a little.

use std::ops::Range;

use crate::learn::gaussian::Gaussian;
use crate::learn::laplace::Step;

use super::node::Node;

/// Priors of the three kinds of node. A leaf is one weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Of what all observations share.
    pub root: Vec<Gaussian>,
    /// Of the weights of each branch.
    pub branch: Vec<Gaussian>,
    /// Of each leaf.
    pub leaf: Gaussian,
}

/// How fast each kind of node forgets: the factor on its precision at each touch, above 0, at most
/// 1; 1 forgets nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retention {
    /// The root.
    pub root: f64,
    /// A branch.
    pub branch: f64,
    /// A leaf.
    pub leaf: f64,
}

/// The nodes of an observation. The leaf lies on the branch; without a branch there is no leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// Number of the branch.
    pub branch: Option<usize>,
    /// Number of the leaf.
    pub leaf: Option<usize>,
}

impl Path {
    /// The root alone.
    pub const ROOT: Self = Self { branch: None, leaf: None };
}

/// A node forgets at once, after so many touches, what it should have forgotten at each: a
/// forgetting costs as much as some hundred labels.
struct Touches {
    root: u32,
    branch: u32,
    leaf: u32,
}

const TOUCHES: Touches = Touches { root: 1_024, branch: 256, leaf: 64 };

/// A node, and how often it was touched since it last forgot.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::learn) struct Grown {
    pub(in crate::learn) node: Node,
    pub(in crate::learn) touches: u32,
}

/// A leaf, and the branch it lies on.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::learn) struct Leaf {
    pub(in crate::learn) grown: Grown,
    pub(in crate::learn) branch: usize,
}

/// The joint posterior of all weights.
#[derive(Debug, Clone, PartialEq)]
pub struct TreePosterior {
    pub(in crate::learn) shape: Shape,
    retention: Retention,
    pub(in crate::learn) root: Grown,
    pub(in crate::learn) branches: Vec<Grown>,
    pub(in crate::learn) leaves: Vec<Leaf>,
}

impl Grown {
    fn new(node: Node) -> Self {
        Self { node, touches: 0 }
    }

    /// Counts a touch; tells when the node should forget.
    fn touch(&mut self, limit: u32) -> bool {
        self.touches += 1;
        let is_due = self.touches >= limit;
        if is_due {
            self.touches = 0;
        }
        is_due
    }
}

impl TreePosterior {
    /// A tree with a root and nothing else, that has seen nothing.
    pub fn new(shape: Shape, retention: Retention) -> Self {
        let root = Grown::new(Node::new(&shape.root, 0));
        Self { shape, retention, root, branches: Vec::new(), leaves: Vec::new() }
    }

    /// The priors.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// How many branches there are.
    pub fn branches(&self) -> usize {
        self.branches.len()
    }

    /// How many leaves there are.
    pub fn leaves(&self) -> usize {
        self.leaves.len()
    }

    /// The branch of a leaf.
    pub fn branch_of(&self, leaf: usize) -> usize {
        self.leaves[leaf].branch
    }

    /// Adds a branch; returns its number.
    pub fn add_branch(&mut self) -> usize {
        let node = Node::new(&self.shape.branch, self.shape.root.len());
        self.branches.push(Grown::new(node));
        self.branches.len() - 1
    }

    /// Adds a leaf to a branch; returns its number.
    pub fn add_leaf(&mut self, branch: usize) -> usize {
        let above = self.shape.branch.len() + self.shape.root.len();
        let grown = Grown::new(Node::new(&[self.shape.leaf], above));
        self.leaves.push(Leaf { grown, branch });
        self.leaves.len() - 1
    }

    /// Entries of the path vector: the leaf's, the branch's, the root's, each where it is there.
    pub fn path_len(&self, path: Path) -> usize {
        let branch = path.branch.map_or(0, |_| self.shape.branch.len());
        usize::from(path.leaf.is_some()) + branch + self.shape.root.len()
    }

    /// Mean and variance of the score `m·x`, for features `x` along the path.
    pub fn score(&self, path: Path, features: &[f64]) -> Gaussian {
        self.solve(path, &mut features.to_vec())
    }

    /// Solves along the path, in place.
    fn solve(&self, path: Path, vector: &mut [f64]) -> Gaussian {
        debug_assert_eq!(vector.len(), self.path_len(path), "features lie along the path");
        let mut at = 0;
        let mut score = Gaussian::new(0.0, 0.0);
        let leaf = path.leaf.map(|leaf| &self.leaves[leaf].grown.node);
        let branch = path.branch.map(|branch| &self.branches[branch].node);
        for node in leaf.into_iter().chain(branch).chain([&self.root.node]) {
            let (mean, variance) = node.solve(&mut vector[at..]);
            score = Gaussian::new(score.mean + mean, score.variance + variance);
            at += node.dim();
        }
        score
    }

    /// Visits the nodes of a path from the leaf up, each with its place in the path vector.
    fn each_node_mut(&mut self, path: Path, mut visit: impl FnMut(&mut Node, usize)) {
        let mut at = 0;
        let leaf = path.leaf.map(|leaf| &mut self.leaves[leaf].grown.node);
        let branch = path.branch.map(|branch| &mut self.branches[branch].node);
        for node in leaf.into_iter().chain(branch).chain([&mut self.root.node]) {
            visit(node, at);
            at += node.dim();
        }
    }

    /// Learns one label. `step` is given the score's mean and variance as the tree knows them, and
    /// says where the label moves the whole score ([`crate::learn::laplace::step`]); `None` leaves
    /// everything as it was. `beside` is the variance of whatever else is part of the score: it
    /// takes its share of the blame, and `h / (1 + h·beside)` of the curvature is left for the tree.
    pub fn learn(
        &mut self,
        path: Path,
        features: &[f64],
        beside: f64,
        step: impl FnOnce(Gaussian) -> Option<Step>,
    ) {
        let mut vector = features.to_vec();
        let score = self.solve(path, &mut vector);
        if !(score.mean.is_finite() && score.variance.is_finite()) {
            return;
        }
        let Some(step) = step(score) else { return };
        self.each_node_mut(path, |node, at| {
            node.shift(step.gradient, &vector[at..at + node.dim()]);
        });
        let scale = (step.curvature / (1.0 + step.curvature * beside)).sqrt();
        vector.iter_mut().zip(features).for_each(|(v, x)| *v = scale * x);
        let value = scale * (score.mean + score.variance * step.gradient);
        self.absorb(path, &mut vector, value);
        self.forget(path);
    }

    /// Takes away the precision of an observation that is part of what is known.
    pub(super) fn release(&mut self, path: Path, vector: &mut [f64], mut value: f64) {
        self.each_node_mut(path, |node, at| node.release(&mut vector[at..], &mut value));
    }

    /// Adds the precision of an observation along a path, of this value under the means: they stay.
    pub(super) fn absorb(&mut self, path: Path, vector: &mut [f64], mut value: f64) {
        self.each_node_mut(path, |node, at| node.absorb(&mut vector[at..], &mut value));
    }

    /// Counts a touch of each node of the path, and lets those forget that are due.
    fn forget(&mut self, path: Path) {
        let leaf = path.leaf.filter(|leaf| self.leaves[*leaf].grown.touch(TOUCHES.leaf));
        let branch = path.branch.filter(|branch| self.branches[*branch].touch(TOUCHES.branch));
        let root = self.root.touch(TOUCHES.root);
        let kept = |retention: f64, touches: u32| libm::pow(retention, f64::from(touches));
        if let Some(leaf) = leaf {
            self.forget_leaf(leaf, kept(self.retention.leaf, TOUCHES.leaf));
        }
        if let Some(branch) = branch {
            self.forget_branch(branch, kept(self.retention.branch, TOUCHES.branch));
        }
        if root {
            self.forget_root(kept(self.retention.root, TOUCHES.root));
        }
    }

    // To forget is to widen the weights of a node by 1/√kept, their correlations and all means held,
    // and then to add the prior's precision for what was taken away. The factor of `DΛD` is `DL`:
    // rows are scaled, in the columns of the node and of all nodes below it.

    fn forget_leaf(&mut self, leaf: usize, kept: f64) {
        if kept >= 1.0 {
            return;
        }
        let path = Path { branch: Some(self.leaves[leaf].branch), leaf: Some(leaf) };
        let means = self.means(path);
        self.leaves[leaf].grown.node.scale_rows(0..1, kept.sqrt(), &means);
        self.widen(path, &means, &[self.shape.leaf], 1.0 - kept);
    }

    fn forget_branch(&mut self, branch: usize, kept: f64) {
        if kept >= 1.0 {
            return;
        }
        let path = Path { branch: Some(branch), leaf: None };
        let (means, dim) = (self.means(path), self.shape.branch.len());
        self.scale_leaves(branch, &means, 1..1 + dim, kept);
        self.branches[branch].node.scale_rows(0..dim, kept.sqrt(), &means);
        let prior = self.shape.branch.clone();
        self.widen(path, &means, &prior, 1.0 - kept);
    }

    fn forget_root(&mut self, kept: f64) {
        if kept >= 1.0 {
            return;
        }
        let (from, dim) = (self.shape.branch.len(), self.shape.root.len());
        for branch in 0..self.branches.len() {
            let means = self.means(Path { branch: Some(branch), leaf: None });
            self.scale_leaves(branch, &means, 1 + from..1 + from + dim, kept);
            self.branches[branch].node.scale_rows(from..from + dim, kept.sqrt(), &means);
        }
        let means = self.means(Path::ROOT);
        self.root.node.scale_rows(0..dim, kept.sqrt(), &means);
        let prior = self.shape.root.clone();
        self.widen(Path::ROOT, &means, &prior, 1.0 - kept);
    }

    /// Scales rows of all leaves of a branch by √kept, the means held; those of the branch and the
    /// root are given.
    fn scale_leaves(&mut self, branch: usize, above: &[f64], rows: Range<usize>, kept: f64) {
        let mut means = vec![0.0; 1 + above.len()];
        for leaf in self.leaves.iter_mut().filter(|leaf| leaf.branch == branch) {
            means[1..].copy_from_slice(above);
            leaf.grown.node.means(&mut means);
            leaf.grown.node.scale_rows(rows.clone(), kept.sqrt(), &means);
        }
    }

    /// Adds `share` of the prior's precision to the first weights of a path, the means held.
    fn widen(&mut self, path: Path, means: &[f64], prior: &[Gaussian], share: f64) {
        let mut vector = vec![0.0; means.len()];
        for (place, prior) in prior.iter().enumerate() {
            vector.fill(0.0);
            vector[place] = (share / prior.variance).sqrt();
            let value = vector[place] * means[place];
            self.absorb(path, &mut vector, value);
        }
    }

    /// The means of the weights along a path.
    pub fn means(&self, path: Path) -> Vec<f64> {
        let mut means = vec![0.0; self.path_len(path)];
        let root_at = means.len() - self.shape.root.len();
        self.root.node.means(&mut means[root_at..]);
        if let Some(branch) = path.branch {
            let at = root_at - self.shape.branch.len();
            self.branches[branch].node.means(&mut means[at..]);
        }
        if let Some(leaf) = path.leaf {
            self.leaves[leaf].grown.node.means(&mut means);
        }
        means
    }
}
