//! Prices over gRPC: asked for without a guest, and inside a decision.

use concierge::api::v1;
use tonic::{Code, Status};

use crate::support::{self, TestClient, TestService, code_and_fields};

const ALGARVE: &str = "brands/demo/properties/algarve-cliffs";

/// What is wrong with a call, and what it is told.
type Row = (fn(&mut v1::QuoteOfferRequest), Code, &'static [&'static str]);

/// A suite for three nights and two persons, arriving on the second Friday of December.
fn suite() -> v1::QuoteOfferRequest {
    v1::QuoteOfferRequest {
        property: ALGARVE.into(),
        offer_id: "upgrade.cliff-suite".into(),
        check_in_date: "2026-12-11".into(),
        check_out_date: "2026-12-14".into(),
        party: Some(v1::Party { adult_count: 2, ..Default::default() }),
        locale: "pt-PT".into(),
        ..Default::default()
    }
}

async fn quote(client: &TestClient, request: v1::QuoteOfferRequest) -> Result<v1::Quote, Status> {
    let response = client.decisions().quote_offer(request).await?.into_inner();
    assert_eq!(response.catalog_version, 1);
    assert!(response.create_time.is_some());
    Ok(response.quote.expect("a price"))
}

fn minor(money: &Option<v1::Money>) -> i64 {
    money.as_ref().expect("an amount").amount_minor
}

#[tokio::test]
async fn a_price_is_told_for_published_conditions() {
    let service = TestService::start().await;
    let client = service.client("all");
    let public = quote(&client, suite()).await.unwrap();
    assert_eq!(minor(&public.list_price), 14_000);
    assert_eq!((public.charge_basis(), public.charge_quantity), (v1::ChargeBasis::Night, 3));
    let each = minor(&public.offer_price);
    assert!([11_200, 12_600, 14_000].contains(&each), "a step of the ladder: {each}");
    // 6 % on three nights, half a cent up.
    let tax = (each * 3 * 6 + 50) / 100;
    assert_eq!(minor(&public.total_price), each * 3 + tax);
    assert_eq!(public.points_earned, Some(840));
    assert!(public.disclosure_text.starts_with("Por noite"), "{}", public.disclosure_text);
    assert!(public.expire_time.is_none() && public.price_cell_id.len() == 16);
    assert_eq!((minor(&public.floor_price), public.floor_basis()), (9_500, v1::FloorBasis::Policy));

    let gold =
        quote(&client, v1::QuoteOfferRequest { tier_id: "gold".into(), ..suite() }).await.unwrap();
    assert_eq!(minor(&gold.offer_price), (each * 9).div_euclid(10));
    let told = gold.qualifications.last().unwrap();
    assert_eq!(
        (told.qualification_id.as_str(), told.kind()),
        ("member.gold", v1::QualificationKind::Tier)
    );
    assert_eq!(told.display_text, "Tarifa para membros Gold");
    let silver = quote(&client, v1::QuoteOfferRequest { tier_id: "silver".into(), ..suite() })
        .await
        .unwrap();
    assert_eq!(silver, public);
    let long = v1::QuoteOfferRequest { check_out_date: "2026-12-16".into(), ..suite() };
    let long =
        quote(&client, v1::QuoteOfferRequest { tier_id: "platinum".into(), ..long }).await.unwrap();
    assert_eq!(long.qualifications.last().unwrap().qualification_id, "long.5");

    let portal = quote(&service.client("portal"), suite()).await.unwrap();
    let hidden = (portal.floor_price, portal.expected_margin, portal.selection_probability);
    assert_eq!(hidden, (None, None, None));
    assert_eq!(portal.offer_price, public.offer_price);
}

#[tokio::test]
async fn conditions_that_cannot_be_are_named() {
    let service = TestService::start().await;
    let client = service.client("all");
    let rows: [Row; 8] = [
        (|r| r.offer_id.clear(), Code::InvalidArgument, &["offer_id"]),
        (|r| r.offer_id = "upgrade.moon".into(), Code::NotFound, &[]),
        (|r| r.property = "brands/demo/properties/lisbon-baixa".into(), Code::NotFound, &[]),
        (|r| r.check_out_date.clear(), Code::InvalidArgument, &["check_out_date"]),
        (|r| r.check_out_date = "2026-12-10".into(), Code::InvalidArgument, &["check_out_date"]),
        (|r| r.check_in_date = "2026-12-32".into(), Code::InvalidArgument, &["check_in_date"]),
        (|r| r.tier_id = "bronze".into(), Code::NotFound, &["tier_id"]),
        (|r| r.promotion_codes = vec!["x".into(); 9], Code::InvalidArgument, &["promotion_codes"]),
    ];
    for (change, code, fields) in rows {
        let mut request = suite();
        change(&mut request);
        let told = code_and_fields(client.decisions().quote_offer(request).await);
        assert_eq!(
            (told.0, told.1.iter().map(String::as_str).collect::<Vec<_>>()),
            (code, fields.to_vec())
        );
    }
}

/// The tier on file and the days of the call price a decision; the price is the one that is told
/// without a guest.
#[tokio::test]
async fn a_decision_has_the_price_of_its_conditions() {
    let service = TestService::start().await;
    let client = service.client("all");
    let days = ["2026-12-11", "2026-12-12", "2026-12-13"].map(|date| v1::InventoryEntry {
        date: date.into(),
        remaining_unit_count: 100,
        ..Default::default()
    });
    let stock = v1::SetInventoryRequest {
        property: ALGARVE.into(),
        offer_id: "upgrade.cliff-suite".into(),
        entries: days.to_vec(),
        ..Default::default()
    };
    client.catalogs().set_inventory(stock).await.unwrap();
    let loyalty = Some(v1::LoyaltyMembership { tier_id: "platinum".into(), ..Default::default() });
    let guest = v1::Guest {
        name: "brands/demo/guests/eva".into(),
        loyalty: loyalty.clone(),
        ..Default::default()
    };
    let update =
        v1::UpdateGuestRequest { guest: Some(guest), allow_missing: true, ..Default::default() };
    client.guests().update_guest(update).await.unwrap();
    let get = v1::GetGuestRequest { name: "brands/demo/guests/eva".into() };
    let kept = client.guests().get_guest(get).await.unwrap().into_inner().guest.unwrap();
    assert_eq!(kept.loyalty, loyalty);
    for (guest, tier) in [("eva", "platinum"), ("bob", "")] {
        let mut request = support::decide(guest, "booking.upsell");
        request.property = ALGARVE.into();
        request.placement_requests[0].allowed_offer_ids = vec!["upgrade.cliff-suite".into()];
        request.context = Some(v1::DecisionContext {
            stay_stage: v1::StayStage::Shopping.into(),
            check_in_date: "2026-12-11".into(),
            check_out_date: "2026-12-14".into(),
            locale: "pt-PT".into(),
            party: Some(v1::Party { adult_count: 2, ..Default::default() }),
            ..Default::default()
        });
        let decided = client.decide(request).await.unwrap();
        let offer = &decided.propositions[0].offers[0];
        assert_eq!(offer.offer_id, "upgrade.cliff-suite");
        let priced = offer.quote.clone().unwrap();
        assert!(priced.expire_time.is_some(), "a decision holds its price");
        let told = quote(&client, v1::QuoteOfferRequest { tier_id: tier.into(), ..suite() })
            .await
            .unwrap();
        assert_eq!(v1::Quote { expire_time: None, ..priced }, told);
        assert_eq!(
            told.qualifications.iter().any(|q| q.qualification_id == "member.gold"),
            tier == "platinum"
        );
    }
}
