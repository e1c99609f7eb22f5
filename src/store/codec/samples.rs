//! Values with every field set, for the golden bytes and for measuring. A field that is added later
//! is given its default here, so that bytes written before are still read as these values.

use std::sync::Arc;

use crate::domain::belief::{Affinity, Belief, DIM, Origin, PreferenceLevel, Vector};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::consent::{Consent, ConsentState, ConsentTable, Purpose};
use crate::domain::decision::*;
use crate::domain::event::{
    DecisionRef, Event, EventKind, PartyRole, SlotPlace, SurveyAnswer, TokenFacts, TokenSlot,
};
use crate::domain::exposure::{Exposure, ExposureState, Ledger};
use crate::domain::guest::*;
use crate::domain::id::*;
use crate::domain::invalid::Invalid;
use crate::domain::money::{Currency, Money};
use crate::domain::offer::ChargeBasis;
use crate::domain::outcome::{Outcome, Step};
use crate::domain::policy::LearningMode;
use crate::domain::presence::{Sighting, Sign};
use crate::domain::price::{Membership, PriceTerms};
use crate::domain::profile::*;
use crate::domain::reach::{ActiveHours, Effects};
use crate::domain::record::{Body, Record};
use crate::domain::request::Direction;
use crate::domain::stay::{Stay, StayFacts, StayStage, StayStatus};
use crate::domain::time::{Date, DayType, Daypart, TimeContext, Timestamp};

use super::{delivery_samples, identity_samples, rank_samples};

/// The sequence of the sample records.
pub(super) const SEQUENCE: u64 = 300;

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(1_790_000_000_123_456)
        .plus(std::time::Duration::from_secs(second.unsigned_abs()))
}

pub(super) fn id<T>(parse: impl Fn(&str, &str) -> Result<T, Invalid>, text: &str) -> T {
    parse("", text).unwrap()
}

pub(super) fn text(text: &str) -> String {
    text.to_owned()
}

pub(super) fn vector(from: f32) -> Vector {
    let mut next = from;
    [0.0; DIM].map(|_| {
        next += 0.125;
        next
    })
}

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::parse("", code).unwrap())
}

fn consent() -> Consent {
    Consent {
        purpose: Purpose::Marketing,
        channel: Some(Channel::Sms),
        state: ConsentState::Withdrawn,
        time: at(1),
        basis: text("consent"),
        text_version: text("v3"),
        source: text("app"),
    }
}

fn quote(odd: bool) -> Quote {
    Quote {
        list: money(12_000, "EUR"),
        offer: money(9_900, "EUR"),
        floor: money(-1, if odd { "JPY" } else { "EUR" }),
        floor_basis: FloorBasis::Hurdle,
        displacement: money(0, "EUR"),
        quantity: 1,
        tax: money(1_980, "EUR"),
        is_tax_included: false,
        fee: money(250, "EUR"),
        basis: ChargeBasis::Night,
        qualification: text("member rate"),
        qualifications: Vec::new(),
        selection_probability: 1.0,
        draw: 0.0,
        is_explored: false,
        cell: 0,
        valid_until: at(1_800),
    }
}

fn slot(offer: u16) -> Slot {
    Slot {
        offer: OfferIndex(offer),
        key: OfferKey(0x1122_3344_5566_7788),
        treatment: 2,
        selection_probability: 0.1 + 0.2,
        draw: 0.75,
        is_explored: true,
        is_override: offer == 8,
        is_planned: false,
        is_guaranteed: false,
        parts: ScoreParts {
            base: -2.0,
            taste: 0.5,
            affinity: 0.25,
            situation: -0.125,
            popularity: 0.1,
            fatigue: -0.3,
            response_propensity: 0.17,
            uncertainty: 0.4,
            context_weight: 1.2,
            value: 33.0,
            lever: 1.0,
            guest_weight: 1.0,
            score: 0.0625,
        },
        context_log_odds: -1.5,
        taste_weight: 0.9,
        affinity_sum: 0.3,
        fatigue: 2.0,
        quote: quote(offer == 8),
        reasons: vec![ReasonCode::Taste, ReasonCode::Exploration],
    }
}

fn proposition(candidates: u16, slots: &[u16]) -> Proposition {
    Proposition {
        placement: id(PlacementId::parse, "booking.upsell"),
        policy: id(Label::parse, "default"),
        candidates: (0..candidates).map(|index| OfferIndex(index * 3)).collect(),
        slots: slots.iter().map(|offer| slot(*offer)).collect(),
        source: Source::Baseline,
        budgets: Vec::new(),
    }
}

pub(super) fn choice() -> ChannelChoice {
    ChannelChoice {
        outcome: SendOutcome::Queue,
        channel: Some(Channel::WhatsApp),
        reason: Some(WithholdReason::Capped),
        selection_probability: 0.6,
        time_selection_probability: 0.5,
        draw: 0.25,
        window_start: at(3_600),
        window_end: at(7_200),
        fallbacks: vec![Channel::Email, Channel::FrontDesk],
        considered: vec![
            ConsideredChannel {
                channel: Channel::Email,
                forbidden: Some(WithholdReason::NoConsent),
                response_propensity: 0.01,
                utility: -0.5,
                selection_probability: 0.0,
            },
            ConsideredChannel {
                channel: Channel::WhatsApp,
                forbidden: None,
                response_propensity: 0.04,
                utility: 1.5,
                selection_probability: 0.6,
            },
        ],
        basis: None,
        moments: Vec::new(),
    }
}

pub(super) fn decision() -> Decision {
    Decision {
        id: DecisionId([0xd1; 16]),
        sequence: SEQUENCE,
        property: id(PropertyId::parse, "aurora-lisbon"),
        guest: GuestKey([0x61; 16]),
        decided: at(0),
        expires: at(1_800),
        catalog_version: 12,
        model_sequence: 290,
        rates_version: 0,
        value_tier: None,
        context: Context {
            direction: Direction::Outbound,
            channel: Channel::Web,
            stage: StayStage::InHouse,
            time: TimeContext { day_type: DayType::Holiday, daypart: Daypart::Evening },
            today: Date(20_700),
            adults: 2,
            children: 1,
            locale: text("pt-PT"),
            intent: text("spa"),
        },
        terms: PriceTerms::plain(Date(20_700)),
        segment: 4,
        reservation: Some(Fingerprint(1)),
        room: Some(Fingerprint(2)),
        request: Some(Fingerprint(3)),
        taste: Some(TasteSnapshot { mean: vector(-2.0), variance: vector(0.0) }),
        known: Known {
            affinities: vec![(7, 0.5), (9, -0.25)],
            seen: vec![(OfferIndex(3), 2), (OfferIndex(4), 1)],
        },
        experiments: Enrolment::default(),
        mode: LearningMode::Apprentice,
        defers_activation: true,
        delivery: None,
        pushed: None,
        is_degraded: true,
        propositions: vec![proposition(3, &[6, 8])],
        spending: Vec::new(),
        bids: Vec::new(),
        goes_with: Vec::new(),
        channel: Some(choice()),
        message: None,
    }
}

fn sightings() -> Vec<Sighting> {
    let of = |sign, property, until| Sighting {
        sign,
        source: "app".into(),
        property,
        seen: at(0),
        until: at(until),
    };
    vec![
        of(Sign::AppInFront, None, 900),
        of(Sign::KeyUsed, Some(Fingerprint(2)), 7_200),
        of(Sign::DoNotDisturb, None, 0),
    ]
}

/// A decision with what was added to records later: terms of its prices, and cells.
fn priced() -> Decision {
    let mut decision = decision();
    decision.terms = PriceTerms {
        date: Date(20_714),
        lead_days: 14,
        nights: 3,
        persons: 2,
        tier: Some(id(Label::parse, "gold")),
        rate_plan: Some(id(Label::parse, "bar")),
        promotions: vec![id(Label::parse, "winter26"), id(Label::parse, "spa")],
        together: Vec::new(),
    };
    for slot in &mut decision.propositions[0].slots {
        slot.quote.quantity = 3;
        slot.quote.is_tax_included = true;
        slot.quote.qualifications =
            vec![id(Label::parse, "winter"), id(Label::parse, "member.gold")];
        slot.quote.selection_probability = 0.0625;
        slot.quote.draw = 0.03125;
        slot.quote.is_explored = true;
        slot.quote.cell = 0xce11;
    }
    decision
}

/// Facts with the membership, which came later.
fn member() -> ProfileChange {
    let mut change = change();
    let membership = Membership { tier: id(Label::parse, "gold"), until: Some(Date(20_800)) };
    if let Some(facts) = &mut change.facts {
        facts.membership = Some(membership);
    }
    change
}

pub(super) fn event() -> Event {
    let place = SlotPlace { proposition: 1, slot: 2 };
    let slots = vec![TokenSlot { place, offer: OfferKey(9), selection_probability: 0.3 }];
    Event {
        id: id(EventId::parse, "e-1"),
        source: id(SourceId::parse, "pms"),
        kind: EventKind::Accept,
        time: at(60),
        guest: id(GuestId::parse, "guest é"),
        role: PartyRole::Stayer,
        property: Some(id(PropertyId::parse, "aurora-lisbon")),
        reservation: Some(id(ReservationId::parse, "R 1")),
        room: Some(id(RoomId::parse, "204")),
        channel: Some(Channel::Email),
        decision: Some(DecisionRef {
            id: DecisionId([0xd1; 16]),
            place: Some(place),
            token: Some(TokenFacts { decided: at(0), expires: at(1_800), slots }),
        }),
        offer: Some(id(OfferId::parse, "spa.massage")),
        placement: Some(id(PlacementId::parse, "booking.upsell")),
        amount: Some(money(9_900, "EUR")),
        cost: Some(money(-5, "JPY")),
        reverses: Some(id(EventId::parse, "e-0")),
        stay: Some(StayFacts {
            check_in: Date(20_700),
            check_out: Date(20_703),
            adults: 2,
            children: 1,
            room_type_reserved: text("double"),
            room_type_assigned: text("suite"),
            rate_plan: text("flex"),
            market_segment: text("leisure"),
            distribution_channel: text("direct"),
            lead_time_days: 40,
            special_requests_count: 1,
            meal: text("breakfast"),
            purpose: None,
        }),
        survey: Some(SurveyAnswer {
            question: text("wellness?"),
            value: -0.1,
            tags: vec![text("spa"), text("")],
        }),
        rating: Some(0),
        consent: Some(consent()),
        presence: Vec::new(),
        is_machine: false,
        activity: None,
        attributes: vec![(text("note"), text("")), (text(""), text("x"))],
        holds: Vec::new(),
        held_price: None,
    }
}

pub(super) fn facts() -> GuestFacts {
    GuestFacts {
        display_name: text("Ana"),
        country: text("PT"),
        locale: text("pt-PT"),
        zone: text("Europe/Lisbon"),
        segment: Some(id(Label::parse, "leisure")),
        contact_points: vec![ContactPoint {
            channel: Channel::Email,
            address: text("ana@example.org"),
            state: ContactState::Masked,
        }],
        membership: None,
        identities: Vec::new(),
        purpose: None,
        attributes: vec![(text("tier"), text("gold"))],
    }
}

pub(super) fn change() -> ProfileChange {
    ProfileChange {
        guest: id(GuestId::parse, "guest é"),
        facts: Some(facts()),
        consents: vec![consent()],
        preferences: vec![StatedPreference {
            tag: id(Label::parse, "quiet-room"),
            level: PreferenceLevel::Unacceptable,
            origin: Origin::Staff,
        }],
        replaced: None,
    }
}

/// One record of each kind.
pub(super) fn records() -> Vec<Record> {
    let guest = GuestKey([0x61; 16]);
    let offer = || id(OfferId::parse, "spa.massage");
    let property = id(PropertyId::parse, "aurora-lisbon");
    let bodies = [
        Body::Decision(Box::new(decision())),
        Body::Activated { guest, decision: DecisionId([0xd1; 16]) },
        Body::Event { guest, event: Box::new(event()) },
        Body::Profile { guest, change: Box::new(change()) },
        Body::Matured { through: 200 },
        Body::CatalogPublished { version: 13 },
        Body::OfferStopped { offer: offer(), stopped: true },
        Body::InventorySet { offer: offer(), property, day: Date(-1), units: 5 },
        Body::ModeSet { mode: Some(LearningMode::Online) },
        Body::ModeSet { mode: None },
        Body::Decision(Box::new(Decision {
            pushed: Some(Pushed { replaces: Some(0xd0d0) }),
            ..decision()
        })),
        Body::Event { guest, event: Box::new(Event { presence: sightings(), ..event() }) },
        Body::Decision(Box::new(priced())),
        Body::Profile { guest, change: Box::new(member()) },
    ];
    let brand = id(BrandId::parse, "aurora");
    let record = |body| Record { sequence: SEQUENCE, brand: brand.clone(), recorded: at(61), body };
    let later = rank_samples::bodies()
        .into_iter()
        .chain(identity_samples::bodies())
        .chain(delivery_samples::bodies(decision()));
    bodies.into_iter().chain(later).map(record).collect()
}

pub(super) fn profile() -> Profile {
    let ProfileChange { guest, facts, consents, preferences, .. } = change();
    Profile { guest, sequence: SEQUENCE, facts: facts.unwrap(), consents, preferences }
}

pub(super) fn outcome() -> Outcome {
    Outcome {
        step: Step::Purchased,
        declined: true,
        not_offered: false,
        reversed: true,
        fulfilled: false,
        failed: true,
        unsubscribed: false,
        amount_minor: -7,
        amount_at: at(2),
    }
}

pub(super) fn ledger() -> Ledger {
    let exposure = |offer, channel, state| Exposure {
        offer: OfferKey(offer),
        decision: 0xd1d1,
        at: at(0),
        expires: at(1_800),
        group: 77,
        channel,
        state,
        is_transactional: false,
    };
    Ledger::from_entries(vec![
        exposure(5, Some(Channel::Email), ExposureState::Reserved),
        exposure(6, None, ExposureState::Consumed),
    ])
}

fn affinity() -> Affinity {
    let (level, origin) = (PreferenceLevel::Preferred, Origin::Survey);
    Affinity { tag: 9, mean: 0.5, variance: 0.25, level, origin }
}

pub(in crate::store) fn guest() -> GuestState {
    let slot = OpenSlot {
        proposition: 1,
        offer: OfferKey(5),
        context_log_odds: -1.5,
        taste_weight: 0.9,
        slot: 2,
        evidence: 3,
    };
    GuestState {
        sequence: SEQUENCE,
        segment: 4,
        taste: Belief { mean: vector(-2.0), variance: vector(0.0), updated: at(0) },
        affinities: vec![affinity()],
        channels: Effects::default(),
        hours: ActiveHours::default(),
        purpose: None,
        consent: ConsentTable::from_parts(
            [
                ConsentState::Granted,
                ConsentState::Denied,
                ConsentState::Unknown,
                ConsentState::Withdrawn,
            ],
            [at(1), at(2), Timestamp::EPOCH, at(4)],
            ChannelSet::NONE.with(Channel::Sms),
        ),
        reachable: ChannelSet::NONE.with(Channel::Email),
        bounced: ChannelSet::NONE.with(Channel::Phone),
        masked: ChannelSet::NONE.with(Channel::WeChat),
        revoked: ChannelSet::NONE,
        membership: None,
        home: Home {
            zone: Some(Arc::from("Europe/Lisbon")),
            locale: Some(Arc::from("pt-PT")),
            country: *b"PT",
        },
        stays: vec![Stay {
            reservation: Fingerprint(1),
            property: Fingerprint(2),
            check_in: Date(20_700),
            check_out: Date(-3),
            adults: 2,
            children: 1,
            status: StayStatus::CheckedIn,
            purpose: None,
        }],
        ledger: ledger(),
        open: vec![OpenDecision {
            decision: 0xd1d1,
            sequence: 299,
            at: at(0),
            slots: vec![slot; 3],
            contact: None,
            delivered: None,
            awaits_showing: true,
        }],
        answered: vec![AnsweredRequest { request: Fingerprint(3), sequence: 299 }],
        presence: sightings().into_iter().collect(),
        agenda: delivery_samples::agenda(),
        dispatches: vec![delivery_samples::dispatch()],
        stats: GuestStats { events: 10, decisions: 20, stays: 2, accepts: 3, paid_minor: -4 },
        broken: Vec::new(),
        part_of: None,
        parts: Vec::new(),
    }
}
