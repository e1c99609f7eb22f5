//! Reasons: the parts of a score that set an offer apart from the others that could have been
//! shown.
//!
//! Contributions are exact: they are the additive parts of the log-odds, against the mean of the
//! candidates (algorithms 10). A part counts as a reason from a tenth of all of them on.

use crate::domain::decision::{REASONS_MAX, Reason, ReasonCode, ScoreParts};

/// Least share of the sum of magnitudes that makes a part a reason.
const SHARE_MIN: f64 = 0.1;

/// The strongest reasons for a chosen offer, strongest first.
pub fn reasons(parts: &ScoreParts, is_explored: bool, is_personal: bool) -> Vec<Reason> {
    let taste = if is_personal { parts.taste } else { 0.0 };
    let lever = if parts.lever > 0.0 { libm::log(parts.lever) } else { 0.0 };
    let all = [
        (ReasonCode::Taste, taste),
        (ReasonCode::Affinity, parts.affinity),
        (ReasonCode::Situation, parts.situation),
        (ReasonCode::Popularity, parts.popularity),
        (ReasonCode::Lever, lever),
    ];
    let total: f64 = all.iter().map(|(_, c)| c.abs()).sum::<f64>() + parts.fatigue.abs();
    let mut reasons = Vec::with_capacity(REASONS_MAX);
    if is_explored {
        reasons.push(Reason { code: ReasonCode::Exploration, contribution: 0.0 });
    }
    let strong = all.iter().filter(|(_, c)| *c > 0.0 && *c >= SHARE_MIN * total);
    let mut strong: [Option<(ReasonCode, f64)>; 5] = {
        let mut slots = [None; 5];
        slots.iter_mut().zip(strong).for_each(|(slot, found)| *slot = Some(*found));
        slots
    };
    strong.sort_by(|a, b| b.map_or(f64::MIN, |x| x.1).total_cmp(&a.map_or(f64::MIN, |x| x.1)));
    let room = REASONS_MAX - reasons.len();
    reasons.extend(
        strong
            .into_iter()
            .flatten()
            .take(room)
            .map(|(code, contribution)| Reason { code, contribution }),
    );
    if reasons.is_empty() {
        reasons.push(Reason { code: ReasonCode::Value, contribution: 0.0 });
    }
    reasons
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
        let codes: Vec<_> = reasons(&parts, false, true).iter().map(|r| r.code).collect();
        assert_eq!(codes, [ReasonCode::Situation, ReasonCode::Taste]);
        let codes: Vec<_> = reasons(&parts, true, false).iter().map(|r| r.code).collect();
        assert_eq!(
            codes,
            [ReasonCode::Exploration, ReasonCode::Situation],
            "without consent taste is no reason"
        );
    }

    #[test]
    fn there_is_always_a_reason() {
        assert_eq!(reasons(&ScoreParts::default(), false, true).len(), 1);
    }
}
