//! Rows of the table for the outbox.

use serde_json::json;

use super::table::{Row, row};

/// Calls that come well.
pub(super) fn sound() -> Vec<Row> {
    let filter = json!({
        "channels": ["CHANNEL_EMAIL"], "leaseDuration": "30s", "maxInFlightCount": 5,
        "stopWhenEmpty": true,
    });
    let offsets = json!([{ "offset": "77" }, { "offset": "78", "failed": true }]);
    let ok = |call, request| row("Ok", call, request);
    vec![
        ok(
            "DeliveryService/ReadOutbox",
            json!({ "parent": "brands/demo", "filter": filter.clone() }),
        ),
        ok(
            "DeliveryService/StreamOutbox",
            json!([{ "parent": "brands/demo", "filter": filter, "acknowledgements": offsets.clone() }]),
        ),
        ok(
            "DeliveryService/AcknowledgeMessages",
            json!({ "parent": "brands/demo", "acknowledgements": offsets }),
        ),
        ok("DeliveryService/GetOutboxStatus", json!({ "parent": "brands/demo" })),
    ]
}

/// Calls that are refused.
pub(super) fn refused() -> Vec<Row> {
    vec![
        row(
            "InvalidArgument",
            "DeliveryService/ReadOutbox",
            json!({ "parent": "brands/demo", "filter": { "maxInFlightCount": -1 } }),
        ),
        row(
            "InvalidArgument",
            "DeliveryService/AcknowledgeMessages",
            json!({ "parent": "brands/demo" }),
        ),
        row("PermissionDenied", "DeliveryService/GetOutboxStatus", json!({ "parent": "brands/x" })),
    ]
}
