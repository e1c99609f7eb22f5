//! Dense linear algebra of the trainer: what it needs and no more, in plain Rust.
//!
//! Square matrices are row-major; of a symmetric one only the upper triangle is read and written
//! unless a function says otherwise. Sums run in an order that depends on shapes alone, so the same
//! input gives the same bits on every machine and with any number of threads.
//!
//! | file | what it computes |
//! |---|---|
//! | [`tile`] | `PᵀP` and its like, a small tile at a time: where the time goes |
//! | [`gram`] | `HᵀH` of tall factors, and their product with a small matrix |
//! | [`cholesky`] | `A = UᵀU`, and solutions with it |
//! | [`inverse`] | `A⁻¹` of large matrices, in place |
//! | [`jacobi`] | singular values of small matrices |

pub mod cholesky;
pub mod gram;
pub mod inverse;
pub mod jacobi;
pub mod tile;

/// A matrix that should be positive definite is not, at this row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the matrix is not positive definite at row {row}: regularise more strongly, or even out weights"
)]
pub struct NotPositiveDefinite {
    /// The first row whose pivot is not above zero, or not a number.
    pub row: usize,
}

/// The dot product of two vectors, in four running sums.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_lanes, a_rest) = a.as_chunks::<4>();
    let (b_lanes, b_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
