//! A price is asked for by its published conditions. There is no guest to ask for: whoever names the
//! same conditions hears the same price, and it is the one a decision gives.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::domain::decision::Quote;
use crate::domain::id::{Label, OfferId, OfferIndex, PropertyId};
use crate::domain::invalid::Invalid;
use crate::domain::price::{AskedTerms, Part, PriceTerms};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;

use super::Engine;
use super::error::{Error, ErrorKind};

/// Published conditions as a caller names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteQuery {
    /// The hotel.
    pub property: PropertyId,
    /// The offer.
    pub offer: OfferId,
    /// Persons, at least 1.
    pub persons: u16,
    /// Tier of the loyalty programme.
    pub tier: Option<Label>,
    /// What it is bought together with, each once.
    pub together: Vec<OfferId>,
    /// Other conditions. Without days: today, one night.
    pub terms: AskedTerms,
}

/// A price for published conditions.
#[derive(Debug, Clone)]
pub struct Quoted {
    /// The price.
    pub quote: Quote,
    /// The offer, in the catalog.
    pub offer: OfferIndex,
    /// The catalog in force.
    pub catalog: Arc<Catalog>,
    /// The moment.
    pub now: Timestamp,
}

impl Engine {
    /// The price of an offer under published conditions, as published now: nothing is held or logged.
    ///
    /// # Errors
    /// Without the right; for a property, offer or tier that is not there; before a catalog was
    /// published; where no step of the price reaches the floor by rates.
    pub fn quote(&self, scope: &Scope, query: &QuoteQuery) -> Result<Quoted, Error> {
        self.quote_under(scope, query).map(|(quoted, ..)| quoted)
    }

    /// The same, with the conditions it was worked out under, and the version of the rates.
    pub(super) fn quote_under(
        &self,
        scope: &Scope,
        query: &QuoteQuery,
    ) -> Result<(Quoted, PriceTerms, u64), Error> {
        self.need(scope, Right::Decide)?;
        let property = &query.property;
        if !scope.reaches(property) {
            return Err(Error::not_found("property"));
        }
        let serving = self.brands.get(&scope.brand).need_serving()?;
        let catalog = Arc::clone(&serving.catalog);
        let place = catalog.property_index(property).ok_or_else(|| Error::not_found("property"))?;
        let absent = || Error::not_found("offer");
        let index = catalog.index_of(&query.offer).ok_or_else(absent)?;
        let offer = catalog.offer(index).ok_or_else(absent)?;
        if !(offer.properties.is_empty() || offer.properties.contains(property)) {
            return Err(absent());
        }
        let tiers = &catalog.content().loyalty_tiers;
        if query.tier.as_ref().is_some_and(|own| tiers.iter().all(|tier| tier.id != *own)) {
            let mut error = Error::not_found("loyalty tier");
            error.fields.push(Invalid::new("tier_id", "names no tier of the catalog in force"));
            return Err(error);
        }
        let now = self.clock.now();
        let today = serving.zones[usize::from(place.0)].local(now).date;
        let terms = PriceTerms {
            persons: query.persons.max(1),
            tier: query.tier.clone(),
            rate_plan: query.terms.rate_plan.clone(),
            promotions: query.terms.promotions.clone(),
            ..PriceTerms::plain(today)
        };
        let mut together = Vec::with_capacity(query.together.len());
        for (at, id) in query.together.iter().enumerate() {
            let known = catalog.index_of(id).and_then(|at| catalog.offer(at));
            let known = known.ok_or_else(|| {
                let mut error = absent();
                let field = format!("with_offer_ids[{at}]");
                error.fields.push(Invalid::new(field, "names no offer of the catalog in force"));
                error
            })?;
            together.push(Part { offer: known.id.clone(), category: known.category.clone() });
        }
        together.sort_unstable();
        let terms = PriceTerms { together, ..terms };
        let terms = match query.terms.dates {
            Some(dates) => terms.staying(dates),
            None => terms,
        };
        if !serving.is_for_sale((offer, property), &terms) {
            return Err(not_for_sale());
        }
        let quote = serving.quote((offer, property), &terms, Timestamp::NEVER);
        let rates_version = serving.rates.version();
        Ok((Quoted { quote, offer: index, catalog, now }, terms, rates_version))
    }
}

fn not_for_sale() -> Error {
    let message = "no step of its price reaches the floor by the rates of these nights; ask for other \
                   dates or another room";
    Error::new(ErrorKind::FailedPrecondition, "PRICE_UNDER_FLOOR", message)
}
