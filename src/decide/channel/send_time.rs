//! When to send within the window: at the first moment that is not quiet, or, where the brand asks for
//! it, at the moment the guest is likeliest to answer (algorithms 5.4):
//!
//! ```text
//! worth(τ) = value · (min(1, P(response in the cell of τ) · f_g(hour of τ) / mean of f_g) − lateness · days)
//! ```
//!
//! Of a pushed channel every half hour of the window that is not quiet is looked at, with its kind of day,
//! part of it, and how active the guest is at its hour; a few of the best are drawn from with exact
//! selection probabilities ([`crate::learn::channel::moment`]). Waiting costs a little, so that of equals
//! the earlier is better. What was drawn is moved by up to a quarter of an hour, never into quiet hours
//! and never out of the window; what can go at once goes at once.

use std::time::Duration;

use super::hard_rules::HardRules;
use super::{ChannelInput, quiet_of};
use crate::domain::channel::Channel;
use crate::domain::decision::Moment;
use crate::domain::time::{Date, DayType, TimeContext, Timestamp};
use crate::learn::channel::moment::{self, Candidate, MomentDraw};

/// Between two moments that are looked at.
const STEP: Duration = Duration::from_secs(1_800);
/// Moments looked at, at most: three days.
const LOOKED_AT_MAX: usize = 144;
/// What a day of waiting costs, as a share of the value of a response.
const LATENESS_A_DAY: f64 = 0.005;

/// A moment and the probability it was chosen with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SendTime {
    /// The moment.
    pub(super) at: Timestamp,
    /// P(the policy chose this moment | channel).
    pub(super) selection_probability: f64,
    /// What was drawn from.
    pub(super) moments: Vec<Moment>,
}

/// The moment to send through a channel that was chosen.
pub(super) fn choose(
    input: &ChannelInput<'_>,
    rules: &HardRules<'_>,
    channel: Channel,
) -> SendTime {
    let first = rules.moment(channel);
    let at_once = SendTime { at: first, selection_probability: 1.0, moments: Vec::new() };
    let Some(draw) = input.moment else { return at_once };
    // Who is there is spoken to while there.
    let is_there = rules.is_open_surface(channel);
    if input.request.is_transactional || !channel.is_pushed() || is_there {
        return at_once;
    }
    let latest = rules.window.latest;
    let candidates = candidates(input, channel, first, latest);
    let mut known: Vec<(TimeContext, f64)> = Vec::new();
    let mut hoped = |time| match known.iter().find(|(context, _)| *context == time) {
        Some((_, hoped)) => *hoped,
        None => {
            let hoped = (input.expect)(channel, time).hoped;
            known.push((time, hoped));
            hoped
        }
    };
    let moments: Vec<Moment> = candidates
        .iter()
        .map(|candidate| Moment {
            at: candidate.at,
            hoped: hoped(candidate.time),
            activity: moment::activity(&draw.density, candidate.hour),
        })
        .collect();
    let worths: Vec<f64> =
        moments.iter().map(|moment| worth(moment, input.value, input.now)).collect();
    let Some(chosen) = moment::choose(&candidates, &worths, &draw) else { return at_once };
    SendTime {
        at: moved(input, channel, (candidates[chosen.place].at, first, latest), &draw),
        selection_probability: chosen.selection_probability,
        moments: chosen.among.iter().map(|(place, _)| moments[*place]).collect(),
    }
}

/// What it is worth to send at a moment, in major units.
pub(super) fn worth(moment: &Moment, value: f64, now: Timestamp) -> f64 {
    let value = if value.is_finite() { value } else { 0.0 };
    let propensity = (moment.hoped * moment.activity).min(1.0);
    value * (propensity - LATENESS_A_DAY * moment.at.days_since(now))
}

/// A moment that waits, moved a little: back where that is allowed, else forward.
fn moved(
    input: &ChannelInput<'_>,
    channel: Channel,
    (at, first, latest): (Timestamp, Timestamp, Timestamp),
    draw: &MomentDraw,
) -> Timestamp {
    if at <= input.now {
        return at;
    }
    let (by, quiet) = (moment::jitter(draw.jitter), quiet_of(input));
    let back = Timestamp::from_micros(at.as_micros().saturating_add(by));
    if back < at && first <= back && !quiet.is_quiet(channel, back) {
        return back;
    }
    let forward = at.plus(Duration::from_micros(by.unsigned_abs()));
    forward.min(quiet.open_until(channel, at, latest))
}

/// The half hours of the window that are not quiet, from the first moment on.
fn candidates(
    input: &ChannelInput<'_>,
    channel: Channel,
    first: Timestamp,
    latest: Timestamp,
) -> Vec<Candidate> {
    let (quiet, mut days) = (quiet_of(input), Days::default());
    let mut candidates = Vec::with_capacity(LOOKED_AT_MAX);
    let mut from = first;
    while candidates.len() < LOOKED_AT_MAX && from <= latest {
        let Some(mut at) = quiet.next_open(channel, from, latest) else { break };
        let until = quiet.open_until(channel, at, latest);
        while at <= until && candidates.len() < LOOKED_AT_MAX {
            let local = input.place.local(at);
            let day_type = days.day_type(input, local.date);
            let time = TimeContext { day_type, daypart: local.daypart() };
            candidates.push(Candidate { at, hour: local.hour, time });
            at = at.plus(STEP);
        }
        from = until.plus(Duration::from_micros(1));
    }
    candidates
}

/// The kind of the day asked for last: moments come day by day.
#[derive(Debug, Default)]
struct Days(Option<(Date, DayType)>);

impl Days {
    fn day_type(&mut self, input: &ChannelInput<'_>, date: Date) -> DayType {
        match self.0 {
            Some((known, day_type)) if known == date => day_type,
            _ => {
                let day_type = input.place.day_type(date, input.calendar);
                self.0 = Some((date, day_type));
                day_type
            }
        }
    }
}
