//! What is known of a guest beside the taste: affinities to tags, and what was seen lately. Read once
//! a decision and kept with it, so that its scores can be made again from the log.

use crate::catalog::Catalog;
use crate::domain::decision::Known;
use crate::domain::exposure::Ledger;
use crate::domain::guest::GuestState;
use crate::domain::id::OfferIndex;
use crate::domain::time::Timestamp;
use crate::learn::affinity;
use crate::learn::impression::fatigue;

use super::serving::{SegmentTaste, Serving};

/// How long a showing tires.
const FATIGUE_WINDOW: std::time::Duration = std::time::Duration::from_secs(7 * 86_400);

/// Reads what is known of a guest who allows profiling.
pub(super) fn read(
    guest: &GuestState,
    ledger: &Ledger,
    serving: &Serving,
    now: Timestamp,
) -> Known {
    let segment = serving.segment(guest.segment);
    let leanings = segment.map_or(&[][..], |segment| &segment.leanings);
    let mut known = Known::default();
    affinity::beyond(&guest.affinities, leanings, &mut known.affinities);
    let since = now.minus(FATIGUE_WINDOW);
    for entry in ledger.entries().iter().filter(|e| e.at > since && e.is_live(now)) {
        let Some(offer) = serving.catalog.index_of_key(entry.offer) else { continue };
        match known.seen.binary_search_by_key(&offer, |(offer, _)| *offer) {
            Ok(at) => known.seen[at].1 = known.seen[at].1.saturating_add(1),
            Err(at) => known.seen.insert(at, (offer, 1)),
        }
    }
    known
}

/// Affinity sum and fatigue of each candidate (in order of the catalog), in place of what the
/// buffers hold. `segment` is that of a guest who allows profiling.
pub(super) fn features(
    known: &Known,
    segment: Option<&SegmentTaste>,
    (catalog, picks): (&Catalog, &[OfferIndex]),
    (affinities, fatigues): (&mut Vec<f32>, &mut Vec<f32>),
) {
    affinities.clear();
    affinities.extend(picks.iter().map(|pick| {
        let of_segment = segment.and_then(|s| s.sums.get(pick.at())).copied().unwrap_or(0.0);
        of_segment + affinity::sum(&known.affinities, catalog.tags(*pick))
    }));
    fatigues.clear();
    fatigues.resize(picks.len(), 0.0);
    for (offer, count) in &known.seen {
        if let Ok(at) = picks.binary_search(offer) {
            fatigues[at] = fatigue(u32::from(*count));
        }
    }
}
