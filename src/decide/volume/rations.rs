//! What units of rationed offers are worth right now, by hotel and day of use.
//!
//! Guests come evenly from some days before the day of use until its end. How many come is expected by
//! the catalog and corrected by what was seen of the day: a rate with a Gamma prior that weighs as much
//! as [`PRIOR_SHARE`] of the whole time. Prices are worked out at the first question after what was seen
//! has changed, and kept.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::catalog::{Catalog, PropertyIndex};
use crate::domain::id::OfferIndex;
use crate::domain::ration::Rationing;
use crate::domain::time::{Date, Timestamp};
use crate::domain::zone::Zone;
use crate::learn::rationing::{Asked, Place, Rationed};

use super::online::BidPrices;

/// Share of the time that what the catalog expects counts for, beside what was seen.
const PRIOR_SHARE: f64 = 1.0;
/// Units that prices are worked out for; of more, as if of fewer for fewer guests.
const UNITS_MAX: u32 = 256;

/// What was seen of rationed offers, as of a moment. Nothing seen: everything is worth nothing.
#[derive(Debug, Default)]
pub struct Rations {
    places: HashMap<(OfferIndex, PropertyIndex), Seen>,
    until: Timestamp,
}

/// What was seen of an offer at a hotel.
#[derive(Debug)]
struct Seen {
    table: Arc<Table>,
    /// How many guests asked for each day of use.
    days: HashMap<Date, usize>,
}

/// Prices at a place, worked out once.
#[derive(Debug)]
struct Table {
    rationing: Rationing,
    version: u64,
    asked: Vec<Asked>,
    prices: OnceLock<BidPrices>,
}

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    /// The offer.
    pub offer: OfferIndex,
    /// The hotel.
    pub property: PropertyIndex,
    /// Its zone.
    pub zone: Zone,
    /// The day of use.
    pub day: Date,
    /// When.
    pub now: Timestamp,
    /// Units left.
    pub left: u32,
    /// Units that guests have.
    pub out: u32,
}

impl Rations {
    /// What was seen of the offers of a catalog. Prices that still hold are taken from `before`.
    pub fn of(catalog: &Catalog, seen: &Rationed, before: &Self) -> Self {
        let mut places = HashMap::new();
        for (at, offer) in (0..).map(OfferIndex).zip(catalog.offers()) {
            let Some(rationing) = offer.rationing else { continue };
            for property in &catalog.content().properties {
                let index = catalog.property_index(&property.id);
                let (Some(index), Some(place)) = (index, seen.place(offer.key, &property.id))
                else {
                    continue;
                };
                let known = before.places.get(&(at, index)).map(|seen| &seen.table);
                let known = known.filter(|table| table.is_of(rationing, place));
                let table = known.cloned().unwrap_or_else(|| Arc::new(Table::of(rationing, place)));
                places.insert((at, index), Seen { table, days: place.days().collect() });
            }
        }
        Self { places, until: seen.until() }
    }

    /// The bid price of a unit, and how many guests are expected still to come.
    pub fn price(&self, rationing: Rationing, asking: Asking) -> (f64, f64) {
        let Asking { offer, property, zone, day, now, left, out } = asking;
        let from = zone.moment(Date(day.0.saturating_sub(i32::from(rationing.ahead_days))), 0);
        let until = zone.moment(Date(day.0.saturating_add(1)), 0);
        let share = |moment: Timestamp| share(from, until, moment);
        let place = self.places.get(&(offer, property));
        let seen = place.and_then(|place| place.days.get(&day)).copied().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "a number of guests")]
        let seen = seen as f64;
        let rate = (f64::from(rationing.arrivals) * PRIOR_SHARE + seen)
            / (PRIOR_SHARE + share(self.until));
        let to_come = rate * (1.0 - share(now));
        let price = place.map_or(0.0, |place| place.table.prices().price(to_come, left, out));
        (price, to_come)
    }
}

/// Which part of a stretch of time is over at a moment, 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "microseconds of a year have fewer digits")]
fn share(from: Timestamp, until: Timestamp, moment: Timestamp) -> f64 {
    let whole = until.as_micros().saturating_sub(from.as_micros()).max(1) as f64;
    let over = moment.as_micros().saturating_sub(from.as_micros()) as f64;
    (over / whole).clamp(0.0, 1.0)
}

impl Table {
    fn of(rationing: Rationing, place: &Place) -> Self {
        let prices = OnceLock::new();
        Self { rationing, version: place.version(), asked: place.asked(), prices }
    }

    fn is_of(&self, rationing: Rationing, place: &Place) -> bool {
        (self.rationing, self.version) == (rationing, place.version())
    }

    fn prices(&self) -> &BidPrices {
        self.prices.get_or_init(|| {
            let guests = usize::try_from(self.rationing.arrivals).unwrap_or(1);
            let units = usize::try_from(self.rationing.arrivals.min(UNITS_MAX)).unwrap_or(1);
            BidPrices::new(&self.asked, guests, units, self.rationing.cancellations)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_still_to_come_follows_the_clock_and_what_was_seen() {
        let rationing =
            Rationing { arrivals: 200, ahead_days: 9, cancellations: 0.0, take_up: None };
        let day = Date(20_000);
        let zone = Zone::utc();
        let at = |days: i64| Timestamp::from_seconds((i64::from(day.0) + days) * 86_400);
        let asking = |now| Asking {
            offer: OfferIndex(0),
            property: PropertyIndex(0),
            zone,
            day,
            now,
            left: 10,
            out: 0,
        };
        let to_come = |rations: &Rations, days| rations.price(rationing, asking(at(days))).1;
        let nothing = Rations::default();
        for (days, expected) in [(-30, 200.0), (-9, 200.0), (-4, 100.0), (1, 0.0), (7, 0.0)] {
            assert!((to_come(&nothing, days) - expected).abs() < 1e-9, "{days}");
        }
        // Half of the time is over, and 250 came instead of 100: (200 + 250) / (1 + 0.5) for the other half.
        let table = Table { rationing, version: 0, asked: Vec::new(), prices: OnceLock::new() };
        let place = Seen { table: Arc::new(table), days: HashMap::from([(day, 250)]) };
        let places = HashMap::from([((OfferIndex(0), PropertyIndex(0)), place)]);
        let busy = Rations { places, until: at(-4) };
        assert!((to_come(&busy, -4) - 150.0).abs() < 1e-9);
    }
}
