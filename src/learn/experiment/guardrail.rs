//! Does an arm do harm? A one-sided sequence that may be looked at any time, and stops the arm.
//!
//! Metrics where more is worse: complaints, unsubscribing, opting out, refunds, latency. The effect
//! is arm − control; the arm is stopped once the lower bound of the harm exceeds what is tolerated.
//! The chance of ever stopping an arm whose harm is tolerable is at most the level.
//!
//! One-sided normal mixture: effects above the tolerance are mixed over the upper half of N(0, τ²),
//! `Λ⁺ = 2√(s²/(s² + τ²)) · exp(τ²d² / (2s²(s² + τ²))) · Φ(τd / (s√(s² + τ²)))` with `d = θ̂ − m`;
//! the bound is the m at which Λ⁺ = 1/α. Howard, Ramdas, `McAuliffe`, Sekhon, "Time-uniform,
//! nonparametric, nonasymptotic confidence sequences" (Annals of Statistics 2021). It
//! is asymptotic as in [`super::sequential`].

use serde::{Deserialize, Serialize};

use super::distribution::log_normal_cumulative;
use super::estimate::Effect;
use super::sequential::{Level, Mixture, SequentialError};

/// A guardrail under way: what may be kept between looks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Guardrail {
    mixture: Mixture,
    level: Level,
    tolerance: f64,
    /// The greatest lower bound of all looks; none before the first.
    bound: Option<f64>,
}

/// What a guardrail says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum Verdict {
    /// No harm beyond the tolerance is shown.
    Continue {
        /// The harm is at least this; `None` before the first look.
        lower_bound: Option<f64>,
    },
    /// Harm beyond the tolerance is shown: stop the arm. It stays so.
    Stop {
        /// The harm is at least this.
        lower_bound: f64,
    },
}

impl Guardrail {
    /// A guardrail that has seen nothing. `mixture`: the size of the harm to be found soon;
    /// `tolerance`: the harm that is accepted, in the units of the metric, 0 or above.
    ///
    /// # Errors
    /// [`SequentialError::Tolerance`] where it is not finite or below 0.
    pub fn new(mixture: Mixture, level: Level, tolerance: f64) -> Result<Self, SequentialError> {
        if !(tolerance.is_finite() && tolerance >= 0.0) {
            return Err(SequentialError::Tolerance(tolerance));
        }
        Ok(Self { mixture, level, tolerance, bound: None })
    }

    /// Looks at the harm: arm − control.
    pub fn look(&mut self, harm: Effect) -> Verdict {
        let bound = lower_bound(self.mixture, harm, self.level);
        self.bound = Some(self.bound.map_or(bound, |known| known.max(bound)));
        self.verdict()
    }

    /// What all looks so far say.
    pub fn verdict(&self) -> Verdict {
        match self.bound {
            Some(lower_bound) if lower_bound > self.tolerance => Verdict::Stop { lower_bound },
            lower_bound => Verdict::Continue { lower_bound },
        }
    }
}

/// The always-valid lower bound of an effect, at a confidence of 1 − level.
pub fn lower_bound(mixture: Mixture, effect: Effect, level: Level) -> f64 {
    let error = effect.standard_error();
    effect.value() - error * critical_z(mixture.information(error), level)
}

/// The z at which Λ⁺ reaches 1/α for `u = τ²/s²`, by bisection: Λ⁺ grows with z, from 1 or less at
/// 0.
fn critical_z(u: f64, level: Level) -> f64 {
    let goal = -libm::log(level.get());
    let (mut low, mut high) = (0.0, 1.0);
    while log_one_sided(u, high) < goal {
        high *= 2.0;
    }
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return high;
        }
        if log_one_sided(u, middle) < goal {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// ln Λ⁺ at `u = τ²/s²`.
fn log_one_sided(u: f64, z: f64) -> f64 {
    let pull = z / (1.0 + 1.0 / u).sqrt();
    let two_sided = 0.5 * (pull * pull - libm::log1p(u));
    two_sided + std::f64::consts::LN_2 + log_normal_cumulative(pull)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::experiment::estimate::difference;
    use crate::learn::experiment::moments::Moments;
    use crate::sys::rng::SplitMix64;

    fn guardrail(tau: f64, tolerance: f64) -> Guardrail {
        Guardrail::new(Mixture::new(tau).unwrap(), Level::FIVE_PERCENT, tolerance).unwrap()
    }

    fn harm(value: f64, error: f64) -> Effect {
        Effect::new(value, error).unwrap()
    }

    fn has_stopped(verdict: Verdict) -> bool {
        matches!(verdict, Verdict::Stop { .. })
    }

    /// By numerical integration over the half-normal mixture (`SciPy` 1.17).
    #[test]
    fn it_is_the_integral_over_harmful_effects() {
        for (u, z, log) in [
            (4.0, 3.0, 3.484_776_385_442_822_6),
            (4.0, -1.0, -1.396_020_534_382_801_6),
            (0.5, 2.0, 1.024_570_477_302_381_6),
        ] {
            assert!((log_one_sided(u, z) - log).abs() < 1e-9, "{u} {z}");
        }
        let z = critical_z(4.0, Level::FIVE_PERCENT);
        assert!((z - 2.789_988_324_806).abs() < 1e-9, "{z}");
        let bound = lower_bound(Mixture::new(2.0).unwrap(), harm(5.0, 1.0), Level::FIVE_PERCENT);
        assert!((bound - (5.0 - z)).abs() < 1e-12);
        for u in [0.0, 1e-300, 1e-6, 1e6, 1e300, f64::INFINITY] {
            let mixture = Mixture::new(1.0).unwrap();
            let bound = lower_bound(
                mixture,
                harm(0.0, 1.0 / f64::sqrt(u).clamp(1e-150, 1e150)),
                Level::FIVE_PERCENT,
            );
            assert!(bound < 0.0, "{u}: {bound}");
        }
    }

    #[test]
    fn a_stopped_arm_stays_stopped() {
        let mut guardrail = guardrail(0.01, 0.0);
        assert_eq!(guardrail.verdict(), Verdict::Continue { lower_bound: None });
        assert!(!has_stopped(guardrail.look(harm(0.02, 0.01))));
        assert!(has_stopped(guardrail.look(harm(0.05, 0.01))));
        assert!(has_stopped(guardrail.look(harm(-0.05, 0.01))));
        let kept = serde_json::to_string(&guardrail).unwrap();
        assert_eq!(serde_json::from_str::<Guardrail>(&kept).unwrap(), guardrail);
    }

    #[test]
    fn tolerated_harm_does_not_stop() {
        assert!(has_stopped(guardrail(0.01, 0.0).look(harm(0.01, 0.001))));
        assert!(!has_stopped(guardrail(0.01, 0.008).look(harm(0.01, 0.001))));
        assert!(has_stopped(guardrail(0.01, 0.005).look(harm(0.01, 0.001))));
        for tolerance in [-0.1, f64::NAN, f64::INFINITY] {
            let refused =
                Guardrail::new(Mixture::new(1.0).unwrap(), Level::FIVE_PERCENT, tolerance);
            assert!(matches!(refused, Err(SequentialError::Tolerance(_))), "{tolerance}");
        }
    }

    /// Share of streams in which an arm of `arm_rate` complaints is stopped at one of 100 looks, in
    /// percent: `units` guests more in the control at each, `times` as many in the arm.
    fn stopped(streams: u32, (units, times): (u32, u32), arm_rate: f64, control_rate: f64) -> f64 {
        let mut rng = SplitMix64::new(7);
        let mut count = 0_u32;
        for _ in 0..streams {
            let mut guardrail = guardrail(0.01, 0.0);
            let (mut arm, mut control) = (Moments::default(), Moments::default());
            let is_stopped = (0..100).any(|_| {
                for _ in 0..units {
                    control.add(f64::from(u8::from(rng.chance(control_rate)))).unwrap();
                    for _ in 0..times {
                        arm.add(f64::from(u8::from(rng.chance(arm_rate)))).unwrap();
                    }
                }
                let (Ok(arm), Ok(control)) = (arm.estimate(), control.estimate()) else {
                    return false;
                };
                difference(arm, control).is_ok_and(|harm| has_stopped(guardrail.look(harm)))
            });
            count += u32::from(is_stopped);
        }
        100.0 * f64::from(count) / f64::from(streams)
    }

    /// Five complaints in a thousand, in even arms and against a control of 3 %, most of the time
    /// without any complaint.
    #[test]
    fn a_harmless_arm_is_rarely_stopped() {
        let rates = [stopped(1_000, (50, 1), 0.005, 0.005), stopped(500, (10, 30), 0.005, 0.005)];
        assert!(rates.iter().all(|rate| *rate <= 5.0), "{rates:?}");
    }

    #[test]
    fn a_harmful_arm_is_stopped_even_where_the_control_has_no_complaint_yet() {
        let rate = stopped(200, (100, 1), 0.015, 0.005);
        assert!(rate > 95.0, "{rate}");
        let rate = stopped(100, (10, 30), 0.05, 0.0);
        assert!(rate > 95.0, "{rate}");
    }
}
