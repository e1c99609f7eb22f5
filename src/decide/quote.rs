//! The price of an offer: the published price, with its floor, taxes and fees.
//!
//! The price is a function of published conditions only. Nothing about the guest reaches this file:
//! it takes the offer and the moment, so same conditions ⇒ same price (I8) by construction.

use crate::domain::decision::{FloorBasis, Quote};
use crate::domain::money::Money;
use crate::domain::offer::Pricing;
use crate::domain::time::Timestamp;

/// Quotes an offer, valid until a moment.
pub fn quote(pricing: &Pricing, valid_until: Timestamp) -> Quote {
    let currency = pricing.list.currency;
    let share = |amount: i64, basis_points: u16| {
        // Half away from zero, in integers: the same cents on every machine.
        let product = i128::from(amount) * i128::from(basis_points);
        let rounded = (product + 5_000 * product.signum()) / 10_000;
        i64::try_from(rounded).unwrap_or(amount)
    };
    let commission = share(pricing.list.minor, pricing.commission_basis_points);
    let floor = pricing.variable_cost.minor.saturating_add(commission).min(pricing.list.minor);
    Quote {
        list: pricing.list,
        offer: pricing.list,
        floor: Money::new(floor, currency),
        floor_basis: FloorBasis::VariableCost,
        tax: Money::new(share(pricing.list.minor, pricing.tax_basis_points), currency),
        fee: pricing.mandatory_fee,
        basis: pricing.basis,
        qualification: pricing.qualification.clone(),
        selection_probability: 1.0,
        valid_until,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::invariants::price_is_above_floor;
    use crate::domain::money::Currency;
    use crate::domain::offer::ChargeBasis;

    fn pricing(list: i64, cost: i64, commission: u16, tax: u16) -> Pricing {
        let eur = |minor| Money::new(minor, Currency::EUR);
        Pricing {
            list: eur(list),
            variable_cost: eur(cost),
            commission_basis_points: commission,
            tax_basis_points: tax,
            mandatory_fee: eur(0),
            basis: ChargeBasis::Stay,
            qualification: String::new(),
        }
    }

    #[test]
    fn taxes_and_floor_are_exact_in_minor_units() {
        let quote = quote(&pricing(4_905, 1_200, 1_000, 2_300), Timestamp::NEVER);
        assert_eq!((quote.tax.minor, quote.floor.minor), (1_128, 1_691));
    }

    proptest! {
        /// I7 for whatever a catalog may hold.
        #[test]
        fn no_price_is_under_its_floor(list in 0_i64..1_000_000_000_000, cost in 0_i64..1_000_000_000_000, c in 0_u16..=10_000, t in 0_u16..=10_000) {
            prop_assert_eq!(price_is_above_floor(&quote(&pricing(list, cost, c, t), Timestamp::NEVER)), Ok(()));
        }
    }
}
