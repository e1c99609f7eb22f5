//! With which probability does Thompson sampling put each action at each place?
//!
//! Thompson sampling over independent cells draws a success rate for each action from its Beta
//! posterior and ranks actions by the draw. Action i is at place k where k − 1 others draw more:
//!
//! `P(i at k) = ∫ f_i(x) e_{k−1}(1 − F_j(x), j ≠ i) dx`
//!
//! with `e_m` the probability that m of the others do: the Poisson-binomial distribution, by its
//! recursion (Wang, "On the number of successes in independent trials", 1993). The integral is
//! taken over the log-odds of x, where every Beta density is smooth and falls off on both sides, in
//! panels that no density is narrower than, with six Gauss–Legendre nodes each. The result is exact
//! but for about 1e-10, with no draws at all.

use super::beta::{Beta, BetaError};

/// Nodes and weights of Gauss–Legendre on [−1, 1], the positive half (Abramowitz and Stegun,
/// "Handbook of mathematical functions", 1964, table 25.4).
const NODES: [(f64, f64); 3] = [
    (0.238_619_186_083_196_9, 0.467_913_934_572_691),
    (0.661_209_386_466_264_5, 0.360_761_573_048_138_6),
    (0.932_469_514_203_152, 0.171_324_492_379_170_35),
];
/// Width of a panel at the peak of a density, in its standard deviations.
const STEP: f64 = 0.8;
/// How much wider a panel may be for each unit of distance to the peak.
const GROWTH: f64 = 0.25;

/// The probability of each action (outer) at each of the first `places` (inner), given the
/// parameters (α, β) of each action's Beta posterior: 1 + successes and 1 + failures, say.
///
/// Costs about `100 · K² ` evaluations of the Beta distribution for K alike actions; more where
/// their spreads differ much.
///
/// # Errors
/// [`BetaError`] for parameters out of bounds.
pub fn thompson_ranks(cells: &[(f64, f64)], places: usize) -> Result<Vec<Vec<f64>>, BetaError> {
    let cells: Vec<Beta> =
        cells.iter().map(|(alpha, beta)| Beta::new(*alpha, *beta)).collect::<Result<_, _>>()?;
    let places = places.min(cells.len());
    let mut ranks = vec![vec![0.0; places]; cells.len()];
    let mut others = Others::new(cells.len(), places);
    let ends = cells.iter().map(Beta::support);
    let (start, end) = ends
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (low, high)| (a.min(low), b.max(high)));
    let mut z = start;
    while z < end {
        let steps = cells.iter().map(|c| STEP * c.spread() + GROWTH * (z - c.mode()).abs());
        let half = 0.5 * steps.fold(f64::INFINITY, f64::min);
        for (node, weight) in NODES {
            for node in [-node, node] {
                others.add(&cells, z + half * (1.0 + node), half * weight, &mut ranks);
            }
        }
        z += 2.0 * half;
    }
    Ok(ranks)
}

/// Room for one node: how many of the actions before and after each one draw more than x.
struct Others {
    places: usize,
    above: Vec<f64>,
    /// For each action, the distribution over the actions before it, cut off after `places`.
    before: Vec<f64>,
    after: Vec<f64>,
}

impl Others {
    fn new(actions: usize, places: usize) -> Self {
        Self {
            places,
            above: vec![0.0; actions],
            before: vec![0.0; actions * places],
            after: vec![0.0; places],
        }
    }

    /// Adds a node at log-odds z to the integrals.
    fn add(&mut self, cells: &[Beta], z: f64, weight: f64, ranks: &mut [Vec<f64>]) {
        let places = self.places;
        if places == 0 {
            return;
        }
        for (above, cell) in self.above.iter_mut().zip(cells) {
            *above = cell.above(z);
        }
        self.after.fill(0.0);
        self.after[0] = 1.0;
        for (before, above) in self.before.chunks_exact_mut(places).zip(&self.above) {
            before.copy_from_slice(&self.after);
            one_more(&mut self.after, *above);
        }
        self.after.fill(0.0);
        self.after[0] = 1.0;
        let before = self.before.chunks_exact(places);
        let all = before.zip(&self.above).zip(cells).zip(ranks).rev();
        for (((before, above), cell), ranks) in all {
            let density = weight * cell.density(z);
            for (k, rank) in ranks.iter_mut().enumerate() {
                let both = before[..=k].iter().zip(self.after[..=k].iter().rev());
                *rank += density * both.map(|(b, a)| b * a).sum::<f64>();
            }
            one_more(&mut self.after, *above);
        }
    }
}

/// The distribution of a count after one more trial with this chance of success.
fn one_more(counts: &mut [f64], success: f64) {
    for k in (0..counts.len()).rev() {
        let from_below = if k > 0 { counts[k - 1] } else { 0.0 };
        counts[k] = counts[k] * (1.0 - success) + from_below * success;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    #[test]
    fn it_gives_the_published_probabilities() {
        let ranks = thompson_ranks(&[(2.0, 8.0), (3.0, 7.0), (1.0, 9.0)], 3).unwrap();
        let expected = [
            [0.266_274_52, 0.520_392_15],
            [0.669_849_18, 0.269_125_18],
            [0.063_876_32, 0.210_482_66],
        ];
        for (ranks, expected) in ranks.iter().zip(expected) {
            for (rank, expected) in ranks.iter().zip(expected) {
                assert!((rank - expected).abs() < 2e-8, "{rank} for {expected}");
            }
            assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-10);
        }
        let pair = thompson_ranks(&[(3.0, 7.0), (2.0, 8.0)], 1).unwrap();
        assert!((pair[0][0] - 0.711_764_705_882).abs() < 1e-11, "{}", pair[0][0]);
    }

    /// For whole α the chance that one draws more than another is a finite sum of Beta functions
    /// (Cook, "Exact calculation of beta inequalities", 2005).
    #[test]
    fn pairs_are_exact_where_a_finite_sum_is_known() {
        let ln_beta = |a: f64, b: f64| libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
        for ((a, b), (c, d)) in
            [((3.0, 90.0), (9.0, 200.0)), ((1.0, 1.0), (40.0, 9_000.0)), ((5.0, 0.5), (2.0, 7.0))]
        {
            // P(X > Y), X ~ Beta(c, d), c whole: Σ_{i<c} B(a+i, b+d) / ((d+i) B(1+i, d) B(a, b)).
            let mut sum = 0.0;
            let mut i = 0.0;
            while i < c {
                let log = ln_beta(a + i, b + d) - ln_beta(1.0 + i, d) - ln_beta(a, b);
                sum += libm::exp(log) / (d + i);
                i += 1.0;
            }
            let ranks = thompson_ranks(&[(a, b), (c, d)], 2).unwrap();
            assert!((ranks[1][0] - sum).abs() < 1e-9, "{} for {sum}", ranks[1][0]);
            assert!((ranks[0][1] - sum).abs() < 1e-9, "first and last of two");
        }
    }

    #[test]
    fn places_and_actions_sum_to_one() {
        let mut rng = SplitMix64::new(3);
        let cells: Vec<(f64, f64)> = (0..12)
            .map(|_| (libm::exp(7.0 * rng.unit() - 1.0), libm::exp(12.0 * rng.unit() - 1.0)))
            .collect();
        let ranks = thompson_ranks(&cells, 12).unwrap();
        for (at, ranks) in ranks.iter().enumerate() {
            assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{:?}", cells[at]);
        }
        for place in 0..12 {
            let sum: f64 = ranks.iter().map(|ranks| ranks[place]).sum();
            assert!((sum - 1.0).abs() < 1e-9, "place {place}: {sum}");
        }
    }

    #[test]
    fn few_actions_have_few_places() {
        assert_eq!(thompson_ranks(&[], 3), Ok(vec![]));
        let one = thompson_ranks(&[(2.0, 3.0)], 3).unwrap();
        assert!(one.len() == 1 && one[0].len() == 1 && (one[0][0] - 1.0).abs() < 1e-10);
        assert!(thompson_ranks(&[(1.0, 0.0)], 1).is_err());
    }
}
