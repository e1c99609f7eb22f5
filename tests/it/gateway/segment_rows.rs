//! Rows of the table for values of guests and their groups.

use serde_json::json;

use super::table::{Row, row};

/// Too few guests to fit anything, which is told; groups that are there by rule alone.
pub(super) fn sound() -> Vec<Row> {
    let brand = json!({ "parent": "brands/demo" });
    let ana = json!({ "name": "brands/demo/guests/ana" });
    let fit = json!({ "parent": "brands/demo", "horizonMonths": 24, "clusterCount": 3 });
    let tier = json!({ "parent": "brands/demo", "seedTier": "A", "forOutreach": true });
    let learn = json!({ "parent": "brands/demo", "validateOnly": true });
    let nobody = json!({ "parent": "brands/demo" });
    vec![
        row("Ok", "InsightService/ListSegments", brand),
        row("Ok", "InsightService/FitGuestModels", fit),
        row("Ok", "CatalogService/LearnSegmentTastes", learn),
        row("FailedPrecondition", "InsightService/GetGuestValue", ana),
        row("FailedPrecondition", "InsightService/FindLookalikes", tier),
        row("InvalidArgument", "InsightService/FindLookalikes", nobody),
    ]
}
