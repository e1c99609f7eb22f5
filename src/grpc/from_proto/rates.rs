//! Rates of room types by night.

use std::collections::HashSet;

use crate::api::v1;
use crate::domain::id::Label;
use crate::domain::money::{AMOUNT_MINOR_MAX, Currency};
use crate::domain::rate::{Rate, RateRow, RatesChange};
use crate::domain::scope::Scope;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{preference, values};

/// Most rates of a call.
const RATES_MAX: usize = 2_000;

/// Reads rates to set.
pub(crate) fn rates(scope: &Scope, wire: v1::SetRatesRequest) -> Result<RatesChange, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let property = names::property(p, scope, "property", &wire.property);
    let currency = p.take(Currency::parse("currency_code", &wire.currency_code));
    preference::request_id(p, &wire.request_id);
    if wire.rates.is_empty() {
        p.add("rates", "is empty; give 1 to 2,000");
    }
    let list = values::list(p, "rates", wire.rates, RATES_MAX);
    let mut rows: Vec<RateRow> = Vec::with_capacity(list.len());
    let mut known = HashSet::with_capacity(list.len());
    for (at, wire) in list.into_iter().enumerate() {
        let read = p.within(|| values::at("rates", at), |p| row(p, &wire));
        if let Some(row) = read {
            if !known.insert((row.room_type.clone(), row.date)) {
                let field = format!("{}.date", values::at("rates", at));
                p.add(&field, "stands in the list twice for this room type");
            }
            rows.push(row);
        }
    }
    let place = property.zip(currency);
    problems.finish(place.map(|(property, currency)| RatesChange { property, currency, rows }))
}

fn row(p: &mut Problems, wire: &v1::RoomRate) -> Option<RateRow> {
    let room_type = p.take(Label::parse("room_type_id", &wire.room_type_id));
    let date = values::date(p, "date", &wire.date);
    let amounts = [
        ("bid_price_minor", wire.bid_price_minor),
        ("hurdle_minor", wire.hurdle_minor),
        ("variable_cost_minor", wire.variable_cost_minor),
    ];
    for (field, amount) in amounts {
        if amount.is_some_and(|amount| !(0..=AMOUNT_MINOR_MAX).contains(&amount)) {
            p.add(field, format!("must be from 0 to {AMOUNT_MINOR_MAX}"));
        }
    }
    let [bid, hurdle, cost] = amounts.map(|(_, amount)| amount);
    if bid.is_none() && (hurdle.is_some() || cost.is_some()) {
        p.add("bid_price_minor", "is missing: a hurdle or a cost stands beside a bid price");
    }
    let rate = bid.map(|bid| Rate { bid, hurdle, cost });
    let (room_type, date) = room_type.zip(date)?;
    Some(RateRow { room_type, date, rate })
}
