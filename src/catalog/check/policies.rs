//! Decision policies, contact rules and segments.

use std::time::Duration;

use crate::domain::exposure::LEDGER_ENTRIES_MAX;
use crate::domain::policy::{CapObject, DecisionPolicy, Exploration};

use super::Check;
use crate::catalog::content::{
    CONTEXT_WEIGHTS_MAX, LEVERS_MAX, RESERVATION_MAX, RESPONSES_MAX, TASTES_MAX, WINDOW_MAX,
};

/// Percent a lever or a context weight may add.
const PERCENT: std::ops::RangeInclusive<f64> = -100.0..=200.0;
/// A rate of response that is neither certain nor impossible.
const RATE: std::ops::RangeInclusive<f64> = 0.0001..=0.9999;

impl Check<'_> {
    pub(super) fn decision_policies(&mut self) {
        let policies = &self.content.decision_policies;
        self.unique(policies.iter().map(|p| &p.id), |at| format!("decision_policies[{at}].id"));
        for (at, policy) in policies.iter().enumerate() {
            let path = |name: &str| format!("decision_policies[{at}].{name}");
            self.within(policy.propensity_exponent, 0.0..=4.0, || path("propensity_exponent"));
            self.within(policy.value_exponent, 0.0..=1.0, || path("value_exponent"));
            self.within(policy.value_reference, 0.01..=1e9, || path("value_reference"));
            self.within(policy.score_cap, 1e-6..=1e6, || path("score_cap"));
            self.within(policy.do_nothing_score, 0.0..=1e6, || path("do_nothing_score"));
            let problem = || "must be a whole number from 0 to 30".to_owned();
            self.need(policy.category_cap <= 30, || path("category_cap"), problem);
            self.within(policy.diversity, 0.0..=0.9, || path("diversity"));
            let draws_beliefs = matches!(policy.exploration, Exploration::Thompson { .. });
            let problem = || {
                "goes with no Thompson sampling, which draws from beliefs and not from scores; leave one of \
                 them out"
                    .to_owned()
            };
            self.need(policy.diversity <= 0.0 || !draws_beliefs, || path("diversity"), problem);
            self.duration(policy.reservation, RESERVATION_MAX, || path("reservation"));
            self.exploration(policy, &path);
            self.multipliers(policy, &path);
        }
    }

    fn exploration(&mut self, policy: &DecisionPolicy, path: &dyn Fn(&str) -> String) {
        let floor = match policy.exploration {
            Exploration::InverseGap { gamma0, decisions_cap, floor } => {
                self.within(gamma0, 0.1..=1e9, || path("exploration.gamma0"));
                self.within(decisions_cap, 1.0..=1e12, || path("exploration.decisions_cap"));
                floor
            }
            Exploration::EpsilonGreedy { floor } => floor,
            Exploration::Optimistic { optimism, young, floor } => {
                self.within(optimism, 0.0..=5.0, || path("exploration.optimism"));
                self.within(young, 1.0..=1e9, || path("exploration.young"));
                floor
            }
            Exploration::Thompson { spread, floor } => {
                self.within(spread, 0.01..=5.0, || path("exploration.spread"));
                floor
            }
            Exploration::Uniform | Exploration::Popular => return,
        };
        // Below a thousandth nothing can be estimated from the log; 0 would leave choices that
        // are never tried.
        self.within(floor, 0.001..=1.0, || path("exploration.floor"));
    }

    fn multipliers(&mut self, policy: &DecisionPolicy, path: &dyn Fn(&str) -> String) {
        let problem = || format!("has more than {LEVERS_MAX} entries; remove those that ended");
        self.need(policy.levers.len() <= LEVERS_MAX, || path("levers"), problem);
        for (i, lever) in policy.levers.iter().enumerate() {
            let path = |name: &str| path(&format!("levers[{i}]{name}"));
            self.within(lever.percent, PERCENT, || path(".percent"));
            let problem = || "must name either an offer or a category".to_owned();
            self.need(lever.offer.is_some() != lever.category.is_some(), || path(""), problem);
            if let Some(offer) = &lever.offer {
                let exists = self.names.offers.contains(offer.as_str());
                self.known(exists, || path(".offer"), "offer", offer);
            }
            if let Some(category) = &lever.category {
                let exists = self.names.categories.contains(category.as_str());
                self.known(exists, || path(".category"), "category", category);
            }
        }
        self.guest_weights(policy, path);
        let problem = || format!("has more than {CONTEXT_WEIGHTS_MAX} entries; remove some");
        self.need(
            policy.context_weights.len() <= CONTEXT_WEIGHTS_MAX,
            || path("context_weights"),
            problem,
        );
        for (i, weight) in policy.context_weights.iter().enumerate() {
            let path = |name: &str| path(&format!("context_weights[{i}].{name}"));
            self.within(weight.percent, PERCENT, || path("percent"));
            let exists = self.names.categories.contains(weight.category.as_str());
            self.known(exists, || path("category"), "category", &weight.category);
            let problem = || "is longer than 64 bytes; shorten it".to_owned();
            self.need(weight.intent.len() <= 64, || path("intent"), problem);
        }
    }

    fn duration(&mut self, duration: Duration, most: Duration, field: impl FnOnce() -> String) {
        let problem =
            || format!("must be more than nothing and at most {} days", most.as_secs() / 86_400);
        self.need(!duration.is_zero() && duration <= most, field, problem);
    }

    pub(super) fn contact(&mut self) {
        let contact = &self.content.contact;
        self.zone(&contact.fallback_zone, || "contact.fallback_zone".to_owned());
        self.unique(contact.policies.iter().map(|p| &p.id), |at| {
            format!("contact.policies[{at}].id")
        });
        for (at, policy) in contact.policies.iter().enumerate() {
            let path = |name: &str| format!("contact.policies[{at}].{name}");
            self.duration(policy.window, WINDOW_MAX, || path("window"));
            let problem =
                || format!("must be at most {LEDGER_ENTRIES_MAX}: a guest's ledger holds no more");
            self.need(usize::from(policy.limit) <= LEDGER_ENTRIES_MAX, || path("limit"), problem);
            match &policy.object {
                CapObject::Offer(offer) => {
                    let exists = self.names.offers.contains(offer.as_str());
                    self.known(exists, || path("counts.offer"), "offer", offer);
                }
                CapObject::Group(group) => {
                    let exists = self.names.groups.contains(group.as_str());
                    self.known(exists, || path("counts.group"), "group", group);
                }
                CapObject::Channel(channel) => {
                    let exists = self.names.channels.contains(*channel);
                    self.known(exists, || path("counts.channel"), "channel", channel);
                }
                CapObject::EachOffer | CapObject::All => {}
            }
        }
        self.quiet_hours();
        self.unique(contact.channels.iter().map(|c| c.channel), |at| {
            format!("contact.channels[{at}].channel")
        });
        for (at, channel) in contact.channels.iter().enumerate() {
            let path = |name: &str| format!("contact.channels[{at}].{name}");
            self.within(channel.cost, 0.0..=1e6, || path("cost"));
            self.within(channel.annoyance, 0.0..=1e6, || path("annoyance"));
            self.within(channel.permission_value, 0.0..=1e6, || path("permission_value"));
            self.within(channel.prior_response, RATE, || path("prior_response"));
        }
    }

    fn quiet_hours(&mut self) {
        let quiet_hours = &self.content.contact.quiet_hours;
        for (at, quiet) in quiet_hours.iter().enumerate() {
            let path = |name: &str| format!("contact.quiet_hours[{at}].{name}");
            for (name, minute) in [("start", quiet.start_minute), ("end", quiet.end_minute)] {
                let problem = || "must be a time of the day from 00:00 to 23:59".to_owned();
                self.need(minute < 1_440, || path(name), problem);
            }
            let problem = || "is the start as well; give the night a length".to_owned();
            self.need(quiet.start_minute != quiet.end_minute, || path("end"), problem);
            let problem = || "is empty; name at least one, or leave the field out".to_owned();
            self.need(!quiet.channels.is_empty(), || path("channels"), problem);
        }
        let everywhere = quiet_hours.iter().any(|quiet| quiet.country.is_none());
        let problem = || "has no entry without a country, for guests who are elsewhere".to_owned();
        self.need(everywhere, || "contact.quiet_hours".to_owned(), problem);
    }

    pub(super) fn segments(&mut self) {
        let segments = &self.content.segments;
        self.unique(segments.iter().map(|s| &s.id), |at| format!("segments[{at}].id"));
        for (at, segment) in segments.iter().enumerate() {
            let path = |name: &str| format!("segments[{at}].{name}");
            let fits =
                segment.tastes.len() <= TASTES_MAX && segment.responses.len() <= RESPONSES_MAX;
            let problem =
                || format!("has more than {TASTES_MAX} tastes or {RESPONSES_MAX} responses");
            self.need(fits, || format!("segments[{at}]"), problem);
            for (tag, mean) in &segment.tastes {
                let exists = self.names.tags.contains(tag.as_str());
                self.known(exists, || path(&format!("tastes.{tag}")), "tag", tag);
                self.within(f64::from(*mean), -4.0..=4.0, || path(&format!("tastes.{tag}")));
            }
            // One entry of a document may stand for several contexts, so they cannot be told apart
            // by number here.
            for response in &segment.responses {
                self.within(response.rate, RATE, || path("responses"));
                let exists = self.names.channels.contains(response.channel);
                self.known(exists, || path("responses"), "channel", response.channel);
            }
        }
    }
}
