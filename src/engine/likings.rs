//! What is known of a guest's likings beyond what was stated, in the words of the catalog.

use crate::catalog::Catalog;
use crate::domain::belief::Origin;
use crate::domain::consent::Purpose;
use crate::domain::guest::GuestState;
use crate::domain::id::Label;
use crate::learn::affinity::VARIANCE;

/// What a guest thinks of a tag, as it was seen, or answered in a survey.
#[derive(Debug, Clone, PartialEq)]
pub struct Liking {
    /// The tag.
    pub tag: Label,
    /// In log-odds; below 0: avoided.
    pub mean: f64,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// From what.
    pub origin: Origin,
}

/// Everything of the guest that a tag of the catalog has a name for, the strongest first; nothing without
/// the consent to profiling. Affinities are kept as hashes: one to a tag that no offer carries is not
/// told, and moves nothing.
pub(super) fn likings(catalog: &Catalog, state: &GuestState) -> Vec<Liking> {
    if !state.consent.allows(Purpose::Profiling) {
        return Vec::new();
    }
    let told = state.affinities.iter().filter(|affinity| match affinity.origin {
        Origin::Observed | Origin::Inferred | Origin::Survey => true,
        Origin::Stated | Origin::Staff => false,
    });
    let mut likings: Vec<Liking> = told
        .filter_map(|affinity| {
            let tag = catalog.tag_of(affinity.tag)?.clone();
            let confidence = (1.0 - f64::from(affinity.variance) / VARIANCE).clamp(0.0, 1.0);
            let (mean, origin) = (f64::from(affinity.mean), affinity.origin);
            Some(Liking { tag, mean, confidence, origin })
        })
        .collect();
    likings.sort_by(|a, b| b.mean.abs().total_cmp(&a.mean.abs()).then_with(|| a.tag.cmp(&b.tag)));
    likings
}
