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
//! | 16 | exposures, rows: offer u64, decision u64, at i64, expires i64, group u32, channel + 1 u8, state u8 |
//! | 17 | open decisions: 1 decision, 2 sequence, 3 at, 4 slots, 5 contact, 6 awaits showing |
//! | 18 | answered calls, rows: request u64, sequence u64 |
//! | 19 | presence as it was before signs: 1 reachable now, 2 do not disturb, 3 expires; read only |
//! | 20 – 24 | sums: events, decisions, stays, accepts, paid |
//! | 25 | channels masked |
//! | 26 – 28 | effects of channels: last change, contacts, rows: mean f32, share u16, effect u8 |
//! | 29 | signs of presence: 1 sign, 2 source, 3 property, 4 seen, 5 until |
//! | 30 | membership |
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
use crate::domain::hold::BrokenPromise;
use crate::domain::id::{Fingerprint, OfferKey};
use crate::domain::presence::Presence;
use crate::domain::reach::{Effect, Effects, OpenContact};
use crate::domain::stay::{Stay, StayStatus};
use crate::domain::time::{Date, Timestamp};
use crate::store::wire::{self, Fields, Malformed, Read, Row, Value};

use super::{parts, presence, terms};

pub(super) const EXPOSURES: u32 = 16;
const VECTOR_BYTES: usize = 4 * DIM;

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
    wire::put_rows(out, 38, state.broken.iter(), |promise| -> [u8; 17] {
        let at = promise.at.as_micros().to_le_bytes();
        wire::row(&[&promise.offer.0.to_le_bytes(), &at, &[u8::from(promise.is_made_good)]])
    });
}

pub(super) fn read(mut fields: Fields<'_>) -> Read<GuestState> {
    let (mut sequence, mut segment) = (0, 0);
    let (mut mean, mut variance, mut updated) = (None, None, None);
    let (mut affinities, mut stays, mut ledger) = (Vec::new(), Vec::new(), Ledger::default());
    let (mut reachable, mut bounced, mut masked) =
        (ChannelSet::NONE, ChannelSet::NONE, ChannelSet::NONE);
    let (mut open, mut answers, mut present) = (Vec::new(), Vec::new(), Presence::default());
    let (mut channels, mut membership, mut broken) = (Effects::default(), None, Vec::new());
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
            7 => consent.states = value.array()?,
            8 => consent.times = value.array()?,
            9 => consent.refused = value.uint()?,
            10 => reachable = ChannelSet::from_bits(value.uint()?),
            11 => bounced = ChannelSet::from_bits(value.uint()?),
            12 => home.zone = Some(Arc::from(value.text()?)),
            13 => home.locale = Some(Arc::from(value.text()?)),
            14 => home.country = value.array()?,
            15 => stays = value.rows(stay)?,
            EXPOSURES => ledger = exposures(value)?,
            17 => open.push(read_open(value.message()?)?),
            18 => answers = value.rows(answered)?,
            19 => present = presence::read_unsigned(value.message()?)?,
            20 => stats.events = value.uint()?,
            21 => stats.decisions = value.uint()?,
            22 => stats.stays = value.uint()?,
            23 => stats.accepts = value.uint()?,
            24 => stats.paid_minor = value.sint()?,
            25 => masked = ChannelSet::from_bits(value.uint()?),
            26 => channels.updated = parts::read_time(value)?,
            27 => channels.contacts = value.uint()?,
            28 => channels.entries = value.rows(effect)?,
            29 => drop(present.see(presence::read(value.message()?)?)),
            30 => membership = Some(terms::read_membership(value.message()?)?),
            38 => broken = value.rows(broken_promise)?,
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
        consent: consent.table()?,
        reachable,
        bounced,
        masked,
        home,
        membership,
        stays,
        ledger,
        open,
        answered: answers,
        presence: present,
        stats,
        broken,
    })
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
    })
}

fn exposure_row(exposure: &Exposure) -> [u8; 38] {
    wire::row(&[
        &exposure.offer.0.to_le_bytes(),
        &exposure.decision.to_le_bytes(),
        &exposure.at.as_micros().to_le_bytes(),
        &exposure.expires.as_micros().to_le_bytes(),
        &exposure.group.to_le_bytes(),
        &[parts::channel_byte(exposure.channel), exposure.state as u8],
    ])
}

fn exposures(value: Value<'_>) -> Read<Ledger> {
    let entries = value.rows(|mut row: Row<'_, 38>| {
        Ok(Exposure {
            offer: OfferKey(row.u64()),
            decision: row.u64(),
            at: Timestamp::from_micros(row.i64()),
            expires: Timestamp::from_micros(row.i64()),
            group: row.u32(),
            channel: parts::channel_of_byte(row.u8())?,
            state: ExposureState::from_code(row.u8()).ok_or(Malformed("a code is unknown"))?,
        })
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
}

fn read_open(mut fields: Fields<'_>) -> Read<OpenDecision> {
    let mut open = OpenDecision {
        decision: 0,
        sequence: 0,
        at: Timestamp::EPOCH,
        slots: Vec::new(),
        contact: None,
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

fn broken_promise(mut row: Row<'_, 17>) -> Read<BrokenPromise> {
    Ok(BrokenPromise {
        offer: OfferKey(row.u64()),
        at: Timestamp::from_micros(row.i64()),
        is_made_good: row.u8() != 0,
    })
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
