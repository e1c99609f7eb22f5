//! A synthetic catalog of any size, and guests for it.

use crate::catalog::Catalog;
use crate::decide::candidates::Live;
use crate::decide::caps::Ledgers;
use crate::decide::{Inputs, Serving};
use crate::domain::belief::{Belief, DIM};
use crate::domain::channel::ChannelSet;
use crate::domain::consent::{Consent, ConsentState, Purpose};
use crate::domain::guest::GuestState;
use crate::domain::id::{GuestId, GuestKey, Label, PlacementId, PropertyId};
use crate::domain::offer::Offer;
use crate::domain::price::AskedTerms;
use crate::domain::request::{DecideRequest, Direction, PlacementRequest};
use crate::domain::time::Timestamp;
use crate::learn::channel::model::ChannelModel;
use crate::learn::vectors::offer_vector;
use crate::sys::rng::SplitMix64;

/// Categories of the world.
pub const CATEGORIES: usize = 8;
/// Tags of the world.
pub const TAGS: usize = 30;

/// A moment in the world: 2026-03-02, 09:00 UTC, a Monday.
pub fn now() -> Timestamp {
    Timestamp::from_seconds(1_772_442_000)
}

const PLACEMENTS: [(&str, usize); 4] =
    [("p50", 50), ("p200", 200), ("p1000", 1_000), ("all", usize::MAX)];

/// The catalog of [`text`], built.
pub fn catalog(offers: usize) -> Catalog {
    built(&text(offers))
}

/// A catalog of a text, as version 1.
///
/// # Panics
/// With a text that is not valid.
pub fn built(text: &str) -> Catalog {
    let content = crate::catalog::validate(text).expect("the text is valid");
    let vector =
        |o: &Offer| offer_vector(o.category.as_str(), o.tags.iter().map(Label::as_str), []);
    let vectors = content.offers.iter().map(vector).collect();
    Catalog::build(content, 1, vectors).expect("the content is valid")
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

/// A decision to be made in the world, by a guest whom nothing is known to cap.
pub fn inputs<'a>(
    serving: &'a Serving,
    (live, channels): (&'a Live, &'a ChannelModel),
    guest: &'a GuestState,
    request: &'a DecideRequest,
    seed: u64,
) -> Inputs<'a> {
    Inputs {
        serving,
        live,
        channels,
        guest,
        key: GuestKey([1; 16]),
        ledgers: Ledgers::of(guest),
        request,
        now: now(),
        seed,
        mode: None,
        offered: &[],
    }
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
        travel_purpose: None,
        terms: AskedTerms::default(),
        channel: None,
        message: None,
        allow_duplicates: false,
        defers_activation: false,
        delivery: None,
        pushed: None,
        wants_full_view: false,
        mode: None,
        policy: None,
        planned: None,
        goes_with: std::sync::Arc::default(),
        request: None,
    }
}

/// The text with some offers at 900 euros, far more than any other costs: what everybody is best shown.
pub fn dear(text: &str, ids: &[&str]) -> String {
    let is_dear = |offer: &str| ids.iter().any(|id| offer.contains(&format!("id = \"{id}\"")));
    let priced = |line: &str| match line.starts_with("price = ") {
        true => "price = \"900.00 EUR\"".to_owned(),
        false => line.to_owned(),
    };
    let raised = |offer: &str| match is_dear(offer) {
        true => offer.split('\n').map(priced).collect::<Vec<_>>().join("\n"),
        false => offer.to_owned(),
    };
    text.split("[[offers]]").map(raised).collect::<Vec<_>>().join("[[offers]]")
}

/// The text with taxes, three steps that half of the cells try, and conditions under which members and
/// early guests pay less, on every offer that costs something.
pub fn priced(text: &str) -> String {
    let tiers: String = ["silver", "gold", "platinum"]
        .map(|tier| format!("\n[[loyalty_tiers]]\nid = \"{tier}\"\n"))
        .concat();
    let priced = "per = \"PERSON_NIGHT\"\ntax = 10\n\
        price_steps = [{ percent = 80, id = \"sale\" }, { percent = 90, id = \"promo\" }, { percent = 100 }]\n\
        price_trial = { share = 50, epoch_days = 3 }\n\
        price_rules = [\n\
        { id = \"member.gold\", percent = 90, tier_from = \"gold\" },\n\
        { id = \"early\", percent = 95, lead_days = 20 },\n\
        { id = \"winter\", percent = 97, promotion_codes = [\"Winter\"] },\n]\n";
    text.replace("commission = 5.0\n", &format!("commission = 5.0\n{priced}")) + &tiers
}

/// The text of a catalog of so many offers, as a brand would publish it: property `city`;
/// placements `p50`, `p200`, `p1000` and
/// `all`, each showing as many offers as it says; one fallback offer.
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
        let _ = write!(
            text,
            "\n[[placements]]\nid = \"{name}\"\nchannel = \"WEB\"\npolicy = \"standard\"\ndefault_count = 3\n"
        );
    }
    text.push_str(
        "\n[[decision_policies]]\nid = \"standard\"\npropensity_exponent = 1.0\nvalue_exponent = 0.5\nvalue_reference = 50.0\n\
         score_cap = 0.5\nexploration = { kind = \"INVERSE_GAP\", gamma0 = 1000.0, decisions_cap = 200000.0, floor = 0.01 }\n\
         reservation = \"30m\"\n",
    );
    text.push_str("\n[contact]\nfallback_zone = \"Europe/Lisbon\"\n");
    for (id, counted, limit, window) in
        [("shown-7d", "DECISION", 30, "7d"), ("declined-14d", "DECLINE", 1, "14d")]
    {
        let _ = write!(
            text,
            "\n[[contact.policies]]\nid = \"{id}\"\nsubject = \"GUEST\"\ncounts = \"EACH_OFFER\"\ncounted = \"{counted}\"\n\
             limit = {limit}\nwindow = \"{window}\"\n",
        );
    }
    for (channel, cost, rate) in
        [("EMAIL", 0.01, 0.05), ("SMS", 0.08, 0.08), ("APP_PUSH", 0.0, 0.06), ("WEB", 0.0, 0.04)]
    {
        let _ = write!(
            text,
            "\n[[contact.channels]]\nchannel = \"{channel}\"\ncost = {cost}\nprior_response = {rate}\nannoyance = 0.05\n"
        );
    }
    for at in 0..offers {
        let placements: Vec<_> = PLACEMENTS
            .iter()
            .filter(|(_, most)| at < *most)
            .map(|(p, _)| format!("\"{p}\""))
            .collect();
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
