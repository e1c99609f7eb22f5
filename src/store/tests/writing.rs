//! What is written is read back, once, in order, whoever submits first.

use super::*;

#[test]
fn what_is_written_is_read_back_after_a_restart() {
    let world = World::new();
    assert_eq!((world.store.last_sequence(), world.store.committed()), (0, 0));
    assert_eq!(world.write("g-1", "e-1"), 1);
    assert_eq!(world.write("g-2", "e-2"), 2);
    assert_eq!(world.write("g-1", "e-3"), 3);

    let world = world.reopened();
    assert_eq!((world.store.last_sequence(), world.store.committed()), (3, 3));
    assert_eq!(
        world.store.report(),
        &OpenReport { last_sequence: 3, checked: 3, ..OpenReport::default() }
    );
    assert_eq!(world.state("g-1"), Some(state(3)));
    assert_eq!(world.state("g-2"), Some(state(2)));
    assert_eq!(world.state("g-3"), None);
    assert_eq!(sequences(&world.store), [1, 2, 3]);
    let record = world.store.record(2).unwrap().unwrap();
    let event = Box::new(any_event("g-2", "e-2"));
    assert_eq!(record.body, Body::Event { guest: world.key("g-2"), event });
    assert_eq!(world.write("g-3", "e-4"), 4);
}

#[test]
fn everything_that_goes_with_a_record_is_read_back() {
    let world = World::new();
    let key = world.key("g-1");
    let reservation_key = world.store.pepper().reservation(&brand(), Fingerprint::of("R1"));
    let outcome = Outcome { step: Step::Accepted, ..Outcome::default() };
    let profile = Profile { sequence: 1, ..Profile::new(guest_id("g-1")) };

    let mut reservation = world.committer.reserve().unwrap();
    reservation.record(&matured(1));
    reservation.profile(&brand(), key, &profile);
    reservation.ledger(&brand(), reservation_key, &Ledger::default());
    reservation.outcome(7, 1, 2, &outcome);
    reservation.outcome(7, 0, 0, &outcome);
    reservation.outcome(8, 0, 0, &outcome);
    reservation.outbox(b"first");
    reservation.outbox(b"second");
    reservation.catalog(&brand(), 3, b"document");
    reservation.submit();
    world.committer.put_checkpoint("shared", 1, b"old", Box::new(|_| ()));
    world.committer.put_checkpoint("shared", 5, b"weights", Box::new(|_| ()));
    world.committer.flush().unwrap();

    let store = &world.store;
    assert_eq!(store.profile(&brand(), key).unwrap(), Some(profile));
    assert_eq!(store.ledger(&brand(), reservation_key).unwrap(), Some(Ledger::default()));
    assert_eq!(store.outcome(7, 1, 2).unwrap(), Some(outcome));
    assert_eq!(store.outcome(7, 1, 3).unwrap(), None);
    assert_eq!(store.outcomes(7).unwrap(), [(0, 0, outcome), (1, 2, outcome)]);
    assert_eq!(store.outcomes(9).unwrap(), []);
    assert_eq!(store.outcomes(u64::MAX).unwrap(), []);
    let messages: Vec<OutboxEntry> = store.outbox(0, 9).map(Result::unwrap).collect();
    let message =
        |index, message: &[u8]| OutboxEntry { sequence: 1, index, message: message.to_vec() };
    assert_eq!(messages, [message(0, b"first"), message(1, b"second")]);
    assert_eq!(store.catalog_versions(&brand()).unwrap(), [3]);
    assert_eq!(store.catalog(&brand(), 3).unwrap().as_deref(), Some(&b"document"[..]));
    assert_eq!(store.brands().unwrap(), [brand()]);
    assert_eq!(store.latest_checkpoint("shared").unwrap(), Some((5, b"weights".to_vec())));
    assert_eq!(store.latest_checkpoint("share").unwrap(), None);

    world.committer.forget_outbox(1, Box::new(|_| ()));
    world.committer.put_checkpoint("shared", 6, b"newer", Box::new(|_| ()));
    world.committer.flush().unwrap();
    assert_eq!(store.outbox(0, 9).count(), 0);
    assert_eq!(store.checkpoint_sequences("shared").unwrap(), [5, 6]);
}

#[test]
fn a_timeline_is_read_newest_first_and_by_pages() {
    let world = World::new();
    for (event, second) in [("a", 30), ("b", 10), ("c", -20), ("d", 30)] {
        let mut reservation = world.committer.reserve().unwrap();
        let event = Event { time: at(second), ..any_event("g-1", event) };
        reservation.event(&brand(), at(100), world.key("g-1"), &event);
        reservation.submit();
    }
    world.write("g-2", "x");
    let line =
        |second, sequence| TimelineEntry { time: at(second), sequence, kind: RecordKind::Event };
    let page = |before: Option<TimelineEntry>, limit| {
        let before = before.map(|line| (line.time, line.sequence));
        world.store.timeline(world.key("g-1"), before, limit).unwrap()
    };
    assert_eq!(page(None, 3), [line(30, 4), line(30, 1), line(10, 2)]);
    assert_eq!(page(Some(line(10, 2)), 3), [line(-20, 3)]);
    assert_eq!(page(Some(line(30, 4)), 1), [line(30, 1)]);
    assert_eq!(page(Some(line(-20, 3)), 3), []);
    assert_eq!(page(Some(line(25, 0)), 1), [line(10, 2)]);
}

/// In memory and, once reopened, in files: the filter over guests lies on those.
#[test]
fn a_timeline_is_read_from_a_moment_on_for_one_guest_only() {
    let world = World::new();
    for guest in ["g-1", "g-2"] {
        for (event, second) in [("a", 30), ("b", 10), ("c", -20)] {
            let mut reservation = world.committer.reserve().unwrap();
            let event = Event { time: at(second), ..any_event(guest, event) };
            reservation.event(&brand(), at(100), world.key(guest), &event);
            reservation.submit();
        }
    }
    world.committer.flush().unwrap();
    let check = |world: &World| {
        let places = |guest: &str, from| {
            let lines = world.store.timeline_since(world.key(guest), at(from)).unwrap();
            lines.iter().map(|line| (line.time, line.sequence)).collect::<Vec<_>>()
        };
        assert_eq!(places("g-1", -100), [(at(-20), 3), (at(10), 2), (at(30), 1)]);
        assert_eq!(places("g-2", 10), [(at(10), 5), (at(30), 4)], "the moment itself is in");
        assert_eq!(places("g-1", 31), []);
        assert_eq!(places("nobody", -100), []);
    };
    check(&world);
    check(&world.reopened());
}

#[test]
fn a_decision_is_found_by_its_id_and_a_made_up_id_finds_nothing() {
    let world = World::new();
    world.write("g-1", "e-1");
    let id = world.store.pepper().decision_id(77, 1);
    assert_eq!(world.store.pepper().decision_sequence(id), 1);
    assert_eq!(world.store.decision(id).unwrap(), None, "sequence 1 is an event");
    assert_eq!(world.store.decision(crate::domain::id::DecisionId([9; 16])).unwrap(), None);
}

#[test]
fn records_nobody_waits_for_are_written_within_the_linger() {
    let world = World::new();
    let watch = Stopwatch::start();
    let sequence = world.submit("g-1", "e-1", None);
    while world.store.committed() < sequence {
        assert!(watch.elapsed() < Duration::from_secs(5), "not written");
        std::thread::yield_now();
    }
    assert_eq!(world.state("g-1"), Some(state(1)));
}

/// Many threads, each with guests of its own; sequences are handed out in any order.
#[test]
fn the_log_has_no_gaps_whoever_submits_first() {
    let world = World::new();
    let told = Arc::new(AtomicU64::new(0));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (world, told) = (&world, &told);
            scope.spawn(move || {
                for n in 0..500 {
                    let told = Arc::clone(told);
                    let waits = n % 3 == 0;
                    let waiter: Waiter = Box::new(move |result| {
                        result.unwrap();
                        told.fetch_add(1, Ordering::SeqCst);
                    });
                    world.submit(
                        &format!("g-{thread}"),
                        &format!("{thread}-{n}"),
                        waits.then_some(waiter),
                    );
                }
            });
        }
    });
    world.committer.flush().unwrap();
    assert_eq!(told.load(Ordering::SeqCst), 4 * 167);
    assert_eq!(sequences(&world.store), (1..=2_000).collect::<Vec<u64>>());
    let world = world.reopened();
    assert_eq!(world.store.report().checked, 1_000);
    for thread in 0..4 {
        let guest = format!("g-{thread}");
        let last = world.store.timeline(world.key(&guest), None, 1).unwrap()[0].sequence;
        assert_eq!(world.state(&guest), Some(state(last)), "the last state of a group wins");
    }
}

#[test]
fn a_reservation_given_up_leaves_an_empty_record_and_nothing_else() {
    let world = World::new();
    world.write("g-1", "e-1");
    let mut reservation = world.committer.reserve().unwrap();
    reservation.event(&brand(), at(1), world.key("g-2"), &any_event("g-2", "e-2"));
    reservation.guest(&brand(), world.key("g-2"), &state(2));
    drop(reservation);
    world.write("g-1", "e-3");
    assert_eq!(world.store.record(2).unwrap(), None);
    assert_eq!(world.state("g-2"), None);
    let world = world.reopened();
    assert_eq!(world.store.last_sequence(), 3);
    assert_eq!(sequences(&world.store), [1, 3]);
}

#[test]
fn an_event_counts_once() {
    let world = World::new();
    let source = SourceId::parse("", "pms").unwrap();
    let key = world.store.pepper().event(&brand(), &source, &EventId::parse("", "e-1").unwrap());
    let Claimed::Fresh(claim) = world.store.claim(key, 1).unwrap() else { panic!("not fresh") };
    assert!(matches!(world.store.claim(key, 1).unwrap(), Claimed::InFlight));
    assert!(matches!(world.store.claim(key, 2).unwrap(), Claimed::Conflict));
    let (tell, told) = mpsc::channel();
    let waiter = || {
        let tell = tell.clone();
        Box::new(move |result: Result<(), StoreError>| tell.send(result.is_ok()).unwrap())
    };
    world.store.when_claimed_is_written(key, waiter());
    assert!(told.try_recv().is_err(), "acknowledged before it was written");

    let mut reservation = world.committer.reserve().unwrap();
    reservation.event(&brand(), at(100), world.key("g-1"), &any_event("g-1", "e-1"));
    reservation.seen(claim, at(50));
    reservation.submit_and_tell(waiter());
    assert_eq!((told.recv(), told.recv()), (Ok(true), Ok(true)));
    world.store.when_claimed_is_written(key, waiter());
    assert_eq!(told.recv(), Ok(true));

    let world = world.reopened();
    assert!(matches!(world.store.claim(key, 1).unwrap(), Claimed::Duplicate { sequence: 1 }));
    assert!(matches!(world.store.claim(key, 2).unwrap(), Claimed::Conflict));
    assert_eq!(
        world.store.seen(key).unwrap(),
        Some(Seen { payload: 1, sequence: 1, time: at(50) })
    );
}

#[test]
fn a_claim_given_up_is_free_again_and_who_waited_is_told() {
    let world = World::new();
    let key = DedupeKey([1; 16]);
    for is_reserved in [false, true] {
        let Claimed::Fresh(claim) = world.store.claim(key, 1).unwrap() else { panic!("not fresh") };
        let (tell, told) = mpsc::channel();
        world
            .store
            .when_claimed_is_written(key, Box::new(move |result| tell.send(result).unwrap()));
        if is_reserved {
            let mut reservation = world.committer.reserve().unwrap();
            reservation.seen(claim, at(1));
            drop(reservation);
        } else {
            drop(claim);
        }
        assert!(matches!(told.recv().unwrap(), Err(StoreError::Abandoned)));
    }
    let (tell, told) = mpsc::channel();
    world.store.when_claimed_is_written(key, Box::new(move |result| tell.send(result).unwrap()));
    assert!(matches!(told.recv().unwrap(), Err(StoreError::Abandoned)));
    world.committer.flush().unwrap();
    assert_eq!(world.store.seen(key).unwrap(), None);
}

#[test]
fn events_and_answers_past_the_cut_off_are_forgotten_by_compaction_and_later_ones_kept() {
    let world = World::new();
    for (n, second) in [(1, 10), (2, 20), (3, 30)] {
        let Claimed::Fresh(claim) = world.store.claim(DedupeKey([n; 16]), 1).unwrap() else {
            panic!("not fresh")
        };
        let mut reservation = world.committer.reserve().unwrap();
        reservation.record(&matured(u64::from(n)));
        reservation.seen(claim, at(second));
        reservation.submit();
    }
    for (n, second) in [(11, 10), (12, 20)] {
        let answer = (7, &b"an answer"[..]);
        world.committer.put_answer(DedupeKey([n; 16]), answer, at(second), Box::new(|_| ()));
    }
    world.committer.flush().unwrap();
    world.store.forget_events_before(at(20));
    world.store.forget_events_before(at(5));
    let dedupe = world.store.tables.family(family::Family::Dedupe).unwrap();
    world.store.tables.db.flush_cf(dedupe).unwrap();
    world.store.tables.db.compact_range_cf(dedupe, None::<&[u8]>, None::<&[u8]>);
    let seen = |n| world.store.seen(DedupeKey([n; 16])).unwrap().map(|seen| seen.sequence);
    assert_eq!([seen(1), seen(2), seen(3)], [None, Some(2), Some(3)]);
    let answer = |n| world.store.answer(DedupeKey([n; 16])).unwrap();
    assert_eq!([answer(11), answer(12)], [None, Some((7, b"an answer".to_vec()))]);
    // The mark of the family must have survived, or this refuses.
    drop(world.reopened());
}

#[test]
fn a_full_queue_refuses_before_a_sequence_is_taken() {
    let world = World::with(Options { queue_records: 2, ..small() });
    let first = world.committer.reserve().unwrap();
    let second = world.committer.reserve().unwrap();
    assert!(matches!(world.committer.reserve(), Err(StoreError::Overloaded)));
    assert_eq!(world.store.last_sequence(), 2);
    drop((second, first));
    world.committer.flush().unwrap();
    assert_eq!(world.write("g-1", "e-1"), 3);
}

#[test]
fn a_closed_committer_refuses_and_another_may_follow() {
    let world = World::new();
    world.submit("g-1", "e-1", None);
    assert!(matches!(Committer::start(&world.store, |_| ()), Err(StoreError::CommitterRunning)));
    world.committer.close().unwrap();
    assert_eq!(world.store.committed(), 1);
    assert!(matches!(world.committer.reserve(), Err(StoreError::Closed)));
    assert!(matches!(world.committer.flush(), Err(StoreError::Closed)));
    let next = Committer::start(&world.store, |_| ()).unwrap();
    assert_eq!(next.reserve().unwrap().sequence(), 2);
}

#[test]
fn a_reservation_open_while_the_committer_closes_is_still_written() {
    let world = World::new();
    std::thread::scope(|scope| {
        let mut reservation = world.committer.reserve().unwrap();
        let closing = scope.spawn(|| world.committer.close());
        while world.committer.reserve().is_ok() {
            std::thread::yield_now();
        }
        reservation.record(&matured(1));
        reservation.submit();
        closing.join().unwrap().unwrap();
    });
    assert!(world.store.record(1).unwrap().is_some());
}

#[test]
fn interval_durability_acknowledges_and_syncs_by_itself() {
    let every = Duration::from_millis(20);
    let world = World::with(Options { durability: Durability::Interval(every), ..small() });
    world.write("g-1", "e-1");
    let watch = Stopwatch::start();
    // The mark names what is synced.
    while world.store.high_water().lock().sequence() < 1 {
        assert!(watch.elapsed() < Duration::from_secs(5), "never synced");
        std::thread::yield_now();
    }
    let world = world.reopened();
    assert_eq!(world.state("g-1"), Some(state(1)));
}

/// The mark follows by itself, though nothing more is written.
#[test]
fn the_high_water_mark_catches_up_within_about_a_second() {
    let world = World::new();
    for n in 0..20 {
        world.write("g-1", &format!("e-{n}"));
    }
    let watch = Stopwatch::start();
    while world.store.high_water().lock().sequence() < 20 {
        assert!(watch.elapsed() < Duration::from_secs(5), "the mark lags");
        std::thread::yield_now();
    }
}
