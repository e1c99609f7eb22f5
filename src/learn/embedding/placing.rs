//! A trained model put into the space that guests' tastes are kept in.
//!
//! Tastes live on the axes of the offers' vectors in force. The model's factors, each brought to
//! length 1 as those are, are turned onto them ([`super::align`]); an offer the model knows
//! nothing of keeps its vector, which then still lies where guests' tastes expect it.

use ndarray::Array2;

use super::align::{Space, align};
use super::error::TrainingError;
use crate::domain::belief::{DIM, Vector};

/// Where a model's offers lie.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Vectors of length 1, by id of the offer, ascending.
    pub vectors: Vec<(String, Vector)>,
    /// How many offers both spaces have.
    pub common: usize,
    /// How far common offers moved, over their lengths: 0 for the same model, 1 and more where the
    /// spaces have nothing in common.
    pub relative_distance: f64,
}

/// Puts a model into the space of the vectors in force. `factors` has a row for each of `offers`, which
/// ascend, as those of `current` do.
///
/// # Errors
/// [`TrainingError`] where the model has more dimensions than the space, no offer in common with it,
/// or numbers that are none.
pub fn place(
    offers: &[String],
    factors: &Array2<f32>,
    current: &[(String, Vector)],
) -> Result<Placed, TrainingError> {
    let dimensions = factors.ncols();
    if dimensions > DIM {
        return Err(TrainingError::Shape { what: "dimensions", wanted: DIM, found: dimensions });
    }
    if factors.nrows() != offers.len() {
        let (wanted, found) = (offers.len(), factors.nrows());
        return Err(TrainingError::Shape { what: "rows of factors", wanted, found });
    }
    let (mut names, mut rows) = (Vec::new(), Vec::new());
    for (offer, row) in offers.iter().zip(factors.rows()) {
        let length = row.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        // An offer nobody had to do with has no place in the model.
        if length > 0.0 || !length.is_finite() {
            names.push(offer.clone());
            let scaled = row.iter().map(|x| f64::from(*x) / length).chain(std::iter::repeat(0.0));
            rows.extend(scaled.take(DIM).map(single));
        }
    }
    let shape = (names.len(), DIM);
    let mut new = Array2::from_shape_vec(shape, rows).expect("a row of each name");
    let (known, old) = current.iter().cloned().unzip::<_, _, Vec<String>, Vec<Vector>>();
    let old = Array2::from_shape_fn((known.len(), DIM), |(at, axis)| old[at][axis]);
    let alignment = align(
        Space { offers: &names, factors: new.view() },
        Space { offers: &known, factors: old.view() },
    )?;
    alignment.apply(&mut new, std::num::NonZeroUsize::MIN);
    let vectors = names.into_iter().zip(new.rows());
    Ok(Placed {
        vectors: vectors.map(|(name, row)| (name, std::array::from_fn(|axis| row[axis]))).collect(),
        common: alignment.moved.len(),
        relative_distance: alignment.relative_distance,
    })
}

#[expect(clippy::cast_possible_truncation, reason = "vectors are kept in single precision")]
fn single(x: f64) -> f32 {
    x as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn spaces(dimensions: usize) -> (Vec<String>, Array2<f32>, Vec<(String, Vector)>) {
        let mut rng = SplitMix64::new(5);
        let names: Vec<String> = (10..50).map(|at| format!("o{at}")).collect();
        let factors = Array2::from_shape_fn((40, dimensions), |_| single(rng.normal()));
        // In force is the same model: its lengths are 1, its axes in another order, one of them
        // turned round.
        let current = names.iter().zip(factors.rows()).map(|(name, row)| {
            let length = row.dot(&row).sqrt();
            let at = |axis: usize| row.get(dimensions - 1 - axis).map_or(0.0, |x| x / length);
            (
                name.clone(),
                std::array::from_fn(|axis| {
                    if axis == 0 {
                        -at(axis)
                    } else if axis < dimensions {
                        at(axis)
                    } else {
                        0.0
                    }
                }),
            )
        });
        let current = current.collect();
        (names, factors, current)
    }

    #[test]
    fn the_same_model_on_other_axes_is_turned_back() {
        for dimensions in [8, DIM] {
            let (names, factors, current) = spaces(dimensions);
            let placed = place(&names, &factors, &current).unwrap();
            assert_eq!((placed.common, placed.vectors.len()), (40, 40));
            assert!(placed.relative_distance < 1e-5, "{placed:?}");
            for ((name, was), (same, is)) in current.iter().zip(&placed.vectors) {
                assert_eq!(name, same);
                assert!(was.iter().zip(is).all(|(a, b)| (a - b).abs() < 1e-5));
            }
        }
    }

    #[test]
    fn an_offer_the_model_knows_nothing_of_has_no_place_and_strangers_are_refused() {
        let (names, mut factors, current) = spaces(8);
        factors.row_mut(3).fill(0.0);
        let placed = place(&names, &factors, &current).unwrap();
        assert_eq!(placed.vectors.len(), 39);
        assert!(placed.vectors.iter().all(|(name, _)| *name != names[3]));
        let strangers: Vec<String> = names.iter().map(|name| format!("x{name}")).collect();
        assert!(place(&strangers, &factors, &current).is_err());
        assert!(place(&names, &Array2::zeros((40, DIM + 1)), &current).is_err());
        factors[[1, 1]] = f32::NAN;
        assert!(place(&names, &factors, &current).is_err());
    }
}
