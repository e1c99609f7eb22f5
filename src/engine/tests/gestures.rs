//! Gestures with a real store: paid for to the cent, once for each request and guest, over restarts and by
//! many at once, and made again from the log.

use std::sync::Barrier;

use super::*;
use crate::domain::gesture::{GestureQuery, GestureTrigger, NoGesture, Occasion};
use crate::domain::id::{PropertyId, RequestId, ReservationId};
use crate::domain::money::{Currency, Money};
use crate::engine::history::History;

const DAY: Duration = Duration::from_secs(86_400);

/// A budget of so many gestures of 10 euros; everybody gets one who may.
fn text(times: u32, more: &str) -> String {
    let amount = times * 10;
    format!(
        "{}\n[guest_value]\nleast_paid = {{ A = 5000, B = 2000, C = 500 }}\n\
         [gesture_program]\namount = \"{amount}.00 EUR\"\nstart = 2026-03-01\nperiod = \"30d\"\n\
         window = \"40d\"\nsatisfaction_worth = 1000\nreturn_worth = 1000\nsurvey_wait = \"10d\"\n\
         return_wait = \"60d\"\nvalue_cap = 1\nfloor = 0.001\n{more}\n",
        world::text(3)
    )
}

const SORRY: &str = "[[gestures]]\nid = \"sorry\"\ntriggers = [\"COMPLAINT\"]\ncost = \"10.00 EUR\"\n\
                     prior_satisfaction = 1.0\n";
const WINE: &str = "[[gestures]]\nid = \"wine\"\ntriggers = [\"COMPLAINT\"]\ncost = \"9.00 EUR\"\n\
                    prior_satisfaction = 0.95\n\
                    [[gestures]]\nid = \"card\"\ntriggers = [\"HIGH_VALUE\"]\ncost = \"1.00 EUR\"\n\
                    prior_return = 0.1\n";

fn world_of(times: u32, more: &str) -> World {
    let world = World::new(3);
    world.engine.publish_catalog(&world.scope, &text(times, more), "gestures", None).unwrap();
    world
}

/// Grave trouble: nobody is kept without.
fn query(guest: &str, request: Option<&str>) -> GestureQuery {
    GestureQuery {
        property: PropertyId::parse("", "city").unwrap(),
        guest: GuestId::parse("", guest).unwrap(),
        reservation: ReservationId::parse("", "r1").ok(),
        occasion: Occasion { trigger: GestureTrigger::Complaint, severity: 4 },
        request: request.map(|id| RequestId::parse("", id).unwrap()),
    }
}

fn ask(world: &World, query: &GestureQuery) -> Result<GestureAnswer, Error> {
    let (tell, told) = std::sync::mpsc::channel();
    let waiter = Box::new(move |result| drop(tell.send(result)));
    let answer = world.engine.decide_gesture(&world.scope, query, waiter)?;
    told.recv().unwrap()?;
    Ok(answer)
}

fn given(world: &World, guest: &str) -> Result<u8, NoGesture> {
    ask(world, &query(guest, None)).unwrap().choice.chosen
}

/// Every choice of the log, made again.
fn all_again(world: &World) -> usize {
    world.engine.committer.flush().unwrap();
    let history = History::open(&world.engine.options.folder).unwrap();
    let seen = history.gestures(&world.scope.brand).unwrap();
    assert_eq!(seen.again, seen.choices);
    seen.choices
}

#[test]
fn a_guest_gets_one_and_a_request_one_answer_over_restarts() {
    let world = world_of(3, SORRY);
    let first = ask(&world, &query("ana", Some("q1"))).unwrap();
    assert_eq!(first.choice.chosen, Ok(0));
    assert_eq!(first.gesture().unwrap().id.as_str(), "sorry");
    assert_eq!(given(&world, "ana"), Err(NoGesture::HadOne));
    assert_eq!(given(&world, "ben"), Ok(0));
    for world in [world.reopen_copy(), world.reopen()] {
        let again = ask(&world, &query("ana", Some("q1"))).unwrap();
        assert!(again.is_replayed && again.choice == first.choice && again.id == first.id);
        let other = ask(&world, &query("cleo", Some("q1"))).unwrap_err();
        assert_eq!(other.reason, "REQUEST_ID_REUSED");
        assert_eq!(given(&world, "ana"), Err(NoGesture::HadOne), "kept");
        assert_eq!(given(&world, "cleo"), Ok(0));
        assert_eq!(given(&world, "dan"), Err(NoGesture::NoBudget), "three, and no more");
        world.clock.advance(DAY * 30);
        assert_eq!(given(&world, "dan"), Ok(0), "another period");
        assert_eq!(given(&world, "ana"), Err(NoGesture::HadOne), "the same window");
        world.clock.advance(DAY * 11);
        assert_eq!(given(&world, "ana"), Ok(0));
        assert_eq!(all_again(&world), 9);
    }
}

#[test]
fn sixty_four_callers_at_once_pass_no_budget() {
    let world = Arc::new(world_of(5, SORRY));
    let barrier = Arc::new(Barrier::new(64));
    let callers = (0..64).map(|caller| {
        let (world, barrier) = (Arc::clone(&world), Arc::clone(&barrier));
        std::thread::spawn(move || {
            barrier.wait();
            // Every guest is asked for twice, by two callers.
            let guest = format!("g{}", caller / 2);
            (0..3).filter(|_| given(&world, &guest).is_ok()).count()
        })
    });
    let callers: Vec<_> = callers.collect();
    let all: usize = callers.into_iter().map(|caller| caller.join().unwrap()).sum();
    assert_eq!(all, 5, "each once, and not one more");
    assert_eq!(given(&world.reopen_copy(), "late"), Err(NoGesture::NoBudget));
    assert_eq!(all_again(&world), 64 * 3);
}

fn tell(world: &World, guest: &str, id: &str, kind: EventKind, rating: Option<u8>) {
    let mut event = world.event(guest, id, kind);
    event.event.rating = rating;
    if kind == EventKind::CheckIn {
        event.event.reservation = ReservationId::parse("", "r2").ok();
    }
    world.record(event);
}

/// Guests complain, get something or nothing, and say what they think of it: what is learnt is in force, is
/// the same to the bit after a restart from a checkpoint or without one, and moves the choices.
#[test]
fn what_gestures_do_is_learnt_once_and_kept_to_the_bit() {
    let more = format!("holdout = 0.4\nholdout_severity = 5\ngamma0 = 1.0\n{SORRY}{WINE}");
    let mut world = world_of(900, &more);
    let mut chosen = [0; 3];
    for n in 0..300 {
        let guest = format!("g{n}");
        let choice = ask(&world, &query(&guest, None)).unwrap().choice;
        let at = choice.chosen.map_or(2, usize::from);
        chosen[at] += 1;
        // The wine pleases, whatever was thought of it.
        let rating = [2, 5, 2][at];
        world.clock.advance(Duration::from_secs(3_600));
        tell(&world, &guest, &format!("f{n}"), EventKind::Feedback, Some(rating));
        if n % 5 == 0 {
            world.clock.advance(DAY);
            tell(&world, &guest, &format!("c{n}"), EventKind::CheckIn, None);
        }
        if n % 20 == 0 {
            world.engine.learned().unwrap();
        }
        if n == 150 {
            world.engine.write_checkpoint().unwrap();
            world = world.reopen_copy();
        }
    }
    assert!(chosen.iter().all(|n| *n > 10), "{chosen:?}");
    world.engine.learned().unwrap();
    let learnt = world.engine.gestures_learnt(&world.scope);
    assert!(learnt.1 >= 360, "300 ratings and 60 returns: {learnt:?}");
    let arm = |world: &World| ask(world, &query("later", Some("later"))).unwrap().choice.arms;
    let (sorry, wine) = (arm(&world)[0], arm(&world)[1]);
    assert!(wine.satisfaction > 2.0 && sorry.satisfaction < 0.3, "{sorry:?} {wine:?}");
    assert_eq!(all_again(&world), 301);
    let copy = world.reopen_copy();
    copy.engine.learned().unwrap();
    world.engine.learned().unwrap();
    assert_eq!(
        copy.engine.gestures_learnt(&copy.scope),
        world.engine.gestures_learnt(&world.scope)
    );
    let reopened = world.reopen();
    assert_eq!(
        reopened.engine.gestures_learnt(&reopened.scope),
        copy.engine.gestures_learnt(&copy.scope)
    );
}

#[test]
fn worth_is_only_known_with_consent_and_who_will_not_be_measured_is_not() {
    let world = world_of(10, &format!("holdout = 0.5\nholdout_severity = 5\n{SORRY}{WINE}"));
    let mut dear = query("ana", None);
    dear.occasion = Occasion { trigger: GestureTrigger::HighValue, severity: 0 };
    let asked = |world: &World| ask(world, &dear).unwrap().choice;
    let mut pay = world.event("ana", "pay", EventKind::Pay);
    pay.event.amount = Some(Money::new(600_000, Currency::EUR));
    world.opt_in("ana");
    world.record(pay);
    world.refuse("ana", Purpose::Profiling);
    assert_eq!(asked(&world).chosen, Err(NoGesture::NoneFits), "nobody knows what Ana is worth");
    world.opt_in("ben");
    world.refuse("ben", Purpose::Measurement);
    let ben = ask(&world, &query("ben", None)).unwrap().choice;
    assert!(!ben.is_measured && ben.none[1].to_bits() == 0, "kept without by nobody: {ben:?}");
    let none = World::new(1);
    let refused = ask(&none, &query("ana", None)).unwrap_err();
    assert_eq!((refused.kind, refused.reason), (ErrorKind::FailedPrecondition, "NO_GESTURES"));
    assert_eq!(all_again(&world), 2);
}
