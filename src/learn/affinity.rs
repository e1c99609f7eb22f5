//! Named affinities: how much a guest likes what a tag stands for.
//!
//! Each is a Gaussian on the scale of log-odds, around what the guest's segment likes: a guest of
//! whom nothing is known is a member of the segment, and what is learnt of the guest stands beside
//! it. What a guest *stated* takes the segment's place for that tag. What was *observed* is an
//! entry apart: an event never changes a stated one, and the observed one of the same tag learns
//! what the statement leaves unexplained.
//!
//! An offer's affinity is the sum over its n tags, divided by √n ([`scale`]): the more an offer is
//! about, the less it is about each. At most [`AFFINITIES_MAX`] entries are kept; the least certain
//! observed one goes first, a stated exclusion last.

use crate::domain::belief::{AFFINITIES_MAX, Affinity, Origin, PreferenceLevel};

use super::evidence::Evidence;
use super::laplace::Step;
use super::preference::retention;

/// Variance of an affinity before anything is known of the guest.
pub const VARIANCE: f64 = 0.25;
/// Variance of a stated one: a guest means what a guest says.
const STATED_VARIANCE: f64 = 0.05;
/// Least share of [`VARIANCE`] that remains.
const VARIANCE_FLOOR: f64 = 0.02;
/// Farthest a mean goes from zero.
const MEAN_MAX: f64 = 4.0;
/// Evidence of less weight does not make an entry for a tag that has none: a glance at an offer
/// says too little.
const ENTRY_WEIGHT: f64 = 0.25;
/// An observed entry within this of knowing nothing is dropped.
const FADED: f64 = 0.01;

/// Half-lives in days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HalfLives {
    /// Of what was observed.
    pub observed: f64,
    /// Of what was stated, answered or noted.
    pub stated: f64,
}

impl Default for HalfLives {
    fn default() -> Self {
        Self { observed: 180.0, stated: 730.0 }
    }
}

/// The mean a stated level stands for, in log-odds.
pub fn level_mean(level: PreferenceLevel) -> f64 {
    match level {
        PreferenceLevel::Unacceptable => -3.0,
        PreferenceLevel::Avoid => -1.0,
        PreferenceLevel::Neutral => 0.0,
        PreferenceLevel::Preferred => 1.0,
        PreferenceLevel::Required => 2.0,
    }
}

/// What an offer of so many tags has of each: `1/√n`.
#[expect(clippy::cast_precision_loss, reason = "a few tags")]
pub fn scale(tags: usize) -> f64 {
    1.0 / (tags.max(1) as f64).sqrt()
}

/// What a segment likes: log-odds by tag, in order of the tags.
pub type Leanings = [(u32, f32)];

/// What is known of a guest beyond the segment, by tag and in order of the tags: observations, and
/// statements less the segment's leaning whose place they take. Replaces what `out` holds.
pub fn beyond(affinities: &[Affinity], segment: &Leanings, out: &mut Vec<(u32, f32)>) {
    out.clear();
    out.extend(affinities.iter().map(|a| {
        let replaced = if is_stated(a) { leaning(segment, a.tag) } else { 0.0 };
        (a.tag, a.mean - replaced)
    }));
    out.sort_by_key(|(tag, _)| *tag);
    out.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        kept.1 += if is_same { next.1 } else { 0.0 };
        is_same
    });
}

fn leaning(by_tag: &[(u32, f32)], tag: u32) -> f32 {
    by_tag.binary_search_by_key(&tag, |(tag, _)| *tag).map_or(0.0, |at| by_tag[at].1)
}

/// Sum over an offer's tags of log-odds given by tag, in order of the tags, divided by √n.
#[expect(clippy::cast_possible_truncation, reason = "scoring is in single precision")]
pub fn sum(by_tag: &[(u32, f32)], tags: &[u32]) -> f32 {
    if by_tag.is_empty() {
        return 0.0;
    }
    let sum: f32 = tags.iter().map(|tag| leaning(by_tag, *tag)).sum();
    sum * scale(tags.len()) as f32
}

/// Lets affinities fade over so many days: toward zero and [`VARIANCE`], as tastes do. Levels stay,
/// whatever the age.
pub fn decay(affinities: &mut Vec<Affinity>, days: f64, half_lives: HalfLives) {
    for affinity in &mut *affinities {
        let half_life = if is_stated(affinity) { half_lives.stated } else { half_lives.observed };
        let rho = retention(days, half_life);
        let mean = rho * f64::from(affinity.mean);
        store(affinity, mean, VARIANCE + rho * rho * (f64::from(affinity.variance) - VARIANCE));
    }
    affinities.retain(|a| {
        is_stated(a) || f64::from(a.mean.abs()) > FADED || f64::from(a.variance) < VARIANCE - FADED
    });
}

/// Makes entries for tags that have none, where the evidence is telling. Others may give way.
pub fn make_room(affinities: &mut Vec<Affinity>, tags: &[u32], evidence: Evidence) {
    if !(evidence.weight.is_finite() && evidence.weight >= ENTRY_WEIGHT) {
        return;
    }
    for tag in tags {
        if !affinities.iter().any(|a| a.tag == *tag && !is_stated(a)) {
            let new = entry(*tag, 0.0, VARIANCE, PreferenceLevel::Neutral, Origin::Observed);
            put(affinities, new);
        }
    }
}

/// How unsure the affinity to an offer of these tags is, as far as it can still be learnt: its
/// variance in log-odds.
pub fn spread(affinities: &[Affinity], tags: &[u32]) -> f64 {
    let scale = scale(tags.len());
    let learning = affinities.iter().filter(|a| !is_stated(a) && tags.contains(&a.tag));
    learning.map(|a| f64::from(a.variance)).sum::<f64>() * scale * scale
}

/// Moves observed affinities to an offer's tags by a step of the offer's log-odds. Stated entries
/// stay as they are.
pub fn learn(affinities: &mut [Affinity], tags: &[u32], step: &Step) {
    let scale = scale(tags.len());
    for affinity in affinities.iter_mut().filter(|a| !is_stated(a) && tags.contains(&a.tag)) {
        let variance = f64::from(affinity.variance);
        let mean = f64::from(affinity.mean) + variance * scale * step.gradient;
        store(affinity, mean, 1.0 / (1.0 / variance + step.curvature * scale * scale));
    }
}

/// Keeps what a guest or staff stated about a tag, in place of what was stated before.
pub fn state(affinities: &mut Vec<Affinity>, tag: u32, level: PreferenceLevel, origin: Origin) {
    put(affinities, entry(tag, level_mean(level), STATED_VARIANCE, level, origin));
}

/// Learns from a survey answer about a tag: the affinity is `value` (log-odds), give or take a
/// noise of variance `noise`. The exact Gaussian update, on an entry of origin [`Origin::Survey`].
pub fn answer(affinities: &mut Vec<Affinity>, tag: u32, value: f64, noise: f64) {
    if !(value.is_finite() && noise > 0.0) {
        return;
    }
    let known = affinities.iter().find(|a| a.tag == tag && is_stated(a)).copied();
    let mut affinity = known
        .unwrap_or_else(|| entry(tag, 0.0, VARIANCE, PreferenceLevel::Neutral, Origin::Survey));
    let (mean, variance) = (f64::from(affinity.mean), f64::from(affinity.variance));
    let gain = variance / (variance + noise);
    store(&mut affinity, mean + gain * (value - mean), variance - gain * variance);
    put(affinities, affinity);
}

/// How unsure it is what a guest thinks of a tag: the variance of the surest entry.
pub fn unsure(affinities: &[Affinity], tag: u32) -> f64 {
    let known = affinities.iter().filter(|affinity| affinity.tag == tag);
    known.map(|affinity| f64::from(affinity.variance)).fold(VARIANCE, f64::min)
}

pub(super) fn is_stated(affinity: &Affinity) -> bool {
    match affinity.origin {
        Origin::Stated | Origin::Survey | Origin::Staff => true,
        Origin::Observed | Origin::Inferred => false,
    }
}

fn entry(tag: u32, mean: f64, variance: f64, level: PreferenceLevel, origin: Origin) -> Affinity {
    let mut affinity = Affinity { tag, mean: 0.0, variance: 0.0, level, origin };
    store(&mut affinity, mean, variance);
    affinity
}

#[expect(clippy::cast_possible_truncation, reason = "guests are stored in single precision")]
pub(super) fn store(affinity: &mut Affinity, mean: f64, variance: f64) {
    affinity.mean = mean.clamp(-MEAN_MAX, MEAN_MAX) as f32;
    affinity.variance = variance.clamp(VARIANCE_FLOOR * VARIANCE, VARIANCE) as f32;
}

/// Puts an entry in, in place of the one of the same tag and kind. In a full list the entry worth
/// least gives way; a new observed one does not displace what was stated.
fn put(affinities: &mut Vec<Affinity>, affinity: Affinity) {
    let same = |a: &Affinity| a.tag == affinity.tag && is_stated(a) == is_stated(&affinity);
    if let Some(known) = affinities.iter_mut().find(|a| same(a)) {
        *known = affinity;
        return;
    }
    if affinities.len() >= AFFINITIES_MAX {
        let worths = affinities.iter().map(worth).enumerate();
        let Some((least, kept)) = worths.min_by_key(|(_, worth)| *worth) else { return };
        if kept.0 > worth(&affinity).0 {
            return;
        }
        affinities.remove(least);
    }
    affinities.reserve_exact(1);
    affinities.push(affinity);
}

/// What is kept: exclusions before other statements before observations, then the more certain.
pub(super) fn worth(affinity: &Affinity) -> (u8, std::cmp::Reverse<u32>) {
    let kind = match (is_stated(affinity), affinity.level) {
        (true, PreferenceLevel::Unacceptable) => 2,
        (true, _) => 1,
        (false, _) => 0,
    };
    // Bits of positive floats sort as the floats do.
    (kind, std::cmp::Reverse(affinity.variance.to_bits()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::learn::laplace::step;

    const YES: Evidence = Evidence { label: true, weight: 1.0 };
    const GLANCE: Evidence = Evidence { label: false, weight: 0.1 };

    fn observe(affinities: &mut Vec<Affinity>, tags: &[u32], log_odds: f64, evidence: Evidence) {
        make_room(affinities, tags, evidence);
        let Evidence { label, weight } = evidence;
        let spread = spread(affinities, tags);
        if log_odds.is_finite() && weight.is_finite() && weight > 0.0 {
            learn(affinities, tags, &step(log_odds, spread, label, weight));
        }
    }

    fn known(affinities: &[Affinity], tags: &[u32]) -> f32 {
        let mut by_tag = Vec::new();
        beyond(affinities, &[], &mut by_tag);
        sum(&by_tag, tags)
    }

    #[test]
    fn a_statement_takes_the_place_of_what_the_segment_likes() {
        let segment = [(1, 0.8), (2, -0.5)];
        let mut affinities = Vec::new();
        state(&mut affinities, 1, PreferenceLevel::Avoid, Origin::Stated);
        observe(&mut affinities, &[2], -3.0, YES);
        let mut by_tag = Vec::new();
        beyond(&affinities, &segment, &mut by_tag);
        assert!((by_tag[0].1 + 1.8).abs() < 1e-6, "avoided, whatever the segment likes");
        assert!((by_tag[1].1 - affinities[1].mean).abs() < 1e-6, "observed beside the segment");
        let whole = sum(&segment, &[1, 9]) + sum(&by_tag, &[1, 9]);
        assert!((whole + 1.0 / 2.0_f32.sqrt()).abs() < 1e-6);
    }

    #[test]
    fn an_acceptance_raises_the_tags_of_the_offer_and_no_other() {
        let mut affinities = Vec::new();
        observe(&mut affinities, &[1, 2], -3.0, YES);
        assert!(known(&affinities, &[1]) > 0.15);
        assert_eq!(known(&affinities, &[1]).to_bits(), known(&affinities, &[2]).to_bits());
        assert_eq!(known(&affinities, &[3]).to_bits(), 0);
        let before = known(&affinities, &[1]);
        observe(&mut affinities, &[1], -2.0, Evidence { label: false, weight: 0.5 });
        assert!(known(&affinities, &[1]) < before);
    }

    #[test]
    fn a_glance_makes_no_entry_but_moves_one() {
        let mut affinities = Vec::new();
        observe(&mut affinities, &[1], -3.0, GLANCE);
        assert!(affinities.is_empty());
        observe(&mut affinities, &[1], -3.0, YES);
        let before = affinities[0].mean;
        observe(&mut affinities, &[1], 0.0, GLANCE);
        assert!(affinities[0].mean < before);
    }

    #[test]
    fn what_was_stated_and_what_was_observed_stay_apart() {
        let mut affinities = Vec::new();
        state(&mut affinities, 1, PreferenceLevel::Unacceptable, Origin::Stated);
        observe(&mut affinities, &[1], -3.0, YES);
        assert_eq!(affinities.len(), 2);
        let stated = affinities.iter().find(|a| a.origin == Origin::Stated).unwrap();
        assert_eq!(
            (stated.level, stated.mean.to_bits()),
            (PreferenceLevel::Unacceptable, (-3.0_f32).to_bits())
        );
        state(&mut affinities, 1, PreferenceLevel::Preferred, Origin::Staff);
        assert_eq!(affinities.len(), 2, "the later statement replaces the earlier");
    }

    #[test]
    fn in_a_full_list_the_least_certain_observed_entry_goes() {
        let mut affinities = Vec::new();
        state(&mut affinities, 0, PreferenceLevel::Avoid, Origin::Stated);
        for tag in 1..16 {
            observe(&mut affinities, &[tag], -3.0, YES);
        }
        // All but tag 7 are seen again and again.
        for tag in (1..16).filter(|tag| *tag != 7) {
            observe(&mut affinities, &[tag], 0.0, YES);
        }
        observe(&mut affinities, &[99], -3.0, YES);
        assert_eq!(affinities.len(), AFFINITIES_MAX);
        let has = |tag| affinities.iter().any(|a: &Affinity| a.tag == tag);
        assert!(has(99) && has(0) && !has(7));
    }

    #[test]
    fn observation_never_displaces_what_was_stated() {
        let mut affinities = Vec::new();
        for tag in 0..20 {
            state(&mut affinities, tag, PreferenceLevel::Unacceptable, Origin::Stated);
        }
        let full = affinities.clone();
        observe(&mut affinities, &[99], -3.0, YES);
        state(&mut affinities, 98, PreferenceLevel::Preferred, Origin::Stated);
        assert_eq!(affinities, full, "nor does a preference displace an exclusion");
    }

    #[test]
    fn answers_and_observations_fade_and_statements_keep_their_level() {
        let mut affinities = Vec::new();
        answer(&mut affinities, 1, 1.0, 0.5);
        observe(&mut affinities, &[2], -3.0, YES);
        state(&mut affinities, 3, PreferenceLevel::Unacceptable, Origin::Stated);
        assert!(
            (affinities[0].mean - 1.0 / 3.0).abs() < 1e-6
                && (affinities[0].variance - 1.0 / 6.0).abs() < 1e-6
        );
        decay(&mut affinities, 730.0, HalfLives::default());
        assert!((affinities[0].mean - 1.0 / 6.0).abs() < 1e-6);
        decay(&mut affinities, 36_500.0, HalfLives::default());
        assert_eq!(
            affinities.iter().map(|a| a.tag).collect::<Vec<_>>(),
            [1, 3],
            "what faded away was observed"
        );
        assert_eq!(affinities[1].level, PreferenceLevel::Unacceptable);
    }

    proptest! {
        #[test]
        fn affinities_stay_bounded_whatever_happens(
            blows in prop::collection::vec(
                (prop::collection::vec(0_u32..40, 0..8), any::<f64>(), any::<bool>(), 0.0_f64..10.0), 0..300)
        ) {
            let mut affinities = Vec::new();
            for (tags, log_odds, label, weight) in &blows {
                observe(&mut affinities, tags, *log_odds, Evidence { label: *label, weight: *weight });
                prop_assert!(affinities.len() <= AFFINITIES_MAX);
                let sound = |a: &Affinity| a.mean.abs() <= 4.0 && (0.004..=0.25).contains(&a.variance);
                prop_assert!(affinities.iter().all(sound), "{affinities:?}");
            }
        }
    }
}
