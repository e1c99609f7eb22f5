//! The public holidays that are built in, and the working days that are made up for them, by country:
//! 246 countries and territories, 2024 to 2027. A brand adds its own.

use std::sync::LazyLock;

use super::calendar::CalendarDay;
use crate::domain::date;
use crate::domain::time::DayType;

/// A line for each country and year: `PT 2026 0101 … +0214`.
const TABLE: &str = include_str!("../../../models/calendars/public_holidays.txt");

/// Every built-in date that differs from the week.
pub fn built_in() -> &'static [CalendarDay] {
    static DAYS: LazyLock<Vec<CalendarDay>> = LazyLock::new(|| read(TABLE));
    &DAYS
}

/// What is not a line of the table is passed over.
fn read(table: &str) -> Vec<CalendarDay> {
    let mut days = Vec::with_capacity(16 << 10);
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let (Some(country), Some(year)) = (words.next(), words.next()) else { continue };
        let Ok(country) = <[u8; 2]>::try_from(country.as_bytes()) else { continue };
        days.extend(words.filter_map(|word| {
            let (day_type, day) = match word.strip_prefix('+') {
                Some(made_up) => (DayType::Work, made_up),
                None => (DayType::Holiday, word),
            };
            let (month, day) = day.split_at_checked(2)?;
            let date = date::parse(&format!("{year}-{month}-{day}"))?;
            Some(CalendarDay { country, date, day_type })
        }));
    }
    days
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::zone::calendar::Calendar;

    fn day_type(country: [u8; 2], day: &str) -> DayType {
        Calendar::world().day_type(country, date::parse(day).unwrap())
    }

    #[test]
    fn every_word_of_the_table_is_a_date_and_every_country_is_there() {
        let words = TABLE.lines().filter(|line| !line.starts_with('#'));
        let dates: usize = words.map(|line| line.split(' ').count() - 2).sum();
        assert_eq!(built_in().len(), dates);
        let countries: BTreeSet<[u8; 2]> = built_in().iter().map(|day| day.country).collect();
        assert_eq!(countries.len(), 246);
    }

    #[test]
    fn holidays_and_made_up_working_days_are_known() {
        assert_eq!(day_type(*b"PT", "2026-06-10"), DayType::Holiday);
        assert_eq!(day_type(*b"PT", "2026-06-11"), DayType::Work);
        assert_eq!(day_type(*b"CN", "2026-02-17"), DayType::Holiday);
        // A Saturday on which China works for the Spring Festival.
        assert_eq!(day_type(*b"CN", "2026-02-28"), DayType::Work);
        assert_eq!(day_type(*b"DE", "2026-02-28"), DayType::Rest);
        assert_eq!(day_type(*b"DE", "2026-12-25"), DayType::Holiday);
        // Beyond the table there is the week.
        assert_eq!(day_type(*b"DE", "2031-12-25"), DayType::Work);
    }
}
