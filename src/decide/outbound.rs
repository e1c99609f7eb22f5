//! The channel of a decision: what the pipeline knows, put into the words of the channel choice.

use crate::catalog::{Catalog, Occasion, PropertyIndex};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::consent::Purpose;
use crate::domain::decision::{
    ChannelChoice, ContactBasis, Context, Decision, Proposition, Slot, WithholdReason,
};
use crate::domain::delivery::EndReason;
use crate::domain::guest::GuestState;
use crate::domain::id::{DecisionId, Fingerprint, GuestKey, OfferIndex};
use crate::domain::policy::SendTime;
use crate::domain::request::{ChannelRequest, Direction};
use crate::domain::stay::{Stay, StayStage};
use crate::domain::time::{TimeContext, Timestamp};
use crate::learn::channel::hours::{Density, SegmentHours};
use crate::learn::channel::model::Expected;
use crate::learn::channel::moment::MomentDraw;
use crate::learn::channel::population::Situation;
use crate::learn::exploration;
use crate::learn::gaussian::Gaussian;
use crate::learn::segment::Cell;
use crate::learn::stream::DecisionStream;

use super::candidates::may_profile;
use super::channel::rates::prior_rate;
use super::channel::replay::{Redraw, is_chosen_again};
use super::channel::{self, ChannelInput, Expectation, Standing};
use super::local_time::Place;
use super::pipeline::Inputs;
use super::serving::Serving;
use super::setting::{Setting, context_for};

/// Sharpness of the draw among channels, and the share drawn uniformly (algorithms 5.2: inverse-gap
/// weighting over feasible channels and silence).
const GAMMA0: f64 = 100.0;
const DECISIONS_CAP: f64 = 200_000.0;
const FLOOR: f64 = 0.02;
/// Share of those who accept among those who respond, until it is learnt.
pub(super) const ACCEPT_GIVEN_RESPONSE: f64 = 0.3;
/// Minute of the day at which a guest who leaves is gone.
const CHECK_OUT_MINUTE: u16 = 12 * 60;

/// What is to be said.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    /// What a response is worth, in major units.
    pub(super) value: f64,
    /// Channels it can go through.
    pub(super) channels: ChannelSet,
    /// Why it may not be said now.
    pub(super) bar: Option<WithholdReason>,
}

impl About {
    /// The offers of some propositions: worth as much as the best of them.
    fn offers(catalog: &Catalog, propositions: &[Proposition]) -> Self {
        let slots = propositions.iter().flat_map(|p| &p.slots);
        let channels = slots
            .filter_map(|slot| catalog.offer(slot.offer))
            .fold(ChannelSet::ALL, |all, offer| all.and(offer.channels));
        Self { value: value_of(propositions), channels, bar: None }
    }
}

/// What a response to some propositions is worth.
fn value_of(propositions: &[Proposition]) -> f64 {
    let slots = propositions.iter().flat_map(|p| &p.slots);
    slots.map(|slot| slot.parts.value).fold(0.0_f64, f64::max) * ACCEPT_GIVEN_RESPONSE
}

/// Chooses channel and moment for the offers chosen to be said, and fits their treatments to both where
/// we come to the guest.
pub(super) fn choose(
    inputs: &Inputs<'_>,
    asked: &ChannelRequest,
    setting: &Setting,
    propositions: &mut [Proposition],
    seed: DecisionId,
) -> ChannelChoice {
    let catalog = &*inputs.serving.catalog;
    let about = About::offers(catalog, propositions);
    let choice = choose_for(inputs, asked, setting, &about, seed);
    let context = &setting.context;
    if let (Some(channel), Direction::Outbound) = (choice.channel, context.direction) {
        let time = choice.basis.map_or(context.time, |basis| basis.time);
        let occasion = Occasion { channel, time, ..Occasion::of(context) };
        for slot in propositions.iter_mut().flat_map(|p| &mut p.slots) {
            slot.treatment = catalog.treatment(slot.offer, &occasion);
        }
    }
    choice
}

/// Chooses channel and moment for what is to be said.
pub(super) fn choose_for(
    inputs: &Inputs<'_>,
    asked: &ChannelRequest,
    setting: &Setting,
    about: &About,
    seed: DecisionId,
) -> ChannelChoice {
    let whereabouts = Whereabouts {
        property: setting.property,
        context: &setting.context,
        stay: setting.stay.as_ref(),
        place: setting.place,
    };
    with_input(inputs, asked, whereabouts, about, seed, channel::choose)
}

/// What the channels of a decision that was made are like now, as [`channel::standings`] has it.
///
/// # Errors
/// Why nothing of it may be said: something it offers cannot be had any more.
pub fn standings(
    inputs: &Inputs<'_>,
    asked: &ChannelRequest,
    decision: &Decision,
) -> Result<Vec<(Channel, Standing)>, EndReason> {
    let catalog = &*inputs.serving.catalog;
    let property = catalog.property_index(&inputs.request.property).ok_or(EndReason::OfferGone)?;
    let mut propositions = decision.propositions.clone();
    for slot in propositions.iter_mut().flat_map(|proposition| &mut proposition.slots) {
        slot.offer = still_had(inputs, decision, slot)?;
    }
    let (context, stay, place) = context_for(inputs, property, decision.context.channel);
    let whereabouts = Whereabouts { property, context: &context, stay, place };
    let about = About::offers(catalog, &propositions);
    Ok(with_input(inputs, asked, whereabouts, &about, decision.id, channel::standings))
}

/// An offer of a decision as it stands now, where it can still be had: in the catalog, not stopped, valid,
/// and not sold out for the day of use.
fn still_had(
    inputs: &Inputs<'_>,
    decision: &Decision,
    slot: &Slot,
) -> Result<OfferIndex, EndReason> {
    let catalog = &*inputs.serving.catalog;
    let at = catalog.index_of_key(slot.key).ok_or(EndReason::OfferGone)?;
    let offer = catalog.offer(at).ok_or(EndReason::OfferGone)?;
    if inputs.live.stopped.contains(at) {
        return Err(EndReason::OfferGone);
    }
    if inputs.now < offer.valid_from || offer.valid_until <= inputs.now {
        return Err(EndReason::OutsideValidity);
    }
    let (property, day) = (&decision.property, decision.terms.date);
    let left = || inputs.live.stock.left(offer.key, property, day);
    if offer.is_inventory_limited && left() == 0 {
        return Err(EndReason::SoldOut);
    }
    Ok(at)
}

/// Where the guest is, and when.
#[derive(Clone, Copy)]
struct Whereabouts<'a> {
    property: PropertyIndex,
    context: &'a Context,
    stay: Option<&'a Stay>,
    place: Place,
}

/// Puts together what a channel is chosen by, and hands it on.
fn with_input<R>(
    inputs: &Inputs<'_>,
    asked: &ChannelRequest,
    whereabouts: Whereabouts<'_>,
    about: &About,
    seed: DecisionId,
    work: impl FnOnce(&ChannelInput<'_>) -> R,
) -> R {
    let (serving, guest, context) = (inputs.serving, inputs.guest, whereabouts.context);
    let catalog = &*serving.catalog;
    let rules = &catalog.content().contact;
    let segment = catalog.content().segments.get(usize::from(guest.segment));
    let effects = may_profile(guest).then_some(&guest.channels);
    let expect = |channel, time| {
        let prior_rate = prior_rate(segment, &rules.channels, channel, time);
        let cell = Cell { channel, time };
        let stage = context.stage;
        let situation = Situation { segment: guest.segment, cell, stage, prior_rate };
        expectation(inputs.channels.expect(&situation, effects, inputs.now), prior_rate, guest)
    };
    let hazard = |channel, [on_channel, on_all]: [u16; 2]| {
        inputs.channels.unsubscribe_hazard(channel, on_channel, on_all)
    };
    let hotel = Fingerprint::of(inputs.request.property.as_str());
    let gamma = gamma(serving);
    let input = ChannelInput {
        now: inputs.now,
        request: *asked,
        offer_channels: about.channels,
        bar: about.bar,
        guest,
        reservation: inputs.ledgers.reservation,
        room: inputs.ledgers.room,
        place: whereabouts.place,
        hotel,
        current: (context.direction == Direction::Inbound).then_some(context.channel),
        in_house_until: in_house_until(inputs, whereabouts, hotel),
        rules,
        calendar: &serving.calendar,
        expect: &expect,
        hazard: &hazard,
        value: about.value,
        utility_cap: about.value.max(1.0),
        probabilities: &|values, out| exploration::inverse_gap(values, gamma, FLOOR, out),
        draw: DecisionStream::new(seed, b"channel").next_unit(),
        moment: (rules.send_time == SendTime::Best).then(|| MomentDraw {
            density: density_of(inputs),
            jitter: jitter_of(inputs.key),
            ..moment_draw(about.value, gamma, seed)
        }),
    };
    work(&input)
}

/// Sharpness of the draws, after as many labels as the model has seen.
fn gamma(serving: &Serving) -> f64 {
    exploration::sharpness(GAMMA0, serving.labels, DECISIONS_CAP)
}

/// How a moment is drawn, of a guest of whose hours nothing is known.
fn moment_draw(value: f64, gamma: f64, seed: DecisionId) -> MomentDraw {
    MomentDraw {
        worth_cap: value.max(1.0),
        gamma,
        floor: FLOOR,
        unit: DecisionStream::new(seed, b"moment").next_unit(),
        density: SegmentHours::UNKNOWN,
        jitter: 0,
    }
}

/// At which hours the guest is active, as far as that may be used.
fn density_of(inputs: &Inputs<'_>) -> Density {
    let guest = inputs.guest;
    let own = may_profile(guest).then_some(&guest.hours);
    inputs.channels.hours(guest.segment, own, inputs.now)
}

/// A guest is moved by the same in every message.
fn jitter_of(guest: GuestKey) -> u64 {
    let mut half = [0; 8];
    half.copy_from_slice(&guest.0[8..]);
    u64::from_be_bytes(half)
}

/// Until when the guest is in the house: seen there, or there by the stay on file.
fn in_house_until(
    inputs: &Inputs<'_>,
    whereabouts: Whereabouts<'_>,
    hotel: Fingerprint,
) -> Option<Timestamp> {
    let serving = inputs.serving;
    let zone = serving.zones.get(usize::from(whereabouts.property.0));
    let zone = zone.copied().unwrap_or(serving.fallback_zone);
    let in_house = matches!(whereabouts.context.stage, StayStage::InHouse | StayStage::Departure);
    let by_stay = whereabouts
        .stay
        .filter(|_| in_house)
        .map(|stay| zone.moment(stay.check_out, CHECK_OUT_MINUTE));
    by_stay.max(seen_in_house_until(inputs.guest, hotel, inputs.now))
}

/// Are channel and moment of a logged decision drawn the same again, with the snapshots that it was made
/// from? True where none was asked for.
pub fn is_rechosen(decision: &Decision, serving: &Serving) -> bool {
    let Some(choice) = &decision.channel else { return true };
    let mut seed = decision.id;
    seed.0[8..].fill(0);
    let value = match &decision.message {
        Some(carried) => carried.value,
        None => value_of(&decision.propositions),
    };
    let gamma = gamma(serving);
    let redraw = Redraw {
        decided: decision.decided,
        value,
        utility_cap: value.max(1.0),
        is_transactional: decision.message.is_some_and(|carried| carried.is_transactional),
        probabilities: &|values, out| exploration::inverse_gap(values, gamma, FLOOR, out),
        draw: DecisionStream::new(seed, b"channel").next_unit(),
        moment: moment_draw(value, gamma, seed),
    };
    is_chosen_again(choice, &redraw)
}

/// The last moment at which presence says that the guest is in this house.
pub(super) fn seen_in_house_until(
    guest: &GuestState,
    hotel: Fingerprint,
    now: Timestamp,
) -> Option<Timestamp> {
    let may_know = guest.consent.allows(Purpose::Presence);
    may_know.then(|| guest.presence.in_house_until(hotel, now)).flatten()
}

#[expect(clippy::cast_possible_truncation, reason = "records keep single precision")]
fn expectation(expected: Expected, prior_rate: f64, guest: &GuestState) -> Expectation {
    let single = |belief: Gaussian| [belief.mean as f32, belief.variance as f32];
    Expectation {
        response_propensity: expected.response_propensity,
        hoped: expected.hoped,
        basis: ContactBasis {
            time: TimeContext::default(),
            prior_rate: prior_rate as f32,
            population: single(expected.population),
            guest: single(expected.guest),
            contacts: guest.channels.contacts,
            recent: [0; 2],
        },
    }
}
