//! A booking as what happened, in order: booked, then cancelled, or arrived, paid and left.
//!
//! The file knows days; the hours are drawn by the row's hash within the hours in which such things
//! happen (people book by day and evening, arrive in the afternoon, leave in the morning), so that
//! they are the same in every run. A no-show is a booking that nobody used: it is cancelled late in
//! the evening of the arrival, marked
//! `no_show`, and never checked
//! in.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;

use super::identity::RowIdentity;
use super::row::{Booking, Ending};

/// The zone of both hotels.
pub(super) const ZONE: &str = "Europe/Lisbon";

/// What is done for a booking at one moment. The order of the kinds is that within a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// The guest becomes known, with facts and consents, and books.
    Book,
    /// The booking ends unused.
    Cancel,
    /// The guest arrives.
    CheckIn,
    /// The guest pays for the nights.
    Pay,
    /// The guest leaves.
    CheckOut,
}

impl Step {
    /// The kind of its event.
    pub(super) fn kind(self) -> EventKind {
        match self {
            Self::Book => EventKind::Book,
            Self::Cancel => EventKind::Cancel,
            Self::CheckIn => EventKind::CheckIn,
            Self::Pay => EventKind::Pay,
            Self::CheckOut => EventKind::CheckOut,
        }
    }

    /// End of its event's id.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Cancel => "cancel",
            Self::CheckIn => "check-in",
            Self::Pay => "pay",
            Self::CheckOut => "check-out",
        }
    }
}

/// A step of one booking of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    pub(super) time: Timestamp,
    /// Number of the booking in the list.
    pub(super) booking: u32,
    pub(super) step: Step,
}

/// Writes timelines; knows the zone and by how many weeks history is moved.
#[derive(Debug, Clone)]
pub(super) struct Timeliner {
    zone: TimeZone,
    shift: Span,
}

impl Timeliner {
    /// Of the two hotels, with history moved by whole weeks.
    ///
    /// # Errors
    /// Where the zone database does not know the zone of the hotels.
    pub(super) fn new(shift_weeks: i32) -> Result<Self, jiff::Error> {
        Ok(Self { zone: TimeZone::get(ZONE)?, shift: shift_weeks.weeks() })
    }

    /// A day of the file, moved. A day beyond the calendar stays where it is.
    pub(super) fn moved(&self, day: Date) -> Date {
        day.checked_add(self.shift).unwrap_or(day)
    }

    /// Appends the steps of a booking, in order.
    pub(super) fn write(
        &self,
        number: u32,
        row: RowIdentity,
        booking: &Booking,
        moments: &mut Vec<Moment>,
    ) {
        let mut push = |time, step| moments.push(Moment { time, booking: number, step });
        let booked_day = booking.arrival.saturating_sub(i64::from(booking.lead_time_days).days());
        let comes_at_once = booking.lead_time_days == 0 && booking.ending == Ending::CheckedOut;
        let hours = if comes_at_once { (7 * 60, 14 * 60) } else { (8 * 60, 22 * 60) };
        let booked = self.at(booked_day, row.within("booked", hours.0, hours.1));
        push(booked, Step::Book);
        match booking.ending {
            Ending::Cancelled => {
                let cancelled = self.at(booking.ended, row.within("cancelled", 9 * 60, 18 * 60));
                push(cancelled.max(booked.plus(MINUTES_10)), Step::Cancel);
            }
            Ending::NoShow => push(self.at(booking.ended, 23 * 60 + 30), Step::Cancel),
            Ending::CheckedOut => {
                let arrived = self.at(booking.arrival, row.within("arrived", 15 * 60, 20 * 60));
                let left = self.at(booking.ended, row.within("left", 7 * 60, 11 * 60));
                let left = left.max(arrived.plus(HOUR));
                push(arrived, Step::CheckIn);
                if paid_cents(booking).is_some() {
                    push(left.minus(MINUTES_10), Step::Pay);
                }
                push(left, Step::CheckOut);
            }
        }
    }

    /// A minute of a local day, in the moved calendar.
    fn at(&self, day: Date, minute: i32) -> Timestamp {
        let moved = self.moved(day);
        let clock = i8::try_from(minute / 60).unwrap_or(0);
        let local = moved.at(clock, i8::try_from(minute % 60).unwrap_or(0), 0, 0);
        let moment = self.zone.to_ambiguous_zoned(local).compatible();
        moment.map_or(Timestamp::EPOCH, |zoned| {
            Timestamp::from_micros(zoned.timestamp().as_microsecond())
        })
    }
}

const MINUTES_10: std::time::Duration = std::time::Duration::from_secs(600);
const HOUR: std::time::Duration = std::time::Duration::from_secs(3_600);

/// The local day at the hotels. At a moment beyond the calendar: 1970-01-01.
pub(super) fn local_day(now: Timestamp) -> Date {
    let moment = jiff::Timestamp::from_microsecond(now.as_micros()).unwrap_or_default();
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    moment.to_zoned(zone).date()
}

/// What was paid for the nights, in cents: the average daily rate times the nights. `None` where
/// that is nothing.
pub(super) fn paid_cents(booking: &Booking) -> Option<i64> {
    let rate =
        booking.rate_cents.filter(|rate| *rate > 0 && booking.ending == Ending::CheckedOut)?;
    Some(rate.saturating_mul(i64::from(booking.nights)))
}

/// By how many weeks history must be moved so that the last arrival falls within three days of
/// `today`.
pub(super) fn weeks_to(today: Date, last_arrival: Date) -> i32 {
    let days = today.since(last_arrival).map_or(0, |span| span.get_days());
    (days + 3).div_euclid(7)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::cli::import::row_tests::{booking, identity};

    fn steps(booking: &Booking, weeks: i32) -> Vec<(Step, String)> {
        let mut moments = Vec::new();
        let timeliner = Timeliner::new(weeks).unwrap();
        timeliner.write(0, identity("x"), booking, &mut moments);
        let day = |m: &Moment| {
            let moment = jiff::Timestamp::from_microsecond(m.time.as_micros()).unwrap();
            moment.to_zoned(timeliner.zone.clone()).date().to_string()
        };
        assert!(moments.is_sorted_by(|a, b| a.time < b.time), "{moments:?}");
        moments.iter().map(|m| (m.step, day(m))).collect()
    }

    #[test]
    fn a_stay_is_booked_lived_paid_and_left() {
        let found = steps(&booking(), 0);
        let day = |s: &str| s.to_owned();
        assert_eq!(
            found,
            [
                (Step::Book, day("2015-06-21")),
                (Step::CheckIn, day("2015-07-01")),
                (Step::Pay, day("2015-07-04")),
                (Step::CheckOut, day("2015-07-04")),
            ]
        );
    }

    #[test]
    fn a_stay_without_nights_or_lead_time_keeps_its_order() {
        let day = date(2015, 7, 1);
        let rushed =
            Booking { nights: 0, lead_time_days: 0, ended: day, rate_cents: None, ..booking() };
        let kinds: Vec<_> = steps(&rushed, 0).into_iter().map(|(step, _)| step).collect();
        assert_eq!(kinds, [Step::Book, Step::CheckIn, Step::CheckOut]);
    }

    #[test]
    fn a_cancellation_follows_its_booking_even_on_the_same_day() {
        for ended in [date(2015, 6, 21), date(2015, 6, 1), date(2015, 6, 30)] {
            let cancelled = Booking { ending: Ending::Cancelled, ended, ..booking() };
            let kinds: Vec<_> = steps(&cancelled, 0).into_iter().map(|(step, _)| step).collect();
            assert_eq!(kinds, [Step::Book, Step::Cancel], "{ended}");
        }
    }

    #[test]
    fn nobody_who_did_not_come_is_checked_in() {
        let missing = Booking { ending: Ending::NoShow, ended: date(2015, 7, 1), ..booking() };
        let found = steps(&missing, 0);
        assert_eq!(found[1], (Step::Cancel, "2015-07-01".to_owned()));
        assert_eq!(found.len(), 2);
        assert_eq!(paid_cents(&missing), None);
    }

    #[test]
    fn history_moves_by_whole_weeks_to_about_today() {
        let last = date(2016, 12, 31);
        for (year, month, day) in [(2026, 11, 22), (2026, 11, 23), (2027, 3, 28), (2016, 12, 30)] {
            let today = date(year, month, day);
            let weeks = weeks_to(today, last);
            let moved = Timeliner::new(weeks).unwrap().moved(last);
            assert_eq!(moved.weekday(), last.weekday());
            assert!(today.since(moved).unwrap().get_days().abs() <= 3, "{today} {moved}");
        }
        let shifted = steps(&booking(), 52);
        assert_eq!(shifted[0].1, "2016-06-19");
    }
}
