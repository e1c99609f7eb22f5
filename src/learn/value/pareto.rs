//! Pareto/NBD: guests come at random times and may leave at any moment, unseen.
//!
//! Stays are a Poisson process whose rate differs between guests by a Gamma(r, α); so does the rate
//! of leaving, by a Gamma(s, β). Schmittlein, Morrison, Colombo, "Counting your customers: who are
//! they and what will they do next?", Management Science 33 (1987); Fader and Hardie, "A note on
//! deriving the Pareto/NBD model", 2005.
//!
//! The papers write the likelihood with differences of hypergeometric functions, which cancel and
//! whose derivatives have no closed form. Here it is the integral they come from, over the moment
//! of leaving, `∫ (α + y)^−(r+x) s β^s (β + y)^−(s+1) dy` from the last stay to now, by
//! Gauss–Legendre over `ln(min(α, β) + y)`: all terms positive, derivatives under the integral.

use serde::{Deserialize, Serialize};

use super::error::{BadNumber, check, parameter};
use super::fit::Model;
use super::history::History;
use super::jet::{Jet, Mixture};
use super::special::ln_rising;

/// Nodes and weights of 16-point Gauss–Legendre on [−1, 1], the positive half (Abramowitz and
/// Stegun, "Handbook of mathematical functions", 1964, table 25.4).
const NODES: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
    (0.458_016_777_657_227_4, 0.169_156_519_395_002_5),
    (0.617_876_244_402_643_7, 0.149_595_988_816_576_7),
    (0.755_404_408_355_003, 0.124_628_971_255_533_9),
    (0.865_631_202_387_831_7, 0.095_158_511_682_492_8),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_9),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_1),
];
/// Widest panel, in units of the logarithm: the nearest pole is π beside the line.
const WIDTH_MAX: f64 = 4.0;
/// By how much the logarithm of the integrand may fall within a panel.
const FALL_MAX: f64 = 12.0;
/// By how much it falls until the rest counts as nothing.
const DEPTH: f64 = 40.0;

/// The model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ParetoNbd {
    /// Shape of the rates of coming: the smaller, the more guests differ.
    pub r: f64,
    /// Scale of the rates of coming, a time: the mean rate is r/α.
    pub alpha: f64,
    /// Shape of the rates of leaving.
    pub s: f64,
    /// Scale of the rates of leaving, a time: the mean rate is s/β.
    pub beta: f64,
}

impl ParetoNbd {
    /// The model with these parameters.
    ///
    /// # Errors
    /// [`BadNumber`] for one that is not finite and above 0.
    pub fn new(r: f64, alpha: f64, s: f64, beta: f64) -> Result<Self, BadNumber> {
        parameter("r", r)?;
        parameter("alpha", alpha)?;
        parameter("s", s)?;
        parameter("beta", beta)?;
        Ok(Self { r, alpha, s, beta })
    }

    /// P(the guest has not left | history), 0 to 1.
    pub fn alive(&self, guest: &History) -> f64 {
        let shape = self.r + f64::from(guest.repeats());
        let log = |y: f64, power: f64| {
            -shape * libm::log(self.alpha + y) - power * libm::log(self.beta + y)
        };
        let here = log(guest.age(), self.s);
        let mut odds = 0.0;
        self.for_each_node(guest, |y, weight| {
            odds += self.s * weight * libm::exp(log(y, self.s + 1.0) - here);
        });
        1.0 / (1.0 + odds)
    }

    /// E(stays within the next `horizon` | history).
    ///
    /// # Errors
    /// [`BadNumber`] for a horizon that is negative or not finite.
    pub fn expected_stays(&self, guest: &History, horizon: f64) -> Result<f64, BadNumber> {
        Ok(self.alive(guest) * self.expected_if_alive(guest, horizon)?)
    }

    /// E(stays within the next `horizon` | history, alive):
    /// `(r + x)(β + T)/(α + T) · (1 − ((β + T)/(β + T + t))^(s−1))/(s − 1)`.
    ///
    /// # Errors
    /// [`BadNumber`] for a horizon that is negative or not finite.
    pub fn expected_if_alive(&self, guest: &History, horizon: f64) -> Result<f64, BadNumber> {
        check("horizon", horizon, "give a time of 0 or more", |time| time >= 0.0)?;
        let shape = self.r + f64::from(guest.repeats());
        let left = self.beta + guest.age();
        let (power, log) = (self.s - 1.0, libm::log1p(horizon / left));
        let is_nought = (power * log).abs() < 1e-12;
        let time = if is_nought { log } else { -libm::expm1(-power * log) / power };
        Ok(shape * left / (self.alpha + guest.age()) * time)
    }

    /// Calls `each` with moments between the last stay and now, and weights that integrate over
    /// time.
    fn for_each_node(&self, guest: &History, mut each: impl FnMut(f64, f64)) {
        let (near, shape) = (self.alpha.min(self.beta), self.r + f64::from(guest.repeats()));
        let slope = |y: f64| {
            shape * (near + y) / (self.alpha + y) + (self.s + 1.0) * (near + y) / (self.beta + y)
                - 1.0
        };
        let from = libm::log(near + guest.last());
        let mut length = libm::log1p((guest.age() - guest.last()) / (near + guest.last()));
        // The integrand falls faster and faster.
        let at_first = slope(guest.last());
        if at_first * length > DEPTH {
            length = DEPTH / at_first;
        }
        let steepest = slope(guest.age()).abs().max(at_first.abs());
        let panels = (length / WIDTH_MAX).max(length * steepest / FALL_MAX).ceil();
        let half = 0.5 * length / panels;
        let mut middle = from + half;
        while middle < from + length {
            for (node, weight) in NODES {
                for node in [-node, node] {
                    let scale = libm::exp(middle + half * node);
                    each(scale - near, half * weight * scale);
                }
            }
            middle += 2.0 * half;
        }
    }
}

impl Model<4> for ParetoNbd {
    type Row = History;
    const NAMES: [&'static str; 4] = ["r", "alpha", "s", "beta"];

    fn of([r, alpha, s, beta]: [f64; 4]) -> Self {
        Self { r, alpha, s, beta }
    }

    fn start(unit: f64, repeats: f64) -> [f64; 4] {
        [1.0, unit / repeats, 1.0, unit]
    }

    /// `ln (r)_x + r ln α + s ln β`.
    fn shared(&self, repeats: u32) -> Jet<4> {
        let rates = ln_rising(self.r, repeats);
        let (come, leave) = (libm::log(self.alpha), libm::log(self.beta));
        let mut jet = Jet::ZERO;
        jet.value = rates.value + self.r * come + self.s * leave;
        jet.gradient = [rates.slope + come, self.r / self.alpha, leave, self.s / self.beta];
        jet.set(0, 0, rates.bend);
        jet.set(0, 1, 1.0 / self.alpha);
        jet.set(1, 1, -self.r / (self.alpha * self.alpha));
        jet.set(2, 3, 1.0 / self.beta);
        jet.set(3, 3, -self.s / (self.beta * self.beta));
        jet
    }

    /// Alive: `−(r + x) ln(α + T) − s ln(β + T)`; or left between the last stay and now.
    fn row(&self, guest: &History) -> Jet<4> {
        let shape = self.r + f64::from(guest.repeats());
        let term = |y: f64, power: f64| {
            let (come, leave) = (self.alpha + y, self.beta + y);
            let (log_come, log_leave) = (libm::log(come), libm::log(leave));
            let mut jet = Jet::ZERO;
            jet.value = -shape * log_come - power * log_leave;
            jet.gradient = [-log_come, -shape / come, -log_leave, -power / leave];
            jet.set(0, 1, -1.0 / come);
            jet.set(1, 1, shape / (come * come));
            jet.set(2, 3, -1.0 / leave);
            jet.set(3, 3, power / (leave * leave));
            jet
        };
        let mut either = Mixture::default();
        either.add(&term(guest.age(), self.s));
        let rate = libm::log(self.s);
        self.for_each_node(guest, |y, weight| {
            let mut left = term(y, self.s + 1.0);
            left.value += rate + libm::log(weight);
            left.gradient[2] += 1.0 / self.s;
            left.hessian[2][2] -= 1.0 / (self.s * self.s);
            either.add(&left);
        });
        either.log()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::learn::value::hypergeometric::ln_2f1;
    use crate::learn::value::jet::assert_derivatives;

    fn guest(repeats: u32, last: f64, age: f64) -> History {
        History::new(repeats, last, age).unwrap()
    }

    #[test]
    fn the_likelihood_has_its_derivatives() {
        for at in [[0.553, 10.578, 0.606, 11.669], [3.0, 0.5, 0.2, 40.0], [0.6, 50.0, 4.0, 9.0]] {
            for guest in [guest(0, 0.0, 30.0), guest(2, 30.43, 38.86), guest(90, 20.0, 100.0)] {
                assert_derivatives(at, |at| {
                    let model = ParetoNbd::of(*at);
                    let mut jet = model.shared(guest.repeats());
                    jet.add(1.0, &model.row(&guest));
                    jet
                });
            }
        }
    }

    /// The integral by Fader and Hardie's equations 22 and 23: a difference of two `₂F₁`, over the
    /// term of those alive.
    fn odds_of_having_left(at: [f64; 4], guest: &History) -> (f64, f64) {
        let [r, alpha, s, beta] = at;
        let all = r + s + f64::from(guest.repeats());
        let (large, small, b) = if alpha >= beta {
            (alpha, beta, s + 1.0)
        } else {
            (beta, alpha, r + f64::from(guest.repeats()))
        };
        let end = |time: f64| {
            let z = (large - small) / (large + time);
            ln_2f1(all, b, all + 1.0, z) - all * libm::log(large + time)
        };
        let (from, to) = (end(guest.last()), end(guest.age()));
        let kept = -libm::expm1(to - from);
        let alive = -(all - s) * libm::log(alpha + guest.age()) - s * libm::log(beta + guest.age());
        (libm::exp(libm::log(s / all) + from + libm::log(kept) - alive), kept)
    }

    proptest! {
        #[test]
        fn the_integral_is_the_papers(
            logs in prop::array::uniform4(-2.0_f64..4.0),
            repeats in 0_u32..80,
            age in 0.5_f64..300.0,
            share in 0.01_f64..0.99,
        ) {
            let at = logs.map(libm::exp);
            let last = if repeats > 0 { share * age } else { 0.0 };
            let guest = guest(repeats, last, age);
            let (odds, kept) = odds_of_having_left(at, &guest);
            let found = ParetoNbd::of(at).alive(&guest);
            let wanted = 1.0 / (1.0 + odds);
            // The difference has lost what it cancelled.
            prop_assert!((found / wanted - 1.0).abs() < 1e-11 + 1e-13 / kept, "{found} {wanted}");
        }

        #[test]
        fn numbers_stay_numbers_at_the_extremes(
            logs in prop::array::uniform4(-9.0_f64..9.0),
            repeats in 0_u32..2_000,
            age in 0.01_f64..2_000.0,
            share in 0.0_f64..1.0,
        ) {
            let last = if repeats > 0 { age * share.max(1e-3) } else { 0.0 };
            let guest = guest(repeats, last, age);
            let model = ParetoNbd::of(logs.map(libm::exp));
            prop_assert!((0.0..=1.0).contains(&model.alive(&guest)));
            prop_assert!(model.shared(repeats).is_finite() && model.row(&guest).is_finite());
            let stays = model.expected_stays(&guest, 52.0).unwrap();
            prop_assert!(stays.is_finite() && stays >= 0.0, "{stays}");
        }
    }

    /// Five powers of ten between the scales and the age, and hardly a slope: only the poles beside
    /// the line ask for more than one panel.
    #[test]
    fn a_wide_range_is_cut_into_panels() {
        for (alpha, beta) in [(0.01, 1.0), (1.0, 0.01)] {
            let (at, guest) = ([0.2, alpha, 0.2, beta], guest(0, 0.0, 1_000.0));
            let wanted = 1.0 / (1.0 + odds_of_having_left(at, &guest).0);
            let found = ParetoNbd::of(at).alive(&guest);
            assert!((found / wanted - 1.0).abs() < 1e-12, "{found} {wanted}");
        }
    }

    /// A case known to make the papers' form overflow.
    #[test]
    fn hundreds_of_stays_do_not_overflow() {
        let model = ParetoNbd::new(10.465, 7.985_651_81e-3, 3.0516, 2.82).unwrap();
        for guest in [guest(400, 5.0, 6.0), guest(500, 1.0, 37.0), guest(500, 4.0, 37.0)] {
            assert!(model.log_likelihood(&guest).is_finite());
        }
    }

    /// s = 1 is where `(1 − u^(s−1))/(s − 1)` divides 0 by 0; s ln 2 at a doubling of β + T.
    #[test]
    fn expected_stays_pass_through_s_one() {
        let stays = |s: f64| {
            let model = ParetoNbd::new(0.5, 10.0, s, 20.0).unwrap();
            model.expected_stays(&History::NEW, 20.0).unwrap()
        };
        assert!((stays(1.0) - 0.5 / 10.0 * 20.0 * std::f64::consts::LN_2).abs() < 1e-14);
        assert!((stays(1.0 - 1e-9) / stays(1.0 + 1e-9) - 1.0).abs() < 1e-8);
        assert_eq!(ParetoNbd::new(1.0, 1.0, 1.0, -1.0).unwrap_err().field, "beta");
        let model = ParetoNbd::new(0.5, 10.0, 1.0, 20.0).unwrap();
        assert_eq!(model.expected_stays(&History::NEW, f64::NAN).unwrap_err().field, "horizon");
    }
}
