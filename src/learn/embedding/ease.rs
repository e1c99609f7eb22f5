//! EASE: which offers go with which, in one matrix inverse.
//!
//! Steck, "Embarrassingly shallow autoencoders for sparse data" (WWW 2019): of all matrices `B`
//! with a diagonal of zero, the one that best rebuilds guests' rows from themselves, with the loss
//! `‖X − XB‖² + λ‖B‖²`, is `B_ij = −P_ij / P_jj`, where `P = (XᵀX + λI)⁻¹`. A guest's scores are
//! `xB`. Entries of X are square roots of weights, so that an interaction of weight ω counts ω
//! times in the diagonal of `XᵀX`.
//!
//! `XᵀX` is all that is kept of the data ([`Cooccurrence`]): old data fades by a factor, new data
//! is added, and the inverse is taken anew. Memory is one matrix of offers by offers, so beyond
//! some ten thousand offers it is refused ([`MEMORY_LIMIT_BYTES`]).

use std::num::NonZeroUsize;

use ndarray::{Array2, ArrayView2};

use super::csr::Row;
use super::dense::inverse;
use super::error::{TrainingError, parameter};
use super::interactions::Interactions;
use super::parallel::for_each_chunk;

/// Most bytes of a matrix of offers by offers, unless a caller says otherwise: 11,180 offers.
pub const MEMORY_LIMIT_BYTES: u64 = 1_000_000_000;

/// The weights of pairs of offers: `XᵀX`, with old data faded.
#[derive(Debug, Clone, PartialEq)]
pub struct Cooccurrence {
    pairs: Array2<f64>,
}

impl Cooccurrence {
    /// Of no data, for so many offers, if the matrix stays within `memory_limit_bytes`.
    ///
    /// # Errors
    /// [`TrainingError::Memory`] where it does not.
    pub fn new(offers: usize, memory_limit_bytes: u64) -> Result<Self, TrainingError> {
        let needed = (offers as u128).saturating_mul(offers as u128).saturating_mul(8);
        if needed > u128::from(memory_limit_bytes) {
            let limit = memory_limit_bytes;
            return Err(TrainingError::Memory { items: offers, needed, limit });
        }
        Ok(Self { pairs: Array2::zeros((offers, offers)) })
    }

    /// Of weights that were summed elsewhere, symmetric.
    ///
    /// # Errors
    /// [`TrainingError::Shape`] where they are not offers by offers.
    pub fn of(pairs: Array2<f64>) -> Result<Self, TrainingError> {
        let (wanted, found) = pairs.dim();
        if wanted != found {
            return Err(TrainingError::Shape { what: "offers", wanted, found });
        }
        Ok(Self { pairs })
    }

    /// Lets all that was added so far fade to a share `retention`, above 0 and at most 1.
    ///
    /// # Errors
    /// [`TrainingError::Parameter`] where it is not.
    pub fn fade(&mut self, retention: f64) -> Result<(), TrainingError> {
        let wanted = "above 0 and at most 1";
        parameter("retention", retention, wanted, |share| share > 0.0 && share <= 1.0)?;
        self.pairs *= retention;
        Ok(())
    }

    /// Adds guests' rows. Data that was added before is not looked at again: a guest's pairs across
    /// two calls are not counted.
    ///
    /// # Errors
    /// [`TrainingError::Shape`] where offers are not as many as before.
    pub fn add<G, O>(
        &mut self,
        data: &Interactions<G, O>,
        threads: NonZeroUsize,
    ) -> Result<(), TrainingError> {
        let (wanted, found) = (self.pairs.nrows(), data.by_offer().height());
        if wanted != found {
            return Err(TrainingError::Shape { what: "offers", wanted, found });
        }
        // Row i is the sum of the rows of offer i's guests: no two threads write one row, and each
        // adds in the order of guests.
        let cells = self.pairs.as_slice_mut().expect("an owned square matrix is contiguous");
        let (by_guest, by_offer) = (data.by_guest(), data.by_offer());
        for_each_chunk(
            threads,
            cells,
            wanted,
            || (),
            |(), offer, cells| {
                for (guest, weight) in by_offer.row(offer).iter() {
                    let root = weight.sqrt();
                    for (other, weight) in by_guest.row(guest).iter() {
                        cells[other] += root * weight.sqrt();
                    }
                }
            },
        );
        Ok(())
    }

    /// The same for another list of offers: `places` tells for each new offer which one it was,
    /// `None` if it is new. What is known of offers that are gone is dropped.
    ///
    /// # Errors
    /// [`TrainingError::Memory`] as [`new`](Self::new).
    ///
    /// # Panics
    /// Where a place is not below the number of offers.
    pub fn moved(
        &self,
        places: &[Option<usize>],
        memory_limit_bytes: u64,
    ) -> Result<Self, TrainingError> {
        let mut moved = Self::new(places.len(), memory_limit_bytes)?;
        for ((i, j), cell) in moved.pairs.indexed_iter_mut() {
            if let (Some(i), Some(j)) = (places[i], places[j]) {
                *cell = self.pairs[[i, j]];
            }
        }
        Ok(moved)
    }

    /// The weights: symmetric, offers by offers.
    pub fn pairs(&self) -> ArrayView2<'_, f64> {
        self.pairs.view()
    }
}

/// A trained EASE model.
#[derive(Debug, Clone, PartialEq)]
pub struct Ease {
    weights: Array2<f64>,
}

impl Ease {
    /// Trains with regularisation `lambda`, above 0. The co-occurrence's memory becomes the
    /// model's.
    ///
    /// # Errors
    /// [`TrainingError::Parameter`] where `lambda` is not above 0; [`TrainingError::Singular`]
    /// where it is too small for the data in double precision.
    pub fn fit(
        cooccurrence: Cooccurrence,
        lambda: f64,
        threads: NonZeroUsize,
    ) -> Result<Self, TrainingError> {
        parameter("ease.lambda", lambda, "above 0", |lambda| lambda > 0.0)?;
        let mut weights = cooccurrence.pairs;
        weights.diag_mut().iter_mut().for_each(|x| *x += lambda);
        let n = weights.nrows();
        let cells = weights.as_slice_mut().expect("an owned square matrix is contiguous");
        inverse::invert(cells, n, threads).map_err(TrainingError::singular("EASE"))?;
        let diagonal = weights.diag().to_vec();
        for (mut row, i) in weights.rows_mut().into_iter().zip(0..) {
            row.iter_mut().zip(&diagonal).for_each(|(x, p)| *x = -*x / p);
            row[i] = 0.0;
        }
        Ok(Self { weights })
    }

    /// `B`: the row of an offer is what having it adds to the score of each other.
    pub fn weights(&self) -> ArrayView2<'_, f64> {
        self.weights.view()
    }

    /// The scores of all offers for a guest, `xB`, into `out`.
    ///
    /// # Panics
    /// Where `out` has not one place for each offer, or the row an offer that is none.
    pub fn score(&self, row: Row<'_>, out: &mut [f64]) {
        assert_eq!(out.len(), self.weights.ncols(), "a place for each offer");
        out.fill(0.0);
        for (offer, weight) in row.iter() {
            let root = weight.sqrt();
            let line = self.weights.row(offer);
            out.iter_mut().zip(line).for_each(|(score, b)| *score += root * b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;
    use crate::learn::embedding::interactions::Event;

    const ONE: NonZeroUsize = NonZeroUsize::MIN;

    fn data(rows: &[&str], weight: f64) -> Interactions<usize, usize> {
        let event = |guest, offer| Event { guest, offer, weight, time: Timestamp::EPOCH };
        let events = rows.iter().enumerate().flat_map(|(guest, row)| {
            let marks = row.chars().enumerate().filter(|(_, mark)| *mark == '1');
            marks.map(move |(offer, _)| event(guest, offer))
        });
        Interactions::collect(events).unwrap()
    }

    fn published() -> Interactions<usize, usize> {
        data(&["11001", "10100", "01110", "11011", "00110", "10001"], 1.0)
    }

    fn cooccurrence(data: &Interactions<usize, usize>) -> Cooccurrence {
        let mut pairs = Cooccurrence::new(data.offers().len(), MEMORY_LIMIT_BYTES).unwrap();
        pairs.add(data, ONE).unwrap();
        pairs
    }

    /// A4: algorithms 2.2.
    #[test]
    fn it_gives_the_published_weights_and_scores() {
        let data = published();
        let ease = Ease::fit(cooccurrence(&data), 1.0, ONE).unwrap();
        let first = [0.0, 0.137_614_68, 0.312_5, -0.137_614_68, 0.531_914_89];
        let last = [0.714_285_71, 0.302_752_29, -0.375, 0.165_137_61, 0.0];
        for (row, wanted) in [(0, first), (4, last)] {
            for (got, wanted) in ease.weights().row(row).iter().zip(wanted) {
                assert!((got - wanted).abs() < 1e-8, "{got} {wanted}");
            }
        }
        let mut scores = [f64::NAN; 5];
        ease.score(data.by_guest().row(0), &mut scores);
        let wanted = [0.857_142_86, 0.440_366_97, -0.031_25, 0.403_669_72, 0.765_957_45];
        for (got, wanted) in scores.iter().zip(wanted) {
            assert!((got - wanted).abs() < 1e-8, "{got} {wanted}");
        }
    }

    #[test]
    fn a_weight_counts_as_so_many_guests_and_fading_divides_it() {
        let twice = cooccurrence(&data(&["110", "110", "011", "011"], 1.0));
        let heavy = cooccurrence(&data(&["110", "011"], 2.0));
        let mut faded = cooccurrence(&data(&["110", "011"], 8.0));
        faded.fade(0.25).unwrap();
        for other in [&heavy, &faded] {
            let close = twice.pairs.iter().zip(&other.pairs).all(|(a, b)| (a - b).abs() < 1e-12);
            assert!(close, "{other:?}");
        }
        assert!(faded.fade(0.0).is_err() && faded.fade(1.1).is_err());
    }

    #[test]
    fn data_added_in_parts_by_any_number_of_threads_is_data_added_at_once() {
        let all = cooccurrence(&published());
        let mut parts = Cooccurrence::new(5, MEMORY_LIMIT_BYTES).unwrap();
        for rows in [["11001", "10100", "01110"], ["11011", "00110", "10001"]] {
            parts.add(&data(&rows, 1.0), NonZeroUsize::new(3).unwrap()).unwrap();
        }
        assert_eq!(all, parts);
        let moved = all.moved(&[Some(4), None, Some(0)], MEMORY_LIMIT_BYTES).unwrap();
        assert_eq!(moved.pairs[[0, 2]].to_bits(), all.pairs[[4, 0]].to_bits());
        assert_eq!(moved.pairs[[1, 2]].to_bits(), 0);
    }

    #[test]
    fn too_many_offers_are_refused_and_told_of_the_other_model() {
        let error = Cooccurrence::new(10_000, 700_000_000).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("800000000 bytes") && text.contains("iALS"), "{text}");
        assert!(Cooccurrence::new(usize::MAX, u64::MAX).is_err());
    }

    #[test]
    fn a_lambda_that_is_not_above_zero_is_refused_by_name() {
        for lambda in [0.0, -1.0, f64::NAN] {
            let error = Ease::fit(cooccurrence(&published()), lambda, ONE).unwrap_err();
            assert!(error.to_string().contains("ease.lambda"), "{error}");
        }
    }
}
