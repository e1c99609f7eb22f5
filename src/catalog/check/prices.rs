//! Prices: amounts, currencies, floors, published steps and conditions.

use crate::domain::id::{Label, PropertyId};
use crate::domain::money::{AMOUNT_MINOR_MAX, Currency, Money};
use crate::domain::offer::{Offer, Pricing};
use crate::domain::price::{Condition, WHOLE};
use crate::domain::survey::Texts;

use super::{Check, too_long};
use crate::catalog::content::{DISCLOSURE_BYTES_MAX, NAME_BYTES_MAX, TIERS_MAX};

impl Check<'_> {
    pub(super) fn offer_price(&mut self, offer: &Offer, path: &dyn Fn(&str) -> String) {
        let pricing = &offer.pricing;
        let currency = pricing.list.currency;
        let amounts = [
            ("price", pricing.list),
            ("cost", pricing.variable_cost),
            ("fee", pricing.mandatory_fee),
            ("min_price", pricing.min_price),
        ];
        for (name, amount) in amounts {
            let problem = || format!("is in {}, but the price is in {currency}", amount.currency);
            self.need(amount.currency == currency, || path(name), problem);
            let problem =
                || format!("must be from 0 to {}", Money::new(AMOUNT_MINOR_MAX, currency));
            self.need((0..=AMOUNT_MINOR_MAX).contains(&amount.minor), || path(name), problem);
        }
        for (name, points) in
            [("commission", pricing.commission_basis_points), ("tax", pricing.tax_basis_points)]
        {
            let problem = || "must be a number from 0 to 100".to_owned();
            self.need(points <= 10_000, || path(name), problem);
        }
        if let Some((property, other)) = self.other_currency(offer) {
            let problem = format!(
                "is in {currency}, but {property} sells in {other}; use its currency or name other \
                 properties"
            );
            let field = if pricing.list.minor == 0 { "free" } else { "price" };
            self.need(false, || path(field), || problem);
        }
        let commission =
            i128::from(pricing.list.minor) * i128::from(pricing.commission_basis_points);
        let floor = i128::from(pricing.variable_cost.minor) * 10_000 + commission;
        let held = if pricing.is_tax_included { pricing.tax_basis_points } else { 0 };
        // A price that holds its taxes must cover those of the cost as well.
        let floor = floor * i128::from(u32::from(WHOLE) + u32::from(held));
        let covers = i128::from(pricing.list.minor) * 10_000 * i128::from(WHOLE) >= floor;
        let problem = || {
            format!(
                "of {} is under variable cost and commission; raise it, or make the gift plain with free = true",
                pricing.list
            )
        };
        self.need(covers || pricing.list.minor == 0, || path("price"), problem);
        let problem = || format!("is over the price of {}; lower it", pricing.list);
        self.need(pricing.min_price.minor <= pricing.list.minor, || path("min_price"), problem);
        self.names_of(&pricing.qualification_texts, || path("qualification"));
        self.price_steps(pricing, path);
        self.price_rules(pricing, path);
        if !pricing.disclosure.is_empty() {
            self.texts(&pricing.disclosure, || path("disclosure"));
            let fits = pricing.disclosure.iter().all(|(_, t)| t.len() <= DISCLOSURE_BYTES_MAX);
            self.need(fits, || path("disclosure"), || too_long(DISCLOSURE_BYTES_MAX));
        }
    }

    /// Steps ascend; what is under the list price has a name that a guest can be told.
    fn price_steps(&mut self, pricing: &Pricing, path: &dyn Fn(&str) -> String) {
        let steps = &pricing.steps;
        for (at, step) in steps.iter().enumerate() {
            let path = |name: &str| path(&format!("price_steps[{at}].{name}"));
            let is_share = (1..=WHOLE).contains(&step.basis_points);
            let problem = || "must be a number over 0, up to 100".to_owned();
            self.need(is_share, || path("percent"), problem);
            let before = at.checked_sub(1).and_then(|before| steps.get(before));
            let ascends = before.is_none_or(|before| before.basis_points < step.basis_points);
            let problem = || "must be more than that of the step before".to_owned();
            self.need(ascends, || path("percent"), problem);
            let is_named = step.basis_points == WHOLE || step.id.is_some();
            let problem = || {
                "is missing: what is under the list price needs the promotion that justifies it, \
                 published under an id"
                    .to_owned()
            };
            self.need(is_named, || path("id"), problem);
            self.names_of(&step.texts, || path("texts"));
        }
        let (has_steps, has_trial) = (steps.len() > 1, pricing.trial.is_some());
        let problem = || "has no steps to try; give price_steps two or more".to_owned();
        self.need(has_steps || !has_trial, || path("price_trial"), problem);
        let problem = || {
            "are never tried; give price_trial the share of cells that try them, or leave them out"
                .to_owned()
        };
        self.need(has_trial || steps.is_empty(), || path("price_steps"), problem);
        let is_blind = pricing.trial.is_some_and(|t| t.is_learnt && t.share_basis_points == 0);
        let problem =
            || "is 0, but learn = true learns from what is tried; give a share above 0".to_owned();
        self.need(!is_blind, || path("price_trial.share"), problem);
    }

    fn price_rules(&mut self, pricing: &Pricing, path: &dyn Fn(&str) -> String) {
        let steps = pricing.steps.iter().filter_map(|step| step.id.as_ref());
        let ids: Vec<&Label> = steps.chain(pricing.rules.iter().map(|rule| &rule.id)).collect();
        self.unique(ids.into_iter(), |_| path("price_rules"));
        for (at, rule) in pricing.rules.iter().enumerate() {
            let path = |name: &str| path(&format!("price_rules[{at}].{name}"));
            let is_share = (1..=WHOLE).contains(&rule.basis_points);
            let problem = || "must be a number over 0, up to 100".to_owned();
            self.need(is_share, || path("percent"), problem);
            self.names_of(&rule.texts, || path("texts"));
            let some = |codes: &[Label]| !codes.is_empty();
            let problem = || "is empty; name at least one".to_owned();
            match &rule.condition {
                Condition::TierFrom(tier) => {
                    let exists = self.content.loyalty_tiers.iter().any(|t| t.id == *tier);
                    self.known(exists, || path("tier_from"), "loyalty tier", tier);
                }
                Condition::Promotion(codes) => {
                    self.need(some(codes), || path("promotion_codes"), problem);
                }
                Condition::RatePlan(plans) => {
                    self.need(some(plans), || path("rate_plans"), problem);
                }
                Condition::Dates(first, last) => {
                    let problem = || "is before first_date".to_owned();
                    self.need(first <= last, || path("last_date"), problem);
                }
                Condition::Together(offers, categories, _) => {
                    let names_some = !offers.is_empty() || !categories.is_empty();
                    let problem = || "is missing; name at least one offer or category".to_owned();
                    self.need(names_some, || path("with_offers"), problem);
                    for (i, offer) in offers.iter().enumerate() {
                        let exists = self.names.offers.contains(offer.as_str());
                        let field = || path(&format!("with_offers[{i}]"));
                        self.known(exists, field, "offer", offer);
                    }
                    for (i, category) in categories.iter().enumerate() {
                        let exists = self.names.categories.contains(category.as_str());
                        let field = || path(&format!("with_categories[{i}]"));
                        self.known(exists, field, "category", category);
                    }
                }
                Condition::LeadDays(_) | Condition::Nights(_) => {}
            }
        }
    }

    /// What a guest reads of a condition; the id where there is nothing.
    fn names_of(&mut self, texts: &Texts, field: impl Fn() -> String) {
        if !texts.is_empty() {
            self.texts(texts, &field);
            let fits = texts.iter().all(|(_, text)| text.len() <= NAME_BYTES_MAX);
            self.need(fits, field, || too_long(NAME_BYTES_MAX));
        }
    }

    pub(super) fn loyalty_tiers(&mut self) {
        let tiers = &self.content.loyalty_tiers;
        let problem = || format!("has more than {TIERS_MAX} entries");
        self.need(tiers.len() <= TIERS_MAX, || "loyalty_tiers".to_owned(), problem);
        self.unique(tiers.iter().map(|tier| &tier.id), |at| format!("loyalty_tiers[{at}].id"));
    }

    /// A property that has the offer but sells in another currency.
    fn other_currency(&self, offer: &Offer) -> Option<(String, Currency)> {
        let currency = offer.pricing.list.currency;
        let all = || self.content.properties.iter().map(|p| (p.id.as_str(), p.currency));
        let named = || {
            let ids = offer.properties.iter().map(PropertyId::as_str);
            ids.filter_map(|id| self.names.properties.get(id).map(|currency| (id, *currency)))
        };
        let is_other = |(_, other): &(&str, Currency)| *other != currency;
        let found =
            if offer.properties.is_empty() { all().find(is_other) } else { named().find(is_other) };
        found.map(|(id, other)| (id.to_owned(), other))
    }
}
