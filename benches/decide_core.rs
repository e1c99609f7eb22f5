//! In-process decide: a resident guest, 2,000 offers, 50, 200 or 1,000 of them eligible, three
//! slots, record encoded.

use std::hint::black_box;
use std::sync::Arc;

use concierge::decide::candidates::Live;
use concierge::decide::{Scratch, Serving, decide};
use concierge::domain::id::BrandId;
use concierge::learn::channel::model::ChannelModel;
use concierge::learn::ranker::{Forgetting, Ranker};
use concierge::learn::snapshot::RankerSnapshot;
use concierge::store::encode_decision;
use concierge::testkit::world;
use criterion::{Criterion, criterion_group, criterion_main};

fn decide_core(c: &mut Criterion) {
    let catalog = Arc::new(world::catalog(2_000));
    let model = Arc::new(RankerSnapshot::new(&Ranker::new(Forgetting::default())));
    let serving = Serving::new(catalog, model, 0, 10_000);
    let (live, channels, guest) = (Live::default(), ChannelModel::default(), world::guest(1));
    let brand = BrandId::parse("brand", "demo").expect("a plain name");
    for (name, placement) in [("50", "p50"), ("200", "p200"), ("1000", "p1000")] {
        let request = world::request(placement, 3);
        let mut scratch = Scratch::default();
        let mut bytes = Vec::new();
        let mut seed = 0;
        c.bench_function(&format!("decide_core_{name}"), |b| {
            b.iter(|| {
                seed += 1;
                let inputs = world::inputs(&serving, (&live, &channels), &guest, &request, seed);
                let outcome = decide(&inputs, &mut scratch).expect("the world knows the placement");
                bytes.clear();
                encode_decision(&mut bytes, &brand, world::now(), &outcome.decision);
                black_box(bytes.len())
            });
        });
    }
}

criterion_group!(benches, decide_core);
criterion_main!(benches);
