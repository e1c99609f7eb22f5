//! Messages on their way: into the outbox, out of it, and what is done when nothing comes of them.

use super::*;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::{SendOutcome, WithholdReason};
use crate::domain::delivery::{Delivery, DeliveryFact, EndReason, Step};
use crate::domain::profile::{ContactPoint, ContactState, GuestFacts, ProfileChange};
use crate::domain::record::Body;
use crate::domain::request::{ChannelRequest, Direction};
use crate::domain::time::Timestamp;
use crate::engine::delivery::{Acknowledged, Acknowledgement, Outgoing, Reader, ReaderOptions};

const HOUR: Duration = Duration::from_secs(3_600);
const MINUTE: Duration = Duration::from_secs(60);

/// Channels with no annoyance, so that every one is worth more than silence.
pub(super) fn text() -> String {
    let desk =
        "\n[[contact.channels]]\nchannel = \"FRONT_DESK\"\ncost = 0.0\nprior_response = 0.04\n";
    let text =
        world::text(60).replace("annoyance = 0.05", "annoyance = 0.0\npermission_value = 0.0");
    text.replacen("\n[[offers]]", &format!("{desk}\n[[offers]]"), 1)
}

pub(super) fn world() -> World {
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text(), "to deliver", None).unwrap();
    world
}

pub(super) fn reachable(world: &World, guest: &str) {
    world.opt_in(guest);
    let point = |channel: Channel| ContactPoint {
        channel,
        address: format!("{guest} on {channel}"),
        state: ContactState::Verified,
    };
    let facts = GuestFacts {
        display_name: guest.to_owned(),
        country: "PT".to_owned(),
        zone: "Europe/Lisbon".to_owned(),
        contact_points: [Channel::Email, Channel::Sms, Channel::AppPush].map(point).to_vec(),
        ..GuestFacts::default()
    };
    let guest = GuestId::parse("guest", guest).unwrap();
    let (consents, preferences) = (Vec::new(), Vec::new());
    let change = ProfileChange { guest, facts: Some(facts), consents, preferences, replaced: None };
    world.engine.change_profile(&world.scope, change, Box::new(|_| ())).unwrap();
}

/// A message for a guest through one of some channels, drawn until one is to be sent.
pub(super) fn deliver(world: &World, guest: &str, allowed: &[Channel]) -> Answer {
    for _ in 0..50 {
        let answer = world.decide(guest, |request| {
            request.direction = Direction::Outbound;
            let allowed = allowed.iter().copied().collect::<ChannelSet>();
            request.channel = Some(ChannelRequest { allowed, ..ChannelRequest::default() });
            request.delivery = Some(Delivery::default());
            request.defers_activation = true;
        });
        if answer.decision.channel.as_ref().unwrap().outcome != SendOutcome::Withhold {
            world.engine.committer.flush().unwrap();
            return answer;
        }
    }
    panic!("silence is drawn now and then, not always")
}

pub(super) fn reader(world: &World, channels: ChannelSet) -> Reader {
    let options = ReaderOptions { channels, lease: MINUTE, in_flight_max: 100 };
    world.engine.read_outbox(&world.scope, options, Box::new(|| ())).unwrap()
}

pub(super) fn take(world: &World, reader: &Reader) -> Vec<Outgoing> {
    world.engine.take_messages(reader, 100).unwrap()
}

pub(super) fn acknowledge(world: &World, offset: u64, has_failed: bool) -> Acknowledged {
    let (tell, told) = std::sync::mpsc::channel();
    let waiter = Box::new(move |r| tell.send(r).unwrap());
    let said = [Acknowledgement { offset, has_failed }];
    let came = world.engine.acknowledge(&world.scope, &said, waiter).unwrap();
    told.recv().unwrap().unwrap();
    came[0]
}

pub(super) fn later(world: &World, by: Duration) {
    world.clock.advance(by);
    world.engine.upkeep().unwrap();
}

fn report(world: &World, message: &Outgoing, kind: EventKind) {
    let id = format!("{kind:?}-{}", message.offset);
    let mut event = world.event(message.guest.as_str(), &id, kind);
    event.token = Some(message.token.clone());
    event.event.channel = Some(message.channel);
    world.record(event);
    world.engine.upkeep().unwrap();
}

/// What the log says of messages, oldest first.
fn steps(world: &World) -> Vec<DeliveryFact> {
    world.engine.committer.flush().unwrap();
    let fact = |record: Result<crate::domain::record::Record, _>| match record.unwrap().body {
        Body::Delivery { fact, .. } => Some(fact),
        _ => None,
    };
    world.engine.store.log(1).unwrap().filter_map(fact).collect()
}

fn dispatches(world: &World, guest: &str) -> usize {
    let guest = GuestId::parse("guest", guest).unwrap();
    world.engine.guest(&world.scope, &guest).unwrap().state.dispatches.len()
}

#[test]
fn a_message_comes_out_once_due_and_until_it_is_acknowledged() {
    let world = world();
    reachable(&world, "ana");
    let answer = deliver(&world, "ana", &[Channel::Email]);
    assert_eq!(answer.decision.channel.as_ref().unwrap().outcome, SendOutcome::Send);
    let first = reader(&world, ChannelSet::ALL);
    let message = take(&world, &first).pop().unwrap();
    assert_eq!(message.decision.id, answer.decision.id);
    assert_eq!((message.channel, message.attempt), (Channel::Email, 0));
    assert_eq!(message.addresses, ["ana on EMAIL"]);
    assert_eq!(message.display_name, "ana");
    assert!(take(&world, &first).is_empty(), "one reader has it");
    drop(first);
    let second = reader(&world, ChannelSet::ALL);
    let again = take(&world, &second).pop().expect("its reader has gone");
    assert_eq!((again.offset, again.handed_out_before), (message.offset, 1));
    assert_eq!(again.token, message.token);
    later(&world, 2 * MINUTE);
    assert_eq!(take(&world, &second).len(), 1, "its lease has ended");
    assert_eq!(acknowledge(&world, message.offset, false), Acknowledged::Taken);
    assert_eq!(acknowledge(&world, message.offset, false), Acknowledged::Unknown);
    assert!(take(&world, &second).is_empty());
    assert_eq!(steps(&world).iter().map(|f| f.step).collect::<Vec<_>>(), [Step::Sent]);
}

/// What is on disk is what comes out after a crash; what was acknowledged does not.
#[test]
fn a_crash_neither_loses_a_message_nor_brings_back_one_that_was_sent() {
    let world = world();
    for guest in ["ana", "bea", "eva"] {
        reachable(&world, guest);
    }
    deliver(&world, "ana", &[Channel::Email]);
    deliver(&world, "bea", &[Channel::Email]);
    let reader_before = reader(&world, ChannelSet::ALL);
    let sent = take(&world, &reader_before);
    assert_eq!(sent.len(), 2);
    acknowledge(&world, sent[0].offset, false);
    deliver(&world, "eva", &[Channel::Email]);

    let crashed = world.reopen_copy();
    let reader_after = reader(&crashed, ChannelSet::ALL);
    let mut left: Vec<String> =
        take(&crashed, &reader_after).iter().map(|m| m.guest.as_str().to_owned()).collect();
    left.sort();
    assert_eq!(left, ["bea", "eva"]);
    assert_eq!(crashed.engine.outbox_status(&crashed.scope).unwrap().messages, 2);
    drop(reader_before);
    let world = world.reopen();
    assert_eq!(world.engine.outbox_status(&world.scope).unwrap().messages, 2);
}

#[test]
fn of_one_guest_one_message_is_out_and_a_sender_takes_only_its_channels() {
    let world = world();
    reachable(&world, "ana");
    reachable(&world, "bea");
    let first = deliver(&world, "ana", &[Channel::Email]);
    let second = deliver(&world, "ana", &[Channel::Sms]);
    deliver(&world, "bea", &[Channel::Sms]);
    let by_mail = reader(&world, ChannelSet::NONE.with(Channel::Email));
    let by_phone = reader(&world, ChannelSet::NONE.with(Channel::Sms));
    let mail = take(&world, &by_mail);
    assert_eq!(mail.iter().map(|m| m.decision.id).collect::<Vec<_>>(), [first.decision.id]);
    let texts = take(&world, &by_phone);
    assert_eq!(texts.len(), 1, "Ana's waits for the one before");
    assert_eq!(texts[0].guest.as_str(), "bea");
    acknowledge(&world, mail[0].offset, false);
    let texts = take(&world, &by_phone);
    assert_eq!(texts.iter().map(|m| m.decision.id).collect::<Vec<_>>(), [second.decision.id]);
}

#[test]
fn who_withdraws_is_not_written_to_and_the_cap_is_given_back() {
    let world = world();
    reachable(&world, "ana");
    deliver(&world, "ana", &[Channel::Email]);
    let guest = GuestId::parse("guest", "ana").unwrap();
    let exposed = || world.engine.guest(&world.scope, &guest).unwrap().state.ledger.entries().len();
    assert!(exposed() > 0);
    world.refuse("ana", Purpose::Marketing);
    let reader = reader(&world, ChannelSet::ALL);
    assert!(take(&world, &reader).is_empty());
    later(&world, MINUTE);
    let reason = EndReason::Withheld(WithholdReason::NoConsent);
    let steps = steps(&world);
    assert_eq!(steps[0].step, Step::Cancelled(reason));
    assert!(matches!(steps[1].step, Step::Ended(EndReason::Exhausted)), "{steps:?}");
    assert_eq!((exposed(), dispatches(&world, "ana")), (0, 0));
    assert_eq!(world.engine.outbox_status(&world.scope).unwrap().messages, 0);
}

/// Without a reader nobody looks as it leaves; it is taken out all the same, at once.
#[test]
fn a_withdrawal_takes_out_what_waits_for_tomorrow() {
    let world = world();
    reachable(&world, "ana");
    world.clock.advance(13 * HOUR);
    let answer = deliver(&world, "ana", &[Channel::Email]);
    assert_eq!(answer.decision.channel.as_ref().unwrap().outcome, SendOutcome::Queue);
    world.refuse("ana", Purpose::Marketing);
    world.engine.upkeep().unwrap();
    assert_eq!(world.engine.outbox_status(&world.scope).unwrap().messages, 0);
    assert_eq!(dispatches(&world, "ana"), 0);
}

#[test]
fn nothing_leaves_in_quiet_hours_and_what_was_moved_leaves_after_them() {
    let world = world();
    reachable(&world, "ana");
    deliver(&world, "ana", &[Channel::Email]);
    // Nobody reads until ten at night.
    later(&world, 13 * HOUR);
    let reader = reader(&world, ChannelSet::ALL);
    assert!(take(&world, &reader).is_empty());
    assert_eq!(steps(&world)[0].step, Step::Moved);
    later(&world, 10 * HOUR + 59 * MINUTE);
    assert!(take(&world, &reader).is_empty(), "one minute to nine");
    later(&world, MINUTE);
    let message = take(&world, &reader).pop().expect("quiet hours are over");
    assert!(world.clock.now() <= message.not_after);
    // It is moved from day to day while nobody reads, and after three days its time is over.
    drop(reader);
    later(&world, 80 * HOUR);
    assert!(steps(&world).iter().any(|f| f.step == Step::Cancelled(EndReason::Expired)));
    assert_eq!(dispatches(&world, "ana"), 0);
}

/// Where a brand says so, what meets quiet hours is not sent at all.
#[test]
fn a_brand_may_discard_what_meets_quiet_hours() {
    let world = world();
    let text = text().replace("[contact]\n", "[contact]\nwhen_quiet = \"DISCARD\"\n");
    world.engine.publish_catalog(&world.scope, &text, "discards", None).unwrap();
    reachable(&world, "ana");
    deliver(&world, "ana", &[Channel::Email]);
    later(&world, 13 * HOUR);
    assert!(take(&world, &reader(&world, ChannelSet::ALL)).is_empty());
    let reason = EndReason::Withheld(WithholdReason::QuietHours);
    assert_eq!(steps(&world)[0].step, Step::Cancelled(reason));
    let at_night = world.decide("ana", |request| {
        request.direction = Direction::Outbound;
        let allowed = ChannelSet::NONE.with(Channel::Email);
        request.channel = Some(ChannelRequest { allowed, ..ChannelRequest::default() });
    });
    let choice = at_night.decision.channel.as_ref().unwrap();
    assert_eq!(choice.considered[0].forbidden, Some(WithholdReason::QuietHours));
}

#[test]
fn a_stopped_offer_does_not_leave() {
    let world = world();
    reachable(&world, "ana");
    let answer = deliver(&world, "ana", &[Channel::Email]);
    let offer = World::first(&answer);
    world.engine.stop_offer(&world.scope, &offer, true).unwrap();
    let reader = reader(&world, ChannelSet::ALL);
    assert!(take(&world, &reader).is_empty());
    assert_eq!(steps(&world)[0].step, Step::Cancelled(EndReason::OfferGone));
}

/// A message that bounced is tried on the next channel at once; one that is not answered, when the
/// patience of its channel has passed; three times at most.
#[test]
fn a_message_goes_on_to_the_next_channel() {
    let world = world();
    reachable(&world, "ana");
    let channels = [Channel::Email, Channel::Sms, Channel::AppPush];
    let answer = deliver(&world, "ana", &channels);
    let choice = answer.decision.channel.clone().unwrap();
    assert_eq!(choice.fallbacks.len(), 2, "{choice:?}");
    let reader = reader(&world, ChannelSet::ALL);
    let first = take(&world, &reader).pop().unwrap();
    acknowledge(&world, first.offset, false);
    report(&world, &first, EventKind::Bounced);
    let second = take(&world, &reader).pop().expect("at once");
    assert_eq!((second.attempt, second.channel), (1, choice.fallbacks[0]));
    assert_eq!(second.decision.id, first.decision.id);
    assert_ne!(second.offset, first.offset);
    acknowledge(&world, second.offset, false);
    report(&world, &second, EventKind::Delivered);
    let patience = crate::learn::channel::fallback::patience(second.channel);
    later(&world, patience.checked_sub(MINUTE).unwrap());
    assert!(take(&world, &reader).is_empty());
    // The patience may end in quiet hours: the next morning is soon enough.
    let mut third = None;
    for _ in 0..30 {
        later(&world, HOUR);
        third = take(&world, &reader).pop();
        if third.is_some() {
            break;
        }
    }
    let third = third.expect("nobody answered");
    assert_eq!((third.attempt, third.channel), (2, choice.fallbacks[1]));
    acknowledge(&world, third.offset, true);
    later(&world, MINUTE);
    assert!(take(&world, &reader).is_empty());
    let last = *steps(&world).last().unwrap();
    assert_eq!(last.step, Step::Ended(EndReason::Attempts));
    assert_eq!(dispatches(&world, "ana"), 0);
}

#[test]
fn an_answer_ends_it_and_takes_out_what_waits() {
    let world = world();
    reachable(&world, "ana");
    deliver(&world, "ana", &[Channel::Email, Channel::Sms]);
    let reader = reader(&world, ChannelSet::ALL);
    let first = take(&world, &reader).pop().unwrap();
    acknowledge(&world, first.offset, true);
    later(&world, MINUTE);
    assert_eq!(world.engine.outbox_status(&world.scope).unwrap().messages, 1);
    report(&world, &first, EventKind::Accept);
    later(&world, MINUTE);
    assert!(take(&world, &reader).is_empty());
    assert_eq!(world.engine.outbox_status(&world.scope).unwrap().messages, 0);
    let said: Vec<Step> = steps(&world).iter().map(|fact| fact.step).collect();
    assert_eq!(said.last(), Some(&Step::Ended(EndReason::Answered)), "{said:?}");
}

/// In the house the last resort is a task for the front desk.
#[test]
fn in_the_house_the_front_desk_is_the_last_resort() {
    let world = world();
    reachable(&world, "ana");
    check_in(&world, "ana", "r-1");
    deliver(&world, "ana", &[Channel::Email]);
    let reader = reader(&world, ChannelSet::ALL);
    let first = take(&world, &reader).pop().unwrap();
    acknowledge(&world, first.offset, true);
    later(&world, MINUTE);
    let task = take(&world, &reader).pop().expect("a task");
    assert_eq!((task.channel, task.attempt), (Channel::FrontDesk, 1));
}

fn check_in(world: &World, guest: &str, reservation: &str) {
    let mut event = world.event(guest, &format!("in-{reservation}"), EventKind::CheckIn);
    event.event.property = Some(crate::domain::id::PropertyId::parse("", "city").unwrap());
    event.event.reservation =
        Some(crate::domain::id::ReservationId::parse("", reservation).unwrap());
    let today = world.clock.now().as_seconds() / 86_400;
    let day = |ahead| crate::domain::time::Date(i32::try_from(today).unwrap() + ahead);
    event.event.stay = Some(crate::domain::stay::StayFacts {
        check_in: day(0),
        check_out: day(3),
        adults: 2,
        ..Default::default()
    });
    world.record(event);
}

/// Caps count every attempt: two messages, two channels, one decision.
#[test]
fn every_attempt_counts_on_caps() {
    let world = world();
    let cap = "\n[[contact.policies]]\nid = \"sms-weekly\"\nsubject = \"GUEST\"\ncounts = { channel = \"SMS\" }\n\
               counted = \"DECISION\"\nlimit = 1\nwindow = \"7d\"\n\n[[contact.channels]]";
    let text = text().replacen("\n[[contact.channels]]", cap, 1);
    world.engine.publish_catalog(&world.scope, &text, "capped", None).unwrap();
    reachable(&world, "ana");
    let answer = deliver(&world, "ana", &[Channel::Email]);
    // The fallback is one that this caller did not allow: none follows.
    assert!(answer.decision.channel.as_ref().unwrap().fallbacks.is_empty());
    let (guest, first) = (0..40)
        .find_map(|n| {
            let guest = format!("guest-{n}");
            reachable(&world, &guest);
            let first = deliver(&world, &guest, &[Channel::Email, Channel::Sms]);
            let choice = first.decision.channel.as_ref().unwrap();
            let is_it = choice.channel == Some(Channel::Email) && !choice.fallbacks.is_empty();
            is_it.then_some((guest, first))
        })
        .expect("e-mail is drawn for some");
    let reader = reader(&world, ChannelSet::NONE.with(Channel::Email));
    loop {
        let Some(message) = take(&world, &reader).pop() else { break };
        acknowledge(&world, message.offset, message.decision.id == first.decision.id);
    }
    later(&world, MINUTE);
    let capped = world.decide(&guest, |request| {
        request.direction = Direction::Outbound;
        let allowed = ChannelSet::NONE.with(Channel::Sms);
        request.channel = Some(ChannelRequest { allowed, ..ChannelRequest::default() });
    });
    let choice = capped.decision.channel.as_ref().unwrap();
    assert_eq!(choice.considered[0].forbidden, Some(WithholdReason::Capped));
}

#[test]
fn an_outbox_has_a_bound_and_a_guest_has_too() {
    let world = world();
    reachable(&world, "ana");
    for _ in 0..crate::domain::delivery::DISPATCHES_MAX {
        deliver(&world, "ana", &[Channel::Email]);
    }
    let mut request = world::request("p50", 1);
    request.guest = GuestId::parse("guest", "ana").unwrap();
    request.direction = Direction::Outbound;
    request.channel = Some(ChannelRequest {
        allowed: ChannelSet::ALL,
        latest: Some(Timestamp::NEVER),
        ..ChannelRequest::default()
    });
    request.delivery = Some(Delivery::default());
    let refused = world.engine.decide(&world.scope, &request).unwrap_err();
    assert_eq!(refused.reason, "TOO_MANY_MESSAGES_OF_GUEST");
    let rights = [Right::Decide].into_iter().collect();
    let may_not = Scope { rights, ..world.scope.clone() };
    assert_eq!(world.engine.decide(&may_not, &request).unwrap_err().reason, "RIGHT_MISSING");
    assert!(world.engine.outbox_status(&may_not).is_err());
}
