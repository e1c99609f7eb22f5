//! Sums of outer products, one small tile of the result at a time.
//!
//! A tile stays in registers while its panel streams by, so that each number read is used as often
//! as the tile is long. Multiplication and addition round apart (no fused multiply-add): that is
//! what every processor does fast and alike without asking it what it can.

use std::ops::{AddAssign, Mul};

/// Rows of a tile; tiles begin at multiples of it.
pub const HEIGHT: usize = 4;
/// Columns of a tile of single precision: panels are padded to a multiple of it.
pub const WIDTH: usize = 8;

/// A tile of `[f32; WIDTH]` rows.
pub type Tile = [[f32; WIDTH]; HEIGHT];

/// `n` rounded up to whole tiles.
pub const fn padded(n: usize) -> usize {
    n.next_multiple_of(WIDTH)
}

/// `Σ aᵢbⱼ` over pairs of rows of two packed panels: `left` has rows of `R` numbers, `right` of
/// `C`, and both have as many.
#[inline(always)]
pub fn outer<T, const R: usize, const C: usize>(left: &[T], right: &[T]) -> [[T; C]; R]
where
    T: Copy + Default + Mul<Output = T> + AddAssign,
{
    let mut tile = [[T::default(); C]; R];
    let (left, _) = left.as_chunks::<R>();
    let (right, _) = right.as_chunks::<C>();
    for (a, b) in left.iter().zip(right) {
        for (row, a) in tile.iter_mut().zip(a) {
            for (sum, b) in row.iter_mut().zip(b) {
                *sum += *a * *b;
            }
        }
    }
    tile
}

/// The tile of `PᵀP` that begins at (`row`, `column`), `P` a panel with rows of `stride` numbers.
#[inline(always)]
pub fn gram_tile(panel: &[f32], stride: usize, row: usize, column: usize) -> Tile {
    let mut tile = Tile::default();
    for line in panel.chunks_exact(stride) {
        let (Some(a), Some(b)) =
            (line[row..].first_chunk::<HEIGHT>(), line[column..].first_chunk::<WIDTH>())
        else {
            break;
        };
        for (sums, a) in tile.iter_mut().zip(a) {
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum += a * b;
            }
        }
    }
    tile
}

/// Adds the first `rows` rows of `PᵀP` to the upper triangle of `sum`, both with rows of `stride`
/// numbers, a multiple of [`WIDTH`]. Tiles on the diagonal add something below it too.
///
/// Sums within a panel are in single, sums over panels in double precision: with panels of some
/// dozens of rows the error is that of single precision, however many panels there are.
pub fn add_gram(panel: &[f32], stride: usize, rows: usize, sum: &mut [f64]) {
    for row in (0..rows).step_by(HEIGHT) {
        for column in (row / WIDTH * WIDTH..stride).step_by(WIDTH) {
            let tile = gram_tile(panel, stride, row, column);
            for (sums, line) in tile.iter().zip(sum[row * stride..].chunks_exact_mut(stride)) {
                for (sum, x) in line[column..].iter_mut().zip(sums) {
                    *sum += f64::from(*x);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "test data")]
    fn a_sum_of_outer_products_is_what_the_definition_says() {
        let mut rng = SplitMix64::new(1);
        for (rows, stride) in [(0, 8), (1, 8), (7, 16), (64, 40)] {
            let panel: Vec<f32> = (0..rows * stride).map(|_| rng.normal() as f32).collect();
            let mut sum = vec![1.0; stride * stride];
            add_gram(&panel, stride, stride - 3, &mut sum);
            for i in 0..stride - 3 {
                for j in i..stride {
                    let product = |line: &[f32]| f64::from(line[i]) * f64::from(line[j]);
                    let wanted: f64 = 1.0 + panel.chunks(stride).map(product).sum::<f64>();
                    assert!((sum[i * stride + j] - wanted).abs() < 1e-4, "{i} {j}");
                }
            }
        }
    }

    #[test]
    fn packed_panels_multiply_row_by_row() {
        let tile: [[f64; 2]; 3] = outer(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[1.0, 10.0, 2.0, 20.0]);
        let wanted = [[9.0, 90.0], [12.0, 120.0], [15.0, 150.0]];
        assert_eq!(tile.map(|row| row.map(f64::to_bits)), wanted.map(|r| r.map(f64::to_bits)));
    }
}
