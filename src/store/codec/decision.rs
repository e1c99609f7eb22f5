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
//! | 16 | channel choice |
//! | 17 | segment |
//! | 18 | affinities known (rows: tag u32, log-odds f32) |
//! | 19 | offers seen lately (rows: offer u16, times u16) |
//! | 20 | arms (rows: experiment u8, arm u8) |
//! | 21 | pushed: the decision it takes the place of, 0 for none |
//! | 22 | terms of its prices |
//! | 23 | to be delivered: 1 trigger |
//!
//! A context: 1 direction, 2 channel, 3 stage, 4 day type, 5 daypart, 6 today, 7 adults, 8
//! children, 9 locale, 10 intent.
//!
//! A choice of channel: 1 outcome, 2 channel, 3 reason, 4 – 6 selection probability, that of the
//! time, draw, 7, 8 window (distances from decided), 9 fallbacks (a byte each), 10 considered
//! (rows: channel u8, reason + 1 u8, response propensity f64, utility f64, selection probability
//! f64), 11 basis (row: day type u8, daypart u8, prior rate f32, population f32 × 2, guest f32 × 2,
//! contacts u16, recent u16 × 2).
//!
//! Every floating-point number is kept bit by bit: what was decided can be replayed and evaluated
//! from the record alone. 1, 2, 3 and 7 are always there; the sequence is the record's key, the
//! guest stands in the record.

use super::parts::pick;
use super::{delivery, guest, parts, slot, terms};
use crate::domain::channel::Channel;
use crate::domain::decision::{
    Assigned, ChannelChoice, ConsideredChannel, ContactBasis, Context, Decision, Enrolment,
    GroupBudget, Known, Proposition, Pushed, SendOutcome, Source, TasteSnapshot, WithholdReason,
};
use crate::domain::id::{
    DecisionId, Fingerprint, GuestKey, Label, OfferIndex, PlacementId, PropertyId,
};
use crate::domain::policy::LearningMode;
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
        wire::message(out, 16, |out| write_choice(out, decided, choice));
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
}

pub(super) fn read(fields: Fields<'_>, sequence: u64, guest: GuestKey) -> Read<Decision> {
    // Distances are from this moment, so it comes first.
    let decided = decided_of(fields)?;
    let (mut id, mut property, mut context, mut mean, mut variance) =
        (None, None, None, None, None);
    let (mut expires, mut catalog_version, mut model_sequence, mut segment) = (decided, 0, 0, 0);
    let (mut reservation, mut room, mut request) = (None, None, None);
    let (mut mode, mut flags) = (LearningMode::Online, [false; 3]);
    let (mut arms, mut pushed, mut sold, mut to_deliver) = (Vec::new(), None, None, None);
    let (mut propositions, mut channel, mut known) = (Vec::new(), None, Known::default());
    let mut fields = fields;
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
            11 => mean = Some(guest::vector(value)?),
            12 => variance = Some(guest::vector(value)?),
            13 => mode = value.code(LearningMode::from_code)?,
            14 => flags = parts::flags(value)?,
            15 => propositions.push(read_proposition(value.message()?, decided)?),
            16 => channel = Some(read_choice(value.message()?, decided)?),
            17 => segment = value.uint()?,
            18 => {
                known.affinities = value.rows(|mut row: Row<'_, 8>| Ok((row.u32(), row.f32())))?
            }
            19 => {
                known.seen =
                    value.rows(|mut row: Row<'_, 4>| Ok((OfferIndex(row.u16()), row.u16())))?;
            }
            20 => arms = value.rows(assigned)?,
            21 => pushed = Some(read_pushed(value)?),
            22 => sold = Some(value.message()?),
            23 => to_deliver = Some(delivery::read_asked(value.message()?)?),
            _ => {}
        }
    }
    let [defers_activation, is_degraded, is_held_out] = flags;
    let context = context.ok_or(Malformed("the context is missing"))?;
    let terms = terms::read(sold, context.today)?;
    Ok(Decision {
        id: id.ok_or(Malformed("the id is missing"))?,
        sequence,
        property: parts::id(property, PropertyId::parse)?,
        guest,
        decided,
        expires,
        catalog_version,
        model_sequence,
        context,
        terms,
        reservation,
        room,
        request,
        segment,
        taste: mean.zip(variance).map(|(mean, variance)| TasteSnapshot { mean, variance }),
        known,
        experiments: Enrolment { is_held_out, arms },
        mode,
        defers_activation,
        delivery: to_deliver,
        pushed,
        is_degraded,
        propositions,
        channel,
    })
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

fn write_choice(out: &mut Vec<u8>, decided: Timestamp, choice: &ChannelChoice) {
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

fn read_choice(mut fields: Fields<'_>, decided: Timestamp) -> Read<ChannelChoice> {
    const OUTCOMES: [SendOutcome; 3] =
        [SendOutcome::Send, SendOutcome::Queue, SendOutcome::Withhold];
    let (mut outcome, mut channel, mut reason) = (None, None, None);
    let (mut selection_probability, mut time_selection_probability, mut draw) = (0.0, 0.0, 0.0);
    let (mut window_start, mut window_end) = (decided, decided);
    let (mut fallbacks, mut considered_channels, mut bases) = (Vec::new(), Vec::new(), Vec::new());
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
    })
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
