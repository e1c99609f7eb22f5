//! What is kept from training, to measure with: guests of whom a part is shown and a part is held.

use std::collections::BTreeMap;

use crate::domain::time::Timestamp;
use crate::sys::rng::SplitMix64;

use super::csr::{Csr, Row};
use super::error::{TrainingError, parameter};
use super::interactions::{Event, Interactions};

/// A guest to measure with: what a model is shown, and what it should have ranked high.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Case {
    /// Offers that are shown, ascending.
    pub known: Vec<u32>,
    /// Their weights.
    pub weights: Vec<f64>,
    /// Offers that are held, ascending, none of them known.
    pub held: Vec<u32>,
}

impl Case {
    /// What is shown, as a row of the matrix.
    pub fn row(&self) -> Row<'_> {
        Row::new(&self.known, &self.weights)
    }
}

/// What to train on and what to measure with.
#[derive(Debug, Clone, PartialEq)]
pub struct Holdout<G, O> {
    /// What models are trained on.
    pub train: Interactions<G, O>,
    /// Guests to measure with, in order of their keys.
    pub cases: Vec<Case>,
    /// Guests meant for measuring of whom nothing could be shown or nothing held: of no use.
    pub unusable: usize,
}

/// Splits by time: trains on events before `at`; measures, for guests with events before and after,
/// whether what they turned to after `at` was foreseen. Offers first seen after `at`, and those a
/// guest knew before, are not held.
///
/// # Errors
/// As [`Interactions::collect`], for the part before `at`.
pub fn chronological<G: Ord + Clone, O: Ord + Clone>(
    events: impl IntoIterator<Item = Event<G, O>>,
    at: Timestamp,
) -> Result<Holdout<G, O>, TrainingError> {
    let (before, after): (Vec<_>, Vec<_>) = events.into_iter().partition(|event| event.time < at);
    if before.is_empty() {
        return Err(TrainingError::Empty(" before the moment of the split"));
    }
    let train = Interactions::collect(before)?;
    let mut later: BTreeMap<G, Vec<u32>> = BTreeMap::new();
    for event in &after {
        let held = later.entry(event.guest.clone()).or_default();
        held.extend(train.offer_number(&event.offer));
    }
    let (mut cases, mut unusable) = (Vec::new(), 0);
    for (guest, mut held) in later {
        let row = train.guest_number(&guest).map(|number| train.by_guest().row(number as usize));
        let mut case = Case::default();
        if let Some(row) = row {
            (case.known, case.weights) = (row.columns.to_vec(), row.values.to_vec());
        }
        held.retain(|offer| case.known.binary_search(offer).is_err());
        held.sort_unstable();
        held.dedup();
        case.held = held;
        push(&mut cases, &mut unusable, case);
    }
    Ok(Holdout { train, cases, unusable })
}

/// How guests are divided who were not trained on (strong generalisation: Liang et al.,
/// "Variational autoencoders for collaborative filtering", WWW 2018).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Division {
    /// Guests with fewer different offers take no part at all.
    pub offers_min: usize,
    /// Share of a guest's latest offers that is held, rounded up; above 0 and below 1.
    pub held_share: f64,
}

impl Default for Division {
    fn default() -> Self {
        Self { offers_min: 5, held_share: 0.2 }
    }
}

/// Splits by guest: trains on those of whom `is_test` is false; of each other guest holds the
/// latest share of the offers that are known in training, latest by time, then key.
///
/// # Errors
/// [`TrainingError::Parameter`] where the division is out of range; as [`Interactions::collect`],
/// for the guests trained on.
pub fn by_guest<G: Ord + Clone, O: Ord + Clone>(
    events: impl IntoIterator<Item = Event<G, O>>,
    division: Division,
    is_test: impl Fn(&G) -> bool,
) -> Result<Holdout<G, O>, TrainingError> {
    let share = division.held_share;
    parameter("held_share", share, "above 0 and below 1", |share| share > 0.0 && share < 1.0)?;
    let mut histories: BTreeMap<G, Vec<Event<G, O>>> = BTreeMap::new();
    for event in events {
        histories.entry(event.guest.clone()).or_default().push(event);
    }
    let (mut train, mut tests) = (Vec::new(), Vec::new());
    for (guest, mut events) in histories {
        events.sort_by(|a, b| (&a.offer, a.time).cmp(&(&b.offer, b.time)));
        let offers = events.chunk_by(|a, b| a.offer == b.offer).count();
        match (offers < division.offers_min, is_test(&guest)) {
            (true, _) => {}
            (false, true) => tests.push(events),
            (false, false) => train.extend(events),
        }
    }
    if train.is_empty() {
        return Err(TrainingError::Empty(" of guests to train on"));
    }
    let train = Interactions::collect(train)?;
    let (mut cases, mut unusable) = (Vec::new(), 0);
    for events in &tests {
        push(&mut cases, &mut unusable, divide(&train, events, share));
    }
    Ok(Holdout { train, cases, unusable })
}

/// Divides one guest's events, in order of offer, then time.
fn divide<G: Ord + Clone, O: Ord + Clone>(
    train: &Interactions<G, O>,
    events: &[Event<G, O>],
    share: f64,
) -> Case {
    let mut offers: Vec<(Timestamp, u32, f64)> = events
        .chunk_by(|a, b| a.offer == b.offer)
        .filter_map(|same| {
            let latest = same.last()?;
            let weight = same.iter().map(|event| event.weight).sum();
            Some((latest.time, train.offer_number(&latest.offer)?, weight))
        })
        .collect();
    offers.sort_by_key(|(time, offer, _)| (*time, *offer));
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of one guest's offers"
    )]
    let held = (share * offers.len() as f64).ceil() as usize;
    let mut shown = offers;
    let mut held: Vec<u32> =
        shown.split_off(shown.len().saturating_sub(held)).iter().map(|(_, o, _)| *o).collect();
    held.sort_unstable();
    shown.sort_by_key(|(_, offer, _)| *offer);
    Case {
        known: shown.iter().map(|(_, offer, _)| *offer).collect(),
        weights: shown.iter().map(|(_, _, weight)| *weight).collect(),
        held,
    }
}

/// Hides one offer, drawn at random, of every guest with at least two (leave one out).
pub fn hide_one(guests: &Csr, rng: &mut SplitMix64) -> Vec<Case> {
    let hide = |row: Row<'_>| {
        let at = rng.below(row.len());
        let (mut known, mut weights) = (row.columns.to_vec(), row.values.to_vec());
        let held = vec![known.remove(at)];
        weights.remove(at);
        Case { known, weights, held }
    };
    guests.rows().filter(|row| row.len() >= 2).map(hide).collect()
}

fn push(cases: &mut Vec<Case>, unusable: &mut usize, case: Case) {
    if case.known.is_empty() || case.held.is_empty() {
        *unusable += 1;
    } else {
        cases.push(case);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(guest: u32, offer: u32, second: i64) -> Event<u32, u32> {
        Event { guest, offer, weight: 1.0, time: Timestamp::from_seconds(second) }
    }

    #[test]
    fn nothing_after_the_moment_is_trained_on_and_only_what_is_new_to_the_guest_is_held() {
        let events = [
            event(1, 10, 1),
            event(2, 20, 2),
            event(2, 30, 3),
            event(1, 30, 5),
            event(1, 10, 6),
            event(1, 99, 7),
            event(3, 10, 8),
            event(2, 20, 9),
        ];
        let split = chronological(events.clone(), Timestamp::from_seconds(5)).unwrap();
        assert_eq!(split.train.offers(), [10, 20, 30]);
        assert_eq!(split.train.summary().last, Timestamp::from_seconds(3));
        let wanted = Case { known: vec![0], weights: vec![1.0], held: vec![2] };
        assert_eq!((split.cases, split.unusable), (vec![wanted], 2));
        let error = chronological(events, Timestamp::from_seconds(0)).unwrap_err();
        assert!(matches!(error, TrainingError::Empty(_)), "{error}");
    }

    #[test]
    fn the_latest_share_of_what_training_knows_is_held() {
        let mut events: Vec<_> = (0..6).map(|offer| event(1, offer, 0)).collect();
        // Offer 9 is unknown in training; guest 3 has too few; 2 and 4 came last, at one time.
        events.extend([event(2, 9, 100), event(2, 5, 1), event(2, 0, 2), event(2, 1, 3)]);
        events.extend([event(2, 4, 9), event(2, 2, 9), event(2, 5, 4), event(3, 1, 1)]);
        let split = |share| {
            let division = Division { held_share: share, ..Division::default() };
            by_guest(events.clone(), division, |guest| *guest == 2).unwrap()
        };
        let whole = split(0.2);
        assert_eq!((whole.train.guests(), whole.unusable), ([1].as_slice(), 0));
        let wanted =
            Case { known: vec![0, 1, 2, 5], weights: vec![1.0, 1.0, 1.0, 2.0], held: vec![4] };
        assert_eq!(whole.cases, [wanted], "a fifth of five");
        assert_eq!(split(0.21).cases[0].held, [2, 4], "a part counts as a whole");
    }

    #[test]
    fn one_offer_is_hidden_of_every_guest_with_two() {
        let entries =
            [(0, 1, 1.0), (1, 0, 20.0), (1, 2, 22.0), (2, 0, 30.0), (2, 1, 31.0), (2, 2, 32.0)];
        let matrix = Csr::from_sorted(3, 3, entries);
        for seed in 0..20 {
            let cases = hide_one(&matrix, &mut SplitMix64::new(seed));
            assert_eq!(cases.len(), 2);
            for (case, size) in cases.iter().zip([2_u32, 3]) {
                assert_eq!(case.known.len() + 1, size as usize);
                assert!(case.held.len() == 1 && !case.known.contains(&case.held[0]));
                let own: Vec<f64> = case.known.iter().map(|o| f64::from(10 * size + o)).collect();
                assert_eq!(case.weights, own);
            }
            assert_eq!(cases, hide_one(&matrix, &mut SplitMix64::new(seed)));
        }
    }

    #[test]
    fn a_share_out_of_range_is_refused_by_name() {
        let division = Division { held_share: 1.0, ..Division::default() };
        let error = by_guest([event(1, 1, 1)], division, |_| false).unwrap_err();
        assert!(error.to_string().contains("held_share"), "{error}");
    }
}
