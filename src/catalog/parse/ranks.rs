//! Reads the rules of ranks.

use crate::catalog::document::Fields;
use crate::domain::id::Label;
use crate::domain::rank::RankRules;

use super::values;

/// Fields of the rules of ranks.
pub(in crate::catalog) const RANKS: &[&str] = &["policy", "reward_wait", "default_reward"];

/// Reads the rules of ranks of a document.
pub(super) fn rules(document: &Fields<'_>) -> RankRules {
    let Some(node) = document.get("ranks") else { return RankRules::default() };
    let fields = node.fields(RANKS);
    let usual = RankRules::default();
    let wait = fields.get("reward_wait").and_then(|node| values::duration(&node));
    let reward = fields.get("default_reward").and_then(|node| node.number());
    RankRules {
        policy: fields.get("policy").map(|node| values::id(Some(node), Label::parse)),
        reward_wait: wait.unwrap_or(usual.reward_wait),
        default_reward: reward.unwrap_or(usual.default_reward),
    }
}
