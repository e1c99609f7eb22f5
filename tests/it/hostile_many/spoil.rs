//! Values that fit nowhere, for each kind of field, and the fields they are put into.

use concierge::api::v1;
use concierge::sys::rng::SplitMix64;

use crate::support;

const FIRST: i64 = i64::MIN;
const LAST: i64 = i64::MAX;

pub(super) fn one<T: Clone>(rng: &mut SplitMix64, of: &[T]) -> T {
    of[rng.below(of.len())].clone()
}

pub(super) fn text(rng: &mut SplitMix64, bytes: usize) -> String {
    (0..bytes).map(|_| char::from(b'a' + u8::try_from(rng.below(26)).unwrap())).collect()
}

/// Not a name that people write: empty, long, or with what does not belong.
pub(super) fn name(rng: &mut SplitMix64) -> String {
    let length = 1 + rng.below(20);
    let middle = text(rng, length);
    let wrong = one(rng, &["/", " ", "A", "\u{e9}", "\0", "\u{1f4a5}", "'", "\\", "\n", "%2f"]);
    let long = 65 + rng.below(10_000);
    match rng.below(4) {
        0 => String::new(),
        1 => text(rng, long),
        _ => [&middle, wrong, &middle].concat(),
    }
}

/// Not an id of another system either: long, or with control characters.
pub(super) fn id(rng: &mut SplitMix64) -> String {
    let control = char::from(u8::try_from(rng.below(32)).unwrap());
    let long = 129 + rng.below(10_000);
    if rng.chance(0.5) { text(rng, long) } else { format!("{}{control}", text(rng, 9)) }
}

pub(super) fn number(rng: &mut SplitMix64) -> i32 {
    let drawn = -1 - i32::try_from(rng.below(1 << 30)).unwrap();
    one(rng, &[drawn, -1, i32::MIN, i32::MAX, 1_000_000_000])
}

/// The number of no word.
pub(super) fn word(rng: &mut SplitMix64) -> i32 {
    let drawn = 100 + i32::try_from(rng.below(1 << 30)).unwrap();
    one(rng, &[drawn, -drawn, -1, i32::MIN, i32::MAX])
}

pub(super) fn moment(rng: &mut SplitMix64) -> Option<prost_types::Timestamp> {
    let sound = support::at(60).seconds;
    let pairs = [(FIRST, 0), (LAST, 0), (FIRST, i32::MIN), (LAST, i32::MAX), (sound, -1)];
    let (seconds, nanos) = one(rng, &[&pairs[..], &[(sound, 1_000_000_000), (-1, 0)]].concat());
    Some(prost_types::Timestamp { seconds, nanos })
}

pub(super) fn decimal(rng: &mut SplitMix64) -> f64 {
    one(rng, &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -f64::MAX])
}

fn currency(rng: &mut SplitMix64) -> String {
    let drawn = text(rng, 3);
    one(rng, &[drawn, "XBT".into(), "EURO".into(), String::new(), "\u{20ac}".into(), "E\0R".into()])
}

pub(super) fn zone(rng: &mut SplitMix64) -> String {
    let drawn = text(rng, 10_000);
    one(rng, &["Europe/Atlantis".into(), "../../etc/localtime".into(), "+25:00".into(), drawn])
}

pub(super) fn date(rng: &mut SplitMix64) -> String {
    one(rng, &["", "2026-02-30", "1e9", "9999999999-01-01", "26-1-1", "2026-12-24T00:00:00Z", "0"])
        .to_owned()
}

pub(super) type Spoil<T> = fn(&mut T, &mut SplitMix64);
pub(super) type Call = v1::DecideOffersRequest;

fn context(call: &mut Call) -> &mut v1::DecisionContext {
    call.context.get_or_insert_default()
}

fn channel(call: &mut Call) -> &mut v1::ChannelRequest {
    let asked = call.channel_request.get_or_insert_default();
    asked.mode = v1::ChannelMode::Decide.into();
    asked
}

fn party(call: &mut Call) -> &mut v1::Party {
    context(call).party.get_or_insert_default()
}

/// Fields of a call for a decision, and how each is spoilt.
pub(super) const CALLS: &[(&str, Spoil<Call>)] = &[
    ("property", |c, rng| c.property = format!("brands/demo/properties/{}", name(rng))),
    ("guest", |c, rng| {
        let guest = format!("brands/demo/guests/{}", id(rng));
        c.subject = Some(v1::decide_offers_request::Subject::Guest(guest));
    }),
    ("anonymous_id", |c, rng| {
        c.subject = Some(v1::decide_offers_request::Subject::AnonymousId(id(rng)));
    }),
    ("identity", |c, rng| {
        let (namespace, id) = one(rng, &[("", "7"), ("pms", ""), ("anonymous", "7"), ("p\0", "7")]);
        let identity = v1::Identity { namespace: namespace.into(), id: id.into() };
        c.subject = Some(v1::decide_offers_request::Subject::Identity(identity));
    }),
    ("placement_requests[0].offer_count", |c, rng| {
        c.placement_requests[0].offer_count = number(rng);
    }),
    ("placement_requests[0].placement_id", |c, rng| {
        c.placement_requests[0].placement_id = name(rng);
    }),
    ("placement_requests[0].allowed_offer_ids[1]", |c, rng| {
        c.placement_requests[0].allowed_offer_ids = vec!["offer-00000".into(), name(rng)];
    }),
    ("context.time_zone", |c, rng| context(c).time_zone = zone(rng)),
    ("context.locale", |c, rng| context(c).locale = format!("{}!", text(rng, 9))),
    ("context.stay_stage", |c, rng| context(c).stay_stage = word(rng)),
    ("context.current_channel", |c, rng| context(c).current_channel = word(rng)),
    ("context.direction", |c, rng| context(c).direction = word(rng)),
    ("context.reservation_id", |c, rng| context(c).reservation_id = id(rng)),
    ("context.room_id", |c, rng| context(c).room_id = id(rng)),
    ("context.party.adult_count", |c, rng| party(c).adult_count = number(rng)),
    ("context.party.child_count", |c, rng| party(c).child_count = number(rng)),
    ("channel_request.mode", |c, rng| channel(c).mode = word(rng)),
    ("channel_request.urgency", |c, rng| channel(c).urgency = word(rng)),
    ("channel_request.allowed_channels", |c, rng| channel(c).allowed_channels = vec![word(rng)]),
    ("channel_request.earliest_time", |c, rng| channel(c).earliest_time = moment(rng)),
    ("channel_request.latest_time", |c, rng| {
        let later = 120 + i64::try_from(rng.below(1_000_000)).unwrap();
        let (earliest_time, latest_time) = (Some(support::at(later)), Some(support::at(60)));
        *channel(c) = v1::ChannelRequest { earliest_time, latest_time, ..channel(c).clone() };
    }),
    ("view", |c, rng| c.view = word(rng)),
    ("learning_mode", |c, rng| c.learning_mode = word(rng)),
    ("request_id", |c, rng| c.request_id = id(rng)),
];

fn stay(event: &mut v1::Event) -> &mut v1::Stay {
    event.stay.get_or_insert_with(|| v1::Stay {
        check_in_date: "2026-12-20".into(),
        check_out_date: "2026-12-24".into(),
        ..Default::default()
    })
}

/// Fields of an event, and how each is spoilt.
pub(super) const EVENTS: &[(&str, Spoil<v1::Event>)] = &[
    ("event_id", |e, rng| e.event_id = if rng.chance(0.2) { String::new() } else { id(rng) }),
    ("source", |e, rng| e.source = id(rng)),
    ("event_type", |e, rng| e.event_type = word(rng)),
    ("event_time", |e, rng| e.event_time = moment(rng)),
    ("property", |e, rng| e.property = format!("brands/demo/properties/{}", name(rng))),
    ("anonymous_id", |e, rng| e.subject = Some(v1::event::Subject::AnonymousId(id(rng)))),
    ("channel", |e, rng| e.channel = word(rng)),
    ("amount.currency_code", |e, rng| {
        e.amount = Some(v1::Money { currency_code: currency(rng), amount_minor: 1 });
    }),
    ("amount.amount_minor", |e, rng| {
        let amount_minor = one(rng, &[FIRST, LAST, -1, -1_000_000_000]);
        e.amount = Some(v1::Money { currency_code: "EUR".into(), amount_minor });
    }),
    ("cost.currency_code", |e, rng| {
        e.cost = Some(v1::Money { currency_code: currency(rng), amount_minor: 1 });
    }),
    ("stay.check_in_date", |e, rng| stay(e).check_in_date = date(rng)),
    ("stay.check_out_date", |e, rng| {
        stay(e).check_out_date = format!("2026-12-{:02}", 1 + rng.below(19));
    }),
    ("stay.special_request_count", |e, rng| stay(e).special_request_count = number(rng)),
    ("stay.meal_plan", |e, rng| stay(e).meal_plan = word(rng)),
    ("rating", |e, rng| {
        let [value, scale_min, scale_max] = match rng.below(3) {
            0 => [decimal(rng), 0.0, 10.0],
            1 => [1.0, decimal(rng), 10.0],
            _ => [1.0, 10.0, 0.0],
        };
        e.rating = Some(v1::Rating { value, scale_min, scale_max, ..Default::default() });
    }),
    ("survey_answer.value", |e, rng| {
        let (question_id, tags) = ("q".into(), vec!["t1".into()]);
        let value = decimal(rng);
        e.survey_answer = Some(v1::SurveyAnswer { question_id, value, tags, ..Default::default() });
    }),
    ("slot", |e, rng| e.slot = number(rng)),
    ("quantity", |e, rng| e.quantity = number(rng)),
    ("decision", |e, rng| {
        e.decision = format!("brands/demo/properties/city/decisions/{}", text(rng, 31));
    }),
    ("attribution_token", |e, rng| e.attribution_token = text(rng, 20_000)),
];
