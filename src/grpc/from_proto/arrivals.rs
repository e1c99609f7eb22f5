//! Which arrivals are asked for.

use crate::api::v1;
use crate::domain::id::PlacementId;
use crate::domain::scope::Scope;
use crate::engine::ArrivalQuery;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{paging, values};

/// A list of arrivals as it is asked for.
pub(crate) struct AskedArrivals {
    pub(crate) query: ArrivalQuery,
    pub(crate) includes_content: bool,
    pub(crate) pages: paging::Query,
}

/// Reads a call for a list of arrivals.
pub(crate) fn arrivals(
    scope: &Scope,
    wire: &v1::ListArrivalsRequest,
) -> Result<AskedArrivals, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let property = names::property(p, scope, "property", &wire.property);
    let day = (!wire.date.is_empty()).then(|| values::date(p, "date", &wire.date)).flatten();
    let parse = PlacementId::parse;
    let placement = values::catalog_optional(p, "placement_id", &wire.placement_id, parse);
    let limit = paging::size(p, wire.page_size);
    let pages = paging::Query::of("arrivals")
        .and(wire.property.as_bytes())
        .and(wire.date.as_bytes())
        .and(wire.placement_id.as_bytes());
    let place = pages.place(p, &wire.page_token);
    let skip = place.and_then(|(at, _)| usize::try_from(at).ok()).unwrap_or(0);
    let query = property.map(|property| ArrivalQuery { property, day, placement, skip, limit });
    let includes_content = wire.include_content;
    problems.finish(query.map(|query| AskedArrivals { query, includes_content, pages }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::testing::{faults, scope};

    #[test]
    fn what_cannot_be_is_named() {
        let wire = v1::ListArrivalsRequest {
            date: "tomorrow".into(),
            placement_id: "No Such".into(),
            page_size: -1,
            page_token: "forged".into(),
            ..Default::default()
        };
        let mut fields = faults(arrivals(&scope(), &wire).map(|_| ())).1;
        fields.sort_unstable();
        assert_eq!(fields, ["date", "page_size", "page_token", "placement_id", "property"]);
    }
}
