//! What must be done again and again: labels mature, the wait of ranks ends, old events may be
//! forgotten.

use std::sync::atomic::Ordering;

use crate::domain::record::{Body, Record};
use crate::domain::time::Timestamp;
use crate::store::Store;

use super::Engine;
use super::error::Error;

/// What upkeep remembers between two ticks.
#[derive(Debug, Default)]
pub(super) struct Upkeep {
    /// Labels of decisions up to this sequence were said to be final.
    matured: Option<u64>,
}

impl Engine {
    /// Upkeep; call it a few times a second, from a thread that may block. Says which labels are
    /// final from now on: those of decisions older than the maturity window.
    ///
    /// # Errors
    /// Where the log cannot be read or written.
    pub fn tick(&self) -> Result<(), Error> {
        if self.holds_upkeep.load(Ordering::Acquire) { Ok(()) } else { self.upkeep() }
    }

    /// Leaves upkeep to the caller's own [`Self::upkeep`] (a simulation that moves the clock), or
    /// takes it back.
    pub fn hold_upkeep(&self, held: bool) {
        self.holds_upkeep.store(held, Ordering::Release);
    }

    /// Upkeep now, whether or not it is held.
    ///
    /// # Errors
    /// As [`Self::tick`].
    pub fn upkeep(&self) -> Result<(), Error> {
        let Some(mut upkeep) = self.upkeep.try_lock() else { return Ok(()) };
        let now = self.clock.now();
        self.settle_ranks(now)?;
        self.lapse_holds(now);
        self.run_agenda(now)?;
        self.serve_boards(now)?;
        self.store.forget_events_before(
            now.minus(self.options.event_age_max).minus(std::time::Duration::from_secs(86_400)),
        );
        let matured = match upkeep.matured {
            Some(matured) => matured,
            None => self.brands.all().iter().map(|b| b.learner.lock().matured()).max().unwrap_or(0),
        };
        upkeep.matured = Some(matured);
        // Nothing was decided since: nothing can mature.
        if self.last_decision.load(Ordering::Acquire) <= matured {
            return Ok(());
        }
        let through = last_recorded_before(&self.store, now.minus(self.options.maturity), matured)?;
        if through <= matured {
            return Ok(());
        }
        let Some(brand) = self.brands.all().into_iter().next() else { return Ok(()) };
        self.write(&brand, Body::Matured { through }, |_| {})?;
        upkeep.matured = Some(through);
        self.learner.wake();
        Ok(())
    }
}

/// Last sequence on disk recorded at or before a moment, not below `floor`. Records stand in
/// the order of their moments, so this is a bisection.
pub(super) fn last_recorded_before(
    store: &Store,
    moment: Timestamp,
    floor: u64,
) -> Result<u64, Error> {
    let (mut low, mut high) = (floor, store.committed());
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        match next_record(store, middle, high)? {
            Some(record) if record.recorded <= moment => low = record.sequence.max(middle),
            Some(_) | None => high = middle - 1,
        }
    }
    Ok(low)
}

/// The first record from a sequence on, passing over empty ones.
fn next_record(store: &Store, from: u64, until: u64) -> Result<Option<Record>, Error> {
    for sequence in from..=until {
        if let Some(record) = store.record(sequence)? {
            return Ok(Some(record));
        }
    }
    Ok(None)
}
