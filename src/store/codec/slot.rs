//! A slot of a decision: the offer chosen, how, why, and for how much.
//!
//! A slot: 1 offer, 2 key, 3 treatment, 4 selection probability, 5 draw, 6 bits (explored,
//! override), 7 parts of the score (row: 8 × f32, those before the context weight in the order of
//! [`ScoreParts`]), 8 quote, 9 reasons (a byte each), 10 for learning (row: context log-odds f32,
//! taste weight f32, sum of affinities f32, fatigue f32), 11 – 14 context weight, value, lever,
//! score, 15 weight of the guest's value (none: 1), 16 guaranteed. A quote: 1 currency, 2 – 6 list, offer, floor, tax, fee, 7
//! their currencies where they differ (rows), 8 floor basis, 9 charge basis, 10 qualification, 11
//! selection probability, 12 valid until (distance from decided), 13 quantity (none: 1), 14 qualifications,
//! 15 draw, 16 bits (tax included, explored), 17 cell.
//!
//! 2, 7, 8 and 10 of a slot and 1 of a quote are always there.

use super::parts::{self, pick};
use crate::domain::decision::{FloorBasis, Quote, ReasonCode, ScoreParts, Slot};
use crate::domain::id::{Label, OfferIndex, OfferKey};
use crate::domain::money::Money;
use crate::domain::offer::ChargeBasis;
use crate::domain::time::Timestamp;
use crate::store::wire::{self, Fields, Malformed, Read, Row};

pub(super) fn write(out: &mut Vec<u8>, decided: Timestamp, slot: &Slot) {
    wire::put_uint(out, 1, slot.offer.0);
    wire::always_fixed(out, 2, slot.key.0);
    wire::put_uint(out, 3, slot.treatment);
    wire::put_double(out, 4, slot.selection_probability);
    wire::put_double(out, 5, slot.draw);
    wire::put_uint(out, 6, parts::bits(&[slot.is_explored, slot.is_override, slot.is_planned]));
    wire::always_bytes(out, 7, &score_row(&slot.parts));
    wire::message(out, 8, |out| write_quote(out, decided, &slot.quote));
    wire::put_rows(out, 9, slot.reasons.iter(), |reason| [*reason as u8]);
    let Slot { context_log_odds, taste_weight, affinity_sum, fatigue, .. } = slot;
    let [a, b, c, d] =
        [context_log_odds, taste_weight, affinity_sum, fatigue].map(|number| number.to_le_bytes());
    wire::always_bytes(out, 10, &wire::row::<16>(&[&a, &b, &c, &d]));
    wire::put_factor(out, 11, slot.parts.context_weight);
    wire::put_double(out, 12, slot.parts.value);
    wire::put_factor(out, 13, slot.parts.lever);
    wire::put_double(out, 14, slot.parts.score);
    wire::put_factor(out, 15, slot.parts.guest_weight);
    wire::put_uint(out, 16, slot.is_guaranteed);
}

pub(super) fn read(mut fields: Fields<'_>, decided: Timestamp) -> Read<Slot> {
    let (mut offer, mut key, mut treatment, mut flags) = (0, None, 0, [false; 3]);
    let (mut selection_probability, mut draw) = (0.0, 0.0);
    let (mut parts_of_odds, mut learning, mut quote, mut reasons) = (None, None, None, Vec::new());
    let (mut context_weight, mut value_of, mut lever, mut score) = (1.0, 0.0, 1.0, 0.0);
    let (mut guest_weight, mut is_guaranteed) = (1.0, false);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => offer = value.uint()?,
            2 => key = Some(value.fixed()?),
            3 => treatment = value.uint()?,
            4 => selection_probability = value.double()?,
            5 => draw = value.double()?,
            6 => flags = parts::flags(value)?,
            7 => parts_of_odds = value.rows(score_parts)?.pop(),
            8 => quote = Some(read_quote(value.message()?, decided)?),
            9 => reasons = value.rows(reason)?,
            10 => learning = value.rows(learning_of)?.pop(),
            11 => context_weight = value.double()?,
            12 => value_of = value.double()?,
            13 => lever = value.double()?,
            14 => score = value.double()?,
            15 => guest_weight = value.double()?,
            16 => is_guaranteed = value.uint::<u64>()? != 0,
            _ => {}
        }
    }
    let [is_explored, is_override, is_planned] = flags;
    let missing = Malformed("a slot is incomplete");
    let [context_log_odds, taste_weight, affinity_sum, fatigue] = learning.ok_or(missing)?;
    let parts_of_odds = parts_of_odds.ok_or(missing)?;
    Ok(Slot {
        offer: OfferIndex(offer),
        key: OfferKey(key.ok_or(missing)?),
        treatment,
        selection_probability,
        draw,
        is_explored,
        is_override,
        is_planned,
        is_guaranteed,
        parts: ScoreParts {
            context_weight,
            value: value_of,
            lever,
            guest_weight,
            score,
            ..parts_of_odds
        },
        context_log_odds,
        taste_weight,
        affinity_sum,
        fatigue,
        quote: quote.ok_or(missing)?,
        reasons,
    })
}

const SCORE_BYTES: usize = 32;

fn score_row(parts: &ScoreParts) -> [u8; SCORE_BYTES] {
    let numbers = [
        parts.base,
        parts.taste,
        parts.affinity,
        parts.situation,
        parts.popularity,
        parts.fatigue,
        parts.response_propensity,
        parts.uncertainty,
    ];
    let mut row = [0; SCORE_BYTES];
    for (place, number) in row.as_chunks_mut().0.iter_mut().zip(numbers) {
        *place = number.to_le_bytes();
    }
    row
}

/// The parts of the row; the others are still to be read.
fn score_parts(mut row: Row<'_, SCORE_BYTES>) -> Read<ScoreParts> {
    Ok(ScoreParts {
        base: row.f32(),
        taste: row.f32(),
        affinity: row.f32(),
        situation: row.f32(),
        popularity: row.f32(),
        fatigue: row.f32(),
        response_propensity: row.f32(),
        uncertainty: row.f32(),
        ..ScoreParts::default()
    })
}

fn learning_of(mut row: Row<'_, 16>) -> Read<[f32; 4]> {
    Ok([row.f32(), row.f32(), row.f32(), row.f32()])
}

fn reason(mut row: Row<'_, 1>) -> Read<ReasonCode> {
    ReasonCode::from_code(row.u8()).ok_or(Malformed("a code is unknown"))
}

fn amounts(quote: &Quote) -> [Money; 5] {
    [quote.list, quote.offer, quote.floor, quote.tax, quote.fee]
}

fn write_quote(out: &mut Vec<u8>, decided: Timestamp, quote: &Quote) {
    let amounts = amounts(quote);
    let currency = quote.list.currency;
    wire::always_bytes(out, 1, &currency.bytes());
    for (field, amount) in (2..).zip(amounts) {
        wire::put_sint(out, field, amount.minor);
    }
    if amounts.iter().any(|amount| amount.currency != currency) {
        wire::put_rows(out, 7, amounts.iter(), |amount| amount.currency.bytes());
    }
    wire::put_uint(out, 8, quote.floor_basis as u8);
    wire::put_uint(out, 9, quote.basis as u8);
    wire::put_bytes(out, 10, &quote.qualification);
    wire::put_factor(out, 11, quote.selection_probability);
    parts::put_distance(out, 12, decided, quote.valid_until);
    if quote.quantity != 1 {
        wire::always_uint(out, 13, quote.quantity);
    }
    for id in &quote.qualifications {
        wire::put_bytes(out, 14, id.as_str());
    }
    wire::put_double(out, 15, quote.draw);
    wire::put_uint(out, 16, parts::bits(&[quote.is_tax_included, quote.is_explored]));
    if quote.cell != 0 {
        wire::always_fixed(out, 17, quote.cell);
    }
    wire::put_sint(out, 18, quote.displacement.minor);
}

fn read_quote(mut fields: Fields<'_>, decided: Timestamp) -> Read<Quote> {
    const FLOORS: [FloorBasis; 6] = [
        FloorBasis::VariableCost,
        FloorBasis::Hurdle,
        FloorBasis::Parity,
        FloorBasis::Policy,
        FloorBasis::Displacement,
        FloorBasis::BidPrice,
    ];
    let (mut currency, mut currencies, mut minors) = (None, None, [0; 5]);
    let (mut floor_basis, mut basis) = (FloorBasis::VariableCost, ChargeBasis::Stay);
    let (mut qualification, mut selection_probability, mut valid_until) =
        (String::new(), 1.0, decided);
    let (mut quantity, mut qualifications, mut draw) = (1, Vec::new(), 0.0);
    let (mut flags, mut cell, mut displaced) = ([false; 2], 0, 0);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => currency = Some(parts::currency(value.array()?)?),
            2..=6 => {
                if let Some(minor) = minors.get_mut(field as usize - 2) {
                    *minor = value.sint()?;
                }
            }
            7 => currencies = Some(value.array::<15>()?),
            8 => floor_basis = value.code(|code| pick(FLOORS, code))?,
            9 => basis = value.code(|code| pick(ChargeBasis::ALL, code))?,
            10 => value.text()?.clone_into(&mut qualification),
            11 => selection_probability = value.double()?,
            12 => valid_until = parts::at_distance(decided, value.sint()?),
            13 => quantity = value.uint()?,
            14 => qualifications.extend(parts::some_id(value, Label::parse)?),
            15 => draw = value.double()?,
            16 => flags = parts::flags(value)?,
            17 => cell = value.fixed()?,
            18 => displaced = value.sint()?,
            _ => {}
        }
    }
    let currency = currency.ok_or(Malformed("a currency is missing"))?;
    let mut money = minors.map(|minor| Money { minor, currency });
    for (amount, letters) in
        money.iter_mut().zip(currencies.iter().flat_map(|rows| rows.as_chunks().0))
    {
        amount.currency = parts::currency(*letters)?;
    }
    let [list, offer, floor, tax, fee] = money;
    let [is_tax_included, is_explored] = flags;
    Ok(Quote {
        list,
        offer,
        floor,
        floor_basis,
        displacement: Money { minor: displaced, currency: list.currency },
        quantity,
        tax,
        is_tax_included,
        fee,
        basis,
        qualification,
        qualifications,
        selection_probability,
        draw,
        is_explored,
        cell,
        valid_until,
    })
}
