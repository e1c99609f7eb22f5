//! A guest's taste: what time, an event and a survey answer do to it.
//!
//! The taste is a Gaussian with independent axes ([`Belief`]). Left alone it returns to its prior,
//! mean and uncertainty alike (Ornstein–Uhlenbeck), so that of an idle guest nothing is claimed
//! that was true long ago. An event is one step on the offer's score ([`super::witness`]); a survey
//! answer is an exact Gaussian update. Source: algorithms 1.2, 1.3.
//!
//! The belief stays bounded whatever happens: each variance within [`VARIANCE_FLOOR`] and 1 times
//! the prior's, so that a guest can always change; the mean within `4·√Σv₀` of the prior's. Input
//! that is not finite is left out.

use crate::domain::belief::{Belief, DIM, Prior, Vector};
use crate::domain::decision::TasteSnapshot;
use crate::domain::time::Timestamp;

use super::laplace::Step;

/// Half-life of a taste in days, unless a brand says otherwise.
pub const HALF_LIFE_DAYS: f64 = 180.0;
/// Noise variance of a survey answer, on the scale of log-odds.
pub const ANSWER_NOISE: f64 = 0.5;
/// Least share of the prior's variance that remains.
pub const VARIANCE_FLOOR: f64 = 0.02;
/// Radius of the ball the mean stays in, in units of `√Σv₀`.
const RADIUS: f64 = 4.0;

/// An offer as a guest saw it.
#[derive(Debug, Clone, Copy)]
pub struct Sighting<'a> {
    /// The offer's vector.
    pub vector: &'a Vector,
    /// Log-odds of acceptance from everything but taste, as logged with the decision.
    pub context_log_odds: f64,
    /// Weight β the ranker gave taste, as logged with the decision.
    pub taste_weight: f64,
}

/// What remains of a deviation after so many days: `2^(−days / half-life)`.
pub fn retention(days: f64, half_life_days: f64) -> f64 {
    libm::exp2(-days.max(0.0) / half_life_days)
}

/// Brings a belief up to `now`: `m ← m₀ + ρ(m − m₀)`, `v ← v₀ + ρ²(v − v₀)`. A clock that went back
/// changes nothing.
pub fn decay(belief: &mut Belief, prior: &Prior, half_life_days: f64, now: Timestamp) {
    let days = now.days_since(belief.updated);
    if days > 0.0 {
        let rho = retention(days, half_life_days);
        for axis in 0..DIM {
            belief.mean[axis] = toward(belief.mean[axis], prior.mean[axis], rho);
            belief.variance[axis] = toward(belief.variance[axis], prior.variance[axis], rho * rho);
        }
        belief.updated = now;
    }
}

/// The taste as of `now`, without changing what is stored.
pub fn taste_at(
    belief: &Belief,
    prior: &Prior,
    half_life_days: f64,
    now: Timestamp,
) -> TasteSnapshot {
    let mut belief = belief.clone();
    decay(&mut belief, prior, half_life_days, now);
    TasteSnapshot { mean: belief.mean, variance: belief.variance }
}

#[expect(clippy::cast_possible_truncation, reason = "guests are stored in single precision")]
fn toward(value: f32, prior: f32, rho: f64) -> f32 {
    let (value, prior) = (f64::from(value), f64::from(prior));
    (prior + rho * (value - prior)) as f32
}

/// Log-odds of acceptance of a sighting under a belief.
pub fn log_odds(belief: &Belief, sighting: &Sighting<'_>) -> f64 {
    let dot: f64 =
        belief.mean.iter().zip(sighting.vector).map(|(m, h)| f64::from(*m) * f64::from(*h)).sum();
    sighting.context_log_odds + sighting.taste_weight * dot
}

/// How unsure taste makes the log-odds of a sighting: `s² = Σvᵢxᵢ²` with `x = βh`.
pub fn spread(belief: &Belief, sighting: &Sighting<'_>) -> f64 {
    let x = sighting.vector.map(|h| sighting.taste_weight * f64::from(h));
    belief.variance.iter().zip(&x).map(|(v, x)| f64::from(*v) * x * x).sum()
}

/// Moves a belief by a step of a sighting's log-odds: `mᵢ += vᵢxᵢ·g`, `vᵢ = 1 / (1/vᵢ + h·xᵢ²)`.
/// The belief must be decayed to the event's moment before.
pub fn learn(belief: &mut Belief, prior: &Prior, sighting: &Sighting<'_>, step: &Step) {
    let x = sighting.vector.map(|h| sighting.taste_weight * f64::from(h));
    let (means, variances) = widened(belief);
    let moved = std::array::from_fn(|i| means[i] + variances[i] * x[i] * step.gradient);
    let narrowed =
        std::array::from_fn(|i| 1.0 / (1.0 / variances[i] + step.curvature * x[i] * x[i]));
    store(belief, prior, &moved, &narrowed);
}

/// Learns from a survey answer: along `direction` (of length 1) the guest's taste is `value`, on
/// the scale of log-odds, give or take a noise of variance `noise` (usually [`ANSWER_NOISE`]).
///
/// `s² = Σaᵢ²vᵢ`, `kᵢ = vᵢaᵢ/(s² + σ²)`, `mᵢ += kᵢ(y − a·m)`, `vᵢ −= kᵢaᵢvᵢ`.
pub fn answer(belief: &mut Belief, prior: &Prior, direction: &Vector, value: f64, noise: f64) {
    let a = direction.map(f64::from);
    let (means, variances) = widened(belief);
    let spread: f64 = a.iter().zip(&variances).map(|(a, v)| a * a * v).sum();
    let surprise = value - a.iter().zip(&means).map(|(a, m)| a * m).sum::<f64>();
    let total = spread + noise;
    if !(surprise.is_finite() && total.is_finite() && total > 0.0) {
        return;
    }
    let gain: [f64; DIM] = std::array::from_fn(|i| variances[i] * a[i] / total);
    let moved = std::array::from_fn(|i| means[i] + gain[i] * surprise);
    let narrowed = std::array::from_fn(|i| variances[i] - gain[i] * a[i] * variances[i]);
    store(belief, prior, &moved, &narrowed);
}

/// How much variance the answer to a question would take away: `(Σaᵢ²vᵢ)² / (Σaᵢ²vᵢ + σ²)`. Ask the
/// question with the most.
pub fn question_gain(belief: &Belief, direction: &Vector, noise: f64) -> f64 {
    let spread: f64 =
        direction.iter().zip(&belief.variance).map(|(a, v)| f64::from(a * a) * f64::from(*v)).sum();
    spread * spread / (spread + noise)
}

fn widened(belief: &Belief) -> ([f64; DIM], [f64; DIM]) {
    (belief.mean.map(f64::from), belief.variance.map(f64::from))
}

/// Stores a mean and a variance, kept within their bounds.
#[expect(clippy::cast_possible_truncation, reason = "guests are stored in single precision")]
pub(super) fn store(belief: &mut Belief, prior: &Prior, mean: &[f64; DIM], variance: &[f64; DIM]) {
    let m0 = prior.mean.map(f64::from);
    let distance = mean.iter().zip(&m0).map(|(m, m0)| (m - m0) * (m - m0)).sum::<f64>().sqrt();
    let shrink = (radius(prior) / distance).min(1.0);
    for axis in 0..DIM {
        let v0 = f64::from(prior.variance[axis]);
        belief.mean[axis] = (m0[axis] + shrink * (mean[axis] - m0[axis])) as f32;
        belief.variance[axis] = variance[axis].clamp(VARIANCE_FLOOR * v0, v0) as f32;
    }
}

/// How far a mean may be from its prior's: `4·√Σv₀`.
pub fn radius(prior: &Prior) -> f64 {
    RADIUS * prior.variance.iter().map(|v| f64::from(*v)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::learn::evidence::Evidence;
    use crate::learn::witness;

    const NOW: Timestamp = Timestamp::from_seconds(0);

    fn observe(belief: &mut Belief, prior: &Prior, sighting: &Sighting<'_>, evidence: Evidence) {
        witness::observe((belief, prior), &mut Vec::new(), (sighting, &[]), evidence, 0.0);
    }

    fn prior() -> Prior {
        Prior { mean: [0.1; DIM], variance: [0.5; DIM] }
    }

    fn days(days: i64) -> Timestamp {
        Timestamp::from_seconds(days * 86_400)
    }

    fn axis(at: usize, length: f32) -> Vector {
        let mut vector = [0.0; DIM];
        vector[at] = length;
        vector
    }

    /// Distance of the mean from the prior's, and whether each variance is within its bounds.
    fn bounds(belief: &Belief, prior: &Prior) -> (f64, bool) {
        let square = |(m, m0): (&f32, &f32)| (f64::from(*m) - f64::from(*m0)).powi(2);
        let distance = belief.mean.iter().zip(&prior.mean).map(square).sum::<f64>().sqrt();
        let within = belief.variance.iter().zip(&prior.variance).all(|(v, v0)| {
            f64::from(*v) >= VARIANCE_FLOOR * f64::from(*v0) * (1.0 - 1e-6) && v <= v0
        });
        (distance, within)
    }

    #[test]
    fn a_deviation_fades_by_half_lives() {
        assert!((retention(10.0, 30.0) - 0.793_700_526_0).abs() < 1e-9);
        let (prior, mut belief) = (prior(), prior().belief(NOW));
        belief.mean[0] = 2.1;
        belief.variance[0] = 0.1;
        decay(&mut belief, &prior, 30.0, days(30));
        assert!((belief.mean[0] - 1.1).abs() < 1e-6 && (belief.variance[0] - 0.4).abs() < 1e-6);
        let before = belief.clone();
        decay(&mut belief, &prior, 30.0, days(20));
        assert_eq!(belief, before, "a clock that went back changes nothing");
    }

    #[test]
    fn an_idle_guest_becomes_a_member_of_the_segment_again() {
        let (prior, mut belief) = (prior(), prior().belief(NOW));
        belief.mean = [5.1; DIM];
        belief.variance = [0.01; DIM];
        for day in 1..=1_800 {
            decay(&mut belief, &prior, HALF_LIFE_DAYS, days(day));
        }
        for at in 0..DIM {
            assert!(
                (belief.mean[at] - 0.1).abs() < 0.001 * 5.0
                    && (belief.variance[at] - 0.5).abs() < 0.001 * 0.5
            );
        }
    }

    #[test]
    fn an_event_moves_the_score_as_published() {
        let prior = Prior { mean: [0.0; DIM], variance: [0.8; DIM] };
        let vector = axis(3, 1.0);
        let sighting = Sighting { vector: &vector, context_log_odds: -3.0, taste_weight: 1.0 };
        for (label, mode, variance) in
            [(true, -2.274_598_905_2, 0.749_314_382_5), (false, -3.036_638_284_0, 0.772_976_487_5)]
        {
            let mut belief = prior.belief(NOW);
            observe(&mut belief, &prior, &sighting, Evidence { label, weight: 1.0 });
            // Stored in single precision; to 1e-9 in `laplace`.
            assert!((log_odds(&belief, &sighting) - mode).abs() < 2e-7);
            assert!((f64::from(belief.variance[3]) - variance).abs() < 1e-7);
            assert!((belief.variance[0] - 0.8).abs() < f32::EPSILON);
        }
    }

    #[test]
    fn an_answer_is_an_exact_gaussian_update() {
        let (prior, mut belief) = (prior(), prior().belief(NOW));
        let direction = axis(0, 1.0);
        let gain = question_gain(&belief, &direction, ANSWER_NOISE);
        answer(&mut belief, &prior, &direction, 1.1, ANSWER_NOISE);
        assert!((belief.mean[0] - 0.6).abs() < 1e-6 && (belief.variance[0] - 0.25).abs() < 1e-6);
        assert!((gain - 0.25).abs() < 1e-6, "as much as the question promised");
    }

    #[derive(Debug, Clone)]
    enum Blow {
        Event { direction: usize, length: f32, context: f64, beta: f64, label: bool, weight: f64 },
        Answer { direction: usize, value: f64, noise: f64 },
        Wait { days: i64 },
    }

    fn blow() -> impl Strategy<Value = Blow> {
        let wild = prop_oneof![-5.0_f64..5.0, -1e6_f64..1e6, any::<f64>()];
        let event =
            (0..DIM, -3.0_f32..3.0, wild.clone(), -20.0_f64..20.0, any::<bool>(), 0.0_f64..50.0);
        prop_oneof![
            8 => event.prop_map(|(direction, length, context, beta, label, weight)| {
                Blow::Event { direction, length, context, beta, label, weight }
            }),
            2 => (0..DIM, wild, 1e-6_f64..10.0).prop_map(|(direction, value, noise)| Blow::Answer { direction, value, noise }),
            1 => (0_i64..400).prop_map(|days| Blow::Wait { days }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// A3: 200 guests × 500 blows, many of them one-sided.
        #[test]
        fn a_belief_stays_bounded_whatever_happens(blows in prop::collection::vec(blow(), 500)) {
            let (prior, mut belief, mut now) = (prior(), prior().belief(NOW), 0);
            for blow in &blows {
                match *blow {
                    Blow::Event { direction, length, context, beta, label, weight } => {
                        let vector: Vector = std::array::from_fn(|at| if at % (direction + 1) == 0 { length } else { 0.1 });
                        let sighting = Sighting { vector: &vector, context_log_odds: context, taste_weight: beta };
                        observe(&mut belief, &prior, &sighting, Evidence { label, weight });
                    }
                    Blow::Answer { direction, value, noise } => answer(&mut belief, &prior, &axis(direction, 1.0), value, noise),
                    Blow::Wait { days: waited } => {
                        now += waited;
                        decay(&mut belief, &prior, HALF_LIFE_DAYS, days(now));
                    }
                }
                let (distance, within) = bounds(&belief, &prior);
                prop_assert!(distance <= radius(&prior) * (1.0 + 1e-6) && within, "{distance} after {blow:?}");
            }
        }
    }
}
