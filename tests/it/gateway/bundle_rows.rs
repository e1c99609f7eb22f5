//! Rows of the table for bundles and promised prices.

use serde_json::json;

use super::routing_rows;
use super::table::{ANA, LISBON, Row, row};

/// All of them, behind those of staff.
pub(super) fn with_routing() -> Vec<Row> {
    routing_rows::rows().into_iter().chain([compose(), hold()]).collect()
}

/// A price that is promised.
fn hold() -> Row {
    let request = json!({
        "quoteRequest": { "property": LISBON, "offerId": "dining.petiscos" },
        "guest": ANA, "holdDuration": "600s",
    });
    row("Ok", "DecisionService/HoldPrice", request)
}

/// A dinner, and what would go with it.
fn compose() -> Row {
    let request = json!({
        "decideRequest": {
            "property": LISBON, "guest": ANA, "requestId": "bundle-1",
            "placementRequests": [{ "placementId": "portal.hero", "offerCount": 2 }],
            "context": { "stayStage": "STAY_STAGE_IN_HOUSE" },
        },
        "offerIds": ["dining.petiscos"],
    });
    row("Ok", "DecisionService/ComposeBundle", request)
}
