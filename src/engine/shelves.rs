//! Units of scarce offers in checkpoints.

use crate::domain::hold::{Hold, Shelf, ShelfKey};
use crate::domain::id::{Fingerprint, GuestKey, OfferId, OfferKey, PropertyId};
use crate::domain::time::{Date, Timestamp};

use super::brands::Brand;
use super::holds::Book;
use super::wire::{HoldRow, StockRow};

/// The rows of a book. What the catalog no longer has is not kept.
pub(super) fn rows(
    book: &Book,
    name: impl Fn(OfferKey) -> Option<String>,
) -> (Vec<StockRow>, Vec<HoldRow>) {
    let (mut stock, mut holds) = (Vec::new(), Vec::new());
    for (key, shelf) in book.shelves() {
        let Some(offer) = name(key.offer) else { continue };
        let at = u32::try_from(stock.len()).unwrap_or(u32::MAX);
        stock.push(StockRow {
            offer,
            property: key.property.to_string(),
            day: key.day.0,
            units: shelf.left,
            sequence: shelf.sequence,
        });
        holds.extend(shelf.holds.iter().map(|hold| HoldRow {
            stock: at,
            guest: hold.guest.0.to_vec(),
            reservation: hold.reservation.map_or(0, |r| r.0),
            until_micros: hold.until.as_micros(),
        }));
    }
    (stock, holds)
}

/// Puts the rows back into a brand's book.
pub(super) fn restore(brand: &Brand, stock: &[StockRow], holds: &[HoldRow]) {
    let mut book = brand.book.lock();
    let mut of_stock: Vec<Vec<Hold>> = vec![Vec::new(); stock.len()];
    for row in holds {
        let place = usize::try_from(row.stock).ok().and_then(|at| of_stock.get_mut(at));
        let (Some(place), Ok(guest)) = (place, <[u8; 16]>::try_from(row.guest.as_slice())) else {
            continue;
        };
        let reservation = (row.reservation != 0).then_some(Fingerprint(row.reservation));
        let until = Timestamp::from_micros(row.until_micros);
        place.push(Hold { guest: GuestKey(guest), reservation, until });
    }
    for (row, holds) in stock.iter().zip(of_stock) {
        let (Ok(offer), Ok(property)) =
            (OfferId::parse("offer", &row.offer), PropertyId::parse("property", &row.property))
        else {
            continue;
        };
        let key = ShelfKey { offer: OfferKey::of(&offer), property, day: Date(row.day) };
        let shelf = Shelf { left: row.units, sequence: row.sequence, holds };
        let left = book.restore(key.clone(), shelf);
        brand.show_shelf(&key, &left);
    }
}
