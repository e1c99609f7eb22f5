//! What one policy's play was worth: regret over time, calibration, what was accepted.

use std::time::Duration;

use serde::Serialize;

/// Rounds after which regret is told in tables, where so many were played.
pub const TOLD_AT: [u64; 4] = [1_000, 2_000, 5_000, 10_000];
/// Points of a curve beside those.
const CURVE_POINTS: u64 = 100;
/// Bins of the calibration error, of equal width.
const BINS: usize = 15;

/// Rounds after which regret is written down, in order: [`TOLD_AT`] and a hundred evenly spread, the
/// last one the end.
pub fn marks(rounds: u64) -> Vec<u64> {
    let even = (1..=CURVE_POINTS).map(|at| rounds * at / CURVE_POINTS);
    let told = TOLD_AT.into_iter().filter(|mark| *mark <= rounds);
    let mut marks: Vec<u64> = even.chain(told).filter(|mark| *mark > 0).collect();
    marks.sort_unstable();
    marks.dedup();
    marks
}

/// The truth of one round, and what a policy made of it.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Best expected reward among the candidates.
    pub best_value: f64,
    /// Expected reward of the offer shown.
    pub value: f64,
    /// P(the guest accepts | shown) of the offer shown.
    pub response_propensity: f64,
    /// What the policy took it to be.
    pub predicted: Option<f64>,
}

/// Counts the rounds of one policy in one world.
#[derive(Debug, Clone)]
pub struct Tally {
    marks: Vec<u64>,
    rounds: u64,
    regret: f64,
    /// Regret at each mark that was reached.
    curve: Vec<f64>,
    accepted: f64,
    value: f64,
    /// Of the second half of the rounds.
    bins: [Bin; BINS],
    /// Decisions made, counted or not, and the time they took.
    pub decided: (u64, Duration),
    /// Labels learnt, and the time that took.
    pub learnt: (u64, Duration),
}

#[derive(Debug, Clone, Copy, Default)]
struct Bin {
    count: f64,
    predicted: f64,
    truth: f64,
}

/// How well predictions for what was chosen fit the truth, over the second half of the rounds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Calibration {
    /// Expected calibration error: mean distance of predicted and true response propensity over 15
    /// bins of equal width of the predicted, by size (Naeini, Cooper and Hauskrecht, "Obtaining
    /// well calibrated probabilities using Bayesian binning", AAAI 2015).
    pub error: f64,
    /// Sum of the predicted over that of the true, less 1. What is chosen is what was thought too
    /// much of, so it lies above 0 for a correct model, too.
    pub over_prediction: f64,
}

impl Tally {
    /// A tally that writes regret down at these numbers of rounds ([`marks`]); the last one is the
    /// number of rounds.
    pub fn new(marks: Vec<u64>) -> Self {
        let curve = Vec::with_capacity(marks.len());
        let none = (0, Duration::ZERO);
        let bins = [Bin::default(); BINS];
        Self {
            marks,
            rounds: 0,
            regret: 0.0,
            curve,
            accepted: 0.0,
            value: 0.0,
            bins,
            decided: none,
            learnt: none,
        }
    }

    /// Counts a round.
    pub fn count(&mut self, shown: &Shown) {
        let is_late = self.rounds >= self.marks.last().copied().unwrap_or(0) / 2;
        self.rounds += 1;
        self.regret += shown.best_value - shown.value;
        self.accepted += shown.response_propensity;
        self.value += shown.value;
        if let Some(predicted) = shown.predicted.filter(|_| is_late) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "the bin of a number between 0 and 1"
            )]
            let bin = &mut self.bins[((predicted * BINS as f64) as usize).min(BINS - 1)];
            bin.count += 1.0;
            bin.predicted += predicted;
            bin.truth += shown.response_propensity;
        }
        if self.marks.get(self.curve.len()) == Some(&self.rounds) {
            self.curve.push(self.regret);
        }
    }

    /// Rounds counted.
    pub fn rounds(&self) -> u64 {
        self.rounds
    }

    /// Expected reward lost against the best candidate of each round.
    pub fn regret(&self) -> f64 {
        self.regret
    }

    /// Regret after so many rounds; `None` where that was no mark or is not reached.
    pub fn regret_at(&self, rounds: u64) -> Option<f64> {
        let place = self.marks.binary_search(&rounds).ok()?;
        self.curve.get(place).copied()
    }

    /// Mean of P(the guest accepts | shown) over what was shown.
    pub fn accept_rate(&self) -> f64 {
        self.accepted / count(self.rounds)
    }

    /// Mean expected reward of what was shown.
    pub fn value(&self) -> f64 {
        self.value / count(self.rounds)
    }

    /// How well predictions fit; `None` where nothing was predicted.
    pub fn calibration(&self) -> Option<Calibration> {
        let sum = |of: fn(&Bin) -> f64| self.bins.iter().map(of).sum::<f64>();
        let (count, predicted, truth) = (sum(|b| b.count), sum(|b| b.predicted), sum(|b| b.truth));
        let distance = sum(|b| (b.predicted - b.truth).abs());
        (count > 0.0).then(|| Calibration {
            error: distance / count,
            over_prediction: predicted / truth - 1.0,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "rounds that can be played")]
fn count(rounds: u64) -> f64 {
    rounds.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(predicted: f64, response_propensity: f64) -> Shown {
        let predicted = Some(predicted);
        Shown { best_value: 0.5, value: 0.25, response_propensity, predicted }
    }

    #[test]
    fn marks_are_a_hundred_and_the_round_numbers() {
        let of = marks(10_000);
        assert_eq!((of.len(), of[0], of[99]), (100, 100, 10_000));
        let of = marks(1_450);
        assert!(of.contains(&1_000) && of.contains(&1_450) && !of.contains(&2_000));
        assert!(of.is_sorted_by(|a, b| a < b));
        assert_eq!(marks(3), [1, 2, 3]);
    }

    #[test]
    fn regret_is_what_the_best_would_have_brought() {
        let mut tally = Tally::new(marks(4));
        for _ in 0..4 {
            tally.count(&shown(0.2, 0.1));
        }
        assert_eq!(tally.regret_at(2), Some(0.5));
        assert_eq!((tally.regret_at(4), tally.regret_at(5)), (Some(1.0), None));
        assert!((tally.accept_rate() - 0.1).abs() < 1e-12 && (tally.value() - 0.25).abs() < 1e-12);
    }

    /// Two predictions in one bin may balance each other, two in different bins may not; the first
    /// half of the rounds does not count.
    #[test]
    fn calibration_is_by_bin_and_of_the_second_half() {
        let mut tally = Tally::new(marks(8));
        (0..4).for_each(|_| tally.count(&shown(0.9, 0.1)));
        assert_eq!(tally.calibration(), None);
        for (predicted, truth) in [(0.01, 0.03), (0.03, 0.01), (0.2, 0.1), (0.5, 0.6)] {
            tally.count(&shown(predicted, truth));
        }
        let calibration = tally.calibration().unwrap();
        assert!((calibration.error - 0.05).abs() < 1e-12, "{calibration:?}");
        assert!(calibration.over_prediction.abs() < 1e-12, "{calibration:?}");
        let mut always_double = Tally::new(marks(2));
        (0..2).for_each(|_| always_double.count(&shown(0.2, 0.1)));
        let calibration = always_double.calibration().unwrap();
        assert!((calibration.over_prediction - 1.0).abs() < 1e-12, "{calibration:?}");
    }
}
