//! Who wants to hear when something of a key changes.
//!
//! A watcher is a mark: a change sets bits of it and wakes its owner, and however many changes come
//! before the owner looks, it looks once. Nothing is queued: a watcher who never looks costs its
//! place and no more, and delays nobody. Without watchers a change costs one read of a counter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use dashmap::DashMap;

use super::key_hash::KeyHashBuilder;
use crate::domain::id::{BrandId, GuestKey};

/// Wakes who watches; called from whoever makes the change, so it must be quick and never wait.
pub type Wake = Box<dyn Fn() + Send + Sync>;

struct Mark {
    brand: BrandId,
    bits: AtomicU32,
    wake: Wake,
}

impl Mark {
    fn set(&self, bits: u32) {
        // Who was marked before was woken before, and has not looked yet.
        if self.bits.fetch_or(bits, Ordering::AcqRel) == 0 {
            (self.wake)();
        }
    }
}

/// All watchers, by guest.
#[derive(Default)]
pub struct Watchers {
    open: AtomicUsize,
    marks: DashMap<GuestKey, Vec<Arc<Mark>>, KeyHashBuilder>,
}

impl Watchers {
    /// Watches a guest until the watch is dropped.
    pub fn watch(self: &Arc<Self>, brand: BrandId, guest: GuestKey, wake: Wake) -> Watching {
        let mark = Arc::new(Mark { brand, bits: AtomicU32::new(0), wake });
        self.marks.entry(guest).or_default().push(Arc::clone(&mark));
        self.open.fetch_add(1, Ordering::AcqRel);
        Watching { all: Arc::clone(self), guest, mark }
    }

    /// Something of a guest changed.
    pub fn mark(&self, guest: GuestKey, bits: u32) {
        if self.open.load(Ordering::Acquire) > 0
            && let Some(marks) = self.marks.get(&guest)
        {
            marks.iter().for_each(|mark| mark.set(bits));
        }
    }

    /// Something changed that concerns every guest of a brand.
    pub fn mark_all(&self, brand: &BrandId, bits: u32) {
        if self.open.load(Ordering::Acquire) > 0 {
            let marks = self.marks.iter();
            marks.for_each(|of_guest| {
                of_guest.iter().filter(|mark| mark.brand == *brand).for_each(|mark| mark.set(bits));
            });
        }
    }

    /// How many watch.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }
}

/// A watch. It ends when it is dropped.
pub struct Watching {
    all: Arc<Watchers>,
    guest: GuestKey,
    mark: Arc<Mark>,
}

impl Watching {
    /// What changed since it was taken last. Take it before looking at the guest: what changes
    /// after that marks anew.
    pub fn take(&self) -> u32 {
        self.mark.bits.swap(0, Ordering::AcqRel)
    }

    /// Puts back what was taken, where the look failed for now.
    pub fn put_back(&self, bits: u32) {
        self.mark.bits.fetch_or(bits, Ordering::AcqRel);
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(mut marks) = self.all.marks.get_mut(&self.guest) {
            marks.retain(|mark| !Arc::ptr_eq(mark, &self.mark));
        }
        self.all.marks.remove_if(&self.guest, |_, marks| marks.is_empty());
        self.all.open.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(id: &str) -> BrandId {
        BrandId::parse("brand", id).unwrap()
    }

    #[test]
    fn marks_add_up_and_wake_once_until_they_are_taken() {
        let all = Arc::new(Watchers::default());
        let woken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&woken);
        let wake = Box::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        let watching = all.watch(brand("a"), GuestKey([1; 16]), wake);
        all.mark(GuestKey([2; 16]), 1);
        all.mark_all(&brand("b"), 1);
        assert_eq!((watching.take(), woken.load(Ordering::SeqCst)), (0, 0), "others");
        all.mark(GuestKey([1; 16]), 1);
        all.mark_all(&brand("a"), 4);
        assert_eq!(woken.load(Ordering::SeqCst), 1);
        assert_eq!((watching.take(), watching.take()), (5, 0));
        all.mark(GuestKey([1; 16]), 2);
        assert_eq!(woken.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_watch_that_ended_leaves_nothing_behind() {
        let all = Arc::new(Watchers::default());
        let watch = || all.watch(brand("a"), GuestKey([1; 16]), Box::new(|| {}));
        let (first, second) = (watch(), watch());
        drop(first);
        all.mark(GuestKey([1; 16]), 1);
        assert_eq!((second.take(), all.open()), (1, 1));
        drop(second);
        assert_eq!((all.open(), all.marks.len()), (0, 0));
    }
}
