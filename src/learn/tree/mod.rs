//! The joint posterior of weights that lie in a tree: exact, a few microseconds a label.
//!
//! An observation touches the weights all observations share (the root), those of one branch, and
//! those of one leaf of that branch:
//!
//! ```text
//!                root            what all offers share
//!              ╱  │  ╲
//!       branch  branch  branch   a category
//!        ╱ ╲      │
//!     leaf leaf  leaf            an offer
//! ```
//!
//! Two branches meet only through the root, so the precision matrix has no entry between them, and
//! its Cholesky factor, eliminated from the leaves to the root, has none either: the factor is as
//! sparse as the tree (Davis, "Direct Methods for Sparse Linear Systems", 2006, chapter 4: the fill
//! of an elimination tree). An observation changes only the columns on its path. So the full
//! covariance of thousands of weights is kept, and none of it is dropped: a path of 80 weights costs
//! 3,000 multiplications to score and twice that to learn, however many categories and offers there
//! are. (The block form of algorithms 3.3 drops what is known between an offer and the rest, and
//! costs the square of all categories' weights.)
//!
//! What is kept is the factor `L` of the precision `Λ = LLᵀ` and `y = Lᵀm` of the mean `m`. With `x`
//! the features on the path and `v = L⁻¹x`:
//!
//! ```text
//! mean of the score      m·x = y·v
//! variance of the score  x·Λ⁻¹x = v·v
//! learn (gradient g, curvature h, mode a):  y ← y + gv, then Λ ← Λ + h·xxᵀ with the mean held
//! ```
//!
//! Rank-one updates of a Cholesky factor only ever add: they are stable (Gill, Golub, Murray,
//! Saunders, "Methods for modifying matrix factorizations", 1974), where the covariance form loses
//! positive definiteness to rounding (algorithms 13).
//!
//! | file | what it holds |
//! |---|---|
//! | [`node`] | the columns of the factor of one node |
//! | [`posterior`] | the tree: score, learn, forget |
//! | [`moments`] | means and covariances, read out for scoring |
//! | [`reestimate`] | prior variances, from how far apart the weights turn out to be |

pub mod moments;
pub mod node;
pub mod posterior;
pub mod reestimate;

pub use posterior::{Path, Shape, TreePosterior};
