//! What goes with what, fitted to the decisions of a year.

use crate::domain::complement::ComplementFit;
use crate::domain::record::{Body, Record};
use crate::domain::time::Timestamp;
use crate::learn::embedding::parallel::threads_available;
use crate::learn::insight::complements;
use crate::store::{RecordKind, Store};

use super::decisions::Decisions;
use super::{Brand, Error, InsightQuery, Persons, catalogs};

/// Days of decisions that are looked at.
const DAYS: u32 = 365;

/// Fits what goes with what to the decisions of the year before a moment, of guests who allowed
/// profiling as they were made. `None` where nothing is told from chance.
pub(super) fn fit(
    store: &Store,
    brand: &Brand,
    until: Timestamp,
) -> Result<Option<ComplementFit>, Error> {
    let query = InsightQuery::last_days(until, DAYS);
    let (persons, mut decisions) = (Persons::read(store, &brand.id)?, Decisions::default());
    for record in store.log(1)?.only(&[RecordKind::Decision]) {
        let Record { sequence, brand: of, body, .. } = record?;
        if let Body::Decision(decision) = body
            && of == brand.id
            && query.holds(decision.decided)
            && decision.taste.is_some()
        {
            let guest = persons.of(decision.guest);
            let catalog = catalogs::load(store, brand, decision.catalog_version)?;
            decisions.take((&decision, guest), &catalog, &store.outcomes(sequence)?);
        }
    }
    Ok(complements::fit(&decisions.offers(), until, threads_available()))
}
