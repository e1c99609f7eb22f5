//! A price on the wire: what the guest pays to everybody, the floor and its reasons to those who
//! may see margins.

use crate::api::v1;
use crate::domain::decision::Quote;
use crate::domain::money::Money;
use crate::domain::offer::Pricing;
use crate::grpc::from_proto::enums;

use super::{View, values};

/// The price of an offer; `None` for what is free of charge.
pub(crate) fn quote(quote: &Quote, pricing: Option<&Pricing>, view: View) -> Option<v1::Quote> {
    if quote.list.minor == 0 && quote.offer.minor == 0 {
        return None;
    }
    let currency = quote.offer.currency;
    let total = quote.offer.minor.saturating_add(quote.tax.minor).saturating_add(quote.fee.minor);
    let cost = pricing.map(|pricing| Money::new(cost_of(quote, pricing), currency));
    Some(v1::Quote {
        list_price: Some(values::money(quote.list)),
        offer_price: Some(values::money(quote.offer)),
        charge_basis: enums::charge_basis(quote.basis),
        charge_quantity: 1,
        total_price: Some(values::money(Money::new(total, currency))),
        charges: charges(quote),
        qualifications: qualifications(quote),
        expire_time: values::moment_known(quote.valid_until),
        floor_price: view.margin.then(|| values::money(quote.floor)),
        floor_basis: if view.margin { enums::floor_basis(quote.floor_basis) } else { 0 },
        variable_cost: cost.filter(|_| view.margin).map(values::money),
        expected_margin: cost.filter(|_| view.margin).map(|cost| {
            values::money(Money::new(quote.offer.minor.saturating_sub(cost.minor), currency))
        }),
        selection_probability: view.scores.then_some(quote.selection_probability),
        ..Default::default()
    })
}

/// What one sale costs the hotel, commission included: halves away from zero, as prices are rounded
/// everywhere.
fn cost_of(quote: &Quote, pricing: &Pricing) -> i64 {
    let product = i128::from(quote.offer.minor) * i128::from(pricing.commission_basis_points);
    let commission = (product + 5_000 * product.signum()) / 10_000;
    pricing.variable_cost.minor.saturating_add(i64::try_from(commission).unwrap_or(i64::MAX))
}

fn charges(quote: &Quote) -> Vec<v1::Charge> {
    let both = [("tax", v1::ChargeKind::Tax, quote.tax), ("fee", v1::ChargeKind::Fee, quote.fee)];
    let due = both.into_iter().filter(|(_, _, amount)| amount.minor != 0);
    due.map(|(code, kind, amount)| v1::Charge {
        code: code.to_owned(),
        kind: kind.into(),
        amount: Some(values::money(amount)),
        ..Default::default()
    })
    .collect()
}

/// The published rule behind the price. It has one text in this version, and no kind.
fn qualifications(quote: &Quote) -> Vec<v1::Qualification> {
    if quote.qualification.is_empty() {
        return Vec::new();
    }
    let text = &quote.qualification;
    vec![v1::Qualification { qualification_id: text.clone(), kind: 0, display_text: text.clone() }]
}
