//! A guest composes a stay: parts that can be sold, priced together, and what would go with them.
//!
//! What a part costs with the others is its price under the published condition that they are bought
//! together; nothing else about the bundle or the guest reaches it. Nothing is logged of the parts: they
//! are bought by ACCEPT like any other offer. What is proposed beside them is an ordinary decision, in which
//! what guests took together so far moves offers.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::decide::Serving;
use crate::decide::parts::{Parts, parts, within};
use crate::domain::complement::{ComplementFit, GoesWith};
use crate::domain::decision::{Filtered, Quote};
use crate::domain::id::{OfferId, OfferIndex, OfferKey, PropertyId};
use crate::domain::invalid::Invalid;
use crate::domain::offer::Offer;
use crate::domain::price::{Part, PriceTerms};
use crate::domain::request::DecideRequest;
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;

use super::calls::Answer;
use super::error::Error;
use super::{Engine, fold};

/// One part of a bundle.
#[derive(Debug, Clone)]
pub struct BundlePart {
    /// The offer, in the catalog.
    pub offer: OfferIndex,
    /// Its price with the others, or why it cannot be one of them.
    pub quote: Result<Quote, Filtered>,
    /// Its price alone.
    pub alone: Quote,
}

/// What would go with a bundle.
#[derive(Debug, Clone)]
pub struct Complement {
    /// The offer, in the catalog.
    pub offer: OfferIndex,
    /// Its price with the bundle.
    pub quote: Quote,
    /// What the whole costs less than its parts would, with this one among them, beyond what the bundle
    /// saves without it, in minor units.
    pub saves_minor: i64,
}

/// A bundle.
#[derive(Debug)]
pub struct Bundle {
    /// The parts as asked for.
    pub parts: Vec<BundlePart>,
    /// What would go with them, the most promising first.
    pub complements: Vec<Complement>,
    /// The decision that proposes it; `None` where nothing was to be proposed.
    pub answer: Option<Answer>,
    /// The catalog in force.
    pub catalog: Arc<Catalog>,
    /// The moment.
    pub now: Timestamp,
}

impl Engine {
    /// Prices chosen offers together and, with `proposes`, decides by the first placement of the call
    /// what would go with them.
    ///
    /// # Errors
    /// As [`Engine::decide`]; where an offer is not in the catalog.
    pub fn compose(
        &self,
        scope: &Scope,
        mut request: DecideRequest,
        chosen: &[OfferId],
        proposes: bool,
    ) -> Result<Bundle, Error> {
        self.need(scope, Right::Decide)?;
        if !scope.reaches(&request.property) {
            return Err(Error::not_found("property"));
        }
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        self.need_page(scope, &request, &serving.catalog)?;
        let indexes = indexes(&serving.catalog, chosen)?;
        let full = DecideRequest { wants_full_view: true, ..request.clone() };
        let (key, now) = (self.guest_key(&scope.brand, &request.guest), self.clock.now());
        let party = self.party_of_request(&brand.id, &full, &serving.catalog);
        let looked = self.with_guest(&brand, key, |guest, person| {
            let full = &*person.asks(&full);
            fold::to_now(guest, &serving, &self.options, now);
            let looked = self.with_party(&brand.id, party, |party| {
                let (who, asked) = ((person.key, &*guest), (full, party.ledgers(&guest.ledger)));
                let looked =
                    brand.with_inputs(&serving, who, asked, (now, 0), |inputs, scratch| {
                        parts(inputs, &indexes, scratch)
                    })?;
                Ok((looked, 0))
            });
            (looked, None)
        })??;
        let property = request.property.clone();
        let pricing = Pricing { serving: &serving, property: &property, terms: &looked.terms };
        let (parts, bundle) = pricing.parts(&indexes, &looked);
        let mut answer = None;
        if proposes {
            pricing.leave_out(&mut request, &indexes);
            request.goes_with = pricing.moves(&bundle, brand.fits.complements().as_deref());
            answer = Some(self.decide(scope, &request)?);
        }
        let complements = pricing.complements(answer.as_ref(), &bundle);
        Ok(Bundle { parts, complements, answer, catalog: Arc::clone(&serving.catalog), now })
    }
}

fn indexes(catalog: &Catalog, chosen: &[OfferId]) -> Result<Vec<OfferIndex>, Error> {
    let index = |(at, id): (usize, &OfferId)| {
        catalog.index_of(id).ok_or_else(|| {
            let mut error = Error::not_found("offer");
            let field = format!("offer_ids[{at}]");
            error.fields.push(Invalid::new(field, "names no offer of the catalog in force"));
            error
        })
    };
    chosen.iter().enumerate().map(index).collect()
}

/// What parts are priced by.
struct Pricing<'a> {
    serving: &'a Serving,
    property: &'a PropertyId,
    terms: &'a PriceTerms,
}

impl Pricing<'_> {
    fn offer(&self, at: OfferIndex) -> &Offer {
        &self.serving.catalog.offers()[at.at()]
    }

    fn quote(&self, at: OfferIndex, bundle: &[Part]) -> Quote {
        let offer = self.offer(at);
        let terms = within(self.terms, &offer.id, bundle);
        self.serving.quote((offer, self.property), &terms, Timestamp::NEVER)
    }

    fn part(&self, at: OfferIndex) -> Part {
        let offer = self.offer(at);
        Part { offer: offer.id.clone(), category: offer.category.clone() }
    }

    /// The parts, and what of them makes the bundle.
    fn parts(&self, indexes: &[OfferIndex], looked: &Parts) -> (Vec<BundlePart>, Vec<Part>) {
        let problem = |at: OfferIndex| {
            let id = &self.offer(at).id;
            looked.removed.iter().find(|removed| removed.offer == *id)
        };
        let sold = indexes.iter().filter(|at| problem(**at).is_none());
        let bundle: Vec<Part> = sold.map(|at| self.part(*at)).collect();
        let part = |at: &OfferIndex| BundlePart {
            offer: *at,
            quote: problem(*at).cloned().map_or_else(|| Ok(self.quote(*at, &bundle)), Err),
            alone: self.quote(*at, &[]),
        };
        (indexes.iter().map(part).collect(), bundle)
    }

    /// Proposes nothing that is chosen already, or is of its kind: a stay has one room, and whoever
    /// has chosen a dinner wants no second one.
    fn leave_out(&self, request: &mut DecideRequest, indexes: &[OfferIndex]) {
        let has_room = indexes.iter().any(|at| self.offer(*at).pricing.room.is_some());
        let groups: Vec<_> =
            indexes.iter().filter_map(|at| self.offer(*at).group.as_ref()).collect();
        let of_kind = |offer: &&Offer| {
            indexes.iter().any(|at| self.offer(*at).id == offer.id)
                || (has_room && offer.pricing.room.is_some())
                || offer.group.as_ref().is_some_and(|group| groups.contains(&group))
        };
        let out: Vec<OfferId> =
            self.serving.catalog.offers().iter().filter(of_kind).map(|o| o.id.clone()).collect();
        if let Some(first) = request.placements.first_mut() {
            first.excluded.extend(out);
        }
    }

    /// How far the bundle moves offers, by what guests took together so far.
    fn moves(&self, bundle: &[Part], fit: Option<&(u64, ComplementFit)>) -> Arc<[GoesWith]> {
        let keys: Vec<OfferKey> = bundle.iter().map(|part| OfferKey::of(&part.offer)).collect();
        let mut moved = fit.map(|(_, fit)| fit.moves(&keys)).unwrap_or_default();
        moved.retain(|it| self.serving.catalog.index_of_key(it.offer).is_some());
        moved.into()
    }

    /// What a decision proposes, priced with the bundle. What stands in where nothing fits is no part.
    fn complements(&self, answer: Option<&Answer>, bundle: &[Part]) -> Vec<Complement> {
        let slots =
            answer.into_iter().flat_map(|a| &a.decision.propositions).flat_map(|p| &p.slots);
        let proposed = slots.filter(|slot| !slot.is_override).map(|slot| slot.offer);
        let before = self.saved(bundle);
        let complement = |offer: OfferIndex| {
            let mut with: Vec<Part> = bundle.to_vec();
            with.push(self.part(offer));
            let saves_minor = self.saved(&with) - before;
            Complement { offer, quote: self.quote(offer, &with), saves_minor }
        };
        proposed.map(complement).collect()
    }

    /// What a bundle costs less than its parts, in minor units.
    fn saved(&self, bundle: &[Part]) -> i64 {
        let index = |part: &Part| self.serving.catalog.index_of(&part.offer);
        let saved = |at: OfferIndex| {
            self.quote(at, &[]).total().minor - self.quote(at, bundle).total().minor
        };
        bundle.iter().filter_map(index).map(saved).sum()
    }
}
