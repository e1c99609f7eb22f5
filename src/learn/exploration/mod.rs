//! With which probability is each offer chosen? Exact probabilities, and draws from them.
//!
//! Inverse-gap weighting (Abe and Long 1999; Foster and Rakhlin, "Beyond UCB: optimal and efficient
//! contextual bandits with regression oracles", ICML 2020): the best offer gets what the others
//! leave, and another the less, the further it is behind. All in f64: these numbers are logged, and
//! everything that is ever estimated divides by them. Source: algorithms 3.4.

pub mod thompson;

use crate::domain::invariants::PROBABILITY_TOLERANCE;

/// The sharpness of a policy's exploration after so many decisions: `γ₀ · √(min(t + 1, cap))`.
pub fn sharpness(gamma0: f64, decisions: u64, decisions_cap: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53, capped far below")]
    let decisions = decisions as f64 + 1.0;
    gamma0 * decisions.min(decisions_cap).max(1.0).sqrt()
}

/// Inverse-gap weighting with a uniform floor.
///
/// `values` are the candidates' expected values on a scale where 1 is about the largest; `gamma` is
/// the [`sharpness`];
/// `floor`, 0 to 1, is the share drawn uniformly. Of `K` candidates with best value `q_b`, another gets
/// `1 / (K + γ(q_b − q_a))`, the first of the best gets the rest, then `p ← (1−ε)p + ε/K`. A value
/// that is not a number counts as the worst.
///
/// `out` has one place for each value. The probabilities sum to 1 and are each above `floor / K`,
/// short of rounding.
pub fn inverse_gap(values: &[f64], gamma: f64, floor: f64, out: &mut [f64]) {
    debug_assert_eq!(values.len(), out.len());
    let Some(best) = best(values) else { return };
    #[expect(clippy::cast_precision_loss, reason = "a number of candidates")]
    let count = values.len() as f64;
    let (share, top) = (floor / count, finite(values[best]));
    // Three passes in place of one: two of them go several candidates at a time.
    for (value, p) in values.iter().zip(&mut *out) {
        let gap = (top - finite(*value)).clamp(0.0, f64::MAX);
        *p = 1.0 / (count + gamma * gap);
    }
    out[best] = 0.0;
    let others: f64 = out.iter().sum();
    for p in &mut *out {
        *p = (1.0 - floor) * *p + share;
    }
    out[best] = (1.0 - floor) * (1.0 - others).max(0.0) + share;
    debug_assert!((out.iter().sum::<f64>() - 1.0).abs() <= PROBABILITY_TOLERANCE);
}

/// The first of the best values, but for a share `floor` drawn uniformly (ε-greedy; Sutton and
/// Barto, "Reinforcement Learning", 2018, section 2.2).
pub fn greedy(values: &[f64], floor: f64, out: &mut [f64]) {
    let Some(best) = best(values) else { return };
    #[expect(clippy::cast_precision_loss, reason = "a number of candidates")]
    out.fill(floor / values.len() as f64);
    out[best] += 1.0 - floor;
}

/// Every candidate alike.
pub fn uniform(out: &mut [f64]) {
    #[expect(clippy::cast_precision_loss, reason = "a number of candidates")]
    out.fill(1.0 / out.len() as f64);
}

/// The first of the best values; `None` where there are none.
pub fn best(values: &[f64]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (at, value) in values.iter().enumerate() {
        if best.is_none_or(|b| finite(*value) > finite(values[b])) {
            best = Some(at);
        }
    }
    best
}

fn finite(value: f64) -> f64 {
    if value.is_nan() { f64::MIN } else { value.clamp(f64::MIN, f64::MAX) }
}

/// The candidate a uniform draw `unit` in [0, 1) falls on: the first whose cumulative probability
/// exceeds it. Where rounding leaves the sum short of the draw, the last candidate that can be
/// chosen.
pub fn draw(probabilities: &[f64], unit: f64) -> Option<usize> {
    let mut sum = 0.0;
    let mut last = None;
    for (at, p) in probabilities.iter().enumerate() {
        if *p > 0.0 {
            sum += p;
            last = Some(at);
            if sum > unit {
                break;
            }
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sys::rng::SplitMix64;

    fn check(gamma: f64, expected: [f64; 4]) {
        let mut p = [0.0; 4];
        inverse_gap(&[0.05, 0.04, 0.03, 0.01], gamma, 0.0, &mut p);
        for (p, expected) in p.iter().zip(expected) {
            assert!((p - expected).abs() < 1e-8, "{p} for {expected} at {gamma}");
        }
    }

    #[test]
    fn it_gives_the_published_probabilities() {
        check(100.0, [0.508_333_33, 0.2, 0.166_666_67, 0.125]);
        check(10_000.0, [0.983_007_41, 0.009_615_38, 0.004_901_96, 0.002_475_25]);
    }

    #[test]
    fn sharpness_grows_and_stops() {
        let at = |t| sharpness(1_000.0, t, 200_000.0);
        assert!((at(0) - 1_000.0).abs() < 1e-9 && (at(3) - 2_000.0).abs() < 1e-9);
        assert_eq!(at(u64::MAX).to_bits(), at(200_000).to_bits());
    }

    #[test]
    fn greed_leaves_the_floor_to_all() {
        let mut p = [0.0; 4];
        greedy(&[0.1, 0.3, f64::NAN, 0.3], 0.2, &mut p);
        assert!(
            p.iter().zip([0.05, 0.85, 0.05, 0.05]).all(|(p, e)| (p - e).abs() < 1e-12),
            "{p:?}"
        );
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_one_whatever_the_values(
            values in prop::collection::vec(
                prop_oneof![any::<f64>(), -1.0_f64..1.0, Just(0.0), Just(f64::MAX), Just(f64::MIN)], 1..1_000),
            gamma in prop_oneof![0.0_f64..1e9, Just(0.0), Just(f64::MAX)],
            floor in 0.0_f64..=1.0,
        ) {
            let mut p = vec![0.0; values.len()];
            inverse_gap(&values, gamma, floor, &mut p);
            prop_assert!((p.iter().sum::<f64>() - 1.0).abs() <= PROBABILITY_TOLERANCE);
            let least = floor / f64::from(u32::try_from(values.len()).unwrap());
            prop_assert!(p.iter().all(|p| *p >= least && *p <= 1.0 + PROBABILITY_TOLERANCE), "{p:?}");
            prop_assert!(draw(&p, 1.0 - f64::EPSILON / 2.0).is_some());
        }
    }

    #[test]
    fn a_draw_falls_where_the_cumulative_sum_says() {
        let p = [0.25, 0.0, 0.5, 0.25, 0.0];
        let drawn = [0.0, 0.249, 0.25, 0.749, 0.75, 0.999].map(|unit| draw(&p, unit));
        assert_eq!(drawn, [0, 0, 2, 2, 3, 3].map(Some));
        assert_eq!(draw(&[0.3, 0.3], 0.99), Some(1), "a sum that rounding left short");
        assert_eq!(draw(&[], 0.5), None);
    }

    /// A8: χ² of 200,000 served draws from each of 20 vectors, against its 99.9 % point (Wilson and
    /// Hilferty).
    #[test]
    fn what_is_served_is_what_is_logged() {
        let mut rng = SplitMix64::new(8);
        for round in 0..20_u32 {
            let values: Vec<f64> = (0..3 + round * 2).map(|_| rng.unit() * 0.2).collect();
            let mut p = vec![0.0; values.len()];
            inverse_gap(&values, 300.0, 0.02, &mut p);
            let (mut served, draws) = (vec![0.0; p.len()], 200_000_u32);
            for _ in 0..draws {
                served[draw(&p, rng.unit()).unwrap()] += 1.0;
            }
            let expected = p.iter().map(|p| p * f64::from(draws));
            let statistic: f64 =
                served.iter().zip(expected).map(|(s, e): (&f64, f64)| (s - e) * (s - e) / e).sum();
            let freedom = f64::from(3 + round * 2 - 1);
            let cube = 1.0 - 2.0 / (9.0 * freedom) + 3.09 * (2.0 / (9.0 * freedom)).sqrt();
            assert!(
                statistic < freedom * cube.powi(3),
                "{statistic} with {freedom} degrees of freedom"
            );
        }
    }
}
