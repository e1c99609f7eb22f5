//! Guests and ledgers in memory: how they are loaded and what they weigh.

use std::time::Duration;

use crate::cache::{Bounds, Resident};
use crate::decide::Serving;
use crate::domain::exposure::Ledger;
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, GuestKey};
use crate::store::{LedgerKey, RecordKind, TimelineEntry, packed};

use super::brands::Brand;
use super::deciding::remember;
use super::error::Error;
use super::{Engine, EngineOptions, fold, persons};

impl Resident for GuestState {
    fn bytes(&self) -> usize {
        self.resident_bytes()
    }

    fn pack(&self) -> Box<[u8]> {
        packed::guest(self)
    }

    fn unpack(bytes: &[u8]) -> Self {
        packed::open_guest(bytes)
    }
}

impl Resident for Ledger {
    fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(self.entries())
    }

    fn pack(&self) -> Box<[u8]> {
        packed::ledger(self)
    }

    fn unpack(bytes: &[u8]) -> Self {
        packed::open_ledger(bytes)
    }
}

/// Bounds of one set of residents: its part of the memory for all.
pub(super) fn bounds(options: &EngineOptions, part: usize) -> Bounds {
    let bytes = options.resident_bytes / part;
    let open_bytes = (bytes as f64 * options.resident_open_share.clamp(0.0, 1.0)) as usize;
    Bounds { bytes, open_bytes }
}

impl Engine {
    /// A guest's state: the one on disk, with the decisions made since folded in.
    pub(super) fn load(&self, brand: &Brand, key: GuestKey) -> Result<GuestState, Error> {
        let stored = self.store.guest(&brand.id, key)?;
        let serving = brand.serving();
        let state =
            stored.unwrap_or_else(|| GuestState::unknown(fold::PRIOR.belief(self.clock.now())));
        match serving.filter(|_| state.part_of.is_none()) {
            Some(serving) => self.fold_decisions(key, state, &serving),
            None => Ok(state),
        }
    }

    /// Folds the decisions in that came after the stored state. There are fewer than
    /// [`STATE_EVERY`].
    fn fold_decisions(
        &self,
        key: GuestKey,
        mut state: GuestState,
        serving: &Serving,
    ) -> Result<GuestState, Error> {
        // Decisions after the stored state were made after its latest evidence, give or take what
        // clocks disagree.
        let floor = state.taste.updated.minus(Duration::from_secs(3_600));
        let mut lines = Vec::new();
        for id in persons::timelines(key, &state) {
            lines.extend(self.store.timeline_since(id, floor)?);
        }
        let is_new = |line: &&TimelineEntry| {
            line.kind == RecordKind::Decision && line.sequence > state.sequence
        };
        let mut since: Vec<u64> = lines.iter().filter(is_new).map(|line| line.sequence).collect();
        since.sort_unstable();
        for sequence in since {
            if let Some(decision) = self.stored_decision_at(sequence)? {
                fold::to_now(&mut state, serving, &self.options, decision.decided);
                remember(&decision, serving, &mut state);
            }
        }
        Ok(state)
    }

    /// Runs `work` on the ledger of a reservation or a room under its lock, where there is one to
    /// look at.
    pub(super) fn with_ledger<R>(
        &self,
        brand: &BrandId,
        key: Option<LedgerKey>,
        work: impl FnOnce(Option<&mut Ledger>) -> (R, Option<u64>),
    ) -> Result<R, Error> {
        let Some(key) = key else { return Ok(work(None).0) };
        let load = || Ok::<_, Error>(self.store.ledger(brand, key)?.unwrap_or_default());
        self.ledgers
            .with(GuestKey(key.hash), self.store.committed(), load, |ledger| work(Some(ledger)))
    }
}
