//! Changes that are repeated under their `request_id`: answered as they were, and made once.

use std::time::Duration;

use concierge::api::v1;
use concierge::catalog::demo::DEMO_CATALOG;
use tonic::{Code, Request, Response, Status};

use crate::support::{TestClient, TestService};

const PRESENCE: &str = "brands/demo/guests/ana/presence";

/// Publishes a catalog of another season.
fn publication(season: &str, id: &str) -> v1::PublishCatalogRequest {
    let label = format!("label = \"{season}\"");
    let text = DEMO_CATALOG.replacen("label = \"Winter 2026\"", &label, 1);
    v1::PublishCatalogRequest {
        parent: "brands/demo".into(),
        source: Some(v1::publish_catalog_request::Source::CatalogToml(text)),
        request_id: id.into(),
        ..Default::default()
    }
}

async fn publish(
    client: &TestClient,
    request: impl tonic::IntoRequest<v1::PublishCatalogRequest>,
) -> Result<u64, Status> {
    let answer = client.catalogs().publish_catalog(request).await;
    answer.map(|answer| answer.into_inner().catalog_version)
}

async fn versions(client: &TestClient) -> usize {
    let parent = "brands/demo/catalog".into();
    let request = v1::ListCatalogVersionsRequest { parent, ..Default::default() };
    client.catalogs().list_catalog_versions(request).await.unwrap().into_inner().versions.len()
}

fn consent(guest: &str, state: v1::ConsentState, id: &str) -> v1::UpdateConsentRequest {
    v1::UpdateConsentRequest {
        name: format!("brands/demo/guests/{guest}/consent"),
        records: vec![v1::ConsentRecord {
            purpose: v1::Purpose::Profiling.into(),
            state: state.into(),
            basis: v1::ConsentBasis::Consent.into(),
            text_version: "2026-01".into(),
            // A page is a source by itself.
            source: if guest == "me" { String::new() } else { "crm".into() },
            ..Default::default()
        }],
        request_id: id.into(),
    }
}

async fn states(client: &TestClient, guest: &str) -> Vec<v1::ConsentState> {
    let name = format!("brands/demo/guests/{guest}/consent");
    let request = v1::GetConsentRequest { name, ..Default::default() };
    let known = client.guests().get_consent(request).await.unwrap().into_inner();
    known.consent.unwrap().current_records.iter().map(v1::ConsentRecord::state).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_change_is_answered_as_it_was_also_after_a_restart() {
    let mut service = TestService::start().await;
    let client = service.client("all");
    let spring = v1::PublishCatalogRequest {
        expected_catalog_version: Some(1),
        ..publication("Spring", "p-1")
    };
    assert_eq!(publish(&client, spring.clone()).await.unwrap(), 2);
    // As after an answer that was lost: without the id it would be refused, and with it changes nothing.
    assert_eq!(publish(&client, spring.clone()).await.unwrap(), 2);
    let other = publish(&client, publication("Summer", "p-1")).await.unwrap_err();
    assert_eq!(other.code(), Code::AlreadyExists);
    service.restart();
    let client = service.client("all");
    assert_eq!(publish(&client, spring.clone()).await.unwrap(), 2);
    let unnamed = v1::PublishCatalogRequest { request_id: String::new(), ..spring };
    assert_eq!(publish(&client, unnamed).await.unwrap_err().code(), Code::FailedPrecondition);
    // What was refused was not made: its id is free.
    let late = v1::PublishCatalogRequest {
        expected_catalog_version: Some(1),
        ..publication("Autumn", "p-2")
    };
    assert_eq!(publish(&client, late).await.unwrap_err().code(), Code::FailedPrecondition);
    assert_eq!(publish(&client, publication("Autumn", "p-2")).await.unwrap(), 3);
    assert_eq!(versions(&client).await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_consent_that_comes_again_does_not_undo_a_withdrawal() {
    use v1::ConsentState::{Denied, Granted, Withdrawn};
    let service = TestService::start().await;
    let client = service.client("all");
    let tell = async |client: &TestClient, request: v1::UpdateConsentRequest| {
        client.guests().update_consent(request).await.map(Response::into_inner)
    };
    let granted = tell(&client, consent("ana", Granted, "c-1")).await.unwrap();
    tell(&client, consent("ana", Withdrawn, "c-2")).await.unwrap();
    let again = tell(&client, consent("ana", Granted, "c-1")).await.unwrap();
    assert_eq!(again, granted);
    assert_eq!(states(&client, "ana").await, [Withdrawn]);
    // Other callers' ids are their own: another credential's, another guest's page.
    tell(&service.client("web"), consent("ana", Granted, "c-1")).await.unwrap();
    assert_eq!(states(&client, "ana").await, [Granted]);
    for (guest, state) in [("bea", Granted), ("cleo", Denied)] {
        let page = service.browser(guest).await;
        let told = tell(&page, consent("me", state, "mine")).await.unwrap().consent.unwrap();
        assert_eq!(told.current_records[0].state(), state);
        assert_eq!(states(&client, guest).await, [state]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_etag_that_the_change_itself_made_old_is_no_hindrance_and_a_trial_is_not_remembered() {
    let service = TestService::start().await;
    let client = service.client("all");
    let update = async |name: &str, etag: &str, is_trial: bool, id: &str| {
        let attributes = (0..20).map(|n| (format!("key-{n}"), name.to_owned())).collect();
        let guest = v1::Guest {
            name: "brands/demo/guests/ana".into(),
            display_name: name.into(),
            attributes,
            etag: etag.into(),
            ..Default::default()
        };
        let request = v1::UpdateGuestRequest {
            guest: Some(guest),
            allow_missing: true,
            validate_only: is_trial,
            request_id: id.into(),
            ..Default::default()
        };
        client.guests().update_guest(request).await.map(Response::into_inner)
    };
    assert_eq!(update("Ana", "", true, "g-1").await.unwrap().sequence, 0);
    let made = update("Ana", "", false, "g-1").await.unwrap();
    let etag = made.guest.as_ref().unwrap().etag.clone();
    let changed = update("Anna", &etag, false, "g-2").await.unwrap();
    assert!(made.sequence > 0 && changed.sequence > made.sequence);
    assert_eq!(update("Anna", &etag, false, "g-2").await.unwrap(), changed);
    let stale = update("Anne", &etag, false, "g-3").await.unwrap_err();
    assert_eq!(stale.code(), Code::FailedPrecondition);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_that_is_set_again_after_it_was_set_anew_stays() {
    let service = TestService::start().await;
    let client = service.client("all");
    let set = async |units: i32, id: &str| {
        let entry = v1::InventoryEntry {
            date: "2026-12-11".into(),
            remaining_unit_count: units,
            ..Default::default()
        };
        let request = v1::SetInventoryRequest {
            property: "brands/demo/properties/algarve-cliffs".into(),
            offer_id: "upgrade.cliff-suite".into(),
            entries: vec![entry],
            request_id: id.into(),
        };
        client.catalogs().set_inventory(request).await.unwrap().into_inner()
    };
    let first = set(5, "s-1").await;
    let second = set(2, "s-2").await;
    assert_eq!(set(5, "s-1").await, first);
    let before = service.committed();
    assert!(before >= second.sequence && set(2, "s-2").await == second);
    assert_eq!(service.committed(), before, "nothing was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_at_once_and_callers_who_give_up_make_a_change_once() {
    let service = TestService::start().await;
    let client = service.client("all");
    let callers = (0..16).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { publish(&client, publication("Spring", "p-1")).await })
    });
    for caller in callers.collect::<Vec<_>>() {
        match caller.await.unwrap() {
            Ok(version) => assert_eq!(version, 2),
            Err(status) => assert_eq!(status.code(), Code::Unavailable, "{status}"),
        }
    }
    assert_eq!(
        (publish(&client, publication("Spring", "p-1")).await.unwrap(), versions(&client).await),
        (2, 2)
    );
    // They wait for one millisecond, and come again.
    let answer = loop {
        let mut hasty = Request::new(publication("Summer", "p-2"));
        hasty.set_timeout(Duration::from_millis(1));
        drop(publish(&client, hasty).await);
        if let Ok(version) = publish(&client, publication("Summer", "p-2")).await {
            break version;
        }
    };
    assert_eq!((answer, versions(&client).await), (3, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn presence_that_was_over_does_not_come_back() {
    let service = TestService::start().await;
    let client = service.client("all");
    client.opt_in("ana").await;
    let tell = async |ended: bool, id: &str| {
        let kind = v1::PresenceSignKind::AppInFront.into();
        let sign = v1::PresenceSign { kind, source: "app".into(), ended, ..Default::default() };
        let request = v1::UpdatePresenceRequest {
            name: PRESENCE.into(),
            signs: vec![sign],
            request_id: id.into(),
            ..Default::default()
        };
        client.guests().update_presence(request).await.map(Response::into_inner)
    };
    let known = async || {
        let request = v1::GetPresenceRequest { name: PRESENCE.into() };
        let known = client.guests().get_presence(request).await.unwrap().into_inner();
        known.presence.unwrap().signs.len()
    };
    let first = tell(false, "w-1").await.unwrap();
    assert_eq!(known().await, 1);
    tell(true, "w-2").await.unwrap();
    assert_eq!(tell(false, "w-1").await.unwrap(), first);
    assert_eq!(known().await, 0);
    assert_eq!(tell(true, "w-1").await.unwrap_err().code(), Code::AlreadyExists);
}
