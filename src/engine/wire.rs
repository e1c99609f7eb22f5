//! The engine's own stored documents, as protobuf: catalog versions and checkpoints. And what makes
//! two events the same.

use prost::Message;
use xxhash_rust::xxh3::Xxh3;

use super::calls::IncomingEvent;
use crate::domain::event::{Event, PartyRole};
use crate::domain::id::Label;
use crate::domain::rate::{Rate, RateRow};
use crate::domain::stay::StayFacts;
use crate::domain::time::Date;

/// A catalog version as it is stored.
#[derive(Clone, PartialEq, Message)]
pub(super) struct CatalogDocument {
    /// The text as it was published.
    #[prost(string, tag = "1")]
    pub text: String,
    /// Why.
    #[prost(string, tag = "2")]
    pub description: String,
    /// By which credential.
    #[prost(string, tag = "3")]
    pub publisher: String,
    /// When, in microseconds.
    #[prost(sint64, tag = "4")]
    pub published_micros: i64,
    /// The version it brought back; 0: a new one.
    #[prost(uint64, tag = "5")]
    pub rolled_back_to: u64,
    /// SHA-256 of the text, hexadecimal.
    #[prost(string, tag = "6")]
    pub sha256: String,
    /// The trained vectors in force with it; none before the first model.
    #[prost(message, optional, tag = "7")]
    pub model: Option<ModelDocument>,
    /// What was learnt of prices.
    #[prost(message, repeated, tag = "8")]
    pub prices: Vec<LearntPrice>,
    /// What was learnt of the first tastes of segments.
    #[prost(message, repeated, tag = "9")]
    pub tastes: Vec<LearntSegmentTastes>,
}

/// What was learnt of a segment.
#[derive(Clone, PartialEq, Message)]
pub(super) struct LearntSegmentTastes {
    /// The segment.
    #[prost(string, tag = "1")]
    pub segment: String,
    /// Tags, those that moved farthest first.
    #[prost(message, repeated, tag = "2")]
    pub tastes: Vec<LearntTagTaste>,
}

/// What was learnt of a segment and a tag.
#[derive(Clone, PartialEq, Message)]
pub(super) struct LearntTagTaste {
    /// The tag.
    #[prost(string, tag = "1")]
    pub tag: String,
    /// What was written down then, in log-odds.
    #[prost(float, tag = "2")]
    pub written: f32,
    /// What was learnt, in log-odds.
    #[prost(float, tag = "3")]
    pub mean: f32,
}

/// What was learnt of the steps of an offer at a property.
#[derive(Clone, PartialEq, Message)]
pub(super) struct LearntPrice {
    /// The offer.
    #[prost(string, tag = "1")]
    pub offer: String,
    /// The property.
    #[prost(string, tag = "2")]
    pub property: String,
    /// The day from which on `current` holds, since 1970-01-01.
    #[prost(sint32, tag = "3")]
    pub from: i32,
    /// Selection probabilities of the steps.
    #[prost(double, repeated, tag = "4")]
    pub current: Vec<f64>,
    /// Those before it.
    #[prost(double, repeated, tag = "5")]
    pub before: Vec<f64>,
}

/// Trained vectors of offers.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ModelDocument {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its version.
    #[prost(string, tag = "2")]
    pub version: String,
    /// Offers that the space it was turned onto had, too.
    #[prost(uint64, tag = "3")]
    pub common: u64,
    /// How far those moved, over their lengths.
    #[prost(double, tag = "4")]
    pub relative_distance: f64,
    /// A vector for each offer, offers ascending.
    #[prost(message, repeated, tag = "5")]
    pub vectors: Vec<OfferVector>,
}

/// Where an offer lies.
#[derive(Clone, PartialEq, Message)]
pub(super) struct OfferVector {
    /// Its id.
    #[prost(string, tag = "1")]
    pub offer: String,
    /// Its vector.
    #[prost(float, repeated, tag = "2")]
    pub vector: Vec<f32>,
}

/// Everything that is a fold of the log and not a guest's, as of a sequence.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Checkpoint {
    /// The sequence.
    #[prost(uint64, tag = "1")]
    pub position: u64,
    /// Each brand, by id.
    #[prost(message, repeated, tag = "2")]
    pub brands: Vec<BrandCheckpoint>,
}

/// One brand of a checkpoint.
#[derive(Clone, PartialEq, Message)]
pub(super) struct BrandCheckpoint {
    /// Its id.
    #[prost(string, tag = "1")]
    pub brand: String,
    /// The learner, in its own words.
    #[prost(bytes = "vec", tag = "2")]
    pub learner: Vec<u8>,
    /// Offers stopped.
    #[prost(string, repeated, tag = "3")]
    pub stopped: Vec<String>,
    /// Stock.
    #[prost(message, repeated, tag = "4")]
    pub stock: Vec<StockRow>,
    /// Learning mode over the policies', code + 1; 0: none.
    #[prost(uint32, tag = "5")]
    pub mode: u32,
    /// The learner of ranks, in its own words; empty before there was one.
    #[prost(bytes = "vec", tag = "6")]
    pub ranks: Vec<u8>,
    /// Units that guests have.
    #[prost(message, repeated, tag = "8")]
    pub holds: Vec<HoldRow>,
    /// Rates of room types; none before the first.
    #[prost(message, optional, tag = "10")]
    pub rates: Option<RatesBook>,
    /// Staff and guests' concerns; none before the first.
    #[prost(message, optional, tag = "11")]
    pub routing: Option<RoutingBook>,
    /// What was seen of rationed offers; none before the first.
    #[prost(message, optional, tag = "18")]
    pub rations: Option<RationsBook>,
    /// The learner of gestures, in its own words; empty before there was one.
    #[prost(bytes = "vec", tag = "16")]
    pub gestures: Vec<u8>,
    /// Place in the log of what values guests; 0: none.
    #[prost(uint64, tag = "20")]
    pub valued: u64,
    /// Place in the log of the groups that guests form; 0: none.
    #[prost(uint64, tag = "21")]
    pub segmented: u64,
    /// Place in the log of what goes with what; 0: none.
    #[prost(uint64, tag = "22")]
    pub complemented: u64,
}

/// Staff and guests' concerns.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RoutingBook {
    /// Sequence of the last record that is in it.
    #[prost(uint64, tag = "1")]
    pub applied: u64,
    /// Those of each hotel.
    #[prost(message, repeated, tag = "2")]
    pub houses: Vec<BoardRow>,
}

/// Staff and concerns of a hotel.
#[derive(Clone, PartialEq, Message)]
pub(super) struct BoardRow {
    /// The hotel.
    #[prost(string, tag = "1")]
    pub property: String,
    /// Staff.
    #[prost(message, repeated, tag = "2")]
    pub seats: Vec<SeatRow>,
    /// Concerns in the bytes of the log: closed ones first, oldest first.
    #[prost(bytes = "vec", repeated, tag = "3")]
    pub interactions: Vec<Vec<u8>>,
    /// What the last guests paid, oldest first.
    #[prost(sint64, repeated, tag = "4")]
    pub paid: Vec<i64>,
}

/// A member of staff.
#[derive(Clone, PartialEq, Message)]
pub(super) struct SeatRow {
    /// Who, in the bytes of the log.
    #[prost(bytes = "vec", tag = "1")]
    pub member: Vec<u8>,
    /// Concerns in hand.
    #[prost(uint32, tag = "2")]
    pub open: u32,
    /// The last day on which something was given.
    #[prost(sint32, tag = "3")]
    pub day: i32,
    /// How much.
    #[prost(uint32, tag = "4")]
    pub given: u32,
}

/// What was seen of rationed offers.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RationsBook {
    /// The moment of the latest decision seen, in microseconds.
    #[prost(sint64, tag = "1")]
    pub until_micros: i64,
    /// Each offer at each hotel.
    #[prost(message, repeated, tag = "2")]
    pub places: Vec<RationRow>,
}

/// What was seen of an offer at a hotel.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RationRow {
    /// The offer's key.
    #[prost(fixed64, tag = "1")]
    pub offer: u64,
    /// The hotel.
    #[prost(string, tag = "2")]
    pub property: String,
    /// Gains, oldest first.
    #[prost(double, repeated, tag = "3")]
    pub gains: Vec<f64>,
    /// Take-ups, likewise.
    #[prost(double, repeated, tag = "4")]
    pub take_ups: Vec<f64>,
    /// Guests counted in all.
    #[prost(uint64, tag = "5")]
    pub total: u64,
    /// Who asked, by day of use.
    #[prost(message, repeated, tag = "6")]
    pub days: Vec<RationDay>,
}

/// Who asked for a day of use.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RationDay {
    /// The day, since 1970-01-01.
    #[prost(sint32, tag = "1")]
    pub day: i32,
    /// The beginning of each key.
    #[prost(fixed32, repeated, tag = "2")]
    pub guests: Vec<u32>,
}

/// Rates of room types in force.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RatesBook {
    /// Sequence of the last change.
    #[prost(uint64, tag = "1")]
    pub version: u64,
    /// Those of each property.
    #[prost(message, repeated, tag = "2")]
    pub places: Vec<RatesRow>,
}

/// Rates of a property.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RatesRow {
    /// The property.
    #[prost(string, tag = "1")]
    pub property: String,
    /// Of all amounts.
    #[prost(string, tag = "2")]
    pub currency: String,
    /// The rates.
    #[prost(message, repeated, tag = "3")]
    pub nights: Vec<NightRow>,
}

/// Rates of a room type for a night, in minor units.
#[derive(Clone, PartialEq, Message)]
pub(super) struct NightRow {
    /// The room type.
    #[prost(string, tag = "1")]
    pub room_type: String,
    /// The day it begins on, since 1970-01-01.
    #[prost(sint32, tag = "2")]
    pub day: i32,
    /// Bid price.
    #[prost(int64, tag = "3")]
    pub bid: i64,
    /// Hurdle.
    #[prost(int64, optional, tag = "4")]
    pub hurdle: Option<i64>,
    /// Cost.
    #[prost(int64, optional, tag = "5")]
    pub cost: Option<i64>,
}

impl NightRow {
    /// As it is in force; `None` where the room type cannot be.
    pub(super) fn row(&self) -> Option<RateRow> {
        let room_type = Label::parse("room_type", &self.room_type).ok()?;
        let rate = Rate { bid: self.bid, hurdle: self.hurdle, cost: self.cost };
        Some(RateRow { room_type, date: Date(self.day), rate: Some(rate) })
    }

    /// As it is kept; `None` for a rate that was taken away.
    pub(super) fn of(row: &RateRow) -> Option<Self> {
        let Rate { bid, hurdle, cost } = row.rate?;
        Some(Self { room_type: row.room_type.to_string(), day: row.date.0, bid, hurdle, cost })
    }
}

/// Stock of an offer.
#[derive(Clone, PartialEq, Message)]
pub(super) struct StockRow {
    /// The offer.
    #[prost(string, tag = "1")]
    pub offer: String,
    /// The property.
    #[prost(string, tag = "2")]
    pub property: String,
    /// The day, since 1970-01-01.
    #[prost(sint32, tag = "3")]
    pub day: i32,
    /// Units left.
    #[prost(uint32, tag = "4")]
    pub units: u32,
    /// Last place in the log that changed it.
    #[prost(uint64, tag = "5")]
    pub sequence: u64,
}

/// A unit that a guest has.
#[derive(Clone, PartialEq, Message)]
pub(super) struct HoldRow {
    /// Which stock, its place in the list.
    #[prost(uint32, tag = "1")]
    pub stock: u32,
    /// The guest's key.
    #[prost(bytes = "vec", tag = "2")]
    pub guest: Vec<u8>,
    /// Fingerprint of the reservation; 0: none was told.
    #[prost(fixed64, tag = "3")]
    pub reservation: u64,
    /// When it lapses, in microseconds; the greatest number: it was bought.
    #[prost(sint64, tag = "4")]
    pub until_micros: i64,
}

/// Hash of everything an event says: equal for a repetition, different for another event under the
/// same id.
pub(super) fn payload_hash(incoming: &IncomingEvent) -> u64 {
    let event = &incoming.event;
    let mut hash = Xxh3::new();
    let mut text = |t: &str| {
        hash.update(&t.len().to_le_bytes());
        hash.update(t.as_bytes());
    };
    text(event.guest.as_str());
    text(event.property.as_ref().map_or("", |p| p.as_str()));
    text(event.reservation.as_ref().map_or("", |r| r.as_str()));
    text(event.room.as_ref().map_or("", |r| r.as_str()));
    text(event.offer.as_ref().map_or("", |o| o.as_str()));
    text(event.placement.as_ref().map_or("", |p| p.as_str()));
    text(event.reverses.as_ref().map_or("", |r| r.as_str()));
    text(incoming.token.as_deref().unwrap_or(""));
    if let Some(survey) = &event.survey {
        text(&survey.question);
        survey.tags.iter().for_each(|t| text(t));
    }
    if let Some(stay) = &event.stay {
        for t in [
            &stay.room_type_reserved,
            &stay.room_type_assigned,
            &stay.rate_plan,
            &stay.market_segment,
        ] {
            text(t);
        }
        text(&stay.distribution_channel);
        text(&stay.meal);
    }
    for (name, value) in &event.attributes {
        text(name);
        text(value);
    }
    let money = |m: Option<crate::domain::money::Money>| {
        m.map_or((0, [0; 3]), |m| (m.minor, m.currency.bytes()))
    };
    let (amount, cost) = (money(event.amount), money(event.cost));
    hash.update(&[
        event.kind as u8,
        event.rating.unwrap_or(0),
        incoming.slot.map_or(0, |s| s.saturating_add(1)),
    ]);
    hash.update(&[event.channel.map_or(0, |c| c as u8 + 1)]);
    hash.update(&event.time.as_micros().to_le_bytes());
    hash.update(&amount.0.to_le_bytes());
    hash.update(&amount.1);
    hash.update(&cost.0.to_le_bytes());
    hash.update(&cost.1);
    hash.update(&incoming.decision.map_or([0; 16], |d| d.0));
    event.stay.iter().for_each(|stay| hash_stay(&mut hash, stay));
    if event.is_machine {
        hash.update(&[0xFF]);
    }
    if let Some(consent) = &event.consent {
        hash.update(&[
            consent.purpose as u8,
            consent.state as u8,
            consent.channel.map_or(0, |c| c as u8 + 1),
        ]);
    }
    if let Some(survey) = &event.survey {
        hash.update(&survey.value.to_bits().to_le_bytes());
    }
    hash_party_and_presence(&mut hash, event);
    // Those without a promise keep the hashes they had.
    if let Some(held) = &incoming.held {
        hash.update(held.as_bytes());
    }
    hash.digest()
}

fn hash_party_and_presence(hash: &mut Xxh3, event: &Event) {
    // Events of before there were roles keep their hashes.
    if event.role != PartyRole::Stayer {
        hash.update(&[event.role as u8]);
    }
    for sighting in &event.presence {
        hash.update(&[sighting.sign as u8]);
        hash.update(sighting.source.as_bytes());
        hash.update(&sighting.seen.as_micros().to_le_bytes());
        hash.update(&sighting.until.as_micros().to_le_bytes());
    }
}

fn hash_stay(hash: &mut Xxh3, stay: &StayFacts) {
    hash.update(&stay.check_in.0.to_le_bytes());
    hash.update(&stay.check_out.0.to_le_bytes());
    hash.update(&[stay.adults, stay.children, stay.special_requests_count]);
    hash.update(&stay.lead_time_days.to_le_bytes());
    if let Some(purpose) = stay.purpose {
        hash.update(&[0xFE, purpose as u8]);
    }
}
