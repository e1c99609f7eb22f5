//! Rules of offers: written in CEL, lowered at publish to predicates that take nanoseconds.
//!
//! - [`facts`]: what a rule may ask about (an allow-list of typed variables).
//! - `scan`: bounds a text before the parser of CEL sees it.
//! - `lower`: walks the syntax tree and makes a [`predicate::Predicate`] of it, checking every name
//!   and literal.
//! - `residual`: what cannot be lowered stays a CEL program, bounded in number and in time.
//! - [`table`]: each *distinct* rule of a catalog once, with the offers it governs.
//!
//! A fact may be unknown (no stay, or the guest's data may not be used). What a rule says of it is
//! then neither true nor false but unknown, by the logic of CEL: `false && unknown` is false,
//! `true || unknown` is true, else unknown spreads. An offer is kept only where its rule is true.

pub mod facts;
mod lower;
pub mod predicate;
mod residual;
mod scan;
pub mod table;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use facts::{Asker, GuestFacts, RuleFacts, ValueFacts};

/// Longest rule, in bytes.
pub const RULE_BYTES_MAX: usize = 4 << 10;
/// Deepest nesting of a rule.
pub const RULE_DEPTH_MAX: usize = 32;
/// Most words and signs of a rule.
pub const RULE_TOKENS_MAX: usize = 1_000;
/// Most distinct rules of a catalog.
pub const RULES_MAX: usize = 500;
/// Most distinct rules of a catalog that stay CEL programs.
pub const RESIDUALS_MAX: usize = 32;
/// Longest time one evaluation of such a program may take when it is published.
pub const RESIDUAL_TIME_MAX: Duration = Duration::from_micros(200);

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleError {
    /// Where, in characters from the start of the rule.
    pub(crate) at: usize,
    /// What is wrong and what to do.
    pub(crate) problem: String,
}

impl RuleError {
    fn new(at: usize, problem: impl Into<String>) -> Self {
        Self { at, problem: problem.into() }
    }
}
