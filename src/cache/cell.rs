//! One resident entry: open to be worked on, or packed.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use parking_lot::Mutex;

use super::resident::Resident;

/// Bytes of an entry beside its value: map slot, reference counts, clock hand.
pub(super) const ENTRY_OVERHEAD_BYTES: usize = 128;

/// How a value is in memory.
pub(super) enum Form<V> {
    /// The first load has not succeeded yet.
    Absent,
    /// Ready to be worked on.
    Open(Box<V>),
    /// In as few bytes as may be.
    Packed(Box<[u8]>),
}

impl<V> Form<V> {
    /// The value, which was opened before.
    pub(super) fn value(&mut self) -> &mut V {
        match self {
            Self::Open(value) => value,
            Self::Absent | Self::Packed(_) => unreachable!("opened before it is worked on"),
        }
    }
}

/// What came of the wish to pack an entry.
pub(super) enum Packed {
    /// It is packed now.
    Now(Change),
    /// It is in use, or was used again since it was opened.
    NotNow,
    /// It was not open.
    Before,
}

/// By how much what is resident grew, or shrank: to be added with wrapping.
pub(super) struct Change {
    pub(super) bytes: usize,
    pub(super) open: usize,
}

/// One resident entry.
pub(super) struct Cell<V> {
    pub(super) form: Mutex<Form<V>>,
    /// Was it used since the hand that evicts looked?
    touched: AtomicBool,
    /// Was it used again since it was opened, or since the hand that packs looked?
    warm: AtomicBool,
    /// Highest sequence handed to the log that changed this value.
    handed_over: AtomicU64,
    bytes: AtomicU32,
    open_bytes: AtomicU32,
}

impl<V> Default for Cell<V> {
    fn default() -> Self {
        Self {
            form: Mutex::new(Form::Absent),
            touched: AtomicBool::new(true),
            warm: AtomicBool::new(false),
            handed_over: AtomicU64::new(0),
            bytes: AtomicU32::new(0),
            open_bytes: AtomicU32::new(0),
        }
    }
}

impl<V: Resident> Cell<V> {
    /// Bytes of the entry; 0 before its first load.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed) as usize
    }

    /// Bytes of the entry where it is open, else 0.
    pub(super) fn open_bytes(&self) -> usize {
        self.open_bytes.load(Ordering::Relaxed) as usize
    }

    /// May it be evicted: is all of it in the log, and was it not used lately?
    pub(super) fn may_go(&self, committed: u64) -> bool {
        self.handed_over.load(Ordering::Acquire) <= committed
            && !self.touched.swap(false, Ordering::Relaxed)
    }

    /// It was used, and what it handed to the log.
    pub(super) fn note_use(&self, was_open: bool, sequence: Option<u64>) {
        if let Some(sequence) = sequence {
            self.handed_over.fetch_max(sequence, Ordering::Release);
        }
        // Most are marked already, and a line that is only read is shared by all cores.
        for (mark, is_set) in [(&self.touched, true), (&self.warm, was_open)] {
            if is_set && !mark.load(Ordering::Relaxed) {
                mark.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Notes what the open value weighs. Under its lock.
    pub(super) fn weigh_open(&self, bytes: usize) -> Change {
        let now = bytes + ENTRY_OVERHEAD_BYTES;
        self.weigh(now, now)
    }

    /// Packs the value, unless it is in use or was used again.
    pub(super) fn pack(&self) -> Packed {
        let Some(mut form) = self.form.try_lock() else { return Packed::NotNow };
        let Form::Open(value) = &*form else { return Packed::Before };
        if self.warm.swap(false, Ordering::Relaxed) {
            return Packed::NotNow;
        }
        let packed = value.pack();
        let now = packed.len() + ENTRY_OVERHEAD_BYTES;
        *form = Form::Packed(packed);
        Packed::Now(self.weigh(now, 0))
    }

    fn weigh(&self, bytes: usize, open: usize) -> Change {
        let swap = |place: &AtomicU32, now: usize| {
            let now = u32::try_from(now).unwrap_or(u32::MAX);
            (now as usize).wrapping_sub(place.swap(now, Ordering::Relaxed) as usize)
        };
        Change { bytes: swap(&self.bytes, bytes), open: swap(&self.open_bytes, open) }
    }
}
