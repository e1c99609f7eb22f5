//! Where a new offer lies before anybody had to do with it: by what is said of it.
//!
//! Ridge regression (Hoerl and Kennard 1970) of the factors of trained offers on their words (tags,
//! category, attributes): `B = (XᵀX + λI₀)⁻¹XᵀH`, a row of X being 1 for the intercept, which is
//! not penalised, and 1 for each word of the offer. A new offer's factors are the intercept plus
//! the coefficients of its words.

use std::collections::BTreeSet;

use ndarray::{Array2, ArrayView2};

use super::dense::{cholesky, dot};
use super::error::{TrainingError, parameter};

/// Factors of offers from their words.
#[derive(Debug, Clone, PartialEq)]
pub struct Attributes {
    words: Vec<String>,
    /// Intercept, then one row a word.
    coefficients: Array2<f32>,
    explained: f64,
}

/// Factors that words foretell.
#[derive(Debug, Clone, PartialEq)]
pub struct Foretold {
    /// The factors.
    pub factors: Vec<f32>,
    /// Words that no trained offer had, which say nothing.
    pub unknown: usize,
}

impl Attributes {
    /// Fits the factors of offers, one row an offer, to the words of each; `lambda` is above 0.
    ///
    /// # Errors
    /// [`TrainingError::Parameter`] where `lambda` is not above 0, [`TrainingError::Shape`] where
    /// there are not as many lists of words as offers, [`TrainingError::Empty`] where there are no
    /// offers, [`TrainingError::NotFinite`] where a factor is not a finite number.
    pub fn fit(
        words_of: &[Vec<String>],
        factors: ArrayView2<'_, f32>,
        lambda: f64,
    ) -> Result<Self, TrainingError> {
        parameter("attributes.lambda", lambda, "above 0", |lambda| lambda > 0.0)?;
        let (wanted, found) = (factors.nrows(), words_of.len());
        if wanted != found {
            return Err(TrainingError::Shape { what: "lists of words", wanted, found });
        }
        if wanted == 0 {
            return Err(TrainingError::Empty(" to learn attributes from"));
        }
        if !factors.iter().all(|x| x.is_finite()) {
            return Err(TrainingError::NotFinite { what: "the factors of offers" });
        }
        let words: Vec<String> =
            words_of.iter().flatten().collect::<BTreeSet<_>>().into_iter().cloned().collect();
        let rows: Vec<Vec<usize>> = words_of.iter().map(|offer| places(&words, offer).0).collect();
        let n = words.len() + 1;
        let factor = factored(&rows, n, lambda)?;
        // One right-hand side an axis; also of length n.
        let coefficients: Vec<Vec<f64>> = factors
            .columns()
            .into_iter()
            .map(|axis| {
                let mut b = vec![0.0; n];
                for (row, h) in rows.iter().zip(axis) {
                    row.iter().for_each(|place| b[*place] += f64::from(*h));
                }
                cholesky::solve(&factor, n, &mut b);
                b
            })
            .collect();
        let explained = explained(&rows, &factor, &coefficients, factors);
        #[expect(clippy::cast_possible_truncation, reason = "factors are in single precision")]
        let coefficients = Array2::from_shape_fn((n, factors.ncols()), |(word, axis)| {
            coefficients[axis][word] as f32
        });
        Ok(Self { words, coefficients, explained })
    }

    /// From words, ascending, and their coefficients: the intercept's row first, then one a word.
    ///
    /// # Errors
    /// [`TrainingError::Shape`] where there is not one row more than words,
    /// [`TrainingError::Order`] where words are not ascending.
    pub fn new(
        words: Vec<String>,
        coefficients: Array2<f32>,
        explained: f64,
    ) -> Result<Self, TrainingError> {
        let (wanted, found) = (words.len() + 1, coefficients.nrows());
        if wanted != found {
            return Err(TrainingError::Shape { what: "rows of coefficients", wanted, found });
        }
        if !words.is_sorted_by(|a, b| a < b) {
            return Err(TrainingError::Order { what: "words of attributes" });
        }
        Ok(Self { words, coefficients, explained })
    }

    /// The words that were seen, ascending.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Intercept, then one row a word.
    pub fn coefficients(&self) -> ArrayView2<'_, f32> {
        self.coefficients.view()
    }

    /// Share of the offers' variance around their mean that words foretell of an offer they were
    /// not fitted to (leave one out): 1 at best; below 0 the mean of all offers is the better
    /// guess.
    pub fn explained(&self) -> f64 {
        self.explained
    }

    /// The factors of an offer with these words. A word counts once.
    pub fn foretell(&self, words: &[String]) -> Foretold {
        let (places, unknown) = places(&self.words, words);
        let mut factors = vec![0.0; self.coefficients.ncols()];
        for place in places {
            let line = self.coefficients.row(place);
            factors.iter_mut().zip(line).for_each(|(x, b)| *x += b);
        }
        Foretold { factors, unknown }
    }
}

/// Columns of X with a one: the intercept and each different word that is known; and how many are
/// not.
fn places(known: &[String], words: &[String]) -> (Vec<usize>, usize) {
    let different: BTreeSet<&String> = words.iter().collect();
    let places = different.iter().filter_map(|word| known.binary_search(word).ok());
    let places: Vec<usize> = std::iter::once(0).chain(places.map(|at| at + 1)).collect();
    let unknown = different.len() + 1 - places.len();
    (places, unknown)
}

/// The Cholesky factor of `XᵀX + λI₀`.
fn factored(rows: &[Vec<usize>], n: usize, lambda: f64) -> Result<Vec<f64>, TrainingError> {
    let mut equations = vec![0.0; n * n];
    for row in rows {
        for i in row {
            row.iter().filter(|j| i <= j).for_each(|j| equations[i * n + j] += 1.0);
        }
    }
    equations.iter_mut().step_by(n + 1).skip(1).for_each(|x| *x += lambda);
    cholesky::factor(&mut equations, n, n).map_err(TrainingError::singular("attributes"))?;
    Ok(equations)
}

/// Of each offer, how far off words (and the mean of the others) are when fitted without it: the
/// residual over `1 − x(XᵀX + λI₀)⁻¹xᵀ` (Allen's PRESS, 1974).
fn explained(
    rows: &[Vec<usize>],
    factor: &[f64],
    coefficients: &[Vec<f64>],
    factors: ArrayView2<'_, f32>,
) -> f64 {
    let n = coefficients.first().map_or(0, Vec::len);
    #[expect(clippy::cast_precision_loss, reason = "a number of offers")]
    let offers = rows.len() as f64;
    let means: Vec<f64> = factors
        .columns()
        .into_iter()
        .map(|axis| axis.iter().map(|x| f64::from(*x)).sum::<f64>() / offers)
        .collect();
    let (mut missed, mut spread) = (0.0, 0.0);
    for (row, h) in rows.iter().zip(factors.rows()) {
        let mut x = vec![0.0; n];
        row.iter().for_each(|place| x[*place] = 1.0);
        cholesky::forward(factor, n, &mut x);
        let left_out = (1.0 - dot(&x, &x)).max(f64::EPSILON);
        let mean_left_out = (1.0 - 1.0 / offers).max(f64::EPSILON);
        for ((h, b), mean) in h.iter().zip(coefficients).zip(&means) {
            let h = f64::from(*h);
            let residual = (h - row.iter().map(|place| b[*place]).sum::<f64>()) / left_out;
            let around = (h - mean) / mean_left_out;
            missed += residual * residual;
            spread += around * around;
        }
    }
    if spread > 0.0 { 1.0 - missed / spread } else { 0.0 }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "test data")]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    /// Offers that are the sum of their words' directions, give or take noise.
    fn offers(noise: f64, rng: &mut SplitMix64) -> (Vec<Vec<String>>, Array2<f32>, Array2<f64>) {
        let directions = Array2::from_shape_simple_fn((6, 4), || rng.normal());
        let mut lists = Vec::new();
        let mut factors = Array2::zeros((200, 4));
        for mut h in factors.rows_mut() {
            let has: Vec<usize> = (0..6).filter(|_| rng.chance(0.4)).collect();
            for word in &has {
                h.iter_mut().zip(directions.row(*word)).for_each(|(x, d)| *x += *d as f32);
            }
            h.iter_mut().for_each(|x| *x += (0.5 + noise * rng.normal()) as f32);
            lists.push(has.iter().map(|word| format!("tag:{word}")).collect());
        }
        (lists, factors, directions)
    }

    #[test]
    fn a_new_offer_lies_where_its_words_point() {
        let (lists, factors, directions) = offers(0.0, &mut SplitMix64::new(2));
        let model = Attributes::fit(&lists, factors.view(), 1e-6).unwrap();
        assert!(model.explained() > 0.999, "{}", model.explained());
        let told = model.foretell(&words(&["tag:4", "tag:1", "tag:4", "tag:none"]));
        assert_eq!(told.unknown, 1);
        for axis in 0..4 {
            let wanted = 0.5 + directions[[1, axis]] + directions[[4, axis]];
            assert!((f64::from(told.factors[axis]) - wanted).abs() < 1e-4);
        }
        let nothing = model.foretell(&[]);
        assert!(nothing.factors.iter().all(|x| (x - 0.5).abs() < 1e-4), "{nothing:?}");
    }

    #[test]
    fn leaving_one_out_by_formula_is_leaving_one_out() {
        let (lists, factors, _) = offers(1.0, &mut SplitMix64::new(3));
        let (lists, factors) = (&lists[..25], factors.slice(ndarray::s![..25, ..]));
        let model = Attributes::fit(lists, factors, 2.0).unwrap();
        let (mut missed, mut spread) = (0.0, 0.0);
        for out in 0..25 {
            let rest: Vec<usize> = (0..25).filter(|at| *at != out).collect();
            let others: Vec<_> = rest.iter().map(|at| lists[*at].clone()).collect();
            let fitted = factors.select(ndarray::Axis(0), &rest);
            let told = Attributes::fit(&others, fitted.view(), 2.0).unwrap().foretell(&lists[out]);
            for axis in 0..4 {
                let h = factors[[out, axis]];
                missed += f64::from(h - told.factors[axis]).powi(2);
                let mean = fitted.column(axis).iter().map(|x| f64::from(*x)).sum::<f64>() / 24.0;
                spread += (f64::from(h) - mean).powi(2);
            }
        }
        let wanted = 1.0 - missed / spread;
        assert!((model.explained() - wanted).abs() < 1e-5, "{} {wanted}", model.explained());
    }

    #[test]
    fn words_that_say_nothing_are_not_believed() {
        let (_, factors, _) = offers(1.0, &mut SplitMix64::new(5));
        let mut rng = SplitMix64::new(6);
        let lists: Vec<_> = (0..200)
            .map(|_| words(&["a", "b", "c"]).into_iter().filter(|_| rng.chance(0.5)).collect())
            .collect();
        let model = Attributes::fit(&lists, factors.view(), 10.0).unwrap();
        assert!(model.explained() < 0.05, "{}", model.explained());
        // Not believed at all, they leave the mean of all offers.
        let told = Attributes::fit(&lists, factors.view(), 1e12).unwrap().foretell(&words(&["a"]));
        for (x, axis) in told.factors.iter().zip(factors.columns()) {
            assert!((x - axis.mean().unwrap()).abs() < 1e-5);
        }
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let factors = Array2::<f32>::ones((2, 3));
        let lists = vec![words(&["a"]), words(&[])];
        assert!(Attributes::fit(&lists, factors.view(), 0.0).is_err());
        assert!(Attributes::fit(&lists[..1], factors.view(), 1.0).is_err());
        assert!(Attributes::fit(&[], Array2::zeros((0, 3)).view(), 1.0).is_err());
        assert!(Attributes::new(words(&["b", "a"]), Array2::zeros((3, 2)), 0.0).is_err());
        assert!(Attributes::new(words(&["a", "b"]), Array2::zeros((2, 2)), 0.0).is_err());
    }
}
