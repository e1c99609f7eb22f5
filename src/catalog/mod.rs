//! The catalog: what a brand proposes and how it decides, published as one immutable snapshot.
//!
//! A marketer writes one TOML document ([`parse`]). It is read into domain types with every problem
//! found told at once ([`problem::Problem`]: line, column, field, what to do), checked as a whole
//! ([`check`]), and built into a
//! [`snapshot::Catalog`]: bitsets, lowered rules and lookup tables that a decision reads without a lock.
//!
//! ```text
//! text ── document ── parse ──▶ CatalogContent ── check ──▶ Catalog::build ──▶ eligible,
//! treatment, policies …
//!                                     ▲                           │
//!            (or built from messages) ┘                    rules: CEL → predicates
//! ```
//!
//! What is *not* here: offers that were stopped, inventory and caps used so far (they change from
//! call to call and are laid over a snapshot by the engine), and how an offer's vector comes about
//! (`learn`; vectors are handed in).
//!
//! Only `rules` knows CEL, only `document` knows TOML.

pub mod arbitration;
pub mod bitset;
mod budget;
pub mod caps;
pub mod check;
pub mod content;
pub mod demo;
pub(crate) mod document;
pub mod eligibility;
mod explain;
mod groups;
mod guarantees;
pub mod parse;
pub mod problem;
pub mod rules;
pub mod snapshot;
#[cfg(test)]
mod tests;
pub mod treatment;
mod validity;
mod words;

pub use arbitration::Multipliers;
pub use bitset::Bitset;
pub use budget::BudgetPlan;
pub use caps::{Cap, Counts};
pub use content::{CatalogContent, Category};
pub use parse::{decision_policies, validate};
pub use problem::Problem;
pub use rules::{GuestFacts, RuleFacts, ValueFacts};
pub use snapshot::{Catalog, PlacementIndex, PolicyIndex, PropertyIndex};
pub use treatment::{Occasion, text_for};
