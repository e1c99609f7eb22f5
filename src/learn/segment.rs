//! How often a message is answered: response rates by segment, channel, day type and daypart.
//!
//! Most cells are seldom seen, so each is drawn toward a better known one (algorithms 5.1): the
//! rate of all guests in a cell toward the channel's prior, `p_c = (S_c + 20·p₀₀) / (N_c + 20)`; a
//! segment's toward that,
//! `p_sc = (S_sc + 30·p_c) / (N_sc + 30)`. Counts fade by 2 % a day.

use std::collections::BTreeMap;

use crate::domain::channel::Channel;
use crate::domain::time::{Date, TimeContext};

use super::popular::Tally;

/// So many contacts weigh as much as the channel's prior.
const GLOBAL_STRENGTH: f64 = 20.0;
/// So many contacts of a segment weigh as much as the rate of all guests.
const SEGMENT_STRENGTH: f64 = 30.0;
/// What remains of a count after a day.
const DAILY_RETENTION: f64 = 0.98;

/// A rate from counts, drawn toward the channel's prior.
pub fn response(counts: Tally, prior: f64) -> f64 {
    counts.rate(prior, GLOBAL_STRENGTH)
}

/// A segment's rate from its counts, drawn toward the rate of all guests.
pub fn segment_response(counts: Tally, global: f64) -> f64 {
    counts.rate(global, SEGMENT_STRENGTH)
}

/// A channel at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The channel.
    pub channel: Channel,
    /// The time context of the contact.
    pub time: TimeContext,
}

/// Contacts and responses, by segment and cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Responses {
    pub(super) all: BTreeMap<Cell, Tally>,
    pub(super) segments: BTreeMap<(u16, Cell), Tally>,
    /// Day the counts have faded to.
    pub(super) day: Date,
}

impl Responses {
    /// Counts a contact of a day; counts of earlier days fade first.
    pub fn add(&mut self, segment: u16, cell: Cell, day: Date, responded: bool) {
        self.fade(day);
        self.all.entry(cell).or_default().add(responded, 1.0);
        self.segments.entry((segment, cell)).or_default().add(responded, 1.0);
    }

    /// Response rate of a segment in a cell, given the channel's prior.
    pub fn rate(&self, segment: u16, cell: Cell, prior: f64) -> f64 {
        let global = response(self.all.get(&cell).copied().unwrap_or_default(), prior);
        segment_response(self.contacts(segment, cell), global)
    }

    /// What was counted of a segment in a cell: how well its rate is known.
    pub fn contacts(&self, segment: u16, cell: Cell) -> Tally {
        self.segments.get(&(segment, cell)).copied().unwrap_or_default()
    }

    fn fade(&mut self, day: Date) {
        let days = day.0.saturating_sub(self.day.0);
        if days > 0 {
            let remaining = libm::pow(DAILY_RETENTION, f64::from(days));
            for tally in self.all.values_mut().chain(self.segments.values_mut()) {
                tally.shown *= remaining;
                tally.accepted *= remaining;
            }
            self.day = day;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::time::{DayType, Daypart};

    use super::*;

    const CELL: Cell = Cell {
        channel: Channel::Email,
        time: TimeContext { day_type: DayType::Work, daypart: Daypart::Day },
    };

    #[test]
    fn a_rate_is_drawn_toward_what_is_known_better() {
        let mut responses = Responses::default();
        assert!((responses.rate(1, CELL, 0.1) - 0.1).abs() < 1e-12);
        for contact in 0..30 {
            responses.add(1, CELL, Date(10), contact < 12);
        }
        let global = (12.0 + 20.0 * 0.1) / 50.0;
        assert!((responses.rate(2, CELL, 0.1) - global).abs() < 1e-12);
        assert!((responses.rate(1, CELL, 0.1) - (12.0 + 30.0 * global) / 60.0).abs() < 1e-12);
    }

    #[test]
    fn counts_fade_and_a_day_that_comes_late_changes_nothing_else() {
        let mut responses = Responses::default();
        responses.add(1, CELL, Date(10), true);
        responses.add(1, CELL, Date(12), false);
        responses.add(1, CELL, Date(11), false);
        let counts = responses.contacts(1, CELL);
        assert!(
            (counts.accepted - 0.98 * 0.98).abs() < 1e-12
                && (counts.shown - 2.0 - 0.98 * 0.98).abs() < 1e-12
        );
    }
}
