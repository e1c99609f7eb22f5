//! Rates of room types by night.

use std::collections::HashSet;

use crate::api::v1;
use crate::domain::id::{Label, PropertyId};
use crate::domain::money::{AMOUNT_MINOR_MAX, Currency};
use crate::domain::rate::{Rate, RateRow, RatesChange};
use crate::domain::scope::Scope;
use crate::domain::time::Date;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{paging, preference, values};

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

/// Which rates are wanted.
pub(crate) struct RatesAsked {
    /// The hotel.
    pub(crate) property: PropertyId,
    /// Only of this room type.
    room_type: Option<Label>,
    /// Only nights from this day on, and before that one.
    days: (Option<Date>, Option<Date>),
    /// How many to pass over.
    skip: usize,
    /// Most of a page.
    limit: usize,
    pages: paging::Query,
}

/// Reads which rates are wanted.
pub(crate) fn list(scope: &Scope, wire: &v1::ListRatesRequest) -> Result<RatesAsked, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let property = names::property(p, scope, "property", &wire.property);
    let room_type = values::catalog_optional(p, "room_type_id", &wire.room_type_id, Label::parse);
    let mut day = |field: &str, text: &str| {
        (!text.is_empty()).then(|| values::date(p, field, text)).flatten()
    };
    let days = (day("start_date", &wire.start_date), day("end_date", &wire.end_date));
    if let (Some(start), Some(end)) = days
        && end <= start
    {
        p.add("end_date", "is not after start_date");
    }
    let limit = paging::size(p, wire.page_size);
    let pages = [&wire.property, &wire.room_type_id, &wire.start_date, &wire.end_date]
        .iter()
        .fold(paging::Query::of("rates"), |pages, field| pages.and(field.as_bytes()));
    let place = pages.place(p, &wire.page_token);
    let skip = place.and_then(|(at, _)| usize::try_from(at).ok()).unwrap_or(0);
    problems.finish(property.map(|property| RatesAsked {
        property,
        room_type,
        days,
        skip,
        limit,
        pages,
    }))
}

impl RatesAsked {
    /// A page of the rates in force.
    pub(crate) fn page(
        &self,
        in_force: Option<RatesChange>,
        sequence: u64,
    ) -> v1::ListRatesResponse {
        let currency_code = in_force.as_ref().map(|c| c.currency.to_string()).unwrap_or_default();
        let is_wanted = |row: &RateRow| {
            self.room_type.as_ref().is_none_or(|wanted| row.room_type == *wanted)
                && self.days.0.is_none_or(|start| start <= row.date)
                && self.days.1.is_none_or(|end| row.date < end)
        };
        let rows = in_force.map(|change| change.rows).unwrap_or_default();
        let wanted: Vec<RateRow> = rows.into_iter().filter(is_wanted).collect();
        let next = self.skip.saturating_add(self.limit);
        let next_page_token = if next < wanted.len() {
            self.pages.token((i64::try_from(next).unwrap_or(i64::MAX), sequence))
        } else {
            String::new()
        };
        let total_count = i32::try_from(wanted.len()).unwrap_or(i32::MAX);
        let rates = wanted.iter().skip(self.skip).take(self.limit).map(|row| v1::RoomRate {
            room_type_id: row.room_type.to_string(),
            date: row.date.to_string(),
            bid_price_minor: row.rate.map(|rate| rate.bid),
            hurdle_minor: row.rate.and_then(|rate| rate.hurdle),
            variable_cost_minor: row.rate.and_then(|rate| rate.cost),
        });
        v1::ListRatesResponse {
            rates: rates.collect(),
            currency_code,
            sequence,
            next_page_token,
            total_count,
        }
    }
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
