//! A promised price over gRPC: honoured whatever is published since, for its guest alone, and audited.

use concierge::api::v1;
use concierge::api::v1::insight_service_client::InsightServiceClient;
use concierge::catalog::demo::DEMO_CATALOG;
use tonic::Code;

use crate::support::{self, TestClient, TestService, code_and_fields};

const ALGARVE: &str = "brands/demo/properties/algarve-cliffs";
const SUITE: &str = "upgrade.cliff-suite";

fn suite(guest: &str) -> v1::HoldPriceRequest {
    let quote = v1::QuoteOfferRequest {
        property: ALGARVE.into(),
        offer_id: SUITE.into(),
        check_in_date: "2026-12-11".into(),
        check_out_date: "2026-12-14".into(),
        party: Some(v1::Party { adult_count: 2, ..Default::default() }),
        ..Default::default()
    };
    v1::HoldPriceRequest {
        quote_request: Some(quote),
        guest: format!("brands/demo/guests/{guest}"),
        ..Default::default()
    }
}

fn accept(guest: &str, id: &str, token: &str) -> v1::Event {
    v1::Event {
        property: String::new(),
        event_time: Some(support::at(0)),
        price_hold_token: token.into(),
        ..support::event(guest, id, v1::EventType::Accept)
    }
}

async fn hold(client: &TestClient, guest: &str) -> v1::HoldPriceResponse {
    client.decisions().hold_price(suite(guest)).await.unwrap().into_inner()
}

fn total(quote: &Option<v1::Quote>) -> i64 {
    quote.as_ref().unwrap().total_price.as_ref().unwrap().amount_minor
}

/// What is said of an event; `None`: it was taken in.
async fn said(client: &TestClient, event: v1::Event) -> Option<(String, String)> {
    let told = client.write(vec![event]).await.unwrap();
    let error = told.results[0].error.clone()?;
    Some((error.field, error.message))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_is_honoured_after_the_price_rose_and_the_server_restarted() {
    let mut service = TestService::start().await;
    let client = service.client("all");
    let promised = hold(&client, "ana").await;
    let before = total(&promised.quote);
    let dearer = DEMO_CATALOG.replacen("price = \"140.00 EUR\"", "price = \"180.00 EUR\"", 1);
    assert_ne!(dearer, DEMO_CATALOG);
    client.publish(&dearer).await.unwrap();
    assert!(total(&hold(&client, "ana").await.quote) > before);
    service.restart();
    let client = service.client("all");

    let token = promised.price_hold_token.as_str();
    for (spoil, field) in [
        (
            (|e| e.price_hold_token.replace_range(20..21, "~")) as fn(&mut v1::Event),
            "price_hold_token",
        ),
        (|e| e.offer_id = "spa.sea-salt-massage".into(), "price_hold_token"),
        (|e| e.property = "brands/demo/properties/lisbon-baixa".into(), "price_hold_token"),
        (|e| e.event_type = v1::EventType::View.into(), "price_hold_token"),
        (
            |e| {
                let euro = "EUR".into();
                e.amount = Some(v1::Money { amount_minor: 1, currency_code: euro });
            },
            "amount",
        ),
    ] {
        let mut event = accept("ana", "spoilt", token);
        spoil(&mut event);
        let (found, _) = said(&client, event).await.expect("is refused");
        assert_eq!(found, field);
    }
    let (field, _) = said(&client, accept("bob", "stolen", token)).await.expect("is refused");
    assert_eq!(field, "price_hold_token");
    let mut short = suite("ana");
    short.hold_duration = Some(prost_types::Duration { seconds: 60, nanos: 0 });
    let short = client.decisions().hold_price(short).await.unwrap().into_inner();
    let late = v1::Event {
        event_time: Some(support::at(61)),
        ..accept("ana", "late", &short.price_hold_token)
    };
    let (field, problem) = said(&client, late).await.expect("is refused");
    assert!(field == "price_hold_token" && problem.contains("is over"), "{field} {problem}");
    assert_eq!(said(&client, accept("ana", "bought", token)).await, None);

    let timeline = v1::ListGuestTimelineRequest {
        parent: "brands/demo/guests/ana".into(),
        kinds: vec![v1::TimelineKind::Event.into()],
        ..Default::default()
    };
    let told = client.guests().list_guest_timeline(timeline).await.unwrap().into_inner();
    let [entry] = told.entries.as_slice() else { panic!("{:?}", told.entries) };
    let Some(v1::timeline_entry::Entry::Event(event)) = &entry.entry else { panic!("{entry:?}") };
    assert_eq!(event.amount.as_ref().unwrap().amount_minor, before, "filled in");
    assert_eq!((event.offer_id.as_str(), event.property.as_str()), (SUITE, ALGARVE));

    service.committed();
    let audit = v1::AuditFairnessRequest { parent: "brands/demo".into(), ..Default::default() };
    let mut insights = InsightServiceClient::new(service.client("all").connection());
    let audited = insights.audit_fairness(audit).await.unwrap().into_inner();
    assert!(audited.is_fair, "{:?}", audited.violations);
    assert_eq!(audited.quote_count, 1, "the promise is one of the prices");
}

/// A way to spoil a call, and the field that must be named.
type Spoil = (fn(&mut v1::HoldPriceRequest), &'static str);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_that_cannot_be_made_is_named() {
    let service = TestService::start().await;
    let client = service.client("all");
    let spoils: [Spoil; 4] = [
        (|r| r.quote_request = None, "quote_request"),
        (|r| r.guest = "ana".into(), "guest"),
        (
            |r| r.hold_duration = Some(prost_types::Duration { seconds: 86_401, nanos: 0 }),
            "hold_duration",
        ),
        (
            |r| r.quote_request.as_mut().unwrap().with_offer_ids = vec!["X Y".into()],
            "quote_request.with_offer_ids[0]",
        ),
    ];
    for (spoil, field) in spoils {
        let mut request = suite("ana");
        spoil(&mut request);
        let (code, fields) = code_and_fields(client.decisions().hold_price(request).await);
        assert_eq!((code, fields), (Code::InvalidArgument, vec![field.to_owned()]));
    }
    // A dinner with a massage is promised at the price of the two together.
    let mut request = suite("ana");
    let quote = request.quote_request.as_mut().unwrap();
    quote.offer_id = "dining.tasting-menu".into();
    let alone =
        total(&client.decisions().hold_price(request.clone()).await.unwrap().into_inner().quote);
    let quote = request.quote_request.as_mut().unwrap();
    quote.with_offer_ids = vec!["spa.sea-salt-massage".into()];
    let promised = client.decisions().hold_price(request).await.unwrap().into_inner();
    assert_eq!(100 * total(&promised.quote), 85 * alone);
    assert_eq!(said(&client, accept("ana", "dinner", &promised.price_hold_token)).await, None);
}
