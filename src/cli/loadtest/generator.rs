//! The load generator: closed loop for the peak, open loop for latencies.
//!
//! *Closed*: so many workers, each with one call under way; gives calls per second at saturation.
//! *Open*: calls start at the moments of a Poisson process, whether or not earlier ones have come
//! back, and latency counts from the intended start, so that a server that stalls cannot hide it
//! (no coordinated omission).

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
    /// Calls that were not started because too many were under way (open loop): the server was far
    /// too slow.
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

/// Most calls under way in the open loop: two seconds of a server that answers nothing at 10,000
/// calls/s.
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

/// The moments at which an open loop means to start its calls: those of a Poisson process, from its
/// seed alone.
#[derive(Debug, Clone)]
struct Arrivals {
    rng: SplitMix64,
    rate: f64,
    last: Duration,
    until: Duration,
}

impl Arrivals {
    fn of(plan: &Plan, rate: f64) -> Self {
        let until = plan.warm_up + plan.duration;
        Self { rng: SplitMix64::new(plan.seed), rate, last: Duration::ZERO, until }
    }
}

impl Iterator for Arrivals {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.last += Duration::from_secs_f64(-libm::log(1.0 - self.rng.unit()) / self.rate);
        (self.last < self.until).then_some(self.last)
    }
}

async fn open<F, C>(plan: &Plan, rate: f64, call: F) -> Report
where
    F: Fn(u64) -> C + Clone + Send + Sync + 'static,
    C: Future<Output = bool> + Send,
{
    let tally = Tally::new(plan);
    let under_way = Arc::new(Semaphore::new(UNDER_WAY_MAX));
    let dropped = Arc::new(AtomicU64::new(0));
    let (runtime, arrivals) = (Handle::current(), Arrivals::of(plan, rate));
    // A thread of its own: the runtime's timer wakes only every millisecond.
    let starter = {
        let (tally, under_way) = (Arc::clone(&tally), Arc::clone(&under_way));
        let dropped = Arc::clone(&dropped);
        move || {
            for (n, intended) in (0_u64..).zip(arrivals) {
                while let Some(wait) =
                    intended.checked_sub(tally.watch.elapsed()).filter(|w| !w.is_zero())
                {
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
    use std::sync::OnceLock;

    use super::*;
    use crate::sys::shutdown::Shutdown;

    fn plan(kind: Loop) -> Plan {
        let (warm_up, duration) = (Duration::from_millis(50), Duration::from_millis(500));
        Plan { kind, warm_up, duration, seed: 1 }
    }

    /// Arrivals come from the seed alone, at their rate, and as far apart as those of a Poisson
    /// process: the standard deviation of the gaps is their mean.
    #[test]
    fn arrivals_are_those_of_a_poisson_process() {
        let long =
            Plan { duration: Duration::from_secs(100), ..plan(Loop::Open { rate: 1_000.0 }) };
        let moments: Vec<f64> = Arrivals::of(&long, 1_000.0).map(|m| m.as_secs_f64()).collect();
        assert!(
            (moments.len() as f64 / 100_050.0 - 1.0).abs() < 0.02,
            "{} arrivals",
            moments.len()
        );
        let gaps = moments.windows(2).map(|pair| pair[1] - pair[0]);
        let squares = gaps.map(|gap| gap * gap).sum::<f64>();
        let mean_of_squares = squares / moments.len() as f64;
        assert!((mean_of_squares / 2e-6 - 1.0).abs() < 0.05, "{mean_of_squares}");
        let again: Vec<f64> = Arrivals::of(&long, 1_000.0).map(|m| m.as_secs_f64()).collect();
        assert_eq!(moments, again);
    }

    /// Every call that was meant to start in the counted time is counted once, well or failed,
    /// however slow the machine: what counts is when a call was meant to start.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_open_loop_makes_every_call_it_means_to_make() {
        let plan = plan(Loop::Open { rate: 2_000.0 });
        let meant: Vec<(u64, Duration)> = (0..).zip(Arrivals::of(&plan, 2_000.0)).collect();
        let counted = || meant.iter().filter(|(_, moment)| *moment >= plan.warm_up);
        let report = run(plan, |n| async move { n % 10 != 0 }).await;
        assert_eq!(report.dropped, 0);
        assert_eq!(report.failed, counted().filter(|(n, _)| n % 10 == 0).count() as u64);
        assert_eq!(report.succeeded, counted().filter(|(n, _)| n % 10 != 0).count() as u64);
        assert_eq!(report.latency.len(), report.succeeded);
    }

    /// A stall is charged to every call that was meant to start meanwhile, not only to the one
    /// under way. A slow machine makes the stall longer, never shorter.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_stall_cannot_hide() {
        let stalled = Arc::new(OnceLock::new());
        let report = run(plan(Loop::Open { rate: 1_000.0 }), move |_| {
            let stalled = Arc::clone(&stalled);
            async move {
                let since = stalled.get_or_init(Stopwatch::start);
                Shutdown::new()
                    .sleep(Duration::from_millis(400).saturating_sub(since.elapsed()))
                    .await
            }
        })
        .await;
        assert!(report.quantile_ms(0.5) > 50.0, "median {} ms", report.quantile_ms(0.5));
    }

    /// The closed loop never has more calls under way than workers, and counts what they did.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_closed_loop_keeps_its_workers_busy() {
        let (now, most) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let most_seen = Arc::clone(&most);
        let report = run(plan(Loop::Closed { workers: 3 }), move |_| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                now.fetch_sub(1, Ordering::SeqCst);
                true
            }
        })
        .await;
        assert!((1..=3).contains(&most_seen.load(Ordering::SeqCst)));
        assert!(report.succeeded > 0 && report.failed == 0 && report.dropped == 0);
    }
}
