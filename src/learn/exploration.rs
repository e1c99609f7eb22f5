//! With which probability is each offer chosen? Exact probabilities, and draws from them.
//!
//! Inverse-gap weighting (Abe and Long 1999; Foster and Rakhlin, "Beyond UCB: optimal and efficient contextual bandits with
//! regression oracles", ICML 2020): the best offer gets what the others leave, and another the less, the further it is behind.
//! Further slots repeat the draw among what is left (Plackett–Luce). All in f64: these numbers are logged, and everything
//! that is ever estimated divides by them. Source: algorithms 3.4 and 8.3.

use crate::domain::invariants::PROBABILITY_TOLERANCE;

/// The sharpness of a policy's exploration after so many decisions: `γ₀ · √(min(t + 1, cap))`.
pub fn sharpness(gamma0: f64, decisions: u64, decisions_cap: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53, capped far below")]
    let decisions = decisions as f64 + 1.0;
    gamma0 * decisions.min(decisions_cap).max(1.0).sqrt()
}

/// Inverse-gap weighting with a uniform floor.
///
/// `values` are the candidates' expected values on a scale where 1 is about the largest; `gamma` is the [`sharpness`]; `floor`,
/// 0 to 1, is the share drawn uniformly. Of `K` candidates with best value `q_b`, another gets
/// `1 / (K + γ(q_b − q_a))`, the first of the best gets the rest, then `p ← (1−ε)p + ε/K`. A value that is not a number counts
/// as the worst.
///
/// `out` has one place for each value. The probabilities sum to 1 and are each above `floor / K`, short of rounding.
pub fn inverse_gap(values: &[f64], gamma: f64, floor: f64, out: &mut [f64]) {
    debug_assert_eq!(values.len(), out.len());
    let Some(best) = best(values) else { return };
    #[expect(clippy::cast_precision_loss, reason = "a number of candidates")]
    let count = values.len() as f64;
    let share = floor / count;
    let mut others = 0.0;
    for (at, (value, p)) in values.iter().zip(&mut *out).enumerate() {
        if at != best {
            let gap = (finite(values[best]) - finite(*value)).clamp(0.0, f64::MAX);
            *p = 1.0 / (count + gamma * gap);
            others += *p;
            *p = (1.0 - floor) * *p + share;
        }
    }
    out[best] = (1.0 - floor) * (1.0 - others).max(0.0) + share;
    debug_assert!((out.iter().sum::<f64>() - 1.0).abs() <= PROBABILITY_TOLERANCE);
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

/// The candidate a uniform draw `unit` in [0, 1) falls on: the first whose cumulative probability exceeds it. Where rounding
/// leaves the sum short of the draw, the last candidate that can be chosen.
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

/// Probabilities of the next slot of a slate: those of the first slot, among the candidates still open
/// (Plackett–Luce without replacement): `p_j / Σ_open p`. Returns false where none is open.
///
/// `first` are the probabilities of the first slot, `out` scratch of the same length; closed candidates get 0.
pub fn conditional(first: &[f64], is_open: impl Fn(usize) -> bool, out: &mut [f64]) -> bool {
    debug_assert_eq!(first.len(), out.len());
    let (mut total, mut open) = (0.0, 0_u32);
    for (at, (p, out)) in first.iter().zip(&mut *out).enumerate() {
        *out = 0.0;
        if is_open(at) {
            *out = *p;
            total += p;
            open += 1;
        }
    }
    if open == 0 {
        return false;
    }
    if total > 0.0 {
        out.iter_mut().for_each(|p| *p /= total);
    } else {
        // Without a floor all that is left may have had no chance: then each has the same.
        for (at, p) in out.iter_mut().enumerate() {
            *p = if is_open(at) { 1.0 / f64::from(open) } else { 0.0 };
        }
    }
    true
}
