//! The published conditions of a price, as a call names them.

use std::time::Duration;

use crate::api::v1;
use crate::domain::id::{GuestId, Label, OfferId};
use crate::domain::price::{self, AskedTerms};
use crate::domain::scope::Scope;
use crate::domain::time::Date;
use crate::engine::QuoteQuery;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{decide, values};

/// Longest stay, in nights.
const NIGHTS_MAX: i32 = 365;
/// Most offers that it is bought with.
const PARTS_MAX: usize = 16;
/// How long a price is promised where a call does not say.
const HOLD: Duration = Duration::from_secs(900);
const HOLD_MIN: Duration = Duration::from_secs(60);
const HOLD_MAX: Duration = Duration::from_secs(86_400);
/// Most codes of promotions.
const PROMOTIONS_MAX: usize = 8;

/// A price that is asked for, and the language of its texts.
#[derive(Debug)]
pub(crate) struct AskedPrice {
    pub(crate) query: QuoteQuery,
    pub(crate) locale: String,
}

/// A promise that is asked for.
#[derive(Debug)]
pub(crate) struct AskedPromise {
    pub(crate) price: AskedPrice,
    pub(crate) guest: GuestId,
    pub(crate) length: Duration,
}

/// Reads a call for a promise.
pub(crate) fn hold(scope: &Scope, wire: v1::HoldPriceRequest) -> Result<AskedPromise, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let guest = names::guest(p, scope, "guest", &wire.guest);
    let length = match wire.hold_duration.map(Duration::try_from) {
        None => HOLD,
        Some(Ok(length)) if (HOLD_MIN..=HOLD_MAX).contains(&length) => length,
        Some(_) => {
            p.add("hold_duration", "must be from 1 minute to 24 hours");
            HOLD
        }
    };
    let price = match wire.quote_request {
        Some(wire) => p.within(|| "quote_request".into(), |p| read(p, scope, wire)),
        None => {
            p.add("quote_request", "is missing; say which price is to be held");
            None
        }
    };
    let asked = price.zip(guest);
    problems.finish(asked.map(|(price, guest)| AskedPromise { price, guest, length }))
}

/// Reads a call for a price.
pub(crate) fn quote(scope: &Scope, wire: v1::QuoteOfferRequest) -> Result<AskedPrice, Refusal> {
    let mut problems = Problems::new();
    let asked = read(&mut problems, scope, wire);
    problems.finish(asked)
}

fn read(p: &mut Problems, scope: &Scope, wire: v1::QuoteOfferRequest) -> Option<AskedPrice> {
    let property = names::property(p, scope, "property", &wire.property);
    let offer = p.take(OfferId::parse("offer_id", &wire.offer_id));
    let (adults, children) =
        wire.party.map_or((None, None), |party| decide::request_party(p, party));
    let tier = values::catalog_optional(p, "tier_id", &wire.tier_id, Label::parse);
    let days = (wire.check_in_date.as_str(), wire.check_out_date.as_str());
    let terms = asked(p, days, wire.rate_plan_id, wire.promotion_codes);
    let locale = values::locale(p, "locale", wire.locale);
    let persons = u16::from(adults.unwrap_or(0)) + u16::from(children.unwrap_or(0));
    let with = values::list(p, "with_offer_ids", wire.with_offer_ids, PARTS_MAX);
    let mut together: Vec<OfferId> = Vec::with_capacity(with.len());
    for (at, id) in with.iter().enumerate() {
        let field = values::at("with_offer_ids", at);
        let Some(id) = p.take(OfferId::parse(&field, id)) else { continue };
        if together.contains(&id) {
            p.add(&field, "stands in the list twice");
        }
        together.push(id);
    }
    property.zip(offer).map(|(property, offer)| {
        together.retain(|other| *other != offer);
        let persons = persons.max(1);
        AskedPrice { query: QuoteQuery { property, offer, persons, tier, terms, together }, locale }
    })
}

/// Conditions that a call names: days, a rate plan, codes of promotions.
pub(super) fn asked(
    problems: &mut Problems,
    (check_in, check_out): (&str, &str),
    plan: String,
    codes: Vec<String>,
) -> AskedTerms {
    AskedTerms {
        dates: dates(problems, check_in, check_out),
        rate_plan: rate_plan(problems, plan),
        promotions: promotions(problems, codes),
    }
}

/// Arrival and departure: both, or neither.
fn dates(problems: &mut Problems, check_in: &str, check_out: &str) -> Option<(Date, Date)> {
    if check_in.is_empty() && check_out.is_empty() {
        return None;
    }
    let first = values::date(problems, "check_in_date", check_in);
    let last = values::date(problems, "check_out_date", check_out);
    let (first, last) = first.zip(last)?;
    if last < first {
        problems.add("check_out_date", "lies before check_in_date");
        return None;
    }
    if last.0 - first.0 > NIGHTS_MAX {
        let problem = format!("lies more than {NIGHTS_MAX} nights after check_in_date");
        problems.add("check_out_date", problem);
        return None;
    }
    Some((first, last))
}

/// A rate plan; one that no catalog could name meets no condition.
fn rate_plan(problems: &mut Problems, text: String) -> Option<Label> {
    price::code(&values::word(problems, "rate_plan_id", text))
}

/// Codes of promotions; unknown ones meet no condition.
fn promotions(problems: &mut Problems, codes: Vec<String>) -> Vec<Label> {
    let codes = values::list(problems, "promotion_codes", codes, PROMOTIONS_MAX);
    let mut read = Vec::with_capacity(codes.len());
    for (at, text) in codes.into_iter().enumerate() {
        read.extend(price::code(&values::word(problems, &values::at("promotion_codes", at), text)));
    }
    read.sort_unstable();
    read.dedup();
    read
}
