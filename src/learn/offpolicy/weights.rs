//! Do the log and the target overlap enough for an evaluation? The importance weights, summed up.

use serde::Serialize;

use super::moments::Moments;
use super::row::Rows;

/// What the importance weights `w = π_e(a|x) / p` look like over a log.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Weights {
    /// Decisions in the log, n.
    pub decisions: usize,
    /// Mean weight; 1 but for chance where the logged selection probabilities are right and every
    /// action the target takes could have been logged.
    pub mean: f64,
    /// Standard error of the mean weight. Over decisions, not over guests: given the past, a
    /// decision's weight has mean 1 whomever it is for.
    pub standard_error: f64,
    /// Effective sample size `(Σw)² / Σw²` (Kish, "Survey sampling", 1965): how many decisions of
    /// the target itself would be as telling.
    pub effective_sample_size: f64,
    /// The largest weight.
    pub max: f64,
    /// Its share of the sum of all, `max w / Σw`; 1 where all are zero.
    pub max_share: f64,
    /// Mean share of the target's choices on actions the logging policy never takes, over the
    /// decisions of which it is known; `None` where it is known of none.
    pub unsupported: Option<f64>,
}

impl Weights {
    /// The weights of a log, in one pass.
    pub fn of(rows: &Rows) -> Self {
        let mut moments = Moments::default();
        let (mut sum, mut squares, mut max) = (0.0, 0.0, 0.0_f64);
        let (mut unsupported, mut known) = (0.0, 0.0);
        for row in rows.as_slice() {
            let w = row.weight();
            moments.push(w);
            sum += w;
            squares += w * w;
            max = max.max(w);
            if let Some(share) = row.unsupported {
                unsupported += share;
                known += 1.0;
            }
        }
        Self {
            decisions: rows.as_slice().len(),
            mean: moments.mean(),
            standard_error: moments.variance_of_mean().sqrt(),
            effective_sample_size: if sum > 0.0 { sum / squares * sum } else { 0.0 },
            max,
            max_share: if sum > 0.0 { max / sum } else { 1.0 },
            unsupported: (known > 0.0).then(|| unsupported / known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::row::Row;
    use crate::learn::offpolicy::row::testing::row;

    #[test]
    fn weights_are_summed_up_as_defined() {
        let weights = [1.0, 0.5, 2.0, 0.0];
        let rows = weights.map(|w| Row { unsupported: Some(0.25), ..row(0, 0.0, 0.5, w / 2.0) });
        let of = Weights::of(&Rows::new(rows.to_vec()).unwrap());
        assert_eq!(of.decisions, 4);
        assert!((of.mean - 0.875).abs() < 1e-15 && (of.max - 2.0).abs() < 1e-15);
        // Deviations .125, -.375, 1.125, -.875: Σ² = 2.1875.
        assert!((of.standard_error - (2.1875_f64 / 3.0 / 4.0).sqrt()).abs() < 1e-15);
        assert!((of.effective_sample_size - 3.5 * 3.5 / 5.25).abs() < 1e-12);
        assert!((of.max_share - 2.0 / 3.5).abs() < 1e-15);
        assert_eq!(of.unsupported, Some(0.25));
    }

    #[test]
    fn a_target_that_takes_nothing_that_was_logged_has_no_sample() {
        let of = Weights::of(&Rows::new(vec![row(0, 1.0, 0.5, 0.0); 3]).unwrap());
        assert!(of.effective_sample_size.abs() < 1e-15 && (of.max_share - 1.0).abs() < 1e-15);
        assert_eq!(of.unsupported, None);
    }

    /// A single row: no spread to see, no division by zero.
    #[test]
    fn one_decision_has_numbers_too() {
        let of = Weights::of(&Rows::new(vec![row(0, 1.0, 0.5, 0.5)]).unwrap());
        assert!((of.mean - 1.0).abs() < 1e-15 && of.standard_error.abs() < 1e-15);
        assert!((of.effective_sample_size - 1.0).abs() < 1e-15);
    }
}
