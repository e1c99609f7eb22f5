//! Budgets of promotions: an online knapsack under a return-on-investment constraint.
//!
//! Offers come one at a time; each would cost `c` when accepted and brings `v` that would not have
//! come without it. Wanted is the most `Σ v` with `Σ c ≤ B` and `Σ v ≥ ρ Σ c`. Offline it is a
//! fractional knapsack: by falling return `v/c` until the money is gone, or the return of all that was
//! taken falls to `ρ`. So one least return `θ` decides everything, and online it is learnt: one for each
//! constraint ([`pace`]), the higher holds.
//!
//! | file | what it answers |
//! |---|---|
//! | [`pace`] | which return must a spend promise now? |
//! | [`account`] | may it be spent, exactly, whoever asks at the same moment? |
//! | [`uplift`] | how much of what is accepted would not have come anyway? |
//!
//! Sources: Goldenberg et al., *Free Lunch! Retrospective Uplift Modeling for Dynamic Promotions
//! Recommendation within ROI Constraints* (2020, arXiv 2008.06293): who gets a promotion, by
//! uplift over cost, calibrated online. Balseiro, Lu, Mirrokni, *The Best of Many Worlds: Dual Mirror
//! Descent for Online Allocation Problems* (Operations Research, 2023): duals by mirror descent. Lucier,
//! Pattathil, Slivkins, Zhang, *Autobidders with Budget and ROI Constraints* (COLT 2024, arXiv
//! 2301.13306): one pacing for each constraint, the stricter binds.

pub mod account;
pub mod pace;
#[cfg(test)]
mod trials;
pub mod uplift;
