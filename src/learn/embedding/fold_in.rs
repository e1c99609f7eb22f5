//! The factors of one guest from a history, offers being fixed: what serving and nightly jobs ask.
//!
//! The same formula as in training (Rendle et al., "Revisiting the performance of iALS on item
//! recommendation benchmarks", Recommender Systems 2022), in double precision and with the matrix
//! it solves:
//!
//! ```text
//! A = Σ ωhhᵀ + α₀HᵀH + λ#^ν I,    w = A⁻¹ Σ ωh,    # = n + α₀|I|
//! ```
//!
//! `w` is the mean and `A`, divided by the variance of what was observed, the precision of the
//! Gaussian posterior of a guest's taste.

use ndarray::{Array2, ArrayView2};

use super::csr::Row;
use super::dense::gram::transposed_times;
use super::dense::{cholesky, dot};
use super::error::TrainingError;
use super::ials::{Ials, IalsParameters};
use super::rows::Penalty;

/// Offers' factors, made ready for folding in guests.
#[derive(Debug, Clone)]
pub struct FoldIn {
    offers: Array2<f64>,
    /// `α₀HᵀH`.
    unobserved: Array2<f64>,
    penalty: Penalty,
}

/// What a history says of a guest's taste.
#[derive(Debug, Clone, PartialEq)]
pub struct Taste {
    /// Mean `w`: its dot product with an offer's factors is the offer's score.
    pub mean: Vec<f64>,
    /// Precision `A`, symmetric, dimensions by dimensions, in units of one observed pair of weight
    /// 1.
    pub precision: Array2<f64>,
}

impl Taste {
    /// Variance of each axis given all others, `1 / A_kk`: the diagonal approximation that one-step
    /// updates of a guest keep (Chapelle and Li, "An empirical evaluation of Thompson sampling",
    /// NIPS 2011).
    pub fn variance(&self) -> Vec<f64> {
        self.precision.diag().iter().map(|precision| 1.0 / precision).collect()
    }
}

impl FoldIn {
    /// For offers' factors, one row an offer, trained with these parameters.
    ///
    /// # Errors
    /// [`TrainingError::Parameter`] where a parameter is out of its range,
    /// [`TrainingError::Shape`] where factors have other dimensions than the parameters say,
    /// [`TrainingError::NotFinite`] where a factor is not a finite number.
    pub fn new(offers: Array2<f64>, parameters: &IalsParameters) -> Result<Self, TrainingError> {
        parameters.check()?;
        let (wanted, found) = (parameters.dimensions, offers.ncols());
        if wanted != found {
            return Err(TrainingError::Shape { what: "dimensions", wanted, found });
        }
        if !offers.iter().all(|x| x.is_finite()) {
            return Err(TrainingError::NotFinite { what: "the factors of offers" });
        }
        let offers = offers.as_standard_layout().into_owned();
        let unobserved = transposed_times(offers.view(), offers.view()) * parameters.alpha0;
        Ok(Self { penalty: parameters.penalty(offers.nrows()), offers, unobserved })
    }

    /// For the offers of a trained model.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of(model: &Ials) -> Result<Self, TrainingError> {
        Self::new(model.offers().mapv(f64::from), model.parameters())
    }

    /// Offers' factors, one row an offer.
    pub fn offers(&self) -> ArrayView2<'_, f64> {
        self.offers.view()
    }

    /// The taste of a guest with these weights of offers. No history gives a mean of zero.
    ///
    /// # Errors
    /// [`TrainingError::Singular`] where weights are too large for double precision.
    ///
    /// # Panics
    /// Where the row has an offer that is none.
    pub fn taste(&self, history: Row<'_>) -> Result<Taste, TrainingError> {
        let d = self.offers.ncols();
        let mut precision = self.unobserved.clone();
        let mut mean = vec![0.0; d];
        for (offer, weight) in history.iter() {
            let h = self.offers.row(offer);
            for (k, h_k) in h.iter().enumerate() {
                let share = weight * h_k;
                mean[k] += share;
                precision.row_mut(k).iter_mut().zip(h).for_each(|(a, h)| *a += share * h);
            }
        }
        let mu = self.penalty.of(history.len());
        precision.diag_mut().iter_mut().for_each(|x| *x += mu);
        let mut factor: Vec<f64> = precision.iter().copied().collect();
        cholesky::factor(&mut factor, d, d).map_err(TrainingError::singular("a guest's taste"))?;
        cholesky::solve(&factor, d, &mut mean);
        Ok(Taste { mean, precision })
    }

    /// The scores of all offers for a taste, into `out`.
    ///
    /// # Panics
    /// Where `out` has not one place for each offer.
    pub fn score(&self, mean: &[f64], out: &mut [f64]) {
        assert_eq!(out.len(), self.offers.nrows(), "a place for each offer");
        let all = self.offers.as_slice().expect("laid out row by row when made");
        let lines = all.chunks_exact(mean.len().max(1));
        lines.zip(out).for_each(|(h, score)| *score = dot(mean, h));
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::domain::time::Timestamp;
    use crate::learn::embedding::interactions::{Event, Interactions};
    use crate::sys::rng::SplitMix64;

    fn published() -> FoldIn {
        let parameters = IalsParameters {
            dimensions: 2,
            alpha0: 0.1,
            lambda: 0.05,
            nu: 1.0,
            ..IalsParameters::default()
        };
        let offers = [[0.9, 0.1], [0.8, 0.3], [0.2, 0.9], [0.4, 0.7], [0.9, 0.0]];
        FoldIn::new(ndarray::arr2(&offers), &parameters).unwrap()
    }

    /// A4: algorithms 2.3.
    #[test]
    fn it_gives_the_published_factors_and_scores() {
        let fold_in = published();
        let first = fold_in.taste(Row::new(&[0, 1], &[1.0, 1.0])).unwrap();
        let second = fold_in.taste(Row::new(&[2], &[1.0])).unwrap();
        let wanted = [[0.918_606_15, 0.066_548_18], [-0.092_756_42, 0.901_486_74]];
        for (taste, wanted) in [&first, &second].into_iter().zip(wanted) {
            for (got, wanted) in taste.mean.iter().zip(wanted) {
                assert!((got - wanted).abs() < 1e-7, "{got} {wanted}");
            }
        }
        let mut scores = [0.0; 5];
        fold_in.score(&first.mean, &mut scores);
        let wanted = [0.833_400_35, 0.754_849_37, 0.243_614_59, 0.414_026_18, 0.826_745_53];
        for (got, wanted) in scores.iter().zip(wanted) {
            assert!((got - wanted).abs() < 1e-7, "{got} {wanted}");
        }
    }

    #[test]
    fn precision_grows_with_what_was_observed() {
        let fold_in = published();
        let none = fold_in.taste(Row::new(&[], &[])).unwrap();
        let once = fold_in.taste(Row::new(&[0], &[1.0])).unwrap();
        let often = fold_in.taste(Row::new(&[0], &[5.0])).unwrap();
        assert!(none.mean.iter().all(|x| x.abs() < 1e-15));
        for axis in 0..2 {
            assert!(none.variance()[axis] > once.variance()[axis]);
            assert!(once.variance()[axis] > often.variance()[axis]);
        }
        // The first offer says little of the second axis.
        assert!(often.variance()[0] < often.variance()[1]);
    }

    #[test]
    fn folding_in_is_what_training_would_give() {
        let mut rng = SplitMix64::new(4);
        let events = (0..900).map(|_| Event {
            guest: rng.below(90),
            offer: rng.below(40),
            weight: 0.5 + rng.unit(),
            time: Timestamp::EPOCH,
        });
        let data = Interactions::collect(events).unwrap();
        // Guests with fewer entries than dimensions, and with more.
        for dimensions in [4, 16] {
            let parameters = IalsParameters { dimensions, epochs: 4, ..IalsParameters::default() };
            let model = Ials::fit(&data, parameters, NonZeroUsize::MIN).unwrap();
            let all = model.fold_in(data.by_guest(), NonZeroUsize::MIN).unwrap();
            let fold_in = FoldIn::of(&model).unwrap();
            for (row, factors) in data.by_guest().rows().zip(all.rows()) {
                let taste = fold_in.taste(row).unwrap();
                for (got, wanted) in factors.iter().zip(&taste.mean) {
                    assert!((f64::from(*got) - wanted).abs() < 1e-5, "{got} {wanted}");
                }
            }
        }
    }

    #[test]
    fn factors_of_other_dimensions_or_without_a_number_are_refused() {
        let parameters = IalsParameters { dimensions: 2, ..IalsParameters::default() };
        let error = FoldIn::new(Array2::zeros((5, 3)), &parameters).unwrap_err();
        assert!(matches!(error, TrainingError::Shape { wanted: 2, found: 3, .. }), "{error}");
        let error = FoldIn::new(Array2::from_elem((5, 2), f64::NAN), &parameters).unwrap_err();
        assert!(matches!(error, TrainingError::NotFinite { .. }), "{error}");
    }
}
