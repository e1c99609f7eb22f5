//! JSON at the edges: what is no call, what is no JSON, what is too long, who does not wait, and
//! that limits and metrics are those of every call.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::TestService;

use super::http1::{Ask, Told};

const DECIDE: &str = "/v1/brands/demo/properties/lisbon-baixa:decideOffers";
const BODY: &str = r#"{"placementRequests":[{"placementId":"portal.hero"}]}"#;

async fn post(service: &TestService, path: &str, body: &str) -> Told {
    Ask::new("POST", path).key(service.key("all")).json(body).send(service.address()).await
}

#[tokio::test]
async fn a_decision_is_one_request_away() {
    let service = TestService::start().await;
    let told = post(&service, DECIDE, BODY).await;
    assert_eq!((told.status, told.header("content-type")), (200, "application/json"));
    let json = told.json();
    assert_eq!(json["catalogVersion"], "1");
    assert!(!json["propositions"][0]["offers"].as_array().unwrap().is_empty());
    assert_eq!(json["createTime"], "2026-11-23T10:00:00Z");
    let ask = Ask::new("POST", DECIDE).with("x-api-key", service.key("portal")).json(BODY);
    let told = ask.with("x-request-id", "r-7").send(service.address()).await;
    assert_eq!((told.status, told.header("x-request-id")), (200, "r-7"));
}

#[tokio::test]
async fn a_refusal_says_where_in_the_body_and_which_field() {
    let service = TestService::start().await;
    let body = r#"{"placementRequests":[{"placementId":"portal.hero","offerCount":-1}],"context":{"locale":"?"}}"#;
    let told = post(&service, DECIDE, body).await;
    assert_eq!((told.status, told.header("content-type")), (400, "application/problem+json"));
    let json = told.json();
    assert_eq!((&json["code"], &json["type"]), (&json!("INVALID_ARGUMENT"), &json!("about:blank")));
    let errors = json["errors"].as_array().unwrap();
    let of = |field: &str| errors.iter().find(|error| error["field"] == field).unwrap();
    assert_eq!(
        of("placement_requests[0].offer_count")["pointer"],
        "#/placementRequests/0/offerCount"
    );
    assert_eq!(of("context.locale")["pointer"], "#/context/locale");

    // The same form where the JSON itself is at fault.
    for (body, field) in [
        (r#"{"placementRequests":[{"offerCount":"x"}]}"#, "placement_requests[0].offer_count"),
        (r#"{"placementRequests":[{"colour":1}]}"#, "placement_requests[0].colour"),
    ] {
        let told = post(&service, DECIDE, body).await;
        let json = told.json();
        assert_eq!((told.status, &json["reason"]), (400, &json!("INVALID_ARGUMENT")));
        assert_eq!(json["errors"][0]["field"], field);
    }
    for body in ["{", "[]", "\u{0}", "{} {}"] {
        let told = post(&service, DECIDE, body).await;
        assert_eq!((told.status, &told.json()["reason"]), (400, &json!("UNREADABLE")), "{body}");
    }
    let ask = Ask::new("GET", "/v1/brands/demo/guests/ana/timeline?pageSize=x");
    let told = ask.key(service.key("all")).send(service.address()).await;
    assert_eq!((told.status, &told.json()["errors"][0]["field"]), (400, &json!("page_size")));
}

#[tokio::test]
async fn what_is_no_call_is_told_apart() {
    let service = TestService::start().await;
    let key = service.key("all");
    for (method, path, status, allow) in [
        ("GET", "/", 404, ""),
        ("GET", "/v1/nothing", 404, ""),
        ("POST", "/concierge.v1.DecisionService/DecideOffers", 404, ""),
        ("GET", DECIDE, 405, "POST"),
        ("DELETE", "/v1/brands/demo/guests/ana", 405, "GET, PATCH"),
        ("POST", "/openapi.json", 404, ""),
    ] {
        let told = Ask::new(method, path).key(key).send(service.address()).await;
        assert_eq!((told.status, told.header("allow")), (status, allow), "{method} {path}");
        assert_eq!(told.header("content-type"), "application/problem+json");
    }
    let form = Ask::new("POST", DECIDE).key(key);
    let form = form.with("content-type", "application/x-www-form-urlencoded");
    assert_eq!(form.send(service.address()).await.status, 415);
    let packed = Ask::new("POST", DECIDE).key(key).with("content-encoding", "gzip").json(BODY);
    assert_eq!(packed.send(service.address()).await.status, 415);
    let head = Ask::new("HEAD", "/v1/brands/demo/catalog/versions").key(key);
    let told = head.send(service.address()).await;
    assert!(told.status == 200 && told.body.is_empty() && !told.header("etag").is_empty());
}

#[tokio::test]
async fn what_is_too_long_is_refused_and_the_limit_is_that_of_the_call() {
    let service = TestService::start().await;
    let long = json!({ "requestId": "x".repeat(600_000) }).to_string();
    let told = post(&service, DECIDE, &long).await;
    assert_eq!((told.status, &told.json()["code"]), (413, &json!("OUT_OF_RANGE")));
    // Short as JSON too, but its message is not: refused by the same limit as gRPC's.
    let long = json!({ "requestId": "x".repeat(300_000) }).to_string();
    assert_eq!(post(&service, DECIDE, &long).await.status, 413);
    // A catalog may be larger.
    let toml = format!("# {}\n", "x".repeat(1 << 20));
    let catalog = json!({ "catalogToml": toml }).to_string();
    assert_eq!(post(&service, "/v1/brands/demo/catalog:validate", &catalog).await.status, 200);
    // A small text cannot grow large: elements are counted as those of gRPC are.
    let flood = format!(r#"{{"events":[{}{{}}]}}"#, "{},".repeat(60_000));
    let told = post(&service, "/v1/events:write", &flood).await;
    assert_eq!((told.status, &told.json()["reason"]), (400, &json!("TOO_MANY_ELEMENTS")));
}

#[tokio::test]
async fn who_is_not_let_in_is_told_before_the_body_is_read() {
    let service = TestService::start().await;
    let ask =
        Ask::new("POST", "/v1/brands/demo/catalog:publish").json("{ this is no JSON".repeat(9));
    let told = ask.send(service.address()).await;
    assert_eq!((told.status, told.header("www-authenticate")), (401, "Bearer"));
    let told = ask.key(service.key("portal")).send(service.address()).await;
    assert_eq!((told.status, &told.json()["code"]), (403, &json!("PERMISSION_DENIED")));
    // A body that never comes is not waited for.
    let mut stream = tokio::net::TcpStream::connect(service.address()).await.unwrap();
    let head = "POST /v1/events:write HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut answer)).await;
    read.expect("an answer in time").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
}

#[tokio::test]
async fn a_deadline_is_given_in_milliseconds_too() {
    let service = TestService::start().await;
    let ask = Ask::new("POST", DECIDE).key(service.key("all")).json(BODY);
    let late = ask.clone().with("x-timeout-ms", "0").send(service.address()).await;
    assert_eq!((late.status, &late.json()["code"]), (504, &json!("DEADLINE_EXCEEDED")));
    for patient in ["10000", "4000000000", "soon"] {
        let told = ask.clone().with("x-timeout-ms", patient).send(service.address()).await;
        assert_eq!(told.status, 200, "{patient}");
    }
    // A body that comes slowly counts as the call's time.
    let slow = TestService::start_with(|config| {
        config.server.decide_timeout = concierge::app::config::Span::millis(100);
    })
    .await;
    let mut stream = tokio::net::TcpStream::connect(slow.address()).await.unwrap();
    let key = slow.key("all");
    let head = format!(
        "POST {DECIDE} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: 99\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut answer)).await;
    read.expect("an answer in time").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 504");
}

#[tokio::test]
async fn room_is_that_of_all_calls_and_so_are_the_numbers() {
    let service = TestService::start_with(|config| config.server.max_in_flight = 1).await;
    let key = service.key("all");
    let head = format!(
        "POST {DECIDE} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: 99\r\n\r\n{{"
    );
    // A call that hangs on its body keeps the only place. Whoever comes first has it, so that it
    // may take more than one go until the one that hangs does.
    let mut told = None;
    for _ in 0..50 {
        let mut stream = tokio::net::TcpStream::connect(service.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        told = Some(post(&service, DECIDE, BODY).await).filter(|told| told.status == 429);
        if told.is_some() {
            break;
        }
    }
    let told = told.expect("one call too many");
    let json = told.json();
    assert_eq!((told.status, &json["reason"]), (429, &json!("OVERLOADED")));
    assert_eq!((told.header("retry-after"), &json["retryAfterMs"]), ("1", &json!(100)));
    let (_, page) = service.page("/metrics");
    let counted = page.lines().any(|line| {
        line.starts_with("concierge_requests_total")
            && line.contains("DecisionService/DecideOffers")
            && line.contains("RESOURCE_EXHAUSTED")
    });
    assert!(counted, "calls in JSON are counted as all calls are");
    assert!(page.contains("concierge_gateway_requests_total{face=\"json\"}"), "{page}");
}

#[tokio::test]
async fn without_the_gateway_the_port_speaks_grpc_only() {
    let service = TestService::start_with(|config| config.gateway.enabled = false).await;
    let mut stream = tokio::net::TcpStream::connect(service.address()).await.unwrap();
    let ask = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(ask).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
    service.client("all").decide(crate::support::decide("ana", "portal.hero")).await.unwrap();

    let quiet = TestService::start_with(|config| config.gateway.openapi = false).await;
    assert_eq!(Ask::new("GET", "/openapi.json").send(quiet.address()).await.status, 404);
}
