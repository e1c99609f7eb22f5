//! The price of an offer, as it was quoted.

use super::id::Label;
use super::money::Money;
use super::offer::ChargeBasis;
use super::time::Timestamp;

/// What justifies a price floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum FloorBasis {
    /// Variable cost and commission.
    #[default]
    VariableCost,
    /// A hurdle of revenue management.
    Hurdle,
    /// Parity with the public rate.
    Parity,
    /// Policy of the brand.
    Policy,
    /// What an upgrade displaces: the difference of the bid prices of two room types per night, and the
    /// variable cost.
    Displacement,
    /// The bid price of the room per night.
    BidPrice,
}

/// The price of an offer for a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// List price for each unit of the basis.
    pub list: Money,
    /// Price asked for each unit of the basis.
    pub offer: Money,
    /// The least a unit may be sold for.
    pub floor: Money,
    /// What justifies the floor.
    pub floor_basis: FloorBasis,
    /// What selling a unit displaces, by the rates in force: of a room its bid prices, of an upgrade the
    /// difference of two. 0 where they say nothing of it, and in records that are older than this.
    pub displacement: Money,
    /// How many units are priced: nights, persons, or 1.
    pub quantity: u32,
    /// Taxes on the price asked, for the whole quantity.
    pub tax: Money,
    /// Does the price hold the taxes already?
    pub is_tax_included: bool,
    /// Fees that cannot be declined, for the whole quantity.
    pub fee: Money,
    /// What the price is for.
    pub basis: ChargeBasis,
    /// The published rule that justifies the list price; empty for the public price.
    pub qualification: String,
    /// The published conditions that justify a price under the list price: the promotion of the
    /// step, and the condition met.
    pub qualifications: Vec<Label>,
    /// P(the policy chose this price | conditions): that of its step.
    pub selection_probability: f64,
    /// The uniform draw that chose the step: one for each cell and epoch.
    pub draw: f64,
    /// Is another step tried than the usual one?
    pub is_explored: bool,
    /// The price cell: property, offer, day of use, published condition and epoch, hashed. One price
    /// in a cell. Zero in records that are older than cells.
    pub cell: u64,
    /// Until when it holds.
    pub valid_until: Timestamp,
}

impl Quote {
    /// The price of the whole quantity, without what is added to it, in minor units.
    pub fn amount(&self) -> i64 {
        self.offer.minor.saturating_mul(i64::from(self.quantity))
    }

    /// The list price of the whole quantity, likewise.
    pub fn list_amount(&self) -> i64 {
        self.list.minor.saturating_mul(i64::from(self.quantity))
    }

    /// What the guest pays: the price of the whole quantity, with taxes and fees.
    pub fn total(&self) -> Money {
        let tax = if self.is_tax_included { 0 } else { self.tax.minor };
        let total = self.amount().saturating_add(tax).saturating_add(self.fee.minor);
        Money::new(total, self.offer.currency)
    }
}
