//! Thompson sampling with exact probabilities: each candidate is chosen as often as it is the best
//! of one draw from every candidate's own posterior.
//!
//! Thompson sampling is usually played by drawing, and then nobody knows with which probability a
//! candidate was chosen; where candidates share parameters there is no formula for it either
//! (Balagopalan and Jun, "Minimum empirical divergence for sub-Gaussian linear bandits", AISTATS
//! 2025, are moved by this). Here each posterior is taken by itself, so the probability is an
//! integral over one number, and the choice is drawn from what was computed: what is logged is what
//! was played, to the last bit, and that it is Thompson's holds to the third digit.
//!
//! ```text
//! P(a) = ∫ dF_a(t) Π_{b≠a} F_b(t)          F_a(t) = P(f_a·σ(x)^e ≤ t),  x ~ N(μ_a, s_a²)
//! ```

use crate::learn::laplace::sigmoid;

/// What is believed of one candidate's score: `factor · σ(x)^exponent` with x ~ N(mean, spread²).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreBelief {
    /// Mean of the log-odds of acceptance.
    pub mean: f64,
    /// Standard deviation of the log-odds; 0 for a score that is known.
    pub spread: f64,
    /// What the propensity is multiplied by; above 0.
    pub factor: f64,
}

/// Points of the integral.
const POINTS: usize = 96;
/// So many standard deviations of a candidate's log-odds are looked at.
const REACH: f64 = 4.0;
/// A score that is known is as wide as this, in log-odds.
const SPREAD_MIN: f64 = 1e-6;

/// Buffers, reused from slate to slate.
#[derive(Debug, Default)]
pub struct Buffers {
    /// Distribution function of each candidate at each point, candidate by candidate.
    below: Vec<f64>,
}

/// The probabilities, with a share `floor` of them drawn uniformly. `out` has a place for each
/// belief; it sums to 1.
pub fn thompson(
    beliefs: impl Iterator<Item = ScoreBelief> + Clone,
    exponent: f64,
    floor: f64,
    buffers: &mut Buffers,
    out: &mut [f64],
) {
    let Some((low, high)) = range(beliefs.clone(), exponent) else { return };
    let below = &mut buffers.below;
    below.clear();
    for belief in beliefs {
        below.extend((0..POINTS).map(|point| {
            let share = point as f64 / (POINTS - 1) as f64;
            belief.below(low + share * (high - low), exponent)
        }));
    }
    out.fill(0.0);
    for point in 1..POINTS {
        let at = |candidate: usize| candidate * POINTS + point;
        // Π F_b of the middle of the step, with those that are surely below left out and those that
        // are surely above counted: a zero must not be divided by.
        let (mut product, mut zeros) = (1.0, 0_usize);
        for candidate in 0..out.len() {
            let middle = f64::midpoint(below[at(candidate) - 1], below[at(candidate)]);
            if middle > 0.0 {
                product *= middle;
            } else {
                zeros += 1;
            }
        }
        for (candidate, p) in out.iter_mut().enumerate() {
            let (before, after) = (below[at(candidate) - 1], below[at(candidate)]);
            let middle = f64::midpoint(before, after);
            let others = match (zeros, middle > 0.0) {
                (0, _) => product / middle,
                (1, false) => product,
                _ => 0.0,
            };
            *p += (after - before) * others;
        }
    }
    share_out(floor, out);
}

/// Scales to a sum of 1 and mixes the floor in.
fn share_out(floor: f64, out: &mut [f64]) {
    let (sum, count) = (out.iter().sum::<f64>(), out.len() as f64);
    for p in &mut *out {
        let share = if sum > 0.0 { *p / sum } else { 1.0 / count };
        *p = (1.0 - floor) * share + floor / count;
    }
}

/// The logarithms of score between which the best one surely lies.
fn range(beliefs: impl Iterator<Item = ScoreBelief>, exponent: f64) -> Option<(f64, f64)> {
    beliefs
        .map(|b| [-REACH, REACH].map(|reach| b.log_score(b.mean + reach * b.spread, exponent)))
        .reduce(|a, b| [a[0].max(b[0]), a[1].max(b[1])])
        .map(|[low, high]| (low - 1e-9, high + 1e-9))
        .filter(|(low, high)| low.is_finite() && high.is_finite())
}

impl ScoreBelief {
    fn log_score(&self, log_odds: f64, exponent: f64) -> f64 {
        libm::log(self.factor.max(f64::MIN_POSITIVE))
            + exponent * libm::log(sigmoid(log_odds).max(f64::MIN_POSITIVE))
    }

    /// P(logarithm of the score ≤ `log_score`).
    fn below(&self, log_score: f64, exponent: f64) -> f64 {
        let spread = self.spread.max(SPREAD_MIN);
        let propensity = libm::exp(
            (log_score - libm::log(self.factor.max(f64::MIN_POSITIVE))) / exponent.max(1e-9),
        );
        if propensity >= 1.0 {
            return 1.0;
        }
        let log_odds = libm::log(propensity / (1.0 - propensity));
        0.5 * libm::erfc(-(log_odds - self.mean) / (spread * std::f64::consts::SQRT_2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn probabilities(beliefs: &[ScoreBelief], floor: f64) -> Vec<f64> {
        let mut out = vec![0.0; beliefs.len()];
        let mut buffers = Buffers::default();
        thompson(beliefs.iter().copied(), 1.0, floor, &mut buffers, &mut out);
        out
    }

    fn beliefs(rng: &mut SplitMix64, count: usize) -> Vec<ScoreBelief> {
        (0..count)
            .map(|_| ScoreBelief {
                mean: -3.0 + rng.normal() * 0.5,
                spread: 0.1 + rng.unit() * 0.6,
                factor: 0.5 + rng.unit(),
            })
            .collect()
    }

    #[test]
    fn candidates_are_chosen_as_often_as_their_draw_is_the_best() {
        let mut rng = SplitMix64::new(4);
        for count in [2_usize, 5, 30] {
            let beliefs = beliefs(&mut rng, count);
            let (mut best, draws) = (vec![0_u32; count], 100_000);
            for _ in 0..draws {
                let drawn: Vec<f64> = beliefs
                    .iter()
                    .map(|b| b.factor * sigmoid(b.mean + b.spread * rng.normal()))
                    .collect();
                best[crate::learn::exploration::best(&drawn).unwrap()] += 1;
            }
            for (p, n) in probabilities(&beliefs, 0.0).iter().zip(best) {
                let share = f64::from(n) / f64::from(draws);
                assert!((p - share).abs() < 0.006, "{p} for {share} of {count}");
            }
        }
    }

    #[test]
    fn the_probabilities_are_probabilities() {
        let mut rng = SplitMix64::new(5);
        for round in 0..200 {
            let mut beliefs = beliefs(&mut rng, 1 + round % 40);
            if round % 3 == 0 {
                beliefs[0] = ScoreBelief { mean: 40.0, spread: 0.0, factor: 0.1 };
            }
            let p = probabilities(&beliefs, 0.02);
            assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(p.iter().all(|p| *p >= 0.02 / beliefs.len() as f64), "{p:?}");
        }
    }

    #[test]
    fn who_is_surely_the_best_is_surely_chosen() {
        let sure = |factor| ScoreBelief { mean: 0.0, spread: 0.0, factor };
        let p = probabilities(&[sure(1.0), sure(3.0), sure(2.0)], 0.0);
        assert!((p[1] - 1.0).abs() < 1e-9, "{p:?}");
    }
}
