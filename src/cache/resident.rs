//! The bounded set of resident entries, swept by two clock hands: one packs what rests, one evicts.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use dashmap::DashMap;
use parking_lot::Mutex;

use super::cell::{Cell, Form, Packed};
use super::key_hash::KeyHashBuilder;
use crate::domain::id::GuestKey;

/// A value that can be resident.
pub trait Resident: Sized {
    /// Bytes in memory while it is worked on, lists included.
    fn bytes(&self) -> usize;

    /// The value in as few bytes as may be.
    fn pack(&self) -> Box<[u8]>;

    /// The very value that was packed.
    fn unpack(packed: &[u8]) -> Self;
}

/// Entries a hand looks at for each call while there is too much.
const SWEEP_STEPS: usize = 16;

/// How much is resident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Entries.
    pub entries: usize,
    /// Bytes, by [`Resident::bytes`] of those that are open, and of the others as they are packed.
    pub bytes: usize,
    /// Of them, bytes of those that are open.
    pub open_bytes: usize,
    /// Entries loaded since the start.
    pub loads: u64,
    /// Entries packed since the start.
    pub packed: u64,
    /// Entries evicted since the start.
    pub evictions: u64,
}

/// Most that is resident, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Of everything.
    pub bytes: usize,
    /// Of what is open. What was not used lately is packed above it.
    pub open_bytes: usize,
}

/// Resident entries by key.
pub struct Residents<V> {
    cells: DashMap<GuestKey, Arc<Cell<V>>, KeyHashBuilder>,
    /// All keys, in the order in which they are looked at for eviction.
    hand: Mutex<VecDeque<GuestKey>>,
    /// Keys of what was opened, in the order in which they are looked at for packing.
    open_hand: Mutex<VecDeque<GuestKey>>,
    bytes: AtomicUsize,
    open_bytes: AtomicUsize,
    most: Bounds,
    loads: AtomicU64,
    packed: AtomicU64,
    evictions: AtomicU64,
}

impl<V: Resident> Residents<V> {
    /// An empty set that keeps to about these bounds.
    pub fn new(most: Bounds) -> Self {
        Self {
            cells: DashMap::with_hasher(KeyHashBuilder::default()),
            hand: Mutex::new(VecDeque::new()),
            open_hand: Mutex::new(VecDeque::new()),
            bytes: AtomicUsize::new(0),
            open_bytes: AtomicUsize::new(0),
            most,
            loads: AtomicU64::new(0),
            packed: AtomicU64::new(0),
            evictions: AtomicU64::new(0),
        }
    }

    /// Is the key's value in memory? (It may be gone the next moment; for choosing a thread, not
    /// for correctness.)
    pub fn holds(&self, key: GuestKey) -> bool {
        self.cells.get(&key).is_some_and(|cell| cell.bytes() > 0)
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
        let mut form = cell.form.lock();
        let was_open = self.open(&mut form, load)?;
        let value = form.value();
        let (answer, sequence) = work(value);
        self.used(&cell, value.bytes(), was_open, sequence);
        drop(form);
        if !was_open {
            self.opened(key);
        }
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
        let mut forms: Vec<_> = cells.iter().map(|cell| cell.form.lock()).collect();
        let mut opened = Vec::new();
        for (at, (form, key)) in forms.iter_mut().zip(keys).enumerate() {
            match self.open(form, || load(*key)) {
                Ok(was_open) => opened.extend((!was_open).then_some(*key)),
                Err(error) => {
                    // What was opened for nothing weighs what it weighs.
                    for (form, cell) in forms.iter_mut().zip(&cells).take(at) {
                        self.used(cell, form.value().bytes(), false, None);
                    }
                    drop(forms);
                    opened.into_iter().for_each(|key| self.opened(key));
                    return Err(error);
                }
            }
        }
        let mut values: Vec<&mut V> = forms.iter_mut().map(|form| form.value()).collect();
        let (answer, sequence) = work(&mut values);
        for (cell, (value, key)) in cells.iter().zip(values.iter().zip(keys)) {
            self.used(cell, value.bytes(), !opened.contains(key), sequence);
        }
        drop(forms);
        opened.into_iter().for_each(|key| self.opened(key));
        Ok(answer)
    }

    /// Makes a value ready to be worked on. Was it already?
    fn open<E>(&self, form: &mut Form<V>, load: impl FnOnce() -> Result<V, E>) -> Result<bool, E> {
        let value = match form {
            Form::Open(_) => return Ok(true),
            Form::Packed(packed) => V::unpack(packed),
            Form::Absent => {
                let value = load()?;
                self.loads.fetch_add(1, Ordering::Relaxed);
                value
            }
        };
        *form = Form::Open(Box::new(value));
        Ok(false)
    }

    /// Notes what a value weighs after it was used, and what the log is to have of it.
    fn used(&self, cell: &Cell<V>, bytes: usize, was_open: bool, sequence: Option<u64>) {
        cell.note_use(was_open, sequence);
        let change = cell.weigh_open(bytes);
        self.bytes.fetch_add(change.bytes, Ordering::Relaxed);
        self.open_bytes.fetch_add(change.open, Ordering::Relaxed);
    }

    /// How much is resident.
    pub fn usage(&self) -> Usage {
        Usage {
            entries: self.cells.len(),
            bytes: self.bytes.load(Ordering::Relaxed),
            open_bytes: self.open_bytes.load(Ordering::Relaxed),
            loads: self.loads.load(Ordering::Relaxed),
            packed: self.packed.load(Ordering::Relaxed),
            evictions: self.evictions.load(Ordering::Relaxed),
        }
    }

    fn cell(&self, key: GuestKey, committed: u64) -> Arc<Cell<V>> {
        self.sweep(committed);
        if let Some(cell) = self.cells.get(&key) {
            return Arc::clone(&cell);
        }
        let mut is_new = false;
        let cell = Arc::clone(&self.cells.entry(key).or_insert_with(|| {
            is_new = true;
            Arc::new(Cell::default())
        }));
        if is_new {
            self.hand.lock().push_back(key);
        }
        cell
    }

    /// A value was opened: while too much is, what was opened longest ago is packed, with a second
    /// chance for what was used again, and never what is in use. Called without a lock.
    fn opened(&self, key: GuestKey) {
        self.open_hand.lock().push_back(key);
        for _ in 0..SWEEP_STEPS {
            if self.open_bytes.load(Ordering::Relaxed) <= self.most.open_bytes {
                return;
            }
            let Some(oldest) = self.open_hand.lock().pop_front() else { return };
            // What was evicted meanwhile is not there any more.
            let cell = self.cells.get(&oldest).map(|cell| Arc::clone(&cell));
            match cell.map(|cell| cell.pack()) {
                Some(Packed::Now(change)) => {
                    self.bytes.fetch_add(change.bytes, Ordering::Relaxed);
                    self.open_bytes.fetch_add(change.open, Ordering::Relaxed);
                    self.packed.fetch_add(1, Ordering::Relaxed);
                }
                Some(Packed::NotNow) => self.open_hand.lock().push_back(oldest),
                Some(Packed::Before) | None => {}
            }
            if oldest == key {
                return;
            }
        }
    }

    /// Moves the hand on while there is too much: second chance for what was touched, and never
    /// what is in use or not yet in the log.
    fn sweep(&self, committed: u64) {
        if self.bytes.load(Ordering::Relaxed) <= self.most.bytes {
            return;
        }
        let mut hand = self.hand.lock();
        for _ in 0..SWEEP_STEPS.min(hand.len()) {
            if self.bytes.load(Ordering::Relaxed) <= self.most.bytes {
                return;
            }
            let Some(key) = hand.pop_front() else { return };
            // Counted under the map's write lock: nobody can come by a new reference meanwhile.
            let gone = self
                .cells
                .remove_if(&key, |_, cell| Arc::strong_count(cell) == 1 && cell.may_go(committed));
            match gone {
                Some((_, cell)) => {
                    self.bytes.fetch_sub(cell.bytes(), Ordering::Relaxed);
                    self.open_bytes.fetch_sub(cell.open_bytes(), Ordering::Relaxed);
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
    use crate::cache::cell::ENTRY_OVERHEAD_BYTES;

    impl Resident for u64 {
        fn bytes(&self) -> usize {
            1_000
        }

        fn pack(&self) -> Box<[u8]> {
            self.to_le_bytes().into()
        }

        fn unpack(packed: &[u8]) -> Self {
            Self::from_le_bytes(packed.try_into().unwrap())
        }
    }

    impl Resident for Vec<u8> {
        fn bytes(&self) -> usize {
            self.len()
        }

        fn pack(&self) -> Box<[u8]> {
            self.as_slice().into()
        }

        fn unpack(packed: &[u8]) -> Self {
            packed.to_vec()
        }
    }

    /// Room for so many bytes, all of them open.
    fn room(bytes: usize) -> Bounds {
        Bounds { bytes, open_bytes: bytes }
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
        let residents = Residents::new(room(20_000));
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

    /// What rests is packed, what is used again stays open, and no value is lost or loaded twice.
    #[test]
    fn what_rests_is_packed_and_what_is_used_stays_open() {
        let residents = Residents::new(Bounds { bytes: 1 << 30, open_bytes: 20_000 });
        let times = |n: u64| residents.with(key(n), 0, load(100 * n), |v| ((*v += 1), None));
        for n in 1..1_000 {
            times(n).unwrap();
            times(0).unwrap();
        }
        let usage = residents.usage();
        assert!(usage.open_bytes <= 21_200, "{usage:?}");
        let open = 1_000 + ENTRY_OVERHEAD_BYTES;
        let packed = 1_000 * open - usage.bytes;
        assert_eq!(packed % (1_000 - 8), 0, "each is one or the other: {usage:?}");
        assert_eq!(usage.open_bytes, (1_000 - packed / (1_000 - 8)) * open);
        assert_eq!((usage.loads, usage.evictions), (1_000, 0));
        times(0).unwrap();
        assert_eq!(residents.usage().packed, usage.packed, "used all the time, never packed");
        for n in (0..1_000).rev() {
            let changed = if n == 0 { 1_000 } else { 100 * n + 1 };
            assert_eq!(residents.with(key(n), 0, load(7), |v| (*v, None)).unwrap(), changed);
        }
        assert_eq!(residents.usage().loads, 1_000);
    }

    /// What holds more than the log has may be packed, and keeps it.
    #[test]
    fn what_the_log_does_not_have_yet_is_packed_and_not_evicted() {
        let residents = Residents::new(Bounds { bytes: 5_000, open_bytes: 0 });
        residents.with(key(0), 0, load(0), |v| ((*v = 42), Some(9))).unwrap();
        for n in 1..500 {
            residents.with(key(n), 8, load(n), |_| ((), None)).unwrap();
        }
        let usage = residents.usage();
        assert!(usage.open_bytes == 0 && usage.evictions > 400, "{usage:?}");
        assert_eq!(residents.with(key(0), 8, load(7), |v| (*v, None)).unwrap(), 42);
    }

    #[test]
    fn what_the_log_does_not_have_yet_is_never_evicted() {
        let residents = Residents::new(room(5_000));
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

    /// Nobody new comes, those who are there grow: the bound holds all the same.
    #[test]
    fn what_grows_makes_others_leave() {
        let residents = Residents::new(room(5_000));
        let empty = || Ok::<_, Infallible>(Vec::<u8>::new());
        for n in (0..10).chain(0..10) {
            let grow = |v: &mut Vec<u8>| (v.resize(v.len() + 400, 1), None);
            residents.with(key(n), 0, empty, grow).unwrap();
        }
        let usage = residents.usage();
        assert!(usage.bytes <= 5_000 + 1_000 && usage.evictions >= 4, "{usage:?}");
    }

    #[test]
    fn a_failed_load_leaves_nothing_behind() {
        let residents: Residents<u64> = Residents::new(room(5_000));
        assert_eq!(residents.with(key(1), 0, || Err("disk"), |_| ((), None)), Err("disk"));
        assert_eq!(residents.with(key(1), 0, load(3), |v| (*v, None)).unwrap(), 3);
    }

    /// Threads move units between random pairs of values, half of them in the other order: none
    /// waits for ever, and nothing is lost.
    #[test]
    fn several_values_are_locked_without_deadlock() {
        let residents: Residents<u64> = Residents::new(room(1 << 20));
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
        let residents = Residents::new(Bounds { bytes: 10_000, open_bytes: 3_000 });
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
        let usage = residents.usage();
        assert!(total <= on_file && usage.evictions > 0 && usage.packed > 0, "{usage:?}");
    }
}
