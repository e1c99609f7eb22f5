//! Guests who answer some channels at some times, and whose truth is known: the product's channel
//! model, and policies to compare with.
//!
//! | file | what it knows |
//! |---|---|
//! | [`scenario`] | everything that was chosen, from a file |
//! | [`world`] | the truth: who answers what, and when |
//! | [`agent`] | what a policy sees, and what it must do |
//! | [`reference`] | policies to compare with |
//! | [`product`] | the product's channel model as a player |
//! | [`policy`] | all of them, by name |
//! | [`run`], [`tally`] | the play, and what it was worth |
//! | [`report`] | figures over worlds, for tables and JSON |
//!
//! Every policy meets the same guests with the same candidates, and the same draws decide what is
//! answered.

pub mod agent;
#[cfg(test)]
mod claims;
pub mod policy;
pub mod product;
pub mod reference;
pub mod report;
pub mod run;
pub mod scenario;
pub mod tally;
pub mod world;
