//! The simulated hotel world: guests with tastes of their own who meet the product through its
//! public API.
//!
//! | file | what it knows |
//! |---|---|
//! | [`knobs`] | everything somebody chose |
//! | [`marginals`] | everything that was measured on real bookings |
//! | [`world`], [`leanings`] | what guests want, hidden from the product |
//! | [`population`], [`journey`] | who comes, and what happens when |
//! | [`answer`] | how a guest answers a list, and how good a list is |
//! | [`menu`], [`letters`] | what the world hears from the product and says to it |
//! | [`product`], [`wire`] | the product as the world meets it; the real one, over gRPC |
//! | [`run`], [`encounter`] | hour by hour, one call at a time |
//! | [`tally`], [`figures`] | what it was worth, by arm |
//!
//! Beside it stands [`hotel`], a smaller world whose truth is known to the last digit, in which the
//! learner plays against other policies, and [`channel`], which does the same for channels; what
//! the documents of both share is in [`document`].
//!
//! Hidden tastes live only here. Nothing below knows of this module, and it sees of the product
//! what any caller sees.

pub mod answer;
pub mod channel;
pub mod document;
mod encounter;
pub mod figures;
pub mod hotel;
pub mod journey;
pub mod knobs;
pub mod leanings;
mod letters;
pub mod marginals;
pub mod menu;
pub mod population;
pub mod product;
pub mod run;
#[cfg(test)]
mod run_tests;
#[cfg(test)]
mod stand_in;
mod tally;
pub mod wire;
pub mod world;

pub use figures::Figures;
pub use knobs::Knobs;
pub use run::{Acquaintance, DayReport, Ended, Setting, Simulation, Stopped};
