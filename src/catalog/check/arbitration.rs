//! What guests are worth, and which offers own a slot.

use crate::domain::guarantee::Guarantee;
use crate::domain::policy::DecisionPolicy;

use super::Check;
use crate::catalog::check::pays_for;
use crate::catalog::content::{
    GUARANTEES_MAX, GUEST_WEIGHTS_MAX, PLACEMENT_GUARANTEES_MAX, WINDOW_MAX,
};

/// Percent that what a guest is worth may add.
const PERCENT: std::ops::RangeInclusive<f64> = -50.0..=100.0;

impl Check<'_> {
    pub(super) fn guest_weights(&mut self, policy: &DecisionPolicy, path: &dyn Fn(&str) -> String) {
        let weights = &policy.guest_weights;
        let problem = || format!("has more than {GUEST_WEIGHTS_MAX} entries; remove some");
        self.need(weights.len() <= GUEST_WEIGHTS_MAX, || path("guest_weights"), problem);
        let is_counted = weights.is_empty() || self.content.guest_value.is_some();
        let problem = || "needs a [guest_value], which says how guests are told apart".to_owned();
        self.need(is_counted, || path("guest_weights"), problem);
        for (i, weight) in weights.iter().enumerate() {
            let path = |name: &str| path(&format!("guest_weights[{i}].{name}"));
            self.within(weight.percent, PERCENT, || path("percent"));
            if let Some(category) = &weight.category {
                let exists = self.names.categories.contains(category.as_str());
                self.known(exists, || path("category"), "category", category);
            }
        }
    }

    pub(super) fn guest_value(&mut self) {
        let Some(rules) = &self.content.guest_value else { return };
        let [a, b, c] = rules.least;
        let problem = || "must fall from A to C, and be more than 0".to_owned();
        let falls = a > b && b > c && c > 0;
        self.need(falls, || "guest_value.least_paid".to_owned(), problem);
    }

    pub(super) fn guarantees(&mut self) {
        let guarantees = &self.content.guarantees;
        let problem =
            || format!("has {} entries; there must be 0 to {GUARANTEES_MAX}", guarantees.len());
        self.need(guarantees.len() <= GUARANTEES_MAX, || "guarantees".to_owned(), problem);
        self.unique(guarantees.iter().map(|g| &g.id), |at| format!("guarantees[{at}].id"));
        for (at, guarantee) in guarantees.iter().enumerate() {
            self.guarantee(at, guarantee);
        }
    }

    fn guarantee(&mut self, at: usize, guarantee: &Guarantee) {
        let path = |name: &str| format!("guarantees[{at}].{name}");
        let lasts = guarantee.from < guarantee.until;
        self.need(lasts, || path("until"), || "must lie after from".to_owned());
        let ends = guarantee.until <= guarantee.from.plus(WINDOW_MAX);
        let problem = || "must be at most 400 days after from; renew it in time".to_owned();
        self.need(ends, || path("until"), problem);
        let exists = self.names.offers.contains(guarantee.offer.as_str());
        self.known(exists, || path("offer"), "offer", &guarantee.offer);
        let problem = || "is missing: name the placements whose slot it owns".to_owned();
        self.need(!guarantee.placements.is_empty(), || path("placements"), problem);
        self.unique(guarantee.placements.iter(), |i| path(&format!("placements[{i}]")));
        let mut offers = self.content.offers.iter();
        let Some(offer) = offers.find(|offer| offer.id == guarantee.offer) else { return };
        let problem = || "is a fallback, which has its place; name another".to_owned();
        self.need(!offer.is_fallback, || path("offer"), problem);
        let payer = self.content.budgets.iter().find(|budget| pays_for(budget, offer));
        let problem = || {
            let id = payer.map(|budget| budget.id.to_string()).unwrap_or_default();
            format!("is paid by the budget {id}, which may have to keep it back")
        };
        self.need(payer.is_none(), || path("offer"), problem);
        for (i, placement) in guarantee.placements.iter().enumerate() {
            let field = || path(&format!("placements[{i}]"));
            let channel = self.names.placements.get(placement.as_str()).copied();
            self.known(channel.is_some(), field, "placement", placement);
            let is_named = offer.placements.is_empty() || offer.placements.contains(placement);
            let fits = is_named && channel.is_none_or(|c| offer.channels.contains(c));
            let problem = || format!("is none that {} may be shown in", offer.id);
            self.need(fits, field, problem);
            let before = self.content.guarantees.iter().take(at + 1);
            let here = before.filter(|g| g.placements.contains(placement)).count();
            let problem = || {
                format!(
                    "is owned by more than {PLACEMENT_GUARANTEES_MAX} guarantees; leave some out"
                )
            };
            self.need(here <= PLACEMENT_GUARANTEES_MAX, field, problem);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::validate;
    use crate::testkit::world;

    const VALUE: &str = "[guest_value]\nleast_paid = { A = 5000, B = 2000, C = 500 }\n\
                         last_units = { units = 1, tier = \"B\", days = 2 }\n";
    const GUARANTEE: &str = "[[guarantees]]\nid = \"notice\"\noffer = \"offer-00001\"\n\
                             placements = [\"p50\"]\nfrom = 2026-03-01\nuntil = 2026-03-31\n";
    const WEIGHT: &str = "guest_weights = [{ tier = \"A\", scarce = true, percent = 50 }]\n";

    fn text() -> String {
        let of_policy = "value_reference = 50.0\n";
        let world = world::text(3).replacen(of_policy, &format!("{of_policy}{WEIGHT}"), 1);
        format!("{world}\n{VALUE}\n{GUARANTEE}")
    }

    #[test]
    fn what_is_sound_is_read() {
        let content = validate(&text()).unwrap_or_else(|p| panic!("{p:#?}"));
        assert_eq!(content.guest_value.unwrap().least, [500_000, 200_000, 50_000]);
        assert_eq!(content.decision_policies[0].guest_weights.len(), 1);
        let guarantee = &content.guarantees[0];
        assert_eq!((guarantee.until.as_seconds() - guarantee.from.as_seconds()) / 86_400, 31);
    }

    #[test]
    fn what_does_not_hold_is_told_where_it_stands() {
        let weights = "decision_policies[0].guest_weights";
        for (from, to, field, says) in [
            ("B = 2000", "B = 9000", "guest_value.least_paid".to_owned(), "fall"),
            ("tier = \"B\"", "tier = \"E\"", "guest_value.last_units.tier".into(), "A, B, C or D"),
            (VALUE, "", weights.into(), "[guest_value]"),
            ("percent = 50", "percent = 101", format!("{weights}[0].percent"), "-50 to 100"),
            ("scarce = true, ", "", format!("{weights}[0]"), "either a category"),
            ("scarce = true", "category = \"x\"", format!("{weights}[0].category"), "category x"),
            ("offer-00001\"\npl", "offer-9\"\npl", "guarantees[0].offer".into(), "offer-9"),
            ("offer-00001\"\npl", "welcome\"\npl", "guarantees[0].offer".into(), "fallback"),
            ("[\"p50\"]\nf", "[\"p5\"]\nf", "guarantees[0].placements[0]".into(), "p5"),
            (
                "until = 2026-03-31",
                "until = 2026-02-01",
                "guarantees[0].until".into(),
                "after from",
            ),
            ("until = 2026-03-31", "until = 2028-03-31", "guarantees[0].until".into(), "400 days"),
        ] {
            let text = text();
            assert!(text.contains(from), "{from}");
            let problems = validate(&text.replacen(from, to, 1)).unwrap_err();
            let found = problems.iter().find(|p| p.field == field && p.to_string().contains(says));
            assert!(found.is_some(), "{field} {says}: {problems:#?}");
        }
    }

    #[test]
    fn a_placement_is_owned_by_a_few_at_most() {
        let more = |i: usize| GUARANTEE.replace("notice", &format!("notice-{i}"));
        let text = text() + &(0..4).map(more).collect::<String>();
        let problems = validate(&text).unwrap_err();
        let is = |p: &crate::catalog::Problem| p.field == "guarantees[4].placements[0]";
        assert!(problems.iter().any(is), "{problems:#?}");
    }
}
