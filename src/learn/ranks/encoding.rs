//! From named numbers of any kind to a bounded number of places.
//!
//! The first names to come get a place of their own, later ones share places by their hash. What
//! differs between actions by context (a warm drink on a cold day) is a *cross* of a number of the
//! context with one of the action; crosses are many, and always share (signed hashing: Weinberger,
//! Dasgupta, Langford, Smola, Attenberg, "Feature hashing for large scale multitask learning", ICML
//! 2009).
//!
//! Numbers are brought to about -1 to 1 by the size of the first that came under their name, rounded
//! up to a power of two; what is more than four times as large counts as four times as large. So a
//! number means the same for good, whatever comes later.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::rank::Feature;

/// Places of the context.
pub const CONTEXT_PLACES: usize = 32;
/// Places of an action: its own numbers, then crosses.
pub const ACTION_PLACES: usize = 64;
/// Those of its own numbers.
const OWN_PLACES: usize = 24;
/// Names remembered with their sizes, of contexts and of actions each; later ones count as of size
/// 1.
const NAMES_MAX: usize = 4_096;
/// Most numbers of the context, and of an action, that are crossed.
const CROSSED_MAX: usize = 32;
/// Largest number after scaling.
const LARGEST: f64 = 4.0;

/// Where a name lies, and how large its first number was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::learn) struct Known {
    pub(in crate::learn) place: u32,
    pub(in crate::learn) size: f64,
}

/// Names by their hash.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::learn) struct Names(pub(in crate::learn) BTreeMap<u64, Known>);

/// A number at its place.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Placed {
    name: u64,
    place: usize,
    value: f64,
}

/// How ranks become numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Encoding {
    pub(in crate::learn) context: Names,
    pub(in crate::learn) actions: Names,
}

/// A context in numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// At its places.
    pub numbers: Vec<f64>,
    placed: Vec<Placed>,
}

impl Names {
    fn add(&mut self, feature: &Feature, places: usize) {
        let name = xxh3_64(feature.name.as_bytes());
        if feature.value == 0.0 || self.0.len() >= NAMES_MAX || self.0.contains_key(&name) {
            return;
        }
        let next = self.0.len();
        let place = if next < places { next } else { shared(name, places) };
        let size = libm::exp2(libm::ceil(libm::log2(feature.value.abs())).clamp(-1000.0, 1000.0));
        self.0.insert(name, Known { place: u32::try_from(place).unwrap_or(0), size });
    }

    fn place(&self, feature: &Feature, places: usize) -> Option<Placed> {
        let name = xxh3_64(feature.name.as_bytes());
        let known = match self.0.get(&name) {
            Some(known) => *known,
            // Where all names are taken, a new one shares a place; else nothing was learnt of it.
            None if self.0.len() >= NAMES_MAX => {
                let place = u32::try_from(shared(name, places)).unwrap_or(0);
                Known { place, size: 1.0 }
            }
            None => return None,
        };
        let value = (feature.value / known.size).clamp(-LARGEST, LARGEST);
        let place = usize::try_from(known.place).ok().filter(|place| *place < places)?;
        Some(Placed { name, place, value })
    }
}

/// A place that names share.
#[expect(clippy::cast_possible_truncation, reason = "the remainder is small")]
fn shared(hash: u64, places: usize) -> usize {
    (hash % places.max(1) as u64) as usize
}

/// Adds to a place; what adds up there stays bounded.
fn put(numbers: &mut [f64], place: usize, value: f64) {
    if let Some(number) = numbers.get_mut(place) {
        *number = (*number + value).clamp(-LARGEST, LARGEST);
    }
}

impl Encoding {
    /// Gets to know the names of a context and of an action.
    pub(super) fn add(&mut self, context: &[Feature], action: &[Feature]) {
        context.iter().for_each(|feature| self.context.add(feature, CONTEXT_PLACES));
        action.iter().for_each(|feature| self.actions.add(feature, OWN_PLACES));
    }

    /// Is every name known, or no more to be?
    pub(super) fn knows(&self, context: &[Feature], action: &[Feature]) -> bool {
        let is_known = |names: &Names, feature: &Feature| {
            feature.value == 0.0
                || names.0.len() >= NAMES_MAX
                || names.0.contains_key(&xxh3_64(feature.name.as_bytes()))
        };
        context.iter().all(|feature| is_known(&self.context, feature))
            && action.iter().all(|feature| is_known(&self.actions, feature))
    }

    /// A context in numbers.
    pub fn context(&self, features: &[Feature]) -> Context {
        let mut numbers = vec![0.0; CONTEXT_PLACES];
        let placed = features.iter().filter_map(|f| self.context.place(f, CONTEXT_PLACES));
        let placed: Vec<Placed> = placed.collect();
        placed.iter().for_each(|p| put(&mut numbers, p.place, p.value));
        Context { numbers, placed }
    }

    /// An action in numbers, crossed with the context.
    pub fn action(&self, context: &Context, features: &[Feature]) -> Vec<f64> {
        let mut numbers = vec![0.0; ACTION_PLACES];
        let placed = features.iter().filter_map(|f| self.actions.place(f, OWN_PLACES));
        let placed: Vec<Placed> = placed.collect();
        placed.iter().for_each(|p| put(&mut numbers, p.place, p.value));
        for of_context in context.placed.iter().take(CROSSED_MAX) {
            for of_action in placed.iter().take(CROSSED_MAX) {
                let cross = of_context.name.rotate_left(32) ^ of_action.name;
                let hash = xxh3_64(&cross.to_le_bytes());
                let sign = if hash >> 63 == 0 { 1.0 } else { -1.0 };
                let place = OWN_PLACES + shared(hash, ACTION_PLACES - OWN_PLACES);
                put(&mut numbers, place, sign * of_context.value * of_action.value);
            }
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(name: &str, value: f64) -> Feature {
        Feature { name: name.to_owned(), value }
    }

    #[test]
    fn numbers_are_scaled_by_the_first_that_came() {
        let mut encoding = Encoding::default();
        encoding.add(&[feature("age", 30.0)], &[]);
        let of = |age: f64| encoding.context(&[feature("age", age)]).numbers[0];
        let scaled = [of(32.0), of(16.0), of(1e300), of(-1e300)];
        assert_eq!(scaled.map(f64::to_bits), [1.0_f64, 0.5, 4.0, -4.0].map(f64::to_bits));
        let again = encoding.clone();
        encoding.add(&[feature("age", 9_000.0)], &[]);
        assert_eq!(encoding, again, "later numbers change nothing");
    }

    #[test]
    fn names_share_places_beyond_their_number_and_memory_is_bounded() {
        let mut encoding = Encoding::default();
        let many: Vec<Feature> = (0..20_000).map(|n| feature(&format!("f{n}"), 1.0)).collect();
        encoding.add(&many, &many);
        assert_eq!((encoding.context.0.len(), encoding.actions.0.len()), (NAMES_MAX, NAMES_MAX));
        let context = encoding.context(&many);
        assert_eq!(context.numbers.len(), CONTEXT_PLACES);
        assert!(context.numbers.iter().all(|n| n.abs() <= LARGEST));
        assert!(encoding.knows(&[feature("new", 1.0)], &[]), "no more names are taken in");
        assert!(encoding.context(&[feature("new", 1.0)]).numbers.iter().any(|n| *n != 0.0));
    }

    #[test]
    fn a_name_nobody_learnt_of_says_nothing() {
        let mut encoding = Encoding::default();
        encoding.add(&[feature("a", 1.0)], &[feature("x", 1.0)]);
        assert!(!encoding.knows(&[feature("b", 1.0)], &[]));
        let context = encoding.context(&[feature("b", 1.0)]);
        assert!(encoding.action(&context, &[feature("y", 1.0)]).iter().all(|n| *n == 0.0));
        let known = encoding.context(&[feature("a", 1.0)]);
        let action = encoding.action(&known, &[feature("x", 1.0)]);
        assert_eq!(action.iter().filter(|n| **n != 0.0).count(), 2, "its own and a cross");
    }
}
