//! Calls that ask how the business stands.

use crate::api::v1;
use crate::domain::id::GuestId;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::engine::insight::parts::{Economics, Tier};
use crate::engine::insight::{AlikeQuery, FitQuery, Seeds};
use crate::engine::{AuditQuery, InsightQuery};
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::values;

/// Days of a period where the caller names no beginning.
const DAYS_DEFAULT: u32 = 30;
/// Most months that lifetime value looks ahead.
const MONTHS_MAX: i32 = 120;
/// Most clusters.
const CLUSTERS_MAX: i32 = 12;
/// Guests told who are like others, where the caller does not say, and at most.
const ALIKE_DEFAULT: usize = 100;
const ALIKE_MAX: i32 = 1_000;
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

/// Reads whose value is asked.
pub(crate) fn guest_value(
    scope: &Scope,
    wire: &v1::GetGuestValueRequest,
) -> Result<GuestId, Refusal> {
    let mut problems = Problems::new();
    let guest = names::guest(&mut problems, scope, "name", &wire.name);
    problems.finish(guest)
}

/// Reads what is fitted.
pub(crate) fn fit(scope: &Scope, wire: v1::FitGuestModelsRequest) -> Result<FitQuery, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let parent = names::brand(p, scope, "parent", &wire.parent);
    let usual = FitQuery::default();
    let months = match wire.horizon_months {
        0 => usual.months,
        months => values::count(p, "horizon_months", months, 1..=MONTHS_MAX),
    };
    let clusters = match wire.cluster_count {
        0 => None,
        count => Some(values::count(p, "cluster_count", count, 1..=CLUSTERS_MAX)),
    };
    let economics = wire.economics.map_or(Some(usual.economics), |wire| economics(p, &wire));
    let query = parent.zip(economics);
    problems.finish(query.map(|((), economics)| FitQuery { months, economics, clusters }))
}

/// Reads who is looked for.
pub(crate) fn look_alikes(
    scope: &Scope,
    wire: v1::FindLookalikesRequest,
) -> Result<AlikeQuery, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let parent = names::brand(p, scope, "parent", &wire.parent);
    let guests = values::list(p, "seed_guests", wire.seed_guests, values::LIST_MAX);
    let kinds = [!guests.is_empty(), !wire.seed_tier.is_empty(), !wire.seed_segment_id.is_empty()];
    if kinds.into_iter().filter(|kind| *kind).count() != 1 {
        let problem = "give either guests, or seed_tier, or seed_segment_id";
        p.add("seed_guests", problem);
    }
    let names: Vec<GuestId> = guests
        .iter()
        .enumerate()
        .filter_map(|(at, name)| names::guest(p, scope, &values::at("seed_guests", at), name))
        .collect();
    let tier = Tier::ALL.into_iter().find(|tier| format!("{tier:?}") == wire.seed_tier);
    if !wire.seed_tier.is_empty() && tier.is_none() {
        p.add("seed_tier", "is none; write A, B, C or D");
    }
    let segment = values::word(p, "seed_segment_id", wire.seed_segment_id);
    let limit = match wire.page_size {
        0 => ALIKE_DEFAULT,
        size => values::count(p, "page_size", size, 1..=ALIKE_MAX),
    };
    let seeds = match tier {
        Some(tier) => Seeds::Tier(tier),
        None if !segment.is_empty() => Seeds::Segment(segment),
        None => Seeds::Guests(names),
    };
    problems.finish(parent.map(|()| AlikeQuery {
        seeds,
        limit,
        for_outreach: wire.for_outreach,
        prospects_only: wire.prospects_only,
    }))
}

/// Reads of which brand groups are told.
pub(crate) fn segments(scope: &Scope, wire: &v1::ListSegmentsRequest) -> Result<(), Refusal> {
    let mut problems = Problems::new();
    let parent = names::brand(&mut problems, scope, "parent", &wire.parent);
    problems.finish(parent)
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
