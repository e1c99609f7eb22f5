//! Decisions for many guests at once, under constraints on how often scarce offers are given.
//!
//! First everybody is rated, under their own lock and one after another; then the plan is made; then
//! the decisions, those first that get something scarce. Between rating and deciding a guest may have
//! changed: where the planned offer cannot be given any more, its unit goes back and the plan is made
//! anew for those who have not been decided yet. What is given is counted when it is given, so that
//! no constraint is ever exceeded.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::decide::Serving;
use crate::decide::volume::gains::{Gain, Scarce, gains};
use crate::decide::volume::least::{assign_least, costs};
use crate::domain::decision::Decision;
use crate::domain::id::{Fingerprint, Label, OfferId, OfferKey};
use crate::domain::invalid::Invalid;
use crate::domain::request::{DecideRequest, Planned};
use crate::domain::scope::{Right, Scope};

use super::brands::Brand;
use super::calls::Answer;
use super::error::{Error, ErrorKind};
use super::{Engine, fold};

/// How often some offers may be given by a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeConstraint {
    /// Its name.
    pub id: Label,
    /// The offers; no offer stands in two constraints.
    pub offers: Vec<OfferId>,
    /// How often they may be given, all together.
    pub max: u32,
    /// How often they must be given, at most [`Self::max`], as far as guests may have them.
    pub min: u32,
}

/// What came of a constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeUse {
    /// Its name.
    pub id: Label,
    /// How many units were given.
    pub given: u32,
    /// What one more unit would have added when the plan was made, in units of the score.
    pub bid_price: f64,
    /// Was as much given as must be?
    pub is_minimum_reached: bool,
    /// By how much the plan would have gained more without the minimum, when it was first made, in units
    /// of the score.
    pub minimum_cost: f64,
}

/// A batch on its way: who has been decided, and who gets what.
#[derive(Debug)]
pub struct Batch {
    requests: Vec<DecideRequest>,
    constraints: Vec<VolumeConstraint>,
    /// Every offer of the constraints, in order of their keys.
    scarce: Arc<[OfferKey]>,
    /// Serving snapshot of the rating: gains name its offers.
    serving: Arc<Serving>,
    /// Gain of each request by each constraint.
    gains: Vec<Option<Gain>>,
    /// What each request gets by the plan.
    given: Vec<Option<usize>>,
    /// Units of each constraint not given yet.
    left: Vec<u32>,
    bid_prices: Vec<f64>,
    /// What the minimum of each constraint cost; none before the first plan.
    minimum_costs: Option<Vec<f64>>,
    is_decided: Vec<bool>,
    queue: VecDeque<usize>,
    /// Must the plan be made anew?
    is_stale: bool,
}

impl Batch {
    /// How many requests it has.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Has it no requests?
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Does the request at this place get something scarce, as the plan stands?
    pub(super) fn gets(&self, at: usize) -> bool {
        self.given[at].is_some()
    }

    /// What came of the constraints so far.
    pub fn volumes(&self) -> Vec<VolumeUse> {
        let costs = self.minimum_costs.as_deref().unwrap_or_default();
        let volume = |(k, constraint): (usize, &VolumeConstraint)| {
            let given = constraint.max - self.left[k];
            VolumeUse {
                id: constraint.id.clone(),
                given,
                bid_price: self.bid_prices[k],
                is_minimum_reached: given >= constraint.min,
                minimum_cost: costs.get(k).copied().unwrap_or(0.0),
            }
        };
        self.constraints.iter().enumerate().map(volume).collect()
    }

    /// Plans for everybody who has not been decided yet, and queues them: first who gets something.
    fn plan(&mut self) {
        let count = self.constraints.len();
        let worth = |(at, gain): (usize, &Option<Gain>)| {
            let gain = gain.filter(|_| !self.is_decided[at / count]);
            gain.map_or(f64::NEG_INFINITY, |gain| gain.gain)
        };
        let table: Vec<f64> = self.gains.iter().enumerate().map(worth).collect();
        let rest = self.constraints.iter().zip(&self.left);
        // What was given counts towards the minimum.
        let least: Vec<u32> = rest.map(|(c, left)| c.min.saturating_sub(c.max - left)).collect();
        let plan = assign_least(&table, &self.left, &least);
        if self.minimum_costs.is_none() {
            self.minimum_costs = Some(costs(&table, &self.left, &least, &plan));
        }
        self.given = if count == 0 { vec![None; self.requests.len()] } else { plan.given };
        self.bid_prices = plan.bid_prices;
        let open = (0..self.requests.len()).filter(|at| !self.is_decided[*at]);
        let (first, then): (Vec<usize>, Vec<usize>) = open.partition(|at| self.gets(*at));
        self.queue = first.into_iter().chain(then).collect();
        self.is_stale = false;
    }

    /// The next request to decide. Units that came back are given anew before anybody is decided
    /// without.
    fn next(&mut self) -> Option<usize> {
        let next = self.queue.front().copied()?;
        if self.is_stale && !self.gets(next) {
            self.plan();
        }
        self.queue.pop_front()
    }

    /// A request as the plan has it: what it gets, and nothing else that is scarce.
    fn planned(&self, at: usize) -> (DecideRequest, bool) {
        let given = self.given[at].and_then(|k| self.gains[at * self.constraints.len() + k]);
        let offer = given.and_then(|gain| self.serving.catalog.offer(gain.offer));
        let gives = offer.map(|offer| offer.key);
        let planned = Some(Planned { gives, scarce: Arc::clone(&self.scarce) });
        (DecideRequest { planned, ..self.requests[at].clone() }, gives.is_some())
    }

    /// Counts what a decision gave.
    fn count(&mut self, at: usize, decision: &Decision, catalog: &crate::catalog::Catalog) {
        self.is_decided[at] = true;
        let slots = decision.propositions.iter().flat_map(|p| &p.slots).filter(|s| s.is_planned);
        for slot in slots {
            let offer = catalog.offer(slot.offer).map(|offer| &offer.id);
            let of = |c: &VolumeConstraint| offer.is_some_and(|offer| c.offers.contains(offer));
            if let Some(k) = self.constraints.iter().position(of) {
                self.left[k] = self.left[k].saturating_sub(1);
            }
        }
    }
}

impl Engine {
    /// Rates everybody and makes the plan. May read the disk.
    ///
    /// # Errors
    /// As [`Self::decide`], for any of the requests; for a constraint on an offer that is not in the
    /// catalog.
    pub fn plan(
        &self,
        scope: &Scope,
        requests: Vec<DecideRequest>,
        constraints: Vec<VolumeConstraint>,
    ) -> Result<Batch, Error> {
        self.need(scope, Right::Decide)?;
        if requests.iter().any(|request| !scope.reaches(&request.property)) {
            return Err(Error::not_found("property"));
        }
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        let scarce = scarce_of(&constraints, &serving)?;
        let offers = constraints.iter().flat_map(|constraint| &constraint.offers);
        let mut keys: Vec<OfferKey> = offers.map(OfferKey::of).collect();
        keys.sort_unstable();
        let count = requests.len();
        let left = constraints.iter().map(|constraint| constraint.max).collect();
        let mut batch = Batch {
            gains: Vec::with_capacity(count * scarce.constraints),
            given: vec![None; count],
            left,
            bid_prices: vec![0.0; scarce.constraints],
            minimum_costs: None,
            is_decided: vec![false; count],
            queue: VecDeque::new(),
            is_stale: false,
            requests,
            constraints,
            scarce: keys.into(),
            serving,
        };
        for at in 0..count {
            let gains = match self.decided_before(&brand, &batch.requests[at])? {
                // Asked again: what was given then is counted, and the stored answer comes back.
                Some(decision) => {
                    let catalog = self.catalog_of(&brand, decision.catalog_version)?;
                    batch.count(at, &decision, &catalog);
                    batch.is_decided[at] = false;
                    vec![None; scarce.constraints]
                }
                None if scarce.constraints == 0 => Vec::new(),
                None => self.gains(&brand, &batch.serving, &batch.requests[at], &scarce)?,
            };
            batch.gains.extend(gains);
        }
        batch.plan();
        Ok(batch)
    }

    /// Makes up to `at_most` decisions of a batch: each with the place of its request. None: the batch
    /// is over. May wait for the disk.
    pub fn decide_planned(
        &self,
        scope: &Scope,
        batch: &mut Batch,
        at_most: usize,
    ) -> Vec<(usize, Result<Answer, Error>)> {
        let mut made = Vec::with_capacity(at_most);
        while made.len() < at_most {
            let Some(at) = batch.next() else { break };
            let (request, should_give) = batch.planned(at);
            let answer = self.decide_patiently(scope, &request);
            match &answer {
                // A stored answer was counted when the plan was made.
                Ok(answer) if answer.is_replayed => batch.is_decided[at] = true,
                Ok(answer) => batch.count(at, &answer.decision, &answer.catalog),
                Err(_) => batch.is_decided[at] = true,
            }
            let was_given = answer.as_ref().is_ok_and(|answer| gives(&answer.decision));
            batch.is_stale |= should_give && !was_given;
            made.push((at, answer));
        }
        made
    }

    /// Decides, and where too much waits for the disk, waits for it once.
    fn decide_patiently(&self, scope: &Scope, request: &DecideRequest) -> Result<Answer, Error> {
        match self.decide(scope, request) {
            Err(error) if error.kind == ErrorKind::Overloaded => {
                self.committer.flush()?;
                self.decide(scope, request)
            }
            answer => answer,
        }
    }

    fn gains(
        &self,
        brand: &Brand,
        serving: &Serving,
        request: &DecideRequest,
        scarce: &Scarce,
    ) -> Result<Vec<Option<Gain>>, Error> {
        let key = self.guest_key(&brand.id, &request.guest);
        let party = self.party_of_request(&brand.id, request, &serving.catalog);
        let now = self.clock.now();
        self.with_guest(brand, key, |guest, person| {
            let request = &*person.asks(request);
            fold::to_now(guest, serving, &self.options, now);
            let rated = self.with_party(&brand.id, party, |party| {
                let (who, asked) = ((person.key, &*guest), (request, party.ledgers(&guest.ledger)));
                let rated =
                    brand.with_inputs(serving, who, asked, (now, 0), |inputs, scratch| {
                        gains(inputs, scarce, scratch)
                    })?;
                Ok((rated, 0))
            });
            (rated, None)
        })?
    }

    /// The decision that answered the same request before.
    fn decided_before(
        &self,
        brand: &Brand,
        request: &DecideRequest,
    ) -> Result<Option<Decision>, Error> {
        let Some(id) = request.request.as_ref().map(|id| Fingerprint::of(id.as_str())) else {
            return Ok(None);
        };
        let key = self.guest_key(&brand.id, &request.guest);
        let before = self.with_guest(brand, key, |guest, _| {
            let before = guest.answered.iter().find(|answered| answered.request == id);
            (before.map(|answered| answered.sequence), None)
        })?;
        let Some(sequence) = before else { return Ok(None) };
        if self.store.committed() < sequence {
            self.committer.flush()?;
        }
        self.stored_decision_at(sequence)
    }
}

fn gives(decision: &Decision) -> bool {
    decision.propositions.iter().flat_map(|p| &p.slots).any(|slot| slot.is_planned)
}

fn scarce_of(constraints: &[VolumeConstraint], serving: &Serving) -> Result<Scarce, Error> {
    let catalog = &serving.catalog;
    let mut constraint_of = vec![None; catalog.offer_count()];
    let mut problems = Vec::new();
    for (number, constraint) in constraints.iter().enumerate() {
        for (at, offer) in constraint.offers.iter().enumerate() {
            if let Some(offer) = catalog.index_of(offer) {
                constraint_of[offer.at()] = Some(number);
            } else {
                let field = format!("volume_constraints[{number}].offer_ids[{at}]");
                problems.push(Invalid::new(field, "names no offer of the catalog in force"));
            }
        }
    }
    let scarce = Scarce { constraint_of, constraints: constraints.len() };
    if problems.is_empty() { Ok(scarce) } else { Err(problems.into()) }
}
