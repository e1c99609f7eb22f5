//! The next step of a message: [`fallback::next_step`] asked at the moment it is due, and done.

use std::sync::Arc;
use std::time::Duration;

use crate::decide::{Serving, Standing};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::Decision;
use crate::domain::delivery::{
    Attempt, DeliveryFact, Dispatch, EndReason, Journey, Progress, Step, exposed_as,
};
use crate::domain::exposure::{Exposure, ExposureState, Ledger};
use crate::domain::guest::GuestState;
use crate::domain::id::{Fingerprint, GuestKey};
use crate::domain::stay::StayStatus;
use crate::domain::time::Timestamp;
use crate::engine::Engine;
use crate::engine::brands::Brand;
use crate::engine::error::Error;
use crate::engine::token::places;
use crate::learn::channel::fallback::{self, Next, Plan, Stop};

use super::acknowledging::record_of;
use super::agenda::due_of;
use super::leaving::verdict_of;
use super::posting::posted;
use super::standing::Looked;

/// How long a message that is on loan past its window is waited for.
const GRACE: Duration = Duration::from_secs(60);
/// The smallest step of time.
const MICRO: Duration = Duration::from_micros(1);

/// A dispatch with what is needed to go on with it.
struct Going<'a> {
    brand: &'a Arc<Brand>,
    serving: &'a Serving,
    key: GuestKey,
    at: usize,
    decision: Decision,
    now: Timestamp,
}

impl Engine {
    /// Does what is next about a dispatch that is due. Gives the sequence of the record, where one
    /// was written; else only its next moment was moved.
    pub(super) fn advance(
        &self,
        (brand, serving): (&Arc<Brand>, &Serving),
        (key, guest): (GuestKey, &mut GuestState),
        at: usize,
        now: Timestamp,
    ) -> Result<Option<u64>, Error> {
        let decision = self.decision_under_way(brand, guest.dispatches[at].decision)?;
        let going = Going { brand, serving, key, at, decision, now };
        match guest.dispatches[at].waiting() {
            Some(number) => self.mind_waiting(&going, guest, number),
            None => self.go_on(&going, guest),
        }
    }

    /// An attempt waits in the outbox: may it still leave?
    fn mind_waiting(
        &self,
        going: &Going<'_>,
        guest: &mut GuestState,
        number: usize,
    ) -> Result<Option<u64>, Error> {
        let Going { brand, serving, key, at, ref decision, now } = *going;
        let dispatch = &guest.dispatches[at];
        let attempt = dispatch.attempts[number];
        let is_out = brand.mail.is_out(attempt.offset, now);
        let is_transactional = dispatch.is_transactional;
        let cancelled = |reason| (Step::Cancelled(reason), attempt.not_before, attempt.not_after);
        let step = if let Some(reason) = heard(dispatch) {
            Some(cancelled(reason))
        } else if now > attempt.not_after && is_out {
            // Who has it may just have sent it.
            guest.dispatches[at].next = now.plus(GRACE);
            return Ok(None);
        } else if now >= dispatch.expires {
            Some(cancelled(EndReason::Expired))
        } else {
            let is_over = now > attempt.not_after;
            let earliest = if is_over { now } else { attempt.not_before };
            let looked = Looked { decision, dispatch, attempt: number, earliest };
            let channels = ChannelSet::NONE.with(attempt.channel);
            match self.standing((brand, serving), (key, guest), looked, channels, now)? {
                Err(reason) => Some(cancelled(reason)),
                Ok(standings) => match standings.first().map(|(_, standing)| *standing) {
                    standing if is_over => verdict_of(standing, &attempt, is_transactional, now),
                    Some(Standing::Forbidden(reason)) => {
                        Some(cancelled(EndReason::Withheld(reason)))
                    }
                    Some(Standing::Open { .. } | Standing::Later { .. }) | None => None,
                },
            }
        };
        let Some(change) = step else {
            guest.dispatches[at].next = attempt.not_after.plus(MICRO).max(now.plus(MICRO));
            return Ok(None);
        };
        let who = (key, guest);
        self.write_step((brand, serving), who, (at, number), change, now).map(Some)
    }

    /// No attempt waits: wait for an answer, try the next channel, or stop.
    fn go_on(&self, going: &Going<'_>, guest: &mut GuestState) -> Result<Option<u64>, Error> {
        let Going { brand, serving, key, at, ref decision, now } = *going;
        let dispatch = &guest.dispatches[at];
        let attempts: Vec<fallback::Attempt> = dispatch.attempts.iter().map(as_tried).collect();
        let order: Vec<Channel> = dispatch
            .attempts
            .iter()
            .take(1)
            .map(|first| first.channel)
            .chain(dispatch.fallbacks.iter().copied())
            .collect();
        let looked = Looked { decision, dispatch, attempt: dispatch.attempts.len(), earliest: now };
        let channels = order.iter().copied().chain([Channel::FrontDesk]).collect();
        let standings = self.standing((brand, serving), (key, guest), looked, channels, now)?;
        let hotel = Fingerprint::of(decision.property.as_str());
        let is_there = |stay: &crate::domain::stay::Stay| {
            stay.property == hotel && stay.status == StayStatus::CheckedIn
        };
        let plan = Plan {
            decision: decision.id,
            order: &order,
            expires: dispatch.expires,
            in_house: guest.stays.iter().any(is_there),
        };
        let standing = |channel: Channel| match &standings {
            Err(_) => fallback::Standing::Forbidden,
            Ok(all) => all
                .iter()
                .find(|(c, _)| *c == channel)
                .map_or(fallback::Standing::Forbidden, |(_, standing)| as_asked(*standing)),
        };
        match fallback::next_step(&plan, &attempts, now, &standing) {
            Next::Wait { until } => {
                guest.dispatches[at].next = until.max(now.plus(MICRO));
                Ok(None)
            }
            Next::Send { channel, .. } => {
                let until = until_of(&standings, channel, dispatch.expires);
                self.try_again(going, guest, (channel, until)).map(Some)
            }
            Next::Task { .. } => {
                let until = until_of(&standings, Channel::FrontDesk, dispatch.expires);
                self.try_again(going, guest, (Channel::FrontDesk, until)).map(Some)
            }
            Next::Stop(stop) => {
                let reason = match (stop, &standings) {
                    (Stop::Exhausted, Err(reason)) => *reason,
                    (stop, _) => reason_of(stop),
                };
                self.end(going, guest, reason).map(Some)
            }
        }
    }

    /// Puts the next attempt into the outbox.
    fn try_again(
        &self,
        going: &Going<'_>,
        guest: &mut GuestState,
        (channel, until): (Channel, Timestamp),
    ) -> Result<u64, Error> {
        let Going { brand, serving, key, at, ref decision, now } = *going;
        let catalog = self.catalog_of(brand, decision.catalog_version)?;
        let party = self.party_of(&brand.id, decision, &catalog);
        self.with_party(&brand.id, party, |mut party| {
            let mut reservation = self.committer.reserve()?;
            let sequence = reservation.sequence();
            let dispatch = &mut guest.dispatches[at];
            let number = dispatch.attempts.len();
            let attempt = Attempt {
                channel,
                progress: Progress::Waiting,
                at: now,
                offset: sequence,
                not_before: now,
                not_after: until,
                was_moved: false,
            };
            dispatch.attempts.push(attempt);
            dispatch.next = until;
            let expires = dispatch.expires;
            let reserve = |ledger: &mut Ledger| {
                for (_, slot) in places(decision).filter(|(_, slot)| !slot.is_stand_in()) {
                    let exposure = Exposure {
                        offer: slot.key,
                        decision: exposed_as(decision.short(), number),
                        at: now,
                        expires,
                        group: catalog.group_of_key(slot.key),
                        channel: Some(channel),
                        state: ExposureState::Reserved,
                        is_transactional: dispatch.is_transactional,
                    };
                    ledger.add(exposure, now);
                }
            };
            reserve(&mut guest.ledger);
            party.change(&brand.id, &mut reservation, reserve);
            let fact = DeliveryFact {
                decision: decision.id,
                attempt: u8::try_from(number).unwrap_or(u8::MAX),
                channel,
                step: Step::Queued,
                not_before: now,
                not_after: until,
            };
            reservation.record(&record_of(&brand.id, (sequence, now), key, fact));
            let posted = posted(brand, decision, &attempt, &mut reservation);
            guest.sequence = sequence;
            self.keep(brand, serving, (key, guest), &mut reservation);
            posted.submit(brand, reservation);
            Ok((sequence, sequence))
        })
    }

    /// Nothing more is done about it; where what it offered cannot be had any more, its trigger may ask
    /// for something else.
    fn end(
        &self,
        going: &Going<'_>,
        guest: &mut GuestState,
        reason: EndReason,
    ) -> Result<u64, Error> {
        let Going { brand, serving, key, at, ref decision, now } = *going;
        let mut reservation = self.committer.reserve()?;
        let sequence = reservation.sequence();
        let dispatch = guest.dispatches.remove(at);
        let last = dispatch.attempts.last();
        let fact = DeliveryFact {
            decision: decision.id,
            attempt: u8::try_from(dispatch.attempts.len().saturating_sub(1)).unwrap_or(u8::MAX),
            channel: last.map_or(Channel::Email, |attempt| attempt.channel),
            step: Step::Ended(reason),
            not_before: last.map_or(now, |attempt| attempt.not_before),
            not_after: last.map_or(now, |attempt| attempt.not_after),
        };
        reservation.record(&record_of(&brand.id, (sequence, now), key, fact));
        guest.sequence = sequence;
        if reason.asks_for_another() && !was_sent(&dispatch) {
            ask_again(guest, serving, decision, now);
        }
        self.keep(brand, serving, (key, guest), &mut reservation);
        reservation.submit();
        Ok(sequence)
    }
}

/// Has a sender taken it before?
fn was_sent(dispatch: &Dispatch) -> bool {
    dispatch.attempts.iter().any(|attempt| attempt.progress == Progress::Sent)
}

/// Lets the trigger that asked for a message ask anew, while it may still be late.
fn ask_again(guest: &mut GuestState, serving: &Serving, decision: &Decision, now: Timestamp) {
    let asked = decision.delivery.as_ref().and_then(|delivery| delivery.trigger.as_ref());
    let triggers = &serving.catalog.content().lifecycle;
    let Some(trigger) = triggers.iter().find(|trigger| Some(&trigger.id) == asked) else { return };
    let is_of = |journey: &Journey| decision.reservation == Some(journey.fingerprint());
    let Some(at) = guest.agenda.journeys.iter().position(is_of) else { return };
    let done = guest.agenda.journeys[at].done.clone();
    guest.agenda.journeys[at].done.retain(|hash| *hash != trigger.hash());
    let due = due_of(guest, serving, &guest.agenda.journeys[at], trigger);
    if due.is_none_or(|due| now.since(due) > trigger.tolerance) {
        guest.agenda.journeys[at].done = done;
    }
}

/// What the guest has said to any attempt.
fn heard(dispatch: &Dispatch) -> Option<EndReason> {
    dispatch.attempts.iter().find_map(|attempt| match attempt.progress {
        Progress::Answered => Some(EndReason::Answered),
        Progress::Refused => Some(EndReason::Refused),
        Progress::Waiting | Progress::Sent | Progress::Failed => None,
    })
}

fn as_tried(attempt: &Attempt) -> fallback::Attempt {
    let progress = match attempt.progress {
        Progress::Waiting | Progress::Sent => fallback::Progress::Sent,
        Progress::Failed => fallback::Progress::Failed,
        Progress::Answered => fallback::Progress::Answered,
        Progress::Refused => fallback::Progress::Refused,
    };
    fallback::Attempt { channel: attempt.channel, at: attempt.at, progress }
}

fn as_asked(standing: Standing) -> fallback::Standing {
    match standing {
        Standing::Open { utility, .. } => fallback::Standing::Open { utility },
        Standing::Later { at, .. } => fallback::Standing::Later(at),
        Standing::Forbidden(_) => fallback::Standing::Forbidden,
    }
}

fn until_of(
    standings: &Result<Vec<(Channel, Standing)>, EndReason>,
    channel: Channel,
    expires: Timestamp,
) -> Timestamp {
    let found = standings.iter().flatten().find(|(c, _)| *c == channel);
    match found {
        Some((_, Standing::Open { until, .. })) => expires.min(*until),
        Some((_, Standing::Later { .. } | Standing::Forbidden(_))) | None => expires,
    }
}

fn reason_of(stop: Stop) -> EndReason {
    match stop {
        Stop::Answered => EndReason::Answered,
        Stop::Refused => EndReason::Refused,
        Stop::Expired => EndReason::Expired,
        Stop::Attempts => EndReason::Attempts,
        Stop::Exhausted => EndReason::Exhausted,
    }
}
