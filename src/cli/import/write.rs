//! Writes the plan through the engine's one durable path: the way every event goes, with many under
//! way.
//!
//! One waiter for each group of events: the log is ordered, so when the last of a group is on disk,
//! all before it are. What is under way is bounded, which bounds the memory of the queue.
//!
//! Facts have no id of their own by which a repetition could be told. So the booking's event goes
//! first: where it is new, the facts are new; where it was there before, the facts are compared,
//! and written only if a crash came between.

use std::sync::Arc;

use indicatif::ProgressBar;
use parking_lot::{Condvar, Mutex};

use crate::domain::profile::ProfileChange;
use crate::domain::scope::Scope;
use crate::engine::{Engine, Error, ErrorKind, IncomingEvent, Waiter};

use super::events::Translator;
use super::plan::Reading;
use super::timeline::{Moment, Step};

/// Events of a group: one waiter each.
const GROUP: usize = 256;
/// Records under way.
const UNDER_WAY_MAX: usize = 8_192;

/// What came of the writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Written {
    /// Bookings of which something was new.
    pub(super) bookings: u64,
    /// Events new to the log.
    pub(super) events: u64,
    /// Guests whose facts were written.
    pub(super) profiles: u64,
    /// Of those, guests who have opted in.
    pub(super) opted_in: u64,
    /// Events that were there before.
    pub(super) duplicates: u64,
    /// Events that were there before with another content: imported with other dates.
    pub(super) conflicts: u64,
}

/// Writes every moment, in order, and returns when all of it is on disk.
///
/// # Errors
/// Where the engine refuses a record; what was written before stays, and repeating the import
/// completes it.
pub(super) fn write(
    engine: &Engine,
    scope: &Scope,
    translator: &Translator,
    reading: &Reading,
    moments: &[Moment],
    progress: &ProgressBar,
) -> Result<Written, Error> {
    let mut writer = Writer::new(engine, scope);
    for (at, moment) in moments.iter().enumerate() {
        let Some((row, booking)) = reading.bookings.get(moment.booking as usize) else { continue };
        let event = translator.event(*row, booking, moment)?;
        let is_new = writer.record(IncomingEvent {
            event,
            token: None,
            decision: None,
            slot: None,
            held: None,
        })?;
        if moment.step == Step::Book {
            let change = translator.profile(*row, booking, moment.time)?;
            if is_new || !writer.has_facts(&change)? {
                writer.written.opted_in += u64::from(translator.has_consented(*row));
                writer.change(change)?;
            }
            writer.written.bookings += u64::from(is_new);
        }
        if at % 1_024 == 0 {
            progress.set_position(at as u64);
        }
    }
    progress.set_position(moments.len() as u64);
    writer.finish()
}

struct Writer<'a> {
    engine: &'a Engine,
    scope: &'a Scope,
    gate: Arc<Gate>,
    in_group: usize,
    last_sequence: u64,
    written: Written,
}

impl<'a> Writer<'a> {
    fn new(engine: &'a Engine, scope: &'a Scope) -> Self {
        let (gate, written) = (Arc::default(), Written::default());
        Self { engine, scope, gate, in_group: 0, last_sequence: 0, written }
    }

    /// Records an event. True where it is new.
    fn record(&mut self, incoming: IncomingEvent) -> Result<bool, Error> {
        loop {
            let ends_group = self.in_group + 1 >= GROUP;
            let waiter = if ends_group { Some(self.gate.enter(GROUP)?) } else { None };
            self.in_group = if ends_group { 0 } else { self.in_group + 1 };
            match self.engine.record(self.scope, incoming.clone(), waiter) {
                Ok(recorded) => {
                    self.last_sequence = self.last_sequence.max(recorded.sequence);
                    self.written.duplicates += u64::from(recorded.is_duplicate);
                    self.written.events += u64::from(!recorded.is_duplicate);
                    return Ok(!recorded.is_duplicate);
                }
                Err(e) if e.kind == ErrorKind::Overloaded => self.drain()?,
                Err(e) if e.kind == ErrorKind::Conflict => {
                    self.written.conflicts += 1;
                    return Ok(false);
                }
                Err(e) => return Err(e),
            }
        }
    }

    fn change(&mut self, change: ProfileChange) -> Result<(), Error> {
        let waiter = self.gate.enter(1)?;
        let sequence = self.engine.change_profile(self.scope, change, waiter)?;
        self.last_sequence = self.last_sequence.max(sequence);
        self.written.profiles += 1;
        Ok(())
    }

    /// Are the facts and consents of a change on file already?
    fn has_facts(&self, change: &ProfileChange) -> Result<bool, Error> {
        let profile = self.engine.guest(self.scope, &change.guest)?.profile;
        let has_consent = |consent| profile.consents.contains(consent);
        Ok(change.facts.as_ref() == Some(&profile.facts) && change.consents.iter().all(has_consent))
    }

    /// Waits until everything written so far is on disk.
    fn drain(&self) -> Result<(), Error> {
        if self.last_sequence > 0 {
            self.engine.wait_for(self.last_sequence, self.gate.enter(1)?);
        }
        self.gate.wait_below(1)
    }

    fn finish(self) -> Result<Written, Error> {
        self.drain()?;
        Ok(self.written)
    }
}

/// Counts what is under way, and keeps the first failure.
#[derive(Default)]
struct Gate {
    state: Mutex<(usize, Option<Error>)>,
    moved: Condvar,
}

impl Gate {
    /// Waits for room, then takes `weight` of it; the waiter gives it back.
    fn enter(self: &Arc<Self>, weight: usize) -> Result<Waiter, Error> {
        self.wait_below(UNDER_WAY_MAX)?;
        self.state.lock().0 += weight;
        let gate = Arc::clone(self);
        Ok(Box::new(move |result| {
            let mut state = gate.state.lock();
            state.0 = state.0.saturating_sub(weight);
            if let (Err(e), None) = (result, &state.1) {
                state.1 = Some(e);
            }
            drop(state);
            gate.moved.notify_one();
        }))
    }

    fn wait_below(&self, limit: usize) -> Result<(), Error> {
        let mut state = self.state.lock();
        while state.0 >= limit && state.1.is_none() {
            self.moved.wait(&mut state);
        }
        state.1.clone().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_waits_for_room_and_remembers_a_failure() {
        let gate = Arc::new(Gate::default());
        let waiters: Vec<Waiter> = (0..4).map(|_| gate.enter(UNDER_WAY_MAX / 4).unwrap()).collect();
        std::thread::scope(|scope| {
            let entered = scope.spawn(|| gate.enter(1).map(|_| ()).map_err(|e| e.kind));
            for waiter in waiters {
                waiter(Ok(()));
            }
            assert_eq!(entered.join().expect("the waiting thread"), Ok(()));
        });
        let failed = gate.enter(1).unwrap();
        failed(Err(Error::new(ErrorKind::Indeterminate, "STORE", "gone")));
        assert_eq!(gate.enter(1).map(|_| ()).map_err(|e| e.kind), Err(ErrorKind::Indeterminate));
    }
}
