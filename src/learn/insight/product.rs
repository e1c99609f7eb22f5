//! Product: how each offer does, and which offers take the place of each other.
//!
//! Two offers are **rivals** where fewer guests accepted both than would by chance, **complements** where
//! more did: of the guests who were offered both, with shares `a` and `b` accepting each, `n·a·b` are
//! expected to accept both. A pair is told from three standard deviations of the count on.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::share::{Share, real};

/// Deviations from which a pair is told.
const TOLD_FROM: f64 = 3.0;
/// Pairs told of each kind.
const TOLD_MAX: usize = 10;
/// Acceptances of both that must be expected, or found, before a pair is looked at.
const EXPECTED_MIN: f64 = 5.0;

/// What came of one offer in one slot.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Showing {
    /// Did it reach the guest's eye, for all that was heard?
    pub shown: bool,
    /// Clicked, or more.
    pub clicked: bool,
    /// Accepted, and not reversed.
    pub accepted: bool,
    /// Declined.
    pub declined: bool,
    /// Accepted first, then cancelled or refunded.
    pub reversed: bool,
    /// What it brought, in major units.
    pub revenue: f64,
    /// Of that, what is left after taxes, variable costs and commission.
    pub margin: f64,
}

/// Sums over slots.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Funnel {
    /// Slots it was chosen for.
    pub offered: u64,
    /// Slots that are known to have been seen.
    pub shown: u64,
    /// Clicked, or more.
    pub clicked: u64,
    /// Accepted, and not reversed.
    pub accepted: u64,
    /// Declined.
    pub declined: u64,
    /// Accepted first, then cancelled or refunded.
    pub reversed: u64,
    /// What it brought, in major units.
    pub revenue: f64,
    /// Of that, what is left after taxes, variable costs and commission.
    pub margin: f64,
}

impl Funnel {
    /// Takes a slot in.
    pub fn take(&mut self, showing: &Showing) {
        self.offered += 1;
        self.shown += u64::from(showing.shown);
        self.clicked += u64::from(showing.clicked);
        self.accepted += u64::from(showing.accepted);
        self.declined += u64::from(showing.declined);
        self.reversed += u64::from(showing.reversed);
        self.revenue += showing.revenue;
        self.margin += showing.margin;
    }

    /// Accepted of offered.
    pub fn accept_rate(&self) -> Share {
        Share::of(self.accepted, self.offered)
    }
}

/// An offer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfferLine {
    /// Its id.
    pub offer: String,
    /// What came of it.
    pub funnel: Funnel,
    /// Accepted of offered.
    pub accept_rate: Share,
    /// Guests it was offered to.
    pub guests: u64,
    /// Of the guests who got any decision, the share it was offered to.
    pub coverage: f64,
    /// Of the guests who stayed in the period, the share who accepted it; `None` where nobody stayed.
    pub penetration: Option<f64>,
    /// Times it was among the candidates.
    pub candidate: u64,
}

/// Two offers, and guests who were offered both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// One.
    pub one: String,
    /// The other.
    pub other: String,
    /// Guests who were offered both.
    pub guests: u64,
    /// Of those, who accepted both.
    pub both: u64,
    /// How many would by chance.
    pub expected: f64,
}

/// How the offers do.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Product {
    /// Each offer that was offered or could have been, what brought most first.
    pub offers: Vec<OfferLine>,
    /// Pairs that take each other's place, the surest first.
    pub rivals: Vec<Pair>,
    /// Pairs that go together, the surest first.
    pub complements: Vec<Pair>,
}

/// Offers, as their slots come in.
#[derive(Debug, Clone, Default)]
pub struct Offers {
    offers: BTreeMap<String, Tally>,
    guests: BTreeSet<u64>,
}

#[derive(Debug, Clone, Default)]
struct Tally {
    funnel: Funnel,
    candidate: u64,
    /// Guests it was offered to: did they accept it?
    guests: BTreeMap<u64, bool>,
}

impl Offers {
    /// A guest got a decision.
    pub fn decided(&mut self, guest: u64) {
        self.guests.insert(guest);
    }

    /// An offer was among the candidates of a placement.
    pub fn candidate(&mut self, offer: &str) {
        self.tally(offer).candidate += 1;
    }

    /// Takes a slot in.
    pub fn take(&mut self, offer: &str, guest: u64, showing: &Showing) {
        let tally = self.tally(offer);
        tally.funnel.take(showing);
        *tally.guests.entry(guest).or_default() |= showing.accepted;
    }

    /// Each offer, and the guests it was offered to: did they accept it?
    pub(super) fn guests_by_offer(&self) -> impl Iterator<Item = (&str, &BTreeMap<u64, bool>)> {
        self.offers.iter().map(|(offer, tally)| (offer.as_str(), &tally.guests))
    }

    fn tally(&mut self, offer: &str) -> &mut Tally {
        if !self.offers.contains_key(offer) {
            self.offers.insert(offer.to_owned(), Tally::default());
        }
        self.offers.entry(offer.to_owned()).or_default()
    }

    /// Guests who got a decision.
    pub fn guests(&self) -> u64 {
        len(self.guests.len())
    }

    /// The offers; `stayed` guests stayed in the period.
    pub fn product(&self, stayed: u64) -> Product {
        let line = |(offer, tally): (&String, &Tally)| {
            let accepted = len(tally.guests.values().filter(|accepted| **accepted).count());
            OfferLine {
                offer: offer.clone(),
                funnel: tally.funnel,
                accept_rate: tally.funnel.accept_rate(),
                guests: len(tally.guests.len()),
                coverage: real(len(tally.guests.len())) / real(self.guests()).max(1.0),
                penetration: (stayed > 0).then(|| real(accepted) / real(stayed)),
                candidate: tally.candidate,
            }
        };
        let mut offers: Vec<OfferLine> = self.offers.iter().map(line).collect();
        offers.sort_by(|a, b| b.funnel.margin.total_cmp(&a.funnel.margin));
        let (rivals, complements) = self.pairs();
        Product { offers, rivals, complements }
    }

    /// Rivals and complements.
    fn pairs(&self) -> (Vec<Pair>, Vec<Pair>) {
        let mut found: Vec<(f64, Pair)> = Vec::new();
        let offers: Vec<(&String, &Tally)> = self.offers.iter().collect();
        for (at, (one, a)) in offers.iter().enumerate() {
            found.extend(
                offers[at + 1..].iter().filter_map(|(other, b)| pair((one, a), (other, b))),
            );
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        let rivals = found.iter().take_while(|(z, _)| *z <= -TOLD_FROM).take(TOLD_MAX);
        let complements = found.iter().rev().take_while(|(z, _)| *z >= TOLD_FROM).take(TOLD_MAX);
        let told = |(_, pair): &(f64, Pair)| pair.clone();
        (rivals.map(told).collect(), complements.map(told).collect())
    }
}

/// How many standard deviations the guests who accepted both are from chance.
fn pair((one, a): (&str, &Tally), (other, b): (&str, &Tally)) -> Option<(f64, Pair)> {
    let (few, many) = if a.guests.len() <= b.guests.len() { (a, b) } else { (b, a) };
    let common = few.guests.iter().filter_map(|(guest, x)| Some((*x, *many.guests.get(guest)?)));
    let (mut guests, mut of_few, mut of_many, mut both) = (0_u64, 0_u64, 0_u64, 0_u64);
    for (x, y) in common {
        guests += 1;
        of_few += u64::from(x);
        of_many += u64::from(y);
        both += u64::from(x && y);
    }
    if guests == 0 {
        return None;
    }
    let expected = real(of_few) * real(of_many) / real(guests);
    if expected.max(real(both)) < EXPECTED_MIN {
        return None;
    }
    // Variance of the hypergeometric law: both margins are given.
    let rest = |count: u64| 1.0 - real(count) / real(guests);
    let variance =
        expected * rest(of_few) * rest(of_many) * real(guests) / real(guests - 1).max(1.0);
    let z = (real(both) - expected) / variance.sqrt();
    let pair = Pair { one: one.to_owned(), other: other.to_owned(), guests, both, expected };
    z.is_finite().then_some((z, pair))
}

fn len(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    const TAKEN: Showing = Showing {
        shown: true,
        clicked: true,
        accepted: true,
        declined: false,
        reversed: false,
        revenue: 40.0,
        margin: 15.0,
    };

    #[test]
    fn funnels_sum_and_guests_count_once() {
        let mut offers = Offers::default();
        for guest in [1, 2, 3, 4] {
            offers.decided(guest);
            offers.candidate("spa");
        }
        offers.take("spa", 1, &TAKEN);
        offers.take("spa", 1, &Showing { shown: true, ..Showing::default() });
        offers.take("bar", 2, &Showing { declined: true, ..Showing::default() });
        let product = offers.product(2);
        let spa = &product.offers[0];
        assert_eq!((spa.offer.as_str(), spa.guests, spa.candidate), ("spa", 1, 4));
        assert_eq!((spa.funnel.offered, spa.funnel.shown, spa.funnel.accepted), (2, 2, 1));
        assert!((spa.coverage - 0.25).abs() < 1e-12 && spa.penetration == Some(0.5));
        assert!((spa.funnel.margin - 15.0).abs() < 1e-12);
        assert_eq!(product.offers[1].funnel.declined, 1);
        assert!(product.rivals.is_empty() && product.complements.is_empty());
        assert_eq!(offers.product(0).offers[0].penetration, None);
    }

    #[test]
    fn rivals_and_complements_are_found_and_chance_is_not() {
        let mut rng = SplitMix64::new(8);
        let mut offers = Offers::default();
        let none = Showing::default();
        let showing = |accepted| if accepted { TAKEN } else { none };
        for guest in 0..4_000 {
            let spa = rng.chance(0.3);
            let massage = !spa && rng.chance(0.3);
            let robe = if spa { rng.chance(0.6) } else { rng.chance(0.1) };
            for (offer, accepted) in
                [("spa", spa), ("massage", massage), ("robe", robe), ("bike", rng.chance(0.2))]
            {
                offers.take(offer, guest, &showing(accepted));
            }
        }
        let product = offers.product(0);
        let names = |pairs: &[Pair]| {
            pairs.iter().map(|p| format!("{} {}", p.one, p.other)).collect::<Vec<_>>()
        };
        assert_eq!(names(&product.rivals)[0], "massage spa");
        assert_eq!(product.rivals[0].both, 0);
        assert_eq!(names(&product.complements), ["robe spa"]);
        assert!(!names(&product.rivals).iter().any(|pair| pair.contains("bike")));
    }
}
