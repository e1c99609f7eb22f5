//! What the world says to the product, in the words of the API: requests, guests, events.

use jiff::civil::Date;

use crate::api::v1;
use crate::domain::stay::StayStage;
use crate::domain::time::Timestamp;

use super::answer::Reaction;
use super::journey::later_by;
use super::menu::House;
use super::population::{Person, Stay, days_between};
use super::world::Surface;

/// Version of the text that simulated guests agree to.
const TEXT_VERSION: &str = "demo-1";
/// How long after a decision a guest answers, in seconds: looking first, then doing.
const LOOKS_AFTER: i64 = 5;
const ANSWERS_AFTER: i64 = 40;
/// Until when a message may be sent, after it was decided.
const SEND_WITHIN_MINUTES: i64 = 12 * 60;

/// Names things the way the API does.
#[derive(Debug, Clone)]
pub(super) struct Letters {
    /// The brand.
    pub(super) brand: String,
}

/// A decision of which events come: where it was made and what it gave.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// When it reached the guest.
    pub(super) time: Timestamp,
    /// Name of the act: start of its events' ids.
    pub(super) name: String,
    /// Where.
    pub(super) surface: Surface,
    /// Resource name of the decision.
    pub(super) decision: String,
    /// Its token.
    pub(super) token: String,
    /// Its offers.
    pub(super) offers: Vec<v1::RankedOffer>,
}

impl Letters {
    /// Resource name of a hotel.
    pub(super) fn property(&self, house: &str) -> String {
        format!("brands/{}/properties/{house}", self.brand)
    }

    /// Resource name of a guest.
    pub(super) fn guest(&self, guest: &str) -> String {
        format!("brands/{}/guests/{guest}", self.brand)
    }

    /// Asks what to show.
    pub(super) fn request(
        &self,
        (person, stay, house): (&Person, &Stay, &House),
        (surface, stage): (Surface, StayStage),
        now: Timestamp,
        name: String,
        is_full: bool,
    ) -> v1::DecideOffersRequest {
        let is_message = surface == Surface::Message;
        let mut context =
            v1::DecisionContext { party: Some(party(person)), ..v1::DecisionContext::default() };
        if stage == StayStage::Shopping {
            // Nothing is booked yet: only the booking engine knows what the guest looks at.
            context.stay_stage = v1::StayStage::Shopping as i32;
        } else {
            context.reservation_id = stay.reservation.clone();
        }
        if is_message {
            context.direction = v1::Direction::Outbound as i32;
        }
        let view = if is_full { v1::DecisionView::Full } else { v1::DecisionView::Basic };
        v1::DecideOffersRequest {
            property: self.property(&house.id),
            subject: Some(v1::decide_offers_request::Subject::Guest(self.guest(&person.id))),
            placement_requests: vec![v1::PlacementRequest {
                placement_id: surface.placement().to_owned(),
                ..v1::PlacementRequest::default()
            }],
            context: Some(context),
            channel_request: is_message.then(|| channel_request(now)),
            decision_policy_id: person.arm.policy().to_owned(),
            view: view as i32,
            request_id: name,
            ..v1::DecideOffersRequest::default()
        }
    }

    /// Tells how much of a scarce offer a hotel has on each day.
    pub(super) fn stock(
        &self,
        offer: &str,
        house: &str,
        days: impl Iterator<Item = Date>,
        units: i32,
    ) -> v1::SetInventoryRequest {
        let entry = |day: Date| v1::InventoryEntry {
            date: day.to_string(),
            remaining_unit_count: units,
            ..v1::InventoryEntry::default()
        };
        v1::SetInventoryRequest {
            property: self.property(house),
            offer_id: offer.to_owned(),
            entries: days.map(entry).collect(),
            ..v1::SetInventoryRequest::default()
        }
    }

    /// What the brand's systems know of a guest from the first booking on.
    pub(super) fn person(&self, person: &Person, segments: &[String]) -> v1::Guest {
        let mut contact_points = Vec::new();
        let mut add = |channel: v1::Channel, id: &str, address: String| {
            contact_points.push(v1::ContactPoint {
                contact_point_id: id.to_owned(),
                channel: channel as i32,
                address,
                ..v1::ContactPoint::default()
            });
        };
        add(v1::Channel::Email, "mail", format!("{}@example.com", person.id));
        if person.has_app {
            add(v1::Channel::AppPush, "app", format!("app-{}", person.id));
        }
        let (locale, zone) = home(person.country);
        let segment = person.group.filter(|group| segments.iter().any(|segment| segment == group));
        v1::Guest {
            name: self.guest(&person.id),
            contact_points,
            country_code: person.country.unwrap_or_default().to_owned(),
            locale: locale.to_owned(),
            home_time_zone: zone.to_owned(),
            segment_id: segment.unwrap_or_default().to_owned(),
            ..v1::Guest::default()
        }
    }

    /// An event about a stay.
    pub(super) fn stay_event(
        &self,
        (person, stay, house): (&Person, &Stay, &House),
        kind: v1::EventType,
        time: Timestamp,
        is_history: bool,
    ) -> v1::Event {
        let is_booking = matches!(kind, v1::EventType::Book | v1::EventType::Cancel);
        let source = match (is_history, is_booking) {
            (true, _) => "backfill",
            (false, true) => "booking-engine",
            (false, false) => "pms",
        };
        let has_stay = matches!(kind, v1::EventType::Book | v1::EventType::CheckIn);
        let amount = (kind == v1::EventType::Pay).then(|| v1::Money {
            currency_code: house.currency.clone(),
            amount_minor: stay.rate_minor * stay.nights(),
        });
        let undone = kind == v1::EventType::Cancel && !is_history;
        v1::Event {
            event_id: format!(
                "{}-{}",
                stay.reservation,
                kind.as_str_name().trim_start_matches("EVENT_TYPE_")
            ),
            source: source.to_owned(),
            event_type: kind as i32,
            event_time: Some(wire_time(time)),
            property: self.property(&house.id),
            subject: Some(v1::event::Subject::Guest(self.guest(&person.id))),
            reservation_id: stay.reservation.clone(),
            stay: has_stay.then(|| wire_stay(person, stay)),
            amount,
            reverses_event_id: if undone {
                format!("{}-BOOK", stay.reservation)
            } else {
                String::new()
            },
            ..v1::Event::default()
        }
    }

    /// A guest agrees, or objects, to a purpose.
    pub(super) fn consent_event(
        &self,
        person: &Person,
        (kind, purpose): (v1::EventType, v1::Purpose),
        time: Timestamp,
        is_history: bool,
    ) -> v1::Event {
        let event_id = format!("{}-{}-{}", person.id, kind.as_str_name(), purpose.as_str_name());
        v1::Event {
            event_id,
            source: if is_history { "backfill" } else { "booking-engine" }.to_owned(),
            event_type: kind as i32,
            event_time: Some(wire_time(time)),
            subject: Some(v1::event::Subject::Guest(self.guest(&person.id))),
            purpose: purpose as i32,
            text_version: TEXT_VERSION.to_owned(),
            ..v1::Event::default()
        }
    }

    /// What a guest says when asked what a stay is about, and what it is not.
    pub(super) fn preferences(
        &self,
        person: &Person,
        liked: &[&str],
        disliked: &[&str],
    ) -> v1::PreferenceProfile {
        let said = |words: &[&str], level: v1::PreferenceLevel| {
            let preference = |word: &&str| v1::GuestPreference {
                dimension: "tag".to_owned(),
                value: (*word).to_owned(),
                level: level as i32,
                origin: v1::PreferenceOrigin::Survey as i32,
                ..v1::GuestPreference::default()
            };
            words.iter().map(preference).collect::<Vec<_>>()
        };
        let mut stated = said(liked, v1::PreferenceLevel::Preferred);
        stated.extend(said(disliked, v1::PreferenceLevel::Avoid));
        v1::PreferenceProfile {
            name: format!("{}/preferenceProfile", self.guest(&person.id)),
            stated_preferences: stated,
            ..v1::PreferenceProfile::default()
        }
    }

    /// An event about one offer of a decision, so many seconds after it.
    pub(super) fn offer_event(
        &self,
        (person, stay, house): (&Person, &Stay, &House),
        shown: &Shown,
        slot: usize,
        (kind, after_seconds): (v1::EventType, i64),
    ) -> v1::Event {
        let offer = shown.offers.get(slot);
        let time = Timestamp::from_micros(shown.time.as_micros() + after_seconds * 1_000_000);
        v1::Event {
            event_id: offer_event_id(shown, slot, kind),
            source: shown.surface.source().to_owned(),
            event_type: kind as i32,
            event_time: Some(wire_time(time)),
            property: self.property(&house.id),
            subject: Some(v1::event::Subject::Guest(self.guest(&person.id))),
            reservation_id: stay.reservation.clone(),
            attribution_token: shown.token.clone(),
            offer_id: offer.map(|o| o.offer_id.clone()).unwrap_or_default(),
            placement_id: shown.surface.placement().to_owned(),
            slot: i32::try_from(slot + 1).unwrap_or(0),
            ..v1::Event::default()
        }
    }

    /// A message arrived.
    pub(super) fn delivered(
        &self,
        (person, stay, house): (&Person, &Stay, &House),
        shown: &Shown,
        channel: i32,
    ) -> v1::Event {
        v1::Event {
            event_id: format!("{}-DELIVERED", shown.name),
            source: shown.surface.source().to_owned(),
            event_type: v1::EventType::Delivered as i32,
            event_time: Some(wire_time(shown.time)),
            property: self.property(&house.id),
            subject: Some(v1::event::Subject::Guest(self.guest(&person.id))),
            reservation_id: stay.reservation.clone(),
            channel,
            attribution_token: shown.token.clone(),
            ..v1::Event::default()
        }
    }

    /// Everything a guest did with what was shown.
    pub(super) fn answers(
        &self,
        who: (&Person, &Stay, &House),
        shown: &Shown,
        reactions: &[Reaction],
    ) -> Vec<v1::Event> {
        let mut events = Vec::new();
        for (slot, reaction) in reactions.iter().enumerate() {
            let place = i64::try_from(slot).unwrap_or(0);
            let mut add =
                |kind, after| events.push(self.offer_event(who, shown, slot, (kind, after)));
            let (looks, answers) = (LOOKS_AFTER + 2 * place, ANSWERS_AFTER + 2 * place);
            if !matches!(reaction, Reaction::Unseen | Reaction::NotOffered) {
                add(v1::EventType::Impression, looks);
            }
            match reaction {
                Reaction::Unseen | Reaction::Seen => {}
                Reaction::Clicked => add(v1::EventType::Click, answers),
                Reaction::Declined => add(v1::EventType::Decline, answers),
                Reaction::NotOffered => add(v1::EventType::NotOffered, answers),
                Reaction::Accepted => {
                    let mut accepted =
                        self.offer_event(who, shown, slot, (v1::EventType::Accept, answers));
                    let quote = shown.offers.get(slot).and_then(|offer| offer.quote.as_ref());
                    accepted.amount = quote.and_then(|quote| quote.total_price.clone());
                    events.push(accepted);
                }
            }
        }
        events
    }
}

/// Id of an event about an offer of a decision.
pub(super) fn offer_event_id(shown: &Shown, slot: usize, kind: v1::EventType) -> String {
    format!("{}-{}-{}", shown.name, slot + 1, kind.as_str_name().trim_start_matches("EVENT_TYPE_"))
}

fn channel_request(now: Timestamp) -> v1::ChannelRequest {
    v1::ChannelRequest {
        mode: v1::ChannelMode::Decide as i32,
        allowed_channels: vec![v1::Channel::Email as i32, v1::Channel::AppPush as i32],
        latest_time: Some(wire_time(later_by(now, SEND_WITHIN_MINUTES))),
        ..v1::ChannelRequest::default()
    }
}

fn party(person: &Person) -> v1::Party {
    v1::Party {
        adult_count: i32::from(person.party.0),
        child_count: i32::from(person.party.1),
        ..v1::Party::default()
    }
}

fn wire_stay(person: &Person, stay: &Stay) -> v1::Stay {
    v1::Stay {
        check_in_date: stay.arrival.to_string(),
        check_out_date: stay.departure.to_string(),
        party: Some(party(person)),
        reserved_room_type_id: "standard".to_owned(),
        assigned_room_type_id: if stay.room_changed { "superior" } else { "standard" }.to_owned(),
        market_segment_id: person.segment.to_owned(),
        lead_time_days: Some(lead_time(stay.booked, stay.arrival)),
        special_request_count: stay.requests,
        ..v1::Stay::default()
    }
}

/// Days between booking and arrival, as many as the API takes.
fn lead_time(booked: Date, arrival: Date) -> i32 {
    i32::try_from(days_between(booked, arrival).clamp(0, 730)).unwrap_or(0)
}

/// Language and zone at home. Where the country is not known, neither is the home.
fn home(country: Option<&str>) -> (&'static str, &'static str) {
    match country {
        Some("PT") => ("pt-PT", "Europe/Lisbon"),
        Some("ES") => ("es-ES", "Europe/Madrid"),
        Some("FR") => ("fr-FR", "Europe/Paris"),
        Some("BE") => ("fr-BE", "Europe/Brussels"),
        Some("DE") => ("de-DE", "Europe/Berlin"),
        Some("AT") => ("de-AT", "Europe/Vienna"),
        Some("CH") => ("de-CH", "Europe/Zurich"),
        Some("IT") => ("it-IT", "Europe/Rome"),
        Some("NL") => ("nl-NL", "Europe/Amsterdam"),
        Some("GB") => ("en-GB", "Europe/London"),
        Some("IE") => ("en-IE", "Europe/Dublin"),
        Some("US") => ("en-US", "America/New_York"),
        Some("BR") => ("pt-BR", "America/Sao_Paulo"),
        Some("CN") => ("zh-Hans-CN", "Asia/Shanghai"),
        _ => ("", ""),
    }
}

/// A moment on the wire.
pub(super) fn wire_time(time: Timestamp) -> prost_types::Timestamp {
    let micros = time.as_micros();
    prost_types::Timestamp {
        seconds: time.as_seconds(),
        nanos: i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap_or(0),
    }
}

/// A moment from the wire.
pub(super) fn from_wire(time: &prost_types::Timestamp) -> Timestamp {
    Timestamp::from_micros(
        time.seconds.saturating_mul(1_000_000).saturating_add(i64::from(time.nanos / 1_000)),
    )
}
