//! Is it worth telling guests apart? By the log: where predictions with the guest's own effects are
//! worse than those without, for guests known as little as this one, the effects are left out.
//!
//! Compared is the logarithmic loss of each label, one step ahead (prequential: Dawid, "Statistical
//! theory: the prequential approach", 1984), separately for guests of few and of many contacts. The
//! effects are used until they are worse by more than chance; evidence fades, so that they get
//! another chance. They are learnt all the same.

use crate::learn::evidence::Evidence;

/// What is kept of the evidence at each label: about the last 20,000 labels count.
const KEPT: f64 = 0.999_95;
/// Labels needed before anything is concluded.
const LABELS_MIN: f64 = 500.0;
/// So many standard errors are more than chance: looked at again and again, two would not be.
const ERRORS: f64 = 3.5;
/// Losses are taken of propensities at least this far inside 0 and 1.
const MARGIN: f64 = 1e-6;

/// Groups of guests by contacts: none, 1 or 2, 3 to 5, 6 to 14, more.
pub const GROUPS: usize = 5;

/// The group of a guest of so many contacts.
pub fn group(contacts: u16) -> usize {
    match contacts {
        0 => 0,
        1..=2 => 1,
        3..=5 => 2,
        6..=14 => 3,
        _ => 4,
    }
}

/// Labels, sum of what the effects gained in logarithmic loss, sum of squares; discounted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Gain {
    /// Labels.
    pub labels: f64,
    /// Sum of gains.
    pub sum: f64,
    /// Sum of their squares.
    pub squares: f64,
}

/// The evidence so far, by group.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Trust {
    /// A row for each group, as a checkpoint keeps it.
    pub groups: [Gain; GROUPS],
}

impl Trust {
    /// Learns from a label of a guest of so many contacts. `personal` and `plain` are the response
    /// propensities with and without the guest's own effects, before the label was learnt. What is
    /// not a number is left out.
    pub fn learn(&mut self, contacts: u16, personal: f64, plain: f64, evidence: Evidence) {
        let gain = loss(plain, evidence.label) - loss(personal, evidence.label);
        if !gain.is_finite() {
            return;
        }
        let of = &mut self.groups[group(contacts)];
        of.labels = of.labels * KEPT + 1.0;
        of.sum = of.sum * KEPT + gain;
        of.squares = of.squares * KEPT + gain * gain;
    }

    /// Are the effects of a guest of so many contacts to be used, as far as is known?
    pub fn allows(&self, contacts: u16) -> bool {
        let Gain { labels, sum, squares } = self.groups[group(contacts)];
        if labels < LABELS_MIN {
            return true;
        }
        let mean = sum / labels;
        let error = ((squares / labels - mean * mean).max(0.0) / labels).sqrt();
        mean + ERRORS * error >= 0.0
    }
}

fn loss(propensity: f64, label: bool) -> f64 {
    let p = if label { propensity } else { 1.0 - propensity };
    -libm::log(p.clamp(MARGIN, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn played(truth: impl Fn(f64) -> f64, told: impl Fn(f64) -> f64, labels: u32) -> Trust {
        let (mut trust, mut rng) = (Trust::default(), SplitMix64::new(5));
        for _ in 0..labels {
            let own = rng.normal() * 0.1;
            let label = rng.chance(truth(own));
            trust.learn(4, told(own), 0.3, Evidence { label, weight: 1.0 });
        }
        trust
    }

    #[test]
    fn effects_that_are_noise_are_given_up_for_guests_known_as_little() {
        let noise = played(|_| 0.3, |own| 0.3 + own, 4_000);
        assert!(!noise.allows(3) && !noise.allows(5), "{:?}", noise.groups[2]);
        assert!(noise.allows(2) && noise.allows(6), "of others nothing was heard");
    }

    #[test]
    fn effects_that_tell_guests_apart_stay() {
        assert!(played(|own| 0.3 + own, |own| 0.3 + own, 4_000).allows(4));
        assert!(played(|own| 0.3 + own, |own| 0.3 + own, 20).allows(4));
    }

    #[test]
    fn effects_that_say_nothing_are_not_given_up_by_chance() {
        assert!(played(|_| 0.3, |_| 0.3, 4_000).allows(4));
    }

    #[test]
    fn a_propensity_of_zero_or_nan_breaks_nothing() {
        let mut trust = Trust::default();
        trust.learn(0, 0.0, f64::NAN, Evidence { label: true, weight: 1.0 });
        assert_eq!(trust, Trust::default());
        trust.learn(0, 0.0, 1.0, Evidence { label: true, weight: 1.0 });
        assert!(trust.groups[0].sum.is_finite());
    }
}
