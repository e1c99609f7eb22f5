//! Small values that several messages hold.

use crate::domain::channel::Channel;
use crate::domain::consent::{Consent, ConsentState, Purpose};
use crate::domain::invalid::Invalid;
use crate::domain::money::{Currency, Money};
use crate::domain::outcome::{Outcome, Step};
use crate::domain::stay::TravelPurpose;
use crate::domain::time::{DayType, Daypart, TimeContext, Timestamp};
use crate::store::wire::{self, Fields, Malformed, Read, Value};

pub(super) fn put_time(out: &mut Vec<u8>, field: u32, time: Timestamp) {
    if time != Timestamp::EPOCH {
        wire::always_fixed(out, field, time.as_micros().cast_unsigned());
    }
}

pub(super) fn read_time(value: Value<'_>) -> Read<Timestamp> {
    Ok(Timestamp::from_micros(value.fixed()?.cast_signed()))
}

/// A moment told by its distance from another, which is short and takes few bytes.
pub(super) fn put_distance(out: &mut Vec<u8>, field: u32, from: Timestamp, time: Timestamp) {
    wire::put_sint(out, field, time.as_micros().wrapping_sub(from.as_micros()));
}

pub(super) fn at_distance(from: Timestamp, distance: i64) -> Timestamp {
    Timestamp::from_micros(from.as_micros().wrapping_add(distance))
}

/// An id, checked as at the door.
pub(super) fn id<T>(
    value: Option<Value<'_>>,
    parse: impl Fn(&str, &str) -> Result<T, Invalid>,
) -> Read<T> {
    let text = value.ok_or(Malformed("an id is missing"))?.text()?;
    parse("", text).map_err(|_| Malformed("an id is not well-formed"))
}

pub(super) fn some_id<T>(
    value: Value<'_>,
    parse: impl Fn(&str, &str) -> Result<T, Invalid>,
) -> Read<Option<T>> {
    id(Some(value), parse).map(Some)
}

pub(super) fn channel(value: Value<'_>) -> Read<Channel> {
    value.code(Channel::from_code)
}

/// A channel in a byte of a row: its code and one, 0 for none.
pub(super) fn channel_byte(channel: Option<Channel>) -> u8 {
    channel.map_or(0, |channel| channel as u8 + 1)
}

pub(super) fn channel_of_byte(byte: u8) -> Read<Option<Channel>> {
    match byte.checked_sub(1) {
        None => Ok(None),
        Some(code) => Channel::from_code(code).map(Some).ok_or(Malformed("a code is unknown")),
    }
}

/// A purpose of travel as a number; 0: not known.
pub(super) fn purpose_byte(purpose: Option<TravelPurpose>) -> u8 {
    purpose.map_or(0, |purpose| purpose as u8 + 1)
}

pub(super) fn purpose_of_byte(byte: u8) -> Read<Option<TravelPurpose>> {
    let Some(code) = byte.checked_sub(1) else { return Ok(None) };
    let purpose = TravelPurpose::from_code(code).ok_or(Malformed("a code is unknown"))?;
    Ok(Some(purpose))
}

pub(super) fn currency(letters: [u8; 3]) -> Read<Currency> {
    let code = std::str::from_utf8(&letters).map_err(|_| Malformed("a currency is not a code"))?;
    Currency::parse("", code).map_err(|_| Malformed("a currency is unknown"))
}

/// Money: 1 currency, 2 minor units.
pub(super) fn put_money(out: &mut Vec<u8>, field: u32, money: Option<Money>) {
    let Some(money) = money else { return };
    wire::message(out, field, |out| {
        wire::put_bytes(out, 1, money.currency.bytes());
        wire::put_sint(out, 2, money.minor);
    });
}

pub(super) fn read_money(mut fields: Fields<'_>) -> Read<Money> {
    let (mut letters, mut minor) = (None, 0);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => letters = Some(value.array()?),
            2 => minor = value.sint()?,
            _ => {}
        }
    }
    Ok(Money { minor, currency: currency(letters.ok_or(Malformed("a currency is missing"))?)? })
}

/// A pair of texts: 1 name, 2 value.
pub(super) fn put_pairs(out: &mut Vec<u8>, field: u32, pairs: &[(String, String)]) {
    for (name, value) in pairs {
        wire::message(out, field, |out| {
            wire::put_bytes(out, 1, name);
            wire::put_bytes(out, 2, value);
        });
    }
}

pub(super) fn read_pair(mut fields: Fields<'_>) -> Read<(String, String)> {
    let mut pair = (String::new(), String::new());
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => value.text()?.clone_into(&mut pair.0),
            2 => value.text()?.clone_into(&mut pair.1),
            _ => {}
        }
    }
    Ok(pair)
}

/// A consent: 1 purpose, 2 channel, 3 state, 4 time, 5 basis, 6 text version, 7 source.
pub(super) fn put_consent(out: &mut Vec<u8>, field: u32, consent: &Consent) {
    wire::message(out, field, |out| {
        wire::always_uint(out, 1, consent.purpose as u8);
        if let Some(channel) = consent.channel {
            wire::always_uint(out, 2, channel as u8);
        }
        wire::always_uint(out, 3, consent.state as u8);
        put_time(out, 4, consent.time);
        wire::put_bytes(out, 5, &consent.basis);
        wire::put_bytes(out, 6, &consent.text_version);
        wire::put_bytes(out, 7, &consent.source);
    });
}

pub(super) fn read_consent(mut fields: Fields<'_>) -> Read<Consent> {
    let (mut purpose, mut state, mut channel_told, mut time) = (None, None, None, Timestamp::EPOCH);
    let (mut basis, mut text_version, mut source) = (String::new(), String::new(), String::new());
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => purpose = Some(value.code(Purpose::from_code)?),
            2 => channel_told = Some(channel(value)?),
            3 => state = Some(value.code(ConsentState::from_code)?),
            4 => time = read_time(value)?,
            5 => value.text()?.clone_into(&mut basis),
            6 => value.text()?.clone_into(&mut text_version),
            7 => value.text()?.clone_into(&mut source),
            _ => {}
        }
    }
    let missing = Malformed("a consent is incomplete");
    Ok(Consent {
        purpose: purpose.ok_or(missing)?,
        channel: channel_told,
        state: state.ok_or(missing)?,
        time,
        basis,
        text_version,
        source,
    })
}

/// An outcome: 1 step, 2 bits (declined, not offered, reversed, fulfilled, failed, unsubscribed), 3 amount, 4 its
/// time.
pub(super) fn write_outcome(out: &mut Vec<u8>, outcome: &Outcome) {
    let registers = [
        outcome.declined,
        outcome.not_offered,
        outcome.reversed,
        outcome.fulfilled,
        outcome.failed,
        outcome.unsubscribed,
    ];
    wire::always_uint(out, 1, outcome.step as u8);
    wire::put_uint(out, 2, bits(&registers));
    wire::put_sint(out, 3, outcome.amount_minor);
    put_time(out, 4, outcome.amount_at);
}

pub(super) fn read_outcome(mut fields: Fields<'_>) -> Read<Outcome> {
    let mut outcome = Outcome::default();
    let mut step = None;
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => step = Some(value.code(Step::from_code)?),
            2 => {
                let [declined, not_offered, reversed, fulfilled, failed, unsubscribed] =
                    flags(value)?;
                let Outcome { step, amount_minor, amount_at, .. } = outcome;
                outcome = Outcome {
                    step,
                    declined,
                    not_offered,
                    reversed,
                    fulfilled,
                    failed,
                    unsubscribed,
                    amount_minor,
                    amount_at,
                };
            }
            3 => outcome.amount_minor = value.sint()?,
            4 => outcome.amount_at = read_time(value)?,
            _ => {}
        }
    }
    Ok(Outcome { step: step.ok_or(Malformed("the step is missing"))?, ..outcome })
}

/// Flags as a number: the first is bit 0.
pub(super) fn bits(flags: &[bool]) -> u64 {
    flags.iter().rev().fold(0, |bits, flag| bits << 1 | u64::from(*flag))
}

pub(super) fn flags<const N: usize>(value: Value<'_>) -> Read<[bool; N]> {
    let bits: u64 = value.uint()?;
    if bits >> N != 0 {
        return Err(Malformed("a flag is unknown"));
    }
    Ok(std::array::from_fn(|at| bits >> at & 1 != 0))
}

/// Kind of day and part of it by their codes.
pub(super) fn time_context(day_type: u8, daypart: u8) -> Read<TimeContext> {
    let day_type = pick(DayType::ALL, day_type).ok_or(Malformed("a code is unknown"))?;
    let daypart = pick(Daypart::ALL, daypart).ok_or(Malformed("a code is unknown"))?;
    Ok(TimeContext { day_type, daypart })
}

/// The variant of a code, where the domain lists them in code order.
pub(super) fn pick<T: Copy, const N: usize>(all: [T; N], code: u8) -> Option<T> {
    all.get(usize::from(code)).copied()
}
