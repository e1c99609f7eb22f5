//! Plans that must give some offers so many times at least.
//!
//! A lower bound is a part of the units under a bonus that outweighs everything else (minimum-cost flow
//! with lower bounds; Ahuja, Magnanti, Orlin, *Network Flows*, 1993, 6.7). Where a bound cannot be met,
//! as many of its units are given as can be. What a guest gains may then be less than nothing: what the
//! bound costs.

use super::assign::{Plan, assign};

/// The best plan of those that give the most of what must be given: as [`assign`], and of each resource
/// `least[k]` units where so many guests may have it. `gains` below 0 are given for that only; not a
/// number or negative infinity: the guest may not have it.
pub fn assign_least(gains: &[f64], units: &[u32], least: &[u32]) -> Plan {
    let n = units.len();
    let bound: Vec<usize> = (0..n).filter(|k| least[*k] > 0).collect();
    if bound.is_empty() {
        return assign(gains, units);
    }
    let width = n + bound.len();
    let bonus = bonus(gains, width);
    let mut table = Vec::with_capacity(gains.len() / n * width);
    for row in gains.chunks_exact(n) {
        table.extend_from_slice(row);
        let under_bonus = |k: &usize| match row[*k].is_finite() {
            true => row[*k] + bonus,
            false => f64::NEG_INFINITY,
        };
        table.extend(bound.iter().map(under_bonus));
    }
    let free = units.iter().zip(least).map(|(units, least)| units.saturating_sub(*least));
    let forced = bound.iter().map(|k| least[*k].min(units[*k]));
    let split: Vec<u32> = free.chain(forced).collect();
    let plan = assign(&table, &split);
    let whole = |column: usize| if column < n { column } else { bound[column - n] };
    let given: Vec<Option<usize>> = plan.given.iter().map(|g| g.map(whole)).collect();
    let rows = given.iter().enumerate();
    let gain = rows.filter_map(|(guest, k)| Some(gains[guest * n + (*k)?])).sum();
    Plan { given, bid_prices: plan.bid_prices[..n].to_vec(), gain }
}

/// More than any plan can gain by giving one unit less of what must be given: two plans differ by paths
/// of moves that come to each column once, and a move changes the gain by twice the greatest at most.
fn bonus(gains: &[f64], width: usize) -> f64 {
    let greatest = gains.iter().copied().filter(|gain| gain.is_finite()).map(f64::abs);
    #[expect(clippy::cast_precision_loss, reason = "a few dozen columns")]
    let moves = (width + 2) as f64;
    2.0 * moves * greatest.fold(0.0, f64::max) + 1.0
}

/// What each lower bound costs: by how much the gain of a plan without it is greater. 0 where the best
/// plan meets it by itself.
pub fn costs(gains: &[f64], units: &[u32], least: &[u32], plan: &Plan) -> Vec<f64> {
    let mut costs = vec![0.0; units.len()];
    if least.iter().all(|least| *least == 0) {
        return costs;
    }
    let free = assign(gains, units);
    let given = |k: usize| free.given.iter().filter(|given| **given == Some(k)).count();
    let is_bound = |k: &usize| u32::try_from(given(*k)).is_ok_and(|given| given < least[*k]);
    let bound: Vec<usize> = (0..units.len()).filter(is_bound).collect();
    for k in &bound {
        let without = match bound.len() {
            1 => free.gain,
            _ => {
                let mut others = least.to_vec();
                others[*k] = 0;
                assign_least(gains, units, &others).gain
            }
        };
        costs[*k] = (without - plan.gain).max(0.0);
    }
    costs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The best of all plans: most of what must be given, then most gain. By trying every one.
    fn by_trying(
        gains: &[f64],
        (units, least): (&[u32], &[u32]),
        used: &mut Vec<u32>,
        guest: usize,
    ) -> (u32, f64) {
        let n = units.len();
        if guest * n >= gains.len() {
            let met = used.iter().zip(least).map(|(used, least)| used.min(least)).sum();
            return (met, 0.0);
        }
        let mut best = by_trying(gains, (units, least), used, guest + 1);
        for k in 0..n {
            let gain = gains[guest * n + k];
            if used[k] >= units[k] || !gain.is_finite() {
                continue;
            }
            used[k] += 1;
            let (met, rest) = by_trying(gains, (units, least), used, guest + 1);
            used[k] -= 1;
            if met > best.0 || (met == best.0 && gain + rest > best.1) {
                best = (met, gain + rest);
            }
        }
        best
    }

    fn counts(plan: &Plan, units: &[u32]) -> Vec<u32> {
        let mut counts = vec![0; units.len()];
        plan.given.iter().flatten().for_each(|k| counts[*k] += 1);
        assert!(counts.iter().zip(units).all(|(used, units)| used <= units), "{counts:?}");
        counts
    }

    proptest! {
        #[test]
        fn no_plan_is_better(
            gains in prop::collection::vec(-8_i32..9, 0..19),
            units in prop::collection::vec(0_u32..4, 3),
            least in prop::collection::vec(0_u32..4, 3),
        ) {
            // The lowest stands for a guest who may not have it.
            let gain = |g: &i32| if *g == -8 { f64::NEG_INFINITY } else { f64::from(*g) };
            let gains: Vec<f64> = gains.chunks_exact(3).flatten().map(gain).collect();
            let plan = assign_least(&gains, &units, &least);
            let met: u32 =
                counts(&plan, &units).iter().zip(&least).map(|(used, least)| used.min(least)).sum();
            let total: f64 = plan.given.iter().enumerate()
                .filter_map(|(guest, k)| Some(gains[guest * 3 + (*k)?]))
                .sum();
            let best = by_trying(&gains, (&units, &least), &mut vec![0; 3], 0);
            prop_assert_eq!(met, best.0);
            prop_assert!((plan.gain - best.1).abs() < 1e-9, "{} of {}", plan.gain, best.1);
            prop_assert!((plan.gain - total).abs() < 1e-9);
            let costs = costs(&gains, &units, &least, &plan);
            for k in 0..3 {
                let mut without = least.clone();
                without[k] = 0;
                let free = by_trying(&gains, (&units, &without), &mut vec![0; 3], 0).1;
                let expected = if least[k] == 0 { 0.0 } else { free - best.1 };
                // One that is met by the best plan of all costs nothing, whatever the others do.
                let by_itself = counts(&assign(&gains, &units), &units)[k] >= least[k];
                let is_right = by_itself && costs[k] == 0.0
                    || (costs[k] - expected.max(0.0)).abs() < 1e-9;
                prop_assert!(is_right, "{k}: {} not {expected}", costs[k]);
            }
        }

        /// With small differences among many guests the bonus drowns nothing.
        #[test]
        fn small_differences_count_under_a_bound(seed in any::<u64>()) {
            let mut rng = crate::sys::rng::SplitMix64::new(seed);
            let gains: Vec<f64> = (0..300).map(|_| -1.0 - rng.unit() * 1e-4).collect();
            let plan = assign_least(&gains, &[20], &[10]);
            let mut best = gains.clone();
            best.sort_unstable_by(|a, b| b.total_cmp(a));
            prop_assert!((plan.gain - best[..10].iter().sum::<f64>()).abs() < 1e-9);
            prop_assert_eq!(counts(&plan, &[20]), vec![10]);
        }
    }

    #[test]
    fn a_bound_that_cannot_be_met_is_met_as_far_as_can_be() {
        let no = f64::NEG_INFINITY;
        let plan = assign_least(&[-3.0, no, no, -1.0, 2.0, f64::NAN], &[4, 4], &[3, 2]);
        assert_eq!(plan.given, [Some(0), Some(1), Some(0)]);
        assert!((plan.gain + 2.0).abs() < 1e-12);
        assert_eq!(assign_least(&[], &[2], &[2]).given, []);
        let alone = assign_least(&[-3.0, 2.0], &[2], &[2]);
        assert!((costs(&[-3.0, 2.0], &[2], &[2], &alone)[0] - 3.0).abs() < 1e-12);
    }
}
