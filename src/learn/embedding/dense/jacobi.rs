//! Singular values and vectors of small square matrices.
//!
//! One-sided Jacobi (Hestenes 1958; Demmel and Veselić, "Jacobi's method is more accurate than QR",
//! 1992): pairs of columns are rotated until all are at right angles; their lengths are the
//! singular values. Of a symmetric positive semi-definite matrix these are the eigenvalues, and the
//! right vectors the eigenvectors.

use ndarray::{Array2, ArrayView2};

use super::dot;

/// Most rounds over all pairs. A dozen is much for matrices of some hundred columns.
const SWEEPS_MAX: u32 = 60;

/// `A = U · diag(σ) · Vᵀ`, σ descending, U and V orthogonal.
#[derive(Debug, Clone, PartialEq)]
pub struct Svd {
    /// Left singular vectors, one a column.
    pub u: Array2<f64>,
    /// Singular values, largest first.
    pub sigma: Vec<f64>,
    /// Right singular vectors, one a column.
    pub v: Array2<f64>,
}

/// The singular value decomposition of a square matrix of finite numbers.
///
/// Where a singular value vanishes its left vector is any that completes the others.
///
/// # Panics
/// Where the matrix is not square.
pub fn svd(a: ArrayView2<'_, f64>) -> Svd {
    let n = a.nrows();
    assert_eq!(n, a.ncols(), "a square matrix");
    // Columns as rows, so that they are contiguous.
    let mut work: Vec<Vec<f64>> = a.columns().into_iter().map(|c| c.to_vec()).collect();
    let mut right: Vec<Vec<f64>> = unit_vectors(n).collect();
    for _ in 0..SWEEPS_MAX {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                if let Some((c, s)) = rotation(&work[p], &work[q]) {
                    rotate(&mut work, (p, q), (c, s));
                    rotate(&mut right, (p, q), (c, s));
                    rotated = true;
                }
            }
        }
        if !rotated {
            break;
        }
    }
    let lengths: Vec<f64> = work.iter().map(|column| dot(column, column).sqrt()).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| lengths[*b].total_cmp(&lengths[*a]));
    let sigma: Vec<f64> = order.iter().map(|at| lengths[*at]).collect();
    #[expect(clippy::cast_precision_loss, reason = "a small number of rows")]
    let least = sigma.first().map_or(0.0, |largest| largest * f64::EPSILON * n as f64);
    let mut left: Vec<Vec<f64>> = Vec::with_capacity(n);
    for (at, length) in order.iter().zip(&sigma).filter(|(_, length)| **length > least) {
        left.push(work[*at].iter().map(|x| x / length).collect());
    }
    complete(&mut left, n);
    Svd {
        u: Array2::from_shape_fn((n, n), |(row, column)| left[column][row]),
        v: Array2::from_shape_fn((n, n), |(row, column)| right[order[column]][row]),
        sigma,
    }
}

fn unit_vectors(n: usize) -> impl Iterator<Item = Vec<f64>> {
    (0..n).map(move |at| (0..n).map(|k| f64::from(u8::from(k == at))).collect())
}

/// Cosine and sine of the rotation that puts two columns at right angles, the longer one first;
/// `None` where they are, up to rounding.
fn rotation(x: &[f64], y: &[f64]) -> Option<(f64, f64)> {
    let (xx, yy, xy) = (dot(x, x), dot(y, y), dot(x, y));
    if xy.abs() <= f64::EPSILON * (xx * yy).sqrt() {
        return None;
    }
    let zeta = (yy - xx) / (2.0 * xy);
    let t = zeta.signum() / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
    let c = 1.0 / (1.0 + t * t).sqrt();
    Some((c, c * t))
}

fn rotate(columns: &mut [Vec<f64>], (p, q): (usize, usize), (c, s): (f64, f64)) {
    let (head, tail) = columns.split_at_mut(q);
    for (x, y) in head[p].iter_mut().zip(&mut tail[0]) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

/// Completes orthonormal vectors to a basis of `n` dimensions: unit vectors less what the others
/// have of them, twice over for rounding (Gram and Schmidt).
fn complete(basis: &mut Vec<Vec<f64>>, n: usize) {
    for mut vector in unit_vectors(n) {
        if basis.len() == n {
            break;
        }
        for _ in 0..2 {
            for other in basis.iter() {
                let share = dot(&vector, other);
                vector.iter_mut().zip(other).for_each(|(x, o)| *x -= share * o);
            }
        }
        let length = dot(&vector, &vector).sqrt();
        // Some unit vector is this far from any space that lacks a dimension.
        #[expect(clippy::cast_precision_loss, reason = "a small number of rows")]
        if length > 0.5 / (n as f64).sqrt() {
            vector.iter_mut().for_each(|x| *x /= length);
            basis.push(vector);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sys::rng::SplitMix64;

    fn worst(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn the_parts_multiply_to_the_matrix_and_the_vectors_are_orthonormal(
            n in 1_usize..24, rank in 0_usize..24, power in -6_i32..6, seed: u64,
        ) {
            let mut rng = SplitMix64::new(seed);
            let mut random = |r, c| Array2::from_shape_simple_fn((r, c), || rng.normal());
            let rank = rank.min(n);
            let scale = 10.0_f64.powi(power);
            let a = random(n, rank).dot(&random(rank, n)) * scale;
            let svd = svd(a.view());
            let product = (&svd.u * &ndarray::aview1(&svd.sigma)).dot(&svd.v.t());
            prop_assert!(worst(&product, &a) < 1e-12 * scale * 100.0, "{}", worst(&product, &a));
            for q in [&svd.u, &svd.v] {
                prop_assert!(worst(&q.t().dot(q), &Array2::eye(n)) < 1e-12);
            }
            prop_assert!(svd.sigma.is_sorted_by(|a, b| a >= b));
            let zeros = svd.sigma.iter().filter(|s| **s < 1e-12 * scale * 100.0).count();
            prop_assert!(zeros >= n - rank);
        }

        #[test]
        fn right_vectors_of_a_gram_matrix_are_its_eigenvectors(n in 1_usize..24, seed: u64) {
            let mut rng = SplitMix64::new(seed);
            let x = Array2::from_shape_simple_fn((2 * n, n), || rng.normal());
            let a = x.t().dot(&x);
            let svd = svd(a.view());
            let diagonal = svd.v.t().dot(&a).dot(&svd.v);
            let wanted = Array2::from_diag(&ndarray::aview1(&svd.sigma));
            prop_assert!(worst(&diagonal, &wanted) < 1e-10 * svd.sigma[0]);
        }
    }

    #[test]
    fn known_singular_values_are_found() {
        let a = ndarray::arr2(&[[3.0, 0.0], [4.0, 5.0]]);
        let sigma = svd(a.view()).sigma;
        assert!((sigma[0] - 45.0_f64.sqrt()).abs() < 1e-14);
        assert!((sigma[1] - 5.0_f64.sqrt()).abs() < 1e-14);
    }
}
