//! Are guests still spread as they were? The population stability index (PSI).
//!
//! `Σ (aᵢ − eᵢ) ln(aᵢ / eᵢ)` over shares expected and actual. Below .1 nothing has changed to speak of, from
//! .25 on much has: Lewis, "An introduction to credit scoring", 1992; Siddiqi, "Credit risk scorecards",
//! 2006. With few guests chance alone gives as much: under no change the index is about
//! `(1/N + 1/M) χ²` with one degree of freedom less than bins (Yurdakul, "Statistical properties of
//! population stability index", 2018), so an alarm must also be past its 99.9 % quantile.

use super::features::real;

/// From here on something has changed.
pub const MODERATE: f64 = 0.1;
/// From here on much has.
pub const MAJOR: f64 = 0.25;
/// Standard normal deviate of 99.9 %.
const Z: f64 = 3.090_232;
/// Added to each count, so that an empty bin has a logarithm.
const HALF: f64 = 0.5;

/// How much a spread has changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// The index.
    pub psi: f64,
    /// What chance alone stays below, 999 times of 1,000.
    pub by_chance: f64,
}

/// What is to be said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// As it was, or not to be told from chance.
    None,
    /// Something has changed: [`MODERATE`].
    Moderate,
    /// Much has: [`MAJOR`].
    Major,
}

impl Drift {
    /// From the counts of a reference to those of now, bin by bin; `None` where one has no guest, or
    /// there is one bin.
    pub fn between(reference: &[u64], now: &[u64]) -> Option<Self> {
        let sum = |counts: &[u64]| counts.iter().sum::<u64>();
        let (before, after) = (sum(reference), sum(now));
        let used: Vec<(f64, f64)> = reference
            .iter()
            .zip(now)
            .filter(|(a, b)| **a + **b > 0)
            .map(|(a, b)| (number(*a), number(*b)))
            .collect();
        if before == 0 || after == 0 || used.len() < 2 {
            return None;
        }
        let bins = real(used.len());
        let share = |count: f64, of: u64| (count + HALF) / (number(of) + HALF * bins);
        let part = |(a, b): &(f64, f64)| {
            let (expected, actual) = (share(*a, before), share(*b, after));
            (actual - expected) * libm::log(actual / expected)
        };
        let by_chance = chi_square(bins - 1.0) * (1.0 / number(before) + 1.0 / number(after));
        Some(Self { psi: used.iter().map(part).sum(), by_chance })
    }

    /// What is to be said of it.
    pub fn alarm(&self) -> Alarm {
        if self.psi < MODERATE || self.psi <= self.by_chance {
            Alarm::None
        } else if self.psi < MAJOR {
            Alarm::Moderate
        } else {
            Alarm::Major
        }
    }
}

impl Alarm {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Moderate => "moderate",
            Self::Major => "major",
        }
    }
}

/// The 99.9 % quantile of χ², by Wilson and Hilferty, "The distribution of chi-square", 1931.
fn chi_square(freedom: f64) -> f64 {
    let part = 2.0 / (9.0 * freedom);
    freedom * (1.0 - part + Z * part.sqrt()).powi(3)
}

#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    /// By hand: shares ½, ½ to ¾, ¼: ¼ ln 1.5 + ¼ ln 2 = ¼ ln 3.
    #[test]
    fn the_index_is_what_it_is_by_hand() {
        let drift = Drift::between(&[500_000, 500_000], &[750_000, 250_000]).unwrap();
        assert!((drift.psi - 0.25 * libm::log(3.0)).abs() < 1e-5, "{drift:?}");
        assert_eq!(drift.alarm(), Alarm::Major);
        let drift = Drift::between(&[500, 500], &[660, 340]).unwrap();
        assert_eq!(drift.alarm(), Alarm::Moderate, "{drift:?}");
        assert_eq!(Drift::between(&[500, 500], &[510, 490]).unwrap().alarm(), Alarm::None);
        assert_eq!(Drift::between(&[5, 5], &[0, 0]), None);
        assert_eq!(Drift::between(&[5], &[5]), None);
        // χ² of 9 degrees: 27.88 in the tables.
        assert!((chi_square(9.0) - 27.88).abs() < 0.2 && (chi_square(1.0) - 10.83).abs() < 0.4);
    }

    /// Few guests of the same kind: the index alone would call out, chance taken in it does not.
    #[test]
    fn chance_alone_is_no_alarm() {
        let mut rng = SplitMix64::new(8);
        let mut drawn = |guests: usize| {
            let mut counts = [0_u64; 10];
            (0..guests).for_each(|_| counts[rng.below(10)] += 1);
            counts
        };
        let (mut large, mut alarms) = (0, 0);
        for _ in 0..2_000 {
            let drift = Drift::between(&drawn(60), &drawn(60)).unwrap();
            large += usize::from(drift.psi >= MAJOR);
            alarms += usize::from(drift.alarm() > Alarm::None);
        }
        assert!(large > 500, "the bare index cries wolf: {large}");
        assert!(alarms < 12, "{alarms}");
    }
}
