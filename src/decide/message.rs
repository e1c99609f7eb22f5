//! A message that the caller has chosen: no placement is filled, and channel and moment are all that is
//! decided.
//!
//! It is a decision like any other: logged, counted, attributed. Its offer, where it carries one, is held
//! to the caps on offers and groups; caps on channels and on everything are asked of every channel.
//! Whether a better offer were there nobody asks, so that its offer teaches the ranker nothing: nobody
//! drew it.

use crate::catalog::{Bitset, Counts, Occasion, PropertyIndex};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::{Carried, ChannelChoice, WithholdReason};
use crate::domain::id::OfferIndex;
use crate::domain::offer::Offer;
use crate::domain::policy::LearningMode;
use crate::domain::request::{ChannelRequest, Message};
use crate::domain::time::Timestamp;

use super::caps::{self, CapQuery};
use super::channel::contacts::counts_outcomes;
use super::outbound::{self, ACCEPT_GIVEN_RESPONSE, About};
use super::pipeline::{Failure, Inputs, Outcome};
use super::recorded::{Made, record, seed_of};
use super::setting::Setting;

/// What reading a message that a booking needs is worth where nobody says, in major units: about what a
/// call costs that asks for what it said. It weighs channels against one another; silence is none of them.
const TRANSACTION_VALUE: f64 = 10.0;
/// The channel that the guest is taken to be on before one was chosen.
const BEFORE: Channel = Channel::Email;

/// Decides channel and moment of a message.
///
/// # Errors
/// Where the message carries an offer that the property does not have, or its worth is told in another
/// currency than the property's.
pub(super) fn decide(
    inputs: &Inputs<'_>,
    message: &Message,
    property: PropertyIndex,
) -> Result<Outcome, Failure> {
    let (catalog, request) = (&*inputs.serving.catalog, inputs.request);
    let asked = request
        .channel
        .unwrap_or(ChannelRequest { allowed: ChannelSet::ALL, ..ChannelRequest::default() });
    let mut setting = Setting::of(inputs, property, BEFORE);
    let seed = seed_of(inputs);
    let currency = catalog.property(property).map(|property| property.currency);
    if message.response_value.is_some_and(|told| Some(told.currency) != currency) {
        return Err(Failure::Currency);
    }
    let offer = offer_of(inputs, message)?;
    let about = About {
        value: value(inputs, message, offer.map(|(at, _)| at)),
        channels: offer.map_or(ChannelSet::ALL, |(_, offer)| offer.channels),
        bar: offer.and_then(|(at, offer)| bar(inputs, at, offer)),
    };
    let choice = outbound::choose_for(inputs, &asked, &setting, &about, seed);
    if let Some(channel) = choice.channel {
        setting.context.channel = channel;
    }
    let time = choice.basis.map_or(setting.context.time, |basis| basis.time);
    let occasion = Occasion { time, ..Occasion::of(&setting.context) };
    let carried = Carried {
        offer: offer.map(|(at, offer)| (at, offer.key)),
        treatment: offer.map_or(0, |(at, _)| catalog.treatment(at, &occasion)),
        is_transactional: asked.is_transactional,
        value: about.value,
    };
    let made = Made {
        mode: request.mode.or(inputs.mode).unwrap_or(LearningMode::Online),
        expires: expires(inputs.now, &choice),
        propositions: Vec::new(),
        spending: Vec::new(),
        bids: Vec::new(),
        channel: Some(choice),
        message: Some(carried),
        pushed: request.pushed,
        is_sent: false,
    };
    let decision = record(inputs, setting, seed, made);
    Ok(Outcome { decision, filtered: Vec::new(), timings: Vec::new() })
}

/// What is not sent by the end of its window must be decided anew.
fn expires(now: Timestamp, choice: &ChannelChoice) -> Timestamp {
    if choice.channel.is_some() { choice.window_end } else { now }
}

/// The offer of a message.
fn offer_of<'a>(
    inputs: &Inputs<'a>,
    message: &Message,
) -> Result<Option<(OfferIndex, &'a Offer)>, Failure> {
    let catalog = &*inputs.serving.catalog;
    let Some(id) = &message.offer else { return Ok(None) };
    let at = catalog.index_of(id).ok_or(Failure::Offer)?;
    let offer = catalog.offer(at).ok_or(Failure::Offer)?;
    let is_here =
        offer.properties.is_empty() || offer.properties.contains(&inputs.request.property);
    if is_here { Ok(Some((at, offer))) } else { Err(Failure::Offer) }
}

/// What a response is worth: as told, else by the margin of the offer.
fn value(inputs: &Inputs<'_>, message: &Message, offer: Option<OfferIndex>) -> f64 {
    let by_offer = || {
        let value = inputs.serving.values.get(offer?.at())?;
        Some(value * ACCEPT_GIVEN_RESPONSE)
    };
    let told = message.response_value.map(|money| money.major());
    told.or_else(by_offer).unwrap_or(TRANSACTION_VALUE)
}

/// Why an offer may not be sent now: stopped, outside its validity, or held back by a contact policy on
/// offers or groups, of which the first in the catalog's order is the reason.
fn bar(inputs: &Inputs<'_>, at: OfferIndex, offer: &Offer) -> Option<WithholdReason> {
    let now = inputs.now;
    let is_valid = offer.valid_from <= now && now < offer.valid_until;
    // Money of a budget is claimed where offers are decided, not where the caller chose one.
    let is_paid_for = inputs.serving.catalog.budget_of(at).is_some();
    if !is_valid || is_paid_for || inputs.live.stopped.contains(at) {
        return Some(WithholdReason::NoOffer);
    }
    let catalog = &inputs.serving.catalog;
    let mut eligible = Bitset::none(catalog.offer_count());
    eligible.insert(at);
    let mut reason = None;
    // Caps on channels are asked of each channel by itself: here none is in use.
    let query = CapQuery { ledgers: inputs.ledgers, channel: Channel::InApp, now };
    caps::remove_capped(catalog, &query, &mut eligible, |cap, _| {
        if !matches!(cap.counts, Counts::Channel(_) | Counts::All) {
            let is_answer = counts_outcomes(cap.counted);
            let of_cap =
                if is_answer { WithholdReason::Suppressed } else { WithholdReason::Capped };
            reason.get_or_insert(of_cap);
        }
    });
    reason
}
