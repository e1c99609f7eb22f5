//! Steps of prices are learnt from the log, and come into force as a catalog version of the same text:
//! a decision's record names it, so that any price can be worked out again.
//!
//! What is learnt holds from the next epoch on, by the property's own calendar; until then cells keep
//! the steps that they have drawn. Only cells in which a trial drew the step are learnt from, and of
//! those only what is final.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, CatalogContent};
use crate::decide::price::{epoch, epoch_begin};
use crate::domain::decision::Decision;
use crate::domain::id::{OfferId, PropertyId};
use crate::domain::money::Money;
use crate::domain::offer::{Offer, Pricing, share};
use crate::domain::outcome::Outcome;
use crate::domain::price::{LearntSteps, WHOLE};
use crate::domain::record::{Body, Record};
use crate::domain::scope::{PropertyScope, Right, Scope};
use crate::domain::time::{DAY_MICROS, Date, Timestamp};
use crate::learn::demand::ladder::{Step, weigh};
use crate::learn::demand::{Answers, Demand, Place, fit};
use crate::store::RecordKind;

use super::catalogs::Learnt;
use super::error::Error;
use super::insight::drawn;
use super::learning::was_shown;
use super::wire::LearntPrice;
use super::{Engine, catalogs};

/// Days of the log that are learnt from.
const DAYS: i64 = 180;

/// What was learnt of the price of an offer at a property.
#[derive(Debug, Clone, PartialEq)]
pub struct LearntLadder {
    /// The offer.
    pub offer: OfferId,
    /// The property.
    pub property: PropertyId,
    /// By how many percent the odds of acceptance fall for a percent of price.
    pub elasticity: f64,
    /// Its standard error.
    pub elasticity_error: f64,
    /// Offers made that it was learnt from.
    pub offered: u64,
    /// First local day it holds.
    pub from: Date,
    /// The steps, lowest first.
    pub steps: Vec<LearntStep>,
}

/// A step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearntStep {
    /// Share of the list price, in basis points.
    pub basis_points: u16,
    /// Price of a unit at it.
    pub price: Money,
    /// Expected share of those offered it that accept.
    pub rate: f64,
    /// Expected margin of an offer made, in major units.
    pub margin: f64,
    /// Its selection probability in a cell.
    pub selection_probability: f64,
}

impl Engine {
    /// Learns the steps of all prices that ask for it, and puts them in force from each one's next
    /// epoch on, unless it is only to be looked at. Returns the catalog version in force. Reads the log
    /// of half a year.
    ///
    /// # Errors
    /// Without the right, with a credential of some properties, before a catalog was published, or where
    /// the store cannot be read.
    pub fn learn_prices(
        &self,
        scope: &Scope,
        is_trial: bool,
    ) -> Result<(u64, Vec<LearntLadder>), Error> {
        self.need(scope, Right::CatalogWrite)?;
        if scope.properties != PropertyScope::All {
            return Err(Error::out_of_reach());
        }
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        let catalog = &serving.catalog;
        let now = self.clock.now();
        let from = Timestamp::from_micros(now.as_micros() - DAYS * DAY_MICROS);
        let mut answers = ladders(catalog);
        let mut waiting = Vec::new();
        let mut matured = 0;
        for record in self.store.log(1)?.only(&[RecordKind::Decision, RecordKind::Matured]) {
            let Record { sequence, brand: of, body, .. } = record?;
            match body {
                Body::Matured { through } if of == brand.id => matured = through,
                Body::Decision(decision) if of == brand.id && decision.decided >= from => {
                    let past = catalogs::load(&self.store, &brand, decision.catalog_version)?;
                    let outcomes = self.store.outcomes(sequence)?;
                    waiting.push((sequence, heard(&decision, &past, &outcomes)));
                }
                _ => {}
            }
        }
        let is_final = |(sequence, _): &(u64, Vec<Heard>)| *sequence <= matured;
        for heard in waiting.into_iter().filter(is_final).flat_map(|(_, heard)| heard) {
            take(&mut answers, &heard);
        }
        let demands = fit(&answers);
        let today = |property: &PropertyId| {
            let place = catalog.property_index(property)?;
            Some(serving.zones.get(usize::from(place.0))?.local(now).date)
        };
        let learnt: Vec<LearntLadder> = places(catalog)
            .filter_map(|(offer, property)| {
                let demand = demands.get(&place_of(&offer.id, property))?;
                ladder(offer, property, demand, today(property)?)
            })
            .collect();
        if is_trial || learnt.is_empty() {
            return Ok((catalog.version(), learnt));
        }
        let current = self.learnt_in_force(scope)?;
        let prices = learnt.iter().map(|ladder| document(ladder, catalog, &current.prices));
        let next = Learnt { prices: prices.collect(), ..current.clone() };
        let description = format!("steps of {} prices, learnt", learnt.len());
        Ok((self.publish_learnt(scope, next, &description)?.version, learnt))
    }
}

/// Offers with a learnt ladder, at each property that sells them.
fn places(catalog: &Catalog) -> impl Iterator<Item = (&Offer, &PropertyId)> {
    let is_learnt = |offer: &&Offer| {
        offer.pricing.trial.is_some_and(|trial| trial.is_learnt) && offer.pricing.list.minor > 0
    };
    let all = &catalog.content().properties;
    catalog.offers().iter().filter(is_learnt).flat_map(move |offer| {
        let here =
            move |id: &&PropertyId| offer.properties.is_empty() || offer.properties.contains(id);
        all.iter().map(|property| &property.id).filter(here).map(move |property| (offer, property))
    })
}

fn place_of(offer: &OfferId, property: &PropertyId) -> Place {
    (offer.to_string(), property.to_string())
}

/// Their steps, of which nothing was heard.
fn ladders(catalog: &Catalog) -> BTreeMap<Place, Vec<Answers>> {
    let none = |offer: &Offer| {
        let steps = offer.pricing.steps.iter();
        let step = |bp: u16| f64::from(bp) / f64::from(WHOLE);
        steps.map(|s| Answers { step: step(s.basis_points), offered: 0.0, accepted: 0.0 }).collect()
    };
    places(catalog).map(|(offer, property)| (place_of(&offer.id, property), none(offer))).collect()
}

/// One offer made at a step that a trial drew.
struct Heard {
    place: Place,
    step: f64,
    accepted: bool,
}

fn heard(decision: &Decision, catalog: &Catalog, outcomes: &[(u8, u8, Outcome)]) -> Vec<Heard> {
    let mut heard = Vec::new();
    if !was_shown(decision, || !outcomes.is_empty()) {
        return heard;
    }
    for (proposition, number) in decision.propositions.iter().zip(0_u8..) {
        for (slot, place) in proposition.slots.iter().zip(0_u8..) {
            let offer = catalog.offer(slot.offer).filter(|_| !slot.is_stand_in());
            let Some((offer, drawn)) = offer.and_then(|o| Some((o, drawn(slot, o)?))) else {
                continue;
            };
            let found = outcomes.iter().find(|(p, s, _)| (*p, *s) == (number, place));
            let outcome = found.map(|(.., outcome)| *outcome).unwrap_or_default();
            // Without a chance to answer there is no label.
            let Some(accepted) = outcome.label() else { continue };
            let step = f64::from(drawn.basis_points) / f64::from(WHOLE);
            heard.push(Heard { place: place_of(&offer.id, &decision.property), step, accepted });
        }
    }
    heard
}

fn take(answers: &mut BTreeMap<Place, Vec<Answers>>, heard: &Heard) {
    let steps = answers.get_mut(&heard.place);
    // A step that is published no more says nothing of those that are.
    let step = steps.and_then(|s| s.iter_mut().find(|a| (a.step - heard.step).abs() < 1e-9));
    if let Some(step) = step {
        step.offered += 1.0;
        step.accepted += f64::from(u8::from(heard.accepted));
    }
}

/// The ladder of an offer, from the next epoch on.
fn ladder(
    offer: &Offer,
    property: &PropertyId,
    demand: &Demand,
    today: Date,
) -> Option<LearntLadder> {
    let pricing = &offer.pricing;
    let trial = pricing.trial?;
    let list = pricing.list;
    let priced: Vec<Money> = pricing.steps.iter().map(|s| price(pricing, s.basis_points)).collect();
    let margin = |price: &Money| Money::new(pricing.margin(price.minor), list.currency).major();
    let steps: Vec<Step> = priced
        .iter()
        .map(|price| Step {
            share: price.major() / list.major(),
            margin: margin(price) / list.major(),
        })
        .collect();
    let even = f64::from(trial.share_basis_points) / f64::from(WHOLE);
    let weighted = weigh(demand, &steps, even);
    let steps =
        pricing.steps.iter().zip(&priced).zip(&weighted).map(|((step, price), found)| LearntStep {
            basis_points: step.basis_points,
            price: *price,
            rate: found.rate,
            margin: found.profit * list.major(),
            selection_probability: found.probability,
        });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count, not negative"
    )]
    let offered = demand.offered as u64;
    Some(LearntLadder {
        offer: offer.id.clone(),
        property: property.clone(),
        elasticity: demand.elasticity,
        elasticity_error: demand.elasticity_error,
        offered,
        from: epoch_begin(trial, epoch(trial, today) + 1),
        steps: steps.collect(),
    })
}

/// What is asked at a step: not under the floor.
fn price(pricing: &Pricing, basis_points: u16) -> Money {
    let (floor, _) = pricing.floor();
    let stepped = share(pricing.list.minor, basis_points);
    Money::new(stepped.max(floor.minor), pricing.list.currency)
}

/// The ladder as it is stored; until it holds, what is in force now goes on.
fn document(ladder: &LearntLadder, catalog: &Catalog, current: &[LearntPrice]) -> LearntPrice {
    let is_same = |row: &&LearntPrice| {
        row.offer == ladder.offer.as_str() && row.property == ladder.property.as_str()
    };
    let trial = catalog
        .index_of(&ladder.offer)
        .and_then(|at| catalog.offer(at))
        .and_then(|offer| offer.pricing.trial);
    let days = trial.map_or(1, |trial| i32::from(trial.epoch_days.max(1)));
    let now = ladder.from.0.saturating_sub(days);
    let before = current
        .iter()
        .find(is_same)
        .map(|row| if row.from <= now { row.current.clone() } else { row.before.clone() });
    LearntPrice {
        offer: ladder.offer.to_string(),
        property: ladder.property.to_string(),
        from: ladder.from.0,
        current: ladder.steps.iter().map(|step| step.selection_probability).collect(),
        before: before.unwrap_or_default(),
    }
}

/// Puts what was learnt into the offers of a content.
pub(super) fn put_learnt(content: &mut CatalogContent, prices: &[LearntPrice]) {
    for offer in &mut content.offers {
        let of_offer = prices.iter().filter(|row| row.offer == offer.id.as_str());
        offer.pricing.learnt = of_offer
            .filter_map(|row| {
                Some(LearntSteps {
                    property: PropertyId::parse("property", &row.property).ok()?,
                    from: Date(row.from),
                    current: row.current.clone(),
                    before: row.before.clone(),
                })
            })
            .collect();
    }
}
