//! How far off may a number be? Intervals, from the cheapest to the ones that hold whatever
//! happens.
//!
//! | file | holds | costs |
//! |---|---|---|
//! | [`normal`] | for many guests and good overlap | one pass |
//! | [`bootstrap`] | the same, without assuming symmetry | resamples × guests |
//! | [`bernstein`] | for bounded values, n fixed beforehand | one pass |
//! | [`betting`] | for bounded values, at every moment of a growing log | about fifty passes |
//!
//! At poor overlap the first two cover far less than they say (42 to 83 % in place of 95 %): they
//! are for estimates that passed the gate ([`super::gate`]).

pub mod bernstein;
pub mod betting;
pub mod bootstrap;
pub mod normal;

use serde::Serialize;

/// From `low` to `high`, both included, in units of the reward.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// Whether a value lies in it.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// From its lower to its upper end.
    pub fn width(&self) -> f64 {
        self.high - self.low
    }
}
