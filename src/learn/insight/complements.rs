//! What goes with what, by EASE: among guests who were offered both, does having one offer make the
//! other likelier?
//!
//! EASE (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019) takes `G = XᵀX + λI` and
//! reads the weights off its inverse. Offers are not shown to everybody, so here a cell of `G` is the
//! covariance of two acceptances over the guests who were *offered both*, `S_ij − S_i·S_j / N_ij`: offers of
//! different hotels, or for different guests, do not look as if one displaced the other. It is centred, so
//! that offers which have nothing to do with one another come out at 0 however popular they are. What
//! having `j` adds to the chance of `i` is told in percent of `i`'s own rate.
//!
//! A pair counts only where it stands [`TOLD_FROM`] standard deviations from chance: in a log where nothing
//! goes with anything, nothing is moved.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use ndarray::Array2;

use crate::domain::complement::{Complement, ComplementFit};
use crate::domain::id::{OfferId, OfferKey};
use crate::domain::time::Timestamp;
use crate::learn::embedding::ease::{Cooccurrence, Ease};

use super::product::Offers;

/// So many acceptances of an offer count as if they said nothing about the others.
const LAMBDA: f64 = 20.0;
/// Least guests who were offered both.
const GUESTS_MIN: f64 = 50.0;
/// Standard deviations from chance from which a pair counts: of a thousand pairs without any tie, three.
const TOLD_FROM: f64 = 3.0;
/// Most offers that are looked at: those offered to most guests.
const OFFERS_MAX: usize = 1_500;
/// Most that one offer moves another, in percent.
const PERCENT_MAX: f64 = 300.0;
/// Times that the ridge is doubled where pairs do not fit one another.
const DOUBLINGS: u32 = 12;

/// Sums over the guests who were offered both: guests, acceptances of the row's offer, of both.
struct Sums {
    guests: Array2<f64>,
    one: Array2<f64>,
    both: Array2<f64>,
}

/// Fits what goes with what to offers and who accepted them; the same bits for the same offers.
/// `None` where no pair is told from chance.
pub fn fit(offers: &Offers, until: Timestamp, threads: NonZeroUsize) -> Option<ComplementFit> {
    let mut chosen: Vec<(&str, &BTreeMap<u64, bool>)> = offers.guests_by_offer().collect();
    chosen.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    chosen.truncate(OFFERS_MAX);
    let rows = by_guest(&chosen);
    let sums = Sums::of(chosen.len(), rows.values());
    let weights = sums.ease(threads)?;
    let key = |at: usize| OfferId::parse("offer", chosen[at].0).ok().map(|id| OfferKey::of(&id));
    let mut pairs = Vec::new();
    for ((with, offer), weight) in weights.indexed_iter() {
        if with == offer || !sums.is_told((with, offer), *weight) {
            continue;
        }
        let percent = percent(*weight, sums.rate(offer));
        if let (Some(with), Some(offer)) = (key(with), key(offer))
            && percent != 0
        {
            pairs.push(Complement { with, offer, percent });
        }
    }
    pairs.sort_by_key(|pair| (pair.with.0, pair.offer.0));
    let guests = rows.values().filter(|row| row.len() > 1).count();
    let guests = u64::try_from(guests).unwrap_or(u64::MAX);
    (!pairs.is_empty()).then_some(ComplementFit { until, guests, pairs })
}

/// What each guest was offered, and accepted or not.
fn by_guest(chosen: &[(&str, &BTreeMap<u64, bool>)]) -> BTreeMap<u64, Vec<(usize, bool)>> {
    let mut rows: BTreeMap<u64, Vec<(usize, bool)>> = BTreeMap::new();
    for (at, (_, guests)) in chosen.iter().enumerate() {
        for (guest, accepted) in *guests {
            rows.entry(*guest).or_default().push((at, *accepted));
        }
    }
    rows
}

#[expect(clippy::cast_possible_truncation, reason = "within ±300")]
fn percent(weight: f64, rate: f64) -> i16 {
    (100.0 * weight / rate).clamp(-PERCENT_MAX, PERCENT_MAX).round() as i16
}

impl Sums {
    fn of<'a>(n: usize, rows: impl Iterator<Item = &'a Vec<(usize, bool)>>) -> Self {
        let zeros = || Array2::<f64>::zeros((n, n));
        let mut sums = Self { guests: zeros(), one: zeros(), both: zeros() };
        for row in rows {
            for (i, accepted) in row {
                for (j, other) in row {
                    let at = [*i, *j];
                    sums.guests[at] += 1.0;
                    sums.one[at] += f64::from(u8::from(*accepted));
                    sums.both[at] += f64::from(u8::from(*accepted && *other));
                }
            }
        }
        sums
    }

    /// Share of the guests it was offered to who accepted it, never 0.
    fn rate(&self, offer: usize) -> f64 {
        (self.one[[offer, offer]] + 1.0) / (self.guests[[offer, offer]] + 2.0)
    }

    /// How many more accepted both than by chance.
    fn beyond(&self, (i, j): (usize, usize)) -> f64 {
        let n = self.guests[[i, j]].max(1.0);
        self.both[[i, j]] - self.one[[i, j]] * self.one[[j, i]] / n
    }

    /// EASE's weights, the row of an offer being what having it adds to each other. A sum over other
    /// guests in each cell need not be a matrix that can be inverted: the ridge grows until it is.
    fn ease(&self, threads: NonZeroUsize) -> Option<Array2<f64>> {
        let n = self.guests.nrows();
        let covariance = Array2::from_shape_fn((n, n), |at| self.beyond(at));
        let mut lambda = LAMBDA;
        for _ in 0..DOUBLINGS {
            let pairs = Cooccurrence::of(covariance.clone()).ok()?;
            match Ease::fit(pairs, lambda, threads) {
                Ok(ease) => return Some(ease.weights().to_owned()),
                Err(_) => lambda *= 2.0,
            }
        }
        None
    }

    /// Is a pair told from chance, and does EASE see it the same way? The number who accepted both, of
    /// `n` of whom `a` and `b` accepted either, is hypergeometric where neither has to do with the other.
    fn is_told(&self, (i, j): (usize, usize), weight: f64) -> bool {
        let (n, a, b) = (self.guests[[i, j]], self.one[[i, j]], self.one[[j, i]]);
        if n < GUESTS_MIN {
            return false;
        }
        let variance = a * b * (n - a) * (n - b) / (n * n * (n - 1.0));
        let beyond = self.beyond((i, j));
        variance > 0.0 && beyond.abs() >= TOLD_FROM * variance.sqrt() && beyond * weight > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::insight::product::Showing;
    use crate::sys::rng::SplitMix64;

    const ONE: NonZeroUsize = NonZeroUsize::MIN;
    const NAMES: [&str; 6] = ["spa", "dinner", "early", "late", "bike", "abroad"];

    /// Guests of two hotels: who takes the spa takes the dinner three times as often, nobody takes both
    /// the early and the late hour, the bike has to do with nothing; `abroad` is at the other hotel.
    /// With `is_shuffled` every offer is taken as often, and nothing has to do with anything.
    fn world(guests: u64, is_shuffled: bool) -> Offers {
        let mut rng = SplitMix64::new(3);
        let mut offers = Offers::default();
        for guest in 0..guests {
            let spa = rng.chance(0.2);
            let dinner = rng.chance(if spa && !is_shuffled { 0.45 } else { 0.15 });
            let early = rng.chance(0.25);
            let late = rng.chance(0.25) && (is_shuffled || !early);
            let bike = rng.chance(0.3);
            let takes = [spa, dinner, early, late, bike, rng.chance(0.3)];
            for (at, (name, accepted)) in NAMES.into_iter().zip(takes).enumerate() {
                let is_abroad = at == 5;
                let is_offered = if guest % 2 == 0 { !is_abroad } else { at == 4 || is_abroad };
                if is_offered && rng.chance(0.8) {
                    offers.take(name, guest, &Showing { accepted, ..Showing::default() });
                }
            }
        }
        offers
    }

    fn told(offers: &Offers) -> Vec<(&'static str, &'static str, i16)> {
        let Some(fit) = fit(offers, Timestamp::EPOCH, ONE) else { return Vec::new() };
        let key = |name: &str| OfferKey::of(&OfferId::parse("", name).unwrap());
        let name = |of| NAMES.into_iter().find(|name| key(name) == of).unwrap();
        fit.pairs.iter().map(|pair| (name(pair.with), name(pair.offer), pair.percent)).collect()
    }

    #[test]
    fn what_goes_together_is_found_and_by_how_much() {
        let mut found = told(&world(8_000, false));
        found.sort_unstable();
        let pairs: Vec<_> = found.iter().map(|(with, offer, _)| (*with, *offer)).collect();
        assert_eq!(
            pairs,
            [("dinner", "spa"), ("early", "late"), ("late", "early"), ("spa", "dinner")]
        );
        // 45 % of those with the spa against 21 % of all: .30 more than those without, over .21.
        let [.., (_, _, dinner)] = found[..] else { panic!() };
        assert!((110..=165).contains(&dinner), "{found:?}");
        assert!((-110..=-60).contains(&found[1].2), "{found:?}");
    }

    #[test]
    fn where_nothing_goes_with_anything_nothing_is_moved() {
        let found = told(&world(8_000, true));
        assert!(found.len() <= 1, "{found:?}");
        assert_eq!(told(&world(60, false)), [], "few guests say nothing");
        assert_eq!(told(&Offers::default()), []);
    }

    #[test]
    fn the_same_bits_with_any_number_of_threads() {
        let offers = world(2_000, false);
        let three = NonZeroUsize::new(3).unwrap();
        assert_eq!(fit(&offers, Timestamp::EPOCH, ONE), fit(&offers, Timestamp::EPOCH, three));
    }
}
