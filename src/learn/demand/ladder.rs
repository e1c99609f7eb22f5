//! Selection probabilities of the steps of a price, from the profit each is expected to bring.
//!
//! Inverse-gap weighting on profit over list price, over the step that is best and its neighbours once
//! enough was seen; with the trial's share drawn evenly over all steps, so that each keeps a selection
//! probability above zero and an elasticity that changes is noticed.

use super::Demand;
use crate::learn::exploration::{best, inverse_gap, sharpness};

/// Sharpness of the weighting after one offer made (algorithms 6.1).
const GAMMA: f64 = 200.0;
/// Offers made after which it grows no more.
const OFFERED_CAP: f64 = 200_000.0;
/// Offers made from which only the best step and its neighbours are weighted.
const NARROW_FROM: f64 = 500.0;

/// A step of a price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// As a share of the list price, above 0, at most 1.
    pub share: f64,
    /// Margin of a sale at it, as a share of the list price.
    pub margin: f64,
}

/// What a step is expected to bring, and how often it is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighted {
    /// Expected share of those offered it that accept.
    pub rate: f64,
    /// Expected margin of an offer made, as a share of the list price.
    pub profit: f64,
    /// Its selection probability in a cell.
    pub probability: f64,
}

/// Weights the steps of an offer at a property, lowest first; `even` is the share of cells that draw
/// one of all steps evenly, above 0 and at most 1.
pub fn weigh(demand: &Demand, steps: &[Step], even: f64) -> Vec<Weighted> {
    let rates: Vec<f64> = steps.iter().map(|step| demand.rate(step.share)).collect();
    let profits: Vec<f64> =
        steps.iter().zip(&rates).map(|(step, rate)| step.margin * rate).collect();
    let Some(top) = best(&profits) else { return Vec::new() };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of offers made, not negative"
    )]
    let gamma = sharpness(GAMMA, demand.offered as u64, OFFERED_CAP);
    let is_narrow = demand.offered >= NARROW_FROM;
    let window =
        if is_narrow { top.saturating_sub(1)..(top + 2).min(steps.len()) } else { 0..steps.len() };
    let mut weights = vec![0.0; window.len()];
    inverse_gap(&profits[window.clone()], gamma, 0.0, &mut weights);
    #[expect(clippy::cast_precision_loss, reason = "a number of steps")]
    let floor = even / steps.len() as f64;
    let weight = |at: usize| {
        let own = if window.contains(&at) { weights[at - window.start] } else { 0.0 };
        floor + (1.0 - even) * own
    };
    let found = rates.iter().zip(&profits).enumerate();
    found
        .map(|(at, (rate, profit))| Weighted {
            rate: *rate,
            profit: *profit,
            probability: weight(at),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::learn::demand::{Answers, fit};

    /// Algorithms 6.1: a = −1, e = 3, c = .45 of the list price.
    const LADDER: [f64; 7] = [0.70, 0.78, 0.86, 0.94, 1.00, 1.08, 1.16];
    const PROFITS: [f64; 7] = [
        0.129_374_76,
        0.144_106_94,
        0.150_239_31,
        0.150_410_03,
        0.147_917_78,
        0.142_396_94,
        0.135_419_81,
    ];

    fn steps(ladder: &[f64]) -> Vec<Step> {
        ladder.iter().map(|share| Step { share: *share, margin: share - 0.45 }).collect()
    }

    fn demand(offered: f64) -> Demand {
        let rate = |step: f64| 1.0 / (1.0 + (1.0 + 3.0 * step.ln()).exp());
        let answers =
            LADDER.map(|step| Answers { step, offered, accepted: offered * rate(step) }).to_vec();
        let place = ("suite".to_owned(), "lisbon".to_owned());
        fit(&BTreeMap::from([(place.clone(), answers)]))[&place]
    }

    #[test]
    fn profits_are_those_of_the_printed_ladder_and_the_best_step_is_drawn_most() {
        let found = weigh(&demand(1e9), &steps(&LADDER), 0.05);
        for (found, printed) in found.iter().zip(PROFITS) {
            assert!((found.profit - printed).abs() < 1e-7, "{} {printed}", found.profit);
        }
        let sum: f64 = found.iter().map(|w| w.probability).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        let most = best(&found.iter().map(|w| w.probability).collect::<Vec<_>>());
        assert_eq!(most, Some(3), "{found:?}");
        // Beyond the neighbours only the even share is left.
        for at in [0, 1, 5, 6] {
            assert!((found[at].probability - 0.05 / 7.0).abs() < 1e-12, "{at}: {found:?}");
        }
        assert!(found[2].probability > 0.05, "a neighbour that is all but as good: {found:?}");
    }

    #[test]
    fn before_anything_was_seen_every_step_is_drawn() {
        let found = weigh(&demand(0.0), &steps(&LADDER), 0.2);
        assert!(found.iter().all(|w| w.probability > 0.2 / 7.0 + 0.005), "{found:?}");
        assert!((found.iter().map(|w| w.probability).sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(weigh(&demand(0.0), &[], 0.2).is_empty());
    }

    #[test]
    fn a_step_under_its_cost_is_drawn_only_as_the_even_share_asks() {
        let found = weigh(&demand(1e6), &steps(&[0.40, 0.94, 1.0]), 0.03);
        assert!(found[0].profit < 0.0);
        assert!((found[0].probability - 0.01).abs() < 1e-3, "{found:?}");
    }
}
