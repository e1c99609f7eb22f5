//! Proof that an answer holds nothing its credential may not see: answers are built, encoded, and
//! walked against the options
//! `visible_with` of the API's own descriptors.

use std::sync::Arc;
use std::time::Duration;

use prost::Message;

use super::decide::{self, Extent};
use super::explain::{self, Replay};
use super::{View, event, guest, message, offer, preference, stored};
use crate::domain::belief::{Belief, Origin};
use crate::domain::channel::Channel;
use crate::domain::consent::{Consent, ConsentState, Purpose};
use crate::domain::decision::{
    Carried, ChannelChoice, ConsideredChannel, Context, Decision, Enrolment, FilterStage, Filtered,
    FloorBasis, Known, Proposition, Quote, ReasonCode, ScoreParts, SendOutcome, Slot, Source,
    StageTiming, TasteSnapshot,
};
use crate::domain::event::{Event, EventKind};
use crate::domain::guest::GuestState;
use crate::domain::id::{
    DecisionId, EventId, GuestId, GuestKey, Label, OfferIndex, OfferKey, PlacementId, PropertyId,
    SourceId,
};
use crate::domain::money::{Currency, Money};
use crate::domain::offer::ChargeBasis;
use crate::domain::outcome::{Outcome, Step};
use crate::domain::policy::LearningMode;
use crate::domain::price::PriceTerms;
use crate::domain::profile::{ContactPoint, ContactState, Profile};
use crate::domain::ration::Bid;
use crate::domain::request::Direction;
use crate::domain::scope::{GuestBound, Right, Scope};
use crate::domain::stay::StayStage;
use crate::domain::time::{Date, TimeContext};
use crate::engine::{
    Answer, Answering, DecisionState, GuestView, Liking, Replayed, ReplayedCandidate,
    StoredDecision,
};
use crate::grpc::descriptors::{DESCRIPTORS, Value, fields};
use crate::grpc::from_proto::activate::Explained;
use crate::grpc::testing::{NOW, scope, scope_with};
use crate::testkit::world;

/// Paths of fields that are set in an encoded message though these rights do not show them.
fn shown_against(message: &str, bytes: &[u8], scope: &Scope) -> Vec<String> {
    let at = DESCRIPTORS
        .messages
        .iter()
        .position(|known| known.name == format!(".concierge.v1.{message}"));
    let mut found = Vec::new();
    walk(at.expect("a message of the API"), bytes, scope, message, &mut found);
    found
}

fn walk(message: usize, bytes: &[u8], scope: &Scope, path: &str, found: &mut Vec<String>) {
    for (number, value) in fields(bytes) {
        let Some(field) =
            DESCRIPTORS.messages[message].fields.iter().find(|field| field.number == number)
        else {
            panic!("{path} has an unknown field {number}");
        };
        let path = format!("{path}.{}", field.name);
        if field.visible_with.is_some_and(|right| !scope.sees(right)) {
            found.push(path.clone());
        }
        if let (Some(inner), Value::Bytes(bytes)) = (field.message, value) {
            walk(inner, bytes, scope, &path, found);
        }
    }
}

fn quote() -> Quote {
    let eur = |minor| Money::new(minor, Currency::EUR);
    Quote {
        list: eur(9_000),
        offer: eur(8_000),
        floor: eur(3_000),
        floor_basis: FloorBasis::Policy,
        displacement: eur(500),
        quantity: 2,
        tax: eur(1_840),
        is_tax_included: true,
        fee: eur(200),
        basis: ChargeBasis::Night,
        qualification: "member rate".into(),
        qualifications: vec![Label::parse("", "member.gold").unwrap()],
        selection_probability: 0.5,
        draw: 0.25,
        is_explored: true,
        cell: 7,
        valid_until: NOW.plus(Duration::from_secs(3_600)),
    }
}

fn slot(offer: u16, catalog: &crate::engine::Catalog) -> Slot {
    let parts = ScoreParts {
        base: -2.0,
        taste: 0.7,
        affinity: 0.1,
        situation: 0.3,
        popularity: -0.2,
        fatigue: -0.1,
        response_propensity: 0.2,
        uncertainty: 0.4,
        context_weight: 1.2,
        value: 50.0,
        lever: 1.5,
        guest_weight: 1.25,
        score: 0.3,
    };
    let codes = [ReasonCode::Taste, ReasonCode::Lever, ReasonCode::Value];
    Slot {
        offer: OfferIndex(offer),
        key: catalog.offers()[usize::from(offer)].key,
        treatment: 0,
        selection_probability: 0.25,
        draw: 0.1,
        is_explored: true,
        is_override: false,
        is_planned: false,
        is_guaranteed: false,
        parts,
        context_log_odds: -1.0,
        taste_weight: 1.0,
        affinity_sum: 0.1,
        fatigue: 0.0,
        quote: quote(),
        reasons: codes.to_vec(),
    }
}

fn channel() -> ChannelChoice {
    let considered = |channel, forbidden| ConsideredChannel {
        channel,
        forbidden,
        response_propensity: 0.1,
        utility: 2.5,
        selection_probability: 0.6,
    };
    ChannelChoice {
        outcome: SendOutcome::Send,
        channel: Some(Channel::Email),
        reason: None,
        selection_probability: 0.6,
        time_selection_probability: 0.4,
        draw: 0.3,
        window_start: NOW,
        window_end: NOW.plus(Duration::from_secs(7_200)),
        fallbacks: vec![Channel::Sms],
        considered: vec![considered(Channel::Email, None), considered(Channel::Sms, None)],
        basis: None,
        moments: Vec::new(),
    }
}

fn bid() -> Bid {
    Bid {
        proposition: 0,
        slots: 1,
        offer: OfferIndex(2),
        key: OfferKey(3),
        day: Date(20_600),
        gain: 0.2,
        take_up: 0.5,
        price: 0.7,
        to_come: 12.5,
        left: 2,
        out: 1,
    }
}

/// A decision with everything in it.
fn decision(catalog: &crate::engine::Catalog) -> Decision {
    let belief = world::guest(1).taste;
    Decision {
        id: DecisionId([7; 16]),
        sequence: 9,
        property: PropertyId::parse("p", "city").unwrap(),
        guest: GuestKey([3; 16]),
        decided: NOW,
        expires: NOW.plus(Duration::from_secs(1_800)),
        catalog_version: 1,
        model_sequence: 5,
        rates_version: 0,
        value_tier: None,
        context: Context {
            direction: Direction::Outbound,
            channel: Channel::Email,
            stage: StayStage::Booked,
            time: TimeContext::default(),
            today: Date(20_000),
            adults: 2,
            children: 1,
            locale: "pt".into(),
            intent: "spa".into(),
        },
        terms: PriceTerms::plain(Date(20_000)),
        reservation: None,
        room: None,
        request: None,
        segment: 0,
        taste: Some(TasteSnapshot { mean: belief.mean, variance: belief.variance }),
        known: Known::default(),
        experiments: Enrolment::default(),
        mode: LearningMode::Online,
        defers_activation: false,
        delivery: None,
        spending: Vec::new(),
        bids: vec![bid()],
        goes_with: Vec::new(),
        pushed: None,
        is_degraded: true,
        propositions: vec![Proposition {
            placement: PlacementId::parse("p", "p50").unwrap(),
            policy: Label::parse("p", "standard").unwrap(),
            candidates: (0..4).map(OfferIndex).collect(),
            slots: vec![slot(0, catalog), slot(1, catalog)],
            source: Source::Model,
            budgets: Vec::new(),
        }],
        channel: Some(channel()),
        message: Some(Carried {
            offer: Some((OfferIndex(0), catalog.offers()[0].key)),
            treatment: 0,
            is_transactional: false,
            value: 12.5,
        }),
    }
}

fn answer() -> Answer {
    let catalog = Arc::new(world::catalog(5));
    let offer = catalog.offers()[2].id.clone();
    Answer {
        decision: Arc::new(decision(&catalog)),
        catalog,
        token: "token".into(),
        is_replayed: false,
        filtered: vec![Filtered {
            offer,
            stage: FilterStage::ContactPolicy,
            component: "shown-7d".into(),
            reason: "the cap is reached".into(),
        }],
        timings: vec![StageTiming { stage: "CHOOSE", duration: Duration::from_micros(3) }],
    }
}

fn stored() -> StoredDecision {
    let Answer { decision, catalog, .. } = answer();
    let heard =
        Outcome { step: Step::Accepted, amount_minor: 100, amount_at: NOW, ..Outcome::default() };
    let guest = Some(GuestId::parse("g", "g-1").unwrap());
    StoredDecision {
        decision,
        catalog,
        state: DecisionState::Activated,
        outcomes: vec![Some(heard), None],
        guest,
    }
}

fn known() -> GuestView {
    let consent = |purpose| Consent {
        purpose,
        channel: None,
        state: ConsentState::Granted,
        time: NOW,
        basis: "CONSENT".into(),
        text_version: "1".into(),
        source: "portal".into(),
    };
    let mut profile = Profile::new(GuestId::parse("g", "g-1").unwrap());
    profile.facts.contact_points = vec![ContactPoint {
        channel: Channel::Email,
        address: "lee@example.com".into(),
        state: ContactState::Given,
    }];
    profile.consents = Purpose::ALL.map(consent).to_vec();
    let belief = Belief { updated: NOW, ..world::guest(1).taste };
    let mut state = GuestState::unknown(belief);
    profile.consents.iter().for_each(|consent| state.consent.apply(consent));
    let answers = vec![Answering {
        channel: Channel::Email,
        time: TimeContext::default(),
        response_propensity: 0.2,
        of_segment: 0.1,
    }];
    let likings = vec![Liking {
        tag: Label::parse("", "massage").unwrap(),
        mean: 0.6,
        confidence: 0.4,
        origin: Origin::Observed,
    }];
    GuestView { profile, state, answers, merged: None, likings }
}

fn costly_event() -> Event {
    Event {
        id: EventId::parse("e", "e1").unwrap(),
        source: SourceId::parse("s", "pms").unwrap(),
        kind: EventKind::Consume,
        time: NOW,
        guest: GuestId::parse("g", "g-1").unwrap(),
        role: crate::domain::event::PartyRole::Booker,
        property: None,
        reservation: None,
        room: None,
        channel: None,
        decision: None,
        offer: None,
        placement: None,
        amount: Some(Money::new(500, Currency::EUR)),
        cost: Some(Money::new(200, Currency::EUR)),
        reverses: None,
        stay: None,
        survey: None,
        rating: None,
        consent: None,
        presence: Vec::new(),
        is_machine: false,
        activity: None,
        attributes: vec![],
        held_price: None,
        holds: Vec::new(),
    }
}

/// Every kind of answer with something to hide, as a credential sees it.
fn answers(scope: &Scope) -> Vec<(&'static str, Vec<u8>)> {
    let view = View::of(scope);
    let extent = Extent { is_full: true, includes_content: true, view };
    let decided = decide::response(scope, answer(), extent).encode_to_vec();
    let kept = stored();
    let offers = kept.catalog.offers().iter().take(2).map(|offer| ReplayedCandidate {
        offer: offer.id.clone(),
        score: 0.3,
        selection_probability: 0.25,
    });
    let placement = PlacementId::parse("p", "p50").unwrap();
    let placements = vec![(placement, offers.collect())];
    let replay: Replay = Ok(Replayed { placements, channel_matches: true, rations_match: true });
    let asked = Explained {
        property: PropertyId::parse("p", "city").unwrap(),
        decision: DecisionId([7; 16]),
        placement: None,
        locale: String::new(),
        candidates_max: 20,
    };
    let known = known();
    let mut staffed = kept.catalog.offers()[0].clone();
    staffed.treatments[0].content.push(("staff_notes".into(), "mention the view".into()));
    vec![
        ("DecideOffersResponse", decided),
        (
            "DecideChannelResponse",
            message::response(scope, answer(), Some(&known.profile), extent).encode_to_vec(),
        ),
        ("Decision", stored::decision(scope, &kept, extent).encode_to_vec()),
        (
            "ExplainDecisionResponse",
            explain::response(scope, &kept, &replay, &asked, view).encode_to_vec(),
        ),
        ("Offer", offer::offer(scope, (&staffed, &kept.catalog), false, view).encode_to_vec()),
        ("Guest", guest::guest(scope, &known, NOW, view).encode_to_vec()),
        ("PreferenceProfile", preference::profile(scope, &known, view).encode_to_vec()),
        ("Event", event::event(scope, &costly_event(), 1, NOW, view).encode_to_vec()),
    ]
}

/// All rights but one at a time, and none at all: what needs the missing one is not there.
#[test]
fn no_answer_shows_what_its_credential_may_not_see() {
    let mut credentials = vec![scope_with(&[])];
    credentials.extend(Right::ALL.map(|missing| {
        let rest: Vec<Right> = Right::ALL.into_iter().filter(|right| *right != missing).collect();
        scope_with(&rest)
    }));
    // Held to a guest it sees nothing of the kind, whatever its rights.
    let guest = GuestId::parse("g", "g-1").unwrap();
    let bound = GuestBound { guest, placements: Vec::new(), reservation: None };
    credentials.push(Scope { bound: Some(Arc::new(bound)), ..scope() });
    for scope in credentials {
        for (message, bytes) in answers(&scope) {
            assert_eq!(shown_against(message, &bytes, &scope), Vec::<String>::new());
        }
    }
}

/// The control: the walk does find them, once a credential that sees everything gets the answer.
#[test]
fn the_walk_finds_what_there_is_to_hide() {
    let (all, nothing) = (scope(), scope_with(&[]));
    let found: Vec<String> = answers(&all)
        .iter()
        .flat_map(|(message, bytes)| shown_against(message, bytes, &nothing))
        .collect();
    for expected in [
        "DecideOffersResponse.propositions.offers.quote.floor_price",
        "DecideOffersResponse.propositions.offers.selection_probability",
        "DecideOffersResponse.propositions.offers.score_components.value",
        "DecideOffersResponse.propositions.offers.reasons.contribution",
        "DecideOffersResponse.channel_decision.alternatives",
        "DecideOffersResponse.filtered_offers",
        "DecideOffersResponse.stage_timings",
        "Decision.outcomes.reward",
        "DecideChannelResponse.message.response_value",
        "DecideChannelResponse.channel_decision.address",
        "PreferenceProfile.channel_affinities.response_propensity",
        "ExplainDecisionResponse.slots.candidates.score",
        "Offer.pricing.variable_cost",
        "Offer.treatments.content.staff_notes",
        "Guest.contact_points.address",
        "PreferenceProfile.taste",
        "Event.cost",
    ] {
        assert!(found.iter().any(|path| path == expected), "{expected} is not in {found:?}");
    }
    assert!(found.len() > 30, "{found:?}");
}
