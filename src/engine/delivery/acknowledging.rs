//! A reader has sent a message, or could not: it leaves the outbox in the batch that says so.

use std::sync::Arc;

use crate::decide::Serving;
use crate::domain::decision::Decision;
use crate::domain::delivery::{DeliveryFact, EndReason, Progress, Step, exposed_as};
use crate::domain::exposure::ExposureState;
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, GuestKey};
use crate::domain::record::{Body, Record};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;
use crate::engine::activating::Shown;
use crate::engine::brands::Brand;
use crate::engine::calls::Waiter;
use crate::engine::error::Error;
use crate::engine::{Engine, activating, store_waiter};
use crate::learn::channel::fallback;
use crate::store::Reservation;

use super::leaving::place_of;
use super::posting::letter_of;
use super::row::Row;

/// What a sender says of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Its place in the outbox.
    pub offset: u64,
    /// Could it not be sent? Then the next channel is tried at once.
    pub has_failed: bool,
}

/// What came of an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    /// The message has left the outbox.
    Taken,
    /// There is no such message: acknowledged before, taken out meanwhile, or never there.
    Unknown,
}

impl Engine {
    /// Takes acknowledgements. To repeat one changes nothing. On disk when `waiter` is told.
    ///
    /// # Errors
    /// Without the right; where too much waits for the disk. Those before the error are taken.
    pub fn acknowledge(
        &self,
        scope: &Scope,
        said: &[Acknowledgement],
        waiter: Waiter,
    ) -> Result<Vec<Acknowledged>, Error> {
        self.need(scope, Right::Deliver)?;
        let brand = self.brands.get(&scope.brand);
        let mut last = 0;
        let mut came = Vec::with_capacity(said.len());
        for one in said {
            let letter = brand.mail.letter(one.offset).filter(|l| scope.reaches(&l.property));
            let taken = match letter {
                Some(letter) => self.acknowledge_one(&brand, letter.guest, *one)?,
                None => None,
            };
            last = taken.map_or(last, |sequence| last.max(sequence));
            came.push(taken.map_or(Acknowledged::Unknown, |_| Acknowledged::Taken));
        }
        self.committer.when_written(last, store_waiter(waiter));
        Ok(came)
    }

    fn acknowledge_one(
        &self,
        brand: &Arc<Brand>,
        key: GuestKey,
        said: Acknowledgement,
    ) -> Result<Option<u64>, Error> {
        let serving = brand.need_serving()?;
        let now = self.clock.now();
        let taken = self.with_guest(brand, key, |guest, person| {
            let Some(place) = place_of(guest, said.offset) else {
                brand.mail.remove(said.offset);
                return (Ok(None), None);
            };
            let step = match said.has_failed {
                true => Step::Cancelled(EndReason::SenderFailed),
                false => Step::Sent,
            };
            let window = guest.dispatches[place.0].attempts[place.1];
            let change = (step, window.not_before, window.not_after);
            let made = self.write_step((brand, &serving), (person.key, guest), place, change, now);
            let sequence = made.as_ref().ok().copied();
            (made.map(Some), sequence)
        })?;
        if matches!(taken, Ok(Some(_))) {
            self.mark(brand, key, crate::engine::watching::Cause::Outcome.bit());
        }
        taken
    }

    /// Writes what became of an attempt that waits in the outbox, with all that follows from it:
    /// caps, what counts as shown, the row, the reminder. Gives the record's sequence.
    pub(super) fn write_step(
        &self,
        (brand, serving): (&Arc<Brand>, &Serving),
        (key, guest): (GuestKey, &mut GuestState),
        (at, number): (usize, usize),
        (step, not_before, not_after): (Step, Timestamp, Timestamp),
        now: Timestamp,
    ) -> Result<u64, Error> {
        let decision = self.decision_under_way(brand, guest.dispatches[at].decision)?;
        let catalog = self.catalog_of(brand, decision.catalog_version)?;
        let party = self.party_of(&brand.id, &decision, &catalog);
        let offset = guest.dispatches[at].attempts[number].offset;
        let exposed = exposed_as(decision.short(), number);
        let sequence = self.with_party(&brand.id, party, |mut party| {
            let mut reservation = self.committer.reserve()?;
            let sequence = reservation.sequence();
            let attempt = &mut guest.dispatches[at].attempts[number];
            let channel = attempt.channel;
            match step {
                Step::Sent => {
                    attempt.progress = Progress::Sent;
                    attempt.at = now;
                    guest.dispatches[at].next = now.plus(fallback::patience(channel));
                    let shown =
                        Shown::of_record(&decision, Default::default(), Arc::clone(&catalog));
                    let show = |ledger: &mut crate::domain::exposure::Ledger| {
                        if ledger.advance(exposed, None, ExposureState::Shown, now) == 0 {
                            activating::show(ledger, &shown, now);
                        }
                    };
                    show(&mut guest.ledger);
                    party.change(&brand.id, &mut reservation, show);
                    self.saw_message(&decision, guest, &shown, &mut reservation, now)?;
                }
                Step::Moved => {
                    attempt.not_before = not_before;
                    attempt.not_after = not_after;
                    attempt.was_moved = true;
                    guest.dispatches[at].next = not_after;
                    let letter = letter_of(&decision, &guest.dispatches[at].attempts[number]);
                    let row = Row::encode_of(&brand.id, &letter);
                    reservation.change_outbox(offset, Some(&row));
                }
                Step::Cancelled(_) | Step::Queued | Step::Ended(_) => {
                    attempt.progress = Progress::Failed;
                    attempt.at = now;
                    guest.dispatches[at].next = now;
                    guest.ledger.release(exposed);
                    party.change(&brand.id, &mut reservation, |ledger| ledger.release(exposed));
                }
            }
            if step != Step::Moved {
                reservation.change_outbox(offset, None);
            }
            let attempt = u8::try_from(number).unwrap_or(u8::MAX);
            let id = decision.id;
            let fact = DeliveryFact { decision: id, attempt, channel, step, not_before, not_after };
            reservation.record(&record_of(&brand.id, (sequence, now), key, fact));
            guest.sequence = sequence;
            self.keep(brand, serving, (key, guest), &mut reservation);
            reservation.submit_and_tell(Box::new(|_| ()));
            Ok((sequence, sequence))
        })?;
        match step {
            Step::Moved => brand.mail.postpone(offset, not_before),
            _ => brand.mail.remove(offset),
        }
        self.learner.wake();
        Ok(sequence)
    }

    /// The message has left: from here on silence is an answer, and its offers count as seen.
    fn saw_message(
        &self,
        decision: &Decision,
        guest: &mut GuestState,
        shown: &Shown,
        reservation: &mut Reservation<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mine = guest.open.iter_mut().filter(|open| open.decision == decision.short());
        for open in mine.filter(|open| open.awaits_showing) {
            open.awaits_showing = false;
            open.at = now;
        }
        let sequence = reservation.sequence();
        self.saw(reservation, shown, sequence)
    }
}

/// The record of what became of an attempt.
pub(super) fn record_of(
    brand: &BrandId,
    (sequence, recorded): (u64, Timestamp),
    guest: GuestKey,
    fact: DeliveryFact,
) -> Record {
    Record { sequence, brand: brand.clone(), recorded, body: Body::Delivery { guest, fact } }
}
