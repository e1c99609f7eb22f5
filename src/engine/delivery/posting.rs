//! A decision's message goes into the outbox.

use std::sync::Arc;

use crate::decide::Serving;
use crate::domain::decision::{ChannelChoice, Decision, SendOutcome};
use crate::domain::delivery::{Attempt, Dispatch, Progress};
use crate::domain::guest::GuestState;
use crate::domain::id::GuestKey;
use crate::domain::request::{ChannelRequest, DecideRequest};
use crate::engine::brands::Brand;
use crate::engine::error::{Error, ErrorKind};
use crate::engine::{Engine, Waiter, store_waiter};
use crate::store::Reservation;

use super::mailroom::Letter;
use super::row::Row;

/// A message that was put into the outbox, and is offered to readers once it is on disk.
#[must_use = "readers hear of it by way of its waiter"]
pub(in crate::engine) struct Posted {
    offset: u64,
    letter: Letter,
}

impl Posted {
    /// Submits its record: readers are offered the message as it is on disk.
    pub(in crate::engine) fn submit(self, brand: &Arc<Brand>, reservation: Reservation<'_>) {
        let brand = Arc::clone(brand);
        let waiter: Waiter = Box::new(move |written| {
            if written.is_ok() {
                brand.mail.put(self.offset, self.letter);
            }
        });
        reservation.submit_and_tell(store_waiter(waiter));
    }
}

impl Engine {
    /// Is there room for a message of this guest?
    ///
    /// # Errors
    /// Where too many of the guest's are under way, or of the brand's.
    pub(in crate::engine) fn need_room(
        &self,
        brand: &Brand,
        request: &DecideRequest,
        guest: &GuestState,
    ) -> Result<(), Error> {
        if request.delivery.is_none() {
            return Ok(());
        }
        if guest.has_too_many_dispatches() {
            let message =
                "as many messages of this guest are under way as may be; wait for one to end";
            let kind = ErrorKind::FailedPrecondition;
            return Err(Error::new(kind, "TOO_MANY_MESSAGES_OF_GUEST", message));
        }
        if brand.mail.len() >= self.options.outbox_messages_max {
            let message = "the outbox is full; acknowledge what was sent, and ask again";
            return Err(Error::new(ErrorKind::Overloaded, "OUTBOX_FULL", message));
        }
        Ok(())
    }

    /// Puts the message of a decision that is to be delivered into the outbox, in the decision's own
    /// batch. Where the channel choice withholds it there is none, and the decision uses no cap.
    pub(in crate::engine) fn post(
        &self,
        brand: &Brand,
        decision: &Decision,
        request: &DecideRequest,
        guest: &mut GuestState,
        reservation: &mut Reservation<'_>,
    ) -> Option<Posted> {
        decision.delivery.as_ref()?;
        let (choice, asked) = (decision.channel.as_ref()?, request.channel.as_ref()?);
        let Some(dispatch) = dispatch(decision, choice, asked, reservation.sequence()) else {
            guest.ledger.release(decision.short());
            return None;
        };
        let first = *dispatch.attempts.first()?;
        guest.dispatches.push(dispatch);
        Some(posted(brand, decision, &first, reservation))
    }

    /// What waits in the outbox is another guest's: two became one, or parted.
    pub(in crate::engine) fn readdress(
        &self,
        brand: &Brand,
        dispatches: &[Dispatch],
        guest: GuestKey,
        reservation: &mut Reservation<'_>,
    ) {
        let waiting = dispatches.iter().filter_map(|d| Some(d.attempts[d.waiting()?].offset));
        for offset in waiting {
            // One that is not on disk yet keeps the id it was written with, which leads to the guest.
            if let Some(letter) = brand.mail.letter(offset).filter(|l| l.guest != guest) {
                let row = Row::encode_of(&brand.id, &Letter { guest, ..letter });
                reservation.change_outbox(offset, Some(&row));
                brand.mail.readdress(offset, guest);
            }
        }
    }

    /// Writes what is under way with a guest after a change: the state, and the reminder. The last
    /// thing to be put before a record is submitted.
    pub(in crate::engine) fn keep(
        &self,
        brand: &Brand,
        serving: &Serving,
        (key, guest): (GuestKey, &mut GuestState),
        reservation: &mut Reservation<'_>,
    ) {
        self.plan_wake(brand, serving, (key, guest), reservation);
        reservation.guest(&brand.id, key, guest);
    }
}

/// Puts an attempt into the outbox, in the batch of the record that says so.
pub(super) fn posted(
    brand: &Brand,
    decision: &Decision,
    attempt: &Attempt,
    reservation: &mut Reservation<'_>,
) -> Posted {
    let letter = letter_of(decision, attempt);
    reservation.outbox(&Row::encode_of(&brand.id, &letter));
    Posted { offset: attempt.offset, letter }
}

/// What is known of an attempt without reading its decision.
pub(super) fn letter_of(decision: &Decision, attempt: &Attempt) -> Letter {
    Letter {
        guest: decision.guest,
        property: decision.property.clone(),
        channel: attempt.channel,
        not_before: attempt.not_before,
    }
}

fn dispatch(
    decision: &Decision,
    choice: &ChannelChoice,
    asked: &ChannelRequest,
    offset: u64,
) -> Option<Dispatch> {
    let channel = choice.channel.filter(|_| choice.outcome != SendOutcome::Withhold)?;
    let held = decision.propositions.iter().flat_map(|p| &p.slots).map(|s| s.quote.valid_until);
    // A price that ends before the message could leave ends it; one that ended when it was made says
    // nothing.
    let held = held.filter(|until| *until > choice.window_start).min();
    let expires = held.map_or(decision.expires, |until| until.min(decision.expires));
    let not_after = choice.window_end.min(expires);
    let attempt = Attempt {
        channel,
        progress: Progress::Waiting,
        at: decision.decided,
        offset,
        not_before: choice.window_start,
        not_after,
        was_moved: false,
    };
    Some(Dispatch {
        decision: decision.id,
        is_transactional: asked.is_transactional,
        fallbacks: choice.fallbacks.clone(),
        expires,
        next: not_after,
        attempts: vec![attempt],
    })
}
