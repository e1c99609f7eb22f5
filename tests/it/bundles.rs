//! Bundles over gRPC: parts priced together, why one cannot be, what would go with them.

use concierge::api::v1;
use tonic::Code;

use crate::support::{self, TestService, code_and_fields};

const ALGARVE: &str = "brands/demo/properties/algarve-cliffs";

fn bundle(guest: &str, offers: &[&str]) -> v1::ComposeBundleRequest {
    let mut decide = support::decide(guest, "portal.hero");
    decide.property = ALGARVE.into();
    decide.placement_requests[0].offer_count = 3;
    decide.context = Some(v1::DecisionContext {
        stay_stage: v1::StayStage::InHouse.into(),
        ..Default::default()
    });
    v1::ComposeBundleRequest {
        decide_request: Some(decide),
        offer_ids: offers.iter().map(|&id| id.to_owned()).collect(),
        ..Default::default()
    }
}

fn minor(money: &Option<v1::Money>) -> i64 {
    money.as_ref().map_or(0, |money| money.amount_minor)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_composes_an_evening_and_hears_what_would_go_with_it() {
    let service = TestService::start().await;
    let client = service.client("all");
    for (offer_id, units) in [("dining.tasting-menu", 9), ("spa.sea-salt-massage", 9)] {
        let entries = vec![v1::InventoryEntry {
            date: "2026-11-23".into(),
            remaining_unit_count: units,
            ..Default::default()
        }];
        let property = ALGARVE.to_owned();
        let stock = v1::SetInventoryRequest {
            property,
            offer_id: offer_id.into(),
            entries,
            ..Default::default()
        };
        client.catalogs().set_inventory(stock).await.unwrap();
    }
    let parts = ["dining.tasting-menu", "spa.sea-salt-massage"];
    let told = client.decisions().compose_bundle(bundle("ana", &parts)).await.unwrap().into_inner();
    let [dinner, massage] = told.parts.as_slice() else { panic!("{told:?}") };
    let quote = dinner.quote.as_ref().unwrap_or_else(|| panic!("{dinner:?}"));
    assert_eq!(quote.qualifications[0].qualification_id, "package.spa-evening");
    assert_eq!(quote.qualifications[0].kind(), v1::QualificationKind::Package);
    assert_eq!(100 * minor(&quote.total_price), 85 * minor(&dinner.separate_price));
    let massage = massage.quote.as_ref().unwrap();
    assert!(massage.qualifications.is_empty(), "it needs a transfer, too");
    assert_eq!(minor(&told.total_price) + minor(&told.savings), minor(&told.separate_price));
    assert!(minor(&told.savings) > 0);
    let decision = told.decision.unwrap();
    assert!(!decision.decision.is_empty() && !decision.attribution_token.is_empty());
    let proposed: Vec<_> =
        decision.propositions[0].offers.iter().map(|offer| offer.offer_id.as_str()).collect();
    assert!(!told.complements.is_empty());
    for complement in &told.complements {
        assert!(proposed.contains(&complement.offer_id.as_str()));
        assert!(!parts.contains(&complement.offer_id.as_str()));
        assert!(!complement.offer_id.starts_with("dining.cataplana"), "no second dinner");
    }

    let wrong = ["dining.dim-sum", "spa.sea-salt-massage"];
    let mut request = bundle("ana", &wrong);
    request.skip_complements = true;
    let told = client.decisions().compose_bundle(request).await.unwrap().into_inner();
    let unavailable = told.parts[0].unavailable.as_ref().unwrap();
    assert_eq!(unavailable.reason(), v1::FilterReason::Property);
    assert!(told.parts[0].quote.is_none() && told.decision.is_none());
    assert_eq!(minor(&told.savings), 0);
}

type Row = (fn(&mut v1::ComposeBundleRequest), Code, &'static [&'static str]);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_composed_is_named() {
    let service = TestService::start().await;
    let client = service.client("all");
    let rows: [Row; 5] = [
        (|r| r.decide_request = None, Code::InvalidArgument, &["decide_request"]),
        (|r| r.offer_ids[1] = r.offer_ids[0].clone(), Code::InvalidArgument, &["offer_ids[1]"]),
        (|r| r.offer_ids[0] = "moon".into(), Code::NotFound, &["offer_ids[0]"]),
        (
            |r| r.offer_ids = (0..17).map(|n| format!("o{n}")).collect(),
            Code::InvalidArgument,
            &["offer_ids"],
        ),
        (
            |r| r.decide_request.as_mut().unwrap().property = "x".into(),
            Code::InvalidArgument,
            &["decide_request.property"],
        ),
    ];
    for (spoil, code, fields) in rows {
        let mut request = bundle("ana", &["dining.tasting-menu", "spa.sea-salt-massage"]);
        spoil(&mut request);
        let told = code_and_fields(client.decisions().compose_bundle(request).await);
        let named: Vec<&str> = told.1.iter().map(String::as_str).collect();
        assert_eq!((told.0, named), (code, fields.to_vec()));
    }
}
