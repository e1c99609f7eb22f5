//! The load generator: closed loop for the peak, open loop for latencies.
//!
//! *Closed*: so many workers, each with one call under way; gives calls per second at saturation. *Open*: calls start at
//! the moments of a Poisson process, whether or not earlier ones have come back, and latency counts from the intended
//! start, so that a server that stalls cannot hide it (no coordinated omission).

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use hdrhistogram::Histogram;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::sys::clock::Stopwatch;
use crate::sys::rng::SplitMix64;

/// How calls are started.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loop {
    /// So many workers, one call each at a time.
    Closed {
        /// Calls under way.
        workers: usize,
    },
    /// A Poisson process.
    Open {
        /// Mean calls per second.
        rate: f64,
    },
}

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// How calls are started.
    pub kind: Loop,
    /// Not counted, first.
    pub warm_up: Duration,
    /// Counted.
    pub duration: Duration,
    /// Seed of the arrival process.
    pub seed: u64,
}

/// What was measured.
#[derive(Debug, Clone)]
pub struct Report {
    /// Calls that came back well.
    pub succeeded: u64,
    /// Calls that failed.
    pub failed: u64,
    /// Calls that were not started because too many were under way (open loop): the server was far too slow.
    pub dropped: u64,
    /// Counted time.
    pub elapsed: Duration,
    /// Latency of the calls that came back well, in nanoseconds.
    pub latency: Histogram<u64>,
}

impl Report {
    /// Calls per second that came back well.
    #[expect(clippy::cast_precision_loss, reason = "counts of a run")]
    pub fn per_second(&self) -> f64 {
        self.succeeded as f64 / self.elapsed.as_secs_f64()
    }

    /// Latency at a quantile, in milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "latencies of a run")]
    pub fn quantile_ms(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 1e6
    }
}

/// Most calls under way in the open loop: two seconds of a server that answers nothing at 10,000 calls/s.
const UNDER_WAY_MAX: usize = 20_000;
/// Longest latency that is told apart.
const LATENCY_NANOS_MAX: u64 = 60_000_000_000;

struct Tally {
    watch: Stopwatch,
    from: Duration,
    until: Duration,
    succeeded: AtomicU64,
    failed: AtomicU64,
    latency: Mutex<Histogram<u64>>,
}

impl Tally {
    fn new(plan: &Plan) -> Arc<Self> {
        let latency = Histogram::new_with_bounds(1_000, LATENCY_NANOS_MAX, 3);
        Arc::new(Self {
            watch: Stopwatch::start(),
            from: plan.warm_up,
            until: plan.warm_up + plan.duration,
            succeeded: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            latency: Mutex::new(latency.expect("bounds of a histogram are constants")),
        })
    }

    /// Counts a call by when it was meant to start (open loop) or did start (closed).
    fn count(&self, started: Duration, is_success: bool) {
        if started < self.from || started >= self.until {
            return;
        }
        if !is_success {
            self.failed.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.succeeded.fetch_add(1, Ordering::Relaxed);
        let nanos = self.watch.elapsed().saturating_sub(started).as_nanos();
        self.latency.lock().saturating_record(u64::try_from(nanos).unwrap_or(LATENCY_NANOS_MAX));
    }

    fn report(&self, dropped: u64) -> Report {
        Report {
            succeeded: self.succeeded.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            dropped,
            elapsed: self.until - self.from,
            latency: self.latency.lock().clone(),
        }
    }
}

/// Runs a plan. `call(n)` makes the n-th call and tells whether it came back well.
pub async fn run<F, C>(plan: Plan, call: F) -> Report
where
    F: Fn(u64) -> C + Clone + Send + Sync + 'static,
    C: Future<Output = bool> + Send,
{
    match plan.kind {
        Loop::Closed { workers } => closed(&plan, workers, call).await,
        Loop::Open { rate } => open(&plan, rate, call).await,
    }
}

async fn closed<F, C>(plan: &Plan, workers: usize, call: F) -> Report
where
    F: Fn(u64) -> C + Clone + Send + Sync + 'static,
    C: Future<Output = bool> + Send,
{
    let tally = Tally::new(plan);
    let next = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..workers)
        .map(|_| {
            let (tally, next, call) = (Arc::clone(&tally), Arc::clone(&next), call.clone());
            Handle::current().spawn(async move {
                loop {
                    let started = tally.watch.elapsed();
                    if started >= tally.until {
                        return;
                    }
                    let is_success = call(next.fetch_add(1, Ordering::Relaxed)).await;
                    tally.count(started, is_success);
                }
            })
        })
        .collect();
    for task in tasks {
        let _ = task.await;
    }
    tally.report(0)
}

async fn open<F, C>(plan: &Plan, rate: f64, call: F) -> Report
where
    F: Fn(u64) -> C + Clone + Send + Sync + 'static,
    C: Future<Output = bool> + Send,
{
    let tally = Tally::new(plan);
    let under_way = Arc::new(Semaphore::new(UNDER_WAY_MAX));
    let dropped = Arc::new(AtomicU64::new(0));
    let (runtime, mut rng) = (Handle::current(), SplitMix64::new(plan.seed));
    // A thread of its own: the runtime's timer wakes only every millisecond.
    let starter = {
        let (tally, under_way, dropped) = (Arc::clone(&tally), Arc::clone(&under_way), Arc::clone(&dropped));
        move || {
            let mut intended = Duration::ZERO;
            for n in 0_u64.. {
                intended += Duration::from_secs_f64(-libm::log(1.0 - rng.unit()) / rate);
                if intended >= tally.until {
                    return;
                }
                while let Some(wait) = intended.checked_sub(tally.watch.elapsed()).filter(|w| !w.is_zero()) {
                    thread::park_timeout(wait);
                }
                let Ok(permit) = Arc::clone(&under_way).try_acquire_owned() else {
                    dropped.fetch_add(1, Ordering::Relaxed);
                    continue;
                };
                let (tally, call) = (Arc::clone(&tally), call.clone());
                runtime.spawn(async move {
                    let is_success = call(n).await;
                    tally.count(intended, is_success);
                    drop(permit);
                });
            }
        }
    };
    let _ = tokio::task::spawn_blocking(starter).await;
    // All permits back: nothing is under way any more.
    let all = u32::try_from(UNDER_WAY_MAX).expect("a small constant");
    let _ = under_way.acquire_many(all).await;
    tally.report(dropped.load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(kind: Loop) -> Plan {
        Plan { kind, warm_up: Duration::from_millis(50), duration: Duration::from_millis(500), seed: 1 }
    }

    /// A call that fails now and then is counted apart, and the open loop keeps its rate.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_open_loop_starts_calls_at_its_rate() {
        let report = run(plan(Loop::Open { rate: 2_000.0 }), |n| async move { n % 10 != 0 }).await;
        let all = report.succeeded + report.failed;
        assert!((800..1_200).contains(&all), "{all} calls in half a second at 2,000 a second");
        assert!(report.failed > 50 && report.failed < 150);
    }

    /// A stall is charged to every call that was meant to start meanwhile, not only to the one under way.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_stall_cannot_hide() {
        let gate = Arc::new(Stopwatch::start());
        let report = run(plan(Loop::Open { rate: 1_000.0 }), move |_| {
            let gate = Arc::clone(&gate);
            async move {
                while gate.elapsed() < Duration::from_millis(400) {
                    tokio::task::yield_now().await;
                }
                true
            }
        })
        .await;
        assert!(report.quantile_ms(0.5) > 50.0, "median {} ms", report.quantile_ms(0.5));
    }
}
