//! Guests drawn from the models, to see whether a fit finds what they were drawn with.

use super::history::{History, Spend, YearlyHistory};
use crate::sys::rng::SplitMix64;

/// Gamma of a shape, rate 1: Marsaglia and Tsang, "A simple method for generating gamma variables",
/// ACM Transactions on Mathematical Software 26 (2000).
pub(super) fn gamma(rng: &mut SplitMix64, shape: f64) -> f64 {
    if shape < 1.0 {
        return gamma(rng, shape + 1.0) * libm::pow(1.0 - rng.unit(), 1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let z = rng.normal();
        let v = (1.0 + c * z).powi(3);
        let fits = |v: f64| 0.5 * z * z + d - d * v + d * libm::log(v);
        if v > 0.0 && libm::log(1.0 - rng.unit()) < fits(v) {
            return d * v;
        }
    }
}

fn beta(rng: &mut SplitMix64, a: f64, b: f64) -> f64 {
    let (one, other) = (gamma(rng, a), gamma(rng, b));
    one / (one + other)
}

fn wait(rng: &mut SplitMix64, rate: f64) -> f64 {
    -libm::log(1.0 - rng.unit()) / rate
}

/// A guest seen for `age`: stays at a rate until `leaves` says so, asked after each stay with its
/// time.
fn guest(
    rng: &mut SplitMix64,
    rate: f64,
    age: f64,
    mut leaves: impl FnMut(&mut SplitMix64, u32, f64) -> bool,
) -> History {
    let (mut repeats, mut last) = (0, 0.0);
    while !leaves(rng, repeats, last) {
        let next = last + wait(rng, rate);
        if next >= age {
            break;
        }
        (repeats, last) = (repeats + 1, next);
    }
    History::new(repeats, last, age).unwrap()
}

/// A guest of BG/NBD, or of MBG/NBD where one may leave `after_first`.
pub(super) fn beta_geometric(
    rng: &mut SplitMix64,
    [r, alpha, a, b]: [f64; 4],
    after_first: bool,
    age: f64,
) -> History {
    let rate = gamma(rng, r) / alpha;
    let leaving = beta(rng, a, b);
    guest(rng, rate, age, |rng, repeats, _| (repeats > 0 || after_first) && rng.chance(leaving))
}

/// A guest of Pareto/NBD.
pub(super) fn pareto(rng: &mut SplitMix64, [r, alpha, s, beta]: [f64; 4], age: f64) -> History {
    let rate = gamma(rng, r) / alpha;
    let leaving = gamma(rng, s) / beta;
    let stays_until = wait(rng, leaving).min(age);
    let seen = guest(rng, rate, stays_until, |_, _, _| false);
    History::new(seen.repeats(), seen.last(), age).unwrap()
}

/// A guest of BG/BB.
pub(super) fn beta_binomial(
    rng: &mut SplitMix64,
    [alpha, beta_, gamma_, delta]: [f64; 4],
    years: u32,
) -> YearlyHistory {
    let (coming, leaving) = (beta(rng, alpha, beta_), beta(rng, gamma_, delta));
    let (mut repeats, mut last) = (0, 0);
    for year in 1..=years {
        if rng.chance(leaving) {
            break;
        }
        if rng.chance(coming) {
            (repeats, last) = (repeats + 1, year);
        }
    }
    YearlyHistory::new(repeats, last, years).unwrap()
}

/// What a guest of Gamma-Gamma spends on `repeats` stays.
pub(super) fn spend(rng: &mut SplitMix64, [p, q, v]: [f64; 3], repeats: u32) -> Spend {
    let scale = gamma(rng, q) / v;
    let total: f64 = (0..repeats).map(|_| gamma(rng, p) / scale).sum();
    Spend::new(repeats, total / f64::from(repeats)).unwrap()
}
