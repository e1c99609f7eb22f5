//! Learnt segments on the wire.

use crate::api::v1;
use crate::engine::{LearntLeaning, LearntSegment};

/// What was learnt of a segment.
pub(crate) fn learnt(segment: &LearntSegment) -> v1::LearntSegment {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let taste = |leaning: &LearntLeaning| v1::LearntTaste {
        tag: leaning.tag.to_string(),
        written_log_odds: f64::from(leaning.written),
        log_odds: leaning.mean,
        log_odds_standard_error: leaning.error,
    };
    v1::LearntSegment {
        segment_id: segment.segment.to_string(),
        offered_count: count(segment.offered),
        accepted_count: count(segment.accepted),
        tastes: segment.leanings.iter().map(taste).collect(),
    }
}
