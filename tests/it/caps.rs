//! A cap of one among 64 callers at once, who may or may not come to show what they were given.

use std::time::Duration;

use concierge::api::v1;
use concierge::testkit::world;
use tonic::Code;

use crate::support::{self, TestService};

/// What is capped, and what stands in for it.
const OFFER: &str = "offer-00000";
const FALLBACK: &str = "welcome";

async fn once_a_week() -> TestService {
    let service = TestService::empty(|_| {});
    let text = world::text(1).replace("limit = 30", "limit = 1");
    assert_ne!(text, world::text(1));
    service.client("all").publish(&text).await.unwrap();
    service
}

/// 64 calls for one guest over 8 connections, let go together. The answers that hold the offer.
async fn race(service: &TestService) -> Vec<v1::DecideOffersResponse> {
    let ask = || v1::DecideOffersRequest {
        property: "brands/demo/properties/city".into(),
        defer_activation: true,
        ..support::decide("ana", "p50")
    };
    let start = std::sync::Arc::new(tokio::sync::Barrier::new(64));
    let connections: Vec<_> = (0..8).map(|_| service.client("portal")).collect();
    let callers = (0..64).map(|caller: usize| {
        let (client, start) = (connections[caller % 8].clone(), std::sync::Arc::clone(&start));
        tokio::spawn(async move {
            start.wait().await;
            client.decide(ask()).await.unwrap()
        })
    });
    let mut shown = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        let answer = caller.await.unwrap();
        let proposition = &answer.propositions[0];
        let [offer] = proposition.offers.as_slice() else { panic!("one offer: {answer:?}") };
        assert_eq!(proposition.is_fallback, offer.offer_id == FALLBACK, "{proposition:?}");
        match offer.offer_id.as_str() {
            OFFER => shown.push(answer),
            other => assert_eq!(other, FALLBACK),
        }
    }
    shown
}

async fn activate(
    service: &TestService,
    decision: &v1::DecideOffersResponse,
) -> Result<i32, tonic::Status> {
    let (name, attribution_token) = (decision.decision.clone(), decision.attribution_token.clone());
    let request = v1::ActivateDecisionRequest { name, attribution_token, ..Default::default() };
    let activated = service.client("portal").decisions().activate_decision(request).await?;
    Ok(activated.into_inner().state)
}

async fn state(service: &TestService, decision: &v1::DecideOffersResponse) -> i32 {
    let get = v1::GetDecisionRequest { name: decision.decision.clone(), view: 0 };
    let client = service.client("all");
    client.decisions().get_decision(get).await.unwrap().into_inner().decision.unwrap().state
}

/// I2 over the wire: exactly one gets the offer. A reservation that nobody activates gives it back,
/// to exactly one again; an activated one keeps it for the window of the cap.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_one_of_64_callers_gets_a_capped_offer() {
    let half_an_hour = Duration::from_secs(31 * 60);
    let service = once_a_week().await;
    let lapsing = race(&service).await;
    assert_eq!(lapsing.len(), 1);
    assert_eq!(race(&service).await.len(), 0, "reserved");
    assert_eq!(state(&service, &lapsing[0]).await, v1::DecisionState::Reserved as i32);

    service.clock.advance(half_an_hour);
    let again = race(&service).await;
    assert_eq!(again.len(), 1, "the reservation lapsed");
    assert_eq!(state(&service, &lapsing[0]).await, v1::DecisionState::Expired as i32);
    let late = activate(&service, &lapsing[0]).await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition, "{late:?}");

    assert_eq!(activate(&service, &again[0]).await.unwrap(), v1::DecisionState::Activated as i32);
    service.clock.advance(half_an_hour);
    assert_eq!(race(&service).await.len(), 0, "it was really shown");
    service.clock.advance(Duration::from_secs(8 * 86_400));
    assert_eq!(race(&service).await.len(), 1, "the window has rolled on");
}
