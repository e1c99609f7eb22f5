//! Outcome models that never predict a reward they have seen.
//!
//! DR and its kin are unbiased only where the outcome model knows nothing of the decision it
//! predicts for. So guests are dealt out to folds, and a guest's decisions are predicted by the
//! model that learnt from all other folds (Zheng and van der Laan, "Asymptotic theory for
//! cross-validated targeted maximum likelihood estimation", 2010; Chernozhukov et al.,
//! "Double/debiased machine learning", 2018). By guest, not by decision: a guest's decisions tell
//! of each other. Predictions that were logged with the decision, before its outcome was known,
//! need none of this.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::decision::{Decision, Outcomes};

/// Folds for routine use.
pub const FOLDS: usize = 3;

/// A way to learn which reward an action earns.
pub trait OutcomeModel<D> {
    /// What is learnt.
    type Learnt: Outcomes<D>;

    /// Learns from decisions, of which there may be none. The same decisions in the same order give
    /// the same model.
    fn fit(&self, decisions: &[&D]) -> Self::Learnt;
}

/// The fold of a guest, from 0: a hash, so it depends on nothing but the guest, the number of folds
/// and the seed.
pub fn fold(guest: u64, folds: usize, seed: u64) -> usize {
    let hash = xxh3_64_with_seed(&guest.to_le_bytes(), seed);
    usize::try_from(hash % folds.max(1) as u64).expect("it is below a usize")
}

/// One model for each fold, that has seen the other folds only. Predicts for a decision by the
/// model that has not seen its guest.
#[derive(Debug, Clone)]
pub struct CrossFitted<L> {
    learnt: Vec<L>,
    seed: u64,
}

impl<L> CrossFitted<L> {
    /// Learns from all decisions, once for each fold. Fewer than two folds are taken as two.
    pub fn fit<D: Decision, M: OutcomeModel<D, Learnt = L>>(
        model: &M,
        decisions: &[D],
        folds: usize,
        seed: u64,
    ) -> Self {
        let folds = folds.max(2);
        let fold_of: Vec<usize> = decisions.iter().map(|d| fold(d.guest(), folds, seed)).collect();
        let learn = |own| {
            let others = decisions.iter().zip(&fold_of).filter(|(_, fold)| **fold != own);
            model.fit(&others.map(|(decision, _)| decision).collect::<Vec<_>>())
        };
        Self { learnt: (0..folds).map(learn).collect(), seed }
    }
}

impl<D: Decision, L: Outcomes<D>> Outcomes<D> for CrossFitted<L> {
    fn predict(&self, decision: &D, place: usize) -> f64 {
        let fold = fold(decision.guest(), self.learnt.len(), self.seed);
        self.learnt[fold].predict(decision, place)
    }
}

/// The mean reward of each action, drawn towards the mean of all: `(Σ_a r + weight · r̄) / (n_a +
/// weight)`. A model without context: the least that helps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ActionMeans {
    /// As how many decisions the mean of all counts.
    pub weight: f64,
}

impl Default for ActionMeans {
    fn default() -> Self {
        Self { weight: 100.0 }
    }
}

/// What [`ActionMeans`] learns.
#[derive(Debug, Clone, PartialEq)]
pub struct LearntMeans {
    actions: HashMap<u64, f64>,
    /// Of an action that was never taken: the mean of all; 0 where nothing was learnt.
    mean: f64,
}

impl<D: Decision> OutcomeModel<D> for ActionMeans {
    type Learnt = LearntMeans;

    fn fit(&self, decisions: &[&D]) -> LearntMeans {
        let mut sums: HashMap<u64, (f64, f64)> = HashMap::new();
        let mut sum = 0.0;
        for decision in decisions {
            let of_action = sums.entry(decision.action(decision.taken())).or_default();
            of_action.0 += decision.reward();
            of_action.1 += 1.0;
            sum += decision.reward();
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of decisions")]
        let mean = sum / decisions.len().max(1) as f64;
        let smoothed = |(sum, n)| (sum + self.weight * mean) / (n + self.weight);
        let actions = sums.into_iter().map(|(action, of)| (action, smoothed(of))).collect();
        LearntMeans { actions, mean }
    }
}

impl<D: Decision> Outcomes<D> for LearntMeans {
    fn predict(&self, decision: &D, place: usize) -> f64 {
        self.actions.get(&decision.action(place)).copied().unwrap_or(self.mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::decision::testing::Choice;

    fn choice(guest: u64, taken: usize, reward: f64) -> Choice {
        Choice { guest, taken, logged: vec![0.5, 0.25, 0.25], reward }
    }

    #[test]
    fn folds_depend_on_the_guest_alone_and_are_about_equal() {
        let mut sizes = [0_u32; 3];
        for guest in 0..9_000 {
            sizes[fold(guest, 3, 7)] += 1;
        }
        assert!(sizes.iter().all(|size| size.abs_diff(3_000) < 200), "{sizes:?}");
        assert!((0..100).any(|guest| fold(guest, 3, 7) != fold(guest, 3, 8)));
        // Stays as it is from release to release: reports are compared.
        let folds: Vec<usize> = (0..8).map(|guest| fold(guest, 3, 0)).collect();
        assert_eq!(folds, [2, 2, 1, 1, 0, 2, 0, 2]);
    }

    #[test]
    fn means_are_smoothed_as_defined() {
        let decisions =
            [choice(1, 0, 1.0), choice(2, 0, 1.0), choice(3, 1, 0.0), choice(4, 1, 1.0)];
        let learnt = ActionMeans { weight: 2.0 }.fit(&decisions.iter().collect::<Vec<_>>());
        for (place, expected) in [(0, 3.5 / 4.0), (1, 2.5 / 4.0), (2, 0.75)] {
            assert!((learnt.predict(&decisions[0], place) - expected).abs() < 1e-15);
        }
        let nothing = OutcomeModel::<Choice>::fit(&ActionMeans::default(), &[]);
        assert!(nothing.predict(&decisions[0], 1).abs() < 1e-15);
    }

    /// A guest's own rewards move only what is predicted for other guests.
    #[test]
    fn what_is_predicted_for_a_guest_does_not_know_the_guest() {
        let of = |reward: f64| {
            let mut decisions: Vec<Choice> = (0..60).map(|g| choice(g, 0, 0.5)).collect();
            decisions.iter_mut().filter(|d| d.guest == 9).for_each(|d| d.reward = reward);
            decisions.extend((0..5).map(|_| choice(9, 0, reward)));
            (CrossFitted::fit(&ActionMeans { weight: 1.0 }, &decisions, 3, 0), decisions)
        };
        let ((low, decisions), (high, _)) = (of(0.0), of(1.0));
        let differs = |d: &&Choice| (low.predict(*d, 0) - high.predict(*d, 0)).abs() > 1e-9;
        let moved: Vec<u64> = decisions.iter().filter(differs).map(|d| d.guest).collect();
        assert!(!moved.contains(&9));
        assert!(moved.len() > 20, "the others do");
    }
}
