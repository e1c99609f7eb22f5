//! The row of the table for gestures.

use serde_json::json;

use super::table::{Row, row};

/// A surprise, asked for twice: the stored answer is the answer.
pub(super) fn rows() -> Vec<Row> {
    let request = json!({
        "property": "brands/demo/properties/lisbon-baixa", "guest": "brands/demo/guests/ana",
        "trigger": "GESTURE_TRIGGER_OCCASION", "requestId": "gesture-1",
    });
    let asked = || row("Ok", "DecisionService/DecideGesture", request.clone());
    vec![asked(), asked()]
}
