//! The vector kernel: dot products and sigmoids of eight offers at a time.
//!
//! Two builds of the same Rust code: one for processors with AVX2 and FMA, one for all others. Both add in the same lane
//! order and round where the other rounds (`f32::mul_add` is one rounding everywhere), so they give the same bits; only the
//! time differs. This is the product's only module with `unsafe` in it: calling the first build after asking the processor.
#![expect(unsafe_code, reason = "calls functions built for AVX2 and FMA, after asking the processor for both")]

use crate::domain::belief::{DIM, Vector};
use crate::domain::id::OfferIndex;

/// Offers of a block.
pub const BLOCK: usize = 8;
/// Lanes of an accumulator.
const LANES: usize = 8;

/// One number for each offer of a block.
pub type Block = [f32; BLOCK];

/// What a guest's taste does to an offer `h`, as three vectors: see [`super::scoring`].
#[derive(Debug, Clone)]
pub struct TasteVectors {
    /// `a`: its dot product with `h` is the taste part of the log-odds.
    pub weighted: Vector,
    /// `b`: the taste itself.
    pub mean: Vector,
    /// `c`: its dot product with `h²` is variance of the log-odds.
    pub variance: Vector,
}

/// The dot products of a block.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TasteBlock {
    /// `a·h`.
    pub mean: Block,
    /// `b·h`.
    pub dot: Block,
    /// `c·h²`.
    pub variance: Block,
}

/// Which build of the kernel this processor runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Build {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2Fma,
}

/// The kernel, in the build that fits the processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Build);

impl Kernel {
    /// Asks the processor. The standard library remembers the answer: one load and a test.
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            return Self(Build::Avx2Fma);
        }
        Self::portable()
    }

    /// The build that runs everywhere: same bits, slower.
    pub const fn portable() -> Self {
        Self(Build::Portable)
    }

    /// The dot products of up to [`BLOCK`] offers of `rows` with a taste; lanes without an offer are zero.
    pub fn taste(self, rows: &[Vector], picks: &[OfferIndex], taste: &TasteVectors) -> TasteBlock {
        match self.0 {
            Build::Portable => taste_block(rows, picks, taste),
            // SAFETY: `detect` is the only maker of this variant, and found AVX2 and FMA.
            #[cfg(target_arch = "x86_64")]
            Build::Avx2Fma => unsafe { taste_avx2(rows, picks, taste) },
        }
    }

    /// `σ(μ / √(1 + πσ²/8))` of each lane: MacKay's mean of a sigmoid under N(μ, σ²). Relative error below 3e-7.
    pub fn expected_sigmoid(self, means: &Block, variances: &Block) -> Block {
        match self.0 {
            Build::Portable => sigmoid_block(means, variances),
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Build::Avx2Fma => unsafe { sigmoid_avx2(means, variances) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn taste_avx2(rows: &[Vector], picks: &[OfferIndex], taste: &TasteVectors) -> TasteBlock {
    taste_block(rows, picks, taste)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn sigmoid_avx2(means: &Block, variances: &Block) -> Block {
    sigmoid_block(means, variances)
}

#[inline(always)]
fn taste_block(rows: &[Vector], picks: &[OfferIndex], taste: &TasteVectors) -> TasteBlock {
    let mut block = TasteBlock::default();
    for (lane, pick) in picks.iter().take(BLOCK).enumerate() {
        let [mean, dot, variance] = dots(&rows[pick.at()], taste);
        (block.mean[lane], block.dot[lane], block.variance[lane]) = (mean, dot, variance);
    }
    block
}

/// `[a·h, b·h, c·h²]`: each in eight running sums, added up in pairs.
#[inline(always)]
fn dots(row: &Vector, taste: &TasteVectors) -> [f32; 3] {
    let mut sums = [[0.0_f32; LANES]; 3];
    for start in (0..DIM).step_by(LANES) {
        for lane in 0..LANES {
            let (at, h) = (start + lane, row[start + lane]);
            sums[0][lane] = taste.weighted[at].mul_add(h, sums[0][lane]);
            sums[1][lane] = taste.mean[at].mul_add(h, sums[1][lane]);
            sums[2][lane] = taste.variance[at].mul_add(h * h, sums[2][lane]);
        }
    }
    sums.map(|s| ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])))
}

#[inline(always)]
fn sigmoid_block(means: &Block, variances: &Block) -> Block {
    const EIGHTH_OF_PI: f32 = std::f32::consts::FRAC_PI_8;
    let mut block = [0.0; BLOCK];
    for lane in 0..BLOCK {
        let scaled = means[lane] / variances[lane].mul_add(EIGHTH_OF_PI, 1.0).sqrt();
        block[lane] = 1.0 / (1.0 + exp(-scaled));
    }
    block
}

/// e^x within a relative error of 1e-7, for x in [-87, 88]; the value at the nearer end outside.
///
/// Cody and Waite's reduction `x = n·ln 2 + r`, |r| ≤ ½ ln 2, with ln 2 in two parts; e^r by its polynomial of degree 6
/// (minimax, as in Cephes `expf`); 2ⁿ put together from bits. No branch, so that it runs in all lanes at once.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Adding 1.5·2²³ rounds to the nearest integer and leaves it in the low bits.
    const ROUND: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 0.693_359_375;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = n.mul_add(-LN2_LOW, n.mul_add(-LN2_HIGH, x));
    let mut tail = 1.987_569_1e-4_f32;
    for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        tail = tail.mul_add(r, coefficient);
    }
    let fraction = tail.mul_add(r * r, r) + 1.0;
    fraction * f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23))
}
