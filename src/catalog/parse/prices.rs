//! Reads what an offer costs: the list price, its published steps and conditions, taxes, points.

use crate::domain::id::{Label, OfferId};
use crate::domain::money::{Currency, Money};
use crate::domain::offer::{ChargeBasis, Pricing, SoldRoom};
use crate::domain::price::{Condition, LoyaltyTier, PriceRule, PriceStep, PriceTrial, WHOLE, code};
use crate::domain::survey::Texts;

use super::offers::{flag, text};
use super::{surveys, values};
use crate::catalog::content::{
    CODES_MAX, EPOCH_DAYS_MAX, LEAD_DAYS_MAX, NAME_BYTES_MAX, NIGHTS_MAX, PARTS_MAX, POINTS_MAX,
    PRICE_RULES_MAX, PRICE_STEPS_MAX, TEXT_BYTES_MAX,
};
use crate::catalog::document::{Fields, Node};
use crate::catalog::treatment::text_for;

/// Fields of a step of a price.
pub(in crate::catalog) const STEP: &[&str] = &["percent", "id", "texts"];
/// Fields of how steps are tried.
pub(in crate::catalog) const TRIAL: &[&str] = &["share", "epoch_days", "learn"];
/// Fields of a published condition.
pub(in crate::catalog) const RULE: &[&str] = &[
    "id",
    "percent",
    "texts",
    "tier_from",
    "lead_days",
    "nights",
    "promotion_codes",
    "rate_plans",
    "first_date",
    "last_date",
    "with_offers",
    "with_categories",
    "with_count",
];
/// Fields of a tier.
pub(in crate::catalog) const TIER: &[&str] = &["id", "name"];

/// Reads a tier of the loyalty programme.
pub(super) fn tier(node: &Node<'_>) -> LoyaltyTier {
    let fields = node.fields(TIER);
    let id = values::id(fields.need("id", "\"gold\""), Label::parse);
    LoyaltyTier { name: values::name(fields.get("name"), id.as_str()), id }
}

/// Reads the price of an offer.
pub(super) fn pricing(fields: &Fields<'_>, house: Currency) -> Pricing {
    let list = price(fields, house);
    let money = |name| fields.get(name).and_then(|node| values::money(&node));
    let points = |name| fields.get(name).and_then(|node| values::basis_points(&node));
    let bases = ChargeBasis::ALL.map(|basis| (basis.name(), basis));
    let basis = fields.get("per").and_then(|node| values::one_of(&node, &bases));
    let zero = Money::new(0, list.currency);
    let (qualification, qualification_texts) = qualification(fields);
    Pricing {
        list,
        variable_cost: money("cost").unwrap_or(zero),
        commission_basis_points: points("commission").unwrap_or(0),
        tax_basis_points: points("tax").unwrap_or(0),
        mandatory_fee: money("fee").unwrap_or(zero),
        is_tax_included: flag(fields, "tax_included"),
        basis: basis.unwrap_or_default(),
        qualification,
        qualification_texts,
        min_price: money("min_price").unwrap_or(zero),
        steps: fields.list("price_steps", PRICE_STEPS_MAX).iter().map(step).collect(),
        trial: fields.get("price_trial").map(|node| trial(&node)),
        learnt: Vec::new(),
        rules: fields.list("price_rules", PRICE_RULES_MAX).iter().map(rule).collect(),
        points_price: whole(fields, "points_price", 1, POINTS_MAX).unwrap_or(0),
        points_earned: whole(fields, "points_earned", 0, POINTS_MAX).unwrap_or(0),
        room: room(fields),
        disclosure: fields.get("disclosure").map_or_else(Vec::new, |n| surveys::texts(Some(n))),
    }
}

/// The room it sells; what is named as upgraded without it is refused.
fn room(fields: &Fields<'_>) -> Option<SoldRoom> {
    let label = |name| fields.get(name).map(|node| values::id(Some(node), Label::parse));
    let (room_type, upgrade_from) = (label("room_type"), label("upgrade_from"));
    if let (None, Some(node)) = (&room_type, fields.get("upgrade_from")) {
        node.fail("needs room_type: the room type that the upgrade leads to");
    }
    let room_type = room_type?;
    if let (true, Some(node)) =
        (upgrade_from.as_ref() == Some(&room_type), fields.get("upgrade_from"))
    {
        node.fail("is the room_type itself; name the room type that the guest leaves");
    }
    Some(SoldRoom { room_type, upgrade_from })
}

/// The published rule behind the list price: a text, or one for each language, of which the English or
/// the first one names it in records.
fn qualification(fields: &Fields<'_>) -> (String, Texts) {
    let Some(node) = fields.get("qualification") else { return (String::new(), Texts::new()) };
    if !node.is_table() {
        return (text(fields, "qualification", NAME_BYTES_MAX), Texts::new());
    }
    let texts = surveys::texts(Some(node));
    (text_for(&texts, "en").to_owned(), texts)
}

/// A price, or `free = true`: never both, and never a zero by oversight.
fn price(fields: &Fields<'_>, house: Currency) -> Money {
    let zero = Money::new(0, house);
    if flag(fields, "free") {
        if let Some(price) = fields.get("price") {
            price.fail("stands beside free = true; remove one of them");
        }
        // What is free has the currency of its cost.
        let currency = fields.get("cost").and_then(|node| values::currency_of(&node));
        return currency.map_or(zero, |currency| Money::new(0, currency));
    }
    let Some(node) = fields.need("price", "\"49.00 EUR\" (or free = true)") else { return zero };
    let price = values::money(&node);
    if price.is_some_and(|price| price.minor == 0) {
        node.fail("is zero; write free = true instead, if that is meant");
    }
    price.unwrap_or(zero)
}

/// A whole number that may be left out.
fn whole<T: TryFrom<i64>>(fields: &Fields<'_>, name: &str, least: i64, most: i64) -> Option<T> {
    let number = fields.get(name)?.whole(least..=most)?;
    T::try_from(number).ok()
}

/// A share of a price in percent, as basis points.
fn percent(fields: &Fields<'_>) -> u16 {
    let node = fields.need("percent", "90");
    node.and_then(|node| values::basis_points(&node)).unwrap_or(WHOLE)
}

fn step(node: &Node<'_>) -> PriceStep {
    let fields = node.fields(STEP);
    PriceStep {
        basis_points: percent(&fields),
        id: fields.get("id").map(|node| values::id(Some(node), Label::parse)),
        texts: fields.get("texts").map_or_else(Vec::new, |node| surveys::texts(Some(node))),
    }
}

fn trial(node: &Node<'_>) -> PriceTrial {
    let fields = node.fields(TRIAL);
    let share = fields.need("share", "20").and_then(|node| values::basis_points(&node));
    fields.need("epoch_days", "7");
    PriceTrial {
        share_basis_points: share.unwrap_or(0),
        epoch_days: whole(&fields, "epoch_days", 1, EPOCH_DAYS_MAX).unwrap_or(1),
        is_learnt: flag(&fields, "learn"),
    }
}

fn rule(node: &Node<'_>) -> PriceRule {
    let fields = node.fields(RULE);
    PriceRule {
        id: values::id(fields.need("id", "\"member.gold\""), Label::parse),
        texts: fields.get("texts").map_or_else(Vec::new, |node| surveys::texts(Some(node))),
        basis_points: percent(&fields),
        condition: condition(node, &fields),
    }
}

/// The one condition of a rule.
fn condition(node: &Node<'_>, fields: &Fields<'_>) -> Condition {
    let tier = fields.get("tier_from").map(|n| values::id(Some(n), Label::parse));
    let named = [
        tier.map(Condition::TierFrom),
        whole(fields, "lead_days", 1, LEAD_DAYS_MAX).map(Condition::LeadDays),
        whole(fields, "nights", 1, NIGHTS_MAX).map(Condition::Nights),
        codes(fields, "promotion_codes").map(Condition::Promotion),
        codes(fields, "rate_plans").map(Condition::RatePlan),
        dates(fields),
        together(fields),
    ];
    let mut named = named.into_iter().flatten();
    match (named.next(), named.next()) {
        (Some(condition), None) => condition,
        (first, _) => {
            node.fail(
                "must have exactly one condition: tier_from, lead_days, nights, promotion_codes, \
                 rate_plans, first_date and last_date, or with_offers and with_categories",
            );
            first.unwrap_or(Condition::Nights(1))
        }
    }
}

/// Codes as guests type them: capitals do not count.
fn codes(fields: &Fields<'_>, name: &str) -> Option<Vec<Label>> {
    fields.get(name)?;
    let read = |node: &Node<'_>| {
        let text = node.text(TEXT_BYTES_MAX)?;
        node.checked(code(text).ok_or("must be 1 to 64 characters from a-z, 0-9, '.', '_' and '-'"))
    };
    Some(fields.list(name, CODES_MAX).iter().filter_map(read).collect())
}

/// What it must be bought with.
fn together(fields: &Fields<'_>) -> Option<Condition> {
    let names = ["with_offers", "with_categories", "with_count"];
    if names.into_iter().all(|name| fields.get(name).is_none()) {
        return None;
    }
    let offer = |node: &Node<'_>| values::id(Some(node.clone()), OfferId::parse);
    let category = |node: &Node<'_>| values::id(Some(node.clone()), Label::parse);
    let count = fields.get("with_count").and_then(|node| node.whole(1..=i64::from(PARTS_MAX)));
    Some(Condition::Together(
        fields.list("with_offers", CODES_MAX).iter().map(offer).collect(),
        fields.list("with_categories", CODES_MAX).iter().map(category).collect(),
        count.and_then(|count| u8::try_from(count).ok()).unwrap_or(1),
    ))
}

fn dates(fields: &Fields<'_>) -> Option<Condition> {
    let (first, last) = (fields.get("first_date"), fields.get("last_date"));
    if first.is_none() && last.is_none() {
        return None;
    }
    let date = |name, node: Option<Node<'_>>| {
        let node = node.or_else(|| fields.need(name, "2026-12-20"));
        node.and_then(|node| values::date(&node)).unwrap_or_default()
    };
    Some(Condition::Dates(date("first_date", first), date("last_date", last)))
}
