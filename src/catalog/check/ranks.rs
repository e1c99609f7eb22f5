//! The rules of ranks.

use std::time::Duration;

use crate::domain::policy::Exploration;
use crate::domain::rank::{REWARD_MAX, WAIT_MAX};

use super::Check;

impl Check<'_> {
    pub(super) fn ranks(&mut self) {
        let rules = &self.content.ranks;
        let path = |name: &str| format!("ranks.{name}");
        let waits = Duration::from_secs(1)..=WAIT_MAX;
        let problem = || "must be a duration from 1s to 7d".to_owned();
        self.need(waits.contains(&rules.reward_wait), || path("reward_wait"), problem);
        self.within(rules.default_reward, -REWARD_MAX..=REWARD_MAX, || path("default_reward"));
        let Some(label) = &rules.policy else { return };
        let named = self.content.decision_policies.iter().find(|policy| policy.id == *label);
        self.known(named.is_some(), || path("policy"), "decision policy", label);
        let fits = named.is_none_or(|policy| match policy.exploration {
            Exploration::Optimistic { .. } | Exploration::Thompson { .. } => false,
            Exploration::InverseGap { .. }
            | Exploration::EpsilonGreedy { .. }
            | Exploration::Uniform
            | Exploration::Popular => true,
        });
        let problem = || {
            "explores by OPTIMISTIC or THOMPSON, which ranks cannot; name a policy with INVERSE_GAP, \
             EPSILON_GREEDY, UNIFORM or POPULAR"
                .to_owned()
        };
        self.need(fits, || path("policy"), problem);
    }
}
