//! A foreign log, learnt: what each action earns in each context, and policies that act on it.
//!
//! Names become places ([`Encoding`]), numbers are brought to between -1 and 1, and an
//! [`ArmLearner`] learns from decisions in the order of the log. What it expects is the outcome model of DR and
//! its kin, and what a target chooses by.

use std::collections::BTreeMap;

use crate::domain::policy::Exploration;
use crate::learn::arms::{ArmLearner, Chance, Expected, RewardKind};
use crate::learn::exploration::{self, sharpness};

use super::crossfit::OutcomeModel;
use super::decision::{Decision, Outcomes, Target};
use super::log::{Feature, LoggedDecision};

/// Most places of contexts, and of actions' features; further names share them by their hash.
pub const PLACES_MAX: usize = 192;

/// Where each name lies, and how large its numbers get.
#[derive(Debug, Clone, PartialEq, Default)]
struct Names(BTreeMap<String, (usize, f64)>);

/// How decisions of a log become numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoding {
    context: Names,
    features: Names,
    kind: RewardKind,
    level: f64,
}

impl Names {
    fn add(&mut self, feature: &Feature) {
        let next = self.0.len() % PLACES_MAX;
        let (_, size) = self.0.entry(feature.name.clone()).or_insert((next, 0.0));
        *size = size.max(feature.value.abs());
    }

    fn len(&self) -> usize {
        self.0.len().min(PLACES_MAX)
    }

    fn encode(&self, features: &[Feature]) -> Vec<f64> {
        let mut numbers = vec![0.0; self.len()];
        for feature in features {
            if let Some((place, size)) = self.0.get(&feature.name)
                && *size > 0.0
            {
                numbers[*place] += feature.value / size;
            }
        }
        numbers
    }
}

impl Encoding {
    /// Looks at a log: names, sizes of numbers, kind and mean of the rewards.
    pub fn of(decisions: &[LoggedDecision]) -> Self {
        let (mut context, mut features) = (Names::default(), Names::default());
        for decision in decisions {
            decision.context.iter().for_each(|feature| context.add(feature));
            let of_actions = decision.actions.iter().flat_map(|action| &action.features);
            of_actions.for_each(|feature| features.add(feature));
        }
        let is_label = |d: &LoggedDecision| d.reward.abs() <= 0.0 || (d.reward - 1.0).abs() <= 0.0;
        let (sum, n) = (decisions.iter().map(|d| d.reward).sum::<f64>(), decisions.len() as f64);
        // As if one more had come, that earned half.
        let level = (sum + 0.5) / (n + 1.0);
        let kind = if decisions.iter().all(is_label) {
            RewardKind::Label
        } else {
            let squares: f64 = decisions.iter().map(|d| (d.reward - level).powi(2)).sum();
            RewardKind::Amount { scale: (squares / n).sqrt() }
        };
        Self { context, features, kind, level }
    }

    /// What rewards are.
    pub fn kind(&self) -> RewardKind {
        self.kind
    }

    /// A learner that has seen nothing.
    pub fn learner(&self) -> LearntLog<'_> {
        let sizes = (self.context.len(), self.features.len());
        LearntLog { encoding: self, learner: ArmLearner::new(self.kind, sizes, self.level) }
    }
}

/// What was learnt from decisions of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct LearntLog<'a> {
    encoding: &'a Encoding,
    learner: ArmLearner,
}

impl LearntLog<'_> {
    /// What is expected of every action of a decision.
    pub fn expect(&self, decision: &LoggedDecision) -> Vec<Expected> {
        let context = self.encoding.context.encode(&decision.context);
        let each = (0..decision.actions()).map(|place| self.expect_one(decision, place, &context));
        each.collect()
    }

    fn expect_one(&self, decision: &LoggedDecision, place: usize, context: &[f64]) -> Expected {
        let features = self.encoding.features.encode(&decision.actions[place].features);
        let arm = decision.action(place);
        self.learner.expect(&Chance { arm, context, features: &features })
    }

    /// Learns what the action taken has earned.
    pub fn learn(&mut self, decision: &LoggedDecision) {
        let context = self.encoding.context.encode(&decision.context);
        let taken = &decision.actions[decision.taken];
        let features = self.encoding.features.encode(&taken.features);
        let chance =
            Chance { arm: decision.action(decision.taken), context: &context, features: &features };
        self.learner.learn(&chance, decision.reward);
    }
}

impl Outcomes<LoggedDecision> for LearntLog<'_> {
    fn predict(&self, decision: &LoggedDecision, place: usize) -> f64 {
        let context = self.encoding.context.encode(&decision.context);
        self.expect_one(decision, place, &context).reward
    }
}

impl<'a> OutcomeModel<LoggedDecision> for &'a Encoding {
    type Learnt = LearntLog<'a>;

    fn fit(&self, decisions: &[&LoggedDecision]) -> LearntLog<'a> {
        let encoding: &'a Encoding = self;
        let mut learnt = encoding.learner();
        decisions.iter().for_each(|decision| learnt.learn(decision));
        learnt
    }
}

/// A target that explores by what a model expects.
#[derive(Debug, Clone, Copy)]
pub struct Exploring<'a, M> {
    /// The model.
    pub model: &'a M,
    /// How it explores.
    pub exploration: Exploration,
    /// As after so many decisions: inverse-gap weighting grows sharper with them.
    pub decisions: u64,
}

impl<D: Decision, M: Outcomes<D>> Target<D> for Exploring<'_, M> {
    fn selection_probabilities(&self, decision: &D, out: &mut Vec<f64>) {
        let expected: Vec<f64> =
            (0..decision.actions()).map(|place| self.model.predict(decision, place)).collect();
        weigh(self.exploration, &expected, self.decisions, out);
    }
}

/// Selection probabilities of actions of these expected rewards. Optimism and Thompson sampling ask
/// for more than that ([`asks_for_rewards_alone`]); here they take the best, with their floor.
pub fn weigh(exploration: Exploration, expected: &[f64], decisions: u64, out: &mut Vec<f64>) {
    out.clear();
    out.resize(expected.len(), 0.0);
    match exploration {
        Exploration::InverseGap { gamma0, decisions_cap, floor } => {
            let gamma = sharpness(gamma0, decisions, decisions_cap);
            exploration::inverse_gap(expected, gamma, floor, out);
        }
        Exploration::EpsilonGreedy { floor }
        | Exploration::Optimistic { floor, .. }
        | Exploration::Thompson { floor, .. } => exploration::greedy(expected, floor, out),
        Exploration::Uniform => exploration::uniform(out),
        Exploration::Popular => exploration::greedy(expected, 0.0, out),
    }
}

/// Whether an exploration asks for nothing but expected rewards.
pub fn asks_for_rewards_alone(exploration: Exploration) -> bool {
    !matches!(exploration, Exploration::Optimistic { .. } | Exploration::Thompson { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::log::reader::Reader;
    use crate::sys::rng::SplitMix64;

    /// Guests who like spas and guests who like bars, shown either at random.
    fn log(n: u32) -> Vec<LoggedDecision> {
        let mut rng = SplitMix64::new(9);
        let mut text = String::new();
        for guest in 0..n {
            let likes = ["spa", "bar"][rng.below(2)];
            let shown = ["spa", "bar"][rng.below(2)];
            let p = if likes == shown { 0.6 } else { 0.1 };
            let reward = u8::from(rng.chance(p));
            let context = format!(r#"{{"likes":"{likes}","age":{}}}"#, 30 + rng.below(40));
            let actions = r#"[{"id":"spa","features":{"price":80}},{"id":"bar"}]"#;
            text += &format!(r#"{{"guest":"{guest}","context":{context},"actions":{actions},"#);
            text +=
                &format!(r#""action":"{shown}","selection_probability":0.5,"reward":{reward}}}"#);
            text.push('\n');
        }
        Reader::new(text.as_bytes()).read_all().unwrap()
    }

    #[test]
    fn what_each_guest_likes_is_learnt_from_the_log() {
        let decisions = log(2_000);
        let encoding = Encoding::of(&decisions);
        assert_eq!(encoding.kind(), RewardKind::Label);
        let learnt = (&encoding).fit(&decisions.iter().collect::<Vec<_>>());
        for decision in &decisions[..50] {
            let likes_spa = decision.context.iter().any(|f| f.name == "likes=spa");
            let expected = learnt.expect(decision);
            let (spa, bar) = (expected[0].reward, expected[1].reward);
            assert!(if likes_spa { spa > bar } else { bar > spa }, "{spa} {bar}");
            assert!((spa.max(bar) - 0.6).abs() < 0.1 && (spa.min(bar) - 0.1).abs() < 0.1);
            assert_eq!(learnt.predict(decision, 0).to_bits(), spa.to_bits());
        }
    }

    #[test]
    fn explorations_weigh_what_is_expected() {
        let p = |exploration| {
            let mut out = Vec::new();
            weigh(exploration, &[0.1, 0.3], 100, &mut out);
            out
        };
        assert_eq!(p(Exploration::Popular), [0.0, 1.0]);
        assert_eq!(p(Exploration::Uniform), [0.5, 0.5]);
        let greedy = p(Exploration::EpsilonGreedy { floor: 0.2 });
        assert!((greedy[0] - 0.1).abs() < 1e-12 && (greedy[1] - 0.9).abs() < 1e-12);
        let gap = Exploration::InverseGap { gamma0: 10.0, decisions_cap: 1e6, floor: 0.0 };
        assert!(p(gap)[0] < 0.5 && p(gap)[0] > 0.0);
    }

    #[test]
    fn amounts_are_told_from_labels() {
        let mut decisions = log(10);
        decisions[3].reward = 12.5;
        assert!(
            matches!(Encoding::of(&decisions).kind(), RewardKind::Amount { scale } if scale > 3.0)
        );
    }
}
