//! Mean and variance of values that come one by one.

/// Count, mean and variance of values, summed up one by one (Welford's recursion).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    count: f64,
    mean: f64,
    deviations: f64,
}

impl Moments {
    /// Adds a value.
    pub fn push(&mut self, value: f64) {
        self.count += 1.0;
        let off = value - self.mean;
        self.mean += off / self.count;
        self.deviations += off * (value - self.mean);
    }

    /// How many values there are, as a number to divide by.
    pub fn count(&self) -> f64 {
        self.count
    }

    /// The mean; zero of no values.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The variance, divided by n − 1; zero of fewer than two values.
    pub fn variance(&self) -> f64 {
        if self.count < 2.0 { 0.0 } else { self.deviations / (self.count - 1.0) }
    }

    /// The variance of the mean, `variance / n`.
    pub fn variance_of_mean(&self) -> f64 {
        self.variance() / self.count.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_values() {
        let mut moments = Moments::default();
        assert!(moments.mean().abs() < 1e-15 && moments.variance_of_mean().abs() < 1e-15);
        // Far from zero: a difference of sums of squares would have no digit left.
        [4.0, 7.0, 13.0, 16.0].iter().for_each(|value| moments.push(1e9 + value));
        assert!((moments.mean() - 1e9 - 10.0).abs() < 1e-6);
        assert!((moments.variance() - 30.0).abs() < 1e-6 && (moments.count() - 4.0).abs() < 1e-15);
        assert!((moments.variance_of_mean() - 7.5).abs() < 1e-6);
    }
}
