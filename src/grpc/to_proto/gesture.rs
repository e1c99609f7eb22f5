//! A gesture on the wire: what is given to everybody who asks, why and for how much to those who may
//! see it.

use crate::api::v1;
use crate::domain::gesture::NoGesture;
use crate::domain::money::Money;
use crate::domain::scope::Scope;
use crate::engine::{GestureAnswer, text_for};
use crate::grpc::names;

use super::{View, values};

/// The answer to `DecideGesture`.
pub(crate) fn answer(
    scope: &Scope,
    answer: &GestureAnswer,
    locale: &str,
) -> v1::DecideGestureResponse {
    let (choice, view) = (&answer.choice, View::of(scope));
    let (gesture, arm) = (answer.gesture(), choice.given());
    let amount = answer.program().map(|program| program.amount);
    let money = |minor| amount.map(|amount| values::money(Money::new(minor, amount.currency)));
    #[expect(clippy::cast_precision_loss, reason = "a share of an amount")]
    let left = amount.map(|amount| {
        let left = choice.left - arm.map_or(0, |arm| arm.cost);
        (left as f64 / amount.minor.max(1) as f64).clamp(0.0, 1.0)
    });
    let kind = match arm {
        None => v1::GestureKind::Unspecified,
        Some(_) if choice.occasion.trigger.is_recovery() => v1::GestureKind::Recovery,
        Some(_) => v1::GestureKind::Surprise,
    };
    let points = gesture.filter(|_| view.decisions).map(|g| text_for(&g.talking_points, locale));
    let why = choice.chosen.err().filter(|_| view.decisions).map(reason);
    v1::DecideGestureResponse {
        name: names::write_gesture(scope, &choice.property, answer.id),
        gesture_id: gesture.map(|gesture| gesture.id.to_string()).unwrap_or_default(),
        display_name: gesture.map(|gesture| gesture.name.clone()).unwrap_or_default(),
        kind: kind.into(),
        no_gesture_reason: why.unwrap_or_default().into(),
        talking_points: points.unwrap_or_default().to_owned(),
        cost: arm.filter(|_| view.margin).and_then(|arm| money(arm.cost)),
        expected_satisfaction_effect: arm.filter(|_| view.scores).map(|arm| arm.satisfaction),
        expected_return_effect: arm.filter(|_| view.scores).map(|arm| arm.returning),
        budget_left_share: left.filter(|_| view.margin),
        selection_probability: view.scores.then(|| choice.selection_probability()),
        budget_shadow_price: view.margin.then_some(choice.shadow_price),
        expected_value: arm
            .filter(|_| view.margin)
            .zip(amount)
            .map(|(arm, amount)| values::money_of(arm.value, amount.currency)),
        create_time: Some(values::moment(choice.decided)),
        replayed: answer.is_replayed,
    }
}

fn reason(why: NoGesture) -> v1::NoGestureReason {
    match why {
        NoGesture::NoneFits => v1::NoGestureReason::NoneFits,
        NoGesture::HadOne => v1::NoGestureReason::HadOne,
        NoGesture::NoBudget => v1::NoGestureReason::NoBudget,
        NoGesture::HeldOut => v1::NoGestureReason::HeldOut,
        NoGesture::NotWorth => v1::NoGestureReason::NotWorth,
    }
}
