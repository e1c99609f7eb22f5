//! Reads decision policies.

use std::time::Duration;

use crate::domain::id::{Label, OfferId};
use crate::domain::policy::{ContextWeight, DecisionPolicy, Exploration, LearningMode, Lever};
use crate::domain::time::Timestamp;

use super::super::content::{CONTEXT_WEIGHTS_MAX, LEVERS_MAX, RESERVATION_MAX};
use super::super::document::{Fields, Node};
use super::super::words::MODES;
use super::values;

/// Fields of a decision policy.
pub(in super::super) const DECISION_POLICY: &[&str] = &[
    "id", "propensity_exponent", "value_exponent", "value_reference", "score_cap", "exploration", "category_cap",
    "do_nothing_score", "levers", "context_weights", "mode", "reservation",
];
/// Fields of an exploration.
pub(in super::super) const EXPLORATION: &[&str] = &["kind", "gamma0", "decisions_cap", "floor"];
/// Fields of a lever.
pub(in super::super) const LEVER: &[&str] = &["offer", "category", "percent", "expires"];
/// Fields of a context weight.
pub(in super::super) const CONTEXT_WEIGHT: &[&str] = &["category", "intent", "percent"];

/// Exploration where a policy does not say: that of algorithms 3.4.
const EXPLORATION_DEFAULT: Exploration =
    Exploration::InverseGap { gamma0: 1_000.0, decisions_cap: 200_000.0, floor: 0.02 };

/// Reads a decision policy.
pub(super) fn policy(node: &Node<'_>) -> DecisionPolicy {
    let fields = node.fields(DECISION_POLICY);
    let get = |name| fields.as_ref().and_then(|f: &Fields<'_>| f.get(name));
    let list = |name, most| fields.as_ref().map(|f| f.list(name, most)).unwrap_or_default();
    let number = |name, bounds, otherwise| {
        get(name).and_then(|node| node.number(bounds)).unwrap_or(otherwise)
    };
    let cap = get("category_cap").and_then(|node| node.whole(0..=30));
    let mode = get("mode").and_then(|node| values::one_of::<LearningMode>(&node, &MODES));
    let reservation = get("reservation").and_then(|n| values::duration(&n, RESERVATION_MAX));
    DecisionPolicy {
        id: values::id(fields.as_ref().and_then(|f| f.need("id", "\"standard\"")), Label::parse),
        propensity_exponent: number("propensity_exponent", 0.0..=4.0, 1.0),
        value_exponent: number("value_exponent", 0.0..=1.0, 0.0),
        value_reference: number("value_reference", 0.01..=1e9, 1.0),
        score_cap: number("score_cap", 1e-6..=1e6, 1.0),
        exploration: get("exploration").and_then(|n| exploration(&n)).unwrap_or(EXPLORATION_DEFAULT),
        category_cap: cap.and_then(|n| u8::try_from(n).ok()).unwrap_or(0),
        do_nothing_score: number("do_nothing_score", 0.0..=1e6, 0.0),
        levers: list("levers", LEVERS_MAX).iter().filter_map(lever).collect(),
        context_weights: list("context_weights", CONTEXT_WEIGHTS_MAX).iter().filter_map(weight).collect(),
        mode: mode.unwrap_or_default(),
        reservation: reservation.unwrap_or(Duration::from_secs(30 * 60)),
    }
}

fn exploration(node: &Node<'_>) -> Option<Exploration> {
    let names = [("INVERSE_GAP", EXPLORATION_DEFAULT), ("UNIFORM", Exploration::Uniform), ("POPULAR", Exploration::Popular)];
    if !node.is_table() {
        return values::one_of(node, &names);
    }
    let fields = node.fields(EXPLORATION)?;
    let kind = values::one_of(&fields.need("kind", "\"INVERSE_GAP\"")?, &names)?;
    let Exploration::InverseGap { gamma0, decisions_cap, floor } = kind else {
        for name in ["gamma0", "decisions_cap", "floor"] {
            if let Some(node) = fields.get(name) {
                node.fail("belongs to INVERSE_GAP only; remove it");
            }
        }
        return Some(kind);
    };
    let number = |name, bounds, otherwise| {
        fields.get(name).and_then(|node| node.number(bounds)).unwrap_or(otherwise)
    };
    Some(Exploration::InverseGap {
        gamma0: number("gamma0", 0.1..=1e9, gamma0),
        decisions_cap: number("decisions_cap", 1.0..=1e12, decisions_cap),
        // Below a thousandth nothing can be estimated from the log; 0 would make choices that are never tried.
        floor: number("floor", 0.001..=1.0, floor),
    })
}

fn lever(node: &Node<'_>) -> Option<Lever> {
    let fields = node.fields(LEVER)?;
    let percent = fields.need("percent", "25")?.number(-100.0..=200.0);
    let expires = fields.need("expires", "2026-12-31")?;
    let expires = values::moment(&expires, true);
    let offer = fields.get("offer").map(|node| values::id(Some(node), OfferId::parse));
    let category = fields.get("category").map(|node| values::id(Some(node), Label::parse));
    if offer.is_some() == category.is_some() {
        fields.fail("must name either an offer or a category");
    }
    Some(Lever { offer, category, percent: percent?, expires: expires.unwrap_or(Timestamp::EPOCH) })
}

fn weight(node: &Node<'_>) -> Option<ContextWeight> {
    let fields = node.fields(CONTEXT_WEIGHT)?;
    let percent = fields.need("percent", "25")?.number(-100.0..=200.0);
    let category = values::id(fields.need("category", "\"spa\""), Label::parse);
    let intent = fields.get("intent").and_then(|node| node.text(64).map(str::to_owned));
    Some(ContextWeight { category, intent: intent.unwrap_or_default(), percent: percent? })
}
