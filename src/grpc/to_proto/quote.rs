//! A price on the wire: what the guest pays to everybody, the floor and its reasons to those who
//! may see margins.

use crate::api::v1;
use crate::domain::decision::Quote;
use crate::domain::id::Label;
use crate::domain::money::Money;
use crate::domain::offer::Pricing;
use crate::domain::price::Condition;
use crate::domain::survey::Texts;
use crate::engine::{Promised, Quoted, text_for};
use crate::grpc::from_proto::enums;

use super::{View, values};

/// The answer to `QuoteOffer`.
pub(crate) fn quoted(quoted: &Quoted, locale: &str, view: View) -> v1::QuoteOfferResponse {
    let pricing = quoted.catalog.offer(quoted.offer).map(|offer| &offer.pricing);
    v1::QuoteOfferResponse {
        quote: quote(&quoted.quote, pricing, locale, view),
        catalog_version: quoted.catalog.version(),
        create_time: Some(values::moment(quoted.now)),
    }
}

/// A promised price.
pub(crate) fn promised(promised: Promised, locale: &str, view: View) -> v1::HoldPriceResponse {
    let Promised { quoted, token } = promised;
    let pricing = quoted.catalog.offer(quoted.offer).map(|offer| &offer.pricing);
    v1::HoldPriceResponse {
        expire_time: Some(values::moment(quoted.quote.valid_until)),
        quote: quote(&quoted.quote, pricing, locale, view),
        price_hold_token: token,
        catalog_version: quoted.catalog.version(),
    }
}

/// The price of an offer; `None` for what is free of charge.
pub(crate) fn quote(
    quote: &Quote,
    pricing: Option<&Pricing>,
    locale: &str,
    view: View,
) -> Option<v1::Quote> {
    if quote.list.minor == 0 && quote.offer.minor == 0 {
        return None;
    }
    let money = |minor| values::money(Money::new(minor, quote.offer.currency));
    let cost = pricing.map(|pricing| {
        pricing.variable_cost.minor.saturating_add(pricing.commission(quote.offer.minor))
    });
    let points = |each: u32| i64::from(each) * i64::from(quote.quantity);
    let points = |each: fn(&Pricing) -> u32| pricing.map(each).filter(|n| *n > 0).map(points);
    let disclosure = pricing.map_or("", |pricing| text_for(&pricing.disclosure, locale));
    Some(v1::Quote {
        list_price: Some(values::money(quote.list)),
        offer_price: Some(values::money(quote.offer)),
        charge_basis: enums::charge_basis(quote.basis),
        charge_quantity: i32::try_from(quote.quantity).unwrap_or(i32::MAX),
        total_price: Some(values::money(quote.total())),
        charges: charges(quote),
        points_price: points(|pricing| pricing.points_price),
        points_earned: points(|pricing| pricing.points_earned),
        qualifications: qualifications(quote, pricing, locale),
        disclosure_text: disclosure.to_owned(),
        expire_time: values::moment_known(quote.valid_until),
        price_cell_id: if quote.cell == 0 { String::new() } else { format!("{:016x}", quote.cell) },
        floor_price: view.margin.then(|| values::money(quote.floor)),
        floor_basis: if view.margin { enums::floor_basis(quote.floor_basis) } else { 0 },
        variable_cost: cost.filter(|_| view.margin).map(money),
        expected_margin: cost.filter(|_| view.margin).map(|cost| money(margin(quote, cost))),
        displacement_cost: (view.margin && quote.displacement.minor > 0)
            .then(|| values::money(quote.displacement)),
        selection_probability: view.scores.then_some(quote.selection_probability),
        explored: view.scores && quote.is_explored,
        ..Default::default()
    })
}

/// What is left of the whole quantity after its cost, what it displaces and the taxes that the price holds.
fn margin(quote: &Quote, cost: i64) -> i64 {
    let held = if quote.is_tax_included { quote.tax.minor } else { 0 };
    let cost = cost.saturating_add(quote.displacement.minor);
    let cost = cost.saturating_mul(i64::from(quote.quantity));
    quote.amount().saturating_sub(held).saturating_sub(cost)
}

fn charges(quote: &Quote) -> Vec<v1::Charge> {
    let both = [
        ("tax", v1::ChargeKind::Tax, quote.tax, quote.is_tax_included),
        ("fee", v1::ChargeKind::Fee, quote.fee, false),
    ];
    let due = both.into_iter().filter(|(_, _, amount, _)| amount.minor != 0);
    due.map(|(code, kind, amount, included_in_price)| v1::Charge {
        code: code.to_owned(),
        kind: kind.into(),
        amount: Some(values::money(amount)),
        included_in_price,
        ..Default::default()
    })
    .collect()
}

/// The published conditions behind the price: that of the list price, which has one text and no kind,
/// and those that reduce it.
fn qualifications(
    quote: &Quote,
    pricing: Option<&Pricing>,
    locale: &str,
) -> Vec<v1::Qualification> {
    let text = &quote.qualification;
    let texts = pricing.map(|pricing| &pricing.qualification_texts).filter(|t| !t.is_empty());
    let told = texts.map_or(text.as_str(), |texts| text_for(texts, locale));
    let of_list = (!text.is_empty()).then(|| v1::Qualification {
        qualification_id: text.clone(),
        kind: 0,
        display_text: told.to_owned(),
    });
    let reduced = quote.qualifications.iter().map(|id| {
        let (kind, texts) = pricing.and_then(|pricing| published(pricing, id)).unzip();
        let told = texts.map_or("", |texts| text_for(texts, locale));
        v1::Qualification {
            qualification_id: id.to_string(),
            kind: kind.unwrap_or_default().into(),
            display_text: if told.is_empty() { id.to_string() } else { told.to_owned() },
        }
    });
    of_list.into_iter().chain(reduced).collect()
}

/// Kind and texts of a published condition: a step of the price, or a rule.
fn published<'a>(pricing: &'a Pricing, id: &Label) -> Option<(v1::QualificationKind, &'a Texts)> {
    let step = pricing.steps.iter().find(|step| step.id.as_ref() == Some(id));
    let step = step.map(|step| (v1::QualificationKind::Promotion, &step.texts));
    let rule = || pricing.rules.iter().find(|rule| rule.id == *id);
    step.or_else(|| rule().map(|rule| (kind(&rule.condition), &rule.texts)))
}

/// The kind of a condition.
pub(super) fn kind(condition: &Condition) -> v1::QualificationKind {
    use v1::QualificationKind as Kind;
    match condition {
        Condition::TierFrom(_) => Kind::Tier,
        Condition::LeadDays(_) => Kind::AdvancePurchase,
        Condition::Nights(_) => Kind::LengthOfStay,
        Condition::Promotion(_) => Kind::Promotion,
        Condition::RatePlan(_) | Condition::Together(..) => Kind::Package,
        Condition::Dates(..) => Kind::Date,
    }
}
