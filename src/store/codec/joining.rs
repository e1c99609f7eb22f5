//! That guests became one or parted, and what each was by itself.
//!
//! A joining: 1 source (key), 2 source, 3 target, 4 they part. A guest by itself: 1 sequence, 2 state, 3
//! profile, each of the two as it is stored alone.

use crate::domain::id::{GuestId, GuestKey};
use crate::domain::record::Joining;
use crate::store::own::Own;
use crate::store::wire::{self, Fields, Malformed, Read};

use super::{guest, parts, profile};

pub(super) fn write(out: &mut Vec<u8>, joining: &Joining) {
    wire::always_bytes(out, 1, &joining.source.0);
    wire::put_bytes(out, 2, joining.source_guest.as_str());
    wire::put_bytes(out, 3, joining.target_guest.as_str());
    wire::put_uint(out, 4, joining.parts);
}

pub(super) fn read(mut fields: Fields<'_>) -> Read<Joining> {
    let (mut source, mut source_guest, mut target_guest, mut is_parting) =
        (None, None, None, false);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => source = Some(GuestKey(value.array()?)),
            2 => source_guest = Some(value),
            3 => target_guest = Some(value),
            4 => is_parting = value.uint::<u64>()? != 0,
            _ => {}
        }
    }
    Ok(Joining {
        source: source.ok_or(Malformed("the guest that joins is missing"))?,
        source_guest: parts::id(source_guest, GuestId::parse)?,
        target_guest: parts::id(target_guest, GuestId::parse)?,
        parts: is_parting,
    })
}

pub(super) fn write_own(out: &mut Vec<u8>, own: &Own) {
    wire::put_uint(out, 1, own.sequence);
    wire::message(out, 2, |out| guest::write(out, &own.state));
    wire::message(out, 3, |out| profile::write(out, &own.profile));
}

pub(super) fn read_own(mut fields: Fields<'_>) -> Read<Own> {
    let (mut sequence, mut state, mut facts) = (0, None, None);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => sequence = value.uint()?,
            2 => state = Some(guest::read(value.message()?)?),
            3 => facts = Some(profile::read(value.message()?)?),
            _ => {}
        }
    }
    let missing = Malformed("a part is missing");
    Ok(Own { sequence, state: state.ok_or(missing)?, profile: facts.ok_or(missing)? })
}
