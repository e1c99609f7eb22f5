//! Rates of room types that came into force together.
//!
//! A change: 1 property, 2 currency (three letters), 3 rows. A row: 1 room type, 2 date; without any of
//! the following it takes a rate away: 3 bid price, 4 hurdle, 5 cost, in minor units.

use crate::domain::id::{Label, PropertyId};
use crate::domain::money::Currency;
use crate::domain::rate::{Rate, RateRow, RatesChange};
use crate::domain::time::Date;
use crate::store::wire::{self, Fields, Malformed, Read};

use super::parts;

pub(super) fn write(out: &mut Vec<u8>, change: &RatesChange) {
    wire::put_bytes(out, 1, change.property.as_str());
    wire::always_bytes(out, 2, &change.currency.bytes());
    for row in &change.rows {
        wire::message(out, 3, |out| write_row(out, row));
    }
}

fn write_row(out: &mut Vec<u8>, row: &RateRow) {
    wire::put_bytes(out, 1, row.room_type.as_str());
    wire::put_sint(out, 2, row.date.0);
    if let Some(rate) = row.rate {
        let minor = |amount: i64| u64::try_from(amount).unwrap_or_default();
        wire::always_uint(out, 3, minor(rate.bid));
        for (field, amount) in [(4, rate.hurdle), (5, rate.cost)] {
            if let Some(amount) = amount {
                wire::always_uint(out, field, minor(amount));
            }
        }
    }
}

pub(super) fn read(mut fields: Fields<'_>) -> Read<RatesChange> {
    let (mut property, mut currency, mut rows) = (None, None, Vec::new());
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => property = Some(value),
            2 => {
                let known = Currency::parse("currency", value.text()?);
                currency = Some(known.map_err(|_| Malformed("the currency is unknown"))?);
            }
            3 => rows.push(read_row(value.message()?)?),
            _ => {}
        }
    }
    let currency = currency.ok_or(Malformed("the currency is missing"))?;
    Ok(RatesChange { property: parts::id(property, PropertyId::parse)?, currency, rows })
}

fn read_row(mut fields: Fields<'_>) -> Read<RateRow> {
    let (mut room_type, mut date) = (None, Date(0));
    let (mut bid, mut hurdle, mut cost) = (None, None, None);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => room_type = Some(value),
            2 => date = Date(value.sint()?),
            3 => bid = Some(value.uint()?),
            4 => hurdle = Some(value.uint()?),
            5 => cost = Some(value.uint()?),
            _ => {}
        }
    }
    let rate = bid.map(|bid| Rate { bid, hurdle, cost });
    Ok(RateRow { room_type: parts::id(room_type, Label::parse)?, date, rate })
}
