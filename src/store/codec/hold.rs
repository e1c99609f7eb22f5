//! What an event did to a unit of a scarce offer: 1 offer key, 2 property, 3 day, 4 state, 5 until, 6
//! the id that has it. 1, 2 and 4 are always there.

use crate::domain::hold::{BrokenPromise, HoldMark, HoldState, ShelfKey};
use crate::domain::id::{GuestKey, OfferKey, PropertyId};
use crate::domain::time::{Date, Timestamp};
use crate::store::wire::{self, Fields, Malformed, Read, Row};

use super::parts;

pub(super) fn write(out: &mut Vec<u8>, mark: &HoldMark) {
    wire::always_fixed(out, 1, mark.shelf.offer.0);
    wire::put_bytes(out, 2, mark.shelf.property.as_str());
    wire::put_sint(out, 3, mark.shelf.day.0);
    wire::always_uint(out, 4, mark.state as u8);
    parts::put_time(out, 5, mark.until);
    if let Some(owner) = mark.owner {
        wire::always_bytes(out, 6, &owner.0);
    }
}

pub(super) fn read(mut fields: Fields<'_>) -> Read<HoldMark> {
    let (mut offer, mut property, mut state, mut owner) = (None, None, None, None);
    let (mut day, mut until) = (Date(0), Timestamp::EPOCH);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => offer = Some(OfferKey(value.fixed()?)),
            2 => property = Some(value),
            3 => day = Date(value.sint()?),
            4 => state = Some(value.code(HoldState::from_code)?),
            5 => until = parts::read_time(value)?,
            6 => owner = Some(GuestKey(value.array()?)),
            _ => {}
        }
    }
    let property = parts::id(property, PropertyId::parse)?;
    let (Some(offer), Some(state)) = (offer, state) else {
        return Err(Malformed("the unit of an event is not whole"));
    };
    Ok(HoldMark { shelf: ShelfKey { offer, property, day }, state, until, owner })
}

/// Broken promises of a guest.
pub(super) fn write_broken(out: &mut Vec<u8>, field: u32, broken: &[BrokenPromise]) {
    wire::put_rows(out, field, broken.iter(), |promise| -> [u8; 17] {
        let at = promise.at.as_micros().to_le_bytes();
        wire::row(&[&promise.offer.0.to_le_bytes(), &at, &[u8::from(promise.is_made_good)]])
    });
}

pub(super) fn broken_promise(mut row: Row<'_, 17>) -> Read<BrokenPromise> {
    Ok(BrokenPromise {
        offer: OfferKey(row.u64()),
        at: Timestamp::from_micros(row.i64()),
        is_made_good: row.u8() != 0,
    })
}
