//! Worlds whose truth is known, small enough for every test run.

pub(super) mod log;
mod scores;
mod taste;
mod turn;
