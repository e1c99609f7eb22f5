//! Logs whose truth, or whose published estimates, are known.

mod open_bandit;
mod simulated;
mod vowpal;
