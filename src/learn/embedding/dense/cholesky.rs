//! Cholesky factors of small symmetric positive definite matrices, and solutions with them.
//!
//! `A = UᵀU` with `U` upper triangular, in place of A's upper triangle. Every inner loop runs along
//! a row and begins at whole lanes, so that it goes several numbers at a time.

use super::{NotPositiveDefinite, dot};

/// Numbers that are worked on at a time.
const LANES: usize = 4;

/// Replaces the upper triangle of the leading `n` × `n` block of `a`, whose rows have `stride`
/// numbers, by the factor `U`. What lies below the diagonal is of no meaning, before and after.
///
/// # Errors
/// [`NotPositiveDefinite`] where a pivot is not above zero; `a` is then half done.
pub fn factor(a: &mut [f64], n: usize, stride: usize) -> Result<(), NotPositiveDefinite> {
    let end = n.next_multiple_of(LANES).min(stride);
    for row in (0..n).step_by(2) {
        let (pair, below) = a[row * stride..].split_at_mut(stride * (n - row).min(2));
        let (first, second) = pair.split_at_mut(stride);
        let first = &mut first[..end];
        take_root(first, row)?;
        if row + 1 == n {
            break;
        }
        let (second, share) = (&mut second[..end], first[row + 1]);
        second[row + 1..].iter_mut().zip(&first[row + 1..]).for_each(|(x, u)| *x -= share * u);
        take_root(second, row + 1)?;
        // Two rows at once: what lies below is read and written half as often.
        for (at, line) in (row + 2..n).zip(below.chunks_mut(stride)) {
            subtract(&mut line[..end], first, second, at);
        }
    }
    Ok(())
}

/// Divides a row, from its pivot on, by the root of its pivot.
fn take_root(line: &mut [f64], row: usize) -> Result<(), NotPositiveDefinite> {
    let pivot = line[row];
    // Not `pivot <= 0.0`: what is not a number must fail too.
    if !(pivot > 0.0 && pivot.is_finite()) {
        return Err(NotPositiveDefinite { row });
    }
    let scale = 1.0 / pivot.sqrt();
    line[row..].iter_mut().for_each(|x| *x *= scale);
    Ok(())
}

/// Row `at` less its shares of two rows of the factor, from the lane its pivot is in.
#[inline(always)]
fn subtract(line: &mut [f64], first: &[f64], second: &[f64], at: usize) {
    let (f, s) = (first[at], second[at]);
    let lane = at / LANES * LANES;
    let (lanes, rest) = line[lane..].as_chunks_mut::<LANES>();
    let (first, first_rest) = first[lane..].as_chunks::<LANES>();
    let (second, second_rest) = second[lane..].as_chunks::<LANES>();
    for (x, (a, b)) in lanes.iter_mut().zip(first.iter().zip(second)) {
        for (x, (a, b)) in x.iter_mut().zip(a.iter().zip(b)) {
            *x -= f * a + s * b;
        }
    }
    for (x, (a, b)) in rest.iter_mut().zip(first_rest.iter().zip(second_rest)) {
        *x -= f * a + s * b;
    }
}

/// Replaces `x` by `(UᵀU)⁻¹x`, `U` a [`factor`] of `x.len()` rows of `stride` numbers.
pub fn solve(u: &[f64], stride: usize, x: &mut [f64]) {
    forward(u, stride, x);
    backward(u, stride, x);
}

/// Replaces `x` by `U⁻ᵀx`.
pub fn forward(u: &[f64], stride: usize, x: &mut [f64]) {
    let n = x.len();
    for row in 0..n {
        let line = &u[row * stride..][..n];
        let (done, rest) = x.split_at_mut(row + 1);
        done[row] /= line[row];
        for (x, u) in rest.iter_mut().zip(&line[row + 1..]) {
            *x -= done[row] * u;
        }
    }
}

/// Replaces `x` by `U⁻¹x`.
pub fn backward(u: &[f64], stride: usize, x: &mut [f64]) {
    let n = x.len();
    for row in (0..n).rev() {
        let line = &u[row * stride..][..n];
        let (head, done) = x.split_at_mut(row + 1);
        let known = dot(&line[row + 1..], done);
        head[row] = (head[row] - known) / line[row];
    }
}

/// Replaces the symmetric `n` × `n` matrix of which `a` has the upper triangle by its inverse, both
/// triangles.
///
/// # Errors
/// [`NotPositiveDefinite`] as [`factor`].
pub fn invert(a: &mut [f64], n: usize) -> Result<(), NotPositiveDefinite> {
    factor(a, n, n)?;
    let mut inverse = vec![0.0; n * n];
    for (at, column) in inverse.chunks_mut(n.max(1)).enumerate() {
        column[at] = 1.0;
        // U⁻ᵀe is zero before its one.
        forward(&a[at * n + at..], n, &mut column[at..]);
        backward(a, n, column);
    }
    // The columns are the rows of a symmetric matrix, up to rounding; made so exactly.
    for i in 0..n {
        for j in 0..=i {
            let x = inverse[i * n + j];
            (a[i * n + j], a[j * n + i]) = (x, x);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sys::rng::SplitMix64;

    /// `XᵀX + I` of a random square X.
    pub(super) fn positive_definite(n: usize, seed: u64) -> Vec<f64> {
        let mut rng = SplitMix64::new(seed);
        let x: Vec<f64> = (0..n * n).map(|_| rng.normal()).collect();
        let entry = |i: usize, j: usize| (0..n).map(|k| x[k * n + i] * x[k * n + j]).sum::<f64>();
        (0..n * n).map(|at| entry(at / n, at % n) + f64::from(u8::from(at / n == at % n))).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_factor_times_its_transpose_is_the_matrix(
            n in 1_usize..40, gap in 0_usize..3, seed: u64,
        ) {
            let (a, stride) = (positive_definite(n, seed), n + gap);
            let mut u = vec![f64::NAN; n * stride];
            for i in 0..n {
                u[i * stride + i..i * stride + n].copy_from_slice(&a[i * n + i..(i + 1) * n]);
            }
            factor(&mut u, n, stride).unwrap();
            for i in 0..n {
                for j in i..n {
                    let product: f64 = (0..=i).map(|k| u[k * stride + i] * u[k * stride + j]).sum();
                    prop_assert!((product - a[i * n + j]).abs() < 1e-10, "{i} {j}");
                }
            }
        }

        #[test]
        fn a_solution_times_the_matrix_is_the_right_hand_side(n in 1_usize..40, seed: u64) {
            let a = positive_definite(n, seed);
            let mut rng = SplitMix64::new(seed ^ 1);
            let b: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
            let (mut u, mut x) = (a.clone(), b.clone());
            factor(&mut u, n, n).unwrap();
            solve(&u, n, &mut x);
            for (row, b) in a.chunks(n).zip(&b) {
                let product: f64 = row.iter().zip(&x).map(|(a, x)| a * x).sum();
                prop_assert!((product - b).abs() < 1e-9, "{product} {b}");
            }
        }

        #[test]
        fn an_inverse_times_the_matrix_is_one(n in 0_usize..40, seed: u64) {
            let a = positive_definite(n, seed);
            let mut inverse = a.clone();
            invert(&mut inverse, n).unwrap();
            for i in 0..n {
                for j in 0..n {
                    let product: f64 = (0..n).map(|k| a[i * n + k] * inverse[k * n + j]).sum();
                    let wanted = f64::from(u8::from(i == j));
                    prop_assert!((product - wanted).abs() < 1e-9, "{i} {j} {product}");
                    prop_assert_eq!(inverse[i * n + j].to_bits(), inverse[j * n + i].to_bits());
                }
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_is_refused_with_its_row() {
        for (a, row) in [
            ([1.0, 2.0, 2.0, 1.0], 1),
            ([0.0, 0.0, 0.0, 1.0], 0),
            ([f64::NAN, 0.0, 0.0, 1.0], 0),
            ([f64::INFINITY, 0.0, 0.0, 1.0], 0),
        ] {
            assert_eq!(factor(&mut a.clone(), 2, 2), Err(NotPositiveDefinite { row }), "{a:?}");
        }
    }
}
