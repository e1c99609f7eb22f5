//! Which arm of an experiment is a unit in? A plan, checked once, then two hashes a unit.
//!
//! Two independent steps, each with a salt of its own: the *layer's* salt says whether the unit is
//! in the experiment's range, the *experiment's* which arm it gets. So two experiments that follow
//! each other in one range mix each other's units anew.

use super::bucket::{LAYER_BUCKETS, LayerBucket, UNIT_BUCKETS, UnitBucket};
use super::bucket::{growthbook_v1, growthbook_v2};
use super::plan::{ExperimentPlan, Hashing, PlanError};

/// Buckets of 10 000 to one of 1 000.
const COARSE: u16 = UNIT_BUCKETS / LAYER_BUCKETS;

/// An experiment whose plan was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    plan: ExperimentPlan,
    /// For each arm the first bucket behind it; the last is [`UNIT_BUCKETS`].
    ends: Vec<u16>,
}

impl Allocation {
    /// Checks a plan by itself.
    ///
    /// # Errors
    /// [`PlanError`] naming the first field that cannot be used.
    pub fn new(plan: ExperimentPlan) -> Result<Self, PlanError> {
        plan.check()?;
        let total = u32::from(plan.layer.parts());
        let mut before = 0;
        let mut ends = Vec::with_capacity(plan.arms.len());
        for arm in &plan.arms {
            before += u32::from(arm.share);
            let end = (before * u32::from(UNIT_BUCKETS)).div_ceil(total);
            ends.push(u16::try_from(end).expect("shares sum to the range"));
        }
        let allocation = Self { plan, ends };
        if let Some(at) = allocation.expected_shares().position(|share| share <= 0.0) {
            return Err(PlanError::too_small(at, allocation.plan.arms[at].share));
        }
        Ok(allocation)
    }

    /// The plan it was made from.
    pub fn plan(&self) -> &ExperimentPlan {
        &self.plan
    }

    /// The arm of a unit, the holdout apart; `None` outside of the range.
    pub fn arm_of(&self, unit_id: &str) -> Option<usize> {
        let layer = &self.plan.layer;
        let place = match self.plan.hashing {
            Hashing::Sha256 => LayerBucket::of(&layer.salt, unit_id),
            Hashing::GrowthbookV1 | Hashing::GrowthbookV2 => growthbook_v1(&layer.salt, unit_id),
        };
        if !(layer.start..layer.end).contains(&place.number()) {
            return None;
        }
        let salt = self.plan.salt.as_str();
        let bucket = match self.plan.hashing {
            Hashing::Sha256 => UnitBucket::of(salt, unit_id).number(),
            Hashing::GrowthbookV1 => growthbook_v1(salt, unit_id).number() * COARSE,
            Hashing::GrowthbookV2 => growthbook_v2(salt, unit_id).number(),
        };
        Some(self.ends.partition_point(|end| *end <= bucket))
    }

    /// For each arm the share of the experiment's units that it gets, exactly: what a sample ratio
    /// is tested against. Sums to 1; differs from the plan by at most one bucket of its hashing.
    pub fn expected_shares(&self) -> impl Iterator<Item = f64> {
        let step = if self.plan.hashing == Hashing::GrowthbookV1 { COARSE } else { 1 };
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(move |(start, end)| {
            let buckets = end.div_ceil(step) - start.div_ceil(step);
            f64::from(buckets) * f64::from(step) / f64::from(UNIT_BUCKETS)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::experiment::plan::tests::{ids, plan};

    #[test]
    fn whole_layers_have_their_shares_to_the_bucket() {
        let everybody = Allocation::new(plan("all", (0, 1_000), &[300, 9_700])).unwrap();
        assert_eq!(everybody.ends, [300, 10_000]);
        let third = Allocation::new(plan("third", (0, 3), &[10, 10, 10])).unwrap();
        assert_eq!(third.ends, [3_334, 6_667, 10_000]);
    }

    /// Against `GrowthBook`'s own arithmetic in floating point: `inNamespace` and
    /// `chooseVariation`.
    #[test]
    fn growthbooks_experiments_keep_their_variations() {
        for hashing in [Hashing::GrowthbookV1, Hashing::GrowthbookV2] {
            let mut plan = plan("gb", (200, 700), &[1_000, 1_500, 2_500]);
            plan.hashing = hashing;
            plan.layer.salt = "__checkout".to_owned();
            let allocation = Allocation::new(plan).unwrap();
            for id in ids(3_000) {
                let namespace = growthbook_v1("__checkout", &id).fraction();
                let n = match hashing {
                    Hashing::GrowthbookV1 => growthbook_v1("salt of gb", &id).fraction(),
                    _ => growthbook_v2("salt of gb", &id).fraction(),
                };
                let variation = [0.2, 0.5, 1.0].iter().position(|end| n < *end);
                let expected = variation.filter(|_| (0.2..0.7).contains(&namespace));
                assert_eq!(allocation.arm_of(&id), expected, "{id} {hashing:?}");
            }
        }
    }

    #[test]
    fn an_arm_too_small_for_a_coarse_hash_is_refused() {
        let mut small = plan("gb", (0, 1_000), &[9_997, 2, 1]);
        assert!(Allocation::new(small.clone()).is_ok());
        small.hashing = Hashing::GrowthbookV1;
        let refused = Allocation::new(small).unwrap_err().to_string();
        assert!(refused.starts_with("arms[1].share: is 2, too little"), "{refused}");
    }
}
