//! The vector kernel: dot products and sigmoids of eight offers at a time.
//!
//! Two builds of the same Rust code: one for processors with AVX2 and FMA, one for all others. Both
//! add in the same lane order and round where the other rounds (`f32::mul_add` is one rounding
//! everywhere), so they give the same bits; only the time differs. This is the product's only
//! module with `unsafe` in it: calling the first build after asking the processor.
#![expect(
    unsafe_code,
    reason = "calls functions built for AVX2 and FMA, after asking the processor for both"
)]

use crate::domain::belief::{DIM, Vector};
use crate::domain::decision::TasteSnapshot;
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
    /// The taste `m` itself.
    pub mean: Vector,
    /// `c`: its dot product with `h²` is variance of the log-odds.
    pub variance: Vector,
}

impl TasteVectors {
    /// Of a taste, under the weights of the axes.
    pub fn new(taste: &TasteSnapshot, axes: &Vector) -> Self {
        Self {
            weighted: std::array::from_fn(|i| taste.mean[i] * axes[i]),
            mean: taste.mean,
            variance: std::array::from_fn(|i| taste.variance[i] * axes[i] * axes[i]),
        }
    }
}

/// What taste says of each offer of a block.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TasteBlock {
    /// `a·h`.
    pub mean: Block,
    /// `c·h² + g·(Mg + e)` with `g = m∘h`.
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

    /// What a taste says of up to [`BLOCK`] offers of `rows`, with the covariance `M` of its weights
    /// and a vector `e` for each offer; lanes without an offer are zero.
    pub fn taste(
        self,
        rows: &[Vector],
        picks: &[OfferIndex],
        taste: &TasteVectors,
        covariance: &[Vector; DIM],
        crosses: &[Vector; BLOCK],
    ) -> TasteBlock {
        match self.0 {
            Build::Portable => taste_portable(rows, picks, taste, covariance, crosses),
            // SAFETY: `detect` is the only maker of this variant, and found AVX2 and FMA.
            #[cfg(target_arch = "x86_64")]
            Build::Avx2Fma => unsafe { avx2::taste(rows, picks, taste, covariance, crosses) },
        }
    }

    /// `σ(μ / √(1 + πσ²/8))` of each lane: `MacKay`'s mean of a sigmoid under N(μ, σ²), within 5e-6 relative
    /// for |μ| up to 30 (the rounding of the argument; `exp` itself is right to 1e-7).
    pub fn expected_sigmoid(self, means: &Block, variances: &Block) -> Block {
        match self.0 {
            Build::Portable => sigmoid_block(means, variances),
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Build::Avx2Fma => unsafe { avx2::expected_sigmoid(means, variances) },
        }
    }
}

fn taste_portable(
    rows: &[Vector],
    picks: &[OfferIndex],
    taste: &TasteVectors,
    covariance: &[Vector; DIM],
    crosses: &[Vector; BLOCK],
) -> TasteBlock {
    let mut block = TasteBlock::default();
    for (lane, pick) in picks.iter().take(BLOCK).enumerate() {
        let [mean, variance] = moments(&rows[pick.at()], taste, covariance, &crosses[lane]);
        (block.mean[lane], block.variance[lane]) = (mean, variance);
    }
    block
}

/// `[a·h, c·h² + g·(Mg + e)]`: each in eight running sums, added up in pairs of neighbours.
fn moments(
    row: &Vector,
    taste: &TasteVectors,
    covariance: &[Vector; DIM],
    cross: &Vector,
) -> [f32; 2] {
    let products: Vector = std::array::from_fn(|at| taste.mean[at] * row[at]);
    let mut shared = *cross;
    for (g, line) in products.iter().zip(covariance) {
        for (sum, m) in shared.iter_mut().zip(line) {
            *sum = g.mul_add(*m, *sum);
        }
    }
    let mut sums = [[0.0_f32; LANES]; 2];
    for (at, h) in row.iter().enumerate() {
        let lane = at % LANES;
        sums[0][lane] = taste.weighted[at].mul_add(*h, sums[0][lane]);
        sums[1][lane] = taste.variance[at].mul_add(h * h, sums[1][lane]);
        sums[1][lane] = shared[at].mul_add(products[at], sums[1][lane]);
    }
    sums.map(|s| ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7])))
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
/// Cody and Waite's reduction `x = n·ln 2 + r`, |r| ≤ ½ ln 2, with ln 2 in two parts; e^r by its
/// polynomial of degree 6 (minimax, as in Cephes `expf`); 2ⁿ put together from bits. No branch, so
/// that it runs in all lanes at once.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Adding 1.5·2²³ rounds to the nearest integer and leaves it in the low bits.
    const ROUND: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 355.0 / 512.0;
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

/// The same arithmetic as the portable build, a register of eight lanes at a time.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256, _mm256_add_ps, _mm256_fmadd_ps, _mm256_hadd_ps, _mm256_mul_ps,
        _mm256_permute2f128_ps, _mm256_set1_ps, _mm256_setzero_ps,
    };
    use std::mem::transmute;

    use super::{
        BLOCK, Block, DIM, LANES, OfferIndex, TasteBlock, TasteVectors, Vector, sigmoid_block,
    };

    /// A vector of the offer space in registers.
    type Registers = [__m256; DIM / LANES];

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn taste(
        rows: &[Vector],
        picks: &[OfferIndex],
        taste: &TasteVectors,
        covariance: &[Vector; DIM],
        crosses: &[Vector; BLOCK],
    ) -> TasteBlock {
        let (a, m, c) = (load(&taste.weighted), load(&taste.mean), load(&taste.variance));
        let mut sums = [[_mm256_setzero_ps(); BLOCK]; 2];
        for (lane, pick) in picks.iter().take(BLOCK).enumerate() {
            let row = load(&rows[pick.at()]);
            let products: Registers = std::array::from_fn(|at| _mm256_mul_ps(m[at], row[at]));
            let shared = product(&store(products), covariance, load(&crosses[lane]));
            for (at, h) in row.into_iter().enumerate() {
                sums[0][lane] = _mm256_fmadd_ps(a[at], h, sums[0][lane]);
                sums[1][lane] = _mm256_fmadd_ps(c[at], _mm256_mul_ps(h, h), sums[1][lane]);
                sums[1][lane] = _mm256_fmadd_ps(shared[at], products[at], sums[1][lane]);
            }
        }
        TasteBlock { mean: total(&sums[0]), variance: total(&sums[1]) }
    }

    /// `Mg + e`.
    #[target_feature(enable = "avx2,fma")]
    fn product(products: &Vector, covariance: &[Vector; DIM], cross: Registers) -> Registers {
        let mut sums = cross;
        for (g, line) in products.iter().zip(covariance) {
            let (g, line) = (_mm256_set1_ps(*g), load(line));
            for (sum, m) in sums.iter_mut().zip(line) {
                *sum = _mm256_fmadd_ps(g, m, *sum);
            }
        }
        sums
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn expected_sigmoid(means: &Block, variances: &Block) -> Block {
        sigmoid_block(means, variances)
    }

    /// The sum over the lanes of each of eight registers: pairs of neighbours, pairs of pairs,
    /// halves.
    #[target_feature(enable = "avx2,fma")]
    fn total(s: &[__m256; BLOCK]) -> Block {
        let first = _mm256_hadd_ps(_mm256_hadd_ps(s[0], s[1]), _mm256_hadd_ps(s[2], s[3]));
        let last = _mm256_hadd_ps(_mm256_hadd_ps(s[4], s[5]), _mm256_hadd_ps(s[6], s[7]));
        let low = _mm256_permute2f128_ps::<0x20>(first, last);
        let high = _mm256_permute2f128_ps::<0x31>(first, last);
        // SAFETY: a register of eight floats and an array of eight floats have the same size, and
        // any bits are valid.
        unsafe { transmute(_mm256_add_ps(low, high)) }
    }

    fn store(registers: Registers) -> Vector {
        // SAFETY: as for `load`.
        unsafe { transmute(registers) }
    }

    fn load(vector: &Vector) -> Registers {
        // SAFETY: four registers of eight floats and an array of 32 floats have the same size, and
        // any bits are valid.
        unsafe { transmute(*vector) }
    }
}

#[cfg(test)]
mod tests {
    use crate::sys::rng::SplitMix64;

    use super::*;

    #[expect(clippy::cast_possible_truncation, reason = "test data")]
    fn vector(rng: &mut SplitMix64, scale: f64) -> Vector {
        std::array::from_fn(|_| (scale * rng.normal()) as f32)
    }

    /// On a processor without AVX2 and FMA this compares the portable build with itself.
    #[test]
    fn both_builds_give_the_same_bits() {
        let mut rng = SplitMix64::new(1);
        let (native, portable) = (Kernel::detect(), Kernel::portable());
        for round in 0..2_000_u16 {
            let scale = 10.0_f64.powi(i32::from(round % 21) - 10);
            let rows: Vec<Vector> = (0..16).map(|_| vector(&mut rng, scale)).collect();
            let [weighted, mean, variance] = std::array::from_fn(|_| vector(&mut rng, 1.0));
            let taste = TasteVectors { weighted, mean, variance };
            let picks: Vec<OfferIndex> = (0..round % 9).map(|at| OfferIndex(at * 5 % 16)).collect();
            let covariance: [Vector; DIM] = std::array::from_fn(|_| vector(&mut rng, 1.0));
            let crosses: [Vector; BLOCK] = std::array::from_fn(|_| vector(&mut rng, 1.0));
            let [fast, slow] =
                [native, portable].map(|k| k.taste(&rows, &picks, &taste, &covariance, &crosses));
            let bits =
                |block: &TasteBlock| [block.mean, block.variance].map(|b| b.map(f32::to_bits));
            assert_eq!(bits(&fast), bits(&slow), "round {round}");

            let variances = fast.variance.map(f32::abs);
            let sigmoids = [native, portable]
                .map(|k| k.expected_sigmoid(&fast.mean, &variances).map(f32::to_bits));
            assert_eq!(sigmoids[0], sigmoids[1], "round {round}");
        }
    }

    #[test]
    fn products_are_products() {
        let mut rng = SplitMix64::new(2);
        let row = vector(&mut rng, 1.0);
        let [weighted, mean, variance] = std::array::from_fn(|_| vector(&mut rng, 1.0));
        let covariance: [Vector; DIM] = std::array::from_fn(|_| vector(&mut rng, 1.0));
        let mut crosses = [[0.0; DIM]; BLOCK];
        crosses[0] = vector(&mut rng, 1.0);
        let taste = TasteVectors { weighted, mean, variance };
        let block = Kernel::detect().taste(&[row], &[OfferIndex(0)], &taste, &covariance, &crosses);
        let (mut of_mean, mut of_variance) = (0.0, 0.0);
        for i in 0..DIM {
            let [h, m] = [row[i], mean[i]].map(f64::from);
            of_mean += f64::from(weighted[i]) * h;
            of_variance += f64::from(variance[i]) * h * h + f64::from(crosses[0][i]) * m * h;
            for j in 0..DIM {
                let other = f64::from(mean[j]) * f64::from(row[j]);
                of_variance += other * f64::from(covariance[j][i]) * m * h;
            }
        }
        for (got, wanted) in [(block.mean[0], of_mean), (block.variance[0], of_variance)] {
            assert!((f64::from(got) - wanted).abs() < 1e-4, "{got} for {wanted}");
        }
        let others = block.mean[1..].iter().chain(&block.variance[1..]);
        assert!(others.into_iter().all(|x| x.to_bits() == 0), "lanes without an offer are zero");
    }

    #[test]
    fn exp_is_right_to_a_tenth_of_a_millionth() {
        let mut worst = 0.0_f64;
        for step in 0..4_000_000_u32 {
            #[expect(clippy::cast_possible_truncation, reason = "test data")]
            let x = (f64::from(step) * (175.0 / 4e6) - 87.0) as f32;
            let wanted = libm::exp(f64::from(x));
            worst = worst.max(((f64::from(exp(x)) - wanted) / wanted).abs());
        }
        assert!(worst < 1e-7, "{worst}");
        assert!(exp(f32::NEG_INFINITY) > 0.0 && exp(f32::INFINITY).is_finite());
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "test data")]
    fn sigmoids_are_those_of_the_learner() {
        let mut rng = SplitMix64::new(3);
        for _ in 0..10_000 {
            let means: Block = std::array::from_fn(|_| (rng.unit() * 60.0 - 30.0) as f32);
            let variances: Block = std::array::from_fn(|_| (rng.unit() * 8.0) as f32);
            let got = Kernel::detect().expected_sigmoid(&means, &variances);
            for lane in 0..BLOCK {
                let (mean, variance) = (f64::from(means[lane]), f64::from(variances[lane]));
                let wanted = crate::learn::laplace::expected_sigmoid(mean, variance);
                // The argument itself is rounded to 2⁻²⁴ of up to 30.
                assert!((f64::from(got[lane]) / wanted - 1.0).abs() < 5e-6, "{mean} {variance}");
            }
        }
    }
}
