//! When a guest is left in peace: quiet hours by country and channel, in the local time of where
//! the guest is (I4).
//!
//! Rules of the guest's country hold; for channels on which the country has none, the rules for
//! everywhere else do. Where several rules hold, each one must allow. Quiet hours have no
//! exception: a transactional message waits as well. A guest whose zone nobody knows has the quiet
//! hours of the fallback zone ([`super::local_time`]): not knowing is never a reason to send.
//!
//! The local clock is taken at its word: in the hour that shows twice as clocks are put back, a
//! minute is quiet both times or neither; a window that ends in the hour that is skipped ends with
//! the jump.

use std::time::Duration;

use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::policy::QuietHours;
use crate::domain::time::{DayType, Timestamp};
use crate::domain::zone::LocalTime;
use crate::domain::zone::calendar::Calendar;

use super::local_time::Place;

#[cfg(test)]
pub(super) mod tests;

/// How far ahead the end or the beginning of quiet hours is looked for: longer than any run of
/// holidays.
pub const SEARCH: Duration = Duration::from_secs(40 * 86_400);

/// The smallest step of time.
const MICRO: Duration = Duration::from_micros(1);

/// The quiet hours that hold for a guest.
#[derive(Debug, Clone, Copy)]
pub struct Quiet<'a> {
    /// Rules of the brand.
    pub rules: &'a [QuietHours],
    /// What kind of day it is.
    pub calendar: &'a Calendar,
    /// Where the guest is.
    pub place: Place,
}

impl<'a> Quiet<'a> {
    /// Is a moment quiet for a channel?
    pub fn is_quiet(&self, channel: Channel, at: Timestamp) -> bool {
        self.quiet_among(ChannelSet::NONE.with(channel), at).0.contains(channel)
    }

    /// The first moment from `from` until `until`, both included, that is not quiet for a channel;
    /// `None` where there is none, or none within [`SEARCH`].
    pub fn next_open(
        &self,
        channel: Channel,
        from: Timestamp,
        until: Timestamp,
    ) -> Option<Timestamp> {
        self.openings(ChannelSet::NONE.with(channel), from, until)[channel.at()]
    }

    /// For each channel wanted the first moment that is not quiet, as [`Self::next_open`] gives it,
    /// in one sweep.
    pub fn openings(
        &self,
        wanted: ChannelSet,
        from: Timestamp,
        until: Timestamp,
    ) -> [Option<Timestamp>; Channel::COUNT] {
        let mut openings = [None; Channel::COUNT];
        let (mut waiting, mut at) = (wanted, from);
        let last = until.min(from.plus(SEARCH));
        while !waiting.is_empty() && at <= last {
            let (quiet, next) = self.quiet_among(waiting, at);
            for channel in waiting.iter().filter(|c| !quiet.contains(*c)) {
                openings[channel.at()] = Some(at);
            }
            (waiting, at) = (quiet, next);
        }
        openings
    }

    /// The last moment until `until` up to which a channel that is not quiet at `from` stays so,
    /// looked for within [`SEARCH`].
    pub fn open_until(&self, channel: Channel, from: Timestamp, until: Timestamp) -> Timestamp {
        let last = until.min(from.plus(SEARCH));
        let mut at = from;
        loop {
            let next = self.next_start(channel, at);
            if next > last {
                return last;
            }
            if self.is_quiet(channel, next) {
                return next.minus(MICRO);
            }
            at = next;
        }
    }

    /// Which of some channels are quiet at a moment, and the next moment at which that may change
    /// for one of these.
    fn quiet_among(&self, channels: ChannelSet, at: Timestamp) -> (ChannelSet, Timestamp) {
        let local = self.place.local(at);
        let is_rest_day = self.calendar.day_type(self.place.country, local.date) != DayType::Work;
        let (mut quiet, mut next) = (ChannelSet::NONE, Timestamp::NEVER);
        for (rule, silenced) in self.holding(channels) {
            let end = if rule.rest_days && is_rest_day {
                self.place.zone.next_local(at, 0)
            } else if is_within(rule, local) {
                self.end_of_window(rule, at)
            } else {
                continue;
            };
            quiet = union(quiet, silenced);
            next = next.min(end);
        }
        if !quiet.is_empty() {
            // Clocks put back may lead out of a window through its beginning.
            next = next.min(self.place.zone.next_change(at).unwrap_or(Timestamp::NEVER));
        }
        (quiet, next)
    }

    /// The next moment after `at` at which quiet hours of a channel may begin.
    fn next_start(&self, channel: Channel, at: Timestamp) -> Timestamp {
        let zone = self.place.zone;
        let mut next = zone.next_change(at).unwrap_or(Timestamp::NEVER);
        for (rule, _) in self.holding(ChannelSet::NONE.with(channel)) {
            next = next.min(zone.next_local(at, rule.start_minute));
            if rule.rest_days {
                next = next.min(zone.next_local(at, 0));
            }
        }
        next
    }

    fn end_of_window(&self, rule: &QuietHours, at: Timestamp) -> Timestamp {
        // A window that ends where it begins is the whole day, every day.
        if rule.start_minute == rule.end_minute {
            return Timestamp::NEVER;
        }
        self.place.zone.next_local(at, rule.end_minute)
    }

    /// The rules that hold for some of the channels here, each with these channels.
    fn holding(&self, channels: ChannelSet) -> impl Iterator<Item = (&'a QuietHours, ChannelSet)> {
        let Quiet { rules, place, .. } = *self;
        let here = |rule: &&QuietHours| rule.country == Some(place.country);
        let covered =
            rules.iter().filter(here).fold(ChannelSet::NONE, |set, rule| union(set, rule.channels));
        rules.iter().filter_map(move |rule| {
            let silenced = match rule.country {
                Some(country) if country == place.country => rule.channels.and(channels),
                Some(_) => ChannelSet::NONE,
                None => without(rule.channels.and(channels), covered),
            };
            (!silenced.is_empty()).then_some((rule, silenced))
        })
    }
}

/// Does the local clock show a minute of the rule's window?
fn is_within(rule: &QuietHours, local: LocalTime) -> bool {
    let (start, end, minute) = (rule.start_minute, rule.end_minute, local.minute_of_day());
    if start < end { (start..end).contains(&minute) } else { minute >= start || minute < end }
}

fn union(one: ChannelSet, other: ChannelSet) -> ChannelSet {
    ChannelSet::from_bits(one.bits() | other.bits())
}

fn without(set: ChannelSet, less: ChannelSet) -> ChannelSet {
    ChannelSet::from_bits(set.bits() & !less.bits())
}
