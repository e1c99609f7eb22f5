//! Through which channel to reach a guest, and when.
//!
//! 1. **Hard rules** (`hard_rules.rs`) take channels out; the first that fails is the channel's
//!    reason.
//! 2. **The moment** of a channel is the first of the window that is not quiet ([`super::quiet`]),
//!    with selection probability 1; where the brand asks for it, that of the channel chosen is drawn
//!    among a few of the best (`send_time.rs`).
//! 3. **Utility** of what is left:
//!    `propensity · value − cost − annoyance · (1 + contacts of the last 7 days)
//!    − permission · P(unsubscribes)`, the response propensity in the time context of that moment,
//!    hoped for a little where little is known of the segment. Saying nothing has utility 0 and is an
//!    alternative like any other; a transactional message cannot be left unsaid while a channel is
//!    left.
//! 4. **Presence overrides history**: a guest who is on an open surface worth speaking on (the app
//!    in front, the desk, a call) is spoken to there. All other channels then leave the draw
//!    (probability 0, though nothing forbids them) and stay as fallbacks. Transactional messages go
//!    where they always go.
//! 5. **The draw**, by the selection probabilities handed in, so that each is exact. Nothing
//!    changes the choice afterwards.
//! 6. **Fallbacks**: the channels left that are better than silence, best first. Each was checked
//!    at its own moment, which may come later than the chosen one's: before one is used,
//!    [`Quiet::next_open`] says when.
//!
//! The answer's window ends before quiet hours begin again, so any moment in it will do.

use std::time::Duration;

use super::local_time::Place;
use super::quiet::Quiet;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::{
    ChannelChoice, ConsideredChannel, ContactBasis, SendOutcome, WithholdReason,
};
use crate::domain::exposure::Ledger;
use crate::domain::guest::GuestState;
use crate::domain::id::Fingerprint;
use crate::domain::policy::ContactRules;
use crate::domain::request::ChannelRequest;
use crate::domain::time::{TimeContext, Timestamp};
use crate::domain::zone::calendar::Calendar;
use crate::learn::channel::moment::MomentDraw;

pub mod rates;

pub(super) mod contacts;
mod hard_rules;
pub mod replay;
mod send_time;
#[cfg(test)]
mod tests;

use hard_rules::HardRules;

/// How long a message may wait where the caller does not say.
const WINDOW: Duration = Duration::from_secs(72 * 3_600);

/// Alternatives of a draw at most: every channel, and saying nothing.
pub const ALTERNATIVES_MAX: usize = Channel::COUNT + 1;

/// All that a channel is chosen by.
#[derive(Clone, Copy)]
pub struct ChannelInput<'a> {
    /// The moment of the decision.
    pub now: Timestamp,
    /// What the caller wants.
    pub request: ChannelRequest,
    /// Channels that the offers and their treatments can go through.
    pub offer_channels: ChannelSet,
    /// Why what is to be said may not be said now, on any channel.
    pub bar: Option<WithholdReason>,
    /// The guest.
    pub guest: &'a GuestState,
    /// Ledger of the reservation it is about; caps over a reservation count on the guest's where
    /// there is none.
    pub reservation: Option<&'a Ledger>,
    /// Ledger of the room it is about, likewise.
    pub room: Option<&'a Ledger>,
    /// Where the guest is.
    pub place: Place,
    /// The hotel that asks.
    pub hotel: Fingerprint,
    /// The surface the guest is on as we are asked: the channel of an inbound call. `None` for an
    /// outbound one.
    pub current: Option<Channel>,
    /// Until when the guest is in the house; `None`: is not.
    pub in_house_until: Option<Timestamp>,
    /// What the brand has decided about contacts.
    pub rules: &'a ContactRules,
    /// What kind of day it is.
    pub calendar: &'a Calendar,
    /// What is expected of a contact on a channel in a time context.
    pub expect: &'a dyn Fn(Channel, TimeContext) -> Expectation,
    /// P(the contact ends in an unsubscription), by channel, contacts on it and on all in 7 days.
    pub hazard: &'a dyn Fn(Channel, [u16; 2]) -> f64,
    /// What a response is worth, in major units: `margin · P(accept | response)` of the best offer.
    pub value: f64,
    /// Utilities are divided by this before exploration, so that 1 is about the largest; above 0.
    pub utility_cap: f64,
    /// Selection probabilities of alternatives by their scaled utilities: inverse-gap weighting
    /// with a floor. Channels in code order, then silence where it is an alternative; at most
    /// [`ALTERNATIVES_MAX`].
    pub probabilities: &'a dyn Fn(&[f64], &mut [f64]),
    /// The uniform draw, 0 to below 1.
    pub draw: f64,
    /// How the moment is drawn; `None`: the first that is not quiet.
    pub moment: Option<MomentDraw>,
}

/// What a channel is like at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standing {
    /// It may be used now, and would be worth so much; saying nothing is worth 0.
    Open {
        /// Utility in major units.
        utility: f64,
        /// The last moment at which it may be used.
        until: Timestamp,
    },
    /// Quiet hours: not before this moment.
    Later {
        /// The moment.
        at: Timestamp,
        /// The last moment at which it may be used then.
        until: Timestamp,
    },
    /// A hard rule forbids it.
    Forbidden(WithholdReason),
}

/// What every channel the caller allows is like now: the same hard rules and the same utility as when
/// one is chosen, with nothing drawn.
pub fn standings(input: &ChannelInput<'_>) -> Vec<(Channel, Standing)> {
    let window = Window::of(&input.request, input.now);
    let rules = HardRules::new(input, window);
    let standing = |c: ConsideredChannel| {
        let at = rules.moment(c.channel);
        let until = || rules.window_end(c.channel, at);
        let standing = match c.forbidden {
            Some(reason) => Standing::Forbidden(reason),
            None if at > input.now => Standing::Later { at, until: until() },
            None => Standing::Open { utility: c.utility, until: until() },
        };
        (c.channel, standing)
    };
    consider(input, &rules).into_iter().map(standing).collect()
}

/// The last moment a message may be sent at, by what was asked for.
pub fn latest_of(request: &ChannelRequest, now: Timestamp) -> Timestamp {
    Window::of(request, now).latest
}

/// What is expected of a contact.
#[derive(Debug, Clone, Copy)]
pub struct Expectation {
    /// P(the guest responds | contacted), 0 to 1.
    pub response_propensity: f64,
    /// The propensity to explore by, 0 to 1.
    pub hoped: f64,
    /// What it comes from; the moment and recent contacts are filled in here.
    pub basis: ContactBasis,
}

/// The moments a message may be sent at.
#[derive(Debug, Clone, Copy)]
struct Window {
    start: Timestamp,
    latest: Timestamp,
}

impl Window {
    fn of(request: &ChannelRequest, now: Timestamp) -> Self {
        let start = request.earliest.unwrap_or(now).max(now);
        Self { start, latest: request.latest.unwrap_or_else(|| start.plus(WINDOW)) }
    }
}

/// Chooses a channel and a moment, or silence with its reason.
pub fn choose(input: &ChannelInput<'_>) -> ChannelChoice {
    let window = Window::of(&input.request, input.now);
    let rules = HardRules::new(input, window);
    let mut considered = consider(input, &rules);
    let drawn = alternatives(input, &rules, &considered);
    let chosen = draw(input, drawn, &mut considered);
    let choice = answer(input, &rules, chosen, considered);
    debug_assert_eq!(crate::domain::invariants::silence_has_a_reason(&choice), Ok(()));
    choice
}

/// Looks at every channel the caller allows.
fn consider(input: &ChannelInput<'_>, rules: &HardRules<'_>) -> Vec<ConsideredChannel> {
    let allowed = input.request.allowed;
    let mut considered = Vec::with_capacity(allowed.iter().count());
    let ledger = &input.guest.ledger;
    let recent = contacts::recent(ledger, input.now, contacts::pushed());
    // What is not a number is worth nothing.
    let value = if input.value.is_finite() { input.value } else { 0.0 };
    let mut contexts = Contexts::new(input, rules.window.start);
    for channel in allowed.iter() {
        let forbidden = rules.forbids(channel);
        let context = contexts.at(rules.moment(channel));
        // What a channel costs that is not in use, nobody knows.
        let (response_propensity, utility) = rules.policy(channel).map_or((0.0, 0.0), |policy| {
            let expected = (input.expect)(channel, context);
            let on_channel = contacts::recent(ledger, input.now, ChannelSet::NONE.with(channel));
            let hazard = (input.hazard)(channel, [on_channel, recent]);
            let gain = within_unit(expected.hoped) * value - policy.cost;
            let annoyance = policy.annoyance * (1.0 + f64::from(recent));
            let utility = gain - annoyance - policy.permission_value * within_unit(hazard);
            (within_unit(expected.response_propensity), utility)
        });
        considered.push(ConsideredChannel {
            channel,
            forbidden,
            response_propensity,
            utility,
            selection_probability: 0.0,
        });
    }
    considered
}

/// The time contexts of a few moments, of which most are the start of the window or the end of the
/// same quiet hours.
struct Contexts<'a> {
    input: &'a ChannelInput<'a>,
    first: (Timestamp, TimeContext),
    last: (Timestamp, TimeContext),
}

impl<'a> Contexts<'a> {
    fn new(input: &'a ChannelInput<'a>, start: Timestamp) -> Self {
        let first = (start, input.place.time_context(input.calendar, start));
        Self { input, first, last: first }
    }

    fn at(&mut self, at: Timestamp) -> TimeContext {
        if at == self.first.0 {
            return self.first.1;
        }
        if at != self.last.0 {
            self.last = (at, self.input.place.time_context(self.input.calendar, at));
        }
        self.last.1
    }
}

fn within_unit(rate: f64) -> f64 {
    if rate.is_nan() { 0.0 } else { rate.clamp(0.0, 1.0) }
}

/// What is drawn from: some channels, and perhaps silence.
#[derive(Debug, Clone, Copy)]
struct Alternatives {
    channels: ChannelSet,
    silence: bool,
}

fn alternatives(
    input: &ChannelInput<'_>,
    rules: &HardRules<'_>,
    considered: &[ConsideredChannel],
) -> Alternatives {
    let feasible = considered.iter().filter(|c| c.forbidden.is_none());
    let channels: ChannelSet = feasible.clone().map(|c| c.channel).collect();
    if input.request.is_transactional {
        return Alternatives { channels, silence: channels.is_empty() };
    }
    let is_there = feasible.clone().any(|c| rules.is_open_surface(c.channel) && c.utility > 0.0);
    let is_drawn = |channel: &Channel| !is_there || rules.is_open_surface(*channel);
    Alternatives { channels: channels.iter().filter(is_drawn).collect(), silence: true }
}

/// What was drawn.
#[derive(Debug, Clone, Copy)]
struct Chosen {
    channel: Option<Channel>,
    selection_probability: f64,
}

/// Draws an alternative and notes the selection probability of each channel.
fn draw(
    input: &ChannelInput<'_>,
    among: Alternatives,
    considered: &mut [ConsideredChannel],
) -> Chosen {
    let mut utilities = [0.0; ALTERNATIVES_MAX];
    let mut probabilities = [0.0; ALTERNATIVES_MAX];
    let mut count = 0;
    for entry in considered.iter().filter(|c| among.channels.contains(c.channel)) {
        utilities[count] = entry.utility / input.utility_cap;
        count += 1;
    }
    // Silence comes last, with its utility of 0.
    count += usize::from(among.silence);
    if count == 1 {
        probabilities[0] = 1.0;
    } else {
        (input.probabilities)(&utilities[..count], &mut probabilities[..count]);
    }
    debug_assert_eq!(
        crate::domain::invariants::probabilities_sum_to_one(&probabilities[..count]),
        Ok(())
    );
    let at = pick(&probabilities[..count], input.draw);
    let mut channel = None;
    for (i, entry) in
        considered.iter_mut().filter(|c| among.channels.contains(c.channel)).enumerate()
    {
        entry.selection_probability = probabilities[i];
        if i == at {
            channel = Some(entry.channel);
        }
    }
    Chosen { channel, selection_probability: probabilities[at] }
}

/// The first alternative whose cumulative probability passes the draw; rounding leaves the last
/// possible one.
fn pick(probabilities: &[f64], draw: f64) -> usize {
    let mut sum = 0.0;
    let mut last = 0;
    for (i, p) in probabilities.iter().enumerate() {
        sum += p;
        if *p > 0.0 {
            last = i;
        }
        if sum > draw {
            return i;
        }
    }
    last
}

fn answer(
    input: &ChannelInput<'_>,
    rules: &HardRules<'_>,
    chosen: Chosen,
    considered: Vec<ConsideredChannel>,
) -> ChannelChoice {
    let Window { start, latest } = rules.window;
    let mut choice = ChannelChoice {
        outcome: SendOutcome::Withhold,
        channel: chosen.channel,
        reason: None,
        selection_probability: chosen.selection_probability,
        time_selection_probability: 1.0,
        draw: input.draw,
        window_start: start,
        window_end: latest,
        fallbacks: Vec::new(),
        considered,
        basis: None,
        moments: Vec::new(),
    };
    if let Some(channel) = chosen.channel {
        let time = send_time::choose(input, rules, channel);
        let at = time.at;
        choice.time_selection_probability = time.selection_probability;
        choice.basis = Some(basis(input, channel, at));
        choice.outcome = if at > input.now { SendOutcome::Queue } else { SendOutcome::Send };
        choice.window_start = at;
        choice.window_end = rules.window_end(channel, at);
        choice.moments = time.moments;
        choice.fallbacks = fallbacks(&choice.considered, channel, input.request.is_transactional);
    } else {
        choice.reason = Some(why_silent(&choice.considered));
    }
    choice
}

/// What was known of a channel at the moment of sending.
fn basis(input: &ChannelInput<'_>, channel: Channel, at: Timestamp) -> ContactBasis {
    let time = input.place.time_context(input.calendar, at);
    let ledger = &input.guest.ledger;
    let recent = [ChannelSet::NONE.with(channel), contacts::pushed()]
        .map(|channels| contacts::recent(ledger, input.now, channels));
    ContactBasis { time, recent, ..(input.expect)(channel, time).basis }
}

/// Silence was chosen, or the most valuable of the channels says why it had to be.
fn why_silent(considered: &[ConsideredChannel]) -> WithholdReason {
    if considered.iter().any(|c| c.forbidden.is_none()) {
        return WithholdReason::LowValue;
    }
    // Of a channel the caller or the brand leaves out nobody expected anything.
    let missed = considered.iter().filter(|c| c.forbidden != Some(WithholdReason::NotAllowed));
    // Of equals the first in code order: `max_by` keeps the last.
    let best = missed.rev().max_by(|a, b| a.utility.total_cmp(&b.utility));
    best.and_then(|c| c.forbidden).unwrap_or(WithholdReason::NotAllowed)
}

fn fallbacks(
    considered: &[ConsideredChannel],
    chosen: Channel,
    transactional: bool,
) -> Vec<Channel> {
    let is_next = |c: &&ConsideredChannel| {
        c.channel != chosen && c.forbidden.is_none() && (transactional || c.utility > 0.0)
    };
    let mut next = [None; Channel::COUNT];
    let mut count = 0;
    for entry in considered.iter().filter(is_next) {
        next[count] = Some(entry);
        count += 1;
    }
    let utility = |entry: &Option<&ConsideredChannel>| entry.map_or(f64::MIN, |c| c.utility);
    next[..count].sort_by(|a, b| utility(b).total_cmp(&utility(a)));
    let mut channels = Vec::with_capacity(count);
    channels.extend(next[..count].iter().flatten().map(|c| c.channel));
    channels
}

fn quiet_of<'a>(input: &ChannelInput<'a>) -> Quiet<'a> {
    Quiet { rules: &input.rules.quiet_hours, calendar: input.calendar, place: input.place }
}
