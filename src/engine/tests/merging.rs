//! Two guests become one: what is counted, learnt, allowed and found again.

use super::identities::guest_id;
use super::*;
use crate::decide::Scratch;
use crate::decide::replay::is_replayed;
use crate::domain::channel::Channel;
use crate::domain::record::{Body, Record};
use crate::domain::time::Timestamp;
use crate::engine::history::{History, Units};
use crate::sys::rng::SplitMix64;

pub(super) fn merge(world: &World, source: &str, target: &str) -> Result<Merged, Error> {
    let merging = Merging { source: guest_id(source), target: guest_id(target) };
    on_disk(|waiter| world.engine.merge_guests(&world.scope, &merging, Some(waiter)))
}

/// Does something and waits until it is on disk.
pub(super) fn on_disk<R>(act: impl FnOnce(Waiter) -> Result<R, Error>) -> Result<R, Error> {
    let (tell, told) = std::sync::mpsc::channel();
    let made = act(Box::new(move |result| drop(tell.send(result))))?;
    told.recv().unwrap().unwrap();
    Ok(made)
}

pub(super) fn unmerge(world: &World, source: &str) -> Unmerged {
    let source = guest_id(source);
    on_disk(|waiter| world.engine.unmerge_guest(&world.scope, &source, Some(waiter))).unwrap()
}

pub(super) fn view(world: &World, guest: &str) -> GuestView {
    world.engine.guest(&world.scope, &guest_id(guest)).unwrap()
}

pub(super) fn said(
    world: &World,
    guest: &str,
    (purpose, channel, state): (Purpose, Option<Channel>, ConsentState),
) {
    let id = format!("{guest} {purpose:?} {channel:?} {state:?} {:?}", world.clock.now());
    let mut event = world.event(guest, &id, EventKind::OptIn);
    event.event.consent = Some(Consent {
        purpose,
        channel,
        state,
        time: world.clock.now(),
        basis: "consent".to_owned(),
        text_version: "1".to_owned(),
        source: "test".to_owned(),
    });
    world.record(event);
}

fn answers(world: &World, guest: &str, id: &str, answer: &Answer) -> Recorded {
    let mut click = world.event(guest, id, EventKind::Click);
    click.token = Some(answer.token.clone());
    click.event.offer = Some(World::first(answer));
    world.record(click)
}

/// I3, and the source's id means the target everywhere, over a restart and a power cut.
#[test]
fn the_ids_of_two_guests_mean_one() {
    let world = World::new(60);
    ["ana", "bob"].iter().for_each(|guest| world.opt_in(guest));
    let of_bob = world.decide("bob", |_| {});
    let of_ana = world.decide("ana", |_| {});
    world.record(world.event("bob", "b1", EventKind::View));
    let merged = merge(&world, "bob", "ana").unwrap();
    assert!(merged.sequence > 0 && merged.guest.profile.guest.as_str() == "ana");
    // Tokens of both go on working, under either id, and name what they did.
    for (at, (guest, answer)) in
        [("bob", &of_bob), ("ana", &of_bob), ("bob", &of_ana)].into_iter().enumerate()
    {
        let recorded = answers(&world, guest, &format!("answer {at}"), answer);
        assert_eq!(recorded.warnings, [], "{guest}");
    }
    let after = world.decide("bob", |_| {});
    assert_eq!(after.decision.guest, world.decide("ana", |_| {}).decision.guest);
    assert_eq!(answers(&world, "ana", "of both", &after).warnings, []);
    for world in [world.reopen_copy(), world.reopen()] {
        let (bob, ana) = (view(&world, "bob"), view(&world, "ana"));
        assert_eq!(bob.state, ana.state);
        assert_eq!((bob.merged, ana.merged), (Some(guest_id("bob")), None));
        assert_eq!((ana.state.stats.events, ana.state.stats.decisions), (13, 4));
        let query = |guest: &str, oldest_first| TimelineQuery {
            guest: guest_id(guest),
            from: Timestamp::EPOCH,
            until: Timestamp::NEVER,
            oldest_first,
            after: None,
            limit: 100,
        };
        let page =
            |guest, oldest| world.engine.timeline(&world.scope, &query(guest, oldest)).unwrap();
        let lines = |page: TimelinePage| -> Vec<u64> {
            page.records.iter().map(|record| record.sequence).collect()
        };
        let (of_bob, of_ana) = (lines(page("bob", false)), lines(page("ana", false)));
        assert_eq!(of_bob, of_ana);
        assert_eq!(of_ana.len(), 13 + 4 + 1, "events, decisions and the merge, each once");
        let mut forwards = lines(page("ana", true));
        forwards.reverse();
        assert_eq!(forwards, of_ana);
        assert_eq!(merge(&world, "bob", "ana").unwrap().sequence, merged.sequence, "said again");
    }
}

#[test]
fn chains_lead_to_their_end_and_never_round() {
    let world = World::new(10);
    ["a", "b", "c", "d"].iter().for_each(|guest| world.opt_in(guest));
    merge(&world, "a", "b").unwrap();
    merge(&world, "b", "c").unwrap();
    for id in ["a", "b", "c"] {
        assert_eq!(view(&world, id).profile.guest.as_str(), "c", "{id}");
    }
    assert_eq!(view(&world, "a").state.stats.events, 12);
    let refused = |source: &str, target: &str| {
        let error = merge(&world, source, target).unwrap_err();
        (error.kind, error.fields[0].field.clone())
    };
    let same = (ErrorKind::InvalidArgument, "target".to_owned());
    assert_eq!(refused("c", "c"), same);
    assert_eq!(refused("c", "a"), same, "a is part of c");
    assert_eq!(refused("a", "d"), (ErrorKind::FailedPrecondition, "source".to_owned()));
    assert_eq!(refused("nobody", "d"), (ErrorKind::NotFound, "source".to_owned()));
    assert_eq!(refused("d", "nobody"), (ErrorKind::NotFound, "target".to_owned()));
    // The target may be called by any of its ids.
    merge(&world, "d", "a").unwrap();
    assert_eq!(view(&world, "d").profile.guest.as_str(), "c");
}

#[test]
fn what_would_come_of_it_is_told_and_nothing_changes() {
    use ConsentState::{Denied, Granted, Withdrawn};
    let world = World::new(60);
    ["ana", "bob"].iter().for_each(|guest| world.opt_in(guest));
    world.decide("ana", |_| {});
    world.decide("bob", |_| {});
    said(&world, "bob", (Purpose::Marketing, None, Withdrawn));
    world.clock.advance(Duration::from_secs(60));
    said(&world, "ana", (Purpose::Marketing, None, Granted));
    said(&world, "ana", (Purpose::Marketing, Some(Channel::Sms), Denied));
    said(&world, "bob", (Purpose::Measurement, None, Denied));
    let before = world.engine.store.last_sequence();
    let merging = Merging { source: guest_id("bob"), target: guest_id("ana") };
    let told = world.engine.merge_guests(&world.scope, &merging, None).unwrap();
    assert_eq!((told.sequence, world.engine.store.last_sequence()), (0, before));
    let report = told.report.unwrap();
    assert_eq!(report.contacts, [1, 1, 2]);
    let shown = report.caps.iter().find(|cap| cap.id.as_str() == "shown-7d").unwrap();
    assert_eq!((shown.limit, shown.used[0], shown.used[1]), (30, 1, 1));
    let marketing = |of: &MergeReport, channel| {
        let consents = of.consents.iter();
        let mut found =
            consents.filter(|c| c.purpose == Purpose::Marketing && c.channel == channel);
        found.next().map(|c| (c.target, c.source, c.merged)).unwrap()
    };
    assert_eq!(marketing(&report, None), (Some(Granted), Some(Withdrawn), Withdrawn), "absolute");
    assert_eq!(marketing(&report, Some(Channel::Sms)), (Some(Denied), None, Denied));
    assert_eq!(view(&world, "bob").merged, None);
    let done = merge(&world, "bob", "ana").unwrap();
    assert_eq!(done.report, Some(report), "as it was told");
    let consent = view(&world, "bob").state.consent;
    assert!(!consent.allows(Purpose::Marketing) && !consent.allows(Purpose::Measurement));
    assert!(consent.allows(Purpose::Profiling));
}

/// A catalog of one offer that may be shown once a week.
fn once_a_week() -> World {
    let world = World::new(1);
    let text = world::text(1).replace("limit = 30", "limit = 1");
    world.engine.publish_catalog(&world.scope, &text, "cap of one", None).unwrap();
    world
}

/// I2 across the merge: 64 callers on both ids while the two are merged. Before it each guest has the
/// offer once at most; after it the one guest has it only if neither had.
#[test]
fn caps_are_exact_across_the_moment_of_the_merge() {
    let world = once_a_week();
    let (mut between, mut after_all) = (0, 0);
    for round in 0..24 {
        let [ana, bob] = ["a", "b"].map(|name| format!("{name}{round}"));
        [&ana, &bob].iter().for_each(|guest| {
            world.record(world.event(guest, &format!("hello {guest}"), EventKind::View));
        });
        let answers = Mutex::new(Vec::new());
        let mut merged = 0;
        std::thread::scope(|scope| {
            for caller in 0..64 {
                let (world, answers) = (&world, &answers);
                let guest = if caller % 2 == 0 { &ana } else { &bob };
                scope.spawn(move || {
                    let answer = world.decide(guest, |_| {});
                    let is_shown = World::first(&answer).as_str() == "offer-00000";
                    answers.lock().push((answer.decision.sequence, caller % 2, is_shown));
                });
                if caller == 3 * (round % 16) {
                    merged = merge(world, &bob, &ana).unwrap().sequence;
                }
            }
        });
        let answers = answers.into_inner();
        let shown = |is: &dyn Fn(u64, usize) -> bool| {
            answers.iter().filter(|(at, guest, shown)| *shown && is(*at, *guest)).count()
        };
        let before = [0, 1].map(|guest| shown(&|at, of| at < merged && of == guest));
        let after = shown(&|at, _| at > merged);
        assert!(before.iter().all(|n| *n <= 1), "round {round}: {before:?}");
        let had_it = before[0] + before[1] > 0;
        let asked_after = answers.iter().any(|(at, ..)| *at > merged);
        assert_eq!(after, usize::from(!had_it && asked_after), "round {round}");
        between += usize::from(before[0] + before[1] == 2);
        after_all += usize::from(after == 1);
        for guest in [&ana, &bob] {
            assert_eq!(World::first(&world.decide(guest, |_| {})).as_str(), "welcome", "used up");
        }
    }
    assert!(between > 0 && after_all > 0, "both were seen: {between} {after_all}");
}

/// I3: a cap that one of two used up is used up for 64 callers of either, and the window rolls on for
/// both at once.
#[test]
fn what_the_source_was_shown_counts_for_callers_of_the_target() {
    let world = once_a_week();
    ["ana", "bob"].iter().for_each(|guest| world.opt_in(guest));
    assert_eq!(World::first(&world.decide("bob", |_| {})).as_str(), "offer-00000");
    merge(&world, "bob", "ana").unwrap();
    let race = || {
        let shown = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for caller in 0..64 {
                let (world, shown) = (&world, &shown);
                let guest = if caller % 2 == 0 { "ana" } else { "bob" };
                scope.spawn(move || {
                    let answer = world.decide(guest, |_| {});
                    let is_shown = World::first(&answer).as_str() == "offer-00000";
                    shown.fetch_add(u64::from(is_shown), Ordering::SeqCst);
                });
            }
        });
        shown.into_inner()
    };
    assert_eq!(race(), 0);
    world.clock.advance(Duration::from_secs(8 * 86_400));
    assert_eq!(race(), 1);
}

/// Many merges of random pairs at once, with events and decisions under every id meanwhile: nobody waits
/// for ever, and every event is counted once, wherever its guest went.
#[test]
fn random_merges_at_once_lose_nothing() {
    const GUESTS: usize = 24;
    let world = World::new(20);
    let name = |n: usize| format!("g{n}");
    (0..GUESTS).for_each(|n| {
        world.record(world.event(&name(n), &format!("hello {n}"), EventKind::View));
    });
    let (recorded, merges) = (AtomicU64::new(GUESTS as u64), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            let (world, recorded, merges) = (&world, &recorded, &merges);
            scope.spawn(move || {
                let mut rng = SplitMix64::new(thread + 1);
                for step in 0..60 {
                    let (one, other) = (name(rng.below(GUESTS)), name(rng.below(GUESTS)));
                    match rng.below(4) {
                        0 => {
                            let made = merge(world, &one, &other);
                            merges.fetch_add(u64::from(made.is_ok()), Ordering::SeqCst);
                        }
                        1 if step % 3 == 0 => {
                            unmerge(world, &one);
                        }
                        1 | 2 => {
                            let id = format!("{thread}-{step}");
                            world.record(world.event(&one, &id, EventKind::View));
                            recorded.fetch_add(1, Ordering::SeqCst);
                        }
                        _ => drop(world.decide(&one, |_| {})),
                    }
                }
            });
        }
    });
    assert!(merges.load(Ordering::SeqCst) > 10);
    for world in [world.reopen_copy(), world.reopen()] {
        let mut roots = std::collections::BTreeMap::new();
        for n in 0..GUESTS {
            let view = view(&world, &name(n));
            let query = TimelineQuery {
                guest: guest_id(&name(n)),
                from: Timestamp::EPOCH,
                until: Timestamp::NEVER,
                oldest_first: false,
                after: None,
                limit: 10_000,
            };
            let page = world.engine.timeline(&world.scope, &query).unwrap();
            let is_event = |record: &&Record| matches!(record.body, Body::Event { .. });
            let told = page.records.iter().filter(is_event).count() as u64;
            assert_eq!(told, view.state.stats.events, "{n}: what was heard is what is counted");
            roots.insert(view.profile.guest.as_str().to_owned(), view.state.stats.events);
        }
        assert_eq!(roots.values().sum::<u64>(), recorded.load(Ordering::SeqCst), "{roots:?}");
    }
}

/// Watchers of either id are woken by what is heard under the other.
#[test]
fn a_watcher_of_the_source_sees_what_the_target_does() {
    let world = World::new(60);
    ["ana", "bob"].iter().for_each(|guest| world.opt_in(guest));
    let woken = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&woken);
    let wake = Box::new(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let mut request = world::request("p50", 1);
    (request.guest, request.defers_activation) = (guest_id("bob"), true);
    let mut watch = world.engine.watch(&world.scope, request, None, wake).unwrap();
    let first = world.engine.look(&mut watch).unwrap().push.unwrap();
    merge(&world, "bob", "ana").unwrap();
    assert!(woken.swap(0, Ordering::SeqCst) > 0, "the merge itself");
    drop(world.engine.look(&mut watch).unwrap());
    woken.store(0, Ordering::SeqCst);
    world.record(world.event("ana", "a1", EventKind::View));
    assert!(woken.load(Ordering::SeqCst) > 0);
    assert_eq!(answers(&world, "ana", "pushed", &first.answer).warnings, []);
}

/// A9 over merges: every decision before and after is made again to the bit, and the guest counts in
/// experiments once, by what was first shown under either id.
#[test]
fn decisions_are_made_again_to_the_bit_before_and_after_merges() {
    let world = World::new(60);
    let experiments = "\n[[experiments]]\nid = \"half\"\n\
        arms = [{ id = \"a\", share = 5000, is_control = true },\n\
        { id = \"b\", share = 5000, ablation = \"RANDOM_ELIGIBLE\" }]\n";
    let text = world::text(60) + experiments;
    world.engine.publish_catalog(&world.scope, &text, "arms", None).unwrap();
    let name = |n: usize| format!("g{}", n % 20);
    (0..20).for_each(|n| world.opt_in(&name(n)));
    for n in 0..300 {
        let answer = world.decide(&name(n * 7), |r| r.placements[0].count = Some(2));
        if n % 3 == 0 {
            answers(&world, &name(n * 7), &format!("click {n}"), &answer);
        }
        if n % 30 == 10 {
            merge(&world, &name(n / 30), &name(10 + n / 30)).unwrap();
        }
        if n == 200 {
            unmerge(&world, "g1");
        }
        world.clock.advance(Duration::from_secs(300));
        if n % 25 == 0 {
            world.engine.tick().unwrap();
        }
    }
    world.clock.advance(Duration::from_secs(7_200));
    world.engine.tick().unwrap();
    world.engine.learned().unwrap();
    world.engine.committer.flush().unwrap();
    let history = History::open(&world.engine.options.folder).unwrap();
    let brand = &world.scope.brand;
    let (mut all, mut again) = (0, 0);
    let (mut units, mut ids) = (Units::default(), std::collections::BTreeSet::new());
    let matured = history.visit::<Error>(brand, |past| {
        all += 1;
        again += u32::from(is_replayed(past.decision, past.serving, &mut Scratch::default()));
        ids.insert(past.decision.guest);
        units.take(past)
    });
    let matured = matured.unwrap();
    assert_eq!((all, again), (300, 300));
    let found = units.found(matured);
    let arms = found.experiments["half"].arms.iter();
    assert_eq!(arms.map(|arm| arm.accepts.count()).sum::<u64>(), 20 - 9, "nine are still merged");
    assert_eq!(ids.len(), 20, "the control: each id was decided for");
    let guests = history.persons(brand).unwrap();
    let key = |n: usize| history.store.pepper().guest(brand, &guest_id(&name(n)));
    assert_eq!(guests.of(key(0)), key(10));
    assert_eq!(guests.of(key(1)), key(1), "parted again");
}
