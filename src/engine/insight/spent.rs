//! What budgets have spent up to the end of a period, from the decisions they paid for.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::domain::budget::Budget;
use crate::domain::decision::Decision;
use crate::domain::money::Money;
use crate::domain::outcome::Outcome;
use crate::domain::time::Timestamp;
use crate::engine::token::places;
use crate::learn::insight::promotion::BudgetLine;

/// Sums by budget, as decisions come in.
#[derive(Debug, Default)]
pub(super) struct Spent(BTreeMap<u64, Sums>);

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    asked: u64,
    shown: u64,
    accepted: u64,
    spent: i64,
    worth: i64,
}

impl Spent {
    /// Takes a decision in that knew of budgets, with what came of its slots.
    pub(super) fn take(&mut self, decision: &Decision, outcomes: &[(u8, u8, Outcome)]) {
        for spending in decision.spending.iter().filter(|spending| !spending.is_withheld) {
            let sums = self.0.entry(spending.budget).or_default();
            sums.asked += u64::from(spending.is_asked);
            for (place, slot) in places(decision) {
                let Some(spend) = spending.of(slot.offer) else { continue };
                let key = (place.proposition, place.slot);
                let is_accepted =
                    outcomes.iter().any(|(p, s, o)| (*p, *s) == key && o.is_accepted());
                sums.shown += 1;
                if is_accepted {
                    sums.accepted += 1;
                    sums.spent = sums.spent.saturating_add(spend.cost);
                    sums.worth = sums.worth.saturating_add(spend.worth);
                }
            }
        }
    }

    /// A line for each budget of a catalog that has begun before a moment.
    pub(super) fn lines(&self, catalog: &Catalog, until: Timestamp) -> Vec<BudgetLine> {
        let begun = catalog.content().budgets.iter().filter(|budget| budget.start < until);
        begun.map(|budget| self.line(budget, until)).collect()
    }

    fn line(&self, budget: &Budget, until: Timestamp) -> BudgetLine {
        let sums = self.0.get(&budget.key()).copied().unwrap_or_default();
        let major = |minor| Money::new(minor, budget.amount.currency).major();
        let micros = |at: Timestamp| at.as_micros().saturating_sub(budget.start.as_micros());
        #[expect(clippy::cast_precision_loss, reason = "a share of a period")]
        let elapsed = micros(until) as f64 / micros(budget.end).max(1) as f64;
        BudgetLine {
            budget: budget.id.to_string(),
            name: budget.name.clone(),
            amount: budget.amount.major(),
            spent: major(sums.spent),
            worth: major(sums.worth),
            least_return: f64::from(budget.return_basis_points) / 10_000.0,
            asked: sums.asked,
            shown: sums.shown,
            accepted: sums.accepted,
            elapsed: elapsed.clamp(0.0, 1.0),
        }
    }
}
