//! Budgets of promotions.

use std::collections::HashMap;

use crate::domain::budget::Budget;
use crate::domain::id::Label;
use crate::domain::offer::Offer;

use super::Check;
use crate::catalog::content::{BUDGET_HOLD_MAX, BUDGET_OFFERS_MAX, BUDGETS_MAX};

impl<'a> Check<'a> {
    pub(super) fn budgets(&mut self) {
        let budgets = &self.content.budgets;
        let fits = budgets.len() <= BUDGETS_MAX;
        let problem = || format!("has {} entries; there must be 0 to {BUDGETS_MAX}", budgets.len());
        self.need(fits, || "budgets".to_owned(), problem);
        self.unique(budgets.iter().map(|b| &b.id), |at| format!("budgets[{at}].id"));
        let mut payers: HashMap<&str, &Label> = HashMap::new();
        for (at, budget) in budgets.iter().enumerate() {
            self.budget(at, budget, &mut payers);
        }
    }

    fn budget(&mut self, at: usize, budget: &'a Budget, payers: &mut HashMap<&'a str, &'a Label>) {
        let path = |name: &str| format!("budgets[{at}].{name}");
        for (i, offer) in budget.offers.iter().enumerate() {
            let exists = self.names.offers.contains(offer.as_str());
            self.known(exists, || path(&format!("offers[{i}]")), "offer", offer);
        }
        let many = budget.offers.len() <= BUDGET_OFFERS_MAX;
        let problem = || format!("names more than {BUDGET_OFFERS_MAX}; use group");
        self.need(many, || path("offers"), problem);
        self.unique(budget.offers.iter(), |i| path(&format!("offers[{i}]")));
        if let Some(group) = &budget.group {
            let exists = self.names.groups.contains(group.as_str());
            self.known(exists, || path("group"), "group", group);
        }
        let names_some = !budget.offers.is_empty() || budget.group.is_some();
        let problem = || "is missing: name the offers it pays for, or their group".to_owned();
        self.need(names_some, || path("offers"), problem);
        let lasts = budget.start < budget.end;
        self.need(lasts, || path("end"), || "must lie after start".to_owned());
        let is_some = budget.amount.minor > 0;
        self.need(is_some, || path("amount"), || "must be more than 0".to_owned());
        let (currency, worth) = (budget.amount.currency, budget.worth.currency);
        let problem = || format!("is in {worth}, but the amount is in {currency}");
        self.need(worth == currency, || path("worth"), problem);
        let is_short = budget.hold <= BUDGET_HOLD_MAX;
        self.need(is_short, || path("hold"), || "must be at most 30 days".to_owned());
        for offer in self.content.offers.iter().filter(|offer| pays_for(budget, offer)) {
            let named = budget.offers.iter().position(|id| *id == offer.id);
            let field = || named.map_or_else(|| path("group"), |i| path(&format!("offers[{i}]")));
            let id = &offer.id;
            if let Some(other) = payers.insert(id.as_str(), &budget.id) {
                let problem =
                    || format!("pays for {id}, and so does the budget {other}; leave one");
                self.need(*other == budget.id, field, problem);
            }
            let cost = offer.pricing.variable_cost;
            let problem = || format!("pays for {id}, which has no cost; tell it on the offer");
            self.need(cost.minor > 0, field, problem);
            let problem =
                || format!("pays for {id}, whose cost is in {}, not in {currency}", cost.currency);
            self.need(cost.currency == currency, field, problem);
            let problem = || format!("is less than the cost of {id}, so it can never be shown");
            self.need(cost.minor <= budget.amount.minor, || path("amount"), problem);
            let problem = || {
                format!("pays for {id}, a fallback, which must be there when nothing else is left")
            };
            self.need(!offer.is_fallback, field, problem);
        }
    }
}

/// Does a budget pay for an offer?
pub(in crate::catalog) fn pays_for(budget: &Budget, offer: &Offer) -> bool {
    let of_group = budget.group.is_some() && budget.group == offer.group;
    of_group || budget.offers.contains(&offer.id)
}

#[cfg(test)]
mod tests {
    use crate::catalog::validate;
    use crate::testkit::world;

    fn with(budget: &str) -> String {
        format!("{}\n[[budgets]]\n{budget}", world::text(3))
    }

    const SOUND: &str = "id = \"treats\"\noffers = [\"offer-00000\"]\nstart = 2026-03-01\n\
                         end = 2026-03-31\namount = \"500.00 EUR\"\nminimum_return = 1.5\n";

    #[test]
    fn a_budget_is_read() {
        let content = validate(&with(SOUND)).unwrap();
        let budget = &content.budgets[0];
        assert_eq!((budget.amount.minor, budget.return_basis_points), (50_000, 15_000));
        assert_eq!((budget.end.as_seconds() - budget.start.as_seconds()) / 86_400, 31);
    }

    #[test]
    fn what_does_not_hold_is_told_where_it_stands() {
        for (from, to, field, says) in [
            ("offer-00000", "offer-9", "budgets[0].offers[0]", "offer-9"),
            ("offer-00000", "welcome", "budgets[0].offers[0]", "no cost"),
            ("offers = [\"offer-00000\"]\n", "", "budgets[0].offers", "name the offers"),
            ("2026-03-31", "2026-02-01", "budgets[0].end", "after start"),
            ("500.00", "0.00", "budgets[0].amount", "more than 0"),
            ("500.00", "0.01", "budgets[0].amount", "never be shown"),
            ("500.00 EUR", "500.00 USD", "budgets[0].offers[0]", "not in USD"),
            ("1.5", "0", "budgets[0].minimum_return", "from 0.01"),
            ("id = \"treats\"", "id = \"treats\"\nhold = \"60d\"", "budgets[0].hold", "30 days"),
            ("offers =", "group = \"none-such\"\noffers =", "budgets[0].group", "none-such"),
        ] {
            assert!(SOUND.contains(from), "{from}");
            let text = with(&SOUND.replacen(from, to, 1));
            let problems = validate(&text).unwrap_err();
            let found = problems.iter().find(|p| p.field == field && p.to_string().contains(says));
            let found = found.unwrap_or_else(|| panic!("{field} {says}: {problems:#?}"));
            assert!(found.line > 1 && found.column >= 1, "{found:?}");
        }
    }

    #[test]
    fn an_offer_has_one_budget() {
        let text = with(&format!("{SOUND}\n[[budgets]]\n{}", SOUND.replace("treats", "more")));
        let problems = validate(&text).unwrap_err();
        assert!(problems.iter().any(|p| p.field == "budgets[1].offers[0]"), "{problems:#?}");
    }
}
