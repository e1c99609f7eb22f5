//! Messages that are chosen already: channel and moment decided, logged, counted, attributed and learnt from.

use super::channels::{event_of, reachable};
use super::*;
use crate::decide::replay::is_rechosen;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::{SendOutcome, WithholdReason};
use crate::domain::exposure::ExposureState;
use crate::domain::id::{OfferIndex, RequestId};
use crate::domain::money::{Currency, Money};
use crate::domain::outcome::Step;
use crate::domain::request::{ChannelRequest, DecideRequest, Message};
use crate::domain::stay::{StayFacts, TravelPurpose};
use crate::domain::time::{Date, DayType, Timestamp};
use crate::learn::channel::hours::SegmentHours;

const DAY: Duration = Duration::from_secs(86_400);

/// A brand that writes at the best moment, and seldom: two e-mails a day.
fn world() -> World {
    let world = World::new(60);
    let policy = "\n[[contact.policies]]\nid = \"mail\"\ncounts = { channel = \"EMAIL\" }\ncounted = \"DECISION\"\n\
                  limit = 2\nwindow = \"1d\"\n\n[[contact.channels]]";
    let text = world::text(60)
        .replacen("\n[[contact.channels]]", policy, 1)
        .replace("fallback_zone", "send_time = \"BEST\"\nfallback_zone")
        .replacen("treatments = [", "treatments = [{ id = \"mail\", locale = \"en\", channels = [\"EMAIL\"], content = { title = \"Dear\" } }, ", 1);
    world.engine.publish_catalog(&world.scope, &text, "seldom", None).unwrap();
    reachable(&world, "ana");
    world
}

fn offer(at: usize) -> Message {
    let id = OfferId::parse("offer", &format!("offer-{at:05}")).unwrap();
    Message { offer: Some(id), response_value: None }
}

fn bill() -> Message {
    Message::default()
}

fn ask(message: Message, allowed: &[Channel], is_transactional: bool) -> DecideRequest {
    let mut request = world::request("p50", 1);
    request.guest = GuestId::parse("guest", "ana").unwrap();
    request.placements.clear();
    request.direction = crate::domain::request::Direction::Outbound;
    request.defers_activation = true;
    let allowed = allowed.iter().copied().collect::<ChannelSet>();
    request.channel =
        Some(ChannelRequest { allowed, is_transactional, ..ChannelRequest::default() });
    request.message = Some(message);
    request
}

/// Decides; once more where silence was drawn, which counts for nothing.
fn send(world: &World, message: Message, allowed: &[Channel]) -> Answer {
    let is_transactional = message.offer.is_none() && message.response_value.is_none();
    let request = ask(message, allowed, is_transactional);
    let mut answers = (0..100).map(|_| world.engine.decide(&world.scope, &request).unwrap());
    answers.find(|answer| reason(answer) != Some(WithholdReason::LowValue)).unwrap()
}

fn chosen(answer: &Answer) -> Option<Channel> {
    answer.decision.channel.as_ref().unwrap().channel
}

fn reason(answer: &Answer) -> Option<WithholdReason> {
    answer.decision.channel.as_ref().unwrap().reason
}

/// Worth so much that silence is hardly ever drawn.
fn rich() -> Message {
    Message { offer: None, response_value: Some(Money::new(100_000, Currency::EUR)) }
}

const MAIL: &[Channel] = &[Channel::Email];

#[test]
fn a_message_is_decided_logged_read_back_and_drawn_again_to_the_bit() {
    let world = world();
    for at in 0..40 {
        let answer = send(&world, offer(at), &[Channel::Email, Channel::Sms, Channel::AppPush]);
        let decision = &answer.decision;
        assert!(decision.propositions.is_empty());
        let choice = decision.channel.as_ref().unwrap();
        assert_eq!(choice.considered.len(), 3);
        let stored = world.engine.decision(&world.scope, decision.id).unwrap();
        assert_eq!(*stored.decision, **decision);
        let serving = world.engine.brands.get(&world.scope.brand).need_serving().unwrap();
        assert!(is_rechosen(&stored.decision, &serving), "{choice:?}");
        assert!(world.engine.replay(&world.scope, decision.id).unwrap().channel_matches);
        // Another number anywhere in the choice is noticed.
        let mut other = (*stored.decision).clone();
        let choice = other.channel.as_mut().unwrap();
        choice.considered[0].utility += 0.01;
        let is_drawn = choice.considered.iter().filter(|c| c.selection_probability > 0.0).count();
        assert!(is_drawn == 0 || !is_rechosen(&other, &serving));
        world.clock.advance(DAY);
    }
}

#[test]
fn the_moment_is_drawn_again_as_well() {
    let world = world();
    let serving = world.engine.brands.get(&world.scope.brand).need_serving().unwrap();
    let answer = send(&world, rich(), MAIL);
    let mut decision = (*answer.decision).clone();
    let choice = decision.channel.as_mut().unwrap();
    assert!(choice.moments.len() > 1, "{choice:?}");
    choice.moments[0].activity += 0.5;
    assert!(is_rechosen(&answer.decision, &serving) && !is_rechosen(&decision, &serving));
}

#[test]
fn a_repeated_call_has_the_stored_answer_and_another_message_is_a_conflict() {
    let world = world();
    let mut request = ask(offer(1), MAIL, false);
    request.request = RequestId::parse("request", "once").ok();
    let first = world.engine.decide(&world.scope, &request).unwrap();
    let again = world.engine.decide(&world.scope, &request).unwrap();
    assert!(again.is_replayed && again.decision.id == first.decision.id);
    request.message = Some(offer(2));
    let other = world.engine.decide(&world.scope, &request).unwrap_err();
    assert_eq!(other.reason, "REQUEST_ID_REUSED");
}

#[test]
fn what_cannot_be_meant_is_told_by_its_field() {
    let world = world();
    let mut request = ask(offer(9_999), MAIL, false);
    let error = world.engine.decide(&world.scope, &request).unwrap_err();
    assert_eq!((error.kind, error.fields[0].field.as_str()), (ErrorKind::NotFound, "offer_id"));
    let yen = Money::new(5, Currency::parse("currency", "JPY").unwrap());
    request.message = Some(Message { offer: None, response_value: Some(yen) });
    let error = world.engine.decide(&world.scope, &request).unwrap_err();
    let field = error.fields[0].field.as_str();
    assert_eq!((error.kind, field), (ErrorKind::InvalidArgument, "response_value.currency_code"));
}

/// Two a day, over a restart and a crash; bills pass, and do not count.
#[test]
fn messages_count_and_bills_do_not() {
    let world = world();
    assert_eq!(chosen(&send(&world, bill(), MAIL)), Some(Channel::Email));
    assert_eq!(chosen(&send(&world, offer(1), MAIL)), Some(Channel::Email));
    world.engine.committer.flush().unwrap();
    let world = world.reopen_copy();
    assert_eq!(chosen(&send(&world, offer(2), MAIL)), Some(Channel::Email));
    let world = world.reopen();
    let third = send(&world, offer(3), MAIL);
    assert_eq!((chosen(&third), reason(&third)), (None, Some(WithholdReason::Capped)));
    assert_eq!(chosen(&send(&world, bill(), MAIL)), Some(Channel::Email), "bills pass");
    let elsewhere = send(&world, offer(3), &[Channel::Sms]);
    assert_ne!(reason(&elsewhere), Some(WithholdReason::Capped));
    world.clock.advance(4 * DAY);
    assert_eq!(chosen(&send(&world, offer(3), MAIL)), Some(Channel::Email));
}

#[test]
fn what_was_declined_stays_away_and_a_stopped_offer_is_not_sent() {
    let world = world();
    let answer = send(&world, offer(1), MAIL);
    let mut declined = world.event("ana", "no", EventKind::Decline);
    declined.token = Some(answer.token.clone());
    declined.event.offer = offer(1).offer;
    world.record(declined);
    let again = send(&world, offer(1), &[Channel::Email, Channel::Sms]);
    assert_eq!(reason(&again), Some(WithholdReason::Suppressed));
    assert_ne!(
        reason(&send(&world, offer(2), &[Channel::Email])),
        Some(WithholdReason::Suppressed)
    );
    let id = offer(4).offer.unwrap();
    world.engine.stop_offer(&world.scope, &id, true).unwrap();
    assert_eq!(reason(&send(&world, offer(4), MAIL)), Some(WithholdReason::NoOffer));
}

/// A refusal at the desk, of which no decision knows, keeps an offer away as well.
#[test]
fn what_was_declined_without_a_decision_stays_away() {
    let world = world();
    let mut declined = world.event("ana", "no", EventKind::Decline);
    declined.event.offer = offer(1).offer;
    world.record(declined);
    assert_eq!(reason(&send(&world, offer(1), MAIL)), Some(WithholdReason::Suppressed));
    let slate = world.decide("ana", |request| request.placements[0].count = Some(30)).decision;
    assert!(!slate.propositions[0].candidates.contains(&OfferIndex(1)));
    world.clock.advance(15 * DAY);
    assert_ne!(reason(&send(&world, offer(1), MAIL)), Some(WithholdReason::Suppressed));
    let slate = world.decide("ana", |request| request.placements[0].count = Some(30)).decision;
    assert!(slate.propositions[0].candidates.contains(&OfferIndex(1)), "but not for ever");
}

#[test]
fn without_consent_there_is_no_marketing_and_a_bill_is_sent_all_the_same() {
    let world = world();
    world.refuse("ana", Purpose::Marketing);
    assert_eq!(reason(&send(&world, offer(1), MAIL)), Some(WithholdReason::NoConsent));
    assert_eq!(chosen(&send(&world, bill(), MAIL)), Some(Channel::Email));
}

/// An answer to the token is heard, shown with the decision, and learnt: e-mail is answered more.
#[test]
fn what_comes_of_a_message_is_attributed_and_learnt() {
    let world = world();
    let before = propensity(&send(&world, offer(50), MAIL));
    for at in 0..12 {
        world.clock.advance(2 * DAY);
        let answer = send(&world, offer(at), MAIL);
        world.record(event_of(&world, &answer, "ana", &format!("open-{at}"), EventKind::Click));
        let stored = world.engine.decision(&world.scope, answer.decision.id).unwrap();
        assert_eq!(stored.outcomes.len(), 1);
        assert_eq!(stored.outcomes[0].unwrap().step, Step::Clicked);
    }
    world.clock.advance(2 * DAY);
    let own = propensity(&send(&world, offer(51), MAIL));
    assert!(own > 2.0 * before, "{before} {own}");
    // The segment learns once labels are final, and bills teach nobody.
    world.engine.committer.flush().unwrap();
    world.engine.upkeep().unwrap();
    world.engine.learned().unwrap();
    let stranger = |world: &World| {
        let mut request = ask(offer(52), MAIL, false);
        request.guest = GuestId::parse("guest", "nobody").unwrap();
        propensity(&world.engine.decide(&world.scope, &request).unwrap())
    };
    let learnt = stranger(&world);
    assert!(learnt > 1.2 * before, "{before} {learnt}");
    let labels = |world: &World| {
        world.engine.committer.flush().unwrap();
        world.clock.advance(2 * DAY);
        world.engine.upkeep().unwrap();
        world.engine.learned().unwrap();
        let brand = world.engine.brands.get(&world.scope.brand);
        let learner = brand.learner.lock();
        learner.channels().trust.groups.iter().map(|group| group.labels).sum::<f64>()
    };
    let taught = labels(&world);
    for at in 0..12 {
        world.clock.advance(2 * DAY);
        let answer = send(&world, bill(), MAIL);
        world.record(event_of(&world, &answer, "ana", &format!("bill-{at}"), EventKind::Opened));
    }
    assert!((labels(&world) - taught).abs() < 1e-9, "bills teach nobody");
}

fn propensity(answer: &Answer) -> f64 {
    answer.decision.channel.as_ref().unwrap().considered[0].response_propensity
}

/// Ana reads at eight in the morning, Lisbon time. Machines open everything at once.
#[test]
fn a_guest_is_written_to_at_the_hour_they_read_and_machines_do_not_count() {
    let world = world();
    let morning = |world: &World| {
        let day = world.clock.now().as_seconds().div_euclid(86_400) + 1;
        world.clock.set(Timestamp::from_seconds(day * 86_400 + 11 * 3_600));
    };
    for at in 0..20 {
        morning(&world);
        let answer = send(&world, rich(), MAIL);
        assert_eq!(chosen(&answer), Some(Channel::Email));
        let delivered = event_of(&world, &answer, "ana", &format!("d-{at}"), EventKind::Delivered);
        world.record(delivered);
        world.clock.advance(Duration::from_secs(1));
        let machine = event_of(&world, &answer, "ana", &format!("m-{at}"), EventKind::Opened);
        world.record(machine);
    }
    let state = |world: &World| {
        let guest = GuestId::parse("guest", "ana").unwrap();
        world.engine.guest(&world.scope, &guest).unwrap().state
    };
    assert!(state(&world).hours.entries.is_empty(), "a machine's hours");
    assert_eq!(
        state(&world).ledger.entries().iter().filter(|e| e.state > ExposureState::Shown).count(),
        0
    );
    for at in 20..32 {
        morning(&world);
        let answer = send(&world, rich(), MAIL);
        world.clock.advance(Duration::from_secs(7 * 3_600));
        world.record(event_of(&world, &answer, "ana", &format!("o-{at}"), EventKind::Opened));
    }
    let hours: Vec<u8> = state(&world).hours.entries.iter().map(|e| e.hour).collect();
    assert_eq!(hours, [18, 19], "six in the evening, seven since the clocks were put forward");
    morning(&world);
    let mut evenings = 0;
    for _ in 0..60 {
        world.clock.advance(DAY);
        let answer = send(&world, rich(), MAIL);
        let choice = answer.decision.channel.as_ref().unwrap();
        let best = choice.moments.iter().max_by(|a, b| a.activity.total_cmp(&b.activity)).unwrap();
        assert!(best.activity > 2.0, "{:?}", choice.moments);
        let hour = choice.window_start.as_seconds().rem_euclid(86_400) / 3_600;
        evenings += u32::from((17..=19).contains(&hour));
    }
    // A quarter of the open hours are these: 15 if the hours did not count.
    assert!(evenings >= 36, "{evenings} of 60 in the evening");
    // What the segment was seen to do is in the checkpoint, to the bit.
    world.engine.learned().unwrap();
    let digest = world.engine.learner_digest(&world.scope.brand);
    let of_segment = |world: &World| {
        let brand = world.engine.brands.get(&world.scope.brand);
        let learner = brand.learner.lock();
        let counts = |hours: &SegmentHours| hours.counts[18] + hours.counts[19];
        learner.channels().hours.values().map(counts).sum::<f64>()
    };
    let counted = of_segment(&world);
    let world = world.reopen();
    assert!(counted > 5.0 && (of_segment(&world) - counted).abs() < 1e-12, "{counted}");
    assert_eq!(world.engine.learner_digest(&world.scope.brand), digest);
    assert_eq!(state(&world).hours.entries.len(), 2);
}

#[test]
fn a_withheld_message_reserves_nothing_and_a_sent_one_carries_the_treatment_of_its_channel() {
    let world = world();
    world.refuse("ana", Purpose::Marketing);
    let withheld = send(&world, offer(0), MAIL);
    assert_eq!(withheld.decision.channel.as_ref().unwrap().outcome, SendOutcome::Withhold);
    let guest = GuestId::parse("guest", "ana").unwrap();
    let state = world.engine.guest(&world.scope, &guest).unwrap().state;
    assert!(state.ledger.entries().is_empty() && state.open.is_empty());
    let world = self::world();
    let treatment = |answer: &Answer| {
        let carried = answer.decision.message.unwrap();
        let offer = answer.catalog.offer(carried.offer.unwrap().0).unwrap();
        offer.treatments[usize::from(carried.treatment)].id.to_string()
    };
    assert_eq!(treatment(&send(&world, offer(0), MAIL)), "mail");
    assert_eq!(treatment(&send(&world, offer(0), &[Channel::Sms])), "en");
}

/// The 14th of January 2026 is a Wednesday.
#[test]
fn a_weekday_in_the_house_is_work_or_rest_by_the_purpose_of_the_stay() {
    for (purpose, expected) in [
        (Some(TravelPurpose::Leisure), DayType::Rest),
        (Some(TravelPurpose::Business), DayType::Work),
        (None, DayType::Work),
    ] {
        let world = world();
        let day = i32::try_from(world.clock.now().as_seconds().div_euclid(86_400)).unwrap();
        let weekday = (day..).find(|day| (day + 3).rem_euclid(7) < 3).unwrap();
        let noon = Timestamp::from_seconds(i64::from(weekday) * 86_400 + 12 * 3_600);
        world.clock.set(noon.max(world.clock.now()));
        let mut arrival = world.event("ana", "in", EventKind::CheckIn);
        arrival.event.property = crate::domain::id::PropertyId::parse("p", "city").ok();
        arrival.event.reservation = crate::domain::id::ReservationId::parse("r", "r-1").ok();
        arrival.event.stay = Some(StayFacts {
            check_in: Date(weekday),
            check_out: Date(weekday + 3),
            adults: 1,
            purpose,
            ..StayFacts::default()
        });
        world.record(arrival);
        let decided = world.decide("ana", |_| {}).decision;
        assert_eq!(decided.context.time.day_type, expected, "{purpose:?}");
        // Who calls knows best.
        let told = world
            .decide("ana", |request| request.travel_purpose = Some(TravelPurpose::Leisure))
            .decision;
        assert_eq!(told.context.time.day_type, DayType::Rest);
    }
}
