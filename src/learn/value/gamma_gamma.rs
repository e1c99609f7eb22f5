//! Gamma-Gamma: what a stay of a guest brings, drawn toward what stays bring in general.
//!
//! What a stay brings varies about the guest's own mean by a Gamma(p, ν), and ν differs between
//! guests by a Gamma(q, v). Fader, Hardie, Lee, "RFM and CLV: using iso-value curves for customer
//! base analysis", Journal of Marketing Research 42 (2005); Fader and Hardie, "The Gamma-Gamma
//! model of monetary value", 2013. It assumes that who comes often does not spend more or less per
//! stay: [`dependence`] tells whether that holds.

use serde::{Deserialize, Serialize};

use super::error::{BadNumber, FitError, check, parameter};
use super::fit::{Fit, Model, fit_or_shrink};
use super::history::{Sample, Spend};
use super::jet::Jet;
use super::special::ln_gamma;

/// Correlation of frequency and spend above which the model misleads.
pub const DEPENDENCE_MAX: f64 = 0.3;

/// The model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GammaGamma {
    /// Shape of what a guest's stays bring: the larger, the more alike they are.
    pub p: f64,
    /// Shape of how guests differ: the larger, the more alike they are. Above 1, else there is no
    /// mean.
    pub q: f64,
    /// Scale, an amount of money: a stay brings `p v / (q − 1)` on average.
    pub v: f64,
}

impl GammaGamma {
    /// The model with these parameters.
    ///
    /// # Errors
    /// [`BadNumber`] for one that is not finite and above 0, and for q up to 1.
    pub fn new(p: f64, q: f64, v: f64) -> Result<Self, BadNumber> {
        parameter("p", p)?;
        parameter("v", v)?;
        let remedy = "a mean exists for q above 1 only; cap extreme amounts and fit again";
        check("q", q, remedy, |q| q > 1.0)?;
        Ok(Self { p, q, v })
    }

    /// E(what a stay brings) of a guest of whom nothing is known.
    pub fn mean(&self) -> f64 {
        self.p * self.v / (self.q - 1.0)
    }

    /// E(what the guest's next stay brings | spend): `p (v + x z̄) / (p x + q − 1)`.
    pub fn expected_spend(&self, guest: &Spend) -> f64 {
        let stays = f64::from(guest.repeats());
        self.p * (self.v + stays * guest.mean()) / (self.p * stays + self.q - 1.0)
    }
}

impl Model<3> for GammaGamma {
    type Row = Spend;
    const NAMES: [&'static str; 3] = ["p", "q", "v"];

    fn of([p, q, v]: [f64; 3]) -> Self {
        Self { p, q, v }
    }

    fn start(unit: f64, _repeats: f64) -> [f64; 3] {
        [3.0, 3.0, unit]
    }

    /// `ln Γ(px + q) − ln Γ(px) − ln Γ(q) + q ln v + px ln x`.
    fn shared(&self, repeats: u32) -> Jet<3> {
        let x = f64::from(repeats);
        let (log_x, log_v) = (libm::log(x), libm::log(self.v));
        let (both, own, between) =
            (ln_gamma(self.p * x + self.q), ln_gamma(self.p * x), ln_gamma(self.q));
        let mut jet = Jet::ZERO;
        jet.value = both.value - own.value - between.value + self.q * log_v + self.p * x * log_x;
        jet.gradient = [
            x * (both.slope - own.slope + log_x),
            both.slope - between.slope + log_v,
            self.q / self.v,
        ];
        jet.set(0, 0, x * x * (both.bend - own.bend));
        jet.set(0, 1, x * both.bend);
        jet.set(1, 1, both.bend - between.bend);
        jet.set(1, 2, 1.0 / self.v);
        jet.set(2, 2, -self.q / (self.v * self.v));
        jet
    }

    /// `(px − 1) ln z̄ − (px + q) ln(x z̄ + v)`.
    fn row(&self, guest: &Spend) -> Jet<3> {
        let x = f64::from(guest.repeats());
        let (all, shape) = (x * guest.mean() + self.v, self.p * x + self.q);
        let (log_mean, log_all) = (libm::log(guest.mean()), libm::log(all));
        let mut jet = Jet::ZERO;
        jet.value = (self.p * x - 1.0) * log_mean - shape * log_all;
        jet.gradient = [x * (log_mean - log_all), -log_all, -shape / all];
        jet.set(0, 2, -x / all);
        jet.set(1, 2, -1.0 / all);
        jet.set(2, 2, shape / (all * all));
        jet
    }
}

/// Fits the model to guests who came again, as [`fit_or_shrink`] does.
///
/// # Errors
/// [`FitError`], [`FitError::NoMean`] among them.
pub fn fit_spend(sample: &Sample<Spend>) -> Result<Fit<GammaGamma, 3>, FitError> {
    let fit: Fit<GammaGamma, 3> = fit_or_shrink(sample)?;
    let q = fit.model.q;
    if q > 1.0 { Ok(fit) } else { Err(FitError::NoMean { q }) }
}

/// Correlation between how often guests come and what a stay brings, −1 to 1; 0 where either does
/// not vary. Beyond [`DEPENDENCE_MAX`] either way, fit groups of guests apart.
pub fn dependence(sample: &Sample<Spend>) -> f64 {
    let mean = |of: &dyn Fn(&Spend) -> f64| {
        let (sum, count) = sample.rows().iter().fold((0.0, 0.0), |(sum, count), (row, weight)| {
            (sum + weight * of(row), count + weight)
        });
        sum / count
    };
    let (often, dear) = (mean(&|row| f64::from(row.repeats())), mean(&Spend::mean));
    let off = |row: &Spend| (f64::from(row.repeats()) - often, row.mean() - dear);
    let both = mean(&|row| off(row).0 * off(row).1);
    let spreads = mean(&|row| off(row).0.powi(2)) * mean(&|row| off(row).1.powi(2));
    if spreads > 0.0 { both / spreads.sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::value::jet::assert_derivatives;
    use crate::learn::value::simulation;
    use crate::sys::rng::SplitMix64;

    fn guest(repeats: u32, mean: f64) -> Spend {
        Spend::new(repeats, mean).unwrap()
    }

    #[test]
    fn the_likelihood_has_its_derivatives() {
        for at in [[6.25, 3.74, 15.44], [0.4, 1.5, 300.0], [50.0, 20.0, 2.0]] {
            for guest in [guest(1, 30.0), guest(7, 73.74), guest(80, 0.5)] {
                assert_derivatives(at, |at| {
                    let model = GammaGamma::of(*at);
                    let mut jet = model.shared(guest.repeats());
                    jet.add(1.0, &model.row(&guest));
                    jet
                });
            }
        }
    }

    /// The likelihood of one stay integrates to 1 and has the mean that is told.
    #[test]
    fn one_stay_has_a_density_with_the_mean() {
        let model = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
        let (mut mass, mut mean) = (0.0, 0.0);
        // Over the logarithm, where the density falls off on both sides.
        for step in -3_000..3_000 {
            let amount = libm::exp(f64::from(step) / 200.0);
            let density = libm::exp(model.log_likelihood(&guest(1, amount))) * amount / 200.0;
            mass += density;
            mean += density * amount;
        }
        assert!((mass - 1.0).abs() < 1e-9 && (mean - model.mean()).abs() < 1e-6, "{mass} {mean}");
    }

    #[test]
    fn what_a_guest_spends_lies_between_the_own_mean_and_that_of_all() {
        let model = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
        let known = |stays| model.expected_spend(&guest(stays, 100.0));
        assert!(model.mean() < known(1) && known(1) < known(20) && known(20) < 100.0);
        assert!((known(100_000) - 100.0).abs() < 0.01);
        assert_eq!(GammaGamma::new(1.0, 1.0, 1.0).unwrap_err().field, "q");
    }

    /// Draws with q below 1: a forecast of their mean would be below 0.
    #[test]
    fn spend_without_a_mean_is_refused() {
        let mut rng = SplitMix64::new(12);
        let mut drawn = |q: f64| {
            let guests =
                (0..2_000).map(|i| simulation::spend(&mut rng, [4.0, q, 200.0], 1 + i % 5));
            fit_spend(&Sample::of(guests))
        };
        assert!(matches!(drawn(0.8), Err(FitError::NoMean { q }) if (q - 0.8).abs() < 0.1));
        assert!((drawn(3.0).unwrap().model.q - 3.0).abs() < 0.5);
    }

    #[test]
    fn dependence_is_a_correlation_of_guests() {
        let guests = [(guest(1, 10.0), 3), (guest(2, 20.0), 1), (guest(5, 50.0), 2)];
        assert!((dependence(&Sample::weighted(guests)) - 1.0).abs() < 1e-12);
        let alike = [guest(1, 10.0), guest(1, 30.0)];
        assert!(dependence(&Sample::of(alike)).abs() < 1e-15);
        // x 1, 1, 3 and z̄ 2, 4, 3: covariance 0.
        let apart = [guest(1, 2.0), guest(1, 4.0), guest(3, 3.0)];
        assert!(dependence(&Sample::of(apart)).abs() < 1e-15);
    }
}
