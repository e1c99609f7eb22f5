//! Guarantees of a published catalog, by placement.

use crate::domain::id::OfferIndex;
use crate::domain::time::Timestamp;

use super::content::CatalogContent;

/// An offer that owns a slot for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owned {
    pub(super) offer: OfferIndex,
    from: Timestamp,
    until: Timestamp,
}

impl Owned {
    /// Does it own its slot at a moment?
    pub(super) fn holds(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

/// The guarantees of each placement, in the order of the document.
pub(super) fn by_placement(content: &CatalogContent) -> Vec<Vec<Owned>> {
    let of = |placement| {
        let here = content.guarantees.iter().filter(|g| g.placements.contains(placement));
        let owned = here.filter_map(|guarantee| {
            let mut offers = (0_u16..).zip(&content.offers);
            let (at, _) = offers.find(|(_, offer)| offer.id == guarantee.offer)?;
            let (from, until) = (guarantee.from, guarantee.until);
            Some(Owned { offer: OfferIndex(at), from, until })
        });
        owned.collect()
    };
    content.placements.iter().map(|placement| of(&placement.id)).collect()
}
