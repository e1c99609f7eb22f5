//! Decisions beside syncing writers: the measurement behind the one committer, whom no decision
//! waits for.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use concierge::domain::request::DecideRequest;
use concierge::engine::EngineOptions;
use concierge::sys::clock::Stopwatch;
use concierge::sys::rng::SplitMix64;

use crate::hotel::Hotel;
use crate::{Outcome, guests, hotel, report, scratch};

/// Guests, all resident.
const GUESTS: u64 = 20_000;
/// Decisions a second, evenly spaced.
const DECISIONS_PER_SECOND: u32 = 2_000;
/// Events a second beside them, in batches.
const EVENTS_PER_SECOND: u32 = 2_000;
const BATCH: u32 = 64;
/// Time measured, each with and without the events.
const DURATION: Duration = Duration::from_secs(6);

/// Time of `Engine::decide` on a resident guest from call to return, its hand-over to the committer
/// included: 2,000 a second on one thread, alone and while another thread has 2,000 events a second
/// committed and synced in batches of 64.
pub(crate) fn measure() -> Outcome {
    let folder = scratch::folder()?;
    let hotel = Hotel::create(folder.path(), EngineOptions::new(folder.path()))?;
    for number in 0..GUESTS {
        hotel.record(&guests::newcomer(number)?, None)?;
    }
    hotel.flush()?;
    decide(&hotel, Duration::from_secs(1))?;
    let alone = decide(&hotel, DURATION)?;
    let is_over = AtomicBool::new(false);
    let (beside, written) = thread::scope(|scope| {
        let writer = scope.spawn(|| write(&hotel, &is_over).map_err(|error| error.to_string()));
        let beside = decide(&hotel, DURATION);
        is_over.store(true, Ordering::Relaxed);
        (beside, writer.join())
    });
    let written = written.map_err(|_| "the writer panicked")??;
    let quantiles = [("p50", 0.5), ("p99", 0.99), ("p999", 0.999)];
    report::quantiles("submit_us", &beside?, &quantiles, ("us", 1e3));
    report::quantiles("submit_alone_us", &alone, &quantiles, ("us", 1e3));
    report::note(&format!(
        "submit: {:.0} synced events/s beside the decisions",
        f64::from(written) / DURATION.as_secs_f64()
    ));
    Ok(hotel.engine.close()?)
}

fn decide(
    hotel: &Hotel,
    duration: Duration,
) -> Result<hdrhistogram::Histogram<u64>, Box<dyn std::error::Error>> {
    let requests = (0..GUESTS)
        .map(|n| hotel::request(&guests::guest_id(n)?))
        .collect::<Result<Vec<DecideRequest>, _>>()?;
    let (mut rng, mut times, whole) = (SplitMix64::new(1), report::times(), Stopwatch::start());
    let gap = Duration::from_secs(1) / DECISIONS_PER_SECOND;
    for n in 0_u32.. {
        let intended = gap * n;
        if intended >= duration {
            break;
        }
        wait_until(&whole, intended);
        let request = &requests[rng.below(requests.len())];
        let watch = Stopwatch::start();
        hotel.decide(request)?;
        report::add(&mut times, watch.elapsed());
    }
    Ok(times)
}

/// Writes events in batches, each waited for. How many.
fn write(hotel: &Hotel, is_over: &AtomicBool) -> Result<u32, Box<dyn std::error::Error>> {
    let (mut rng, whole, mut number) = (SplitMix64::new(2), Stopwatch::start(), 0);
    let gap = Duration::from_secs(1) * BATCH / EVENTS_PER_SECOND;
    let guests = usize::try_from(GUESTS)?;
    for n in 0_u32.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        wait_until(&whole, gap * n);
        let (waiter, told) = hotel::waiter();
        let mut waiter = Some(waiter);
        for at in 1..=BATCH {
            let guest = rng.below(guests) as u64;
            let waiter = if at == BATCH { waiter.take() } else { None };
            hotel.record(&guests::view(u64::from(number), guest)?, waiter)?;
            number += 1;
        }
        told.recv()??;
    }
    Ok(number)
}

fn wait_until(watch: &Stopwatch, moment: Duration) {
    while let Some(wait) = moment.checked_sub(watch.elapsed()).filter(|wait| !wait.is_zero()) {
        thread::park_timeout(wait);
    }
}
