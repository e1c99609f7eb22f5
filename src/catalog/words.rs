//! Names of enumerated words, as documents and rules write them.

use crate::domain::exposure::ExposureState;
use crate::domain::policy::{CapSubject, LearningMode};
use crate::domain::time::{DayType, Daypart};

/// Kinds of day.
pub(crate) const DAY_TYPES: [(&str, DayType); 3] =
    [("WORK", DayType::Work), ("REST", DayType::Rest), ("HOLIDAY", DayType::Holiday)];

/// Parts of the day.
pub(crate) const DAYPARTS: [(&str, Daypart); 4] = [
    ("MORNING", Daypart::Morning),
    ("DAY", Daypart::Day),
    ("EVENING", Daypart::Evening),
    ("NIGHT", Daypart::Night),
];

/// How far an exposure must have come to be counted.
pub(crate) const COUNTED: [(&str, ExposureState); 6] = [
    ("DECISION", ExposureState::Reserved),
    ("IMPRESSION", ExposureState::Shown),
    ("CLICK", ExposureState::Clicked),
    ("DECLINE", ExposureState::Declined),
    ("ACCEPT", ExposureState::Accepted),
    ("CONSUME", ExposureState::Consumed),
];

/// Over whom a cap counts.
pub(crate) const SUBJECTS: [(&str, CapSubject); 3] = [
    ("GUEST", CapSubject::Guest),
    ("RESERVATION", CapSubject::Reservation),
    ("ROOM", CapSubject::Room),
];

/// Learning modes.
pub(crate) const MODES: [(&str, LearningMode); 3] = [
    ("ONLINE", LearningMode::Online),
    ("APPRENTICE", LearningMode::Apprentice),
    ("LOGGING_ONLY", LearningMode::LoggingOnly),
];

/// Is it the form of an ISO 3166 alpha-2 code: two capital letters?
pub(crate) fn country(text: &str) -> Option<[u8; 2]> {
    let bytes: [u8; 2] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_uppercase).then_some(bytes)
}

/// Has it the form of a BCP 47 language? (Not looked up in a registry.)
pub(crate) fn is_locale(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let language = parts.next().unwrap_or_default();
    text.len() <= 35
        && (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(is_part)
}

/// Names, for a sentence: `A, B or C`.
pub(crate) fn choice<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_code_order() {
        assert_eq!(DAY_TYPES.map(|(_, v)| v), DayType::ALL);
        assert_eq!(DAYPARTS.map(|(_, v)| v), Daypart::ALL);
        for (code, (_, state)) in (0..).zip(COUNTED) {
            assert_eq!(ExposureState::from_code(code), Some(state));
        }
        for (code, (_, mode)) in (0..).zip(MODES) {
            assert_eq!(LearningMode::from_code(code), Some(mode));
        }
    }

    #[test]
    fn a_choice_reads_as_a_sentence() {
        assert_eq!(choice(["A"]), "A");
        assert_eq!(choice(["A", "B", "C"]), "A, B or C");
    }
}
