//! Which groups do guests form by themselves? k-means, from seeds spread by chance.
//!
//! Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 28 (1982), from the
//! seeds of Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007; the best of
//! several starts. How many groups is chosen by the silhouette: Rousseeuw, "Silhouettes: a graphical aid to
//! the interpretation and validation of cluster analysis", Journal of Computational and Applied
//! Mathematics 20 (1987). The same guests in the same order, and the same seed, give the same groups.

use super::features::real;
use crate::sys::rng::SplitMix64;

/// Most groups.
pub const CLUSTERS_MAX: usize = 12;
/// Most groups that are tried where no number is asked for.
const TRIED_MAX: usize = 8;
/// Guests a group must have on average.
pub const GUESTS_EACH: usize = 20;
/// Starts of which the best counts.
const STARTS: usize = 8;
/// Most rounds of a start.
const ROUNDS_MAX: usize = 100;
/// Guests by whom groupings are compared.
const SILHOUETTE_GUESTS: usize = 600;

/// Guests in groups, the largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// The mean of each group.
    pub centres: Vec<Vec<f64>>,
    /// Guests of each group.
    pub sizes: Vec<u64>,
    /// Mean silhouette, -1 to 1: from about ½ on there are groups, below ¼ hardly any.
    pub silhouette: f64,
}

/// The groups of points, as many as `wanted`, or as many as stand apart best; `None` where there are too
/// few points.
pub fn clusters(points: &[Vec<f64>], wanted: Option<usize>, seed: u64) -> Option<Clusters> {
    let most = (points.len() / GUESTS_EACH).min(CLUSTERS_MAX);
    let tried = match wanted {
        Some(wanted) => wanted..=wanted.min(most),
        None => 2..=most.min(TRIED_MAX),
    };
    let mut best: Option<Clusters> = None;
    for count in tried.filter(|count| *count > 0) {
        let found = grouped(points, count, seed);
        if best.as_ref().is_none_or(|best| found.silhouette > best.silhouette) {
            best = Some(found);
        }
    }
    best
}

/// The nearest centre, and the square of how far it is.
pub fn nearest(centres: &[Vec<f64>], point: &[f64]) -> (usize, f64) {
    let distances = centres.iter().map(|centre| square(centre, point)).enumerate();
    distances.fold((0, f64::INFINITY), |best, this| if this.1 < best.1 { this } else { best })
}

fn grouped(points: &[Vec<f64>], count: usize, seed: u64) -> Clusters {
    let mut rng = SplitMix64::new(seed ^ u64::try_from(count).unwrap_or(0));
    let mut best: Option<(f64, Vec<Vec<f64>>, Vec<usize>)> = None;
    for _ in 0..STARTS {
        let found = start(points, count, &mut rng);
        if best.as_ref().is_none_or(|best| found.0 < best.0) {
            best = Some(found);
        }
    }
    let (_, centres, labels) = best.unwrap_or_default();
    let mut sizes = vec![0_u64; centres.len()];
    labels.iter().for_each(|label| sizes[*label] += 1);
    let mut order: Vec<usize> = (0..centres.len()).filter(|at| sizes[*at] > 0).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(sizes[*at]), *at));
    Clusters {
        centres: order.iter().map(|at| centres[*at].clone()).collect(),
        sizes: order.iter().map(|at| sizes[*at]).collect(),
        silhouette: silhouette(points, &labels, centres.len()),
    }
}

/// One start, to its rest: the sum of squares within groups, the centres, whose each point is.
fn start(
    points: &[Vec<f64>],
    count: usize,
    rng: &mut SplitMix64,
) -> (f64, Vec<Vec<f64>>, Vec<usize>) {
    let mut centres = seeds(points, count, rng);
    let mut labels = vec![usize::MAX; points.len()];
    for _ in 0..ROUNDS_MAX {
        let mut has_moved = false;
        for (point, label) in points.iter().zip(&mut labels) {
            let (now, _) = nearest(&centres, point);
            has_moved |= now != *label;
            *label = now;
        }
        if !has_moved {
            break;
        }
        means(points, &labels, &mut centres);
    }
    let within = points.iter().zip(&labels).map(|(point, at)| square(&centres[*at], point)).sum();
    (within, centres, labels)
}

/// Seeds far from each other: the next is drawn by the square of how far a point is from those before.
fn seeds(points: &[Vec<f64>], count: usize, rng: &mut SplitMix64) -> Vec<Vec<f64>> {
    let mut centres = vec![points[rng.below(points.len())].clone()];
    let mut far: Vec<f64> = points.iter().map(|point| square(&centres[0], point)).collect();
    while centres.len() < count {
        let whole: f64 = far.iter().sum();
        let mut left = rng.unit() * whole;
        let drawn = far.iter().position(|square| {
            left -= square;
            left < 0.0
        });
        let next = points[drawn.unwrap_or_else(|| rng.below(points.len()))].clone();
        for (point, far) in points.iter().zip(&mut far) {
            *far = far.min(square(&next, point));
        }
        centres.push(next);
    }
    centres
}

/// Moves each centre to the mean of its points; one without points stays.
fn means(points: &[Vec<f64>], labels: &[usize], centres: &mut [Vec<f64>]) {
    let width = points.first().map_or(0, Vec::len);
    let mut sums = vec![(0_usize, vec![0.0; width]); centres.len()];
    for (point, label) in points.iter().zip(labels) {
        let (count, sum) = &mut sums[*label];
        *count += 1;
        sum.iter_mut().zip(point).for_each(|(sum, value)| *sum += value);
    }
    for (centre, (count, sum)) in centres.iter_mut().zip(sums) {
        if count > 0 {
            *centre = sum.into_iter().map(|sum| sum / real(count)).collect();
        }
    }
}

/// Mean silhouette of some of the points, evenly taken.
fn silhouette(points: &[Vec<f64>], labels: &[usize], count: usize) -> f64 {
    let step = points.len().div_ceil(SILHOUETTE_GUESTS).max(1);
    let some: Vec<usize> = (0..points.len()).step_by(step).collect();
    let mut total = 0.0;
    for one in &some {
        let mut sums = vec![(0_usize, 0.0); count];
        for other in some.iter().filter(|other| *other != one) {
            let (number, sum) = &mut sums[labels[*other]];
            *number += 1;
            *sum += square(&points[*one], &points[*other]).sqrt();
        }
        let mean = |at: usize| (sums[at].0 > 0).then(|| sums[at].1 / real(sums[at].0));
        let others = (0..count).filter(|at| *at != labels[*one]).filter_map(mean);
        let nearest = others.fold(f64::INFINITY, f64::min);
        if let Some(own) = mean(labels[*one]).filter(|_| nearest.is_finite()) {
            total += (nearest - own) / nearest.max(own).max(f64::MIN_POSITIVE);
        }
    }
    total / real(some.len().max(1))
}

fn square(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three clouds of 300, 200 and 100 guests, `apart` from each other.
    fn clouds(apart: f64) -> (Vec<Vec<f64>>, Vec<usize>) {
        let mut rng = SplitMix64::new(3);
        let of = |n: usize| usize::from(n >= 300) + usize::from(n >= 500);
        let point = |n: usize| {
            let centre = [[0.0, 0.0], [apart, 0.0], [0.0, apart]][of(n)];
            let mut point: Vec<f64> = centre.iter().map(|at| at + rng.normal()).collect();
            point.extend([rng.normal(), rng.normal()]);
            point
        };
        ((0..600).map(point).collect(), (0..600).map(of).collect())
    }

    #[test]
    fn groups_that_are_there_are_found_with_their_number() {
        let (points, truth) = clouds(8.0);
        let found = clusters(&points, None, 1).unwrap();
        assert_eq!(found.sizes, [300, 200, 100], "{found:?}");
        assert!(found.silhouette > 0.5, "{}", found.silhouette);
        let right = points.iter().zip(&truth).filter(|(p, t)| nearest(&found.centres, p).0 == **t);
        assert!(right.count() >= 599);
        // To the bit the same again, and with as many groups as one asks for.
        assert_eq!(clusters(&points, None, 1).unwrap(), found);
        assert_eq!(clusters(&points, Some(5), 1).unwrap().sizes.len(), 5);
    }

    #[test]
    fn one_cloud_has_no_groups_to_speak_of() {
        let (points, _) = clouds(0.0);
        let found = clusters(&points, None, 1).unwrap();
        assert!(found.silhouette < 0.25, "{}", found.silhouette);
        assert_eq!(clusters(&points[..30], None, 1), None);
        assert_eq!(clusters(&points[..60], Some(4), 1), None);
        let same = vec![vec![1.0, 1.0]; 50];
        assert_eq!(clusters(&same, None, 1).unwrap().sizes, [50]);
    }

    /// Far points as seeds: on four clouds in a row a start by k-means++ rarely misses one.
    #[test]
    fn the_sum_of_squares_is_what_the_groups_have() {
        let (points, truth) = clouds(8.0);
        let mut of_truth = vec![vec![0.0; 4]; 3];
        means(&points, &truth, &mut of_truth);
        let within =
            |centres: &[Vec<f64>]| points.iter().map(|p| nearest(centres, p).1).sum::<f64>();
        let found = clusters(&points, Some(3), 9).unwrap();
        assert!(within(&found.centres) <= within(&of_truth) * 1.000_001);
    }
}
