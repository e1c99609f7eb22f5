//! A share of trials, with an interval that holds for few of them, too.

use serde::Serialize;

/// Standard errors to each side of a 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// Successes of trials, taken as independent.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Share {
    /// Trials.
    pub of: u64,
    /// Successes, at most as many.
    pub count: u64,
    /// Successes ÷ trials, 0 without a trial.
    pub rate: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
}

impl Share {
    /// The share, with Wilson's interval ("Probable inference, the law of succession, and statistical
    /// inference", JASA 1927): from 0 to 1 without a trial.
    pub fn of(count: u64, of: u64) -> Self {
        if of == 0 {
            return Self { of, count, rate: 0.0, low: 0.0, high: 1.0 };
        }
        let (n, rate) = (real(of), real(count.min(of)) / real(of));
        let scale = 1.0 + Z * Z / n;
        let middle = (rate + Z * Z / (2.0 * n)) / scale;
        let half = Z / scale * (rate * (1.0 - rate) / n + Z * Z / (4.0 * n * n)).sqrt();
        let (low, high) = ((middle - half).max(0.0), (middle + half).min(1.0));
        // Rounding may leave the rate itself just outside of an end that it is.
        Self { of, count, rate, low: low.min(rate), high: high.max(rate) }
    }
}

/// A count as a number to compute with.
#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_has_its_published_digits_and_holds_the_rate() {
        // Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I.
        for (count, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let share = Share::of(count, of);
            assert!((share.low - low).abs() < 6e-5, "{share:?}");
            assert!((share.high - high).abs() < 6e-5, "{share:?}");
            assert!(share.low <= share.rate && share.rate <= share.high);
        }
        assert_eq!(Share::of(0, 0), Share { high: 1.0, ..Share::default() });
    }
}
