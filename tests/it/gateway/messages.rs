//! Rows of the table about messages that are chosen already.

use serde_json::json;

use super::table::{ANA, LISBON, Row, row};

/// A campaign with an offer, and a confirmation.
pub(super) fn rows() -> Vec<Row> {
    let call = "DecisionService/DecideChannel";
    let campaign = json!({
        "property": LISBON,
        "guest": ANA,
        "channelRequest": {
            "allowedChannels": ["CHANNEL_EMAIL", "CHANNEL_SMS"],
            "latestTime": "2026-11-25T10:00:00Z",
        },
        "context": { "locale": "zh-Hant-HK", "travelPurpose": "TRAVEL_PURPOSE_BUSINESS" },
        "offerId": "spa.thermal-circuit",
        "responseValue": { "currencyCode": "EUR", "amountMinor": "1250" },
        "view": "DECISION_VIEW_FULL",
        "includeContent": true,
        "requestId": "c1",
    });
    let confirmation = json!({
        "property": LISBON,
        "guest": ANA,
        "channelRequest": { "transactional": true },
    });
    vec![row("Ok", call, campaign), row("Ok", call, confirmation)]
}
