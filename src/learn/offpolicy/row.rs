//! What an evaluation is computed from: one row for each logged decision.
//!
//! A row needs no context and no list of actions any more: only what the logging policy and the
//! policy under evaluation (the *target*) thought of the action that was taken. [`Rows`] holds
//! rows that were checked, so that what is computed from them cannot fail.

use std::collections::HashMap;

/// How far a sum of selection probabilities may be off 1 by rounding.
pub const PROBABILITY_TOLERANCE: f64 = 1e-9;

/// What an outcome model predicts for one decision, in units of the reward.
///
/// The model must not have seen the decision's own reward: cross-fit it ([`super::crossfit`]), or
/// take what was logged before the outcome was known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predicted {
    /// `q̂(x, a)` of the action taken.
    pub taken: f64,
    /// `Σ_a π_e(a|x) q̂(x, a)`: the target's value by the model.
    pub target: f64,
}

/// One logged decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// What came of it.
    pub reward: f64,
    /// Selection probability of the action taken under the policy that logged it, in (0, 1].
    pub logged_selection_probability: f64,
    /// Selection probability of the same action under the target, in [0, 1].
    pub target_selection_probability: f64,
    /// What an outcome model predicts; `None` for all rows or for none.
    pub predicted: Option<Predicted>,
    /// Whom it was for. Decisions for one guest are not independent of each other.
    pub guest: u64,
    /// Share of the target's choices that fall on actions the logging policy never takes, in
    /// [0, 1]; `None` where that is not known.
    pub unsupported: Option<f64>,
}

impl Row {
    /// The importance weight `w = π_e(a|x) / p`.
    pub fn weight(&self) -> f64 {
        self.target_selection_probability / self.logged_selection_probability
    }

    fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let is_share = |share: f64| (0.0..=1.0 + PROBABILITY_TOLERANCE).contains(&share);
        if !self.reward.is_finite() {
            return Err(("reward", "is not a finite number: leave the decision out"));
        }
        let logged = self.logged_selection_probability;
        if !(logged > 0.0 && is_share(logged)) {
            return Err((
                "logged_selection_probability",
                "is not above 0 and at most 1: log the probability with which the action was drawn",
            ));
        }
        if !is_share(self.target_selection_probability) {
            return Err((
                "target_selection_probability",
                "is not within 0 and 1: give the probability of the action under the target",
            ));
        }
        if !self.weight().is_finite() {
            return Err((
                "logged_selection_probability",
                "is too small to divide by: log with a floor under every action",
            ));
        }
        if self.predicted.is_some_and(|p| !(p.taken.is_finite() && p.target.is_finite())) {
            return Err(("predicted", "is not a finite number: mend the outcome model"));
        }
        if self.unsupported.is_some_and(|share| !is_share(share)) {
            return Err(("unsupported", "is not within 0 and 1: give a share, or none"));
        }
        Ok(())
    }
}

/// Rows that were checked, at least one, in the order of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    rows: Vec<Row>,
    /// Place of each row's guest, counted from the first seen.
    places: Vec<usize>,
    guests: usize,
}

impl Rows {
    /// Checks rows.
    ///
    /// # Errors
    /// [`RowsError`] where there are none or one of them cannot be used.
    pub fn new(rows: Vec<Row>) -> Result<Self, RowsError> {
        let first = rows.first().ok_or(RowsError::Empty)?;
        let is_predicted = first.predicted.is_some();
        let mut known = HashMap::new();
        let mut places = Vec::with_capacity(rows.len());
        for (place, row) in rows.iter().enumerate() {
            row.check().map_err(|(field, problem)| RowsError::Row { place, field, problem })?;
            if row.predicted.is_some() != is_predicted {
                let problem = "is missing in some rows: predict for all of them or for none";
                return Err(RowsError::Row { place, field: "predicted", problem });
            }
            let next = known.len();
            places.push(*known.entry(row.guest).or_insert(next));
        }
        Ok(Self { places, guests: known.len(), rows })
    }

    /// The rows, in the order of the log.
    pub fn as_slice(&self) -> &[Row] {
        &self.rows
    }

    /// How many different guests there are.
    pub fn guests(&self) -> usize {
        self.guests
    }

    /// Whether an outcome model's predictions are there.
    pub fn are_predicted(&self) -> bool {
        self.rows[0].predicted.is_some()
    }

    /// Each row with the place of its guest, from 0 in order of first appearance.
    pub(super) fn with_guests(&self) -> impl Iterator<Item = (&Row, usize)> {
        self.rows.iter().zip(self.places.iter().copied())
    }

    /// How many rows there are, as a number to divide by.
    #[expect(clippy::cast_precision_loss, reason = "a number of decisions, far below 2^53")]
    pub(super) fn count(&self) -> f64 {
        self.rows.len() as f64
    }
}

/// Rows that nothing can be computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowsError {
    /// There is none.
    #[error("rows: there are none: evaluate a log with at least one decision")]
    Empty,
    /// One of them cannot be used.
    #[error("rows[{place}].{field}: {problem}")]
    Row {
        /// Which one, from 0.
        place: usize,
        /// Which of its fields.
        field: &'static str,
        /// What is wrong and what to do.
        problem: &'static str,
    },
}

/// What tests build rows from.
#[cfg(test)]
pub(super) mod testing {
    use super::{Predicted, Row, Rows};

    /// A row of a guest of its own, without predictions.
    pub(in crate::learn::offpolicy) fn row(
        guest: u64,
        reward: f64,
        logged: f64,
        target: f64,
    ) -> Row {
        Row {
            reward,
            logged_selection_probability: logged,
            target_selection_probability: target,
            predicted: None,
            guest,
            unsupported: None,
        }
    }

    /// Rows of reward, logged and target selection probability, each of a guest of its own.
    pub(in crate::learn::offpolicy) fn rows(of: &[[f64; 3]]) -> Rows {
        let rows = (0..)
            .zip(of)
            .map(|(guest, [reward, logged, target])| row(guest, *reward, *logged, *target));
        Rows::new(rows.collect()).unwrap()
    }

    /// The same with what is predicted for the action taken and for the target.
    pub(in crate::learn::offpolicy) fn predicted_rows(of: &[[f64; 5]]) -> Rows {
        let rows = (0..).zip(of).map(|(guest, [reward, logged, target, taken, model])| Row {
            predicted: Some(Predicted { taken: *taken, target: *model }),
            ..row(guest, *reward, *logged, *target)
        });
        Rows::new(rows.collect()).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::row;
    use super::*;

    fn problem_of(row: Row) -> &'static str {
        let good = self::row(0, 1.0, 0.5, 0.5);
        match Rows::new(vec![good, row]) {
            Err(RowsError::Row { place: 1, field, .. }) => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_row_that_cannot_be_used_is_named_with_its_field() {
        assert_eq!(problem_of(row(1, f64::NAN, 0.5, 0.5)), "reward");
        for logged in [0.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(problem_of(row(1, 0.0, logged, 0.5)), "logged_selection_probability");
        }
        for target in [-1e-3, 1.1, f64::NAN] {
            assert_eq!(problem_of(row(1, 0.0, 0.5, target)), "target_selection_probability");
        }
        assert_eq!(problem_of(row(1, 0.0, 1e-320, 1.0)), "logged_selection_probability");
        let predicted = Some(Predicted { taken: 0.0, target: f64::INFINITY });
        assert_eq!(problem_of(Row { predicted, ..row(1, 0.0, 0.5, 0.5) }), "predicted");
        let predicted = Some(Predicted { taken: 0.0, target: 0.0 });
        assert_eq!(problem_of(Row { predicted, ..row(1, 0.0, 0.5, 0.5) }), "predicted");
        assert_eq!(
            problem_of(Row { unsupported: Some(1.5), ..row(1, 0.0, 0.5, 0.5) }),
            "unsupported"
        );
        assert_eq!(Rows::new(vec![]), Err(RowsError::Empty));
    }

    #[test]
    fn guests_are_counted_once_each() {
        let rows = [7, 3, 7, 9, 3].map(|guest| row(guest, 0.0, 0.5, 0.5)).to_vec();
        let rows = Rows::new(rows).unwrap();
        assert_eq!(rows.guests(), 3);
        assert_eq!(rows.with_guests().map(|(_, at)| at).collect::<Vec<_>>(), [0, 1, 0, 2, 1]);
    }
}
