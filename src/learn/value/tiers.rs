//! Value tiers by Pareto's rule: few guests bring most of the value.
//!
//! Guests in the order of their lifetime value: A is the smallest set that brings half of it, B
//! goes on to 80 %, C to 95 %, D is the rest. A guest changes tier only where the value is past the
//! bound by a tenth of it, or when tiers are set anew at the end of a month.

use serde::{Deserialize, Serialize};

use super::sketch::Sketch;

/// Share of the value that A, B and C reach together.
const SHARES: [f64; 3] = [0.50, 0.80, 0.95];
/// How far past a bound the value must be, as a share of the bound.
pub const HYSTERESIS: f64 = 0.10;

/// A place in the value distribution, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// The first half of the value.
    A,
    /// Up to 80 %.
    B,
    /// Up to 95 %.
    C,
    /// The rest, and everyone without a value above 0.
    D,
}

impl Tier {
    /// All of them, best first.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// As an index of arrays of four.
    pub fn at(self) -> usize {
        self as usize
    }
}

/// When a guest's tier is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// In between: only clear moves count.
    Running,
    /// At the end of a month: the bounds alone count.
    MonthEnd,
}

/// Least values of A, B and C, all above 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TierBounds([f64; 3]);

impl TierBounds {
    /// The bounds of a distribution of lifetime values, within 1 %; `None` where nobody has a value
    /// above 0.
    pub fn of(values: &Sketch) -> Option<Self> {
        let [a, b, c] = SHARES.map(|share| values.least_of_top(share));
        Some(Self([a?, b?, c?]))
    }

    /// The bounds as they were kept.
    pub fn of_parts(least: [f64; 3]) -> Self {
        Self(least)
    }

    /// The bounds, to be kept.
    pub fn parts(self) -> [f64; 3] {
        self.0
    }

    /// The least value of a tier; 0 for D.
    pub fn least(&self, tier: Tier) -> f64 {
        match tier {
            Tier::A => self.0[0],
            Tier::B => self.0[1],
            Tier::C => self.0[2],
            Tier::D => 0.0,
        }
    }

    /// The tier of a value by the bounds alone.
    pub fn tier(&self, value: f64) -> Tier {
        self.tier_with(value, 1.0)
    }

    /// The tier of a guest who had `before`.
    pub fn moved(&self, before: Option<Tier>, value: f64, review: Review) -> Tier {
        let (Some(before), Review::Running) = (before, review) else {
            return self.tier(value);
        };
        let (sure, lenient) =
            (self.tier_with(value, 1.0 + HYSTERESIS), self.tier_with(value, 1.0 - HYSTERESIS));
        // `sure` is never better than `lenient`.
        if sure < before {
            sure
        } else if lenient > before {
            lenient
        } else {
            before
        }
    }

    fn tier_with(&self, value: f64, factor: f64) -> Tier {
        let reaches = |tier: &Tier| value >= factor * self.least(*tier);
        [Tier::A, Tier::B, Tier::C].into_iter().find(reaches).unwrap_or(Tier::D)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bounds(values: &[f64]) -> TierBounds {
        let mut sketch = Sketch::default();
        values.iter().for_each(|value| sketch.add(*value).unwrap());
        TierBounds::of(&sketch).unwrap()
    }

    #[test]
    fn half_the_value_is_a() {
        // 1,000 in all: A reaches 550, B 850, C 970.
        let values = [300.0, 250.0, 200.0, 100.0, 80.0, 40.0, 20.0, 10.0, 0.0, -5.0];
        let bounds = bounds(&values);
        let tiers = values.map(|value| bounds.tier(value));
        use Tier::{A, B, C, D};
        assert_eq!(tiers, [A, A, B, B, C, C, D, D, D, D]);
        assert!(TierBounds::of(&Sketch::default()).is_none());
    }

    #[test]
    fn a_guest_moves_when_past_the_bound_by_a_tenth_or_at_the_end_of_the_month() {
        let bounds = TierBounds([100.0, 50.0, 10.0]);
        let running = |before, value| bounds.moved(Some(before), value, Review::Running);
        assert_eq!([109.0, 110.5].map(|value| running(Tier::B, value)), [Tier::B, Tier::A]);
        assert_eq!([90.5, 89.5].map(|value| running(Tier::A, value)), [Tier::A, Tier::B]);
        // Across two bounds at once, as far as is clear.
        assert_eq!([105.0, 500.0].map(|value| running(Tier::D, value)), [Tier::B, Tier::A]);
        assert_eq!(running(Tier::A, 47.0), Tier::B);
        assert_eq!(running(Tier::A, -1.0), Tier::D);
        assert_eq!(bounds.moved(Some(Tier::A), 99.0, Review::MonthEnd), Tier::B);
        assert_eq!(bounds.moved(None, 99.0, Review::Running), Tier::B);
    }

    proptest! {
        /// The sets are as small as the shares allow, give or take the guests of one bucket.
        #[test]
        fn tiers_are_the_smallest_sets_that_reach_their_shares(
            values in prop::collection::vec(1.0_f64..1e5, 1..300),
        ) {
            let bounds = bounds(&values);
            let total: f64 = values.iter().sum();
            for (tier, share) in [Tier::A, Tier::B, Tier::C].into_iter().zip(SHARES) {
                let sum = |least: f64| values.iter().filter(|value| **value >= least).sum::<f64>();
                let (least, wanted) = (bounds.least(tier), share * total);
                prop_assert!(sum(least * (1.0 - 1e-9)) >= wanted * (1.0 - 1e-9));
                prop_assert!(sum(least * 1.011) < wanted * (1.0 + 1e-9));
            }
        }

        /// Shown the same value again, a guest stays; a better value never lowers.
        #[test]
        fn tiers_come_to_rest(value in 0.0_f64..200.0, more in 0.0_f64..50.0, start in 0_usize..4) {
            let bounds = TierBounds([100.0, 50.0, 10.0]);
            let start = [Tier::A, Tier::B, Tier::C, Tier::D][start];
            let once = bounds.moved(Some(start), value, Review::Running);
            prop_assert_eq!(bounds.moved(Some(once), value, Review::Running), once);
            prop_assert!(bounds.moved(Some(start), value + more, Review::Running) <= once);
        }
    }
}
