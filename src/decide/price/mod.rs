//! The price of an offer: a function of published conditions only.
//!
//! [`quote`] takes the published price, where it is sold, the [`PriceTerms`] of the sale and the
//! brand's price key. There is no guest among them, nor anything a guest could be told by, so same
//! conditions ⇒ same price (I8) by type; `tests/it/tidy` keeps it so. In this order:
//!
//! 1. **Step** ([`cell`]): where the hotel tries promotions, the cell (property, offer, day of use,
//!    price list, epoch) has drawn one, with exact probabilities. The draw depends on the cell and the
//!    brand's key alone: everybody who asks in the cell gets the step.
//! 2. **Condition**: of the published conditions that are met, the one with the lowest price. A tier
//!    condition is met from its tier on, and the draw does not know the tier; so who is more loyal
//!    never pays more, in every cell.
//! 3. **Bounds**: not under the floor (I7), not over the list price. Where rates of room types are in
//!    force ([`guard`]), no step under the floor is drawn, and what cannot reach it is not for sale.
//! 4. **Amounts**: nights and persons as the price is counted, taxes and fees for the whole quantity,
//!    in minor units and exact.

mod cell;
mod guard;
#[cfg(test)]
mod rated_tests;
#[cfg(test)]
mod tests;

use crate::catalog::Catalog;
use crate::domain::decision::Quote;
use crate::domain::id::{OfferKey, PropertyId};
use crate::domain::money::Money;
use crate::domain::offer::{ChargeBasis, Offer, Pricing, share};
use crate::domain::price::{LoyaltyTier, PriceRule, PriceTerms};
use crate::domain::rate::Rates;
use crate::domain::time::Timestamp;

use guard::Guard;

pub use cell::{PriceKey, conditions_key, epoch, epoch_begin, probabilities};

/// What is sold, and where.
#[derive(Debug, Clone, Copy)]
pub struct Sold<'a> {
    /// The offer.
    pub offer: OfferKey,
    /// Its published price.
    pub pricing: &'a Pricing,
    /// The hotel.
    pub property: &'a PropertyId,
    /// Tiers of the loyalty programme, lowest first.
    pub tiers: &'a [LoyaltyTier],
    /// Rates of room types in force; `None`: none were ever set.
    pub rates: Option<&'a Rates>,
}

impl<'a> Sold<'a> {
    /// An offer of a catalog.
    pub fn of(catalog: &'a Catalog, offer: &'a Offer, property: &'a PropertyId) -> Self {
        let tiers = &catalog.content().loyalty_tiers;
        Self { offer: offer.key, pricing: &offer.pricing, property, tiers, rates: None }
    }

    /// The same under rates of room types.
    #[must_use]
    pub fn under(self, rates: &'a Rates) -> Self {
        Self { rates: Some(rates), ..self }
    }
}

/// Can it be sold, and not under its floor? Only rates of room types can say that it cannot.
pub fn is_for_sale(sold: Sold<'_>, terms: &PriceTerms) -> bool {
    guard::guard(sold, terms).is_none_or(|guard| cell::can_reach(sold.pricing, guard.floor))
}

/// Quotes an offer, valid until a moment.
pub fn quote(sold: Sold<'_>, terms: &PriceTerms, key: PriceKey, valid_until: Timestamp) -> Quote {
    let Sold { pricing, .. } = sold;
    let (list, currency) = (pricing.list.minor, pricing.list.currency);
    let guard = guard::guard(sold, terms);
    let least = guard.map(|guard| guard.floor);
    let drawn = cell::draw(sold, terms, (key, least));
    let step = drawn.step.and_then(|at| pricing.steps.get(at));
    let stepped = step.map_or(list, |step| share(list, step.basis_points));
    let rule = best(sold, terms);
    let asked = rule.map_or(stepped, |rule| share(stepped, rule.basis_points));
    let of_rates = |guard: Guard| (Money::new(guard.floor, currency), guard.basis);
    let (floor, floor_basis) = guard.map_or_else(|| pricing.floor(), of_rates);
    let offer = asked.max(floor.minor).min(list);
    let reasons = step.and_then(|step| step.id.clone()).into_iter();
    let reasons = reasons.chain(rule.map(|rule| rule.id.clone()));
    let quantity = quantity(pricing.basis, terms);
    let amount = offer.saturating_mul(i64::from(quantity));
    let fee = pricing.mandatory_fee.minor.saturating_mul(i64::from(quantity));
    Quote {
        list: pricing.list,
        offer: Money::new(offer, currency),
        floor,
        floor_basis,
        displacement: Money::new(guard.map_or(0, |guard| guard.displaced), currency),
        quantity,
        tax: Money::new(pricing.tax(amount), currency),
        is_tax_included: pricing.is_tax_included,
        fee: Money::new(fee, currency),
        basis: pricing.basis,
        qualification: pricing.qualification.clone(),
        qualifications: if offer < list { reasons.collect() } else { Vec::new() },
        selection_probability: drawn.selection_probability,
        draw: drawn.draw,
        is_explored: drawn.is_explored,
        cell: cell::id_of((drawn.cell, least), rule.map(|rule| &rule.id)),
        valid_until,
    }
}

/// Of the published conditions that are met, the one with the lowest price; the first of several.
fn best<'a>(sold: Sold<'a>, terms: &PriceTerms) -> Option<&'a PriceRule> {
    let met = sold.pricing.rules.iter().filter(|rule| terms.meet(&rule.condition, sold.tiers));
    met.min_by_key(|rule| rule.basis_points)
}

/// How many units of a price the terms need.
fn quantity(basis: ChargeBasis, terms: &PriceTerms) -> u32 {
    let (nights, persons) = (u32::from(terms.nights.max(1)), u32::from(terms.persons.max(1)));
    match basis {
        ChargeBasis::Stay | ChargeBasis::Unit => 1,
        ChargeBasis::Night => nights,
        ChargeBasis::Person => persons,
        ChargeBasis::PersonNight => nights * persons,
    }
}
