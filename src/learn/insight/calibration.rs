//! Do guests accept as often as was foreseen? Expected calibration error over bins of equal size.
//!
//! `ECE = Σ_b n_b/N · |mean foreseen_b − rate_b|`. Bins hold equally many labels, since foreseen
//! propensities crowd at a few percent (Nixon et al., "Measuring calibration in deep learning", 2019).
//! What is shown was chosen for its foreseen propensity, so the mean foreseen lies a few percent over
//! the rate even with a true model: the winner's curse.

use serde::Serialize;

use super::share::real;

/// Bins.
pub const BINS: usize = 15;
/// Labels below which nothing is said.
pub const LABELS_MIN: usize = 500;

/// How well acceptance was foreseen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Labels.
    pub labels: u64,
    /// Mean of what was foreseen.
    pub foreseen: f64,
    /// Share that was accepted.
    pub accepted: f64,
    /// Expected calibration error.
    pub error: f64,
    /// Bins, from the least foreseen on.
    pub bins: Vec<Bin>,
}

/// A bin of labels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Labels.
    pub labels: u64,
    /// Mean of what was foreseen.
    pub foreseen: f64,
    /// Share that was accepted.
    pub accepted: f64,
}

/// Labels, each with what was foreseen of it.
#[derive(Debug, Clone, Default)]
pub struct Foreseen(Vec<(f32, bool)>);

impl Foreseen {
    /// Takes a label in.
    pub fn take(&mut self, foreseen: f32, accepted: bool) {
        if foreseen.is_finite() {
            self.0.push((foreseen, accepted));
        }
    }

    /// The calibration; `None` below [`LABELS_MIN`] labels.
    pub fn calibration(mut self) -> Option<Calibration> {
        if self.0.len() < LABELS_MIN {
            return None;
        }
        self.0.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let all = bin(&self.0);
        let ends = (0..=BINS).map(|b| b * self.0.len() / BINS).collect::<Vec<_>>();
        let bins: Vec<Bin> = ends.windows(2).map(|ends| bin(&self.0[ends[0]..ends[1]])).collect();
        let gap = |bin: &Bin| real(bin.labels) * (bin.foreseen - bin.accepted).abs();
        let error = bins.iter().map(gap).sum::<f64>() / real(all.labels);
        Some(Calibration {
            labels: all.labels,
            foreseen: all.foreseen,
            accepted: all.accepted,
            error,
            bins,
        })
    }
}

fn bin(labels: &[(f32, bool)]) -> Bin {
    let count = u64::try_from(labels.len()).unwrap_or(u64::MAX);
    let n = real(count).max(1.0);
    let foreseen = labels.iter().map(|(foreseen, _)| f64::from(*foreseen)).sum::<f64>() / n;
    let accepted = labels.iter().filter(|(_, accepted)| *accepted).count();
    let accepted = real(u64::try_from(accepted).unwrap_or(u64::MAX)) / n;
    Bin { labels: count, foreseen, accepted }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    #[test]
    fn a_true_foresight_has_little_error_and_a_wrong_one_shows_by_how_much() {
        let mut rng = SplitMix64::new(3);
        let (mut right, mut wrong) = (Foreseen::default(), Foreseen::default());
        for _ in 0..60_000 {
            let p = 0.02 + 0.2 * rng.unit();
            let accepted = rng.chance(p);
            #[expect(clippy::cast_possible_truncation, reason = "a propensity")]
            let p = p as f32;
            right.take(p, accepted);
            wrong.take(p + 0.05, accepted);
            right.take(f32::NAN, true);
        }
        let (right, wrong) = (right.calibration().unwrap(), wrong.calibration().unwrap());
        assert_eq!(right.labels, 60_000);
        assert!(right.error < 0.01, "{right:?}");
        assert!((wrong.error - 0.05).abs() < 0.01, "{wrong:?}");
        assert!(right.bins.iter().all(|bin| bin.labels == 4_000));
        assert!(right.bins.is_sorted_by(|a, b| a.foreseen <= b.foreseen));
    }

    #[test]
    fn few_labels_say_nothing() {
        let mut few = Foreseen::default();
        (0..LABELS_MIN - 1).for_each(|_| few.take(0.1, false));
        assert!(few.clone().calibration().is_none());
        few.take(0.1, true);
        assert!(few.calibration().is_some());
    }
}
