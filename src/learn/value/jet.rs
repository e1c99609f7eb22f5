//! Log-likelihoods with gradient and Hessian, and the logarithm of a sum of such terms.
//!
//! A guest is still alive or has left at one of several moments; the likelihood is the sum over
//! these. With terms `exp(l_j)` and `w_j = exp(l_j − l)` the share of each,
//! `l = ln Σ exp(l_j)`, `∇l = Σ w_j ∇l_j` and `∇²l = Σ w_j (∇²l_j + ∇l_j ∇l_jᵀ) − ∇l ∇lᵀ`.

/// A function of N parameters at one point: value, gradient and (symmetric) Hessian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jet<const N: usize> {
    /// The value.
    pub value: f64,
    /// First derivatives.
    pub gradient: [f64; N],
    /// Second derivatives.
    pub hessian: [[f64; N]; N],
}

impl<const N: usize> Jet<N> {
    /// Nought, flat.
    pub const ZERO: Self = Self { value: 0.0, gradient: [0.0; N], hessian: [[0.0; N]; N] };

    /// Adds `weight` times another function.
    pub fn add(&mut self, weight: f64, other: &Self) {
        self.value += weight * other.value;
        for (row, gradient) in self.gradient.iter_mut().zip(other.gradient) {
            *row += weight * gradient;
        }
        for (into, from) in self.hessian.iter_mut().flatten().zip(other.hessian.iter().flatten()) {
            *into += weight * from;
        }
    }

    /// Sets the second derivative by two parameters, both ways round.
    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        self.hessian[i][j] = value;
        self.hessian[j][i] = value;
    }

    /// The same function of the parameters' logarithms, at `parameters`.
    #[must_use]
    pub fn by_logarithms(&self, parameters: &[f64; N]) -> Self {
        let mut logs = *self;
        for i in 0..N {
            logs.gradient[i] *= parameters[i];
            for j in 0..N {
                logs.hessian[i][j] *= parameters[i] * parameters[j];
            }
            logs.hessian[i][i] += logs.gradient[i];
        }
        logs
    }

    /// Whether every number in it is finite.
    pub fn is_finite(&self) -> bool {
        let numbers = self.gradient.iter().chain(self.hessian.iter().flatten());
        self.value.is_finite() && numbers.copied().all(f64::is_finite)
    }
}

/// The logarithm of a sum of terms given by their logarithms, whatever their size.
#[derive(Debug, Clone, Copy)]
pub struct Mixture<const N: usize> {
    /// Largest logarithm so far; all sums are in units of its exponential.
    peak: f64,
    sums: Jet<N>,
}

impl<const N: usize> Default for Mixture<N> {
    fn default() -> Self {
        Self { peak: f64::NEG_INFINITY, sums: Jet::ZERO }
    }
}

impl<const N: usize> Mixture<N> {
    /// Adds the term whose logarithm is `log`.
    pub fn add(&mut self, log: &Jet<N>) {
        if log.value > self.peak {
            let rescale = libm::exp(self.peak - log.value);
            let sums = self.sums;
            self.sums = Jet::ZERO;
            self.sums.add(rescale, &sums);
            self.peak = log.value;
        }
        let weight = libm::exp(log.value - self.peak);
        self.sums.value += weight;
        for i in 0..N {
            let slope = weight * log.gradient[i];
            self.sums.gradient[i] += slope;
            for j in 0..N {
                self.sums.hessian[i][j] += weight * log.hessian[i][j] + slope * log.gradient[j];
            }
        }
    }

    /// The logarithm of the sum; minus infinity, flat, where there is no term.
    pub fn log(&self) -> Jet<N> {
        let mut log = Jet::ZERO;
        log.value = self.peak + libm::log(self.sums.value);
        if self.sums.value <= 0.0 {
            return log;
        }
        log.gradient = self.sums.gradient.map(|sum| sum / self.sums.value);
        for i in 0..N {
            for j in 0..N {
                let second = self.sums.hessian[i][j] / self.sums.value;
                log.hessian[i][j] = second - log.gradient[i] * log.gradient[j];
            }
        }
        log
    }
}

/// Checks gradient against value and Hessian against gradient by central differences.
#[cfg(test)]
pub(super) fn assert_derivatives<const N: usize>(at: [f64; N], f: impl Fn(&[f64; N]) -> Jet<N>) {
    let here = f(&at);
    for i in 0..N {
        let step = 1e-5 * at[i];
        let moved = |by: f64| {
            let mut to = at;
            to[i] += by;
            f(&to)
        };
        let (above, below) = (moved(step), moved(-step));
        let near = |found: f64, wanted: f64, size: f64| {
            assert!(
                (found - wanted).abs() < 1e-6 * (1.0 + size),
                "{i}: {found}, {wanted} at {at:?}"
            );
        };
        let slope = (above.value - below.value) / (2.0 * step);
        near(here.gradient[i], slope, slope.abs() + here.value.abs() * 1e-4 / at[i]);
        for j in 0..N {
            let bend = (above.gradient[j] - below.gradient[j]) / (2.0 * step);
            near(here.hessian[i][j], bend, bend.abs() + here.gradient[j].abs() * 1e-4 / at[i]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ln(x³y² + e^{x−2y})`: one term a monomial, one linear in the exponent.
    fn example(at: &[f64; 2], offset: f64) -> Jet<2> {
        let [x, y] = *at;
        let monomial = Jet {
            value: offset + 3.0 * libm::log(x) + 2.0 * libm::log(y),
            gradient: [3.0 / x, 2.0 / y],
            hessian: [[-3.0 / (x * x), 0.0], [0.0, -2.0 / (y * y)]],
        };
        let linear =
            Jet { value: offset + x - 2.0 * y, gradient: [1.0, -2.0], hessian: [[0.0; 2]; 2] };
        let mut mixture = Mixture::default();
        mixture.add(&linear);
        mixture.add(&monomial);
        mixture.log()
    }

    #[test]
    fn the_logarithm_of_a_sum_has_its_derivatives() {
        for at in [[0.4, 0.5], [2.0, 3.0], [6.0, 0.2]] {
            assert_derivatives(at, |at| example(at, 0.0));
        }
        let [x, y] = [2.0_f64, 3.0];
        let wanted = libm::log(x.powi(3) * y.powi(2) + libm::exp(x - 2.0 * y));
        assert!((example(&[x, y], 0.0).value - wanted).abs() < 1e-14);
    }

    #[test]
    fn terms_below_and_above_every_float_add_up() {
        for offset in [-5_000.0, 5_000.0] {
            let (near, far) = (example(&[2.0, 3.0], 0.0), example(&[2.0, 3.0], offset));
            assert!((far.value - offset - near.value).abs() < 1e-11, "{far:?}");
            assert!((far.gradient[0] - near.gradient[0]).abs() < 1e-11, "{far:?}");
        }
        assert!(Mixture::<2>::default().log().value.is_infinite());
    }

    #[test]
    fn logarithms_of_parameters_keep_the_function() {
        let by_logs = |logs: &[f64; 2]| {
            let at = logs.map(libm::exp);
            example(&at, 0.0).by_logarithms(&at)
        };
        assert_derivatives([0.3, 0.7], by_logs);
    }
}
