//! Signs of a guest's presence, in events and in guests.
//!
//! A sighting: 1 sign, 2 source, 3 property, 4 seen, 5 until. 1 is always there.

use std::sync::Arc;

use crate::domain::channel::ChannelSet;
use crate::domain::id::Fingerprint;
use crate::domain::presence::{Presence, Sighting, Sign};
use crate::domain::time::Timestamp;
use crate::store::wire::{self, Fields, Malformed, Read};

use super::parts;

pub(super) fn put(out: &mut Vec<u8>, field: u32, sightings: &[Sighting]) {
    for sighting in sightings {
        wire::message(out, field, |out| {
            wire::always_uint(out, 1, sighting.sign as u8);
            wire::put_bytes(out, 2, sighting.source.as_ref());
            if let Some(Fingerprint(property)) = sighting.property {
                wire::always_fixed(out, 3, property);
            }
            parts::put_time(out, 4, sighting.seen);
            parts::put_time(out, 5, sighting.until);
        });
    }
}

pub(super) fn read(mut fields: Fields<'_>) -> Read<Sighting> {
    let (mut sign, mut source, mut property) = (None, None, None);
    let (mut seen, mut until) = (Timestamp::EPOCH, Timestamp::EPOCH);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => sign = Some(value.code(Sign::from_code)?),
            2 => source = Some(Arc::from(value.text()?)),
            3 => property = Some(Fingerprint(value.fixed()?)),
            4 => seen = parts::read_time(value)?,
            5 => until = parts::read_time(value)?,
            _ => {}
        }
    }
    let sign = sign.ok_or(Malformed("the sign is missing"))?;
    Ok(Sighting { sign, source: source.unwrap_or_else(|| "".into()), property, seen, until })
}

/// Presence as it was stored before signs: channels open, do not disturb, one end for all. Nobody
/// knows who said so, or when: whatever is heard from now on is newer.
pub(super) fn read_unsigned(mut fields: Fields<'_>) -> Read<Presence> {
    let (mut reachable, mut is_quiet) = (ChannelSet::NONE, false);
    let mut until = Timestamp::EPOCH;
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => reachable = ChannelSet::from_bits(value.uint()?),
            2 => is_quiet = value.uint::<u64>()? != 0,
            3 => until = parts::read_time(value)?,
            _ => {}
        }
    }
    let open = reachable.iter().filter(|channel| !channel.is_pushed()).filter_map(Sign::of_surface);
    let signs = open.chain(is_quiet.then_some(Sign::DoNotDisturb));
    let sighting =
        |sign| Sighting { sign, source: "".into(), property: None, seen: Timestamp::EPOCH, until };
    Ok(signs.map(sighting).collect())
}
