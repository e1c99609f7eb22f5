//! Who may be shown: eligibility ∧ applicability ∧ suitability ∧ inventory ∧ caps ∧ the caller's
//! own lists.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::catalog::{Bitset, Catalog, RuleFacts};
use crate::domain::belief::PreferenceLevel;
use crate::domain::consent::Purpose;
use crate::domain::decision::{FilterStage, Filtered, GroupBudget};
use crate::domain::guest::GuestState;
use crate::domain::guest_value::ValueTier;
use crate::domain::hold::ShelfKey;
use crate::domain::id::{OfferIndex, OfferKey, PropertyId};
use crate::domain::price::PriceTerms;
use crate::domain::request::PlacementRequest;
use crate::domain::time::{Date, Timestamp};

use super::caps::{self, CapQuery};
use super::serving::Serving;

/// What changes from call to call and lies over the catalog snapshot.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// Offers stopped at once.
    pub stopped: Bitset,
    /// Stock by property and day, of offers that have one.
    pub stock: Stock,
}

/// Units left of limited offers.
///
/// A number of units is shared with whoever counts them: it changes under a running decision
/// without a lock, and without a copy of the rest.
#[derive(Debug, Clone, Default)]
pub struct Stock {
    units: HashMap<ShelfKey, Arc<Units>>,
}

/// Units of a shelf as decisions read them.
#[derive(Debug, Default)]
pub struct Units {
    left: AtomicU32,
    out: AtomicU32,
}

impl Units {
    /// Shows what is left, and how many units guests have.
    pub fn show(&self, left: u32, out: usize) {
        self.left.store(left, Ordering::Release);
        self.out.store(u32::try_from(out).unwrap_or(u32::MAX), Ordering::Release);
    }
}

impl Stock {
    /// Units left; nothing where none were ever set.
    pub fn left(&self, offer: OfferKey, property: &PropertyId, day: Date) -> u32 {
        self.units(offer, property, day).0
    }

    /// Units left, and units that guests have.
    pub fn units(&self, offer: OfferKey, property: &PropertyId, day: Date) -> (u32, u32) {
        let shelf = ShelfKey { offer, property: property.clone(), day };
        let read = |units: &Arc<Units>| {
            (units.left.load(Ordering::Acquire), units.out.load(Ordering::Acquire))
        };
        self.units.get(&shelf).map_or((0, 0), read)
    }

    /// Reads what is left from this number from now on.
    pub fn put(&mut self, shelf: ShelfKey, units: Arc<Units>) {
        self.units.insert(shelf, units);
    }
}

/// What removes offers of one placement.
pub(super) struct Filter<'a> {
    pub catalog: &'a Catalog,
    pub live: &'a Live,
    pub guest: &'a GuestState,
    pub facts: RuleFacts<'a>,
    /// Offers that need stock.
    pub limited: &'a Bitset,
    /// What prices come from.
    pub serving: &'a Serving,
    /// Published conditions of the sale.
    pub terms: &'a PriceTerms,
    pub property: &'a PropertyId,
    pub caps: CapQuery<'a>,
    /// Day the stock is asked for: arrival of the stay, or today.
    pub day: Date,
    /// The local day at the property.
    pub today: Date,
    /// What the guest is worth, where that may count.
    pub tier: Option<ValueTier>,
    pub now: Timestamp,
}

/// What was removed after the catalog's own conditions, where somebody wants to know.
pub(super) type Removals<'a> = Option<&'a mut Vec<Filtered>>;

impl Filter<'_> {
    /// Fills `eligible` with the offers that may be shown. Returns what is left of capped groups.
    pub(super) fn run(
        &self,
        request: &PlacementRequest,
        shown: &Bitset,
        (eligible, allowed): (&mut Bitset, &mut Bitset),
        mut removals: Removals<'_>,
    ) -> Vec<GroupBudget> {
        self.catalog.eligible(&self.facts, self.now, eligible);
        if let Some(removals) = removals.as_deref_mut() {
            removals.extend(self.catalog.explain_removed(&self.facts, self.now));
        }
        let mut note = |offer: OfferIndex, stage: FilterStage, component: &str, reason: &str| {
            if let (Some(removals), Some(offer)) =
                (removals.as_deref_mut(), self.catalog.offer(offer))
            {
                let (component, reason) = (component.to_owned(), reason.to_owned());
                removals.push(Filtered { offer: offer.id.clone(), stage, component, reason });
            }
        };
        self.remove_stopped(eligible, &mut note);
        self.remove_unsuitable(eligible, &mut note);
        self.remove_broken_promises(eligible, &mut note);
        self.remove_out_of_stock(eligible, &mut note);
        self.remove_under_floor(eligible, &mut note);
        let budgets = caps::remove_capped(self.catalog, &self.caps, eligible, |cap, offer| {
            note(offer, FilterStage::ContactPolicy, cap.id.as_str(), "the cap is reached for now");
        });
        self.keep_what_the_caller_wants(request, (eligible, allowed), &mut note);
        for offer in shown {
            if eligible.contains(offer) {
                eligible.remove(offer);
                note(
                    offer,
                    FilterStage::Caller,
                    "allow_duplicates",
                    "shown in an earlier placement of this decision",
                );
            }
        }
        budgets
    }

    fn remove_stopped(
        &self,
        eligible: &mut Bitset,
        note: &mut impl FnMut(OfferIndex, FilterStage, &str, &str),
    ) {
        if self.live.stopped.size() != eligible.size() {
            return;
        }
        for offer in self.live.stopped.iter().filter(|o| eligible.contains(*o)) {
            note(offer, FilterStage::Eligibility, "stopped", "the offer was stopped");
        }
        eligible.and_not(&self.live.stopped);
    }

    /// What the guest has called unacceptable is never shown: also without the profiling consent,
    /// since it is their word.
    fn remove_unsuitable(
        &self,
        eligible: &mut Bitset,
        note: &mut impl FnMut(OfferIndex, FilterStage, &str, &str),
    ) {
        let unacceptable = |tag: &u32| {
            let affinities = &self.guest.affinities;
            affinities.iter().any(|a| a.tag == *tag && a.level == PreferenceLevel::Unacceptable)
        };
        if !self.guest.affinities.iter().any(|a| a.level == PreferenceLevel::Unacceptable) {
            return;
        }
        for at in 0..self.catalog.offer_count() {
            let Ok(at) = u16::try_from(at) else { break };
            let offer = OfferIndex(at);
            if eligible.contains(offer) && self.catalog.tags(offer).iter().any(unacceptable) {
                eligible.remove(offer);
                note(
                    offer,
                    FilterStage::Suitability,
                    "preference",
                    "the guest called one of its tags unacceptable",
                );
            }
        }
    }

    /// What could not be delivered to the guest is not promised again for a while.
    fn remove_broken_promises(
        &self,
        eligible: &mut Bitset,
        note: &mut impl FnMut(OfferIndex, FilterStage, &str, &str),
    ) {
        for promise in &self.guest.broken {
            let Some(offer) = self.catalog.index_of_key(promise.offer) else { continue };
            if eligible.contains(offer) && promise.keeps_away(promise.offer, self.now) {
                eligible.remove(offer);
                let reason = "it could not be delivered to the guest lately";
                note(offer, FilterStage::ContactPolicy, "broken_promise", reason);
            }
        }
    }

    fn remove_out_of_stock(
        &self,
        eligible: &mut Bitset,
        note: &mut impl FnMut(OfferIndex, FilterStage, &str, &str),
    ) {
        let rules = self.catalog.content().guest_value.as_ref();
        let last_units = rules.and_then(|rules| rules.last_units);
        let ahead = self.day.0.saturating_sub(self.today.0);
        for offer in self.limited.iter() {
            let Some(key) = self.catalog.offer(offer).map(|o| o.key) else { continue };
            if !eligible.contains(offer) {
                continue;
            }
            let left = self.live.stock.left(key, self.property, self.day);
            let is_kept = last_units.is_some_and(|last| last.keeps_from(self.tier, left, ahead));
            if left == 0 {
                eligible.remove(offer);
                note(offer, FilterStage::Inventory, "inventory", "none left for the day");
            } else if is_kept {
                eligible.remove(offer);
                let reason = "the last units are kept for guests of a better value tier";
                note(offer, FilterStage::Inventory, "last_units", reason);
            }
        }
    }

    /// Rooms of which no price reaches the floor by the rates of their nights.
    fn remove_under_floor(
        &self,
        eligible: &mut Bitset,
        note: &mut impl FnMut(OfferIndex, FilterStage, &str, &str),
    ) {
        let Self { serving, property, terms, .. } = self;
        if serving.rates.version() == 0 {
            return;
        }
        for at in serving.rooms.iter().filter(|at| eligible.contains(*at)).collect::<Vec<_>>() {
            let offer = self.catalog.offer(at);
            if offer.is_some_and(|offer| !serving.is_for_sale((offer, property), terms)) {
                eligible.remove(at);
                note(at, FilterStage::Quote, "rates", "no step of its price reaches the floor");
            }
        }
    }

    fn keep_what_the_caller_wants(
        &self,
        request: &PlacementRequest,
        (eligible, allowed): (&mut Bitset, &mut Bitset),
        note: &mut impl FnMut(OfferIndex, FilterStage, &str, &str),
    ) {
        if !request.allowed.is_empty() {
            allowed.copy_from(eligible);
            allowed.clear();
            request
                .allowed
                .iter()
                .filter_map(|id| self.catalog.index_of(id))
                .for_each(|o| allowed.insert(o));
            for offer in eligible.iter().filter(|o| !allowed.contains(*o)) {
                note(
                    offer,
                    FilterStage::Caller,
                    "allowed_offer_ids",
                    "not among the offers the caller allows",
                );
            }
            eligible.and(allowed);
        }
        for offer in request.excluded.iter().filter_map(|id| self.catalog.index_of(id)) {
            if eligible.contains(offer) {
                eligible.remove(offer);
                note(offer, FilterStage::Caller, "excluded_offer_ids", "excluded by the caller");
            }
        }
    }
}

/// May the guest's own data be used to choose?
pub fn may_profile(guest: &GuestState) -> bool {
    guest.consent.allows(Purpose::Profiling)
}
