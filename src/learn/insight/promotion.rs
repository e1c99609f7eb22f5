//! Promotion: what guests buy at which step of a price, and how elastic they are.
//!
//! Only prices that a trial drew say what a price does: everywhere else a low price and a weak demand
//! have the same cause. In a trial a step is drawn by cell, with known probabilities, so the steps of
//! an offer are compared as they are; quotes of one cell hang together, and intervals are over cells.
//!
//! **Elasticity**: `logit P(accept) = a − e·ln(step)`, `e ~ N(3, 1)` before anything is seen, kept
//! within [0.3, 8] (algorithms 6.1), by Newton's method on the posterior.

use std::collections::BTreeMap;

use serde::Serialize;

use super::product::{Funnel, Showing};
use super::share::{Share, real};

/// Mean and standard deviation of an elasticity before anything is seen.
const PRIOR: (f64, f64) = (3.0, 1.0);
/// Least and largest elasticity.
const BOUNDS: (f64, f64) = (0.3, 8.0);
/// A whole in basis points.
const WHOLE: u16 = 10_000;
/// Steps of Newton's method.
const ROUNDS: usize = 30;

/// An offer whose price is tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PromotionLine {
    /// Its id.
    pub offer: String,
    /// How much the odds of acceptance fall, in percent, for each percent of price.
    pub elasticity: f64,
    /// Its standard error: 1 is what was assumed before.
    pub standard_error: f64,
    /// Its steps, the lowest price first.
    pub steps: Vec<StepLine>,
}

/// A step of a price.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepLine {
    /// Share of the list price, in basis points.
    pub basis_points: u16,
    /// What came of it.
    pub funnel: Funnel,
    /// Accepted of offered.
    pub accept_rate: Share,
    /// Cells it was drawn for.
    pub cells: u64,
    /// Margin of an offer made.
    pub margin_per_offer: f64,
    /// Margin of an offer made beyond that at the highest step: what the discount brought.
    pub incremental_margin: f64,
    /// Standard error of that, over cells; `None` with a cell or none on a side.
    pub standard_error: Option<f64>,
}

/// Prices that were tried.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Promotion {
    /// Slots with a price under the list price, of all slots.
    pub discounted: Share,
    /// Mean discount of those, as a share of the list price.
    pub mean_discount: f64,
    /// Offers whose price was tried.
    pub offers: Vec<PromotionLine>,
    /// Budgets of offers that the house pays for, in the order of the catalog.
    pub budgets: Vec<BudgetLine>,
}

/// How a budget stood at the end of the period, since its own beginning. Money in major units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BudgetLine {
    /// Its id.
    pub budget: String,
    /// Its name.
    pub name: String,
    /// What may be spent in all.
    pub amount: f64,
    /// What was: the costs of what guests accepted and did not give back.
    pub spent: f64,
    /// What that brought which would not have come without it, before the cost.
    pub worth: f64,
    /// Least return that was asked: `worth` for each unit of `spent`.
    pub least_return: f64,
    /// Decisions in which an offer of it passed everything else.
    pub asked: u64,
    /// Slots that showed one.
    pub shown: u64,
    /// Of those, accepted.
    pub accepted: u64,
    /// Share of its period that has passed.
    pub elapsed: f64,
}

/// Where a price was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    /// The step, in basis points of the list price.
    pub basis_points: u16,
    /// Its cell.
    pub cell: u64,
}

/// Prices, as their slots come in.
#[derive(Debug, Clone, Default)]
pub struct Prices {
    slots: u64,
    discounted: u64,
    discounts: f64,
    offers: BTreeMap<String, BTreeMap<u16, Step>>,
}

#[derive(Debug, Clone, Default)]
struct Step {
    funnel: Funnel,
    /// Offers made and margin of each cell.
    cells: BTreeMap<u64, (u64, f64)>,
}

impl Prices {
    /// Takes a slot in, sold for a share of its list price; `drawn` where a trial drew the step.
    pub fn take(&mut self, offer: &str, price: f64, drawn: Option<Drawn>, showing: &Showing) {
        self.slots += 1;
        if price < 1.0 {
            self.discounted += 1;
            self.discounts += 1.0 - price;
        }
        let Some(drawn) = drawn else { return };
        let step =
            self.offers.entry(offer.to_owned()).or_default().entry(drawn.basis_points).or_default();
        step.funnel.take(showing);
        let cell = step.cells.entry(drawn.cell).or_default();
        cell.0 += 1;
        cell.1 += showing.margin;
    }

    /// What was found.
    pub fn promotion(&self) -> Promotion {
        let tried = self.offers.iter().filter(|(_, steps)| steps.len() > 1);
        Promotion {
            discounted: Share::of(self.discounted, self.slots),
            mean_discount: self.discounts / real(self.discounted).max(1.0),
            offers: tried.map(|(offer, steps)| line(offer, steps)).collect(),
            budgets: Vec::new(),
        }
    }
}

fn line(offer: &str, steps: &BTreeMap<u16, Step>) -> PromotionLine {
    let answers: Vec<(f64, f64, f64)> = steps
        .iter()
        .map(|(step, tally)| {
            let logarithm = (f64::from(*step) / f64::from(WHOLE)).ln();
            (logarithm, real(tally.funnel.offered), real(tally.funnel.accepted))
        })
        .collect();
    let (elasticity, standard_error) = elasticity(&answers);
    let highest = steps.last_key_value().map(|(_, step)| moments(step));
    let told = |(basis_points, step): (&u16, &Step)| {
        let (own, base) = (moments(step), highest.unwrap_or_default());
        let is_base = steps.last_key_value().is_some_and(|(last, _)| last == basis_points);
        StepLine {
            basis_points: *basis_points,
            funnel: step.funnel,
            accept_rate: step.funnel.accept_rate(),
            cells: u64::try_from(step.cells.len()).unwrap_or(u64::MAX),
            margin_per_offer: own.mean,
            incremental_margin: own.mean - base.mean,
            standard_error: if is_base {
                None
            } else {
                own.variance.zip(base.variance).map(|(a, b)| (a + b).sqrt())
            },
        }
    };
    let steps = steps.iter().map(told).collect();
    PromotionLine { offer: offer.to_owned(), elasticity, standard_error, steps }
}

#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    mean: f64,
    /// Of the mean, over cells.
    variance: Option<f64>,
}

/// Margin of an offer made, and the variance of that ratio over cells.
fn moments(step: &Step) -> Moments {
    let offered: f64 = step.cells.values().map(|(n, _)| real(*n)).sum();
    let margin: f64 = step.cells.values().map(|(_, margin)| margin).sum();
    let mean = margin / offered.max(1.0);
    let cells = real(u64::try_from(step.cells.len()).unwrap_or(u64::MAX));
    let squares: f64 =
        step.cells.values().map(|(n, margin)| (margin - mean * real(*n)).powi(2)).sum();
    let variance = (cells > 1.0).then(|| squares * cells / (cells - 1.0) / (offered * offered));
    Moments { mean, variance }
}

/// The elasticity and its standard error, of (ln step, offered, accepted).
fn elasticity(answers: &[(f64, f64, f64)]) -> (f64, f64) {
    let offered: f64 = answers.iter().map(|(_, n, _)| n).sum();
    let accepted: f64 = answers.iter().map(|(.., k)| k).sum();
    let rate = (accepted + 0.5) / (offered + 1.0);
    let (mut a, mut e) = ((rate / (1.0 - rate)).ln(), PRIOR.0);
    let precision = 1.0 / (PRIOR.1 * PRIOR.1);
    // A weak prior on the level keeps the curvature above zero where nothing was accepted.
    let (level, of_level) = (a, 0.01);
    let mut variance = PRIOR.1 * PRIOR.1;
    for _ in 0..ROUNDS {
        let mut gradient = [-(a - level) * of_level, -(e - PRIOR.0) * precision];
        let mut curvature = [of_level, 0.0, precision];
        for (x, n, k) in answers {
            let p = 1.0 / (1.0 + (-(a - e * x)).exp());
            let (residual, weight) = (k - n * p, n * p * (1.0 - p));
            gradient[0] += residual;
            gradient[1] -= residual * x;
            curvature[0] += weight;
            curvature[1] -= weight * x;
            curvature[2] += weight * x * x;
        }
        let determinant = curvature[0] * curvature[2] - curvature[1] * curvature[1];
        let step_a = (curvature[2] * gradient[0] - curvature[1] * gradient[1]) / determinant;
        let step_e = (curvature[0] * gradient[1] - curvature[1] * gradient[0]) / determinant;
        a += step_a.clamp(-2.0, 2.0);
        e += step_e.clamp(-2.0, 2.0);
        variance = curvature[0] / determinant;
        if step_a.abs() + step_e.abs() < 1e-10 {
            break;
        }
    }
    (e.clamp(BOUNDS.0, BOUNDS.1), variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    #[test]
    fn the_elasticity_of_a_trial_is_found_and_few_quotes_say_what_was_assumed() {
        let mut rng = SplitMix64::new(11);
        let mut prices = Prices::default();
        let steps: [u16; 3] = [7_000, 8_500, 10_000];
        for n in 0..60_000_u64 {
            let cell = n / 20;
            let step = steps[usize::try_from(cell % 3).unwrap()];
            let share = f64::from(step) / 10_000.0;
            let log_odds: f64 = -1.5 - 2.0 * share.ln();
            let accepted = rng.chance(1.0 / (1.0 + (-log_odds).exp()));
            let margin = if accepted { 100.0 * share - 40.0 } else { 0.0 };
            let showing = Showing { accepted, margin, ..Showing::default() };
            prices.take("spa", share, Some(Drawn { basis_points: step, cell }), &showing);
        }
        prices.take("bar", 1.0, None, &Showing::default());
        let found = prices.promotion();
        assert_eq!(found.offers.len(), 1);
        let spa = &found.offers[0];
        assert!((spa.elasticity - 2.0).abs() < 3.0 * spa.standard_error + 0.05, "{spa:?}");
        assert!(spa.standard_error < 0.1);
        assert_eq!(spa.steps.iter().map(|s| s.cells).sum::<u64>(), 3_000);
        // By the truth: .313·30 at 70 %, .182·60 at the list price.
        let lowest = &spa.steps[0];
        let error = lowest.standard_error.unwrap();
        let truth = 0.312_9 * 30.0 - 0.182_4 * 60.0;
        assert!((lowest.incremental_margin - truth).abs() < 4.0 * error, "{lowest:?}");
        assert_eq!((spa.steps[2].incremental_margin, spa.steps[2].standard_error), (0.0, None));
        assert!((found.mean_discount - 0.225).abs() < 0.01);
        assert_eq!((found.discounted.of, found.discounted.count), (60_001, 40_000));

        let (assumed, error) = elasticity(&[(-0.3, 0.0, 0.0), (0.0, 0.0, 0.0)]);
        assert!((assumed - 3.0).abs() < 1e-9 && (error - 1.0).abs() < 1e-9);
    }
}
