//! Rates of room types over gRPC: set, seen in quotes and decisions, kept over a restart, and audited.

use concierge::api::v1;
use concierge::api::v1::insight_service_client::InsightServiceClient;
use tonic::Code;

use crate::support::{self, TestClient, TestService, code_and_fields};

const ALGARVE: &str = "brands/demo/properties/algarve-cliffs";
const SUITE: &str = "upgrade.cliff-suite";

/// Rates of three nights: the suite's, and those of the room it is an upgrade from.
fn rates(suite: [i64; 3]) -> v1::SetRatesRequest {
    let rate = |room: &str, night: usize, bid| v1::RoomRate {
        room_type_id: room.into(),
        date: format!("2026-12-{}", 11 + night),
        bid_price_minor: Some(bid),
        ..Default::default()
    };
    let sea = [11_000, 12_000, 13_000].into_iter().enumerate();
    let sea = sea.map(|(night, bid)| rate("sea-view", night, bid));
    let suite = suite.into_iter().enumerate().map(|(night, bid)| rate("cliff-suite", night, bid));
    v1::SetRatesRequest {
        property: ALGARVE.into(),
        currency_code: "EUR".into(),
        rates: suite.chain(sea).collect(),
        ..Default::default()
    }
}

fn suite(tier: &str) -> v1::QuoteOfferRequest {
    v1::QuoteOfferRequest {
        property: ALGARVE.into(),
        offer_id: SUITE.into(),
        check_in_date: "2026-12-11".into(),
        check_out_date: "2026-12-14".into(),
        tier_id: tier.into(),
        ..Default::default()
    }
}

/// Price and floor of a night, and what says so.
async fn quote(client: &TestClient, tier: &str) -> (i64, i64, v1::FloorBasis) {
    let response = client.decisions().quote_offer(suite(tier)).await.unwrap().into_inner();
    let quote = response.quote.unwrap();
    let minor = |money: &Option<v1::Money>| money.as_ref().unwrap().amount_minor;
    (minor(&quote.offer_price), minor(&quote.floor_price), quote.floor_basis())
}

async fn decide(client: &TestClient, guest: &str) -> v1::DecideOffersResponse {
    let mut request = support::decide(guest, "booking.upsell");
    request.property = ALGARVE.into();
    request.placement_requests[0].allowed_offer_ids = vec![SUITE.into()];
    request.view = v1::DecisionView::Full.into();
    request.context = Some(v1::DecisionContext {
        stay_stage: v1::StayStage::Shopping.into(),
        check_in_date: "2026-12-11".into(),
        check_out_date: "2026-12-14".into(),
        ..Default::default()
    });
    client.decide(request).await.unwrap()
}

fn offered(decided: &v1::DecideOffersResponse) -> Vec<&str> {
    decided.propositions[0].offers.iter().map(|offer| offer.offer_id.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rates_floor_an_upgrade_over_a_restart_and_its_prices_are_audited() {
    let mut service = TestService::start().await;
    let client = service.client("all");
    let entries = ["2026-12-11", "2026-12-12", "2026-12-13"].map(|date| v1::InventoryEntry {
        date: date.into(),
        remaining_unit_count: 100,
        ..Default::default()
    });
    let stock = v1::SetInventoryRequest {
        property: ALGARVE.into(),
        offer_id: SUITE.into(),
        entries: entries.into(),
        ..Default::default()
    };
    client.catalogs().set_inventory(stock).await.unwrap();
    let (_, floor, basis) = quote(&client, "").await;
    assert_eq!((floor, basis), (9_500, v1::FloorBasis::Policy));

    let trial = v1::SetRatesRequest { validate_only: true, ..rates([20_000, 22_000, 24_000]) };
    let told = client.catalogs().set_rates(trial).await.unwrap().into_inner();
    assert_eq!((told.sequence, told.rate_count, told.unused_room_type_ids.len()), (0, 6, 0));
    assert_eq!(quote(&client, "").await.1, 9_500);

    let set = client.catalogs().set_rates(rates([20_000, 22_000, 24_000])).await.unwrap();
    assert!(set.into_inner().sequence > 0);
    // 90.00 + 100.00 + 110.00, and 28.00 a night; the steps of 112.00 and 126.00 are under it.
    let displaced = (14_000, 12_800, v1::FloorBasis::Displacement);
    assert_eq!(quote(&client, "").await, displaced);
    assert_eq!(quote(&client, "gold").await.0, 12_800, "90 % would be under the floor");
    let decided = decide(&client, "ana").await;
    assert_eq!(offered(&decided), [SUITE]);
    let price = decided.propositions[0].offers[0].quote.as_ref().unwrap();
    assert_eq!(price.offer_price.as_ref().unwrap().amount_minor, 14_000);
    assert_eq!(price.floor_basis(), v1::FloorBasis::Displacement);

    service.restart();
    let client = service.client("all");
    assert_eq!(quote(&client, "").await, displaced);

    // Three times 148.00 are needed, over the list price.
    client.catalogs().set_rates(rates([22_000, 24_000, 26_000])).await.unwrap();
    let (code, _) = code_and_fields(client.decisions().quote_offer(suite("")).await);
    assert_eq!(code, Code::FailedPrecondition);
    let decided = decide(&client, "bob").await;
    assert!(!offered(&decided).contains(&SUITE));
    let filtered = decided.filtered_offers.iter().find(|filtered| filtered.offer_id == SUITE);
    assert_eq!(filtered.unwrap().reason(), v1::FilterReason::Floor);

    let mut away = rates([0; 3]);
    away.rates.iter_mut().for_each(|rate| rate.bid_price_minor = None);
    client.catalogs().set_rates(away).await.unwrap();
    assert_eq!(quote(&client, "").await.1, 9_500);
    decide(&client, "eva").await;

    service.committed();
    let audit = v1::AuditFairnessRequest { parent: "brands/demo".into(), ..Default::default() };
    let mut insights = InsightServiceClient::new(service.client("all").connection());
    let audited = insights.audit_fairness(audit).await.unwrap().into_inner();
    assert!(audited.is_fair && audited.violations.is_empty(), "{:?}", audited.violations);
}

/// What is wrong with rates, and the field that is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rates_are_read_back_page_by_page_as_they_were_set() {
    let mut service = TestService::start().await;
    let client = service.client("all");
    let ask = v1::ListRatesRequest { property: ALGARVE.into(), ..Default::default() };
    let none = client.catalogs().list_rates(ask.clone()).await.unwrap().into_inner();
    assert_eq!((none.rates.len(), none.sequence, none.currency_code.as_str()), (0, 0, ""));
    let mut set = rates([19_000, 20_000, 21_000]);
    set.rates[1].hurdle_minor = Some(24_000);
    let sequence = client.catalogs().set_rates(set.clone()).await.unwrap().into_inner().sequence;
    // What is taken away is not there any more.
    let gone = v1::RoomRate { bid_price_minor: None, ..set.rates[5].clone() };
    let more = v1::SetRatesRequest { rates: vec![gone], ..set.clone() };
    let last = client.catalogs().set_rates(more).await.unwrap().into_inner().sequence;
    assert!(last > sequence);
    service.restart();
    let client = service.client("all");
    let (mut read, mut page) = (Vec::new(), v1::ListRatesRequest { page_size: 2, ..ask.clone() });
    loop {
        let told = client.catalogs().list_rates(page.clone()).await.unwrap().into_inner();
        assert_eq!((told.total_count, told.sequence), (5, last));
        assert_eq!(told.currency_code, "EUR");
        read.extend(told.rates);
        if told.next_page_token.is_empty() {
            break;
        }
        page.page_token = told.next_page_token;
    }
    assert_eq!(read, set.rates[..5], "ascending, as they were set");
    let narrow = v1::ListRatesRequest {
        room_type_id: "sea-view".into(),
        start_date: "2026-12-12".into(),
        end_date: "2026-12-14".into(),
        ..ask.clone()
    };
    let told = client.catalogs().list_rates(narrow.clone()).await.unwrap().into_inner();
    assert_eq!(told.rates, set.rates[4..5]);
    let wrong = v1::ListRatesRequest {
        end_date: "2026-12-01".into(),
        page_token: "forged".into(),
        page_size: -1,
        ..narrow
    };
    let refused = client.catalogs().list_rates(wrong).await;
    assert_eq!(
        code_and_fields(refused),
        (Code::InvalidArgument, vec!["end_date".into(), "page_size".into(), "page_token".into()])
    );
}

type Row = (fn(&mut v1::SetRatesRequest), Code, &'static [&'static str]);

#[tokio::test]
async fn rates_that_cannot_be_are_named_and_set_nothing() {
    let service = TestService::start().await;
    let client = service.client("all");
    let rows: [Row; 9] = [
        (|r| r.property = "brands/demo/properties/moon".into(), Code::NotFound, &[]),
        (|r| r.currency_code = "USD".into(), Code::InvalidArgument, &["currency_code"]),
        (|r| r.rates.clear(), Code::InvalidArgument, &["rates"]),
        (|r| r.rates[1].date = "2026-13-01".into(), Code::InvalidArgument, &["rates[1].date"]),
        (|r| r.rates[1].date = r.rates[0].date.clone(), Code::InvalidArgument, &["rates[1].date"]),
        (
            |r| r.rates[2].room_type_id = "Sea view".into(),
            Code::InvalidArgument,
            &["rates[2].room_type_id"],
        ),
        (|r| r.rates[0].hurdle_minor = Some(-1), Code::InvalidArgument, &["rates[0].hurdle_minor"]),
        (
            |r| (r.rates[0].bid_price_minor, r.rates[0].hurdle_minor) = (None, Some(1)),
            Code::InvalidArgument,
            &["rates[0].bid_price_minor"],
        ),
        (|r| r.rates = vec![r.rates[0].clone(); 2_001], Code::InvalidArgument, &["rates"]),
    ];
    for (change, code, fields) in rows {
        let mut request = rates([20_000; 3]);
        change(&mut request);
        let told = code_and_fields(client.catalogs().set_rates(request).await);
        let named: Vec<&str> = told.1.iter().map(String::as_str).collect();
        assert_eq!((told.0, named), (code, fields.to_vec()));
    }
    assert_eq!(quote(&client, "").await.1, 9_500, "nothing was set");
    let (code, _) =
        code_and_fields(service.client("portal").catalogs().set_rates(rates([1; 3])).await);
    assert_eq!(code, Code::PermissionDenied);
}
