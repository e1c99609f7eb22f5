//! Units of scarce offers: exactly as many as there are, over races, crashes and time.

use super::*;
use crate::domain::hold::HoldState;
use crate::domain::id::{OfferKey, PropertyId};
use crate::domain::stay::StayFacts;
use crate::domain::time::Date;

const SUITE: &str = "offer-00000";
/// 2026-03-02, the world's first day.
const TODAY: i32 = 20_514;

fn offer() -> OfferId {
    OfferId::parse("", SUITE).unwrap()
}

fn city() -> PropertyId {
    PropertyId::parse("", "city").unwrap()
}

/// A world in which the one offer is scarce.
fn scarce() -> World {
    let world = World::new(1);
    let text = world::text(1).replacen(
        "category = \"c0\"\ntags",
        "inventory_limited = true\nhold = \"10m\"\ncategory = \"c0\"\ntags",
        1,
    );
    assert!(text.contains("inventory_limited"));
    world.engine.publish_catalog(&world.scope, &text, "scarce", None).unwrap();
    world
}

impl World {
    fn stock(&self, day: i32, units: u32) -> usize {
        let entries = vec![Stock { day: Date(day), units }];
        let change = StockChange { property: city(), offer: offer(), entries };
        self.engine.set_stock(&self.scope, &change).unwrap().1[0]
    }

    fn left(&self, day: i32) -> u32 {
        let brand = self.engine.brands.get(&self.scope.brand);
        brand.live.load().stock.left(OfferKey::of(&offer()), &city(), Date(day))
    }

    fn about(&self, guest: &str, id: &str, kind: EventKind) -> IncomingEvent {
        let mut event = self.event(guest, id, kind);
        event.event.property = Some(city());
        event.event.offer = Some(offer());
        event
    }

    fn told(&self, guest: &str, id: &str, kind: EventKind) -> Option<HoldState> {
        self.record(self.about(guest, id, kind)).hold.map(|hold| hold.mark.state)
    }
}

#[test]
fn the_last_suite_is_held_confirmed_failed_and_there_again() {
    let world = scarce();
    assert_eq!(World::first(&world.decide("ana", |_| {})).as_str(), "welcome", "no stock yet");
    world.stock(TODAY, 1);
    world.stock(TODAY + 2, 4);
    let shown = world.decide("ana", |_| {});
    assert_eq!(World::first(&shown).as_str(), SUITE);
    let mut yes = world.about("ana", "yes", EventKind::Accept);
    yes.event.property = None;
    yes.token = Some(shown.token.clone());
    let held = world.record(yes.clone()).hold.unwrap();
    assert_eq!(held.mark.state, HoldState::Held);
    assert_eq!(held.mark.until, world.clock.now().plus(Duration::from_secs(600)));
    assert_eq!(held.mark.shelf.day, Date(TODAY));
    assert_eq!(world.record(yes).hold, Some(held), "a repetition is told the same");
    assert_eq!(World::first(&world.decide("ben", |_| {})).as_str(), "welcome", "none left");

    let late = world.record(world.about("ben", "me-too", EventKind::Accept)).hold.unwrap();
    assert_eq!(late.mark.state, HoldState::Refused);
    assert_eq!(late.other_days, [Date(TODAY + 2)]);
    assert_eq!(world.told("ana", "bought", EventKind::Pay), Some(HoldState::Confirmed));
    world.clock.advance(Duration::from_secs(3_600));
    world.engine.upkeep().unwrap();
    assert_eq!(world.left(TODAY), 0, "what is bought does not lapse");
    assert_eq!(world.told("ana", "broken", EventKind::Failed), Some(HoldState::Failed));
    assert_eq!(world.left(TODAY), 1);
    assert_eq!(World::first(&world.decide("ben", |_| {})).as_str(), SUITE);
    assert_eq!(World::first(&world.decide("ana", |_| {})).as_str(), "welcome", "kept away");
    world.clock.advance(Duration::from_secs(15 * 86_400));
    world.stock(TODAY + 15, 1);
    assert_eq!(World::first(&world.decide("ana", |_| {})).as_str(), SUITE, "after two weeks");
}

#[test]
fn a_hold_lapses_by_itself_and_its_unit_can_be_taken() {
    let world = scarce();
    world.stock(TODAY, 1);
    assert_eq!(world.told("ana", "1", EventKind::Accept), Some(HoldState::Held));
    world.clock.advance(Duration::from_secs(599));
    assert_eq!(world.told("ben", "2", EventKind::Accept), Some(HoldState::Refused));
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(
        world.told("ben", "3", EventKind::Accept),
        Some(HoldState::Held),
        "no upkeep needed"
    );
    assert_eq!(world.told("ana", "4", EventKind::Pay), Some(HoldState::Refused), "too late");
    assert_eq!(world.told("ben", "5", EventKind::Cancel), Some(HoldState::Cancelled));
    assert_eq!(world.told("ana", "6", EventKind::Pay), Some(HoldState::Confirmed), "free again");
    assert_eq!(world.stock(TODAY, 3), 0, "nothing waits to be bought");
}

/// The unit of another day, and a stay that is called off: all that its reservation had comes back.
#[test]
fn cancelling_the_stay_gives_its_units_back() {
    let world = scarce();
    let day = TODAY + 5;
    world.stock(day, 1);
    let reservation = crate::domain::id::ReservationId::parse("", "R1").unwrap();
    let mut yes = world.about("ana", "yes", EventKind::Accept);
    yes.event.reservation = Some(reservation.clone());
    yes.event.stay =
        Some(StayFacts { check_in: Date(day), check_out: Date(day + 2), ..StayFacts::default() });
    assert_eq!(world.record(yes).hold.unwrap().mark.shelf.day, Date(day));
    assert_eq!(world.left(day), 0);
    let mut off = world.event("ana", "off", EventKind::Cancel);
    off.event.property = Some(city());
    off.event.reservation = Some(reservation);
    assert_eq!(world.record(off).hold.unwrap().mark.state, HoldState::Cancelled);
    assert_eq!(world.left(day), 1);
}

#[test]
fn a_unit_that_is_gone_is_written_off_and_a_scarce_offer_needs_a_hotel() {
    let world = scarce();
    world.stock(TODAY, 1);
    world.told("ana", "yes", EventKind::Accept);
    let mut failed = world.about("ana", "flooded", EventKind::Failed);
    let reason = crate::domain::event::REASON_CODE.to_owned();
    failed.event.attributes = vec![(reason, crate::domain::event::UNIT_GONE.to_owned())];
    assert_eq!(world.record(failed).hold.unwrap().mark.state, HoldState::WrittenOff);
    assert_eq!(world.left(TODAY), 0);
    let mut nowhere = world.about("ben", "nowhere", EventKind::Accept);
    nowhere.event.property = None;
    let error = world.engine.record(&world.scope, nowhere, None).unwrap_err();
    assert_eq!(error.fields[0].field, "property");
}

/// A rule that asks for broken promises opens a gesture, and the gesture makes good.
#[test]
fn a_broken_promise_is_a_fact_for_rules_until_it_is_made_good() {
    let world = scarce();
    let gesture = "\n[[offers]]\nid = \"wine\"\ncategory = \"c1\"\nfree = true\nplacements = [\"p50\"]\n\
        rule = \"guest.broken_promises > 0\"\n\
        treatments = [{ locale = \"en\", content = { title = \"Wine\" } }]\n";
    let text = world::text(1) + gesture;
    world.engine.publish_catalog(&world.scope, &text, "with a gesture", None).unwrap();
    world.opt_in("ana");
    let sees = |wanted: &str| {
        let answer = world.decide("ana", |r| r.placements[0].count = Some(5));
        let slots = &answer.decision.propositions[0].slots;
        let id = |offer| answer.catalog.offer(offer).unwrap().id.clone();
        slots.iter().any(|slot| id(slot.offer).as_str() == wanted)
    };
    assert!(!sees("wine"));
    world.told("ana", "broken", EventKind::Failed);
    assert!(sees("wine"));
    let mut thanks = world.about("ana", "thanks", EventKind::Accept);
    thanks.event.offer = Some(OfferId::parse("", "wine").unwrap());
    world.record(thanks);
    assert!(!sees("wine"), "made good");
}

/// 64 callers accept the last unit; then the process is killed, opened again, closed, and opened
/// again: the one who had it has it.
#[test]
fn exactly_one_of_64_callers_takes_the_last_unit_and_no_end_of_the_process_changes_it() {
    let world = scarce();
    world.stock(TODAY, 1);
    let states: Vec<_> = std::thread::scope(|scope| {
        let world = &world;
        let accept =
            |n: usize| world.told(&format!("g{n}"), &format!("yes-{n}"), EventKind::Accept);
        let callers: Vec<_> = (0..64).map(|n| scope.spawn(move || accept(n))).collect();
        callers.into_iter().map(|caller| caller.join().unwrap().unwrap()).collect()
    });
    let winners: Vec<_> = (0..64).filter(|n| states[*n] == HoldState::Held).collect();
    assert_eq!(winners.len(), 1, "{states:?}");
    assert_eq!(states.iter().filter(|s| **s == HoldState::Refused).count(), 63);
    let winner = format!("g{}", winners[0]);

    let crashed = world.reopen_copy();
    assert_eq!(crashed.left(TODAY), 0, "from the log");
    assert_eq!(crashed.told("other", "1", EventKind::Accept), Some(HoldState::Refused));
    let closed = crashed.reopen();
    assert_eq!(closed.left(TODAY), 0, "from the checkpoint");
    assert_eq!(closed.told("other", "2", EventKind::Accept), Some(HoldState::Refused));
    assert_eq!(closed.told(&winner, "3", EventKind::Accept), Some(HoldState::Held));
    closed.clock.advance(Duration::from_secs(600));
    closed.engine.upkeep().unwrap();
    assert_eq!(closed.left(TODAY), 1, "the hold still lapses");
    let again = closed.reopen();
    assert_eq!(again.left(TODAY), 1);
    assert_eq!(again.told("other", "4", EventKind::Accept), Some(HoldState::Held));
}

/// Any course of events gives the same shelves from the log as it gave in memory, wherever the
/// process ended and wherever a checkpoint was written.
#[test]
fn shelves_are_a_fold_of_the_log() {
    let world = scarce();
    let mut rng = crate::sys::rng::SplitMix64::new(5);
    for day in 0..3 {
        world.stock(TODAY + day, 2);
    }
    let kinds = [
        EventKind::Accept,
        EventKind::Accept,
        EventKind::Accept,
        EventKind::Pay,
        EventKind::Cancel,
        EventKind::Failed,
        EventKind::Fulfilled,
    ];
    for step in 0..120 {
        let day = TODAY + i32::try_from(rng.below(3)).unwrap();
        let guest = format!("g{}", rng.below(6));
        let mut event = world.about(&guest, &format!("e{step}"), kinds[rng.below(kinds.len())]);
        event.event.stay = Some(StayFacts {
            check_in: Date(day),
            check_out: Date(day + 1),
            ..StayFacts::default()
        });
        world.record(event);
        world.clock.advance(Duration::from_secs(60));
        match step {
            40 => drop(world.engine.write_checkpoint().unwrap()),
            60 => drop(world.stock(TODAY + 1, 2)),
            _ => {}
        }
    }
    let shelves = |world: &World| {
        let brand = world.engine.brands.get(&world.scope.brand);
        let mut book = brand.book.lock();
        book.lapse(world.clock.now());
        let mut all: Vec<_> = book.shelves().map(|(k, s)| (k.clone(), s.clone())).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    let known = shelves(&world);
    assert!(known.iter().any(|(_, shelf)| !shelf.holds.is_empty()), "something is held");
    let crashed = world.reopen_copy();
    assert_eq!(shelves(&crashed), known);
    assert_eq!(shelves(&crashed.reopen()), known);
}

/// What either id held is the one guest's: bought under the other id, given back after they parted.
#[test]
fn the_units_of_two_guests_are_those_of_the_one_they_become() {
    let world = scarce();
    ["ana", "bob"].iter().for_each(|guest| world.opt_in(guest));
    world.stock(TODAY, 1);
    assert_eq!(world.told("bob", "yes", EventKind::Accept), Some(HoldState::Held));
    merging::merge(&world, "bob", "ana").unwrap();
    assert_eq!(world.told("ana", "yes too", EventKind::Accept), Some(HoldState::Held), "has it");
    assert_eq!(world.told("ana", "bought", EventKind::Book), Some(HoldState::Confirmed));
    let world = world.reopen_copy();
    world.clock.advance(Duration::from_secs(3_600));
    world.engine.upkeep().unwrap();
    assert_eq!(world.left(TODAY), 0, "bought: it did not lapse");
    merging::unmerge(&world, "bob");
    assert_eq!(
        world.told("ana", "not hers", EventKind::Cancel),
        None,
        "it is with bob, who took it"
    );
    assert_eq!(world.told("bob", "back", EventKind::Cancel), Some(HoldState::Cancelled));
    assert_eq!(world.left(TODAY), 1);
}
