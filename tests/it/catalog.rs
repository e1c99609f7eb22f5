//! The catalog over gRPC: publish, roll back, read, stop, stock.

use concierge::api::v1;
use concierge::catalog::demo::DEMO_CATALOG;
use tonic::Code;

use crate::support::{TestClient, TestService, code_and_fields, decide};

async fn list(
    client: &TestClient,
    request: v1::ListOffersRequest,
) -> Result<v1::ListOffersResponse, tonic::Status> {
    let request = v1::ListOffersRequest { parent: "brands/demo".into(), ..request };
    client.catalogs().list_offers(request).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn versions_follow_each_other_and_come_back() {
    let service = TestService::start().await;
    let client = service.client("all");
    let other = DEMO_CATALOG.replacen("label = \"Winter 2026\"", "label = \"Spring 2027\"", 1);
    assert_eq!(client.publish(&other).await.unwrap().catalog_version, 2);
    let source = Some(v1::publish_catalog_request::Source::CatalogToml(other.clone()));
    let late = v1::PublishCatalogRequest {
        parent: "brands/demo".into(),
        source,
        expected_catalog_version: Some(1),
        ..Default::default()
    };
    assert_eq!(
        client.catalogs().publish_catalog(late).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
    let back = v1::RollBackCatalogRequest {
        name: "brands/demo/catalog".into(),
        catalog_version: 1,
        description: "spring came too early".into(),
        ..Default::default()
    };
    assert_eq!(
        client.catalogs().roll_back_catalog(back).await.unwrap().into_inner().catalog_version,
        3
    );

    let mut request = v1::ListCatalogVersionsRequest {
        parent: "brands/demo/catalog".into(),
        page_size: 2,
        ..Default::default()
    };
    let first =
        client.catalogs().list_catalog_versions(request.clone()).await.unwrap().into_inner();
    let numbers = |page: &v1::ListCatalogVersionsResponse| -> Vec<u64> {
        page.versions.iter().map(|version| version.catalog_version).collect()
    };
    assert_eq!(numbers(&first), [3, 2]);
    assert_eq!((first.versions[0].rolled_back_to_version, first.versions[0].is_current), (1, true));
    assert_eq!(first.versions[0].publisher, "all");
    request.page_token = first.next_page_token;
    let second = client.catalogs().list_catalog_versions(request).await.unwrap().into_inner();
    assert_eq!((numbers(&second), second.next_page_token.as_str()), (vec![1], ""));

    let format = v1::CatalogFormat::Toml.into();
    let get =
        v1::GetCatalogRequest { name: "brands/demo/catalog".into(), catalog_version: 2, format };
    let read = client.catalogs().get_catalog(get.clone()).await.unwrap().into_inner();
    assert_eq!(read.content, Some(v1::get_catalog_response::Content::CatalogToml(other)));
    assert_eq!((read.catalog_version, read.current_catalog_version), (2, 3));
    // A document hides nothing, so who may not see margins gets none.
    let reader = service.client("only-catalog.read");
    assert_eq!(
        reader.catalogs().get_catalog(get).await.unwrap_err().code(),
        Code::PermissionDenied
    );
}

#[tokio::test]
async fn the_form_of_messages_is_named_as_not_served() {
    let service = TestService::start().await;
    let client = service.client("all");
    let source = Some(v1::publish_catalog_request::Source::Catalog(v1::Catalog::default()));
    let request =
        v1::PublishCatalogRequest { parent: "brands/demo".into(), source, ..Default::default() };
    let refused = client.catalogs().publish_catalog(request).await;
    assert_eq!(code_and_fields(refused), (Code::Unimplemented, vec!["catalog".into()]));
}

#[tokio::test]
async fn offers_are_listed_page_by_page_and_filtered() {
    let service = TestService::start().await;
    let client = service.client("all");
    let mut request = v1::ListOffersRequest { page_size: 20, ..Default::default() };
    let mut ids = Vec::new();
    loop {
        let page = list(&client, request.clone()).await.unwrap();
        ids.extend(page.offers.into_iter().map(|offer| offer.offer_id));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert!(ids.len() >= 40);
    let mut distinct = ids.clone();
    distinct.dedup();
    assert_eq!(ids.len(), distinct.len());

    let spa =
        list(&client, v1::ListOffersRequest { category_id: "spa".into(), ..Default::default() })
            .await
            .unwrap();
    assert!(!spa.offers.is_empty() && spa.offers.iter().all(|offer| offer.category_id == "spa"));
    let priced = spa.offers.iter().find(|offer| !offer.pricing.is_empty()).unwrap();
    assert!(priced.pricing[0].variable_cost.is_some());
    let reader = service.client("only-catalog.read");
    let hidden =
        list(&reader, v1::ListOffersRequest { category_id: "spa".into(), ..Default::default() })
            .await
            .unwrap();
    assert!(
        hidden
            .offers
            .iter()
            .flat_map(|offer| &offer.pricing)
            .all(|pricing| pricing.variable_cost.is_none())
    );

    let stale = v1::ListOffersRequest { page_size: 5, ..Default::default() };
    let token = list(&client, stale.clone()).await.unwrap().next_page_token;
    client.publish(&DEMO_CATALOG.replacen("Winter 2026", "Spring 2027", 1)).await.unwrap();
    let refused =
        list(&client, v1::ListOffersRequest { page_token: token, ..stale }).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn a_stopped_offer_is_gone_at_once_and_comes_back_with_a_publish() {
    let service = TestService::start().await;
    let client = service.client("all");
    let ask = || v1::DecideOffersRequest {
        context: Some(v1::DecisionContext {
            stay_stage: v1::StayStage::PreArrival.into(),
            ..Default::default()
        }),
        ..decide("ana", "booking.upsell")
    };
    let shown = client.decide(ask()).await.unwrap().propositions[0].offers[0].offer_id.clone();
    let stop = v1::StopOfferRequest {
        name: format!("brands/demo/offers/{shown}"),
        description: "the pool is closed".into(),
        ..Default::default()
    };
    let stopped = client.catalogs().stop_offer(stop).await.unwrap().into_inner();
    assert_eq!(stopped.offer.unwrap().state, v1::OfferState::Stopped as i32);
    let is_shown = async |guest: &str| {
        let mut seen = false;
        for n in 0..20 {
            let request = v1::DecideOffersRequest {
                subject: Some(v1::decide_offers_request::Subject::AnonymousId(format!(
                    "{guest}{n}"
                ))),
                ..ask()
            };
            let offers = client.decide(request).await.unwrap().propositions.remove(0).offers;
            seen |= offers.iter().any(|offer| offer.offer_id == shown);
        }
        seen
    };
    assert!(!is_shown("a").await);
    let source = Some(v1::publish_catalog_request::Source::CatalogToml(DEMO_CATALOG.into()));
    let publish = |restart_offer_ids| v1::PublishCatalogRequest {
        parent: "brands/demo".into(),
        source: source.clone(),
        restart_offer_ids,
        ..Default::default()
    };
    client.catalogs().publish_catalog(publish(vec![])).await.unwrap();
    assert!(!is_shown("b").await, "a publish alone does not bring it back");
    client.catalogs().publish_catalog(publish(vec![shown.clone()])).await.unwrap();
    assert!(is_shown("c").await);
}

#[tokio::test]
async fn stock_is_set_for_what_is_scarce() {
    let service = TestService::start().await;
    let client = service.client("all");
    let all = list(&client, v1::ListOffersRequest { page_size: 1_000, ..Default::default() })
        .await
        .unwrap()
        .offers;
    let scarce = all.iter().find(|offer| offer.inventory_limited).unwrap().offer_id.clone();
    let plenty = all.iter().find(|offer| !offer.inventory_limited).unwrap().offer_id.clone();
    let entry = |date: &str, units| v1::InventoryEntry {
        date: date.into(),
        remaining_unit_count: units,
        ..Default::default()
    };
    let set = async |offer_id: String, entries: Vec<v1::InventoryEntry>| {
        let property = "brands/demo/properties/lisbon-baixa".to_owned();
        let request = v1::SetInventoryRequest { property, offer_id, entries, ..Default::default() };
        client.catalogs().set_inventory(request).await.map(tonic::Response::into_inner)
    };
    let done =
        set(scarce.clone(), vec![entry("2026-11-23", 3), entry("2026-11-24", 0)]).await.unwrap();
    assert!(done.sequence > 0 && done.entries.len() == 2);
    let refused = set(plenty, vec![entry("2026-11-23", 3)]).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let (code, fields) = code_and_fields(
        set(scarce, vec![entry("2026-11-23", -1), entry("2026-11-31", 1), entry("2026-11-23", 1)])
            .await,
    );
    assert_eq!(code, Code::InvalidArgument);
    assert_eq!(fields, ["entries[0].remaining_unit_count", "entries[1].date", "entries[2].date"]);
}

#[tokio::test]
async fn the_learning_mode_is_set_and_told() {
    let service = TestService::start().await;
    let client = service.client("all");
    let set = async |mode: v1::LearningMode| {
        let request = v1::SetLearningModeRequest {
            brand: "brands/demo".into(),
            learning_mode: mode.into(),
            description: "a quiet week".into(),
            ..Default::default()
        };
        client.admin().set_learning_mode(request).await.unwrap().into_inner()
    };
    let changed = set(v1::LearningMode::LoggingOnly).await;
    assert_eq!(
        (changed.previous_learning_mode, changed.learning_mode),
        (0, v1::LearningMode::LoggingOnly as i32)
    );
    let decided = client.decide(decide("ana", "portal.hero")).await.unwrap();
    assert_eq!(decided.learning_mode, v1::LearningMode::LoggingOnly as i32);
    let status =
        client.admin().get_server_status(v1::GetServerStatusRequest {}).await.unwrap().into_inner();
    assert_eq!(status.brands[0].learning_mode, v1::LearningMode::LoggingOnly as i32);
    assert_eq!(set(v1::LearningMode::Unspecified).await.learning_mode, 0);
    let checkpoint =
        v1::CreateModelCheckpointRequest { parent: "brands/demo".into(), ..Default::default() };
    assert!(
        client.admin().create_model_checkpoint(checkpoint).await.unwrap().into_inner().size_bytes
            > 0
    );
}
