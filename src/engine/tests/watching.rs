//! What a watcher is told, in process; and that a push nobody saw leaves no trace in what is learnt.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::domain::presence::{Sighting, Sign};
use crate::engine::history::{History, Past};

fn watch(world: &World, guest: &str) -> (Watch, Arc<AtomicUsize>) {
    let mut request = world::request("p50", 2);
    request.guest = GuestId::parse("guest", guest).unwrap();
    request.defers_activation = true;
    let woken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&woken);
    let wake = Box::new(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    (world.engine.watch(&world.scope, request, None, wake).unwrap(), woken)
}

fn look(world: &World, watch: &mut Watch) -> Option<Push> {
    world.engine.look(watch).unwrap().push.map(|push| *push)
}

fn stop_first(world: &World, push: &Push) {
    let offer = World::first(&push.answer);
    world.engine.stop_offer(&world.scope, &offer, true).unwrap();
}

fn labels(world: &World) -> u64 {
    world.clock.advance(Duration::from_secs(3 * 3_600));
    world.engine.upkeep().unwrap();
    world.engine.learned().unwrap();
    world.engine.brands.get(&world.scope.brand).serving().unwrap().labels
}

#[test]
fn a_look_decides_only_where_the_last_push_no_longer_stands() {
    let world = World::new(60);
    world.opt_in("ana");
    let (mut ana, woken) = watch(&world, "ana");
    let first = look(&world, &mut ana).unwrap();
    assert_eq!(first.causes, [Cause::Opened]);
    let before = world.engine.store.last_sequence();
    (0..50).for_each(|_| assert!(look(&world, &mut ana).is_none()));
    assert_eq!(world.engine.store.last_sequence(), before, "a look leaves nothing in the log");
    world.record(world.event("bob", "b1", EventKind::View));
    assert_eq!(woken.load(Ordering::SeqCst), 0, "woken by another guest");
    stop_first(&world, &first);
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    let second = look(&world, &mut ana).unwrap();
    assert_eq!(second.causes, [Cause::StoppedOffer]);
    let (first, second) = (&first.answer.decision, &second.answer.decision);
    assert_eq!(second.pushed.unwrap().replaces, Some(first.short()));
    assert!(
        second.defers_activation && second.propositions[0].slots[0].selection_probability > 0.0
    );
    // The log has both, and each can be read back as it was made.
    world.engine.committer.flush().unwrap();
    let stored = world.engine.decision(&world.scope, second.id).unwrap();
    assert_eq!((*stored.decision).clone(), (**second).clone());
    assert_eq!(stored.state, DecisionState::Reserved);
}

/// What the replaced push reserved is free again in memory, and after a restart.
#[test]
fn a_watch_reserves_for_one_push_at_a_time() {
    let world = World::new(60);
    world.opt_in("ana");
    let reserved = |world: &World| {
        let ana = GuestId::parse("g", "ana").unwrap();
        let state = world.engine.guest(&world.scope, &ana).unwrap().state;
        (state.ledger.entries().len(), state.open.len())
    };
    let (mut ana, _) = watch(&world, "ana");
    for _ in 0..5 {
        let push = look(&world, &mut ana).unwrap();
        assert_eq!(reserved(&world), (2, 1));
        stop_first(&world, &push);
    }
    world.engine.committer.flush().unwrap();
    drop(ana);
    assert_eq!(reserved(&world.reopen_copy()), (2, 1), "the log says the same");
}

#[test]
fn a_push_teaches_once_it_was_shown_and_not_before() {
    let world = World::new(60);
    world.opt_in("ana");
    let taste = |world: &World, guest: &str| {
        let guest = GuestId::parse("g", guest).unwrap();
        world.engine.guest(&world.scope, &guest).unwrap().state.taste.mean.map(f32::to_bits)
    };
    let (mut ana, _) = watch(&world, "ana");
    look(&world, &mut ana).unwrap();
    assert_eq!(labels(&world), 0, "nobody saw it");
    let second = look(&world, &mut ana).unwrap();
    assert_eq!(second.causes.last(), Some(&Cause::Expired));
    assert_eq!(taste(&world, "ana"), taste(&world, "nobody"), "silence to what nobody saw");
    let activation = Activation { decision: second.answer.decision.id, token: None };
    let done = world.engine.activate(&world.scope, &activation, Box::new(|_| ())).unwrap();
    assert!(!done.is_repeated);
    world.engine.committer.flush().unwrap();
    let stored = world.engine.decision(&world.scope, second.answer.decision.id).unwrap();
    assert!(stored.outcomes.iter().all(Option::is_some), "seen in every slot");
    assert!(labels(&world) > 0, "shown, and not answered");
    look(&world, &mut ana).unwrap();
    assert_ne!(taste(&world, "ana"), taste(&world, "nobody"), "silence to what was shown");
}

/// Evaluation reads what somebody had the chance to answer.
#[test]
fn pushes_that_nobody_saw_are_not_evaluated() {
    let world = World::new(60);
    world.opt_in("ana");
    let (mut ana, _) = watch(&world, "ana");
    let first = look(&world, &mut ana).unwrap();
    stop_first(&world, &first);
    let second = look(&world, &mut ana).unwrap();
    let activation = Activation { decision: second.answer.decision.id, token: None };
    world.engine.activate(&world.scope, &activation, Box::new(|_| ())).unwrap();
    drop(ana);
    let World { engine, scope, folder, .. } = world;
    engine.close().unwrap();
    drop(engine);
    let history = History::open(&folder.path().join("store")).unwrap();
    let mut seen = Vec::new();
    let visit = |past: &Past<'_>| {
        seen.push(past.decision.id);
        Ok::<_, Error>(())
    };
    history.visit(&scope.brand, visit).unwrap();
    assert_eq!(seen, [second.answer.decision.id]);
}

#[test]
fn presence_opens_a_surface_for_the_next_look_and_its_end_is_known() {
    let world = World::new(60);
    let mut consent = world.event("ana", "p", EventKind::OptIn);
    consent.event.consent = Some(Consent {
        purpose: Purpose::Presence,
        channel: None,
        state: ConsentState::Granted,
        time: world.clock.now(),
        basis: String::new(),
        text_version: String::new(),
        source: "test".into(),
    });
    world.record(consent);
    let (mut ana, woken) = watch(&world, "ana");
    look(&world, &mut ana).unwrap();
    let now = world.clock.now();
    let until = now.plus(Duration::from_secs(60));
    let sign = Sign::WebOpen;
    let sighting = Sighting { sign, source: "web".into(), property: None, seen: now, until };
    let guest = GuestId::parse("g", "ana").unwrap();
    let taken =
        world.engine.see(&world.scope, (guest, None), vec![sighting], "e1", Box::new(|_| ()));
    assert!(taken.unwrap().dropped.is_empty());
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    let looked = world.engine.look(&mut ana).unwrap();
    assert!(looked.push.is_none(), "no channel was asked for: the offers stand");
    assert_eq!(looked.next, Some(until));
}
