//! Word between a door that turned a call away and the body of its request: nobody will read it,
//! so it need not be understood, only let run out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a request will go unread. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Unread {
    is_set: Arc<AtomicBool>,
}

impl Unread {
    /// Nobody will read it.
    pub fn set(&self) {
        self.is_set.store(true, Ordering::Relaxed);
    }

    /// Will nobody read it?
    pub fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Relaxed)
    }
}
