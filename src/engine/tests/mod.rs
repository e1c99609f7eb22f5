//! The engine by itself: real store in a temporary folder, manual clock, no network.

mod arbitration;
mod arrivals;
mod audiences;
mod budgets;
mod caps;
mod channels;
mod complements;
mod composing;
mod delivering;
mod gestures;
mod history;
mod holds;
mod identities;
mod insight;
mod ladders;
mod last_look;
mod leanings;
mod learning;
mod lifecycle;
mod merged_mail;
mod merging;
mod messages;
mod models;
mod planning;
mod prices;
mod protected;
mod ranks;
mod rates;
mod rationing;
mod repeats;
mod residency;
mod routing;
mod segments;
mod unmerging;
mod values;
mod watching;

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::domain::consent::{Consent, ConsentState, Purpose};
use crate::domain::event::{Event, EventKind};
use crate::domain::id::{BrandId, EventId, GuestId, OfferId, SourceId};
use crate::domain::scope::{PropertyScope, Rights};
use crate::sys::clock::ManualClock;
use crate::sys::rng::Randomness;
use crate::testkit::world;

/// An engine in a folder that goes away with it.
struct World {
    engine: Opened,
    clock: ManualClock,
    scope: Scope,
    folder: TempDir,
}

/// An engine whose threads end with it: none is left in the store as the test's process goes.
struct Opened(Arc<Engine>);

impl std::ops::Deref for Opened {
    type Target = Arc<Engine>;

    fn deref(&self) -> &Arc<Engine> {
        &self.0
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // Most have closed it themselves.
        let _closed = self.0.close();
    }
}

impl World {
    fn new(offers: usize) -> Self {
        Self::with_memory(offers, 1 << 30)
    }

    /// With so many bytes for residents.
    fn with_memory(offers: usize, resident_bytes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        Engine::init(&path).unwrap();
        let clock = ManualClock::at(world::now());
        let scope = Scope {
            brand: BrandId::parse("brand", "demo").unwrap(),
            properties: PropertyScope::All,
            rights: Rights::all(),
            credential: Arc::from("test"),
            bound: None,
        };
        let engine = Opened(open_with(&path, &clock, resident_bytes));
        engine.publish_catalog(&scope, &world::text(offers), "first", None).unwrap();
        Self { engine, clock, scope, folder }
    }

    /// Closes and opens again.
    fn reopen(self) -> Self {
        let Self { engine, clock, scope, folder } = self;
        engine.close().unwrap();
        drop(engine);
        let engine = Opened(open(&folder.path().join("store"), &clock));
        Self { engine, clock, scope, folder }
    }

    /// A copy of the store's folder as it stands, opened without a close: what a crash of the
    /// process leaves.
    fn reopen_copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("store");
        copy(&self.folder.path().join("store"), &to);
        let clock = ManualClock::at(self.clock.now());
        let engine = Opened(open(&to, &clock));
        Self { engine, clock, scope: self.scope.clone(), folder }
    }

    fn event(&self, guest: &str, id: &str, kind: EventKind) -> IncomingEvent {
        let source = SourceId::parse("source", "test").unwrap();
        let from = (source, EventId::parse("id", id).unwrap());
        let guest = GuestId::parse("guest", guest).unwrap();
        let event = Event::plain(from, kind, self.clock.now(), guest);
        IncomingEvent { event, token: None, decision: None, slot: None, held: None }
    }

    fn opt_in(&self, guest: &str) {
        for purpose in Purpose::ALL {
            let mut event =
                self.event(guest, &format!("opt-in-{guest}-{purpose:?}"), EventKind::OptIn);
            event.event.consent = Some(Consent {
                purpose,
                channel: None,
                state: ConsentState::Granted,
                time: self.clock.now(),
                basis: "consent".to_owned(),
                text_version: "1".to_owned(),
                source: "test".to_owned(),
            });
            self.record(event);
        }
    }

    /// Takes a consent back.
    fn refuse(&self, guest: &str, purpose: Purpose) {
        let mut event =
            self.event(guest, &format!("refuse-{guest}-{purpose:?}"), EventKind::OptOut);
        event.event.consent = Some(Consent {
            purpose,
            channel: None,
            state: ConsentState::Withdrawn,
            time: self.clock.now(),
            basis: "consent".to_owned(),
            text_version: "1".to_owned(),
            source: "test".to_owned(),
        });
        self.record(event);
    }

    /// Records and waits until it is on disk.
    fn record(&self, event: IncomingEvent) -> Recorded {
        let (tell, told) = std::sync::mpsc::channel();
        let recorded = self
            .engine
            .record(&self.scope, event, Some(Box::new(move |r| tell.send(r).unwrap())))
            .unwrap();
        told.recv().unwrap().unwrap();
        recorded
    }

    fn decide(
        &self,
        guest: &str,
        change: impl FnOnce(&mut crate::domain::request::DecideRequest),
    ) -> Answer {
        let mut request = world::request("p50", 1);
        request.guest = GuestId::parse("guest", guest).unwrap();
        change(&mut request);
        self.engine.decide(&self.scope, &request).unwrap()
    }

    /// The offer in the first slot.
    fn first(answer: &Answer) -> OfferId {
        let slot = &answer.decision.propositions[0].slots[0];
        answer.catalog.offer(slot.offer).unwrap().id.clone()
    }
}

fn open(path: &Path, clock: &ManualClock) -> Arc<Engine> {
    open_with(path, clock, 1 << 30)
}

fn open_with(path: &Path, clock: &ManualClock, resident_bytes: usize) -> Arc<Engine> {
    let mut options = EngineOptions::new(path);
    options.resident_bytes = resident_bytes;
    // Between any two calls every guest is packed: whatever is not kept so shows in some test.
    options.resident_open_share = 0.0;
    options.maturity = Duration::from_secs(3_600);
    let seeds = Randomness::from_seed(1).shared("decisions");
    Engine::open(options, clock.clone().into(), seeds, |error| panic!("{error}")).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to)
        } else {
            assert!(std::fs::copy(entry.path(), to).is_ok())
        }
    }
}

#[test]
fn a_decision_is_answered_logged_and_read_back() {
    let world = World::new(100);
    world.opt_in("ana");
    let answer = world.decide("ana", |r| r.placements[0].count = Some(3));
    let slots = &answer.decision.propositions[0].slots;
    assert_eq!(slots.len(), 3);
    assert_eq!(answer.decision.propositions[0].candidates.len(), 50);
    assert!(answer.decision.taste.is_some());
    let stored = world.engine.decision(&world.scope, answer.decision.id).unwrap();
    assert_eq!(*stored.decision, *answer.decision);
    assert_eq!(stored.state, DecisionState::Activated);
    assert_eq!(stored.guest.unwrap().as_str(), "ana");
}

#[test]
fn an_unknown_guest_is_a_cold_start_and_without_consent_no_taste_is_used() {
    let world = World::new(100);
    let answer = world.decide("nobody", |_| {});
    assert_eq!(answer.decision.propositions[0].slots.len(), 1);
    assert!(answer.decision.taste.is_none());
}

#[test]
fn another_brands_decision_does_not_exist() {
    let world = World::new(100);
    let answer = world.decide("ana", |_| {});
    world.engine.committer.flush().unwrap();
    let mut other = world.scope.clone();
    other.brand = BrandId::parse("brand", "other").unwrap();
    let theirs = world.engine.decision(&other, answer.decision.id).unwrap_err();
    let made_up =
        world.engine.decision(&other, crate::domain::id::DecisionId([7; 16])).unwrap_err();
    assert_eq!((theirs.kind, &theirs.message), (made_up.kind, &made_up.message));
}

#[test]
fn nothing_eligible_is_the_fallback() {
    let world = World::new(10);
    let answer = world
        .decide("ana", |r| r.placements[0].allowed = vec![OfferId::parse("o", "no-such").unwrap()]);
    assert_eq!(answer.decision.propositions[0].source, crate::domain::decision::Source::Fallback);
    assert_eq!(World::first(&answer).as_str(), "welcome");
}
