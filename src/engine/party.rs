//! The ledgers of a decision beside the guest's: those of its reservation and its room, where a cap
//! counts on them.

use crate::catalog::Catalog;
use crate::decide::caps::Ledgers;
use crate::domain::decision::Decision;
use crate::domain::exposure::Ledger;
use crate::domain::id::{BrandId, Fingerprint, PropertyId};
use crate::domain::policy::CapSubject;
use crate::domain::request::DecideRequest;
use crate::store::{LedgerKey, Reservation};

use super::Engine;
use super::error::Error;

/// Which ledgers they are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PartyKeys {
    reservation: Option<LedgerKey>,
    room: Option<LedgerKey>,
}

/// The ledgers, locked.
pub(super) struct Party<'a> {
    reservation: Option<(LedgerKey, &'a mut Ledger)>,
    room: Option<(LedgerKey, &'a mut Ledger)>,
}

impl Party<'_> {
    /// What caps are counted on, with the guest's.
    pub(super) fn ledgers<'b>(&'b self, guest: &'b Ledger) -> Ledgers<'b> {
        Ledgers {
            guest,
            reservation: self.reservation.as_ref().map(|(_, ledger)| &**ledger),
            room: self.room.as_ref().map(|(_, ledger)| &**ledger),
        }
    }

    /// Copies of reservation and room, without what a decision showed.
    pub(super) fn set_aside(&self, decision: u64) -> [Option<Ledger>; 2] {
        [&self.reservation, &self.room].map(|ledger| {
            let mut ledger = ledger.as_ref().map(|(_, ledger)| Ledger::clone(ledger));
            ledger.iter_mut().for_each(|ledger| ledger.set_aside(decision));
            ledger
        })
    }

    /// Gives back what a decision reserves on each.
    pub(super) fn release(&mut self, decision: u64) {
        for (_, ledger) in self.reservation.iter_mut().chain(self.room.iter_mut()) {
            ledger.release(decision);
        }
    }

    /// Changes each, and puts it into the record that says so.
    pub(super) fn change(
        &mut self,
        brand: &BrandId,
        record: &mut Reservation<'_>,
        change: impl Fn(&mut Ledger),
    ) {
        for (key, ledger) in self.reservation.iter_mut().chain(self.room.iter_mut()) {
            change(ledger);
            record.ledger(brand, *key, ledger);
        }
    }
}

impl Engine {
    /// The ledgers of a reservation and a room: only where a cap of the catalog counts on them.
    pub(super) fn party_keys(
        &self,
        (brand, property): (&BrandId, &PropertyId),
        (reservation, room): (Option<Fingerprint>, Option<Fingerprint>),
        catalog: &Catalog,
    ) -> PartyKeys {
        let counts_on = |subject| catalog.caps().iter().any(|cap| cap.subject == subject);
        let pepper = self.store.pepper();
        let reservation = reservation.filter(|_| counts_on(CapSubject::Reservation));
        let room = room.filter(|_| counts_on(CapSubject::Room));
        PartyKeys {
            reservation: reservation.map(|r| pepper.reservation(brand, r)),
            room: room.map(|r| pepper.room(brand, property, r)),
        }
    }

    /// The ledgers of a decision that is asked for.
    pub(super) fn party_of_request(
        &self,
        brand: &BrandId,
        request: &DecideRequest,
        catalog: &Catalog,
    ) -> PartyKeys {
        let reservation = request.reservation.as_ref().map(|id| Fingerprint::of(id.as_str()));
        let room = request.room.as_ref().map(|id| Fingerprint::of(id.as_str()));
        self.party_keys((brand, &request.property), (reservation, room), catalog)
    }

    /// The ledgers of a decision that was made.
    pub(super) fn party_of(
        &self,
        brand: &BrandId,
        decision: &Decision,
        catalog: &Catalog,
    ) -> PartyKeys {
        let who = (decision.reservation, decision.room);
        self.party_keys((brand, &decision.property), who, catalog)
    }

    /// Runs `work` on them, under their locks. `work` returns its answer and the sequence it
    /// submitted. Locks are taken in one order everywhere: guest, reservation, room.
    pub(super) fn with_party<R>(
        &self,
        brand: &BrandId,
        keys: PartyKeys,
        work: impl FnOnce(Party<'_>) -> Result<(R, u64), Error>,
    ) -> Result<R, Error> {
        let submitted = |made: &Result<(R, u64), Error>| made.as_ref().ok().map(|(_, at)| *at);
        let made = self.with_ledger(brand, keys.reservation, |of_reservation| {
            let made = self.with_ledger(brand, keys.room, |of_room| {
                let reservation = keys.reservation.zip(of_reservation);
                let made = work(Party { reservation, room: keys.room.zip(of_room) });
                let sequence = submitted(&made);
                (made, sequence)
            });
            let made = made.and_then(|made| made);
            let sequence = submitted(&made);
            (made, sequence)
        })?;
        Ok(made?.0)
    }
}
