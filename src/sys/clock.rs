//! Time, handed in.
//!
//! Two kinds that must not be mixed. A [`Timestamp`] is wall-clock time: it is stored, compared
//! with what callers send, and comes from the [`Clock`] that was handed in. A [`Stopwatch`] or a
//! [`Deadline`] measures how long something takes on this machine; it is never stored and never
//! decides what a guest is shown, except by giving up.
//!
//! The wall clock may step back (a correction by NTP). Whoever subtracts two timestamps treats a
//! negative age as zero.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::domain::time::Timestamp;

/// Where `now` comes from. Cheap to clone; every clone of a manual clock shows the same time.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still until it is moved: demo, simulation and tests.
    Manual(ManualClock),
}

impl Clock {
    /// The moment this clock shows.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Manual(clock) => clock.now(),
        }
    }
}

impl From<ManualClock> for Clock {
    fn from(clock: ManualClock) -> Self {
        Self::Manual(clock)
    }
}

/// A clock that is moved by hand. Clones share the hand.
#[derive(Debug, Clone)]
pub struct ManualClock {
    micros: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn at(start: Timestamp) -> Self {
        Self { micros: Arc::new(AtomicI64::new(start.as_micros())) }
    }

    /// The moment it shows.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.micros.load(Ordering::SeqCst))
    }

    /// Moves it to `moment`, which may lie in the past: real clocks step back too.
    pub fn set(&self, moment: Timestamp) {
        self.micros.store(moment.as_micros(), Ordering::SeqCst);
    }

    /// Moves it forward and gives the new moment.
    pub fn advance(&self, by: Duration) -> Timestamp {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        let mut after = 0;
        self.micros.update(Ordering::SeqCst, Ordering::SeqCst, |before| {
            after = before.saturating_add(by);
            after
        });
        Timestamp::from_micros(after)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks for the time")]
fn system_now() -> Timestamp {
    let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros)
        }
    };
    Timestamp::from_micros(micros)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the monotonic clock")]
fn monotonic() -> Instant {
    Instant::now()
}

/// Measures durations for metrics and reports.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    started: Instant,
    lap: Instant,
}

impl Stopwatch {
    /// Starts measuring.
    pub fn start() -> Self {
        let now = monotonic();
        Self { started: now, lap: now }
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        monotonic().duration_since(self.started)
    }

    /// Time since the start in seconds, as histograms want it.
    pub fn seconds(&self) -> f64 {
        self.elapsed().as_secs_f64()
    }

    /// Time since the last lap (or the start), and begins a new lap: one reading of the clock for
    /// each stage.
    pub fn lap(&mut self) -> Duration {
        let now = monotonic();
        let lap = now.duration_since(self.lap);
        self.lap = now;
        lap
    }
}

/// The moment after which an answer is of no use to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// A deadline `budget` from now. A budget beyond what the machine can count becomes a year.
    pub fn after(budget: Duration) -> Self {
        const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
        let now = monotonic();
        Self(now.checked_add(budget.min(YEAR)).unwrap_or(now))
    }

    /// What is left, zero once it has passed.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(monotonic())
    }

    /// True once nothing is left.
    pub fn has_passed(self) -> bool {
        self.remaining().is_zero()
    }

    /// The earlier of two.
    #[must_use]
    pub fn sooner(self, other: Self) -> Self {
        self.min(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_manual_clock_show_the_same_time() {
        let hand = ManualClock::at(Timestamp::from_micros(1_000));
        let clock = Clock::from(hand.clone());
        assert_eq!(clock.now(), Timestamp::from_micros(1_000));

        let moved = hand.advance(Duration::from_millis(2));
        assert_eq!(moved, Timestamp::from_micros(3_000));
        assert_eq!(clock.clone().now(), moved);

        hand.set(Timestamp::from_micros(5));
        assert_eq!(clock.now(), Timestamp::from_micros(5));
    }

    #[test]
    fn the_system_clock_shows_this_century() {
        let now = Clock::default().now().as_micros();
        let year_2025 = 1_735_689_600_000_000;
        let year_2100 = 4_102_444_800_000_000;
        assert!(now > year_2025 && now < year_2100, "{now}");
    }

    #[test]
    fn laps_add_up_to_the_whole() {
        let mut watch = Stopwatch::start();
        let laps = watch.lap() + watch.lap() + watch.lap();
        let whole = watch.elapsed();
        assert!(laps <= whole, "{laps:?} {whole:?}");
        assert!(watch.seconds() < 60.0);
    }

    #[test]
    fn a_deadline_passes() {
        assert!(Deadline::after(Duration::ZERO).has_passed());
        let hour = Deadline::after(Duration::from_secs(3600));
        assert!(!hour.has_passed());
        assert!(hour.remaining() <= Duration::from_secs(3600));
        assert!(!Deadline::after(Duration::MAX).has_passed());
        assert!(hour.sooner(Deadline::after(Duration::ZERO)).has_passed());
    }
}
