//! How fast the browsers of a guest may call: so many calls in a minute of the clock.
//!
//! A token in a browser can be stolen, and a page can run in circles. The table has a fixed size and
//! no lock: guests fall into its places by a hash whose key nobody outside knows, and the few who
//! share a place share its calls, which are far more than a page makes.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;

/// Places of the table: half a megabyte.
const PLACES: usize = 1 << 16;
/// Bits of a place that count; the others name the minute.
const COUNT_BITS: u32 = 32;

/// Counts calls of guest tokens.
pub(crate) struct Pace {
    hash: RandomState,
    /// Minute since the epoch, and calls in it.
    places: Box<[AtomicU64]>,
    calls_max: u32,
}

impl Pace {
    /// At most so many calls a minute for each guest; 0: as many as come.
    pub(crate) fn new(calls_max: u32) -> Self {
        let places = if calls_max == 0 { 0 } else { PLACES };
        let places = (0..places).map(|_| AtomicU64::new(0)).collect();
        Self { hash: RandomState::new(), places, calls_max }
    }

    /// Counts a call; false where it is one too many. Who is not held to a guest is not counted.
    pub(crate) fn admits(&self, scope: &Scope, now: Timestamp) -> bool {
        let Some(bound) = &scope.bound else { return true };
        let hash = self.hash.hash_one((scope.brand.as_str(), bound.guest.as_str()));
        let at = usize::try_from(hash).unwrap_or(usize::MAX) & (PLACES - 1);
        let Some(place) = self.places.get(at) else { return true };
        let minute = u64::try_from(now.as_seconds() / 60).unwrap_or(0);
        let count = |held: u64| {
            let counted = if held >> COUNT_BITS == minute { held & u64::from(u32::MAX) } else { 0 };
            (counted < u64::from(self.calls_max)).then_some(minute << COUNT_BITS | (counted + 1))
        };
        place.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::domain::id::GuestId;
    use crate::domain::scope::GuestBound;
    use crate::grpc::testing::{NOW, scope};

    fn held_to(guest: &str) -> Scope {
        let guest = GuestId::parse("g", guest).unwrap();
        let bound = GuestBound { guest, placements: Vec::new(), reservation: None };
        Scope { bound: Some(Arc::new(bound)), ..scope() }
    }

    #[test]
    fn a_guest_has_so_many_calls_a_minute_and_another_their_own() {
        let pace = Pace::new(3);
        let (ana, key) = (held_to("ana"), scope());
        let calls = |scope: &Scope, now| (0..10).filter(|_| pace.admits(scope, now)).count();
        assert_eq!(calls(&ana, NOW), 3);
        let others = (0..20).map(|n| calls(&held_to(&format!("g{n}")), NOW)).sum::<usize>();
        assert!(others >= 54, "at most a place or two is shared: {others}");
        assert_eq!(calls(&key, NOW), 10, "a key is not counted");
        assert_eq!(calls(&ana, NOW.plus(Duration::from_secs(60))), 3, "the next minute");
        assert_eq!((0..10).filter(|_| Pace::new(0).admits(&ana, NOW)).count(), 10);
    }
}
