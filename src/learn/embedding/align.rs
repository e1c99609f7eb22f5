//! A new space turned onto an old one, so that what is stored of guests keeps its meaning.
//!
//! Factors are determined up to a rotation: two trainings of the same data may disagree about every
//! axis and agree about every score. Of all orthogonal matrices the one that brings the new factors
//! of common offers nearest to their old ones is `UVᵀ`, where `UΣVᵀ = H_newᵀH_old` (orthogonal
//! Procrustes: Schönemann, "A generalized solution of the orthogonal Procrustes problem",
//! Psychometrika 31, 1966). Offers and guests of the new model are turned by it alike, so that no
//! score changes.

use std::num::NonZeroUsize;

use ndarray::{Array2, ArrayView2};

use super::dense::gram::{transform, transposed_times};
use super::dense::jacobi;
use super::error::TrainingError;

/// The rotation of a new space, and what it leaves different.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// Orthogonal, dimensions by dimensions: new factors are multiplied by it from the right.
    pub rotation: Array2<f64>,
    /// How far each common offer moved, the farthest first; ties by name.
    pub moved: Vec<Moved>,
    /// Square root of the mean squared distance that common offers moved, over that of their old
    /// lengths: 0 for the same model, 1 and more where the spaces have nothing in common.
    pub relative_distance: f64,
    /// Singular values of the common offers' agreement that vanish: so many dimensions of the new
    /// space have no counterpart in the old one, and lie as they happen to.
    pub free_dimensions: usize,
}

/// How far an offer moved between two aligned spaces.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// The offer.
    pub offer: String,
    /// Distance between its old and its new factors.
    pub distance: f64,
    /// Cosine of the angle between them; 1 where one of them is zero.
    pub cosine: f64,
}

/// Names and factors of a model's offers, one row a name, names ascending.
#[derive(Debug, Clone, Copy)]
pub struct Space<'a> {
    /// Ids of the offers, ascending.
    pub offers: &'a [String],
    /// Their factors.
    pub factors: ArrayView2<'a, f32>,
}

/// Aligns a new space to an old one by the offers that are in both.
///
/// # Errors
/// [`TrainingError::Shape`] where the spaces have different dimensions, or a space not as many
/// names as rows; [`TrainingError::Order`] where names are not ascending; [`TrainingError::Empty`]
/// where no offer is in both; [`TrainingError::NotFinite`] where a factor is not a finite number.
pub fn align(new: Space<'_>, old: Space<'_>) -> Result<Alignment, TrainingError> {
    let (wanted, found) = (old.factors.ncols(), new.factors.ncols());
    if wanted != found {
        return Err(TrainingError::Shape { what: "dimensions", wanted, found });
    }
    check(new)?;
    check(old)?;
    let common: Vec<(usize, usize)> = new
        .offers
        .iter()
        .enumerate()
        .filter_map(|(at, offer)| Some((at, old.offers.binary_search(offer).ok()?)))
        .collect();
    if common.is_empty() {
        return Err(TrainingError::Empty(" of offers that are in both spaces"));
    }
    let pick = |factors: ArrayView2<'_, f32>, rows: Vec<usize>| {
        Array2::from_shape_fn((rows.len(), found), |(i, j)| f64::from(factors[[rows[i], j]]))
    };
    let theirs = pick(new.factors, common.iter().map(|(new, _)| *new).collect());
    let ours = pick(old.factors, common.iter().map(|(_, old)| *old).collect());
    let svd = jacobi::svd(transposed_times(theirs.view(), ours.view()).view());
    let rotation = transposed_times(svd.u.t(), svd.v.t());
    let turned = transposed_times(theirs.t(), rotation.view());
    let names = common.iter().map(|(at, _)| &new.offers[*at]);
    let least = svd.sigma.first().map_or(0.0, |largest| largest * 1e-9);
    Ok(Alignment {
        moved: moved(names, &ours, &turned),
        relative_distance: relative_distance(&ours, &turned),
        free_dimensions: svd.sigma.iter().filter(|sigma| **sigma <= least).count(),
        rotation,
    })
}

fn check(space: Space<'_>) -> Result<(), TrainingError> {
    let (wanted, found) = (space.factors.nrows(), space.offers.len());
    if wanted != found {
        return Err(TrainingError::Shape { what: "offers", wanted, found });
    }
    if !space.offers.is_sorted_by(|a, b| a < b) {
        return Err(TrainingError::Order { what: "ids of offers" });
    }
    if !space.factors.iter().all(|x| x.is_finite()) {
        return Err(TrainingError::NotFinite { what: "the factors of offers" });
    }
    Ok(())
}

impl Alignment {
    /// Turns factors of the new space, guests' or offers', onto the old one.
    ///
    /// # Panics
    /// Where they have other dimensions.
    pub fn apply(&self, factors: &mut Array2<f32>, threads: NonZeroUsize) {
        assert_eq!(factors.ncols(), self.rotation.nrows(), "factors of the new space");
        transform(factors, self.rotation.view(), threads);
    }
}

fn moved<'a>(
    names: impl Iterator<Item = &'a String>,
    old: &Array2<f64>,
    new: &Array2<f64>,
) -> Vec<Moved> {
    let mut moved: Vec<Moved> = names
        .zip(old.rows().into_iter().zip(new.rows()))
        .map(|(offer, (old, new))| {
            let sum = |f: fn(f64, f64) -> f64| -> f64 {
                old.iter().zip(new).map(|(a, b)| f(*a, *b)).sum()
            };
            let lengths = (sum(|a, _| a * a) * sum(|_, b| b * b)).sqrt();
            Moved {
                offer: offer.clone(),
                distance: sum(|a, b| (a - b) * (a - b)).sqrt(),
                cosine: if lengths > 0.0 { sum(|a, b| a * b) / lengths } else { 1.0 },
            }
        })
        .collect();
    moved.sort_by(|a, b| b.distance.total_cmp(&a.distance).then_with(|| a.offer.cmp(&b.offer)));
    moved
}

fn relative_distance(old: &Array2<f64>, new: &Array2<f64>) -> f64 {
    let squares = |(a, b): (&f64, &f64)| (a - b) * (a - b);
    let distance: f64 = old.iter().zip(new).map(squares).sum();
    let length: f64 = old.iter().map(|a| a * a).sum();
    if length > 0.0 { (distance / length).sqrt() } else { 0.0 }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "test data")]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn random(rng: &mut SplitMix64, rows: usize, d: usize) -> Array2<f64> {
        Array2::from_shape_simple_fn((rows, d), || rng.normal())
    }

    /// Orthogonal, from the singular vectors of a random matrix.
    fn rotation(rng: &mut SplitMix64, d: usize) -> Array2<f64> {
        let svd = jacobi::svd(random(rng, d, d).view());
        svd.u.dot(&svd.v.t())
    }

    fn names(range: std::ops::Range<usize>) -> Vec<String> {
        range.map(|at| format!("offer-{at:04}")).collect()
    }

    /// A6.
    #[test]
    fn a_random_rotation_is_undone_and_no_score_changes() {
        let mut rng = SplitMix64::new(8);
        for d in [2, 16, 32] {
            let old = random(&mut rng, 200, d);
            let q = rotation(&mut rng, d);
            // Offers 0 to 39 are gone, 200 to 219 are new.
            let added = random(&mut rng, 20, d);
            let kept = old.slice(ndarray::s![40.., ..]);
            let new = ndarray::concatenate![ndarray::Axis(0), kept, added].dot(&q);
            let guests = random(&mut rng, 50, d).dot(&q);
            let (mut new, mut guests) = (new.mapv(|x| x as f32), guests.mapv(|x| x as f32));
            let old = old.mapv(|x| x as f32);
            let before = guests.dot(&new.t());
            let (ours, theirs) = (names(0..200), names(40..220));
            let alignment = align(
                Space { offers: &theirs, factors: new.view() },
                Space { offers: &ours, factors: old.view() },
            )
            .unwrap();
            let two = NonZeroUsize::new(2).unwrap();
            alignment.apply(&mut new, two);
            alignment.apply(&mut guests, two);
            for (a, b) in new.rows().into_iter().zip(old.slice(ndarray::s![40.., ..]).rows()) {
                assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5), "{a} {b}");
            }
            for (a, b) in guests.dot(&new.t()).iter().zip(&before) {
                assert!((a - b).abs() < 1e-5 * (d as f32).sqrt().max(1.0), "{a} {b}");
            }
            assert!(alignment.relative_distance < 1e-5 && alignment.moved.len() == 160);
            assert_eq!(alignment.free_dimensions, 0);
        }
    }

    #[test]
    fn an_offer_that_moved_stands_first_in_the_report() {
        let mut rng = SplitMix64::new(3);
        let old = random(&mut rng, 100, 8).mapv(|x| x as f32);
        let mut new = old.clone();
        new.row_mut(17).mapv_inplace(|x| -x);
        let offers = names(0..100);
        let space = |factors| Space { offers: &offers, factors };
        let alignment = align(space(new.view()), space(old.view())).unwrap();
        let first = &alignment.moved[0];
        assert!(first.offer == "offer-0017" && first.cosine < -0.9, "{first:?}");
        assert!(alignment.moved[1].distance < 0.5 * first.distance);
        assert!(alignment.relative_distance > 0.05 && alignment.relative_distance < 0.5);
    }

    #[test]
    fn few_common_offers_leave_dimensions_free_and_still_change_no_score() {
        let mut rng = SplitMix64::new(4);
        let [old, new] = [0, 1].map(|_| random(&mut rng, 3, 8).mapv(|x| x as f32));
        let offers = names(0..3);
        let space = |factors| Space { offers: &offers, factors };
        let alignment = align(space(new.view()), space(old.view())).unwrap();
        assert_eq!(alignment.free_dimensions, 5);
        let product = alignment.rotation.t().dot(&alignment.rotation);
        let one = Array2::<f64>::eye(8);
        assert!(product.iter().zip(&one).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn spaces_that_cannot_be_aligned_are_refused() {
        let factors = Array2::<f32>::ones((2, 3));
        let other = Array2::<f32>::ones((2, 4));
        let (a, b) = (names(0..2), names(5..7));
        let space = |offers, factors| Space { offers, factors };
        let error = align(space(&a, other.view()), space(&a, factors.view())).unwrap_err();
        assert!(matches!(error, TrainingError::Shape { wanted: 3, found: 4, .. }), "{error}");
        let error = align(space(&a, factors.view()), space(&b, factors.view())).unwrap_err();
        assert!(matches!(error, TrainingError::Empty(_)), "{error}");
        let error = align(space(&a[..1], factors.view()), space(&b, factors.view())).unwrap_err();
        assert!(matches!(error, TrainingError::Shape { wanted: 2, found: 1, .. }), "{error}");
        let turned: Vec<String> = a.iter().rev().cloned().collect();
        let error = align(space(&turned, factors.view()), space(&b, factors.view())).unwrap_err();
        assert!(matches!(error, TrainingError::Order { .. }), "{error}");
    }
}
