//! Time zones and the local clock: what day and what minute it is where somebody is, and when a clock will show a minute.
//!
//! Zones come from the IANA database compiled into the program, never from the machine, so that the same moment is the same
//! local time on every node and in every replay. A [`Zone`] is a reference into a table of that database: free to copy, no
//! lock and no count shared between threads. What kind of day it is there: [`calendar`]. The zone of a whole country:
//! [`country`].
//!
//! Where clocks are put forward, the minutes in the gap never show, and the moment of the jump stands for them. Where clocks
//! are put back, minutes show twice, and both are meant.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, OnceLock};

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::invalid::Invalid;
use super::time::{Date, Daypart, Timestamp};

pub mod calendar;
pub mod country;

const MINUTE_SECONDS: i64 = 60;
const DAY_SECONDS: i64 = 86_400;
const DAY_MINUTES: u16 = 1_440;

/// A zone of the IANA database.
#[derive(Clone, Copy)]
pub struct Zone(&'static Entry);

struct Entry {
    name: String,
    rules: OnceLock<TimeZone>,
}

/// Every zone that can be named, by lower-case name. Rules are read when a zone is first asked for.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let names = TimeZoneDatabase::bundled().available();
    let mut entries: Vec<Entry> =
        names.map(|name| Entry { name: name.as_str().to_owned(), rules: OnceLock::new() }).collect();
    entries.sort_by_cached_key(|entry| entry.name.to_ascii_lowercase());
    entries
});

/// A local date and the time of the day, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    /// The day.
    pub date: Date,
    /// Its day of the week.
    pub weekday: Weekday,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
}

impl LocalTime {
    /// Minutes since the clock showed 00:00, 0 to 1439.
    pub fn minute_of_day(self) -> u16 {
        u16::from(self.hour) * 60 + u16::from(self.minute)
    }

    /// The part of the day.
    pub fn daypart(self) -> Daypart {
        Daypart::of_hour(self.hour)
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl Weekday {
    /// All of them, Monday first.
    pub const ALL: [Self; 7] = [
        Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday,
    ];

    /// The day of the week of a date.
    pub fn of(date: Date) -> Self {
        // 1970-01-01 was a Thursday.
        let since_monday = (i64::from(date.0) + 3).rem_euclid(7);
        usize::try_from(since_monday).ok().and_then(|at| Self::ALL.get(at)).copied().unwrap_or(Self::Monday)
    }
}

/// A stretch of time without a change of the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    /// First second after it; `i64::MAX` where the clocks never change again.
    until: i64,
    /// Seconds the local clock is ahead of UTC.
    offset: i64,
}

impl Zone {
    /// Reads an IANA name; upper and lower case are the same. `field` names it in the error.
    ///
    /// # Errors
    /// Where no zone has this name.
    pub fn parse(field: &str, name: &str) -> Result<Self, Invalid> {
        Self::find(name).ok_or_else(|| Invalid::new(field, "is not an IANA time zone; write it like Europe/Berlin"))
    }

    /// The zone of an IANA name.
    pub fn find(name: &str) -> Option<Self> {
        let lower = |byte: u8| byte.to_ascii_lowercase();
        let at = ENTRIES.binary_search_by(|entry| entry.name.bytes().map(lower).cmp(name.bytes().map(lower))).ok()?;
        let entry = ENTRIES.get(at)?;
        if entry.rules.get().is_none() {
            let rules = TimeZoneDatabase::bundled().get(&entry.name).ok()?;
            entry.rules.get_or_init(|| rules);
        }
        Some(Self(entry))
    }

    /// Its IANA name, as the database writes it.
    pub fn name(self) -> &'static str {
        &self.0.name
    }

    /// What the local clock shows at a moment.
    pub fn local(self, now: Timestamp) -> LocalTime {
        let seconds = now.as_seconds();
        local_of(seconds + self.offset(seconds))
    }

    /// The next moment after `now` when the local clock turns to a minute of the day, 0 to 1439. Where that minute is
    /// skipped as clocks are put forward, the moment they are.
    pub fn next_local(self, now: Timestamp, minute_of_day: u16) -> Timestamp {
        let wanted = i64::from(minute_of_day % DAY_MINUTES) * MINUTE_SECONDS;
        // The first whole second after `now`.
        let mut from = now.as_seconds().saturating_add(1);
        loop {
            let stretch = self.stretch(from);
            let shown = (from + stretch.offset).rem_euclid(DAY_SECONDS);
            let next = from + (wanted - shown).rem_euclid(DAY_SECONDS);
            if next < stretch.until {
                return Timestamp::from_seconds(next);
            }
            let skipped = self.offset(stretch.until) - stretch.offset;
            if next < stretch.until + skipped {
                return Timestamp::from_seconds(stretch.until);
            }
            from = stretch.until;
        }
    }

    /// The first moment when the local clock has come to a minute of a day, 0 to 1439: the first of two where it shows
    /// twice, the moment of the jump where it is skipped.
    pub fn moment(self, date: Date, minute_of_day: u16) -> Timestamp {
        let wanted = i64::from(date.0) * DAY_SECONDS + i64::from(minute_of_day) * MINUTE_SECONDS;
        // No clock is 26 hours from UTC, so the search starts before the wanted moment and passes few changes.
        let mut from = wanted - 26 * 3_600;
        loop {
            let stretch = self.stretch(from);
            let at = (wanted - stretch.offset).max(from);
            if at < stretch.until {
                return Timestamp::from_seconds(at);
            }
            from = stretch.until;
        }
    }

    /// The next moment after `now` when clocks are changed here; `None`: never again.
    pub fn next_change(self, now: Timestamp) -> Option<Timestamp> {
        let until = self.stretch(now.as_seconds()).until;
        (until < i64::MAX).then(|| Timestamp::from_seconds(until))
    }

    fn rules(self) -> &'static TimeZone {
        // A `Zone` is only made after its rules were read.
        self.0.rules.get_or_init(|| TimeZone::UTC)
    }

    fn offset(self, seconds: i64) -> i64 {
        i64::from(self.rules().to_offset(moment_of(seconds)).seconds())
    }

    fn stretch(self, seconds: i64) -> Stretch {
        let at = moment_of(seconds);
        let until = self.rules().following(at).next().map_or(i64::MAX, |change| change.timestamp().as_second());
        Stretch { until, offset: i64::from(self.rules().to_offset(at).seconds()) }
    }
}

/// The nearest moment that jiff can name: years -9999 to 9999.
fn moment_of(seconds: i64) -> jiff::Timestamp {
    let within = seconds.clamp(jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
    jiff::Timestamp::from_second(within).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// The local time of seconds that a local clock has counted since 1970-01-01 00:00.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "parts of a day; days of 64-bit microseconds fit 32 bits")]
fn local_of(local_seconds: i64) -> LocalTime {
    let date = Date(local_seconds.div_euclid(DAY_SECONDS) as i32);
    let minute = local_seconds.rem_euclid(DAY_SECONDS) / MINUTE_SECONDS;
    LocalTime { date, weekday: Weekday::of(date), hour: (minute / 60) as u8, minute: (minute % 60) as u8 }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
