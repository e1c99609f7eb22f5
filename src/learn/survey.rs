//! What is most worth asking a guest next, and when to stop.
//!
//! A question is worth what its answer is expected to take away of what is unsure in the guest's
//! taste, along the directions its choices speak of (algorithms 1.2; the idea of Golbandi, Koren and
//! Lempel, "Adaptive bootstrapping of recommender systems using decision trees", WSDM 2011), times
//! how many offers it speaks of: knowing what nobody sells helps nobody.
//!
//! Asking costs goodwill. So it stops where the best question would take away less than
//! [`GAIN_MIN`] of what is unsure, or where [`ASKED_MAX`] were answered lately.

use crate::domain::belief::{Affinity, Belief, tag_hash};

use super::affinity;
use super::preference::{ANSWER_NOISE, question_gain};
use super::vectors::tags_vector;

/// Least share of what is unsure in a taste that an answer must take away.
pub const GAIN_MIN: f64 = 0.02;
/// Questions answered lately after which none is asked.
pub const ASKED_MAX: usize = 3;

/// How much of what is unsure in a guest's taste the answer to a question is expected to take away,
/// 0 to 1. `choices` are the tags of each answer.
pub fn gain<'a>(
    belief: &Belief,
    affinities: &[Affinity],
    choices: impl Iterator<Item = &'a [&'a str]>,
) -> f64 {
    let unsure: f64 = belief.variance.iter().map(|v| f64::from(*v)).sum();
    let (mut sum, mut count) = (0.0, 0.0);
    for tags in choices {
        let direction = tags_vector(tags.iter().copied());
        sum += question_gain(belief, &direction, ANSWER_NOISE);
        for tag in tags {
            let variance = affinity::unsure(affinities, tag_hash(tag));
            sum += variance * variance / (variance + ANSWER_NOISE);
        }
        count += 1.0;
    }
    // Only one of the answers is given.
    if count > 0.0 && unsure > 0.0 { (sum / count / unsure).min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::belief::{DIM, Origin};
    use crate::domain::time::Timestamp;

    fn belief(variance: f32) -> Belief {
        Belief { mean: [0.0; DIM], variance: [variance; DIM], updated: Timestamp::EPOCH }
    }

    fn of(belief: &Belief, affinities: &[Affinity], choices: &[&[&str]]) -> f64 {
        gain(belief, affinities, choices.iter().copied())
    }

    #[test]
    fn what_is_known_is_not_worth_asking() {
        let choices: [&[&str]; 2] = [&["spa"], &["golf"]];
        let unsure = of(&belief(0.5), &[], &choices);
        assert!(unsure > GAIN_MIN, "{unsure}");
        let mut known = Vec::new();
        for tag in ["spa", "golf"] {
            affinity::answer(&mut known, tag_hash(tag), 1.0, 0.01);
        }
        assert!(known.iter().all(|a| a.origin == Origin::Survey));
        let less = of(&belief(0.5), &known, &choices);
        assert!(less < unsure, "{less} {unsure}");
        let least = of(&belief(0.01), &known, &choices);
        assert!(least < GAIN_MIN, "{least}");
    }

    #[test]
    fn an_answer_that_says_nothing_of_offers_gains_nothing() {
        assert!(of(&belief(0.5), &[], &[&[]]).abs() < 1e-12);
        assert!(of(&belief(0.5), &[], &[]).abs() < 1e-12);
        let one = of(&belief(0.5), &[], &[&["spa"]]);
        let half = of(&belief(0.5), &[], &[&["spa"], &[]]);
        assert!((half - one / 2.0).abs() < 1e-12, "an answer that says nothing may be given");
    }
}
