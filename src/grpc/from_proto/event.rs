//! An event as it comes in: what each kind needs, and what is kept with it.

use crate::api::v1;
use crate::domain::channel::Channel;
use crate::domain::consent::{Consent, ConsentState, Purpose};
use crate::domain::event::{Event, EventKind, PartyRole, SurveyAnswer};
use crate::domain::id::{EventId, GuestId, OfferId, PlacementId, ReservationId, RoomId, SourceId};
use crate::domain::money::Money;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::engine::IncomingEvent;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::extras::{self, Extras};
use super::{consent, enums, preference, presence, stay, subject, values};

/// Longest attribution token, in bytes.
pub(crate) const TOKEN_BYTES_MAX: usize = 12_288;
/// Most slots of a placement.
const SLOTS_MAX: i32 = 30;
/// Most tags of a survey answer.
const SURVEY_TAGS_MAX: usize = 32;

/// Reads an event. Its paths are told from the event itself.
pub(crate) fn event(scope: &Scope, wire: v1::Event) -> Result<IncomingEvent, Refusal> {
    let mut problems = Problems::new();
    let read = read(&mut problems, scope, wire);
    problems.finish(read)
}

fn read(p: &mut Problems, scope: &Scope, mut wire: v1::Event) -> Option<IncomingEvent> {
    let mut kept = Extras::default();
    let head = head(p, scope, &mut wire);
    let Head { id, source, kind, time, guest } = head;
    let [token, held] = tokens(p, &wire);
    let named = (!wire.decision.is_empty())
        .then(|| names::decision(p, scope, "decision", &wire.decision))
        .flatten();
    let property = match (wire.property.as_str(), &named) {
        ("", Some((property, _))) => Some(property.clone()),
        ("", None) => None,
        (name, _) => names::property(p, scope, "property", name),
    };
    let offer = values::catalog_optional(p, "offer_id", &wire.offer_id, OfferId::parse);
    let placement =
        values::catalog_optional(p, "placement_id", &wire.placement_id, PlacementId::parse);
    let slot = (wire.slot != 0)
        .then(|| values::count::<u8>(p, "slot", wire.slot, 1..=SLOTS_MAX).saturating_sub(1));
    let channel = enums::read::<v1::Channel>(p, "channel", wire.channel);
    if wire.opened_by_machine && kind != Some(EventKind::Opened) {
        p.add("opened_by_machine", "is set, but the event is not OPENED");
    }
    if let Some(kind) = kind {
        let has_decision = token.is_some() || !wire.decision.is_empty();
        check_needs(p, kind, &wire, has_decision);
    }
    let role = role(p, kind, &wire);
    let presence = presence::of_event(p, kind, time, wire.presence.take(), property.as_ref());
    let (amount, cost) = amounts(p, wire.amount.take(), wire.cost.take());
    let reverses =
        values::foreign_optional(p, "reverses_event_id", &wire.reverses_event_id, EventId::parse);
    let booked = time.filter(|_| kind == Some(EventKind::Book));
    let stay = stay::stay(p, wire.stay.take(), booked, &mut kept);
    let survey = survey(p, wire.survey_answer.take(), &mut kept);
    let rating = rating(p, wire.rating.take(), &mut kept);
    let consent = consent_of(p, kind, time, channel, &mut wire);
    keep_rest(p, &mut wire, &mut kept);
    let attributes =
        values::attributes(p, "attributes", std::mem::take(&mut wire.attributes), extras::RESERVED);
    let reservation =
        values::foreign_optional(p, "reservation_id", &wire.reservation_id, ReservationId::parse);
    let room = values::foreign_optional(p, "room_id", &wire.room_id, RoomId::parse);
    let event = Event {
        id: id?,
        source: source?,
        kind: kind?,
        time: time?,
        guest: guest?,
        role,
        property,
        reservation,
        room,
        channel,
        decision: None,
        offer,
        placement,
        amount,
        cost,
        reverses,
        stay,
        survey,
        rating,
        consent,
        presence,
        is_machine: wire.opened_by_machine,
        activity: None,
        attributes: kept.after(attributes),
        holds: Vec::new(),
        held_price: None,
    };
    Some(IncomingEvent { event, token, decision: named.map(|(_, id)| id), slot, held })
}

/// The attribution token and the promise of a price.
fn tokens(p: &mut Problems, wire: &v1::Event) -> [Option<String>; 2] {
    let attribution = token(p, "attribution_token", wire.attribution_token.clone());
    [attribution, token(p, "price_hold_token", wire.price_hold_token.clone())]
}

/// What every event has.
struct Head {
    id: Option<EventId>,
    source: Option<SourceId>,
    kind: Option<EventKind>,
    time: Option<Timestamp>,
    guest: Option<GuestId>,
}

fn head(p: &mut Problems, scope: &Scope, wire: &mut v1::Event) -> Head {
    let id = values::foreign(p, "event_id", &wire.event_id, EventId::parse);
    // That of a page is the engine's to say.
    let source = if scope.bound.is_some() {
        p.take(SourceId::parse("source", &scope.credential))
    } else {
        values::foreign(p, "source", &wire.source, SourceId::parse)
    };
    let kind = enums::required::<v1::EventType>(p, "event_type", wire.event_type);
    if wire.event_time.is_none() {
        p.add("event_time", "is missing; say when it happened");
    }
    let time = values::moment(p, "event_time", wire.event_time);
    let guest = match wire.subject.take() {
        Some(who) => subject::read(p, scope, who.into()),
        None => subject::bound(scope).or_else(|| {
            p.add("guest", "is missing; name the guest, an anonymous_id or an identity");
            None
        }),
    };
    Head { id, source, kind, time, guest }
}

/// An attribution token: opaque, so only its length is checked; whether it is ours is for the
/// engine to say.
pub(crate) fn token(problems: &mut Problems, field: &str, token: String) -> Option<String> {
    if token.len() > TOKEN_BYTES_MAX {
        problems.add(field, "is longer than any token; give the one that the decision returned");
        return None;
    }
    (!token.is_empty()).then_some(token)
}

/// What the kind of the event asks for. `has_decision`: a token or a decision says the rest.
fn check_needs(problems: &mut Problems, kind: EventKind, wire: &v1::Event, has_decision: bool) {
    use EventKind as K;
    let is_at_a_hotel = matches!(
        kind,
        K::Book
            | K::Cancel
            | K::CheckIn
            | K::CheckOut
            | K::Consume
            | K::Pay
            | K::Refund
            | K::Fulfilled
            | K::Failed
    );
    if is_at_a_hotel && wire.property.is_empty() && !has_decision {
        problems.add("property", "is missing; such an event happens at a hotel");
    }
    let is_of_an_offer = matches!(
        kind,
        K::Accept | K::Decline | K::NotOffered | K::Consume | K::Fulfilled | K::Failed
    );
    let may_be_of_a_decision = matches!(kind, K::Impression | K::Click) && !has_decision;
    let is_nameless = wire.offer_id.is_empty() && wire.price_hold_token.is_empty();
    if (is_of_an_offer || may_be_of_a_decision) && is_nameless {
        problems.add("offer_id", "is missing; such an event is about an offer");
    }
    let is_of_a_message = matches!(kind, K::Delivered | K::Bounced | K::Opened | K::Replied);
    if is_of_a_message && wire.channel == 0 && !has_decision {
        problems.add("channel", "is missing; say which channel the message went through");
    }
    let needed = [
        ("stay", matches!(kind, K::Book | K::CheckIn) && wire.stay.is_none()),
        ("survey_answer", kind == K::Survey && wire.survey_answer.is_none()),
        ("rating", kind == K::Feedback && wire.rating.is_none()),
        ("presence", kind == K::Presence && wire.presence.is_none()),
        ("text_version", kind == K::OptIn && wire.text_version.is_empty()),
    ];
    for (field, _) in needed.into_iter().filter(|(_, is_missing)| *is_missing) {
        problems.add(field, "is missing; events of this type need it");
    }
    let is_consent = matches!(kind, K::OptIn | K::OptOut);
    if !is_consent && wire.purpose != 0 {
        problems.add("purpose", "belongs to OPT_IN and OPT_OUT only");
    }
    if !is_consent && !wire.text_version.is_empty() {
        problems.add("text_version", "belongs to OPT_IN and OPT_OUT only");
    }
}

/// What the person has to do with the stay.
fn role(problems: &mut Problems, kind: Option<EventKind>, wire: &v1::Event) -> PartyRole {
    use EventKind as K;
    let is_payment = matches!(kind, Some(K::Pay | K::Refund));
    let told = enums::read::<v1::PartyRole>(problems, "party_role", wire.party_role);
    match told {
        Some(PartyRole::Payer) if !is_payment => {
            problems.add("party_role", "is PAYER, which belongs to PAY and REFUND only");
        }
        Some(PartyRole::Booker) if matches!(kind, Some(K::CheckIn | K::CheckOut | K::Consume)) => {
            problems.add("party_role", "is BOOKER; such an event is of who stays");
        }
        _ => {}
    }
    let is_booker_only = wire.stay.as_ref().is_some_and(|stay| stay.is_booker_only);
    let untold = match is_booker_only {
        true if is_payment => PartyRole::Payer,
        true => PartyRole::Booker,
        false => PartyRole::Stayer,
    };
    told.unwrap_or(untold)
}

fn amounts(
    problems: &mut Problems,
    amount: Option<v1::Money>,
    cost: Option<v1::Money>,
) -> (Option<Money>, Option<Money>) {
    let amount = values::money(problems, "amount", amount, false);
    let cost = values::money(problems, "cost", cost, false);
    if amount.zip(cost).is_some_and(|(amount, cost)| amount.currency != cost.currency) {
        problems.add("cost.currency_code", "is not that of amount; give both in one currency");
    }
    (amount, cost)
}

fn survey(
    problems: &mut Problems,
    wire: Option<v1::SurveyAnswer>,
    kept: &mut Extras,
) -> Option<SurveyAnswer> {
    let wire = wire?;
    problems.within(
        || "survey_answer".into(),
        |p| {
            let question = values::required(p, "question_id", wire.question_id, 128);
            let value = values::number(p, "value", wire.value, -1.0..=1.0);
            if wire.tags.is_empty() {
                p.add("tags", "is empty; say what the question is about");
            }
            let wire_tags = values::list(p, "tags", wire.tags, SURVEY_TAGS_MAX);
            let mut tags = Vec::with_capacity(wire_tags.len());
            for (at, text) in wire_tags.iter().enumerate() {
                tags.extend(p.within(|| values::at("tags", at), |p| preference::tag(p, "", text)));
            }
            kept.keep(extras::CHOICE, values::word(p, "choice_id", wire.choice_id));
            kept.keep(
                extras::SURVEY_TEXT,
                values::bounded(p, "text", wire.text, values::TEXT_BYTES_MAX),
            );
            let tags = tags.iter().map(|tag| tag.as_str().to_owned()).collect();
            #[expect(clippy::cast_possible_truncation, reason = "a wish is not that fine")]
            value.map(|value| SurveyAnswer { question, value: value as f32, tags })
        },
    )
}

/// A mark, as the nearest of 1 to 5; the mark itself is kept.
fn rating(problems: &mut Problems, wire: Option<v1::Rating>, kept: &mut Extras) -> Option<u8> {
    let wire = wire?;
    problems.within(
        || "rating".into(),
        |p| {
            let bounds = -1e9..=1e9;
            let min = values::number(p, "scale_min", wire.scale_min, bounds.clone());
            let max = values::number(p, "scale_max", wire.scale_max, bounds);
            let (min, max) = min.zip(max)?;
            if max <= min {
                p.add("scale_max", "is not above scale_min; give the best mark of the scale");
                return None;
            }
            let value = values::number(p, "value", wire.value, min..=max)?;
            kept.keep(extras::RATING_ASPECT, values::word(p, "aspect_id", wire.aspect_id));
            kept.keep(extras::RATING_VALUE, value.to_string());
            kept.keep(extras::RATING_MIN, min.to_string());
            kept.keep(extras::RATING_MAX, max.to_string());
            let fifths = 1.0 + 4.0 * (value - min) / (max - min);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 5")]
            Some(fifths.round().clamp(1.0, 5.0) as u8)
        },
    )
}

fn consent_of(
    problems: &mut Problems,
    kind: Option<EventKind>,
    time: Option<Timestamp>,
    channel: Option<Channel>,
    wire: &mut v1::Event,
) -> Option<Consent> {
    let state = match kind? {
        EventKind::OptIn => ConsentState::Granted,
        EventKind::OptOut => ConsentState::Withdrawn,
        _ => return None,
    };
    let purpose =
        enums::read::<v1::Purpose>(problems, "purpose", wire.purpose).unwrap_or(Purpose::Marketing);
    let text_version =
        values::word(problems, "text_version", std::mem::take(&mut wire.text_version));
    let basis = consent::basis_word(v1::ConsentBasis::Consent).to_owned();
    Some(Consent {
        purpose,
        channel,
        state,
        time: time?,
        basis,
        text_version,
        source: wire.source.clone(),
    })
}

/// Fields that are kept with the event and given back, and that nothing is decided by.
fn keep_rest(problems: &mut Problems, wire: &mut v1::Event, kept: &mut Extras) {
    let mut word = |field: &str, key: &str, text: &mut String| {
        kept.keep(key, values::word(problems, field, std::mem::take(text)));
    };
    word("reason_code", extras::REASON_CODE, &mut wire.reason_code);
    word("contact_point_id", extras::CONTACT_POINT, &mut wire.contact_point_id);
    word("staff_id", extras::STAFF, &mut wire.staff_id);
    if wire.quantity != 0 {
        let quantity = values::count::<u16>(problems, "quantity", wire.quantity, 1..=10_000);
        kept.keep(extras::QUANTITY, quantity.to_string());
    }
}
