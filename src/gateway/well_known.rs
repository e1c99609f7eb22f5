//! Moments, lengths of time and field masks: messages that JSON writes as a text. (An object of any
//! shape is none, and is written by [`free_form`].)

use std::fmt::Write as _;

use super::free_form;
use super::schema::Form;
use super::wire::{Malformed, Reader, Value, put};

/// First and last second of the calendar that protobuf knows: years 1 to 9999.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
/// Longest length of time, in seconds: about 10,000 years.
const SPAN_SECONDS_MAX: i64 = 315_576_000_000;

/// Writes what the bytes of a message say, as a JSON text.
pub(super) fn write(form: Form, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
    if form == Form::Struct {
        return free_form::write(bytes, out);
    }
    out.push(b'"');
    match form {
        Form::Timestamp => {
            let (seconds, nanos) = seconds_and_nanos(bytes)?;
            timestamp(seconds, nanos, out);
        }
        Form::Duration => {
            let (seconds, nanos) = seconds_and_nanos(bytes)?;
            if seconds < 0 || nanos < 0 {
                out.push(b'-');
            }
            out.extend_from_slice(seconds.unsigned_abs().to_string().as_bytes());
            fraction(nanos.unsigned_abs(), out);
            out.push(b's');
        }
        Form::FieldMask => mask(bytes, out)?,
        Form::Struct => {}
    }
    out.push(b'"');
    Ok(())
}

/// Writes the fields of a message from its text; gives what would be right where it cannot be read.
pub(super) fn read(form: Form, text: &str, out: &mut Vec<u8>) -> Result<(), &'static str> {
    match form {
        Form::Timestamp => {
            let wrong = "is no moment; write it like 2026-11-23T10:00:00Z";
            let (seconds, nanos) = moment(text).ok_or(wrong)?;
            if !SECONDS.contains(&seconds) {
                return Err(wrong);
            }
            put_both(seconds, nanos, out);
        }
        Form::Duration => {
            let wrong = "is no length of time; write it in seconds, like 1.5s";
            let (seconds, nanos) = span(text).ok_or(wrong)?;
            put_both(seconds, nanos, out);
        }
        Form::Struct => return Err("is an object, and no text"),
        Form::FieldMask => {
            for path in text.split(',').filter(|path| !path.is_empty()) {
                put(out, 1, Value::Bytes(snake_case(path).as_bytes()));
            }
        }
    }
    Ok(())
}

fn seconds_and_nanos(bytes: &[u8]) -> Result<(i64, i32), Malformed> {
    let mut both = (0, 0);
    let mut reader = Reader::new(bytes);
    while let Some(field) = reader.next()? {
        match field {
            (1, Value::Varint(seconds)) => both.0 = seconds.cast_signed(),
            (2, Value::Varint(nanos)) => {
                both.1 = i32::try_from(nanos.cast_signed()).map_err(|_| Malformed)?;
            }
            _ => {}
        }
    }
    Ok(both)
}

fn put_both(seconds: i64, nanos: i32, out: &mut Vec<u8>) {
    put(out, 1, Value::Varint(seconds.cast_unsigned()));
    put(out, 2, Value::Varint(i64::from(nanos).cast_unsigned()));
}

/// Days from 1970 to a date, turned around (Howard Hinnant, *chrono-compatible low-level date
/// algorithms*, 2013).
fn timestamp(seconds: i64, nanos: i32, out: &mut Vec<u8>) {
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    for (number, width, after) in [
        (year, 4, b'-'),
        (month, 2, b'-'),
        (day, 2, b'T'),
        (of_day / 3_600, 2, b':'),
        (of_day / 60 % 60, 2, b':'),
    ] {
        padded(number, width, out);
        out.push(after);
    }
    padded(of_day % 60, 2, out);
    fraction(nanos.unsigned_abs(), out);
    out.push(b'Z');
}

/// Seconds from 1970 and nanoseconds after them: date, time and offset, all of them given. Taken in
/// pieces, for a moment as a whole would end a day before the calendar does.
fn moment(text: &str) -> Option<(i64, i32)> {
    let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
    let (date, time, offset) = (pieces.date(), pieces.time()?, pieces.to_numeric_offset()?);
    if pieces.time_zone_annotation().is_some() {
        return None;
    }
    let (month, day) = (i64::from(date.month()), i64::from(date.day()));
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let (hour, minute) = (i64::from(time.hour()), i64::from(time.minute()));
    let of_day = hour * 3_600 + minute * 60 + i64::from(time.second());
    let seconds = days * 86_400 + of_day - i64::from(offset.seconds());
    Some((seconds, time.subsec_nanosecond()))
}

fn padded(number: i64, width: u32, out: &mut Vec<u8>) {
    for place in (0..width).rev() {
        let digit = number / 10_i64.pow(place) % 10;
        out.push(b'0' + u8::try_from(digit).unwrap_or(0));
    }
}

/// A fraction of a second in three, six or nine digits; nothing where there is none.
fn fraction(nanos: u32, out: &mut Vec<u8>) {
    let (number, width) = match nanos {
        0 => return,
        n if n % 1_000_000 == 0 => (n / 1_000_000, 3),
        n if n % 1_000 == 0 => (n / 1_000, 6),
        n => (n, 9),
    };
    out.push(b'.');
    padded(i64::from(number), width, out);
}

fn span(text: &str) -> Option<(i64, i32)> {
    let number = text.strip_suffix('s')?;
    let (sign, number) = match number.strip_prefix('-') {
        Some(number) => (-1, number),
        None => (1, number),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) || fraction.len() > 9 {
        return None;
    }
    let seconds: i64 = whole.parse().ok().filter(|seconds| *seconds <= SPAN_SECONDS_MAX)?;
    let nanos: i32 = format!("{fraction:0<9}").parse().ok()?;
    Some((sign * seconds, i32::try_from(sign).ok()? * nanos))
}

fn mask(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
    let mut reader = Reader::new(bytes);
    let mut text = String::new();
    while let Some(field) = reader.next()? {
        let (1, Value::Bytes(path)) = field else { continue };
        if !text.is_empty() {
            text.push(',');
        }
        let path = std::str::from_utf8(path).map_err(|_| Malformed)?;
        // Writing to a string cannot fail.
        let _ = write!(text, "{}", camel_case(path).escape_default());
    }
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// `loyalty.tier_id` as `loyalty.tierId`.
pub(super) fn camel_case(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut is_next_upper = false;
    for c in path.chars() {
        match c {
            '_' => is_next_upper = true,
            c if is_next_upper => {
                text.push(c.to_ascii_uppercase());
                is_next_upper = false;
            }
            c => text.push(c),
        }
    }
    text
}

/// `loyalty.tierId` as `loyalty.tier_id`.
fn snake_case(path: &str) -> String {
    let mut text = String::with_capacity(path.len() + 4);
    for c in path.chars() {
        if c.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    fn told(form: Form, bytes: &[u8]) -> String {
        let mut out = Vec::new();
        write(form, bytes, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn taken(form: Form, text: &str) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        read(form, text, &mut out).is_ok().then_some(out)
    }

    #[test]
    fn moments_are_those_of_the_calendar() {
        for (seconds, nanos, text) in [
            (0, 0, "1970-01-01T00:00:00Z"),
            (1_795_428_000, 0, "2026-11-23T10:00:00Z"),
            (951_782_399, 500_000_000, "2000-02-28T23:59:59.500Z"),
            (951_782_400, 1_000, "2000-02-29T00:00:00.000001Z"),
            (-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"),
            (*SECONDS.start(), 0, "0001-01-01T00:00:00Z"),
            (*SECONDS.end(), 0, "9999-12-31T23:59:59Z"),
        ] {
            let message = prost_types::Timestamp { seconds, nanos };
            assert_eq!(told(Form::Timestamp, &message.encode_to_vec()), format!("\"{text}\""));
            let back = taken(Form::Timestamp, text).unwrap();
            assert_eq!(prost_types::Timestamp::decode(&*back).unwrap(), message, "{text}");
        }
        let other = taken(Form::Timestamp, "2026-11-23T11:00:00.25+01:00").unwrap();
        let other = prost_types::Timestamp::decode(&*other).unwrap();
        assert_eq!((other.seconds, other.nanos), (1_795_428_000, 250_000_000));
        for bad in ["", "yesterday", "2026-02-30T00:00:00Z", "2026-11-23", "-0005-01-01T00:00:00Z"]
        {
            assert!(taken(Form::Timestamp, bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn lengths_of_time_are_seconds() {
        for (seconds, nanos, text) in [
            (0, 0, "0s"),
            (3, 0, "3s"),
            (1, 500_000_000, "1.500s"),
            (-1, -1, "-1.000000001s"),
            (0, -250_000_000, "-0.250s"),
        ] {
            let message = prost_types::Duration { seconds, nanos };
            assert_eq!(told(Form::Duration, &message.encode_to_vec()), format!("\"{text}\""));
            let back = taken(Form::Duration, text).unwrap();
            assert_eq!(prost_types::Duration::decode(&*back).unwrap(), message, "{text}");
        }
        for bad in ["", "s", "1", "1.s2", "+1s", "1e3s", "0.1234567890s", "315576000001s", "1..2s"]
        {
            assert!(taken(Form::Duration, bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn masks_have_the_names_of_json() {
        let paths = vec!["locale".to_owned(), "loyalty.tier_id".to_owned()];
        let message = prost_types::FieldMask { paths };
        assert_eq!(told(Form::FieldMask, &message.encode_to_vec()), "\"locale,loyalty.tierId\"");
        for text in ["locale,loyalty.tierId", "locale,loyalty.tier_id"] {
            let back = taken(Form::FieldMask, text).unwrap();
            assert_eq!(prost_types::FieldMask::decode(&*back).unwrap(), message);
        }
        assert_eq!(taken(Form::FieldMask, "").unwrap(), Vec::<u8>::new());
    }
}
