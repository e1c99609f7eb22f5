//! Tall factors times themselves, `HᵀH`, and times a small square matrix, `HQ`.

use std::num::NonZeroUsize;

use ndarray::{Array2, ArrayView2};

use crate::learn::embedding::parallel::for_each_chunk;

use super::tile::{HEIGHT, WIDTH, add_gram, outer, padded};

/// Rows summed in single precision before they are added in double precision.
const PANEL: usize = 64;
/// Partial sums, and so pieces of work, of a large Gram matrix.
const PARTS: usize = 64;
/// Fewest rows of a part.
const PART_ROWS_MIN: usize = 1_024;

/// `HᵀH` of factors with one row each, complete, in double precision.
pub fn gram(factors: ArrayView2<'_, f32>, threads: NonZeroUsize) -> Array2<f64> {
    let (rows, d) = factors.dim();
    let stride = padded(d);
    let size = stride * stride;
    let part_rows = rows.div_ceil(PARTS).max(PART_ROWS_MIN);
    let mut parts = vec![0.0; rows.div_ceil(part_rows) * size];
    let panel = || vec![0.0; PANEL * stride];
    for_each_chunk(threads, &mut parts, size, panel, |panel, part, sum| {
        let end = rows.min((part + 1) * part_rows);
        for first in (part * part_rows..end).step_by(PANEL) {
            let count = PANEL.min(end - first);
            for (line, row) in panel.chunks_exact_mut(stride).zip(first..first + count) {
                line.iter_mut().zip(factors.row(row)).for_each(|(x, h)| *x = *h);
            }
            add_gram(&panel[..count * stride], stride, d, sum);
        }
    });
    Array2::from_shape_fn((d, d), |(i, j)| {
        let at = i.min(j) * stride + i.max(j);
        parts.chunks_exact(size).map(|part| part[at]).sum()
    })
}

/// `AᵀB` of two matrices of as many rows, in double precision. For small ones: not shared out.
///
/// # Panics
/// Where they have different numbers of rows.
pub fn transposed_times(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Array2<f64> {
    assert_eq!(a.nrows(), b.nrows(), "matrices of as many rows");
    let mut product = Array2::zeros((a.ncols(), b.ncols()));
    for (a, b) in a.rows().into_iter().zip(b.rows()) {
        for (mut line, a) in product.rows_mut().into_iter().zip(a) {
            line.iter_mut().zip(b).for_each(|(x, b)| *x += a * b);
        }
    }
    product
}

/// Replaces factors `H` by `HQ`, `Q` a square matrix of as many rows as `H` has columns.
#[expect(clippy::cast_possible_truncation, reason = "factors are in single precision")]
pub fn transform(factors: &mut Array2<f32>, q: ArrayView2<'_, f64>, threads: NonZeroUsize) {
    let d = factors.ncols();
    // Q in strips of `WIDTH` columns, each strip row by row.
    let strips: Vec<Vec<f32>> = (0..d)
        .step_by(WIDTH)
        .map(|first| {
            let entry = |k, c: usize| if c < d { q[[k, c]] as f32 } else { 0.0 };
            (0..d).flat_map(|k| (first..first + WIDTH).map(move |c| entry(k, c))).collect()
        })
        .collect();
    let data = factors.as_slice_mut().expect("an owned matrix made row by row is contiguous");
    let packed = || vec![0.0; d * HEIGHT];
    for_each_chunk(threads, data, PART_ROWS_MIN * d, packed, |packed, _, rows| {
        // Lanes without a row of their own keep what they had: their sums go nowhere.
        for lines in rows.chunks_mut(HEIGHT * d) {
            for (lane, line) in lines.chunks_exact(d).enumerate() {
                packed.iter_mut().skip(lane).step_by(HEIGHT).zip(line).for_each(|(p, h)| *p = *h);
            }
            for (strip, first) in strips.iter().zip((0..d).step_by(WIDTH)) {
                let tile = outer::<f32, HEIGHT, WIDTH>(packed, strip);
                for (line, sums) in lines.chunks_exact_mut(d).zip(&tile) {
                    line[first..].iter_mut().zip(sums).for_each(|(x, sum)| *x = *sum);
                }
            }
        }
    });
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "test data")]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn factors(rows: usize, d: usize) -> Array2<f32> {
        let mut rng = SplitMix64::new(3);
        Array2::from_shape_simple_fn((rows, d), || rng.normal() as f32)
    }

    #[test]
    fn a_gram_matrix_is_what_the_definition_says_for_any_number_of_threads() {
        for (rows, d) in [(0, 3), (1, 1), (65, 13), (5_000, 24)] {
            let h = factors(rows, d);
            let got = gram(h.view(), NonZeroUsize::MIN);
            let wide = h.mapv(f64::from);
            let wanted = wide.t().dot(&wide);
            for (got, wanted) in got.iter().zip(&wanted) {
                assert!((got - wanted).abs() < 1e-5 * rows.max(1) as f64 / 10.0 + 1e-5);
            }
            let two = gram(h.view(), NonZeroUsize::new(2).unwrap());
            let bits = |g: &Array2<f64>| g.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&two), bits(&got));
        }
    }

    #[test]
    fn a_transposed_matrix_times_another_is_what_the_definition_says() {
        let (a, b) = (factors(9, 4).mapv(f64::from), factors(9, 3).mapv(f64::from));
        let close = |(got, wanted): (&f64, &f64)| (got - wanted).abs() < 1e-13;
        let product = transposed_times(a.view(), b.view());
        assert!(product.iter().zip(&a.t().dot(&b)).all(close));
    }

    #[test]
    fn factors_are_multiplied_row_by_row() {
        for (rows, d) in [(1, 1), (7, 13), (2_051, 16)] {
            let mut h = factors(rows, d);
            let q = factors(d, d).mapv(f64::from);
            let wanted = h.mapv(f64::from).dot(&q);
            transform(&mut h, q.view(), NonZeroUsize::new(3).unwrap());
            for (got, wanted) in h.iter().zip(&wanted) {
                assert!((f64::from(*got) - wanted).abs() < 1e-4, "{got} {wanted}");
            }
        }
    }
}
