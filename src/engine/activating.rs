//! A deferred decision was really shown: its reservations become use.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::domain::channel::Channel;
use crate::domain::decision::{Decision, short_of};
use crate::domain::event::{EventKind, SlotPlace};
use crate::domain::exposure::{Exposure, ExposureState, Ledger};
use crate::domain::id::{DecisionId, GuestKey, OfferKey};
use crate::domain::record::{Body, Record};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;

use super::brands::Brand;
use super::calls::{Activation, DecisionState, Waiter};
use super::error::{Error, ErrorKind};
use super::party::PartyKeys;
use super::token::{VerifiedToken, message_slot, places};
use super::watching::Cause;
use super::{Engine, store_waiter};
use crate::store::Reservation;

/// What activation needs of a decision.
pub(super) struct Shown {
    decision: DecisionId,
    guest: GuestKey,
    expires: Timestamp,
    defers_activation: bool,
    offers: Vec<OfferKey>,
    /// The slots of a decision that was pushed: until now nobody saw them.
    pushed: Vec<SlotPlace>,
    /// Unknown where only the token is left.
    channel: Option<Channel>,
    is_transactional: bool,
    /// Unknown likewise.
    party: PartyKeys,
    catalog: Arc<Catalog>,
}

/// A decision is activated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activated {
    /// It was before.
    pub is_repeated: bool,
    /// When it was first; `None` where it was before, and the guest's ledger knows of later steps only.
    pub at: Option<Timestamp>,
}

impl Engine {
    /// Activates a decision. To repeat it changes nothing. On disk when `waiter` is told.
    ///
    /// # Errors
    /// Without the right; where the decision is not there for this credential and no token restores
    /// it; where it has expired.
    pub fn activate(
        &self,
        scope: &Scope,
        activation: &Activation,
        waiter: Waiter,
    ) -> Result<Activated, Error> {
        self.need(scope, Right::Decide)?;
        let brand = self.brands.get(&scope.brand);
        let shown = self.shown(&brand, scope, activation)?;
        let (key, now) = (shown.guest, self.clock.now());
        self.need_guest_key(scope, key)?;
        let activated = self.with_guest(&brand, key, |guest, person| {
            let short = short_of(shown.decision);
            let entries = || guest.ledger.entries().iter().filter(|e| e.decision == short);
            let is_used = entries().any(|e| e.state > ExposureState::Reserved);
            if is_used || (!shown.defers_activation && entries().next().is_some()) {
                waiter(Ok(()));
                let shown = entries().filter(|e| e.state <= ExposureState::Shown);
                let at = shown.map(|entry| entry.at).min();
                return (Ok(Activated { is_repeated: true, at }), None);
            }
            if now >= shown.expires {
                let message = "the decision has expired; ask for a new one";
                return (
                    Err(Error::new(ErrorKind::FailedPrecondition, "DECISION_EXPIRED", message)),
                    None,
                );
            }
            let made = self.with_party(&brand.id, shown.party, |mut party| {
                let mut reservation = self.committer.reserve()?;
                let sequence = reservation.sequence();
                show(&mut guest.ledger, &shown, now);
                guest.open.iter_mut().filter(|open| open.decision == short).for_each(|open| {
                    open.awaits_showing = false;
                });
                self.saw(&mut reservation, &shown, sequence)?;
                party.change(&brand.id, &mut reservation, |ledger| show(ledger, &shown, now));
                guest.sequence = sequence;
                let heard_as = person.heard_as;
                let body = Body::Activated { guest: heard_as, decision: shown.decision };
                reservation.record(&Record {
                    sequence,
                    brand: brand.id.clone(),
                    recorded: now,
                    body,
                });
                reservation.guest(&brand.id, person.key, guest);
                reservation.submit_and_tell(store_waiter(waiter));
                Ok((sequence, sequence))
            });
            let sequence = made.as_ref().ok().copied();
            (made.map(|_| Activated { is_repeated: false, at: Some(now) }), sequence)
        })?;
        self.mark(&brand, key, Cause::Outcome.bit());
        activated
    }

    /// What was pushed and is shown now counts as seen from here on, in every slot.
    pub(super) fn saw(
        &self,
        reservation: &mut Reservation<'_>,
        shown: &Shown,
        sequence: u64,
    ) -> Result<(), Error> {
        let decision = self.store.pepper().decision_sequence(shown.decision);
        for SlotPlace { proposition, slot } in &shown.pushed {
            let mut outcome = self.outcome(decision, *proposition, *slot)?.unwrap_or_default();
            EventKind::Impression.outcome().iter().for_each(|seen| outcome.join(seen));
            reservation.outcome(decision, *proposition, *slot, &outcome);
            let key = (decision, *proposition, *slot);
            self.outcomes.put(key, outcome, sequence, self.store.committed());
        }
        Ok(())
    }

    /// What the log knows of the decision; where a crash took its record, what the token does.
    fn shown(&self, brand: &Brand, scope: &Scope, activation: &Activation) -> Result<Shown, Error> {
        let not_found = || Error::not_found("decision");
        let verified = |token: &String| {
            let ours = self.signer.verify(&scope.brand, token);
            ours.filter(|t| t.decision == activation.decision).ok_or_else(not_found)
        };
        let token = activation.token.as_ref().map(verified).transpose()?;
        match (self.logged_decision(&scope.brand, activation.decision)?, token) {
            (Some(decision), token) if scope.reaches(&decision.property) => {
                let catalog = self.catalog_of(brand, decision.catalog_version)?;
                let party = self.party_of(&brand.id, &decision, &catalog);
                let mut shown = Shown::of_record(&decision, party, catalog);
                // Who was asked for by it, should they have parted from the decision's guest.
                shown.guest = token.map_or(shown.guest, |token| token.guest);
                Ok(shown)
            }
            (None, Some(token)) => {
                Ok(Shown::of_token(&token, Arc::clone(&brand.need_serving()?.catalog)))
            }
            (Some(_) | None, _) => Err(not_found()),
        }
    }

    /// How far a decision has come, by the guest's ledger.
    pub(super) fn state_of(&self, decision: &Decision, ledger: &Ledger) -> DecisionState {
        let mut entries = ledger.entries().iter().filter(|e| e.decision == short_of(decision.id));
        let is_used = entries.any(|e| e.state > ExposureState::Reserved);
        match () {
            () if is_used || !decision.defers_activation => DecisionState::Activated,
            () if self.clock.now() < decision.expires => DecisionState::Reserved,
            () => DecisionState::Expired,
        }
    }
}

impl Shown {
    pub(super) fn of_record(decision: &Decision, party: PartyKeys, catalog: Arc<Catalog>) -> Self {
        let choice = decision.channel.as_ref();
        // What stood in because nothing was eligible is capped by nothing.
        let counted = places(decision).filter(|(_, slot)| !slot.is_stand_in());
        Self {
            decision: decision.id,
            guest: decision.guest,
            expires: decision.expires,
            defers_activation: decision.defers_activation,
            pushed: decision
                .pushed
                .iter()
                .flat_map(|_| places(decision))
                .map(|(at, _)| at)
                .collect(),
            offers: counted
                .map(|(_, slot)| slot.key)
                .chain(message_slot(decision).map(|(_, offer, _)| offer))
                .collect(),
            is_transactional: decision.message.is_some_and(|carried| carried.is_transactional),
            channel: choice.map_or(Some(decision.context.channel), |choice| choice.channel),
            party,
            catalog,
        }
    }

    fn of_token(token: &VerifiedToken, catalog: Arc<Catalog>) -> Self {
        Self {
            decision: token.decision,
            guest: token.guest,
            expires: token.facts.expires,
            // With the record went what the guest's ledger had of it.
            defers_activation: true,
            offers: token.facts.slots.iter().map(|slot| slot.offer).collect(),
            pushed: Vec::new(),
            channel: None,
            is_transactional: false,
            party: PartyKeys::default(),
            catalog,
        }
    }
}

/// Marks the decision's offers as shown; adds what a crash or a full ledger took.
pub(super) fn show(ledger: &mut Ledger, shown: &Shown, now: Timestamp) {
    let decision = short_of(shown.decision);
    if ledger.advance(decision, None, ExposureState::Shown, now) > 0 {
        return;
    }
    for offer in &shown.offers {
        let exposure = Exposure {
            offer: *offer,
            decision,
            at: now,
            expires: shown.expires,
            group: shown.catalog.group_of_key(*offer),
            channel: shown.channel,
            state: ExposureState::Shown,
            is_transactional: shown.is_transactional,
        };
        ledger.add(exposure, now);
    }
}
