//! BG/BB: guests who come once in a period or not at all, and may leave between periods.
//!
//! In each year a guest who has not left comes with a probability that differs by a Beta(α, β), and
//! leaves before it with one that differs by a Beta(γ, δ). For travellers with a yearly habit: the
//! other models take a year of silence for a farewell. Fader, Hardie, Shang, "Customer-base
//! analysis in a discrete-time noncontractual setting", Marketing Science 29 (2010).

use serde::{Deserialize, Serialize};

use super::error::{BadNumber, parameter};
use super::fit::Model;
use super::history::YearlyHistory;
use super::jet::{Jet, Mixture};
use super::special::{Curve, ln_rising};

/// The model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BgBb {
    /// With β, how likely a guest comes in a year: α/(α + β) on average.
    pub alpha: f64,
    /// See α.
    pub beta: f64,
    /// With δ, how likely a guest leaves before a year: γ/(γ + δ) on average.
    pub gamma: f64,
    /// See γ.
    pub delta: f64,
}

impl BgBb {
    /// The model with these parameters.
    ///
    /// # Errors
    /// [`BadNumber`] for one that is not finite and above 0.
    pub fn new(alpha: f64, beta: f64, gamma: f64, delta: f64) -> Result<Self, BadNumber> {
        parameter("alpha", alpha)?;
        parameter("beta", beta)?;
        parameter("gamma", gamma)?;
        parameter("delta", delta)?;
        Ok(Self { alpha, beta, gamma, delta })
    }

    /// P(the guest will be there in the next year | history), 0 to 1.
    pub fn alive(&self, guest: &YearlyHistory) -> f64 {
        self.still_there(guest, 1)
    }

    /// E(years with a stay among the next `years` | history).
    pub fn expected_stays(&self, guest: &YearlyHistory, years: u32) -> f64 {
        let (came, seen) = (f64::from(guest.repeats()), f64::from(guest.years()));
        // A guest who is there now: posterior mean of the chance to come.
        let rate = (self.alpha + came) / (self.alpha + self.beta + seen);
        let mut there = self.still_there(guest, 1);
        let mut sum = 0.0;
        for year in 1..=years {
            sum += there;
            let stayed = self.delta + seen + f64::from(year);
            there *= stayed / (self.gamma + stayed);
        }
        rate * sum
    }

    /// P(there in the year after the `ahead − 1` next ones and in all before | history).
    fn still_there(&self, guest: &YearlyHistory, ahead: u32) -> f64 {
        let all = self.row(guest).value;
        let seen = self.came(guest.repeats(), guest.years()).value;
        libm::exp(seen + self.stayed(guest.years() + ahead).value - all)
    }

    /// `ln B(α + x, β + n − x) / B(α, β)`: came in x of n years while there.
    fn came(&self, repeats: u32, years: u32) -> Jet<4> {
        let came = ln_rising(self.alpha, repeats);
        let stayed_away = ln_rising(self.beta, years - repeats);
        jet(0, came, stayed_away, ln_rising(self.alpha + self.beta, years))
    }

    /// `ln B(γ, δ + n) / B(γ, δ)`: still there in year n.
    fn stayed(&self, years: u32) -> Jet<4> {
        let stayed = ln_rising(self.delta, years);
        jet(2, Curve::default(), stayed, ln_rising(self.gamma + self.delta, years))
    }

    /// `ln B(γ + 1, δ + n) / B(γ, δ)`: left after year n.
    fn left(&self, years: u32) -> Jet<4> {
        let stayed = ln_rising(self.delta, years);
        let left = ln_rising(self.gamma, 1);
        jet(2, left, stayed, ln_rising(self.gamma + self.delta, years + 1))
    }
}

/// `one(a) + other(b) − both(a + b)` with a and b the parameters at `place` and after it.
fn jet(place: usize, one: Curve, other: Curve, both: Curve) -> Jet<4> {
    let mut jet = Jet::ZERO;
    jet.value = one.value + other.value - both.value;
    jet.gradient[place] = one.slope - both.slope;
    jet.gradient[place + 1] = other.slope - both.slope;
    jet.set(place, place, one.bend - both.bend);
    jet.set(place + 1, place + 1, other.bend - both.bend);
    jet.set(place, place + 1, -both.bend);
    jet
}

impl Model<4> for BgBb {
    type Row = YearlyHistory;
    const NAMES: [&'static str; 4] = ["alpha", "beta", "gamma", "delta"];

    fn of([alpha, beta, gamma, delta]: [f64; 4]) -> Self {
        Self { alpha, beta, gamma, delta }
    }

    fn start(_unit: f64, _repeats: f64) -> [f64; 4] {
        [1.0, 1.0, 1.0, 2.0]
    }

    fn shared(&self, _repeats: u32) -> Jet<4> {
        Jet::ZERO
    }

    /// There to the end, or left after the last stay or any year since.
    fn row(&self, guest: &YearlyHistory) -> Jet<4> {
        let mut either = Mixture::default();
        let mut there = self.came(guest.repeats(), guest.years());
        there.add(1.0, &self.stayed(guest.years()));
        either.add(&there);
        for year in guest.last()..guest.years() {
            let mut gone = self.came(guest.repeats(), year);
            gone.add(1.0, &self.left(year));
            either.add(&gone);
        }
        either.log()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::value::jet::assert_derivatives;

    const MODELS: [[f64; 4]; 3] =
        [[1.204, 0.750, 0.657, 2.783], [0.1, 3.0, 1.0, 0.2], [20.0, 9.0, 0.02, 40.0]];

    fn guest(repeats: u32, last: u32, years: u32) -> YearlyHistory {
        YearlyHistory::new(repeats, last, years).unwrap()
    }

    /// Every history of n years with its number of sequences: C(last − 1, repeats − 1).
    fn histories(years: u32) -> Vec<(YearlyHistory, f64)> {
        let mut all = vec![(guest(0, 0, years), 1.0)];
        for last in 1..=years {
            let mut sequences = 1.0;
            for repeats in 1..=last {
                all.push((guest(repeats, last, years), sequences));
                sequences *= f64::from(last - repeats) / f64::from(repeats);
            }
        }
        all
    }

    #[test]
    fn the_likelihood_has_its_derivatives() {
        for at in MODELS {
            for guest in [guest(0, 0, 6), guest(2, 3, 9), guest(30, 40, 70)] {
                assert_derivatives(at, |at| BgBb::of(*at).row(&guest));
            }
        }
    }

    #[test]
    fn all_histories_together_are_certain() {
        for at in MODELS {
            let model = BgBb::of(at);
            let total: f64 = histories(8)
                .iter()
                .map(|(guest, sequences)| sequences * libm::exp(model.log_likelihood(guest)))
                .sum();
            assert!((total - 1.0).abs() < 1e-12, "{total} at {at:?}");
        }
    }

    /// Expected stays of the next two years against the likelihood of all the ways they can go.
    #[test]
    fn what_is_foretold_is_what_the_likelihood_says() {
        for at in MODELS {
            let model = BgBb::of(at);
            for seen in [guest(0, 0, 3), guest(2, 2, 3), guest(2, 3, 3)] {
                let mut expected = 0.0;
                for (first, second) in [(0, 1), (1, 0), (1, 1)] {
                    let last = if second == 1 { 5 } else { 4 };
                    let future = guest(seen.repeats() + first + second, last, 5);
                    let odds = model.log_likelihood(&future) - model.log_likelihood(&seen);
                    expected += f64::from(first + second) * libm::exp(odds);
                }
                let found = model.expected_stays(&seen, 2);
                assert!((found - expected).abs() < 1e-12, "{found} {expected} at {at:?}");
                let alive = model.alive(&seen);
                assert!((0.0..=1.0).contains(&alive), "{alive}");
            }
        }
        assert_eq!(BgBb::new(1.0, 1.0, f64::NAN, 1.0).unwrap_err().field, "gamma");
    }
}
