//! The record of a decision: what it came to, beside what it was made from.

use std::time::Duration;

use crate::domain::budget::Spending;
use crate::domain::decision::{Carried, ChannelChoice, Decision, Proposition, Pushed, SendOutcome};
use crate::domain::id::{DecisionId, Fingerprint};
use crate::domain::policy::LearningMode;
use crate::domain::ration::Bid;
use crate::domain::request::DecideRequest;
use crate::domain::time::Timestamp;

use super::channel::latest_of;
use super::pipeline::Inputs;
use super::setting::Setting;

/// What a decision came to.
pub(super) struct Made {
    pub(super) mode: LearningMode,
    pub(super) expires: Timestamp,
    pub(super) propositions: Vec<Proposition>,
    pub(super) spending: Vec<Spending>,
    pub(super) bids: Vec<Bid>,
    pub(super) channel: Option<ChannelChoice>,
    pub(super) message: Option<Carried>,
    pub(super) pushed: Option<Pushed>,
    /// Goes its channel choice to the outbox?
    pub(super) is_sent: bool,
}

/// Seed of the draws of a decision: the first half of its id.
pub(super) fn seed_of(inputs: &Inputs<'_>) -> DecisionId {
    DecisionId(((u128::from(inputs.seed)) << 64).to_be_bytes())
}

/// The record of a decision; the second half of its id and its sequence are the log's to give.
pub(super) fn record(
    inputs: &Inputs<'_>,
    setting: Setting,
    seed: DecisionId,
    made: Made,
) -> Decision {
    let request = inputs.request;
    let Setting { context, terms, taste, known, experiments, tier, .. } = setting;
    Decision {
        id: seed,
        sequence: 0,
        property: request.property.clone(),
        guest: inputs.key,
        segment: inputs.guest.segment,
        decided: inputs.now,
        expires: made.expires,
        catalog_version: inputs.serving.catalog.version(),
        model_sequence: inputs.serving.model_sequence,
        rates_version: inputs.serving.rates.version(),
        value_tier: tier,
        context,
        terms,
        reservation: fingerprint(request.reservation.as_ref().map(|r| r.as_str())),
        room: fingerprint(request.room.as_ref().map(|r| r.as_str())),
        request: fingerprint(request.request.as_ref().map(|r| r.as_str())),
        taste,
        known,
        experiments,
        mode: made.mode,
        defers_activation: request.defers_activation || made.pushed.is_some() || made.is_sent,
        delivery: request.delivery.clone(),
        pushed: made.pushed,
        is_degraded: false,
        propositions: made.propositions,
        spending: made.spending,
        bids: made.bids,
        goes_with: request.goes_with.to_vec(),
        channel: made.channel,
        message: made.message,
    }
}

/// Until when the decision reserves what it uses: a message that is sent, as long as it may be under way.
pub(super) fn expires(
    inputs: &Inputs<'_>,
    reservation: Duration,
    sent: Option<&ChannelChoice>,
) -> Timestamp {
    match sent {
        Some(choice) if choice.outcome != SendOutcome::Withhold => held_until(inputs, reservation),
        Some(_) | None => inputs.now.plus(reservation),
    }
}

/// Until when its prices hold: those of a message, as long as it may be under way.
pub(super) fn held_until(inputs: &Inputs<'_>, reservation: Duration) -> Timestamp {
    let least = inputs.now.plus(reservation);
    let asked = inputs.request.channel.as_ref().filter(|_| inputs.request.delivery.is_some());
    asked.map_or(least, |asked| least.max(latest_of(asked, inputs.now)))
}

/// A message that leaves at once teaches nothing until it has left, like what is pushed to a watcher;
/// one that waits is learnt from as it was meant.
pub(super) fn pushed(request: &DecideRequest, sent: Option<&ChannelChoice>) -> Option<Pushed> {
    let at_once = sent.is_some_and(|choice| choice.outcome == SendOutcome::Send);
    request.pushed.or(at_once.then(Pushed::default))
}

fn fingerprint(id: Option<&str>) -> Option<Fingerprint> {
    id.map(Fingerprint::of)
}
