//! What would another policy have earned on this log?
//!
//! Off-policy evaluation: the log of one policy, with the probabilities it drew its actions with,
//! is weighed so that it speaks for another, the *target*. Pure arithmetic over rows; it knows
//! nothing of offers or guests but their ids.
//!
//! ```text
//! a foreign log ── log ──┐
//!                        ├─ decision (target, outcome model) ── row ── report ── verdict
//! the product's own log ─┘            crossfit ┘
//! ```
//!
//! | file | what it answers |
//! |---|---|
//! | [`log`] | what does a log have to look like, and what is wrong with a line of it? |
//! | [`decision`] | what do logging policy and target think of each action taken? |
//! | [`crossfit`] | which reward does a model expect that has not seen it? |
//! | [`learnt`] | what does each action of a foreign log earn in each context? |
//! | [`row`] | the little that an evaluation needs of each decision |
//! | [`weights`], [`moments`] | do log and target overlap? |
//! | [`estimators`], [`sums`] | the target's value by eight formulas, and standard errors |
//! | [`tuning`] | where to clip, switch and shrink |
//! | [`intervals`] | how far off may a number be? |
//! | [`bounds`] | how little can the target be worth, whatever the overlap? may it be deployed? |
//! | [`table`] | all of it side by side, ungated |
//! | [`gate`] | can this log carry an answer? |
//! | [`report`] | one call from rows to what a console shows |
//! | [`ranks`], [`beta`] | the selection probabilities of Thompson sampling, without drawing |
//!
//! Three things make an answer wrong that nothing here can see: selection probabilities that are
//! not those the actions were drawn with, actions changed after the draw, and rewards that are
//! missing for a reason.

pub mod beta;
pub mod bounds;
pub mod crossfit;
pub mod decision;
pub mod estimators;
pub mod gate;
pub mod intervals;
pub mod learnt;
pub mod log;
pub mod moments;
pub mod ranks;
pub mod report;
pub mod row;
pub mod sums;
pub mod table;
#[cfg(test)]
mod trials;
pub mod tuning;
pub mod weights;
