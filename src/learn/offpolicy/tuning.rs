//! Where to clip, to switch and to shrink: the parameters, chosen from the log.
//!
//! Each candidate is scored by an estimate of its mean squared error, `Var/n + Bias²`, with the
//! bias bounded above as Su, Dimakopoulou, Krishnamurthy and Dudík, "Doubly robust off-policy
//! evaluation with shrinkage" (2020), do:
//!
//! `|mean((w − ŵ)(r − q̂))| + √(2 mean(w²) ln(2/δ) / n) + 2 max(w) ln(2/δ) / (3n)`
//!
//! where ŵ is the weight the estimator uses. Of equal scores the larger parameter wins, which is
//! the less biased one. The last two terms take rewards to lie within 0 and 1.
//!
//! The bound is cautious: where weights vary a lot it is far above the bias, and the score then
//! says "no limit" unless what a limit gives up adds up to about nothing. It never makes a limited
//! estimator look better than the log shows it to be.

use super::estimators::{Parameters, clipped, shrunk, switched};
use super::moments::Moments;
use super::row::{Row, Rows};

/// Probability δ with which the bias may lie above its bound.
pub const DELTA: f64 = 0.05;

/// Steps of the candidates, again at each power of ten: as good as evenly spaced on a log scale.
const STEPS: [f64; 3] = [1.0, 2.0, 5.0];

/// The parameters with the least estimated mean squared error.
pub fn choose(rows: &Rows, delta: f64) -> Parameters {
    let bias = Slack::of(rows, delta);
    let limits = limits(bias.max);
    let best = |of: &dyn Fn(&Row, f64) -> Term, candidates: &[f64]| {
        let mut best = (f64::INFINITY, f64::INFINITY);
        for candidate in candidates.iter().rev() {
            let score = score(rows, &bias, |row| of(row, *candidate));
            if score < best.0 {
                best = (score, *candidate);
            }
        }
        best.1
    };
    let squares: Vec<f64> = limits.iter().map(|limit| limit * limit).collect();
    Parameters {
        clip: best(&|row, clip| Term::of_weight(row, clipped(row.weight(), clip)), &limits),
        tau: best(&|row, tau| Term::of_model(row, switched(row.weight(), tau)), &limits),
        // The weight of DRos turns down at √λ.
        lambda: best(&|row, lambda| Term::of_model(row, shrunk(row.weight(), lambda)), &squares),
    }
}

/// 1, 2, 5, 10 … below the largest weight, and no limit.
fn limits(max: f64) -> Vec<f64> {
    let mut limits = Vec::new();
    let mut power = 1.0;
    while power < max {
        limits.extend(STEPS.map(|step| step * power).into_iter().filter(|limit| *limit < max));
        power *= 10.0;
    }
    limits.push(f64::INFINITY);
    limits
}

/// What a decision adds to an estimator, and to its bias.
struct Term {
    value: f64,
    lost: f64,
}

impl Term {
    /// Of an estimator without a model, that uses this weight.
    fn of_weight(row: &Row, weight: f64) -> Self {
        Self { value: weight * row.reward, lost: (row.weight() - weight) * row.reward }
    }

    /// Of an estimator with a model, that uses this weight.
    fn of_model(row: &Row, weight: f64) -> Self {
        let (taken, target) = row.predicted.map_or((0.0, 0.0), |p| (p.taken, p.target));
        let residual = row.reward - taken;
        Self { value: target + weight * residual, lost: (row.weight() - weight) * residual }
    }
}

/// How far the bias seen may be off, the same for all candidates.
struct Slack {
    max: f64,
    slack: f64,
}

impl Slack {
    fn of(rows: &Rows, delta: f64) -> Self {
        let weights = || rows.as_slice().iter().map(Row::weight);
        let (max, n) = (weights().fold(0.0, f64::max), rows.count());
        let (log, square) = (libm::log(2.0 / delta), weights().map(|w| w * w).sum::<f64>() / n);
        Self { max, slack: (2.0 * square * log / n).sqrt() + 2.0 * max * log / (3.0 * n) }
    }
}

/// Estimated mean squared error.
fn score(rows: &Rows, bias: &Slack, of: impl Fn(&Row) -> Term) -> f64 {
    let (mut moments, mut lost) = (Moments::default(), 0.0);
    for row in rows.as_slice() {
        let term = of(row);
        moments.push(term.value);
        lost += term.lost;
    }
    let bias = (lost / rows.count()).abs() + bias.slack;
    moments.variance_of_mean() + bias * bias
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::row::Predicted;
    use crate::learn::offpolicy::row::testing::{predicted_rows, row};

    /// 2,000 decisions, one in `every` of them taken by the target and with that weight. Rewards go
    /// up and down around 0.5 in turn; the model says `model`.
    fn log(every: u32, model: f64) -> Rows {
        let logged = 1.0 / f64::from(every);
        let rows = (0..2_000_u32).map(|i| {
            let reward = if (i / every).is_multiple_of(2) { 0.9 } else { 0.1 };
            let is_taken = i.is_multiple_of(every);
            let (p, target) = if is_taken { (logged, 1.0) } else { (1.0 - logged, 0.0) };
            let predicted = Some(Predicted { taken: model, target: model });
            Row { predicted, ..row(u64::from(i), reward, p, target) }
        });
        Rows::new(rows.collect()).unwrap()
    }

    #[test]
    fn candidates_are_spaced_by_ratio_and_end_without_a_limit() {
        assert_eq!(limits(25.0), [1.0, 2.0, 5.0, 10.0, 20.0, f64::INFINITY]);
        assert_eq!(limits(0.5), [f64::INFINITY]);
    }

    #[test]
    fn a_score_is_its_formula() {
        let rows = predicted_rows(&[[1.0, 0.25, 0.5, 0.5, 0.4], [0.0, 0.5, 0.25, 0.2, 0.3]]);
        let bias = Slack::of(&rows, 0.05);
        let log = 40.0_f64.ln();
        let slack = (2.0 * 2.125 * log / 2.0).sqrt() + 2.0 * 2.0 * log / 6.0;
        assert!((bias.slack - slack).abs() < 1e-12);
        // With τ = 1: the first keeps the model, 0.4; the second 0.3 − 0.5 · 0.2; lost 2 · 0.5.
        let of = |row: &Row| Term::of_model(row, switched(row.weight(), 1.0));
        let variance_of_mean = 0.2 * 0.2 / 2.0 / 2.0;
        let expected = variance_of_mean + (0.5 + slack) * (0.5 + slack);
        assert!((score(&rows, &bias, of) - expected).abs() < 1e-12);
    }

    #[test]
    fn a_limit_is_set_where_it_spares_noise_and_gives_up_nothing() {
        let right = choose(&log(100, 0.5), DELTA);
        assert!(right.tau < 100.0 && right.lambda < 10_000.0, "{right:?}");
        let wrong = choose(&log(100, 0.1), DELTA);
        assert!(wrong.tau.is_infinite() && wrong.lambda.is_infinite(), "{wrong:?}");
        assert!(wrong.clip.is_infinite(), "rewards above zero are given up by any clip");
        assert_eq!(choose(&log(1, 0.5), DELTA), Parameters::UNLIMITED, "no weight above 1");
    }

    #[test]
    fn of_equal_scores_the_least_biased_wins() {
        let exact = |row: &Row| {
            let predicted = Predicted { taken: row.reward, target: 0.5 };
            Row { predicted: Some(predicted), ..*row }
        };
        let rows = log(100, 0.5).as_slice().iter().map(exact).collect();
        let chosen = choose(&Rows::new(rows).unwrap(), DELTA);
        assert!(chosen.tau.is_infinite() && chosen.lambda.is_infinite(), "{chosen:?}");
    }
}
