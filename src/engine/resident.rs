//! Guests and ledgers in memory: how they are loaded and what they weigh.

use crate::cache::Footprint;
use crate::domain::exposure::{Exposure, Ledger};
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, GuestKey};
use crate::store::LedgerKey;

use super::Engine;
use super::brands::Brand;
use super::error::Error;

impl Footprint for GuestState {
    fn bytes(&self) -> usize {
        self.resident_bytes()
    }
}

impl Footprint for Ledger {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.entries().len() * size_of::<Exposure>()
    }
}

impl Engine {
    /// Runs `work` on a guest's state under its lock. `work` returns its answer and the sequence it submitted, if any.
    pub(super) fn with_guest<R>(
        &self,
        brand: &Brand,
        key: GuestKey,
        work: impl FnOnce(&mut GuestState) -> (R, Option<u64>),
    ) -> Result<R, Error> {
        let load = || match self.store.guest(&brand.id, key)? {
            Some(state) => Ok::<_, Error>(state),
            None => {
                let now = self.clock.now();
                let serving = brand.serving();
                let prior = serving.as_ref().map(|s| s.prior(crate::domain::guest::NO_SEGMENT).belief(now));
                Ok(GuestState::unknown(prior.unwrap_or_else(|| crate::decide::serving::no_prior().belief(now))))
            }
        };
        self.guests.with(key, self.store.committed(), load, work)
    }

    /// Runs `work` on the ledger of a reservation or a room under its lock, where there is one to look at.
    pub(super) fn with_ledger<R>(
        &self,
        brand: &BrandId,
        key: Option<LedgerKey>,
        work: impl FnOnce(Option<&mut Ledger>) -> (R, Option<u64>),
    ) -> Result<R, Error> {
        let Some(key) = key else { return Ok(work(None).0) };
        let load = || Ok::<_, Error>(self.store.ledger(brand, key)?.unwrap_or_default());
        self.ledgers.with(GuestKey(key.hash), self.store.committed(), load, |ledger| work(Some(ledger)))
    }
}
