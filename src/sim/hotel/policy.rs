//! The policies that can be played, by name.

use super::agent::{Agent, Popular, Uniform};
use super::product::{Exploration, Learner};

/// Part of the decisions which [`Policy::Epsilon`] draws uniformly (algorithms 11.3).
const EPSILON: f64 = 0.02;

/// A policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Policy {
    /// The product: its ranker with inverse-gap weighting.
    Igw,
    /// The product's ranker, never exploring.
    Greedy,
    /// The product's ranker, exploring uniformly now and then.
    Epsilon,
    /// The product's ranker, hopeful of young offers.
    Optimistic,
    /// The product's ranker with Thompson sampling.
    Thompson,
    /// Most popular, learnt from what it shows.
    Popular,
    /// The best static choice: knows each offer's true mean reward, and nothing of guest or moment.
    Static,
    /// Every candidate alike.
    Uniform,
    /// Knows the truth.
    Oracle,
}

impl Policy {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Igw,
        Self::Greedy,
        Self::Epsilon,
        Self::Optimistic,
        Self::Thompson,
        Self::Popular,
        Self::Static,
        Self::Uniform,
        Self::Oracle,
    ];

    /// Its name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Igw => "igw",
            Self::Greedy => "greedy",
            Self::Epsilon => "epsilon",
            Self::Optimistic => "optimistic",
            Self::Thompson => "thompson",
            Self::Popular => "popular",
            Self::Static => "static",
            Self::Uniform => "uniform",
            Self::Oracle => "oracle",
        }
    }

    /// The policy of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.name() == name)
    }

    /// What it was run with; empty where there is nothing to set.
    pub fn flags(self) -> String {
        self.exploration().map(Exploration::flags).unwrap_or_default()
    }

    /// Whether it learns from what it shows. Who does not plays the same at a property alone and
    /// within a brand.
    pub fn learns(self) -> bool {
        self.exploration().is_some() || self == Self::Popular
    }

    /// The agent; `None` for what chooses by the truth.
    pub fn agent(self) -> Option<Box<dyn Agent>> {
        match self {
            Self::Igw | Self::Greedy | Self::Epsilon | Self::Optimistic | Self::Thompson => {
                self.exploration().map(|how| Box::new(Learner::new(how)) as Box<dyn Agent>)
            }
            Self::Popular => Some(Box::new(Popular::default())),
            Self::Uniform => Some(Box::new(Uniform::default())),
            Self::Static | Self::Oracle => None,
        }
    }

    fn exploration(self) -> Option<Exploration> {
        match self {
            Self::Igw => Some(Exploration::InverseGap),
            Self::Greedy => Some(Exploration::Greedy),
            Self::Epsilon => Some(Exploration::Epsilon(EPSILON)),
            Self::Optimistic => Some(Exploration::Optimistic),
            Self::Thompson => Some(Exploration::Thompson),
            Self::Popular | Self::Static | Self::Uniform | Self::Oracle => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_found_by_its_name() {
        for policy in Policy::ALL {
            assert_eq!(Policy::from_name(policy.name()), Some(policy));
        }
        assert_eq!(Policy::from_name("magic"), None);
    }

    #[test]
    fn only_who_knows_the_truth_is_no_agent() {
        let without: Vec<Policy> =
            Policy::ALL.into_iter().filter(|policy| policy.agent().is_none()).collect();
        assert_eq!(without, [Policy::Static, Policy::Oracle]);
    }
}
