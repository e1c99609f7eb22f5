//! What kind of day a date is in a country: its weekly days of rest, and the dates that differ from
//! the week.
//!
//! Holidays and make-up working days are data: what is built in ([`super::holidays`]), and what a brand
//! adds. A country nobody told us about has Saturday and Sunday.

use std::sync::{Arc, LazyLock};

use super::{Weekday, holidays};
use crate::domain::time::{Date, DayType};

/// Days of the week, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WeekdaySet(u8);

impl WeekdaySet {
    /// Is the day in it?
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day as u8) != 0
    }

    const fn of(days: &[Weekday]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < days.len() {
            bits |= 1 << days[at] as u8;
            at += 1;
        }
        Self(bits)
    }
}

impl FromIterator<Weekday> for WeekdaySet {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |bits, day| bits | 1 << day as u8))
    }
}

/// A date that differs from its day of the week: a holiday, a bridging day, a make-up working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarDay {
    /// ISO 3166 alpha-2 country.
    pub country: [u8; 2],
    /// The date.
    pub date: Date,
    /// What kind of day it is there.
    pub day_type: DayType,
}

/// What kind of day each date is, by country.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// By country and date, no date twice.
    days: Vec<CalendarDay>,
    /// Weeks that differ from the built-in ones, by country.
    weeks: Vec<([u8; 2], WeekdaySet)>,
}

impl Calendar {
    /// A calendar of the dates that differ from the week, in any order; of two entries for one date
    /// the later one holds.
    pub fn new(entries: impl IntoIterator<Item = CalendarDay>) -> Self {
        let mut days: Vec<CalendarDay> = entries.into_iter().collect();
        days.reverse();
        days.sort_by_key(place);
        days.dedup_by_key(|day| place(day));
        Self { days, weeks: Vec::new() }
    }

    /// The public holidays that are built in.
    pub fn world() -> Arc<Self> {
        static WORLD: LazyLock<Arc<Calendar>> =
            LazyLock::new(|| Arc::new(Calendar::new(holidays::built_in().iter().copied())));
        Arc::clone(&WORLD)
    }

    /// Those, and what a brand adds or says otherwise.
    pub fn of_brand(entries: &[CalendarDay]) -> Arc<Self> {
        if entries.is_empty() {
            return Self::world();
        }
        Arc::new(Self::new(holidays::built_in().iter().chain(entries).copied()))
    }

    /// This calendar with other weekly days of rest for a country; none: every day is a working
    /// day.
    #[must_use]
    pub fn with_rest_days(mut self, country: [u8; 2], rest: WeekdaySet) -> Self {
        match self.weeks.binary_search_by_key(&country, |(c, _)| *c) {
            Ok(at) => self.weeks[at].1 = rest,
            Err(at) => self.weeks.insert(at, (country, rest)),
        }
        self
    }

    /// What kind of day a date is in a country; `[0, 0]` for a country nobody knows.
    pub fn day_type(&self, country: [u8; 2], date: Date) -> DayType {
        if let Ok(at) = self.days.binary_search_by_key(&(country, date), place) {
            return self.days[at].day_type;
        }
        if self.rest_days(country).contains(Weekday::of(date)) {
            DayType::Rest
        } else {
            DayType::Work
        }
    }

    /// Is a date none of the country's weekly days of rest, whatever is celebrated on it?
    pub fn is_weekday(&self, country: [u8; 2], date: Date) -> bool {
        !self.rest_days(country).contains(Weekday::of(date))
    }

    fn rest_days(&self, country: [u8; 2]) -> WeekdaySet {
        match self.weeks.binary_search_by_key(&country, |(c, _)| *c) {
            Ok(at) => self.weeks[at].1,
            Err(_) => usual_rest_days(country),
        }
    }
}

fn place(day: &CalendarDay) -> ([u8; 2], Date) {
    (day.country, day.date)
}

/// Weekly days of rest where they are not Saturday and Sunday, as of 2026.
///
/// From Unicode CLDR (`supplemental/weekData`), less the United Arab Emirates, which moved to
/// Saturday and Sunday in 2022, and with the countries it does not list that rest on Friday and
/// Saturday, on Saturday alone, or on Friday and Sunday.
fn usual_rest_days(country: [u8; 2]) -> WeekdaySet {
    use Weekday::{Friday, Saturday, Sunday, Thursday};
    match &country {
        b"BD" | b"BH" | b"DJ" | b"DZ" | b"EG" | b"IL" | b"IQ" | b"JO" | b"KW" | b"LY" | b"MV"
        | b"OM" | b"PS" | b"QA" | b"SA" | b"SD" | b"SY" | b"YE" => {
            const { WeekdaySet::of(&[Friday, Saturday]) }
        }
        b"AF" => const { WeekdaySet::of(&[Thursday, Friday]) },
        b"BN" => const { WeekdaySet::of(&[Friday, Sunday]) },
        b"IR" => const { WeekdaySet::of(&[Friday]) },
        b"IN" | b"UG" => const { WeekdaySet::of(&[Sunday]) },
        b"NP" => const { WeekdaySet::of(&[Saturday]) },
        _ => const { WeekdaySet::of(&[Saturday, Sunday]) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2026-01-01, a Thursday.
    const THURSDAY: i32 = 20_454;

    fn day(offset: i32) -> Date {
        Date(THURSDAY + offset)
    }

    fn entry(country: &[u8; 2], date: Date, day_type: DayType) -> CalendarDay {
        CalendarDay { country: *country, date, day_type }
    }

    fn week(calendar: &Calendar, country: &[u8; 2]) -> Vec<DayType> {
        (4..11).map(|offset| calendar.day_type(*country, day(offset))).collect()
    }

    #[test]
    fn weeks_differ_by_country() {
        use DayType::{Rest, Work};
        let calendar = Calendar::default();
        assert_eq!(Weekday::of(day(0)), Weekday::Thursday);
        assert_eq!(week(&calendar, b"DE"), [Work, Work, Work, Work, Work, Rest, Rest]);
        assert_eq!(week(&calendar, &[0, 0]), week(&calendar, b"DE"));
        assert_eq!(week(&calendar, b"AE"), week(&calendar, b"DE"));
        assert_eq!(week(&calendar, b"SA"), [Work, Work, Work, Work, Rest, Rest, Work]);
        assert_eq!(week(&calendar, b"NP"), [Work, Work, Work, Work, Work, Rest, Work]);
        let monday = calendar.with_rest_days(*b"DE", WeekdaySet::from_iter([Weekday::Monday]));
        assert_eq!(week(&monday, b"DE"), [Rest, Work, Work, Work, Work, Work, Work]);
        assert_eq!(week(&monday, b"FR"), [Work, Work, Work, Work, Work, Rest, Rest]);
    }

    #[test]
    fn dates_that_differ_win_over_the_week_and_the_later_entry_over_the_earlier() {
        let calendar = Calendar::new([
            entry(b"CN", day(2), DayType::Rest),
            entry(b"CN", day(2), DayType::Work),
            entry(b"CN", day(0), DayType::Holiday),
        ]);
        assert_eq!(calendar.day_type(*b"CN", day(0)), DayType::Holiday);
        // A Saturday made up for the holiday.
        assert_eq!(calendar.day_type(*b"CN", day(2)), DayType::Work);
        assert_eq!(calendar.day_type(*b"JP", day(2)), DayType::Rest);
    }
}
