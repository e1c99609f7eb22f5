//! Messages on their way, and what a guest's agenda holds.
//!
//! | message | fields |
//! |---|---|
//! | asked (of a decision) | 1 trigger |
//! | agenda | 1 wake (always there where there is a row), 2 nonce, 3 journeys |
//! | journey | 1 reservation, 2 property, 3 booked, 4 arrived, 5 left, 6 done (rows: u32) |
//! | dispatch | 1 decision, 2 transactional, 3 fallbacks (a byte each), 4 expires, 5 next, 6 attempts |
//! | fact | 1 decision, 2 attempt, 3 channel, 4 step, 5 reason, 6, 7 window |
//! | skipped trigger | 1 trigger, 2 reservation, 3 due, 4 reason |
//!
//! An attempt, row: channel u8, progress u8, moved u8, at i64, offset u64, not before i64, not after
//! i64. A step: 1 queued, 2 moved, 3 sent, 4 cancelled, 5 ended.

use crate::domain::channel::Channel;
use crate::domain::delivery::{
    Agenda, Attempt, Delivery, DeliveryFact, Dispatch, EndReason, Journey, Progress, SkipReason,
    SkippedTrigger, Step,
};
use crate::domain::id::{DecisionId, Fingerprint, Label, PropertyId, ReservationId};
use crate::domain::time::Timestamp;
use crate::store::wire::{self, Fields, Malformed, Read, Row};

use super::parts;

const UNKNOWN: Malformed = Malformed("a code is unknown");

pub(super) fn write_asked(out: &mut Vec<u8>, field: u32, asked: Option<&Delivery>) {
    let Some(asked) = asked else { return };
    wire::message(out, field, |out| {
        if let Some(trigger) = &asked.trigger {
            wire::put_bytes(out, 1, trigger.as_str());
        }
    });
}

pub(super) fn read_asked(mut fields: Fields<'_>) -> Read<Delivery> {
    let mut asked = Delivery::default();
    while let Some((field, value)) = fields.next()? {
        if field == 1 {
            asked.trigger = parts::some_id(value, Label::parse)?;
        }
    }
    Ok(asked)
}

pub(super) fn write_agenda(out: &mut Vec<u8>, field: u32, agenda: &Agenda) {
    if *agenda == Agenda::default() {
        return;
    }
    wire::message(out, field, |out| {
        if agenda.wake != Timestamp::NEVER {
            wire::always_fixed(out, 1, agenda.wake.as_micros().cast_unsigned());
        }
        wire::put_uint(out, 2, agenda.nonce);
        for journey in &agenda.journeys {
            wire::message(out, 3, |out| write_journey(out, journey));
        }
    });
}

/// What is under way with a guest: fields 34 and 35.
#[derive(Default)]
pub(super) struct UnderWay {
    pub(super) agenda: Agenda,
    pub(super) dispatches: Vec<Dispatch>,
}

pub(super) fn read_under_way(field: u32, of: Fields<'_>, all: &mut UnderWay) -> Read<()> {
    match field {
        34 => all.agenda = read_agenda(of)?,
        _ => all.dispatches.push(read_dispatch(of)?),
    }
    Ok(())
}

fn read_agenda(mut fields: Fields<'_>) -> Read<Agenda> {
    let mut agenda = Agenda::default();
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => agenda.wake = parts::read_time(value)?,
            2 => agenda.nonce = value.uint()?,
            3 => agenda.journeys.push(read_journey(value.message()?)?),
            _ => {}
        }
    }
    agenda.journeys.shrink_to_fit();
    Ok(agenda)
}

fn write_journey(out: &mut Vec<u8>, journey: &Journey) {
    wire::put_bytes(out, 1, journey.reservation.as_str());
    wire::put_bytes(out, 2, journey.property.as_str());
    parts::put_time(out, 3, journey.booked);
    parts::put_time(out, 4, journey.arrived);
    parts::put_time(out, 5, journey.left);
    wire::put_rows(out, 6, journey.done.iter(), |hash| hash.to_le_bytes());
}

fn read_journey(mut fields: Fields<'_>) -> Read<Journey> {
    let (mut reservation, mut property, mut done) = (None, None, Vec::new());
    let [mut booked, mut arrived, mut left] = [Timestamp::EPOCH; 3];
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => reservation = Some(value),
            2 => property = Some(value),
            3 => booked = parts::read_time(value)?,
            4 => arrived = parts::read_time(value)?,
            5 => left = parts::read_time(value)?,
            6 => done = value.rows(|mut row: Row<'_, 4>| Ok(row.u32()))?,
            _ => {}
        }
    }
    let reservation = parts::id(reservation, ReservationId::parse)?;
    let property = parts::id(property, PropertyId::parse)?;
    Ok(Journey { reservation, property, booked, arrived, left, done })
}

pub(super) fn write_dispatches(out: &mut Vec<u8>, field: u32, dispatches: &[Dispatch]) {
    for dispatch in dispatches {
        wire::message(out, field, |out| write_dispatch(out, dispatch));
    }
}

fn write_dispatch(out: &mut Vec<u8>, dispatch: &Dispatch) {
    wire::always_bytes(out, 1, &dispatch.decision.0);
    wire::put_uint(out, 2, dispatch.is_transactional);
    let fallbacks: Vec<u8> = dispatch.fallbacks.iter().map(|channel| *channel as u8).collect();
    wire::put_bytes(out, 3, &fallbacks);
    parts::put_time(out, 4, dispatch.expires);
    parts::put_time(out, 5, dispatch.next);
    wire::put_rows(out, 6, dispatch.attempts.iter(), |attempt| -> [u8; 35] {
        wire::row(&[
            &[attempt.channel as u8, attempt.progress as u8, u8::from(attempt.was_moved)],
            &attempt.at.as_micros().to_le_bytes(),
            &attempt.offset.to_le_bytes(),
            &attempt.not_before.as_micros().to_le_bytes(),
            &attempt.not_after.as_micros().to_le_bytes(),
        ])
    });
}

fn read_dispatch(mut fields: Fields<'_>) -> Read<Dispatch> {
    let (mut decision, mut is_transactional) = (None, false);
    let (mut fallbacks, mut attempts) = (Vec::new(), Vec::new());
    let [mut expires, mut next] = [Timestamp::EPOCH; 2];
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => decision = Some(DecisionId(value.array()?)),
            2 => is_transactional = value.uint::<u64>()? != 0,
            3 => {
                let codes = value.bytes()?.iter().map(|code| Channel::from_code(*code));
                fallbacks = codes.collect::<Option<_>>().ok_or(UNKNOWN)?;
            }
            4 => expires = parts::read_time(value)?,
            5 => next = parts::read_time(value)?,
            6 => attempts = value.rows(attempt)?,
            _ => {}
        }
    }
    let decision = decision.ok_or(Malformed("the decision is missing"))?;
    Ok(Dispatch { decision, is_transactional, fallbacks, expires, next, attempts })
}

fn attempt(mut row: Row<'_, 35>) -> Read<Attempt> {
    Ok(Attempt {
        channel: Channel::from_code(row.u8()).ok_or(UNKNOWN)?,
        progress: Progress::from_code(row.u8()).ok_or(UNKNOWN)?,
        was_moved: row.u8() != 0,
        at: Timestamp::from_micros(row.i64()),
        offset: row.u64(),
        not_before: Timestamp::from_micros(row.i64()),
        not_after: Timestamp::from_micros(row.i64()),
    })
}

pub(super) fn write_fact(out: &mut Vec<u8>, fact: &DeliveryFact) {
    let (step, reason) = match fact.step {
        Step::Queued => (1_u8, None),
        Step::Moved => (2, None),
        Step::Sent => (3, None),
        Step::Cancelled(reason) => (4, Some(reason)),
        Step::Ended(reason) => (5, Some(reason)),
    };
    wire::always_bytes(out, 1, &fact.decision.0);
    wire::put_uint(out, 2, fact.attempt);
    wire::always_uint(out, 3, fact.channel as u8);
    wire::always_uint(out, 4, step);
    wire::put_uint(out, 5, reason.map_or(0, EndReason::code));
    parts::put_time(out, 6, fact.not_before);
    parts::put_time(out, 7, fact.not_after);
}

pub(super) fn read_fact(mut fields: Fields<'_>) -> Read<DeliveryFact> {
    let (mut decision, mut attempt, mut channel) = (None, 0, None);
    let (mut step, mut reason) = (0_u8, 0);
    let [mut not_before, mut not_after] = [Timestamp::EPOCH; 2];
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => decision = Some(DecisionId(value.array()?)),
            2 => attempt = value.uint()?,
            3 => channel = Some(parts::channel(value)?),
            4 => step = value.uint()?,
            5 => reason = value.uint()?,
            6 => not_before = parts::read_time(value)?,
            7 => not_after = parts::read_time(value)?,
            _ => {}
        }
    }
    let reason = || EndReason::from_code(reason).ok_or(UNKNOWN);
    let step = match step {
        1 => Step::Queued,
        2 => Step::Moved,
        3 => Step::Sent,
        4 => Step::Cancelled(reason()?),
        5 => Step::Ended(reason()?),
        _ => return Err(UNKNOWN),
    };
    let decision = decision.ok_or(Malformed("the decision is missing"))?;
    let channel = channel.ok_or(Malformed("the channel is missing"))?;
    Ok(DeliveryFact { decision, attempt, channel, step, not_before, not_after })
}

pub(super) fn write_skipped(out: &mut Vec<u8>, skipped: &SkippedTrigger) {
    wire::put_bytes(out, 1, skipped.trigger.as_str());
    wire::always_fixed(out, 2, skipped.reservation.0);
    parts::put_time(out, 3, skipped.due);
    wire::put_uint(out, 4, skipped.reason as u8);
}

pub(super) fn read_skipped(mut fields: Fields<'_>) -> Read<SkippedTrigger> {
    let (mut trigger, mut reservation) = (None, Fingerprint(0));
    let (mut due, mut reason) = (Timestamp::EPOCH, SkipReason::Late);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => trigger = Some(value),
            2 => reservation = Fingerprint(value.fixed()?),
            3 => due = parts::read_time(value)?,
            4 => reason = value.code(SkipReason::from_code)?,
            _ => {}
        }
    }
    Ok(SkippedTrigger { trigger: parts::id(trigger, Label::parse)?, reservation, due, reason })
}
