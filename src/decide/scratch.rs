//! Buffers of a deciding thread, reused from call to call, so that a decision allocates only its
//! answer.

use crate::catalog::{Bitset, Multipliers};
use crate::domain::id::OfferIndex;
use crate::learn::exploration::thompson::ScoreBelief;
use crate::learn::scoring::Scored;

/// Buffers. Their contents mean nothing between decisions.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Offers still in the running.
    pub(super) eligible: Bitset,
    /// Offers a caller allows.
    pub(super) allowed: Bitset,
    /// Offers shown in earlier placements of this decision.
    pub(super) shown: Bitset,
    /// The candidates, in catalog order.
    pub(super) picks: Vec<OfferIndex>,
    /// Category of each candidate.
    pub(super) categories: Vec<u8>,
    /// Group of each candidate; 0: none.
    pub(super) groups: Vec<u32>,
    /// Affinity sum of each candidate.
    pub(super) affinities: Vec<f32>,
    /// Fatigue of each candidate.
    pub(super) fatigues: Vec<f32>,
    /// Value of each candidate, in major units; of one that a budget pays for, at its shadow price.
    pub(super) values: Vec<f64>,
    /// What the model says of each candidate.
    pub(super) scored: Vec<Scored>,
    /// Score of each candidate, and of doing nothing as the last where that is an action.
    pub(super) scores: Vec<f64>,
    /// What is believed of each score, where the exploration asks.
    pub(super) beliefs: Vec<ScoreBelief>,
    /// Buffers of the drawing.
    pub(super) slate: super::slate::Buffers,
    /// Weight the ranker gave taste.
    pub(super) taste_weight: f32,
    /// Context weights and levers.
    pub(super) multipliers: Multipliers,
}
