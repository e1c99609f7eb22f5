//! iALS: factors of guests and offers from what was observed and all that was not.
//!
//! Hu, Koren, Volinsky, "Collaborative filtering for implicit feedback datasets" (ICDM 2008), with
//! the frequency-scaled regularisation of Rendle, Krichene, Zhang, Koren, "Revisiting the
//! performance of iALS on item recommendation benchmarks" (Recommender Systems 2022):
//!
//! ```text
//! L = Σ_{(u,i) observed} ω(w_u·h_i − 1)² + α₀ Σ_u Σ_i (w_u·h_i)²
//!     + λ (Σ_u #_u^ν ‖w_u‖² + Σ_i #_i^ν ‖h_i‖²),    #_u = |I_u| + α₀|I|,  #_i = |U_i| + α₀|U|
//! ```
//!
//! Each side in turn is solved exactly, so that the loss falls with every half epoch
//! (`rows`). Factors are in single precision. The same data, parameters and seed give the
//! same bits with any number of threads.

use std::num::NonZeroUsize;

use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

use crate::sys::rng::SplitMix64;

use super::csr::Csr;
use super::dense::gram::gram;
use super::error::{TrainingError, parameter};
use super::interactions::Interactions;
use super::rows::{self, Penalty};

/// Standard deviation of a new factor's length: entries are drawn from N(0, σ*²/d).
const INIT_LENGTH: f64 = 0.1;
/// Most dimensions: principal axes are found anew in each half epoch.
const DIMENSIONS_MAX: usize = 512;

/// Hyper-parameters of iALS.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IalsParameters {
    /// Dimensions `d` of the space, 1 to 512.
    pub dimensions: usize,
    /// Weight `α₀` of a pair that was not observed, above 0; an observed one has its weight on top.
    pub alpha0: f64,
    /// Regularisation `λ`, above 0.
    pub lambda: f64,
    /// Exponent `ν`, 0 to 1, of a guest's or offer's frequency in its regularisation.
    pub nu: f64,
    /// Times that both sides are solved.
    pub epochs: u32,
    /// Seed of the first factors.
    pub seed: u64,
}

impl Default for IalsParameters {
    fn default() -> Self {
        Self { dimensions: 32, alpha0: 0.1, lambda: 0.01, nu: 1.0, epochs: 16, seed: 1 }
    }
}

impl IalsParameters {
    /// Checks ranges.
    ///
    /// # Errors
    /// [`TrainingError::Parameter`] naming the first that is out of its range.
    #[expect(clippy::cast_precision_loss, reason = "for a message and a small range")]
    pub fn check(&self) -> Result<(), TrainingError> {
        let most = DIMENSIONS_MAX as f64;
        let dimensions = self.dimensions as f64;
        parameter("ials.dimensions", dimensions, "1 to 512", |d| (1.0..=most).contains(&d))?;
        parameter("ials.alpha0", self.alpha0, "above 0", |alpha0| alpha0 > 0.0)?;
        parameter("ials.lambda", self.lambda, "above 0", |lambda| lambda > 0.0)?;
        parameter("ials.nu", self.nu, "0 to 1", |nu| (0.0..=1.0).contains(&nu))?;
        parameter("ials.epochs", f64::from(self.epochs), "1 or more", |epochs| epochs >= 1.0)
    }

    /// The regularisation of a side that is solved for `others` fixed rows.
    pub(super) fn penalty(&self, others: usize) -> Penalty {
        Penalty { alpha0: self.alpha0, lambda: self.lambda, nu: self.nu, others }
    }
}

/// A trained iALS model. A guest's score of an offer is the dot product of their factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Ials {
    parameters: IalsParameters,
    guests: Array2<f32>,
    offers: Array2<f32>,
}

impl Ials {
    /// Trains on weights of guests by offers.
    ///
    /// # Errors
    /// [`TrainingError::Parameter`]; [`TrainingError::Singular`] and [`TrainingError::NotFinite`]
    /// where weights are so uneven that single precision does not hold them.
    pub fn fit<G, O>(
        data: &Interactions<G, O>,
        parameters: IalsParameters,
        threads: NonZeroUsize,
    ) -> Result<Self, TrainingError> {
        parameters.check()?;
        let (by_guest, by_offer) = (data.by_guest(), data.by_offer());
        let mut offers = first_factors(by_offer.height(), &parameters);
        let mut guests = Array2::zeros((0, parameters.dimensions));
        for _ in 0..parameters.epochs {
            guests = solve(by_guest, &mut offers, &parameters, threads)?;
            offers = solve(by_offer, &mut guests, &parameters, threads)?;
        }
        if !(all_finite(&guests) && all_finite(&offers)) {
            return Err(TrainingError::NotFinite { what: "the factors of iALS" });
        }
        Ok(Self { parameters, guests, offers })
    }

    /// The hyper-parameters it was trained with.
    pub fn parameters(&self) -> &IalsParameters {
        &self.parameters
    }

    /// Factors of the guests trained on, one row a guest, as they were when the offers' factors
    /// were solved last. For measuring use [`fold_in`](Self::fold_in).
    pub fn guests(&self) -> ArrayView2<'_, f32> {
        self.guests.view()
    }

    /// Factors of the offers, one row an offer.
    pub fn offers(&self) -> ArrayView2<'_, f32> {
        self.offers.view()
    }

    /// Factors of any guests, one row each, the offers' being fixed: what the next half epoch would
    /// give.
    ///
    /// # Errors
    /// [`TrainingError::Shape`] where rows are not as wide as there are offers; and as
    /// [`fit`](Self::fit).
    pub fn fold_in(
        &self,
        guests: &Csr,
        threads: NonZeroUsize,
    ) -> Result<Array2<f32>, TrainingError> {
        let (wanted, found) = (self.offers.nrows(), guests.width());
        if wanted != found {
            return Err(TrainingError::Shape { what: "offers", wanted, found });
        }
        let penalty = self.parameters.penalty(wanted);
        rows::solve_in_place(guests, self.offers.view(), penalty, threads)
            .map_err(TrainingError::singular("factors of guests"))
    }

    /// The loss `L` on the data it was trained on.
    pub fn loss<G, O>(&self, data: &Interactions<G, O>, threads: NonZeroUsize) -> f64 {
        let observed: f64 = data
            .by_guest()
            .rows()
            .zip(self.guests.rows())
            .flat_map(|(row, w)| row.iter().map(move |(offer, weight)| (offer, weight, w)))
            .map(|(offer, weight, w)| {
                let products = w.iter().zip(self.offers.row(offer));
                let score: f64 = products.map(|(w, h)| f64::from(*w) * f64::from(*h)).sum();
                weight * (score - 1.0) * (score - 1.0)
            })
            .sum();
        let grams = gram(self.guests.view(), threads) * gram(self.offers.view(), threads);
        let side = |matrix: &Csr, factors: &Array2<f32>| -> f64 {
            let penalty = self.parameters.penalty(matrix.width());
            let lengths = factors.rows().into_iter().map(|f| f.iter().map(square).sum::<f64>());
            matrix.rows().zip(lengths).map(|(row, length)| penalty.of(row.len()) * length).sum()
        };
        observed
            + self.parameters.alpha0 * grams.sum()
            + side(data.by_guest(), &self.guests)
            + side(data.by_offer(), &self.offers)
    }
}

fn square(x: &f32) -> f64 {
    f64::from(*x) * f64::from(*x)
}

fn all_finite(factors: &Array2<f32>) -> bool {
    factors.iter().all(|x| x.is_finite())
}

fn solve(
    entries: &Csr,
    fixed: &mut Array2<f32>,
    parameters: &IalsParameters,
    threads: NonZeroUsize,
) -> Result<Array2<f32>, TrainingError> {
    rows::solve(entries, fixed, parameters.penalty(entries.width()), threads)
        .map_err(TrainingError::singular("factors of iALS"))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers")]
fn first_factors(rows: usize, parameters: &IalsParameters) -> Array2<f32> {
    let mut rng = SplitMix64::new(parameters.seed);
    let scale = INIT_LENGTH / (parameters.dimensions as f64).sqrt();
    Array2::from_shape_simple_fn((rows, parameters.dimensions), || (scale * rng.normal()) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;
    use crate::learn::embedding::interactions::Event;

    const ONE: NonZeroUsize = NonZeroUsize::MIN;

    /// Guests of two kinds, who each like one half of the offers, and a few with many offers.
    fn data() -> Interactions<usize, usize> {
        let mut rng = SplitMix64::new(9);
        let mut events = Vec::new();
        for guest in 0..300 {
            let count = if guest % 50 == 0 { 30 } else { 2 + rng.below(6) };
            for _ in 0..count {
                let half = if rng.chance(0.9) { guest % 2 } else { rng.below(2) };
                let offer = 30 * half + rng.below(30);
                events.push(Event { guest, offer, weight: 1.0, time: Timestamp::EPOCH });
            }
        }
        Interactions::collect(events).unwrap()
    }

    #[test]
    fn every_epoch_lowers_the_loss() {
        let data = data();
        let mut before = f64::INFINITY;
        for epochs in 1..6 {
            let parameters = IalsParameters { dimensions: 8, epochs, ..IalsParameters::default() };
            let loss = Ials::fit(&data, parameters, ONE).unwrap().loss(&data, ONE);
            assert!(loss < before, "{loss} after {before}");
            before = loss;
        }
        let nothing = data.summary().pairs as f64;
        assert!(before < 0.6 * nothing, "{before} of {nothing}");
    }

    #[test]
    fn a_solved_side_is_the_minimum_of_the_loss() {
        let data = data();
        for (dimensions, nu) in [(5, 1.0), (40, 0.0), (40, 0.7)] {
            let parameters =
                IalsParameters { dimensions, nu, epochs: 3, ..IalsParameters::default() };
            let model = Ials::fit(&data, parameters, ONE).unwrap();
            let best = model.loss(&data, ONE);
            let mut rng = SplitMix64::new(2);
            for _ in 0..20 {
                let mut other = model.clone();
                let at = [rng.below(other.offers.nrows()), rng.below(dimensions)];
                other.offers[at] += if rng.chance(0.5) { 0.01 } else { -0.01 };
                let loss = other.loss(&data, ONE);
                assert!(loss > best, "{dimensions} {nu}: {loss} below {best}");
            }
        }
    }

    #[test]
    fn guests_like_the_half_that_those_like_them_like() {
        let data = data();
        let parameters = IalsParameters { dimensions: 8, ..IalsParameters::default() };
        let model = Ials::fit(&data, parameters, ONE).unwrap();
        let mut right = 0;
        for (guest, w) in model.guests().rows().into_iter().enumerate() {
            let half = |offers: std::ops::Range<usize>| -> f32 {
                offers.map(|offer| w.dot(&model.offers().row(offer))).sum()
            };
            right += usize::from((half(0..30) > half(30..60)) == (guest % 2 == 0));
        }
        assert!(right > 285, "{right} of 300");
    }

    #[test]
    fn the_same_seed_gives_the_same_bits_with_any_number_of_threads() {
        let data = data();
        let fit = |seed, threads| {
            let parameters =
                IalsParameters { dimensions: 12, epochs: 3, seed, ..IalsParameters::default() };
            Ials::fit(&data, parameters, NonZeroUsize::new(threads).unwrap()).unwrap()
        };
        let bits = |model: &Ials| -> Vec<u32> {
            model.offers().iter().chain(model.guests()).map(|x| x.to_bits()).collect()
        };
        assert_eq!(bits(&fit(1, 1)), bits(&fit(1, 3)));
        assert_ne!(bits(&fit(1, 1)), bits(&fit(2, 1)));
    }

    #[test]
    fn a_weight_counts_as_so_many_guests_on_the_other_side() {
        let event = |guest, offer, weight| Event { guest, offer, weight, time: Timestamp::EPOCH };
        let parameters =
            IalsParameters { dimensions: 2, epochs: 30, nu: 0.0, ..IalsParameters::default() };
        let score = |weight| {
            let events =
                [event(0, 0, 1.0), event(0, 1, weight), event(1, 1, 1.0), event(1, 2, 1.0)];
            let model =
                Ials::fit(&Interactions::collect(events).unwrap(), parameters, ONE).unwrap();
            model.guests().row(0).dot(&model.offers().row(1))
        };
        assert!(score(1.0) < score(5.0) && score(5.0) < 1.0);
    }

    #[test]
    fn weights_however_uneven_give_finite_factors_or_a_typed_error() {
        let mut rng = SplitMix64::new(6);
        for round in 0..40 {
            let span = f64::from(round % 10);
            let events: Vec<_> = (0..400)
                .map(|_| Event {
                    guest: rng.below(40),
                    offer: rng.below(25),
                    weight: libm::exp10(span * (2.0 * rng.unit() - 1.0)).min(1e9),
                    time: Timestamp::EPOCH,
                })
                .collect();
            let data = Interactions::collect(events).unwrap();
            let lambda = [1e-12, 1e-6, 0.01, 1e3][round as usize / 10];
            let parameters =
                IalsParameters { dimensions: 16, lambda, epochs: 4, ..IalsParameters::default() };
            match Ials::fit(&data, parameters, ONE) {
                Ok(model) => assert!(model.loss(&data, ONE).is_finite(), "{span} {lambda}"),
                Err(error) => assert!(
                    span > 5.0
                        && matches!(
                            error,
                            TrainingError::Singular { .. } | TrainingError::NotFinite { .. }
                        ),
                    "{error}"
                ),
            }
        }
    }

    #[test]
    fn parameters_out_of_range_are_refused_by_name() {
        let good = IalsParameters::default();
        for (parameters, name) in [
            (IalsParameters { dimensions: 0, ..good }, "ials.dimensions"),
            (IalsParameters { alpha0: 0.0, ..good }, "ials.alpha0"),
            (IalsParameters { lambda: f64::NAN, ..good }, "ials.lambda"),
            (IalsParameters { nu: 1.1, ..good }, "ials.nu"),
            (IalsParameters { epochs: 0, ..good }, "ials.epochs"),
        ] {
            let error = Ials::fit(&data(), parameters, ONE).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
