//! Where an offer lies in the space of tastes before embeddings are trained: by what is said of it.
//!
//! Each word (a tag, the category, `key=value` of an attribute) has a direction of its own: a
//! pseudo-random Gaussian vector of length 1, seeded from the word's hash, the same on every
//! machine and in every version. In 32 dimensions two words are nearly at right angles (cosine 0 ±
//! 0.18), so an offer's vector is a compressed list of its words (a random projection: Johnson and
//! Lindenstrauss), and a taste learnt from one offer carries over to others as far as they share
//! words. Trained embeddings replace these vectors; see the trainer for how stored tastes are kept
//! right then.

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::belief::{DIM, Prior, Vector};
use crate::sys::rng::SplitMix64;

/// How much each kind of word says about an offer.
const CATEGORY_WEIGHT: f64 = 0.6;
const TAG_WEIGHT: f64 = 1.0;
const ATTRIBUTE_WEIGHT: f64 = 0.4;

/// Variance of a guest's taste on each axis before anything is known: taste then moves an offer's
/// log-odds by ±0.55, and affinities to its tags by as much again.
pub const TASTE_VARIANCE: f32 = 0.3;

/// The vector of an offer, of length 1.
pub fn offer_vector<'a>(
    category: &str,
    tags: impl IntoIterator<Item = &'a str>,
    attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vector {
    let mut sum = [0.0; DIM];
    add(&mut sum, "category", category, CATEGORY_WEIGHT);
    for tag in tags {
        add(&mut sum, "tag", tag, TAG_WEIGHT);
    }
    for (key, value) in attributes {
        add(&mut sum, "attribute", &format!("{key}={value}"), ATTRIBUTE_WEIGHT);
    }
    normalised(&sum)
}

/// The direction of tags: what a survey asks about, and what a guest likes who likes them. Of
/// length 1; zero for no tags.
pub fn tags_vector<'a>(tags: impl IntoIterator<Item = &'a str>) -> Vector {
    let mut sum = [0.0; DIM];
    for tag in tags {
        add(&mut sum, "tag", tag, TAG_WEIGHT);
    }
    normalised(&sum)
}

/// The taste of a guest before anything is known. What the guest's segment likes is told by tag
/// ([`super::affinity::Leanings`]): in 32 dimensions the words of a segment's description would
/// blur into one another.
pub const fn guest_prior() -> Prior {
    Prior { mean: [0.0; DIM], variance: [TASTE_VARIANCE; DIM] }
}

fn add(sum: &mut [f64; DIM], kind: &str, word: &str, weight: f64) {
    let mut stream = SplitMix64::new(xxh3_64(format!("{kind}:{word}").as_bytes()));
    let direction: [f64; DIM] = std::array::from_fn(|_| stream.normal());
    let scale = weight / length(&direction);
    sum.iter_mut().zip(&direction).for_each(|(s, d)| *s += scale * d);
}

fn length(vector: &[f64; DIM]) -> f64 {
    vector.iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[expect(clippy::cast_possible_truncation, reason = "vectors are stored in single precision")]
fn normalised(vector: &[f64; DIM]) -> Vector {
    let length = length(vector).max(f64::MIN_POSITIVE);
    vector.map(|x| (x / length) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(a: &Vector, b: &Vector) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn offers_lie_near_each_other_as_far_as_they_share_words() {
        let massage = offer_vector("spa", ["wellness", "quiet"], [("duration_min", "60")]);
        let sauna = offer_vector("spa", ["wellness", "quiet"], [("duration_min", "90")]);
        let bar = offer_vector("dining", ["wine", "late"], []);
        assert!((cosine(&massage, &massage) - 1.0).abs() < 1e-6);
        assert!(cosine(&massage, &sauna) > 0.85 && cosine(&massage, &bar) < 0.5);
        assert!(cosine(&massage, &tags_vector(["wellness"])) > 0.3);
        assert!(tags_vector([]).iter().all(|x| x.to_bits() == 0));
    }

    /// Stored tastes speak of these very vectors.
    #[test]
    fn the_vectors_never_change() {
        let vector = offer_vector("spa", ["wellness"], [("duration_min", "60")]);
        assert_eq!([vector[0], vector[31]].map(f32::to_bits), [3_168_122_402, 3_164_301_549]);
    }
}
