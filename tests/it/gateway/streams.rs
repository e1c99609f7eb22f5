//! Streams as server-sent events and as lines.

use serde_json::{Value, json};

use crate::support::TestService;

use super::http1::{Ask, Told};

fn line(number: u64, id: &str) -> String {
    let event = json!({
        "eventId": id,
        "source": "pms",
        "eventType": "EVENT_TYPE_VIEW",
        "eventTime": "2026-11-23T09:59:00Z",
        "property": "brands/demo/properties/lisbon-baixa",
        "guest": "brands/demo/guests/ana",
    });
    json!({ "clientSequence": number.to_string(), "event": event }).to_string()
}

async fn stream(service: &TestService, accept: &str, body: String) -> Told {
    let mut ask = Ask::new("POST", "/v1/events:stream").key(service.key("portal"));
    ask = ask.with("content-type", "application/x-ndjson").with("accept", accept);
    ask.body = body.into_bytes();
    ask.send(service.address()).await
}

/// Events with their names and data.
fn events(told: &Told) -> Vec<(String, Value)> {
    let blocks = told.text().split("\n\n").filter(|block| !block.trim().is_empty());
    blocks
        .map(|block| {
            let of = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
            let data = of("data: ").unwrap_or("null");
            let name = of("event: ").unwrap_or("message").to_owned();
            (name, serde_json::from_str(data).expect("JSON"))
        })
        .collect()
}

#[tokio::test]
async fn a_stream_is_acknowledged_in_events_and_ends_with_a_word() {
    let service = TestService::start().await;
    let body = format!("{}\n\n{}\r\n{}", line(1, "e1"), line(2, "e2"), line(3, "e3"));
    let told = stream(&service, "text/event-stream", body).await;
    assert_eq!((told.status, told.header("content-type")), (200, "text/event-stream"));
    assert_eq!(told.header("cache-control"), "no-store");
    let events = events(&told);
    let (end, messages) = events.split_last().unwrap();
    assert_eq!(end.0, "end");
    assert!(messages.iter().all(|(name, _)| name == "message"));
    assert_eq!(messages.last().unwrap().1["throughClientSequence"], "3");
    assert!(service.committed() >= 3);
}

#[tokio::test]
async fn a_fault_in_a_stream_comes_as_an_event_or_a_line_of_its_own() {
    let service = TestService::start().await;
    let body = format!("{}\n{}\n", line(5, "e5"), line(4, "e4"));
    let told = stream(&service, "text/event-stream", body.clone()).await;
    let events = events(&told);
    let (name, problem) = events.last().unwrap();
    assert_eq!((name.as_str(), &problem["code"]), ("error", &json!("INVALID_ARGUMENT")));
    assert_eq!(problem["errors"][0]["field"], "client_sequence");
    let told = stream(&service, "*/*", body).await;
    assert_eq!(told.header("content-type"), "application/x-ndjson");
    let last: Value = serde_json::from_str(told.text().lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["code"], "INVALID_ARGUMENT");
    // A line that cannot be read is told like one that should not be.
    let told = stream(&service, "*/*", format!("{}\n{{\"event\":7}}\n", line(1, "e1"))).await;
    let last: Value = serde_json::from_str(told.text().lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["errors"][0]["field"], "event", "{last}");
}

/// A browser that watches reads the same stream as events.
#[tokio::test]
async fn pushes_come_as_server_sent_events() {
    let service = TestService::start().await;
    let path = "/v1/brands/demo/properties/lisbon-baixa:watchNextBestOffer";
    let body = json!({
        "guest": "brands/demo/guests/ana",
        "placementRequests": [{ "placementId": "portal.hero" }],
        "maxPushCount": 1,
    });
    let ask = Ask::new("POST", path).key(service.key("portal")).with("accept", "text/event-stream");
    let told = ask.json(body.to_string()).send(service.address()).await;
    assert_eq!((told.status, told.header("content-type")), (200, "text/event-stream"));
    let events = events(&told);
    assert_eq!(events.len(), 2, "{events:?}");
    let push = &events[0].1;
    assert_eq!(
        (&push["pushNumber"], &push["causes"][0]),
        (&json!("1"), &json!("WATCH_CAUSE_OPENED"))
    );
    assert!(push["decision"]["propositions"][0]["offers"][0]["offerId"].is_string(), "{push}");
    assert_eq!(events[1].0, "end");
}

#[tokio::test]
async fn who_may_not_stream_is_told_at_the_door() {
    let service = TestService::start().await;
    let mut ask = Ask::new("POST", "/v1/events:stream").with("accept", "text/event-stream");
    ask.body = line(1, "e1").into_bytes();
    let told = ask.send(service.address()).await;
    assert_eq!((told.status, told.header("content-type")), (401, "application/problem+json"));
}
