//! Ranks: a caller brings actions of its own, described by named numbers, and asks which one to
//! show. For teams that come from a hosted personalizer: nothing of a catalog is asked for.
//!
//! A rank is an event with an id. It is answered at once; later it is *rewarded* with a number from
//! -1 to 1. A rank that *defers* counts only once it is activated. What is not rewarded within its
//! *reward wait* earns the default reward, and is settled then: of several rewards the first counts.

use std::time::Duration;

use super::id::{Fingerprint, Label};
use super::policy::Exploration;
use super::time::Timestamp;

/// Most actions of a rank.
pub const ACTIONS_MAX: usize = 50;
/// Longest id of a rank event, and of an action, in bytes.
pub const ID_BYTES_MAX: usize = 256;
/// Longest time a reward is waited for: as long as event ids are remembered.
pub const WAIT_MAX: Duration = Duration::from_secs(7 * 86_400);
/// Rewards lie between this, below zero, and this.
pub const REWARD_MAX: f64 = 1.0;

/// A number known of a context or an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Its name; `name=value` for an indicator.
    pub name: String,
    /// Its value, finite; 1 for an indicator.
    pub value: f64,
}

/// Something that could be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// Its id, once in a rank.
    pub id: String,
    /// What is known of it, by name in order.
    pub features: Vec<Feature>,
}

/// What a rank asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The event's id: 1 to [`ID_BYTES_MAX`] bytes.
    pub event: String,
    /// What is known beforehand.
    pub context: Vec<Feature>,
    /// What could be chosen: 1 to [`ACTIONS_MAX`], in the order the caller would have shown them.
    pub actions: Vec<Action>,
    /// Places of the actions that must not be chosen this time, ascending; not all of them.
    pub excluded: Vec<u8>,
    /// It counts only once it is activated.
    pub defers: bool,
}

/// What a brand publishes about ranks.
#[derive(Debug, Clone, PartialEq)]
pub struct RankRules {
    /// The decision policy whose exploration and learning mode ranks have; `None`: those of
    /// [`Terms::default`].
    pub policy: Option<Label>,
    /// How long a reward is waited for, a second to [`WAIT_MAX`].
    pub reward_wait: Duration,
    /// What a rank earns where no reward comes, -1 to 1.
    pub default_reward: f64,
}

impl Default for RankRules {
    fn default() -> Self {
        let Terms { wait, default_reward, .. } = Terms::default();
        Self { policy: None, reward_wait: wait, default_reward }
    }
}

/// What was agreed on when a rank was made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// How it explored.
    pub exploration: Exploration,
    /// How long a reward is waited for.
    pub wait: Duration,
    /// What it earns where none comes.
    pub default_reward: f64,
    /// Is the first action that is not excluded taken, whatever was learnt?
    pub is_baseline: bool,
    /// Is its reward learnt from?
    pub is_learnt: bool,
}

impl Default for Terms {
    /// One rank in five explores, ten minutes of waiting, nothing where nothing comes: what the
    /// hosted service does where nobody says otherwise.
    fn default() -> Self {
        Self {
            exploration: Exploration::EpsilonGreedy { floor: 0.2 },
            wait: Duration::from_secs(600),
            default_reward: 0.0,
            is_baseline: false,
            is_learnt: true,
        }
    }
}

/// The answer to a rank, and all it was drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The reward expected of each action, by its place in the question; empty where nobody asked
    /// (an imported rank).
    pub values: Vec<f64>,
    /// Selection probability of each action, by its place; 0 for excluded ones.
    pub probabilities: Vec<f64>,
    /// Uniform in [0, 1): where the draw fell.
    pub draw: f64,
    /// Rewards that the model had learnt from.
    pub learnt: u64,
    /// Places of the actions in the order of the answer. Excluded ones keep their own place.
    pub order: Vec<u8>,
    /// Place of the action that was chosen: the first of the order that is not excluded.
    pub chosen: u8,
}

/// A rank as it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// What was asked.
    pub question: Question,
    /// What was agreed on.
    pub terms: Terms,
    /// What was answered.
    pub ranking: Ranking,
    /// For one that another system made: when, and what came of it.
    pub import: Option<Import>,
}

/// What another system knew of a rank that is brought along.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Import {
    /// When it was made there.
    pub time: Timestamp,
    /// What came of it.
    pub reward: f64,
    /// For how many it stands: above 1 where the log was thinned out.
    pub weight: f64,
}

/// What a record says of ranks.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "most are ranks, and a record boxes them")]
pub enum RankFact {
    /// A rank was made.
    Ranked(Ranked),
    /// A rank was rewarded.
    Rewarded {
        /// Place of the rank in the log.
        rank: u64,
        /// The reward, -1 to 1.
        value: f64,
    },
    /// A deferred rank was really shown.
    Activated {
        /// Place of the rank in the log.
        rank: u64,
    },
    /// Ranks whose reward wait ended before this moment are settled.
    Waited {
        /// The moment.
        until: Timestamp,
    },
}

/// The name of what lies below another name.
pub fn joined(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// The name of a number of a list.
pub fn element(name: &str, at: usize) -> String {
    format!("{name}[{at}]")
}

/// A text or a truth value as a number: 1 under the name `name=value`.
pub fn indicator(name: &str, value: impl std::fmt::Display) -> Feature {
    Feature { name: format!("{name}={value}"), value: 1.0 }
}

impl Question {
    /// A hash of all that is asked: equal for a repetition.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut text = String::new();
        let mut put = |part: &str| {
            text.push_str(&part.len().to_string());
            text.push(':');
            text.push_str(part);
        };
        put(&self.event);
        let features = |put: &mut dyn FnMut(&str), features: &[Feature]| {
            put(&features.len().to_string());
            for feature in features {
                put(&feature.name);
                put(&feature.value.to_bits().to_string());
            }
        };
        features(&mut put, &self.context);
        for action in &self.actions {
            put(&action.id);
            features(&mut put, &action.features);
        }
        put(&format!("{:?} {}", self.excluded, self.defers));
        Fingerprint::of(&text)
    }

    /// Places of the actions that may be chosen.
    pub fn eligible(&self) -> Vec<u8> {
        let places = (0..self.actions.len()).filter_map(|at| u8::try_from(at).ok());
        places.filter(|place| !self.excluded.contains(place)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Question {
        let action = |id: &str| Action { id: id.to_owned(), features: Vec::new() };
        Question {
            event: "e1".to_owned(),
            context: vec![Feature { name: "day=rest".to_owned(), value: 1.0 }],
            actions: vec![action("a"), action("b"), action("c")],
            excluded: vec![1],
            defers: false,
        }
    }

    #[test]
    fn a_repetition_has_the_same_fingerprint_and_nothing_else_has() {
        let one = question();
        assert_eq!(one.fingerprint(), question().fingerprint());
        let changes: [fn(&mut Question); 6] = [
            |q| q.event.push('x'),
            |q| q.context[0].value = 2.0,
            |q| q.context.clear(),
            |q| q.actions[2].id = "d".to_owned(),
            |q| q.excluded.clear(),
            |q| q.defers = true,
        ];
        for change in changes {
            let mut other = question();
            change(&mut other);
            assert_ne!(one.fingerprint(), other.fingerprint(), "{other:?}");
        }
    }

    #[test]
    fn what_is_excluded_is_not_eligible() {
        assert_eq!(question().eligible(), [0, 2]);
    }
}
