//! What an event says of a guest, folded into all that is known of the guest at once.
//!
//! Taste and named affinities both speak about an offer's log-odds, so they share one [`laplace`]
//! step: its surprise is split between them by how unsure each is. A step for each would count
//! every event twice.

use crate::domain::belief::{Affinity, Belief, Prior};

use super::evidence::Evidence;
use super::preference::{self, Sighting};
use super::{affinity, laplace};

/// Learns from what a guest did with an offer of these tags. `louder` is how much more the event
/// says of the tags alone, as a part of a full label. Evidence that is not finite is left out.
pub fn observe(
    (taste, prior): (&mut Belief, &Prior),
    affinities: &mut Vec<Affinity>,
    (sighting, tags): (&Sighting<'_>, &[u32]),
    evidence: Evidence,
    louder: f64,
) {
    let Evidence { label, weight } = evidence;
    affinity::make_room(affinities, tags, evidence);
    let mean = preference::log_odds(taste, sighting);
    let variance = preference::spread(taste, sighting) + affinity::spread(affinities, tags);
    if !(mean.is_finite() && variance.is_finite() && weight.is_finite() && weight > 0.0) {
        return;
    }
    let step = laplace::step(mean, variance, label, weight);
    preference::learn(taste, prior, sighting, &step);
    affinity::learn(affinities, tags, &step);
    if louder > 0.0 && louder.is_finite() {
        let spread = affinity::spread(affinities, tags);
        let step = laplace::step(step.mode, spread, label, louder);
        affinity::learn(affinities, tags, &step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;
    use crate::learn::vectors::{TASTE_VARIANCE, guest_prior, tags_vector};

    const TAGS: [u32; 2] = [1, 2];

    fn after(evidence: Evidence, louder: f64) -> (f64, f64) {
        let (prior, vector) = (guest_prior(), tags_vector(["spa", "quiet"]));
        let (mut taste, mut affinities) = (prior.belief(Timestamp::EPOCH), Vec::new());
        let sighting = Sighting { vector: &vector, context_log_odds: -2.0, taste_weight: 1.0 };
        let known = (&sighting, &TAGS[..]);
        observe((&mut taste, &prior), &mut affinities, known, evidence, louder);
        let mut by_tag = Vec::new();
        affinity::beyond(&affinities, &[], &mut by_tag);
        let of_taste = preference::log_odds(&taste, &sighting) + 2.0;
        (of_taste, f64::from(affinity::sum(&by_tag, &TAGS)))
    }

    #[test]
    fn one_step_is_shared_by_how_unsure_each_is() {
        let (of_taste, of_tags) = after(Evidence { label: true, weight: 1.0 }, 0.0);
        let taste_variance = f64::from(TASTE_VARIANCE);
        let whole = laplace::step(-2.0, taste_variance + affinity::VARIANCE, true, 1.0);
        assert!((of_taste + of_tags - (whole.mode + 2.0)).abs() < 1e-6, "{of_taste} {of_tags}");
        assert!((of_taste / of_tags - taste_variance / affinity::VARIANCE).abs() < 1e-5);
    }

    #[test]
    fn a_complaint_is_louder_on_tags() {
        let no = Evidence { label: false, weight: 1.0 };
        let (quiet, loud) = (after(no, 0.0), after(no, 1.0));
        assert_eq!(quiet.0.to_bits(), loud.0.to_bits());
        assert!(loud.1 < quiet.1 && quiet.1 < 0.0);
    }

    #[test]
    fn evidence_of_no_weight_says_nothing() {
        for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(after(Evidence { label: true, weight }, 0.0), (0.0, 0.0), "{weight}");
        }
    }
}
