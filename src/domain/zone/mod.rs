//! Time zones and the local clock: what day and what minute it is where somebody is, and when a
//! clock will show a minute.
//!
//! Zones come from the IANA database compiled into the program, never from the machine, so that the
//! same moment is the same local time on every node and in every replay. A [`Zone`] is a reference
//! into a table of that database: free to copy, no lock and no count shared between threads. What
//! kind of day it is there: [`calendar`]. The zone of a whole country: [`country`].
//!
//! Where clocks are put forward, the minutes in the gap never show, and the moment of the jump
//! stands for them. Where clocks are put back, minutes show twice, and both are meant.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, OnceLock};

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::invalid::Invalid;
use super::time::{Date, Daypart, Timestamp};

pub mod calendar;
pub mod country;
pub mod holidays;

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
    let database = TimeZoneDatabase::bundled();
    let mut entries: Vec<Entry> = database
        .available()
        .map(|name| Entry { name: name.as_str().to_owned(), rules: OnceLock::new() })
        .collect();
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
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The day of the week of a date.
    pub fn of(date: Date) -> Self {
        // 1970-01-01 was a Thursday.
        let since_monday = (i64::from(date.0) + 3).rem_euclid(7);
        usize::try_from(since_monday)
            .ok()
            .and_then(|at| Self::ALL.get(at))
            .copied()
            .unwrap_or(Self::Monday)
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
        Self::find(name).ok_or_else(|| {
            Invalid::new(field, "is not an IANA time zone; write it like Europe/Berlin")
        })
    }

    /// The zone of an IANA name.
    pub fn find(name: &str) -> Option<Self> {
        let lower = |byte: u8| byte.to_ascii_lowercase();
        let at = ENTRIES
            .binary_search_by(|entry| entry.name.bytes().map(lower).cmp(name.bytes().map(lower)))
            .ok()?;
        let entry = ENTRIES.get(at)?;
        if entry.rules.get().is_none() {
            let rules = TimeZoneDatabase::bundled().get(&entry.name).ok()?;
            entry.rules.get_or_init(|| rules);
        }
        Some(Self(entry))
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        static UTC: LazyLock<Zone> = LazyLock::new(|| {
            static BARE: Entry = Entry { name: String::new(), rules: OnceLock::new() };
            Zone::find("UTC").unwrap_or(Zone(&BARE))
        });
        *UTC
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

    /// The next moment after `now` when the local clock turns to a minute of the day, 0 to 1439.
    /// Where that minute is skipped as clocks are put forward, the moment they are.
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

    /// The first moment when the local clock has come to a minute of a day, 0 to 1439: the first of
    /// two where it shows twice, the moment of the jump where it is skipped.
    pub fn moment(self, date: Date, minute_of_day: u16) -> Timestamp {
        let wanted = i64::from(date.0) * DAY_SECONDS + i64::from(minute_of_day) * MINUTE_SECONDS;
        // No clock is 26 hours from UTC, so the search starts before the wanted moment and passes
        // few changes.
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
        // A zone is only made after its rules were read, or it is bare UTC.
        self.0.rules.get_or_init(|| TimeZone::UTC)
    }

    fn offset(self, seconds: i64) -> i64 {
        i64::from(self.rules().to_offset(moment_of(seconds)).seconds())
    }

    fn stretch(self, seconds: i64) -> Stretch {
        let at = moment_of(seconds);
        let until = self
            .rules()
            .following(at)
            .next()
            .map_or(i64::MAX, |change| change.timestamp().as_second());
        Stretch { until, offset: i64::from(self.rules().to_offset(at).seconds()) }
    }
}

/// The nearest moment that jiff can name: years -9999 to 9999.
fn moment_of(seconds: i64) -> jiff::Timestamp {
    let within = seconds.clamp(jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
    jiff::Timestamp::from_second(within).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// The local time of seconds that a local clock has counted since 1970-01-01 00:00.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "parts of a day; days of 64-bit microseconds fit 32 bits"
)]
fn local_of(local_seconds: i64) -> LocalTime {
    let date = Date(local_seconds.div_euclid(DAY_SECONDS) as i32);
    let minute = local_seconds.rem_euclid(DAY_SECONDS) / MINUTE_SECONDS;
    LocalTime {
        date,
        weekday: Weekday::of(date),
        hour: (minute / 60) as u8,
        minute: (minute % 60) as u8,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse("zone", name).unwrap()
    }

    fn utc(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    fn shown(zone: Zone, at: &str) -> (Weekday, u8, u8) {
        let local = zone.local(utc(at));
        (local.weekday, local.hour, local.minute)
    }

    /// A number for each step, spread over all 64 bits.
    fn mixed(step: u64) -> u64 {
        let z = (step.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (step >> 7))
            .wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z ^ (z >> 29)
    }

    fn below(step: u64, n: usize) -> usize {
        usize::try_from(mixed(step) % u64::try_from(n).unwrap()).unwrap()
    }

    /// A second between 1972 and 2062, often within a day of a change of the clocks.
    fn second_of(step: u64, zone: Zone) -> i64 {
        let any = 63_072_000 + i64::try_from(mixed(step ^ 0xABCD) % 2_840_000_000).unwrap();
        match zone.next_change(Timestamp::from_seconds(any)) {
            Some(change) if !step.is_multiple_of(4) => {
                change.as_seconds() - 86_400 + i64::try_from(mixed(step ^ 7) % 100_000).unwrap()
            }
            _ => any,
        }
    }

    #[test]
    fn names_are_checked_and_case_does_not_matter() {
        assert_eq!(zone("europe/berlin").name(), "Europe/Berlin");
        assert_eq!(zone("Europe/Berlin"), zone("EUROPE/BERLIN"));
        assert_ne!(zone("Europe/Berlin"), zone("Europe/Paris"));
        for bad in [
            "",
            "Berlin",
            "Europe/Berlin ",
            "+02:00",
            "CET-1CEST",
            "Europe/Bërlin",
            "../../etc/passwd",
        ] {
            assert_eq!(Zone::parse("guest.zone", bad).unwrap_err().field, "guest.zone", "{bad}");
        }
    }

    #[test]
    fn every_zone_of_the_database_can_be_found() {
        assert!(ENTRIES.len() > 590, "{}", ENTRIES.len());
        for entry in ENTRIES.iter() {
            assert_eq!(Zone::find(&entry.name).map(Zone::name), Some(entry.name.as_str()));
        }
    }

    #[test]
    fn clocks_are_put_forward_and_back() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(shown(berlin, "2026-03-29T00:59:59Z"), (Weekday::Sunday, 1, 59));
        assert_eq!(shown(berlin, "2026-03-29T01:00:00Z"), (Weekday::Sunday, 3, 0));
        assert_eq!(shown(berlin, "2026-10-25T00:30:00Z"), (Weekday::Sunday, 2, 30));
        assert_eq!(shown(berlin, "2026-10-25T01:30:00Z"), (Weekday::Sunday, 2, 30));
        assert_eq!(
            shown(zone("Asia/Kathmandu"), "2026-01-01T00:00:00Z"),
            (Weekday::Thursday, 5, 45)
        );
        assert_eq!(zone("Asia/Tokyo").local(utc("1969-12-31T23:00:00Z")).date, Date(0));
        assert_eq!(zone("UTC").local(utc("1969-12-31T23:59:59.999999Z")).date, Date(-1));
    }

    #[test]
    fn the_local_clock_is_that_of_the_database() {
        for step in 0..20_000 {
            let name = &ENTRIES[below(step, ENTRIES.len())].name;
            let zone = zone(name);
            let second = second_of(step, zone);
            let expected = zone.rules().to_datetime(jiff::Timestamp::from_second(second).unwrap());
            let local = zone.local(Timestamp::from_seconds(second));
            let since = jiff::civil::date(1970, 1, 1).until(expected.date()).unwrap().get_days();
            assert_eq!(local.date, Date(since), "{name} {second}");
            assert_eq!(
                local.weekday as i8,
                expected.weekday().to_monday_zero_offset(),
                "{name} {second}"
            );
            assert_eq!(
                (i16::from(local.hour), i16::from(local.minute)),
                (expected.hour().into(), expected.minute().into())
            );
        }
    }

    #[test]
    fn the_next_time_a_clock_shows_a_minute() {
        let berlin = zone("Europe/Berlin");
        let next = |now, minute| berlin.next_local(utc(now), minute);
        assert_eq!(next("2026-01-15T07:59:59.999999Z", 540), utc("2026-01-15T08:00:00Z"));
        assert_eq!(next("2026-01-15T08:00:00Z", 540), utc("2026-01-16T08:00:00Z"));
        // 02:30 does not show on the day clocks are put forward: the jump stands for it.
        assert_eq!(next("2026-03-28T12:00:00Z", 150), utc("2026-03-29T01:00:00Z"));
        assert_eq!(next("2026-03-29T01:00:00Z", 150), utc("2026-03-30T00:30:00Z"));
        // It shows twice on the day they are put back.
        assert_eq!(next("2026-10-24T12:00:00Z", 150), utc("2026-10-25T00:30:00Z"));
        assert_eq!(next("2026-10-25T00:30:00Z", 150), utc("2026-10-25T01:30:00Z"));
        // The day on which Samoa crossed the date line never was.
        let apia = zone("Pacific/Apia");
        assert_eq!(apia.next_local(utc("2011-12-30T05:00:00Z"), 720), utc("2011-12-30T10:00:00Z"));
    }

    /// Looks at every minute after `now`, as somebody watching the clock would.
    fn watched(zone: Zone, now: i64, wanted: u16) -> i64 {
        let clock = |at: i64| {
            let local = zone.local(Timestamp::from_seconds(at));
            i64::from(local.date.0) * 1_440 + i64::from(local.minute_of_day())
        };
        let shows = |minute: i64| minute.rem_euclid(1_440) == i64::from(wanted);
        let mut at = now.div_euclid(60) * 60 + 60;
        loop {
            let (before, after) = (clock(at - 60), clock(at));
            if shows(after) || (before + 1..after).any(shows) {
                return at;
            }
            at += 60;
        }
    }

    #[test]
    fn the_next_time_is_what_somebody_watching_the_clock_sees() {
        for step in 0..3_000 {
            let zone = zone(&ENTRIES[below(step, ENTRIES.len())].name);
            let now = second_of(step, zone).max(80_000_000);
            let wanted = u16::try_from(below(step ^ 99, 1_440)).unwrap();
            let next = zone.next_local(Timestamp::from_seconds(now), wanted);
            assert_eq!(next.as_seconds(), watched(zone, now, wanted), "{zone} {now} {wanted}");
        }
    }

    #[test]
    fn the_moment_of_a_local_date_and_minute() {
        let berlin = zone("Europe/Berlin");
        let day = |text: &str| berlin.local(utc(text)).date;
        let noon = berlin.moment(day("2026-07-01T10:00:00Z"), 720);
        assert_eq!(noon, utc("2026-07-01T10:00:00Z"));
        assert_eq!(berlin.moment(day("2026-03-29T10:00:00Z"), 150), utc("2026-03-29T01:00:00Z"));
        assert_eq!(berlin.moment(day("2026-10-25T10:00:00Z"), 150), utc("2026-10-25T00:30:00Z"));
        // In Beirut summer time begins at midnight: the day begins at 01:00.
        let beirut = zone("Asia/Beirut");
        assert_eq!(
            beirut.moment(beirut.local(utc("2026-03-29T10:00:00Z")).date, 0),
            utc("2026-03-28T22:00:00Z")
        );
        for step in 0..3_000 {
            let zone = zone(&ENTRIES[below(step, ENTRIES.len())].name);
            let local = zone.local(Timestamp::from_seconds(second_of(step, zone).max(80_000_000)));
            let at = zone.moment(local.date, local.minute_of_day());
            assert_eq!(zone.local(at), local, "{zone} {at:?}");
            let earlier = zone.local(Timestamp::from_seconds(at.as_seconds() - 60));
            assert!(earlier < local, "{zone} {at:?}");
        }
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for entry in ENTRIES.iter().step_by(7) {
            let zone = zone(&entry.name);
            for at in
                [Timestamp::from_micros(i64::MIN), Timestamp::from_micros(-1), Timestamp::NEVER]
            {
                zone.local(at);
                zone.next_local(at, 0);
            }
            zone.moment(Date(i32::MIN), 0);
            zone.moment(Date(i32::MAX), 1_439);
        }
    }
}
