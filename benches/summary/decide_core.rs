//! A decision in process.

use std::hint::black_box;
use std::sync::Arc;

use concierge::decide::candidates::Live;
use concierge::decide::price::PriceKey;
use concierge::decide::{Scratch, Serving, decide};
use concierge::domain::channel::ChannelSet;
use concierge::domain::id::BrandId;
use concierge::domain::request::ChannelRequest;
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
    let mut alone = 0.0;
    for eligible in ELIGIBLE {
        let times = times(&serving, eligible, None)?;
        let name = format!("decide_core_{eligible}_us");
        report::quantiles(&name, &times, &[("p50", 0.5), ("p99", 0.99)], ("us", 1e3));
        if eligible == JOINT {
            alone = micros(&times);
        }
    }
    // The same with a channel of all, and a moment, to be chosen beside.
    let asked = ChannelRequest { allowed: ChannelSet::ALL, ..ChannelRequest::default() };
    let joint = times(&serving, JOINT, Some(asked))?;
    let name = format!("joint_decide_{JOINT}_us");
    report::quantiles(&name, &joint, &[("p50", 0.5), ("p99", 0.99)], ("us", 1e3));
    report::value("channel_extra_us", micros(&joint) - alone, "us");
    // Beside prices that are functions of published conditions: trial, steps, three conditions, taxes.
    let priced = Arc::new(world::built(&world::priced(&world::text(2_000))));
    let model = Arc::new(RankerSnapshot::new(&Ranker::new(Forgetting::default())));
    let priced = Serving::new(priced, model, 0, 10_000).priced_by(PriceKey(1), Arc::default());
    let priced = times(&priced, JOINT, None)?;
    report::value("price_extra_us", micros(&priced) - alone, "us");
    Ok(())
}

/// How many offers are eligible where a channel is chosen, too.
const JOINT: u32 = 200;

#[expect(clippy::cast_precision_loss, reason = "nanoseconds of a decision")]
fn micros(times: &Histogram<u64>) -> f64 {
    times.value_at_quantile(0.5) as f64 / 1e3
}

/// How many offers are eligible.
pub(crate) const ELIGIBLE: [u32; 3] = [50, 200, 1_000];

/// The times of decisions from these snapshots.
pub(crate) fn times(
    serving: &Serving,
    eligible: u32,
    channel: Option<ChannelRequest>,
) -> Result<Histogram<u64>, Box<dyn std::error::Error>> {
    let (live, channels, guest) = (Live::default(), ChannelModel::default(), world::guest(1));
    let brand = BrandId::parse("brand", "demo")?;
    let mut request = world::request(&format!("p{eligible}"), 3);
    request.channel = channel;
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
