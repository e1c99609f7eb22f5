//! Rows of the table: guests with numbers of other systems, who become one and part again.

use serde_json::json;

use super::table::{ANA, Row, row};

const ANNA: &str = "brands/demo/guests/anna";

/// Calls that come well, and leave the guests as they were.
pub(super) fn rows() -> Vec<Row> {
    let ok = |call, request| row("Ok", call, request);
    vec![
        ok(
            "GuestService/UpdateGuest",
            json!({
                "guest": {
                    "name": ANNA, "displayName": "Anna", "locale": "de",
                    "identities": [{ "namespace": "loyalty", "id": "47 11" }],
                },
                "allowMissing": true,
            }),
        ),
        ok(
            "GuestService/MergeGuests",
            json!({ "source": ANNA, "target": ANA, "validateOnly": true }),
        ),
        ok("GuestService/MergeGuests", json!({ "source": ANNA, "target": ANA, "requestId": "m" })),
        ok("GuestService/GetGuest", json!({ "name": ANNA })),
        ok("GuestService/UnmergeGuest", json!({ "source": ANNA, "requestId": "u" })),
    ]
}

/// Calls that are refused.
pub(super) fn refused() -> Vec<Row> {
    let unknown = format!("{ANA}-9");
    let taken = json!([{ "namespace": "loyalty", "id": "47 11" }]);
    vec![
        row("NotFound", "GuestService/GetGuest", json!({ "name": unknown })),
        row("InvalidArgument", "GuestService/MergeGuests", json!({ "source": ANA, "target": ANA })),
        row("NotFound", "GuestService/MergeGuests", json!({ "source": unknown, "target": ANA })),
        row("NotFound", "GuestService/UnmergeGuest", json!({ "source": unknown })),
        row(
            "AlreadyExists",
            "GuestService/UpdateGuest",
            json!({ "guest": { "name": ANA, "identities": taken } }),
        ),
    ]
}
