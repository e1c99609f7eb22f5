//! Segments found in guests' factors, and what is believed of a guest of each before anything else.
//!
//! k-means (Lloyd, "Least squares quantization in PCM", 1982) from k-means++ seeds (Arthur and
//! Vassilvitskii, SODA 2007). A segment's prior is the mean and the variance of each axis of its
//! members; the variance of a small segment is drawn toward that within all segments. The
//! population's prior is the mean and variance of all guests. Source: algorithms 1.2.

use std::num::NonZeroUsize;

use ndarray::{Array2, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use crate::sys::rng::SplitMix64;

use super::error::{TrainingError, parameter};
use super::parallel::for_each_chunk;

/// Least variance of an axis: a prior must leave room to learn.
const VARIANCE_MIN: f64 = 1e-6;
/// Guests of a piece of work.
const CHUNK: usize = 1_024;

/// Hyper-parameters of segments.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentParameters {
    /// Segments, 1 or more; fewer come out where guests are fewer or alike.
    pub count: usize,
    /// Most rounds.
    pub rounds_max: u32,
    /// So many members weigh as much as the variance within all segments, 0 or more.
    pub strength: f64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for SegmentParameters {
    fn default() -> Self {
        Self { count: 8, rounds_max: 100, strength: 5.0, seed: 1 }
    }
}

/// Priors of guests, by segment and of all.
#[derive(Debug, Clone, PartialEq)]
pub struct Segments {
    /// Means, one row a segment.
    pub means: Array2<f32>,
    /// Variances of each axis, one row a segment, above 0.
    pub variances: Array2<f32>,
    /// Members of each segment among the guests it was fitted to.
    pub sizes: Vec<usize>,
    /// Mean of all guests.
    pub population_mean: Vec<f32>,
    /// Variance of each axis over all guests, above 0.
    pub population_variance: Vec<f32>,
}

impl Segments {
    /// Finds segments of guests by their factors, one row a guest. The same bits with any number of
    /// threads.
    ///
    /// # Errors
    /// [`TrainingError::Parameter`], [`TrainingError::Empty`] where there are no guests,
    /// [`TrainingError::NotFinite`] where a factor is not a finite number.
    pub fn fit(
        guests: ArrayView2<'_, f32>,
        parameters: &SegmentParameters,
        threads: NonZeroUsize,
    ) -> Result<Self, TrainingError> {
        #[expect(clippy::cast_precision_loss, reason = "for a message")]
        let count = parameters.count as f64;
        parameter("segments.count", count, "1 or more", |count| count >= 1.0)?;
        parameter("segments.strength", parameters.strength, "0 or more", |s| s >= 0.0)?;
        if guests.is_empty() {
            return Err(TrainingError::Empty(" of guests to find segments of"));
        }
        if !guests.iter().all(|x| x.is_finite()) {
            return Err(TrainingError::NotFinite { what: "the factors of guests" });
        }
        let guests = guests.as_standard_layout();
        let guests = Guests {
            data: guests.as_slice().expect("laid out row by row"),
            d: guests.ncols(),
            threads,
        };
        let mut means = guests.seeds(parameters);
        let mut labels = vec![u32::MAX; guests.count()];
        for _ in 0..parameters.rounds_max.max(1) {
            let before = labels.clone();
            guests.assign(&means, &mut labels);
            if labels == before {
                break;
            }
            means = guests.means(&labels, &means);
        }
        guests.assign(&means, &mut labels);
        Ok(guests.priors(&labels, means.len() / guests.d, parameters.strength))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.means.nrows()
    }

    /// Never: there is at least one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The segment whose mean is nearest to a guest's factors; the first of the nearest.
    ///
    /// # Panics
    /// Where factors have other dimensions.
    pub fn assign(&self, factors: &[f32]) -> usize {
        assert_eq!(factors.len(), self.means.ncols(), "factors of this space");
        let means = self.means.as_standard_layout();
        nearest(factors, means.as_slice().expect("laid out row by row")).0
    }
}

/// Guests' factors, row by row.
struct Guests<'a> {
    data: &'a [f32],
    d: usize,
    threads: NonZeroUsize,
}

impl Guests<'_> {
    fn count(&self) -> usize {
        self.data.len() / self.d
    }

    fn row(&self, guest: usize) -> &[f32] {
        &self.data[guest * self.d..][..self.d]
    }

    /// Guests to begin with: the first drawn evenly, each other in proportion to its squared
    /// distance from the nearest one drawn before.
    fn seeds(&self, parameters: &SegmentParameters) -> Vec<f32> {
        let mut rng = SplitMix64::new(parameters.seed);
        let mut means = self.row(rng.below(self.count())).to_vec();
        let mut distances = vec![f32::INFINITY; self.count()];
        while means.len() < parameters.count * self.d {
            let last = &means[means.len() - self.d..];
            for_each_chunk(
                self.threads,
                &mut distances,
                CHUNK,
                || (),
                |(), chunk, distances| {
                    for (distance, guest) in distances.iter_mut().zip(chunk * CHUNK..) {
                        *distance = distance.min(square_distance(self.row(guest), last));
                    }
                },
            );
            let total: f64 = distances.iter().map(|x| f64::from(*x)).sum();
            let drawn = rng.unit() * total;
            let mut sum = 0.0;
            let passed = distances.iter().position(|distance| {
                sum += f64::from(*distance);
                *distance > 0.0 && sum > drawn
            });
            // Rounding may leave the sum short of the draw; guests who are alike leave nobody.
            let last = || distances.iter().rposition(|distance| *distance > 0.0);
            let Some(guest) = passed.or_else(last) else { break };
            means.extend_from_slice(self.row(guest));
        }
        means
    }

    /// The nearest mean of each guest.
    fn assign(&self, means: &[f32], labels: &mut [u32]) {
        for_each_chunk(
            self.threads,
            labels,
            CHUNK,
            || (),
            |(), chunk, labels| {
                for (label, guest) in labels.iter_mut().zip(chunk * CHUNK..) {
                    let place = nearest(self.row(guest), means).0;
                    *label = u32::try_from(place).unwrap_or(u32::MAX);
                }
            },
        );
    }

    /// The mean of each segment's guests; where there are none, what it was.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "numbers of guests; factors are in single precision"
    )]
    fn means(&self, labels: &[u32], before: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0; before.len()];
        let mut sizes = vec![0_usize; before.len() / self.d];
        for (row, label) in self.data.chunks_exact(self.d).zip(labels) {
            let segment = *label as usize;
            sizes[segment] += 1;
            let sums = &mut sums[segment * self.d..][..self.d];
            sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        let mut means = before.to_vec();
        let segments = means.chunks_exact_mut(self.d).zip(sums.chunks_exact(self.d)).zip(&sizes);
        for ((mean, sums), size) in segments.filter(|(_, size)| **size > 0) {
            mean.iter_mut().zip(sums).for_each(|(m, sum)| *m = (sum / *size as f64) as f32);
        }
        means
    }

    fn priors(&self, labels: &[u32], segments: usize, strength: f64) -> Segments {
        let guests = ArrayView2::from_shape((self.count(), self.d), self.data)
            .expect("rows of as many numbers as there are dimensions");
        let of = |segment: usize| -> Vec<usize> {
            let is_member = |(_, label): &(usize, &u32)| **label as usize == segment;
            labels.iter().enumerate().filter(is_member).map(|(guest, _)| guest).collect()
        };
        // A seed that lost all its guests to others is no segment.
        let members: Vec<Vec<usize>> =
            (0..segments).map(of).filter(|members| !members.is_empty()).collect();
        let moments: Vec<Moments> = members
            .iter()
            .map(|members| Moments::of(guests.select(Axis(0), members).view()))
            .collect();
        let mut within = vec![0.0; self.d];
        for (moments, members) in moments.iter().zip(&members) {
            #[expect(clippy::cast_precision_loss, reason = "numbers of guests")]
            let share = members.len() as f64 / self.count() as f64;
            within.iter_mut().zip(&moments.variance).for_each(|(w, v)| *w += share * v);
        }
        let shape = (members.len(), self.d);
        let population = Moments::of(guests);
        Segments {
            means: Array2::from_shape_fn(shape, |(s, axis)| single(moments[s].mean[axis])),
            variances: Array2::from_shape_fn(shape, |(s, axis)| {
                #[expect(clippy::cast_precision_loss, reason = "numbers of guests")]
                let size = members[s].len() as f64;
                let sum = size * moments[s].variance[axis] + strength * within[axis];
                single((sum / (size + strength)).max(VARIANCE_MIN))
            }),
            sizes: members.iter().map(Vec::len).collect(),
            population_mean: population.mean.iter().map(|x| single(*x)).collect(),
            population_variance: population
                .variance
                .iter()
                .map(|x| single(x.max(VARIANCE_MIN)))
                .collect(),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "priors are in single precision")]
fn single(x: f64) -> f32 {
    x as f32
}

/// Mean and variance of each axis.
struct Moments {
    mean: Vec<f64>,
    variance: Vec<f64>,
}

impl Moments {
    fn of(rows: ArrayView2<'_, f32>) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "numbers of guests")]
        let count = rows.nrows().max(1) as f64;
        let average = |f: &dyn Fn(usize, f64) -> f64| -> Vec<f64> {
            let mut sums = vec![0.0; rows.ncols()];
            for row in rows.rows() {
                for (axis, x) in row.iter().enumerate() {
                    sums[axis] += f(axis, f64::from(*x));
                }
            }
            sums.iter().map(|sum| sum / count).collect()
        };
        let mean = average(&|_, x| x);
        let variance = average(&|axis, x| (x - mean[axis]) * (x - mean[axis]));
        Self { mean, variance }
    }
}

/// The first of the nearest means, and its squared distance.
fn nearest(row: &[f32], means: &[f32]) -> (usize, f32) {
    let mut best = (0, f32::INFINITY);
    for (place, mean) in means.chunks_exact(row.len()).enumerate() {
        let distance = square_distance(row, mean);
        if distance < best.1 {
            best = (place, distance);
        }
    }
    best
}

fn square_distance(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += (a - b) * (a - b);
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| (a - b) * (a - b)).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Guests around three centres with a spread of 0.1 and 0.5 on the two axes.
    #[expect(clippy::cast_possible_truncation, reason = "test data")]
    fn guests(count: usize) -> Array2<f32> {
        let mut rng = SplitMix64::new(7);
        let centres = [[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]];
        Array2::from_shape_fn((count, 2), |(guest, axis)| {
            (centres[guest % 3][axis] + [0.1, 0.5][axis] * rng.normal()) as f32
        })
    }

    fn fit(guests: &Array2<f32>, count: usize, seed: u64, threads: usize) -> Segments {
        let parameters = SegmentParameters { count, seed, ..SegmentParameters::default() };
        let threads = NonZeroUsize::new(threads).unwrap();
        Segments::fit(guests.view(), &parameters, threads).unwrap()
    }

    #[test]
    fn segments_are_the_centres_and_their_spread() {
        let guests = guests(3_000);
        for seed in 1..5 {
            let segments = fit(&guests, 3, seed, 1);
            assert_eq!(segments.sizes, [1_000; 3]);
            for (mean, variance) in segments.means.rows().into_iter().zip(segments.variances.rows())
            {
                let centre = mean.mapv(|x| (x / 5.0).round() * 5.0);
                assert!(mean.iter().zip(&centre).all(|(m, c)| (m - c).abs() < 0.1), "{mean}");
                assert!((variance[0] - 0.01).abs() < 0.002, "{variance}");
                assert!((variance[1] - 0.25).abs() < 0.04, "{variance}");
            }
            let member = guests.row(1).to_vec();
            let segment = segments.assign(&member);
            assert!((segments.means[[segment, 0]] - 5.0).abs() < 0.1);
        }
        let all = fit(&guests, 1, 1, 1);
        for axis in 0..2 {
            let (mean, variance) = (all.means[[0, axis]], all.variances[[0, axis]]);
            assert!((mean - all.population_mean[axis]).abs() < 1e-5);
            assert!((variance - all.population_variance[axis]).abs() < 1e-4);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_segments_with_any_number_of_threads() {
        let guests = guests(2_500);
        assert_eq!(fit(&guests, 7, 3, 1), fit(&guests, 7, 3, 3));
        assert_ne!(fit(&guests, 7, 3, 1), fit(&guests, 7, 4, 1));
    }

    #[test]
    fn guests_who_are_alike_or_few_make_fewer_segments_and_leave_room_to_learn() {
        let segments = fit(&Array2::ones((10, 3)), 4, 1, 1);
        assert_eq!((segments.len(), segments.is_empty()), (1, false));
        assert!(segments.variances.iter().all(|v| *v > 0.0));
        assert!(segments.population_variance.iter().all(|v| *v > 0.0));
        assert_eq!(fit(&guests(2), 5, 1, 1).len(), 2);
    }

    #[test]
    fn a_seed_that_lost_all_its_guests_is_no_segment() {
        let data = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let guests = Guests { data: &data, d: 2, threads: NonZeroUsize::MIN };
        let segments = guests.priors(&[0, 2, 2], 3, 0.0);
        assert_eq!(segments.sizes, [1, 2]);
        assert_eq!(segments.means, ndarray::arr2(&[[1.0, 2.0], [4.0, 5.0]]));
    }

    #[test]
    fn a_small_segments_variance_is_drawn_toward_that_within_all() {
        let mut guests = guests(301);
        guests.row_mut(300).assign(&ndarray::arr1(&[50.0, 50.0]));
        let segments = fit(&guests, 4, 1, 1);
        let lone = segments.sizes.iter().position(|size| *size == 1).unwrap();
        assert!((segments.variances[[lone, 1]] - 0.25 * 5.0 / 6.0).abs() < 0.05);
    }

    #[test]
    fn no_guests_and_no_segments_are_refused() {
        let parameters = SegmentParameters::default();
        let fit = |guests: &Array2<f32>, parameters: &SegmentParameters| {
            Segments::fit(guests.view(), parameters, NonZeroUsize::MIN).unwrap_err()
        };
        let error = fit(&Array2::zeros((0, 2)), &parameters);
        assert!(matches!(error, TrainingError::Empty(_)), "{error}");
        let error = fit(&Array2::from_elem((2, 2), f32::NAN), &parameters);
        assert!(matches!(error, TrainingError::NotFinite { .. }), "{error}");
        let error = fit(&guests(9), &SegmentParameters { count: 0, ..parameters });
        assert!(error.to_string().contains("segments.count"), "{error}");
    }
}
