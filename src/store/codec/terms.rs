//! The published conditions of a decision's prices, and a guest's tier.
//!
//! Terms: 1 date (distance from the decision's local day), 2 days ahead, 3 nights (none: 1), 4 persons
//! (none: 1), 5 tier, 6 rate plan, 7 codes of promotions, 8 what is bought
//! with it (1 offer, 2 category). A membership: 1 tier, 2 last day.

use crate::domain::id::{Label, OfferId};
use crate::domain::price::{Membership, Part, PriceTerms};
use crate::domain::time::Date;
use crate::store::wire::{self, Fields, Malformed, Read};

use super::parts;

/// Writes terms; nothing where they are those of somebody who asks for today and gives nothing.
pub(super) fn write(out: &mut Vec<u8>, field: u32, today: Date, terms: &PriceTerms) {
    if *terms == PriceTerms::plain(today) {
        return;
    }
    wire::message(out, field, |out| {
        wire::put_sint(out, 1, i64::from(terms.date.0) - i64::from(today.0));
        wire::put_uint(out, 2, terms.lead_days);
        for (field, count) in [(3, terms.nights), (4, terms.persons)] {
            if count != 1 {
                wire::always_uint(out, field, count);
            }
        }
        for (field, id) in [(5, &terms.tier), (6, &terms.rate_plan)] {
            wire::put_bytes(out, field, id.as_ref().map_or("", Label::as_str));
        }
        for code in &terms.promotions {
            wire::put_bytes(out, 7, code.as_str());
        }
        for part in &terms.together {
            wire::message(out, 8, |out| {
                wire::put_bytes(out, 1, part.offer.as_str());
                wire::put_bytes(out, 2, part.category.as_str());
            });
        }
    });
}

/// Reads terms; where none were written, those of somebody who asks for today and gives nothing.
pub(super) fn read(written: Option<Fields<'_>>, today: Date) -> Read<PriceTerms> {
    let mut terms = PriceTerms::plain(today);
    let Some(mut fields) = written else { return Ok(terms) };
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => {
                let day = i64::from(today.0).checked_add(value.sint()?);
                let day = day.and_then(|day| i32::try_from(day).ok());
                terms.date = Date(day.ok_or(Malformed("a day is out of range"))?);
            }
            2 => terms.lead_days = value.uint()?,
            3 => terms.nights = value.uint()?,
            4 => terms.persons = value.uint()?,
            5 => terms.tier = parts::some_id(value, Label::parse)?,
            6 => terms.rate_plan = parts::some_id(value, Label::parse)?,
            7 => terms.promotions.extend(parts::some_id(value, Label::parse)?),
            8 => terms.together.push(read_part(value.message()?)?),
            _ => {}
        }
    }
    Ok(terms)
}

fn read_part(mut fields: Fields<'_>) -> Read<Part> {
    let (mut offer, mut category) = (None, None);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => offer = Some(value),
            2 => category = Some(value),
            _ => {}
        }
    }
    let (offer, category) = (parts::id(offer, OfferId::parse)?, parts::id(category, Label::parse)?);
    Ok(Part { offer, category })
}

pub(super) fn write_membership(out: &mut Vec<u8>, field: u32, membership: Option<&Membership>) {
    let Some(Membership { tier, until }) = membership else { return };
    wire::message(out, field, |out| {
        wire::put_bytes(out, 1, tier.as_str());
        if let Some(Date(day)) = until {
            wire::always_uint(out, 2, u64::from(day.cast_unsigned()));
        }
    });
}

pub(super) fn read_membership(mut fields: Fields<'_>) -> Read<Membership> {
    let (mut tier, mut until) = (None, None);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => tier = Some(value),
            2 => until = Some(Date(value.uint::<u32>()?.cast_signed())),
            _ => {}
        }
    }
    Ok(Membership { tier: parts::id(tier, Label::parse)?, until })
}
