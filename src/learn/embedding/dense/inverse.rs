//! The inverse of a large symmetric positive definite matrix, in its own place.
//!
//! Symmetric Gauss–Jordan elimination by blocks (the sweep operator: Goodnight, "A tutorial on the
//! SWEEP operator", 1979): each pivot block, a Schur complement and so positive definite itself, is
//! inverted through its Cholesky factor. With `B = A_KK⁻¹`, `C = A_·K` and `D = CB`, one step is
//! `A ← A − DCᵀ` outside the block's rows and columns, `A_·K ← D`, `A_KK ← −B`; after the last,
//! `A` is minus its inverse. This takes `n³/2` multiplications and no second matrix; nearly all of
//! them are in the first update, whose rows are shared out among threads.

use std::num::NonZeroUsize;

use super::tile::outer;
use super::{NotPositiveDefinite, cholesky};
use crate::learn::embedding::parallel::for_each_chunk;

/// Rows of a pivot block.
const BLOCK: usize = 64;
/// Rows and columns of a tile: both panels are packed in strips of so many.
const SIDE: usize = 4;
/// Strips of the right panel that are used by all rows at hand before the next ones: they stay in
/// the processor's second cache.
const STRIPS: usize = 64;
/// Rows of a piece of work.
const ROWS: usize = 64;

/// Replaces the symmetric `n` × `n` matrix of which `a` has the upper triangle by its inverse, both
/// triangles, with up to `threads` threads.
///
/// # Errors
/// [`NotPositiveDefinite`] where it is not; `a` is then half done.
pub fn invert(a: &mut [f64], n: usize, threads: NonZeroUsize) -> Result<(), NotPositiveDefinite> {
    let strips = n.div_ceil(SIDE);
    let (mut left, mut right) =
        (vec![0.0; strips * SIDE * BLOCK], vec![0.0; strips * SIDE * BLOCK]);
    for first in (0..n).step_by(BLOCK) {
        let block = Block { first, size: BLOCK.min(n - first), n };
        let inverse = block.invert_pivot(a)?;
        block.pack(a, &inverse, &mut left, &mut right);
        let depth = block.size * SIDE;
        let (left, right) = (&left[..strips * depth], &right[..strips * depth]);
        for_each_chunk(
            threads,
            a,
            ROWS * n,
            || (),
            |(), piece, rows| {
                update(rows, piece * ROWS, n, (left, right), depth);
            },
        );
        block.store(a, &inverse, left);
    }
    for i in 0..n {
        for j in i..n {
            let x = -a[i * n + j];
            (a[i * n + j], a[j * n + i]) = (x, x);
        }
    }
    Ok(())
}

/// A pivot block: where it begins, its rows, and the rows of the matrix.
#[derive(Clone, Copy)]
struct Block {
    first: usize,
    size: usize,
    n: usize,
}

impl Block {
    fn contains(self, row: usize) -> bool {
        (self.first..self.first + self.size).contains(&row)
    }

    /// `A_KK⁻¹`.
    fn invert_pivot(self, a: &[f64]) -> Result<Vec<f64>, NotPositiveDefinite> {
        let Self { first, size, n } = self;
        let mut pivot = Vec::with_capacity(size * size);
        for row in first..first + size {
            pivot.extend_from_slice(&a[row * n + first..][..size]);
        }
        cholesky::invert(&mut pivot, size)
            .map_err(|error| NotPositiveDefinite { row: first + error.row })?;
        Ok(pivot)
    }

    /// Packs `D` into `left` and `C` into `right`, in strips of [`SIDE`] rows, each strip column by
    /// column. Rows of the block itself are zero, so that the update leaves them alone.
    fn pack(self, a: &[f64], inverse: &[f64], left: &mut [f64], right: &mut [f64]) {
        let Self { first, size, n } = self;
        let (mut c, mut d) = (vec![0.0; size], vec![0.0; size]);
        let depth = size * SIDE;
        for row in 0..n.next_multiple_of(SIDE) {
            d.fill(0.0);
            if row >= n || self.contains(row) {
                c.fill(0.0);
            } else if row < first {
                c.copy_from_slice(&a[row * n + first..][..size]);
            } else {
                let column = a[first * n..].iter().skip(row).step_by(n);
                c.iter_mut().zip(column).for_each(|(c, x)| *c = *x);
            }
            for (c, line) in c.iter().zip(inverse.chunks_exact(size)) {
                d.iter_mut().zip(line).for_each(|(d, b)| *d += c * b);
            }
            let strip = row / SIDE * depth + row % SIDE;
            for (panel, values) in [(&mut *left, &d), (&mut *right, &c)] {
                let lane = panel[strip..].iter_mut().step_by(SIDE);
                lane.zip(values).for_each(|(p, x)| *p = *x);
            }
        }
    }

    /// Stores `D` and `−B` in the block's rows and columns.
    fn store(self, a: &mut [f64], inverse: &[f64], left: &[f64]) {
        let Self { first, size, n } = self;
        for row in (0..n).filter(|row| !self.contains(*row)) {
            let strip = row / SIDE * size * SIDE + row % SIDE;
            for (at, d) in left[strip..].iter().step_by(SIDE).take(size).enumerate() {
                let (i, j) = (row.min(first + at), row.max(first + at));
                a[i * n + j] = *d;
            }
        }
        for (at, line) in inverse.chunks_exact(size).enumerate() {
            let row = &mut a[(first + at) * n + first..][..size];
            row.iter_mut().zip(line).for_each(|(x, b)| *x = -b);
        }
    }
}

/// `rows −= DCᵀ`, on and above the diagonal of the matrix; `first` is the number of the first row.
fn update(rows: &mut [f64], first: usize, n: usize, packed: (&[f64], &[f64]), depth: usize) {
    let (left, right) = packed;
    let strips = n.div_ceil(SIDE);
    for group in (first / SIDE..strips).step_by(STRIPS) {
        for (at, lines) in rows.chunks_mut(SIDE * n).enumerate() {
            let strip = first / SIDE + at;
            let d = &left[strip * depth..][..depth];
            for other in group.max(strip)..strips.min(group + STRIPS) {
                let tile = outer::<f64, SIDE, SIDE>(d, &right[other * depth..][..depth]);
                let columns = other * SIDE..n.min((other + 1) * SIDE);
                for (line, sums) in lines.chunks_exact_mut(n).zip(&tile) {
                    let line = &mut line[columns.clone()];
                    line.iter_mut().zip(sums).for_each(|(x, sum)| *x -= sum);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    /// `XᵀX + I` of a random sparse X, as recommenders have them.
    fn positive_definite(n: usize) -> Vec<f64> {
        let mut rng = SplitMix64::new(5);
        let mut a = vec![0.0; n * n];
        for _ in 0..3 * n {
            let row: Vec<usize> = (0..5).map(|_| rng.below(n)).collect();
            for i in &row {
                row.iter().for_each(|j| a[i * n + j] += 1.0);
            }
        }
        (0..n).for_each(|i| a[i * n + i] += 1.0);
        a
    }

    #[test]
    fn an_inverse_times_the_matrix_is_one_for_any_number_of_threads() {
        for n in [0, 1, 3, 64, 65, 130, 257] {
            let a = positive_definite(n);
            let mut upper = a.clone();
            for i in 0..n {
                upper[i * n..i * n + i].fill(f64::NAN);
            }
            let mut twice = upper.clone();
            invert(&mut upper, n, NonZeroUsize::MIN).unwrap();
            invert(&mut twice, n, NonZeroUsize::new(3).unwrap()).unwrap();
            for i in 0..n {
                for j in 0..n {
                    let product: f64 = (0..n).map(|k| a[i * n + k] * upper[k * n + j]).sum();
                    let wanted = f64::from(u8::from(i == j));
                    assert!((product - wanted).abs() < 1e-11, "{n}: {i} {j} {product}");
                }
            }
            let same = upper.iter().zip(&twice).all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same, "{n}: other bits with three threads");
        }
    }

    #[test]
    fn what_is_not_positive_definite_is_refused_with_its_row() {
        let n = 100;
        let mut a = positive_definite(n);
        a[70 * n + 70] = -1.0;
        assert_eq!(invert(&mut a, n, NonZeroUsize::MIN), Err(NotPositiveDefinite { row: 70 }));
    }
}
