//! Decisions for an arrival list under volume constraints, through the real server.

use std::collections::BTreeSet;

use concierge::api::v1;
use concierge::api::v1::batch_decide_offers_response::Result as Message;
use concierge::testkit::world;
use tonic::Code;

use crate::support::{TestClient, TestService, code_and_fields};

const SUITES: [&str; 2] = ["offer-00003", "offer-00011"];

async fn service() -> TestService {
    let service = TestService::empty(|_| {});
    service.client("all").publish(&world::dear(&world::text(50), &SUITES)).await.unwrap();
    service
}

fn request(guests: usize, max_count: i32, request_id: &str) -> v1::BatchDecideOffersRequest {
    let guest = |n: usize| v1::BatchGuest {
        guest: format!("brands/demo/guests/g{n}"),
        ..Default::default()
    };
    let placement =
        v1::PlacementRequest { placement_id: "p50".into(), offer_count: 3, ..Default::default() };
    v1::BatchDecideOffersRequest {
        property: "brands/demo/properties/city".into(),
        guests: (0..guests).map(guest).collect(),
        template: Some(v1::DecideOffersRequest {
            placement_requests: vec![placement],
            ..Default::default()
        }),
        volume_constraints: vec![v1::VolumeConstraint {
            constraint_id: "suites".into(),
            offer_ids: SUITES.map(str::to_owned).to_vec(),
            max_count,
            ..Default::default()
        }],
        request_id: request_id.into(),
    }
}

/// The decisions, in the order of the guests, and the summary.
async fn decide(
    client: &TestClient,
    request: v1::BatchDecideOffersRequest,
) -> (Vec<v1::DecideOffersResponse>, v1::BatchSummary) {
    let count = request.guests.len();
    let mut stream = client.decisions().batch_decide_offers(request).await.unwrap().into_inner();
    let (mut decisions, mut summary) = (vec![None; count], None);
    while let Some(message) = stream.message().await.unwrap() {
        assert!(summary.is_none(), "the summary comes last");
        match message.result.unwrap() {
            Message::Decision(decision) => {
                let at = usize::try_from(decision.guest_index).unwrap();
                assert_eq!(decision.guest, format!("brands/demo/guests/g{at}"));
                let known = decisions[at].replace(decision.response.unwrap());
                assert!(known.is_none(), "{at} comes once");
            }
            Message::Summary(last) => summary = Some(last),
        }
    }
    (decisions.into_iter().map(Option::unwrap).collect(), summary.unwrap())
}

fn given(decisions: &[v1::DecideOffersResponse]) -> BTreeSet<usize> {
    let holds = |decision: &v1::DecideOffersResponse| {
        let offers = decision.propositions.iter().flat_map(|p| &p.offers);
        let mut scarce = offers.filter(|offer| SUITES.contains(&offer.offer_id.as_str()));
        let first = scarce.next();
        assert!(scarce.next().is_none(), "at most one for a guest");
        if let Some(offer) = first {
            assert_eq!(offer.override_kind(), v1::OverrideKind::VolumePlan);
            assert_eq!((offer.slot, offer.selection_probability), (1, None));
        }
        first.is_some()
    };
    (0..).zip(decisions).filter(|(_, decision)| holds(decision)).map(|(at, _)| at).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_suites_for_two_thousand_arrivals() {
    let service = service().await;
    let client = service.client("all");
    let (decisions, summary) = decide(&client, request(2_000, 10, "tonight")).await;
    let suites = given(&decisions);
    assert_eq!(suites.len(), 10);
    assert_eq!((summary.decided_count, summary.error_count), (2_000, 0));
    let volume = &summary.volume_uses[0];
    assert_eq!((volume.constraint_id.as_str(), volume.given_count), ("suites", 10));
    assert!(volume.bid_price_score > 0.0, "{volume:?}");
    assert!(decisions.iter().all(|decision| decision.propositions[0].offers.len() == 3));

    // Asked again: the same, and nothing more.
    let (again, summary) = decide(&client, request(2_000, 10, "tonight")).await;
    assert!(again.iter().all(|decision| decision.is_replayed));
    assert_eq!((given(&again), summary.volume_uses[0].given_count), (suites, 10));
    let ids = |all: &[v1::DecideOffersResponse]| -> Vec<String> {
        all.iter().map(|decision| decision.decision.clone()).collect()
    };
    assert_eq!(ids(&again), ids(&decisions));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_goes_away_ends_the_batch() {
    let service = service().await;
    let client = service.client("all");
    let mut stream = client
        .decisions()
        .batch_decide_offers(request(5_000, 5, "gone"))
        .await
        .unwrap()
        .into_inner();
    stream.message().await.unwrap().unwrap();
    drop(stream);
    // The rest is decided by whoever asks again; its units were not lost.
    let (decisions, summary) = decide(&client, request(5_000, 5, "gone")).await;
    assert_eq!((given(&decisions).len(), summary.volume_uses[0].given_count), (5, 5));
    assert!(decisions.iter().any(|decision| !decision.is_replayed), "not all were decided");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_price_is_a_score_and_seen_by_those_who_see_scores() {
    let service = service().await;
    let (_, summary) = decide(&service.client("portal"), request(20, 2, "")).await;
    assert_eq!(summary.volume_uses[0].given_count, 2);
    assert!(summary.volume_uses[0].bid_price_score.abs() < f64::EPSILON);
}

/// A minimum is given as far as there are guests for it, and the summary says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_minimum_is_given_and_the_summary_says_what_came_of_it() {
    let service = TestService::empty(|_| {});
    let client = service.client("all");
    // Nobody gains by these two offers, of all that there are.
    client.publish(&world::text(50)).await.unwrap();
    let least = |guests, min_count| {
        let mut request = request(guests, 6, "");
        request.volume_constraints[0].min_count = min_count;
        request
    };
    let (decisions, free) = decide(&client, least(12, 0)).await;
    let by_itself = given(&decisions).len();
    let (decisions, summary) = decide(&client, least(12, 6)).await;
    assert_eq!(given(&decisions).len(), 6);
    let (free, volume) = (&free.volume_uses[0], &summary.volume_uses[0]);
    assert!(free.minimum_reached && free.minimum_cost_score.abs() < f64::EPSILON);
    assert_eq!((volume.given_count, volume.minimum_reached), (6, true));
    assert_eq!(volume.minimum_cost_score > 0.0, by_itself < 6, "{by_itself} {volume:?}");
    let (_, summary) = decide(&client, least(3, 6)).await;
    let volume = &summary.volume_uses[0];
    assert_eq!((volume.given_count, volume.minimum_reached), (3, false));
    let (_, summary) = decide(&service.client("portal"), least(12, 6)).await;
    assert!(summary.volume_uses[0].minimum_cost_score.abs() < f64::EPSILON, "a score is hidden");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_is_refused_before_anything_is_decided() {
    let service = service().await;
    let client = service.client("all");
    let mut unknown = request(3, 1, "");
    unknown.volume_constraints[0].offer_ids[1] = "no-such".into();
    let refused = client.decisions().batch_decide_offers(unknown).await;
    let (code, fields) = code_and_fields(refused.map(|_| ()));
    assert_eq!(code, Code::InvalidArgument);
    assert_eq!(fields, ["volume_constraints[0].offer_ids[1]"]);
    let many = client.decisions().batch_decide_offers(request(10_001, 1, "")).await;
    assert_eq!(many.unwrap_err().code(), Code::InvalidArgument);
}
