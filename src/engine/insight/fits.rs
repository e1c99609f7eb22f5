//! What was fitted last to the guests of a brand: in force, and had again from the log.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::domain::complement::ComplementFit;
use crate::domain::id::BrandId;
use crate::domain::record::Body;
use crate::domain::value::{SegmentFit, ValueFact};
use crate::learn::value::worth::Appraiser;
use crate::store::{RecordKind, Store, StoreError};

use super::Error;

/// What is in force, each with its place in the log.
#[derive(Debug, Default)]
pub(in crate::engine) struct Fits {
    valued: ArcSwapOption<(u64, Appraiser)>,
    segmented: ArcSwapOption<(u64, SegmentFit)>,
    complemented: ArcSwapOption<(u64, ComplementFit)>,
}

impl Fits {
    /// Puts a fit in force that stands at a place in the log; what is newer stays.
    pub(in crate::engine) fn put(&self, sequence: u64, fact: &ValueFact) {
        match fact {
            ValueFact::Valued(fit) => match Appraiser::of(fit) {
                Ok(appraiser) => newer(&self.valued, sequence, appraiser),
                Err(error) => tracing::error!(%error, "a fit of the log cannot value guests"),
            },
            ValueFact::Segmented(fit) => newer(&self.segmented, sequence, fit.clone()),
            ValueFact::Complemented(fit) => newer(&self.complemented, sequence, fit.clone()),
        }
    }

    /// Places in the log of what is in force: of values, of groups, of what goes with what; 0 for none.
    pub(in crate::engine) fn places(&self) -> [u64; 3] {
        let valued = self.valued.load().as_ref().map_or(0, |valued| valued.0);
        let segmented = self.segmented.load().as_ref().map_or(0, |segmented| segmented.0);
        [valued, segmented, self.complemented.load().as_ref().map_or(0, |fit| fit.0)]
    }

    /// Puts in force what stands at these places.
    pub(in crate::engine) fn restore(
        &self,
        store: &Store,
        places: [u64; 3],
    ) -> Result<(), StoreError> {
        for place in places.into_iter().filter(|place| *place > 0) {
            if let Some(Body::Fitted(fact)) = store.record(place)?.map(|record| record.body) {
                self.put(place, &fact);
            }
        }
        Ok(())
    }

    /// The last fits of a brand that a log holds.
    pub(super) fn of_log(store: &Store, brand: &BrandId) -> Result<Self, Error> {
        let fits = Self::default();
        for record in store.log(1)?.only(&[RecordKind::Fitted]) {
            let record = record?;
            if let Body::Fitted(fact) = &record.body
                && record.brand == *brand
            {
                fits.put(record.sequence, fact);
            }
        }
        Ok(fits)
    }

    /// What values guests.
    pub(in crate::engine) fn appraiser(&self) -> Option<Appraiser> {
        self.valued.load().as_ref().map(|valued| valued.1)
    }

    /// What goes with what.
    pub(in crate::engine) fn complements(&self) -> Option<Arc<(u64, ComplementFit)>> {
        self.complemented.load_full()
    }

    /// The groups that were found.
    pub(super) fn segments(&self) -> Option<SegmentFit> {
        self.segmented.load().as_ref().map(|segmented| segmented.1.clone())
    }
}

/// Puts something in the place of what is older: the learner may come after who wrote it.
fn newer<T>(place: &ArcSwapOption<(u64, T)>, sequence: u64, fit: T) {
    let fit = Arc::new((sequence, fit));
    place.rcu(|known| match known {
        Some(known) if known.0 > sequence => Some(Arc::clone(known)),
        _ => Some(Arc::clone(&fit)),
    });
}
