//! Who is like these guests, and in what? A linear discriminant of the seeds against everybody.
//!
//! Of each feature the seeds' mean stands d standard deviations from that of all guests; a guest who stands
//! z from it scores `Σ d z`. Fisher, "The use of multiple measurements in taxonomic problems", Annals of
//! Eugenics 7 (1936), with the features taken one by one, as Bickel and Levina advise where there are
//! few seeds ("Some theory for Fisher's linear discriminant function", Bernoulli 10, 2004). A mean of n
//! seeds errs by 1/√n, so each d is drawn toward 0 by `(1 − 1/(n d²))₊` (James and Stein, 1961). The terms are
//! the reasons. The score ranks guests; it is no probability.

use super::features::real;

/// What tells seeds from everybody.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    weights: Vec<f64>,
}

impl Contrast {
    /// Of seeds, each a row of standardized features; `None` without a seed, or where they are like
    /// everybody.
    pub fn of(seeds: &[Vec<f64>]) -> Option<Self> {
        let count = real(seeds.len());
        let width = seeds.first()?.len();
        let weight = |place: usize| {
            let mean = seeds.iter().map(|seed| seed[place]).sum::<f64>() / count;
            let square = mean * mean;
            if square > 0.0 { mean * (1.0 - 1.0 / (count * square)).max(0.0) } else { 0.0 }
        };
        let weights: Vec<f64> = (0..width).map(weight).collect();
        weights.iter().any(|weight| weight.abs() > 0.0).then_some(Self { weights })
    }

    /// The terms of a guest's score, by feature.
    pub fn terms<'a>(&'a self, guest: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.weights.iter().zip(guest).map(|(weight, z)| weight * z)
    }

    /// A guest's score: above 0 rather like the seeds, below rather not.
    pub fn score(&self, guest: &[f64]) -> f64 {
        self.terms(guest).sum()
    }

    /// How far the seeds stand from everybody, by feature.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    /// Area under the curve: the share of pairs in which who is one of them is above who is not.
    fn area(scores: &[f64], is: impl Fn(usize) -> bool) -> f64 {
        let (mut above, mut pairs) = (0.0, 0.0);
        for (one, score) in scores.iter().enumerate().filter(|(n, _)| is(*n)) {
            for (other, low) in scores.iter().enumerate().filter(|(n, _)| !is(*n)) {
                assert_ne!(one, other);
                above += match score.total_cmp(low) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                };
                pairs += 1.0;
            }
        }
        above / pairs
    }

    /// A fifth of 1,000 guests are of a kind that differs in three of 40 features by 0.8; 30 of them are
    /// seeds.
    #[test]
    fn who_is_of_their_kind_is_found_and_of_no_kind_is_not() {
        let mut rng = SplitMix64::new(17);
        let is_kind = |n: usize| n.is_multiple_of(5);
        let guests: Vec<Vec<f64>> = (0..1_000)
            .map(|n| {
                let shift = |place| if is_kind(n) && place < 3 { 0.8 } else { 0.0 };
                (0..40).map(|place| rng.normal() + shift(place)).collect()
            })
            .collect();
        let seeds: Vec<Vec<f64>> = (0..30).map(|n| guests[5 * n].clone()).collect();
        let others = &guests[150..];
        let scores = |contrast: &Contrast| others.iter().map(|g| contrast.score(g)).collect();
        let found: Vec<f64> = scores(&Contrast::of(&seeds).unwrap());
        let auc = area(&found, |n| is_kind(n + 150));
        assert!(auc > 0.75, "{auc}");
        // Seeds drawn from everybody say nothing of the kind.
        let random: Vec<Vec<f64>> = (0..30).map(|_| guests[rng.below(150)].clone()).collect();
        let control = Contrast::of(&random)
            .map_or(0.5, |contrast| area(&scores(&contrast), |n| is_kind(n + 150)));
        // Nor do the right seeds of a kind dealt out at random.
        let mut kinds: Vec<bool> = (0..850).map(|n| is_kind(n + 150)).collect();
        (1..850).rev().for_each(|n| kinds.swap(n, rng.below(n + 1)));
        let shuffled = area(&found, |n| kinds[n]);
        assert!((shuffled - 0.5).abs() < 0.06, "{shuffled}");
        assert!(control < auc - 0.1, "{control} {auc}");
    }

    #[test]
    fn the_terms_sum_to_the_score_and_noise_has_none() {
        let contrast = Contrast::of(&[vec![2.0, 0.1], vec![2.0, -0.05]]).unwrap();
        assert!((contrast.weights()[0] - 2.0 * (1.0 - 1.0 / 8.0)).abs() < 1e-12);
        assert!(contrast.weights()[1].abs() < 1e-12);
        let terms: Vec<f64> = contrast.terms(&[-1.0, 3.0]).collect();
        assert!((terms.iter().sum::<f64>() - contrast.score(&[-1.0, 3.0])).abs() < 1e-12);
        assert_eq!(Contrast::of(&[]), None);
        assert_eq!(Contrast::of(&[vec![0.1, -0.2]]), None);
    }
}
