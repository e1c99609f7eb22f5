//! The interval of large samples: so many standard errors to either side.
//!
//! With standard errors over guests ([`crate::learn::offpolicy::sums`]) it holds for logs in which
//! a guest decides many times.

use super::Interval;

/// `value ± z · standard_error`, where a standard normal falls within ±z with probability `level`.
pub fn normal(value: f64, standard_error: f64, level: f64) -> Interval {
    let half = quantile(0.5 + level / 2.0) * standard_error;
    Interval { low: value - half, high: value + half }
}

/// The point below which a standard normal falls with probability `p`, to 1e-12; infinite for 0 and
/// 1.
///
/// By halving on the complementary error function of libm: slow, short and exact.
pub fn quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -quantile(1.0 - p);
    }
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut low, mut high) = (-40.0, 0.0);
    while high - low > 1e-13 {
        let middle = f64::midpoint(low, high);
        if 0.5 * libm::erfc(-middle / std::f64::consts::SQRT_2) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Abramowitz and Stegun, "Handbook of mathematical functions", 1964, table 26.5.
    #[test]
    fn it_gives_the_published_quantiles() {
        for (p, z) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.95, 1.644_853_626_951_473),
            (0.995, 2.575_829_303_548_901),
            (0.025, -1.959_963_984_540_054),
            (1e-9, -5.997_807_015_008_182),
        ] {
            assert!((quantile(p) - z).abs() < 1e-11, "{p}: {}", quantile(p));
        }
        assert!(quantile(0.0) == f64::NEG_INFINITY && quantile(1.0) == f64::INFINITY);
    }

    #[test]
    fn the_interval_is_centred_and_as_wide_as_its_level_says() {
        let interval = normal(0.5, 0.1, 0.95);
        assert!((interval.low - 0.304_003_601_545_995).abs() < 1e-12);
        assert!((interval.high - 0.695_996_398_454_005).abs() < 1e-12);
        assert!(interval.contains(0.5) && !interval.contains(0.7));
    }
}
