//! Rationing of scarce offers over gRPC: who is not shown one hears why, and over a restart.

use std::time::Duration;

use concierge::api::v1;
use concierge::catalog::demo::DEMO_CATALOG;

use crate::support::{self, TestClient, TestService};

const ALGARVE: &str = "brands/demo/properties/algarve-cliffs";
const SUITE: &str = "upgrade.cliff-suite";

/// A guest who comes for something, from an arrival on.
async fn decide(client: &TestClient, guest: &str, asked: (&str, &str)) -> v1::DecideOffersResponse {
    let (arrival, intent) = asked;
    let mut request = support::decide(guest, "booking.upsell");
    request.property = ALGARVE.into();
    request.placement_requests[0].allowed_offer_ids = vec![SUITE.into()];
    request.view = v1::DecisionView::Full.into();
    // What is learnt of acceptances moves gains: a matter of its own.
    request.learning_mode = v1::LearningMode::LoggingOnly.into();
    request.context = Some(v1::DecisionContext {
        stay_stage: v1::StayStage::Shopping.into(),
        check_in_date: arrival.into(),
        check_out_date: "2026-12-24".into(),
        intent: intent.into(),
        ..Default::default()
    });
    client.decide(request).await.unwrap()
}

fn is_shown(decided: &v1::DecideOffersResponse) -> bool {
    decided.propositions[0].offers.iter().any(|offer| offer.offer_id == SUITE)
}

async fn stock(client: &TestClient, date: &str, remaining_unit_count: i32) {
    let entry =
        v1::InventoryEntry { date: date.into(), remaining_unit_count, ..Default::default() };
    let request = v1::SetInventoryRequest {
        property: ALGARVE.into(),
        offer_id: SUITE.into(),
        entries: vec![entry],
        ..Default::default()
    };
    client.catalogs().set_inventory(request).await.unwrap();
}

async fn bid(client: &TestClient, decided: &v1::DecideOffersResponse) -> Option<v1::UnitBid> {
    let name = decided.decision.clone();
    let request = v1::GetDecisionRequest { name, ..Default::default() };
    let response = client.decisions().get_decision(request).await.unwrap().into_inner();
    response.decision.unwrap().unit_bids.first().cloned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_shown_a_suite_hears_why_and_over_a_restart() {
    let mut service = TestService::start().await;
    let client = service.client("all");
    let rationing = "rationing = { arrivals = 60, ahead_days = 30, cancellations = 0.15 }";
    let weight = "{ category = \"room-upgrade\", percent = 20 },";
    assert!(DEMO_CATALOG.contains(rationing), "the demo rations its suites");
    assert!(DEMO_CATALOG.contains(weight));
    let celebrate = "{ category = \"room-upgrade\", intent = \"celebrate\", percent = 150 },";
    let text = DEMO_CATALOG
        .replace(rationing, "rationing = { arrivals = 200, take_up = 1.0 }")
        .replacen(weight, &format!("{weight}\n{celebrate}"), 1);
    client.publish(&text).await.unwrap();
    let (many, few) = ("2026-12-20", "2026-12-21");
    stock(&client, many, 1_000).await;
    stock(&client, few, 1).await;
    for n in 0..40 {
        let intent = if n % 2 == 0 { "celebrate" } else { "" };
        let seen = decide(&client, &format!("seen-{n}"), (many, intent)).await;
        assert!(is_shown(&seen), "enough for all");
    }
    let early = decide(&client, "early", (few, "")).await;
    assert!(is_shown(&early), "nothing is known of gains before labels are final");
    service.clock.advance(Duration::from_secs(2 * 3_600));
    service.upkeep();
    service.learned();

    let told = decide(&client, "probe", (few, "")).await;
    assert!(!is_shown(&told));
    let reason = told.filtered_offers.iter().find(|offer| offer.offer_id == SUITE).unwrap();
    let because = (v1::FilterStage::Inventory, v1::FilterReason::BidPrice);
    assert_eq!((reason.stage(), reason.reason()), because, "{reason:?}");
    let price = bid(&client, &told).await.expect("the price of the moment is kept");
    assert!(price.withheld && price.bid_price_score > price.gain_score, "{price:?}");
    assert_eq!((price.left_count, price.date.as_str(), price.offer_id.as_str()), (1, few, SUITE));
    assert!(price.expected_guests > 100.0 && price.placement_id == "booking.upsell");
    let name = told.decision.clone();
    let explain = v1::ExplainDecisionRequest { name, ..Default::default() };
    let explained = client.decisions().explain_decision(explain).await.unwrap().into_inner();
    assert!(explained.replay_matches, "{}", explained.replay_difference);
    assert!(is_shown(&decide(&client, "who-cares", (few, "celebrate")).await));

    service.restart();
    let client = service.client("all");
    let again = decide(&client, "probe-2", (few, "")).await;
    let again = bid(&client, &again).await.unwrap();
    assert_eq!(again.bid_price_score.to_bits(), price.bid_price_score.to_bits());
    assert_eq!(again.expected_guests.to_bits(), price.expected_guests.to_bits());
}
