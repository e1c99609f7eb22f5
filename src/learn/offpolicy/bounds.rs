//! How little can the target be worth? Lower bounds that hold at every moment of a growing log,
//! however poor the overlap: what a deployment can wait for.
//!
//! Importance weights have no useful bound, so they are clipped: `min(w, W)`. Clipping gives up
//! part of the target's rewards and adds nothing, so what is bounded from below lies below the
//! target's value, by `E[(w − W)⁺ (r − r_min)]`. A lower bound stays true, only lower. An upper
//! bound would be false, so there is none. **W has to be set before the log is seen**: a W tried
//! out on the log it is used on voids the bound. A larger W loses less to clipping and more to
//! noise.
//!
//! For the value of the target: `X = min(w, W) (r − r_min) / (W (r_max − r_min))`, in [0, 1]. For
//! its lift over the policy that logs:
//! `X = ((min(w, W) − 1) (r − r_min) / (r_max − r_min) + 1) / W`, decision by decision, so that
//! what both have in common falls out. The lift is for gated deployment: switch when its lower
//! bound is above zero, and look as often as you like; a target that is no better gets through with
//! probability alpha at most. It says nothing of targets picked from many by their bound on the
//! same log: divide alpha by their number.
//!
//! A bound needs no overlap, but it needs the truth: rewards within the range, and logged selection
//! probabilities with which actions really were drawn. See [`super::intervals::betting`] for what
//! it asks of guests who come back. Karampatziakis, Mineiro and Ramdas, "Off-policy confidence
//! sequences" (ICML 2021); Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro, "Anytime-valid
//! off-policy inference for contextual bandits" (2022).

use serde::Serialize;

use super::estimators::clipped;
use super::intervals::bernstein::one_sided;
use super::intervals::betting::{BettingError, BettingSequence};
use super::moments::Moments;
use super::row::{Row, Rows};

/// Between which values every reward lies, by what it stands for and not by what was seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RewardRange {
    /// The least.
    pub min: f64,
    /// The largest, above the least.
    pub max: f64,
}

impl Default for RewardRange {
    /// A yes or a no.
    fn default() -> Self {
        Self { min: 0.0, max: 1.0 }
    }
}

/// What is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The target's mean reward.
    Value,
    /// The target's mean reward less that of the policy that logs.
    Lift,
}

/// How rewards and weights become values in [0, 1], and a bound on their mean one on a quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    quantity: Quantity,
    clip: f64,
    rewards: RewardRange,
}

impl Scale {
    /// A scale with weights clipped at `clip` (W), at least 1.
    ///
    /// # Errors
    /// [`BoundsError::Clip`] and [`BoundsError::Range`] where these make no scale.
    pub fn new(quantity: Quantity, clip: f64, rewards: RewardRange) -> Result<Self, BoundsError> {
        if !(clip >= 1.0 && clip.is_finite()) {
            return Err(BoundsError::Clip(clip));
        }
        let span = rewards.max - rewards.min;
        if !(span > 0.0 && span.is_finite() && rewards.min.is_finite()) {
            return Err(BoundsError::Range(rewards.min, rewards.max));
        }
        Ok(Self { quantity, clip, rewards })
    }

    /// A row as a value in [0, 1].
    ///
    /// # Errors
    /// [`BoundsError::Reward`] for a reward out of the range.
    pub fn value(&self, row: &Row) -> Result<f64, BoundsError> {
        let RewardRange { min, max } = self.rewards;
        if !(min..=max).contains(&row.reward) {
            return Err(BoundsError::Reward { reward: row.reward, min, max });
        }
        let (weight, reward) = (clipped(row.weight(), self.clip), (row.reward - min) / (max - min));
        let value = match self.quantity {
            Quantity::Value => weight * reward / self.clip,
            Quantity::Lift => ((weight - 1.0) * reward + 1.0) / self.clip,
        };
        Ok(value.clamp(0.0, 1.0))
    }

    /// What a lower bound on the mean of values says of the quantity, in units of the reward.
    pub fn bound(&self, lower: f64) -> f64 {
        let RewardRange { min, max } = self.rewards;
        match self.quantity {
            Quantity::Value => min + (max - min) * self.clip * lower,
            Quantity::Lift => (max - min) * (self.clip * lower - 1.0),
        }
    }
}

/// A lower bound that follows a growing log.
#[derive(Debug, Clone)]
pub struct LowerBound {
    scale: Scale,
    sequence: BettingSequence,
}

impl LowerBound {
    /// One that holds at every moment with probability `1 − alpha`.
    ///
    /// # Errors
    /// [`BoundsError::Betting`] unless alpha lies between 0 and 1.
    pub fn new(scale: Scale, alpha: f64) -> Result<Self, BoundsError> {
        // Weights average 1 and are at most W, so their squares average W at most: that of a value
        // is 1 / W at most.
        let size = 1.0 / scale.clip.sqrt();
        Ok(Self { scale, sequence: BettingSequence::lower(alpha, size)? })
    }

    /// Takes the next decision of the log, in the order of the log.
    ///
    /// # Errors
    /// [`BoundsError::Reward`] for a reward out of the range; nothing is changed then.
    pub fn push(&mut self, row: &Row) -> Result<(), BoundsError> {
        Ok(self.sequence.push(self.scale.value(row)?)?)
    }

    /// The bound so far; it never falls. Costs a few passes over the log after it rose.
    pub fn get(&mut self) -> f64 {
        self.scale.bound(self.sequence.interval().low)
    }
}

/// Lower bounds on a whole log.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bounds {
    /// W, where weights were clipped.
    pub clip: f64,
    /// Probability with which each bound holds.
    pub level: f64,
    /// Betting lower bound of the target's value.
    pub value: f64,
    /// Betting lower bound of its lift over the policy that logged. The target can be deployed when
    /// this is above zero.
    pub lift: f64,
    /// Empirical Bernstein lower bound of the value, for comparison: it holds for the one length
    /// only that was fixed beforehand.
    pub value_bernstein: f64,
}

impl Bounds {
    /// The bounds of a log in its order, each holding with probability `1 − alpha`.
    ///
    /// # Errors
    /// [`BoundsError`], as those of [`Scale`] and [`LowerBound`].
    pub fn of(
        rows: &Rows,
        clip: f64,
        rewards: RewardRange,
        alpha: f64,
    ) -> Result<Self, BoundsError> {
        let scale = Scale::new(Quantity::Value, clip, rewards)?;
        let mut value = LowerBound::new(scale, alpha)?;
        let mut lift = LowerBound::new(Scale { quantity: Quantity::Lift, ..scale }, alpha)?;
        let mut moments = Moments::default();
        for row in rows.as_slice() {
            value.push(row)?;
            lift.push(row)?;
            moments.push(scale.value(row)?);
        }
        let bernstein = moments.mean() - one_sided(&moments, 1.0, alpha);
        Ok(Self {
            clip,
            level: 1.0 - alpha,
            value: value.get(),
            lift: lift.get(),
            value_bernstein: scale.bound(bernstein.max(0.0)),
        })
    }
}

/// What cannot be bounded.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BoundsError {
    /// A place to clip that is none.
    #[error(
        "clip: {0} is not a finite number from 1 up: choose one before the log is seen, 10 say"
    )]
    Clip(f64),
    /// A range that is none.
    #[error("rewards: {0} to {1} is no range: give the least and the largest possible reward")]
    Range(f64, f64),
    /// A reward that is not in its range.
    #[error("reward: {reward} is not within {min} and {max}: widen the range or mend the log")]
    Reward {
        /// The reward.
        reward: f64,
        /// The least of the range.
        min: f64,
        /// The largest of the range.
        max: f64,
    },
    /// An alpha that is no probability of error.
    #[error(transparent)]
    Betting(#[from] BettingError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::offpolicy::row::testing::row;
    use crate::sys::rng::SplitMix64;

    const ANSWER: RewardRange = RewardRange { min: 0.0, max: 1.0 };

    /// Four actions drawn alike; the target takes the first with probability `on_first` and the
    /// others alike. The first is accepted by 30 %, the others by 20 %.
    fn log(n: u64, on_first: f64, rng: &mut SplitMix64) -> Rows {
        let row = |guest| {
            let is_first = rng.chance(0.25);
            let reward = rng.chance(if is_first { 0.3 } else { 0.2 });
            let target = if is_first { on_first } else { (1.0 - on_first) / 3.0 };
            row(guest, f64::from(u8::from(reward)), 0.25, target)
        };
        Rows::new((0..n).map(row).collect()).unwrap()
    }

    #[test]
    fn bounds_lie_below_the_truth_and_come_near_it() {
        let mut rng = SplitMix64::new(2);
        let (mut above, mut short) = (0, [0.0; 2]);
        for _ in 0..100 {
            let bounds = Bounds::of(&log(4_000, 1.0, &mut rng), 4.0, ANSWER, 0.05).unwrap();
            above += u32::from(bounds.value > 0.3) + u32::from(bounds.lift > 0.3 - 0.225);
            short[0] += (0.3 - bounds.value) / 100.0;
            short[1] += (0.075 - bounds.lift) / 100.0;
            above += u32::from(bounds.value_bernstein > 0.3);
        }
        assert!(above <= 8, "{above} of 300 bounds are false");
        // About four standard errors of the mean: the price of looking at any time.
        assert!(short[0] < 0.1 && short[1] < 0.08, "{short:?}");
    }

    #[test]
    fn clipping_only_lowers() {
        let rows = log(4_000, 1.0, &mut SplitMix64::new(3));
        let of = |clip| Bounds::of(&rows, clip, ANSWER, 0.05).unwrap();
        // All weights of the first action are 4: at 2, half of its rewards are given up.
        assert!(of(2.0).value < 0.15 && of(2.0).lift < -0.075, "{:?}", of(2.0));
        assert!(of(4.0).value > 0.2);
        // No weight is above 4: more room costs nothing.
        assert!(of(100.0).value > 0.255 && of(100.0).lift > 0.025, "{:?}", of(100.0));
    }

    /// The gate of a deployment: 300 targets that are no better, looked at all the time. The
    /// control is a target that is better: it must get through.
    #[test]
    fn a_target_that_is_no_better_hardly_gets_through_and_a_better_one_does() {
        let mut rng = SplitMix64::new(9);
        let scale = Scale::new(Quantity::Lift, 4.0, ANSWER).unwrap();
        let mut through = |on_first: f64, n| {
            let mut bound = LowerBound::new(scale, 0.05).unwrap();
            log(n, on_first, &mut rng).as_slice().chunks(50).any(|rows| {
                rows.iter().for_each(|row| bound.push(row).unwrap());
                bound.get() > 0.0
            })
        };
        // A quarter on the first: what the log does; the second target gives up on the first.
        let false_alarms = (0..300).filter(|i| through([0.25, 0.2][i % 2], 2_000)).count();
        assert!(false_alarms <= 15, "{false_alarms} of 300");
        assert!((0..10).all(|_| through(1.0, 12_000)));
    }

    #[test]
    fn rewards_in_any_unit_give_the_same_bounds_in_that_unit() {
        let rows = log(2_000, 0.7, &mut SplitMix64::new(4));
        let unit = Bounds::of(&rows, 4.0, ANSWER, 0.05).unwrap();
        let priced = rows.as_slice().iter().map(|r| Row { reward: 40.0 * r.reward - 15.0, ..*r });
        let priced = Rows::new(priced.collect()).unwrap();
        let range = RewardRange { min: -15.0, max: 25.0 };
        let priced = Bounds::of(&priced, 4.0, range, 0.05).unwrap();
        assert!((priced.value - (40.0 * unit.value - 15.0)).abs() < 1e-5);
        assert!((priced.lift - 40.0 * unit.lift).abs() < 1e-5);
    }

    #[test]
    fn what_has_no_bound_is_refused() {
        for clip in [0.5, f64::INFINITY, f64::NAN] {
            let scale = Scale::new(Quantity::Value, clip, ANSWER);
            assert!(matches!(scale, Err(BoundsError::Clip(_))));
        }
        let range = RewardRange { min: 1.0, max: 1.0 };
        assert!(matches!(Scale::new(Quantity::Lift, 4.0, range), Err(BoundsError::Range(..))));
        let rows = Rows::new(vec![row(0, 1.5, 0.5, 0.5)]).unwrap();
        assert!(matches!(Bounds::of(&rows, 4.0, ANSWER, 0.05), Err(BoundsError::Reward { .. })));
        let rows = Rows::new(vec![row(0, 0.5, 0.5, 0.5)]).unwrap();
        assert!(matches!(Bounds::of(&rows, 4.0, ANSWER, 1.0), Err(BoundsError::Betting(_))));
    }
}
