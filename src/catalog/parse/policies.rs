//! Reads decision policies.

use std::time::Duration;

use crate::domain::guest_value::{GuestWeight, ValueTier};
use crate::domain::id::{Label, OfferId};
use crate::domain::policy::{ContextWeight, DecisionPolicy, Exploration, Lever};
use crate::domain::time::Timestamp;

use super::values;
use crate::catalog::content::{CONTEXT_WEIGHTS_MAX, GUEST_WEIGHTS_MAX, LEVERS_MAX};
use crate::catalog::document::Node;
use crate::catalog::words::MODES;

/// Fields of a decision policy.
pub(in crate::catalog) const DECISION_POLICY: &[&str] = &[
    "id",
    "propensity_exponent",
    "value_exponent",
    "value_reference",
    "score_cap",
    "exploration",
    "category_cap",
    "diversity",
    "do_nothing_score",
    "levers",
    "context_weights",
    "guest_weights",
    "mode",
    "reservation",
];
/// Fields of an exploration.
pub(in crate::catalog) const EXPLORATION: &[&str] =
    &["kind", "gamma0", "decisions_cap", "optimism", "young", "spread", "floor"];
/// Fields of a lever.
pub(in crate::catalog) const LEVER: &[&str] = &["offer", "category", "percent", "expires"];
/// Fields of a context weight.
pub(in crate::catalog) const CONTEXT_WEIGHT: &[&str] = &["category", "intent", "percent"];

/// Fields of a weight of what a guest is worth.
pub(in crate::catalog) const GUEST_WEIGHT: &[&str] = &["tier", "category", "scarce", "percent"];

/// Exploration where a policy does not say: that of algorithms 3.4.
const EXPLORATION_DEFAULT: Exploration =
    Exploration::InverseGap { gamma0: 1_000.0, decisions_cap: 200_000.0, floor: 0.02 };

/// Reads a decision policy.
pub(super) fn policy(node: &Node<'_>) -> DecisionPolicy {
    let fields = node.fields(DECISION_POLICY);
    let number =
        |name, otherwise| fields.get(name).and_then(|node| node.number()).unwrap_or(otherwise);
    let cap = fields.get("category_cap").and_then(|node| node.whole(0..=30));
    let mode = fields.get("mode").and_then(|node| values::one_of(&node, &MODES));
    let reservation = fields.get("reservation").and_then(|n| values::duration(&n));
    DecisionPolicy {
        id: values::id(fields.need("id", "\"standard\""), Label::parse),
        propensity_exponent: number("propensity_exponent", 1.0),
        value_exponent: number("value_exponent", 0.0),
        value_reference: number("value_reference", 1.0),
        score_cap: number("score_cap", 1.0),
        exploration: fields
            .get("exploration")
            .and_then(|n| exploration(&n))
            .unwrap_or(EXPLORATION_DEFAULT),
        category_cap: cap.and_then(|n| u8::try_from(n).ok()).unwrap_or(0),
        diversity: number("diversity", 0.0),
        do_nothing_score: number("do_nothing_score", 0.0),
        levers: fields.list("levers", LEVERS_MAX).iter().map(lever).collect(),
        context_weights: fields
            .list("context_weights", CONTEXT_WEIGHTS_MAX)
            .iter()
            .map(weight)
            .collect(),
        guest_weights: fields
            .list("guest_weights", GUEST_WEIGHTS_MAX)
            .iter()
            .map(guest_weight)
            .collect(),
        mode: mode.unwrap_or_default(),
        reservation: reservation.unwrap_or(Duration::from_secs(30 * 60)),
    }
}

/// Kinds of exploration, each with the numbers it has where a policy does not say.
const EXPLORATIONS: [(&str, Exploration); 6] = [
    ("INVERSE_GAP", EXPLORATION_DEFAULT),
    ("EPSILON_GREEDY", Exploration::EpsilonGreedy { floor: 0.05 }),
    ("OPTIMISTIC", Exploration::Optimistic { optimism: 0.5, young: 200.0, floor: 0.02 }),
    ("THOMPSON", Exploration::Thompson { spread: 0.5, floor: 0.01 }),
    ("UNIFORM", Exploration::Uniform),
    ("POPULAR", Exploration::Popular),
];

fn exploration(node: &Node<'_>) -> Option<Exploration> {
    if !node.is_table() {
        return values::one_of(node, &EXPLORATIONS);
    }
    let fields = node.fields(EXPLORATION);
    let mut kind = values::one_of(&fields.need("kind", "\"INVERSE_GAP\"")?, &EXPLORATIONS)?;
    for name in &EXPLORATION[1..] {
        let Some(node) = fields.get(name) else { continue };
        match number_of(&mut kind, name) {
            Some(number) => *number = node.number().unwrap_or(*number),
            None => node.fail("does not belong to this kind of exploration; remove it"),
        }
    }
    Some(kind)
}

/// A number of an exploration by its name, where the kind has one.
fn number_of<'a>(kind: &'a mut Exploration, name: &str) -> Option<&'a mut f64> {
    match (kind, name) {
        (Exploration::InverseGap { gamma0, .. }, "gamma0") => Some(gamma0),
        (Exploration::InverseGap { decisions_cap, .. }, "decisions_cap") => Some(decisions_cap),
        (Exploration::Optimistic { optimism, .. }, "optimism") => Some(optimism),
        (Exploration::Optimistic { young, .. }, "young") => Some(young),
        (Exploration::Thompson { spread, .. }, "spread") => Some(spread),
        (
            Exploration::InverseGap { floor, .. }
            | Exploration::EpsilonGreedy { floor }
            | Exploration::Optimistic { floor, .. }
            | Exploration::Thompson { floor, .. },
            "floor",
        ) => Some(floor),
        _ => None,
    }
}

fn lever(node: &Node<'_>) -> Lever {
    let fields = node.fields(LEVER);
    let expires = fields.need("expires", "2026-12-31").and_then(|node| values::moment(&node, true));
    Lever {
        offer: fields.get("offer").map(|node| values::id(Some(node), OfferId::parse)),
        category: fields.get("category").map(|node| values::id(Some(node), Label::parse)),
        percent: fields.need("percent", "25").and_then(|node| node.number()).unwrap_or(0.0),
        expires: expires.unwrap_or(Timestamp::EPOCH),
    }
}

fn weight(node: &Node<'_>) -> ContextWeight {
    let fields = node.fields(CONTEXT_WEIGHT);
    let intent = fields.get("intent");
    let intent = intent.and_then(|node| node.text(64).map(str::to_owned));
    ContextWeight {
        category: values::id(fields.need("category", "\"spa\""), Label::parse),
        intent: intent.unwrap_or_default(),
        percent: fields.need("percent", "25").and_then(|node| node.number()).unwrap_or(0.0),
    }
}

fn guest_weight(node: &Node<'_>) -> GuestWeight {
    let fields = node.fields(GUEST_WEIGHT);
    let category = fields.get("category").map(|node| values::id(Some(node), Label::parse));
    let is_scarce = fields.get("scarce").and_then(|node| node.flag()).unwrap_or(false);
    if category.is_some() == is_scarce {
        node.fail("must name either a category or scarce = true");
    }
    let tier = fields.need("tier", "\"A\"").and_then(|node| values::tier(&node));
    GuestWeight {
        tier: tier.unwrap_or(ValueTier::D),
        category,
        percent: fields.need("percent", "25").and_then(|node| node.number()).unwrap_or(0.0),
    }
}
