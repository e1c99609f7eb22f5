//! What goes with what: how much having one offer moves the chance that another is accepted.

use super::id::OfferKey;
use super::time::Timestamp;

/// Least and most that everything a guest has chosen moves an offer by, in percent of its weight.
pub const MOVES_PERCENT: (i32, i32) = (-60, 200);

/// How far an offer is moved by what a guest has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoesWith {
    /// The offer.
    pub offer: OfferKey,
    /// In percent of its weight, within [`MOVES_PERCENT`]; never 0.
    pub percent: i16,
}

/// One pair of offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Complement {
    /// Who has this one
    pub with: OfferKey,
    /// accepts that one
    pub offer: OfferKey,
    /// more often by so many percent; less often where it is below 0. Never 0.
    pub percent: i16,
}

/// What goes with what, as it was fitted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComplementFit {
    /// Decisions before this moment were looked at.
    pub until: Timestamp,
    /// Guests who were offered at least two different offers.
    pub guests: u64,
    /// Pairs that are told from chance, ascending by `with`, then `offer`.
    pub pairs: Vec<Complement>,
}

impl ComplementFit {
    /// How far each offer is moved by what is chosen, in order of their keys; what is chosen itself is
    /// not among them.
    pub fn moves(&self, chosen: &[OfferKey]) -> Vec<GoesWith> {
        let mut sums: std::collections::BTreeMap<u64, i32> = std::collections::BTreeMap::new();
        for with in chosen {
            let from = self.pairs.partition_point(|pair| pair.with.0 < with.0);
            let of_it = self.pairs[from..].iter().take_while(|pair| pair.with == *with);
            for pair in of_it.filter(|pair| !chosen.contains(&pair.offer)) {
                *sums.entry(pair.offer.0).or_default() += i32::from(pair.percent);
            }
        }
        let (least, most) = MOVES_PERCENT;
        let moved = |(offer, sum): (u64, i32)| {
            let percent = i16::try_from(sum.clamp(least, most)).unwrap_or_default();
            (percent != 0).then_some(GoesWith { offer: OfferKey(offer), percent })
        };
        sums.into_iter().filter_map(moved).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(pairs: &[(u64, u64, i16)]) -> ComplementFit {
        let pair = |(with, offer, percent): &(u64, u64, i16)| Complement {
            with: OfferKey(*with),
            offer: OfferKey(*offer),
            percent: *percent,
        };
        ComplementFit { pairs: pairs.iter().map(pair).collect(), ..ComplementFit::default() }
    }

    fn moves(fit: &ComplementFit, chosen: &[u64]) -> Vec<(u64, i16)> {
        let chosen: Vec<OfferKey> = chosen.iter().map(|key| OfferKey(*key)).collect();
        fit.moves(&chosen).into_iter().map(|it| (it.offer.0, it.percent)).collect()
    }

    #[test]
    fn what_each_part_brings_adds_up_within_bounds() {
        let fit = fit(&[(1, 3, 50), (1, 4, -10), (2, 3, 30), (2, 4, 10), (2, 5, -90), (3, 1, 50)]);
        assert_eq!(moves(&fit, &[1]), [(3, 50), (4, -10)]);
        assert_eq!(moves(&fit, &[2, 1]), [(3, 80), (5, -60)], "what cancels out is not told");
        assert_eq!(moves(&fit, &[1, 3]), [(4, -10)], "what is chosen is not moved");
        assert_eq!(moves(&fit, &[9]), []);
    }
}
