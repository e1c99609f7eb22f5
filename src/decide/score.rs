//! Scores: `P^p · C · (V / V_ref)^v · L · G` (Pega's arbitration; algorithms 8.1), with every part kept
//! for explanation. `G`, what the guest is worth, is 1 unless the brand says otherwise.

use crate::catalog::{Catalog, Multipliers};
use crate::domain::decision::ScoreParts;
use crate::domain::id::OfferIndex;
use crate::domain::policy::{DecisionPolicy, Exploration};
use crate::domain::stay::StayStage;
use crate::learn::exploration::thompson::ScoreBelief;
use crate::learn::laplace::sigmoid;
use crate::learn::scoring::Scored;

use super::serving::Serving;

/// Share of the reference value that an offer is worth at least: what earns nothing by itself
/// (content, a courtesy) is still worth being shown to whom it pleases.
pub const VALUE_SHARE_MIN: f64 = 0.05;

/// Value of an offer in major units, as the formula takes it, from the margin it is expected to
/// bring.
pub fn value_of(margin: f64, policy: &DecisionPolicy) -> f64 {
    margin.max(policy.value_reference * VALUE_SHARE_MIN)
}

/// `x^e` with the usual exponents for free.
fn power(x: f64, exponent: f64) -> f64 {
    const ONE: u64 = 1.0_f64.to_bits();
    const HALF: u64 = 0.5_f64.to_bits();
    match exponent.to_bits() {
        0 => 1.0,
        ONE => x,
        HALF => x.sqrt(),
        _ => libm::pow(x, exponent),
    }
}

/// Scores every candidate into `scores`, and what is believed of each into `beliefs` where the
/// exploration asks for it. Without one the scores are those of the best guess.
pub(super) fn score_all(
    serving: &Serving,
    (policy, exploration): (&DecisionPolicy, Option<Exploration>),
    multipliers: &Multipliers,
    (picks, scored, values): (&[OfferIndex], &[Scored], &[f64]),
    (scores, beliefs): (&mut Vec<f64>, &mut Vec<ScoreBelief>),
) {
    let catalog = &*serving.catalog;
    let factor =
        |(pick, value): (OfferIndex, f64)| worth(catalog, policy, multipliers, pick, value);
    scores.clear();
    beliefs.clear();
    let pairs = picks.iter().copied().zip(values.iter().copied()).zip(scored);
    match exploration {
        Some(Exploration::Optimistic { optimism, young, .. }) => {
            scores.extend(pairs.map(|(pick, s)| {
                let is_young = f64::from(serving.effects[pick.0.at()].labels) < young;
                let hoped = f64::from(s.log_odds) + optimism * f64::from(s.variance).sqrt();
                let propensity = if is_young { sigmoid(hoped) } else { f64::from(s.propensity) };
                power(propensity, policy.propensity_exponent) * factor(pick)
            }))
        }
        Some(Exploration::Thompson { spread, .. }) => {
            for (pick, s) in pairs {
                let factor = factor(pick);
                scores.push(power(f64::from(s.propensity), policy.propensity_exponent) * factor);
                let (mean, spread) = (f64::from(s.log_odds), spread * f64::from(s.variance).sqrt());
                beliefs.push(ScoreBelief { mean, spread, factor });
            }
        }
        Some(
            Exploration::InverseGap { .. }
            | Exploration::EpsilonGreedy { .. }
            | Exploration::Uniform
            | Exploration::Popular,
        )
        | None => scores.extend(pairs.map(|(pick, s)| {
            power(f64::from(s.propensity), policy.propensity_exponent) * factor(pick)
        })),
    }
}

/// What an acceptance of an offer is worth to a policy: its score, but for the propensity.
pub fn worth_of(
    (catalog, values): (&Catalog, &[f64]),
    policy: &DecisionPolicy,
    multipliers: &Multipliers,
    pick: OfferIndex,
) -> f64 {
    worth(catalog, policy, multipliers, pick, values[pick.at()])
}

fn worth(
    catalog: &Catalog,
    policy: &DecisionPolicy,
    multipliers: &Multipliers,
    pick: OfferIndex,
    value: f64,
) -> f64 {
    let category = catalog.category_of()[pick.at()];
    let value = value_of(value, policy) / policy.value_reference;
    multipliers.context(pick, category)
        * power(value, policy.value_exponent)
        * multipliers.lever(pick, category)
        * guest_weight(catalog, multipliers, pick)
}

/// Weight of what the guest is worth on an offer.
fn guest_weight(catalog: &Catalog, multipliers: &Multipliers, pick: OfferIndex) -> f64 {
    let category = catalog.category_of()[pick.at()];
    multipliers.guest(category, || catalog.offers()[pick.at()].is_inventory_limited)
}

/// What is believed of doing nothing: that it scores this much.
pub(super) fn nothing(score: f64) -> ScoreBelief {
    ScoreBelief { mean: 40.0, spread: 0.0, factor: score }
}

/// Puts how each candidate does with all guests in place of what is believed of this one: the static
/// choice.
pub(super) fn best_for_all(
    serving: &Serving,
    stage: StayStage,
    picks: &[OfferIndex],
    scored: &mut [Scored],
) {
    for (pick, scored) in picks.iter().zip(scored) {
        #[expect(clippy::cast_possible_truncation, reason = "a rate between 0 and 1")]
        let rate = serving.popularity[pick.at()].rate(stage) as f32;
        scored.propensity = rate;
    }
}

/// How a policy explores: one that asks for what is believed of a guest takes the best with its floor
/// where personalization is not worth it.
pub(super) fn exploration_of(policy: &DecisionPolicy, personalizes: bool) -> Exploration {
    match policy.exploration {
        Exploration::Optimistic { floor, .. } | Exploration::Thompson { floor, .. }
            if !personalizes =>
        {
            Exploration::EpsilonGreedy { floor }
        }
        exploration => exploration,
    }
}

/// Means of the log-odds and their parts over the candidates of a placement: what a guest's reasons
/// are measured against. All zero without any.
#[expect(clippy::cast_precision_loss, reason = "a number of candidates")]
pub(super) fn mean(scored: &[Scored]) -> Scored {
    let mut sum = Scored::default();
    for s in scored {
        sum.taste += s.taste;
        sum.affinity += s.affinity;
        sum.situation += s.situation;
        sum.popularity += s.popularity;
        sum.fatigue += s.fatigue;
        sum.log_odds += s.log_odds;
    }
    let n = scored.len().max(1) as f32;
    Scored {
        taste: sum.taste / n,
        affinity: sum.affinity / n,
        situation: sum.situation / n,
        popularity: sum.popularity / n,
        fatigue: sum.fatigue / n,
        log_odds: sum.log_odds / n,
        ..Scored::default()
    }
}

/// The parts of one candidate's score, centred on the baseline: `base + Σ parts` = its log-odds
/// (I15).
pub(super) fn parts_of(
    serving: &Serving,
    policy: &DecisionPolicy,
    multipliers: &Multipliers,
    (pick, scored, score, value): (OfferIndex, &Scored, f64, f64),
    baseline: &Scored,
) -> ScoreParts {
    let category = serving.catalog.category_of()[pick.at()];
    ScoreParts {
        base: baseline.log_odds,
        taste: scored.taste - baseline.taste,
        affinity: scored.affinity - baseline.affinity,
        situation: scored.situation - baseline.situation,
        popularity: scored.popularity - baseline.popularity,
        fatigue: scored.fatigue - baseline.fatigue,
        response_propensity: scored.propensity,
        uncertainty: scored.variance.max(0.0).sqrt(),
        context_weight: multipliers.context(pick, category),
        value: value_of(value, policy),
        lever: multipliers.lever(pick, category),
        guest_weight: guest_weight(&serving.catalog, multipliers, pick),
        score,
    }
}
