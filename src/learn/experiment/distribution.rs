//! The normal and χ² distributions, as far as tests of experiments need them.
//!
//! All from `erfc`, `exp`, `log` and `lgamma` of `libm`: the same bits on every machine.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// P(Z > z) of a standard normal, exact far into the tail.
pub fn normal_survival(z: f64) -> f64 {
    0.5 * libm::erfc(z * FRAC_1_SQRT_2)
}

/// P(|Z| > |z|) of a standard normal: the p-value of a fixed-horizon z test, looked at once.
pub fn normal_two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() * FRAC_1_SQRT_2)
}

/// The z with P(Z ≤ z) = `p`, by bisection; infinite at 0 and 1, not a number beyond.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let (tail, sign) = if p < 0.5 { (p, -1.0) } else { (1.0 - p, 1.0) };
    if tail <= 0.0 {
        return sign * f64::INFINITY;
    }
    // Beyond 39 the tail is below the least f64.
    let (mut low, mut high) = (0.0, 39.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return sign * middle;
        }
        if normal_survival(middle) > tail {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// P(X > x) of χ² with `freedom` degrees of freedom; 1 for none.
///
/// The finite sums of Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.4.4
/// and 26.4.5: every term is positive, each is taken by its logarithm.
pub fn chi_squared_survival(x: f64, freedom: u32) -> f64 {
    if x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 || freedom == 0 {
        return 1.0;
    }
    let half = x / 2.0;
    let log_half = libm::log(half);
    let is_odd = !freedom.is_multiple_of(2);
    let start = if is_odd { libm::erfc(half.sqrt()) } else { 0.0 };
    let shift = if is_odd { 0.5 } else { 0.0 };
    let terms: f64 = (0..freedom / 2)
        .map(|term| {
            let power = f64::from(term) + shift;
            libm::exp(power * log_half - half - libm::lgamma(power + 1.0))
        })
        .sum();
    (start + terms).min(1.0)
}

/// ln Φ(z) of a standard normal; where Φ is below the least f64, its asymptote
/// `−z²/2 − ln(−z√2π)`.
pub fn log_normal_cumulative(z: f64) -> f64 {
    if z > -37.0 {
        libm::log(normal_survival(-z))
    } else {
        -z * z / 2.0 - libm::log(-z * (2.0 * PI).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(value: f64, expected: f64) {
        assert!((value / expected - 1.0).abs() < 1e-12, "{value} for {expected}");
    }

    /// Expected values: `SciPy` 1.17.
    #[test]
    fn the_normal_agrees_with_scipy() {
        for (z, p) in [
            (0.0, 0.5),
            (1.96, 0.024_997_895_148_220_435),
            (5.0, 2.866_515_718_791_933e-7),
            (-2.0, 0.977_249_868_051_820_8),
            (30.0, 4.906_713_927_147_908e-198),
        ] {
            close(normal_survival(z), p);
        }
        close(normal_two_sided(-1.96), 2.0 * 0.024_997_895_148_220_435);
        for (p, z) in [
            (0.975, 1.959_963_984_540_054),
            (0.8, 0.841_621_233_572_914_3),
            (0.95, 1.644_853_626_951_472_2),
            (1e-10, -6.361_340_902_404_056),
            (1e-300, -37.047_096_299_361_2),
        ] {
            close(normal_quantile(p), z);
        }
        assert!(normal_quantile(1.0).is_infinite() && normal_quantile(-0.1).is_nan());
        assert!(normal_quantile(0.5).abs() < 1e-12);
    }

    /// Expected values: `SciPy` 1.17.
    #[test]
    fn chi_squared_agrees_with_scipy() {
        for (freedom, x, p) in [
            (1, 22.774_369, 1.821_792_722_739_463_3e-6),
            (1, 3.578_529, 0.058_530_959_471_611_264),
            (2, 5.991, 0.050_011_615_026_579_09),
            (3, 16.27, 0.000_998_223_239_905_418_6),
            (6, 3.0, 0.808_846_830_538_058_2),
            (81, 120.0, 0.003_195_142_688_024_627),
            (99, 148.23, 0.001_000_065_926_900_343_7),
        ] {
            close(chi_squared_survival(x, freedom), p);
        }
        let far = chi_squared_survival(2_500.0, 2_001);
        assert!((far / 1.203_245_714_300_249_2e-13 - 1.0).abs() < 1e-9, "{far}");
        assert!(chi_squared_survival(2_000.0, 5) < 1e-300);
        assert!((chi_squared_survival(0.0, 3) - 1.0).abs() < 1e-15);
        assert!(chi_squared_survival(f64::NAN, 3).is_nan());
    }

    #[test]
    fn the_logarithm_goes_on_where_the_tail_ends() {
        close(log_normal_cumulative(-2.0), -3.783_184_333_682_032);
        let (near, far) = (log_normal_cumulative(-36.999_9), log_normal_cumulative(-37.000_1));
        assert!((near - far).abs() < 0.02 && near > far, "{near} {far}");
        assert!(log_normal_cumulative(-1_000.0) < -499_000.0);
        assert!(log_normal_cumulative(9.0).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn the_quantile_undoes_the_survival(z in -37.0_f64..8.0) {
            let back = normal_quantile(normal_survival(-z));
            // Near 1 a probability holds few digits of its distance from 1.
            let lost = if z < 0.0 { 1e-11 } else { 1e-16 / normal_survival(z) };
            prop_assert!((back - z).abs() <= 1e-9 + lost, "{back} for {z}");
        }
    }
}
