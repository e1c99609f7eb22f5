//! What two guests like who turn out to be one.
//!
//! Both began from the same prior and learnt from events of their own, so what each learnt adds up
//! in natural parameters, and the prior, which is in both, is counted once:
//!
//! ```text
//! 1/v = 1/v₁ + 1/v₂ − 1/v₀        (m − m₀)/v = (m₁ − m₀)/v₁ + (m₂ − m₀)/v₂
//! ```
//!
//! (Product of the two posteriors divided by the prior; algorithms 13; the two-expert case of Hinton,
//! "Products of experts", 1999.) The belief that is older is brought up to the other's moment first.
//! The order of the two does not matter, a guest of whom nothing is known changes nothing, and
//! the result lies within the bounds of [`super::preference`] and [`super::affinity`].
//!
//! **Statements** are no independent evidence of one another: of two about one tag an exclusion
//! stays, else the surer one does, which of two kept alike is the later one. A survey answer adds to
//! whichever statement there is, as it would have had it come to the same guest.

use crate::domain::belief::{Affinity, Belief, DIM, Origin, PreferenceLevel, Prior};

use super::affinity::{self, HalfLives, VARIANCE};
use super::preference;

/// All that is known of what a guest likes, as of the moment the taste was updated.
#[derive(Debug, Clone, PartialEq)]
pub struct Likes {
    /// Taste.
    pub taste: Belief,
    /// Named affinities, faded to the same moment.
    pub affinities: Vec<Affinity>,
}

/// How fast what is known of guests fades, and to what.
#[derive(Debug, Clone, Copy)]
pub struct Fading<'a> {
    /// What was believed of both guests' tastes before anything was seen.
    pub prior: &'a Prior,
    /// Half-life of a taste in days, above zero.
    pub taste: f64,
    /// Of affinities.
    pub affinities: HalfLives,
}

/// What is known of one guest who was taken for two.
pub fn merge(one: &Likes, other: &Likes, fading: &Fading<'_>) -> Likes {
    let now = one.taste.updated.max(other.taste.updated);
    let [one, other] = [one, other].map(|likes| {
        let mut likes = likes.clone();
        let days = now.days_since(likes.taste.updated);
        if days > 0.0 {
            preference::decay(&mut likes.taste, fading.prior, fading.taste, now);
            affinity::decay(&mut likes.affinities, days, fading.affinities);
        }
        likes
    });
    Likes {
        taste: merge_tastes(&one.taste, &other.taste, fading.prior),
        affinities: merge_affinities(&one.affinities, &other.affinities),
    }
}

/// Tastes of the same moment.
fn merge_tastes(one: &Belief, other: &Belief, prior: &Prior) -> Belief {
    let (mut mean, mut variance) = ([0.0; DIM], [0.0; DIM]);
    for axis in 0..DIM {
        let [m0, v0] = [prior.mean, prior.variance].map(|of| f64::from(of[axis]));
        let [m1, v1] = [one.mean, one.variance].map(|of| f64::from(of[axis]));
        let [m2, v2] = [other.mean, other.variance].map(|of| f64::from(of[axis]));
        (mean[axis], variance[axis]) = product((m1 - m0, v1), (m2 - m0, v2), v0);
        mean[axis] += m0;
    }
    let mut merged = one.clone();
    preference::store(&mut merged, prior, &mean, &variance);
    merged
}

/// Product of two Gaussians around a shared prior N(0, `v0`), divided by it. Neither is wider than
/// the prior.
fn product((d1, v1): (f64, f64), (d2, v2): (f64, f64), v0: f64) -> (f64, f64) {
    let (one, other) = (1.0 / v1, 1.0 / v2);
    let variance = 1.0 / (one + other - 1.0 / v0).max(one.max(other));
    (variance * (d1 * one + d2 * other), variance)
}

/// Affinities of the same moment. At most as many as are kept of a guest; the least worth goes
/// first, as everywhere.
fn merge_affinities(one: &[Affinity], other: &[Affinity]) -> Vec<Affinity> {
    if one.is_empty() || other.is_empty() {
        return [one, other].concat();
    }
    let same = |a: &Affinity, b: &Affinity| {
        a.tag == b.tag && affinity::is_stated(a) == affinity::is_stated(b)
    };
    let alone = |these: &[Affinity], those: &[Affinity]| -> Vec<Affinity> {
        these.iter().filter(|a| !those.iter().any(|b| same(a, b))).copied().collect()
    };
    let mut merged: Vec<Affinity> = one
        .iter()
        .filter_map(|a| other.iter().find(|b| same(a, b)).map(|b| merge_entries(a, b)))
        .chain(alone(one, other))
        .chain(alone(other, one))
        .collect();
    merged.sort_by_key(|a| (std::cmp::Reverse(affinity::worth(a)), a.tag));
    merged.truncate(crate::domain::belief::AFFINITIES_MAX);
    merged.sort_by_key(|a| (a.tag, affinity::is_stated(a)));
    merged
}

/// Two entries about one tag, both observed or both stated.
fn merge_entries(one: &Affinity, other: &Affinity) -> Affinity {
    let is_answer = |a: &Affinity| a.origin == Origin::Survey;
    let (first, second) = if precedes(one, other) { (one, other) } else { (other, one) };
    if affinity::is_stated(one) && !is_answer(one) && !is_answer(other) {
        return *first;
    }
    let [a, b] = [first, second].map(|a| (f64::from(a.mean), f64::from(a.variance)));
    let (mean, variance) = product(a, b, VARIANCE);
    let mut merged = *first;
    affinity::store(&mut merged, mean, variance);
    merged
}

/// Whose level and origin stay: exclusions first, what was said before what was answered, then the
/// surer, then the more careful. A total order but for entries that are equal.
fn precedes(one: &Affinity, other: &Affinity) -> bool {
    let rank = |a: &Affinity| {
        let excludes = a.level == PreferenceLevel::Unacceptable;
        let mean = a.mean.to_bits();
        // Bits of positive floats sort as the floats do.
        (!excludes, a.origin == Origin::Survey, a.variance.to_bits(), a.level, a.origin, mean)
    };
    rank(one) <= rank(other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::belief::{AFFINITIES_MAX, Vector};
    use crate::domain::time::Timestamp;
    use crate::learn::evidence::Evidence;
    use crate::learn::preference::{HALF_LIFE_DAYS, Sighting, VARIANCE_FLOOR, radius};
    use crate::learn::witness;

    fn prior() -> Prior {
        let mut mean = [0.25; DIM];
        mean[3] = -1.0;
        Prior { mean, variance: [0.3; DIM] }
    }

    fn fading(prior: &Prior) -> Fading<'_> {
        Fading { prior, taste: HALF_LIFE_DAYS, affinities: HalfLives::default() }
    }

    fn unknown(prior: &Prior, day: i64) -> Likes {
        let taste = prior.belief(Timestamp::from_seconds(day * 86_400));
        Likes { taste, affinities: Vec::new() }
    }

    /// An event of a guest: an offer of a few tags, and what became of it.
    #[derive(Debug, Clone)]
    enum Event {
        Seen { seed: u64, tags: Vec<u32>, label: bool, weight: f64 },
        Said { tag: u32, level: u8 },
        Answered { tag: u32, value: f64 },
        Waited { days: i64 },
    }

    fn event() -> impl Strategy<Value = Event> {
        let tags = prop::collection::vec(0_u32..12, 0..4);
        prop_oneof![
            8 => (any::<u64>(), tags, any::<bool>(), 0.1_f64..3.0).prop_map(
                |(seed, tags, label, weight)| Event::Seen { seed, tags, label, weight }
            ),
            1 => (0_u32..12, 0_u8..5).prop_map(|(tag, level)| Event::Said { tag, level }),
            1 => (0_u32..12, -3.0_f64..3.0).prop_map(|(tag, value)| Event::Answered { tag, value }),
            1 => (0_i64..200).prop_map(|days| Event::Waited { days }),
        ]
    }

    fn offer(seed: u64) -> Vector {
        let mut rng = crate::sys::rng::SplitMix64::new(seed);
        #[expect(clippy::cast_possible_truncation, reason = "test data")]
        std::array::from_fn(|_| (rng.normal() * 0.5) as f32)
    }

    fn happens(likes: &mut Likes, prior: &Prior, event: &Event) {
        match event {
            Event::Seen { seed, tags, label, weight } => {
                let (vector, context_log_odds) = (offer(*seed), -1.0);
                let sighting = Sighting { vector: &vector, context_log_odds, taste_weight: 1.0 };
                let evidence = Evidence { label: *label, weight: *weight };
                let known = (&mut likes.taste, prior);
                witness::observe(known, &mut likes.affinities, (&sighting, tags), evidence, 0.0);
            }
            Event::Said { tag, level } => {
                let level = PreferenceLevel::from_code(*level).unwrap();
                affinity::state(&mut likes.affinities, *tag, level, Origin::Stated);
            }
            Event::Answered { tag, value } => {
                affinity::answer(&mut likes.affinities, *tag, *value, 0.5);
            }
            Event::Waited { days } => {
                let now = Timestamp::from_seconds(
                    likes.taste.updated.as_micros() / 1_000_000 + days * 86_400,
                );
                preference::decay(&mut likes.taste, prior, HALF_LIFE_DAYS, now);
                #[expect(clippy::cast_precision_loss, reason = "a few days")]
                affinity::decay(&mut likes.affinities, *days as f64, HalfLives::default());
            }
        }
    }

    fn lived(events: &[Event]) -> Likes {
        let prior = prior();
        let mut likes = unknown(&prior, 0);
        events.iter().for_each(|event| happens(&mut likes, &prior, event));
        likes
    }

    fn life() -> impl Strategy<Value = Likes> {
        prop::collection::vec(event(), 0..60).prop_map(|events| lived(&events))
    }

    proptest! {
        #[test]
        fn the_order_of_the_two_does_not_matter(one in life(), other in life()) {
            let prior = prior();
            let [a, b] = [(&one, &other), (&other, &one)].map(|(a, b)| merge(a, b, &fading(&prior)));
            prop_assert_eq!(a.taste.mean.map(f32::to_bits), b.taste.mean.map(f32::to_bits));
            let sorted = |likes: &Likes| {
                let mut affinities = likes.affinities.clone();
                affinities.sort_by_key(|a| (a.tag, a.origin, a.variance.to_bits()));
                affinities
            };
            prop_assert_eq!(sorted(&a), sorted(&b));
            prop_assert_eq!(a.taste, b.taste);
        }

        #[test]
        fn a_guest_of_whom_nothing_is_known_changes_nothing(one in life(), day in 0_i64..3) {
            let prior = prior();
            let same = merge(&one, &unknown(&prior, 0), &fading(&prior));
            prop_assert_eq!(&same, &one);
            // A later one brings what is known up to its own moment, and no more.
            let mut later = one.clone();
            happens(&mut later, &prior, &Event::Waited { days: day + 1 });
            let mut nobody = unknown(&prior, 0);
            nobody.taste.updated = later.taste.updated;
            prop_assert_eq!(merge(&nobody, &one, &fading(&prior)), later);
        }

        #[test]
        fn what_is_merged_stays_within_bounds(one in life(), other in life()) {
            let prior = prior();
            let merged = merge(&one, &other, &fading(&prior));
            let distance = merged.taste.mean.iter().zip(&prior.mean)
                .map(|(m, m0)| f64::from(m - m0).powi(2)).sum::<f64>().sqrt();
            prop_assert!(distance <= radius(&prior) * (1.0 + 1e-6), "{distance}");
            for (v, v0) in merged.taste.variance.iter().zip(&prior.variance) {
                prop_assert!(*v <= *v0 && f64::from(*v) >= VARIANCE_FLOOR * f64::from(*v0) * (1.0 - 1e-6));
            }
            prop_assert!(merged.affinities.len() <= AFFINITIES_MAX);
            let sound = |a: &Affinity| a.mean.abs() <= 4.0 && (0.004..=0.25).contains(&a.variance);
            prop_assert!(merged.affinities.iter().all(sound), "{:?}", merged.affinities);
            let excluded = |likes: &Likes, tag: u32| likes.affinities.iter()
                .any(|a| a.tag == tag && a.level == PreferenceLevel::Unacceptable);
            let lost = |tag: &u32| (excluded(&one, *tag) || excluded(&other, *tag)) && !excluded(&merged, *tag);
            prop_assert_eq!((0_u32..12).find(lost), None, "an exclusion stays");
        }

        /// Of the same moment and without statements: precision adds, the prior's once.
        #[test]
        fn precision_adds_and_the_prior_counts_once(one in life(), other in life()) {
            let prior = prior();
            let merged = merge(&one, &other, &fading(&prior)).taste;
            let now = one.taste.updated.max(other.taste.updated);
            let [one, other] = [one, other].map(|mut likes| {
                preference::decay(&mut likes.taste, &prior, HALF_LIFE_DAYS, now);
                likes.taste
            });
            for axis in 0..DIM {
                let [merged, one, other, prior] = [merged.variance, one.variance, other.variance, prior.variance]
                    .map(|of| 1.0 / f64::from(of[axis]));
                let expected = (one + other - prior).min(prior / VARIANCE_FLOOR);
                prop_assert!((merged / expected - 1.0).abs() < 1e-6, "{merged} for {expected}");
            }
        }
    }

    /// Two lives of exact Gaussian answers, merged, are one life with all of the answers.
    #[test]
    fn two_halves_of_a_guest_are_the_whole() {
        let prior = prior();
        let answer = |belief: &mut Belief, axis: usize, value: f64| {
            let mut direction = [0.0; DIM];
            direction[axis] = 1.0;
            preference::answer(belief, &prior, &direction, value, 0.5);
        };
        let now = Timestamp::from_seconds(0);
        let (mut one, mut other, mut whole) =
            (prior.belief(now), prior.belief(now), prior.belief(now));
        for (at, value) in [1.5, -0.5, 0.7, 1.2, -2.0].into_iter().enumerate() {
            answer(&mut whole, at % 3, value);
            answer(if at % 2 == 0 { &mut one } else { &mut other }, at % 3, value);
        }
        let of = |taste: Belief| Likes { taste, affinities: Vec::new() };
        let merged = merge(&of(one), &of(other), &fading(&prior)).taste;
        for axis in 0..DIM {
            assert!((merged.mean[axis] - whole.mean[axis]).abs() < 1e-6, "{axis}");
            assert!((merged.variance[axis] - whole.variance[axis]).abs() < 1e-6, "{axis}");
        }
    }

    #[test]
    fn of_two_statements_the_later_stays_and_an_exclusion_always() {
        let prior = prior();
        let said = |level| {
            let mut likes = unknown(&prior, 0);
            affinity::state(&mut likes.affinities, 1, level, Origin::Stated);
            likes
        };
        let mut fresh = said(PreferenceLevel::Preferred);
        fresh.taste.updated = Timestamp::from_seconds(400 * 86_400);
        let level =
            |one: &Likes, other: &Likes| merge(one, other, &fading(&prior)).affinities[0].level;
        let old = said(PreferenceLevel::Avoid);
        assert_eq!(level(&old, &fresh), PreferenceLevel::Preferred);
        let excluded = said(PreferenceLevel::Unacceptable);
        assert_eq!(level(&fresh, &excluded), PreferenceLevel::Unacceptable);
        let both = merge(&excluded, &said(PreferenceLevel::Unacceptable), &fading(&prior));
        assert_eq!(both.affinities, excluded.affinities, "said twice is said once");
    }

    #[test]
    fn an_answer_adds_to_what_was_said() {
        let prior = prior();
        let mut whole = unknown(&prior, 0);
        affinity::state(&mut whole.affinities, 1, PreferenceLevel::Avoid, Origin::Stated);
        let said = whole.clone();
        affinity::answer(&mut whole.affinities, 1, 0.5, 0.5);
        let mut answered = unknown(&prior, 0);
        affinity::answer(&mut answered.affinities, 1, 0.5, 0.5);
        let merged = merge(&answered, &said, &fading(&prior)).affinities[0];
        let expected = whole.affinities[0];
        assert_eq!((merged.level, merged.origin), (expected.level, expected.origin));
        assert!((merged.mean - expected.mean).abs() < 1e-6, "{merged:?} for {expected:?}");
        assert!((merged.variance - expected.variance).abs() < 1e-6);
    }
}
