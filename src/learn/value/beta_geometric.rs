//! BG/NBD and MBG/NBD: guests come at random times and may decide, after a stay, not to come again.
//!
//! Stays are a Poisson process whose rate differs between guests by a Gamma(r, α); after a stay a
//! guest leaves for good with a probability that differs by a Beta(a, b). In BG/NBD no guest
//! leaves after the first stay, so everyone who came once counts as alive for ever: Fader, Hardie,
//! Lee, "Counting your customers the easy way", Marketing Science 24 (2005). MBG/NBD lets them:
//! Batislam, Denizel, Filiztekin, "Empirical validation and comparison of models for customer base
//! analysis", International Journal of Research in Marketing 24 (2007); Wagner and Hoppe, "Erratum
//! on the MBG/NBD model", the same 25 (2008).
//!
//! Expected stays are summed over how many a guest who never left would make, a negative binomial
//! N, each with how many of those come before leaving. Every term is positive: unlike the papers'
//! `(1 − ₂F₁)/(a − 1)`, nothing cancels and a = 1 is a value like any other.

use serde::{Deserialize, Serialize};

use super::error::{BadNumber, check, parameter};
use super::fit::Model;
use super::history::History;
use super::jet::{Jet, Mixture};
use super::special::{Curve, ln_rising};

/// BG/NBD: nobody leaves after the first stay.
pub type BgNbd = BetaGeometric<false>;
/// MBG/NBD: a guest may leave after any stay.
pub type MbgNbd = BetaGeometric<true>;

/// Relative error at which the sum over future stays ends.
const PRECISION: f64 = 1e-14;
/// Most future stays that are summed: they suffice up to a horizon of 1e5 times (α + age).
const STAYS_MAX: u32 = 1 << 22;

/// The model; `AFTER_FIRST` tells whether a guest may leave after the first stay.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BetaGeometric<const AFTER_FIRST: bool> {
    /// Shape of the rates: the smaller, the more guests differ.
    pub r: f64,
    /// Scale of the rates, a time: the mean rate is r/α.
    pub alpha: f64,
    /// With b, how likely a guest leaves after a stay: a/(a + b) on average.
    pub a: f64,
    /// See a.
    pub b: f64,
}

impl<const AFTER_FIRST: bool> BetaGeometric<AFTER_FIRST> {
    /// After how many stays beside the repeats a guest may leave.
    const FIRST: u32 = AFTER_FIRST as u32;

    /// The model with these parameters.
    ///
    /// # Errors
    /// [`BadNumber`] for one that is not finite and above 0.
    pub fn new(r: f64, alpha: f64, a: f64, b: f64) -> Result<Self, BadNumber> {
        parameter("r", r)?;
        parameter("alpha", alpha)?;
        parameter("a", a)?;
        parameter("b", b)?;
        Ok(Self { r, alpha, a, b })
    }

    /// P(the guest will ever come again | history), 0 to 1: BG/NBD says 1 without a repeat stay.
    pub fn alive(&self, guest: &History) -> f64 {
        let chances = guest.repeats() + Self::FIRST;
        if chances == 0 {
            return 1.0;
        }
        let shape = self.r + f64::from(guest.repeats());
        let silence = (guest.age() - guest.last()) / (self.alpha + guest.last());
        let odds = libm::log(self.a / (self.b + f64::from(chances - 1)));
        1.0 / (1.0 + libm::exp(odds + shape * libm::log1p(silence)))
    }

    /// E(stays within the next `horizon` | history).
    ///
    /// # Errors
    /// [`BadNumber`] for a horizon that is negative or not finite.
    pub fn expected_stays(&self, guest: &History, horizon: f64) -> Result<f64, BadNumber> {
        Ok(self.alive(guest) * self.expected_if_alive(guest, horizon)?)
    }

    /// E(stays within the next `horizon` | history, alive): `Σ_n P(N = n) e_n`, N negative binomial
    /// with mean `(r + x) t / (α + T)` and `e_n = Σ_{i<n} E(still there after i more stays)`.
    ///
    /// # Errors
    /// [`BadNumber`] for a horizon that is negative or not finite.
    pub fn expected_if_alive(&self, guest: &History, horizon: f64) -> Result<f64, BadNumber> {
        check("horizon", horizon, "give a time of 0 or more", |time| time >= 0.0)?;
        let shape = self.r + f64::from(guest.repeats());
        let stayed = self.b + f64::from(guest.repeats() + Self::FIRST);
        let odds = horizon / (self.alpha + guest.age());
        let share = odds / (1.0 + odds);
        // P(N = n) as its logarithm until it is large enough for a float.
        let mut log = -shape * libm::log1p(odds);
        let mut probability = if log > -700.0 { libm::exp(log) } else { 0.0 };
        let (mut sum, mut made, mut still_there) = (0.0, 0.0, 1.0);
        for n in 0..STAYS_MAX {
            let n = f64::from(n);
            let ratio = share * (shape + n) / (n + 1.0);
            if log > -700.0 {
                probability *= ratio;
            } else {
                log += libm::log(ratio);
                probability = if log > -700.0 { libm::exp(log) } else { 0.0 };
            }
            made += still_there;
            still_there *= (stayed + n) / (self.a + stayed + n);
            let term = probability * made;
            sum += term;
            // What is left is less than a geometric series: e_n grows slower than n.
            let next = share * (shape + n + 1.0) / (n + 2.0) * (1.0 + still_there / made);
            if next < 1.0 && term <= PRECISION * sum * (1.0 - next) {
                break;
            }
        }
        Ok(sum)
    }

    fn term(&self, shape: f64, time: f64) -> Jet<4> {
        let scale = self.alpha + time;
        let mut jet = Jet::ZERO;
        let log = libm::log(scale);
        jet.value = -shape * log;
        jet.gradient[0] = -log;
        jet.gradient[1] = -shape / scale;
        jet.set(0, 1, -1.0 / scale);
        jet.set(1, 1, shape / (scale * scale));
        jet
    }
}

impl<const AFTER_FIRST: bool> Model<4> for BetaGeometric<AFTER_FIRST> {
    type Row = History;
    const NAMES: [&'static str; 4] = ["r", "alpha", "a", "b"];

    fn of([r, alpha, a, b]: [f64; 4]) -> Self {
        Self { r, alpha, a, b }
    }

    fn start(unit: f64, repeats: f64) -> [f64; 4] {
        [1.0, unit / repeats, 1.0, 2.0]
    }

    /// `ln (r)_x + r ln α + ln (b)_k − ln (a + b)_k` with k chances to leave.
    fn shared(&self, repeats: u32) -> Jet<4> {
        let chances = repeats + Self::FIRST;
        let rates = ln_rising(self.r, repeats);
        let stayed = ln_rising(self.b, chances);
        let all = ln_rising(self.a + self.b, chances);
        let log = libm::log(self.alpha);
        let mut jet = Jet::ZERO;
        jet.value = rates.value + self.r * log + stayed.value - all.value;
        jet.gradient =
            [rates.slope + log, self.r / self.alpha, -all.slope, stayed.slope - all.slope];
        jet.set(0, 0, rates.bend);
        jet.set(0, 1, 1.0 / self.alpha);
        jet.set(1, 1, -self.r / (self.alpha * self.alpha));
        jet.set(2, 2, -all.bend);
        jet.set(2, 3, -all.bend);
        jet.set(3, 3, stayed.bend - all.bend);
        jet
    }

    /// Alive: `−(r + x) ln(α + T)`; or left after the last stay:
    /// `ln a − ln(b + k − 1) − (r + x) ln(α + t_x)`.
    fn row(&self, guest: &History) -> Jet<4> {
        let shape = self.r + f64::from(guest.repeats());
        let alive = self.term(shape, guest.age());
        let chances = guest.repeats() + Self::FIRST;
        if chances == 0 {
            return alive;
        }
        let mut left = self.term(shape, guest.last());
        let stayed = self.b + f64::from(chances - 1);
        let [a, b] = [self.a, stayed].map(|x| Curve {
            value: libm::log(x),
            slope: 1.0 / x,
            bend: -1.0 / (x * x),
        });
        left.value += a.value - b.value;
        left.gradient[2] = a.slope;
        left.gradient[3] = -b.slope;
        left.hessian[2][2] = a.bend;
        left.hessian[3][3] = -b.bend;
        let mut either = Mixture::default();
        either.add(&alive);
        either.add(&left);
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

    /// Every part of the likelihood, with its derivatives.
    fn full<const AFTER_FIRST: bool>(at: [f64; 4], guest: &History) -> Jet<4> {
        let model = BetaGeometric::<AFTER_FIRST>::of(at);
        let mut jet = model.shared(guest.repeats());
        jet.add(1.0, &model.row(guest));
        jet
    }

    #[test]
    fn the_likelihood_has_its_derivatives() {
        for at in [[0.243, 4.414, 0.793, 2.426], [3.0, 50.0, 0.05, 0.4], [0.6, 0.2, 4.0, 9.0]] {
            for guest in [guest(0, 0.0, 30.0), guest(2, 30.43, 38.86), guest(90, 20.0, 100.0)] {
                assert_derivatives(at, |at| full::<false>(*at, &guest));
                assert_derivatives(at, |at| full::<true>(*at, &guest));
            }
        }
    }

    /// The paper's likelihood for x = 1, a product of two fractions, written out.
    #[test]
    fn one_repeat_stay_by_hand() {
        let model = BgNbd::new(0.5, 2.0, 1.0, 3.0).unwrap();
        let rate = |time: f64| 0.5 * 2.0_f64.sqrt() / (2.0 + time).powf(1.5);
        let wanted = 0.75 * rate(10.0) + 0.25 * rate(4.0);
        let found = libm::exp(model.log_likelihood(&guest(1, 4.0, 10.0)));
        assert!((found - wanted).abs() < 1e-15, "{found} {wanted}");
        let alive = model.alive(&guest(1, 4.0, 10.0));
        assert!((alive - 0.75 * rate(10.0) / wanted).abs() < 1e-14, "{alive}");
    }

    #[test]
    fn who_came_once_is_alive_for_bg_and_in_doubt_for_mbg() {
        let (r, alpha, a, b) = (0.5, 6.0, 0.9, 1.6);
        let once = guest(0, 0.0, 500.0);
        assert!((BgNbd::new(r, alpha, a, b).unwrap().alive(&once) - 1.0).abs() < 1e-15);
        let modified = MbgNbd::new(r, alpha, a, b).unwrap();
        assert!(modified.alive(&once) < 0.2);
        assert!((modified.alive(&History::NEW) - b / (a + b)).abs() < 1e-15);
    }

    /// `((a + b + k − 1)/(a − 1)) (1 − ((α + T)/(α + T + t))^(r+x) ₂F₁(r + x, b + k; a + b + k − 1;
    /// t/(α + T + t)))`, k chances to leave.
    fn closed_form(at: [f64; 4], repeats: f64, chances: f64, age: f64, horizon: f64) -> f64 {
        let [r, alpha, a, b] = at;
        let c = a + b + chances - 1.0;
        let z = horizon / (alpha + age + horizon);
        let log = (r + repeats) * libm::log1p(-z) + ln_2f1(r + repeats, b + chances, c, z);
        -c / (a - 1.0) * libm::expm1(log)
    }

    proptest! {
        #[test]
        fn expected_stays_are_the_papers(
            logs in prop::array::uniform4(-1.5_f64..2.5),
            repeats in 0_u32..60,
            age in 0.5_f64..200.0,
            horizon in 0.01_f64..300.0,
        ) {
            let at = logs.map(libm::exp);
            // The closed form loses its digits near a = 1.
            prop_assume!((at[2] - 1.0).abs() > 0.05 && at[2] + at[3] > 1.01);
            let last = if repeats > 0 { 0.7 * age } else { 0.0 };
            let guest = guest(repeats, last, age);
            let (x, new) = (f64::from(repeats), f64::from(repeats + 1));
            let near = |found: f64, wanted: f64| (found / wanted - 1.0).abs() < 1e-8;
            let found = BgNbd::of(at).expected_if_alive(&guest, horizon).unwrap();
            prop_assert!(near(found, closed_form(at, x, x, age, horizon)), "{found}");
            let found = MbgNbd::of(at).expected_if_alive(&guest, horizon).unwrap();
            prop_assert!(near(found, closed_form(at, x, new, age, horizon)), "{found}");
        }

        /// Where the closed form divides 0 by 0.
        #[test]
        fn nothing_happens_at_a_one(repeats in 0_u32..30, horizon in 0.1_f64..300.0) {
            let last = if repeats > 0 { 20.0 } else { 0.0 };
            let guest = guest(repeats, last, 40.0);
            let at = |a: f64| {
                let model = MbgNbd::new(0.5, 6.0, a, 1.6).unwrap();
                model.expected_stays(&guest, horizon).unwrap()
            };
            let (low, middle, high) = (at(1.0 - 1e-6), at(1.0), at(1.0 + 1e-6));
            let off = f64::midpoint(low, high) / middle - 1.0;
            prop_assert!(off.abs() < 1e-11, "{low} {middle} {high}");
        }

        #[test]
        fn numbers_stay_numbers_at_the_extremes(
            logs in prop::array::uniform4(-12.0_f64..12.0),
            repeats in 0_u32..5_000,
            age in 0.01_f64..2_000.0,
        ) {
            let last = if repeats > 0 { 0.5 * age } else { 0.0 };
            let guest = guest(repeats, last, age);
            let model = MbgNbd::of(logs.map(libm::exp));
            prop_assert!((0.0..=1.0).contains(&model.alive(&guest)));
            prop_assert!(model.shared(repeats).is_finite() && model.row(&guest).is_finite());
            let stays = model.expected_stays(&guest, 1.0).unwrap();
            prop_assert!(stays.is_finite() && stays >= 0.0, "{stays}");
        }
    }

    #[test]
    fn a_long_horizon_sums_to_the_stays_before_leaving() {
        // p ~ Beta(3, 2): E(1/p) = 4/2 stays, all of them made in the end.
        let model = BgNbd::new(20.0, 10.0, 3.0, 2.0).unwrap();
        let stays = model.expected_stays(&History::NEW, 5e5).unwrap();
        assert!((stays - 2.0).abs() < 1e-3, "{stays}");
        assert!(model.expected_stays(&History::NEW, 0.0).unwrap().abs() < 1e-15);
        let refused = model.expected_stays(&History::NEW, -1.0).unwrap_err();
        assert!(refused.to_string().starts_with("horizon: is -1;"));
        assert_eq!(BgNbd::new(1.0, 1.0, 0.0, 1.0).unwrap_err().field, "a");
    }
}
