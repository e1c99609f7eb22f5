//! The prices of the log, audited: what was quoted, under which conditions, and whether it is the
//! price that the catalog of its time gives when it is asked again.
//!
//! Nothing is believed of a record but what was sold and under which terms: conditions are hashed
//! anew, and each price is worked out anew from the published catalog, the rates that the log says were in
//! force, the terms and the brand's key.

use std::collections::HashMap;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::decide::price::{Sold, conditions_key, quote};
use crate::decide::replay::is_requoted;
use crate::domain::decision::{Decision, Quote};
use crate::domain::event::Event;
use crate::domain::held_price::HeldPrice;
use crate::domain::id::{BrandId, DecisionId, GuestKey, Label};
use crate::domain::price::PriceTerms;
use crate::domain::profile::GuestFacts;
use crate::domain::rate::Rates;
use crate::domain::record::{Body, Record};
use crate::domain::scope::{PropertyScope, Right, Scope};
use crate::domain::time::Timestamp;
use crate::learn::fairness::{Audit, Report, Sale, UNKNOWN};
use crate::store::{RecordKind, Store};

use super::Engine;
use super::brands::Brand;
use super::catalogs;
use super::error::Error;
use super::history::{self, History};
use super::rates::RatesOfLog;

/// Which prices are audited, and by what guests are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditQuery {
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// `country`, `locale` or `segment`, or attributes that profiles keep for the audit.
    pub attributes: Vec<String>,
}

impl Engine {
    /// Audits the prices of the caller's brand. Reads the whole log.
    ///
    /// # Errors
    /// Without the right, with a credential of some properties, or where the store cannot be read.
    pub fn audit(&self, scope: &Scope, query: &AuditQuery) -> Result<Report, Error> {
        self.need(scope, Right::InsightsRead)?;
        if scope.properties != PropertyScope::All {
            return Err(Error::out_of_reach());
        }
        audit(&self.store, &self.brands.get(&scope.brand), query)
    }
}

impl History {
    /// Audits the prices of a brand.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn audit(&self, brand: &BrandId, query: &AuditQuery) -> Result<Report, Error> {
        audit(&self.store, &self.brand(brand), query)
    }
}

/// Kinds of record that tell a price, or what prices come from.
const PRICED: &[RecordKind] = &[RecordKind::Decision, RecordKind::RatesSet, RecordKind::Event];

/// Audits the prices of a brand.
pub(super) fn audit(store: &Store, brand: &Brand, query: &AuditQuery) -> Result<Report, Error> {
    let mut audit = Audit::new(query.attributes.clone());
    let persons = history::Persons::read(store, &brand.id)?;
    let mut known: HashMap<GuestKey, Arc<[String]>> = HashMap::new();
    let mut rates = RatesOfLog::new();
    for record in store.log(1)?.only(PRICED) {
        let record = record?;
        rates.hear(&brand.id, &record);
        if record.brand != brand.id {
            continue;
        }
        let Some((moment, guest)) = priced(&record) else { continue };
        if !(query.from..query.until).contains(&moment) {
            continue;
        }
        let guest = persons.of(guest);
        let values = match known.get(&guest) {
            Some(values) => Arc::clone(values),
            None => {
                let profile = store.profile(&brand.id, guest)?;
                let facts = profile.map(|profile| profile.facts).unwrap_or_default();
                let value = |attribute: &String| value(&facts, attribute);
                let values: Arc<[String]> = query.attributes.iter().map(value).collect();
                known.insert(guest, Arc::clone(&values));
                values
            }
        };
        match &record.body {
            Body::Decision(decision) => {
                let catalog = catalogs::load(store, brand, decision.catalog_version)?;
                let rates = rates.at(decision.rates_version)?;
                take(&mut audit, (brand, &catalog, rates), decision, &values);
            }
            Body::Event { event, guest } => {
                let Some(held) = &event.held_price else { continue };
                let catalog = catalogs::load(store, brand, held.catalog_version)?;
                // Promises are short; the rates of one may be gone all the same.
                match rates.at(held.rates_version) {
                    Ok(rates) => {
                        let sold = (brand, &*catalog, &**rates);
                        take_promise(&mut audit, sold, (event, *guest, held), &values);
                    }
                    Err(_) => audit.not_audited += 1,
                }
            }
            _ => {}
        }
    }
    Ok(audit.report())
}

/// Takes the prices of a decision in.
fn take(
    audit: &mut Audit,
    (brand, catalog, rates): (&Brand, &Catalog, &Rates),
    decision: &Decision,
    values: &[String],
) {
    let tiers = &catalog.content().loyalty_tiers;
    let place = |tier: &Label| tiers.iter().position(|known| known.id == *tier);
    let tier = decision.terms.tier.as_ref().and_then(place).map_or(0, |at| at + 1);
    let terms = PriceTerms { tier: None, ..decision.terms.clone() };
    for slot in decision.propositions.iter().flat_map(|p| &p.slots) {
        let Some(offer) = catalog.offer(slot.offer).filter(|_| slot.quote.cell != 0) else {
            audit.not_audited += 1;
            continue;
        };
        audit.take(&Sale {
            decision: decision.id,
            guest: history::unit(decision.guest),
            property: &decision.property,
            offer: &offer.id,
            terms: &decision.terms,
            conditions: conditions_key(
                Sold::of(catalog, offer, &decision.property).under(rates),
                &terms,
            ),
            tier: u8::try_from(tier).unwrap_or(u8::MAX),
            quote: &slot.quote,
            is_again: is_requoted(decision, slot, (catalog, brand.price_key, rates)),
            values,
        });
    }
}

/// When and to whom a record told a price; `None` where it told none.
fn priced(record: &Record) -> Option<(Timestamp, GuestKey)> {
    match &record.body {
        Body::Decision(decision) => Some((decision.decided, decision.guest)),
        Body::Event { event, guest } => event.held_price.as_ref().map(|held| (held.held, *guest)),
        _ => None,
    }
}

/// Takes in a promised price that something was bought at.
fn take_promise(
    audit: &mut Audit,
    (brand, catalog, rates): (&Brand, &Catalog, &Rates),
    (event, guest, held): (&Event, GuestKey, &HeldPrice),
    values: &[String],
) {
    let Some(offer) = catalog.index_of(&held.offer).and_then(|at| catalog.offer(at)) else {
        audit.not_audited += 1;
        return;
    };
    let sold = Sold::of(catalog, offer, &held.property).under(rates);
    let again = quote(sold, &held.terms, brand.price_key, held.until);
    let tiers = &catalog.content().loyalty_tiers;
    let place = |tier: &Label| tiers.iter().position(|known| known.id == *tier);
    let tier = held.terms.tier.as_ref().and_then(place).map_or(0, |at| at + 1);
    let is_again = again.offer == held.unit && again.total() == held.total;
    audit.take(&Sale {
        decision: event.decision.as_ref().map_or(DecisionId([0; 16]), |decision| decision.id),
        guest: history::unit(guest),
        property: &held.property,
        offer: &held.offer,
        terms: &held.terms,
        conditions: conditions_key(sold, &PriceTerms { tier: None, ..held.terms.clone() }),
        tier: u8::try_from(tier).unwrap_or(u8::MAX),
        quote: &Quote { offer: held.unit, ..again },
        is_again,
        values,
    });
}

fn value(facts: &GuestFacts, attribute: &str) -> String {
    let kept = || facts.attributes.iter().find(|(name, _)| name == attribute);
    let value = match attribute {
        "country" => facts.country.as_str(),
        "locale" => facts.locale.as_str(),
        "segment" => facts.segment.as_ref().map_or("", |segment| segment.as_str()),
        _ => kept().map_or("", |(_, value)| value.as_str()),
    };
    if value.is_empty() { UNKNOWN.to_owned() } else { value.to_owned() }
}
