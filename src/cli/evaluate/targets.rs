//! The policies under evaluation, and what each would have done at every decision of a log.

use crate::domain::policy::{DecisionPolicy, Exploration};
use crate::learn::offpolicy::crossfit::{ActionMeans, CrossFitted, FOLDS, OutcomeModel, fold};
use crate::learn::offpolicy::decision::{Decision, EvaluationError, Outcomes, rows};
use crate::learn::offpolicy::learnt::{Encoding, Exploring, asks_for_rewards_alone, weigh};
use crate::learn::offpolicy::log::LoggedDecision;
use crate::learn::offpolicy::row::{Predicted, Row, Rows};

/// A policy with its name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    pub(super) name: String,
    exploration: Exploration,
}

/// The floor of the built-in policy that learns.
const FLOOR: f64 = 0.02;
/// Seed of the deal of guests to folds.
const FOLD_SEED: u64 = 0;

impl Named {
    pub(super) fn built_in(name: &str) -> Option<Self> {
        let exploration = match name {
            "uniform" => Exploration::Uniform,
            "popular" => Exploration::Popular,
            "learned" => Exploration::EpsilonGreedy { floor: FLOOR },
            _ => return None,
        };
        Some(Self { name: name.to_owned(), exploration })
    }

    /// A policy of a catalog.
    pub(super) fn of(policy: &DecisionPolicy) -> Result<Self, String> {
        let name = policy.id.to_string();
        if !asks_for_rewards_alone(policy.exploration) {
            return Err(format!(
                "decision policy {name}: OPTIMISTIC and THOMPSON cannot be evaluated on a log of another \
                 system; evaluate EPSILON_GREEDY or INVERSE_GAP in their place"
            ));
        }
        Ok(Self { name, exploration: policy.exploration })
    }
}

/// How policies learn from the log they are evaluated on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Learning {
    /// Each fold of guests by what the others teach.
    CrossFitted,
    /// This share of the guests teaches, the rest is evaluated.
    Share(f64),
    /// Each decision by what came before it.
    Replay,
}

/// A policy and its rows.
pub(super) struct Evaluated {
    pub(super) policy: String,
    pub(super) rows: Rows,
}

/// What each policy would have done.
pub(super) fn evaluate(
    decisions: &[LoggedDecision],
    policies: &[Named],
    learning: Learning,
) -> Result<Vec<Evaluated>, EvaluationError> {
    let encoding = Encoding::of(decisions);
    match learning {
        Learning::Replay => replay(decisions, &encoding, policies),
        Learning::CrossFitted => {
            let model = CrossFitted::fit(&&encoding, decisions, FOLDS, FOLD_SEED);
            let means = CrossFitted::fit(&ActionMeans::default(), decisions, FOLDS, FOLD_SEED);
            stand(decisions, policies, &model, &means)
        }
        Learning::Share(share) => {
            let teaches = |d: &&LoggedDecision| {
                #[expect(clippy::cast_precision_loss, reason = "a part of ten thousand")]
                let place = fold(d.guest(), PARTS, FOLD_SEED) as f64 / PARTS as f64;
                place < share
            };
            let teachers: Vec<&LoggedDecision> = decisions.iter().filter(teaches).collect();
            let others: Vec<LoggedDecision> =
                decisions.iter().filter(|d| !teaches(d)).cloned().collect();
            let model = (&encoding).fit(&teachers);
            let means = ActionMeans::default().fit(&teachers);
            stand(&others, policies, &model, &means)
        }
    }
}

/// Guests are dealt to so many parts before a share of them is taken.
const PARTS: usize = 10_000;

/// Rows under models that do not change.
fn stand(
    decisions: &[LoggedDecision],
    policies: &[Named],
    model: &impl Outcomes<LoggedDecision>,
    means: &impl Outcomes<LoggedDecision>,
) -> Result<Vec<Evaluated>, EvaluationError> {
    let of_policy = |policy: &Named| {
        let (exploration, decided) = (policy.exploration, decisions.len() as u64);
        let rows = if exploration == Exploration::Popular {
            let target = Exploring { model: means, exploration, decisions: decided };
            rows(decisions, &target, Some(model))
        } else {
            let target = Exploring { model, exploration, decisions: decided };
            rows(decisions, &target, Some(model))
        };
        Ok(Evaluated { policy: policy.name.clone(), rows: rows? })
    };
    policies.iter().map(of_policy).collect()
}

/// Rows under a model that learns as it goes: it predicts each decision before it learns it.
fn replay(
    decisions: &[LoggedDecision],
    encoding: &Encoding,
    policies: &[Named],
) -> Result<Vec<Evaluated>, EvaluationError> {
    let mut learnt = encoding.learner();
    let mut means = Means::default();
    let mut each: Vec<Vec<Row>> = policies.iter().map(|_| Vec::new()).collect();
    let mut wanted = Vec::new();
    for (at, decision) in decisions.iter().enumerate() {
        let expected: Vec<f64> = learnt.expect(decision).iter().map(|e| e.reward).collect();
        let popular: Vec<f64> =
            (0..decision.actions()).map(|place| means.predict(decision, place)).collect();
        for (policy, rows) in policies.iter().zip(&mut each) {
            let is_popular = policy.exploration == Exploration::Popular;
            let by = if is_popular { &popular } else { &expected };
            weigh(policy.exploration, by, at as u64, &mut wanted);
            let of_target = wanted.iter().zip(&expected).map(|(p, reward)| p * reward).sum();
            rows.push(Row {
                reward: decision.reward(),
                logged_selection_probability: decision.selection_probability(),
                target_selection_probability: wanted[decision.taken()],
                predicted: Some(Predicted { taken: expected[decision.taken()], target: of_target }),
                guest: decision.guest(),
                unsupported: None,
            });
        }
        learnt.learn(decision);
        means.learn(decision);
    }
    let named = policies.iter().zip(each);
    named
        .map(|(policy, rows)| Ok(Evaluated { policy: policy.name.clone(), rows: Rows::new(rows)? }))
        .collect()
}

/// The mean reward of each action so far, drawn toward that of all.
#[derive(Debug, Default)]
struct Means {
    actions: std::collections::HashMap<u64, (f64, f64)>,
    all: (f64, f64),
}

impl Means {
    fn learn(&mut self, decision: &LoggedDecision) {
        let of_action = self.actions.entry(decision.action(decision.taken())).or_default();
        for sum in [of_action, &mut self.all] {
            sum.0 += decision.reward();
            sum.1 += 1.0;
        }
    }

    fn predict(&self, decision: &LoggedDecision, place: usize) -> f64 {
        let weight = ActionMeans::default().weight;
        let mean = self.all.0 / self.all.1.max(1.0);
        let (sum, n) = self.actions.get(&decision.action(place)).copied().unwrap_or_default();
        (sum + weight * mean) / (n + weight)
    }
}
