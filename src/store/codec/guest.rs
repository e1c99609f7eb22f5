//! The hot state of a guest, and the ledgers of reservations and rooms.
//!
//! | field | content |
//! |---|---|
//! | 1 | sequence |
//! | 2 | segment |
//! | 3, 4 | taste: mean, variance; 32 × f32 |
//! | 5 | taste: decayed up to |
//! | 6 | affinities, rows: tag u32, mean f32, variance f32, level u8, origin u8 |
//! | 7 | consent: state of each purpose, a byte each |
//! | 8 | consent: time of each, 8 bytes each |
//! | 9, 10, 11 | channels: refused, reachable, bounced |
//! | 12, 13, 14 | home: zone, locale, country |
//! | 15 | stays, rows: reservation u64, property u64, from i32, to i32, adults u8, children u8, status u8 |
//! | 16 | exposures, rows: offer u64, decision u64, at i64, expires i64, group u32, channel + 1 u8, state u8 (128 more: of a transaction) |
//! | 17 | open decisions: 1 decision, 2 sequence, 3 at, 4 slots, 5 contact, 6 awaits showing, 25 delivered |
//! | 18 | answered calls, rows: request u64, sequence u64 |
//! | 19 | presence as it was before signs: 1 reachable now, 2 do not disturb, 3 expires; read only |
//! | 20 – 24 | sums: events, decisions, stays, accepts, paid |
//! | 25 | channels masked |
//! | 26 – 28 | effects of channels: last change, contacts, rows: mean f32, share u16, effect u8 |
//! | 29 | signs of presence: 1 sign, 2 source, 3 property, 4 seen, 5 until |
//! | 30 | membership |
//! | 31 | whose part it is: 1 key, 2 guest, 3 why |
//! | 32 | parts, rows: key, into (16 bytes each), since u64, why u8 |
//! | 33 | channels given up |
//! | 34, 35 | agenda, messages on their way (`delivery`) |
//! | 36 | active hours: 1 last change, 2 rows: weight u16, hour u8 |
//! | 37 | purposes of travel, rows: reservation u64 (0: the guest's own), purpose u8 |
//! | 38 | broken promises, rows: offer u64, at i64, made good u8 |
//!
//! A slot of an open decision, row: offer u64, context log-odds f32, taste weight f32, proposition
//! u8, slot u8, evidence u8. A contact, row: channel u8, day type u8, daypart u8, mean f32, variance
//! f32. 3, 4 and 5 are always there. A ledger by itself has field 16 only.

use std::sync::Arc;

use crate::domain::belief::{Affinity, Belief, DIM, Origin, PreferenceLevel, Vector};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::consent::{ConsentState, ConsentTable, Purpose};
use crate::domain::exposure::{Exposure, ExposureState, Ledger};
use crate::domain::guest::{AnsweredRequest, GuestState, GuestStats, Home, OpenDecision, OpenSlot};
use crate::domain::id::{Fingerprint, OfferKey};
use crate::domain::presence::Presence;
use crate::domain::reach::{ActiveHour, ActiveHours, Effect, Effects, OpenContact};
use crate::domain::stay::{Stay, StayStatus, TravelPurpose};
use crate::domain::time::{Date, Timestamp};
use crate::store::wire::{self, Fields, Malformed, Read, Row, Value};

use super::delivery::{self, UnderWay};
use super::{hold, link, parts, presence, terms};

pub(super) const EXPOSURES: u32 = 16;
const VECTOR_BYTES: usize = 4 * DIM;
/// Bit of the state of an exposure: a message of a transaction.
const TRANSACTIONAL: u8 = 0x80;

pub(super) fn write(out: &mut Vec<u8>, state: &GuestState) {
    wire::put_uint(out, 1, state.sequence);
    wire::put_uint(out, 2, state.segment);
    put_vector(out, 3, &state.taste.mean);
    put_vector(out, 4, &state.taste.variance);
    wire::always_fixed(out, 5, state.taste.updated.as_micros().cast_unsigned());
    wire::put_rows(out, 6, state.affinities.iter(), affinity_row);
    write_consent(out, &state.consent);
    wire::put_uint(out, 10, state.reachable.bits());
    wire::put_uint(out, 11, state.bounced.bits());
    wire::put_bytes(out, 12, state.home.zone.as_deref().unwrap_or_default());
    wire::put_bytes(out, 13, state.home.locale.as_deref().unwrap_or_default());
    if state.home.country != [0, 0] {
        wire::always_bytes(out, 14, &state.home.country);
    }
    wire::put_rows(out, 15, state.stays.iter(), stay_row);
    write_exposures(out, EXPOSURES, &state.ledger);
    for open in &state.open {
        wire::message(out, 17, |out| write_open(out, open));
    }
    wire::put_rows(out, 18, state.answered.iter(), |answered| -> [u8; 16] {
        wire::row(&[&answered.request.0.to_le_bytes(), &answered.sequence.to_le_bytes()])
    });
    wire::put_uint(out, 20, state.stats.events);
    wire::put_uint(out, 21, state.stats.decisions);
    wire::put_uint(out, 22, state.stats.stays);
    wire::put_uint(out, 23, state.stats.accepts);
    wire::put_sint(out, 24, state.stats.paid_minor);
    wire::put_uint(out, 25, state.masked.bits());
    parts::put_time(out, 26, state.channels.updated);
    wire::put_uint(out, 27, state.channels.contacts);
    wire::put_rows(out, 28, state.channels.entries.iter(), |e| -> [u8; 7] {
        wire::row(&[&e.mean.to_le_bytes(), &e.share.to_le_bytes(), &[e.effect]])
    });
    presence::put(out, 29, state.presence.sightings());
    terms::write_membership(out, 30, state.membership.as_ref());
    link::write(out, state);
    delivery::write_agenda(out, 34, &state.agenda);
    delivery::write_dispatches(out, 35, &state.dispatches);
    if !state.hours.entries.is_empty() {
        wire::message(out, 36, |out| write_hours(out, &state.hours));
    }
    let own = state.purpose.map(|purpose| (Fingerprint(0), purpose));
    let stays = state.stays.iter().filter_map(|stay| Some((stay.reservation, stay.purpose?)));
    let purposes: Vec<_> = own.into_iter().chain(stays).collect();
    wire::put_rows(out, 37, purposes.iter(), |(reservation, purpose)| -> [u8; 9] {
        wire::row(&[&reservation.0.to_le_bytes(), &[*purpose as u8]])
    });
    hold::write_broken(out, 38, &state.broken);
}

fn write_hours(out: &mut Vec<u8>, hours: &ActiveHours) {
    parts::put_time(out, 1, hours.updated);
    wire::put_rows(out, 2, hours.entries.iter(), |e| -> [u8; 3] {
        wire::row(&[&e.weight.to_le_bytes(), &[e.hour]])
    });
}

fn read_hours(mut fields: Fields<'_>) -> Read<ActiveHours> {
    let mut hours = ActiveHours::default();
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => hours.updated = parts::read_time(value)?,
            2 => hours.entries = value.rows(active_hour)?,
            _ => {}
        }
    }
    if hours.entries.is_sorted_by(|a, b| a.hour < b.hour) {
        Ok(hours)
    } else {
        Err(Malformed("hours are out of order"))
    }
}

fn active_hour(mut row: Row<'_, 3>) -> Read<ActiveHour> {
    let (weight, hour) = (row.u16(), row.u8());
    if hour < 24 { Ok(ActiveHour { weight, hour }) } else { Err(Malformed("an hour is none")) }
}

fn purpose(mut row: Row<'_, 9>) -> Read<(Fingerprint, TravelPurpose)> {
    let (reservation, code) = (Fingerprint(row.u64()), row.u8());
    let purpose = TravelPurpose::from_code(code).ok_or(Malformed("a code is unknown"))?;
    Ok((reservation, purpose))
}

pub(super) fn read(mut fields: Fields<'_>) -> Read<GuestState> {
    let (mut sequence, mut segment, mut mean, mut variance, mut updated) = (0, 0, None, None, None);
    let (mut affinities, mut stays, mut ledger) = (Vec::new(), Vec::new(), Ledger::default());
    let [mut reachable, mut bounced, mut masked] = [ChannelSet::NONE; 3];
    let (mut open, mut answers, mut present) = (Vec::new(), Vec::new(), Presence::default());
    let (mut channels, mut joined) = (Effects::default(), link::Parts::default());
    let (mut membership, mut under_way) = (None, UnderWay::default());
    let (mut hours, mut purposes, mut broken) = (ActiveHours::default(), Vec::new(), Vec::new());
    let (mut consent, mut home, mut stats) =
        (ConsentParts::default(), Home::default(), GuestStats::default());
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => sequence = value.uint()?,
            2 => segment = value.uint()?,
            3 => mean = Some(vector(value)?),
            4 => variance = Some(vector(value)?),
            5 => updated = Some(parts::read_time(value)?),
            6 => affinities = value.rows(affinity)?,
            7..=9 => consent.read(field, value)?,
            10 => reachable = ChannelSet::from_bits(value.uint()?),
            11 => bounced = ChannelSet::from_bits(value.uint()?),
            12..=14 => read_home(&mut home, field, value)?,
            15 => stays = value.rows(stay)?,
            EXPOSURES => ledger = exposures(value)?,
            17 => open.push(read_open(value.message()?)?),
            18 => answers = value.rows(answered)?,
            19 => present = presence::read_unsigned(value.message()?)?,
            20..=24 => read_sum(&mut stats, field, value)?,
            25 => masked = ChannelSet::from_bits(value.uint()?),
            26..=28 => read_effects(&mut channels, field, value)?,
            29 => drop(present.see(presence::read(value.message()?)?)),
            30 => membership = Some(terms::read_membership(value.message()?)?),
            31..=33 => joined.read(field, value)?,
            34 | 35 => delivery::read_under_way(field, value.message()?, &mut under_way)?,
            36 => hours = read_hours(value.message()?)?,
            37 => purposes = value.rows(purpose)?,
            38 => broken = value.rows(hold::broken_promise)?,
            _ => {}
        }
    }
    let (Some(mean), Some(variance), Some(updated)) = (mean, variance, updated) else {
        return Err(Malformed("the taste is missing"));
    };
    open.shrink_to_fit();
    Ok(GuestState {
        sequence,
        segment,
        taste: Belief { mean, variance, updated },
        affinities,
        channels,
        hours,
        purpose: give_purposes(&mut stays, &purposes),
        consent: consent.table()?,
        reachable,
        bounced,
        masked,
        revoked: joined.revoked,
        home,
        membership,
        stays,
        ledger,
        open,
        answered: answers,
        presence: present,
        agenda: under_way.agenda,
        dispatches: under_way.dispatches,
        stats,
        broken,
        part_of: joined.part_of,
        parts: joined.parts,
    })
}

/// Gives each stay its purpose, and tells the guest's own.
fn give_purposes(
    stays: &mut [Stay],
    purposes: &[(Fingerprint, TravelPurpose)],
) -> Option<TravelPurpose> {
    let of = |wanted: Fingerprint| {
        purposes.iter().find(|(known, _)| *known == wanted).map(|(_, purpose)| *purpose)
    };
    stays.iter_mut().for_each(|stay| stay.purpose = of(stay.reservation));
    of(Fingerprint(0))
}

/// Fields 12 to 14.
fn read_home(home: &mut Home, field: u32, value: Value<'_>) -> Read<()> {
    match field {
        12 => home.zone = Some(Arc::from(value.text()?)),
        13 => home.locale = Some(Arc::from(value.text()?)),
        _ => home.country = value.array()?,
    }
    Ok(())
}

/// Fields 26 to 28.
fn read_effects(effects: &mut Effects, field: u32, value: Value<'_>) -> Read<()> {
    match field {
        26 => effects.updated = parts::read_time(value)?,
        27 => effects.contacts = value.uint()?,
        _ => effects.entries = value.rows(effect)?,
    }
    Ok(())
}

/// Fields 20 to 24.
fn read_sum(stats: &mut GuestStats, field: u32, value: Value<'_>) -> Read<()> {
    match field {
        20 => stats.events = value.uint()?,
        21 => stats.decisions = value.uint()?,
        22 => stats.stays = value.uint()?,
        23 => stats.accepts = value.uint()?,
        _ => stats.paid_minor = value.sint()?,
    }
    Ok(())
}

pub(super) fn write_exposures(out: &mut Vec<u8>, field: u32, ledger: &Ledger) {
    wire::put_rows(out, field, ledger.entries().iter(), exposure_row);
}

pub(super) fn read_ledger(mut fields: Fields<'_>) -> Read<Ledger> {
    let mut ledger = Ledger::default();
    while let Some((field, value)) = fields.next()? {
        if field == EXPOSURES {
            ledger = exposures(value)?;
        }
    }
    Ok(ledger)
}

/// A vector of the offer space: 32 × f32, little-endian.
pub(super) fn put_vector(out: &mut Vec<u8>, field: u32, vector: &Vector) {
    let mut bytes = [0; VECTOR_BYTES];
    for (place, axis) in bytes.chunks_exact_mut(4).zip(vector) {
        place.copy_from_slice(&axis.to_le_bytes());
    }
    wire::always_bytes(out, field, &bytes);
}

pub(super) fn vector(value: Value<'_>) -> Read<Vector> {
    let bytes: [u8; VECTOR_BYTES] = value.array()?;
    let mut vector = [0.0; DIM];
    for (axis, place) in vector.iter_mut().zip(bytes.as_chunks().0) {
        *axis = f32::from_le_bytes(*place);
    }
    Ok(vector)
}

fn effect(mut row: Row<'_, 7>) -> Read<Effect> {
    let (mean, share, effect) = (row.f32(), row.u16(), row.u8());
    if mean.is_finite() {
        Ok(Effect { mean, share, effect })
    } else {
        Err(Malformed("an effect is not a number"))
    }
}

fn affinity_row(a: &Affinity) -> [u8; 14] {
    wire::row(&[
        &a.tag.to_le_bytes(),
        &a.mean.to_le_bytes(),
        &a.variance.to_le_bytes(),
        &[a.level as u8, a.origin as u8],
    ])
}

fn affinity(mut row: Row<'_, 14>) -> Read<Affinity> {
    let unknown = Malformed("a code is unknown");
    Ok(Affinity {
        tag: row.u32(),
        mean: row.f32(),
        variance: row.f32(),
        level: PreferenceLevel::from_code(row.u8()).ok_or(unknown)?,
        origin: Origin::from_code(row.u8()).ok_or(unknown)?,
    })
}

fn stay_row(stay: &Stay) -> [u8; 27] {
    wire::row(&[
        &stay.reservation.0.to_le_bytes(),
        &stay.property.0.to_le_bytes(),
        &stay.check_in.0.to_le_bytes(),
        &stay.check_out.0.to_le_bytes(),
        &[stay.adults, stay.children, stay.status as u8],
    ])
}

fn stay(mut row: Row<'_, 27>) -> Read<Stay> {
    Ok(Stay {
        reservation: Fingerprint(row.u64()),
        property: Fingerprint(row.u64()),
        check_in: Date(row.i32()),
        check_out: Date(row.i32()),
        adults: row.u8(),
        children: row.u8(),
        status: StayStatus::from_code(row.u8()).ok_or(Malformed("a code is unknown"))?,
        purpose: None,
    })
}

fn exposure_row(exposure: &Exposure) -> [u8; 38] {
    wire::row(&[
        &exposure.offer.0.to_le_bytes(),
        &exposure.decision.to_le_bytes(),
        &exposure.at.as_micros().to_le_bytes(),
        &exposure.expires.as_micros().to_le_bytes(),
        &exposure.group.to_le_bytes(),
        &[
            parts::channel_byte(exposure.channel),
            exposure.state as u8 | if exposure.is_transactional { TRANSACTIONAL } else { 0 },
        ],
    ])
}

fn exposures(value: Value<'_>) -> Read<Ledger> {
    let entries = value.rows(|mut row: Row<'_, 38>| {
        let (offer, decision) = (OfferKey(row.u64()), row.u64());
        let at = Timestamp::from_micros(row.i64());
        let expires = Timestamp::from_micros(row.i64());
        let (group, channel) = (row.u32(), parts::channel_of_byte(row.u8())?);
        let code = row.u8();
        let state = ExposureState::from_code(code & !TRANSACTIONAL);
        let state = state.ok_or(Malformed("a code is unknown"))?;
        let is_transactional = code & TRANSACTIONAL != 0;
        Ok(Exposure { offer, decision, at, expires, group, channel, state, is_transactional })
    })?;
    Ok(Ledger::from_entries(entries))
}

fn write_open(out: &mut Vec<u8>, open: &OpenDecision) {
    wire::always_fixed(out, 1, open.decision);
    wire::put_uint(out, 2, open.sequence);
    parts::put_time(out, 3, open.at);
    wire::put_rows(out, 4, open.slots.iter(), |slot| -> [u8; 19] {
        wire::row(&[
            &slot.offer.0.to_le_bytes(),
            &slot.context_log_odds.to_le_bytes(),
            &slot.taste_weight.to_le_bytes(),
            &[slot.proposition, slot.slot, slot.evidence],
        ])
    });
    wire::put_rows(out, 5, open.contact.iter(), |contact| -> [u8; 11] {
        let OpenContact { channel, time, mean, variance } = contact;
        wire::row(&[
            &[*channel as u8, time.day_type as u8, time.daypart as u8],
            &mean.to_le_bytes(),
            &variance.to_le_bytes(),
        ])
    });
    wire::put_uint(out, 6, open.awaits_showing);
    if let Some(delivered) = open.delivered {
        parts::put_time(out, 25, delivered);
    }
}

fn read_open(mut fields: Fields<'_>) -> Read<OpenDecision> {
    let mut open = OpenDecision {
        decision: 0,
        sequence: 0,
        at: Timestamp::EPOCH,
        slots: Vec::new(),
        contact: None,
        delivered: None,
        awaits_showing: false,
    };
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => open.decision = value.fixed()?,
            2 => open.sequence = value.uint()?,
            3 => open.at = parts::read_time(value)?,
            4 => {
                open.slots = value.rows(|mut row: Row<'_, 19>| {
                    Ok(OpenSlot {
                        offer: OfferKey(row.u64()),
                        context_log_odds: row.f32(),
                        taste_weight: row.f32(),
                        proposition: row.u8(),
                        slot: row.u8(),
                        evidence: row.u8(),
                    })
                })?;
            }
            5 => open.contact = value.rows(contact)?.pop(),
            6 => open.awaits_showing = value.uint::<u64>()? != 0,
            25 => open.delivered = Some(parts::read_time(value)?),
            _ => {}
        }
    }
    Ok(open)
}

fn contact(mut row: Row<'_, 11>) -> Read<OpenContact> {
    let channel = Channel::from_code(row.u8()).ok_or(Malformed("a code is unknown"))?;
    let time = parts::time_context(row.u8(), row.u8())?;
    Ok(OpenContact { channel, time, mean: row.f32(), variance: row.f32() })
}

fn answered(mut row: Row<'_, 16>) -> Read<AnsweredRequest> {
    Ok(AnsweredRequest { request: Fingerprint(row.u64()), sequence: row.u64() })
}

const PURPOSES: usize = Purpose::ALL.len();

fn write_consent(out: &mut Vec<u8>, consent: &ConsentTable) {
    if *consent == ConsentTable::default() {
        return;
    }
    let states = Purpose::ALL.map(|purpose| consent.state(purpose).0 as u8);
    wire::always_bytes(out, 7, &states);
    let [a, b, c, d] =
        Purpose::ALL.map(|purpose| consent.state(purpose).1.as_micros().to_le_bytes());
    let times: [u8; 8 * PURPOSES] = wire::row(&[&a, &b, &c, &d]);
    wire::always_bytes(out, 8, &times);
    wire::put_uint(out, 9, consent.channels_refused().bits());
}

#[derive(Default)]
struct ConsentParts {
    states: [u8; PURPOSES],
    times: [u8; 8 * PURPOSES],
    refused: u16,
}

impl ConsentParts {
    /// Fields 7 to 9.
    fn read(&mut self, field: u32, value: Value<'_>) -> Read<()> {
        match field {
            7 => self.states = value.array()?,
            8 => self.times = value.array()?,
            _ => self.refused = value.uint()?,
        }
        Ok(())
    }

    fn table(self) -> Read<ConsentTable> {
        let mut states = [ConsentState::Unknown; PURPOSES];
        for (state, code) in states.iter_mut().zip(self.states) {
            *state = ConsentState::from_code(code).ok_or(Malformed("a code is unknown"))?;
        }
        let mut times = [Timestamp::EPOCH; PURPOSES];
        for (time, place) in times.iter_mut().zip(self.times.as_chunks().0) {
            *time = Timestamp::from_micros(i64::from_le_bytes(*place));
        }
        Ok(ConsentTable::from_parts(states, times, ChannelSet::from_bits(self.refused)))
    }
}
