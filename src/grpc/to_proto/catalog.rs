//! Versions of the catalog and their problems, on the wire.

use crate::api::v1;
use crate::engine::{Catalog, CatalogVersion, Problem};
use crate::grpc::status;

use super::values;

/// Longest message of a problem, in bytes.
const MESSAGE_BYTES_MAX: usize = 512;
/// Most problems of an answer.
const PROBLEMS_MAX: usize = 1_000;

/// Problems of a catalog. Every one of them is an ERROR: the checks know no odd but publishable
/// catalogs yet.
pub(crate) fn problems(problems: &[Problem]) -> Vec<v1::CatalogProblem> {
    let one = |problem: &Problem| v1::CatalogProblem {
        severity: v1::ProblemSeverity::Error.into(),
        path: problem.field.clone(),
        message: status::shortened(&problem.problem, MESSAGE_BYTES_MAX).to_owned(),
        line: i32::try_from(problem.line).unwrap_or(i32::MAX),
        column: i32::try_from(problem.column).unwrap_or(i32::MAX),
        ..Default::default()
    };
    problems.iter().take(PROBLEMS_MAX).map(one).collect()
}

/// A version on file.
pub(crate) fn version(version: &CatalogVersion) -> v1::CatalogVersion {
    v1::CatalogVersion {
        catalog_version: version.version,
        publish_time: values::moment_known(version.published),
        publisher: version.publisher.clone(),
        description: version.description.clone(),
        rolled_back_to_version: version.rolled_back_to,
        summary: None,
        content_sha256: version.sha256.clone(),
        is_current: version.is_current,
    }
}

/// What a catalog holds.
pub(crate) fn summary(catalog: &Catalog) -> v1::CatalogSummary {
    let content = catalog.content();
    let policies = content.decision_policies.len()
        + content.contact.policies.len()
        + content.contact.quiet_hours.len();
    v1::CatalogSummary {
        property_count: values::count(content.properties.len()),
        offer_count: values::count(content.offers.len()),
        treatment_count: values::count(
            content.offers.iter().map(|offer| offer.treatments.len()).sum(),
        ),
        placement_count: values::count(content.placements.len()),
        policy_count: values::count(policies),
        segment_count: values::count(content.segments.len()),
        ..Default::default()
    }
}
