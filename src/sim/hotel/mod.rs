//! A hotel whose truth is known: the product's ranking and exploring, and policies to compare with,
//! in worlds where the best choice can be computed. `concierge simulate` plays it.
//!
//! | file | what it knows |
//! |---|---|
//! | [`scenario`], `check` | everything that was chosen, from a file |
//! | [`world`], `change` | the truth: what moves guests, and what changes on the way |
//! | [`view`] | what a product may see of it |
//! | [`course`] | round after round, the same for whoever plays |
//! | [`agent`], [`policy`] | who plays |
//! | [`product`] | the product's ranker as a player |
//! | [`delay`] | labels on their way |
//! | [`run`], [`tally`] | the play, and what it was worth |
//! | [`report`], [`plot`], [`dump`] | figures, pictures, and files for other programs |
//!
//! *Regret* is expected reward lost against the best candidate of each round, summed. Beside the
//! simulation of a hotel group's month, which calls the product over the wire, this one is small
//! and exact: it compares policies, and a change of the ranker shows in minutes.

pub mod agent;
mod change;
mod check;
#[cfg(test)]
mod claims;
pub mod course;
pub mod delay;
pub mod dump;
#[cfg(test)]
mod paired;
pub mod plot;
pub mod policy;
pub mod product;
pub mod report;
pub mod run;
#[cfg(test)]
mod run_tests;
pub mod scenario;
pub mod tally;
pub mod view;
pub mod world;
