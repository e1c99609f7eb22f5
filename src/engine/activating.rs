//! A deferred decision was really shown: its reservations become use.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::domain::decision::{Decision, short_of};
use crate::domain::exposure::{Exposure, ExposureState, Ledger};
use crate::domain::record::{Body, Record};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;

use super::calls::{Activation, DecisionState, Waiter};
use super::error::{Error, ErrorKind};
use super::token::places;
use super::{Engine, store_waiter};

impl Engine {
    /// Activates a decision. To repeat it changes nothing. On disk when `waiter` is told.
    ///
    /// # Errors
    /// Without the right; where the decision is not there for this credential; where it has
    /// expired.
    pub fn activate(
        &self,
        scope: &Scope,
        activation: &Activation,
        waiter: Waiter,
    ) -> Result<DecisionState, Error> {
        self.need(scope, Right::Decide)?;
        let brand = self.brands.get(&scope.brand);
        let decision = self.decision_to_activate(scope, activation)?;
        let catalog = self.catalog_of(&brand, decision.catalog_version)?;
        let (key, short, now) = (decision.guest, decision.short(), self.clock.now());
        self.with_guest(&brand, key, |guest| {
            let entries = || guest.ledger.entries().iter().filter(|e| e.decision == short);
            let is_used = entries().any(|e| e.state > ExposureState::Reserved);
            if is_used || (!decision.defers_activation && entries().next().is_some()) {
                waiter(Ok(()));
                return (Ok(DecisionState::Activated), None);
            }
            if now >= decision.expires {
                let message = "the decision has expired; ask for a new one";
                return (
                    Err(Error::new(ErrorKind::FailedPrecondition, "DECISION_EXPIRED", message)),
                    None,
                );
            }
            let made = self.committer.reserve().map_err(Error::from).map(|mut reservation| {
                let sequence = reservation.sequence();
                show(&mut guest.ledger, &decision, &catalog, now);
                guest.sequence = sequence;
                let body = Body::Activated { guest: key, decision: decision.id };
                reservation.record(&Record {
                    sequence,
                    brand: brand.id.clone(),
                    recorded: now,
                    body,
                });
                reservation.guest(&brand.id, key, guest);
                reservation.submit_and_tell(store_waiter(waiter));
                sequence
            });
            let sequence = made.as_ref().ok().copied();
            (made.map(|_| DecisionState::Activated), sequence)
        })?
    }

    /// The record of the decision, from the log; where it is not there yet, after what waits was
    /// written.
    fn decision_to_activate(
        &self,
        scope: &Scope,
        activation: &Activation,
    ) -> Result<Arc<Decision>, Error> {
        let not_found = || Error::not_found("decision");
        if let Some(token) = &activation.token {
            let ours = self
                .signer
                .verify(&scope.brand, token)
                .filter(|t| t.decision == activation.decision);
            ours.ok_or_else(not_found)?;
        }
        let decision =
            self.logged_decision(&scope.brand, activation.decision)?.ok_or_else(not_found)?;
        if scope.reaches(&decision.property) { Ok(Arc::new(decision)) } else { Err(not_found()) }
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

/// Marks the decision's offers as shown; adds what a crash or a full ledger took.
fn show(ledger: &mut Ledger, decision: &Decision, catalog: &Catalog, now: Timestamp) {
    if ledger.advance(decision.short(), None, ExposureState::Shown, now) > 0 {
        return;
    }
    let channel =
        decision.channel.as_ref().map_or(Some(decision.context.channel), |choice| choice.channel);
    for (_, slot) in places(decision) {
        let exposure = Exposure {
            offer: slot.key,
            decision: decision.short(),
            at: now,
            expires: decision.expires,
            group: catalog.group_of_key(slot.key),
            channel,
            state: ExposureState::Shown,
        };
        ledger.add(exposure, now);
    }
}
