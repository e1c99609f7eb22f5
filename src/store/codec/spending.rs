//! What a decision knew of a budget: 1 budget, 2 shadow prices (row: of money f64, of the return f64),
//! 3 bits (asked, withheld), 4 offers that passed (rows: offer u16, key u64, cost i64, worth i64).
//!
//! 1 and 2 are always there.

use super::parts;
use crate::domain::budget::{ShadowPrices, SpendOffer, Spending};
use crate::domain::id::{OfferIndex, OfferKey};
use crate::store::wire::{self, Fields, Malformed, Read, Row};

pub(super) fn write(out: &mut Vec<u8>, spending: &Spending) {
    wire::always_fixed(out, 1, spending.budget);
    let ShadowPrices { budget, returns } = spending.prices;
    let row = wire::row::<16>(&[&budget.to_le_bytes(), &returns.to_le_bytes()]);
    wire::always_bytes(out, 2, &row);
    wire::put_uint(out, 3, parts::bits(&[spending.is_asked, spending.is_withheld]));
    wire::put_rows(out, 4, spending.offers.iter(), |spend| -> [u8; 26] {
        let (offer, key) = (spend.offer.0.to_le_bytes(), spend.key.0.to_le_bytes());
        wire::row(&[&offer, &key, &spend.cost.to_le_bytes(), &spend.worth.to_le_bytes()])
    });
}

pub(super) fn read(mut fields: Fields<'_>) -> Read<Spending> {
    let (mut budget, mut prices, mut flags, mut offers) = (None, None, [false; 2], Vec::new());
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => budget = Some(value.fixed()?),
            2 => prices = value.rows(prices_of)?.pop(),
            3 => flags = parts::flags(value)?,
            4 => offers = value.rows(offer_of)?,
            _ => {}
        }
    }
    let [is_asked, is_withheld] = flags;
    Ok(Spending {
        budget: budget.ok_or(Malformed("the budget is missing"))?,
        prices: prices.ok_or(Malformed("the shadow prices are missing"))?,
        is_asked,
        is_withheld,
        offers,
    })
}

fn prices_of(mut row: Row<'_, 16>) -> Read<ShadowPrices> {
    Ok(ShadowPrices { budget: row.f64(), returns: row.f64() })
}

fn offer_of(mut row: Row<'_, 26>) -> Read<SpendOffer> {
    let (offer, key) = (OfferIndex(row.u16()), OfferKey(row.u64()));
    Ok(SpendOffer { offer, key, cost: row.i64(), worth: row.i64() })
}
