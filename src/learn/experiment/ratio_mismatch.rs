//! Did each arm get the units it should have? The sample ratio mismatch test.
//!
//! Pearson's χ² of the counts against the shares that were planned. A mismatch means that units
//! were lost or moved on the way, rarely at random, so that no comparison of the arms can be
//! trusted: Fabijan et al., "Diagnosing sample ratio mismatch in online controlled experiments"
//! (KDD 2019); Kohavi, Tang, Xu, "Trustworthy online controlled experiments" (2020), chapter 21.
//!
//! To be run over all units, and for each touchpoint and device on decisions *logged* against
//! units *assigned*: a crash in one arm shows there.

use serde::Serialize;

use super::distribution::chi_squared_survival;
use super::moments::real;

/// The p-value below which there is an alarm.
pub const ALARM_LEVEL: f64 = 0.001;

/// Units of one arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmCount<'a> {
    /// The arm, for the message.
    pub arm: &'a str,
    /// Units seen.
    pub units: u64,
    /// Share planned, above 0, on any scale: shares are taken relative to their sum.
    pub share: f64,
}

/// Counts that cannot be tested.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RatioError {
    /// Fewer than two arms.
    #[error("arms: are {0}; give two or more")]
    Arms(usize),
    /// A share that is not finite and above 0.
    #[error("arms[{at}].share: is {share}; give the planned share, above 0")]
    Share {
        /// Place of the arm.
        at: usize,
        /// What was given.
        share: f64,
    },
}

/// What the test says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RatioCheck {
    /// Pearson's χ².
    pub chi_squared: f64,
    /// Arms less 1.
    pub degrees_of_freedom: u32,
    /// P(χ² or more | the shares are as planned). Of a single look.
    pub p_value: f64,
    /// What is wrong and what to check; none where there is no alarm.
    pub alarm: Option<String>,
}

/// Tests counts against planned shares. No units at all are no alarm.
///
/// # Errors
/// [`RatioError`] for fewer than two arms or a share that is not above 0.
pub fn check(arms: &[ArmCount<'_>]) -> Result<RatioCheck, RatioError> {
    let freedom = u32::try_from(arms.len().saturating_sub(1)).unwrap_or(u32::MAX);
    if freedom == 0 {
        return Err(RatioError::Arms(arms.len()));
    }
    let unfit = |share: f64| !(share.is_finite() && share > 0.0);
    if let Some(at) = arms.iter().position(|arm| unfit(arm.share)) {
        return Err(RatioError::Share { at, share: arms[at].share });
    }
    let total = real(arms.iter().map(|arm| arm.units).sum());
    let shares: f64 = arms.iter().map(|arm| arm.share).sum();
    let mut chi_squared = 0.0;
    let mut worst = (0.0, &arms[0], 0.0);
    if total > 0.0 {
        for arm in arms {
            let expected = total * (arm.share / shares);
            let excess = real(arm.units) - expected;
            let part = excess * excess / expected;
            chi_squared += part;
            if part > worst.0 {
                worst = (part, arm, expected);
            }
        }
    }
    let p_value = chi_squared_survival(chi_squared, freedom);
    let (_, arm, expected) = worst;
    let alarm = (p_value < ALARM_LEVEL).then(|| message(arm, expected, p_value));
    Ok(RatioCheck { chi_squared, degrees_of_freedom: freedom, p_value, alarm })
}

fn message(arm: &ArmCount<'_>, expected: f64, p_value: f64) -> String {
    let way = if real(arm.units) < expected { "too few" } else { "too many" };
    format!(
        "arm {} has {} units where {expected:.0} were planned ({way}, p = {p_value:.1e}): do not \
         read this experiment's results; check that its shares did not change while it ran, that \
         every arm logs its decisions (errors, timeouts, fallbacks), that no filter acts after \
         assignment, and that merged ids kept their first assignment",
        arm.arm, arm.units
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn check_counts<const N: usize>(units: [u64; N], shares: [f64; N]) -> RatioCheck {
        let names = ["a", "b", "c", "d"];
        let arms: [ArmCount<'_>; N] =
            std::array::from_fn(|i| ArmCount { arm: names[i], units: units[i], share: shares[i] });
        check(&arms).unwrap()
    }

    #[test]
    fn it_gives_the_published_values() {
        let kohavi = check_counts([821_588, 815_482], [0.5, 0.5]);
        assert!((kohavi.chi_squared - 22.774_369).abs() < 5e-7, "{kohavi:?}");
        assert!((kohavi.p_value - 1.8218e-6).abs() < 5e-11, "{kohavi:?}");
        let fine = check_counts([50_000, 50_600], [1.0, 1.0]);
        assert!((fine.chi_squared - 3.578_529).abs() < 5e-7, "{fine:?}");
        assert!((fine.p_value - 0.058_531).abs() < 5e-7, "{fine:?}");
        assert!(kohavi.alarm.is_some() && fine.alarm.is_none());
    }

    /// Expected values: `SciPy` 1.17, `chisquare`.
    #[test]
    fn four_arms_of_unequal_shares_agree_with_scipy() {
        let counts = [9_010, 310, 180, 500];
        let check = check_counts(counts, [9_200.0, 300.0, 200.0, 300.0]);
        assert!((check.chi_squared - 139.590_579_710_144_94).abs() < 1e-9);
        assert!((check.p_value / 4.631_666_813_554_107e-30 - 1.0).abs() < 1e-9);
        assert_eq!(check.degrees_of_freedom, 3);
    }

    #[test]
    fn the_message_names_the_arm_that_is_off_and_what_to_check() {
        let check = check_counts([9_010, 310, 180, 500], [9_200.0, 300.0, 200.0, 300.0]);
        let alarm = check.alarm.unwrap();
        assert!(alarm.starts_with("arm d has 500 units where 300 were planned (too many"));
        assert!(alarm.contains("logs its decisions"));
    }

    #[test]
    fn what_cannot_be_tested_is_refused() {
        let arm = ArmCount { arm: "a", units: 1, share: 1.0 };
        assert_eq!(check(&[arm]), Err(RatioError::Arms(1)));
        let refused = check(&[arm, ArmCount { share: 0.0, ..arm }]).unwrap_err();
        assert!(refused.to_string().starts_with("arms[1].share: is 0;"), "{refused}");
        assert!(check_counts([0, 0], [1.0, 1.0]).alarm.is_none());
    }

    /// Of 4 000 experiments without fault about 4 raise an alarm.
    #[test]
    fn a_fault_free_experiment_rarely_raises_an_alarm() {
        let mut rng = SplitMix64::new(5);
        let alarms = (0..4_000)
            .filter(|_| {
                let a = (0..1_000).filter(|_| rng.chance(0.9)).count() as u64;
                check_counts([a, 1_000 - a], [9.0, 1.0]).alarm.is_some()
            })
            .count();
        assert!((1..=12).contains(&alarms), "{alarms}");
    }
}
