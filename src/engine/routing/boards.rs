//! The boards of a brand: a fold of its routing records, kept in memory and in checkpoints.

use std::collections::BTreeMap;

use parking_lot::{Mutex, MutexGuard};

use crate::domain::id::PropertyId;
use crate::domain::routing::{Board, Routing, Seat};
use crate::domain::time::Date;
use crate::engine::wire::{BoardRow, RoutingBook, SeatRow};
use crate::store::{
    StoreError, decode_interaction, decode_member, encode_interaction, encode_member,
};

/// The boards of a brand. Locked over no other lock but the committer's: records of routing stand in the
/// log in the order in which the boards changed.
#[derive(Default)]
pub(in crate::engine) struct Boards {
    inner: Mutex<Folded>,
}

/// Boards, and how far they have been folded.
#[derive(Default)]
pub(super) struct Folded {
    pub(super) houses: BTreeMap<PropertyId, Board>,
    /// Sequence of the last record that was folded.
    applied: u64,
}

impl Folded {
    /// Folds a fact at its place in the log; one that was folded before changes nothing.
    pub(super) fn apply(&mut self, routing: &Routing, sequence: u64) {
        if sequence <= self.applied {
            return;
        }
        self.applied = sequence;
        self.houses.entry(routing.property.clone()).or_default().apply(&routing.fact);
    }
}

impl Boards {
    pub(super) fn lock(&self) -> MutexGuard<'_, Folded> {
        self.inner.lock()
    }

    /// Folds a record of the log.
    pub(in crate::engine) fn fold(&self, routing: &Routing, sequence: u64) {
        self.lock().apply(routing, sequence);
    }

    /// As a checkpoint keeps them; `None` before the first fact.
    pub(in crate::engine) fn book(&self) -> Option<RoutingBook> {
        let folded = self.lock();
        let house = |(property, board): (&PropertyId, &Board)| BoardRow {
            property: property.to_string(),
            seats: board.seats().map(seat_row).collect(),
            interactions: board.closed().chain(board.open()).map(encode_interaction).collect(),
            paid: board.paid().collect(),
        };
        let houses = folded.houses.iter().map(house).collect();
        (folded.applied > 0).then_some(RoutingBook { applied: folded.applied, houses })
    }

    /// Puts what a checkpoint keeps in the place of what is here.
    pub(in crate::engine) fn restore(&self, book: &RoutingBook) -> Result<(), StoreError> {
        let damaged = |_| StoreError::Corrupt { what: "the boards of a checkpoint".to_owned() };
        let mut folded = self.lock();
        folded.applied = book.applied;
        for row in &book.houses {
            let property = PropertyId::parse("property", &row.property).map_err(damaged)?;
            let seats: Result<Vec<Seat>, _> = row.seats.iter().map(seat).collect();
            let interactions: Result<Vec<_>, _> =
                row.interactions.iter().map(|bytes| decode_interaction(bytes)).collect();
            let board = Board::of(seats?, interactions?, row.paid.iter().copied());
            folded.houses.insert(property, board);
        }
        Ok(())
    }
}

fn seat_row(seat: &Seat) -> SeatRow {
    let member = encode_member(&seat.member);
    SeatRow { member, open: seat.open, day: seat.given.0.0, given: seat.given.1 }
}

fn seat(row: &SeatRow) -> Result<Seat, StoreError> {
    let member = decode_member(&row.member)?;
    Ok(Seat { member, open: row.open, given: (Date(row.day), row.given) })
}
