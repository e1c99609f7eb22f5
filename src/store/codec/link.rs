//! Whose part a guest is, which ids are part of it, and what it gave up: fields 31 to 33 of a guest.

use crate::domain::channel::ChannelSet;
use crate::domain::guest::GuestState;
use crate::domain::id::{GuestId, GuestKey};
use crate::domain::identity::{Joined, Link, Part};
use crate::store::wire::{self, Fields, Malformed, Read, Row, Value};

use super::parts;

pub(super) fn write(out: &mut Vec<u8>, state: &GuestState) {
    if let Some(link) = &state.part_of {
        wire::message(out, 31, |out| {
            wire::always_bytes(out, 1, &link.into.0);
            wire::put_bytes(out, 2, link.guest.as_str());
            wire::put_uint(out, 3, link.joined as u8);
        });
    }
    wire::put_rows(out, 32, state.parts.iter(), |part| -> [u8; 41] {
        wire::row(&[&part.key.0, &part.into.0, &part.since.to_le_bytes(), &[part.joined as u8]])
    });
    wire::put_uint(out, 33, state.revoked.bits());
}

/// Fields 31 to 33.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) part_of: Option<Box<Link>>,
    pub(super) parts: Vec<Part>,
    pub(super) revoked: ChannelSet,
}

impl Parts {
    pub(super) fn read(&mut self, field: u32, value: Value<'_>) -> Read<()> {
        match field {
            31 => self.part_of = Some(Box::new(read_link(value.message()?)?)),
            32 => self.parts = value.rows(part)?,
            _ => self.revoked = ChannelSet::from_bits(value.uint()?),
        }
        Ok(())
    }
}

fn read_link(mut fields: Fields<'_>) -> Read<Link> {
    let (mut into, mut guest, mut joined) = (None, None, Joined::Identity);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => into = Some(GuestKey(value.array()?)),
            2 => guest = Some(value),
            3 => joined = value.code(Joined::from_code)?,
            _ => {}
        }
    }
    let into = into.ok_or(Malformed("whose part a guest is, is missing"))?;
    Ok(Link { into, guest: parts::id(guest, GuestId::parse)?, joined })
}

fn part(mut row: Row<'_, 41>) -> Read<Part> {
    let (key, into) = (GuestKey(row.bytes()), GuestKey(row.bytes()));
    let since = row.u64();
    let joined = Joined::from_code(row.u8()).ok_or(Malformed("a code is unknown"))?;
    Ok(Part { key, into, joined, since })
}
