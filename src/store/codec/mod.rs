//! Stored bytes of domain values: an envelope of three bytes, then a protobuf message.
//!
//! | byte | meaning |
//! |---|---|
//! | 0 | format, 1; higher: written by a newer version, and refused, so that nothing is lost by rewriting it |
//! | 1 | kind of value ([`RecordKind`], [`KIND_GUEST`] …): a profile is never read as a guest |
//! | 2 | key the message is sealed with, 0: not sealed |
//!
//! **Evolution is additive.** A new field gets a new number, and older bytes read as if it were
//! zero. Numbers are never given anew, nor rows of fixed width laid out anew. Where an older
//! version would be wrong to ignore something, the format goes up. Golden bytes in the tests hold
//! all of this in place.
//!
//! A message that lacks what every value has (the taste of a guest, the brand of a record) is
//! damaged, not empty.

#[cfg(test)]
mod bid_samples;
mod bids;
mod contact;
#[cfg(test)]
mod contact_samples;
mod decision;
mod delivery;
#[cfg(test)]
mod delivery_samples;
mod due;
mod event;
mod fitted;
#[cfg(test)]
mod fitted_samples;
mod gesture;
#[cfg(test)]
mod gesture_samples;
mod guest;
pub(in crate::store) mod held_price;
mod hold;
#[cfg(test)]
mod hold_samples;
#[cfg(test)]
mod identity_samples;
mod joining;
mod kind;
mod link;
mod parts;
mod presence;
mod profile;
mod rank;
#[cfg(test)]
mod rank_samples;
#[cfg(test)]
mod rate_samples;
mod rates;
pub(in crate::store) mod routing;
#[cfg(test)]
mod routing_samples;
#[cfg(test)]
pub(super) mod samples;
mod slot;
mod spending;
#[cfg(test)]
pub(super) mod strategies;
mod terms;
#[cfg(test)]
mod tests;

pub use kind::RecordKind;

use super::error::StoreError;
use super::own::Own;
use super::wire::{self, Fields, Malformed, Read, Value};
use std::sync::Arc;

use crate::domain::decision::Decision;
use crate::domain::event::Event;
use crate::domain::exposure::Ledger;
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, GuestKey, OfferId, PropertyId};
use crate::domain::outcome::Outcome;
use crate::domain::policy::LearningMode;
use crate::domain::profile::Profile;
use crate::domain::record::{Body, Record};
use crate::domain::stay::Due;
use crate::domain::time::{Date, Timestamp};

/// Format of the envelope written here.
const FORMAT: u8 = 1;
/// The message is not sealed.
const UNSEALED: u8 = 0;

const KIND_VOID: u8 = 1;
const KIND_GUEST: u8 = 32;
const KIND_PROFILE: u8 = 33;
const KIND_OUTCOME: u8 = 34;
const KIND_LEDGER: u8 = 35;
const KIND_OWN: u8 = 36;
const KIND_DUE: u8 = 37;

fn seal(out: &mut Vec<u8>, kind: u8) {
    out.extend_from_slice(&[FORMAT, kind, UNSEALED]);
}

/// Opens an envelope: its kind and its message.
fn open<'a>(what: &'static str, bytes: &'a [u8]) -> Result<(u8, &'a [u8]), StoreError> {
    let Some(([format, kind, key], message)) = bytes.split_first_chunk() else {
        return Err(StoreError::corrupt(format!("{what} has {} bytes", bytes.len())));
    };
    if *format > FORMAT {
        return Err(StoreError::TooNew {
            what,
            found: u32::from(*format),
            known: u32::from(FORMAT),
        });
    }
    if *format == 0 || *key != UNSEALED {
        return Err(StoreError::corrupt(format!(
            "{what} begins with {format:02x} {kind:02x} {key:02x}"
        )));
    }
    Ok((*kind, message))
}

fn open_kind<'a, T>(
    what: &'static str,
    wanted: u8,
    bytes: &'a [u8],
    read: impl FnOnce(Fields<'a>) -> Read<T>,
) -> Result<T, StoreError> {
    let (kind, message) = open(what, bytes)?;
    if kind != wanted {
        return Err(StoreError::corrupt(format!("{what} is of kind {kind}, not {wanted}")));
    }
    read(Fields::of(message)).map_err(|malformed| damaged(what, malformed))
}

fn damaged(what: &str, Malformed(why): Malformed) -> StoreError {
    StoreError::corrupt(format!("{what}: {why}"))
}

pub(super) fn write_guest(out: &mut Vec<u8>, state: &GuestState) {
    seal(out, KIND_GUEST);
    guest::write(out, state);
}

pub(super) fn read_guest(bytes: &[u8]) -> Result<GuestState, StoreError> {
    open_kind("the state of a guest", KIND_GUEST, bytes, guest::read)
}

pub(super) fn write_ledger(out: &mut Vec<u8>, ledger: &Ledger) {
    seal(out, KIND_LEDGER);
    guest::write_exposures(out, guest::EXPOSURES, ledger);
}

pub(super) fn read_ledger(bytes: &[u8]) -> Result<Ledger, StoreError> {
    open_kind("a ledger", KIND_LEDGER, bytes, guest::read_ledger)
}

pub(super) fn write_due(out: &mut Vec<u8>, due: &Due) {
    seal(out, KIND_DUE);
    due::write(out, due);
}

pub(super) fn read_due(guest: GuestKey, bytes: &[u8]) -> Result<Due, StoreError> {
    open_kind("an arrival", KIND_DUE, bytes, |fields| due::read(guest, fields))
}

pub(super) fn write_profile(out: &mut Vec<u8>, profile: &Profile) {
    seal(out, KIND_PROFILE);
    profile::write(out, profile);
}

pub(super) fn read_profile(bytes: &[u8]) -> Result<Profile, StoreError> {
    open_kind("a profile", KIND_PROFILE, bytes, profile::read)
}

/// What is kept of a guest by itself while it is one with others.
pub(super) fn write_own(out: &mut Vec<u8>, own: &Own) {
    seal(out, KIND_OWN);
    joining::write_own(out, own);
}

pub(super) fn read_own(bytes: &[u8]) -> Result<Own, StoreError> {
    open_kind("what is a guest's own", KIND_OWN, bytes, joining::read_own)
}

pub(super) fn write_outcome(out: &mut Vec<u8>, outcome: &Outcome) {
    seal(out, KIND_OUTCOME);
    parts::write_outcome(out, outcome);
}

pub(super) fn read_outcome(bytes: &[u8]) -> Result<Outcome, StoreError> {
    open_kind("an outcome", KIND_OUTCOME, bytes, parts::read_outcome)
}

/// The record of a reservation that was given up.
pub(super) fn write_void(out: &mut Vec<u8>) {
    seal(out, KIND_VOID);
}

/// Fields of every record. 4 is the body of a decision, an event, a profile change, a rank, a joining,
/// a message on its way, of rates, of gestures and of a fit; 5 and up belong to the small bodies.
mod field {
    pub(super) const BRAND: u32 = 1;
    pub(super) const RECORDED: u32 = 2;
    pub(super) const GUEST: u32 = 3;
    pub(super) const BODY: u32 = 4;
    pub(super) const DECISION: u32 = 5;
    pub(super) const NUMBER: u32 = 6;
    pub(super) const OFFER: u32 = 7;
    pub(super) const FLAG: u32 = 8;
    pub(super) const PROPERTY: u32 = 9;
    pub(super) const DAY: u32 = 10;
    pub(super) const MODE: u32 = 11;
}

pub(super) fn write_decision_record(
    out: &mut Vec<u8>,
    brand: &BrandId,
    recorded: Timestamp,
    decision: &Decision,
) {
    write_head(out, RecordKind::Decision, brand, recorded);
    wire::always_bytes(out, field::GUEST, &decision.guest.0);
    wire::message(out, field::BODY, |out| decision::write(out, decision));
}

pub(super) fn write_event_record(
    out: &mut Vec<u8>,
    brand: &BrandId,
    recorded: Timestamp,
    guest: GuestKey,
    event: &Event,
) {
    write_head(out, RecordKind::Event, brand, recorded);
    wire::always_bytes(out, field::GUEST, &guest.0);
    wire::message(out, field::BODY, |out| event::write(out, event));
}

/// The bytes of any record. Its sequence is its key and is not repeated in them.
pub(super) fn write_record(out: &mut Vec<u8>, record: &Record) {
    let (brand, recorded) = (&record.brand, record.recorded);
    match &record.body {
        Body::Decision(decision) => return write_decision_record(out, brand, recorded, decision),
        Body::Event { guest, event } => {
            return write_event_record(out, brand, recorded, *guest, event);
        }
        Body::Activated { .. }
        | Body::Profile { .. }
        | Body::Matured { .. }
        | Body::CatalogPublished { .. }
        | Body::OfferStopped { .. }
        | Body::InventorySet { .. }
        | Body::RatesSet(_)
        | Body::Routing(_)
        | Body::Fitted(_)
        | Body::ModeSet { .. }
        | Body::Joined { .. }
        | Body::Rank(_)
        | Body::Gesture(_)
        | Body::Delivery { .. }
        | Body::Skipped { .. } => write_head(out, RecordKind::of(&record.body), brand, recorded),
    }
    if let Some(guest) = record.guest() {
        wire::always_bytes(out, field::GUEST, &guest.0);
    }
    match &record.body {
        Body::Decision(_) | Body::Event { .. } => {}
        Body::Rank(fact) => wire::message(out, field::BODY, |out| rank::write(out, fact)),
        Body::Gesture(choice) => {
            wire::message(out, field::BODY, |out| gesture::write(out, choice));
        }
        Body::Fitted(fact) => wire::message(out, field::BODY, |out| fitted::write(out, fact)),
        Body::RatesSet(change) => {
            wire::message(out, field::BODY, |out| rates::write(out, change));
        }
        Body::Routing(routing) => {
            wire::message(out, field::BODY, |out| routing::write(out, routing));
        }
        Body::Joined { joining, .. } => {
            wire::message(out, field::BODY, |out| joining::write(out, joining));
        }
        Body::Delivery { fact, .. } => {
            wire::message(out, field::BODY, |out| delivery::write_fact(out, fact));
        }
        Body::Skipped { skipped, .. } => {
            wire::message(out, field::BODY, |out| delivery::write_skipped(out, skipped));
        }
        Body::Profile { change, .. } => {
            wire::message(out, field::BODY, |out| profile::write_change(out, change))
        }
        Body::Activated { decision, .. } => wire::always_bytes(out, field::DECISION, &decision.0),
        Body::Matured { through: number } | Body::CatalogPublished { version: number } => {
            wire::put_uint(out, field::NUMBER, *number);
        }
        Body::OfferStopped { offer, stopped } => {
            wire::put_bytes(out, field::OFFER, offer.as_str());
            wire::put_uint(out, field::FLAG, *stopped);
        }
        Body::InventorySet { offer, property, day, units } => {
            wire::put_bytes(out, field::OFFER, offer.as_str());
            wire::put_bytes(out, field::PROPERTY, property.as_str());
            wire::put_sint(out, field::DAY, day.0);
            wire::put_uint(out, field::NUMBER, *units);
        }
        Body::ModeSet { mode } => {
            if let Some(mode) = mode {
                wire::always_uint(out, field::MODE, *mode as u8);
            }
        }
    }
}

fn write_head(out: &mut Vec<u8>, kind: RecordKind, brand: &BrandId, recorded: Timestamp) {
    seal(out, kind as u8);
    wire::put_bytes(out, field::BRAND, brand.as_str());
    parts::put_time(out, field::RECORDED, recorded);
}

/// Is a record one of these kinds, or not to be told? (What is damaged is read, so that its reader
/// hears of it.)
pub(super) fn is_of_kind(bytes: &[u8], kinds: &[RecordKind]) -> bool {
    let Ok((code, _)) = open("a record", bytes) else { return true };
    RecordKind::from_code(code).is_none_or(|kind| kinds.contains(&kind))
}

/// The record of a sequence; `None` for the empty one of a reservation that was given up.
pub(super) fn read_record(sequence: u64, bytes: &[u8]) -> Result<Option<Record>, StoreError> {
    let (kind, message) = open("a record", bytes)?;
    if kind == KIND_VOID {
        return Ok(None);
    }
    let kind = RecordKind::from_code(kind).ok_or(Malformed("the kind is unknown"));
    let record = kind.and_then(|kind| RawRecord::read(message)?.record(sequence, kind));
    record.map(Some).map_err(|malformed| damaged(&format!("record {sequence}"), malformed))
}

/// The fields of a record as they were found, before it is known what they must be.
#[derive(Default)]
struct RawRecord<'a> {
    brand: Option<Value<'a>>,
    recorded: Timestamp,
    guest: Option<GuestKey>,
    body: Option<Fields<'a>>,
    decision: Option<[u8; 16]>,
    number: u64,
    offer: Option<Value<'a>>,
    flag: bool,
    property: Option<Value<'a>>,
    day: Date,
    mode: Option<LearningMode>,
}

impl<'a> RawRecord<'a> {
    fn read(message: &'a [u8]) -> Read<Self> {
        let mut raw = Self::default();
        let mut fields = Fields::of(message);
        while let Some((number, value)) = fields.next()? {
            match number {
                field::BRAND => raw.brand = Some(value),
                field::RECORDED => raw.recorded = parts::read_time(value)?,
                field::GUEST => raw.guest = Some(GuestKey(value.array()?)),
                field::BODY => raw.body = Some(value.message()?),
                field::DECISION => raw.decision = Some(value.array()?),
                field::NUMBER => raw.number = value.uint()?,
                field::OFFER => raw.offer = Some(value),
                field::FLAG => raw.flag = value.uint::<u64>()? != 0,
                field::PROPERTY => raw.property = Some(value),
                field::DAY => raw.day = Date(value.sint()?),
                field::MODE => raw.mode = Some(value.code(LearningMode::from_code)?),
                _ => {}
            }
        }
        Ok(raw)
    }

    fn record(self, sequence: u64, kind: RecordKind) -> Read<Record> {
        let brand = parts::id(self.brand, BrandId::parse)?;
        let guest = || self.guest.ok_or(Malformed("the guest is missing"));
        let inner = || self.body.ok_or(Malformed("the body is missing"));
        let offer = || parts::id(self.offer, OfferId::parse);
        let body = match kind {
            RecordKind::Decision => {
                Body::Decision(Box::new(decision::read(inner()?, sequence, guest()?)?))
            }
            RecordKind::Event => {
                Body::Event { guest: guest()?, event: Box::new(event::read(inner()?)?) }
            }
            RecordKind::Profile => {
                Body::Profile { guest: guest()?, change: Box::new(profile::read_change(inner()?)?) }
            }
            RecordKind::Activated => {
                let decision = self.decision.ok_or(Malformed("the decision is missing"))?;
                Body::Activated {
                    guest: guest()?,
                    decision: crate::domain::id::DecisionId(decision),
                }
            }
            RecordKind::Matured => Body::Matured { through: self.number },
            RecordKind::CatalogPublished => Body::CatalogPublished { version: self.number },
            RecordKind::OfferStopped => Body::OfferStopped { offer: offer()?, stopped: self.flag },
            RecordKind::InventorySet => Body::InventorySet {
                offer: offer()?,
                property: parts::id(self.property, PropertyId::parse)?,
                day: self.day,
                units: u32::try_from(self.number)
                    .map_err(|_| Malformed("a number is out of range"))?,
            },
            RecordKind::ModeSet => Body::ModeSet { mode: self.mode },
            RecordKind::Rank => Body::Rank(Box::new(rank::read(inner()?)?)),
            RecordKind::Routing => Body::Routing(Box::new(routing::read(inner()?, self.guest)?)),
            RecordKind::Gesture => Body::Gesture(Box::new(gesture::read(inner()?, guest()?)?)),
            RecordKind::Fitted => Body::Fitted(Box::new(fitted::read(inner()?)?)),
            RecordKind::RatesSet => Body::RatesSet(Arc::new(rates::read(inner()?)?)),
            RecordKind::Joined => {
                let joining = Box::new(joining::read(inner()?)?);
                Body::Joined { guest: guest()?, joining }
            }
            RecordKind::Delivery => {
                Body::Delivery { guest: guest()?, fact: delivery::read_fact(inner()?)? }
            }
            RecordKind::Skipped => Body::Skipped {
                guest: guest()?,
                skipped: Box::new(delivery::read_skipped(inner()?)?),
            },
        };
        Ok(Record { sequence, brand, recorded: self.recorded, body })
    }
}
