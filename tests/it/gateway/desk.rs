//! The front desk's list of arrivals, by a real server.

use concierge::api::v1;
use serde_json::{Value as Json, json};

use crate::support::{START, TestService};

const LISBON: &str = "brands/demo/properties/lisbon-baixa";

/// A call for it.
pub(super) fn arrivals() -> Json {
    json!({
        "property": LISBON, "date": "2026-12-20", "placementId": "portal.hero", "includeContent": true,
    })
}

fn event(id: &str, kind: v1::EventType) -> v1::Event {
    let seconds = START.as_micros() / 1_000_000;
    v1::Event {
        event_id: id.into(),
        source: "pms".into(),
        event_type: kind.into(),
        event_time: Some(prost_types::Timestamp { seconds, nanos: 0 }),
        property: LISBON.into(),
        subject: Some(v1::event::Subject::Guest("brands/demo/guests/eva".into())),
        ..Default::default()
    }
}

/// Who is due is told with the hour, a proposal and what to know; what the guest is worth only to
/// those who may see it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_is_told_who_arrives_and_what_to_propose() {
    let service = TestService::start().await;
    let stay = v1::Stay {
        check_in_date: "2026-11-23".into(),
        check_out_date: "2026-11-25".into(),
        party: Some(v1::Party { adult_count: 2, ..Default::default() }),
        ..Default::default()
    };
    let mut booked = event("b", v1::EventType::Book);
    (booked.stay, booked.reservation_id) = (Some(stay), "R-1".into());
    booked.attributes.insert("arrival_time".into(), "15:30".into());
    let mut paid = event("p", v1::EventType::Pay);
    paid.amount = Some(v1::Money { currency_code: "EUR".into(), amount_minor: 9_000 });
    let angry = event("c", v1::EventType::Complaint);
    let told = service.client("all").write(vec![booked, paid, angry]).await.unwrap();
    assert!(told.results.iter().all(|result| result.error.is_none()), "{told:?}");
    for (key, tier) in [("all", 1), ("without-view.value", 0)] {
        let request = v1::ListArrivalsRequest {
            property: LISBON.into(),
            placement_id: "frontdesk.prompt".into(),
            ..Default::default()
        };
        let listed = service.client(key).decisions().list_arrivals(request).await.unwrap();
        let listed = listed.into_inner();
        assert_eq!((listed.date.as_str(), listed.total_count), ("2026-11-23", 1));
        let [arrival] = listed.arrivals.as_slice() else { panic!("one arrives: {listed:?}") };
        assert_eq!((arrival.arrival_time.as_str(), arrival.value_tier), ("15:30", tier), "{key}");
        assert_eq!((arrival.reservation_id.as_str(), arrival.complaints.len()), ("R-1", 1));
        assert_eq!(arrival.talking_points.first().unwrap(), "Complained today.");
        assert!(arrival.offer.is_some() && !arrival.decision.is_empty(), "{arrival:?}");
    }
}
