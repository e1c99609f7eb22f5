//! Another catalog may have other moments: every guest with a stay is looked at once, a few at a time,
//! and reminded of what is due by now first. What is on file is read past the cache, and nobody is
//! locked: a reminder too many does nothing.

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::id::GuestKey;
use crate::domain::lifecycle::Trigger;
use crate::domain::time::Timestamp;
use crate::engine::Engine;
use crate::engine::brands::Brand;
use crate::engine::error::Error;
use crate::store::Wake;

use super::agenda::next_of;

/// Guests looked at in one round of upkeep.
const GUESTS_MAX: usize = 2_000;
/// Set in nonces of reminders of a sweep.
const SWEPT: u64 = 0b11 << 62;

/// How far a sweep has come.
#[derive(Debug, Default)]
pub(in crate::engine) struct Swept {
    /// What the triggers were when it began; `None`: nothing was looked up yet.
    by: Option<u64>,
    /// The guest it goes on from; `None`: it is done.
    from: Option<GuestKey>,
}

impl Engine {
    /// Goes on with the sweeps that are under way, and begins those that are owed.
    pub(super) fn sweep(&self, now: Timestamp) -> Result<(), Error> {
        for brand in self.brands.all() {
            self.sweep_brand(&brand, now)?;
        }
        Ok(())
    }

    fn sweep_brand(&self, brand: &Brand, now: Timestamp) -> Result<(), Error> {
        let Some(serving) = brand.serving() else { return Ok(()) };
        let by = print(&serving.catalog.content().lifecycle);
        let mut swept = brand.swept.lock();
        if swept.by != Some(by) {
            let known = self.store.timers_set_by(&brand.id)?;
            let is_done = known.as_deref() == Some(&by.to_be_bytes()[..]);
            *swept = Swept { by: Some(by), from: (!is_done).then_some(GuestKey([0; 16])) };
        }
        let Some(from) = swept.from else { return Ok(()) };
        let guests = self.store.some_guests(&brand.id, from, GUESTS_MAX)?;
        let last = guests.last().map(|(key, _)| *key);
        let is_last = guests.len() < GUESTS_MAX;
        let mut put = Vec::new();
        for (guest, state) in guests {
            if let Some((at, _)) = next_of(&state, &serving) {
                let nonce = SWEPT | self.store.last_sequence();
                put.push(Wake { at: at.max(now), nonce, brand: brand.id.clone(), guest });
            }
        }
        put.iter().for_each(|wake| self.lower_reminders(wake.at));
        self.committer.put_wakes(&put, &[], Box::new(|_| ()));
        swept.from = last.filter(|_| !is_last).map(after);
        if swept.from.is_none() {
            self.committer.put_timers_set_by(&brand.id, &by.to_be_bytes(), Box::new(|_| ()));
        }
        Ok(())
    }
}

/// The key behind another; the very last has none behind it, and comes again.
fn after(key: GuestKey) -> GuestKey {
    GuestKey(u128::from_be_bytes(key.0).saturating_add(1).to_be_bytes())
}

/// Tells sets of triggers apart.
fn print(triggers: &[Trigger]) -> u64 {
    xxh3_64(format!("{triggers:?}").as_bytes())
}
