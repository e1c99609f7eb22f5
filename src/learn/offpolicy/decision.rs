//! From decisions and a target to rows: what each policy thought of the action that was taken.

use super::row::{PROBABILITY_TOLERANCE, Predicted, Row, Rows, RowsError};

/// A logged decision, as targets and outcome models see it: of the product's own log or a foreign
/// one ([`super::log`]). An action is named by its place among the decision's actions.
pub trait Decision {
    /// Whom it was for.
    fn guest(&self) -> u64;

    /// How many actions there were to choose from.
    fn actions(&self) -> usize;

    /// Which action stands at a place: the same number in every decision that offers it.
    fn action(&self, place: usize) -> u64;

    /// The place of the action taken.
    fn taken(&self) -> usize;

    /// The probability with which the logging policy took it, in (0, 1].
    fn selection_probability(&self) -> f64;

    /// The probability with which the logging policy takes each action; `None` where only that of
    /// the action taken was logged.
    fn selection_probabilities(&self) -> Option<&[f64]> {
        None
    }

    /// What came of it.
    fn reward(&self) -> f64;
}

/// A policy under evaluation.
pub trait Target<D> {
    /// Writes the probability with which it would take each action of a decision, in the order of
    /// the actions. `out` comes empty. It must not look at what was taken or earned.
    fn selection_probabilities(&self, decision: &D, out: &mut Vec<f64>);
}

impl<D, F: Fn(&D, &mut Vec<f64>)> Target<D> for F {
    fn selection_probabilities(&self, decision: &D, out: &mut Vec<f64>) {
        self(decision, out);
    }
}

/// The target that takes every action alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uniform;

impl<D: Decision> Target<D> for Uniform {
    #[expect(clippy::cast_precision_loss, reason = "a number of actions")]
    fn selection_probabilities(&self, decision: &D, out: &mut Vec<f64>) {
        out.resize(decision.actions(), 1.0 / decision.actions() as f64);
    }
}

/// What an outcome model has learnt.
pub trait Outcomes<D> {
    /// The reward it expects of the action at a place, in units of the reward.
    fn predict(&self, decision: &D, place: usize) -> f64;
}

/// The target that takes the action of which a model expects most, the first of equals, and with
/// probability `floor` any action alike.
///
/// Evaluated on the log its model learnt from, it has to be cross-fitted
/// ([`super::crossfit::CrossFitted`]): otherwise it takes what happened to be rewarded.
#[derive(Debug, Clone, Copy)]
pub struct Greedy<'a, M> {
    /// The model.
    pub model: &'a M,
    /// Share of choices made alike among all actions, 0 to 1.
    pub floor: f64,
}

impl<D: Decision, M: Outcomes<D>> Target<D> for Greedy<'_, M> {
    #[expect(clippy::cast_precision_loss, reason = "a number of actions")]
    fn selection_probabilities(&self, decision: &D, out: &mut Vec<f64>) {
        let count = decision.actions();
        let expected: Vec<f64> = (0..count).map(|at| self.model.predict(decision, at)).collect();
        let best = (0..count).reduce(|b, at| if expected[at] > expected[b] { at } else { b });
        out.resize(count, self.floor / count as f64);
        if let Some(best) = best {
            out[best] += 1.0 - self.floor;
        }
    }
}

/// The rows of a log for a target, with the predictions of an outcome model where there is one. The
/// model must not have seen the reward it predicts: see [`super::crossfit`].
///
/// # Errors
/// [`EvaluationError`] where a decision, the target or the model gives no usable numbers.
pub fn rows<D: Decision>(
    decisions: &[D],
    target: &impl Target<D>,
    model: Option<&dyn Outcomes<D>>,
) -> Result<Rows, EvaluationError> {
    let mut wanted = Vec::new();
    let mut rows = Vec::with_capacity(decisions.len());
    for (place, decision) in decisions.iter().enumerate() {
        wanted.clear();
        target.selection_probabilities(decision, &mut wanted);
        let problem = |problem| EvaluationError::Target { place, problem };
        check(&wanted, decision.actions()).map_err(problem)?;
        let taken = decision.taken();
        let target_selection_probability =
            *wanted.get(taken).ok_or(EvaluationError::Taken { place })?;
        let predicted = model.map(|model| Predicted {
            taken: model.predict(decision, taken),
            target: expectation(&wanted, |at| model.predict(decision, at)),
        });
        let unsupported = decision.selection_probabilities().map(|logged| {
            let never = wanted.iter().zip(logged).filter(|(_, logged)| **logged <= 0.0);
            never.map(|(wanted, _)| wanted).sum()
        });
        rows.push(Row {
            reward: decision.reward(),
            logged_selection_probability: decision.selection_probability(),
            target_selection_probability,
            predicted,
            guest: decision.guest(),
            unsupported,
        });
    }
    Ok(Rows::new(rows)?)
}

/// `Σ_a π_e(a|x) q̂(x, a)`; actions that are never taken are not asked for.
fn expectation(wanted: &[f64], predict: impl Fn(usize) -> f64) -> f64 {
    let taken = wanted.iter().enumerate().filter(|(_, p)| **p > 0.0);
    taken.map(|(at, p)| p * predict(at)).sum()
}

fn check(wanted: &[f64], actions: usize) -> Result<(), &'static str> {
    if wanted.len() != actions {
        return Err("has not one selection probability for each action: give one each");
    }
    if !wanted.iter().all(|p| *p >= 0.0) {
        return Err("has a selection probability that is negative or no number: mend the target");
    }
    if (wanted.iter().sum::<f64>() - 1.0).abs() > PROBABILITY_TOLERANCE {
        return Err("has selection probabilities that do not sum to 1: divide by their sum");
    }
    Ok(())
}

/// A log or a target that no rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// A target that gives no probabilities.
    #[error("target: for decisions[{place}] it {problem}")]
    Target {
        /// Which decision, from 0.
        place: usize,
        /// What is wrong and what to do.
        problem: &'static str,
    },
    /// A decision that took none of its actions.
    #[error("decisions[{place}].taken: is not the place of one of its actions: mend the log")]
    Taken {
        /// Which decision, from 0.
        place: usize,
    },
    /// A row that cannot be used.
    #[error(transparent)]
    Rows(#[from] RowsError),
}

#[cfg(test)]
pub(super) mod testing {
    use super::Decision;

    /// A decision between actions 0, 1, 2 …
    #[derive(Debug, Clone)]
    pub(in crate::learn::offpolicy) struct Choice {
        pub(in crate::learn::offpolicy) guest: u64,
        pub(in crate::learn::offpolicy) taken: usize,
        pub(in crate::learn::offpolicy) logged: Vec<f64>,
        pub(in crate::learn::offpolicy) reward: f64,
    }

    impl Decision for Choice {
        fn guest(&self) -> u64 {
            self.guest
        }

        fn actions(&self) -> usize {
            self.logged.len()
        }

        fn action(&self, place: usize) -> u64 {
            place as u64
        }

        fn taken(&self) -> usize {
            self.taken
        }

        fn selection_probability(&self) -> f64 {
            self.logged[self.taken]
        }

        fn selection_probabilities(&self) -> Option<&[f64]> {
            Some(&self.logged)
        }

        fn reward(&self) -> f64 {
            self.reward
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::Choice;
    use super::*;

    fn choice(taken: usize) -> Choice {
        Choice { guest: 1, taken, logged: vec![0.5, 0.25, 0.25, 0.0], reward: 1.0 }
    }

    struct Halves;

    impl Outcomes<Choice> for Halves {
        fn predict(&self, _: &Choice, place: usize) -> f64 {
            [0.0, 0.5, 1.0, 1.0][place]
        }
    }

    #[test]
    fn a_row_says_what_both_policies_think_of_the_action_taken() {
        let rows = rows(&[choice(1)], &Uniform, Some(&Halves)).unwrap();
        let row = rows.as_slice()[0];
        assert!((row.weight() - 1.0).abs() < 1e-15);
        assert_eq!(row.predicted, Some(Predicted { taken: 0.5, target: 0.625 }));
        assert_eq!(row.unsupported, Some(0.25), "the last action is never logged");
    }

    #[test]
    fn the_greedy_target_takes_the_best_and_sometimes_any() {
        let target = Greedy { model: &Halves, floor: 0.4 };
        let mut wanted = Vec::new();
        target.selection_probabilities(&choice(0), &mut wanted);
        for (p, expected) in wanted.iter().zip([0.1, 0.1, 0.7, 0.1]) {
            assert!((p - expected).abs() < 1e-15, "{wanted:?}");
        }
    }

    #[test]
    fn a_target_that_gives_no_probabilities_is_named_with_the_decision() {
        let of = |wanted: &[f64]| {
            let target = |_: &Choice, out: &mut Vec<f64>| out.extend(wanted);
            rows(&[choice(0)], &target, None).unwrap_err().to_string()
        };
        assert!(of(&[1.0]).starts_with("target: for decisions[0] it has not one"));
        assert!(of(&[0.5, 0.5, 0.5, -0.5]).contains("negative"));
        assert!(of(&[0.5, 0.5, f64::NAN, 0.0]).contains("no number"));
        assert!(of(&[0.5, 0.25, 0.125, 0.0]).contains("sum to 1"));
        let outside = Choice { logged: vec![1.0], ..choice(7) };
        struct Broken(Choice);
        impl Decision for Broken {
            fn guest(&self) -> u64 {
                self.0.guest
            }
            fn actions(&self) -> usize {
                1
            }
            fn action(&self, place: usize) -> u64 {
                place as u64
            }
            fn taken(&self) -> usize {
                self.0.taken
            }
            fn selection_probability(&self) -> f64 {
                1.0
            }
            fn reward(&self) -> f64 {
                0.0
            }
        }
        let error = rows(&[Broken(outside)], &Uniform, None);
        assert_eq!(error, Err(EvaluationError::Taken { place: 0 }));
    }
}
