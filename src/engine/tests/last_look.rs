//! What a message offers is looked at once more as it leaves: sold out, over, or stopped.

use std::collections::BTreeSet;

use super::delivering::{later, reachable, reader, take, text};
use super::*;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::{Decision, SendOutcome};
use crate::domain::delivery::{Delivery, EndReason, Step};
use crate::domain::id::{OfferKey, PropertyId, ReservationId};
use crate::domain::record::Body;
use crate::domain::request::{ChannelRequest, Direction};
use crate::domain::stay::StayFacts;
use crate::domain::time::Date;

const SUITE: &str = "offer-00000";
/// 2026-03-02, the world's first day.
const TODAY: i32 = 20_514;
const MINUTE: Duration = Duration::from_secs(60);

const BOOKED: &str =
    "\n[[lifecycle]]\nid = \"booked\"\nmoment = \"BOOKED\"\nplacements = [\"p50\"]\n";

fn suite() -> OfferId {
    OfferId::parse("", SUITE).unwrap()
}

/// A world whose first offer is dear, and as `more` says.
fn world_of(more: &str) -> World {
    let world = World::new(1);
    let text = world::dear(&text(), &[SUITE]).replacen(
        "category = \"c0\"\ntags",
        &format!("{more}category = \"c0\"\ntags"),
        1,
    );
    world.engine.publish_catalog(&world.scope, &(text + BOOKED), "to deliver", None).unwrap();
    world
}

fn stock(world: &World, day: i32, units: u32) {
    let property = PropertyId::parse("", "city").unwrap();
    let entries = vec![Stock { day: Date(day), units }];
    let change = StockChange { property, offer: suite(), entries };
    world.engine.set_stock(&world.scope, &change).unwrap();
}

/// A message about the suite, drawn until it is one.
fn deliver(world: &World, guest: &str) {
    reachable(world, guest);
    for _ in 0..50 {
        let answer = world.decide(guest, |request| {
            request.placements[0].allowed = vec![suite()];
            request.direction = Direction::Outbound;
            let allowed = ChannelSet::NONE.with(Channel::Email);
            let latest = Some(world.clock.now().plus(Duration::from_secs(86_400)));
            request.channel = Some(ChannelRequest { allowed, latest, ..Default::default() });
            request.delivery = Some(Delivery::default());
            request.defers_activation = true;
        });
        if answer.decision.channel.as_ref().unwrap().outcome != SendOutcome::Withhold {
            assert_eq!(World::first(&answer), suite());
            return world.engine.committer.flush().unwrap();
        }
    }
    panic!("silence is drawn now and then, not always")
}

fn decisions_and_steps(world: &World) -> (Vec<Decision>, Vec<Step>) {
    world.engine.committer.flush().unwrap();
    let (mut decisions, mut steps) = (Vec::new(), Vec::new());
    for record in world.engine.store.log(1).unwrap() {
        match record.unwrap().body {
            Body::Decision(decision) => decisions.push(*decision),
            Body::Delivery { fact, .. } => steps.push(fact.step),
            _ => {}
        }
    }
    (decisions, steps)
}

#[test]
fn what_is_sold_out_does_not_leave() {
    let world = world_of("inventory_limited = true\n");
    stock(&world, TODAY, 2);
    deliver(&world, "ana");
    deliver(&world, "bea");
    let reader = reader(&world, ChannelSet::ALL);
    let out = world.engine.take_messages(&reader, 1).unwrap();
    assert_eq!(out.len(), 1, "a unit is left");
    stock(&world, TODAY, 0);
    assert!(take(&world, &reader).is_empty());
    later(&world, MINUTE);
    let sold_out = EndReason::SoldOut;
    let steps = decisions_and_steps(&world).1;
    assert_eq!(steps[..2], [Step::Cancelled(sold_out), Step::Ended(sold_out)]);
    // Nobody is asked again: it was the caller's message.
    stock(&world, TODAY, 2);
    later(&world, MINUTE);
    assert!(take(&world, &reader).iter().all(|message| message.offset == out[0].offset));
}

#[test]
fn what_is_over_does_not_leave() {
    let world = world_of("valid_until = 2026-03-02T11:00:00Z\n");
    deliver(&world, "ana");
    world.clock.advance(Duration::from_secs(3 * 3_600));
    let reader = reader(&world, ChannelSet::ALL);
    assert!(take(&world, &reader).is_empty());
    let over = Step::Cancelled(EndReason::OutsideValidity);
    assert_eq!(decisions_and_steps(&world).1, [over]);
}

/// A trigger whose offer is gone by the time it leaves asks once more, for something else.
#[test]
fn a_trigger_picks_again() {
    let world = world_of("inventory_limited = true\n");
    let day = TODAY + 10;
    stock(&world, day, 50);
    let guests: Vec<String> = (0..12).map(|n| format!("guest-{n}")).collect();
    for guest in &guests {
        reachable(&world, guest);
        let mut booked = world.event(guest, &format!("book-{guest}"), EventKind::Book);
        booked.event.property = Some(PropertyId::parse("", "city").unwrap());
        booked.event.reservation = Some(ReservationId::parse("", &format!("r-{guest}")).unwrap());
        let (check_in, check_out) = (Date(day), Date(day + 2));
        booked.event.stay =
            Some(StayFacts { check_in, check_out, adults: 2, ..Default::default() });
        world.record(booked);
    }
    world.engine.upkeep().unwrap();
    let key = OfferKey::of(&suite());
    let has_suite =
        |d: &Decision| d.propositions.iter().flat_map(|p| &p.slots).any(|slot| slot.key == key);
    let sent = |d: &&Decision| d.channel.as_ref().is_some_and(|c| c.channel.is_some());
    let (asked, _) = decisions_and_steps(&world);
    assert_eq!(asked.len(), guests.len());
    let with_suite = asked.iter().filter(sent).filter(|d| has_suite(d)).count();
    assert!(with_suite > 3, "{with_suite}");
    stock(&world, day, 0);
    let reader = reader(&world, ChannelSet::ALL);
    let first = take(&world, &reader);
    assert!(first.iter().all(|message| !has_suite(&message.decision)));
    later(&world, MINUTE);
    let (asked, steps) = decisions_and_steps(&world);
    assert_eq!(asked.len(), guests.len() + with_suite, "each once more");
    let ended = steps.iter().filter(|s| **s == Step::Ended(EndReason::SoldOut)).count();
    assert_eq!(ended, with_suite);
    assert!(asked[guests.len()..].iter().all(|d| d.delivery.as_ref().unwrap().trigger.is_some()));
    let second = take(&world, &reader);
    assert!(!second.is_empty() && second.iter().all(|m| !has_suite(&m.decision)));
    let to: BTreeSet<&str> = first.iter().chain(&second).map(|m| m.guest.as_str()).collect();
    assert_eq!(to.len(), first.len() + second.len(), "nobody hears twice");
    // Once more, and over a restart: nothing is asked a third time.
    let world = world.reopen();
    later(&world, MINUTE);
    assert_eq!(decisions_and_steps(&world).0.len(), asked.len());
}
