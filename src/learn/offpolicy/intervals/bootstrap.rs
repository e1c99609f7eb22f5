//! The interval of logs drawn anew: guests, with all their decisions, with replacement.
//!
//! Percentile bootstrap (Efron, "Bootstrap methods: another look at the jackknife", 1979) over
//! clusters: a guest's decisions stay together, since they are not independent of each other.

use super::Interval;
use crate::learn::offpolicy::estimators::Estimator;
use crate::learn::offpolicy::sums::{GuestSums, Sums};
use crate::sys::rng::SplitMix64;

/// Resamples for routine use.
pub const RESAMPLES: usize = 1_000;

/// The interval of each estimator at a level (0.95, say), from the same resamples. The same stream
/// of random numbers gives the same intervals.
pub fn bootstrap(
    sums: &GuestSums,
    estimators: &[Estimator],
    level: f64,
    resamples: usize,
    rng: &mut SplitMix64,
) -> Vec<Interval> {
    let guests = sums.guests();
    let mut values = vec![Vec::with_capacity(resamples); estimators.len()];
    for _ in 0..resamples {
        let mut total = Sums::default();
        for _ in guests {
            total.add(&guests[rng.below(guests.len())]);
        }
        for (values, estimator) in values.iter_mut().zip(estimators) {
            values.push(total.value(*estimator));
        }
    }
    let tail = (1.0 - level) / 2.0;
    let interval = |mut values: Vec<f64>| {
        values.sort_unstable_by(f64::total_cmp);
        Interval { low: percentile(&values, tail), high: percentile(&values, 1.0 - tail) }
    };
    values.into_iter().map(interval).collect()
}

/// The value below which a share of sorted values lies, linear between neighbours (type 7 of
/// Hyndman and Fan, "Sample quantiles in statistical packages", 1996); not a number for none.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    #[expect(clippy::cast_precision_loss, reason = "a number of resamples")]
    let at = share.clamp(0.0, 1.0) * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "floor of a non-negative number below the length"
    )]
    let below = at as usize;
    let above = (below + 1).min(last);
    sorted[below] + (at - at.floor()) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::estimators::Parameters;
    use crate::learn::offpolicy::intervals::normal::normal;
    use crate::learn::offpolicy::row::Rows;
    use crate::learn::offpolicy::row::testing::row;

    fn sums(guests: u64, each: usize) -> GuestSums {
        let mut rng = SplitMix64::new(guests);
        let mut rows = Vec::new();
        for guest in 0..guests {
            // All decisions of a guest end alike: a guest counts once, however often.
            let reward = f64::from(u8::from(rng.chance(0.3)));
            rows.extend((0..each).map(|_| row(guest, reward, 0.5, 0.5)));
        }
        GuestSums::of(&Rows::new(rows).unwrap(), &Parameters::UNLIMITED)
    }

    fn interval(sums: &GuestSums, seed: u64) -> Interval {
        bootstrap(sums, &[Estimator::Ips], 0.95, 2_000, &mut SplitMix64::new(seed))[0]
    }

    #[test]
    fn it_agrees_with_the_normal_interval_where_that_holds() {
        let sums = sums(400, 3);
        let error = sums.standard_error(Estimator::Ips);
        let normal = normal(sums.total().value(Estimator::Ips), error, 0.95);
        let drawn = interval(&sums, 1);
        assert!((drawn.low - normal.low).abs() < 0.2 * error, "{drawn:?} {normal:?}");
        assert!((drawn.high - normal.high).abs() < 0.2 * error, "{drawn:?} {normal:?}");
    }

    #[test]
    fn guests_are_drawn_not_decisions() {
        let (one, nine) = (interval(&sums(400, 1), 1), interval(&sums(400, 9), 1));
        assert!((one.width() - nine.width()).abs() < 1e-12, "nine times the same is no news");
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let sums = sums(50, 2);
        assert_eq!(interval(&sums, 7), interval(&sums, 7));
        assert_ne!(interval(&sums, 7), interval(&sums, 8));
    }

    #[test]
    fn percentiles_lie_between_neighbours() {
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        for (share, expected) in [(0.0, 1.0), (0.25, 2.0), (0.3, 2.4), (0.9, 12.8), (1.0, 16.0)] {
            assert!((percentile(&values, share) - expected).abs() < 1e-12);
        }
        assert!(percentile(&[], 0.5).is_nan());
    }
}
