//! What is served from: means of weights, read out of the posterior, so that a rank costs a few
//! hundred multiplications an action.

use std::collections::HashMap;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::rank::{Question, Ranking, Terms};
use crate::learn::exploration::draw;
use crate::learn::offpolicy::learnt::weigh;

use super::encoding::Encoding;

/// A published model of ranks.
#[derive(Debug, Clone, Default)]
pub struct RankModel {
    pub(super) encoding: Arc<Encoding>,
    /// Weights that all actions share: `[1, context, action]`.
    pub(super) shared: Vec<f64>,
    /// Of each action by its number: its own `[1, context]`, then the shared ones.
    pub(super) arms: HashMap<u64, Vec<f64>>,
    /// Rewards learnt from.
    pub(super) learnt: u64,
}

/// The number of an action: the same in every rank.
pub(super) fn arm(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

impl RankModel {
    /// Rewards learnt from.
    pub fn learnt(&self) -> u64 {
        self.learnt
    }

    /// The reward expected of each action, by its place.
    pub fn expect(&self, question: &Question) -> Vec<f64> {
        let context = self.encoding.context(&question.context);
        let each = question.actions.iter().map(|action| {
            let features = self.encoding.action(&context, &action.features);
            let shared = [1.0].iter().chain(&context.numbers).chain(&features);
            match self.arms.get(&arm(&action.id)) {
                Some(weights) => {
                    let own = [1.0].iter().chain(&context.numbers);
                    weights.iter().zip(own.chain(shared)).map(|(w, x)| w * x).sum()
                }
                None => self.shared.iter().zip(shared).map(|(w, x)| w * x).sum(),
            }
        });
        each.collect()
    }

    /// Answers a question by what is expected and a draw in [0, 1).
    pub fn rank(&self, question: &Question, terms: &Terms, draw: f64) -> Ranking {
        answer(question, terms, self.expect(question), draw, self.learnt)
    }
}

/// The ranking that follows from expected rewards: the same bits for the same arguments, so that it
/// can be made again from its record.
///
/// The chosen action comes first, the others by what is expected of them, the first of equals
/// first; excluded ones stand where they stood in the question, with probability 0.
pub fn answer(
    question: &Question,
    terms: &Terms,
    values: Vec<f64>,
    unit: f64,
    learnt: u64,
) -> Ranking {
    let eligible = question.eligible();
    let value = |place: &u8| values.get(usize::from(*place)).copied().unwrap_or_default();
    let mut selection = Vec::new();
    if terms.is_baseline {
        selection = vec![0.0; eligible.len()];
        selection.iter_mut().take(1).for_each(|first| *first = 1.0);
    } else {
        let expected: Vec<f64> = eligible.iter().map(value).collect();
        weigh(terms.exploration, &expected, learnt, &mut selection);
    }
    let drawn = draw(&selection, unit).unwrap_or(0);
    let chosen = eligible.get(drawn).copied().unwrap_or_default();
    let mut probabilities = vec![0.0; question.actions.len()];
    for (place, p) in eligible.iter().zip(&selection) {
        if let Some(probability) = probabilities.get_mut(usize::from(*place)) {
            *probability = *p;
        }
    }
    let mut ranked = eligible;
    ranked.sort_by(|a, b| {
        (*b == chosen).cmp(&(*a == chosen)).then(value(b).total_cmp(&value(a))).then(a.cmp(b))
    });
    let mut ranked = ranked.into_iter();
    let places = (0..question.actions.len()).filter_map(|at| u8::try_from(at).ok());
    let order = places.filter_map(|place| match question.excluded.contains(&place) {
        true => Some(place),
        false => ranked.next(),
    });
    let order = order.collect();
    Ranking { values, probabilities, draw: unit, learnt, order, chosen }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Exploration;
    use crate::domain::rank::Action;
    use crate::sys::rng::SplitMix64;

    fn question(excluded: &[u8]) -> Question {
        let action = |id: &str| Action { id: id.to_owned(), features: Vec::new() };
        Question {
            event: "e".to_owned(),
            context: Vec::new(),
            actions: ["news", "sports", "films"].map(action).into(),
            excluded: excluded.to_vec(),
            defers: false,
        }
    }

    fn greedy() -> Terms {
        Terms { exploration: Exploration::EpsilonGreedy { floor: 0.3 }, ..Terms::default() }
    }

    /// The example of the hosted service's reference: sports is excluded and keeps its place.
    #[test]
    fn the_excluded_keep_their_places_and_are_never_chosen() {
        for unit in [0.0, 0.1, 0.5, 0.99] {
            let ranking = answer(&question(&[1]), &greedy(), vec![0.1, 9.0, 0.5], unit, 0);
            assert_eq!(ranking.order[1], 1);
            assert_eq!(ranking.probabilities, [0.15, 0.0, 0.85]);
            assert_eq!(ranking.order[0], ranking.chosen);
        }
        let first = answer(&question(&[0]), &greedy(), vec![0.1, 0.2, 0.5], 0.99, 0);
        assert_eq!((first.order.as_slice(), first.chosen), (&[0, 2, 1][..], 2));
    }

    #[test]
    fn the_baseline_is_the_first_that_may_be_chosen() {
        let terms = Terms { is_baseline: true, ..greedy() };
        let ranking = answer(&question(&[0]), &terms, vec![0.1, 0.2, 0.5], 0.99, 0);
        assert_eq!((ranking.chosen, ranking.probabilities.as_slice()), (1, &[0.0, 1.0, 0.0][..]));
    }

    /// z-test of 200,000 draws: what is answered is as frequent as is told, to 4 standard errors.
    #[test]
    fn what_is_chosen_is_as_frequent_as_is_told() {
        let mut rng = SplitMix64::new(5);
        let gap = Exploration::InverseGap { gamma0: 4.0, decisions_cap: 1e6, floor: 0.05 };
        for terms in [greedy(), Terms { exploration: gap, ..Terms::default() }] {
            let (mut chosen, n) = ([0.0; 3], 200_000);
            let mut told = Vec::new();
            for _ in 0..n {
                let ranking = answer(&question(&[]), &terms, vec![0.1, 0.4, 0.3], rng.unit(), 3);
                chosen[usize::from(ranking.chosen)] += 1.0;
                told = ranking.probabilities;
            }
            for (count, p) in chosen.iter().zip(&told) {
                let z = (count - p * f64::from(n)) / (f64::from(n) * p * (1.0 - p)).sqrt();
                assert!(z.abs() < 4.0, "{count} of {n} for {p}");
            }
        }
    }
}
