//! Values handed to the log but not on disk yet, so that whoever reads meanwhile sees them.
//!
//! A guest's own state is resident while it is ahead of the disk; what is not resident by design
//! (outcomes of old decisions, profiles) is found here until the group that carries it is on disk.
//! An entry costs memory only for that moment.

use std::collections::VecDeque;
use std::hash::Hash;

use dashmap::DashMap;
use parking_lot::Mutex;

/// Values by key, each until its sequence is on disk.
pub(super) struct InFlight<K, V> {
    values: DashMap<K, (V, u64)>,
    order: Mutex<VecDeque<(u64, K)>>,
}

impl<K: Eq + Hash + Clone, V: Clone> InFlight<K, V> {
    pub(super) fn new() -> Self {
        Self { values: DashMap::new(), order: Mutex::new(VecDeque::new()) }
    }

    /// The value, where it is not on disk yet (or was not when last looked at: the same value
    /// then).
    pub(super) fn get(&self, key: &K) -> Option<V> {
        self.values.get(key).map(|entry| entry.0.clone())
    }

    /// Keeps a value handed to the log at `sequence`, and lets go of what is on disk.
    pub(super) fn put(&self, key: K, value: V, sequence: u64, committed: u64) {
        self.values.insert(key.clone(), (value, sequence));
        let mut order = self.order.lock();
        order.push_back((sequence, key));
        while let Some((_, key)) = order.pop_front_if(|(oldest, _)| *oldest <= committed) {
            // Kept, where a later value took its place meanwhile.
            self.values.remove_if(&key, |_, (_, sequence)| *sequence <= committed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_seen_until_it_is_on_disk_and_the_later_one_stays() {
        let in_flight = InFlight::new();
        in_flight.put("a", 1, 10, 0);
        in_flight.put("a", 2, 11, 0);
        in_flight.put("b", 3, 12, 10);
        assert_eq!(in_flight.get(&"a"), Some(2), "10 is on disk, 11 is not");
        in_flight.put("c", 4, 13, 12);
        assert_eq!(in_flight.get(&"a"), None);
        assert_eq!(in_flight.get(&"b"), None);
        assert_eq!(in_flight.get(&"c"), Some(4));
    }
}
