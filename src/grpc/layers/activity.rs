//! What goes on on a connection, so that a silent one can be closed: whether a call ever came, and
//! how many run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Calls of one connection. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Activity {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    begun: AtomicU64,
    running: AtomicU32,
}

impl Activity {
    /// Calls that ever began.
    pub fn begun(&self) -> u64 {
        self.counts.begun.load(Ordering::Relaxed)
    }

    /// Is a call running?
    pub fn is_busy(&self) -> bool {
        self.counts.running.load(Ordering::Relaxed) > 0
    }

    /// A call begins; it ends when the guard is dropped.
    pub fn begin(&self) -> Busy {
        self.counts.begun.fetch_add(1, Ordering::Relaxed);
        self.counts.running.fetch_add(1, Ordering::Relaxed);
        Busy { counts: Arc::clone(&self.counts) }
    }
}

/// A running call.
#[derive(Debug)]
pub struct Busy {
    counts: Arc<Counts>,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.counts.running.fetch_sub(1, Ordering::Relaxed);
    }
}
