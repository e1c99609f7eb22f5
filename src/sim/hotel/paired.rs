//! One number for each world: its mean, how sure that is, and what a test of it could have seen.
//!
//! Student's t with n − 1 degrees of freedom, and its power by the noncentral t; both by the
//! integral over the sample's standard deviation, `P(T > t) = ∫ Φ(δ − t·s) f(s) ds`.

use crate::learn::experiment::distribution::normal_survival;

/// Mean and spread of one number over worlds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paired {
    pub(super) worlds: f64,
    pub(super) mean: f64,
    pub(super) deviation: f64,
}

impl Paired {
    /// Of at least two worlds.
    #[expect(clippy::cast_precision_loss, reason = "a few worlds")]
    pub(super) fn of(values: &[f64]) -> Self {
        let worlds = values.len() as f64;
        let mean = values.iter().sum::<f64>() / worlds;
        let squares = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
        Self { worlds, mean, deviation: (squares / (worlds - 1.0)).sqrt() }
    }

    pub(super) fn standard_error(&self) -> f64 {
        self.deviation / self.worlds.sqrt()
    }

    /// The one-sided upper confidence bound of the mean at `level`.
    pub(super) fn upper(&self, level: f64) -> f64 {
        self.mean + quantile(1.0 - level, self.worlds - 1.0) * self.standard_error()
    }

    /// Is the mean below a margin, at `level`? (Non-inferiority, where the number is a loss.)
    pub(super) fn is_below(&self, margin: f64, level: f64) -> bool {
        self.upper(level) < margin
    }

    /// How often [`Self::is_below`] would say so with as many worlds that spread as much, were the
    /// mean truly `truth`.
    pub(super) fn power(&self, margin: f64, truth: f64, level: f64) -> f64 {
        let freedom = self.worlds - 1.0;
        let shift = (margin - truth) / self.standard_error();
        exceeds(quantile(1.0 - level, freedom), shift, freedom)
    }
}

impl std::fmt::Display for Paired {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.4} ± {:.4} ({} worlds)", self.mean, self.standard_error(), self.worlds)
    }
}

/// P(T > t) of Student's t with this noncentrality.
fn exceeds(t: f64, noncentrality: f64, freedom: f64) -> f64 {
    // The density of s = √(χ²/ν), by Simpson's rule over ten standard deviations around 1.
    const STEPS: u32 = 4_000;
    let reach = 10.0 / (2.0 * freedom).sqrt();
    let (from, to) = ((1.0 - reach).max(0.0), 1.0 + reach);
    let half = freedom / 2.0;
    let constant = std::f64::consts::LN_2 + half * libm::log(half) - libm::lgamma(half);
    let at = |s: f64| {
        if s <= 0.0 {
            return 0.0;
        }
        let density = libm::exp(constant + (freedom - 1.0) * libm::log(s) - half * s * s);
        density * normal_survival(t * s - noncentrality)
    };
    let width = (to - from) / f64::from(STEPS);
    let inner = (1..STEPS).map(|step| {
        let weight = if step % 2 == 1 { 4.0 } else { 2.0 };
        weight * at(from + width * f64::from(step))
    });
    (at(from) + inner.sum::<f64>() + at(to)) * width / 3.0
}

/// The t below which a central T lies with probability p, by halving.
fn quantile(p: f64, freedom: f64) -> f64 {
    let (mut low, mut high) = (-1_000.0, 1_000.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if exceeds(middle, 0.0, freedom) > 1.0 - p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Expected values: `SciPy` 1.17.
#[test]
fn students_t_agrees_with_scipy() {
    let close = |got: f64, expected: f64| {
        assert!((got / expected - 1.0).abs() < 1e-5, "{got} for {expected}");
    };
    close(quantile(0.95, 19.0), 1.729_132_811_521_367);
    close(quantile(0.95, 2.0), 2.919_985_580_353_725_4);
    close(exceeds(2.5, 0.0, 7.0), 0.020_496_109_292_876_444);
    close(exceeds(quantile(0.95, 19.0), 2.5, 19.0), 0.777_737_292_765_451_1);
    close(exceeds(quantile(0.95, 5.0), 1.0, 5.0), 0.218_763_960_145_394_04);
    let losses = Paired::of(&[0.01, 0.02, 0.03]);
    assert!((losses.mean - 0.02).abs() < 1e-12 && (losses.deviation - 0.01).abs() < 1e-12);
    assert!(losses.is_below(0.05, 0.05) && !losses.is_below(0.03, 0.05));
    assert!((losses.power(0.02, 0.02, 0.05) - 0.05).abs() < 1e-6, "at the margin: the level");
}
