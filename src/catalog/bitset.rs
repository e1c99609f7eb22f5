//! A set of offers: one bit an offer, in catalog order. Fixed size, so that combining sets never
//! allocates.

use crate::domain::id::OfferIndex;

/// A set of offers of one catalog version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitset {
    words: Vec<u64>,
    len: usize,
}

impl Bitset {
    /// No offer of `len`.
    pub fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// Every offer of `len`.
    pub fn all(len: usize) -> Self {
        let mut set = Self { words: vec![u64::MAX; len.div_ceil(64)], len };
        set.trim();
        set
    }

    /// Those of `len` offers that satisfy a predicate.
    pub fn of(len: usize, has: impl Fn(usize) -> bool) -> Self {
        let mut set = Self::none(len);
        for at in (0..len).filter(|at| has(*at)) {
            set.set(at);
        }
        set
    }

    fn trim(&mut self) {
        let used = self.len % 64;
        if let Some(last) = self.words.last_mut().filter(|_| used > 0) {
            *last &= (1 << used) - 1;
        }
    }

    fn set(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / 64).filter(|_| at < self.len) {
            *word |= 1 << (at % 64);
        }
    }

    /// Adds an offer; one beyond the size is ignored.
    pub fn insert(&mut self, offer: OfferIndex) {
        self.set(offer.at());
    }

    /// Takes an offer out.
    pub fn remove(&mut self, offer: OfferIndex) {
        if let Some(word) = self.words.get_mut(offer.at() / 64) {
            *word &= !(1 << (offer.at() % 64));
        }
    }

    /// Is the offer in it?
    pub fn contains(&self, offer: OfferIndex) -> bool {
        self.words.get(offer.at() / 64).is_some_and(|word| word >> (offer.at() % 64) & 1 == 1)
    }

    /// How many offers it is about.
    pub fn size(&self) -> usize {
        self.len
    }

    /// How many offers are in it.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Is nothing in it?
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Becomes a copy of another, in the memory it has.
    pub fn copy_from(&mut self, other: &Self) {
        self.words.clone_from(&other.words);
        self.len = other.len;
    }

    /// Keeps what is in `other` too.
    pub fn and(&mut self, other: &Self) {
        debug_assert_eq!(self.len, other.len);
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Takes out what is in `other`.
    pub fn and_not(&mut self, other: &Self) {
        debug_assert_eq!(self.len, other.len);
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// Adds what is in `other`.
    pub fn or(&mut self, other: &Self) {
        debug_assert_eq!(self.len, other.len);
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Is something in both?
    pub fn intersects(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    /// Its words, 64 offers each, lowest bit first.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Its words, for combining several sets in one pass.
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Takes the size of `len` offers, with what is in it undefined; for a set that is overwritten
    /// at once.
    pub(crate) fn resize(&mut self, len: usize) {
        self.words.resize(len.div_ceil(64), 0);
        self.len = len;
    }

    /// Its offers, in catalog order.
    pub fn iter(&self) -> Offers<'_> {
        Offers { words: self.words.iter(), word: 0, next: 0 }
    }
}

/// The offers of a [`Bitset`], in catalog order.
#[derive(Debug, Clone)]
pub struct Offers<'a> {
    words: std::slice::Iter<'a, u64>,
    word: u64,
    /// Number of the first offer of the next word.
    next: u32,
}

impl Iterator for Offers<'_> {
    type Item = OfferIndex;

    #[inline]
    fn next(&mut self) -> Option<OfferIndex> {
        while self.word == 0 {
            self.word = *self.words.next()?;
            self.next += 64;
        }
        let at = self.next - 64 + self.word.trailing_zeros();
        self.word &= self.word - 1;
        #[expect(clippy::cast_possible_truncation, reason = "a catalog has at most 10,000 offers")]
        Some(OfferIndex(at as u16))
    }
}

impl<'a> IntoIterator for &'a Bitset {
    type Item = OfferIndex;
    type IntoIter = Offers<'a>;

    fn into_iter(self) -> Offers<'a> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn of(len: usize, members: &BTreeSet<u16>) -> Bitset {
        let mut set = Bitset::none(len);
        members.iter().for_each(|at| set.insert(OfferIndex(*at)));
        set
    }

    fn members(set: &Bitset) -> BTreeSet<u16> {
        set.iter().map(|offer| offer.0).collect()
    }

    #[test]
    fn the_last_word_holds_no_strangers() {
        for len in [0, 1, 63, 64, 65, 130] {
            assert_eq!(Bitset::all(len).count(), len);
            assert_eq!(Bitset::all(len).iter().count(), len);
        }
        let mut set = Bitset::none(10);
        set.insert(OfferIndex(10));
        assert!(set.is_empty());
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_set_of_numbers(
            a in proptest::collection::btree_set(0..200_u16, 0..200),
            b in proptest::collection::btree_set(0..200_u16, 0..200),
        ) {
            let (left, right) = (of(200, &a), of(200, &b));
            let with = |change: fn(&mut Bitset, &Bitset)| {
                let mut set = left.clone();
                change(&mut set, &right);
                members(&set)
            };
            prop_assert_eq!(with(Bitset::and), a.intersection(&b).copied().collect());
            prop_assert_eq!(with(Bitset::and_not), a.difference(&b).copied().collect());
            prop_assert_eq!(with(Bitset::or), a.union(&b).copied().collect());
            prop_assert_eq!(left.intersects(&right), !a.is_disjoint(&b));
            prop_assert_eq!(left.count(), a.len());
            prop_assert!(a.iter().all(|at| left.contains(OfferIndex(*at))));
        }
    }
}
