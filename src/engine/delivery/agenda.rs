//! Reminders: when to look at a guest again, and the look.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::decide::Serving;
use crate::domain::delivery::Journey;
use crate::domain::guest::GuestState;
use crate::domain::id::GuestKey;
use crate::domain::lifecycle::{ClockOf, Trigger};
use crate::domain::time::Timestamp;
use crate::domain::zone::Zone;
use crate::engine::Engine;
use crate::engine::brands::Brand;
use crate::engine::error::Error;
use crate::engine::persons::Person;
use crate::store::{Reservation, Wake};
use crate::sys::telemetry;

/// Reminders looked at between two writes.
const GROUP_MAX: usize = 256;
/// Things done about a guest at one look.
const STEPS_MAX: usize = 32;
/// Set in nonces of reminders written beside the log, so that they differ from those within it.
const BESIDE: u64 = 1 << 63;

/// A bound below every reminder there is: while it lies ahead nothing is due, and nothing is read.
#[derive(Debug)]
pub(in crate::engine) struct Reminders(AtomicI64);

impl Default for Reminders {
    /// Nothing is known yet of what lies on the disk.
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl Reminders {
    fn lower(&self, to: Timestamp) {
        self.0.fetch_min(to.as_micros(), Ordering::AcqRel);
    }

    fn is_due(&self, now: Timestamp) -> bool {
        self.0.load(Ordering::Acquire) <= now.as_micros()
    }

    fn take(&self) -> Timestamp {
        Timestamp::from_micros(self.0.swap(i64::MAX, Ordering::AcqRel))
    }
}

/// What is due first for a guest.
pub(super) enum Due {
    /// A dispatch, by its place.
    Dispatch(usize),
    /// A trigger of a journey, by their places in catalog and agenda.
    Trigger { trigger: usize, journey: usize },
}

impl Engine {
    /// Moves a guest's reminder to where it belongs after a change, in the batch of its record.
    pub(in crate::engine) fn plan_wake(
        &self,
        brand: &Brand,
        serving: &Serving,
        (key, guest): (GuestKey, &mut GuestState),
        reservation: &mut Reservation<'_>,
    ) {
        let wake = next_of(guest, serving).map_or(Timestamp::NEVER, |(at, _)| at);
        let agenda = &mut guest.agenda;
        if wake == agenda.wake {
            return;
        }
        reservation.wake(&brand.id, key, (agenda.wake, agenda.nonce), wake);
        agenda.wake = wake;
        agenda.nonce = if wake == Timestamp::NEVER { 0 } else { reservation.sequence() };
        self.reminders.lower(wake);
    }

    pub(super) fn lower_reminders(&self, to: Timestamp) {
        self.reminders.lower(to);
    }

    /// Does what is due. From upkeep, by one thread at a time.
    pub(in crate::engine) fn run_agenda(&self, now: Timestamp) -> Result<(), Error> {
        self.measure_outboxes(now);
        self.sweep(now)?;
        while self.reminders.is_due(now) {
            let from = self.reminders.take();
            let attended = self.attend_some(from, now);
            if !matches!(attended, Ok(true)) {
                // What could not be done is due still.
                self.reminders.lower(from);
                return attended.map(|_| ());
            }
        }
        Ok(())
    }

    /// Tells metrics how full the outboxes are.
    fn measure_outboxes(&self, now: Timestamp) {
        let (mut messages, mut leased, mut oldest) = (0, 0, 0.0_f64);
        for brand in self.brands.all() {
            let status = brand.mail.status(now);
            messages += status.messages;
            leased += status.leased;
            let waited = status.oldest_due.map_or(0.0, |at| now.since(at).as_secs_f64());
            oldest = oldest.max(waited);
        }
        let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        metrics::gauge!(telemetry::OUTBOX_MESSAGES).set(count(messages));
        metrics::gauge!(telemetry::OUTBOX_LEASED).set(count(leased));
        metrics::gauge!(telemetry::OUTBOX_OLDEST_SECONDS).set(oldest);
    }

    /// Looks at the guests of some reminders. False: one of them could not be attended to now.
    fn attend_some(&self, from: Timestamp, now: Timestamp) -> Result<bool, Error> {
        // What was planned before the bound was taken is on disk after this.
        self.committer.flush()?;
        let mut wakes = Vec::new();
        for wake in self.store.wakes(from, Timestamp::NEVER) {
            let wake = wake?;
            if wake.at > now || wakes.len() == GROUP_MAX {
                self.reminders.lower(wake.at);
                break;
            }
            wakes.push(wake);
        }
        let (mut put, mut gone, mut is_whole) = (Vec::new(), Vec::new(), true);
        for wake in wakes {
            match self.attend(&wake, now) {
                Ok(next) => {
                    put.extend(next);
                    gone.push(wake);
                }
                Err(error) => {
                    is_whole = false;
                    if !error.is_passing() {
                        tracing::error!(brand = %wake.brand, %error, "a reminder failed");
                    }
                }
            }
        }
        if !gone.is_empty() {
            put.iter().for_each(|wake: &Wake| self.reminders.lower(wake.at));
            self.committer.put_wakes(&put, &gone, Box::new(|_| ()));
        }
        self.committer.flush()?;
        Ok(is_whole)
    }

    /// Does what is due about one guest; gives a new reminder where no record wrote one.
    fn attend(&self, wake: &Wake, now: Timestamp) -> Result<Option<Wake>, Error> {
        let brand = self.brands.get(&wake.brand);
        let serving = brand.need_serving()?;
        for _ in 0..STEPS_MAX {
            let (key, one) = (wake.guest, &brand);
            let step = self.with_guest(&brand, key, |guest, person| {
                let done = self.step((one, &serving), (person, guest), now);
                let sequence = done.as_ref().ok().and_then(|(_, sequence)| *sequence);
                (done.map(|(goes_on, _)| goes_on), sequence)
            })??;
            if !step {
                break;
            }
        }
        self.with_guest(&brand, wake.guest, |guest, person| {
            let is_mine = (guest.agenda.wake, guest.agenda.nonce) == (wake.at, wake.nonce);
            let next = next_of(guest, &serving).map(|(at, _)| at);
            let moved = next.filter(|at| is_mine || *at < guest.agenda.wake);
            let moved = moved.map(|at| {
                let nonce = BESIDE | self.store.last_sequence();
                Wake { at, nonce, brand: wake.brand.clone(), guest: person.key }
            });
            if is_mine || moved.is_some() {
                guest.agenda.wake = moved.as_ref().map_or(Timestamp::NEVER, |wake| wake.at);
                guest.agenda.nonce = moved.as_ref().map_or(0, |wake| wake.nonce);
            }
            (moved, None)
        })
    }

    /// Does the first thing that is due about a guest. Says whether there was one, and the sequence of
    /// the record where it wrote one.
    fn step(
        &self,
        (brand, serving): (&Arc<Brand>, &Serving),
        (person, guest): (&Person, &mut GuestState),
        now: Timestamp,
    ) -> Result<(bool, Option<u64>), Error> {
        match next_of(guest, serving).filter(|(at, _)| *at <= now) {
            None => Ok((false, None)),
            Some((_, Due::Dispatch(at))) => {
                let written = self.advance((brand, serving), (person.key, guest), at, now)?;
                Ok((true, written))
            }
            Some((due, Due::Trigger { trigger, journey })) => {
                let place = (trigger, journey);
                let sequence = self.fire((brand, serving), (person, guest), place, (due, now))?;
                Ok((true, Some(sequence)))
            }
        }
    }
}

/// What is to be done first about a guest, and when, as the catalog in force has it.
pub(super) fn next_of(guest: &GuestState, serving: &Serving) -> Option<(Timestamp, Due)> {
    let dispatches = guest.dispatches.iter().enumerate();
    let dispatches = dispatches.map(|(at, dispatch)| (dispatch.next, Due::Dispatch(at)));
    let journeys = guest.agenda.journeys.iter().enumerate();
    let triggers = &serving.catalog.content().lifecycle;
    let of_journeys = journeys.flat_map(|(journey, on)| {
        triggers.iter().enumerate().filter_map(move |(at, trigger)| {
            let due = due_of(guest, serving, on, trigger)?;
            Some((due, Due::Trigger { trigger: at, journey }))
        })
    });
    // Of equals the first: messages before triggers, in their orders.
    dispatches.chain(of_journeys).min_by_key(|(at, _)| *at)
}

/// When a trigger is due for a journey, where it is yet to come or to be made up for.
pub(super) fn due_of(
    guest: &GuestState,
    serving: &Serving,
    journey: &Journey,
    trigger: &Trigger,
) -> Option<Timestamp> {
    if !trigger.is_for(&journey.property) || journey.done.contains(&trigger.hash()) {
        return None;
    }
    let print = journey.fingerprint();
    let stay = guest.stays.iter().find(|stay| stay.reservation == print)?;
    let property = serving.catalog.property_index(&journey.property)?;
    let house = *serving.zones.get(usize::from(property.0))?;
    let home = || guest.home.zone.as_deref().and_then(Zone::find);
    let zone = match trigger.clock {
        ClockOf::Property => house,
        ClockOf::Guest => home().unwrap_or(house),
    };
    trigger.due(journey, stay, &guest.stays, zone)
}
