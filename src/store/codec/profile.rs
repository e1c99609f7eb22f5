//! Profiles and their changes.
//!
//! Both: 1 guest, 2 facts, 3 consents, 4 stated preferences (1 tag, 2 level, 3 origin); a profile
//! also 5 sequence, a change 6 the facts that were replaced. Facts: 1 name, 2 country, 3 locale, 4 zone,
//! 5 segment, 6 contact points (1 channel, 2 address, 3 state), 7 attributes, 8 membership, 9 identities
//! (1 namespace, 2 id), 10 purpose of travel + 1.

use crate::domain::belief::{Origin, PreferenceLevel};
use crate::domain::consent::Consent;
use crate::domain::id::{GuestId, Label};
use crate::domain::identity::Identity;
use crate::domain::profile::{
    ContactPoint, ContactState, GuestFacts, Profile, ProfileChange, StatedPreference,
};
use crate::store::wire::{self, Fields, Malformed, Read};

use super::{parts, terms};

pub(super) fn write(out: &mut Vec<u8>, profile: &Profile) {
    write_parts(out, &profile.guest, Some(&profile.facts), &profile.consents, &profile.preferences);
    wire::put_uint(out, 5, profile.sequence);
}

pub(super) fn read(fields: Fields<'_>) -> Read<Profile> {
    let (change, sequence) = read_parts(fields)?;
    Ok(Profile {
        guest: change.guest,
        sequence,
        facts: change.facts.ok_or(Malformed("the facts are missing"))?,
        consents: change.consents,
        preferences: change.preferences,
    })
}

pub(super) fn write_change(out: &mut Vec<u8>, change: &ProfileChange) {
    write_parts(out, &change.guest, change.facts.as_ref(), &change.consents, &change.preferences);
    if let Some(replaced) = &change.replaced {
        wire::message(out, 6, |out| write_facts(out, replaced));
    }
}

pub(super) fn read_change(fields: Fields<'_>) -> Read<ProfileChange> {
    read_parts(fields).map(|(change, _)| change)
}

fn write_parts(
    out: &mut Vec<u8>,
    guest: &GuestId,
    facts: Option<&GuestFacts>,
    consents: &[Consent],
    preferences: &[StatedPreference],
) {
    wire::put_bytes(out, 1, guest.as_str());
    if let Some(facts) = facts {
        wire::message(out, 2, |out| write_facts(out, facts));
    }
    for consent in consents {
        parts::put_consent(out, 3, consent);
    }
    for preference in preferences {
        wire::message(out, 4, |out| {
            wire::put_bytes(out, 1, preference.tag.as_str());
            wire::always_uint(out, 2, preference.level as u8);
            wire::always_uint(out, 3, preference.origin as u8);
        });
    }
}

fn read_parts(mut fields: Fields<'_>) -> Read<(ProfileChange, u64)> {
    let (mut guest, mut sequence) = (None, 0);
    let (mut facts, mut replaced) = (None, None);
    let (mut consents, mut preferences) = (Vec::new(), Vec::new());
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => guest = Some(value),
            2 => facts = Some(read_facts(value.message()?)?),
            3 => consents.push(parts::read_consent(value.message()?)?),
            4 => preferences.push(read_preference(value.message()?)?),
            5 => sequence = value.uint()?,
            6 => replaced = Some(Box::new(read_facts(value.message()?)?)),
            _ => {}
        }
    }
    let guest = parts::id(guest, GuestId::parse)?;
    Ok((ProfileChange { guest, facts, consents, preferences, replaced }, sequence))
}

fn read_preference(mut fields: Fields<'_>) -> Read<StatedPreference> {
    let (mut tag, mut level, mut origin) = (None, None, None);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => tag = Some(value),
            2 => level = Some(value.code(PreferenceLevel::from_code)?),
            3 => origin = Some(value.code(Origin::from_code)?),
            _ => {}
        }
    }
    let missing = Malformed("a preference is incomplete");
    let (level, origin) = (level.ok_or(missing)?, origin.ok_or(missing)?);
    Ok(StatedPreference { tag: parts::id(tag, Label::parse)?, level, origin })
}

fn write_facts(out: &mut Vec<u8>, facts: &GuestFacts) {
    wire::put_bytes(out, 1, &facts.display_name);
    wire::put_bytes(out, 2, &facts.country);
    wire::put_bytes(out, 3, &facts.locale);
    wire::put_bytes(out, 4, &facts.zone);
    wire::put_bytes(out, 5, facts.segment.as_ref().map_or("", Label::as_str));
    for point in &facts.contact_points {
        wire::message(out, 6, |out| {
            wire::always_uint(out, 1, point.channel as u8);
            wire::put_bytes(out, 2, &point.address);
            wire::put_uint(out, 3, point.state as u8);
        });
    }
    parts::put_pairs(out, 7, &facts.attributes);
    terms::write_membership(out, 8, facts.membership.as_ref());
    for identity in &facts.identities {
        wire::message(out, 9, |out| {
            wire::put_bytes(out, 1, &identity.namespace);
            wire::put_bytes(out, 2, &identity.id);
        });
    }
    wire::put_uint(out, 10, parts::purpose_byte(facts.purpose));
}

fn read_facts(mut fields: Fields<'_>) -> Read<GuestFacts> {
    let mut facts = GuestFacts::default();
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => value.text()?.clone_into(&mut facts.display_name),
            2 => value.text()?.clone_into(&mut facts.country),
            3 => value.text()?.clone_into(&mut facts.locale),
            4 => value.text()?.clone_into(&mut facts.zone),
            5 => facts.segment = parts::some_id(value, Label::parse)?,
            6 => facts.contact_points.push(read_contact_point(value.message()?)?),
            7 => facts.attributes.push(parts::read_pair(value.message()?)?),
            8 => facts.membership = Some(terms::read_membership(value.message()?)?),
            9 => facts.identities.push(read_identity(value.message()?)?),
            10 => facts.purpose = parts::purpose_of_byte(value.uint()?)?,
            _ => {}
        }
    }
    Ok(facts)
}

fn read_identity(mut fields: Fields<'_>) -> Read<Identity> {
    let mut identity = Identity { namespace: String::new(), id: String::new() };
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => value.text()?.clone_into(&mut identity.namespace),
            2 => value.text()?.clone_into(&mut identity.id),
            _ => {}
        }
    }
    Ok(identity)
}

fn read_contact_point(mut fields: Fields<'_>) -> Read<ContactPoint> {
    let (mut channel, mut address, mut state) = (None, String::new(), ContactState::Given);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => channel = Some(parts::channel(value)?),
            2 => value.text()?.clone_into(&mut address),
            3 => state = value.code(ContactState::from_code)?,
            _ => {}
        }
    }
    Ok(ContactPoint { channel: channel.ok_or(Malformed("a channel is missing"))?, address, state })
}
