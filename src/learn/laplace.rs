//! One yes or no folded into a Gaussian on its log-odds.
//!
//! The one-step Laplace approximation (assumed density filtering): the posterior of a log-odds with
//! prior N(μ, s²) after a label y of weight ω is taken to be the Gaussian at its mode. The mode
//! solves `a = μ + s²ω(y − σ(a))`. The logistic analogue of Graepel et al., "Web-scale Bayesian
//! click-through rate prediction" (ICML 2010), and of Chapelle and Li, "An empirical evaluation of
//! Thompson sampling" (NIPS 2011).

/// Most iterations of the solver. Newton needs 2 to 4; a bracket that is halved at least every other
/// time is narrower than [`TOLERANCE`] long before.
const ITERATIONS_MAX: u32 = 200;
/// The solver stops when a step moves the mode by less than this, relative to its size. Newton
/// squares the error with each step, so what is left is below the last bit.
const TOLERANCE: f64 = 1e-8;

/// The logistic function `1 / (1 + e^-x)`, exact in both tails.
pub fn sigmoid(x: f64) -> f64 {
    odds(x).0
}

/// `σ(x)` and `σ(−x)`, neither by subtraction from the other.
fn odds(x: f64) -> (f64, f64) {
    let e = libm::exp(-x.abs());
    let (large, small) = (1.0 / (1.0 + e), e / (1.0 + e));
    if x >= 0.0 { (large, small) } else { (small, large) }
}

/// The log-odds of a probability, which must lie strictly between 0 and 1.
pub fn logit(p: f64) -> f64 {
    libm::log(p / (1.0 - p))
}

/// Where a label moves a Gaussian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The posterior's mode `a`, in log-odds.
    pub mode: f64,
    /// `g = ω(y − σ(a))`: a weight with variance v and feature x moves by `v·x·g`.
    pub gradient: f64,
    /// `h = ωσ(a)(1 − σ(a))`: the precision the label brings.
    pub curvature: f64,
}

/// The step of a label with weight ω from log-odds N(mean, variance).
///
/// Safeguarded Newton on a function that grows by at least 1 a unit: the mode always lies in
/// `[mean − ωs², mean + ωs²]`, on the side of the label. A step that would leave what is left of
/// that bracket, or that is not at most half of the one before, is replaced by the bracket's middle
/// (`rtsafe` in Press et al., "Numerical Recipes", section 9.4): Newton alone can go to and fro
/// between the two tails for ever.
pub fn step(mean: f64, variance: f64, label: bool, weight: f64) -> Step {
    let pull = variance * weight;
    let (mut low, mut high) = if label { (mean, mean + pull) } else { (mean - pull, mean) };
    let mut mode = mean;
    let mut moved = pull;
    for _ in 0..ITERATIONS_MAX {
        let (p, q) = odds(mode);
        let excess = mode - mean - pull * residual((p, q), label);
        if excess > 0.0 {
            high = mode;
        } else {
            low = mode;
        }
        let newton = mode - excess / (1.0 + pull * p * q);
        let is_fast = 2.0 * (newton - mode).abs() <= moved;
        let is_taken = is_fast && newton >= low && newton <= high;
        let next = if is_taken { newton } else { f64::midpoint(low, high) };
        moved = (next - mode).abs();
        mode = next;
        let tolerance = if is_taken { TOLERANCE } else { f64::EPSILON };
        if moved <= tolerance * mode.abs().max(1.0) {
            break;
        }
    }
    let (p, q) = odds(mode);
    Step { mode, gradient: weight * residual((p, q), label), curvature: weight * p * q }
}

/// `y − σ(a)` of both tails of `a`, without cancellation.
fn residual((p, q): (f64, f64), label: bool) -> f64 {
    if label { q } else { -p }
}

/// The mean of `σ(x)` for x ~ N(mean, variance), as `MacKay`, "The evidence framework applied to
/// classification networks" (1992), approximates it: `σ(μ / √(1 + πσ²/8))`.
pub fn expected_sigmoid(mean: f64, variance: f64) -> f64 {
    sigmoid(mean / (1.0 + std::f64::consts::PI * variance / 8.0).sqrt())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(label: bool, mode: f64, variance: f64) {
        let step = step(-3.0, 0.8, label, 1.0);
        assert!((step.mode - mode).abs() < 1e-9, "{step:?}");
        let posterior = 1.0 / (1.0 / 0.8 + step.curvature);
        assert!((posterior - variance).abs() < 1e-9, "{posterior}");
    }

    #[test]
    fn it_gives_the_published_steps() {
        check(true, -2.274_598_905_2, 0.749_314_382_5);
        check(false, -3.036_638_284_0, 0.772_976_487_5);
    }

    /// One step of two weights with a full covariance, which only the score's mean and variance
    /// enter.
    #[test]
    fn it_gives_the_published_step_in_two_dimensions() {
        let (x, m, s) = ([1.0, 2.0], [-1.0, 0.5], [[1.0, 0.0], [0.0, 0.25]]);
        let z = [s[0][0] * x[0], s[1][1] * x[1]];
        let mean = m[0] * x[0] + m[1] * x[1];
        let variance = z[0] * x[0] + z[1] * x[1];
        let step = step(mean, variance, true, 1.0);
        assert!((step.mode - 0.674_831_614_3).abs() < 1e-9);
        let moved = [m[0] + z[0] * step.gradient, m[1] + z[1] * step.gradient];
        assert!((moved[0] + 0.662_584_19).abs() < 1e-8 && (moved[1] - 0.668_707_90).abs() < 1e-8);
        let shrink = step.curvature / (1.0 + step.curvature * variance);
        assert!((s[0][0] - shrink * z[0] * z[0] - 0.845_510_8).abs() < 1e-7);
        assert!((s[1][1] - shrink * z[1] * z[1] - 0.211_377_7).abs() < 1e-7);
        assert!((-shrink * z[0] * z[1] + 0.077_244_6).abs() < 1e-7);
    }

    #[test]
    fn mackay_gives_the_published_value() {
        assert!((expected_sigmoid(-3.0, 0.8) - 0.068_054_782_9).abs() < 1e-9);
    }

    /// Newton alone goes to and fro here: from 2.9 to the far tail, and back to where it came from.
    #[test]
    fn it_solves_where_newton_turns_in_a_circle() {
        let (mean, variance, weight) =
            (2.916_523_107_467_831, 3_984.619_322_272_667, 3.685_102_129_242_249);
        let step = step(mean, variance, false, weight);
        assert!((step.mode - mean - variance * step.gradient).abs() < 1e-9, "{step:?}");
    }

    proptest! {
        /// Far out, too, where Newton alone would oscillate.
        #[test]
        fn the_mode_solves_its_equation(mean in -60.0_f64..60.0, variance in 1e-9_f64..1e4, label: bool, weight in 0.0_f64..4.0) {
            let step = step(mean, variance, label, weight);
            let solved = mean + variance * step.gradient;
            prop_assert!((step.mode - solved).abs() <= 1e-9 * (1.0 + variance * weight), "{step:?} against {solved}");
            let moved = step.mode - mean;
            prop_assert!(if label { moved } else { -moved } >= 0.0, "toward the label");
            prop_assert!((0.0..=0.25 * weight).contains(&step.curvature));
        }
    }
}
