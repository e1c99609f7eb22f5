//! Reasons: the parts of a score that set an offer apart from the others that could have been
//! shown.
//!
//! Contributions are exact: they are the additive parts of the log-odds, against the mean of the
//! candidates (algorithms 10). A part counts as a reason from a tenth of all of them on.

use crate::domain::decision::{REASONS_MAX, ReasonCode, ScoreParts};

/// Least share of the sum of magnitudes that makes a part a reason.
const SHARE_MIN: f64 = 0.1;

/// The strongest reasons for a chosen offer, strongest first. `together`: what is chosen beside adds so
/// much to its context weight.
pub fn reasons(
    parts: &ScoreParts,
    together: f64,
    (is_explored, is_personal): (bool, bool),
) -> Vec<ReasonCode> {
    let of = |code| parts.contribution(code).unwrap_or_default();
    let all = [
        (ReasonCode::Taste, if is_personal { of(ReasonCode::Taste) } else { 0.0 }),
        (ReasonCode::Affinity, of(ReasonCode::Affinity)),
        (ReasonCode::Situation, of(ReasonCode::Situation)),
        (ReasonCode::Popularity, of(ReasonCode::Popularity)),
        (ReasonCode::Lever, if parts.lever > 0.0 { libm::log(parts.lever) } else { 0.0 }),
        (
            ReasonCode::GuestValue,
            if parts.guest_weight > 0.0 { libm::log(parts.guest_weight) } else { 0.0 },
        ),
        (ReasonCode::GoesWith, goes_with(parts.context_weight, together)),
    ];
    let fatigue = f64::from(parts.fatigue).abs();
    let least = SHARE_MIN * (all.iter().map(|(_, part)| part.abs()).sum::<f64>() + fatigue);
    let mut strong = all;
    strong.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut reasons = Vec::with_capacity(REASONS_MAX);
    reasons.extend(is_explored.then_some(ReasonCode::Exploration));
    let strong = strong.iter().take_while(|(_, part)| *part > 0.0 && *part >= least);
    reasons.extend(strong.map(|(code, _)| *code).take(REASONS_MAX - reasons.len()));
    if reasons.is_empty() {
        reasons.push(ReasonCode::Value);
    }
    reasons
}

/// What going with what is chosen adds to the logarithm of the score.
fn goes_with(context: f64, together: f64) -> f64 {
    let without = context - together;
    if context > 0.0 && without > 0.0 { libm::log(context / without) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_the_strong_positive_parts_in_order() {
        let parts = ScoreParts {
            taste: 0.8,
            situation: 1.2,
            popularity: -0.5,
            affinity: 0.01,
            lever: 1.0,
            ..ScoreParts::default()
        };
        let codes = reasons(&parts, 0.0, (false, true));
        assert_eq!(codes, [ReasonCode::Situation, ReasonCode::Taste]);
        let codes = reasons(&parts, 0.0, (true, false));
        assert_eq!(
            codes,
            [ReasonCode::Exploration, ReasonCode::Situation],
            "without consent taste is no reason"
        );
    }

    #[test]
    fn what_goes_with_the_choice_is_a_reason_and_what_does_not_is_none() {
        let parts = |context_weight| ScoreParts {
            taste: 0.3,
            context_weight,
            guest_weight: 1.0,
            lever: 1.0,
            ..ScoreParts::default()
        };
        let codes = reasons(&parts(2.0), 1.0, (false, true));
        assert_eq!(codes, [ReasonCode::GoesWith, ReasonCode::Taste]);
        let codes = reasons(&parts(0.5), -0.5, (false, true));
        assert_eq!(codes, [ReasonCode::Taste]);
        let codes = reasons(&parts(2.0), 0.0, (false, true));
        assert_eq!(codes, [ReasonCode::Taste], "a weight of its category is none");
    }

    #[test]
    fn there_is_always_a_reason() {
        assert_eq!(reasons(&ScoreParts::default(), 0.0, (false, true)).len(), 1);
    }
}
