//! `ActivateDecision`, `GetDecision`, `ExplainDecision`: a decision that was made before.

use crate::api::v1;
use crate::domain::id::{DecisionId, PlacementId, PropertyId};
use crate::domain::scope::Scope;
use crate::engine::Activation;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{enums, event, preference, values};

/// Candidates explained for a slot where the caller does not say, and at most.
const CANDIDATES_DEFAULT: i32 = 20;
const CANDIDATES_MAX: i32 = 1_000;

/// Which decision is read, and how much of it.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) property: PropertyId,
    pub(crate) decision: DecisionId,
    pub(crate) is_full: bool,
}

/// Which decision is explained, and how.
#[derive(Debug)]
pub(crate) struct Explained {
    pub(crate) property: PropertyId,
    pub(crate) decision: DecisionId,
    pub(crate) placement: Option<PlacementId>,
    /// Empty: that of the decision.
    pub(crate) locale: String,
    pub(crate) candidates_max: usize,
}

/// Reads which decision was really shown.
pub(crate) fn activate(
    scope: &Scope,
    wire: v1::ActivateDecisionRequest,
) -> Result<Activation, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let named = names::decision(p, scope, "name", &wire.name);
    let token = event::token(p, "attribution_token", wire.attribution_token);
    preference::request_id(p, &wire.request_id);
    enums::read::<v1::Channel>(p, "used_channel", wire.used_channel);
    values::moment(p, "activate_time", wire.activate_time);
    let set = [
        (
            "activated_slots",
            !wire.activated_slots.is_empty(),
            "write an IMPRESSION event for each slot that was shown",
        ),
        ("used_channel", wire.used_channel != 0, "write an IMPRESSION event with the channel"),
        ("activate_time", wire.activate_time.is_some(), "write an IMPRESSION event with its time"),
    ];
    for (field, _, instead) in set.into_iter().filter(|(_, is_set, _)| *is_set) {
        p.unsupported(field, instead);
    }
    let activation = named.map(|(_, decision)| Activation { decision, token });
    problems.finish(activation)
}

/// Reads which decision is wanted.
pub(crate) fn get(scope: &Scope, wire: &v1::GetDecisionRequest) -> Result<Wanted, Refusal> {
    let mut problems = Problems::new();
    let named = names::decision(&mut problems, scope, "name", &wire.name);
    let view = enums::known::<v1::DecisionView>(&mut problems, "view", wire.view);
    let is_full = view == Some(v1::DecisionView::Full);
    problems.finish(named.map(|(property, decision)| Wanted { property, decision, is_full }))
}

/// Reads which decision is to be explained.
pub(crate) fn explain(
    scope: &Scope,
    wire: v1::ExplainDecisionRequest,
) -> Result<Explained, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let named = names::decision(p, scope, "name", &wire.name);
    let placement =
        values::catalog_optional(p, "placement_id", &wire.placement_id, PlacementId::parse);
    let locale = values::locale(p, "locale", wire.locale);
    let most =
        if wire.max_candidate_count == 0 { CANDIDATES_DEFAULT } else { wire.max_candidate_count };
    let candidates_max = values::count(p, "max_candidate_count", most, 1..=CANDIDATES_MAX);
    let explained = named.map(|(property, decision)| Explained {
        property,
        decision,
        placement,
        locale,
        candidates_max,
    });
    problems.finish(explained)
}
