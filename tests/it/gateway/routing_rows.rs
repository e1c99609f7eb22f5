//! Rows of the table for staff and guests' concerns.

use serde_json::json;

use super::table::{ANA, LISBON, Row, row};

/// Calls that come well, but for what must be there before.
pub(super) fn rows() -> Vec<Row> {
    let ok = |call, request| row("Ok", call, request);
    let staff = format!("{LISBON}/staff/mei");
    let missing = format!("{LISBON}/interactions/1");
    let member = json!({
        "name": staff.clone(), "departmentIds": ["front-office"], "languageCodes": ["pt"],
        "skills": [{ "skillId": "complaints", "level": 4 }],
        "dutyEndTime": "2027-01-01T00:00:00Z",
    });
    let change = json!({ "staffMember": member, "allowMissing": true });
    let concern = json!({
        "parent": LISBON, "guest": ANA, "issueTypeId": "complaint", "requestId": "concern-1",
    });
    let ending = "INTERACTION_OUTCOME_RESOLVED";
    let close = json!({ "name": missing.clone(), "outcome": ending });
    vec![
        ok("RoutingService/UpdateStaffMember", change),
        ok("RoutingService/ListStaffMembers", json!({ "parent": LISBON })),
        ok("RoutingService/RouteInteraction", concern),
        ok("RoutingService/ListInteractions", json!({ "parent": LISBON, "pageSize": 5 })),
        row("NotFound", "RoutingService/ReassignInteraction", json!({ "name": missing })),
        row("NotFound", "RoutingService/CloseInteraction", close),
        row(
            "NotFound",
            "RoutingService/DeleteStaffMember",
            json!({ "name": format!("{LISBON}/staff/nobody") }),
        ),
    ]
}
