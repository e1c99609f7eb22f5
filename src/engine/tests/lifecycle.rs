//! Triggers of the catalog: each asks once for each stay, at its moment, whatever happens to the server.

use std::collections::BTreeMap;

use super::delivering::{acknowledge, reachable, reader, text};
use super::*;
use crate::domain::channel::ChannelSet;
use crate::domain::delivery::SkipReason;
use crate::domain::id::{Fingerprint, PropertyId, ReservationId};
use crate::domain::record::Body;
use crate::domain::stay::StayFacts;
use crate::domain::time::{Date, Timestamp};
use crate::engine::persons::Person;
use crate::sys::rng::SplitMix64;

const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3_600);

const TRIGGERS: &str = r#"
[[lifecycle]]
id = "booked"
moment = "BOOKED"
placements = ["p50"]

[[lifecycle]]
id = "week"
moment = "BEFORE_ARRIVAL"
days = 7
placements = ["p50"]
tolerance = "3d"

[[lifecycle]]
id = "day"
moment = "BEFORE_ARRIVAL"
days = 1
at = "12:00"
placements = ["p50"]
tolerance = "1d"

[[lifecycle]]
id = "arrival"
moment = "ARRIVAL"
placements = ["p50"]

[[lifecycle]]
id = "house"
moment = "IN_HOUSE"
days = 1
placements = ["p50"]
channels = ["APP_PUSH", "SMS"]

[[lifecycle]]
id = "thanks"
moment = "CHECK_OUT"
days = 1
placements = ["p50"]

[[lifecycle]]
id = "lapsed"
moment = "LAPSED"
days = 20
placements = ["p50"]
"#;

fn world() -> World {
    let world = World::new(60);
    publish(&world, TRIGGERS);
    world
}

fn publish(world: &World, triggers: &str) {
    let text = text() + triggers;
    world.engine.publish_catalog(&world.scope, &text, "triggers", None).unwrap();
}

fn today(world: &World) -> i32 {
    i32::try_from(world.clock.now().as_seconds() / 86_400).unwrap()
}

fn stay_event(
    world: &World,
    kind: EventKind,
    (guest, reservation): (&str, &str),
    (from, to): (i32, i32),
) {
    let id = format!("{kind:?}-{reservation}-{from}-{}", world.clock.now().as_seconds());
    let mut event = world.event(guest, &id, kind);
    event.event.property = Some(PropertyId::parse("", "city").unwrap());
    event.event.reservation = Some(ReservationId::parse("", reservation).unwrap());
    let (check_in, check_out) = (Date(from), Date(to));
    event.event.stay = Some(StayFacts { check_in, check_out, adults: 2, ..Default::default() });
    world.record(event);
}

fn run(world: &World, by: Duration) {
    world.clock.advance(by);
    world.engine.upkeep().unwrap();
}

/// How often each trigger asked, by (trigger, reservation), with the moment of the last time; and what
/// was skipped.
#[derive(Default)]
struct Log {
    asked: BTreeMap<(String, u64), Vec<Timestamp>>,
    skipped: Vec<(String, SkipReason)>,
}

fn log(world: &World) -> Log {
    world.engine.committer.flush().unwrap();
    let mut log = Log::default();
    for record in world.engine.store.log(1).unwrap() {
        match record.unwrap().body {
            Body::Decision(decision) => {
                let asked = decision.delivery.as_ref().and_then(|d| d.trigger.clone());
                if let Some(trigger) = asked {
                    let reservation = decision.reservation.unwrap().0;
                    let key = (trigger.as_str().to_owned(), reservation);
                    log.asked.entry(key).or_default().push(decision.decided);
                }
            }
            Body::Skipped { skipped, .. } => {
                log.skipped.push((skipped.trigger.as_str().to_owned(), skipped.reason));
            }
            _ => {}
        }
    }
    log
}

fn asked(log: &Log, trigger: &str, reservation: &str) -> usize {
    let key = (trigger.to_owned(), Fingerprint::of(reservation).0);
    log.asked.get(&key).map_or(0, Vec::len)
}

const ALL: [&str; 7] = ["booked", "week", "day", "arrival", "house", "thanks", "lapsed"];

#[test]
fn a_stay_hears_of_each_of_its_moments_once() {
    let world = world();
    reachable(&world, "ana");
    let from = today(&world) + 10;
    let stay = (from, from + 3);
    stay_event(&world, EventKind::Book, ("ana", "r-1"), stay);
    world.engine.upkeep().unwrap();
    assert_eq!(asked(&log(&world), "booked", "r-1"), 1);
    for hour in 0..24 * 45 {
        if hour == 24 * 10 + 6 {
            stay_event(&world, EventKind::CheckIn, ("ana", "r-1"), stay);
        }
        if hour == 24 * 13 {
            stay_event(&world, EventKind::CheckOut, ("ana", "r-1"), stay);
        }
        run(&world, HOUR);
    }
    let log = log(&world);
    for trigger in ALL {
        assert_eq!(asked(&log, trigger, "r-1"), 1, "{trigger}");
    }
    let at = |trigger: &str| log.asked[&(trigger.to_owned(), Fingerprint::of("r-1").0)][0];
    // Ten in the morning in Lisbon, which is at UTC in March until the 29th.
    assert_eq!(at("week").as_seconds(), i64::from(from - 7) * 86_400 + 10 * 3_600);
    assert_eq!(at("day").as_seconds(), i64::from(from - 1) * 86_400 + 12 * 3_600);
    assert!(log.skipped.is_empty());
}

/// The promise: a month of stays with crashes and restarts in between; nothing twice, nothing lost.
#[test]
fn a_month_of_stays_with_restarts_fires_every_trigger_once() {
    let mut world = world();
    let mut rng = SplitMix64::new(11);
    let guests: Vec<String> = (0..24).map(|n| format!("guest-{n}")).collect();
    guests.iter().for_each(|guest| reachable(&world, guest));
    let start = today(&world);
    let stays: Vec<(i32, i32, i32)> = guests
        .iter()
        .map(|_| {
            let booked = i32::try_from(rng.below(8)).unwrap();
            let from = booked + 9 + i32::try_from(rng.below(6)).unwrap();
            (booked, from, from + 2 + i32::try_from(rng.below(3)).unwrap())
        })
        .collect();
    for hour in 0..24 * 48 {
        let (day, of_day) = (hour / 24, hour % 24);
        for (guest, (booked, from, to)) in guests.iter().zip(&stays) {
            let stay = (start + from, start + to);
            let who = (guest.as_str(), guest.as_str());
            match of_day {
                3 if day == *booked => stay_event(&world, EventKind::Book, who, stay),
                7 if day == *from => stay_event(&world, EventKind::CheckIn, who, stay),
                2 if day == *to => stay_event(&world, EventKind::CheckOut, who, stay),
                _ => {}
            }
        }
        run(&world, HOUR);
        if hour % 24 == 12 {
            let reader = reader(&world, ChannelSet::ALL);
            for message in world.engine.take_messages(&reader, 1_000).unwrap() {
                acknowledge(&world, message.offset, rng.chance(0.2));
            }
        }
        if rng.chance(0.01) {
            world = if rng.chance(0.5) { world.reopen() } else { crash(world) };
        }
    }
    let log = log(&world);
    for guest in &guests {
        for trigger in ALL {
            assert_eq!(asked(&log, trigger, guest), 1, "{trigger} of {guest}");
        }
    }
    assert_eq!(log.skipped, []);
}

/// The control of the two tests above: a guest who forgot what was asked is asked again, and it shows.
#[test]
fn without_the_note_that_it_asked_a_trigger_asks_again() {
    let world = world();
    reachable(&world, "ana");
    let from = today(&world) + 9;
    stay_event(&world, EventKind::Book, ("ana", "r-1"), (from, from + 2));
    run(&world, HOUR);
    let guest = GuestId::parse("", "ana").unwrap();
    let key = world.engine.guest_key(&world.scope.brand, &guest);
    let brand = world.engine.brands.get(&world.scope.brand);
    let forget = |guest: &mut GuestState, _: &Person| {
        guest.agenda.journeys.iter_mut().for_each(|journey| journey.done.clear());
        guest.agenda.wake = Timestamp::NEVER;
        ((), None)
    };
    world.engine.with_guest(&brand, key, forget).unwrap();
    // Anything that happens sets the reminder anew.
    world.record(world.event("ana", "view", EventKind::View));
    run(&world, HOUR);
    assert_eq!(asked(&log(&world), "booked", "r-1"), 2);
}

/// The process dies: what is on disk is opened elsewhere, by the same clock.
fn crash(world: World) -> World {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("store");
    copy(&world.folder.path().join("store"), &to);
    let World { clock, scope, engine, .. } = world;
    drop(engine);
    let engine = open(&to, &clock);
    World { engine: Opened(engine), clock, scope, folder }
}

#[test]
fn a_stay_that_moves_takes_its_moments_along_and_a_cancelled_one_has_none() {
    let world = world();
    reachable(&world, "ana");
    reachable(&world, "bea");
    let from = today(&world) + 9;
    stay_event(&world, EventKind::Book, ("ana", "r-1"), (from, from + 2));
    stay_event(&world, EventKind::Book, ("bea", "r-2"), (from, from + 2));
    run(&world, HOUR);
    // Three weeks later, before the week before was reached.
    stay_event(&world, EventKind::Book, ("ana", "r-1"), (from + 21, from + 23));
    stay_event(&world, EventKind::Cancel, ("bea", "r-2"), (from, from + 2));
    for _ in 0..24 * 12 {
        run(&world, HOUR);
    }
    let before = log(&world);
    assert_eq!((asked(&before, "booked", "r-1"), asked(&before, "week", "r-1")), (1, 0));
    for _ in 0..24 * 12 {
        run(&world, HOUR);
    }
    let after = log(&world);
    assert_eq!(asked(&after, "week", "r-1"), 1);
    let all_of_bea = ["week", "day", "arrival"].map(|trigger| asked(&after, trigger, "r-2"));
    assert_eq!(all_of_bea, [0, 0, 0]);
}

/// A server that was down makes up for what is not too late, and says what it left out.
#[test]
fn what_was_missed_is_made_up_for_or_skipped_with_its_reason() {
    let world = world();
    reachable(&world, "ana");
    reachable(&world, "bea");
    let now = today(&world);
    stay_event(&world, EventKind::Book, ("ana", "r-1"), (now + 9, now + 11));
    stay_event(&world, EventKind::Book, ("bea", "r-2"), (now + 13, now + 15));
    run(&world, HOUR);
    let world = world.reopen();
    world.clock.advance(7 * DAY);
    world.engine.upkeep().unwrap();
    let log = log(&world);
    // Ana's week before was five days ago, Bea's a day ago: three days are made up for.
    assert_eq!((asked(&log, "week", "r-1"), asked(&log, "week", "r-2")), (0, 1));
    assert_eq!(log.skipped, [("week".to_owned(), SkipReason::Late)]);
}

/// Other triggers hold for stays that were booked before: they are found again.
#[test]
fn an_edited_catalog_moves_the_moments_of_stays_on_file() {
    let world = World::new(60);
    publish(&world, "");
    reachable(&world, "ana");
    let from = today(&world) + 9;
    stay_event(&world, EventKind::Book, ("ana", "r-1"), (from, from + 2));
    for _ in 0..24 {
        run(&world, HOUR);
    }
    publish(&world, TRIGGERS);
    for _ in 0..24 * 2 {
        run(&world, HOUR);
    }
    assert_eq!(asked(&log(&world), "week", "r-1"), 1, "two days later");
    publish(&world, &TRIGGERS.replace("days = 1\nat = \"12:00\"", "days = 4\nat = \"12:00\""));
    let world = world.reopen();
    for _ in 0..24 * 3 {
        run(&world, HOUR);
    }
    assert_eq!(asked(&log(&world), "day", "r-1"), 1, "four days before now");
}

/// History tells of stays whose moments are long over: they are over, and nobody is told so.
#[test]
fn imported_history_asks_for_nothing() {
    let world = world();
    reachable(&world, "ana");
    let now = today(&world);
    for (kind, days) in [(EventKind::Book, 90), (EventKind::CheckIn, 60), (EventKind::CheckOut, 57)]
    {
        let mut event = world.event("ana", &format!("old-{kind:?}"), kind);
        event.event.source = SourceId::parse("", BACKFILL).unwrap();
        event.event.time = world.clock.now().minus(days * DAY);
        event.event.property = Some(PropertyId::parse("", "city").unwrap());
        event.event.reservation = Some(ReservationId::parse("", "r-1").unwrap());
        let (check_in, check_out) = (Date(now - 60), Date(now - 57));
        event.event.stay = Some(StayFacts { check_in, check_out, adults: 1, ..Default::default() });
        world.record(event);
    }
    run(&world, HOUR);
    let log = log(&world);
    assert!(log.asked.is_empty() && log.skipped.is_empty(), "{:?}", log.skipped);
}
