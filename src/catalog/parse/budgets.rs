//! Reads budgets of promotions.

use std::time::Duration;

use crate::catalog::content::BUDGET_OFFERS_MAX;
use crate::catalog::document::Node;
use crate::domain::budget::Budget;
use crate::domain::id::{Label, OfferId};
use crate::domain::money::{Currency, Money};
use crate::domain::time::Timestamp;

use super::values;

/// Fields of a budget.
pub(in crate::catalog) const BUDGET: &[&str] =
    &["id", "name", "offers", "group", "start", "end", "amount", "minimum_return", "worth", "hold"];
/// How long an acceptance is waited for where a document does not say.
const HOLD: Duration = Duration::from_secs(3_600);
/// Returns that can be asked.
const RETURNS: std::ops::RangeInclusive<f64> = 0.01..=1_000.0;

/// Reads a budget.
pub(super) fn budget(node: &Node<'_>) -> Budget {
    let fields = node.fields(BUDGET);
    let id = values::id(fields.need("id", "\"summer-treats\""), Label::parse);
    let moment = |name, example: &str, through| {
        fields.need(name, example).and_then(|node| values::moment(&node, through))
    };
    let amount = fields.need("amount", "\"5000.00 EUR\"").and_then(|node| values::money(&node));
    let amount = amount.unwrap_or_else(|| Money::new(1, Currency::EUR));
    let offer = |node: &Node<'_>| values::id(Some(node.clone()), OfferId::parse);
    let hold = fields.get("hold").and_then(|node| values::duration(&node));
    let worth = fields.get("worth").and_then(|node| values::money(&node));
    Budget {
        name: values::name(fields.get("name"), id.as_str()),
        offers: fields.list("offers", BUDGET_OFFERS_MAX).iter().map(offer).collect(),
        group: fields.get("group").map(|node| values::id(Some(node), Label::parse)),
        start: moment("start", "2026-06-01", false).unwrap_or(Timestamp::EPOCH),
        end: moment("end", "2026-08-31", true).unwrap_or(Timestamp::NEVER),
        amount,
        return_basis_points: fields
            .get("minimum_return")
            .and_then(|node| basis_points(&node))
            .unwrap_or(10_000),
        worth: worth.unwrap_or_else(|| Money::new(0, amount.currency)),
        hold: hold.unwrap_or(HOLD),
        id,
    }
}

/// A return, as a number: 1.2 is 1.20 of incremental value for each 1.00 spent.
fn basis_points(node: &Node<'_>) -> Option<u32> {
    let number = node.number()?;
    if !RETURNS.contains(&number) {
        node.fail("must be a number from 0.01 to 1000: 1.2 asks 1.20 for each 1.00 spent");
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in its range")]
    Some((number * 10_000.0).round() as u32)
}
