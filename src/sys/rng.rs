//! Randomness, handed in: one root seed, from which every stream is derived by its name.
//!
//! [`Randomness`] holds the root: from the operating system in production, a fixed number in demo
//! and tests. A stream depends on the root, its name and its key alone, never on which other
//! streams were drawn from; adding a draw in one place changes nothing elsewhere, and a decision's
//! draws replay from the root and its id (invariant I16).
//!
//! [`SplitMix64`] is the generator of Steele, Lea, Flood, "Fast splittable pseudorandom number
//! generators" (OOPSLA 2014): one addition and two multiplications, full period 2^64. It is good
//! for draws and for nothing that must stay secret: one output gives its state away. Keys come from
//! [`secret`].

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::domain::time::Timestamp;

/// 2^64 divided by the golden ratio: the step between two states.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The output function: every bit of the state moves about half of the output's bits.
const fn mix(state: u64) -> u64 {
    let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The root of all randomness of a process.
#[derive(Clone, Copy)]
pub struct Randomness {
    root: u64,
}

impl Randomness {
    /// A root that nobody can guess: production.
    ///
    /// # Errors
    /// [`NoRandomness`] when the operating system gives none; a service must not start then.
    #[expect(clippy::disallowed_methods, reason = "the one place that seeds draws")]
    pub fn from_os() -> Result<Self, NoRandomness> {
        getrandom::u64().map(Self::from_seed).map_err(NoRandomness)
    }

    /// A root that can be written down: demo, simulation and tests.
    pub const fn from_seed(root: u64) -> Self {
        Self { root }
    }

    /// The stream of this name.
    pub fn stream(self, name: &str) -> SplitMix64 {
        SplitMix64::new(self.state(name))
    }

    /// One stream of many under a name: a decision's own, by its id; a guest's, by its key.
    pub fn keyed(self, name: &str, key: &[u8]) -> SplitMix64 {
        SplitMix64::new(xxh3_64_with_seed(key, self.state(name)))
    }

    /// The stream of this name, to be drawn from by many threads.
    pub fn shared(self, name: &str) -> SharedRng {
        SharedRng { state: AtomicU64::new(self.state(name)) }
    }

    fn state(self, name: &str) -> u64 {
        xxh3_64_with_seed(name.as_bytes(), self.root)
    }
}

// The root foretells every draw, so it stays out of logs.
impl std::fmt::Debug for Randomness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Randomness").finish_non_exhaustive()
    }
}

/// A stream of random numbers with one owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// A stream from a state. Neighbouring states give unrelated streams.
    pub const fn new(state: u64) -> Self {
        Self { state }
    }

    /// The next 64 bits.
    pub const fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    pub fn unit(&mut self) -> f64 {
        unit(self.next_u64())
    }

    /// Uniform among 0, 1, … n-1; zero for n = 0. Biased by at most n / 2^53.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "floor of a non-negative number below n"
    )]
    pub fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Standard normal, by Box and Muller (cosine half: two uniforms for each number, no hidden
    /// second one).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }
}

/// A stream that any thread may draw from: one atomic addition a draw, no lock.
///
/// Which thread gets which number is up to the scheduler, so nothing that must replay draws from
/// it: it gives ids.
#[derive(Debug)]
pub struct SharedRng {
    state: AtomicU64,
}

impl SharedRng {
    /// The next 64 bits. No two calls get the same state.
    pub fn next_u64(&self) -> u64 {
        mix(self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP))
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    pub fn unit(&self) -> f64 {
        unit(self.next_u64())
    }

    /// An id that sorts by time (RFC 9562, version 7): milliseconds, then 74 random bits.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_micros() / 1_000).unwrap_or(0);
        let mut random = [0; 10];
        let (head, tail) = random.split_at_mut(8);
        head.copy_from_slice(&self.next_u64().to_le_bytes());
        let rest = self.next_u64().to_le_bytes();
        tail.copy_from_slice(rest.split_at(tail.len()).0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

#[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// Bytes from the operating system: keys, salts, tokens.
///
/// # Errors
/// [`NoRandomness`] when the operating system gives none.
#[expect(clippy::disallowed_methods, reason = "the one place that makes secrets")]
pub fn secret<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness(#[source] getrandom::Error);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn it_gives_the_published_sequence() {
        let mut rng = SplitMix64::new(1_234_567);
        let drawn: Vec<u64> = (0..5).map(|_| rng.next_u64()).collect();
        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
    }

    /// The simulated hotel's first rounds, as its specification states them: guest, phase, daypart,
    /// day type.
    #[test]
    fn it_gives_the_first_rounds_of_the_simulated_hotel() {
        for (seed, expected) in [(1, [4667, 1, 0, 2]), (2, [2544, 0, 2, 1]), (3, [1333, 3, 2, 2])] {
            let mut rng = SplitMix64::new(seed * 1_000 + 2);
            let drawn = [rng.below(5_000), rng.below(4), rng.below(4), rng.below(3)];
            assert_eq!(drawn, expected, "seed {seed}");
        }
    }

    #[test]
    fn units_stay_below_one_and_indices_below_n() {
        assert!(unit(u64::MAX) < 1.0);
        assert_eq!(unit(0).to_bits(), 0);
        let mut rng = SplitMix64::new(7);
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.below(1), 0);
        let seen: BTreeSet<usize> = (0..1_000).map(|_| rng.below(10)).collect();
        assert_eq!(seen, (0..10).collect());
        assert!(!rng.chance(0.0) && rng.chance(1.0));
    }

    #[test]
    fn normals_have_mean_zero_and_variance_one() {
        let mut rng = SplitMix64::new(11);
        let n = 100_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..n {
            let x = rng.normal();
            sum += x;
            squares += x * x;
        }
        let mean = sum / f64::from(n);
        let variance = squares / f64::from(n) - mean * mean;
        // Four standard errors: 1/√n for the mean, √(2/n) for the variance.
        assert!(mean.abs() < 4.0 * 0.003_17, "{mean}");
        assert!((variance - 1.0).abs() < 4.0 * 0.004_48, "{variance}");
    }

    #[test]
    fn streams_depend_on_root_name_and_key_alone() {
        let root = Randomness::from_seed(42);
        let mut drawn = root.stream("offers");
        drawn.next_u64();
        assert_eq!(root.stream("offers"), Randomness::from_seed(42).stream("offers"));

        let firsts: BTreeSet<u64> = [
            root.stream("offers"),
            root.stream("channels"),
            root.keyed("offers", b"1"),
            root.keyed("offers", b"2"),
            root.keyed("channels", b"1"),
            Randomness::from_seed(43).stream("offers"),
        ]
        .into_iter()
        .map(|mut stream| stream.next_u64())
        .collect();
        assert_eq!(firsts.len(), 6);
    }

    #[test]
    fn a_shared_stream_is_the_owned_one_cut_among_threads() {
        let root = Randomness::from_seed(5);
        let shared = root.shared("ids");
        let mut drawn = Vec::new();
        std::thread::scope(|scope| {
            let draw = || (0..500).map(|_| shared.next_u64()).collect::<Vec<_>>();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(draw)).collect();
            for thread in threads {
                drawn.extend(thread.join().expect("a drawing thread"));
            }
        });
        let mut owned = root.stream("ids");
        let expected: BTreeSet<u64> = (0..2_000).map(|_| owned.next_u64()).collect();
        assert_eq!(drawn.into_iter().collect::<BTreeSet<u64>>(), expected);
    }

    #[test]
    fn ids_carry_their_millisecond_and_sort_by_it() {
        let rng = Randomness::from_seed(1).shared("ids");
        let earlier = rng.uuid(Timestamp::from_micros(1_700_000_000_000_999));
        let later = rng.uuid(Timestamp::from_micros(1_700_000_000_001_000));
        assert!(earlier < later);
        assert_eq!(earlier.get_version_num(), 7);
        assert_eq!(earlier.as_u128() >> 80, 1_700_000_000_000);
        assert_ne!(rng.uuid(Timestamp::from_micros(0)), rng.uuid(Timestamp::from_micros(0)));
    }

    #[test]
    fn secrets_and_production_roots_differ() {
        let first: [u8; 32] = secret().expect("randomness");
        let second: [u8; 32] = secret().expect("randomness");
        assert_ne!(first, second);
        let (one, two) = (Randomness::from_os(), Randomness::from_os());
        assert_ne!(one.expect("randomness").root, two.expect("randomness").root);
    }

    #[test]
    fn a_root_does_not_show_in_debug_output() {
        assert!(!format!("{:?}", Randomness::from_seed(987_654)).contains("987"));
    }
}
