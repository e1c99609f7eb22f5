//! What is one guest worth now? And: what guests are worth, which groups they form, and what goes with
//! what they chose, fitted anew.
//!
//! A fit is a record of the log. From then on each guest's value follows from it and from what stands in
//! the guest's own timeline: it is current with each stay and payment, in whatever order they come in, and
//! the same after a restart. Nothing of it is kept beside the log: of guests who became one all stays are
//! theirs, of one who is gone nothing is left.

use crate::domain::complement::ComplementFit;
use crate::domain::consent::Purpose;
use crate::domain::id::{GuestId, GuestKey};
use crate::domain::record::Body;
use crate::domain::scope::{PropertyScope, Right, Scope};
use crate::domain::time::Timestamp;
use crate::domain::value::{SegmentFit, ValueFact, ValueFit};
use crate::engine::Engine;
use crate::engine::error::ErrorKind;
use crate::engine::persons::timelines;
use crate::learn::value::clv::Economics;
use crate::learn::value::portfolio::ValueError;
use crate::learn::value::worth::{Standing, fit};
use crate::store::RecordKind;

use super::stays::Stays;
use super::{Brand, Error, InsightQuery, bad_number, complements, groups, population};

/// What a guest is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestWorth {
    /// The guest; where the id called is part of another, that one.
    pub guest: GuestId,
    /// As of this moment.
    pub now: Timestamp,
    /// What the guest is valued by.
    pub fit: ValueFit,
    /// Where the guest stands; `None` for one who never stayed, or does not allow profiling.
    pub standing: Option<Standing>,
    /// Does the guest allow profiling?
    pub allows_profiling: bool,
}

/// What is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitQuery {
    /// Months that lifetime value looks ahead.
    pub months: u32,
    /// What a stay leaves and costs.
    pub economics: Economics,
    /// How many clusters; `None`: as many as stand apart best.
    pub clusters: Option<usize>,
}

/// What was fitted, or why not.
#[derive(Debug)]
pub struct Fitted {
    /// Value of guests.
    pub value: Result<ValueFit, ValueError>,
    /// Their groups; `None` with too few guests.
    pub segments: Option<SegmentFit>,
    /// What goes with what; `None` where no pair of offers is told from chance.
    pub complements: Option<ComplementFit>,
}

impl Default for FitQuery {
    fn default() -> Self {
        Self { months: 36, economics: Economics::HOTEL, clusters: None }
    }
}

impl Engine {
    /// What a guest is worth now, by what was fitted last.
    ///
    /// # Errors
    /// Without the right, with a credential of some properties (a guest's value is the brand's), before
    /// values were fitted, or where the store cannot be read.
    pub fn guest_value(&self, scope: &Scope, guest: &GuestId) -> Result<GuestWorth, Error> {
        self.need_insights(scope)?;
        self.need_guest(scope, guest)?;
        let brand = self.brands.get(&scope.brand);
        let appraiser = brand.fits.appraiser().ok_or_else(|| {
            let message = "values of guests were never fitted: call FitGuestModels";
            Error::new(ErrorKind::FailedPrecondition, "NOT_FITTED", message)
        })?;
        let called = self.guest_key(&scope.brand, guest);
        let found = self.with_guest(&brand, called, |state, person| {
            let ids = timelines(person.key, state);
            let allows = state.consent.allows(Purpose::Profiling);
            ((ids, person.key, person.guest.clone(), allows), None)
        })?;
        let (ids, key, name, allows_profiling) = found;
        let now = self.clock.now();
        let standing = if allows_profiling {
            let stays = self.stays_of(&ids, key, now)?;
            let path = stays.path(key, appraiser.fit().until);
            appraiser.standing(&path, now.utc_day()).map_err(bad_number)?
        } else {
            None
        };
        Ok(GuestWorth {
            guest: name.unwrap_or_else(|| self.kept_id(&scope.brand, guest.clone())),
            now,
            fit: *appraiser.fit(),
            standing,
            allows_profiling,
        })
    }

    /// The stays that stand in some timelines, as one guest's.
    fn stays_of(&self, ids: &[GuestKey], key: GuestKey, now: Timestamp) -> Result<Stays, Error> {
        let mut lines = self.lines_before(ids, None, usize::MAX)?;
        lines.retain(|line| line.kind == RecordKind::Event);
        lines.sort_unstable_by_key(|line| line.sequence);
        let (mut stays, query) = (Stays::default(), InsightQuery::up_to(now));
        for line in lines {
            if let Some(Body::Event { event, .. }) =
                self.store.record(line.sequence)?.map(|record| record.body)
            {
                stays.event(key, &event, &query);
            }
        }
        Ok(stays)
    }

    /// Fits what guests are worth, which groups they form, and what goes with what they chose, to
    /// everything up to now, and puts it in force. What cannot be fitted stays as it was. Reads the whole log.
    ///
    /// # Errors
    /// Without the right, with a credential of some properties, or where the store cannot be read or
    /// written.
    pub fn fit_guests(&self, scope: &Scope, query: &FitQuery) -> Result<Fitted, Error> {
        self.need(scope, Right::Admin)?;
        if scope.properties != PropertyScope::All {
            return Err(Error::out_of_reach());
        }
        query.economics.checked().map_err(bad_number)?;
        self.fit_brand(&self.brands.get(&scope.brand), query)
    }

    /// Fits a brand.
    pub(super) fn fit_brand(&self, brand: &Brand, query: &FitQuery) -> Result<Fitted, Error> {
        let _publishing = brand.publishing.lock();
        self.committer.flush()?;
        let now = self.clock.now();
        let everybody = population::stays(&self.store, brand, now)?;
        let until = InsightQuery::up_to(now).until;
        let value = fit(&everybody.visits(None), until, query.months, &query.economics);
        if let Ok(value) = &value {
            self.put_fit(brand, ValueFact::Valued(*value))?;
        }
        let appraiser = brand.fits.appraiser();
        let all = population::read(&self.store, brand, now, appraiser.as_ref())?;
        let segments = groups::fit(&all, until, query.clusters);
        if let Some(segments) = &segments {
            self.put_fit(brand, ValueFact::Segmented(segments.clone()))?;
        }
        let complements = complements::fit(&self.store, brand, until)?;
        if let Some(complements) = &complements {
            self.put_fit(brand, ValueFact::Complemented(complements.clone()))?;
        }
        Ok(Fitted { value, segments, complements })
    }

    fn put_fit(&self, brand: &Brand, fact: ValueFact) -> Result<(), Error> {
        let sequence = self.write(brand, Body::Fitted(Box::new(fact.clone())), |_| {})?;
        brand.fits.put(sequence, &fact);
        Ok(())
    }

    /// Refuses who may not see what the log says of guests of the whole brand.
    pub(super) fn need_insights(&self, scope: &Scope) -> Result<(), Error> {
        self.need(scope, Right::InsightsRead)?;
        if scope.properties == PropertyScope::All { Ok(()) } else { Err(Error::out_of_reach()) }
    }
}
