//! The Beta distribution over log-odds, exact in both tails.
//!
//! With `x = σ(z)` the density of z is `x^α (1−x)^β / B(α, β)`: smooth, with a single peak at
//! `ln(α/β)`, falling off on both sides whatever the parameters. The distribution function is the
//! regularized incomplete beta function by its continued fraction (Abramowitz and Stegun, "Handbook
//! of mathematical functions", 1964, 26.5.8; evaluated as Press et al., "Numerical Recipes",
//! section 6.4, do).

/// Least and largest parameter: below, a good part of the draws is smaller than a number can be;
/// above, nothing is left to draw.
const PARAMETERS: std::ops::RangeInclusive<f64> = 0.1..=1e9;
/// By how much the logarithm of a density falls until the rest counts as nothing.
const DEPTH: f64 = 45.0;
/// The fraction stops when a term changes it by less.
const PRECISION: f64 = 1e-15;
/// Most terms of the fraction. It needs about the square root of the larger parameter.
const TERMS_MAX: u32 = 200_000;
/// In place of a zero to divide by.
const TINY: f64 = 1e-300;

/// A Beta(α, β) variable by its log-odds z.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    alpha: f64,
    beta: f64,
    mode: f64,
    /// Logarithm of the density at the mode.
    peak: f64,
}

impl Beta {
    /// A distribution with α and β within 0.1 and 10⁹.
    ///
    /// # Errors
    /// [`BetaError`] for others.
    pub fn new(alpha: f64, beta: f64) -> Result<Self, BetaError> {
        for (name, value) in [("alpha", alpha), ("beta", beta)] {
            if !PARAMETERS.contains(&value) {
                return Err(BetaError { name, value });
            }
        }
        // The powers of α and β in Stirling's formula are those of the density: they fall out.
        let root = 0.5 * libm::log(alpha / (alpha + beta) * beta / std::f64::consts::TAU);
        let peak = root + stirling(alpha + beta) - stirling(alpha) - stirling(beta);
        Ok(Self { alpha, beta, mode: libm::log(alpha / beta), peak })
    }

    /// Where the density over log-odds peaks.
    pub fn mode(&self) -> f64 {
        self.mode
    }

    /// The standard deviation of the normal density with the same curvature at the peak.
    pub fn spread(&self) -> f64 {
        (1.0 / self.alpha + 1.0 / self.beta).sqrt()
    }

    /// Between which log-odds all but 1e-19 or so of the draws lie.
    pub fn support(&self) -> (f64, f64) {
        let end = |direction: f64| {
            let mut step = self.spread();
            while self.fall(direction * step) < DEPTH {
                step *= 1.25;
            }
            self.mode + direction * step
        };
        (end(-1.0), end(1.0))
    }

    /// The density at log-odds z.
    pub fn density(&self, z: f64) -> f64 {
        libm::exp(self.peak - self.fall(z - self.mode))
    }

    /// The probability of a draw above log-odds z.
    pub fn above(&self, z: f64) -> f64 {
        let fall = self.fall(z - self.mode);
        if fall > DEPTH {
            return if z < self.mode { 1.0 } else { 0.0 };
        }
        let (alpha, beta) = (self.alpha, self.beta);
        let (density, x) = (libm::exp(self.peak - fall), 1.0 / (1.0 + libm::exp(-z)));
        // The fraction is quick on its own side of the mean.
        if x < (alpha + 1.0) / (alpha + beta + 2.0) {
            1.0 - density * fraction(alpha, beta, x) / alpha
        } else {
            density * fraction(beta, alpha, 1.0 / (1.0 + libm::exp(z))) / beta
        }
    }

    /// By how much the logarithm of the density falls from the mode to `by` beside it. From the
    /// mode, since the density itself is a difference of numbers as large as the parameters.
    fn fall(&self, by: f64) -> f64 {
        let sum = self.alpha + self.beta;
        sum * libm::log1p(self.alpha / sum * libm::expm1(by)) - self.alpha * by
    }
}

/// The continued fraction of `I_x(a, b) · a / (x^a (1−x)^b / B(a, b))`.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let guarded = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..TERMS_MAX {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guarded(1.0 + even * d);
        c = guarded(1.0 + even / c);
        h *= d * c;
        d = 1.0 / guarded(1.0 + odd * d);
        c = guarded(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < PRECISION {
            break;
        }
    }
    h
}

/// What Stirling's formula leaves out: `ln Γ(x) − (x − ½) ln x + x − ½ ln 2π`.
fn stirling(x: f64) -> f64 {
    if x < 10.0 {
        let half_ln_tau = 0.5 * libm::log(std::f64::consts::TAU);
        return libm::lgamma(x) - (x - 0.5) * libm::log(x) + x - half_ln_tau;
    }
    let y = 1.0 / (x * x);
    let series = 1.0 / 12.0
        - y * (1.0 / 360.0 - y * (1.0 / 1_260.0 - y * (1.0 / 1_680.0 - y * (1.0 / 1_188.0))));
    series / x
}

/// A parameter out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{name}: {value} is not within 0.1 and 1e9: count from a prior of at least 0.1")]
pub struct BetaError {
    name: &'static str,
    value: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logit(x: f64) -> f64 {
        libm::log(x / (1.0 - x))
    }

    fn check(alpha: f64, beta: f64, x: f64, below: f64) {
        let found = 1.0 - Beta::new(alpha, beta).unwrap().above(logit(x));
        assert!((found - below).abs() < 1e-12, "I_{x}({alpha}, {beta}): {found} for {below}");
    }

    /// Closed forms: for whole parameters the distribution function is a polynomial, for halves an
    /// arc sine.
    #[test]
    fn it_gives_the_closed_forms() {
        check(1.0, 1.0, 0.3, 0.3);
        check(2.0, 1.0, 0.3, 0.09);
        check(1.0, 9.0, 0.1, 1.0 - 0.9_f64.powi(9));
        check(2.0, 2.0, 0.2, 3.0 * 0.04 - 2.0 * 0.008);
        check(0.5, 0.5, 0.7, 2.0 / std::f64::consts::PI * 0.7_f64.sqrt().asin());
        check(1.0, 50_000.0, 1e-5, 1.0 - libm::exp(50_000.0 * libm::log1p(-1e-5)));
        check(3.0, 3.0, 0.5, 0.5);
        check(1e6, 1e6, 0.5, 0.5);
    }

    /// Against scipy 1.17 (Boost), in the middle of narrow distributions.
    #[test]
    fn it_gives_the_numbers_of_others() {
        for (alpha, beta, x, below) in REFERENCE {
            let found = 1.0 - Beta::new(alpha, beta).unwrap().above(logit(x));
            assert!((found - below).abs() < 1e-10, "I_{x}({alpha}, {beta}): {found} for {below}");
        }
    }

    const REFERENCE: [(f64, f64, f64, f64); 7] = [
        (1_013.0, 222_255.0, 0.0045, 0.400_718_486_244_8),
        (1_013.0, 222_255.0, 0.0048, 0.965_928_383_049_4),
        (2.0, 2_308.0, 0.0005, 0.320_883_110_984_6),
        (142.0, 35_522.0, 0.004, 0.533_024_513_563_5),
        (5e5, 5e8, 0.001, 0.760_432_800_590_5),
        (0.25, 0.4, 0.01, 0.218_069_447_552_1),
        (1e9, 1e9, 0.50001, 0.814_453_315_231_3),
    ];

    #[test]
    fn the_density_is_the_derivative() {
        for (alpha, beta) in [(2.0, 8.0), (0.3, 0.4), (1_013.0, 222_255.0), (30.0, 0.2)] {
            let it = Beta::new(alpha, beta).unwrap();
            let h = 1e-4 * it.spread();
            for at in [-2.0, -0.5, 0.0, 1.0, 2.0] {
                let z = it.mode() + at * it.spread();
                let slope = (it.above(z - h) - it.above(z + h)) / (2.0 * h);
                assert!((slope / it.density(z) - 1.0).abs() < 1e-6, "{alpha} {beta} {at}");
            }
        }
    }

    #[test]
    fn the_support_holds_almost_everything() {
        for (alpha, beta) in [(0.1, 0.1), (0.1, 1e9), (1.0, 1.0), (5e8, 5e8), (1e9, 0.1)] {
            let it = Beta::new(alpha, beta).unwrap();
            let (low, high) = it.support();
            assert!(low < it.mode() && it.mode() < high && low > -700.0 && high < 700.0);
            assert!(it.above(low) > 1.0 - 1e-15 && it.above(high) < 1e-15, "{alpha} {beta}");
        }
    }

    #[test]
    fn parameters_out_of_bounds_are_named() {
        for (alpha, beta, name) in
            [(0.0, 1.0, "alpha"), (1.0, f64::NAN, "beta"), (2e9, 1.0, "alpha")]
        {
            let error = Beta::new(alpha, beta).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
    }
}
