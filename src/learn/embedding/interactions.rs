//! Who had to do with what, how much: the matrix of guests by offers that models are trained on.
//!
//! Guests and offers are numbered in the order of their keys. Later events of a pair add to its
//! weight. The result depends on which events there are, not on the order they come in.

use crate::domain::time::Timestamp;

use super::csr::Csr;
use super::error::{TrainingError, WEIGHT_MAX};

/// One event: a guest had to do with an offer.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<G, O> {
    /// Key of the guest.
    pub guest: G,
    /// Key of the offer.
    pub offer: O,
    /// How much it counts, above 0 and at most [`WEIGHT_MAX`]; 1 for an acceptance.
    pub weight: f64,
    /// When it happened.
    pub time: Timestamp,
}

/// Events of many guests, added up: a sparse matrix both ways, and what its rows and columns are.
#[derive(Debug, Clone, PartialEq)]
pub struct Interactions<G, O> {
    guests: Vec<G>,
    offers: Vec<O>,
    by_guest: Csr,
    by_offer: Csr,
    summary: Summary,
}

/// What a matrix was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Events.
    pub rows: usize,
    /// Guests among them.
    pub guests: usize,
    /// Offers among them.
    pub offers: usize,
    /// Guests and offers that came together at least once.
    pub pairs: usize,
    /// The earliest event.
    pub first: Timestamp,
    /// The latest event.
    pub last: Timestamp,
}

impl<G: Ord + Clone, O: Ord + Clone> Interactions<G, O> {
    /// Adds up events.
    ///
    /// # Errors
    /// [`TrainingError::Weight`] where a weight is not above 0 and at most [`WEIGHT_MAX`],
    /// [`TrainingError::Empty`] where there are no events, [`TrainingError::TooMany`] beyond 2³²
    /// guests or offers.
    pub fn collect(events: impl IntoIterator<Item = Event<G, O>>) -> Result<Self, TrainingError> {
        let events: Vec<Event<G, O>> = events.into_iter().collect();
        check_weights(&events)?;
        let times = || events.iter().map(|event| event.time);
        let (Some(first), Some(last)) = (times().min(), times().max()) else {
            return Err(TrainingError::Empty(""));
        };
        let (guests, guest_numbers) = numbered("guests", events.iter().map(|e| &e.guest))?;
        let (offers, offer_numbers) = numbered("offers", events.iter().map(|e| &e.offer))?;
        let weights = events.iter().map(|event| event.weight);
        let cells = guest_numbers.into_iter().zip(offer_numbers).zip(weights);
        let by_guest = added_up(guests.len(), offers.len(), cells);
        let summary = Summary {
            rows: events.len(),
            guests: guests.len(),
            offers: offers.len(),
            pairs: by_guest.entries(),
            first,
            last,
        };
        Ok(Self { by_offer: by_guest.transposed(), guests, offers, by_guest, summary })
    }

    /// Other guests' events as rows over these offers, one row a guest in order of their keys.
    /// Offers that are not known are left out, and guests who had to do with no other.
    ///
    /// # Errors
    /// [`TrainingError::Weight`] and [`TrainingError::TooMany`] as [`collect`](Self::collect).
    pub fn rows_of<H: Ord + Clone>(
        &self,
        events: impl IntoIterator<Item = Event<H, O>>,
    ) -> Result<(Vec<H>, Csr), TrainingError> {
        let events: Vec<Event<H, O>> = events.into_iter().collect();
        check_weights(&events)?;
        let known: Vec<(&H, u32, f64)> = events
            .iter()
            .filter_map(|e| Some((&e.guest, self.offer_number(&e.offer)?, e.weight)))
            .collect();
        let (guests, numbers) = numbered("guests", known.iter().map(|(guest, _, _)| *guest))?;
        let cells = numbers
            .into_iter()
            .zip(&known)
            .map(|(guest, (_, offer, weight))| ((guest, *offer), *weight));
        let rows = added_up(guests.len(), self.offers.len(), cells);
        Ok((guests, rows))
    }

    /// The number of an offer, if it is known.
    pub fn offer_number(&self, offer: &O) -> Option<u32> {
        number(&self.offers, offer)
    }

    /// The number of a guest, if it is known.
    pub fn guest_number(&self, guest: &G) -> Option<u32> {
        number(&self.guests, guest)
    }
}

impl<G, O> Interactions<G, O> {
    /// Keys of the guests, ascending: rows of [`by_guest`](Self::by_guest).
    pub fn guests(&self) -> &[G] {
        &self.guests
    }

    /// Keys of the offers, ascending: columns of [`by_guest`](Self::by_guest).
    pub fn offers(&self) -> &[O] {
        &self.offers
    }

    /// Weights, one row a guest.
    pub fn by_guest(&self) -> &Csr {
        &self.by_guest
    }

    /// The same weights, one row an offer.
    pub fn by_offer(&self) -> &Csr {
        &self.by_offer
    }

    /// What the matrix was made of.
    pub fn summary(&self) -> Summary {
        self.summary
    }
}

fn check_weights<G, O>(events: &[Event<G, O>]) -> Result<(), TrainingError> {
    // Not `weight <= 0.0`: what is not a number must fail too.
    let is_good = |weight: f64| weight > 0.0 && weight <= WEIGHT_MAX;
    match events.iter().enumerate().find(|(_, event)| !is_good(event.weight)) {
        Some((row, event)) => Err(TrainingError::Weight { row, weight: event.weight }),
        None => Ok(()),
    }
}

/// Weights of guests and offers by their numbers, those of a pair added up.
fn added_up(guests: usize, offers: usize, cells: impl Iterator<Item = ((u32, u32), f64)>) -> Csr {
    let mut cells: Vec<(u32, u32, u64)> =
        cells.map(|((guest, offer), weight)| (guest, offer, weight.to_bits())).collect();
    // By weight too, so that sums round alike whatever order events came in.
    cells.sort_unstable();
    let sums = cells.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).map(|pair| {
        let weight = pair.iter().map(|(_, _, bits)| f64::from_bits(*bits)).sum();
        (pair[0].0, pair[0].1, weight)
    });
    Csr::from_sorted(guests, offers, sums)
}

/// Different keys in order, and the number of each key given.
fn numbered<'a, K: Ord + Clone + 'a>(
    what: &'static str,
    keys: impl Iterator<Item = &'a K> + Clone,
) -> Result<(Vec<K>, Vec<u32>), TrainingError> {
    let mut places: Vec<(&K, usize)> = keys.zip(0..).collect();
    places.sort_unstable();
    let mut known = Vec::new();
    let mut numbers = vec![0; places.len()];
    for same in places.chunk_by(|a, b| a.0 == b.0) {
        let Ok(number) = u32::try_from(known.len()) else {
            return Err(TrainingError::TooMany { what, count: places.len() });
        };
        known.push(same[0].0.clone());
        same.iter().for_each(|(_, place)| numbers[*place] = number);
    }
    Ok((known, numbers))
}

fn number<K: Ord>(keys: &[K], key: &K) -> Option<u32> {
    keys.binary_search(key).ok().and_then(|at| u32::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(guest: &str, offer: u32, weight: f64, second: i64) -> Event<String, u32> {
        let time = Timestamp::from_seconds(second);
        Event { guest: guest.to_owned(), offer, weight, time }
    }

    #[test]
    fn later_events_of_a_pair_add_up_and_order_changes_nothing() {
        let events = vec![
            event("b", 30, 1.0, 5),
            event("a", 20, 0.1, 7),
            event("a", 20, 0.2, 2),
            event("a", 10, 1.0, 3),
            event("a", 20, 0.3, 9),
        ];
        let matrix = Interactions::collect(events.clone()).unwrap();
        assert_eq!(matrix.guests(), ["a", "b"]);
        assert_eq!(matrix.offers(), [10, 20, 30]);
        let row = matrix.by_guest().row(0);
        assert_eq!(row.columns, [0, 1]);
        assert!((row.values[1] - 0.6).abs() < 1e-15);
        assert_eq!(matrix.by_offer().row(2).columns, [1]);
        let summary = matrix.summary();
        assert_eq!((summary.rows, summary.pairs), (5, 3));
        assert_eq!(
            (summary.first, summary.last),
            (Timestamp::from_seconds(2), Timestamp::from_seconds(9))
        );
        for turns in 1..5 {
            let mut other = events.clone();
            other.rotate_left(turns);
            assert_eq!(Interactions::collect(other).unwrap(), matrix);
        }
        assert_eq!((matrix.offer_number(&20), matrix.offer_number(&21)), (Some(1), None));
        assert_eq!(matrix.guest_number(&"b".to_owned()), Some(1));
    }

    #[test]
    fn other_guests_are_rows_over_the_same_offers() {
        let matrix =
            Interactions::collect([event("a", 10, 1.0, 0), event("a", 20, 1.0, 0)]).unwrap();
        let others = [
            event("z", 20, 1.0, 0),
            event("c", 99, 1.0, 0),
            event("b", 20, 2.0, 0),
            event("z", 20, 0.5, 0),
            event("z", 10, 1.0, 0),
        ];
        let (guests, rows) = matrix.rows_of(others).unwrap();
        assert_eq!(guests, ["b", "z"]);
        assert_eq!((rows.height(), rows.width()), (2, 2));
        assert_eq!(
            (rows.row(1).columns, rows.row(1).values),
            ([0, 1].as_slice(), [1.0, 1.5].as_slice())
        );
    }

    #[test]
    fn weights_no_loss_can_use_are_refused_with_their_row() {
        for weight in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e10] {
            let events = [event("a", 1, 1.0, 0), event("a", 2, weight, 0)];
            let error = Interactions::collect(events).unwrap_err();
            assert!(matches!(error, TrainingError::Weight { row: 1, .. }), "{error}");
        }
        let none: [Event<u8, u8>; 0] = [];
        assert_eq!(Interactions::collect(none).unwrap_err(), TrainingError::Empty(""));
    }
}
