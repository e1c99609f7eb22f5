//! The bounded set of resident entries, swept by a clock hand.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use dashmap::DashMap;
use parking_lot::Mutex;

use super::key_hash::KeyHashBuilder;
use crate::domain::id::GuestKey;

/// How many bytes a value occupies.
pub trait Footprint {
    /// Bytes in memory, lists included.
    fn bytes(&self) -> usize;
}

/// Bytes of an entry beside its value: map slot, reference counts, clock hand.
const ENTRY_OVERHEAD_BYTES: usize = 112;
/// Entries the hand looks at for each entry that comes in.
const SWEEP_STEPS: usize = 16;

/// One resident entry.
struct Cell<V> {
    /// `None` until the first load has succeeded.
    value: Mutex<Option<V>>,
    touched: AtomicBool,
    /// Highest sequence handed to the log that changed this value.
    handed_over: AtomicU64,
    bytes: AtomicUsize,
}

/// How much is resident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Entries.
    pub entries: usize,
    /// Bytes, by [`Footprint`].
    pub bytes: usize,
    /// Entries loaded since the start.
    pub loads: u64,
    /// Entries evicted since the start.
    pub evictions: u64,
}

/// Resident entries by key.
pub struct Residents<V> {
    cells: DashMap<GuestKey, Arc<Cell<V>>, KeyHashBuilder>,
    hand: Mutex<VecDeque<GuestKey>>,
    bytes: AtomicUsize,
    bytes_max: usize,
    loads: AtomicU64,
    evictions: AtomicU64,
}

impl<V: Footprint> Residents<V> {
    /// An empty set that keeps at most about `bytes_max` bytes of entries.
    pub fn new(bytes_max: usize) -> Self {
        Self {
            cells: DashMap::with_hasher(KeyHashBuilder::default()),
            hand: Mutex::new(VecDeque::new()),
            bytes: AtomicUsize::new(0),
            bytes_max,
            loads: AtomicU64::new(0),
            evictions: AtomicU64::new(0),
        }
    }

    /// Is the key's value in memory? (It may be gone the next moment; for choosing a thread, not
    /// for correctness.)
    pub fn holds(&self, key: GuestKey) -> bool {
        self.cells.get(&key).is_some_and(|cell| cell.bytes.load(Ordering::Relaxed) > 0)
    }

    /// Runs `work` on the value under its lock, loading it first where it is absent. Callers of one
    /// key wait for one another; callers of different keys do not. `work` returns its answer and
    /// the sequence it handed to the log, if any.
    ///
    /// # Errors
    /// What `load` returns; the entry stays absent and the next caller loads again.
    pub fn with<R, E>(
        &self,
        key: GuestKey,
        committed: u64,
        load: impl FnOnce() -> Result<V, E>,
        work: impl FnOnce(&mut V) -> (R, Option<u64>),
    ) -> Result<R, E> {
        let cell = self.cell(key, committed);
        let mut guard = cell.value.lock();
        if guard.is_none() {
            *guard = Some(load()?);
            self.loads.fetch_add(1, Ordering::Relaxed);
        }
        let Some(value) = guard.as_mut() else { unreachable!("loaded above") };
        let (answer, sequence) = work(value);
        self.used(&cell, value.bytes(), sequence);
        Ok(answer)
    }

    /// Runs `work` on several values, all under their locks, in the order of `keys`: ascending and
    /// each once, so that two callers who want the same ones never wait for each other. Whoever holds
    /// one lock of this set may not call it.
    ///
    /// # Errors
    /// What `load` returns; what was absent then stays absent.
    pub fn with_all<R, E>(
        &self,
        keys: &[GuestKey],
        committed: u64,
        mut load: impl FnMut(GuestKey) -> Result<V, E>,
        work: impl FnOnce(&mut [&mut V]) -> (R, Option<u64>),
    ) -> Result<R, E> {
        debug_assert!(keys.is_sorted_by(|a, b| a < b), "locks are taken in one order");
        let cells: Vec<Arc<Cell<V>>> = keys.iter().map(|key| self.cell(*key, committed)).collect();
        let mut guards: Vec<_> = cells.iter().map(|cell| cell.value.lock()).collect();
        for (guard, key) in guards.iter_mut().zip(keys) {
            if guard.is_none() {
                **guard = Some(load(*key)?);
                self.loads.fetch_add(1, Ordering::Relaxed);
            }
        }
        let mut values: Vec<&mut V> = guards.iter_mut().filter_map(|g| g.as_mut()).collect();
        let (answer, sequence) = work(&mut values);
        for (cell, value) in cells.iter().zip(&values) {
            self.used(cell, value.bytes(), sequence);
        }
        Ok(answer)
    }

    /// Notes what a value weighs after it was used, and what the log is to have of it.
    fn used(&self, cell: &Cell<V>, bytes: usize, sequence: Option<u64>) {
        if let Some(sequence) = sequence {
            cell.handed_over.fetch_max(sequence, Ordering::Release);
        }
        let now = bytes + ENTRY_OVERHEAD_BYTES;
        let before = cell.bytes.swap(now, Ordering::Relaxed);
        self.bytes.fetch_add(now.wrapping_sub(before), Ordering::Relaxed);
        if !cell.touched.load(Ordering::Relaxed) {
            cell.touched.store(true, Ordering::Relaxed);
        }
    }

    /// How much is resident.
    pub fn usage(&self) -> Usage {
        Usage {
            entries: self.cells.len(),
            bytes: self.bytes.load(Ordering::Relaxed),
            loads: self.loads.load(Ordering::Relaxed),
            evictions: self.evictions.load(Ordering::Relaxed),
        }
    }

    fn cell(&self, key: GuestKey, committed: u64) -> Arc<Cell<V>> {
        if let Some(cell) = self.cells.get(&key) {
            return Arc::clone(&cell);
        }
        self.sweep(committed);
        let mut is_new = false;
        let cell = Arc::clone(&self.cells.entry(key).or_insert_with(|| {
            is_new = true;
            Arc::new(Cell {
                value: Mutex::new(None),
                touched: AtomicBool::new(true),
                handed_over: AtomicU64::new(0),
                bytes: AtomicUsize::new(0),
            })
        }));
        if is_new {
            self.hand.lock().push_back(key);
        }
        cell
    }

    /// Moves the hand on while there is too much: second chance for what was touched, and never
    /// what is in use or not yet in the log.
    fn sweep(&self, committed: u64) {
        if self.bytes.load(Ordering::Relaxed) <= self.bytes_max {
            return;
        }
        let mut hand = self.hand.lock();
        for _ in 0..SWEEP_STEPS.min(hand.len()) {
            if self.bytes.load(Ordering::Relaxed) <= self.bytes_max {
                return;
            }
            let Some(key) = hand.pop_front() else { return };
            let gone = self.cells.remove_if(&key, |_, cell| {
                // Counted under the map's write lock: nobody can come by a new reference meanwhile.
                Arc::strong_count(cell) == 1
                    && cell.handed_over.load(Ordering::Acquire) <= committed
                    && !cell.touched.swap(false, Ordering::Relaxed)
            });
            match gone {
                Some((_, cell)) => {
                    self.bytes.fetch_sub(cell.bytes.load(Ordering::Relaxed), Ordering::Relaxed);
                    self.evictions.fetch_add(1, Ordering::Relaxed);
                }
                None => hand.push_back(key),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::thread;

    use super::*;

    impl Footprint for u64 {
        fn bytes(&self) -> usize {
            1_000
        }
    }

    fn key(n: u64) -> GuestKey {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&n.to_le_bytes());
        GuestKey(bytes)
    }

    fn load(v: u64) -> impl FnOnce() -> Result<u64, Infallible> {
        move || Ok(v)
    }

    #[test]
    fn residency_is_bounded_and_what_is_used_stays() {
        let residents = Residents::new(20_000);
        for n in 0..1_000 {
            residents.with(key(n), 0, load(n), |_| ((), None)).unwrap();
            residents.with(key(0), 0, load(u64::MAX), |_| ((), None)).unwrap();
        }
        let usage = residents.usage();
        assert!(usage.bytes <= 22_000, "{usage:?}");
        assert_eq!(
            residents.with(key(0), 0, load(7), |v| (*v, None)).unwrap(),
            0,
            "used all the time, never evicted"
        );
    }

    #[test]
    fn what_the_log_does_not_have_yet_is_never_evicted() {
        let residents = Residents::new(5_000);
        residents.with(key(0), 0, load(0), |v| ((*v = 42), Some(9))).unwrap();
        for n in 1..500 {
            residents.with(key(n), 8, load(n), |_| ((), None)).unwrap();
        }
        assert_eq!(residents.with(key(0), 8, load(7), |v| (*v, None)).unwrap(), 42);
        for n in 500..1_000 {
            residents.with(key(n), 9, load(n), |_| ((), None)).unwrap();
        }
        assert_eq!(
            residents.with(key(0), 9, load(7), |v| (*v, None)).unwrap(),
            7,
            "committed, so it could go"
        );
    }

    #[test]
    fn a_failed_load_leaves_nothing_behind() {
        let residents: Residents<u64> = Residents::new(5_000);
        assert_eq!(residents.with(key(1), 0, || Err("disk"), |_| ((), None)), Err("disk"));
        assert_eq!(residents.with(key(1), 0, load(3), |v| (*v, None)).unwrap(), 3);
    }

    /// Threads move units between random pairs of values, half of them in the other order: none
    /// waits for ever, and nothing is lost.
    #[test]
    fn several_values_are_locked_without_deadlock() {
        let residents: Residents<u64> = Residents::new(1 << 20);
        let begins = |_: GuestKey| Ok::<u64, Infallible>(100_000);
        thread::scope(|scope| {
            for t in 0..4_u64 {
                let residents = &residents;
                scope.spawn(move || {
                    for i in 0..5_000_u64 {
                        let (a, b) = (key((i * 7 + t) % 13), key((i * 5 + 3 * t) % 13));
                        let mut keys = vec![a, b];
                        keys.sort_unstable();
                        keys.dedup();
                        residents
                            .with_all(&keys, 0, begins, |values| {
                                if let [from, to] = values {
                                    **from -= 1;
                                    **to += 1;
                                }
                                ((), None)
                            })
                            .unwrap();
                    }
                });
            }
        });
        let total: u64 = (0..13)
            .map(|n| residents.with(key(n), 0, load(100_000), |v| (*v, None)).unwrap())
            .sum();
        assert_eq!(total, 1_300_000);
        let usage = residents.usage();
        assert_eq!(usage.bytes, usage.entries * (1_000 + ENTRY_OVERHEAD_BYTES));
    }

    /// T31 in small: constant eviction, many threads; every increment of a guest is seen by the
    /// next, through eviction and reload from a "store" that holds what was committed.
    #[test]
    fn two_live_copies_never_exist() {
        let residents: Residents<u64> = Residents::new(10_000);
        let stored: DashMap<u64, u64> = DashMap::new();
        let committed = AtomicU64::new(0);
        let next = AtomicU64::new(1);
        thread::scope(|scope| {
            for t in 0..4_u64 {
                let (residents, stored, committed, next) = (&residents, &stored, &committed, &next);
                scope.spawn(move || {
                    for i in 0..20_000_u64 {
                        let n = (i * 7 + t * 13) % 97;
                        let loaded = || Ok::<u64, Infallible>(stored.get(&n).map_or(0, |v| *v));
                        let floor = committed.load(Ordering::Acquire);
                        let sequence = residents
                            .with(key(n), floor, loaded, |v| {
                                *v += 1;
                                let sequence = next.fetch_add(1, Ordering::AcqRel);
                                stored.insert(n, *v);
                                (sequence, Some(sequence))
                            })
                            .unwrap();
                        committed.fetch_max(sequence.saturating_sub(8), Ordering::AcqRel);
                    }
                });
            }
        });
        let total: u64 = (0..97)
            .map(|n| residents.with(key(n), u64::MAX, load(0), |v| (*v, None)).unwrap())
            .sum();
        let on_file: u64 = stored.iter().map(|v| *v).sum();
        assert_eq!(on_file, 80_000);
        assert!(total <= on_file && residents.usage().evictions > 0);
    }
}
