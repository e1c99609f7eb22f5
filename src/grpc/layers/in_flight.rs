//! Room for calls: so many at once over all connections, and the rest is turned away at once,
//! before it costs anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Room for calls. Clones share it.
#[derive(Debug, Clone)]
pub struct InFlight {
    room: Arc<Room>,
}

#[derive(Debug)]
struct Room {
    running: AtomicUsize,
    max: usize,
}

impl InFlight {
    /// Room for so many calls.
    pub fn new(max: usize) -> Self {
        Self { room: Arc::new(Room { running: AtomicUsize::new(0), max }) }
    }

    /// Calls that run now.
    pub fn running(&self) -> usize {
        self.room.running.load(Ordering::Relaxed)
    }

    /// A place, until it is dropped; `None` where there is no room.
    pub fn enter(&self) -> Option<Place> {
        let before = self.room.running.fetch_add(1, Ordering::Relaxed);
        // Dropped at once where there is no room, which gives it back.
        let place = Place { room: Arc::clone(&self.room) };
        (before < self.room.max).then_some(place)
    }
}

/// A place for a call.
#[derive(Debug)]
pub struct Place {
    room: Arc<Room>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.running.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_so_many_and_it_comes_back() {
        let room = InFlight::new(2);
        let (first, second) = (room.enter(), room.enter());
        assert!(first.is_some() && second.is_some() && room.enter().is_none());
        assert_eq!(room.running(), 2);
        drop(first);
        assert!(room.enter().is_some());
        drop(second);
        assert_eq!(room.running(), 0);
    }
}
