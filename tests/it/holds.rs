//! The last suite among 64 guests at once, over the wire; and what each of them is told.

use std::time::Duration;

use concierge::api::v1;
use concierge::testkit::world;

use crate::support::{START, TestService};

const OFFER: &str = "offer-00000";
const CITY: &str = "brands/demo/properties/city";
/// The first day of every service.
const TODAY: &str = "2026-11-23";

/// A service whose one offer has so many units today.
async fn with_units(is_limited: bool, units: i32) -> TestService {
    let service = TestService::empty(|_| {});
    let mut text = world::text(1);
    if is_limited {
        let limited = "inventory_limited = true\nhold = \"10m\"\ncategory = \"c0\"\ntags";
        text = text.replacen("category = \"c0\"\ntags", limited, 1);
    }
    let client = service.client("all");
    client.publish(&text).await.unwrap();
    if is_limited {
        set(&service, units).await;
    }
    service
}

async fn set(service: &TestService, units: i32) -> v1::InventoryEntry {
    let entry = v1::InventoryEntry {
        date: TODAY.into(),
        remaining_unit_count: units,
        ..Default::default()
    };
    let stock = v1::SetInventoryRequest {
        property: CITY.into(),
        offer_id: OFFER.into(),
        entries: vec![entry],
        ..Default::default()
    };
    let set = service.client("all").catalogs().set_inventory(stock).await.unwrap();
    set.into_inner().entries.remove(0)
}

fn event(service: &TestService, guest: &str, kind: v1::EventType) -> v1::Event {
    let now = concierge::sys::clock::Clock::from(service.clock.clone()).now();
    v1::Event {
        event_id: format!("{guest}-{}-{}", kind.as_str_name(), now.as_micros()),
        source: "portal".into(),
        event_type: kind.into(),
        event_time: Some(prost_types::Timestamp { seconds: now.as_micros() / 1_000_000, nanos: 0 }),
        property: CITY.into(),
        subject: Some(v1::event::Subject::Guest(format!("brands/demo/guests/{guest}"))),
        offer_id: OFFER.into(),
        ..Default::default()
    }
}

async fn tell(service: &TestService, guest: &str, kind: v1::EventType) -> Option<v1::OfferHold> {
    let told = service.client("all").write(vec![event(service, guest, kind)]).await.unwrap();
    let [result] = told.results.as_slice() else { panic!("one result: {told:?}") };
    assert_eq!(result.error, None);
    result.hold.clone()
}

/// 64 guests accept over 8 connections, let go together. What each was told, by guest.
async fn race(service: &TestService) -> Vec<(String, Option<v1::OfferHold>)> {
    let start = std::sync::Arc::new(tokio::sync::Barrier::new(64));
    let connections: Vec<_> = (0..8).map(|_| service.client("portal")).collect();
    let callers = (0..64).map(|caller: usize| {
        let guest = format!("g{caller}");
        let yes = event(service, &guest, v1::EventType::Accept);
        let (client, start) = (connections[caller % 8].clone(), std::sync::Arc::clone(&start));
        tokio::spawn(async move {
            start.wait().await;
            let told = client.write(vec![yes]).await.unwrap();
            (guest, told.results[0].hold.clone())
        })
    });
    let mut told = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        told.push(caller.await.unwrap());
    }
    told
}

fn state(hold: &Option<v1::OfferHold>) -> v1::HoldState {
    hold.as_ref().expect("a scarce offer").state()
}

/// Issue 5.1: two guests never have the last suite. It outlives the process, and lapses.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_one_of_64_guests_gets_the_last_suite() {
    let mut service = with_units(true, 1).await;
    let told = race(&service).await;
    let (held, refused): (Vec<_>, Vec<_>) =
        told.iter().partition(|(_, hold)| state(hold) == v1::HoldState::Held);
    assert_eq!((held.len(), refused.len()), (1, 63));
    assert!(refused.iter().all(|(_, hold)| state(hold) == v1::HoldState::Unavailable));
    let (winner, hold) = held[0];
    let hold = hold.clone().unwrap();
    assert_eq!((hold.offer_id.as_str(), hold.date.as_str()), (OFFER, TODAY));
    assert_eq!(hold.property, CITY);
    let until = START.as_micros() / 1_000_000 + 600;
    assert_eq!(hold.expire_time.unwrap().seconds, until);

    service.restart();
    assert_eq!(
        state(&tell(&service, "late", v1::EventType::Accept).await),
        v1::HoldState::Unavailable
    );
    let entry = set(&service, 0).await;
    assert_eq!((entry.remaining_unit_count, entry.held_unit_count), (0, 1));
    service.clock.advance(Duration::from_secs(601));
    let again = tell(&service, "later", v1::EventType::Accept).await;
    assert_eq!(state(&again), v1::HoldState::Held, "the winner's hold lapsed");
    assert_eq!(
        state(&tell(&service, winner, v1::EventType::Pay).await),
        v1::HoldState::Unavailable
    );
    assert_eq!(state(&tell(&service, "later", v1::EventType::Pay).await), v1::HoldState::Confirmed);
    let done = tell(&service, "later", v1::EventType::Fulfilled).await;
    assert_eq!(state(&done), v1::HoldState::Fulfilled);

    let get = v1::ListGuestTimelineRequest {
        parent: "brands/demo/guests/later".into(),
        ..Default::default()
    };
    let timeline = service.client("all").guests().list_guest_timeline(get).await.unwrap();
    let kept: Vec<_> = timeline
        .into_inner()
        .entries
        .into_iter()
        .filter_map(|entry| match entry.entry {
            Some(v1::timeline_entry::Entry::Event(event)) => Some(event.holds[0].state()),
            _ => None,
        })
        .collect();
    assert_eq!(kept, [v1::HoldState::Fulfilled, v1::HoldState::Confirmed, v1::HoldState::Held]);
}

/// The control: where units are not counted, all 64 are told yes, and none is told of a unit. With
/// three units three have one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_hold_as_there_are_units_and_without_a_count_nobody_holds() {
    let service = with_units(true, 3).await;
    let told = race(&service).await;
    assert_eq!(told.iter().filter(|(_, h)| state(h) == v1::HoldState::Held).count(), 3);
    let service = with_units(false, 0).await;
    assert!(race(&service).await.iter().all(|(_, hold)| hold.is_none()));
}
