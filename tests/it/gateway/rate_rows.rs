//! The rows of the table for rates of room types.

use serde_json::json;

use super::table::{Row, row};

/// Rates that could be set, and are only looked at.
pub(super) fn set() -> Row {
    let rate = json!({ "roomTypeId": "suite", "date": "2026-12-24", "bidPriceMinor": "19000" });
    let request = json!({
        "property": "brands/demo/properties/lisbon-baixa", "currencyCode": "EUR",
        "validateOnly": true, "rates": [rate],
    });
    row("Ok", "CatalogService/SetRates", request)
}

/// Rates read back.
pub(super) fn list() -> Row {
    let request = json!({ "property": "brands/demo/properties/lisbon-baixa", "pageSize": 2 });
    row("Ok", "CatalogService/ListRates", request)
}
