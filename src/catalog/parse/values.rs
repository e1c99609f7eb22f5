//! Values as people write them: `49.00 EUR`, `7d`, `21:00`, `2026-12-31`, names of channels and
//! stages.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::date;
use crate::domain::guest_value::ValueTier;
use crate::domain::invalid::Invalid;
use crate::domain::money::{Currency, Money};
use crate::domain::offer::StageSet;
use crate::domain::stay::StayStage;
use crate::domain::time::{Date, TimeContext, Timestamp};
use crate::domain::zone::Zone;

use crate::catalog::content::{NAME_BYTES_MAX, TEXT_BYTES_MAX};
use crate::catalog::document::Node;
use crate::catalog::words::{self, choice};

/// An id: `parse` is that of its type. An id that cannot be one becomes `invalid`, so that reading
/// can go on.
pub(super) fn id<T>(node: Option<Node<'_>>, parse: fn(&str, &str) -> Result<T, Invalid>) -> T {
    let read = node.and_then(|node| {
        let text = node.text(TEXT_BYTES_MAX)?;
        parse("", text).map_err(|invalid| node.fail(invalid.problem)).ok()
    });
    read.unwrap_or_else(|| parse("", "invalid").expect("is a well-formed id"))
}

/// A name for staff; the id where it is left out.
pub(super) fn name(node: Option<Node<'_>>, id: &str) -> String {
    let read = node.and_then(|node| node.text(NAME_BYTES_MAX).map(str::to_owned));
    read.unwrap_or_else(|| id.to_owned())
}

/// One of a table of names.
pub(super) fn one_of<T: Copy>(node: &Node<'_>, names: &[(&str, T)]) -> Option<T> {
    let text = node.text(TEXT_BYTES_MAX)?;
    let found = names.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if found.is_none() {
        node.fail(format!("is not known; write {}", choice(names.iter().map(|(name, _)| *name))));
    }
    found
}

/// A value tier.
pub(super) fn tier(node: &Node<'_>) -> Option<ValueTier> {
    one_of(node, &ValueTier::ALL.map(|tier| (tier.name(), tier)))
}

/// A channel.
pub(super) fn channel(node: &Node<'_>) -> Option<Channel> {
    one_of(node, &Channel::ALL.map(|channel| (channel.name(), channel)))
}

/// A set of channels: a list of names, or `"ALL"`.
pub(super) fn channels(node: Option<Node<'_>>, otherwise: ChannelSet) -> ChannelSet {
    let Some(node) = node else { return otherwise };
    if is_all(&node) {
        return ChannelSet::ALL;
    }
    node.items(Channel::COUNT).iter().filter_map(channel).collect()
}

/// A set of stay stages: a list of names, or `"ALL"`.
pub(super) fn stages(node: Option<Node<'_>>) -> StageSet {
    let Some(node) = node else { return StageSet::ALL };
    if is_all(&node) {
        return StageSet::ALL;
    }
    let names = StayStage::ALL.map(|stage| (stage.name(), stage));
    let stages = node.items(StayStage::COUNT);
    let stages = stages.iter().filter_map(|item| one_of(item, &names));
    stages.fold(StageSet::default(), StageSet::with)
}

fn is_all(node: &Node<'_>) -> bool {
    !node.is_list() && node.text(TEXT_BYTES_MAX) == Some("ALL")
}

/// A time context: `REST`, `EVENING` or `REST EVENING`; one word stands for all of the other kind.
pub(super) fn contexts(node: &Node<'_>) -> Vec<TimeContext> {
    let Some(text) = node.text(TEXT_BYTES_MAX) else { return Vec::new() };
    let (mut day_types, mut dayparts) = (Vec::new(), Vec::new());
    for word in text.split_ascii_whitespace() {
        let day_type = words::DAY_TYPES.iter().find(|(name, _)| *name == word);
        let daypart = words::DAYPARTS.iter().find(|(name, _)| *name == word);
        day_types.extend(day_type.map(|(_, value)| *value));
        dayparts.extend(daypart.map(|(_, value)| *value));
        if day_type.is_none() && daypart.is_none() {
            let known = words::DAY_TYPES.iter().map(|(name, _)| *name);
            let known = known.chain(words::DAYPARTS.iter().map(|(name, _)| *name));
            node.fail(format!(
                "has {word}, which is no day type or daypart; write {}",
                choice(known)
            ));
            return Vec::new();
        }
    }
    if day_types.len() > 1 || dayparts.len() > 1 || text.trim().is_empty() {
        node.fail("must be a day type, a daypart, or one of each: \"REST EVENING\"");
        return Vec::new();
    }
    let all_days = words::DAY_TYPES.map(|(_, value)| value);
    let all_parts = words::DAYPARTS.map(|(_, value)| value);
    let day_types = if day_types.is_empty() { &all_days[..] } else { &day_types };
    let dayparts = if dayparts.is_empty() { &all_parts[..] } else { &dayparts };
    let of_day = |day_type| dayparts.iter().map(move |daypart| (day_type, *daypart));
    let pairs = day_types.iter().flat_map(|day_type| of_day(*day_type));
    pairs.map(|(day_type, daypart)| TimeContext { day_type, daypart }).collect()
}

/// An amount of money: `"49.00 EUR"`, or `{ amount = "49.00", currency = "EUR" }`.
pub(super) fn money(node: &Node<'_>) -> Option<Money> {
    if node.is_table() {
        let fields = node.fields(&["amount", "currency"]);
        let amount = fields.need("amount", "\"49.00\"")?;
        let currency = fields.need("currency", "\"EUR\"")?;
        let code = currency.text(TEXT_BYTES_MAX)?;
        let known = currency.checked(Currency::parse("", code).map_err(|e| e.problem))?;
        let written = amount.scalar(TEXT_BYTES_MAX)?;
        return amount.checked(Money::decimal(&written, known));
    }
    let text = node.text(TEXT_BYTES_MAX)?;
    let Some((amount, code)) = text.trim().split_once(' ') else {
        node.fail("must be an amount and a currency: \"49.00 EUR\"");
        return None;
    };
    let currency = node.checked(Currency::parse("", code.trim()).map_err(|e| e.problem))?;
    node.checked(Money::decimal(amount, currency))
}

/// The currency of an amount, where it can be read; its problems are told by [`money`].
pub(super) fn currency_of(node: &Node<'_>) -> Option<Currency> {
    node.quietly(money).map(|money| money.currency)
}

/// A duration: `7d`, `12h`, `30m`, `90s`, or several together: `1d12h`.
pub(super) fn duration(node: &Node<'_>) -> Option<Duration> {
    let text = node.text(TEXT_BYTES_MAX)?;
    node.checked(
        seconds(text).ok_or("must be a duration, like \"7d\", \"12h\", \"30m\" or \"1d12h\""),
    )
}

fn seconds(text: &str) -> Option<Duration> {
    let mut total = 0_u64;
    let mut number: Option<u64> = None;
    for sign in text.chars() {
        if let Some(digit) = sign.to_digit(10) {
            let so_far = number.unwrap_or(0).checked_mul(10)?;
            number = Some(so_far.checked_add(u64::from(digit))?);
            continue;
        }
        let unit = match sign {
            'w' => 7 * 86_400,
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    (number.is_none() && !text.is_empty()).then(|| Duration::from_secs(total))
}

/// A moment: RFC 3339 (`2026-12-01T00:00:00+01:00`), or a date, which stands for the start of that
/// day in UTC; with
/// `through`, for its end.
pub(super) fn moment(node: &Node<'_>, through: bool) -> Option<Timestamp> {
    let text = node.text_or_date()?;
    if let Ok(date) = text.parse::<jiff::civil::Date>()
        && text.len() == 10
    {
        let day = if through { date.tomorrow().ok() } else { Some(date) };
        let start = day.and_then(|day| jiff::tz::TimeZone::UTC.to_timestamp(day.into()).ok());
        return node
            .checked(start.ok_or("is too far away"))
            .map(|start| Timestamp::from_micros(start.as_microsecond()));
    }
    let parsed = text.parse::<jiff::Timestamp>().map_err(|_| {
        "must be a date or a moment with its distance from UTC: 2026-12-31 or \
         2026-12-31T18:00:00+01:00"
    });
    node.checked(parsed).map(|moment| Timestamp::from_micros(moment.as_microsecond()))
}

/// Minutes after midnight of a local time: `21:00`.
pub(super) fn minute(node: &Node<'_>) -> Option<u16> {
    let text = node.text(TEXT_BYTES_MAX)?;
    let read = || {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (u16, u16) = (two(hour)?, two(minute)?);
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    };
    node.checked(read().ok_or("must be a time of the day from 00:00 to 23:59, like \"21:00\""))
}

fn two(text: &str) -> Option<u16> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A share in percent, as basis points.
pub(super) fn basis_points(node: &Node<'_>) -> Option<u16> {
    let points = node.number()? * 100.0;
    if !(0.0..=10_000.0).contains(&points) || (points - points.round()).abs() > 1e-6 {
        node.fail("must be a percentage from 0 to 100 with at most two decimals");
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10,000")]
    Some(points.round() as u16)
}

/// An ISO 3166 alpha-2 country.
pub(super) fn country(node: &Node<'_>) -> Option<[u8; 2]> {
    let text = node.text(TEXT_BYTES_MAX)?;
    node.checked(words::country(text).ok_or("must be a country of two capital letters, like PT"))
}

/// A date of the years 2000 to 2099.
pub(super) fn date(node: &Node<'_>) -> Option<Date> {
    let text = node.text_or_date()?;
    node.checked(date::parse(&text).ok_or("must be a date, like 2026-06-13"))
}

/// An IANA zone.
pub(super) fn zone(node: &Node<'_>) -> Option<Arc<str>> {
    let text = node.text(TEXT_BYTES_MAX)?;
    let zone = node.checked(Zone::parse("", text).map_err(|invalid| invalid.problem))?;
    Some(Arc::from(zone.name()))
}

/// A BCP 47 language.
pub(super) fn locale(node: &Node<'_>) -> Option<Arc<str>> {
    let text = node.text(TEXT_BYTES_MAX)?;
    node.checked(language(text))
}

/// A BCP 47 language in a text.
pub(super) fn language(text: &str) -> Result<Arc<str>, &'static str> {
    let locale = words::is_locale(text).then(|| Arc::from(text));
    locale.ok_or("must be a language like en, pt-BR or zh-Hans")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly() {
        let currency = |code| Currency::parse("", code).unwrap();
        let minor = |text, code| Money::decimal(text, currency(code)).map(|money| money.minor);
        assert_eq!(minor("49.00", "EUR"), Ok(4_900));
        assert_eq!(minor("49.5", "EUR"), Ok(4_950));
        assert_eq!(minor("0", "EUR"), Ok(0));
        assert_eq!(minor("49", "JPY"), Ok(49));
        assert_eq!(minor("1.234", "KWD"), Ok(1_234));
        for (bad, code) in [
            ("", "EUR"),
            (".5", "EUR"),
            ("5.", "EUR"),
            ("-5", "EUR"),
            ("4,50", "EUR"),
            ("1e3", "EUR"),
            ("4.567", "EUR"),
            ("4.5", "JPY"),
            ("99999999999999999999", "EUR"),
        ] {
            assert!(minor(bad, code).is_err(), "{bad} {code}");
        }
    }

    #[test]
    fn durations_are_read() {
        for (text, expected) in [
            ("7d", Some(604_800)),
            ("1d12h", Some(129_600)),
            ("90s", Some(90)),
            ("2w", Some(1_209_600)),
            ("", None),
            ("7", None),
            ("d", None),
            ("7 d", None),
            ("-1d", None),
            ("99999999999999999999d", None),
            ("999999999999999999w", None),
        ] {
            assert_eq!(seconds(text).map(|d| d.as_secs()), expected, "{text}");
        }
    }
}
