//! The engine's verbs in process: a decision (lock, decide, record and state handed to the
//! committer, which writes and syncs beside it) and an event (folded, handed over; not waited for).

use std::hint::black_box;
use std::sync::Arc;

use concierge::domain::event::{Event, EventKind};
use concierge::domain::id::{BrandId, EventId, GuestId, SourceId};
use concierge::domain::scope::{PropertyScope, Rights, Scope};
use concierge::engine::{Engine, EngineOptions, IncomingEvent};
use concierge::sys::clock::Clock;
use concierge::sys::rng::Randomness;
use concierge::testkit::world;
use criterion::{Criterion, criterion_group, criterion_main};

const GUESTS: u64 = 10_000;

fn verbs(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("store");
    Engine::init(&store).expect("an empty folder");
    let seeds = Randomness::from_seed(1).shared("decisions");
    let mut options = EngineOptions::new(&store);
    options.store.queue_records = 10_000_000;
    options.store.queue_bytes = 4 << 30;
    let engine = Engine::open(options, Clock::System, seeds, |e| panic!("{e}")).expect("opens");
    let scope = Scope {
        brand: BrandId::parse("brand", "demo").expect("a plain name"),
        properties: PropertyScope::All,
        rights: Rights::all(),
        credential: Arc::from("bench"),
        bound: None,
    };
    engine.publish_catalog(&scope, &world::text(2_000), "bench", None).expect("publishes");
    let guests: Vec<_> = (0..GUESTS)
        .map(|n| GuestId::parse("guest", &format!("guest-{n}")).expect("an id"))
        .collect();
    let mut n = 0_usize;
    let mut request = world::request("p50", 3);
    request.placements.push(request.placements[0].clone());
    c.bench_function("engine_decide_50x2", |b| {
        b.iter(|| {
            n = (n + 7_919) % guests.len();
            request.guest.clone_from(&guests[n]);
            black_box(engine.decide(&scope, &request).expect("decides").decision.sequence)
        });
    });
    let mut number = 0_u64;
    c.bench_function("engine_record", |b| {
        b.iter(|| {
            number += 1;
            n = (n + 7_919) % guests.len();
            let event = event(&guests[n], number);
            black_box(engine.record(&scope, event, None).expect("records").sequence)
        });
    });
    engine.close().expect("closes");
}

fn event(guest: &GuestId, number: u64) -> IncomingEvent {
    let id = EventId::parse("id", &format!("e-{number}")).expect("an id");
    let from = (SourceId::parse("source", "bench").expect("an id"), id);
    let event = Event::plain(from, EventKind::View, Clock::System.now(), guest.clone());
    IncomingEvent { event, token: None, decision: None, slot: None, held: None }
}

criterion_group!(benches, verbs);
criterion_main!(benches);
