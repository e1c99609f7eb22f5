//! The answer to a call for a decision. The hot path: what was not asked for, or may not be seen,
//! costs nothing.

use crate::api::v1;
use crate::domain::decision::{Decision, Proposition, Slot, Source};
use crate::domain::money::Currency;
use crate::domain::policy::DecisionPolicy;
use crate::domain::scope::Scope;
use crate::engine::{Answer, Catalog};
use crate::grpc::from_proto::enums;
use crate::grpc::names;

use super::sentences::Language;
use super::{View, channel, filtered, offer, quote, reasons, score, values};

/// Experiment and arm of who is in the universal holdout.
const HOLDOUT: &str = "holdout";

/// How much of an answer is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// The full view.
    pub(crate) is_full: bool,
    /// What to show with each offer.
    pub(crate) includes_content: bool,
    /// What the credential sees.
    pub(crate) view: View,
}

impl Extent {
    /// Are scores and their parts told? Not in the basic view, which holds what is needed to show
    /// and send.
    fn shows_scores(self) -> bool {
        self.is_full && self.view.scores
    }
}

/// The answer to `DecideOffers`.
pub(crate) fn response(scope: &Scope, answer: Answer, extent: Extent) -> v1::DecideOffersResponse {
    let Answer { decision, catalog, token, is_replayed, filtered: removed, timings } = answer;
    let view = extent.view;
    v1::DecideOffersResponse {
        decision: names::write_decision(scope, &decision.property, decision.id),
        attribution_token: token,
        propositions: propositions(&decision, &catalog, extent),
        channel_decision: channel_decision(&decision, &catalog, extent),
        learning_mode: enums::learning_mode(decision.mode),
        model_sequence: decision.model_sequence,
        catalog_version: decision.catalog_version,
        time_context: Some(values::time_context(decision.context.time)),
        stay_stage: enums::stay_stage(decision.context.stage),
        create_time: Some(values::moment(decision.decided)),
        expire_time: Some(values::moment(decision.expires)),
        degraded: decision.is_degraded,
        degradations: degradations(&decision),
        is_non_personalized: decision.taste.is_none(),
        is_replayed,
        experiment_assignments: assignments(&decision, &catalog),
        filtered_offers: if extent.is_full && view.decisions {
            filtered::filtered(&removed)
        } else {
            Vec::new()
        },
        stage_timings: if extent.is_full && view.scores {
            filtered::timings(&timings)
        } else {
            Vec::new()
        },
        ..Default::default()
    }
}

/// The arms of a decision. Who is in the universal holdout is in no other.
pub(crate) fn assignments(decision: &Decision, catalog: &Catalog) -> Vec<v1::ExperimentAssignment> {
    let experiments = catalog.program().experiments();
    let enrolment = &decision.experiments;
    let arms = enrolment.arms.iter().filter_map(|assigned| {
        let plan = experiments.get(usize::from(assigned.experiment))?.plan();
        let arm = plan.arms.get(usize::from(assigned.arm))?;
        Some(v1::ExperimentAssignment {
            experiment_id: plan.id.clone(),
            arm_id: arm.id.clone(),
            in_control_group: arm.is_control,
        })
    });
    let held_out = enrolment.is_held_out.then(|| v1::ExperimentAssignment {
        experiment_id: HOLDOUT.to_owned(),
        arm_id: HOLDOUT.to_owned(),
        in_control_group: true,
    });
    held_out.into_iter().chain(arms).collect()
}

/// What did not take part. A decision only knows that something did not.
pub(crate) fn degradations(decision: &Decision) -> Vec<v1::Degradation> {
    let some =
        decision.is_degraded.then(|| v1::Degradation { code: "partial".to_owned(), stage: 0 });
    some.into_iter().collect()
}

/// The channel of a decision, where one was asked for.
pub(crate) fn channel_decision(
    decision: &Decision,
    catalog: &Catalog,
    extent: Extent,
) -> Option<v1::ChannelDecision> {
    let choice = decision.channel.as_ref()?;
    let currency = currency(decision, catalog);
    Some(channel::decision(decision, choice, currency, extent.is_full, extent.view))
}

/// The currency of the property.
pub(crate) fn currency(decision: &Decision, catalog: &Catalog) -> Option<Currency> {
    let property = catalog.property_index(&decision.property)?;
    catalog.property(property).map(|property| property.currency)
}

/// The answers for the placements.
pub(crate) fn propositions(
    decision: &Decision,
    catalog: &Catalog,
    extent: Extent,
) -> Vec<v1::Proposition> {
    let locale = decision.context.locale.as_str();
    let told = (Language::of(locale), locale);
    decision.propositions.iter().map(|p| proposition(p, catalog, told, extent)).collect()
}

fn proposition(
    proposition: &Proposition,
    catalog: &Catalog,
    told: (Language, &str),
    extent: Extent,
) -> v1::Proposition {
    // Only the parts of scores need the policy.
    let policy = extent.shows_scores().then(|| catalog.policy_index(&proposition.policy)).flatten();
    let policy = policy.and_then(|policy| catalog.policy(policy));
    let does_nothing = proposition.source == Source::Nothing;
    let offers = (1..).zip(&proposition.slots).map(|(number, slot)| {
        ranked(number, slot, proposition.source, (catalog, policy), told, extent)
    });
    let scores = extent.view.scores;
    v1::Proposition {
        placement_id: proposition.placement.as_str().to_owned(),
        offers: offers.collect(),
        is_fallback: proposition.source == Source::Fallback,
        do_nothing: does_nothing,
        slate_selection_probability: if scores { slate_probability(proposition) } else { None },
        decision_policy_id: proposition.policy.as_str().to_owned(),
        candidate_count: if scores { values::count(proposition.candidates.len()) } else { 0 },
        ..Default::default()
    }
}

/// P(exactly this slate); none where a slot was forced.
fn slate_probability(proposition: &Proposition) -> Option<f64> {
    let is_drawn =
        !proposition.slots.is_empty() && proposition.slots.iter().all(|slot| !slot.is_override);
    is_drawn.then(|| proposition.slots.iter().map(|slot| slot.selection_probability).product())
}

/// What forced a slot.
pub(crate) fn override_kind(slot: &Slot, source: Source) -> v1::OverrideKind {
    match (slot.is_override, source) {
        _ if slot.is_planned => v1::OverrideKind::VolumePlan,
        _ if slot.is_guaranteed => v1::OverrideKind::Guaranteed,
        (false, _) => v1::OverrideKind::Unspecified,
        (true, Source::Fallback) => v1::OverrideKind::Fallback,
        (true, Source::Baseline) => v1::OverrideKind::Baseline,
        (true, Source::Model | Source::Nothing) => v1::OverrideKind::CallerFixed,
    }
}

fn ranked(
    number: i32,
    slot: &Slot,
    source: Source,
    (catalog, policy): (&Catalog, Option<&DecisionPolicy>),
    (language, locale): (Language, &str),
    extent: Extent,
) -> v1::RankedOffer {
    let view = extent.view;
    let chosen = catalog.offer(slot.offer);
    let treatment = chosen.and_then(|offer| offer.treatments.get(usize::from(slot.treatment)));
    let currency = slot.quote.list.currency;
    v1::RankedOffer {
        offer_id: chosen.map(|offer| offer.id.as_str().to_owned()).unwrap_or_default(),
        treatment_id: treatment
            .map(|treatment| treatment.id.as_str().to_owned())
            .unwrap_or_default(),
        slot: number,
        score: if extent.shows_scores() { slot.parts.score } else { 0.0 },
        score_components: extent
            .shows_scores()
            .then(|| score::components(&slot.parts, policy, currency, view)),
        selection_probability: (view.scores && !slot.is_override)
            .then_some(slot.selection_probability),
        explored: slot.is_explored,
        override_kind: override_kind(slot, source).into(),
        quote: quote::quote(&slot.quote, chosen.map(|offer| &offer.pricing), locale, view),
        reasons: reasons::reasons((&slot.reasons, &slot.parts), language, view),
        content: treatment
            .filter(|_| extent.includes_content)
            .map(|treatment| offer::content(treatment, extent.view)),
        locale: treatment.map(|treatment| treatment.locale.as_ref().to_owned()).unwrap_or_default(),
        ..Default::default()
    }
}
