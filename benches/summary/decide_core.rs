//! A decision in process.

use std::hint::black_box;
use std::sync::Arc;

use concierge::decide::candidates::Live;
use concierge::decide::{Scratch, Serving, decide};
use concierge::domain::id::BrandId;
use concierge::learn::channel::model::ChannelModel;
use concierge::learn::ranker::{Forgetting, Ranker};
use concierge::learn::snapshot::RankerSnapshot;
use concierge::store::encode_decision;
use concierge::sys::clock::Stopwatch;
use concierge::testkit::world;
use hdrhistogram::Histogram;

use crate::{Outcome, report};

/// Calls measured.
const CALLS: u64 = 20_000;
/// Calls before.
const WARM_UP: u64 = 2_000;

/// Median time of a decision with 50, 200 and 1,000 eligible offers of 2,000: a resident guest with
/// a taste of 32 dimensions, one placement of three slots, its record encoded for the log. One
/// thread; each call is timed for itself, the time of reading the clock included.
pub(crate) fn measure() -> Outcome {
    let catalog = Arc::new(world::catalog(2_000));
    let model = Arc::new(RankerSnapshot::new(&Ranker::new(Forgetting::default())));
    let serving = Serving::new(catalog, model, 0, 10_000);
    for eligible in ELIGIBLE {
        let times = times(&serving, eligible)?;
        let name = format!("decide_core_{eligible}_us");
        report::quantiles(&name, &times, &[("p50", 0.5), ("p99", 0.99)], ("us", 1e3));
    }
    Ok(())
}

/// How many offers are eligible.
pub(crate) const ELIGIBLE: [u32; 3] = [50, 200, 1_000];

/// The times of decisions from these snapshots.
pub(crate) fn times(
    serving: &Serving,
    eligible: u32,
) -> Result<Histogram<u64>, Box<dyn std::error::Error>> {
    let (live, channels, guest) = (Live::default(), ChannelModel::default(), world::guest(1));
    let brand = BrandId::parse("brand", "demo")?;
    let request = world::request(&format!("p{eligible}"), 3);
    let (mut scratch, mut bytes) = (Scratch::default(), Vec::new());
    let mut times = report::times();
    for seed in 0..WARM_UP + CALLS {
        let inputs = world::inputs(serving, (&live, &channels), &guest, &request, seed);
        let watch = Stopwatch::start();
        let outcome = decide(&inputs, &mut scratch).map_err(|failure| format!("{failure:?}"))?;
        bytes.clear();
        encode_decision(&mut bytes, &brand, world::now(), &outcome.decision);
        black_box(&bytes);
        let time = watch.elapsed();
        if seed >= WARM_UP {
            report::add(&mut times, time);
        }
    }
    Ok(times)
}
