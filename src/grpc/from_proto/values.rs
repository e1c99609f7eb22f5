//! Plain values of the wire: ids, texts, moments, dates, money, places, numbers.

use crate::api::v1;
use crate::domain::date;
use crate::domain::id::FOREIGN_ID_BYTES_MAX;
use crate::domain::invalid::Invalid;
use crate::domain::money::{AMOUNT_MINOR_MAX, Currency, Money};
use crate::domain::time::{Date, Timestamp};
use crate::domain::zone::Zone;
use crate::grpc::card_numbers::holds_card_number;
use crate::grpc::problems::Problems;

/// Longest text where no limit is stated, in bytes.
pub(crate) const TEXT_BYTES_MAX: usize = 1_024;
/// Most elements of a list where no limit is stated.
pub(crate) const LIST_MAX: usize = 1_000;
/// Most entries of a map of attributes.
const ATTRIBUTES_MAX: usize = 32;
/// Longest value of an attribute, in bytes.
const ATTRIBUTE_BYTES_MAX: usize = 256;
/// The moments taken: from 2000-01-01 until before 2100-01-01, in seconds since the epoch.
const SECONDS_FIRST: i64 = 946_684_800;
const SECONDS_END: i64 = 4_102_444_800;

/// An id of another system; card numbers are refused.
pub(crate) fn foreign<T>(
    problems: &mut Problems,
    field: &str,
    text: &str,
    parse: impl FnOnce(&str, &str) -> Result<T, Invalid>,
) -> Option<T> {
    if holds_card_number(text) {
        problems.forbid(field);
        return None;
    }
    problems.take(parse(field, text))
}

/// The same, where it may be left empty.
pub(crate) fn foreign_optional<T>(
    problems: &mut Problems,
    field: &str,
    text: &str,
    parse: impl FnOnce(&str, &str) -> Result<T, Invalid>,
) -> Option<T> {
    if text.is_empty() { None } else { foreign(problems, field, text, parse) }
}

/// An id of the catalog, where it may be left empty.
pub(crate) fn catalog_optional<T>(
    problems: &mut Problems,
    field: &str,
    text: &str,
    parse: impl FnOnce(&str, &str) -> Result<T, Invalid>,
) -> Option<T> {
    if text.is_empty() { None } else { problems.take(parse(field, text)) }
}

/// A word that the domain keeps as text: an id in the wider sense, or empty.
pub(crate) fn word(problems: &mut Problems, field: &str, text: String) -> String {
    bounded(problems, field, text, FOREIGN_ID_BYTES_MAX)
}

/// A text without control characters but line ends, of at most so many bytes; card numbers are
/// refused.
pub(crate) fn bounded(
    problems: &mut Problems,
    field: &str,
    text: String,
    bytes_max: usize,
) -> String {
    if text.len() > bytes_max {
        problems.add(field, format!("is longer than {bytes_max} bytes; shorten it"));
    } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        problems.add(field, "has a control character; remove it");
    } else if holds_card_number(&text) {
        problems.forbid(field);
    }
    text
}

/// A text that must not be empty.
pub(crate) fn required(
    problems: &mut Problems,
    field: &str,
    text: String,
    bytes_max: usize,
) -> String {
    if text.is_empty() {
        problems.add(field, "is missing");
    }
    bounded(problems, field, text, bytes_max)
}

/// A list of at most so many elements; a longer one is not looked into.
pub(crate) fn list<T>(problems: &mut Problems, field: &str, list: Vec<T>, max: usize) -> Vec<T> {
    if list.len() <= max {
        return list;
    }
    problems.add(field, format!("has {} elements; give at most {max}", list.len()));
    Vec::new()
}

/// A moment, where one is given.
pub(crate) fn moment(
    problems: &mut Problems,
    field: &str,
    moment: Option<prost_types::Timestamp>,
) -> Option<Timestamp> {
    let moment = moment?;
    let is_sound = (SECONDS_FIRST..SECONDS_END).contains(&moment.seconds)
        && (0..1_000_000_000).contains(&moment.nanos);
    if !is_sound {
        problems.add(field, "is not a moment between the years 2000 and 2100");
        return None;
    }
    Some(Timestamp::from_micros(moment.seconds * 1_000_000 + i64::from(moment.nanos) / 1_000))
}

/// A local date `YYYY-MM-DD` between the years 2000 and 2100.
pub(crate) fn date(problems: &mut Problems, field: &str, text: &str) -> Option<Date> {
    if text.is_empty() {
        problems.add(field, "is missing; write it like 2026-12-24");
        return None;
    }
    let date = date::parse(text);
    if date.is_none() {
        problems
            .add(field, "is not a date between the years 2000 and 2100; write it like 2026-12-24");
    }
    date
}

/// An amount of money; `may_be_negative` where a loss can be told.
pub(crate) fn money(
    problems: &mut Problems,
    field: &str,
    money: Option<v1::Money>,
    may_be_negative: bool,
) -> Option<Money> {
    let money = money?;
    problems.within(
        || field.to_owned(),
        |p| {
            let currency = p.take(Currency::parse("currency_code", &money.currency_code));
            let is_sound = money.amount_minor.unsigned_abs() <= AMOUNT_MINOR_MAX.unsigned_abs();
            if !is_sound {
                p.add(
                    "amount_minor",
                    format!("is beyond {AMOUNT_MINOR_MAX} either way; it is in minor units"),
                );
            } else if money.amount_minor < 0 && !may_be_negative {
                p.add(
                    "amount_minor",
                    "is negative; give what changed hands, and the event type says which way",
                );
            }
            currency.filter(|_| is_sound).map(|currency| Money::new(money.amount_minor, currency))
        },
    )
}

/// An IANA zone, or empty.
pub(crate) fn zone(problems: &mut Problems, field: &str, name: &str) -> String {
    if name.is_empty() {
        return String::new();
    }
    problems.take(Zone::parse(field, name)).map_or_else(String::new, |zone| zone.name().to_owned())
}

/// A BCP 47 tag, or empty. Well-formed is enough: which languages there are is the catalog's
/// affair.
pub(crate) fn locale(problems: &mut Problems, field: &str, tag: String) -> String {
    if !tag.is_empty() && !is_language_tag(&tag) {
        problems.add(field, "is not a BCP 47 language tag; write it like en, pt-BR or zh-Hans-CN");
    }
    tag
}

fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let language = subtags.next().unwrap_or("");
    let is_language =
        (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
    let is_subtag = |subtag: &str| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    tag.len() <= 35 && is_language && subtags.all(is_subtag)
}

/// An ISO 3166-1 alpha-2 country, or empty.
pub(crate) fn country(problems: &mut Problems, field: &str, code: String) -> String {
    let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    if !code.is_empty() && !is_code {
        problems.add(field, "is not an ISO 3166-1 alpha-2 country code; write it like DE or CN");
    }
    code
}

/// A whole number within bounds.
pub(crate) fn count<T: TryFrom<i32> + Default>(
    problems: &mut Problems,
    field: &str,
    number: i32,
    bounds: std::ops::RangeInclusive<i32>,
) -> T {
    if !bounds.contains(&number) {
        problems.add(field, format!("is {number}; give {} to {}", bounds.start(), bounds.end()));
        return T::default();
    }
    T::try_from(number).unwrap_or_default()
}

/// A finite number within bounds.
pub(crate) fn number(
    problems: &mut Problems,
    field: &str,
    number: f64,
    bounds: std::ops::RangeInclusive<f64>,
) -> Option<f64> {
    // NaN is within no bounds.
    if bounds.contains(&number) {
        return Some(number);
    }
    problems.add(field, format!("must be a number from {} to {}", bounds.start(), bounds.end()));
    None
}

/// Attributes in the order of their keys; keys that begin with `reserved` are the server's own.
pub(crate) fn attributes(
    problems: &mut Problems,
    field: &str,
    map: impl IntoIterator<Item = (String, String), IntoIter: ExactSizeIterator>,
    reserved: &str,
) -> Vec<(String, String)> {
    let map = map.into_iter();
    if map.len() > ATTRIBUTES_MAX {
        problems.add(field, format!("has {} entries; give at most {ATTRIBUTES_MAX}", map.len()));
        return Vec::new();
    }
    let mut pairs: Vec<(String, String)> = map.collect();
    pairs.sort();
    for (at, (key, value)) in pairs.iter().enumerate() {
        // Named by their place in order: a key may hold anything until it is checked.
        let path = || format!("{field}[{at}]");
        problems.within(path, |p| {
            if key.is_empty()
                || key.len() > FOREIGN_ID_BYTES_MAX
                || key.chars().any(char::is_control)
            {
                p.add("key", "must be 1 to 128 bytes without control characters");
            } else if holds_card_number(key) {
                p.forbid("key");
            } else if key.starts_with(reserved) {
                p.add(
                    "key",
                    format!("begins with '{reserved}', which is reserved; use another key"),
                );
            }
            if value.len() > ATTRIBUTE_BYTES_MAX {
                p.add("value", format!("is longer than {ATTRIBUTE_BYTES_MAX} bytes; shorten it"));
            } else if value.chars().any(char::is_control) {
                p.add("value", "has a control character; remove it");
            } else if holds_card_number(value) {
                p.forbid("value");
            }
        });
    }
    pairs
}

/// The path of an element of a list.
pub(crate) fn at(field: &str, index: usize) -> String {
    format!("{field}[{index}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(check: impl FnOnce(&mut Problems)) -> Vec<String> {
        let mut problems = Problems::new();
        check(&mut problems);
        match problems.finish(Some(())) {
            Ok(()) => vec![],
            Err(crate::grpc::problems::Refusal::Fields(_, fields)) => {
                fields.into_iter().map(|f| f.field).collect()
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn moments_lie_between_2000_and_2100() {
        let read = |seconds, nanos| {
            told(|p| _ = moment(p, "t", Some(prost_types::Timestamp { seconds, nanos })))
        };
        assert!(read(1_700_000_000, 999_999_999).is_empty());
        for (seconds, nanos) in [
            (0, 0),
            (i64::MAX, 0),
            (i64::MIN, 0),
            (1_700_000_000, -1),
            (1_700_000_000, 1_000_000_000),
        ] {
            assert_eq!(read(seconds, nanos), ["t"]);
        }
    }

    #[test]
    fn money_is_a_known_currency_and_a_sane_amount() {
        let read = |code: &str, amount_minor| {
            let given = v1::Money { currency_code: code.into(), amount_minor };
            told(|p| _ = money(p, "amount", Some(given), false))
        };
        assert!(read("EUR", 1_250).is_empty());
        assert_eq!(read("XYZ", 1), ["amount.currency_code"]);
        assert_eq!(read("eur", i64::MIN), ["amount.currency_code", "amount.amount_minor"]);
        assert_eq!(read("JPY", -1), ["amount.amount_minor"]);
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.000_001, -1.1] {
            assert_eq!(told(|p| _ = number(p, "value", bad, -1.0..=1.0)), ["value"]);
        }
        assert!(told(|p| _ = number(p, "value", -1.0, -1.0..=1.0)).is_empty());
    }

    #[test]
    fn places_and_languages_are_checked() {
        assert_eq!(told(|p| drop(zone(p, "time_zone", "Mars/Olympus"))), ["time_zone"]);
        assert!(told(|p| drop(zone(p, "time_zone", "Asia/Shanghai"))).is_empty());
        for bad in ["e", "english_US", "zh-", "12-CN", "zh-Hans-CN-verylongone"] {
            assert_eq!(told(|p| drop(locale(p, "locale", bad.into()))), ["locale"], "{bad}");
        }
        for good in ["", "en", "pt-BR", "zh-Hant-TW", "sr-Latn"] {
            assert!(told(|p| drop(locale(p, "locale", good.into()))).is_empty(), "{good}");
        }
        assert_eq!(told(|p| drop(country(p, "country_code", "Germany".into()))), ["country_code"]);
    }

    #[test]
    fn attributes_are_sorted_and_checked_one_by_one() {
        let map = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>()
        };
        let mut problems = Problems::new();
        let pairs =
            attributes(&mut problems, "attributes", map(&[("b", "2"), ("a", "1")]), "concierge.");
        assert_eq!(pairs, [("a".into(), "1".into()), ("b".into(), "2".into())]);
        let bad = map(&[("", "x"), ("concierge.x", "y"), ("k", "a\u{7}")]);
        let fields = told(|p| drop(attributes(p, "attributes", bad, "concierge.")));
        assert_eq!(fields, ["attributes[0].key", "attributes[1].key", "attributes[2].value"]);
        let card = map(&[("note", "4111 1111 1111 1111")]);
        assert_eq!(
            told(|p| drop(attributes(p, "attributes", card, "concierge."))),
            ["attributes[0].value"]
        );
        let many: Vec<_> = (0..33).map(|i| (i.to_string(), String::new())).collect();
        assert_eq!(told(|p| drop(attributes(p, "attributes", many, "concierge."))), ["attributes"]);
    }
}
