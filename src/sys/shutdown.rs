//! Ending well: one switch, the tasks it ends, and a hard deadline.
//!
//! The order of a drain belongs to `app` (stop answering health checks, let balancers notice, close
//! the doors, flush); this is the mechanism. [`Shutdown::begin`] turns the switch, by hand or on
//! SIGTERM or SIGINT. Tasks started with [`Shutdown::spawn`] watch it and end by themselves.
//! [`Shutdown::drain`] waits for them until the deadline, because a half-open client can keep a
//! graceful server waiting for an hour. A second signal ends the wait at once; what was
//! acknowledged is on disk either way.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The switch. Clones are the same switch.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    begun: CancellationToken,
    hurried: CancellationToken,
    tasks: TaskTracker,
}

/// How a drain ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// Every task ended by itself.
    Complete,
    /// The deadline passed, or a second signal came, with this many tasks still running.
    Abandoned(usize),
}

impl Shutdown {
    /// A switch that is off.
    pub fn new() -> Self {
        Self::default()
    }

    /// Turns the switch. It never turns back.
    pub fn begin(&self) {
        self.begun.cancel();
    }

    /// True once the switch is turned.
    pub fn has_begun(&self) -> bool {
        self.begun.is_cancelled()
    }

    /// Ends when the switch is turned. Safe to drop in a `select!`; owns what it needs, as servers
    /// want it.
    pub fn begun(&self) -> impl Future<Output = ()> + Send + use<> {
        self.begun.clone().cancelled_owned()
    }

    /// Waits, or stops waiting when the switch is turned. True if the whole time went by.
    pub async fn sleep(&self, duration: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.begun.cancelled() => false,
            () = pause(duration) => true,
        }
    }

    /// Starts a task that a drain waits for. The task watches the switch itself.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.tasks.spawn(task)
    }

    /// Listens for SIGTERM and SIGINT from now on: the first turns the switch, the second cuts the
    /// drain short.
    ///
    /// # Errors
    /// When the handlers cannot be installed. Must be called within a Tokio runtime.
    pub fn listen_for_signals(&self) -> io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let shutdown = self.clone();
        // Not tracked: it lives as long as the process, and no drain should wait for it.
        drop(untracked(async move {
            loop {
                let name = tokio::select! {
                    _ = terminate.recv() => "SIGTERM",
                    _ = interrupt.recv() => "SIGINT",
                };
                shutdown.heard(name);
            }
        }));
        Ok(())
    }

    fn heard(&self, signal: &'static str) {
        if self.has_begun() {
            tracing::warn!(signal, "second signal: ending at once");
            self.hurried.cancel();
        } else {
            tracing::info!(signal, "shutting down");
            self.begin();
        }
    }

    /// Turns the switch and waits for the tasks, no longer than `deadline`.
    pub async fn drain(&self, deadline: Duration) -> Drained {
        self.begin();
        self.tasks.close();
        tokio::select! {
            biased;
            () = self.tasks.wait() => return Drained::Complete,
            () = self.hurried.cancelled() => {}
            () = pause(deadline) => {}
        }
        Drained::Abandoned(self.tasks.len())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that sleeps, always beside the switch"
)]
async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[expect(clippy::disallowed_methods, reason = "the one task that no drain waits for")]
fn untracked(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(task)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::clock::Stopwatch;

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn tasks_that_watch_the_switch_are_waited_for() {
        let shutdown = Shutdown::new();
        let begun = shutdown.begun();
        let task = shutdown.spawn(async move {
            begun.await;
            "flushed"
        });
        assert!(!shutdown.has_begun());
        assert_eq!(shutdown.drain(LONG).await, Drained::Complete);
        assert!(shutdown.has_begun());
        assert_eq!(task.await.expect("the task"), "flushed");
    }

    #[tokio::test]
    async fn a_task_that_does_not_listen_is_abandoned_at_the_deadline() {
        let shutdown = Shutdown::new();
        shutdown.spawn(std::future::pending::<()>());
        shutdown.spawn(std::future::pending::<()>());
        assert_eq!(shutdown.drain(Duration::from_millis(20)).await, Drained::Abandoned(2));
    }

    #[tokio::test]
    async fn a_second_signal_cuts_the_drain_short() {
        let shutdown = Shutdown::new();
        shutdown.spawn(std::future::pending::<()>());
        shutdown.heard("SIGTERM");
        assert!(shutdown.has_begun());
        let watch = Stopwatch::start();
        let signals = shutdown.clone();
        let (drained, ()) =
            tokio::join!(shutdown.drain(LONG), async move { signals.heard("SIGTERM") });
        assert_eq!(drained, Drained::Abandoned(1));
        assert!(watch.elapsed() < LONG);
    }

    #[tokio::test]
    async fn a_shutdown_ends_a_sleep() {
        let shutdown = Shutdown::new();
        assert!(shutdown.sleep(Duration::from_millis(1)).await);
        let watch = Stopwatch::start();
        let switch = shutdown.clone();
        let (slept, ()) = tokio::join!(shutdown.sleep(LONG), async move { switch.begin() });
        assert!(!slept);
        assert!(watch.elapsed() < LONG);
    }

    #[tokio::test]
    async fn handlers_can_be_installed() {
        Shutdown::new().listen_for_signals().expect("signal handlers");
    }
}
