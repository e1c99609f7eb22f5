//! The seven P's of a brand, or of one of its hotels, from the log: one pass over its records, and
//! one look at each guest's state.
//!
//! Decisions count by the moment they were made, with what came of them for all that is known today;
//! guests by the stays and payments up to the end of the period. The log may be written meanwhile: what
//! is read ends where it ended when the report was asked for.

mod alike;
mod complements;
mod decisions;
mod fits;
mod groups;
mod guests;
mod population;
mod refitting;
mod spent;
mod stays;
mod valuing;

/// What a report is made of.
pub mod parts {
    pub use crate::learn::experiment::impact::{Comparison, Finding, Outcome};
    pub use crate::learn::fairness::effect::Estimate;
    pub use crate::learn::fairness::{Effect, Fault, Report as FairnessReport, Violation};
    pub use crate::learn::insight::groups::{DriftLine, FeatureLine, GroupLine, Groups};
    pub use crate::learn::insight::persistency::Persistency;
    pub use crate::learn::insight::product::{Funnel, OfferLine, Pair};
    pub use crate::learn::insight::promotion::{BudgetLine, Promotion, PromotionLine};
    pub use crate::learn::insight::share::Share;
    pub use crate::learn::insight::{Performance, Profiling, Profitability, Prospecting, Report};
    pub use crate::learn::value::clv::Economics;
    pub use crate::learn::value::tiers::Tier;
    pub use crate::learn::value::worth::{Standing, Worth};
}

use std::collections::BTreeMap;

use crate::domain::id::{BrandId, GuestKey, PropertyId};
use crate::domain::invalid::Invalid;
use crate::domain::record::{Body, Record};
use crate::domain::scope::{PropertyScope, Right, Scope};
use crate::domain::time::{DAY_MICROS, Timestamp};
use crate::learn::experiment::ablation::Policy;
use crate::learn::experiment::impact::{Finding, Outcome, Report as Impact, Settings};
use crate::learn::experiment::sequential::{Level, Mixture};
use crate::learn::insight::persistency::{Persistency, Standing};
use crate::learn::insight::promotion::Promotion;
use crate::learn::insight::{Incremental, Profitability, Report};
use crate::learn::value::clv::Economics;
use crate::learn::value::error::BadNumber;
use crate::learn::value::portfolio::value;
use crate::learn::value::visits::Visits;
use crate::store::{RecordKind, Store};

use super::brands::Brand;
use super::error::Error;
use super::history::{History, Persons};
use super::{Engine, catalogs};

use decisions::Decisions;
pub(super) use decisions::drawn;
pub(super) use fits::Fits;
use guests::People;
pub(super) use refitting::Refits;
use spent::Spent;
use stays::Stays;

pub use alike::{Alike, AlikeQuery, Reason, Seeds};
pub use valuing::{FitQuery, Fitted, GuestWorth};

/// What a report is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct InsightQuery {
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// One hotel; `None`: all of the brand.
    pub property: Option<PropertyId>,
    /// Months that lifetime value looks ahead.
    pub months: u32,
    /// What a stay leaves and costs.
    pub economics: Economics,
}

impl InsightQuery {
    /// The last `days` days up to a moment, for the whole brand.
    pub fn last_days(until: Timestamp, days: u32) -> Self {
        let from = until.as_micros() - i64::from(days) * DAY_MICROS;
        Self {
            from: Timestamp::from_micros(from),
            until,
            property: None,
            months: 36,
            economics: Economics::HOTEL,
        }
    }

    /// Of everything up to a moment, that included.
    fn up_to(now: Timestamp) -> Self {
        Self::last_days(Timestamp::from_micros(now.as_micros().saturating_add(1)), 1)
    }

    fn holds(&self, at: Timestamp) -> bool {
        (self.from..self.until).contains(&at)
    }

    fn is_at(&self, property: Option<&PropertyId>) -> bool {
        self.property.as_ref().is_none_or(|wanted| property == Some(wanted))
    }
}

impl Engine {
    /// The seven P's of the caller's brand. Reads the whole log.
    ///
    /// # Errors
    /// Without the right, for a property out of reach, for economics out of bounds, or where the store
    /// cannot be read.
    pub fn insight(&self, scope: &Scope, query: &InsightQuery) -> Result<Report, Error> {
        self.need(scope, Right::InsightsRead)?;
        let is_reached = match &query.property {
            Some(property) => scope.reaches(property),
            None => scope.properties == PropertyScope::All,
        };
        if !is_reached {
            return Err(Error::out_of_reach());
        }
        insight(&self.store, &self.brands.get(&scope.brand), query)
    }
}

impl History {
    /// The seven P's of a brand.
    ///
    /// # Errors
    /// For economics out of bounds, or where the store cannot be read.
    pub fn insight(&self, brand: &BrandId, query: &InsightQuery) -> Result<Report, Error> {
        insight(&self.store, &self.brand(brand), query)
    }
}

/// The seven P's of a brand.
fn insight(store: &Store, brand: &Brand, query: &InsightQuery) -> Result<Report, Error> {
    let economics = query.economics.checked().map_err(bad_number)?;
    let (mut decisions, mut people, mut stays) =
        (Decisions::default(), People::default(), Stays::default());
    let (persons, mut matured, mut spent) = (Persons::read(store, &brand.id)?, 0, Spent::default());
    let kinds =
        &[RecordKind::Decision, RecordKind::Event, RecordKind::Profile, RecordKind::Matured];
    for record in store.log(1)?.only(kinds) {
        let Record { sequence, brand: of, body, recorded } = record?;
        if of != brand.id || recorded >= query.until {
            continue;
        }
        match body {
            Body::Decision(decision) if query.is_at(Some(&decision.property)) => {
                let guest = persons.of(decision.guest);
                people.heard(guest);
                if !decision.spending.is_empty() {
                    spent.take(&decision, &store.outcomes(sequence)?);
                }
                if query.holds(decision.decided) {
                    let catalog = catalogs::load(store, brand, decision.catalog_version)?;
                    let outcomes = store.outcomes(sequence)?;
                    decisions.take((&decision, guest), &catalog, &outcomes);
                }
            }
            Body::Event { guest, event } if query.is_at(event.property.as_ref()) => {
                let guest = persons.of(guest);
                people.event(guest, &event, query);
                stays.event(guest, &event, query);
            }
            Body::Profile { guest, .. } if query.property.is_none() => {
                people.heard(persons.of(guest));
            }
            Body::Matured { through } => matured = through,
            _ => {}
        }
    }
    let (first, last) = (query.from.utc_day(), query.until.utc_day());
    let before = stays.visits(Some(query.from));
    let now = stays.visits(None);
    let valued = |visits: &BTreeMap<GuestKey, Visits>, today| {
        value(visits.iter().map(|(guest, v)| (*guest, v)), today, query.months, &economics)
    };
    let (portfolio, earlier) = (valued(&now, last), valued(&before, first));
    let (begun, ended) = (
        Standing { visits: &before, valued: &earlier },
        Standing { visits: &now, valued: &portfolio },
    );
    let states = guests::look(store, brand, (&people, query), portfolio.as_ref().ok())?;
    let decided = decisions.found(matured);
    let version = store.catalog_versions(&brand.id)?.last().copied();
    let catalog = version.map(|version| catalogs::load(store, brand, version)).transpose()?;
    let budgets = catalog.map(|catalog| spent.lines(&catalog, query.until)).unwrap_or_default();
    let profitability = profitability(&decided, &stays, query);
    Ok(Report {
        brand: brand.id.as_str().to_owned(),
        property: query.property.as_ref().map(|property| property.as_str().to_owned()),
        from: first.to_string(),
        through: Timestamp::from_micros(query.until.as_micros() - 1).utc_day().to_string(),
        profiling: states.profiling(&people),
        persistency: Persistency::of(begun, ended, last),
        profitability,
        prospecting: states.prospecting(&people, &decided, query),
        product: decided.offers.product(stays.stayed(query)),
        promotion: Promotion { budgets, ..decided.prices.promotion() },
        performance: decided.performance,
        groups: grouped(store, brand, query)?,
    })
}

/// The groups that guests form at the end of the period; `None` for one hotel, and where there are none.
fn grouped(
    store: &Store,
    brand: &Brand,
    query: &InsightQuery,
) -> Result<Option<parts::Groups>, Error> {
    if query.property.is_some() {
        return Ok(None);
    }
    let last = Timestamp::from_micros(query.until.as_micros() - 1);
    let groups = groups::read(store, brand, &Fits::of_log(store, &brand.id)?, last)?;
    Ok(Some(groups).filter(|g| g.fitted.is_some() || !g.rules.is_empty()))
}

fn profitability(decided: &decisions::Found, stays: &Stays, query: &InsightQuery) -> Profitability {
    let funnel = &decided.performance.funnel;
    let decisions = decided.performance.decisions;
    let contacts = decided.performance.channels.iter().map(|line| line.contacts).sum();
    let room_nights = stays.room_nights(query);
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
    let (each, nights) = (decisions.max(1) as f64, room_nights as f64);
    Profitability {
        paid: stays.paid(query),
        offer_revenue: funnel.revenue,
        offer_margin: funnel.margin,
        contacts,
        contact_cost: decided.contact_cost,
        margin_per_decision: (funnel.margin - decided.contact_cost) / each,
        room_nights,
        incremental: incremental(&decided.performance.impact, nights),
    }
}

/// What personalization brought beyond the holdout.
fn incremental(impact: &Impact, room_nights: f64) -> Option<Incremental> {
    let of_holdout = impact.comparisons.iter().find(|c| c.against == Policy::Holdout)?;
    let Finding::Measured(measured) = &of_holdout.finding else { return None };
    let Outcome::Lift(lift) = &measured.value else { return None };
    #[expect(clippy::cast_precision_loss, reason = "a number of guests")]
    let guests = measured.guests as f64;
    let spread = |per_guest: f64| per_guest * guests / room_nights.max(1.0);
    Some(Incremental {
        per_guest: lift.bandit - lift.against,
        per_room_night: spread(lift.bandit - lift.against),
        low: spread(lift.interval.low * lift.against),
        high: spread(lift.interval.high * lift.against),
    })
}

/// Settings of comparisons: 95 %, lifts of about a tenth expected.
fn settings(shares: BTreeMap<Policy, f64>) -> Settings {
    let mixture = Mixture::new(0.1).expect("above 0");
    Settings { level: Level::FIVE_PERCENT, accept_lift: mixture, value_lift: mixture, shares }
}

fn bad_number(error: BadNumber) -> Error {
    Invalid::new(error.field, format!("is {}; {}", error.value, error.remedy))
        .within("economics")
        .into()
}
