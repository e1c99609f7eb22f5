//! Which offers a budget lets pass: money for them is claimed, and their return is over its shadow
//! price.
//!
//! A budget decides to whom an offer is *shown* and how it stands against others: its value in the score
//! is what would not have come without it, less its cost at the shadow price. It never touches a price.
//! What it asks depends on the offer and the guest's segment, and on nothing else of the guest.

use crate::catalog::{BudgetPlan, Catalog};
use crate::domain::budget::{ShadowPrices, SpendOffer, Spending};
use crate::domain::decision::{FilterStage, Filtered};
use crate::domain::id::OfferIndex;
use crate::domain::money::Money;
use crate::domain::request::DecideRequest;
use crate::learn::budget::uplift::Shares;

use super::pipeline::slots_of;
use super::serving::Serving;

/// What a decision may spend of a budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// What is known of the budget, and the offers that pass.
    pub spending: Spending,
    /// Why none passes.
    pub bar: Option<Bar>,
    /// Did this decision move the prices on? Then it is logged with them.
    pub is_rolled: bool,
}

/// Why no offer of a budget passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// Before its period, or after it.
    NotRunning,
    /// What is left does not cover what the decision might spend.
    Exhausted,
}

/// The offers of a budget whose return is over its shadow prices, for a segment of guests. Without a
/// holdout to tell more, an acceptance counts in full.
pub fn passing(
    serving: &Serving,
    plan: &BudgetPlan,
    prices: ShadowPrices,
    (shares, segment): (&Shares, u16),
) -> Vec<SpendOffer> {
    let least = prices.least_return();
    let spends = plan.offers.iter().filter_map(|at| spend(serving, plan, *at, (shares, segment)));
    #[expect(clippy::cast_precision_loss, reason = "amounts have fewer digits")]
    let passes = |spend: &SpendOffer| spend.worth as f64 >= least * spend.cost as f64;
    spends.filter(passes).collect()
}

/// What an acceptance of an offer spends and brings.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "amounts have fewer digits"
)]
fn spend(
    serving: &Serving,
    plan: &BudgetPlan,
    at: OfferIndex,
    (shares, segment): (&Shares, u16),
) -> Option<SpendOffer> {
    let offer = serving.catalog.offer(at)?;
    let cost = offer.pricing.variable_cost.minor;
    // The margin is after the cost; what is bought with the cost is what comes before it.
    let margin = serving.values.get(at.at())? / unit(&serving.catalog, at);
    let gross = margin + cost as f64 + plan.budget.worth.minor as f64;
    let worth = (gross.max(0.0) * shares.of(offer.key, segment)).round() as i64;
    Some(SpendOffer { offer: at, key: offer.key, cost, worth })
}

/// The minor unit of an offer's currency, in major units.
fn unit(catalog: &Catalog, at: OfferIndex) -> f64 {
    catalog.offer(at).map_or(0.01, |offer| Money::new(1, offer.pricing.list.currency).major())
}

/// What an acceptance of an offer counts for in its score, in major units, where a budget pays for it.
pub(super) fn net(catalog: &Catalog, spending: &[Spending], at: OfferIndex) -> Option<f64> {
    spending.iter().find_map(|s| Some(s.net(s.of(at)?) * unit(catalog, at)))
}

/// The most slots that a call may fill.
pub fn slots_asked(catalog: &Catalog, request: &DecideRequest) -> usize {
    let slots = request.placements.iter().filter_map(|asked| {
        let placement = catalog.placement(catalog.placement_index(&asked.placement)?)?;
        Some(slots_of(asked, placement))
    });
    slots.sum()
}

/// Takes what budgets do not let pass out of the candidates, and notes in `spending` what was asked.
pub(super) fn gate(
    (catalog, offered, is_held_out): (&Catalog, &[Offered], bool),
    picks: &mut Vec<OfferIndex>,
    spending: &mut Vec<Spending>,
    mut removed: Option<&mut Vec<Filtered>>,
) {
    if catalog.budgets().is_empty() {
        return;
    }
    picks.retain(|pick| {
        let Some(plan) = catalog.budget_of(*pick).and_then(|at| catalog.budgets().get(at)) else {
            return true;
        };
        let offered = offered.iter().find(|o| o.spending.budget == plan.key);
        let passes = offered.is_some_and(|o| note(o, *pick, is_held_out, spending));
        if let (false, Some(removed), Some(offer)) =
            (passes, removed.as_deref_mut(), catalog.offer(*pick))
        {
            removed.push(Filtered {
                offer: offer.id.clone(),
                stage: FilterStage::Budget,
                component: plan.budget.id.to_string(),
                reason: reason(offered, *pick, is_held_out).to_owned(),
            });
        }
        passes
    });
}

/// Notes that an offer passed all but its budget. Does it pass that, too?
fn note(
    offered: &Offered,
    pick: OfferIndex,
    is_held_out: bool,
    spending: &mut Vec<Spending>,
) -> bool {
    if offered.bar == Some(Bar::NotRunning) {
        return false;
    }
    let of = &offered.spending;
    let at = spending.iter().position(|s| s.budget == of.budget).unwrap_or_else(|| {
        spending.push(Spending {
            is_asked: !is_held_out,
            is_withheld: is_held_out,
            offers: Vec::new(),
            ..of.clone()
        });
        spending.len() - 1
    });
    let Some(spend) = of.of(pick) else { return false };
    if spending[at].of(pick).is_none() {
        spending[at].offers.push(*spend);
    }
    !is_held_out
}

fn reason(offered: Option<&Offered>, pick: OfferIndex, is_held_out: bool) -> &'static str {
    match offered {
        None => "its budget is not kept here",
        Some(Offered { bar: Some(Bar::NotRunning), .. }) => "now is outside the budget's period",
        Some(Offered { bar: Some(Bar::Exhausted), .. }) => "too little is left of the budget",
        Some(o) if is_held_out && o.spending.of(pick).is_some() => {
            "kept from the holdout, to measure what it adds"
        }
        Some(_) => "its return is under the shadow price of the budget",
    }
}

/// What is logged of budgets: those asked, and those whose prices this decision moved.
pub(super) fn logged(mut asked: Vec<Spending>, offered: &[Offered]) -> Vec<Spending> {
    for moved in offered.iter().filter(|o| o.is_rolled) {
        if !asked.iter().any(|s| s.budget == moved.spending.budget) {
            let none = Spending { offers: Vec::new(), is_asked: false, ..moved.spending.clone() };
            asked.push(none);
        }
    }
    asked
}
