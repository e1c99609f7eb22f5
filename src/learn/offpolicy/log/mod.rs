//! A log that another system wrote: what it has to look like to be evaluated.
//!
//! JSON lines, UTF-8: one decision a line, blank lines are skipped.
//!
//! ```json
//! {"time": "2026-03-01T09:30:00Z", "guest": "g-1029", "position": 1,
//!  "context": {"stage": "in_house", "nights": 3, "is_member": true},
//!  "actions": [{"id": "spa", "features": {"category": "wellness", "price": 80}},
//!              {"id": "late-checkout", "features": {"category": "room"}}],
//!  "action": "spa", "selection_probability": 0.35, "reward": 1.0}
//! ```
//!
//! (On one line; here it is broken for reading.)
//!
//! Each line must have:
//!
//! - `guest`: whom the decision was for, a text. Decisions with the same text belong together:
//!   intervals are computed over guests, and folds are dealt by guest.
//! - `actions`: everything that could have been chosen, each with an `id` of its own; at least one.
//!   What was ruled out before the choice does not belong here.
//! - `action`: the `id` of the one that was taken.
//! - `selection_probability`: the probability with which the logging policy took it, given the
//!   context; above 0, at most 1. What it was *drawn* with: not a model's guess that the guest
//!   responds, and not estimated afterwards.
//! - `reward`: what came of it, a number; 0 where nothing did. Leave decisions out whose outcome is
//!   not known yet.
//!
//! and may have:
//!
//! - `time`: RFC 3339 text, or seconds since 1970 as a number. Where any decision has none, the
//!   order of the file is taken for the order of time.
//! - `context`: what was known beforehand, by name: numbers, texts, true or false.
//! - `actions[].features`: what is known of the action, likewise.
//! - `position`: the place on the page, a whole number.
//!
//! A text or a truth value becomes an indicator: `"stage": "in_house"` is the feature
//! `stage=in_house` with value 1. Other fields are left alone. [`reader::Reader`] reads such a log,
//! and of a line that is wrong it says which field is, and what to do ([`error::LogError`]).

pub mod dsjson;
pub mod error;
pub mod lines;
pub mod reader;

use xxhash_rust::xxh3::xxh3_64;

pub use crate::domain::rank::{Action, Feature};

use super::decision::Decision;

/// A decision as it was logged.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedDecision {
    /// When, in microseconds since 1970, UTC; none where the log does not say.
    pub micros: Option<i64>,
    /// Whom it was for.
    pub guest: String,
    /// The place on the page, where the log says.
    pub position: Option<u32>,
    /// What was known beforehand, by name in order.
    pub context: Vec<Feature>,
    /// What could have been chosen; at least one, each id once.
    pub actions: Vec<Action>,
    /// The place among the actions of the one taken.
    pub taken: usize,
    /// The probability with which the logging policy took it, in (0, 1].
    pub selection_probability: f64,
    /// What came of it; finite.
    pub reward: f64,
}

impl Decision for LoggedDecision {
    fn guest(&self) -> u64 {
        xxh3_64(self.guest.as_bytes())
    }

    fn actions(&self) -> usize {
        self.actions.len()
    }

    fn action(&self, place: usize) -> u64 {
        xxh3_64(self.actions[place].id.as_bytes())
    }

    fn taken(&self) -> usize {
        self.taken
    }

    fn selection_probability(&self) -> f64 {
        self.selection_probability
    }

    fn reward(&self) -> f64 {
        self.reward
    }
}

/// Puts decisions in order of time; those of one moment stay as they are. Leaves all as they are
/// where any has no time.
pub fn sort_by_time(decisions: &mut [LoggedDecision]) {
    if decisions.iter().all(|decision| decision.micros.is_some()) {
        decisions.sort_by_key(|decision| decision.micros);
    }
}
