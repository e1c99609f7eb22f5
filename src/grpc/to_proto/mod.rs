//! From the domain to the wire. What a credential may not see is left out here, where the answer is
//! built: every function that makes a message with a `visible_with` field takes a [`View`], and a
//! test walks the descriptors to prove it.

pub(crate) mod arrivals;
pub(crate) mod batch;
pub(crate) mod catalog;
pub(crate) mod channel;
pub(crate) mod channel_reasons;
pub(crate) mod compose;
pub(crate) mod decide;
pub(crate) mod delivery;
pub(crate) mod event;
pub(crate) mod explain;
pub(crate) mod filtered;
pub(crate) mod gesture;
pub(crate) mod guest;
pub(crate) mod hold;
pub(crate) mod insight;
pub(crate) mod merging;
pub(crate) mod message;
pub(crate) mod model;
pub(crate) mod offer;
pub(crate) mod preference;
pub(crate) mod presence;
pub(crate) mod price;
pub(crate) mod quote;
pub(crate) mod rank;
pub(crate) mod reasons;
pub(crate) mod routing;
pub(crate) mod score;
pub(crate) mod segment;
pub(crate) mod segments;
pub(crate) mod sentences;
pub(crate) mod stored;
pub(crate) mod survey;
pub(crate) mod timeline;
pub(crate) mod values;
#[cfg(test)]
mod visibility;
pub(crate) mod watch;

use crate::domain::scope::{Right, Scope};

/// What a credential sees of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct View {
    /// Floors, costs and margins.
    pub(crate) margin: bool,
    /// What a guest is worth.
    pub(crate) value: bool,
    /// Scores, their parts, selection probabilities, timings.
    pub(crate) scores: bool,
    /// Reasons for staff, and what was filtered.
    pub(crate) decisions: bool,
    /// Guests: addresses, and for whom an event counted.
    pub(crate) guests: bool,
}

impl View {
    /// What a credential sees.
    pub(crate) fn of(scope: &Scope) -> Self {
        Self {
            margin: scope.sees(Right::ViewMargin),
            value: scope.sees(Right::ViewValue),
            scores: scope.sees(Right::ViewScores),
            decisions: scope.sees(Right::DecisionsRead),
            guests: scope.sees(Right::GuestsRead),
        }
    }
}
