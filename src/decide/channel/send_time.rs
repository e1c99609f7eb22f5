//! When to send within the window: at the first moment that is not quiet, or, where the brand asks for
//! it, at the moment the guest is likeliest to answer.
//!
//! Of a pushed channel every hour of the window that is not quiet is looked at, with its kind of day and
//! part of it; a few of the best are drawn from with exact selection probabilities
//! ([`crate::learn::channel::moment`]). Waiting costs a little, so that of equals the earlier is
//! better.

use std::time::Duration;

use super::hard_rules::HardRules;
use super::{ChannelInput, quiet_of};
use crate::domain::channel::Channel;
use crate::domain::time::{TimeContext, Timestamp};
use crate::learn::channel::moment::{self, Candidate};

/// Between two moments that are looked at.
const STEP: Duration = Duration::from_secs(3_600);
/// Moments looked at, at most: three days.
const LOOKED_AT_MAX: usize = 72;
/// What a day of waiting costs, as a share of the value of a response.
const LATENESS_A_DAY: f64 = 0.005;

/// A moment and the probability it was chosen with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SendTime {
    /// The moment.
    pub(super) at: Timestamp,
    /// P(the policy chose this moment | channel).
    pub(super) selection_probability: f64,
}

/// The moment to send through a channel that was chosen.
pub(super) fn choose(
    input: &ChannelInput<'_>,
    rules: &HardRules<'_>,
    channel: Channel,
) -> SendTime {
    let first = SendTime { at: rules.moment(channel), selection_probability: 1.0 };
    let Some(draw) = input.moment else { return first };
    // Who is there is spoken to while there.
    let is_there = rules.is_open_surface(channel);
    if input.request.is_transactional || !channel.is_pushed() || is_there {
        return first;
    }
    let candidates = candidates(input, channel, first.at, rules.window.latest);
    let mut known: Vec<(TimeContext, f64)> = Vec::new();
    let mut hoped = |time| match known.iter().find(|(context, _)| *context == time) {
        Some((_, hoped)) => *hoped,
        None => {
            let hoped = (input.expect)(channel, time).hoped;
            known.push((time, hoped));
            hoped
        }
    };
    let value = if input.value.is_finite() { input.value } else { 0.0 };
    let worths: Vec<f64> = candidates
        .iter()
        .map(|candidate| {
            let days = candidate.at.days_since(first.at);
            value * (hoped(candidate.time) - LATENESS_A_DAY * days)
        })
        .collect();
    let Some(chosen) = moment::choose(&candidates, &worths, &draw) else { return first };
    SendTime {
        at: candidates[chosen.place].at,
        selection_probability: chosen.selection_probability,
    }
}

/// The hours of the window that are not quiet, from the first moment on.
fn candidates(
    input: &ChannelInput<'_>,
    channel: Channel,
    first: Timestamp,
    latest: Timestamp,
) -> Vec<Candidate> {
    let quiet = quiet_of(input);
    let mut candidates = Vec::with_capacity(LOOKED_AT_MAX);
    let mut from = first;
    while candidates.len() < LOOKED_AT_MAX && from <= latest {
        let Some(at) = quiet.next_open(channel, from, latest) else { break };
        let time = input.place.time_context(input.calendar, at);
        let hour = input.place.local(at).hour;
        candidates.push(Candidate { at, hour, time });
        from = at.plus(STEP);
    }
    candidates
}
