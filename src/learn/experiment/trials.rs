//! A18: simulated experiments, looked at a hundred times each. How often is a difference called
//! that is not there, how often one missed that is?
//!
//! Each gate has its negative control: a rule that is in use elsewhere, and fails.

use super::estimate::{ArmMean, Effect, difference, log_ratio};
use super::moments::Moments;
use super::sequential::{Level, Mixture};
use crate::sys::rng::SplitMix64;

const LOOKS: u32 = 100;

fn mixture(tau: f64) -> Mixture {
    Mixture::new(tau).expect("above 0")
}

/// One guest in twenty spends, e⁴ give or take a factor of e: the mean, and a draw.
const SPENDING: (f64, fn(&mut SplitMix64) -> f64) =
    (4.500_856, |rng| if rng.chance(0.05) { libm::exp(4.0 + rng.normal()) } else { 0.0 });

/// How often each rule calls a difference at any of 100 looks, in percent of streams.
#[derive(Debug)]
struct Alarms {
    /// The always-valid difference.
    difference: f64,
    /// A z test, looked at again and again.
    peeking: f64,
    /// The always-valid difference, with the arms' own variances alone.
    welch: f64,
    /// The always-valid logarithm of the ratio.
    ratio: f64,
    /// The always-valid lift, by the delta method on a/b itself.
    direct: f64,
}

/// Streams without effect, of units of a mean: at each look `units` more in the small arm, `times`
/// as many in the large. τ stands for a lift of 30 %, where the tails matter most.
fn alarms(
    streams: u32,
    (units, times): (u32, u32),
    (mean, draw): (f64, impl Fn(&mut SplitMix64) -> f64),
) -> Alarms {
    let level = Level::FIVE_PERCENT;
    let (relative, absolute) = (mixture(0.3), mixture(0.3 * mean));
    let mut rng = SplitMix64::new(18);
    let mut called = [0_u32; 5];
    for _ in 0..streams {
        let (mut large, mut small) = (Moments::default(), Moments::default());
        let mut calls = [false; 5];
        for _ in 0..LOOKS {
            for _ in 0..units {
                small.add(draw(&mut rng)).unwrap();
                (0..times).for_each(|_| large.add(draw(&mut rng)).unwrap());
            }
            let (Ok(a), Ok(b)) = (large.estimate(), small.estimate()) else { continue };
            let is_called = |mixture: Mixture, effect| mixture.p_value(effect) <= level.get();
            let Ok(gap) = difference(a, b) else { continue };
            calls[0] |= is_called(absolute, gap);
            calls[1] |= gap.z().abs() > 1.96;
            let error = libm::hypot(a.standard_error(), b.standard_error());
            calls[2] |= is_called(absolute, Effect::new(gap.value(), error).unwrap());
            let Ok(ratio) = log_ratio(a, b) else { continue };
            calls[3] |= is_called(relative, ratio);
            let times = a.mean() / b.mean();
            let error = libm::hypot(a.standard_error(), times * b.standard_error()) / b.mean();
            calls[4] |= is_called(relative, Effect::new(times - 1.0, error).unwrap());
        }
        called.iter_mut().zip(calls).for_each(|(count, is)| *count += u32::from(is));
    }
    let [difference, peeking, welch, ratio, direct] =
        called.map(|count| 100.0 * f64::from(count) / f64::from(streams));
    Alarms { difference, peeking, welch, ratio, direct }
}

/// A18. 2 000 A/A streams of a rate of 30 %, 100 looks: at most 5 % false alarms, where a z test
/// looked at 100 times raises more than 25 %.
#[test]
fn looking_a_hundred_times_costs_nothing() {
    let rate = (0.3, |rng: &mut SplitMix64| f64::from(u8::from(rng.chance(0.3))));
    let alarms = alarms(2_000, (50, 1), rate);
    assert!(alarms.difference <= 5.0 && alarms.ratio <= 5.0, "{alarms:?}");
    assert!(alarms.peeking > 25.0, "{alarms:?}");
}

/// A18 where it is hard: a holdout of 3 %, and few guests who spend, much or little. With the
/// arms' own variances alone one stream in four raises a false alarm.
#[test]
fn a_small_arm_of_few_spenders_raises_no_false_alarms() {
    let alarms = alarms(500, (10, 30), SPENDING);
    assert!(alarms.difference <= 5.0 && alarms.ratio <= 5.0, "{alarms:?}");
    assert!(alarms.welch > 15.0, "{alarms:?}");
}

/// Even arms of the same guests: why a lift goes by its logarithm. Its own error shrinks with it,
/// so that a low ratio looks sure.
#[test]
fn a_lift_by_its_own_error_raises_false_alarms() {
    let alarms = alarms(1_000, (50, 1), SPENDING);
    assert!(alarms.difference <= 5.0 && alarms.ratio <= 5.0, "{alarms:?}");
    assert!(alarms.direct > 6.0, "{alarms:?}");
}

/// 500 streams with a true lift of 20 %: the interval leaves it out at any of 100 looks in at
/// most 5 % of them, and by the end excludes no lift in most.
#[test]
fn the_interval_of_a_true_lift_holds_at_every_look() {
    let (mixture, level) = (mixture(0.2), Level::FIVE_PERCENT);
    let mut rng = SplitMix64::new(20);
    let (mut missed, mut found) = (0, 0);
    for _ in 0..500 {
        let (mut a, mut b) = (Moments::default(), Moments::default());
        let (mut is_missed, mut is_found) = (false, false);
        for _ in 0..LOOKS {
            for _ in 0..60 {
                a.add(f64::from(u8::from(rng.chance(0.24)))).unwrap();
                b.add(f64::from(u8::from(rng.chance(0.20)))).unwrap();
            }
            let arms: [Option<ArmMean>; 2] = [a, b].map(|arm| arm.estimate().ok());
            let [Some(a), Some(b)] = arms else { continue };
            let Ok(ratio) = log_ratio(a, b) else { continue };
            let interval = mixture.interval(ratio, level).of_lift();
            is_missed |= !interval.contains(0.2);
            is_found |= interval.low > 0.0;
        }
        missed += u32::from(is_missed);
        found += u32::from(is_found);
    }
    assert!(missed <= 25 && found > 450, "{missed} {found}");
}
