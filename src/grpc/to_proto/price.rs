//! Learnt prices and budgets on the wire.

use crate::api::v1;
use crate::domain::money::Money;
use crate::domain::scope::Scope;
use crate::engine::{BudgetStatus, LearntLadder};
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

/// How a budget stands.
pub(crate) fn budget(view: View, budget: &BudgetStatus) -> v1::BudgetStatus {
    let BudgetStatus { budget, status, is_uplift_measured } = budget;
    let money = |minor| Some(values::money(Money::new(minor, budget.amount.currency)));
    let seen = |number: f64| view.margin.then_some(number);
    v1::BudgetStatus {
        budget_id: budget.id.to_string(),
        display_name: budget.name.clone(),
        start_time: Some(values::moment(budget.start)),
        end_time: Some(values::moment(budget.end)),
        amount: money(status.amount),
        spent: money(status.spent),
        reserved: money(status.reserved),
        remaining: money(status.remaining()),
        late: money(status.late),
        even_pace: money(status.target),
        least_return: seen(status.prices.least_return()),
        budget_shadow_price: seen(status.prices.budget),
        return_shadow_price: seen(status.prices.returns),
        minimum_return: seen(f64::from(budget.return_basis_points) / 10_000.0),
        return_so_far: status.return_so_far().and_then(seen),
        uplift_measured: *is_uplift_measured,
    }
}
