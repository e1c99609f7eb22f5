//! Offers that own a slot for a while: a safety notice, what was promised to a partner.

use super::id::{Label, OfferId, PlacementId};
use super::time::Timestamp;

/// An offer that stands first in its placements for a while, wherever it may be shown at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarantee {
    /// Its id.
    pub id: Label,
    /// The offer.
    pub offer: OfferId,
    /// The placements, at least one.
    pub placements: Vec<PlacementId>,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}
