//! A decision. The largest and most frequent record, so the compact one.
//!
//! | field | content |
//! |---|---|
//! | 1 | id |
//! | 2 | property |
//! | 3 | decided |
//! | 4 | expires, distance from decided |
//! | 5, 6 | catalog version, model sequence |
//! | 7 | context |
//! | 8, 9, 10 | reservation, room, request |
//! | 11, 12 | taste: mean, variance; 32 × f32 |
//! | 13 | learning mode |
//! | 14 | bits: defers activation, is degraded, is held out |
//! | 15 | propositions: 1 placement, 2 policy, 3 candidates (distances), 4 slots, 5 source,
//! | | 6 budgets (rows: group u32, left u16) |
//! | 16 | channel choice ([`super::contact`]) |
//! | 17 | segment |
//! | 18 | affinities known (rows: tag u32, log-odds f32) |
//! | 19 | offers seen lately (rows: offer u16, times u16) |
//! | 20 | arms (rows: experiment u8, arm u8) |
//! | 21 | pushed: the decision it takes the place of, 0 for none |
//! | 22 | terms of its prices |
//! | 23 | to be delivered: 1 trigger |
//! | 25 | the message chosen already ([`super::contact`]) |
//! | 29 | budgets ([`super::spending`]) |
//! | 30 | sequence of the rates in force |
//! | 34 | value tier of the guest; none where it did not count |
//! | 37 | units of rationed offers ([`super::bids`]) |
//! | 38 | what moved offers beside (row: key u64, percent i16) |
//!
//! A context: 1 direction, 2 channel, 3 stage, 4 day type, 5 daypart, 6 today, 7 adults, 8
//! children, 9 locale, 10 intent.
//!
//! Every floating-point number is kept bit by bit: what was decided can be replayed and evaluated
//! from the record alone. 1, 2, 3 and 7 are always there; the sequence is the record's key, the
//! guest stands in the record.

use super::parts::pick;
use super::{bids, contact, delivery, guest, parts, slot, spending, terms};
use crate::domain::budget::Spending;
use crate::domain::complement::GoesWith;
use crate::domain::decision::{
    Assigned, Carried, Context, Decision, Enrolment, GroupBudget, Known, Proposition, Pushed,
    Source, TasteSnapshot,
};
use crate::domain::delivery::Delivery;
use crate::domain::guest_value::ValueTier;
use crate::domain::id::{
    DecisionId, Fingerprint, GuestKey, Label, OfferIndex, OfferKey, PlacementId, PropertyId,
};
use crate::domain::policy::LearningMode;
use crate::domain::ration::Bid;
use crate::domain::request::Direction;
use crate::domain::stay::StayStage;
use crate::domain::time::{Date, DayType, Daypart, TimeContext, Timestamp};
use crate::store::wire::{self, Fields, Malformed, Read, Row, Value};

pub(super) fn write(out: &mut Vec<u8>, decision: &Decision) {
    let decided = decision.decided;
    wire::always_bytes(out, 1, &decision.id.0);
    wire::put_bytes(out, 2, decision.property.as_str());
    wire::always_fixed(out, 3, decided.as_micros().cast_unsigned());
    parts::put_distance(out, 4, decided, decision.expires);
    wire::put_uint(out, 5, decision.catalog_version);
    wire::put_uint(out, 6, decision.model_sequence);
    wire::message(out, 7, |out| write_context(out, &decision.context));
    for (field, print) in [(8, decision.reservation), (9, decision.room), (10, decision.request)] {
        if let Some(Fingerprint(print)) = print {
            wire::always_fixed(out, field, print);
        }
    }
    if let Some(taste) = &decision.taste {
        guest::put_vector(out, 11, &taste.mean);
        guest::put_vector(out, 12, &taste.variance);
    }
    wire::put_uint(out, 13, decision.mode as u8);
    wire::put_uint(
        out,
        14,
        parts::bits(&[
            decision.defers_activation,
            decision.is_degraded,
            decision.experiments.is_held_out,
        ]),
    );
    for proposition in &decision.propositions {
        wire::message(out, 15, |out| write_proposition(out, decided, proposition));
    }
    if let Some(choice) = &decision.channel {
        wire::message(out, 16, |out| contact::write_choice(out, decided, choice));
    }
    wire::put_uint(out, 17, decision.segment);
    let known = &decision.known;
    wire::put_rows(out, 18, known.affinities.iter(), |(tag, mean)| -> [u8; 8] {
        wire::row(&[&tag.to_le_bytes(), &mean.to_le_bytes()])
    });
    wire::put_rows(out, 19, known.seen.iter(), |(offer, times)| -> [u8; 4] {
        wire::row(&[&offer.0.to_le_bytes(), &times.to_le_bytes()])
    });
    wire::put_rows(out, 20, decision.experiments.arms.iter(), |assigned| -> [u8; 2] {
        [assigned.experiment, assigned.arm]
    });
    if let Some(pushed) = decision.pushed {
        wire::always_fixed(out, 21, pushed.replaces.unwrap_or(0));
    }
    terms::write(out, 22, decision.context.today, &decision.terms);
    delivery::write_asked(out, 23, decision.delivery.as_ref());
    if let Some(carried) = &decision.message {
        wire::message(out, 25, |out| contact::write_carried(out, carried));
    }
    for spending in &decision.spending {
        wire::message(out, 29, |out| spending::write(out, spending));
    }
    wire::put_uint(out, 30, decision.rates_version);
    wire::put_uint(out, 34, decision.value_tier.map_or(0, |tier| tier as u8));
    bids::write(out, 37, &decision.bids);
    wire::put_rows(out, 38, decision.goes_with.iter(), |it| -> [u8; 10] {
        wire::row(&[&it.offer.0.to_le_bytes(), &it.percent.to_le_bytes()])
    });
}

pub(super) fn read(mut fields: Fields<'_>, sequence: u64, guest: GuestKey) -> Read<Decision> {
    // Distances are from this moment, so it comes first.
    let decided = decided_of(fields)?;
    let (mut id, mut property, mut context, mut taste) = (None, None, None, (None, None));
    let (mut expires, mut catalog_version, mut model_sequence, mut segment) = (decided, 0, 0, 0);
    let (mut reservation, mut room, mut request) = (None, None, None);
    let (mut mode, mut flags) = (LearningMode::Online, [false; 3]);
    let (mut arms, mut rest) = (Vec::new(), Rest::default());
    let (mut propositions, mut channel, mut known) = (Vec::new(), None, Known::default());
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => id = Some(DecisionId(value.array()?)),
            2 => property = Some(value),
            4 => expires = parts::at_distance(decided, value.sint()?),
            5 => catalog_version = value.uint()?,
            6 => model_sequence = value.uint()?,
            7 => context = Some(read_context(value.message()?)?),
            8 => reservation = Some(Fingerprint(value.fixed()?)),
            9 => room = Some(Fingerprint(value.fixed()?)),
            10 => request = Some(Fingerprint(value.fixed()?)),
            11 => taste.0 = Some(guest::vector(value)?),
            12 => taste.1 = Some(guest::vector(value)?),
            13 => mode = value.code(LearningMode::from_code)?,
            14 => flags = parts::flags(value)?,
            15 => propositions.push(read_proposition(value.message()?, decided)?),
            16 => channel = Some(contact::read_choice(value.message()?, decided)?),
            17 => segment = value.uint()?,
            18 => known.affinities = value.rows(affinity)?,
            19 => known.seen = value.rows(seen)?,
            20 => arms = value.rows(assigned)?,
            _ => rest.take(field, value)?,
        }
    }
    let [defers_activation, is_degraded, is_held_out] = flags;
    let context = context.ok_or(Malformed("the context is missing"))?;
    let terms = terms::read(rest.sold, context.today)?;
    Ok(Decision {
        id: id.ok_or(Malformed("the id is missing"))?,
        sequence,
        property: parts::id(property, PropertyId::parse)?,
        guest,
        decided,
        expires,
        catalog_version,
        model_sequence,
        rates_version: rest.rates_version,
        value_tier: rest.value_tier,
        context,
        terms,
        reservation,
        room,
        request,
        segment,
        taste: taste.0.zip(taste.1).map(|(mean, variance)| TasteSnapshot { mean, variance }),
        known,
        experiments: Enrolment { is_held_out, arms },
        mode,
        defers_activation,
        delivery: rest.to_deliver,
        pushed: rest.pushed,
        is_degraded,
        propositions,
        spending: rest.spent,
        bids: rest.bids,
        goes_with: rest.goes_with,
        channel,
        message: rest.message,
    })
}

/// What many decisions have nothing of.
#[derive(Default)]
struct Rest<'a> {
    pushed: Option<Pushed>,
    sold: Option<Fields<'a>>,
    to_deliver: Option<Delivery>,
    message: Option<Carried>,
    spent: Vec<Spending>,
    rates_version: u64,
    value_tier: Option<ValueTier>,
    bids: Vec<Bid>,
    goes_with: Vec<GoesWith>,
}

impl<'a> Rest<'a> {
    fn take(&mut self, field: u32, value: Value<'a>) -> Read<()> {
        match field {
            21 => self.pushed = Some(read_pushed(value)?),
            22 => self.sold = Some(value.message()?),
            23 => self.to_deliver = Some(delivery::read_asked(value.message()?)?),
            25 => self.message = Some(contact::read_carried(value.message()?)?),
            29 => self.spent.push(spending::read(value.message()?)?),
            30 => self.rates_version = value.uint()?,
            34 => self.value_tier = Some(value.code(ValueTier::from_code)?),
            37 => self.bids = value.rows(bids::read)?,
            38 => self.goes_with = value.rows(goes_with)?,
            _ => {}
        }
        Ok(())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as rows are read")]
fn goes_with(mut row: Row<'_, 10>) -> Read<GoesWith> {
    let offer = OfferKey(row.u64());
    Ok(GoesWith { offer, percent: i16::from_le_bytes(row.u16().to_le_bytes()) })
}

fn affinity(mut row: Row<'_, 8>) -> Read<(u32, f32)> {
    Ok((row.u32(), row.f32()))
}

fn seen(mut row: Row<'_, 4>) -> Read<(OfferIndex, u16)> {
    Ok((OfferIndex(row.u16()), row.u16()))
}

fn assigned(mut row: Row<'_, 2>) -> Read<Assigned> {
    Ok(Assigned { experiment: row.u8(), arm: row.u8() })
}

fn read_pushed(value: Value<'_>) -> Read<Pushed> {
    Ok(Pushed { replaces: Some(value.fixed()?).filter(|decision| *decision != 0) })
}

fn decided_of(mut fields: Fields<'_>) -> Read<Timestamp> {
    while let Some((field, value)) = fields.next()? {
        if field == 3 {
            return parts::read_time(value);
        }
    }
    Err(Malformed("the time is missing"))
}

fn write_context(out: &mut Vec<u8>, context: &Context) {
    wire::put_uint(out, 1, context.direction as u8);
    wire::always_uint(out, 2, context.channel as u8);
    wire::put_uint(out, 3, context.stage as u8);
    wire::put_uint(out, 4, context.time.day_type as u8);
    wire::put_uint(out, 5, context.time.daypart as u8);
    wire::put_sint(out, 6, context.today.0);
    wire::put_uint(out, 7, context.adults);
    wire::put_uint(out, 8, context.children);
    wire::put_bytes(out, 9, &context.locale);
    wire::put_bytes(out, 10, &context.intent);
}

fn read_context(mut fields: Fields<'_>) -> Read<Context> {
    let (mut direction, mut channel, mut stage) = (Direction::Inbound, None, StayStage::Prospect);
    let (mut day_type, mut daypart) = (DayType::Work, Daypart::Morning);
    let (mut today, mut adults, mut children) = (Date(0), 0, 0);
    let (mut locale, mut intent) = (String::new(), String::new());
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => {
                direction =
                    value.code(|code| pick([Direction::Inbound, Direction::Outbound], code))?
            }
            2 => channel = Some(parts::channel(value)?),
            3 => stage = value.code(StayStage::from_code)?,
            4 => day_type = value.code(|code| pick(DayType::ALL, code))?,
            5 => daypart = value.code(|code| pick(Daypart::ALL, code))?,
            6 => today = Date(value.sint()?),
            7 => adults = value.uint()?,
            8 => children = value.uint()?,
            9 => value.text()?.clone_into(&mut locale),
            10 => value.text()?.clone_into(&mut intent),
            _ => {}
        }
    }
    let channel = channel.ok_or(Malformed("the channel is missing"))?;
    let time = TimeContext { day_type, daypart };
    Ok(Context { direction, channel, stage, time, today, adults, children, locale, intent })
}

fn write_proposition(out: &mut Vec<u8>, decided: Timestamp, proposition: &Proposition) {
    wire::put_bytes(out, 1, proposition.placement.as_str());
    wire::put_bytes(out, 2, proposition.policy.as_str());
    wire::put_distances(out, 3, proposition.candidates.iter().map(|index| index.0));
    for slot in &proposition.slots {
        wire::message(out, 4, |out| slot::write(out, decided, slot));
    }
    wire::put_uint(out, 5, proposition.source as u8);
    wire::put_rows(out, 6, proposition.budgets.iter(), |budget| -> [u8; 6] {
        wire::row(&[&budget.group.to_le_bytes(), &budget.left.to_le_bytes()])
    });
}

fn read_proposition(mut fields: Fields<'_>, decided: Timestamp) -> Read<Proposition> {
    let (mut placement, mut policy, mut source) = (None, None, Source::Model);
    let (mut candidates, mut slots, mut budgets) = (Vec::new(), Vec::new(), Vec::new());
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => placement = Some(value),
            2 => policy = Some(value),
            3 => candidates = value.distances(OfferIndex)?,
            4 => slots.push(slot::read(value.message()?, decided)?),
            5 => source = value.code(Source::from_code)?,
            6 => {
                budgets = value.rows(|mut row: Row<'_, 6>| {
                    Ok(GroupBudget { group: row.u32(), left: row.u16() })
                })?;
            }
            _ => {}
        }
    }
    let placement = parts::id(placement, PlacementId::parse)?;
    let policy = parts::id(policy, Label::parse)?;
    Ok(Proposition { placement, policy, candidates, slots, source, budgets })
}
