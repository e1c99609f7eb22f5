//! Reads offers and their treatments.

use std::time::Duration;

use crate::domain::channel::ChannelSet;
use crate::domain::hold::{HOLD_DEFAULT, HOLD_MAX, HOLD_MIN};
use crate::domain::id::{Label, OfferId, OfferKey, PlacementId, PropertyId, TreatmentId};
use crate::domain::invalid::Invalid;
use crate::domain::money::Currency;
use crate::domain::offer::{Offer, Treatment};
use crate::domain::ration::Rationing;
use crate::domain::time::Timestamp;

use super::{prices, values};
use crate::catalog::content::{
    PARTY_MAX, PLACEMENTS_MAX, PROPERTIES_MAX, TAGS_MAX, TEXT_BYTES_MAX, TEXTS_MAX, TREATMENTS_MAX,
};
use crate::catalog::document::{Fields, Node};
use crate::catalog::rules::RULE_BYTES_MAX;

/// Days ahead of the day of use on which guests begin to come, where a document does not say.
const AHEAD_DAYS: u16 = 30;
/// Fields of an offer.
pub(in crate::catalog) const OFFER: &[&str] = &[
    "id",
    "name",
    "category",
    "group",
    "supplier",
    "attributes",
    "tags",
    "price",
    "free",
    "cost",
    "commission",
    "tax",
    "tax_included",
    "fee",
    "per",
    "qualification",
    "min_price",
    "price_steps",
    "price_trial",
    "price_rules",
    "points_price",
    "points_earned",
    "disclosure",
    "room_type",
    "upgrade_from",
    "valid_from",
    "valid_until",
    "properties",
    "stages",
    "placements",
    "channels",
    "adults",
    "children",
    "rule",
    "inventory_limited",
    "hold",
    "rationing",
    "fallback",
    "treatments",
];
/// Fields of a treatment.
pub(in crate::catalog) const TREATMENT: &[&str] =
    &["id", "channels", "locale", "contexts", "stages", "content"];
/// Fields of a rationing.
pub(in crate::catalog) const RATIONING: &[&str] =
    &["arrivals", "ahead_days", "cancellations", "take_up"];
/// Fields of limits of a party.
pub(in crate::catalog) const LIMITS: &[&str] = &["min", "max"];

/// Reads an offer. What is free and costs nothing has the currency of the house.
pub(super) fn offer(node: &Node<'_>, house: Currency) -> Offer {
    let fields = node.fields(OFFER);
    let id = values::id(fields.need("id", "\"spa.massage-60\""), OfferId::parse);
    let from = fields.get("valid_from").and_then(|node| values::moment(&node, false));
    let until = fields.get("valid_until").and_then(|node| values::moment(&node, true));
    let label = |name| fields.get(name).map(|node| values::id(Some(node), Label::parse));
    Offer {
        key: OfferKey::of(&id),
        name: values::name(fields.get("name"), id.as_str()),
        category: values::id(fields.need("category", "\"spa\""), Label::parse),
        group: label("group"),
        supplier: label("supplier"),
        attributes: attributes(&fields),
        tags: ids(fields.list("tags", TAGS_MAX), Label::parse),
        pricing: prices::pricing(&fields, house),
        valid_from: from.unwrap_or(Timestamp::EPOCH),
        valid_until: until.unwrap_or(Timestamp::NEVER),
        properties: ids(fields.list("properties", PROPERTIES_MAX), PropertyId::parse),
        stages: values::stages(fields.get("stages")),
        placements: ids(fields.list("placements", PLACEMENTS_MAX), PlacementId::parse),
        channels: values::channels(fields.get("channels"), ChannelSet::ALL),
        adults: limits(fields.get("adults")),
        children: limits(fields.get("children")),
        rule: text(&fields, "rule", RULE_BYTES_MAX),
        is_inventory_limited: flag(&fields, "inventory_limited"),
        hold: hold(&fields),
        rationing: rationing(&fields),
        is_fallback: flag(&fields, "fallback"),
        treatments: fields.list("treatments", TREATMENTS_MAX).iter().map(treatment).collect(),
        id,
    }
}

pub(super) fn flag(fields: &Fields<'_>, name: &str) -> bool {
    fields.get(name).and_then(|node| node.flag()).unwrap_or(false)
}

pub(super) fn text(fields: &Fields<'_>, name: &str, most: usize) -> String {
    fields.get(name).and_then(|node| node.text(most).map(str::to_owned)).unwrap_or_default()
}

/// How long a unit is held: of a scarce offer only.
fn hold(fields: &Fields<'_>) -> Duration {
    let Some(node) = fields.get("hold") else { return HOLD_DEFAULT };
    let read = values::duration(&node).unwrap_or(HOLD_DEFAULT);
    if !flag(fields, "inventory_limited") {
        node.fail("belongs to an offer with inventory_limited = true; leave it out");
    } else if !(HOLD_MIN..=HOLD_MAX).contains(&read) {
        node.fail("must be 1 minute to 30 days, like \"1d\"");
    }
    read
}

/// How units are rationed: of a scarce offer only.
fn rationing(fields: &Fields<'_>) -> Option<Rationing> {
    let node = fields.get("rationing")?;
    if !flag(fields, "inventory_limited") {
        node.fail("belongs to an offer with inventory_limited = true; leave it out");
    }
    let fields = node.fields(RATIONING);
    let arrivals = fields.need("arrivals", "200");
    let arrivals = arrivals.and_then(|node| node.whole(1..=i64::from(Rationing::ARRIVALS_MAX)));
    let ahead = fields.get("ahead_days");
    let ahead = ahead.and_then(|node| node.whole(0..=i64::from(Rationing::AHEAD_MAX)));
    Some(Rationing {
        arrivals: arrivals.and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
        ahead_days: ahead.and_then(|n| u16::try_from(n).ok()).unwrap_or(AHEAD_DAYS),
        cancellations: fields.get("cancellations").and_then(|n| chance(&n)).unwrap_or(0.0),
        take_up: fields.get("take_up").and_then(|n| chance(&n)),
    })
}

/// A probability.
fn chance(node: &Node<'_>) -> Option<f64> {
    let number = node.number()?;
    let fits = (0.0..=1.0).contains(&number);
    if !fits {
        node.fail("must be a number from 0 to 1: 0.2 is one in five");
    }
    fits.then_some(number)
}

fn attributes(fields: &Fields<'_>) -> Vec<(String, String)> {
    let entries = fields.get("attributes").map(|node| node.entries(TEXTS_MAX)).unwrap_or_default();
    let read = |(name, node): (&str, Node<'_>)| {
        check_name(name, &node);
        Some((name.to_owned(), node.scalar(TEXT_BYTES_MAX)?))
    };
    entries.into_iter().filter_map(read).collect()
}

fn limits(node: Option<Node<'_>>) -> (u8, u8) {
    let Some(fields) = node.map(|node| node.fields(LIMITS)) else { return (0, PARTY_MAX) };
    let bound = |name| {
        let number = fields.get(name)?.whole(0..=i64::from(PARTY_MAX))?;
        u8::try_from(number).ok()
    };
    (bound("min").unwrap_or(0), bound("max").unwrap_or(PARTY_MAX))
}

/// Ids of a list.
fn ids<T>(nodes: Vec<Node<'_>>, parse: fn(&str, &str) -> Result<T, Invalid>) -> Vec<T> {
    nodes.into_iter().map(|node| values::id(Some(node), parse)).collect()
}

/// Names of attributes and texts are words of programs and templates.
fn check_name(name: &str, node: &Node<'_>) {
    let fits = (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !fits {
        node.fail("has a name that is not 1 to 64 characters from a-z, 0-9 and '_'");
    }
}

fn treatment(node: &Node<'_>) -> Treatment {
    let fields = node.fields(TREATMENT);
    let locale = fields.need("locale", "\"en\"");
    let locale = locale.and_then(|node| values::locale(&node)).unwrap_or_else(|| "en".into());
    let contexts = fields.list("contexts", 12);
    let content = fields.need("content", "{ title = \"…\" }");
    let content = content.map(|node| node.entries(TEXTS_MAX)).unwrap_or_default();
    let text = |(name, node): (&str, Node<'_>)| {
        check_name(name, &node);
        Some((name.to_owned(), node.text(TEXT_BYTES_MAX)?.to_owned()))
    };
    let mut contexts: Vec<_> = contexts.iter().flat_map(values::contexts).collect();
    contexts.sort_unstable();
    contexts.dedup();
    let id = match fields.get("id") {
        None => TreatmentId::parse("", &locale.to_ascii_lowercase()).ok(),
        some => Some(values::id(some, TreatmentId::parse)),
    };
    Treatment {
        id: id.unwrap_or_else(|| values::id(None, TreatmentId::parse)),
        channels: values::channels(fields.get("channels"), ChannelSet::NONE),
        locale,
        contexts,
        stages: values::stages(fields.get("stages")),
        content: content.into_iter().filter_map(text).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::validate;
    use crate::testkit::world;

    fn with(more: &str) -> String {
        world::text(1).replacen(
            "category = \"c0\"\ntags",
            &format!("{more}category = \"c0\"\ntags"),
            1,
        )
    }

    #[test]
    fn a_rationing_is_read() {
        let rationing = "{ arrivals = 80, ahead_days = 0, cancellations = 0.25, take_up = 1 }";
        let text = with(&format!("inventory_limited = true\nrationing = {rationing}\n"));
        let expected =
            Rationing { arrivals: 80, ahead_days: 0, cancellations: 0.25, take_up: Some(1.0) };
        assert_eq!(validate(&text).unwrap().offers[0].rationing, Some(expected));
        let least = with("inventory_limited = true\nrationing = { arrivals = 80 }\n");
        let expected = Rationing { ahead_days: 30, cancellations: 0.0, take_up: None, ..expected };
        assert_eq!(validate(&least).unwrap().offers[0].rationing, Some(expected));
        assert_eq!(validate(&with("")).unwrap().offers[0].rationing, None);
    }

    #[test]
    fn a_rationing_that_does_not_hold_is_told_where_it_stands() {
        let limited = "inventory_limited = true\n";
        for (more, fields, field, says) in [
            ("", "arrivals = 80", "offers[0].rationing", "inventory_limited"),
            (limited, "ahead_days = 3", "offers[0].rationing.arrivals", "is missing"),
            (limited, "arrivals = 0", "offers[0].rationing.arrivals", "from 1 to 2000"),
            (limited, "arrivals = 2001", "offers[0].rationing.arrivals", "from 1 to 2000"),
            (limited, "arrivals = 9, ahead_days = 366", "offers[0].rationing.ahead_days", "365"),
            (limited, "arrivals = 9, take_up = 1.1", "offers[0].rationing.take_up", "0 to 1"),
            (
                limited,
                "arrivals = 9, cancellations = -1",
                "offers[0].rationing.cancellations",
                "0 to 1",
            ),
            (limited, "arrivals = 9, cancels = 0", "offers[0].rationing.cancels", "not known"),
        ] {
            let text = with(&format!("{more}rationing = {{ {fields} }}\n"));
            let problems = validate(&text).unwrap_err();
            let found = problems.iter().find(|p| p.field == field && p.to_string().contains(says));
            assert!(found.is_some_and(|p| p.line > 1), "{fields}: {problems:#?}");
        }
    }
}
