//! How much of what is accepted would not have come anyway, by two models: one of guests to whom an
//! offer of a budget was open, one of the holdout, from whom it is kept.
//!
//! Both arms are decisions in which the offer passed everything, its budget included; in the holdout
//! it was then kept back. In each the answer is whether the guest accepted *anything*. So the arms differ in
//! nothing but the offer, by the holdout's own dealing; what the slate chose plays no part (an
//! intention-to-treat estimate). Each arm is a Beta posterior, for each segment and offer:
//!
//! `κ = (p₁ − p₀) / q₁`, with `p` the rates of any acceptance with and without the offer and `q₁` the rate
//! of the offer itself: the share of its acceptances that are more, and not other, ones.
//!
//! It is shrunk to that of the offer in all segments, and that to 1, by how many decisions the smaller arm
//! has. Without a holdout, or before it has answers, it is 1: an acceptance counts in full, response
//! propensity times margin, which is *not* an uplift and too kind to offers that guests would buy
//! anyway. Two models (a T-learner: Künzel et al., *Metalearners*, PNAS 2019) on counts; what differs
//! within a segment is averaged.

use std::collections::BTreeMap;

use crate::domain::id::OfferKey;

/// Decisions of the smaller arm that weigh as much as what is assumed.
const ASSUMED: f64 = 200.0;

/// What was counted of an offer in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Arms {
    /// Decisions it was open in.
    pub open: u64,
    /// Of these, those in which anything was accepted.
    pub open_accepted: u64,
    /// Of these, those in which it was accepted itself.
    pub own_accepted: u64,
    /// Decisions of the holdout it was kept from.
    pub kept: u64,
    /// Of these, those in which anything was accepted.
    pub kept_accepted: u64,
}

impl Arms {
    fn add(&mut self, other: &Self) {
        self.open += other.open;
        self.open_accepted += other.open_accepted;
        self.own_accepted += other.own_accepted;
        self.kept += other.kept;
        self.kept_accepted += other.kept_accepted;
    }

    /// The share of its acceptances that are more ones, shrunk to what is assumed.
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    fn share(&self, assumed: f64) -> f64 {
        let rate = |accepted: u64, of: u64| (accepted as f64 + 0.5) / (of as f64 + 1.0);
        let more = rate(self.open_accepted, self.open) - rate(self.kept_accepted, self.kept);
        let share = more / rate(self.own_accepted, self.open);
        let seen = self.open.min(self.kept) as f64;
        let weight = seen / (seen + ASSUMED);
        weight * share.clamp(0.0, 1.0) + (1.0 - weight) * assumed
    }
}

/// What was counted of all offers of budgets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Uplift {
    arms: BTreeMap<(u64, u16), Arms>,
}

impl Uplift {
    /// Counts a decision.
    pub fn count(&mut self, offer: OfferKey, segment: u16, arms: &Arms) {
        self.arms.entry((offer.0, segment)).or_default().add(arms);
    }

    /// What was counted of an offer in a segment.
    pub fn arms(&self, offer: OfferKey, segment: u16) -> Arms {
        self.arms.get(&(offer.0, segment)).copied().unwrap_or_default()
    }

    /// The share of acceptances that are more ones, by offer and segment.
    pub fn shares(&self) -> Shares {
        let mut of_offer: BTreeMap<u64, Arms> = BTreeMap::new();
        for ((offer, _), arms) in &self.arms {
            of_offer.entry(*offer).or_default().add(arms);
        }
        let pooled: BTreeMap<u64, f64> =
            of_offer.iter().map(|(offer, arms)| (*offer, arms.share(1.0))).collect();
        let of_segment = self.arms.iter().map(|((offer, segment), arms)| {
            let assumed = pooled.get(offer).copied().unwrap_or(1.0);
            ((*offer, *segment), arms.share(assumed))
        });
        Shares { of_segment: of_segment.collect(), pooled }
    }
}

/// Shares in force.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shares {
    of_segment: BTreeMap<(u64, u16), f64>,
    pooled: BTreeMap<u64, f64>,
}

impl Shares {
    /// The share of an offer's acceptances in a segment that would not have come anyway.
    pub fn of(&self, offer: OfferKey, segment: u16) -> f64 {
        let own = self.of_segment.get(&(offer.0, segment));
        own.or_else(|| self.pooled.get(&offer.0)).copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    const OFFER: OfferKey = OfferKey(7);

    /// Guests accept anything at `base` without the offer; with it, they take it at `own`, and of those
    /// a share would have accepted something anyway.
    fn counted(decisions: u64, base: f64, own: f64, share: f64) -> Uplift {
        let mut rng = SplitMix64::new(3);
        let mut uplift = Uplift::default();
        for at in 0..decisions {
            let anyway = rng.unit() < base;
            let is_kept = at % 4 == 0;
            // Who accepts anyway takes the offer instead, just as often as makes the share.
            let instead = anyway && rng.unit() < own * (1.0 - share) / base;
            let more = !anyway && rng.unit() < own * share / (1.0 - base);
            let (open, kept) = (u64::from(!is_kept), u64::from(is_kept));
            let arms = Arms {
                open,
                open_accepted: open * u64::from(anyway || more),
                own_accepted: open * u64::from(instead || more),
                kept,
                kept_accepted: kept * u64::from(anyway),
            };
            uplift.count(OFFER, 1, &arms);
        }
        uplift
    }

    #[test]
    fn without_a_holdout_an_acceptance_counts_in_full() {
        let mut uplift = Uplift::default();
        let arms = Arms { open: 9_000, open_accepted: 900, own_accepted: 900, ..Arms::default() };
        uplift.count(OFFER, 1, &arms);
        assert!((uplift.shares().of(OFFER, 1) - 1.0).abs() < 1e-12);
        assert!((Shares::default().of(OFFER, 1) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_holdout_tells_what_comes_anyway() {
        for share in [0.0, 0.3, 0.8] {
            let found = counted(200_000, 0.2, 0.15, share).shares().of(OFFER, 1);
            assert!((found - share).abs() < 0.05, "{share}: {found}");
        }
        // Little is heard: nearly what is assumed.
        assert!(counted(40, 0.2, 0.15, 0.0).shares().of(OFFER, 1) > 0.9);
        // A segment of which nothing was heard is as the others are.
        assert!(counted(200_000, 0.2, 0.15, 0.3).shares().of(OFFER, 9) < 0.4);
    }
}
