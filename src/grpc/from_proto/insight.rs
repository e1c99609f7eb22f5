//! Calls that ask how the business stands.

use crate::api::v1;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::engine::insight::parts::Economics;
use crate::engine::{AuditQuery, InsightQuery};
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::values;

/// Days of a period where the caller names no beginning.
const DAYS_DEFAULT: u32 = 30;
/// Most months that lifetime value looks ahead.
const MONTHS_MAX: i32 = 120;
/// Most attributes guests are compared by.
const ATTRIBUTES_MAX: usize = 16;
/// Costs and rates beyond this are a slip.
const COST_MAX: f64 = 1e9;

/// Reads what a report is asked for.
pub(crate) fn report(
    scope: &Scope,
    now: Timestamp,
    wire: v1::GetBusinessReportRequest,
) -> Result<InsightQuery, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let parent = names::brand(p, scope, "parent", &wire.parent);
    let (start, end) = period(p, wire.start_time, wire.end_time);
    let defaults = InsightQuery::last_days(end.unwrap_or(now), DAYS_DEFAULT);
    let from = start.unwrap_or(defaults.from);
    in_order(p, from, defaults.until);
    let property = match wire.property.as_str() {
        "" => None,
        name => names::property(p, scope, "property", name),
    };
    let months = match wire.horizon_months {
        0 => defaults.months,
        months => values::count(p, "horizon_months", months, 1..=MONTHS_MAX),
    };
    let economics = wire.economics.map_or(Some(defaults.economics), |wire| economics(p, &wire));
    let query = parent.zip(economics).map(|((), economics)| InsightQuery {
        from,
        property,
        months,
        economics,
        ..defaults
    });
    problems.finish(query)
}

fn economics(p: &mut Problems, wire: &v1::StayEconomics) -> Option<Economics> {
    let mut number = |field: &str, number, most| {
        values::number(p, &format!("economics.{field}"), number, 0.0..=most)
    };
    let margin_share = number("margin_share", wire.margin_share, 1.0);
    let commission_share = number("commission_share", wire.commission_share, 1.0);
    let service_cost = number("service_cost", wire.service_cost, COST_MAX);
    let contact_cost = number("contact_cost", wire.contact_cost, COST_MAX);
    let discount = number("monthly_discount_rate", wire.monthly_discount_rate, 1.0);
    Some(Economics {
        margin_share: margin_share?,
        commission_share: commission_share?,
        service_cost: service_cost?,
        contact_cost: contact_cost?,
        discount: discount?,
    })
}

/// Reads which prices are audited.
pub(crate) fn audit(scope: &Scope, wire: v1::AuditFairnessRequest) -> Result<AuditQuery, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let parent = names::brand(p, scope, "parent", &wire.parent);
    let (start, end) = period(p, wire.start_time, wire.end_time);
    let (from, until) = (start.unwrap_or(Timestamp::EPOCH), end.unwrap_or(Timestamp::NEVER));
    in_order(p, from, until);
    let mut attributes = values::list(p, "attributes", wire.attributes, ATTRIBUTES_MAX);
    for (at, attribute) in attributes.iter().enumerate() {
        if attribute.is_empty() || attribute.len() > 128 {
            p.add(&values::at("attributes", at), "must have 1 to 128 bytes");
        }
    }
    if attributes.is_empty() {
        attributes = ["country", "segment"].map(str::to_owned).into();
    }
    attributes.sort_unstable();
    attributes.dedup();
    problems.finish(parent.map(|()| AuditQuery { from, until, attributes }))
}

type Moment = Option<prost_types::Timestamp>;

fn period(p: &mut Problems, start: Moment, end: Moment) -> (Option<Timestamp>, Option<Timestamp>) {
    (values::moment(p, "start_time", start), values::moment(p, "end_time", end))
}

fn in_order(p: &mut Problems, from: Timestamp, until: Timestamp) {
    if from >= until {
        p.add("start_time", "is not before the end of the period; give an earlier one");
    }
}
