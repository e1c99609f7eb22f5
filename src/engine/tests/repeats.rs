//! What is repeated changes nothing.

use super::*;
use crate::domain::id::RequestId;

#[test]
fn a_repeated_call_returns_the_stored_answer_also_after_a_restart() {
    let world = World::new(100);
    let ask = |world: &World| {
        world.decide("ana", |r| r.request = Some(RequestId::parse("r", "r-1").unwrap()))
    };
    let first = ask(&world);
    let again = ask(&world);
    assert!(!first.is_replayed && again.is_replayed);
    assert_eq!(first.decision, again.decision);
    let world = world.reopen();
    assert_eq!(ask(&world).decision, first.decision);
    let mut other = world::request("p200", 1);
    other.guest = GuestId::parse("g", "ana").unwrap();
    other.request = Some(RequestId::parse("r", "r-1").unwrap());
    assert_eq!(world.engine.decide(&world.scope, &other).unwrap_err().kind, ErrorKind::Conflict);
}

/// I11, and T20: the same id with another content is refused.
#[test]
fn a_repeated_event_changes_nothing_and_a_different_one_under_its_id_is_refused() {
    let world = World::new(10);
    assert!(!world.record(world.event("ana", "e1", EventKind::View)).is_duplicate);
    assert!(world.record(world.event("ana", "e1", EventKind::View)).is_duplicate);
    let refused = world
        .engine
        .record(&world.scope, world.event("ana", "e1", EventKind::Click), None)
        .unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Conflict);
    let guest = GuestId::parse("g", "ana").unwrap();
    assert_eq!(world.engine.guest(&world.scope, &guest).unwrap().state.stats.events, 1);
    let world = world.reopen();
    assert!(world.record(world.event("ana", "e1", EventKind::View)).is_duplicate);
    assert_eq!(world.engine.guest(&world.scope, &guest).unwrap().state.stats.events, 1);
}

#[test]
fn times_outside_the_window_are_refused_but_for_history() {
    let world = World::new(10);
    let at = |id: &str, offset: i64| {
        let mut event = world.event("ana", id, EventKind::View);
        event.event.time =
            Timestamp::from_micros(world.clock.now().as_micros() + offset * 1_000_000);
        event
    };
    let reason = |event| world.engine.record(&world.scope, event, None).unwrap_err().reason;
    assert_eq!(reason(at("future", 301)), "EVENT_IN_FUTURE");
    assert_eq!(reason(at("old", -7 * 86_400 - 1)), "EVENT_TOO_OLD");
    world.record(at("just", -7 * 86_400));
    let mut history = at("history", -400 * 86_400);
    history.event.source = SourceId::parse("s", "backfill").unwrap();
    world.record(history);
}

use crate::domain::time::Timestamp;
