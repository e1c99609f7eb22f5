//! Logarithms of gamma functions and of rising factorials, with two derivatives each.
//!
//! Every likelihood here is made of quotients `Γ(a + n) / Γ(a)` with a whole n. Taken as
//! `a (a+1) … (a+n−1)` they keep all digits however large `a` is, where the difference of two
//! log-gammas loses them.

/// From this argument on the asymptotic series are exact to the last digit or two.
const ASYMPTOTIC: f64 = 10.0;
/// Rising factorials of more factors are taken as differences of log-gammas.
const FACTORS_MAX: u32 = 64;

/// A function's value and its first and second derivative at one point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Curve {
    /// The value.
    pub value: f64,
    /// Its derivative.
    pub slope: f64,
    /// The second derivative.
    pub bend: f64,
}

/// `ln Γ(x)` with derivatives ψ(x) and ψ′(x), for x above 0.
pub fn ln_gamma(x: f64) -> Curve {
    Curve { value: libm::lgamma(x), slope: digamma(x), bend: trigamma(x) }
}

/// `ln (a)_n = ln Γ(a + n) − ln Γ(a)` with its derivatives by `a`, for `a` above 0.
pub fn ln_rising(a: f64, n: u32) -> Curve {
    if n > FACTORS_MAX {
        let (end, start) = (ln_gamma(a + f64::from(n)), ln_gamma(a));
        return Curve {
            value: end.value - start.value,
            slope: end.slope - start.slope,
            bend: end.bend - start.bend,
        };
    }
    (0..n).fold(Curve::default(), |sum, i| {
        let factor = a + f64::from(i);
        let inverse = 1.0 / factor;
        Curve {
            value: sum.value + libm::log(factor),
            slope: sum.slope + inverse,
            bend: sum.bend - inverse * inverse,
        }
    })
}

/// ψ(x), the derivative of `ln Γ`, for x above 0: the recurrence up to 10, from there the
/// asymptotic series (Abramowitz and Stegun, "Handbook of mathematical functions", 1964, 6.3.18).
pub fn digamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < ASYMPTOTIC {
        sum -= 1.0 / x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = horner(
        y,
        [
            1.0 / 12.0,
            -1.0 / 120.0,
            1.0 / 252.0,
            -1.0 / 240.0,
            1.0 / 132.0,
            -691.0 / 32_760.0,
            1.0 / 12.0,
        ],
    );
    sum + libm::log(x) - 0.5 / x - y * series
}

/// ψ′(x) for x above 0, in the same way (Abramowitz and Stegun, 6.4.12).
pub fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < ASYMPTOTIC {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = horner(
        y,
        [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2_730.0, 7.0 / 6.0],
    );
    sum + 1.0 / x + 0.5 * y + y / x * series
}

fn horner<const N: usize>(y: f64, coefficients: [f64; N]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * y + c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() <= 4e-15 * expected.abs(), "{value} for {expected}");
    }

    /// γ is Euler's constant: ψ(1) = −γ, ψ(½) = −γ − 2 ln 2, ψ(11) = −γ + Σ 1/k up to 10;
    /// ψ′(1) = π²/6, ψ′(½) = π²/2.
    #[test]
    fn the_derivatives_have_their_closed_forms() {
        let gamma = 0.577_215_664_901_532_9;
        let square = std::f64::consts::PI * std::f64::consts::PI;
        close(digamma(1.0), -gamma);
        close(digamma(0.5), -gamma - 2.0 * std::f64::consts::LN_2);
        close(digamma(11.0), -gamma + (1..=10).map(|k| 1.0 / f64::from(k)).sum::<f64>());
        close(trigamma(1.0), square / 6.0);
        close(trigamma(0.5), square / 2.0);
        close(trigamma(11.0), square / 6.0 - (1..=10).map(|k| 1.0 / f64::from(k * k)).sum::<f64>());
    }

    /// Where the difference of two log-gammas has lost every digit.
    #[test]
    fn a_rising_factorial_keeps_its_digits_at_large_arguments() {
        let found = ln_rising(1e15, 2);
        close(found.value, 2.0 * libm::log(1e15));
        assert!(ln_rising(3.0, 0) == Curve::default());
        close(ln_rising(1.0, 5).value, libm::log(120.0));
    }

    proptest! {
        #[test]
        fn sum_and_difference_agree(a in 0.01_f64..500.0, n in 0_u32..=64) {
            let (sum, end, start) = (ln_rising(a, n), ln_gamma(a + f64::from(n)), ln_gamma(a));
            let near = |x: f64, y: f64, size: f64| (x - y).abs() <= 1e-13 * (1.0 + size);
            prop_assert!(near(sum.value, end.value - start.value, end.value.abs()));
            prop_assert!(near(sum.slope, end.slope - start.slope, start.slope.abs()));
            prop_assert!(near(sum.bend, end.bend - start.bend, start.bend.abs()));
        }
    }
}
