//! Accounts of a brand's budgets: what decisions claim, what becomes of it, and how both come back after
//! a restart.
//!
//! Nothing is stored beside the log. A decision's record says which budgets it knew, under which shadow
//! prices, and what its offers spend; its outcomes say what was accepted. Opening a store reads the
//! decisions since the oldest period began and reaches the same cents and the same prices, to the bit.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use parking_lot::Mutex;

use crate::catalog::{BudgetPlan, Catalog};
use crate::decide::Serving;
use crate::decide::budget::{Bar, Offered, passing, slots_asked};
use crate::domain::budget::{Budget, ShadowPrices, SpendOffer, Spending};
use crate::domain::decision::Decision;
use crate::domain::event::SlotPlace;
use crate::domain::id::BrandId;
use crate::domain::outcome::Outcome;
use crate::domain::record::{Body, Record};
use crate::domain::request::DecideRequest;
use crate::domain::scope::{PropertyScope, Right, Scope};
use crate::domain::time::Timestamp;
use crate::learn::budget::account::{Account, Claim, HoldKey, Status};
use crate::learn::budget::uplift::{Arms, Shares, Uplift};
use crate::store::{RecordKind, Store};

use super::Engine;
use super::brands::{Brand, Brands};
use super::error::Error;
use super::token::places;
use super::upkeep::last_recorded_before;

/// A brand's accounts.
#[derive(Debug, Default)]
pub(super) struct Budgets {
    accounts: ArcSwap<Vec<Arc<Account>>>,
    uplift: Mutex<Uplift>,
    shares: ArcSwap<Shares>,
}

/// How a budget stands.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetStatus {
    /// The budget.
    pub budget: Budget,
    /// Its account.
    pub status: Status,
    /// Is there a holdout to tell what would have come anyway? Else an acceptance counts in full.
    pub is_uplift_measured: bool,
}

/// What one decision may spend: taken from the accounts until it is said what was used.
pub(super) struct Claims {
    pub(super) offered: Vec<Offered>,
    claimed: Vec<(Arc<Account>, Claim)>,
}

impl Drop for Claims {
    fn drop(&mut self) {
        self.claimed.iter().for_each(|(account, claim)| account.give_back(*claim));
    }
}

impl Budgets {
    /// A catalog came into force: budgets that it has go on. Accounts of others are kept: a catalog may
    /// bring them back.
    pub(super) fn publish(&self, catalog: &Catalog) {
        let budgets = &catalog.content().budgets;
        let new = |budget: &Budget| Arc::new(Account::new(budget.clone()));
        self.add(budgets.iter().filter(|b| self.account(b.key()).is_none()).map(new).collect());
        for budget in budgets {
            let account = self.account(budget.key());
            if let Some(account) = account.filter(|account| *account.budget() != *budget) {
                account.publish(budget.clone());
            }
        }
    }

    fn add(&self, new: Vec<Arc<Account>>) {
        self.accounts.rcu(|known| {
            let is_new = |account: &&Arc<Account>| known.iter().all(|k| k.key() != account.key());
            known.iter().chain(new.iter().filter(is_new)).cloned().collect::<Vec<_>>()
        });
    }

    /// What a decision could spend now; nothing is taken.
    pub(super) fn look(&self, serving: &Serving, segment: u16, now: Timestamp) -> Vec<Offered> {
        let prices = |account: &Account, _| (account.prices(), false);
        self.offered(serving, segment, now, prices, |account, offers| {
            account.affords(Claim::most(offers, &account.budget(), 1, false))
        })
    }

    /// Takes what a decision may spend.
    pub(super) fn claim(
        &self,
        serving: &Serving,
        (request, segment): (&DecideRequest, u16),
        now: Timestamp,
    ) -> Claims {
        if serving.catalog.budgets().is_empty() {
            return Claims { offered: Vec::new(), claimed: Vec::new() };
        }
        let slots = slots_asked(&serving.catalog, request);
        let repeats = request.allow_duplicates;
        let mut claimed = Vec::new();
        let roll = |account: &Account, now| account.roll(now);
        let offered = self.offered(serving, segment, now, roll, |account, offers| {
            let most = Claim::most(offers, &account.budget(), slots, repeats);
            let is_taken = account.claim(most, now);
            if is_taken {
                claimed.push((Arc::clone(account), most));
            }
            is_taken
        });
        Claims { offered, claimed }
    }

    fn offered(
        &self,
        serving: &Serving,
        segment: u16,
        now: Timestamp,
        prices: impl Fn(&Account, Timestamp) -> (ShadowPrices, bool),
        mut takes: impl FnMut(&Arc<Account>, &[SpendOffer]) -> bool,
    ) -> Vec<Offered> {
        let (accounts, shares) = (self.accounts.load(), self.shares.load());
        let offer = |plan: &BudgetPlan| {
            let account = accounts.iter().find(|account| account.key() == plan.key)?;
            let is_running = plan.budget.is_running(now);
            let (prices, is_rolled) =
                if is_running { prices(account, now) } else { (account.prices(), false) };
            let mut spending = Spending {
                budget: plan.key,
                prices,
                is_asked: false,
                is_withheld: false,
                offers: Vec::new(),
            };
            if !is_running {
                return Some(Offered { spending, bar: Some(Bar::NotRunning), is_rolled });
            }
            spending.offers = passing(serving, plan, prices, (&shares, segment));
            let is_taken = spending.offers.is_empty() || takes(account, &spending.offers);
            if !is_taken {
                spending.offers.clear();
            }
            Some(Offered { spending, bar: (!is_taken).then_some(Bar::Exhausted), is_rolled })
        };
        serving.catalog.budgets().iter().filter_map(offer).collect()
    }

    fn account(&self, key: u64) -> Option<Arc<Account>> {
        self.accounts.load().iter().find(|account| account.key() == key).cloned()
    }

    /// Finds out what something new that is known of offers means for the accounts. `decision` reads the
    /// record of a decision: of an acceptance that comes late.
    pub(super) fn hear(
        &self,
        outcomes: &[(HoldKey, Outcome)],
        decision: impl Fn(u64) -> Result<Option<Decision>, Error>,
    ) -> Result<Answers, Error> {
        let accounts = self.accounts.load();
        let mut answers = Answers(Vec::new());
        if accounts.is_empty() {
            return Ok(answers);
        }
        for (key, outcome) in outcomes {
            let held = accounts.iter().find_map(|account| Some((account, account.spend(*key)?)));
            let is_accepted = outcome.is_accepted();
            if let Some((account, spend)) = held {
                answers.0.push((Arc::clone(account), *key, spend, is_accepted));
            } else if is_accepted && let Some(decision) = decision(key.0)? {
                let spends = self.spends(&decision).into_iter().filter(|(_, of, ..)| of == key);
                answers
                    .0
                    .extend(spends.map(|(account, key, spend, _)| (account, key, spend, true)));
            }
        }
        Ok(answers)
    }

    /// What the slots of a decision spend, with the response propensity of each.
    fn spends(&self, decision: &Decision) -> Vec<(Arc<Account>, HoldKey, SpendOffer, f64)> {
        let mut spends = Vec::new();
        for spending in decision.spending.iter().filter(|spending| !spending.is_withheld) {
            let Some(account) = self.account(spending.budget) else { continue };
            for (SlotPlace { proposition, slot: number }, slot) in places(decision) {
                let Some(spend) = spending.of(slot.offer) else { continue };
                let key = (decision.sequence, proposition, number);
                let propensity = f64::from(slot.parts.response_propensity);
                spends.push((Arc::clone(&account), key, *spend, propensity));
            }
        }
        spends
    }

    /// Does a decision speak of one of its budgets?
    fn knows(&self, decision: &Decision) -> bool {
        decision.spending.iter().any(|spending| self.account(spending.budget).is_some())
    }

    /// Takes up a decision of the log, in the order of the log.
    fn restore(&self, decision: &Decision, outcomes: &[(u8, u8, Outcome)], now: Timestamp) {
        for spending in &decision.spending {
            if let Some(account) = self.account(spending.budget) {
                account.resume(decision.decided, spending.prices, spending.is_asked);
            }
        }
        for (account, key, spend, propensity) in self.spends(decision) {
            let until = decision.expires.plus(account.budget().hold);
            let is_accepted =
                outcomes.iter().any(|(p, s, o)| (*p, *s) == (key.1, key.2) && o.is_accepted());
            let times = (decision.decided, until);
            account.restore(key, (&spend, propensity), times, (is_accepted, now));
        }
    }

    /// Counts, in both arms, what came of a decision whose labels are final.
    pub(super) fn count(&self, decision: &Decision, outcomes: &[(u8, u8, Outcome)]) {
        if decision.spending.iter().all(|spending| spending.offers.is_empty()) {
            return;
        }
        let accepted = |key: (u8, u8)| {
            outcomes.iter().any(|(p, s, outcome)| (*p, *s) == key && outcome.is_accepted())
        };
        let any = outcomes.iter().any(|(.., outcome)| outcome.is_accepted());
        let mut uplift = self.uplift.lock();
        for spending in &decision.spending {
            for spend in &spending.offers {
                let own = places(decision).any(|(place, slot)| {
                    slot.offer == spend.offer && accepted((place.proposition, place.slot))
                });
                let (open, kept) =
                    (u64::from(!spending.is_withheld), u64::from(spending.is_withheld));
                let arms = Arms {
                    open,
                    open_accepted: open * u64::from(any),
                    own_accepted: open * u64::from(own),
                    kept,
                    kept_accepted: kept * u64::from(any),
                };
                uplift.count(spend.key, decision.segment, &arms);
            }
        }
    }

    /// What was counted of an offer in the first segment.
    #[cfg(test)]
    pub(super) fn arms(&self, offer: &str) -> Arms {
        let offer = crate::domain::id::OfferId::parse("offer", offer).expect("a plain name");
        self.uplift
            .lock()
            .arms(crate::domain::id::OfferKey::of(&offer), crate::domain::guest::NO_SEGMENT)
    }

    /// Puts what was counted in force.
    pub(super) fn put_shares(&self) {
        self.shares.store(Arc::new(self.uplift.lock().shares()));
    }
}

/// What an event means for accounts.
pub(super) struct Answers(Vec<(Arc<Account>, HoldKey, SpendOffer, bool)>);

impl Answers {
    /// Settles it, by what came of the offers in the end: of a scarce one there may have been none left.
    pub(super) fn settle(&self, outcomes: &[(HoldKey, Outcome)]) {
        for (account, key, spend, is_accepted) in &self.0 {
            let found = outcomes.iter().find(|(known, _)| known == key);
            let is_accepted = *is_accepted && found.is_none_or(|(_, found)| found.is_accepted());
            account.settle(*key, is_accepted, || Some(*spend));
        }
    }
}

impl Claims {
    /// Turns what a decision shows into holds, and gives back the rest.
    pub(super) fn keep(mut self, budgets: &Budgets, decision: &Decision) {
        for spending in decision.spending.iter().filter(|spending| spending.is_asked) {
            budgets.account(spending.budget).iter().for_each(|account| account.ask());
        }
        for (account, key, spend, propensity) in budgets.spends(decision) {
            let until = decision.expires.plus(account.budget().hold);
            let Some((_, left)) = self.claimed.iter_mut().find(|(a, _)| Arc::ptr_eq(a, &account))
            else {
                continue;
            };
            let used = account.hold(key, &spend, propensity, until);
            left.cost -= used.cost;
            left.short -= used.short;
        }
    }
}

/// Opens the accounts of a catalog that is about to come into force: what the log says of a budget that an
/// earlier catalog had was spent.
pub(super) fn open(
    store: &Store,
    brand: &Brand,
    catalog: &Catalog,
    now: Timestamp,
) -> Result<(), Error> {
    let budgets = catalog.content().budgets.iter();
    let is_new = |b: &&Budget| b.start <= now && brand.budgets.account(b.key()).is_none();
    let new: Vec<_> = budgets.filter(is_new).map(|b| Arc::new(Account::new(b.clone()))).collect();
    let Some(start) = new.iter().map(|account| account.budget().start).min() else { return Ok(()) };
    // Not in force yet: nobody else asks of them.
    let opening = Budgets::default();
    opening.add(new.clone());
    decisions_since(store, start, |of, decision| {
        if of == brand.id && opening.knows(&decision) {
            opening.restore(&decision, &store.outcomes(decision.sequence)?, now);
        }
        Ok(())
    })?;
    brand.budgets.add(new);
    Ok(())
}

/// Visits the decisions since a moment that knew of budgets.
fn decisions_since(
    store: &Store,
    start: Timestamp,
    mut visit: impl FnMut(BrandId, Decision) -> Result<(), Error>,
) -> Result<(), Error> {
    let from = last_recorded_before(store, start.minus(Duration::from_micros(1)), 0)?;
    for record in store.log(from + 1)?.only(&[RecordKind::Decision]) {
        let Record { brand, body, .. } = record?;
        let Body::Decision(decision) = body else { continue };
        if !decision.spending.is_empty() {
            visit(brand, *decision)?;
        }
    }
    Ok(())
}

/// Brings the accounts of all brands up to the end of the log.
pub(super) fn restore(store: &Store, brands: &Brands, now: Timestamp) -> Result<(), Error> {
    let of_brands = brands.all();
    let starts = of_brands.iter().flat_map(|brand| {
        let accounts = brand.budgets.accounts.load_full();
        accounts.iter().map(|account| account.budget().start).collect::<Vec<_>>()
    });
    let Some(start) = starts.min() else { return Ok(()) };
    // What matured while the learner caught up is counted here, from the beginning.
    of_brands.iter().for_each(|brand| *brand.budgets.uplift.lock() = Uplift::default());
    decisions_since(store, start, |brand, decision| {
        let brand = brands.get(&brand);
        let outcomes = store.outcomes(decision.sequence)?;
        brand.budgets.restore(&decision, &outcomes, now);
        if decision.sequence <= brand.learner.lock().matured() {
            brand.budgets.count(&decision, &outcomes);
        }
        Ok(())
    })?;
    of_brands.iter().for_each(|brand| brand.budgets.put_shares());
    Ok(())
}

impl Engine {
    /// How the brand's budgets stand, in the order of the catalog.
    ///
    /// # Errors
    /// Without the right, with a credential of some properties, or before a catalog was published.
    pub fn budgets(&self, scope: &Scope) -> Result<Vec<BudgetStatus>, Error> {
        self.need(scope, Right::CatalogRead)?;
        if scope.properties != PropertyScope::All {
            return Err(Error::out_of_reach());
        }
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        let now = self.clock.now();
        let is_uplift_measured = serving.catalog.content().experiments.holdout.is_some();
        let accounts =
            serving.catalog.budgets().iter().filter_map(|plan| brand.budgets.account(plan.key));
        let status = |account: Arc<Account>| BudgetStatus {
            budget: (*account.budget()).clone(),
            status: account.status(now),
            is_uplift_measured,
        };
        Ok(accounts.map(status).collect())
    }
}
