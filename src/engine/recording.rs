//! An event arrives.

use crate::catalog::Catalog;
use crate::decide::Serving;
use crate::domain::consent::Purpose;
use crate::domain::decision::short_of;
use crate::domain::event::{DecisionRef, Event, SlotPlace, TokenFacts};
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, DecisionId, GuestKey, OfferKey};
use crate::domain::invalid::Invalid;
use crate::domain::outcome::Outcome;
use crate::domain::policy::CapSubject;
use crate::domain::profile::Profile;
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;
use crate::store::{Claim, Claimed, Reservation};

use super::brands::Brand;
use super::calls::{IncomingEvent, Recorded, Waiter, Warning};
use super::error::{Error, ErrorKind};
use super::party::PartyKeys;
use super::persons::Person;
use super::watching::Cause;
use super::{Engine, arrivals, delivery, fold, hours, persons, store_waiter, wire};

/// Events of this source are history: their times may lie anywhere in the past.
pub const BACKFILL: &str = "backfill";

/// A decision an event answers, found out under the guest's lock.
type Attributed = (Option<DecisionRef>, Vec<Warning>);

impl Engine {
    /// Takes an event in. It is visible to the next decision when this returns, and on disk when
    /// `waiter` is told. An event
    /// that was taken in before changes nothing.
    ///
    /// # Errors
    /// Without the right; for a time outside the window; where the id was used for another event;
    /// where too much waits for the disk.
    pub fn record(
        &self,
        scope: &Scope,
        incoming: IncomingEvent,
        waiter: Option<Waiter>,
    ) -> Result<Recorded, Error> {
        self.need(scope, Right::EventsWrite)?;
        let now = self.clock.now();
        let incoming = self.page_event(scope, incoming, now)?;
        if incoming.event.property.as_ref().is_some_and(|p| !scope.reaches(p)) {
            return Err(Error::not_found("property"));
        }
        self.check_time(&incoming.event, now)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        let event = &incoming.event;
        let payload = wire::payload_hash(&incoming);
        let dedupe = self.store.pepper().event(&brand.id, &event.source, &event.id);
        let claim = match self.store.claim(dedupe, payload)? {
            Claimed::Fresh(claim) => claim,
            Claimed::Duplicate { sequence } => {
                if let Some(waiter) = waiter {
                    waiter(Ok(()));
                }
                let is_of_offer = event.offer.is_some();
                let before = || self.hold_before(&brand, &serving.catalog, sequence);
                let hold = if is_of_offer { before()? } else { None };
                return Ok(Recorded { sequence, is_duplicate: true, warnings: Vec::new(), hold });
            }
            Claimed::InFlight => {
                if let Some(waiter) = waiter {
                    self.store.when_claimed_is_written(dedupe, store_waiter(waiter));
                }
                return Ok(Recorded {
                    sequence: self.store.last_sequence(),
                    is_duplicate: true,
                    warnings: Vec::new(),
                    hold: None,
                });
            }
            Claimed::Conflict => {
                let message = "an event of this source and id was taken in with another content; use a new event_id";
                return Err(Error::new(ErrorKind::Conflict, "EVENT_ID_REUSED", message));
            }
        };
        self.take_in((&brand, &serving), incoming, claim, now, waiter)
    }

    fn check_time(&self, event: &Event, now: Timestamp) -> Result<(), Error> {
        if event.time > now.plus(self.options.event_ahead_max) {
            let mut error = Error::from(Invalid::new(
                "event_time",
                "lies in the future; check the sender's clock",
            ));
            error.reason = "EVENT_IN_FUTURE";
            return Err(error);
        }
        let is_history = event.source.as_str() == BACKFILL;
        if !is_history && event.time < now.minus(self.options.event_age_max) {
            let problem =
                "is too long ago to be told from a repetition; send history with source 'backfill'";
            let mut error = Error::from(Invalid::new("event_time", problem));
            error.reason = "EVENT_TOO_OLD";
            return Err(error);
        }
        Ok(())
    }

    fn take_in(
        &self,
        (brand, serving): (&Brand, &Serving),
        incoming: IncomingEvent,
        claim: Claim,
        now: Timestamp,
        waiter: Option<Waiter>,
    ) -> Result<Recorded, Error> {
        let key = self.guest_key(&brand.id, &incoming.event.guest);
        let IncomingEvent { mut event, token, decision, slot, held } = incoming;
        event.guest = self.kept_id(&brand.id, event.guest);
        let cause = Cause::of_event(event.kind);
        let taken = self.with_guest(brand, key, |guest, person| {
            let told = (token.as_deref(), decision, slot);
            let attributed = self.attribute(brand, person, guest, &event, told, now);
            let made = attributed.and_then(|(decision, mut warnings)| {
                self.honour(brand, (person, guest), &mut event, held.as_deref())?;
                event.decision = decision;
                hours::note(&mut event, guest, serving);
                warnings.extend(without_consent(&mut event, guest));
                let wish = self.wish(brand, guest, &event, serving, now)?;
                let mut outcomes = self.outcomes_of(&brand.id, guest, &event)?;
                let party = self.party_to_move(brand, &event, &serving.catalog)?;
                // Read before a place in the log is taken: everyone behind it waits.
                let profile = self.profile_to_change(brand, person, guest, &event)?;
                let ids = persons::timelines(person.key, guest);
                let answers = brand.budgets.hear(&outcomes, |at| self.stored_decision_at(at))?;
                self.with_party(&brand.id, party, |mut party| {
                    let (mut reservation, holds, recorded) =
                        self.reserve_holding(brand, (person.heard_as, &ids), wish.as_ref(), now)?;
                    let sequence = reservation.sequence();
                    event.holds = holds;
                    if event.outcome().is_some_and(|said| said.failed) {
                        outcomes.iter_mut().for_each(|(_, outcome)| outcome.failed = true);
                    }
                    fold::event(guest, &event, serving, &self.options, now, sequence);
                    let is_unused = !guest.consent.allows(Purpose::Profiling);
                    warnings.extend(is_unused.then_some(Warning::NoConsent));
                    answers.settle(&outcomes);
                    reservation.event(&brand.id, recorded, person.heard_as, &event);
                    arrivals::note(&mut reservation, brand, person.heard_as, &event);
                    say_of_messages(brand, serving, (guest, &event), &mut reservation, now);
                    self.keep(brand, serving, (person.key, guest), &mut reservation);
                    party.change(&brand.id, &mut reservation, |ledger| {
                        fold::exposure(ledger, &event, &serving.catalog, now);
                    });
                    for ((decision, proposition, slot), outcome) in outcomes {
                        reservation.outcome(decision, proposition, slot, &outcome);
                        self.outcomes.put(
                            (decision, proposition, slot),
                            outcome,
                            sequence,
                            self.store.committed(),
                        );
                    }
                    if let Some(mut profile) = profile {
                        profile.sequence = sequence;
                        event.consent.iter().for_each(|c| profile.put_consent(c));
                        let committed = self.store.committed();
                        reservation.profile(&brand.id, person.key, &profile);
                        self.profiles.put(person.key, profile, sequence, committed);
                    }
                    reservation.seen(
                        claim,
                        if event.source.as_str() == BACKFILL { now } else { event.time },
                    );
                    match waiter {
                        Some(waiter) => reservation.submit_and_tell(store_waiter(waiter)),
                        None => reservation.submit(),
                    }
                    let hold = self.hold_answer(brand, &serving.catalog, &event.holds);
                    Ok((Recorded { sequence, is_duplicate: false, warnings, hold }, sequence))
                })
            });
            let sequence = made.as_ref().ok().map(|r| r.sequence);
            (made, sequence)
        })?;
        self.mark(brand, key, cause.bit());
        taken
    }

    /// The profile that an event changes: of a guest of whom nothing was heard before, or of one whose
    /// consent it tells.
    fn profile_to_change(
        &self,
        brand: &Brand,
        person: &Person,
        guest: &GuestState,
        event: &Event,
    ) -> Result<Option<Profile>, Error> {
        if guest.sequence > 0 && event.consent.is_none() {
            return Ok(None);
        }
        let known = self.profile_of(brand, person.key)?;
        let name = || person.guest.clone().unwrap_or_else(|| event.guest.clone());
        Ok(Some(known.unwrap_or_else(|| Profile::new(name()))))
    }

    /// The ledgers of reservation and room that the event moves on with the guest's. The record of
    /// the decision knows them: it is read only where a cap counts on them.
    fn party_to_move(
        &self,
        brand: &Brand,
        event: &Event,
        catalog: &Catalog,
    ) -> Result<PartyKeys, Error> {
        let is_shared = catalog.caps().iter().any(|cap| cap.subject != CapSubject::Guest);
        let decision = event.decision.as_ref().filter(|_| is_shared && fold::moves(event.kind));
        let Some(decision) = decision else { return Ok(PartyKeys::default()) };
        let record = self.logged_decision(&brand.id, decision.id)?;
        Ok(record.map(|r| self.party_of(&brand.id, &r, catalog)).unwrap_or_default())
    }

    /// Which decision an event answers, if that can be believed.
    fn attribute(
        &self,
        brand: &Brand,
        person: &Person,
        guest: &GuestState,
        event: &Event,
        (token, named, slot): (Option<&str>, Option<DecisionId>, Option<u8>),
        now: Timestamp,
    ) -> Result<Attributed, Error> {
        if let Some(token) = token {
            let ours = self
                .signer
                .verify(&brand.id, token)
                .filter(|t| person.is(guest, t.guest) && named.is_none_or(|n| n == t.decision));
            let Some(token) = ours else { return Ok((None, vec![Warning::TokenInvalid])) };
            if now.since(token.facts.decided) > self.options.attribution {
                return Ok((None, vec![Warning::AttributionExpired]));
            }
            let place = place_in_token(&token.facts, event.offer.as_ref().map(OfferKey::of), slot);
            return Ok((
                Some(DecisionRef { id: token.decision, place, token: Some(token.facts) }),
                Vec::new(),
            ));
        }
        let Some(id) = named else { return Ok((None, Vec::new())) };
        let offer = event.offer.as_ref().map(OfferKey::of);
        if let Some(open) = guest.open.iter().find(|d| d.decision == short_of(id)) {
            let only = open.slots.first().filter(|_| offer.is_none() && slot.is_none());
            let only = only.filter(|_| open.slots.len() == 1);
            let found =
                open.slots.iter().find(|s| offer.map_or(slot == Some(s.slot), |o| o == s.offer));
            let found = found.or(only);
            let place = found.map(|s| SlotPlace { proposition: s.proposition, slot: s.slot });
            return Ok((Some(DecisionRef { id, place, token: None }), Vec::new()));
        }
        let logged = self.logged_decision(&brand.id, id)?;
        let Some(decision) = logged.filter(|d| person.is(guest, d.guest)) else {
            return Ok((None, vec![Warning::DecisionUnknown]));
        };
        if now.since(decision.decided) > self.options.attribution {
            return Ok((None, vec![Warning::AttributionExpired]));
        }
        let mut places = super::token::places(&decision);
        let found =
            places.find(|(place, s)| offer.map_or(slot == Some(place.slot), |o| o == s.key));
        let of_message = super::token::message_slot(&decision).map(|(place, ..)| place);
        let place = found.map(|(place, _)| place).or(of_message);
        Ok((Some(DecisionRef { id, place, token: None }), Vec::new()))
    }

    /// The joined outcomes an event leads to. They are kept by the decision's place in the log, so a
    /// decision that a crash took has none: its place belongs to another one now. What its token
    /// tells stands in the event's own record.
    #[expect(clippy::type_complexity, reason = "a list of rows")]
    fn outcomes_of(
        &self,
        brand: &BrandId,
        guest: &GuestState,
        event: &Event,
    ) -> Result<Vec<((u64, u8, u8), Outcome)>, Error> {
        let (Some(decision), Some(mut said)) = (&event.decision, event.outcome()) else {
            return Ok(Vec::new());
        };
        let is_open = guest.open.iter().any(|d| d.decision == short_of(decision.id));
        if !is_open
            && decision.token.is_some()
            && self.logged_decision(brand, decision.id)?.is_none()
        {
            return Ok(Vec::new());
        }
        if let Some(amount) = event.amount {
            said.amount_minor = amount.minor;
            said.amount_at = event.time;
        }
        let sequence = self.store.pepper().decision_sequence(decision.id);
        let places: Vec<SlotPlace> = match (decision.place, &decision.token) {
            (Some(place), _) => vec![place],
            (None, Some(token)) => token.slots.iter().map(|s| s.place).collect(),
            (None, None) => {
                let open = guest.open.iter().find(|d| d.decision == short_of(decision.id));
                let slots = open.map(|d| d.slots.iter()).into_iter().flatten();
                slots.map(|s| SlotPlace { proposition: s.proposition, slot: s.slot }).collect()
            }
        };
        // An answer that does not say to which of several offers is an answer to none of them.
        let is_for_all = event.kind == crate::domain::event::EventKind::Impression;
        if places.len() > 1 && !is_for_all {
            return Ok(Vec::new());
        }
        let known = |key: &(u64, u8, u8)| match self.outcomes.get(key) {
            Some(outcome) => Ok(Some(outcome)),
            None => self.store.outcome(key.0, key.1, key.2),
        };
        let joined = places.into_iter().map(|place| {
            let key = (sequence, place.proposition, place.slot);
            let mut outcome = known(&key)?.unwrap_or_default();
            outcome.join(&said);
            Ok((key, outcome))
        });
        joined.collect()
    }

    /// The profile of a guest, as of the last change handed to the log.
    pub(super) fn profile_of(
        &self,
        brand: &Brand,
        key: GuestKey,
    ) -> Result<Option<Profile>, Error> {
        match self.profiles.get(&key) {
            Some(profile) => Ok(Some(profile)),
            None => Ok(self.store.profile(&brand.id, key)?),
        }
    }
}

/// Drops what may not be kept of a guest's presence, and says so.
fn without_consent(event: &mut Event, guest: &GuestState) -> Option<Warning> {
    let before = event.presence.len();
    if !guest.consent.allows(Purpose::Presence) {
        event.presence.retain(|sighting| !sighting.sign.needs_consent());
    }
    (event.presence.len() < before).then_some(Warning::PresenceDropped)
}

pub(super) fn place_in_token(
    token: &TokenFacts,
    offer: Option<OfferKey>,
    slot: Option<u8>,
) -> Option<SlotPlace> {
    let mut slots = token.slots.iter();
    match (offer, slot) {
        (Some(offer), slot) => {
            let of_offer = |s: &&crate::domain::event::TokenSlot| s.offer == offer;
            let exact = token.slots.iter().find(|s| of_offer(s) && slot == Some(s.place.slot));
            exact.or_else(|| slots.find(of_offer)).map(|s| s.place)
        }
        (None, Some(slot)) => slots.find(|s| s.place.slot == slot).map(|s| s.place),
        (None, None) => (token.slots.len() == 1).then(|| token.slots[0].place),
    }
}

/// Folds what an event says of messages under way, and takes those out of the outbox that have left.
fn say_of_messages(
    brand: &Brand,
    serving: &Serving,
    (guest, event): (&mut GuestState, &Event),
    reservation: &mut Reservation<'_>,
    now: Timestamp,
) {
    let reported = delivery::fold_event(guest, event, now);
    if event.source.as_str() == BACKFILL {
        delivery::settle_past(guest, serving, now);
    }
    for offset in reported.sent {
        reservation.change_outbox(offset, None);
        brand.mail.remove(offset);
    }
}
