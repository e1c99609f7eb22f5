//! The value of a guest, who is like whom, and groups, over gRPC: fitted once, current ever after, and the
//! same after a restart.

use concierge::api::v1;
use concierge::api::v1::insight_service_client::InsightServiceClient;
use tonic::Code;

use crate::support::{self, START, TestClient, TestService, code_and_fields};

const BRAND: &str = "brands/demo";
const DAY: i64 = 86_400;

/// 90 guests over two years. Every third has come every seven weeks, for five nights and for much; the others
/// once or twice, and not for most of a year.
async fn a_past(client: &TestClient) {
    let mut events = Vec::new();
    for n in 0..90_i64 {
        let guest = format!("guest-{n}");
        client.opt_in(&guest).await;
        let regular = n % 3 == 0;
        let stays = if regular { 8 } else { 1 + n % 2 };
        for stay in 0..stays {
            let ago = 20 + 50 * stay + 3 * (n % 15) + if regular { 0 } else { 300 };
            let mut arrival = happened(&guest, &format!("in-{stay}"), v1::EventType::CheckIn, ago);
            arrival.reservation_id = format!("r-{n}-{stay}");
            arrival.stay = Some(v1::Stay {
                check_in_date: date(ago),
                check_out_date: date(ago - if regular { 5 } else { 1 }),
                ..Default::default()
            });
            let mut pay = happened(&guest, &format!("pay-{stay}"), v1::EventType::Pay, ago - 1);
            let cents = if regular { 60_000 } else { 9_000 } + 517 * n;
            pay.amount = Some(v1::Money { currency_code: "EUR".into(), amount_minor: cents });
            events.extend([arrival, pay]);
        }
    }
    for some in events.chunks(100) {
        let request = v1::WriteEventsRequest { events: some.to_vec(), ..Default::default() };
        let written = client.events().write_events(request).await.unwrap().into_inner();
        assert!(written.results.iter().all(|r| r.error.is_none()), "{written:?}");
    }
}

fn happened(guest: &str, id: &str, kind: v1::EventType, days_ago: i64) -> v1::Event {
    let mut event = support::event(guest, &format!("{guest}-{id}"), kind);
    event.source = "backfill".into();
    event.event_time = Some(support::at(-DAY * days_ago));
    event
}

fn date(days_ago: i64) -> String {
    let day = START.as_seconds().div_euclid(DAY) - days_ago;
    concierge::domain::time::Date(i32::try_from(day).unwrap()).to_string()
}

fn insights(
    service: &TestService,
    credential: &str,
) -> InsightServiceClient<support::client::Connection> {
    InsightServiceClient::new(service.client(credential).connection())
}

async fn value(service: &TestService, guest: &str) -> v1::GetGuestValueResponse {
    let request = v1::GetGuestValueRequest { name: format!("{BRAND}/guests/{guest}") };
    insights(service, "all").get_guest_value(request).await.unwrap().into_inner()
}

async fn fit(service: &TestService) -> v1::FitGuestModelsResponse {
    let request = v1::FitGuestModelsRequest { parent: BRAND.into(), ..Default::default() };
    insights(service, "all").fit_guest_models(request).await.unwrap().into_inner()
}

async fn segments(service: &TestService) -> v1::ListSegmentsResponse {
    let request = v1::ListSegmentsRequest { parent: BRAND.into() };
    insights(service, "all").list_segments(request).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guest_is_worth_is_current_and_survives_a_restart() {
    let mut service = TestService::start().await;
    let client = service.client("all");
    a_past(&client).await;
    let unfitted = v1::GetGuestValueRequest { name: format!("{BRAND}/guests/guest-0") };
    let (code, _) = code_and_fields(insights(&service, "all").get_guest_value(unfitted).await);
    assert_eq!(code, Code::FailedPrecondition);

    let fitted = fit(&service).await;
    let model = fitted.value_model.unwrap_or_else(|| panic!("{}", fitted.not_valued_reason));
    assert_eq!((model.guest_count, model.repeat_guest_count), (90, 60));
    assert!(fitted.cluster_count >= 2, "{}", fitted.cluster_count);
    let regular = value(&service, "guest-3").await.value.unwrap();
    assert_eq!((regular.stay_count, regular.repeat_count), (8, 7));
    assert!((regular.paid - 8.0 * (600.0 + 5.17 * 3.0)).abs() < 1e-6, "{regular:?}");
    assert!(regular.alive_probability > 0.3 && regular.expected_stay_count > 1.0, "{regular:?}");
    let parts = regular.lifetime_margin
        - regular.lifetime_commission
        - regular.lifetime_service_cost
        - regular.lifetime_contact_cost;
    assert!((regular.lifetime_value - parts).abs() < 1e-9);
    let once = value(&service, "guest-4").await.value.unwrap();
    let is_less = once.lifetime_value < regular.lifetime_value && once.tier > regular.tier;
    assert!(is_less, "{once:?}\n{regular:?}");

    // Another stay, of now: the same call knows of it.
    let mut arrival = support::event("guest-4", "again", v1::EventType::CheckIn);
    arrival.event_time = Some(support::at(0));
    arrival.reservation_id = "r-again".into();
    arrival.stay =
        Some(v1::Stay { check_in_date: date(0), check_out_date: date(-2), ..Default::default() });
    let request = v1::WriteEventsRequest { events: vec![arrival], ..Default::default() };
    let written = client.events().write_events(request).await.unwrap().into_inner();
    assert!(written.results[0].error.is_none(), "{written:?}");
    let again = value(&service, "guest-4").await;
    let now = again.value.clone().unwrap();
    assert_eq!(now.stay_count, once.stay_count + 1);
    assert!(now.alive_probability > once.alive_probability);

    let before = (again, value(&service, "guest-3").await, segments(&service).await);
    service.restart();
    let after = (
        value(&service, "guest-4").await,
        value(&service, "guest-3").await,
        segments(&service).await,
    );
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_who_is_like_them() {
    let service = TestService::start().await;
    a_past(&service.client("all")).await;
    let before = segments(&service).await;
    assert!(before.clusters.is_empty() && before.fit_date.is_empty());
    assert_eq!((before.guest_count, before.rule_segments.len()), (90, 3));
    fit(&service).await;
    let groups = segments(&service).await;
    assert_eq!(groups.clusters.iter().map(|c| c.guest_count).sum::<i64>(), 90);
    assert_eq!(groups.fit_date, date(0));
    let profit: f64 = groups.clusters.iter().map(|c| c.profit_share).sum();
    assert!((profit - 1.0).abs() < 1e-9);
    assert_eq!(groups.size_drift.unwrap().alarm, "none");
    assert!(groups.clusters.iter().all(|c| c.centre.len() == groups.features.len()));
    let (_, metrics) = service.page("/metrics");
    assert!(metrics.contains("concierge_segment_drift_alarms"), "{metrics}");

    let seeds = (0..6).map(|n| format!("{BRAND}/guests/guest-{}", 3 * n)).collect();
    let request = v1::FindLookalikesRequest {
        parent: BRAND.into(),
        seed_guests: seeds,
        page_size: 18,
        ..Default::default()
    };
    let client = || insights(&service, "all");
    let found = client().find_lookalikes(request.clone()).await.unwrap().into_inner().lookalikes;
    let number = |name: &str| name.rsplit('-').next().unwrap().parse::<i64>().unwrap();
    let regulars = found.iter().filter(|like| number(&like.guest) % 3 == 0).count();
    assert_eq!((found.len(), regulars), (18, 18), "{found:?}");
    assert!(found.iter().all(|like| number(&like.guest) > 15 && !like.reasons.is_empty()));
    // Nobody of them has an address: nobody may be written to.
    let outreach = v1::FindLookalikesRequest { for_outreach: true, ..request.clone() };
    assert!(client().find_lookalikes(outreach).await.unwrap().into_inner().lookalikes.is_empty());

    let asked = |change: fn(&mut v1::FindLookalikesRequest)| {
        let mut request = request.clone();
        change(&mut request);
        let mut client = client();
        async move { code_and_fields(client.find_lookalikes(request).await) }
    };
    let (code, fields) = asked(|r| r.seed_tier = "A".into()).await;
    assert_eq!((code, fields), (Code::InvalidArgument, vec!["seed_guests".to_owned()]));
    let (code, fields) = asked(|r| (r.seed_guests, r.seed_tier) = (vec![], "E".into())).await;
    assert_eq!((code, fields), (Code::InvalidArgument, vec!["seed_tier".to_owned()]));
    let (code, _) = asked(|r| (r.seed_guests, r.seed_segment_id) = (vec![], "c99".into())).await;
    assert_eq!(code, Code::NotFound);
    let (code, fields) = asked(|r| r.page_size = 1_001).await;
    assert_eq!((code, fields), (Code::InvalidArgument, vec!["page_size".to_owned()]));

    // Of another brand nothing is told, and without the right nothing either.
    let name = "brands/other/guests/guest-1".to_owned();
    let refused = client().get_guest_value(v1::GetGuestValueRequest { name }).await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
}
