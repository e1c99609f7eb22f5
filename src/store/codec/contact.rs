//! How a decision chose channel and moment, and the message it was asked about.
//!
//! A choice of channel: 1 outcome, 2 channel, 3 reason, 4 – 6 selection probability, that of the
//! time, draw, 7, 8 window (distances from decided), 9 fallbacks (a byte each), 10 considered
//! (rows: channel u8, reason + 1 u8, response propensity f64, utility f64, selection probability
//! f64), 11 basis (row: day type u8, daypart u8, prior rate f32, population f32 × 2, guest f32 × 2,
//! contacts u16, recent u16 × 2), 25 moments drawn from (rows: at i64, hoped f64, activity f64).
//!
//! A message chosen already: 1 offer (row: place u16, key u64), 2 treatment, 3 is it of a transaction,
//! 4 value of a response.

use super::parts::{self, pick};
use crate::domain::channel::Channel;
use crate::domain::decision::{
    Carried, ChannelChoice, ConsideredChannel, ContactBasis, Moment, SendOutcome, WithholdReason,
};
use crate::domain::id::{OfferIndex, OfferKey};
use crate::domain::time::Timestamp;
use crate::store::wire::{self, Fields, Malformed, Read, Row};

pub(super) fn write_choice(out: &mut Vec<u8>, decided: Timestamp, choice: &ChannelChoice) {
    wire::always_uint(out, 1, choice.outcome as u8);
    if let Some(channel) = choice.channel {
        wire::always_uint(out, 2, channel as u8);
    }
    if let Some(reason) = choice.reason {
        wire::always_uint(out, 3, reason as u8);
    }
    wire::put_double(out, 4, choice.selection_probability);
    wire::put_double(out, 5, choice.time_selection_probability);
    wire::put_double(out, 6, choice.draw);
    parts::put_distance(out, 7, decided, choice.window_start);
    parts::put_distance(out, 8, decided, choice.window_end);
    wire::put_rows(out, 9, choice.fallbacks.iter(), |channel| [*channel as u8]);
    wire::put_rows(out, 10, choice.considered.iter(), |considered| -> [u8; 26] {
        wire::row(&[
            &[considered.channel as u8, considered.forbidden.map_or(0, |reason| reason as u8 + 1)],
            &considered.response_propensity.to_le_bytes(),
            &considered.utility.to_le_bytes(),
            &considered.selection_probability.to_le_bytes(),
        ])
    });
    wire::put_rows(out, 11, choice.basis.iter(), basis_row);
    wire::put_rows(out, 25, choice.moments.iter(), |moment| -> [u8; 24] {
        wire::row(&[
            &moment.at.as_micros().to_le_bytes(),
            &moment.hoped.to_le_bytes(),
            &moment.activity.to_le_bytes(),
        ])
    });
}

fn basis_row(basis: &ContactBasis) -> [u8; 28] {
    let ContactBasis { time, prior_rate, population, guest, contacts, recent } = basis;
    wire::row(&[
        &[time.day_type as u8, time.daypart as u8],
        &prior_rate.to_le_bytes(),
        &population[0].to_le_bytes(),
        &population[1].to_le_bytes(),
        &guest[0].to_le_bytes(),
        &guest[1].to_le_bytes(),
        &contacts.to_le_bytes(),
        &recent[0].to_le_bytes(),
        &recent[1].to_le_bytes(),
    ])
}

fn basis(mut row: Row<'_, 28>) -> Read<ContactBasis> {
    let time = parts::time_context(row.u8(), row.u8())?;
    Ok(ContactBasis {
        time,
        prior_rate: row.f32(),
        population: [row.f32(), row.f32()],
        guest: [row.f32(), row.f32()],
        contacts: row.u16(),
        recent: [row.u16(), row.u16()],
    })
}

pub(super) fn read_choice(mut fields: Fields<'_>, decided: Timestamp) -> Read<ChannelChoice> {
    const OUTCOMES: [SendOutcome; 3] =
        [SendOutcome::Send, SendOutcome::Queue, SendOutcome::Withhold];
    let (mut outcome, mut channel, mut reason) = (None, None, None);
    let (mut selection_probability, mut time_selection_probability, mut draw) = (0.0, 0.0, 0.0);
    let (mut window_start, mut window_end) = (decided, decided);
    let (mut fallbacks, mut considered_channels, mut bases) = (Vec::new(), Vec::new(), Vec::new());
    let mut moments = Vec::new();
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => outcome = Some(value.code(|code| pick(OUTCOMES, code))?),
            2 => channel = Some(parts::channel(value)?),
            3 => reason = Some(value.code(|code| pick(WithholdReason::ALL, code))?),
            4 => selection_probability = value.double()?,
            5 => time_selection_probability = value.double()?,
            6 => draw = value.double()?,
            7 => window_start = parts::at_distance(decided, value.sint()?),
            8 => window_end = parts::at_distance(decided, value.sint()?),
            9 => fallbacks = value.rows(|mut row: Row<'_, 1>| channel_of(row.u8()))?,
            10 => considered_channels = value.rows(considered)?,
            11 => bases = value.rows(basis)?,
            25 => moments = value.rows(moment)?,
            _ => {}
        }
    }
    Ok(ChannelChoice {
        outcome: outcome.ok_or(Malformed("a choice of channel is incomplete"))?,
        channel,
        reason,
        selection_probability,
        time_selection_probability,
        draw,
        window_start,
        window_end,
        fallbacks,
        considered: considered_channels,
        basis: bases.pop(),
        moments,
    })
}

fn moment(mut row: Row<'_, 24>) -> Read<Moment> {
    let at = Timestamp::from_micros(row.i64());
    Ok(Moment { at, hoped: row.f64(), activity: row.f64() })
}

fn considered(mut row: Row<'_, 26>) -> Read<ConsideredChannel> {
    let channel = channel_of(row.u8())?;
    let forbidden = match row.u8().checked_sub(1) {
        None => None,
        Some(code) => Some(pick(WithholdReason::ALL, code).ok_or(Malformed("a code is unknown"))?),
    };
    let (response_propensity, utility, selection_probability) = (row.f64(), row.f64(), row.f64());
    Ok(ConsideredChannel {
        channel,
        forbidden,
        response_propensity,
        utility,
        selection_probability,
    })
}

fn channel_of(code: u8) -> Read<Channel> {
    Channel::from_code(code).ok_or(Malformed("a code is unknown"))
}

pub(super) fn write_carried(out: &mut Vec<u8>, carried: &Carried) {
    wire::put_rows(out, 1, carried.offer.iter(), |(place, key)| -> [u8; 10] {
        wire::row(&[&place.0.to_le_bytes(), &key.0.to_le_bytes()])
    });
    wire::put_uint(out, 2, carried.treatment);
    wire::put_uint(out, 3, carried.is_transactional);
    wire::put_double(out, 4, carried.value);
}

pub(super) fn read_carried(mut fields: Fields<'_>) -> Read<Carried> {
    let (mut offers, mut treatment, mut is_transactional, mut value_of) =
        (Vec::new(), 0, false, 0.0);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => {
                offers = value.rows(|mut row: Row<'_, 10>| {
                    Ok((OfferIndex(row.u16()), OfferKey(row.u64())))
                })?;
            }
            2 => treatment = value.uint()?,
            3 => is_transactional = value.uint::<u64>()? != 0,
            4 => value_of = value.double()?,
            _ => {}
        }
    }
    Ok(Carried { offer: offers.pop(), treatment, is_transactional, value: value_of })
}
