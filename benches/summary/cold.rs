//! Decisions for guests who are not in memory.

use std::path::Path;

use concierge::engine::EngineOptions;
use concierge::sys::clock::Stopwatch;
use concierge::sys::rng::SplitMix64;

use crate::hotel::Hotel;
use crate::{Outcome, guests, hotel, report};

/// Decisions measured, and those before.
const DECISIONS: u64 = 5_000;
const WARM_UP: u64 = 500;
/// Memory for resident guests: next to none, so that a guest comes from the disk.
const RESIDENT_BYTES_MAX: usize = 1 << 20;

/// Time of `Engine::decide` for random guests of a store on disk: none in memory, read past the page
/// cache, with the block cache the server has where nothing else is set.
pub(crate) fn measure(folder: &Path, guests: u64) -> Outcome {
    let mut options = EngineOptions::new(folder);
    options.resident_bytes = RESIDENT_BYTES_MAX;
    options.store.direct_reads = true;
    let hotel = Hotel::open(options)?;
    let (mut rng, mut times) = (SplitMix64::new(3), report::times());
    for n in 0..WARM_UP + DECISIONS {
        let request = hotel::request(&guests::guest_id(rng.next_u64() % guests)?)?;
        let watch = Stopwatch::start();
        hotel.decide(&request)?;
        if n >= WARM_UP {
            report::add(&mut times, watch.elapsed());
        }
    }
    report::quantiles(
        "cold_decide",
        &times,
        &[("p50_ms", 0.5), ("p99_ms", 0.99), ("p999_ms", 0.999)],
        ("ms", 1e6),
    );
    Ok(hotel.engine.close()?)
}
