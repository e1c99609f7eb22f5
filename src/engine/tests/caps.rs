//! Caps under races, with deferred activation.

use super::*;
use crate::domain::id::ReservationId;

/// A catalog of one offer that may be shown once a week.
fn once_a_week() -> World {
    let world = World::new(1);
    let text = world::text(1).replace("limit = 30", "limit = 1");
    world.engine.publish_catalog(&world.scope, &text, "cap of one", None).unwrap();
    world
}

fn race(world: &World) -> Vec<Answer> {
    let mut shown = Vec::new();
    std::thread::scope(|scope| {
        let ask = || world.decide("ana", |r| r.defers_activation = true);
        let callers: Vec<_> = (0..64).map(|_| scope.spawn(ask)).collect();
        let answers = callers.into_iter().map(|c| c.join().unwrap());
        shown.extend(answers.filter(|a| World::first(a).as_str() == "offer-00000"));
    });
    shown
}

/// I2: 64 callers race for one guest and a cap of one: exactly one gets the offer. It comes back
/// once the reservation has lapsed, and does not once it was activated.
#[test]
fn exactly_one_of_64_callers_gets_a_capped_offer() {
    let world = once_a_week();
    assert_eq!(race(&world).len(), 1);
    assert_eq!(race(&world).len(), 0, "reserved");
    world.clock.advance(Duration::from_secs(31 * 60));
    let shown = race(&world);
    assert_eq!(shown.len(), 1, "the reservation lapsed");
    let activation =
        Activation { decision: shown[0].decision.id, token: Some(shown[0].token.clone()) };
    let activate =
        || world.engine.activate(&world.scope, &activation, Box::new(|r| r.unwrap())).unwrap();
    assert!(!activate().is_repeated && activate().is_repeated);
    world.clock.advance(Duration::from_secs(31 * 60));
    assert_eq!(race(&world).len(), 0, "it was really shown");
    world.clock.advance(Duration::from_secs(8 * 86_400));
    assert_eq!(race(&world).len(), 1, "the window has rolled on");
}

/// The folder is as it was before the decision: its token counts it all the same, once.
#[test]
fn a_token_activates_a_decision_that_a_crash_took() {
    let world = once_a_week();
    world.opt_in("ana");
    world.engine.committer.flush().unwrap();
    let crashed = world.reopen_copy();
    let answer = world.decide("ana", |r| r.defers_activation = true);
    assert_eq!(World::first(&answer).as_str(), "offer-00000");
    let activate = |token: Option<String>| {
        let activation = Activation { decision: answer.decision.id, token };
        crashed.engine.activate(&crashed.scope, &activation, Box::new(|r| r.unwrap()))
    };
    assert_eq!(activate(None).unwrap_err().kind, ErrorKind::NotFound);
    for _ in 0..2 {
        activate(Some(answer.token.clone())).unwrap();
    }
    assert_eq!(race(&crashed).len(), 0, "it counts on the cap");
    crashed.clock.advance(Duration::from_secs(8 * 86_400));
    assert_eq!(race(&crashed).len(), 1, "once");
}

#[test]
fn an_expired_decision_is_not_activated() {
    let world = once_a_week();
    let answer = world.decide("ana", |r| r.defers_activation = true);
    world.clock.advance(Duration::from_secs(3_600));
    let activation = Activation { decision: answer.decision.id, token: None };
    let error = world.engine.activate(&world.scope, &activation, Box::new(|_| {})).unwrap_err();
    assert_eq!(error.kind, ErrorKind::FailedPrecondition);
}

/// A cap on the reservation counts for everybody of it, also after the reserving decision lapsed:
/// what was activated, or told of by an event, was shown.
#[test]
fn a_cap_on_a_reservation_counts_what_was_shown_to_others_of_it() {
    let world = World::new(1);
    let text = world::text(1)
        .replace("subject = \"GUEST\"", "subject = \"RESERVATION\"")
        .replace("limit = 30", "limit = 1");
    world.engine.publish_catalog(&world.scope, &text, "one for each reservation", None).unwrap();
    let ask = |guest: &str, reservation: &str| {
        world.decide(guest, |r| {
            r.defers_activation = true;
            r.reservation = Some(ReservationId::parse("", reservation).unwrap());
        })
    };
    let is_shown = |answer: &Answer| World::first(answer).as_str() == "offer-00000";
    let activate = |answer: &Answer| {
        let activation = Activation { decision: answer.decision.id, token: None };
        world.engine.activate(&world.scope, &activation, Box::new(|r| r.unwrap())).unwrap();
    };
    let tell = |answer: &Answer| {
        let mut seen = world.event("ana", "seen", EventKind::Impression);
        seen.decision = Some(answer.decision.id);
        world.record(seen);
    };
    for (reservation, show) in [("R1", &activate as &dyn Fn(&Answer)), ("R2", &tell)] {
        let first = ask("ana", reservation);
        assert!(is_shown(&first), "{reservation}");
        assert!(!is_shown(&ask("ben", reservation)), "{reservation}: reserved");
        show(&first);
        world.clock.advance(Duration::from_secs(31 * 60));
        assert!(!is_shown(&ask("ben", reservation)), "{reservation}: shown");
        assert!(is_shown(&ask("cleo", "another")), "of another reservation");
        world.clock.advance(Duration::from_secs(8 * 86_400));
        assert!(is_shown(&ask("ben", reservation)), "{reservation}: the window has rolled on");
        world.clock.advance(Duration::from_secs(8 * 86_400));
    }
}

/// I10: what was declined stays away for its window.
#[test]
fn a_declined_offer_stays_away_for_two_weeks() {
    let world = World::new(1);
    let answer = world.decide("ana", |_| {});
    let mut decline = world.event("ana", "no", EventKind::Decline);
    decline.token = Some(answer.token.clone());
    decline.event.offer = Some(World::first(&answer));
    assert_eq!(world.record(decline).warnings, [Warning::NoConsent]);
    assert_eq!(World::first(&world.decide("ana", |_| {})).as_str(), "welcome");
    world.clock.advance(Duration::from_secs(15 * 86_400));
    assert_eq!(World::first(&world.decide("ana", |_| {})).as_str(), "offer-00000");
}
