//! Reads what guests are worth, and which offers own a slot.

use crate::catalog::content::PLACEMENTS_MAX;
use crate::catalog::document::{Fields, Node};
use crate::domain::guarantee::Guarantee;
use crate::domain::guest_value::{GuestValueRules, LastUnits, ValueTier};
use crate::domain::id::{Label, OfferId, PlacementId};
use crate::domain::time::Timestamp;

use super::values;

/// Fields of what guests are worth.
pub(in crate::catalog) const GUEST_VALUE: &[&str] = &["least_paid", "last_units"];
/// Tiers that begin at an amount.
pub(in crate::catalog) const LEAST_PAID: &[&str] = &["A", "B", "C"];
/// Fields of what is kept of scarce offers.
pub(in crate::catalog) const LAST_UNITS: &[&str] = &["units", "tier", "days"];
/// Fields of a guarantee.
pub(in crate::catalog) const GUARANTEE: &[&str] = &["id", "offer", "placements", "from", "until"];

/// Largest amount paid that a tier begins at, in major units.
const PAID: std::ops::RangeInclusive<i64> = 1..=1_000_000_000;

/// Reads what guests are worth.
pub(super) fn guest_value(root: &Fields<'_>) -> Option<GuestValueRules> {
    let fields = root.get("guest_value")?.fields(GUEST_VALUE);
    let least = fields.need_table("least_paid", LEAST_PAID, "{ A = 5000, B = 2000, C = 500 }");
    let of = |name: &&str| {
        let amount = least.need(name, "2000").and_then(|node| node.whole(PAID));
        amount.unwrap_or(1) * 100
    };
    let last_units = fields.get("last_units").map(|node| last_units(&node));
    let mut amounts = LEAST_PAID.iter().map(of);
    let mut next = || amounts.next().unwrap_or(1);
    Some(GuestValueRules { least: [next(), next(), next()], last_units })
}

fn last_units(node: &Node<'_>) -> LastUnits {
    let fields = node.fields(LAST_UNITS);
    let whole = |name, example: &str, bounds| {
        fields.need(name, example).and_then(|node| node.whole(bounds)).unwrap_or(1)
    };
    let tier = fields.need("tier", "\"B\"").and_then(|node| values::tier(&node));
    LastUnits {
        units: u32::try_from(whole("units", "1", 1..=1_000)).unwrap_or(1),
        tier: tier.unwrap_or(ValueTier::A),
        days: u16::try_from(whole("days", "2", 0..=365)).unwrap_or(0),
    }
}

/// Reads a guarantee.
pub(super) fn guarantee(node: &Node<'_>) -> Guarantee {
    let fields = node.fields(GUARANTEE);
    fields.need("placements", "[\"app.home\"]");
    let placements = fields.list("placements", PLACEMENTS_MAX);
    let placement = |node: &Node<'_>| values::id(Some(node.clone()), PlacementId::parse);
    let moment = |name, through| {
        fields.need(name, "2026-08-31").and_then(|node| values::moment(&node, through))
    };
    Guarantee {
        id: values::id(fields.need("id", "\"pool-closed\""), Label::parse),
        offer: values::id(fields.need("offer", "\"notice.pool\""), OfferId::parse),
        placements: placements.iter().map(placement).collect(),
        from: moment("from", false).unwrap_or(Timestamp::EPOCH),
        until: moment("until", true).unwrap_or(Timestamp::NEVER),
    }
}
