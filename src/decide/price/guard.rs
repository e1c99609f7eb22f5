//! The floor of a price by the rates of its nights: the bid price of a room, the difference of two for
//! an upgrade, and the hurdle.
//!
//! For the nights n of a sale of room type `to`, upgraded from room type `from`, with quantity q:
//!
//! ```text
//! room     need = Σ max(bid(to, n), cost)              least = Σ hurdle(to, n), or bid where none
//! upgrade  need = Σ max(0, bid(to, n) − bid(from, n)) + cost
//!                                                      least = Σ max(0, hurdle(to, n) − hurdle(from, n))
//! ```
//!
//! Costs are those of the rates where every night has one, else the offer's own. What is needed is without
//! commission and taxes, which are added as to every floor; a hurdle is a price as it is told. A unit has
//! its q-th part, rounded up: the whole quantity never brings less than is needed. The brand's own
//! minimum holds beside both.
//!
//! Where a night has no rates, there is no such floor, and that of the price list holds.

use super::{Sold, quantity};
use crate::domain::decision::FloorBasis;
use crate::domain::offer::Pricing;
use crate::domain::price::PriceTerms;
use crate::domain::rate::Rate;

/// The floor of a unit by rates, in minor units. It may be over the list price: then there is nothing
/// to be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guard {
    /// The least a unit is sold for.
    pub(super) floor: i64,
    /// What says so.
    pub(super) basis: FloorBasis,
    /// What selling a unit displaces.
    pub(super) displaced: i64,
}

/// The floor of a sale by the rates in force; `None` where they say nothing of it. What is free of
/// charge is given away on purpose, and has no floor.
pub(super) fn guard(sold: Sold<'_>, terms: &PriceTerms) -> Option<Guard> {
    let Sold { pricing, property, rates, .. } = sold;
    let (room, rates) = pricing.room.as_ref().zip(rates)?;
    if pricing.list.minor == 0 {
        return None;
    }
    let currency = pricing.list.currency;
    let period = (terms.date, terms.nights.max(1));
    let to = rates.nights((property, currency), &room.room_type, period)?;
    let units = i64::from(quantity(pricing.basis, terms));
    let cost = cost(&to).unwrap_or_else(|| pricing.variable_cost.minor.saturating_mul(units));
    let (need, least, basis, displaced) = match &room.upgrade_from {
        Some(from) => {
            let from = rates.nights((property, currency), from, period)?;
            let displaced = sum(to.iter().zip(&from).map(|(to, from)| (to.bid - from.bid).max(0)));
            let least = differences(&to, &from);
            (displaced.saturating_add(cost), least, FloorBasis::Displacement, displaced)
        }
        None => {
            let bids = sum(to.iter().map(|to| to.bid));
            (bids.max(cost), hurdles(&to), FloorBasis::BidPrice, bids)
        }
    };
    let need = pricing.covering(ceil(need, units));
    let least = least.map_or(0, |least| ceil(least, units));
    let policy = pricing.min_price.minor;
    let all = [(need, basis), (least, FloorBasis::Hurdle), (policy, FloorBasis::Policy)];
    // Of equals the first is named.
    let (floor, basis) = all.into_iter().rev().max_by_key(|(floor, _)| *floor)?;
    Some(Guard { floor, basis, displaced: ceil(displaced, units) })
}

/// Does a step of a price reach a floor?
pub(super) fn reaches(pricing: &Pricing, basis_points: u16, floor: i64) -> bool {
    crate::domain::offer::share(pricing.list.minor, basis_points) >= floor
}

/// Costs of all nights, where each has one.
fn cost(nights: &[Rate]) -> Option<i64> {
    nights
        .iter()
        .map(|night| night.cost)
        .try_fold(0_i64, |all, cost| Some(all.saturating_add(cost?)))
}

/// Hurdles of all nights, the bid price where a night has none; `None` where no night has one.
fn hurdles(nights: &[Rate]) -> Option<i64> {
    let has_some = nights.iter().any(|night| night.hurdle.is_some());
    has_some.then(|| sum(nights.iter().map(|night| night.hurdle.unwrap_or(night.bid))))
}

/// By how much the hurdles of one room type are over those of another, night by night.
fn differences(to: &[Rate], from: &[Rate]) -> Option<i64> {
    let has_some = to.iter().any(|night| night.hurdle.is_some());
    let least = |night: &Rate| night.hurdle.unwrap_or(night.bid);
    has_some.then(|| sum(to.iter().zip(from).map(|(to, from)| (least(to) - least(from)).max(0))))
}

fn sum(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}

/// The part of a unit, rounded up; amounts are not negative, and there is a unit at least.
fn ceil(amount: i64, units: i64) -> i64 {
    let units = units.max(1);
    amount / units + i64::from(amount % units > 0)
}
