//! The sums over decisions from which every estimator is computed, one line for each guest.
//!
//! An estimator is a sum of ratios of these sums. Its standard error follows from how far each
//! guest moves the ratios, its bootstrap from drawing guests anew and adding their lines up.

use super::estimators::{Estimator, Parameters, clipped, shrunk, switched};
use super::row::{Row, Rows};

/// Numerator and denominator: places in [`Sums`].
pub(super) type Ratio = (usize, usize);

pub(super) const COUNT: usize = 0;
pub(super) const WEIGHT: usize = 1;
pub(super) const REWARDED: usize = 2;
pub(super) const CLIPPED: usize = 3;
pub(super) const MODEL: usize = 4;
pub(super) const RESIDUAL: usize = 5;
pub(super) const SWITCHED: usize = 6;
pub(super) const SHRUNK: usize = 7;
const REWARD: usize = 8;
const SUMS: usize = 9;

/// What the logging policy itself earned.
const LOGGED: Ratio = (REWARD, COUNT);

/// Sums over decisions from which every estimator is computed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums([f64; SUMS]);

impl Sums {
    /// Those of one decision.
    fn of(row: &Row, parameters: &Parameters) -> Self {
        let (w, r) = (row.weight(), row.reward);
        let (residual, model) = row.predicted.map_or((0.0, 0.0), |p| (r - p.taken, p.target));
        let mut sums = [0.0; SUMS];
        sums[COUNT] = 1.0;
        sums[WEIGHT] = w;
        sums[REWARDED] = w * r;
        sums[CLIPPED] = clipped(w, parameters.clip) * r;
        sums[MODEL] = model;
        sums[RESIDUAL] = w * residual;
        sums[SWITCHED] = switched(w, parameters.tau) * residual;
        sums[SHRUNK] = shrunk(w, parameters.lambda) * residual;
        sums[REWARD] = r;
        Self(sums)
    }

    /// Adds other decisions.
    pub(super) fn add(&mut self, other: &Self) {
        for (sum, more) in self.0.iter_mut().zip(&other.0) {
            *sum += more;
        }
    }

    /// An estimator's value; not a number where it divides by a sum of weights that is zero.
    pub fn value(&self, estimator: Estimator) -> f64 {
        estimator.ratios().iter().map(|ratio| self.ratio(*ratio)).sum()
    }

    /// The mean reward in the log: the value of the policy that logged it.
    pub fn logged_value(&self) -> f64 {
        self.ratio(LOGGED)
    }

    fn ratio(&self, (above, below): Ratio) -> f64 {
        self.0[above] / self.0[below]
    }

    /// How far a group of decisions moves a ratio of the total: its influence, the gradient at the
    /// total times the group's sums.
    fn influence(&self, group: &Self, (above, below): Ratio) -> f64 {
        (group.0[above] - self.ratio((above, below)) * group.0[below]) / self.0[below]
    }
}

/// One line of [`Sums`] for each guest, and their total.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestSums {
    guests: Vec<Sums>,
    total: Sums,
}

impl GuestSums {
    /// The sums of a log, in one pass over its rows.
    pub fn of(rows: &Rows, parameters: &Parameters) -> Self {
        let mut guests = vec![Sums::default(); rows.guests()];
        for (row, guest) in rows.with_guests() {
            guests[guest].add(&Sums::of(row, parameters));
        }
        let mut total = Sums::default();
        for guest in &guests {
            total.add(guest);
        }
        Self { guests, total }
    }

    /// The sums over all.
    pub fn total(&self) -> &Sums {
        &self.total
    }

    /// The sums of each guest.
    pub(super) fn guests(&self) -> &[Sums] {
        &self.guests
    }

    /// Standard error of an estimator over guests (cluster-robust: Liang and Zeger, "Longitudinal
    /// data analysis using generalized linear models", 1986), by the linearised ratios, with the
    /// factor `G / (G − 1)` for G guests. Infinite for a single guest.
    pub fn standard_error(&self, estimator: Estimator) -> f64 {
        self.spread(estimator.ratios(), None)
    }

    /// Standard error of the mean reward in the log.
    pub fn logged_standard_error(&self) -> f64 {
        self.spread(&[LOGGED], None)
    }

    /// Standard error of an estimator's difference to the mean reward in the log. The two come from
    /// the same decisions, so it is not that of a difference of independent numbers.
    pub fn lift_standard_error(&self, estimator: Estimator) -> f64 {
        self.spread(estimator.ratios(), Some(LOGGED))
    }

    fn spread(&self, plus: &[Ratio], minus: Option<Ratio>) -> f64 {
        let squares = self.guests.iter().map(|guest| {
            let influence = |ratio: &Ratio| self.total.influence(guest, *ratio);
            let sum: f64 = plus.iter().map(influence).sum();
            let sum = sum - minus.as_ref().map_or(0.0, influence);
            sum * sum
        });
        #[expect(clippy::cast_precision_loss, reason = "a number of guests")]
        let guests = self.guests.len() as f64;
        if guests < 2.0 {
            return f64::INFINITY;
        }
        (guests / (guests - 1.0) * squares.sum::<f64>()).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::row::Predicted;
    use crate::learn::offpolicy::row::testing::{predicted_rows, row, rows};
    use crate::sys::rng::SplitMix64;

    const LIMITS: Parameters = Parameters { clip: 1.5, tau: 2.0, lambda: 4.0 };

    /// Weights 2, 0.5 and 4, worked out by hand.
    fn three() -> Rows {
        predicted_rows(&[
            [1.0, 0.25, 0.5, 0.5, 0.4],
            [0.0, 0.5, 0.25, 0.2, 0.3],
            [1.0, 0.2, 0.8, 0.6, 0.8],
        ])
    }

    fn check(sums: &Sums, estimator: Estimator, expected: f64) {
        let value = sums.value(estimator);
        assert!((value - expected).abs() < 1e-14, "{estimator:?}: {value} for {expected}");
    }

    #[test]
    fn every_estimator_is_its_formula() {
        let of = GuestSums::of(&three(), &LIMITS);
        let sums = of.total();
        check(sums, Estimator::Ips, 6.0 / 3.0);
        check(sums, Estimator::ClippedIps, (1.5 + 0.0 + 1.5) / 3.0);
        check(sums, Estimator::Snips, 6.0 / 6.5);
        check(sums, Estimator::Dm, 0.5);
        // w(r − q̂) = 1, −0.1, 1.6.
        check(sums, Estimator::Dr, 0.5 + 2.5 / 3.0);
        check(sums, Estimator::Sndr, 0.5 + 2.5 / 6.5);
        check(sums, Estimator::SwitchDr, 0.5 + 0.9 / 3.0);
        // λw / (w² + λ) = 1, 2 / 4.25, 0.8.
        let shrunk = 1.0 * 0.5 + 2.0 / 4.25 * -0.2 + 0.8 * 0.4;
        check(sums, Estimator::DrOs, 0.5 + shrunk / 3.0);
        assert!((sums.logged_value() - 2.0 / 3.0).abs() < 1e-15);
    }

    /// w r = 2, 0, 4: standard deviation 2.
    #[test]
    fn the_standard_error_of_a_mean_is_the_usual_one() {
        let of = GuestSums::of(&three(), &LIMITS);
        assert!((of.standard_error(Estimator::Ips) - 2.0 / 3.0_f64.sqrt()).abs() < 1e-14);
        assert!((of.logged_standard_error() - (1.0_f64 / 3.0 / 3.0).sqrt()).abs() < 1e-14);
    }

    #[test]
    fn without_limits_they_are_ips_and_dr() {
        let sums = *GuestSums::of(&three(), &Parameters::UNLIMITED).total();
        assert!((sums.value(Estimator::ClippedIps) - sums.value(Estimator::Ips)).abs() < 1e-15);
        assert!((sums.value(Estimator::SwitchDr) - sums.value(Estimator::Dr)).abs() < 1e-15);
        assert!((sums.value(Estimator::DrOs) - sums.value(Estimator::Dr)).abs() < 1e-15);
        let none = Parameters { lambda: 0.0, ..Parameters::UNLIMITED };
        let sums = *GuestSums::of(&three(), &none).total();
        assert!((sums.value(Estimator::DrOs) - sums.value(Estimator::Dm)).abs() < 1e-15);
    }

    #[test]
    fn without_a_model_only_the_weights_speak() {
        let of = Estimator::of(&rows(&[[1.0, 0.5, 0.5]]));
        assert_eq!(of, [Estimator::Ips, Estimator::ClippedIps, Estimator::Snips]);
        assert_eq!(Estimator::of(&three()), Estimator::ALL);
    }

    #[test]
    fn the_logging_policy_evaluates_to_its_own_mean() {
        let own = rows(&[[1.0, 0.3, 0.3], [0.25, 0.7, 0.7], [0.0, 0.1, 0.1]]);
        let of = GuestSums::of(&own, &LIMITS);
        for estimator in Estimator::of(&own) {
            check(of.total(), estimator, of.total().logged_value());
            assert!(of.lift_standard_error(estimator) < 1e-15, "{estimator:?}");
        }
    }

    /// Against the spread of the estimator over many logs, with guests of several decisions each
    /// whose rewards go together.
    #[test]
    fn standard_errors_are_those_of_repeated_logs() {
        let mut rng = SplitMix64::new(4);
        let logs: Vec<GuestSums> =
            (0..400).map(|_| GuestSums::of(&log(&mut rng), &LIMITS)).collect();
        for estimator in Estimator::ALL {
            let values = logs.iter().map(|of| of.total().value(estimator));
            let errors = logs.iter().map(|of| of.standard_error(estimator));
            let ratio = errors.sum::<f64>() / 400.0 / spread(values);
            // The spread of 400 values is known to 1/√800: four times that.
            assert!((ratio - 1.0).abs() < 0.14, "{estimator:?}: {ratio}");
            let lifts =
                logs.iter().map(|of| of.total().value(estimator) - of.total().logged_value());
            let errors = logs.iter().map(|of| of.lift_standard_error(estimator));
            let ratio = errors.sum::<f64>() / 400.0 / spread(lifts);
            assert!((ratio - 1.0).abs() < 0.14, "lift of {estimator:?}: {ratio}");
        }
    }

    fn spread(values: impl Iterator<Item = f64> + Clone) -> f64 {
        let mean = values.clone().sum::<f64>() / 400.0;
        (values.map(|v| (v - mean) * (v - mean)).sum::<f64>() / 399.0).sqrt()
    }

    /// 60 guests with ten decisions each between two actions, logged 70 to 30, wanted 40 to 60.
    fn log(rng: &mut SplitMix64) -> Rows {
        let mut of = Vec::new();
        for guest in 0..60 {
            let taste = rng.unit();
            for _ in 0..10 {
                let (logged, target, bonus) =
                    if rng.chance(0.7) { (0.7, 0.4, 0.0) } else { (0.3, 0.6, 0.3) };
                let reward = taste * 0.7 + bonus;
                let predicted =
                    Predicted { taken: 0.5 * taste + bonus, target: 0.5 * taste + 0.18 };
                let row = row(guest, reward, logged, target);
                of.push(Row { predicted: Some(predicted), ..row });
            }
        }
        Rows::new(of).unwrap()
    }
}
