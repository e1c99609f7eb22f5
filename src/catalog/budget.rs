//! Budgets of a published catalog, with the offers they pay for.

use crate::domain::budget::Budget;
use crate::domain::id::OfferIndex;

use super::check::pays_for;
use super::content::CatalogContent;

/// A budget and the offers it pays for.
#[derive(Debug, Clone)]
pub struct BudgetPlan {
    /// Names it and its period.
    pub key: u64,
    /// The budget.
    pub budget: Budget,
    /// Its offers, in catalog order.
    pub offers: Vec<OfferIndex>,
}

/// The budgets of a content, and the place of that of each offer.
pub(super) fn plans(content: &CatalogContent) -> (Vec<BudgetPlan>, Vec<Option<u8>>) {
    let mut budget_of = vec![None; content.offers.len()];
    let plan = |(place, budget): (u8, &Budget)| {
        let offers = (0_u16..).zip(&content.offers).filter(|(_, offer)| pays_for(budget, offer));
        let offers: Vec<OfferIndex> = offers.map(|(at, _)| OfferIndex(at)).collect();
        offers.iter().for_each(|offer| budget_of[offer.at()] = Some(place));
        BudgetPlan { key: budget.key(), budget: budget.clone(), offers }
    };
    let plans = (0_u8..).zip(&content.budgets).map(plan).collect();
    (plans, budget_of)
}
