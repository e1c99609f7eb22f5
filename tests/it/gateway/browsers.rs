//! What browsers and caches ask for: permission for a page, an answer only where it is new, words
//! about how long it may be kept.

use crate::support::{TestService, event};

use super::http1::{Ask, Told};

const PAGE: &str = "https://portal.example";

async fn service() -> TestService {
    TestService::start_with(|config| config.gateway.cors_origins = vec![PAGE.to_owned()]).await
}

async fn asked(service: &TestService, origin: &str, path: &str) -> Told {
    let ask = Ask::new("OPTIONS", path).with("origin", origin);
    let ask = ask.with("access-control-request-method", "POST");
    ask.with("access-control-request-headers", "authorization, content-type")
        .send(service.address())
        .await
}

#[tokio::test]
async fn a_page_of_a_configured_origin_may_call_and_no_other() {
    let service = service().await;
    let json = "/v1/brands/demo/properties/lisbon-baixa:decideOffers";
    let web = "/concierge.v1.DecisionService/DecideOffers";
    for path in [json, web] {
        let told = asked(&service, PAGE, path).await;
        assert_eq!((told.status, told.header("access-control-allow-origin")), (204, PAGE));
        assert!(told.header("access-control-allow-headers").contains("authorization"));
        assert!(told.header("access-control-allow-methods").contains("PATCH"));
        let told = asked(&service, "https://elsewhere.example", path).await;
        assert_eq!(told.header("access-control-allow-origin"), "");
    }
    // The answers carry the permission too, refusals included.
    let key = service.key("portal").to_owned();
    let get = Ask::new("GET", "/v1/brands/demo/guests/nobody").with("origin", PAGE);
    for (ask, status) in [(get.clone(), 401), (get.key(&key), 403)] {
        let told = ask.send(service.address()).await;
        assert_eq!((told.status, told.header("access-control-allow-origin")), (status, PAGE));
        assert!(told.header("access-control-expose-headers").contains("etag"));
    }
    let call =
        Ask::new("POST", web).with("content-type", "application/grpc-web").with("origin", PAGE);
    let told = call.send(service.address()).await;
    assert_eq!(told.header("access-control-allow-origin"), PAGE);
    assert!(told.header("access-control-expose-headers").contains("grpc-status"));
}

#[tokio::test]
async fn without_a_configured_origin_no_page_may_call() {
    let service = TestService::start().await;
    let told = asked(&service, PAGE, "/v1/events:write").await;
    assert_eq!(told.header("access-control-allow-origin"), "");
    let told = Ask::new("GET", "/openapi.json").with("origin", PAGE).send(service.address()).await;
    assert_eq!(told.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let service = TestService::start().await;
    let client = service.client("all");
    client.write(vec![event("ana", "e1", concierge::api::v1::EventType::View)]).await.unwrap();
    let ask = Ask::new("GET", "/v1/brands/demo/guests/ana/timeline").key(service.key("all"));
    let first = ask.send(service.address()).await;
    let tag = first.header("etag").to_owned();
    assert!(first.status == 200 && tag.starts_with('"'), "{first:?}");
    assert_eq!(first.header("cache-control"), "private, no-cache");
    assert!(first.header("vary").contains("authorization"));

    let again = ask.clone().with("if-none-match", &tag).send(service.address()).await;
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag.as_str()));

    client.write(vec![event("ana", "e2", concierge::api::v1::EventType::View)]).await.unwrap();
    let changed = ask.with("if-none-match", &tag).send(service.address()).await;
    assert!(changed.status == 200 && changed.header("etag") != tag);

    let described = Ask::new("GET", "/openapi.json").send(service.address()).await;
    assert_eq!(described.header("cache-control"), "public, max-age=300");
    let known = Ask::new("GET", "/openapi.json").with("if-none-match", described.header("etag"));
    assert_eq!(known.send(service.address()).await.status, 304);
}

#[tokio::test]
async fn what_does_something_is_not_kept() {
    let service = TestService::start().await;
    let path = "/v1/brands/demo/properties/lisbon-baixa:decideOffers";
    let body = r#"{"placementRequests":[{"placementId":"portal.hero"}]}"#;
    let told =
        Ask::new("POST", path).key(service.key("portal")).json(body).send(service.address()).await;
    assert_eq!((told.status, told.header("cache-control")), (200, "no-store"));
    assert_eq!(told.header("etag"), "");
}
