//! Units are dealt to buckets and arms evenly, and each salt deals anew.

use proptest::prelude::*;

use super::distribution::chi_squared_survival;
use super::ratio_mismatch::{ArmCount, check};
use crate::domain::experiment::allocation::Allocation;
use crate::domain::experiment::bucket::{LayerBucket, UnitBucket};
use crate::domain::experiment::plan::tests::{ids, layer, plan};

/// Units of each arm, of those in the experiment.
fn counts(allocation: &Allocation, units: u32) -> Vec<u64> {
    let mut counts = vec![0; allocation.plan().arms.len()];
    ids(units).filter_map(|id| allocation.arm_of(&id)).for_each(|arm| counts[arm] += 1);
    counts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn arms_have_their_shares(plans in layer(), at in any::<prop::sample::Index>()) {
        let plan = plans[at.index(plans.len())].clone();
        let allocation = Allocation::new(plan.clone()).unwrap();
        let expected: Vec<f64> = allocation.expected_shares().collect();
        prop_assert!((expected.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let parts = f64::from(plan.layer.parts());
        for (arm, share) in plan.arms.iter().zip(&expected) {
            let off = (f64::from(arm.share) / parts - share).abs();
            prop_assert!(off <= 1.0001e-4, "{expected:?}");
        }
        let counts = counts(&allocation, 20_000);
        let arms = counts.iter().zip(expected);
        let arms: Vec<ArmCount<'_>> =
            arms.map(|(units, share)| ArmCount { arm: "arm", units: *units, share }).collect();
        let p = check(&arms).unwrap().p_value;
        prop_assert!(p > 1e-6, "{counts:?}, p = {p}");
    }
}

/// Independence of the arms of two experiments that follow each other in one range.
#[test]
fn the_next_experiment_of_a_range_mixes_its_units_anew() {
    let [before, after] =
        ["before", "after"].map(|id| Allocation::new(plan(id, (0, 500), &[2_500, 2_500])).unwrap());
    let mut table = [[0_u64; 2]; 2];
    for id in ids(40_000) {
        if let (Some(one), Some(other)) = (before.arm_of(&id), after.arm_of(&id)) {
            table[one][other] += 1;
        }
    }
    let cells = table.as_flattened();
    assert!(cells.iter().sum::<u64>() > 19_000, "{table:?}");
    let cells: Vec<ArmCount<'_>> =
        cells.iter().map(|units| ArmCount { arm: "", units: *units, share: 1.0 }).collect();
    assert!(check(&cells).unwrap().p_value > 0.001, "{table:?}");
}

fn p_of_uniform(counts: &[u32]) -> f64 {
    let total: u32 = counts.iter().sum();
    let cells = u32::try_from(counts.len()).unwrap();
    let expected = f64::from(total) / f64::from(cells);
    let statistic = counts.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
    chi_squared_survival(statistic, cells - 1)
}

/// A20: 10⁶ ids over 100 groups of buckets, and 10⁵ over all buckets of a layer.
#[test]
fn a_million_ids_fill_all_buckets_alike() {
    let mut coarse = [0_u32; 100];
    let mut layer = [0_u32; 1_000];
    for id in 0..1_000_000_u32 {
        let id = id.to_string();
        coarse[usize::from(UnitBucket::of("exp1", &id).number() / 100)] += 1;
        if id.ends_with('7') {
            layer[usize::from(LayerBucket::of("layer", &id).number())] += 1;
        }
    }
    let p = [p_of_uniform(&coarse), p_of_uniform(&layer)];
    assert!(p.iter().all(|p| *p > 0.001), "{p:?}");
}

/// A20: what one salt says of a unit says nothing of another's: χ² of a 10 × 10 table, 81
/// degrees of freedom.
#[test]
fn two_salts_are_independent() {
    let mut table = [[0_u32; 10]; 10];
    let total = 200_000_u32;
    for id in 0..total {
        let id = id.to_string();
        let tenth = |salt| usize::from(UnitBucket::of(salt, &id).number() / 1_000);
        table[tenth("exp1")][tenth("exp2")] += 1;
    }
    let rows = table.map(|row| row.iter().sum::<u32>());
    let columns: [u32; 10] = std::array::from_fn(|c| table.iter().map(|row| row[c]).sum());
    let mut statistic = 0.0;
    for (row, cells) in rows.iter().zip(&table) {
        for (column, seen) in columns.iter().zip(cells) {
            let expected = f64::from(*row) * f64::from(*column) / f64::from(total);
            statistic += (f64::from(*seen) - expected).powi(2) / expected;
        }
    }
    let p = chi_squared_survival(statistic, 81);
    assert!(p > 0.001, "{statistic}, p = {p}");
}
