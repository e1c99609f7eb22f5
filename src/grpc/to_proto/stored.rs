//! A decision read back, and what came of it.

use crate::api::v1;
use crate::domain::decision::{Context, Decision, Slot};
use crate::domain::money::Money;
use crate::domain::outcome::{Outcome, Step};
use crate::domain::ration::Bid;
use crate::domain::scope::Scope;
use crate::engine::{DecisionState, StoredDecision};
use crate::grpc::from_proto::enums;
use crate::grpc::names;

use super::decide::{self, Extent};
use super::{View, message, values};

/// A decision on the wire. What was filtered is not kept with it.
pub(crate) fn decision(scope: &Scope, stored: &StoredDecision, extent: Extent) -> v1::Decision {
    let decision = &*stored.decision;
    v1::Decision {
        name: names::write_decision(scope, &decision.property, decision.id),
        property: names::write(scope, "properties", decision.property.as_str()),
        guest: stored
            .guest
            .as_ref()
            .map(|guest| names::write(scope, "guests", guest.as_str()))
            .unwrap_or_default(),
        state: state(stored.state).into(),
        context: Some(context(&decision.context)),
        time_context: Some(values::time_context(decision.context.time)),
        propositions: decide::propositions(decision, &stored.catalog, extent),
        channel_decision: decide::channel_decision(decision, &stored.catalog, extent),
        learning_mode: enums::learning_mode(decision.mode),
        model_sequence: decision.model_sequence,
        catalog_version: decision.catalog_version,
        degradations: decide::degradations(decision),
        experiment_assignments: decide::assignments(decision, &stored.catalog),
        create_time: Some(values::moment(decision.decided)),
        expire_time: Some(values::moment(decision.expires)),
        outcomes: outcomes(decision, stored, extent.view),
        sequence: decision.sequence,
        message: message::message(decision, &stored.catalog, extent),
        unit_bids: if extent.view.scores { bids(stored) } else { Vec::new() },
        ..Default::default()
    }
}

/// What was known of units of rationed offers.
fn bids(stored: &StoredDecision) -> Vec<v1::UnitBid> {
    let propositions = &stored.decision.propositions;
    let bid = |bid: &Bid| {
        let placement = propositions.get(usize::from(bid.proposition)).map(|p| &p.placement);
        let offer = stored.catalog.offer(bid.offer).map(|offer| &offer.id);
        v1::UnitBid {
            placement_id: placement.map(ToString::to_string).unwrap_or_default(),
            offer_id: offer.map(ToString::to_string).unwrap_or_default(),
            date: bid.day.to_string(),
            gain_score: bid.gain,
            take_up_probability: bid.take_up,
            bid_price_score: bid.price,
            expected_guests: bid.to_come,
            left_count: i64::from(bid.left),
            taken_count: i64::from(bid.out),
            withheld: !bid.passes(),
        }
    };
    stored.decision.bids.iter().map(bid).collect()
}

/// Where a decision stands.
pub(crate) fn state(state: DecisionState) -> v1::DecisionState {
    match state {
        DecisionState::Reserved => v1::DecisionState::Reserved,
        DecisionState::Activated => v1::DecisionState::Activated,
        DecisionState::Expired => v1::DecisionState::Expired,
    }
}

fn context(context: &Context) -> v1::DecisionContext {
    let (adult_count, child_count) = (i32::from(context.adults), i32::from(context.children));
    v1::DecisionContext {
        direction: enums::direction(context.direction),
        current_channel: enums::channel(context.channel),
        stay_stage: enums::stay_stage(context.stage),
        locale: context.locale.clone(),
        intent: context.intent.clone(),
        party: Some(v1::Party { adult_count, child_count, ..Default::default() }),
        ..Default::default()
    }
}

/// What came of each slot that something was heard of.
fn outcomes(decision: &Decision, stored: &StoredDecision, view: View) -> Vec<v1::SlotOutcome> {
    let slots = decision.propositions.iter().flat_map(|proposition| {
        (1..)
            .zip(&proposition.slots)
            .map(move |(number, slot)| (proposition.placement.as_str(), number, slot))
    });
    let heard =
        slots.zip(&stored.outcomes).filter_map(|(slot, outcome)| Some((slot, outcome.as_ref()?)));
    let of_message = decision.message.and_then(|carried| {
        let heard = stored.outcomes.first()?.as_ref()?;
        let offer = carried.offer.and_then(|(at, _)| stored.catalog.offer(at));
        let offer_id = offer.map(|offer| offer.id.to_string()).unwrap_or_default();
        Some(v1::SlotOutcome { slot: 1, offer_id, ..outcome(heard) })
    });
    heard
        .map(|((placement, number, slot), heard)| {
            let chosen = stored.catalog.offer(slot.offer);
            v1::SlotOutcome {
                placement_id: placement.to_owned(),
                slot: number,
                offer_id: chosen.map(|offer| offer.id.as_str().to_owned()).unwrap_or_default(),
                reward: view.margin.then(|| reward(heard, slot)),
                ..outcome(heard)
            }
        })
        .chain(of_message)
        .collect()
}

fn reward(heard: &Outcome, slot: &Slot) -> v1::Money {
    let list = slot.quote.list_amount();
    values::money(Money::new(heard.reward_minor(list), slot.quote.list.currency))
}

fn outcome(heard: &Outcome) -> v1::SlotOutcome {
    let fulfilment = match (heard.failed, heard.fulfilled) {
        (true, _) => v1::FulfilmentState::Failed,
        (false, true) => v1::FulfilmentState::Fulfilled,
        (false, false) if heard.step >= Step::Purchased => v1::FulfilmentState::Confirmed,
        (false, false) => v1::FulfilmentState::Unspecified,
    };
    v1::SlotOutcome {
        step: enums::outcome_step(heard.step),
        declined: heard.declined,
        reversed: heard.reversed,
        not_offered: heard.not_offered,
        fulfilment_state: fulfilment.into(),
        update_time: values::moment_known(heard.amount_at),
        ..Default::default()
    }
}
