//! A promised price.
//!
//! 1 offer, 2 property, 3 terms (from the day 1970-01-01), 4 a unit, 5 the total, 6 catalog, 7 rates,
//! 8 when, 9 until.

use crate::domain::held_price::HeldPrice;
use crate::domain::id::{OfferId, PropertyId};
use crate::domain::time::{Date, Timestamp};
use crate::store::wire::{self, Fields, Malformed, Read};

use super::{parts, terms};

const DAY_ZERO: Date = Date(0);

pub(in crate::store) fn write(out: &mut Vec<u8>, held: &HeldPrice) {
    wire::put_bytes(out, 1, held.offer.as_str());
    wire::put_bytes(out, 2, held.property.as_str());
    terms::write(out, 3, DAY_ZERO, &held.terms);
    parts::put_money(out, 4, Some(held.unit));
    parts::put_money(out, 5, Some(held.total));
    wire::put_uint(out, 6, held.catalog_version);
    wire::put_uint(out, 7, held.rates_version);
    parts::put_time(out, 8, held.held);
    parts::put_time(out, 9, held.until);
}

pub(in crate::store) fn read(mut fields: Fields<'_>) -> Read<HeldPrice> {
    let (mut offer, mut property, mut written) = (None, None, None);
    let (mut unit, mut total, mut versions) = (None, None, (0, 0));
    let (mut held, mut until) = (Timestamp::EPOCH, Timestamp::EPOCH);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => offer = Some(value),
            2 => property = Some(value),
            3 => written = Some(value.message()?),
            4 => unit = Some(parts::read_money(value.message()?)?),
            5 => total = Some(parts::read_money(value.message()?)?),
            6 => versions.0 = value.uint()?,
            7 => versions.1 = value.uint()?,
            8 => held = parts::read_time(value)?,
            9 => until = parts::read_time(value)?,
            _ => {}
        }
    }
    Ok(HeldPrice {
        offer: parts::id(offer, OfferId::parse)?,
        property: parts::id(property, PropertyId::parse)?,
        terms: terms::read(written, DAY_ZERO)?,
        unit: unit.ok_or(Malformed("a price is missing"))?,
        total: total.ok_or(Malformed("a total is missing"))?,
        catalog_version: versions.0,
        rates_version: versions.1,
        held,
        until,
    })
}
