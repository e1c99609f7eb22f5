//! Learnt prices on the wire.

use crate::api::v1;
use crate::domain::scope::Scope;
use crate::engine::LearntLadder;
use crate::grpc::names;

use super::{View, values};

/// What was learnt of a price.
pub(crate) fn ladder(scope: &Scope, view: View, ladder: &LearntLadder) -> v1::LearntLadder {
    let step = |step: &crate::engine::LearntStep| v1::LearntPriceStep {
        basis_points: i32::from(step.basis_points),
        price: Some(values::money(step.price)),
        accept_rate: step.rate,
        expected_margin: view.margin.then_some(step.margin),
        selection_probability: view.scores.then_some(step.selection_probability),
    };
    v1::LearntLadder {
        offer_id: ladder.offer.to_string(),
        property: names::write(scope, "properties", ladder.property.as_str()),
        elasticity: ladder.elasticity,
        elasticity_standard_error: ladder.elasticity_error,
        offered_count: i64::try_from(ladder.offered).unwrap_or(i64::MAX),
        effective_date: ladder.from.to_string(),
        steps: ladder.steps.iter().map(step).collect(),
    }
}
