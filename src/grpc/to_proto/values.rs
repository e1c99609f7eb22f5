//! Plain values of the domain on the wire.

use std::time::Duration;

use crate::api::v1;
use crate::domain::money::Money;
use crate::domain::time::{TimeContext, Timestamp};
use crate::grpc::from_proto::enums;

/// A moment.
pub(crate) fn moment(moment: Timestamp) -> prost_types::Timestamp {
    let micros = moment.as_micros().rem_euclid(1_000_000);
    let nanos = i32::try_from(micros * 1_000).unwrap_or(0);
    prost_types::Timestamp { seconds: moment.as_seconds(), nanos }
}

/// A moment, where it says something: neither the beginning nor the end of time.
pub(crate) fn moment_known(known: Timestamp) -> Option<prost_types::Timestamp> {
    (known > Timestamp::EPOCH && known < Timestamp::NEVER).then(|| moment(known))
}

/// A length of time.
pub(crate) fn duration(length: Duration) -> prost_types::Duration {
    let seconds = i64::try_from(length.as_secs()).unwrap_or(i64::MAX);
    prost_types::Duration { seconds, nanos: i32::try_from(length.subsec_nanos()).unwrap_or(0) }
}

/// An amount of money.
pub(crate) fn money(money: Money) -> v1::Money {
    v1::Money { currency_code: money.currency.as_str().to_owned(), amount_minor: money.minor }
}

/// An amount in major units, rounded to the nearest minor unit, halves away from zero.
pub(crate) fn money_of(major: f64, currency: crate::domain::money::Currency) -> v1::Money {
    let minor = (major * 10_f64.powi(i32::from(currency.exponent()))).round();
    #[expect(clippy::cast_possible_truncation, reason = "saturates; amounts are bounded far below")]
    money(Money::new(minor as i64, currency))
}

/// A time context. The zone it was read in is not kept with a decision.
pub(crate) fn time_context(time: TimeContext) -> v1::TimeContext {
    let (day_type, daypart) = (enums::day_type(time.day_type), enums::daypart(time.daypart));
    v1::TimeContext { day_type, daypart, ..Default::default() }
}

/// Pairs as a map.
pub(crate) fn map<'p, M: FromIterator<(String, String)>>(
    pairs: impl IntoIterator<Item = (&'p String, &'p String)>,
) -> M {
    pairs.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// A number of things, for a field of 32 bits.
pub(crate) fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A number of things, for a field of 64 bits.
pub(crate) fn long(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
