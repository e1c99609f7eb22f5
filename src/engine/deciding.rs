//! A decision is asked for.

use std::cell::RefCell;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::decide::budget::Offered;
use crate::decide::caps::Ledgers;
use crate::decide::pipeline::Outcome;
use crate::decide::{self, Failure, Inputs, Scratch, Serving};
use crate::domain::consent::Purpose;
use crate::domain::decision::Decision;
use crate::domain::exposure::{Exposure, ExposureState, Ledger};
use crate::domain::guest::{
    AnsweredRequest, GuestState, OPEN_DECISIONS_MAX, OpenDecision, OpenSlot,
};
use crate::domain::id::{Fingerprint, GuestKey, OfferKey};
use crate::domain::invariants;
use crate::domain::reach::OpenContact;
use crate::domain::request::DecideRequest;
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;

use super::brands::Brand;
use super::calls::Answer;
use super::error::{Error, ErrorKind};
use super::party::Party;
use super::persons::Person;
use super::token::{message_slot, places};
use super::watching::Cause;
use super::{Engine, fold};

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// What came of a call under the guest's lock.
enum Made {
    New(Box<Outcome>),
    /// Answered before, by the decision of this sequence.
    Before(u64),
}

impl Engine {
    /// Decides. May read the disk where the guest is not in memory.
    ///
    /// # Errors
    /// Without the right; for a property, placement or policy that is not there; before a catalog
    /// was published; where too much waits for the disk.
    pub fn decide(&self, scope: &Scope, request: &DecideRequest) -> Result<Answer, Error> {
        self.need(scope, Right::Decide)?;
        if request.delivery.is_some() {
            self.need(scope, Right::Deliver)?;
        }
        if !scope.reaches(&request.property) {
            return Err(Error::not_found("property"));
        }
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        self.need_page(scope, request, &serving.catalog)?;
        let key = self.guest_key(&scope.brand, &request.guest);
        let party = self.party_of_request(&brand.id, request, &serving.catalog);
        let (made, heard_as) = self.with_guest(&brand, key, |guest, person| {
            let heard_as = person.heard_as;
            let answered =
                |request: Fingerprint| guest.answered.iter().find(|a| a.request == request);
            let before =
                request.request.as_ref().and_then(|r| answered(Fingerprint::of(r.as_str())));
            if let Some(before) = before {
                return (Ok((Made::Before(before.sequence), heard_as)), None);
            }
            let made = self.with_party(&brand.id, party, |party| {
                let request = person.asks(request);
                let made = self.make(&brand, &serving, person, &request, guest, party)?;
                let sequence = made.decision.sequence;
                Ok((made, sequence))
            });
            let sequence = made.as_ref().ok().map(|o| o.decision.sequence);
            (made.map(|made| (Made::New(made), heard_as)), sequence)
        })??;
        match made {
            Made::New(outcome) => {
                self.mark(&brand, key, Cause::Decision.bit());
                Ok(self.answer(&brand, &serving, *outcome, heard_as))
            }
            Made::Before(sequence) => self.answer_again(&brand, request, heard_as, sequence),
        }
    }

    /// Decides where that needs no disk; `None`: call [`Self::decide`] on a thread that may block.
    pub fn decide_resident(
        &self,
        scope: &Scope,
        request: &DecideRequest,
    ) -> Option<Result<Answer, Error>> {
        let key = self.guest_key(&scope.brand, &request.guest);
        let brand = self.brands.get(&scope.brand);
        self.holds(&brand, key).then(|| self.decide(scope, request))
    }

    /// Makes the decision and hands it to the committer, all under the guest's lock.
    pub(super) fn make(
        &self,
        brand: &Arc<Brand>,
        serving: &Serving,
        person: &Person,
        request: &DecideRequest,
        guest: &mut GuestState,
        mut party: Party<'_>,
    ) -> Result<Box<Outcome>, Error> {
        let now = self.clock.now();
        self.need_room(brand, request, guest)?;
        fold::to_now(guest, serving, &self.options, now);
        // What the decision before still reserves is no longer in its way.
        if let Some(replaced) = request.pushed.and_then(|pushed| pushed.replaces) {
            guest.ledger.release(replaced);
            party.release(replaced);
        }
        let who = (person.key, &*guest);
        let asked = (request, party.ledgers(&guest.ledger));
        let when = (now, self.seeds.next_u64());
        let claims = brand.budgets.claim(serving, (request, guest.segment), now);
        let mut outcome =
            brand.with_offered(serving, who, asked, when, &claims.offered, |inputs, scratch| {
                decide::decide(inputs, scratch).map(Box::new)
            })?;
        debug_assert_eq!(invariants::decision_is_sound(&outcome.decision, &guest.consent), Ok(()));
        let mut reservation = self.committer.reserve()?;
        let decision = &mut outcome.decision;
        decision.sequence = reservation.sequence();
        decision.id = self.store.pepper().decision_id(decision.short(), decision.sequence);
        claims.keep(&brand.budgets, decision);
        remember(decision, serving, guest);
        reservation.decision(&brand.id, now, decision, person.heard_as);
        let posted = self.post(brand, decision, request, guest, &mut reservation);
        // The log has the decision; the state follows with the guest's next event, or here, before
        // too many add up.
        if request.delivery.is_some() || guest.stats.decisions.is_multiple_of(STATE_EVERY) {
            self.keep(brand, serving, (person.key, guest), &mut reservation);
        }
        let decision = &outcome.decision;
        party.change(&brand.id, &mut reservation, |ledger| {
            expose(decision, &serving.catalog, ledger, now);
            if request.delivery.is_some() && posted.is_none() {
                ledger.release(decision.short());
            }
        });
        match posted {
            Some(posted) => posted.submit(brand, reservation),
            None => reservation.submit(),
        }
        self.note_decision(decision.sequence);
        Ok(outcome)
    }

    /// The answer to who asked by an id of the guest.
    pub(super) fn answer(
        &self,
        brand: &Brand,
        serving: &Serving,
        outcome: Outcome,
        heard_as: GuestKey,
    ) -> Answer {
        let Outcome { decision, filtered, timings } = outcome;
        let token = self.signer.sign(&brand.id, &decision, heard_as);
        let catalog = Arc::clone(&serving.catalog);
        Answer {
            decision: Arc::new(decision),
            catalog,
            token,
            is_replayed: false,
            filtered,
            timings,
        }
    }

    /// The stored answer of a repeated call.
    fn answer_again(
        &self,
        brand: &Brand,
        request: &DecideRequest,
        heard_as: GuestKey,
        sequence: u64,
    ) -> Result<Answer, Error> {
        if self.store.committed() < sequence {
            self.committer.flush()?;
        }
        let decision =
            self.stored_decision_at(sequence)?.ok_or_else(|| Error::not_found("decision"))?;
        let asked = request.placements.iter().map(|p| &p.placement);
        // It stood among the guest's own answers, so it is the guest's.
        let is_same = decision.property == request.property
            && is_same_message(&decision, request)
            && decision.propositions.iter().map(|p| &p.placement).eq(asked);
        if !is_same {
            let message = "request_id was used for another call; use a new one";
            return Err(Error::new(ErrorKind::Conflict, "REQUEST_ID_REUSED", message));
        }
        let catalog = self.catalog_of(brand, decision.catalog_version)?;
        let token = self.signer.sign(&brand.id, &decision, heard_as);
        let (filtered, timings) = (Vec::new(), Vec::new());
        Ok(Answer {
            decision: Arc::new(decision),
            catalog,
            token,
            is_replayed: true,
            filtered,
            timings,
        })
    }
}

impl Brand {
    /// Runs `work` on everything that a decision at `now`, with draws from `seed`, is made from.
    ///
    /// # Errors
    /// What `work` fails with, in the engine's words.
    pub(super) fn with_inputs<R>(
        &self,
        serving: &Serving,
        (key, guest): (GuestKey, &GuestState),
        (request, ledgers): (&DecideRequest, Ledgers<'_>),
        (now, seed): (Timestamp, u64),
        work: impl FnOnce(&Inputs<'_>, &mut Scratch) -> Result<R, Failure>,
    ) -> Result<R, Error> {
        let offered = self.budgets.look(serving, guest.segment, now);
        self.with_offered(serving, (key, guest), (request, ledgers), (now, seed), &offered, work)
    }

    /// The same, with what was claimed of budgets.
    fn with_offered<R>(
        &self,
        serving: &Serving,
        (key, guest): (GuestKey, &GuestState),
        (request, ledgers): (&DecideRequest, Ledgers<'_>),
        (now, seed): (Timestamp, u64),
        offered: &[Offered],
        work: impl FnOnce(&Inputs<'_>, &mut Scratch) -> Result<R, Failure>,
    ) -> Result<R, Error> {
        let inputs = Inputs {
            serving,
            live: &self.live.load(),
            channels: &self.channels.load(),
            guest,
            key,
            ledgers,
            request,
            now,
            seed,
            mode: **self.mode.load(),
            offered,
        };
        SCRATCH.with_borrow_mut(|scratch| work(&inputs, scratch)).map_err(failed)
    }
}

/// Log-odds assumed of the offer of a message that the caller chose: nobody scored it.
const CONTEXT_ASSUMED: f32 = -2.4;

/// A guest's state is written with every event, and with every so many decisions: loading a guest
/// folds the few decisions since.
pub(super) const STATE_EVERY: u64 = 8;

/// What a decision leaves in the guest's state: a fold of its record, also when a guest is loaded.
pub(super) fn remember(decision: &Decision, serving: &Serving, guest: &mut GuestState) {
    let now = decision.decided;
    guest.sequence = decision.sequence;
    guest.stats.decisions += 1;
    if let Some(replaced) = decision.pushed.and_then(|pushed| pushed.replaces) {
        guest.ledger.release(replaced);
        guest.open.retain(|open| open.decision != replaced || !open.awaits_showing);
    }
    guest.ledger.prune(now, serving.catalog.caps_horizon().max(FATIGUE_HORIZON));
    expose(decision, &serving.catalog, &mut guest.ledger, now);
    if let Some(request) = decision.request {
        guest.put_answered(AnsweredRequest { request, sequence: decision.sequence });
    }
    if !guest.consent.allows(Purpose::Profiling) {
        return;
    }
    let of_message = message_slot(decision).map(|(place, offer, _)| OpenSlot {
        proposition: place.proposition,
        offer,
        context_log_odds: CONTEXT_ASSUMED,
        taste_weight: 1.0,
        slot: place.slot,
        evidence: 0,
    });
    let slots = places(decision)
        .filter(|(_, slot)| !slot.is_stand_in())
        .map(|(place, slot)| OpenSlot {
            proposition: place.proposition,
            offer: slot.key,
            context_log_odds: slot.context_log_odds,
            taste_weight: slot.taste_weight,
            slot: place.slot,
            evidence: 0,
        })
        .chain(of_message)
        .collect::<Vec<_>>();
    if !slots.is_empty() {
        if guest.open.len() >= OPEN_DECISIONS_MAX {
            let oldest = guest.open[0].at;
            fold::unanswered(guest, serving, Timestamp::from_micros(oldest.as_micros() + 1));
            fold::ignored(guest, now);
        }
        guest.put_open(OpenDecision {
            decision: decision.short(),
            sequence: decision.sequence,
            at: now,
            slots,
            contact: contact_of(decision),
            delivered: None,
            awaits_showing: decision.pushed.is_some() || decision.delivery.is_some(),
        });
    }
}

/// The message that carries a decision's offers to the guest, where one does.
fn contact_of(decision: &Decision) -> Option<OpenContact> {
    // What a booking needs is read for its own sake: it says nothing of how offers are answered.
    if decision.message.is_some_and(|carried| carried.is_transactional) {
        return None;
    }
    let choice = decision.channel.as_ref()?;
    let (channel, basis) = (choice.channel.filter(|c| c.is_pushed())?, choice.basis?);
    let [mean, variance] = basis.population;
    Some(OpenContact { channel, time: basis.time, mean, variance })
}

/// Ledger entries are kept at least as long as the fatigue feature looks back.
pub(super) const FATIGUE_HORIZON: std::time::Duration = std::time::Duration::from_secs(7 * 86_400);

/// Counts the offers of a decision on a ledger: reserved where activation is deferred, else shown.
pub(super) fn expose(decision: &Decision, catalog: &Catalog, ledger: &mut Ledger, now: Timestamp) {
    let state =
        if decision.defers_activation { ExposureState::Reserved } else { ExposureState::Shown };
    let channel =
        decision.channel.as_ref().map_or(Some(decision.context.channel), |choice| choice.channel);
    // What stood in because nothing was eligible is capped by nothing.
    for (_, slot) in places(decision).filter(|(_, slot)| !slot.is_stand_in()) {
        let group = catalog.group_of().get(slot.offer.at()).copied().unwrap_or(0);
        let exposure = Exposure {
            offer: slot.key,
            decision: decision.short(),
            at: now,
            expires: decision.expires,
            group,
            channel,
            state,
            is_transactional: false,
        };
        ledger.add(exposure, now);
    }
    if let Some((_, offer, carried)) = message_slot(decision) {
        let exposure = Exposure {
            offer,
            decision: decision.short(),
            at: now,
            expires: decision.expires,
            group: carried.offer.map_or(0, |(_, key)| catalog.group_of_key(key)),
            channel,
            state,
            is_transactional: carried.is_transactional,
        };
        ledger.add(exposure, now);
    }
}

/// Is a repeated call about the message that the decision was about?
fn is_same_message(decision: &Decision, request: &DecideRequest) -> bool {
    let of_decision = decision
        .message
        .map(|carried| (carried.offer.map(|(_, key)| key), carried.is_transactional));
    let is_transactional = request.channel.is_some_and(|asked| asked.is_transactional);
    let of_request = request
        .message
        .as_ref()
        .map(|message| (message.offer.as_ref().map(OfferKey::of), is_transactional));
    of_decision == of_request
}

/// A failure in the engine's words.
fn failed(failure: Failure) -> Error {
    match failure {
        Failure::Property => Error::not_found("property"),
        Failure::Placement(number) => {
            let mut error = Error::not_found("placement");
            let field = format!("placement_requests[{number}].placement_id");
            error.fields.push(crate::domain::invalid::Invalid::new(
                field,
                "names no placement of the catalog in force",
            ));
            error
        }
        Failure::Policy => Error::not_found("decision policy"),
        Failure::Currency => {
            let field = "response_value.currency_code";
            crate::domain::invalid::Invalid::new(field, "is not the currency of the property")
                .into()
        }
        Failure::Offer => {
            let mut error = Error::not_found("offer");
            let problem = "names no offer of the property in the catalog in force";
            error.fields.push(crate::domain::invalid::Invalid::new("offer_id", problem));
            error
        }
    }
}
