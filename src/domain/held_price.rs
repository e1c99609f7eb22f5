//! A price that a hotel has promised to a guest for a while.
//!
//! What is promised is the price of published conditions at one moment: those conditions, and the
//! versions of catalog and rates under which it can be worked out again, go with it.

use super::id::{OfferId, PropertyId};
use super::money::Money;
use super::price::PriceTerms;
use super::time::Timestamp;

/// A promised price.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldPrice {
    /// Of which offer.
    pub offer: OfferId,
    /// At which hotel.
    pub property: PropertyId,
    /// Under which published conditions.
    pub terms: PriceTerms,
    /// The price of a unit, as it was quoted.
    pub unit: Money,
    /// What the guest pays: the whole quantity, with taxes and fees.
    pub total: Money,
    /// The catalog it was quoted from.
    pub catalog_version: u64,
    /// The rates in force then; 0: none.
    pub rates_version: u64,
    /// When it was promised.
    pub held: Timestamp,
    /// Until when.
    pub until: Timestamp,
}
