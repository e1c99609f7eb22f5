//! How the business stands, over gRPC: what was done through the API is what the report counts.

use concierge::api::v1;
use concierge::api::v1::insight_service_client::InsightServiceClient;
use tonic::Code;

use crate::support::{self, TestService, code_and_fields};

const BRAND: &str = "brands/demo";
const LISBON: &str = "brands/demo/properties/lisbon-baixa";

fn report() -> v1::GetBusinessReportRequest {
    v1::GetBusinessReportRequest { parent: BRAND.into(), ..Default::default() }
}

/// Six guests decide, two of them accept, one stays and pays.
async fn a_day(service: &TestService) {
    let client = service.client("all");
    for guest in 0..6 {
        let request = support::decide(&format!("guest-{guest}"), "portal.hero");
        let answer = client.decisions().decide_offers(request).await.unwrap().into_inner();
        let first = answer.propositions[0].offers[0].clone();
        if guest < 2 {
            let kind = v1::EventType::Accept;
            let mut event =
                support::event(&format!("guest-{guest}"), &format!("yes-{guest}"), kind);
            event.attribution_token = answer.attribution_token.clone();
            event.offer_id = first.offer_id;
            event.event_time = Some(support::at(0));
            let request = v1::WriteEventsRequest { events: vec![event], ..Default::default() };
            let written = client.events().write_events(request).await.unwrap().into_inner();
            assert!(written.results.iter().all(|r| r.error.is_none()), "{written:?}");
        }
    }
    let mut arrival = support::event("guest-0", "in", v1::EventType::CheckIn);
    arrival.reservation_id = "r-1".into();
    arrival.stay = Some(v1::Stay {
        check_in_date: "2026-11-23".into(),
        check_out_date: "2026-11-25".into(),
        ..Default::default()
    });
    let mut pay = support::event("guest-0", "pay", v1::EventType::Pay);
    pay.amount = Some(v1::Money { currency_code: "EUR".into(), amount_minor: 12_345 });
    let request = v1::WriteEventsRequest { events: vec![arrival, pay], ..Default::default() };
    let written = client.events().write_events(request).await.unwrap().into_inner();
    assert!(written.results.iter().all(|r| r.error.is_none()), "{written:?}");
}

#[tokio::test]
async fn the_report_counts_what_was_done() {
    let service = TestService::start().await;
    a_day(&service).await;
    let mut insights = InsightServiceClient::new(service.client("only-insights.read").connection());
    let mut asked = report();
    asked.end_time = Some(support::at(60));
    let found = insights.get_business_report(asked.clone()).await.unwrap().into_inner();
    let performance = found.performance.unwrap();
    let funnel = performance.funnel.unwrap();
    assert_eq!((performance.decision_count, funnel.accepted_count), (6, 2));
    assert!(funnel.offered_count >= 6);
    let rate = funnel.accept_rate.unwrap();
    assert!(
        rate.low <= rate.rate && rate.rate <= rate.high && rate.trial_count == funnel.offered_count
    );
    let of_offers: i64 =
        found.offers.iter().map(|o| o.funnel.as_ref().unwrap().accepted_count).sum();
    assert_eq!(of_offers, 2);
    assert!((found.profitability.unwrap().paid - 123.45).abs() < 1e-9);
    assert_eq!(found.persistency.unwrap().guest_count, 1);
    assert_eq!(found.prospecting.unwrap().prospect_count, 6);

    // A period before, and another hotel, have none of it.
    let before = v1::GetBusinessReportRequest { end_time: Some(support::at(-3_600)), ..report() };
    let empty = insights.get_business_report(before).await.unwrap().into_inner();
    assert_eq!(empty.performance.unwrap().decision_count, 0);
    let nobody = empty.persistency.unwrap();
    assert!(nobody.guest_count == 0 && nobody.not_valued_reason.contains("no guest has stayed"));
    asked.property = "brands/demo/properties/porto-ribeira".into();
    let other = insights.get_business_report(asked).await.unwrap().into_inner();
    assert_eq!(other.performance.unwrap().decision_count, 0);

    let audit = v1::AuditFairnessRequest { parent: BRAND.into(), ..Default::default() };
    let audited = insights.audit_fairness(audit).await.unwrap().into_inner();
    assert!(audited.is_fair && audited.violations.is_empty());
    assert_eq!((audited.quote_count, audited.rules.len()), (funnel.offered_count, 5));
}

#[tokio::test]
async fn who_may_not_see_it_and_what_cannot_be_are_told() {
    let service = TestService::start().await;
    let ask = async |credential: &str, request: v1::GetBusinessReportRequest| {
        let mut client = InsightServiceClient::new(service.client(credential).connection());
        client.get_business_report(request).await.map(tonic::Response::into_inner)
    };
    let denied = ask("without-insights.read", report()).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
    // A credential of one hotel sees that hotel, and not the brand.
    assert_eq!(ask("lisbon", report()).await.unwrap_err().code(), Code::PermissionDenied);
    let own = v1::GetBusinessReportRequest { property: LISBON.into(), ..report() };
    assert!(ask("lisbon", own).await.is_ok());
    assert_eq!(ask("other", report()).await.unwrap_err().code(), Code::PermissionDenied);

    let economics =
        v1::StayEconomics { margin_share: 2.0, service_cost: f64::NAN, ..Default::default() };
    let wrong = v1::GetBusinessReportRequest {
        start_time: Some(support::at(0)),
        end_time: Some(support::at(0)),
        horizon_months: 500,
        economics: Some(economics),
        ..report()
    };
    let refused = ask("all", wrong).await.unwrap_err();
    let (code, fields) = code_and_fields::<v1::GetBusinessReportResponse>(Err(refused));
    assert_eq!(code, Code::InvalidArgument);
    for field in
        ["start_time", "horizon_months", "economics.margin_share", "economics.service_cost"]
    {
        assert!(fields.iter().any(|found| found == field), "{field}: {fields:?}");
    }
    let mut client = InsightServiceClient::new(service.client("all").connection());
    let audit = v1::AuditFairnessRequest {
        parent: BRAND.into(),
        attributes: vec![String::new()],
        ..Default::default()
    };
    let (code, fields) = code_and_fields(client.audit_fairness(audit).await);
    assert_eq!((code, fields[0].as_str()), (Code::InvalidArgument, "attributes[0]"));
}
