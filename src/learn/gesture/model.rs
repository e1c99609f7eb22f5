//! What a gesture adds to satisfaction and to the chance of another stay: against guests who could have
//! had one and had none.
//!
//! Guests are compared within a stratum (what called for it, how grave, what the guest was worth), so
//! what the choice depended on does not pass for an effect. The difference of a stratum is normal
//! with the variance of its two means; differences of one trigger vary around that trigger's own effect, and
//! those around the effect of the gesture as a whole (a normal hierarchy with known spreads: Gelman et al.,
//! "Bayesian Data Analysis", 3rd ed., section 5.4). The effect at a trigger therefore leans on the whole
//! until it has seen enough itself.

use std::collections::BTreeMap;

use crate::domain::gesture::{GestureTrigger, Occasion};
use crate::domain::guest_value::ValueTier;

/// Trouble graver than this is a stratum of its own.
const GRAVE: u8 = 3;
/// Prior standard deviation of an effect as a whole, of a trigger around it, and of a stratum around
/// that: of satisfaction, in points.
const SATISFACTION: [f64; 3] = [0.5, 0.25, 0.15];
/// The same of the chance of another stay.
const RETURN: [f64; 3] = [0.06, 0.03, 0.02];
/// Variance of a rating before any is known, and how many ratings it stands for.
const RATING_VARIANCE: (f64, f64) = (1.0, 10.0);

/// Who is comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stratum(pub u8);

impl Stratum {
    /// The stratum of an occasion and a guest.
    pub fn of(occasion: Occasion, tier: Option<ValueTier>) -> Self {
        let tier = tier.map_or(0, |tier| tier as u8);
        let grave = u8::from(occasion.severity > GRAVE);
        Self((occasion.trigger as u8) * 10 + grave * 5 + tier)
    }

    fn trigger(self) -> u8 {
        self.0 / 10
    }
}

/// What came of one arm in one stratum.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Ratings.
    pub rated: f64,
    /// Their sum.
    pub sum: f64,
    /// Sum of their squares.
    pub squares: f64,
    /// Guests of whom it is known whether they returned.
    pub followed: f64,
    /// Those who did.
    pub returned: f64,
}

/// An effect: mean and variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Mean.
    pub mean: f64,
    /// Variance.
    pub variance: f64,
}

/// All that was learnt. The arm 0 is that of none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GestureModel {
    pub(super) tallies: BTreeMap<(u64, Stratum), Tally>,
    /// Sequence of the last record that taught something.
    pub(super) version: u64,
    /// Labels learnt.
    pub(super) labels: u64,
}

impl GestureModel {
    /// Sequence of the last record that taught something.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Labels learnt.
    pub fn labels(&self) -> u64 {
        self.labels
    }

    /// What came of an arm in a stratum.
    pub fn tally(&self, arm: u64, stratum: Stratum) -> Tally {
        self.tallies.get(&(arm, stratum)).copied().unwrap_or_default()
    }

    pub(super) fn rate(&mut self, at: (u64, Stratum), rating: f64) {
        let tally = self.tallies.entry(at).or_default();
        tally.rated += 1.0;
        tally.sum += rating;
        tally.squares += rating * rating;
        self.labels += 1;
    }

    pub(super) fn follow(&mut self, at: (u64, Stratum), has_returned: bool) {
        let tally = self.tallies.entry(at).or_default();
        tally.followed += 1.0;
        tally.returned += f64::from(u8::from(has_returned));
        self.labels += 1;
    }

    /// Effect of a gesture on satisfaction where this calls for it, in points of a rating.
    pub fn satisfaction(&self, arm: u64, trigger: GestureTrigger, prior: f64) -> Effect {
        let variance = self.rating_variance();
        let mean = |tally: &Tally| {
            (tally.rated > 0.0).then(|| (tally.sum / tally.rated, variance / tally.rated))
        };
        self.effect((arm, trigger), (prior, SATISFACTION), mean)
    }

    /// Effect of a gesture on the chance of another stay where this calls for it.
    pub fn returning(&self, arm: u64, trigger: GestureTrigger, prior: f64) -> Effect {
        // Beta(½, ½) before anything is seen (Jeffreys).
        let mean = |tally: &Tally| {
            let n = tally.followed + 1.0;
            let p = (tally.returned + 0.5) / n;
            (tally.followed > 0.0).then(|| (p, p * (1.0 - p) / (n + 1.0)))
        };
        self.effect((arm, trigger), (prior, RETURN), mean)
    }

    /// Variance of ratings within arms and strata.
    fn rating_variance(&self) -> f64 {
        let (prior, weight) = RATING_VARIANCE;
        let (mut sum, mut count) = (prior * weight, weight);
        for tally in self.tallies.values().filter(|tally| tally.rated > 1.0) {
            sum += (tally.squares - tally.sum * tally.sum / tally.rated).max(0.0);
            count += tally.rated - 1.0;
        }
        (sum / count).max(1e-3)
    }

    fn effect(
        &self,
        (arm, trigger): (u64, GestureTrigger),
        (prior, [of_whole, of_trigger, of_stratum]): (f64, [f64; 3]),
        mean: impl Fn(&Tally) -> Option<(f64, f64)>,
    ) -> Effect {
        // By trigger: precision and weighted sum of the differences of its strata.
        let mut seen = [(0.0, 0.0); GestureTrigger::ALL.len()];
        for ((_, stratum), tally) in self.tallies.range((arm, Stratum(0))..=(arm, Stratum(u8::MAX)))
        {
            let without = self.tally(0, *stratum);
            let (Some((with, a)), Some((without, b))) = (mean(tally), mean(&without)) else {
                continue;
            };
            let precision = 1.0 / (a + b + of_stratum * of_stratum);
            if let Some(at) = seen.get_mut(usize::from(stratum.trigger())) {
                *at = (at.0 + precision, at.1 + precision * (with - without));
            }
        }
        // The whole, from what other triggers say.
        let own = usize::from(trigger as u8);
        let mut whole = (1.0 / (of_whole * of_whole), prior / (of_whole * of_whole));
        for (at, (precision, sum)) in seen.iter().enumerate() {
            if at != own && *precision > 0.0 {
                let spread = 1.0 / (1.0 / precision + of_trigger * of_trigger);
                whole = (whole.0 + spread, whole.1 + spread * sum / precision);
            }
        }
        let before = 1.0 / (1.0 / whole.0 + of_trigger * of_trigger);
        let precision = before + seen[own].0;
        let mean = (before * whole.1 / whole.0 + seen[own].1) / precision;
        Effect { mean, variance: 1.0 / precision }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;
    use GestureTrigger::{Complaint, Occasion as Birthday};

    const COMPLAINT: Stratum = Stratum(0);
    const BIRTHDAY: Stratum = Stratum(20);

    #[test]
    fn nothing_known_is_the_prior_and_one_side_alone_says_nothing() {
        let mut model = GestureModel::default();
        for _ in 0..50 {
            model.rate((7, COMPLAINT), 5.0);
        }
        let effect = model.satisfaction(7, Complaint, 0.3);
        assert!((effect.mean - 0.3).abs() < 1e-12, "{effect:?}");
        let wide = 0.5_f64.powi(2) + 0.25_f64.powi(2);
        assert!((effect.variance - wide).abs() < 1e-12);
    }

    /// By hand: one stratum of one trigger, 4 ratings each; the variance is the prior's 1 over 16
    /// ratings of no spread, 10 / 16.
    #[test]
    fn a_small_case_is_as_by_hand() {
        let mut model = GestureModel::default();
        for _ in 0..4 {
            model.rate((7, COMPLAINT), 4.0);
            model.rate((0, COMPLAINT), 3.0);
        }
        let variance = 10.0 / 16.0;
        let seen = 1.0 / (variance / 4.0 * 2.0 + 0.0225);
        let before = 1.0 / (0.25 + 0.0625);
        let expected = (before * 0.2 + seen * 1.0) / (before + seen);
        let effect = model.satisfaction(7, Complaint, 0.2);
        assert!((effect.mean - expected).abs() < 1e-12, "{effect:?} {expected}");
        // Elsewhere it leans on what was seen here.
        let elsewhere = model.satisfaction(7, Birthday, 0.2).mean;
        assert!(elsewhere > 0.3 && elsewhere < effect.mean, "{elsewhere}");
    }

    /// Who gets a gesture is worth more and returns more anyway: strata keep that from passing for an
    /// effect. The difference over all guests is far off.
    #[test]
    fn what_the_choice_depends_on_is_no_effect() {
        let mut rng = SplitMix64::new(5);
        let mut model = GestureModel::default();
        let (mut all, mut counts) = ([0.0; 2], [0.0; 2]);
        for _ in 0..40_000 {
            let is_dear = rng.chance(0.3);
            let gets = rng.chance(if is_dear { 0.9 } else { 0.2 });
            let base = if is_dear { 0.6 } else { 0.2 };
            let returned = rng.chance(base + if gets { 0.04 } else { 0.0 });
            let stratum = Stratum(if is_dear { 21 } else { 24 });
            model.follow((if gets { 7 } else { 0 }, stratum), returned);
            let side = usize::from(gets);
            all[side] += f64::from(u8::from(returned));
            counts[side] += 1.0;
        }
        let effect = model.returning(7, Birthday, 0.0);
        let naive = all[1] / counts[1] - all[0] / counts[0];
        assert!((effect.mean - 0.04).abs() < 0.02, "{effect:?}");
        assert!(naive > 0.15, "{naive}");
        assert!((model.satisfaction(7, Birthday, 0.1).mean - 0.1).abs() < 1e-12);
        let stratum = Stratum::of(Occasion { trigger: Complaint, severity: 5 }, Some(ValueTier::B));
        assert_eq!((stratum, BIRTHDAY.trigger()), (Stratum(7), 2));
    }
}
