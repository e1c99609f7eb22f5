//! An interval that holds at every moment of a growing log at once: look as often as you like.
//!
//! The hedged betting confidence sequence of Waudby-Smith and Ramdas, "Estimating means of bounded
//! random variables by betting" (Journal of the Royal Statistical Society B, 2024). For each
//! candidate m two gamblers bet that the mean of values in [0, 1] is above it and below it:
//!
//! `K⁺_t(m) = Π (1 + min(λᵢ, ½/m)(Xᵢ − m))`, `K⁻_t(m) = Π (1 − min(λᵢ, ½/(1−m))(Xᵢ − m))`
//!
//! with `λ_t = √(2 ln(2/α) / (σ̂²_{t−1} t ln(1+t)))`. At the true mean neither ever grows beyond
//! 2/α, but with probability α. What neither has refuted so far is the interval.
//!
//! **When it holds**: each value's mean, *given all values before it*, is the mean in question.
//! Where every decision is for a new guest, that is so. Where the same guests come back, their
//! earlier rewards foretell the later ones, and it is not: give one value for each guest there.
//!
//! `K⁺` falls with m and `K⁻` rises, so each gambler refutes a half-line, and only its edge has to
//! be found. A candidate's fortune is multiplied up directly, with a power of ten set aside when it
//! is small; no grid, no logarithms.

use super::Interval;

/// How closely an edge is found; what is reported lies outside of it.
const RESOLUTION: f64 = 1e-7;
/// What is set aside of a fortune that has become small.
const CHUNK: f64 = 1e-150;
/// Share of a fortune that may be lost in one bet.
const STAKE: f64 = 0.5;

/// A running confidence interval for the mean of values in [0, 1]. Keeps 16 bytes a value.
#[derive(Debug, Clone)]
pub struct BettingSequence {
    /// `2 ln(1/share)`, the numerator of λ².
    numerator: f64,
    /// What a fortune must reach for its candidate to be refuted.
    target: f64,
    is_two_sided: bool,
    bets: Vec<Bet>,
    /// `½ + ΣX` and `¼ + Σ(X − μ̂)²`, the ½ and ¼ of a size of 1.
    sum: f64,
    squares: f64,
    low: Edge,
    high: Edge,
}

/// A value and the stake that was set before it was known.
#[derive(Debug, Clone, Copy)]
struct Bet {
    value: f64,
    lambda: f64,
}

/// Where what one side refutes ends. Measured from the side's own end: m below, 1 − m above.
#[derive(Debug, Clone, Copy, Default)]
struct Edge {
    /// The last candidate found refuted; 0 where none is.
    refuted: f64,
    /// A candidate that stood when it was last looked at, at most [`RESOLUTION`] further.
    standing: f64,
    /// What the gambler against the latter has.
    fortune: Fortune,
}

impl BettingSequence {
    /// A sequence whose interval holds the mean at every moment with probability `1 − alpha`.
    ///
    /// # Errors
    /// [`BettingError::Alpha`] unless alpha lies between 0 and 1.
    pub fn two_sided(alpha: f64) -> Result<Self, BettingError> {
        Self::new(alpha, 1.0, true)
    }

    /// A sequence with a lower bound only, which is the tighter for it: the upper end stays 1.
    ///
    /// `size` is about how large values are expected to be, above 0 and at most 1: stakes begin as
    /// if their mean were half of it and their standard deviation too, in place of the ½ of the
    /// two-sided sequence. A wrong guess costs tightness, never truth.
    ///
    /// # Errors
    /// [`BettingError::Alpha`] unless alpha lies between 0 and 1, [`BettingError::Size`] for a size
    /// that is none.
    pub fn lower(alpha: f64, size: f64) -> Result<Self, BettingError> {
        if !(size > 0.0 && size <= 1.0) {
            return Err(BettingError::Size(size));
        }
        Self::new(alpha, size, false)
    }

    fn new(alpha: f64, size: f64, is_two_sided: bool) -> Result<Self, BettingError> {
        if !(alpha > 0.0 && alpha < 1.0) {
            return Err(BettingError::Alpha(alpha));
        }
        let share = if is_two_sided { alpha / 2.0 } else { alpha };
        Ok(Self {
            numerator: 2.0 * libm::log(1.0 / share),
            target: 1.0 / share,
            is_two_sided,
            bets: Vec::new(),
            sum: 0.5 * size,
            squares: 0.25 * size * size,
            low: Edge::default(),
            high: Edge::default(),
        })
    }

    /// Takes the next value, in the same time whatever the length.
    ///
    /// # Errors
    /// [`BettingError::Value`] for a value outside of [0, 1]; nothing is changed then.
    pub fn push(&mut self, value: f64) -> Result<(), BettingError> {
        if !(0.0..=1.0).contains(&value) {
            return Err(BettingError::Value(value));
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of values in memory")]
        let t = self.bets.len() as f64 + 1.0;
        let variance = self.squares / t;
        let lambda = (self.numerator / (variance * t * libm::log(1.0 + t))).sqrt();
        let bet = Bet { value, lambda };
        self.bets.push(bet);
        self.sum += value;
        let mean = self.sum / (t + 1.0);
        self.squares += (value - mean) * (value - mean);
        self.low.fortune.bet(bet, self.low.standing, self.target);
        self.high.fortune.bet(bet.mirrored(), self.high.standing, self.target);
        Ok(())
    }

    /// How many values there were.
    pub fn count(&self) -> usize {
        self.bets.len()
    }

    /// What has not been refuted at any moment so far: an interval that only ever shrinks, outside
    /// of the exact one by at most 1e-7. Empty (`low` above `high`) where the values contradict
    /// every fixed mean. Costs a few passes over all values after an end moved, nothing otherwise.
    pub fn interval(&mut self) -> Interval {
        if self.low.fortune.has_won {
            self.low = self.edge(self.low.standing, |bet| *bet);
        }
        if self.is_two_sided && self.high.fortune.has_won {
            self.high = self.edge(self.high.standing, |bet| bet.mirrored());
        }
        Interval { low: self.low.refuted, high: 1.0 - self.high.refuted }
    }

    /// Whether a mean has been refuted at some moment so far.
    pub fn refutes(&self, mean: f64) -> bool {
        self.fortune(mean, |bet| *bet).has_won
            || self.is_two_sided && self.fortune(1.0 - mean, |bet| bet.mirrored()).has_won
    }

    /// The edge above a candidate that is refuted. The far end, 1, never is: no value lies above
    /// it.
    fn edge(&self, mut refuted: f64, side: impl Fn(&Bet) -> Bet + Copy) -> Edge {
        let mut standing = 1.0;
        while standing - refuted > RESOLUTION {
            let middle = f64::midpoint(refuted, standing);
            if self.fortune(middle, side).has_won {
                refuted = middle;
            } else {
                standing = middle;
            }
        }
        Edge { refuted, standing, fortune: self.fortune(standing, side) }
    }

    /// The fortune of the gambler against a candidate, up to the moment it won.
    fn fortune(&self, candidate: f64, side: impl Fn(&Bet) -> Bet) -> Fortune {
        let mut fortune = Fortune::default();
        for bet in &self.bets {
            fortune.bet(side(bet), candidate, self.target);
            if fortune.has_won {
                break;
            }
        }
        fortune
    }
}

impl Bet {
    /// The same bet seen from the other end: `1 − λ(X − m)` is `1 + λ((1−X) − (1−m))`.
    fn mirrored(self) -> Self {
        Self { value: 1.0 - self.value, ..self }
    }
}

/// A gambler's fortune, `value · CHUNK^chunks`.
#[derive(Debug, Clone, Copy)]
struct Fortune {
    value: f64,
    chunks: u32,
    has_won: bool,
}

impl Default for Fortune {
    fn default() -> Self {
        Self { value: 1.0, chunks: 0, has_won: false }
    }
}

impl Fortune {
    /// Bets that the mean is above a candidate: `K ← K (1 + min(λ, ½/m)(X − m))`.
    fn bet(&mut self, bet: Bet, candidate: f64, target: f64) {
        if self.has_won {
            return;
        }
        self.value *= 1.0 + bet.lambda.min(STAKE / candidate) * (bet.value - candidate);
        if self.chunks == 0 {
            self.has_won = self.value >= target;
        } else if self.value >= 1.0 {
            self.value *= CHUNK;
            self.chunks -= 1;
        }
        if self.value < CHUNK {
            self.value /= CHUNK;
            self.chunks += 1;
        }
    }
}

/// The interval of all values at once, at level `1 − alpha`.
///
/// # Errors
/// As [`BettingSequence::two_sided`] and [`BettingSequence::push`].
pub fn betting(
    values: impl IntoIterator<Item = f64>,
    alpha: f64,
) -> Result<Interval, BettingError> {
    let mut sequence = BettingSequence::two_sided(alpha)?;
    values.into_iter().try_for_each(|value| sequence.push(value))?;
    Ok(sequence.interval())
}

/// What a [`BettingSequence`] does not take.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BettingError {
    /// An alpha that is no probability of error.
    #[error("alpha: {0} does not lie between 0 and 1: give the probability of error, 0.05 say")]
    Alpha(f64),
    /// A size that is none.
    #[error("size: {0} is not above 0 and at most 1: give about how large values are")]
    Size(f64),
    /// A value out of bounds.
    #[error("value: {0} is not within 0 and 1: divide values by their bound")]
    Value(f64),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::intervals::normal::quantile;
    use crate::sys::rng::SplitMix64;

    /// The definition, on a grid and in logarithms: the least and the largest candidate that no
    /// moment refutes.
    fn on_grid(values: &[f64], alpha: f64, steps: u32) -> (f64, f64) {
        let target = (2.0 / alpha).ln();
        let standing = |m: f64| {
            let (mut sum, mut squares, mut up, mut down) = (0.5, 0.25, 0.0_f64, 0.0_f64);
            values.iter().zip(1_u32..).all(|(x, t)| {
                let t = f64::from(t);
                let lambda = (2.0 * target / (squares / t * t * (1.0 + t).ln())).sqrt();
                up += (1.0 + lambda.min(0.5 / m) * (x - m)).ln();
                down += (1.0 - lambda.min(0.5 / (1.0 - m)) * (x - m)).ln();
                sum += x;
                squares += (x - sum / (t + 1.0)).powi(2);
                up < target && down < target
            })
        };
        let grid = (0..=steps).map(|i| f64::from(i) / f64::from(steps)).filter(|m| standing(*m));
        let grid: Vec<f64> = grid.collect();
        (grid[0], grid[grid.len() - 1])
    }

    #[test]
    fn it_is_its_definition_on_a_grid() {
        let mut rng = SplitMix64::new(5);
        for (n, p) in [(40, 0.5), (300, 0.05), (300, 0.97), (3, 0.5)] {
            let values: Vec<f64> =
                (0..n).map(|_| if rng.chance(p) { 1.0 - 0.2 * rng.unit() } else { 0.0 }).collect();
            let (low, high) = on_grid(&values, 0.05, 2_000);
            let interval = betting(values, 0.05).unwrap();
            assert!(
                interval.low <= low && low - interval.low < 1.0 / 2_000.0,
                "{interval:?} {low}"
            );
            assert!(interval.high >= high && interval.high - high < 1.0 / 2_000.0, "{interval:?}");
        }
    }

    #[test]
    fn looking_in_between_changes_nothing_and_never_widens() {
        let mut rng = SplitMix64::new(6);
        let values: Vec<f64> = (0..500).map(|_| rng.unit() * rng.unit()).collect();
        let mut looked_at = BettingSequence::two_sided(0.05).unwrap();
        let mut last = Interval { low: 0.0, high: 1.0 };
        for value in &values {
            looked_at.push(*value).unwrap();
            let now = looked_at.interval();
            assert!(now.low >= last.low && now.high <= last.high, "{now:?} after {last:?}");
            last = now;
        }
        let once = betting(values, 0.05).unwrap();
        assert!((once.low - last.low).abs() < 3e-7 && (once.high - last.high).abs() < 3e-7);
        assert!(once.contains(0.25) && once.width() < 0.2, "{once:?}");
        assert!(!looked_at.refutes(0.25) && looked_at.refutes(once.low - 1e-6));
        assert!(looked_at.refutes(once.high + 1e-6));
        assert!(looked_at.refutes(last.low), "what is reported lies outside of what stands");
    }

    /// A18: 2,000 streams of which the mean is known, each looked at 100 times. The normal
    /// interval, looked at as often, is the control: it must be seen to miss.
    #[test]
    fn it_holds_at_all_looks_at_once_and_a_normal_interval_does_not() {
        let (streams, looks, alpha) = (2_000, 100, 0.05);
        let z = quantile(1.0 - alpha / 2.0);
        let mut rng = SplitMix64::new(18);
        let (mut missed, mut missed_by_normal) = (0, 0);
        for stream in 0..streams {
            let p = [0.5, 0.2, 0.05, 0.01][stream % 4];
            let mut sequence = BettingSequence::two_sided(alpha).unwrap();
            let (mut sum, mut n) = (0.0, 0.0);
            let (mut has_missed, mut normal_has_missed) = (false, false);
            for _ in 0..looks {
                for _ in 0..3 {
                    let x = f64::from(u8::from(rng.chance(p)));
                    sequence.push(x).unwrap();
                    (sum, n) = (sum + x, n + 1.0);
                }
                has_missed |= !sequence.interval().contains(p);
                let mean: f64 = sum / n;
                normal_has_missed |= (mean - p).abs() > z * (mean * (1.0 - mean) / n).sqrt();
            }
            missed += u32::from(has_missed);
            missed_by_normal += u32::from(normal_has_missed);
        }
        assert!(missed <= 100, "{missed} of {streams} streams");
        assert!(missed_by_normal > 600, "{missed_by_normal} of {streams} streams");
    }

    #[test]
    fn one_side_alone_is_tighter() {
        let values: Vec<f64> = (0..1_000).map(|i| f64::from(u8::from(i % 10 == 0))).collect();
        let mut lower = BettingSequence::lower(0.05, 1.0).unwrap();
        values.iter().for_each(|value| lower.push(*value).unwrap());
        let both = betting(values, 0.05).unwrap();
        let one = lower.interval();
        assert!(one.low > both.low && one.low < 0.1, "{one:?} {both:?}");
        assert!((one.high - 1.0).abs() < 1e-15);
        assert!(!lower.refutes(0.9));
    }

    #[test]
    fn no_length_overflows_or_underflows() {
        let mut sequence = BettingSequence::two_sided(1e-6).unwrap();
        for i in 0..20_000 {
            sequence.push(f64::from(u8::from(i % 2 == 0))).unwrap();
        }
        let interval = sequence.interval();
        assert!(interval.contains(0.5) && interval.width() < 0.1, "{interval:?}");
        let ones = betting(vec![1.0; 1_000], 0.05).unwrap();
        assert!(ones.low > 0.98 && ones.high >= 1.0, "{ones:?}");
        let zeros = betting(vec![0.0; 1_000], 0.05).unwrap();
        assert!((zeros.high - (1.0 - ones.low)).abs() < 3e-7, "the two sides are mirrored");
    }

    /// 2⁻³⁰⁰⁰ is no f64; 1.5 to the power of 5,138 brings it beyond 40.
    #[test]
    fn a_fortune_that_was_lost_can_be_won_back() {
        let bet = |value| Bet { value, lambda: 1.0 };
        let mut fortune = Fortune::default();
        (0..3_000).for_each(|_| fortune.bet(bet(0.0), 0.5, 40.0));
        (0..5_137).for_each(|_| fortune.bet(bet(1.0), 0.5, 40.0));
        assert!(!fortune.has_won);
        (0..2).for_each(|_| fortune.bet(bet(1.0), 0.5, 40.0));
        assert!(fortune.has_won, "{fortune:?}");
    }

    #[test]
    fn what_cannot_be_bet_on_is_refused() {
        assert!(matches!(BettingSequence::two_sided(0.0), Err(BettingError::Alpha(_))));
        assert!(matches!(BettingSequence::lower(f64::NAN, 1.0), Err(BettingError::Alpha(_))));
        for size in [0.0, 1.5, f64::NAN] {
            assert!(matches!(BettingSequence::lower(0.05, size), Err(BettingError::Size(_))));
        }
        let mut sequence = BettingSequence::two_sided(0.05).unwrap();
        for value in [-1e-9, 1.001, f64::NAN] {
            assert!(matches!(sequence.push(value), Err(BettingError::Value(_))));
        }
        assert_eq!(sequence.count(), 0);
        assert_eq!(sequence.interval(), Interval { low: 0.0, high: 1.0 });
    }
}
