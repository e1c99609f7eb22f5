//! Reads gestures, and how they are paid for and chosen.

use std::time::Duration;

use crate::catalog::content::{GESTURES_MAX, PROPERTIES_MAX, TEXT_BYTES_MAX};
use crate::catalog::document::{Fields, Node};
use crate::domain::gesture::{Gesture, GestureProgram, GestureTrigger, SEVERITY_MAX};
use crate::domain::id::{Label, PropertyId};
use crate::domain::money::{Currency, Money};
use crate::domain::time::Timestamp;

use super::values;

/// Fields of the program.
pub(in crate::catalog) const PROGRAM: &[&str] = &[
    "amount",
    "start",
    "period",
    "window",
    "holdout",
    "holdout_severity",
    "satisfaction_worth",
    "return_worth",
    "survey_wait",
    "return_wait",
    "value_cap",
    "gamma0",
    "floor",
];
/// Fields of a gesture.
pub(in crate::catalog) const GESTURE: &[&str] = &[
    "id",
    "name",
    "triggers",
    "cost",
    "properties",
    "least_severity",
    "prior_satisfaction",
    "prior_return",
    "talking_points",
];

const DAY: Duration = Duration::from_secs(86_400);

/// Reads the program with its gestures; `None` where a document has neither.
pub(super) fn program(root: &Fields<'_>, house: Currency) -> Option<GestureProgram> {
    let gestures = root.list("gestures", GESTURES_MAX);
    if root.get("gesture_program").is_none() && gestures.is_empty() {
        return None;
    }
    let example = "{ amount = \"500.00 EUR\", start = 2026-01-01 }";
    let fields = root.need_table("gesture_program", PROGRAM, example);
    let number = |name: &str, otherwise: f64| {
        fields.get(name).and_then(|node| node.number()).unwrap_or(otherwise)
    };
    let time = |name: &str, days: u32| {
        fields.get(name).and_then(|node| values::duration(&node)).unwrap_or(DAY * days)
    };
    let amount = fields.need("amount", "\"500.00 EUR\"").and_then(|node| values::money(&node));
    let start = fields.need("start", "2026-01-01").and_then(|node| values::moment(&node, false));
    Some(GestureProgram {
        amount: amount.unwrap_or(Money::new(1, house)),
        start: start.unwrap_or(Timestamp::EPOCH),
        period: time("period", 30),
        window: time("window", 60),
        holdout: number("holdout", 0.1),
        holdout_severity: severity(fields.get("holdout_severity"), 3),
        satisfaction_worth: number("satisfaction_worth", 0.0),
        return_worth: number("return_worth", 0.0),
        survey_wait: time("survey_wait", 14),
        return_wait: time("return_wait", 365),
        value_cap: number("value_cap", 20.0),
        gamma0: number("gamma0", 10.0),
        floor: number("floor", 0.05),
        gestures: gestures.iter().map(|node| gesture(node, house)).collect(),
    })
}

fn gesture(node: &Node<'_>, house: Currency) -> Gesture {
    let fields = node.fields(GESTURE);
    let id = values::id(fields.need("id", "\"room-upgrade-gift\""), Label::parse);
    let number = |name: &str| fields.get(name).and_then(|node| node.number()).unwrap_or_default();
    fields.need("triggers", "[\"COMPLAINT\"]");
    let names = GestureTrigger::ALL.map(|trigger| (trigger.name(), trigger));
    let triggers = fields.list("triggers", GestureTrigger::ALL.len());
    let cost = fields.need("cost", "\"12.00 EUR\"").and_then(|node| values::money(&node));
    let property = |node: &Node<'_>| values::id(Some(node.clone()), PropertyId::parse);
    let points = fields.get("talking_points").map(|node| {
        let texts = node.entries(64).into_iter().filter_map(|(locale, node)| {
            Some((locale.into(), node.text(TEXT_BYTES_MAX)?.to_owned()))
        });
        texts.collect()
    });
    Gesture {
        name: values::name(fields.get("name"), id.as_str()),
        triggers: triggers.iter().filter_map(|node| values::one_of(node, &names)).collect(),
        cost: cost.unwrap_or(Money::new(1, house)),
        properties: fields.list("properties", PROPERTIES_MAX).iter().map(property).collect(),
        least_severity: severity(fields.get("least_severity"), 0),
        prior_satisfaction: number("prior_satisfaction"),
        prior_return: number("prior_return"),
        talking_points: points.unwrap_or_default(),
        id,
    }
}

fn severity(node: Option<Node<'_>>, otherwise: u8) -> u8 {
    let read = node.and_then(|node| node.whole(0..=i64::from(SEVERITY_MAX)));
    read.and_then(|n| u8::try_from(n).ok()).unwrap_or(otherwise)
}
