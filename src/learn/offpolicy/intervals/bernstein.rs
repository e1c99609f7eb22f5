//! An interval that holds for every n: independent values between 0 and a bound, n fixed
//! beforehand.
//!
//! Maurer and Pontil, "Empirical Bernstein bounds and sample variance penalization", 2009. For
//! importance weights the bound is the largest possible weight, which makes it wide: use it on
//! clipped weights only, where it bounds the value from below.

use super::Interval;
use crate::learn::offpolicy::moments::Moments;

/// How far below the mean of values in [0, bound] their expectation may lie, with probability
/// `1 − delta`: `√(2 V ln(2/δ) / n) + 7 B ln(2/δ) / (3 (n − 1))`. The one-sided form of Thomas,
/// Theocharous and Ghavamzadeh, "High-confidence off-policy evaluation", 2015. Infinite for fewer
/// than two values.
pub fn one_sided(moments: &Moments, bound: f64, delta: f64) -> f64 {
    half_width(moments, bound, libm::log(2.0 / delta))
}

/// The interval around the mean of values in [0, bound] that holds their expectation with
/// probability `1 − delta`: one-sided to either side, each with half of delta, hence `ln(4/δ)`.
pub fn two_sided(moments: &Moments, bound: f64, delta: f64) -> Interval {
    let half = half_width(moments, bound, libm::log(4.0 / delta));
    Interval { low: moments.mean() - half, high: moments.mean() + half }
}

fn half_width(moments: &Moments, bound: f64, log: f64) -> f64 {
    if moments.count() < 2.0 {
        return f64::INFINITY;
    }
    (2.0 * moments.variance_of_mean() * log).sqrt()
        + 7.0 * bound * log / (3.0 * (moments.count() - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn fifty_of_ten_thousand() -> Moments {
        let mut moments = Moments::default();
        for i in 0..10_000 {
            moments.push(f64::from(u8::from(i % 200 == 0)));
        }
        moments
    }

    #[test]
    fn both_forms_give_the_published_numbers() {
        let moments = fifty_of_ten_thousand();
        assert!((moments.mean() - 0.005).abs() < 1e-15);
        assert!((two_sided(&moments, 1.0, 0.05).width() / 2.0 - 0.003_110_77).abs() < 5e-9);
        assert!((one_sided(&moments, 1.0, 0.05) - 0.002_776_76).abs() < 5e-9);
    }

    #[test]
    fn fewer_than_two_values_bound_nothing() {
        let mut moments = Moments::default();
        assert!(one_sided(&moments, 1.0, 0.05).is_infinite());
        moments.push(1.0);
        assert!(one_sided(&moments, 1.0, 0.05).is_infinite());
    }

    /// It is wide: of 300 small samples none may miss, where the normal interval misses many.
    #[test]
    fn it_covers_where_the_normal_interval_does_not() {
        let mut rng = SplitMix64::new(3);
        let (mut missed, mut missed_by_normal) = (0, 0);
        for _ in 0..300 {
            let mut moments = Moments::default();
            for _ in 0..100 {
                moments.push(f64::from(u8::from(rng.chance(0.01))));
            }
            missed += u32::from(!two_sided(&moments, 1.0, 0.05).contains(0.01));
            let half = 1.96 * moments.variance_of_mean().sqrt();
            missed_by_normal += u32::from((moments.mean() - 0.01).abs() > half);
        }
        assert_eq!(missed, 0);
        assert!(missed_by_normal > 60, "{missed_by_normal}");
    }
}
