//! Moments and the time context of a moment: day type × daypart in local time.

use std::time::Duration;

/// A moment: microseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Timestamp(i64);

/// Microseconds of a day.
pub const DAY_MICROS: i64 = 86_400_000_000;

impl Timestamp {
    /// The Unix epoch.
    pub const EPOCH: Self = Self(0);
    /// Later than anything.
    pub const NEVER: Self = Self(i64::MAX);

    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Days since the epoch with a fraction.
    #[expect(clippy::cast_precision_loss, reason = "microseconds of this century fit 53 bits")]
    pub fn as_days(self) -> f64 {
        self.0 as f64 / DAY_MICROS as f64
    }

    /// This moment plus a duration, saturating.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// This moment less a duration, saturating.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Time since an earlier moment; zero where `earlier` is later (clocks may disagree).
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Days since an earlier moment; zero where `earlier` is later.
    pub fn days_since(self, earlier: Self) -> f64 {
        self.since(earlier).as_secs_f64() / 86_400.0
    }

    /// The day it lies in by the universal clock.
    pub fn utc_day(self) -> Date {
        Date(i32::try_from(self.as_seconds().div_euclid(86_400)).unwrap_or(i32::MAX))
    }
}

/// Kind of day, by the calendar of the country where the guest is (make-up working days included).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum DayType {
    /// A working day.
    #[default]
    Work,
    /// A weekend day.
    Rest,
    /// A public holiday.
    Holiday,
}

impl DayType {
    /// All of them, in code order.
    pub const ALL: [Self; 3] = [Self::Work, Self::Rest, Self::Holiday];
}

/// Part of the day in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum Daypart {
    /// 06 to 11.
    Morning,
    /// 11 to 17.
    #[default]
    Day,
    /// 17 to 22.
    Evening,
    /// 22 to 06.
    Night,
}

impl Daypart {
    /// All of them, in code order.
    pub const ALL: [Self; 4] = [Self::Morning, Self::Day, Self::Evening, Self::Night];

    /// The daypart of a local hour, 0 to 23.
    pub fn of_hour(hour: u8) -> Self {
        match hour {
            6..=10 => Self::Morning,
            11..=16 => Self::Day,
            17..=21 => Self::Evening,
            _ => Self::Night,
        }
    }
}

/// Day type × daypart: the time context of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TimeContext {
    /// Kind of day.
    pub day_type: DayType,
    /// Part of the day.
    pub daypart: Daypart,
}

impl TimeContext {
    /// All of them: kinds of day, and within each the parts of the day.
    pub fn all() -> impl Iterator<Item = Self> {
        let of = |day_type| Daypart::ALL.map(|daypart| Self { day_type, daypart });
        DayType::ALL.into_iter().flat_map(of)
    }
}

/// A calendar day: days since 1970-01-01, without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Date(pub i32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dayparts_cut_where_design_says() {
        let cuts: Vec<_> = (0..24).map(Daypart::of_hour).collect();
        assert_eq!(cuts[5], Daypart::Night);
        assert_eq!(cuts[6], Daypart::Morning);
        assert_eq!(cuts[11], Daypart::Day);
        assert_eq!(cuts[17], Daypart::Evening);
        assert_eq!(cuts[22], Daypart::Night);
    }

    #[test]
    fn a_clock_that_went_back_gives_zero_not_a_wrap() {
        let t = Timestamp::from_seconds(10);
        assert_eq!(t.since(Timestamp::from_seconds(20)), Duration::ZERO);
        assert_eq!(Timestamp::NEVER.plus(Duration::from_secs(1)), Timestamp::NEVER);
    }
}
