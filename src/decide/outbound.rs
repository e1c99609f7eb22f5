//! The channel of a decision: what the pipeline knows, put into the words of the channel choice.

use crate::catalog::PropertyIndex;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::consent::Purpose;
use crate::domain::decision::{ChannelChoice, ContactBasis, Context, Decision, Proposition};
use crate::domain::guest::GuestState;
use crate::domain::id::{DecisionId, Fingerprint};
use crate::domain::policy::SendTime;
use crate::domain::request::{ChannelRequest, Direction};
use crate::domain::stay::{Stay, StayStage};
use crate::domain::time::{TimeContext, Timestamp};
use crate::learn::channel::model::Expected;
use crate::learn::channel::moment::MomentDraw;
use crate::learn::channel::population::Situation;
use crate::learn::exploration;
use crate::learn::gaussian::Gaussian;
use crate::learn::segment::Cell;
use crate::learn::stream::DecisionStream;

use super::candidates::may_profile;
use super::channel::rates::prior_rate;
use super::channel::{self, ChannelInput, Expectation, Standing};
use super::local_time::Place;
use super::pipeline::Inputs;
use super::setting::context_for;

/// Sharpness of the draw among channels, and the share drawn uniformly (algorithms 5.2: inverse-gap
/// weighting over feasible channels and silence).
const GAMMA0: f64 = 100.0;
const DECISIONS_CAP: f64 = 200_000.0;
const FLOOR: f64 = 0.02;
/// Share of those who accept among those who respond, until it is learnt.
const ACCEPT_GIVEN_RESPONSE: f64 = 0.3;
/// Minute of the day at which a guest who leaves is gone.
const CHECK_OUT_MINUTE: u16 = 12 * 60;

/// Chooses channel and moment for what was chosen to be said.
pub(super) fn choose(
    inputs: &Inputs<'_>,
    asked: &ChannelRequest,
    context: &Context,
    (property, stay, place): (PropertyIndex, Option<&Stay>, Place),
    propositions: &[Proposition],
    seed: DecisionId,
) -> ChannelChoice {
    with_input(inputs, asked, context, (property, stay, place), propositions, seed, channel::choose)
}

/// What the channels of a decision that was made are like now, as [`channel::standings`] has it.
/// `None` where something it offers is no longer in the catalog, or was stopped.
pub fn standings(
    inputs: &Inputs<'_>,
    asked: &ChannelRequest,
    decision: &Decision,
) -> Option<Vec<(Channel, Standing)>> {
    let catalog = &*inputs.serving.catalog;
    let property = catalog.property_index(&inputs.request.property)?;
    let mut propositions = decision.propositions.clone();
    for slot in propositions.iter_mut().flat_map(|proposition| &mut proposition.slots) {
        let offer = catalog.index_of_key(slot.key);
        slot.offer = offer.filter(|offer| !inputs.live.stopped.contains(*offer))?;
    }
    let (context, stay, place) = context_for(inputs, property, decision.context.channel);
    let whereabouts = (property, stay, place);
    let stand = channel::standings;
    Some(with_input(inputs, asked, &context, whereabouts, &propositions, decision.id, stand))
}

/// Puts together what a channel is chosen by, and hands it on.
fn with_input<R>(
    inputs: &Inputs<'_>,
    asked: &ChannelRequest,
    context: &Context,
    (property, stay, place): (PropertyIndex, Option<&Stay>, Place),
    propositions: &[Proposition],
    seed: DecisionId,
    work: impl FnOnce(&ChannelInput<'_>) -> R,
) -> R {
    let (serving, guest) = (inputs.serving, inputs.guest);
    let catalog = &*serving.catalog;
    let rules = &catalog.content().contact;
    let segment = catalog.content().segments.get(usize::from(guest.segment));
    let offers = propositions.iter().flat_map(|p| &p.slots);
    let value =
        offers.clone().map(|slot| slot.parts.value).fold(0.0_f64, f64::max) * ACCEPT_GIVEN_RESPONSE;
    let offer_channels = offers
        .filter_map(|s| catalog.offer(s.offer))
        .fold(ChannelSet::ALL, |all, o| all.and(o.channels));
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
    let zone = serving.zones.get(usize::from(property.0)).copied().unwrap_or(serving.fallback_zone);
    let in_house = matches!(context.stage, StayStage::InHouse | StayStage::Departure);
    let hotel = Fingerprint::of(inputs.request.property.as_str());
    // Seen in the house, or there by the stay on file.
    let in_house_until = stay
        .filter(|_| in_house)
        .map(|s| zone.moment(s.check_out, CHECK_OUT_MINUTE))
        .max(seen_in_house_until(guest, hotel, inputs.now));
    let gamma = exploration::sharpness(GAMMA0, serving.labels, DECISIONS_CAP);
    let input = ChannelInput {
        now: inputs.now,
        request: *asked,
        offer_channels,
        guest,
        reservation: inputs.ledgers.reservation,
        room: inputs.ledgers.room,
        place,
        hotel,
        current: (context.direction == Direction::Inbound).then_some(context.channel),
        in_house_until,
        rules,
        calendar: &serving.calendar,
        expect: &expect,
        hazard: &hazard,
        value,
        utility_cap: value.max(1.0),
        probabilities: &|values, out| exploration::inverse_gap(values, gamma, FLOOR, out),
        draw: DecisionStream::new(seed, b"channel").next_unit(),
        moment: (rules.send_time == SendTime::Best).then(|| MomentDraw {
            worth_cap: value.max(1.0),
            gamma,
            floor: FLOOR,
            unit: DecisionStream::new(seed, b"moment").next_unit(),
        }),
    };
    work(&input)
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
