//! Multi-class data as a bandit problem: the bake-off of Bietti, Agarwal and Langford, "A contextual
//! bandit bake-off" (JMLR 22, 2021).
//!
//! Each row is a round: its features are the context, its classes the arms; the arm that is its
//! class is rewarded, the others are not, and what they would have earned stays unknown. What counts
//! is the progressive loss: the share of rounds in which another arm was pulled, over one pass.

use std::collections::BTreeMap;

use crate::learn::arms::{ArmLearner, Chance, RewardKind};
use crate::learn::exploration::{draw, greedy};
use crate::sys::rng::SplitMix64;

/// The six sets, and the progressive loss of the best of Vowpal Wabbit's algorithms over learning
/// rates (`bakeoff_vw_reference_share.csv`).
pub const SETS: [(&str, f64); 6] = [
    ("vehicle", 0.591),
    ("vowel", 0.8354),
    ("segment", 0.3303),
    ("satimage", 0.3173),
    ("optdigits", 0.1593),
    ("mushroom", 0.0058),
];

/// Rows of a multi-class set.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// Class, from 0, and the features, one number for each name of the set.
    pub rows: Vec<(usize, Vec<f64>)>,
    /// How many classes there are.
    pub classes: usize,
    /// How many features.
    pub features: usize,
}

impl Rows {
    /// One of the [`SETS`]; `None`, and a line saying so, where the data are absent.
    pub fn of_set(name: &str) -> Option<Self> {
        let files = super::data::unpacked("uci_multiclass_vw6.tar.zst")?;
        Self::parse(files.get(&format!("keel/vw/{name}.vw"))?)
    }

    /// Reads rows in Vowpal Wabbit's text format: `class | name:value name …`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        let mut sparse = Vec::new();
        let mut classes = 0;
        for line in text.lines() {
            let (class, features) = line.split_once('|')?;
            let class: usize = class.split_whitespace().next()?.parse().ok()?;
            classes = classes.max(class);
            let mut row = Vec::new();
            for feature in features.split_whitespace() {
                let (name, value) = feature.rsplit_once(':').unwrap_or((feature, "1"));
                let next = names.len();
                row.push((*names.entry(name).or_insert(next), value.parse::<f64>().ok()?));
            }
            sparse.push((class.checked_sub(1)?, row));
        }
        let features = names.len();
        let dense = |(class, row): (usize, Vec<(usize, f64)>)| {
            let mut numbers = vec![0.0; features];
            row.into_iter().for_each(|(at, value)| numbers[at] = value);
            (class, numbers)
        };
        Some(Self { rows: sparse.into_iter().map(dense).collect(), classes, features })
    }

    /// The progressive loss of the product's learner, that takes what it expects most of, over the
    /// rows in the order of a shuffle (Fisher and Yates, drawn from `SplitMix64` at the shuffle's
    /// number).
    pub fn progressive_loss(&self, shuffle: u64) -> f64 {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        let mut rng = SplitMix64::new(shuffle);
        for last in (1..order.len()).rev() {
            order.swap(last, rng.below(last + 1));
        }
        let mut policy = SplitMix64::new(shuffle * 1_000 + 3);
        #[expect(clippy::cast_precision_loss, reason = "a few classes")]
        let level = 1.0 / self.classes as f64;
        let mut learner = ArmLearner::new(RewardKind::Label, (self.features, 0), level);
        let mut selection = vec![0.0; self.classes];
        let mut lost = 0_u32;
        for at in order {
            let (class, context) = &self.rows[at];
            let chance = |arm: usize| Chance { arm: arm as u64, context, features: &[] };
            let expected: Vec<f64> =
                (0..self.classes).map(|arm| learner.expect(&chance(arm)).reward).collect();
            greedy(&expected, 0.0, &mut selection);
            let pulled = draw(&selection, policy.unit()).unwrap_or(0);
            let is_right = pulled == *class;
            lost += u32::from(!is_right);
            learner.learn(&chance(pulled), f64::from(u8::from(is_right)));
        }
        #[expect(clippy::cast_precision_loss, reason = "some thousand rows")]
        let rows = self.rows.len() as f64;
        f64::from(lost) / rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fewer shuffles of the larger sets than `make peers` plays: each is some seconds here.
    fn check(name: &str, shuffles: std::ops::RangeInclusive<u64>) {
        let Some(rows) = Rows::of_set(name) else { return };
        let of_peer = SETS.iter().find(|(set, _)| *set == name).unwrap().1;
        let n = shuffles.clone().count() as f64;
        let loss = shuffles.map(|shuffle| rows.progressive_loss(shuffle)).sum::<f64>() / n;
        assert!(loss <= of_peer, "{name}: {loss} against {of_peer}");
    }

    #[test]
    fn less_is_lost_than_by_the_peer_on_vehicle_and_vowel() {
        check("vehicle", 1..=5);
        check("vowel", 1..=5);
    }

    #[test]
    fn less_is_lost_than_by_the_peer_on_segment() {
        check("segment", 1..=5);
    }

    #[test]
    fn less_is_lost_than_by_the_peer_on_satimage() {
        check("satimage", 1..=1);
    }

    #[test]
    fn less_is_lost_than_by_the_peer_on_optdigits() {
        check("optdigits", 1..=1);
    }

    #[test]
    fn less_is_lost_than_by_the_peer_on_mushroom() {
        check("mushroom", 1..=1);
    }

    #[test]
    fn what_is_not_a_set_is_none() {
        assert_eq!(Rows::parse("no bar"), None);
        assert_eq!(Rows::parse("0 | a:1"), None, "classes begin at 1");
        let rows = Rows::parse("2 | a:0.5 b\n1 | b:2").unwrap();
        assert_eq!((rows.classes, rows.features), (2, 2));
        assert_eq!(rows.rows, [(1, vec![0.5, 1.0]), (0, vec![0.0, 2.0])]);
    }
}
