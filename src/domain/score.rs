//! The parts of a score, kept for explanation.

use super::reason::ReasonCode;

/// Parts of a score. The log-odds parts are centred on the mean over the candidates of the
/// decision; with `base` they sum to the log-odds of response (I15).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ScoreParts {
    /// Mean log-odds over the candidates.
    pub base: f32,
    /// Taste of the guest.
    pub taste: f32,
    /// Named affinities.
    pub affinity: f32,
    /// Stay stage, daypart, day type, party, channel.
    pub situation: f32,
    /// How the offer does with all guests.
    pub popularity: f32,
    /// How often it was seen lately.
    pub fatigue: f32,
    /// P(guest accepts | shown).
    pub response_propensity: f32,
    /// Standard deviation of the log-odds.
    pub uncertainty: f32,
    /// Context weight, `C`.
    pub context_weight: f64,
    /// Value in major units, `V`.
    pub value: f64,
    /// Lever, `L`.
    pub lever: f64,
    /// Weight of what the guest is worth, `G`.
    pub guest_weight: f64,
    /// `P^p · C · (V/V_ref)^v · L · G`.
    pub score: f64,
}

impl ScoreParts {
    /// Log-odds of response.
    pub fn log_odds(&self) -> f64 {
        [self.base, self.taste, self.affinity, self.situation, self.popularity, self.fatigue]
            .into_iter()
            .map(f64::from)
            .sum()
    }

    /// What a reason adds to the log-odds, against the mean of the candidates; `None` where the
    /// reason is none of response.
    pub fn contribution(&self, reason: ReasonCode) -> Option<f64> {
        let part = match reason {
            ReasonCode::Taste => self.taste,
            ReasonCode::Affinity => self.affinity,
            ReasonCode::Situation => self.situation,
            ReasonCode::Popularity => self.popularity,
            ReasonCode::Lever
            | ReasonCode::GuestValue
            | ReasonCode::GoesWith
            | ReasonCode::Value
            | ReasonCode::Exploration
            | ReasonCode::Fallback => return None,
        };
        Some(f64::from(part))
    }
}
