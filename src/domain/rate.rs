//! What revenue management says of a room type and a night: the bid price, the hurdle, the cost.
//!
//! They are published conditions of a price like the catalog is: told for all, of a date, and by
//! nobody's name. A batch of them comes into force as a whole, under the sequence of its record;
//! a decision names the sequence that it was made under, so that its prices can be worked out again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::id::{Label, PropertyId};
use super::money::Currency;
use super::time::Date;

/// Rates of a room type for a night, in minor units of the property's currency, not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The least revenue for which one more night is worth selling, without taxes and commission.
    pub bid: i64,
    /// The lowest price of the night that is sold, as the guest reads it. `None`: no hurdle.
    pub hurdle: Option<i64>,
    /// What one more night costs, in the place of the offer's own cost. `None`: the offer's own.
    pub cost: Option<i64>,
}

/// Rates of a room type for a night, as they are set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRow {
    /// The room type.
    pub room_type: Label,
    /// The night that begins on this local day.
    pub date: Date,
    /// The rates; `None` takes away what was set.
    pub rate: Option<Rate>,
}

/// Rates of a property that come into force together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatesChange {
    /// The hotel.
    pub property: PropertyId,
    /// Of all amounts.
    pub currency: Currency,
    /// The rates, each room type and date once.
    pub rows: Vec<RateRow>,
}

type Nights = BTreeMap<Date, Rate>;

/// Rates in force. A clone shares what it does not change.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    version: u64,
    places: HashMap<PropertyId, Arc<Place>>,
}

#[derive(Debug, Clone)]
struct Place {
    currency: Currency,
    types: HashMap<Label, Arc<Nights>>,
}

impl Rates {
    /// Sequence of the last change; 0 before the first.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Notes that a change, of which nothing may be left, was in force.
    pub fn note(&mut self, version: u64) {
        self.version = self.version.max(version);
    }

    /// Puts a change in force, under the sequence of its record. Rates of a property in another
    /// currency than the change's are forgotten: they cannot be compared. So are those of the
    /// property's nights before `oldest`, which nobody asks for any more.
    pub fn put(&mut self, change: &RatesChange, version: u64, oldest: Date) {
        self.version = self.version.max(version);
        let fresh = || Arc::new(Place { currency: change.currency, types: HashMap::new() });
        let place = self.places.entry(change.property.clone()).or_insert_with(fresh);
        if place.currency != change.currency {
            *place = fresh();
        }
        let place = Arc::make_mut(place);
        for row in &change.rows {
            let nights = place.types.entry(row.room_type.clone()).or_default();
            match row.rate {
                Some(rate) => _ = Arc::make_mut(nights).insert(row.date, rate),
                None => _ = Arc::make_mut(nights).remove(&row.date),
            }
        }
        for nights in place.types.values_mut() {
            if nights.first_key_value().is_some_and(|(first, _)| *first < oldest) {
                let nights = Arc::make_mut(nights);
                *nights = nights.split_off(&oldest);
            }
        }
        place.types.retain(|_, nights| !nights.is_empty());
    }

    /// Rates of consecutive nights of a room type; `None` where one of them has none, or where they
    /// are told in another currency.
    pub fn nights(
        &self,
        (property, currency): (&PropertyId, Currency),
        room_type: &Label,
        (first, count): (Date, u16),
    ) -> Option<Vec<Rate>> {
        let place = self.places.get(property).filter(|place| place.currency == currency)?;
        let nights = place.types.get(room_type)?;
        let day = |night: u16| Date(first.0.saturating_add(i32::from(night)));
        (0..count).map(|night| nights.get(&day(night)).copied()).collect()
    }

    /// What is in force at a property, rows ascending; `None` where nothing was ever set.
    pub fn of(&self, property: &PropertyId) -> Option<RatesChange> {
        self.places.get_key_value(property).map(change)
    }

    /// Everything in force, a change for each property, properties and rows ascending.
    pub fn changes(&self) -> Vec<RatesChange> {
        let mut changes: Vec<RatesChange> = self.places.iter().map(change).collect();
        changes.sort_by(|a, b| a.property.cmp(&b.property));
        changes
    }
}

fn change((property, place): (&PropertyId, &Arc<Place>)) -> RatesChange {
    let rows = place.types.iter().flat_map(|(room_type, nights)| {
        let row = |(date, rate): (&Date, &Rate)| RateRow {
            room_type: room_type.clone(),
            date: *date,
            rate: Some(*rate),
        };
        nights.iter().map(row)
    });
    let mut rows: Vec<RateRow> = rows.collect();
    rows.sort_by(|a, b| (&a.room_type, a.date).cmp(&(&b.room_type, b.date)));
    RatesChange { property: property.clone(), currency: place.currency, rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVER: Date = Date(i32::MIN);

    fn label(text: &str) -> Label {
        Label::parse("", text).unwrap()
    }

    fn row(room_type: &str, date: i32, bid: Option<i64>) -> RateRow {
        let rate = bid.map(|bid| Rate { bid, hurdle: None, cost: None });
        RateRow { room_type: label(room_type), date: Date(date), rate }
    }

    fn city() -> PropertyId {
        PropertyId::parse("", "city").unwrap()
    }

    fn set(currency: Currency, rows: Vec<RateRow>) -> RatesChange {
        RatesChange { property: city(), currency, rows }
    }

    #[test]
    fn a_change_is_in_force_for_its_nights_and_an_older_book_keeps_its_own() {
        let euros = Currency::EUR;
        let mut rates = Rates::default();
        rates.put(
            &set(euros, vec![row("suite", 10, Some(9_000)), row("suite", 11, Some(1))]),
            7,
            EVER,
        );
        let before = rates.clone();
        rates.put(
            &set(euros, vec![row("suite", 11, Some(8_000)), row("deluxe", 10, None)]),
            9,
            EVER,
        );
        let bids = |rates: &Rates, first, count| {
            let nights = rates.nights((&city(), euros), &label("suite"), (Date(first), count))?;
            Some(nights.iter().map(|rate| rate.bid).collect::<Vec<_>>())
        };
        assert_eq!(bids(&rates, 10, 2), Some(vec![9_000, 8_000]));
        assert_eq!(bids(&before, 10, 2), Some(vec![9_000, 1]));
        assert_eq!((before.version(), rates.version()), (7, 9));
        assert_eq!(bids(&rates, 10, 3), None, "the third night has none");
        rates.put(&set(euros, vec![row("suite", 10, None)]), 10, EVER);
        assert_eq!((bids(&rates, 10, 1), bids(&rates, 11, 1)), (None, Some(vec![8_000])));
        let whole = rates.changes();
        assert_eq!(whole, [set(euros, vec![row("suite", 11, Some(8_000))])]);
    }

    #[test]
    fn nights_long_past_are_forgotten_at_the_next_change_of_their_property() {
        let euros = Currency::EUR;
        let mut rates = Rates::default();
        let told = (9..12).map(|day| row("suite", day, Some(i64::from(day))));
        rates.put(&set(euros, told.chain([row("attic", 3, Some(5))]).collect()), 1, EVER);
        let elsewhere = PropertyId::parse("", "coast").unwrap();
        let other = RatesChange { property: elsewhere.clone(), ..rates.changes().remove(0) };
        rates.put(&other, 2, EVER);
        let before = rates.clone();
        rates.put(&set(euros, vec![row("suite", 12, Some(12))]), 3, Date(10));
        let kept = |rates: &Rates, property: &PropertyId| {
            let rows = rates.of(property).unwrap().rows.into_iter();
            rows.map(|row| (row.room_type.to_string(), row.date.0)).collect::<Vec<_>>()
        };
        let suite = |days: std::ops::Range<i32>| days.map(|day| ("suite".to_owned(), day));
        assert_eq!(kept(&rates, &city()), suite(10..13).collect::<Vec<_>>());
        let all: Vec<_> = [("attic".to_owned(), 3)].into_iter().chain(suite(9..12)).collect();
        assert_eq!((kept(&before, &city()), kept(&rates, &elsewhere)), (all.clone(), all));
    }

    #[test]
    fn rates_of_another_currency_are_no_rates() {
        let dollars = Currency::parse("", "USD").unwrap();
        let mut rates = Rates::default();
        rates.put(&set(Currency::EUR, vec![row("suite", 10, Some(9_000))]), 1, EVER);
        let night = (Date(10), 1);
        assert!(rates.nights((&city(), dollars), &label("suite"), night).is_none());
        rates.put(&set(dollars, vec![row("suite", 11, Some(1))]), 2, EVER);
        assert!(rates.nights((&city(), Currency::EUR), &label("suite"), night).is_none());
        assert!(rates.nights((&city(), dollars), &label("suite"), night).is_none());
    }
}
