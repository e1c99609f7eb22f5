//! The parts of a score on the wire, for those who may see scores.

use crate::api::v1;
use crate::domain::decision::ScoreParts;
use crate::domain::money::Currency;
use crate::domain::policy::DecisionPolicy;

use super::{View, values};

/// The parts of a score. Exponents come from the policy that filled the slot; margins are seen with
/// their own right.
pub(crate) fn components(
    parts: &ScoreParts,
    policy: Option<&DecisionPolicy>,
    currency: Currency,
    view: View,
) -> v1::ScoreComponents {
    v1::ScoreComponents {
        response_propensity: parts.response_propensity.into(),
        response_propensity_logit_stddev: parts.uncertainty.into(),
        // Log-odds of being liked on a scale from -1 to 1.
        preference_affinity: f64::from((parts.taste + parts.affinity) / 2.0).tanh(),
        context_weight: parts.context_weight,
        value: view.margin.then(|| values::money_of(parts.value, currency)),
        guest_value_weight: if view.value { parts.guest_weight } else { 0.0 },
        lever_weight: parts.lever,
        diversity_penalty: 0.0,
        priority: parts.score,
        log_odds_terms: log_odds_terms(parts),
        log_priority_terms: policy
            .map(|policy| log_priority_terms(parts, policy, view))
            .unwrap_or_default(),
    }
}

fn term(component: &str, term: impl Into<f64>) -> v1::ScoreTerm {
    v1::ScoreTerm { component: component.to_owned(), term: term.into() }
}

fn log_odds_terms(parts: &ScoreParts) -> Vec<v1::ScoreTerm> {
    vec![
        term("BASE", parts.base),
        term("TASTE", parts.taste),
        term("AFFINITY", parts.affinity),
        term("SITUATION", parts.situation),
        term("POPULARITY", parts.popularity),
        term("FATIGUE", parts.fatigue),
    ]
}

/// Terms of the logarithm of the priority; they add up to it exactly, as the value's is what the
/// others leave. What the guest is worth is told by itself to those who may see it.
pub(crate) fn log_priority_terms(
    parts: &ScoreParts,
    policy: &DecisionPolicy,
    view: View,
) -> Vec<v1::ScoreTerm> {
    if parts.score <= 0.0
        || parts.response_propensity <= 0.0
        || parts.context_weight <= 0.0
        || parts.lever <= 0.0
    {
        return Vec::new();
    }
    let response = policy.propensity_exponent * libm::log(parts.response_propensity.into());
    let context = libm::log(parts.context_weight);
    let lever = libm::log(parts.lever);
    let counts = view.value && parts.guest_weight > 0.0;
    let guest = if counts { libm::log(parts.guest_weight) } else { 0.0 };
    let value = libm::log(parts.score) - response - context - lever - guest;
    let mut terms = vec![
        term("RESPONSE_PROPENSITY", response),
        term("CONTEXT_WEIGHT", context),
        term("VALUE", value),
        term("LEVER_WEIGHT", lever),
    ];
    if guest != 0.0 {
        terms.push(term("GUEST_VALUE_WEIGHT", guest));
    }
    terms
}
