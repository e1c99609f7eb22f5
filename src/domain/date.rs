//! Local dates `YYYY-MM-DD` and the days since 1970-01-01 that the domain counts.

use std::fmt;

use super::time::Date;

/// Reads a date of the years 2000 to 2099, written in exactly ten characters.
pub fn parse(text: &str) -> Option<Date> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else { return None };
    let number = |digits: &[&u8]| {
        digits
            .iter()
            .try_fold(0_i32, |n, b| b.is_ascii_digit().then(|| n * 10 + i32::from(**b - b'0')))
    };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
    let is_sound =
        (2000..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let date = Date(days_of(year, month, day));
    // The 31st of a shorter month is the first days of the next: not the date that was written.
    (is_sound && parts_of(date) == (year, month, day)).then_some(date)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = parts_of(*self);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar (Hinnant, "chrono-compatible
/// low-level date algorithms").
fn days_of(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of days since 1970-01-01.
fn parts_of(date: Date) -> (i32, i32, i32) {
    let days = date.0.saturating_add(719_468);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + days.div_euclid(146_097) * 400 + i32::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_century_is_written_and_read_back() {
        let (first, last) = (parse("2000-01-01").unwrap(), parse("2099-12-31").unwrap());
        assert_eq!((first.0, last.0), (10_957, 47_481));
        for day in first.0..=last.0 {
            assert_eq!(parse(&Date(day).to_string()), Some(Date(day)));
        }
        assert_eq!(Date(0).to_string(), "1970-01-01");
        assert_eq!(Date(20_779).to_string(), "2026-11-22");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for bad in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "26-04-01",
            "2026/04/01",
            "2026-4-1",
            "1999-12-31",
            "2100-01-01",
            "2026-04-01 ",
            "２０２６-04-01",
            "+026-04-01",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert!(parse("2028-02-29").is_some());
    }
}
