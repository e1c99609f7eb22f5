//! A synthetic catalog of any size, and guests for it.

use std::sync::Arc;
use std::time::Duration;

use crate::catalog::{Catalog, CatalogContent, Category};
use crate::domain::belief::{Belief, DIM};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::consent::{Consent, ConsentState, Purpose};
use crate::domain::decision::{DecideRequest, Direction, PlacementRequest};
use crate::domain::exposure::ExposureState;
use crate::domain::guest::GuestState;
use crate::domain::id::{GuestId, Label, OfferId, OfferKey, PlacementId, PropertyId, TreatmentId};
use crate::domain::money::{Currency, Money};
use crate::domain::offer::{ChargeBasis, Offer, Placement, Pricing, Property, StageSet, Treatment};
use crate::domain::policy::{
    CapObject, CapSubject, ChannelPolicy, ContactPolicy, ContactRules, DecisionPolicy, Exploration, LearningMode,
};
use crate::domain::time::Timestamp;
use crate::learn::vectors::offer_vector;
use crate::sys::rng::SplitMix64;

/// Categories of the world.
pub const CATEGORIES: usize = 8;
/// Tags of the world.
pub const TAGS: usize = 30;

fn label(text: &str) -> Label {
    Label::parse("label", text).expect("a plain name")
}

/// A moment in the world: 2026-03-02, 09:00 UTC, a Monday.
pub fn now() -> Timestamp {
    Timestamp::from_seconds(1_772_442_000)
}

/// A catalog of `offers` offers. Placements `p50`, `p200`, `p1000` and `all` each show as many of them as they say.
pub fn content(offers: usize) -> CatalogContent {
    let placements: Vec<Placement> = PLACEMENTS
        .iter()
        .map(|(name, _)| Placement {
            id: PlacementId::parse("placement", name).expect("a plain name"),
            channel: Channel::Web,
            policy: label("standard"),
            default_count: 3,
        })
        .collect();
    let mut rng = SplitMix64::new(7);
    CatalogContent {
        brand: None,
        label: "testkit".to_owned(),
        properties: vec![Property {
            id: PropertyId::parse("property", "city").expect("a plain name"),
            name: "City".to_owned(),
            zone: Arc::from("Europe/Lisbon"),
            currency: Currency::EUR,
            country: *b"PT",
        }],
        categories: (0..CATEGORIES).map(|c| Category { id: label(&format!("c{c}")), name: format!("Category {c}") }).collect(),
        offers: (0..offers).map(|at| offer(at, &placements, &mut rng)).collect(),
        placements,
        decision_policies: vec![policy()],
        contact: contact(),
        segments: Vec::new(),
    }
}

const PLACEMENTS: [(&str, usize); 4] = [("p50", 50), ("p200", 200), ("p1000", 1_000), ("all", usize::MAX)];

fn offer(at: usize, placements: &[Placement], rng: &mut SplitMix64) -> Offer {
    let id = OfferId::parse("offer", &format!("offer-{at:05}")).expect("a plain name");
    let shown_in = PLACEMENTS.iter().zip(placements).filter(|((_, most), _)| at < *most);
    let price = 2_000 + i64::try_from(rng.below(20_000)).expect("small");
    Offer {
        key: OfferKey::of(&id),
        id,
        name: format!("Offer {at}"),
        category: label(&format!("c{}", at % CATEGORIES)),
        group: None,
        supplier: None,
        attributes: Vec::new(),
        tags: (0..4).map(|_| label(&format!("t{}", rng.below(TAGS)))).collect(),
        pricing: Pricing {
            list: Money::new(price, Currency::EUR),
            variable_cost: Money::new(price / 3, Currency::EUR),
            commission_basis_points: 500,
            tax_basis_points: 2_300,
            mandatory_fee: Money::new(0, Currency::EUR),
            basis: ChargeBasis::Stay,
            qualification: String::new(),
        },
        valid_from: Timestamp::EPOCH,
        valid_until: Timestamp::NEVER,
        properties: Vec::new(),
        stages: StageSet::ALL,
        placements: shown_in.map(|(_, p)| p.id.clone()).collect(),
        channels: ChannelSet::ALL,
        adults: (0, 20),
        children: (0, 20),
        rule: String::new(),
        is_inventory_limited: false,
        is_fallback: false,
        treatments: vec![Treatment {
            id: TreatmentId::parse("treatment", "default").expect("a plain name"),
            channels: ChannelSet::ALL,
            locale: Arc::from("en"),
            contexts: Vec::new(),
            content: vec![("title".to_owned(), format!("Offer {at}"))],
        }],
    }
}

fn policy() -> DecisionPolicy {
    DecisionPolicy {
        id: label("standard"),
        propensity_exponent: 1.0,
        value_exponent: 0.5,
        value_reference: 50.0,
        score_cap: 0.5,
        exploration: Exploration::InverseGap { gamma0: 1_000.0, decisions_cap: 200_000.0, floor: 0.01 },
        category_cap: 0,
        do_nothing_score: 0.0,
        levers: Vec::new(),
        context_weights: Vec::new(),
        mode: LearningMode::Online,
        reservation: Duration::from_secs(1_800),
    }
}

fn contact() -> ContactRules {
    let cap = |id: &str, counted, limit, days: u64| ContactPolicy {
        id: label(id),
        subject: CapSubject::Guest,
        object: CapObject::EachOffer,
        counted,
        limit,
        window: Duration::from_secs(days * 86_400),
        counts_transactional: false,
    };
    let channel = |(channel, cost, prior_response): (Channel, f64, f64)| ChannelPolicy { channel, cost, prior_response, annoyance: 0.05 };
    let channels = [
        (Channel::Email, 0.01, 0.05),
        (Channel::Sms, 0.08, 0.08),
        (Channel::AppPush, 0.0, 0.06),
        (Channel::WhatsApp, 0.05, 0.1),
        (Channel::Phone, 2.0, 0.2),
        (Channel::Web, 0.0, 0.04),
    ];
    ContactRules {
        policies: vec![
            cap("shown-7d", ExposureState::Reserved, 30, 7),
            cap("declined-14d", ExposureState::Declined, 1, 14),
        ],
        quiet_hours: Vec::new(),
        fallback_zone: Arc::from("Europe/Lisbon"),
        channels: channels.into_iter().map(channel).collect(),
    }
}

/// A built catalog of so many offers. One of them is the fallback of every placement.
pub fn catalog(offers: usize) -> Catalog {
    let mut content = content(offers + 1);
    if let Some(last) = content.offers.last_mut() {
        last.is_fallback = true;
        last.placements.clear();
    }
    let vector = |o: &Offer| offer_vector(o.category.as_str(), o.tags.iter().map(Label::as_str), []);
    let vectors = content.offers.iter().map(vector).collect();
    Catalog::build(content, 1, vectors).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// A guest who allows everything, with a taste of their own.
pub fn guest(seed: u64) -> GuestState {
    let mut rng = SplitMix64::new(seed);
    #[expect(clippy::cast_possible_truncation, reason = "tastes are kept in single precision")]
    let mean = std::array::from_fn::<f32, DIM, _>(|_| (rng.normal() * 0.5) as f32);
    let mut guest = GuestState::unknown(Belief { mean, variance: [0.3; DIM], updated: now() });
    for purpose in Purpose::ALL {
        guest.consent.apply(&Consent {
            purpose,
            channel: None,
            state: ConsentState::Granted,
            time: now(),
            basis: String::new(),
            text_version: String::new(),
            source: String::new(),
        });
    }
    guest.reachable = ChannelSet::ALL;
    guest
}

/// A call for a placement.
pub fn request(placement: &str, count: u8) -> DecideRequest {
    DecideRequest {
        property: PropertyId::parse("property", "city").expect("a plain name"),
        guest: GuestId::parse("guest", "g").expect("a plain name"),
        placements: vec![PlacementRequest {
            placement: PlacementId::parse("placement", placement).expect("a plain name"),
            count: Some(count),
            allowed: Vec::new(),
            excluded: Vec::new(),
        }],
        direction: Direction::Inbound,
        current_channel: None,
        stage: None,
        reservation: None,
        room: None,
        locale: String::new(),
        zone: String::new(),
        intent: String::new(),
        adults: None,
        children: None,
        channel: None,
        allow_duplicates: false,
        defers_activation: false,
        wants_full_view: false,
        mode: None,
        policy: None,
        request: None,
    }
}

/// The text of a catalog like [`content`], as a brand would publish it: property `city`, placements `p50`, `p200`, `p1000`
/// and `all`, one fallback offer.
pub fn text(offers: usize) -> String {
    use std::fmt::Write as _;
    let mut rng = SplitMix64::new(7);
    let mut text = String::from(
        "label = \"testkit\"\n\n[[properties]]\nid = \"city\"\nzone = \"Europe/Lisbon\"\ncurrency = \"EUR\"\ncountry = \"PT\"\n",
    );
    for c in 0..CATEGORIES {
        let _ = write!(text, "\n[[categories]]\nid = \"c{c}\"\n");
    }
    for (name, _) in PLACEMENTS {
        let _ = write!(text, "\n[[placements]]\nid = \"{name}\"\nchannel = \"WEB\"\npolicy = \"standard\"\ndefault_count = 3\n");
    }
    text.push_str(
        "\n[[decision_policies]]\nid = \"standard\"\npropensity_exponent = 1.0\nvalue_exponent = 0.5\nvalue_reference = 50.0\n\
         score_cap = 0.5\nexploration = { kind = \"INVERSE_GAP\", gamma0 = 1000.0, decisions_cap = 200000.0, floor = 0.01 }\n\
         reservation = \"30m\"\n",
    );
    text.push_str("\n[contact]\nfallback_zone = \"Europe/Lisbon\"\n");
    for (id, counted, limit, window) in [("shown-7d", "DECISION", 30, "7d"), ("declined-14d", "DECLINE", 1, "14d")] {
        let _ = write!(
            text,
            "\n[[contact.policies]]\nid = \"{id}\"\nsubject = \"GUEST\"\ncounts = \"EACH_OFFER\"\ncounted = \"{counted}\"\n\
             limit = {limit}\nwindow = \"{window}\"\n",
        );
    }
    for (channel, cost, rate) in [("EMAIL", 0.01, 0.05), ("SMS", 0.08, 0.08), ("APP_PUSH", 0.0, 0.06), ("WEB", 0.0, 0.04)] {
        let _ = write!(text, "\n[[contact.channels]]\nchannel = \"{channel}\"\ncost = {cost}\nprior_response = {rate}\nannoyance = 0.05\n");
    }
    for at in 0..offers {
        let placements: Vec<_> = PLACEMENTS.iter().filter(|(_, most)| at < *most).map(|(p, _)| format!("\"{p}\"")).collect();
        let tags: std::collections::BTreeSet<_> = (0..4).map(|_| rng.below(TAGS)).collect();
        let tags: Vec<_> = tags.into_iter().map(|t| format!("\"t{t}\"")).collect();
        let price = 20 + rng.below(200);
        let _ = write!(
            text,
            "\n[[offers]]\nid = \"offer-{at:05}\"\ncategory = \"c{}\"\ntags = [{}]\nprice = \"{price}.00 EUR\"\ncost = \"{}.00 EUR\"\n\
             commission = 5.0\nplacements = [{}]\ntreatments = [{{ locale = \"en\", content = {{ title = \"Offer {at}\" }} }}]\n",
            at % CATEGORIES,
            tags.join(", "),
            price / 3,
            placements.join(", "),
        );
    }
    text.push_str(
        "\n[[offers]]\nid = \"welcome\"\ncategory = \"c0\"\nfree = true\nfallback = true\n\
         treatments = [{ locale = \"en\", content = { title = \"Welcome\" } }]\n",
    );
    text
}
