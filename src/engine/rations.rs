//! What was seen of rationed offers, in checkpoints.

use crate::domain::id::{OfferKey, PropertyId};
use crate::domain::time::{Date, Timestamp};
use crate::learn::rationing::{Asked, PlaceState, Rationed};

use super::brands::Brand;
use super::wire::{RationDay, RationRow, RationsBook};

/// As a checkpoint keeps it; `None` before anything was seen.
pub(super) fn book(rationed: &Rationed) -> Option<RationsBook> {
    let (until, places) = rationed.state();
    let row = |place: &PlaceState| RationRow {
        offer: place.offer.0,
        property: place.property.to_string(),
        gains: place.asked.iter().map(|asked| asked.gain).collect(),
        take_ups: place.asked.iter().map(|asked| asked.take_up).collect(),
        total: place.total,
        days: place
            .days
            .iter()
            .map(|(day, guests)| RationDay { day: day.0, guests: guests.clone() })
            .collect(),
    };
    let book =
        RationsBook { until_micros: until.as_micros(), places: places.iter().map(row).collect() };
    (!places.is_empty()).then_some(book)
}

/// Puts back what a checkpoint has.
pub(super) fn restore(brand: &Brand, book: Option<&RationsBook>) {
    let Some(book) = book else { return };
    let place = |row: &RationRow| {
        let asked = row.gains.iter().zip(&row.take_ups);
        Some(PlaceState {
            offer: OfferKey(row.offer),
            property: PropertyId::parse("property", &row.property).ok()?,
            asked: asked.map(|(gain, take_up)| Asked { gain: *gain, take_up: *take_up }).collect(),
            total: row.total,
            days: row.days.iter().map(|d| (Date(d.day), d.guests.clone())).collect(),
        })
    };
    let places = book.places.iter().filter_map(place).collect();
    let until = Timestamp::from_micros(book.until_micros);
    *brand.rationed.lock() = Rationed::restore(until, places);
}
