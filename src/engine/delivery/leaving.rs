//! A reader takes messages that are due. Each is looked at once more as it leaves: a consent taken
//! back, a cap reached by another message, quiet hours that began, an offer that was stopped, sold out or
//! is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cache::Wake;
use crate::catalog::Occasion;
use crate::decide::{Serving, Standing};
use crate::domain::channel::ChannelSet;
use crate::domain::decision::{Decision, WithholdReason};
use crate::domain::delivery::{Attempt, EndReason, Progress, Step};
use crate::domain::guest::GuestState;
use crate::domain::id::{DecisionId, GuestKey};
use crate::domain::profile::ContactState;
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;
use crate::engine::Engine;
use crate::engine::brands::Brand;
use crate::engine::error::Error;

use super::mailroom::{OutboxStatus, Wanted};
use super::standing::Looked;
use super::{Outgoing, ReaderOptions};

/// A reader of the outbox. What it holds is offered to others when it is dropped.
pub struct Reader {
    brand: Arc<Brand>,
    number: u64,
    wanted: Wanted,
    options: ReaderOptions,
    keeps_loans: AtomicBool,
}

impl Reader {
    /// What it holds is not offered to others as it goes, but as the leases end.
    pub fn keep_loans(&self) {
        self.keeps_loans.store(true, Ordering::Release);
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.brand.mail.leave(self.number, self.keeps_loans.load(Ordering::Acquire));
    }
}

/// A loan that ends with the work on it, unless it is kept.
struct Loan<'a> {
    brand: &'a Brand,
    offset: u64,
    is_kept: bool,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            self.brand.mail.give_back(self.offset);
        }
    }
}

/// What the last look says.
enum Verdict {
    Leaves { attempt: u8, not_before: Timestamp, not_after: Timestamp, decision: Box<Decision> },
    Stays,
}

impl Engine {
    /// A reader comes. `wake` is called, from any thread, when there may be something to take.
    ///
    /// # Errors
    /// Without the right.
    pub fn read_outbox(
        &self,
        scope: &Scope,
        options: ReaderOptions,
        wake: Wake,
    ) -> Result<Reader, Error> {
        self.need(scope, Right::Deliver)?;
        let brand = self.brands.get(&scope.brand);
        let wanted = Wanted { channels: options.channels, properties: scope.properties.clone() };
        let number = brand.mail.enter(wake);
        let keeps_loans = AtomicBool::new(false);
        Ok(Reader { brand, number, wanted, options, keeps_loans })
    }

    /// How the outbox of the brand stands.
    ///
    /// # Errors
    /// Without the right.
    pub fn outbox_status(&self, scope: &Scope) -> Result<OutboxStatus, Error> {
        self.need(scope, Right::Deliver)?;
        Ok(self.brands.get(&scope.brand).mail.status(self.clock.now()))
    }

    /// Takes messages that are due, at most `limit` and at most as many as the reader may hold. Fewer
    /// than there are may come; an empty answer says that nothing may go now. May read the disk.
    ///
    /// # Errors
    /// Where the disk cannot be read, or too much waits for it: then take again later.
    pub fn take_messages(&self, reader: &Reader, limit: usize) -> Result<Vec<Outgoing>, Error> {
        let Reader { brand, number, wanted, options, .. } = reader;
        let mut taken = Vec::new();
        loop {
            let now = self.clock.now();
            let claim = (*number, options.lease, options.in_flight_max);
            let lent = brand.mail.lend(wanted, claim, now, limit - taken.len());
            if lent.is_empty() {
                return Ok(taken);
            }
            let mut loans: Vec<Loan<'_>> = lent
                .iter()
                .map(|(offset, ..)| Loan { brand, offset: *offset, is_kept: false })
                .collect();
            let lease_until = now.plus(options.lease);
            for ((offset, letter, before), loan) in lent.into_iter().zip(&mut loans) {
                let verdict = self.last_look(brand, letter.guest, offset, now)?;
                // Where it stays, what is offered again and when was said already.
                loan.is_kept = true;
                let Verdict::Leaves { attempt, not_before, not_after, decision } = verdict else {
                    continue;
                };
                let message = self.outgoing(brand, letter.guest, (offset, attempt), *decision)?;
                let times = Outgoing { not_before, not_after, lease_until, ..message };
                taken.push(Outgoing { handed_out_before: before, ..times });
            }
            if taken.len() >= limit {
                return Ok(taken);
            }
        }
    }

    /// The next moment at which there may be something for a reader.
    pub fn next_message_at(&self, reader: &Reader) -> Option<Timestamp> {
        reader.brand.mail.next(&reader.wanted, self.clock.now())
    }

    fn last_look(
        &self,
        brand: &Arc<Brand>,
        key: GuestKey,
        offset: u64,
        now: Timestamp,
    ) -> Result<Verdict, Error> {
        let serving = brand.need_serving()?;
        self.with_guest(brand, key, |guest, person| {
            let looked = self.look_at_letter(brand, &serving, (person.key, guest), offset, now);
            let sequence = looked.as_ref().ok().and_then(|(_, sequence)| *sequence);
            (looked.map(|(verdict, _)| verdict), sequence)
        })?
    }

    /// The verdict, and the sequence of the record where one was written.
    fn look_at_letter(
        &self,
        brand: &Arc<Brand>,
        serving: &Serving,
        (key, guest): (GuestKey, &mut GuestState),
        offset: u64,
        now: Timestamp,
    ) -> Result<(Verdict, Option<u64>), Error> {
        let found = place_of(guest, offset);
        let Some((at, number)) = found else {
            brand.mail.remove(offset);
            return Ok((Verdict::Stays, None));
        };
        let dispatch = &guest.dispatches[at];
        let attempt = dispatch.attempts[number];
        let decision = self.decision_under_way(brand, dispatch.decision)?;
        let why_not = |reason| (Step::Cancelled(reason), attempt.not_before, attempt.not_after);
        let said = dispatch.attempts.iter().find_map(|attempt| match attempt.progress {
            Progress::Answered => Some(EndReason::Answered),
            Progress::Refused => Some(EndReason::Refused),
            Progress::Waiting | Progress::Sent | Progress::Failed => None,
        });
        let step = if let Some(reason) = said {
            Some(why_not(reason))
        } else if now >= dispatch.expires {
            Some(why_not(EndReason::Expired))
        } else {
            let looked = Looked { decision: &decision, dispatch, attempt: number, earliest: now };
            let channels = ChannelSet::NONE.with(attempt.channel);
            match self.standing((brand, serving), (key, guest), looked, channels, now)? {
                Err(reason) => Some(why_not(reason)),
                Ok(standings) => verdict_of(
                    standings.first().map(|(_, s)| *s),
                    &attempt,
                    dispatch.is_transactional,
                    now,
                ),
            }
        };
        let Some((step, not_before, not_after)) = step else {
            let attempt = u8::try_from(number).unwrap_or(u8::MAX);
            let window = guest.dispatches[at].attempts[number];
            let (not_before, not_after) = (window.not_before, window.not_after);
            let decision = Box::new(decision);
            return Ok((Verdict::Leaves { attempt, not_before, not_after, decision }, None));
        };
        let change = (step, not_before, not_after);
        let sequence =
            self.write_step((brand, serving), (key, guest), (at, number), change, now)?;
        Ok((Verdict::Stays, Some(sequence)))
    }

    /// The decision of a message under way; it is there, for the message was written with it.
    pub(super) fn decision_under_way(
        &self,
        brand: &Brand,
        id: DecisionId,
    ) -> Result<Decision, Error> {
        let found = self.logged_decision(&brand.id, id)?;
        found.ok_or_else(|| Error::not_found("decision"))
    }

    /// A message as its reader sees it; windows and lease are filled in by the caller.
    fn outgoing(
        &self,
        brand: &Brand,
        key: GuestKey,
        (offset, attempt): (u64, u8),
        mut decision: Decision,
    ) -> Result<Outgoing, Error> {
        let catalog = self.catalog_of(brand, decision.catalog_version)?;
        let token = self.signer.sign(&brand.id, &decision, key);
        let (profile, channel, reservation) = self.with_guest(brand, key, |guest, person| {
            let profile = self.profile_of(brand, person.key);
            let found = place_of(guest, offset);
            let channel = found.map(|(at, number)| guest.dispatches[at].attempts[number].channel);
            let of_stay = |j: &&crate::domain::delivery::Journey| {
                decision.reservation == Some(j.fingerprint())
            };
            let journey = guest.agenda.journeys.iter().find(of_stay);
            ((profile, channel, journey.map(|j| j.reservation.clone())), None)
        })?;
        let profile = profile?.ok_or_else(|| Error::not_found("guest"))?;
        let channel = channel.ok_or_else(|| Error::not_found("message"))?;
        let context = decision.context.clone();
        let moment = Occasion { channel, ..Occasion::of(&context) };
        for slot in decision.propositions.iter_mut().flat_map(|p| &mut p.slots) {
            slot.treatment = catalog.treatment(slot.offer, &moment);
        }
        let works = |state| !matches!(state, ContactState::Bounced | ContactState::Revoked);
        let points = profile.facts.contact_points.iter();
        let addresses = points
            .filter(|point| point.channel == channel && works(point.state))
            .map(|point| point.address.clone());
        Ok(Outgoing {
            offset,
            attempt,
            catalog,
            token,
            guest: profile.guest,
            display_name: profile.facts.display_name,
            reservation,
            channel,
            addresses: addresses.collect(),
            not_before: Timestamp::EPOCH,
            not_after: Timestamp::NEVER,
            lease_until: Timestamp::EPOCH,
            handed_out_before: 0,
            decision: Arc::new(decision),
        })
    }
}

/// What is to be done with a message instead of letting it go; `None`: it goes.
pub(super) fn verdict_of(
    standing: Option<Standing>,
    attempt: &Attempt,
    is_transactional: bool,
    now: Timestamp,
) -> Option<(Step, Timestamp, Timestamp)> {
    let cancelled = |reason| {
        let step = Step::Cancelled(EndReason::Withheld(reason));
        Some((step, attempt.not_before, attempt.not_after))
    };
    match standing {
        // What was moved is worth its while anew, or is left unsaid.
        Some(Standing::Open { utility, .. })
            if attempt.was_moved && !is_transactional && utility <= 0.0 =>
        {
            cancelled(WithholdReason::LowValue)
        }
        // Its window was over before anybody took it, and another one is open.
        Some(Standing::Open { until, .. }) if now > attempt.not_after => {
            Some((Step::Moved, now, until))
        }
        Some(Standing::Open { .. }) => None,
        Some(Standing::Later { at, until }) => Some((Step::Moved, at, until)),
        Some(Standing::Forbidden(reason)) => cancelled(reason),
        None => cancelled(WithholdReason::NotAllowed),
    }
}

/// The dispatch and the attempt that wait in the outbox at an offset.
pub(super) fn place_of(guest: &GuestState, offset: u64) -> Option<(usize, usize)> {
    guest.dispatches.iter().enumerate().find_map(|(at, dispatch)| {
        let is_it = |a: &Attempt| a.offset == offset && a.progress == Progress::Waiting;
        Some((at, dispatch.attempts.iter().position(is_it)?))
    })
}
