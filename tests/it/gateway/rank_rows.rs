//! Rows of the table for ranks of free actions.

use serde_json::{Value, json};

use super::table::{Row, row};

pub(super) fn rank(event: &str, actions: &[&str]) -> Value {
    let action = |id: &&str| json!({ "id": id, "features": [{ "kind": id, "stars": 4.5 }] });
    json!({
        "contextFeatures": [{ "day": "rest", "user": { "vip": true, "likes": ["spa", "bar"], "age": 30 } }],
        "actions": actions.iter().map(action).collect::<Vec<_>>(),
        "excludedActions": ["news"],
        "eventId": event,
        "deferActivation": true,
    })
}

pub(super) fn rows() -> Vec<Row> {
    let ok = |call, request| row("Ok", call, request);
    let actions = ["spa", "news", "bar"];
    vec![
        ok("RankService/Rank", rank("r1", &actions)),
        ok("RankService/Rank", rank("r1", &actions)),
        ok("RankService/ActivateRank", json!({ "eventId": "r1" })),
        ok("RankService/RewardRank", json!({ "eventId": "r1", "value": 0.5 })),
        ok("RankService/RewardRank", json!({ "eventId": "r1", "value": 1.0 })),
    ]
}
