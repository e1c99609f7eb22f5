//! The maximum of a smooth function of a few parameters: Newton's method, damped.
//!
//! Each step solves `(−H + λI) p = g`; λ falls while the quadratic model foretells the gain and
//! rises where it does not (Marquardt, "An algorithm for least-squares estimation of nonlinear
//! parameters", 1963; More and Sorensen, "Computing a trust region step", 1983, for why that is a
//! trust region). It ends when the next step would gain less than 1e-8 of log-likelihood: the
//! parameters are then within 1e-4 of their standard errors.

use super::jet::Jet;

/// Steps, taken or refused, before giving up. Twenty are usual.
const STEPS_MAX: u32 = 200;
/// A gain of log-likelihood that no longer counts.
const GAIN_MIN: f64 = 1e-8;
/// The same, relative to the value: what rounding leaves of it.
const GAIN_MIN_RELATIVE: f64 = 1e-14;
/// Farthest a parameter moves in one step.
const STEP_LENGTH_MAX: f64 = 2.0;

/// A maximum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Maximum<const N: usize> {
    /// Where it is.
    pub at: [f64; N],
    /// The function there.
    pub jet: Jet<N>,
    /// Evaluations of the function.
    pub evaluations: u32,
}

/// Why there is no maximum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stuck {
    /// The function is not finite at the start.
    Start,
    /// A parameter left the bounds; its place and value.
    Bound(usize, f64),
    /// Too many steps; the gain the next one promises.
    Steps(f64),
}

/// Climbs from `start` within `centre` ± `reach` in each parameter.
///
/// # Errors
/// [`Stuck`] where it does not arrive.
pub fn maximize<const N: usize>(
    start: [f64; N],
    centre: [f64; N],
    reach: f64,
    mut f: impl FnMut(&[f64; N]) -> Jet<N>,
) -> Result<Maximum<N>, Stuck> {
    let (mut at, mut here) = (start, f(&start));
    if !here.is_finite() {
        return Err(Stuck::Start);
    }
    let mut damping = 1e-3 * largest_bend(&here);
    let mut promised = f64::INFINITY;
    for evaluations in 1..=STEPS_MAX {
        let Some(step) = solve(&here, damping) else {
            damping = (4.0 * damping).max(1e-6 * largest_bend(&here));
            continue;
        };
        let step = shortened(step);
        promised = gain(&here, &step);
        let is_done = promised < GAIN_MIN.max(GAIN_MIN_RELATIVE * here.value.abs())
            && damping <= 1e-2 * largest_bend(&here);
        if is_done {
            // Flat is no maximum.
            let maximum = Maximum { at, jet: here, evaluations };
            return solve(&here, 0.0).map(|_| maximum).ok_or(Stuck::Steps(promised));
        }
        let next: [f64; N] = std::array::from_fn(|i| at[i] + step[i]);
        let there = f(&next);
        let ratio = (there.value - here.value) / promised;
        if there.is_finite() && ratio > 1e-4 {
            (at, here) = (next, there);
            damping *= if ratio > 0.75 { 0.1 } else { 1.0 };
            for i in 0..N {
                if (at[i] - centre[i]).abs() > reach {
                    return Err(Stuck::Bound(i, at[i]));
                }
            }
        }
        if !there.is_finite() || ratio < 0.25 {
            damping = (4.0 * damping).max(1e-6 * largest_bend(&here));
        }
    }
    Err(Stuck::Steps(promised))
}

/// Variances of the parameters: the diagonal of `(−H)⁻¹`; `None` where `−H` is not positive
/// definite.
pub fn variances<const N: usize>(jet: &Jet<N>) -> Option<[f64; N]> {
    let mut variances = [0.0; N];
    for (i, variance) in variances.iter_mut().enumerate() {
        let mut unit = *jet;
        unit.gradient = std::array::from_fn(|j| if i == j { 1.0 } else { 0.0 });
        *variance = solve(&unit, 0.0)?[i];
    }
    Some(variances)
}

fn largest_bend<const N: usize>(jet: &Jet<N>) -> f64 {
    (0..N).map(|i| jet.hessian[i][i].abs()).fold(f64::MIN_POSITIVE, f64::max)
}

/// What the quadratic model foretells of a step.
fn gain<const N: usize>(jet: &Jet<N>, step: &[f64; N]) -> f64 {
    (0..N)
        .map(|i| {
            let bend: f64 = (0..N).map(|j| jet.hessian[i][j] * step[j]).sum();
            step[i] * (jet.gradient[i] + 0.5 * bend)
        })
        .sum()
}

fn shortened<const N: usize>(step: [f64; N]) -> [f64; N] {
    let longest = step.iter().fold(0.0_f64, |longest, x| longest.max(x.abs()));
    let scale = (STEP_LENGTH_MAX / longest).min(1.0);
    step.map(|x| x * scale)
}

/// Solves `(−H + λI) p = g` by Cholesky; `None` where the matrix is not positive definite.
fn solve<const N: usize>(jet: &Jet<N>, damping: f64) -> Option<[f64; N]> {
    let mut lower = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..=i {
            let damped = if i == j { damping } else { 0.0 } - jet.hessian[i][j];
            let rest = damped - (0..j).map(|k| lower[i][k] * lower[j][k]).sum::<f64>();
            if i == j {
                // Below this the pivot is rounding.
                if rest.is_nan() || rest <= 1e-14 * largest_bend(jet) {
                    return None;
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = rest / lower[j][j];
            }
        }
    }
    let mut x = jet.gradient;
    for i in 0..N {
        x[i] = (x[i] - (0..i).map(|k| lower[i][k] * x[k]).sum::<f64>()) / lower[i][i];
    }
    for i in (0..N).rev() {
        x[i] = (x[i] - (i + 1..N).map(|k| lower[k][i] * x[k]).sum::<f64>()) / lower[i][i];
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley upside down: maximum 0 at (1, 1), not concave at the start.
    fn valley(at: &[f64; 2]) -> Jet<2> {
        let [x, y] = *at;
        let off = y - x * x;
        Jet {
            value: -(1.0 - x).powi(2) - 100.0 * off * off,
            gradient: [2.0 * (1.0 - x) + 400.0 * x * off, -200.0 * off],
            hessian: [[-2.0 + 400.0 * off - 800.0 * x * x, 400.0 * x], [400.0 * x, -200.0]],
        }
    }

    #[test]
    fn it_finds_the_end_of_the_bent_valley() {
        let found = maximize([-1.2, 1.0], [0.0; 2], 10.0, valley).unwrap();
        assert!((found.at[0] - 1.0).abs() < 1e-4 && (found.at[1] - 1.0).abs() < 1e-4, "{found:?}");
        assert!(found.evaluations < 60, "{found:?}");
        // H = [[802, -400], [-400, 200]] there: its inverse has diagonal ½ and 2.005.
        let variances = variances(&valley(&[1.0, 1.0])).unwrap();
        assert!((variances[0] - 0.5).abs() < 1e-9 && (variances[1] - 2.005).abs() < 1e-9);
    }

    #[test]
    fn a_slope_without_end_is_told_by_the_parameter_that_ran_away() {
        let slope = |at: &[f64; 2]| Jet {
            value: -libm::exp(-at[1]) - at[0] * at[0],
            gradient: [-2.0 * at[0], libm::exp(-at[1])],
            hessian: [[-2.0, 0.0], [0.0, -libm::exp(-at[1])]],
        };
        let found = maximize([0.5, 0.0], [0.0; 2], 5.0, slope);
        assert!(matches!(found, Err(Stuck::Bound(1, at)) if at > 5.0), "{found:?}");
    }

    #[test]
    fn it_does_not_start_where_there_is_nothing() {
        let nothing = |_: &[f64; 1]| Jet { value: f64::NAN, gradient: [0.0], hessian: [[0.0]] };
        assert_eq!(maximize([0.0], [0.0], 1.0, nothing), Err(Stuck::Start));
        let cliff = |at: &[f64; 1]| Jet { value: at[0].abs(), ..Jet::ZERO };
        assert!(matches!(maximize([0.0], [0.0], 1.0, cliff), Err(Stuck::Steps(_))));
    }
}
