//! The row of the table for bundles.

use serde_json::json;

use super::table::{ANA, LISBON, Row, row};

/// A dinner, and what would go with it.
pub(super) fn compose() -> Row {
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
