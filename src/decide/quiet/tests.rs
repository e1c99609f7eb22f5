//! Quiet hours against what a lawyer would answer, at the turns of the clocks and on random cases.

use super::*;
use crate::decide::local_time::ZoneSource;
use crate::domain::time::Date;
use crate::domain::zone::Zone;
use crate::domain::zone::calendar::CalendarDay;

/// `SplitMix64`: the cases of a property test.
pub(in crate::decide) struct Dice(pub u64);

impl Dice {
    pub(in crate::decide) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    pub(in crate::decide) fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    pub(in crate::decide) fn unit(&mut self) -> f64 {
        f64::from(u32::try_from(self.roll(1 << 32)).unwrap()) / 4_294_967_296.0
    }

    pub(in crate::decide) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.roll(of.len() as u64)).unwrap()]
    }

    fn minute(&mut self) -> u16 {
        u16::try_from(self.roll(1_440)).unwrap()
    }

    pub(in crate::decide) fn channels(&mut self) -> ChannelSet {
        ChannelSet::from_bits(u16::try_from(self.roll(1 << 12)).unwrap())
    }

    pub(in crate::decide) fn rule(&mut self) -> QuietHours {
        let country = self.pick(&[None, None, Some(*b"DE"), Some(*b"SA"), Some(*b"CN")]);
        let start_minute = if self.chance(30) { 1_260 } else { self.minute() };
        let end_minute = match self.roll(10) {
            0 => start_minute,
            1..=4 => 540,
            _ => self.minute(),
        };
        QuietHours {
            country,
            channels: self.channels(),
            start_minute,
            end_minute,
            rest_days: self.chance(25),
        }
    }

    pub(in crate::decide) fn place(&mut self) -> Place {
        let zone = Zone::find(self.pick(&ZONES)).unwrap();
        let country = self.pick(&[*b"DE", *b"SA", *b"CN", *b"US", [0, 0]]);
        Place { zone, source: ZoneSource::Home, country, purpose: None }
    }

    /// A moment of 2010 to 2040, in half of the cases within a day and a half of a change of the
    /// clocks.
    pub(in crate::decide) fn moment(&mut self, zone: Zone) -> Timestamp {
        let any = Timestamp::from_micros(1_262_304_000_000_000 + self.micros(10_957 * 86_400));
        match zone.next_change(any) {
            Some(change) if self.chance(50) => change
                .minus(Duration::from_secs(129_600))
                .plus(Duration::from_secs(self.roll(259_200))),
            _ => any,
        }
    }

    fn micros(&mut self, seconds: u64) -> i64 {
        i64::try_from(self.roll(seconds * 1_000_000)).unwrap()
    }

    /// Ten holidays in China, then ten working days, about a date.
    pub(in crate::decide) fn calendar(&mut self, about: Date) -> Calendar {
        let day =
            |offset: i32, day_type| CalendarDay { country: *b"CN", date: Date(offset), day_type };
        let start = about.0 - i32::try_from(self.roll(20)).unwrap();
        Calendar::new(
            (0..20).map(|i| day(start + i, if i < 10 { DayType::Holiday } else { DayType::Work })),
        )
    }
}

/// Zones of every kind: none, northern, southern, half-hour, at midnight, across the date line, in
/// Ramadan.
pub(in crate::decide) const ZONES: [&str; 14] = [
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Asia/Beirut",
    "Africa/Cairo",
    "America/Havana",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Kathmandu",
];

/// What a lawyer would answer, from the words of the rules and jiff's own civil time.
pub(in crate::decide) fn lawyer_says_quiet(
    quiet: &Quiet<'_>,
    channel: Channel,
    at: Timestamp,
) -> bool {
    let zone = jiff::tz::TimeZoneDatabase::bundled().get(quiet.place.zone.name()).unwrap();
    let clock = zone.to_datetime(jiff::Timestamp::from_microsecond(at.as_micros()).unwrap());
    let minute = u16::try_from(i32::from(clock.hour()) * 60 + i32::from(clock.minute())).unwrap();
    let date = jiff::civil::date(1970, 1, 1).until(clock.date()).unwrap().get_days();
    let is_rest_day = quiet.calendar.day_type(quiet.place.country, Date(date)) != DayType::Work;
    let mine: Vec<_> = quiet.rules.iter().filter(|r| r.channels.contains(channel)).collect();
    let here: Vec<_> = mine.iter().filter(|r| r.country == Some(quiet.place.country)).collect();
    let holding =
        if here.is_empty() { mine.iter().filter(|r| r.country.is_none()).collect() } else { here };
    holding.iter().any(|r| {
        let mut minutes = (0..1_440_u16).map(|i| (r.start_minute + i) % 1_440);
        let first = minutes.next().unwrap();
        let in_window =
            minute == first || minutes.take_while(|m| *m != r.end_minute).any(|m| m == minute);
        in_window || (r.rest_days && is_rest_day)
    })
}

fn night(channels: &[Channel]) -> QuietHours {
    let channels = channels.iter().copied().collect();
    QuietHours {
        country: None,
        channels,
        start_minute: 21 * 60,
        end_minute: 9 * 60,
        rest_days: false,
    }
}

fn utc(text: &str) -> Timestamp {
    Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

fn berlin(country: &[u8; 2]) -> Place {
    Place {
        zone: Zone::parse("zone", "Europe/Berlin").unwrap(),
        source: ZoneSource::Home,
        country: *country,
        purpose: None,
    }
}

fn check(
    rules: &[QuietHours],
    country: &[u8; 2],
    from: &str,
    opens: Option<&str>,
    stays: Option<&str>,
) {
    let calendar = Calendar::default();
    let quiet = Quiet { rules, calendar: &calendar, place: berlin(country) };
    let until = utc(from).plus(Duration::from_secs(10 * 86_400));
    let open = quiet.next_open(Channel::Sms, utc(from), until);
    assert_eq!(open, opens.map(utc), "opens after {from}");
    if let (Some(open), Some(stays)) = (open, stays) {
        assert_eq!(
            quiet.open_until(Channel::Sms, open, until),
            utc(stays),
            "stays open from {open:?}"
        );
    }
}

#[test]
fn a_night_ends_in_the_morning_and_the_day_ends_in_the_evening() {
    let rules = [night(&[Channel::Sms])];
    let evening = Some("2026-01-14T19:59:59.999999Z");
    check(&rules, b"DE", "2026-01-14T12:00:00.5Z", Some("2026-01-14T12:00:00.5Z"), evening);
    check(&rules, b"DE", "2026-01-13T23:30:00Z", Some("2026-01-14T08:00:00Z"), evening);
    check(&rules, b"DE", "2026-01-14T07:59:59.999999Z", Some("2026-01-14T08:00:00Z"), evening);
    check(&rules, b"DE", "2026-01-13T20:00:00Z", Some("2026-01-14T08:00:00Z"), evening);
    // Clocks are put forward in the night: nine o'clock comes an hour earlier.
    check(
        &rules,
        b"DE",
        "2026-03-28T22:00:00Z",
        Some("2026-03-29T07:00:00Z"),
        Some("2026-03-29T18:59:59.999999Z"),
    );
}

#[test]
fn other_channels_are_not_silenced() {
    check(
        &[night(&[Channel::Phone])],
        b"DE",
        "2026-01-13T23:30:00Z",
        Some("2026-01-13T23:30:00Z"),
        Some("2026-01-23T23:30:00Z"),
    );
}

#[test]
fn the_country_s_own_rules_come_first_and_all_of_them_hold() {
    let own = QuietHours {
        country: Some(*b"DE"),
        start_minute: 20 * 60,
        end_minute: 8 * 60,
        ..night(&[Channel::Sms])
    };
    let lunch = QuietHours { start_minute: 8 * 60, end_minute: 10 * 60, ..own.clone() };
    let rules = [night(&[Channel::Sms]), own, lunch];
    check(
        &rules[..2],
        b"DE",
        "2026-01-13T23:30:00Z",
        Some("2026-01-14T07:00:00Z"),
        Some("2026-01-14T18:59:59.999999Z"),
    );
    check(
        &rules,
        b"DE",
        "2026-01-13T23:30:00Z",
        Some("2026-01-14T09:00:00Z"),
        Some("2026-01-14T18:59:59.999999Z"),
    );
    check(
        &rules,
        b"FR",
        "2026-01-13T23:30:00Z",
        Some("2026-01-14T08:00:00Z"),
        Some("2026-01-14T19:59:59.999999Z"),
    );
}

#[test]
fn rest_days_are_quiet_all_day() {
    let rules = [QuietHours { rest_days: true, ..night(&[Channel::Sms]) }];
    // From Saturday to Monday morning; where Friday and Saturday are days of rest, to Sunday
    // morning.
    check(
        &rules,
        b"DE",
        "2026-01-10T11:00:00Z",
        Some("2026-01-12T08:00:00Z"),
        Some("2026-01-12T19:59:59.999999Z"),
    );
    check(
        &rules,
        b"SA",
        "2026-01-09T11:00:00Z",
        Some("2026-01-11T08:00:00Z"),
        Some("2026-01-11T19:59:59.999999Z"),
    );
}

#[test]
fn a_window_that_ends_where_it_begins_never_ends() {
    let always = QuietHours { start_minute: 540, end_minute: 540, ..night(&[Channel::Sms]) };
    check(&[always], b"DE", "2026-01-10T11:00:00Z", None, None);
    let halves = [
        night(&[Channel::Sms]),
        QuietHours { start_minute: 540, end_minute: 1_260, ..night(&[Channel::Sms]) },
    ];
    check(&halves, b"DE", "2026-01-10T11:00:00Z", None, None);
    let quiet = Quiet { rules: &halves, calendar: &Calendar::default(), place: berlin(b"DE") };
    assert_eq!(quiet.next_open(Channel::Sms, Timestamp::EPOCH, Timestamp::NEVER), None);
}

#[test]
fn the_hour_that_shows_twice_and_the_hour_that_never_shows() {
    let rule = |start_minute, end_minute| {
        [QuietHours { start_minute, end_minute, ..night(&[Channel::Sms]) }]
    };
    // 02:00 to 02:30 on the day 02:00 to 03:00 shows twice.
    check(
        &rule(120, 150),
        b"DE",
        "2026-10-25T00:10:00Z",
        Some("2026-10-25T00:30:00Z"),
        Some("2026-10-25T00:59:59.999999Z"),
    );
    check(
        &rule(120, 150),
        b"DE",
        "2026-10-25T01:10:00Z",
        Some("2026-10-25T01:30:00Z"),
        Some("2026-10-26T00:59:59.999999Z"),
    );
    // 02:15 to 05:00: clocks put back lead out of the window through its beginning.
    check(
        &rule(135, 300),
        b"DE",
        "2026-10-25T00:30:00Z",
        Some("2026-10-25T01:00:00Z"),
        Some("2026-10-25T01:14:59.999999Z"),
    );
    // 01:00 to 02:30 on the day 02:00 to 03:00 does not show.
    check(&rule(60, 150), b"DE", "2026-03-29T00:10:00Z", Some("2026-03-29T01:00:00Z"), None);
    // 02:10 to 05:00 on that day begins with the jump.
    check(
        &rule(130, 300),
        b"DE",
        "2026-03-28T23:10:00Z",
        Some("2026-03-28T23:10:00Z"),
        Some("2026-03-29T00:59:59.999999Z"),
    );
}

/// I4, and that nobody waits longer than must be: 100,000 random zones, moments, rules, channels.
#[test]
fn no_moment_found_is_quiet_and_none_before_it_is_not() {
    let mut dice = Dice(4);
    let mut moved = 0;
    for case in 0..100_000 {
        let place = dice.place();
        let from = dice.moment(place.zone);
        let calendar = dice.calendar(place.local(from).date);
        let rules: Vec<_> = (0..dice.roll(5)).map(|_| dice.rule()).collect();
        let quiet = Quiet { rules: &rules, calendar: &calendar, place };
        let until = from.plus(Duration::from_secs(dice.roll(5 * 86_400)));
        let channel = dice.pick(&Channel::ALL);
        let is_quiet = |at| lawyer_says_quiet(&quiet, channel, at);
        let between = |dice: &mut Dice, one: Timestamp, other: Timestamp| {
            one.plus(Duration::from_micros(
                dice.roll(u64::try_from(other.since(one).as_micros()).unwrap() + 1),
            ))
        };
        let open = quiet.next_open(channel, from, until);
        let Some(open) = open else {
            assert!((0..4).all(|_| is_quiet(between(&mut dice, from, until))), "case {case}");
            continue;
        };
        assert!(from <= open && open <= until && !is_quiet(open), "case {case}");
        assert_eq!(quiet.is_quiet(channel, from), is_quiet(from), "case {case}");
        if open > from {
            moved += 1;
            assert!(
                is_quiet(open.minus(MICRO))
                    && is_quiet(between(&mut dice, from, open.minus(MICRO))),
                "case {case}"
            );
        }
        let end = quiet.open_until(channel, open, until);
        assert!((0..3).all(|_| !is_quiet(between(&mut dice, open, end))), "case {case}");
        assert!(!is_quiet(end) && (end == until || is_quiet(end.plus(MICRO))), "case {case}");
    }
    assert!(moved > 10_000, "{moved}");
}
