//! How an offer does with all guests: the answer that personalizes nothing.
//!
//! It is what a guest gets who does not want to be known, what a policy falls back on, and what
//! personalization must beat. Shares are smoothed twice, `(S + 20·p₀) / (N + 20)` (algorithms 8.2):
//! an offer's share in a stay stage toward its share over all stages, that one toward the share of
//! all offers, and that toward the ranker's first guess.

use crate::domain::stay::StayStage;

use super::laplace::sigmoid;
use super::layout::{shared, shared_prior};

/// So many showings weigh as much as the rate a share is drawn toward.
const STRENGTH: f64 = 20.0;

/// How often something was shown and accepted. Showings count as much as they were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Showings.
    pub shown: f64,
    /// Acceptances.
    pub accepted: f64,
}

impl Tally {
    /// Never shown.
    pub const NONE: Self = Self { shown: 0.0, accepted: 0.0 };

    /// Counts a showing of this weight.
    pub fn add(&mut self, accepted: bool, weight: f64) {
        self.shown += weight;
        self.accepted += if accepted { weight } else { 0.0 };
    }

    /// The share accepted, drawn toward a prior rate that counts as `strength` showings.
    pub fn rate(&self, prior: f64, strength: f64) -> f64 {
        (self.accepted + strength * prior) / (self.shown + strength)
    }

    fn sum(tallies: &[Self]) -> Self {
        tallies.iter().fold(Self::NONE, |sum, t| Self {
            shown: sum.shown + t.shown,
            accepted: sum.accepted + t.accepted,
        })
    }
}

/// The smoothed share of one offer in each stay stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Popularity([f32; StayStage::COUNT]);

impl Popularity {
    /// From how all offers did together and how this one did in each stage.
    #[expect(clippy::cast_possible_truncation, reason = "a rate between 0 and 1")]
    pub fn of(all: &Tally, stages: &[Tally; StayStage::COUNT]) -> Self {
        let brand = all.rate(sigmoid(shared_prior(shared::BIAS).mean), STRENGTH);
        let offer = Tally::sum(stages).rate(brand, STRENGTH);
        Self(stages.map(|stage| stage.rate(offer, STRENGTH) as f32))
    }

    /// The share that accepts it in a stage, above 0 and below 1.
    pub fn rate(&self, stage: StayStage) -> f64 {
        f64::from(self.0[stage.at()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_drawn_toward_what_is_known_better() {
        let mut tallies = [Tally::NONE; StayStage::COUNT];
        let all = Tally { shown: 980.0, accepted: 100.0 };
        let brand = all.rate(sigmoid(-3.0), 20.0);
        let never_shown = Popularity::of(&all, &tallies);
        assert!((never_shown.rate(StayStage::InHouse) - brand).abs() < 1e-7);
        tallies[StayStage::InHouse.at()] = Tally { shown: 20.0, accepted: 10.0 };
        let shown = Popularity::of(&all, &tallies);
        let offer = (10.0 + 20.0 * brand) / 40.0;
        assert!((shown.rate(StayStage::InHouse) - (10.0 + 20.0 * offer) / 40.0).abs() < 1e-7);
        assert!((shown.rate(StayStage::Booked) - offer).abs() < 1e-7);
    }
}
