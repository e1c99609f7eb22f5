//! The choice of a gesture.
//!
//! | field | content |
//! |---|---|
//! | 1 | ids of the guest, one a field |
//! | 2 | property |
//! | 3 | reservation |
//! | 4 | decided |
//! | 5, 6 | catalog version, version of what was learnt |
//! | 7, 8 | trigger, severity |
//! | 9 | value tier; none where it may not be known |
//! | 10 | is it measured? |
//! | 11, 12 | left of the budget, shadow price |
//! | 13 | arms (rows: gesture u64, satisfaction f64, return f64, cost i64, value f64, selection probability f64) |
//! | 14 | P(none as not worth it), P(none to measure) (row: 2 × f64) |
//! | 15, 16 | seed, draw |
//! | 17, 18 | the arm chosen and one, or the code of why there is none and one |
//!
//! 4 and 14 are always there. The guest stands in the record.

use super::parts;
use crate::domain::gesture::{GestureArm, GestureChoice, GestureTrigger, NoGesture, Occasion};
use crate::domain::guest_value::ValueTier;
use crate::domain::id::{Fingerprint, GuestKey, PropertyId};
use crate::domain::time::Timestamp;
use crate::store::wire::{self, Fields, Malformed, Read, Row};

const ARM_BYTES: usize = 48;

pub(super) fn write(out: &mut Vec<u8>, choice: &GestureChoice) {
    for id in &choice.ids {
        wire::always_bytes(out, 1, &id.0);
    }
    wire::put_bytes(out, 2, choice.property.as_str());
    if let Some(Fingerprint(print)) = choice.reservation {
        wire::always_fixed(out, 3, print);
    }
    wire::always_fixed(out, 4, choice.decided.as_micros().cast_unsigned());
    wire::put_uint(out, 5, choice.catalog_version);
    wire::put_uint(out, 6, choice.model_version);
    wire::put_uint(out, 7, choice.occasion.trigger as u8);
    wire::put_uint(out, 8, choice.occasion.severity);
    wire::put_uint(out, 9, choice.tier.map_or(0, |tier| tier as u8));
    wire::put_uint(out, 10, choice.is_measured);
    wire::put_sint(out, 11, choice.left);
    wire::put_double(out, 12, choice.shadow_price);
    wire::put_rows(out, 13, choice.arms.iter(), |arm| -> [u8; ARM_BYTES] {
        let GestureArm { gesture, satisfaction, returning, cost, value, selection_probability } =
            arm;
        wire::row(&[
            &gesture.to_le_bytes(),
            &satisfaction.to_le_bytes(),
            &returning.to_le_bytes(),
            &cost.to_le_bytes(),
            &value.to_le_bytes(),
            &selection_probability.to_le_bytes(),
        ])
    });
    let [not_worth, held_out] = choice.none.map(f64::to_le_bytes);
    wire::always_bytes(out, 14, &wire::row::<16>(&[&not_worth, &held_out]));
    if choice.seed != 0 {
        wire::always_fixed(out, 15, choice.seed);
    }
    wire::put_double(out, 16, choice.draw);
    match choice.chosen {
        Ok(arm) => wire::put_uint(out, 17, u32::from(arm) + 1),
        Err(why) => wire::put_uint(out, 18, why as u32 + 1),
    }
}

pub(super) fn read(mut fields: Fields<'_>, guest: GuestKey) -> Read<GestureChoice> {
    let (mut ids, mut property, mut reservation, mut decided) = (Vec::new(), None, None, None);
    let (mut catalog_version, mut model_version) = (0, 0);
    let (mut trigger, mut severity, mut tier) = (GestureTrigger::Complaint, 0, None);
    let (mut is_measured, mut left, mut shadow_price) = (false, 0, 0.0);
    let (mut arms, mut none, mut seed, mut draw, mut chosen) = (Vec::new(), None, 0, 0.0, None);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => ids.push(GuestKey(value.array()?)),
            2 => property = Some(value),
            3 => reservation = Some(Fingerprint(value.fixed()?)),
            4 => decided = Some(parts::read_time(value)?),
            5 => catalog_version = value.uint()?,
            6 => model_version = value.uint()?,
            7 => trigger = value.code(GestureTrigger::from_code)?,
            8 => severity = value.uint()?,
            9 => tier = Some(value.code(ValueTier::from_code)?),
            10 => is_measured = value.uint::<u64>()? != 0,
            11 => left = value.sint()?,
            12 => shadow_price = value.double()?,
            13 => arms = value.rows(arm)?,
            14 => none = value.rows(|mut row: Row<'_, 16>| Ok([row.f64(), row.f64()]))?.pop(),
            15 => seed = value.fixed()?,
            16 => draw = value.double()?,
            17 => chosen = Some(Ok(value.code(|code| code.checked_sub(1))?)),
            18 => chosen = Some(Err(value.code(why)?)),
            _ => {}
        }
    }
    let chosen = chosen.ok_or(Malformed("a gesture was not chosen"))?;
    if chosen.is_ok_and(|at| usize::from(at) >= arms.len()) {
        return Err(Malformed("a gesture was chosen that was not there"));
    }
    let decided: Timestamp = decided.ok_or(Malformed("the time is missing"))?;
    Ok(GestureChoice {
        guest,
        ids,
        property: parts::id(property, PropertyId::parse)?,
        reservation,
        decided,
        catalog_version,
        model_version,
        occasion: Occasion { trigger, severity },
        tier,
        is_measured,
        left,
        shadow_price,
        arms,
        none: none.ok_or(Malformed("the chances of none are missing"))?,
        seed,
        draw,
        chosen,
    })
}

fn why(code: u8) -> Option<NoGesture> {
    NoGesture::ALL.get(usize::from(code.checked_sub(1)?)).copied()
}

fn arm(mut row: Row<'_, ARM_BYTES>) -> Read<GestureArm> {
    Ok(GestureArm {
        gesture: row.u64(),
        satisfaction: row.f64(),
        returning: row.f64(),
        cost: row.i64(),
        value: row.f64(),
        selection_probability: row.f64(),
    })
}
