//! An event.
//!
//! | field | content |
//! |---|---|
//! | 1, 2 | id, source |
//! | 3 | kind |
//! | 4 | time |
//! | 5 – 8 | guest, property, reservation, room |
//! | 9 | channel |
//! | 10 | decision: 1 id, 2 token (1 decided, 2 expires, 3 slots), 3 place (bytes: proposition, slot) |
//! | 11, 12 | offer, placement |
//! | 13, 14 | amount, cost |
//! | 15 | the event it undoes |
//! | 16 | stay |
//! | 17 | survey: 1 question, 2 value, 3 tags |
//! | 18 | rating |
//! | 19 | consent |
//! | 20 | attributes |
//! | 21 | signs of presence, each as in a guest |
//! | 22 | what the guest has to do with the stay, 0: stays |
//! | 24 | activity: 1 segment, 2 hour; 3 it was a machine |
//! | 26 | the price that was promised |
//! | 25 | units: 1 offer, 2 property, 3 day, 4 state, 5 until, 6 the id that has it |
//!
//! A slot of a token, row: proposition u8, slot u8, offer u64, selection probability f64. A stay: 1
//! from, 2 to, 3 adults, 4 children, 5 room reserved, 6 room given, 7 rate plan, 8 market segment,
//! 9 distribution channel, 10 lead time, 11 special requests, 12 meal, 13 purpose + 1. 1, 2, 3 and 5 of
//! an event are always there.

use crate::domain::event::{
    Activity, DecisionRef, Event, EventKind, PartyRole, SlotPlace, SurveyAnswer, TokenFacts,
    TokenSlot,
};
use crate::domain::id::{
    DecisionId, EventId, GuestId, OfferId, OfferKey, PlacementId, PropertyId, ReservationId,
    RoomId, SourceId,
};
use crate::domain::stay::StayFacts;
use crate::domain::time::{Date, Timestamp};
use crate::store::wire::{self, Fields, Malformed, Read, Row};

use super::{held_price, hold, parts};

pub(super) fn write(out: &mut Vec<u8>, event: &Event) {
    wire::put_bytes(out, 1, event.id.as_str());
    wire::put_bytes(out, 2, event.source.as_str());
    wire::always_uint(out, 3, event.kind as u8);
    parts::put_time(out, 4, event.time);
    wire::put_bytes(out, 5, event.guest.as_str());
    wire::put_bytes(out, 6, event.property.as_ref().map_or("", PropertyId::as_str));
    wire::put_bytes(out, 7, event.reservation.as_ref().map_or("", ReservationId::as_str));
    wire::put_bytes(out, 8, event.room.as_ref().map_or("", RoomId::as_str));
    if let Some(channel) = event.channel {
        wire::always_uint(out, 9, channel as u8);
    }
    if let Some(decision) = &event.decision {
        wire::message(out, 10, |out| write_decision(out, decision));
    }
    wire::put_bytes(out, 11, event.offer.as_ref().map_or("", OfferId::as_str));
    wire::put_bytes(out, 12, event.placement.as_ref().map_or("", PlacementId::as_str));
    parts::put_money(out, 13, event.amount);
    parts::put_money(out, 14, event.cost);
    wire::put_bytes(out, 15, event.reverses.as_ref().map_or("", EventId::as_str));
    if let Some(stay) = &event.stay {
        wire::message(out, 16, |out| write_stay(out, stay));
    }
    if let Some(survey) = &event.survey {
        wire::message(out, 17, |out| write_survey(out, survey));
    }
    if let Some(rating) = event.rating {
        wire::always_uint(out, 18, rating);
    }
    if let Some(consent) = &event.consent {
        parts::put_consent(out, 19, consent);
    }
    parts::put_pairs(out, 20, &event.attributes);
    super::presence::put(out, 21, &event.presence);
    wire::put_uint(out, 22, event.role as u8);
    if event.activity.is_some() || event.is_machine {
        wire::message(out, 24, |out| write_activity(out, event));
    }
    for mark in &event.holds {
        wire::message(out, 25, |out| hold::write(out, mark));
    }
    if let Some(held) = &event.held_price {
        wire::message(out, 26, |out| held_price::write(out, held));
    }
}

fn write_activity(out: &mut Vec<u8>, event: &Event) {
    if let Some(Activity { segment, hour }) = event.activity {
        wire::always_uint(out, 1, segment);
        wire::always_uint(out, 2, hour);
    }
    wire::put_uint(out, 3, event.is_machine);
}

fn read_activity(mut fields: Fields<'_>) -> Read<(Option<Activity>, bool)> {
    let (mut segment, mut hour, mut is_machine) = (None, None, false);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => segment = Some(value.uint()?),
            2 => hour = Some(value.uint()?),
            3 => is_machine = value.uint::<u64>()? != 0,
            _ => {}
        }
    }
    let activity = segment.zip(hour).map(|(segment, hour)| Activity { segment, hour });
    Ok((activity, is_machine))
}

pub(super) fn read(mut fields: Fields<'_>) -> Read<Event> {
    let (mut id, mut source, mut kind, mut guest, mut time) =
        (None, None, None, None, Timestamp::EPOCH);
    let mut rest = Rest::default();
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => id = Some(value),
            2 => source = Some(value),
            3 => kind = Some(value.code(EventKind::from_code)?),
            4 => time = parts::read_time(value)?,
            5 => guest = Some(value),
            6 => rest.property = parts::some_id(value, PropertyId::parse)?,
            7 => rest.reservation = parts::some_id(value, ReservationId::parse)?,
            8 => rest.room = parts::some_id(value, RoomId::parse)?,
            9 => rest.channel = Some(parts::channel(value)?),
            10 => rest.decision = Some(read_decision(value.message()?)?),
            11 => rest.offer = parts::some_id(value, OfferId::parse)?,
            12 => rest.placement = parts::some_id(value, PlacementId::parse)?,
            13 => rest.amount = Some(parts::read_money(value.message()?)?),
            14 => rest.cost = Some(parts::read_money(value.message()?)?),
            15 => rest.reverses = parts::some_id(value, EventId::parse)?,
            16 => rest.stay = Some(read_stay(value.message()?)?),
            17 => rest.survey = Some(read_survey(value.message()?)?),
            18 => rest.rating = Some(value.uint()?),
            19 => rest.consent = Some(parts::read_consent(value.message()?)?),
            20 => rest.attributes.push(parts::read_pair(value.message()?)?),
            21 => rest.presence.push(super::presence::read(value.message()?)?),
            22 => rest.role = value.code(PartyRole::from_code)?,
            24 => (rest.activity, rest.is_machine) = read_activity(value.message()?)?,
            25 => rest.holds.push(hold::read(value.message()?)?),
            26 => rest.held_price = Some(Box::new(held_price::read(value.message()?)?)),
            _ => {}
        }
    }
    let id = parts::id(id, EventId::parse)?;
    let source = parts::id(source, SourceId::parse)?;
    let guest = parts::id(guest, GuestId::parse)?;
    let kind = kind.ok_or(Malformed("the kind of event is missing"))?;
    Ok(rest.event(id, source, kind, time, guest))
}

/// The parts an event may lack.
#[derive(Default)]
struct Rest {
    role: PartyRole,
    property: Option<PropertyId>,
    reservation: Option<ReservationId>,
    room: Option<RoomId>,
    channel: Option<crate::domain::channel::Channel>,
    decision: Option<DecisionRef>,
    offer: Option<OfferId>,
    placement: Option<PlacementId>,
    amount: Option<crate::domain::money::Money>,
    cost: Option<crate::domain::money::Money>,
    reverses: Option<EventId>,
    stay: Option<StayFacts>,
    survey: Option<SurveyAnswer>,
    rating: Option<u8>,
    consent: Option<crate::domain::consent::Consent>,
    presence: Vec<crate::domain::presence::Sighting>,
    is_machine: bool,
    activity: Option<Activity>,
    attributes: Vec<(String, String)>,
    holds: Vec<crate::domain::hold::HoldMark>,
    held_price: Option<Box<crate::domain::held_price::HeldPrice>>,
}

impl Rest {
    fn event(
        self,
        id: EventId,
        source: SourceId,
        kind: EventKind,
        time: Timestamp,
        guest: GuestId,
    ) -> Event {
        Event {
            id,
            source,
            kind,
            time,
            guest,
            role: self.role,
            property: self.property,
            reservation: self.reservation,
            room: self.room,
            channel: self.channel,
            decision: self.decision,
            offer: self.offer,
            placement: self.placement,
            amount: self.amount,
            cost: self.cost,
            reverses: self.reverses,
            stay: self.stay,
            survey: self.survey,
            rating: self.rating,
            consent: self.consent,
            presence: self.presence,
            is_machine: self.is_machine,
            activity: self.activity,
            attributes: self.attributes,
            holds: self.holds,
            held_price: self.held_price,
        }
    }
}

fn write_decision(out: &mut Vec<u8>, decision: &DecisionRef) {
    wire::always_bytes(out, 1, &decision.id.0);
    if let Some(token) = &decision.token {
        wire::message(out, 2, |out| {
            parts::put_time(out, 1, token.decided);
            parts::put_time(out, 2, token.expires);
            wire::put_rows(out, 3, token.slots.iter(), token_slot_row);
        });
    }
    if let Some(place) = decision.place {
        wire::always_bytes(out, 3, &[place.proposition, place.slot]);
    }
}

fn read_decision(mut fields: Fields<'_>) -> Read<DecisionRef> {
    let (mut id, mut token, mut place) = (None, None, None);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => id = Some(DecisionId(value.array()?)),
            2 => token = Some(read_token(value.message()?)?),
            3 => {
                let [proposition, slot] = value.array()?;
                place = Some(SlotPlace { proposition, slot });
            }
            _ => {}
        }
    }
    Ok(DecisionRef { id: id.ok_or(Malformed("the decision is missing"))?, place, token })
}

fn read_token(mut fields: Fields<'_>) -> Read<TokenFacts> {
    let mut token =
        TokenFacts { decided: Timestamp::EPOCH, expires: Timestamp::EPOCH, slots: Vec::new() };
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => token.decided = parts::read_time(value)?,
            2 => token.expires = parts::read_time(value)?,
            3 => token.slots = value.rows(token_slot)?,
            _ => {}
        }
    }
    Ok(token)
}

fn token_slot_row(slot: &TokenSlot) -> [u8; 18] {
    wire::row(&[
        &[slot.place.proposition, slot.place.slot],
        &slot.offer.0.to_le_bytes(),
        &slot.selection_probability.to_le_bytes(),
    ])
}

fn token_slot(mut row: Row<'_, 18>) -> Read<TokenSlot> {
    let place = SlotPlace { proposition: row.u8(), slot: row.u8() };
    Ok(TokenSlot { place, offer: OfferKey(row.u64()), selection_probability: row.f64() })
}

fn write_stay(out: &mut Vec<u8>, stay: &StayFacts) {
    wire::put_sint(out, 1, stay.check_in.0);
    wire::put_sint(out, 2, stay.check_out.0);
    wire::put_uint(out, 3, stay.adults);
    wire::put_uint(out, 4, stay.children);
    wire::put_bytes(out, 5, &stay.room_type_reserved);
    wire::put_bytes(out, 6, &stay.room_type_assigned);
    wire::put_bytes(out, 7, &stay.rate_plan);
    wire::put_bytes(out, 8, &stay.market_segment);
    wire::put_bytes(out, 9, &stay.distribution_channel);
    wire::put_uint(out, 10, stay.lead_time_days);
    wire::put_uint(out, 11, stay.special_requests_count);
    wire::put_bytes(out, 12, &stay.meal);
    wire::put_uint(out, 13, parts::purpose_byte(stay.purpose));
}

fn read_stay(mut fields: Fields<'_>) -> Read<StayFacts> {
    let mut stay = StayFacts::default();
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => stay.check_in = Date(value.sint()?),
            2 => stay.check_out = Date(value.sint()?),
            3 => stay.adults = value.uint()?,
            4 => stay.children = value.uint()?,
            5 => value.text()?.clone_into(&mut stay.room_type_reserved),
            6 => value.text()?.clone_into(&mut stay.room_type_assigned),
            7 => value.text()?.clone_into(&mut stay.rate_plan),
            8 => value.text()?.clone_into(&mut stay.market_segment),
            9 => value.text()?.clone_into(&mut stay.distribution_channel),
            10 => stay.lead_time_days = value.uint()?,
            11 => stay.special_requests_count = value.uint()?,
            12 => value.text()?.clone_into(&mut stay.meal),
            13 => stay.purpose = parts::purpose_of_byte(value.uint()?)?,
            _ => {}
        }
    }
    Ok(stay)
}

fn write_survey(out: &mut Vec<u8>, survey: &SurveyAnswer) {
    wire::put_bytes(out, 1, &survey.question);
    wire::put_double(out, 2, f64::from(survey.value));
    for tag in &survey.tags {
        wire::always_bytes(out, 3, tag.as_bytes());
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it was an f32 when it was written")]
fn read_survey(mut fields: Fields<'_>) -> Read<SurveyAnswer> {
    let mut survey = SurveyAnswer { question: String::new(), value: 0.0, tags: Vec::new() };
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => value.text()?.clone_into(&mut survey.question),
            2 => survey.value = value.double()? as f32,
            3 => survey.tags.push(value.text()?.to_owned()),
            _ => {}
        }
    }
    Ok(survey)
}
