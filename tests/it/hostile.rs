//! Hostile requests: ten thousand of them, each refused with the field it is about, and the service
//! none the worse.

use concierge::api::v1;
use concierge::catalog::demo::DEMO_CATALOG;
use concierge::sys::rng::SplitMix64;
use http::uri::PathAndQuery;
use tonic::client::Grpc;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::support::raw_codec::RawCodec;
use crate::support::{self, TestClient, TestService, code_and_fields, event};

type Decide = fn(&mut v1::DecideOffersRequest);
type Change = fn(&mut v1::Event);

fn context(request: &mut v1::DecideOffersRequest) -> &mut v1::DecisionContext {
    request.context.get_or_insert_default()
}

/// Ways to spoil a call for a decision, and the field that must be named.
const CALLS: &[(&str, Decide)] = &[
    ("property", |r| r.property.clear()),
    ("property", |r| r.property = "../../etc/passwd".into()),
    ("property", |r| r.property = "brands/demo/properties/Lisbon Baixa".into()),
    ("guest", |r| {
        r.subject = Some(v1::decide_offers_request::Subject::Guest("brands/demo/guests/".into()))
    }),
    ("anonymous_id", |r| {
        r.subject = Some(v1::decide_offers_request::Subject::AnonymousId(String::new()))
    }),
    ("anonymous_id", |r| {
        r.subject = Some(v1::decide_offers_request::Subject::AnonymousId("\u{0}".repeat(99)))
    }),
    ("identity.id", |r| {
        let identity = v1::Identity { namespace: "loyalty".into(), id: String::new() };
        r.subject = Some(v1::decide_offers_request::Subject::Identity(identity));
    }),
    ("placement_requests", |r| r.placement_requests.clear()),
    ("placement_requests[0].offer_count", |r| r.placement_requests[0].offer_count = 1_000_000_000),
    ("placement_requests[0].offer_count", |r| r.placement_requests[0].offer_count = i32::MIN),
    ("placement_requests[0].placement_id", |r| {
        r.placement_requests[0].placement_id = "💥".repeat(30)
    }),
    ("placement_requests[0].allowed_offer_ids", |r| {
        r.placement_requests[0].allowed_offer_ids = vec!["a".into(); 1_500]
    }),
    ("context.time_zone", |r| context(r).time_zone = "Europe/Atlantis".into()),
    ("context.locale", |r| context(r).locale = "<script>alert(1)</script>".into()),
    ("context.stay_stage", |r| context(r).stay_stage = 1_000),
    ("context.intent", |r| context(r).intent = "x".repeat(10_000)),
    ("context.party.adult_count", |r| {
        context(r).party = Some(v1::Party { adult_count: -1, ..Default::default() });
    }),
    ("channel_request.latest_time", |r| {
        let mode = v1::ChannelMode::Decide.into();
        let (earliest_time, latest_time) = (Some(support::at(9_000)), Some(support::at(60)));
        r.channel_request =
            Some(v1::ChannelRequest { mode, earliest_time, latest_time, ..Default::default() });
    }),
    ("channel_request.earliest_time", |r| {
        let earliest_time = Some(prost_types::Timestamp { seconds: i64::MAX, nanos: i32::MIN });
        r.channel_request = Some(v1::ChannelRequest { earliest_time, ..Default::default() });
    }),
    ("channel_request.deliver", |r| {
        r.channel_request = Some(v1::ChannelRequest { deliver: true, ..Default::default() });
    }),
    ("view", |r| r.view = -7),
    ("request_id", |r| r.request_id = "y".repeat(200_000)),
    ("request_id", |r| r.request_id = "4111111111111111".into()),
];

/// Ways to spoil an event, and the field that must be named.
const EVENTS: &[(&str, Change)] = &[
    ("event_id", |e| e.event_id.clear()),
    ("source", |e| e.source = "a\u{7f}".into()),
    ("event_type", |e| e.event_type = 0),
    ("event_time", |e| e.event_time = None),
    ("event_time", |e| {
        e.event_time = Some(prost_types::Timestamp { seconds: -1, nanos: 2_000_000_000 })
    }),
    ("amount.currency_code", |e| {
        e.amount = Some(v1::Money { currency_code: "XBT".into(), amount_minor: 1 })
    }),
    ("amount.amount_minor", |e| {
        e.amount = Some(v1::Money { currency_code: "EUR".into(), amount_minor: i64::MIN })
    }),
    ("stay.check_out_date", |e| {
        let (check_in_date, check_out_date) = ("2026-12-24".into(), "2026-12-20".into());
        e.stay = Some(v1::Stay { check_in_date, check_out_date, ..Default::default() });
    }),
    ("stay.check_in_date", |e| {
        let (check_in_date, check_out_date) = ("2026-02-30".into(), "2026-12-20".into());
        e.stay = Some(v1::Stay { check_in_date, check_out_date, ..Default::default() });
    }),
    ("rating.value", |e| {
        e.rating = Some(v1::Rating { value: f64::NAN, scale_max: 5.0, ..Default::default() });
    }),
    ("rating.scale_max", |e| {
        e.rating = Some(v1::Rating { value: 1.0, scale_max: f64::INFINITY, ..Default::default() });
    }),
    ("survey_answer.value", |e| {
        let (question_id, tags) = ("q".into(), vec!["spa".into()]);
        e.survey_answer = Some(v1::SurveyAnswer {
            question_id,
            value: f64::NEG_INFINITY,
            tags,
            ..Default::default()
        });
    }),
    ("slot", |e| e.slot = i32::MAX),
    ("quantity", |e| e.quantity = -5),
    ("attributes", |e| e.attributes = (0..40).map(|n| (n.to_string(), String::new())).collect()),
    ("attributes[0].value", |e| e.attributes = [("k".to_owned(), "v".repeat(10_000))].into()),
    ("decision", |e| e.decision = "brands/demo/properties/lisbon-baixa/decisions/xyz".into()),
    ("attribution_token", |e| e.attribution_token = "t".repeat(20_000)),
    ("guest", |e| e.subject = None),
];

/// Ways to spoil a catalog, and what its problem must speak of.
const CATALOGS: &[(&str, &str, &str)] = &[
    ("currency = \"EUR\"", "currency = \"DOUBLOON\"", "currency"),
    ("zone = \"Asia/Macau\"", "zone = \"Asia/Makau\"", "zone"),
    ("nights <= 7", "nights <= (7", "rule"),
    ("nights <= 7", "nights <= 'seven'", "rule"),
    ("nights <= 7", "nights <= 7 && [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]", "rule"),
    ("brand = \"demo\"", "brand = [[[[", "catalog_toml"),
];

fn spoil(rng: &mut SplitMix64, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=rng.below(4) {
        let at = rng.below(bytes.len());
        bytes[at] = b"\0\"[]{}=\n#'\\9aZ\xff"[rng.below(15)];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The promise: ten thousand hostile requests, no panic, each refused with its field,
/// nothing lost.
#[tokio::test]
async fn ten_thousand_hostile_requests_do_no_harm() {
    let service = TestService::start().await;
    let client = service.client("all");
    client.write(vec![event("ana", "kept", v1::EventType::View)]).await.unwrap();
    let before = service.committed();
    let mut rng = SplitMix64::new(41);
    for round in 0..8_000 {
        let (field, spoil) = CALLS[rng.below(CALLS.len())];
        let mut request = support::decide("ana", "portal.hero");
        spoil(&mut request);
        let (code, fields) = code_and_fields(client.decide(request).await);
        assert_eq!(code, Code::InvalidArgument, "{field}");
        assert!(
            fields.iter().any(|told| told.starts_with(field)),
            "round {round}: {field} is not in {fields:?}"
        );
    }
    for round in 0..20 {
        let batch: Vec<usize> = (0..100).map(|_| rng.below(EVENTS.len())).collect();
        let spoilt = batch.iter().enumerate().map(|(n, at)| {
            let mut event = event("ana", &format!("e{round}-{n}"), v1::EventType::View);
            EVENTS[*at].1(&mut event);
            event
        });
        let written = client.write(spoilt.collect()).await.unwrap();
        for (at, result) in batch.iter().zip(&written.results) {
            let error =
                result.error.as_ref().unwrap_or_else(|| panic!("{} was taken", EVENTS[*at].0));
            assert!(
                error.field.starts_with(EVENTS[*at].0),
                "{} is not {}",
                error.field,
                EVENTS[*at].0
            );
        }
    }
    assert_eq!(service.committed(), before, "nothing of it was written");
    let again = client.write(vec![event("ana", "kept", v1::EventType::View)]).await.unwrap();
    assert!(again.results[0].duplicate, "nothing was lost");
    client.decide(support::decide("ana", "portal.hero")).await.unwrap();
}

/// The same requests by a browser: refused with the field, as malformed or as not for browsers.
#[tokio::test]
async fn hostile_requests_of_a_browser_do_no_harm() {
    let service = TestService::start_with(|config| config.server.max_guest_calls = 0).await;
    let client = service.browser("ana").await;
    client.decide(support::decide("ana", "portal.hero")).await.unwrap();
    service.client("all").write(vec![event("ana", "kept", v1::EventType::View)]).await.unwrap();
    let before = service.committed();
    let mut rng = SplitMix64::new(43);
    for round in 0..1_500 {
        let (field, spoil) = CALLS[rng.below(CALLS.len())];
        let mut request = support::decide("ana", "portal.hero");
        spoil(&mut request);
        let (code, fields) = code_and_fields(client.decide(request).await);
        assert!(matches!(code, Code::InvalidArgument | Code::PermissionDenied), "{field}: {code}");
        let is_named = fields.iter().any(|told| told.starts_with(field) || field.starts_with(told));
        assert!(is_named, "round {round}: {field} is not in {fields:?}");

        let (field, spoil) = EVENTS[rng.below(EVENTS.len())];
        let mut spoilt = event("ana", &format!("e{round}"), v1::EventType::View);
        spoil(&mut spoilt);
        match client.write(vec![spoilt]).await {
            Ok(written) => assert!(written.results[0].error.is_some(), "{field} was taken"),
            Err(refused) => assert_eq!(refused.code(), Code::PermissionDenied, "{field}"),
        }
    }
    assert_eq!(service.committed(), before, "nothing of it was written");
    client.decide(support::decide("ana", "portal.hero")).await.unwrap();
}

#[tokio::test]
async fn a_spoilt_catalog_is_refused_with_its_place_and_the_old_one_stays() {
    let service = TestService::start().await;
    let client = service.client("all");
    for (text, by, about) in CATALOGS {
        assert!(DEMO_CATALOG.contains(text), "{text}");
        let document = DEMO_CATALOG.replacen(text, by, 1);
        let refused = client.publish(&document).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{by}");
        let details = refused.get_error_details();
        let fields = &details.bad_request().unwrap().field_violations;
        assert!(fields.iter().any(|v| v.field.contains(about)), "{about} is not in {fields:?}");
        let source = Some(v1::validate_catalog_request::Source::CatalogToml(document));
        let request = v1::ValidateCatalogRequest { parent: "brands/demo".into(), source };
        let checked = client.catalogs().validate_catalog(request).await.unwrap().into_inner();
        assert!(!checked.valid && checked.problems[0].line > 0, "{checked:?}");
    }
    let mut rng = SplitMix64::new(5);
    for _ in 0..100 {
        let document = spoil(&mut rng, DEMO_CATALOG);
        let source = Some(v1::validate_catalog_request::Source::CatalogToml(document));
        let request = v1::ValidateCatalogRequest { parent: "brands/demo".into(), source };
        client.catalogs().validate_catalog(request).await.unwrap();
    }
    let decided = client.decide(support::decide("ana", "portal.hero")).await.unwrap();
    assert_eq!(decided.catalog_version, 1);
}

/// Bytes that are no message, or one that was never meant.
async fn raw(client: &TestClient, path: &str, bytes: Vec<u8>) -> Result<(), Status> {
    let mut grpc = Grpc::new(client.connection()).max_decoding_message_size(64 << 20);
    grpc.ready().await.map_err(|_| Status::unavailable("not ready"))?;
    let path = PathAndQuery::try_from(path).unwrap();
    grpc.unary(Request::new(bytes), path, RawCodec).await.map(drop)
}

#[tokio::test]
async fn noise_on_every_call_is_never_our_fault() {
    let service = TestService::start_with(|config| config.server.max_guest_calls = 0).await;
    let clients = [service.client("all"), service.browser("ana").await];
    let calls = [
        "DecisionService/DecideOffers",
        "DecisionService/DecideChannel",
        "DecisionService/BatchDecideOffers",
        "DecisionService/ListArrivals",
        "DecisionService/QuoteOffer",
        "DecisionService/HoldPrice",
        "DecisionService/ComposeBundle",
        "DecisionService/DecideGesture",
        "EventService/WriteEvents",
        "DeliveryService/ReadOutbox",
        "DeliveryService/AcknowledgeMessages",
        "GuestService/UpdateGuest",
        "GuestService/UpdateConsent",
        "GuestService/UpdatePreferenceProfile",
        "CatalogService/SetInventory",
        "CatalogService/SetRates",
        "CatalogService/ListRates",
        "CatalogService/ListOffers",
        "DecisionService/ExplainDecision",
        "GuestService/ListGuestTimeline",
        "GuestService/NextSurveyQuestion",
        "GuestService/MergeGuests",
        "GuestService/UnmergeGuest",
        "GuestService/UpdatePresence",
        "DecisionService/WatchNextBestOffer",
        "ModelService/ShadowModel",
        "RankService/Rank",
        "RankService/RewardRank",
        "AdminService/MintGuestToken",
        "InsightService/GetBusinessReport",
        "InsightService/AuditFairness",
        "InsightService/GetGuestValue",
        "InsightService/FindLookalikes",
        "InsightService/ListSegments",
        "CatalogService/LearnPrices",
        "CatalogService/LearnSegmentTastes",
        "CatalogService/ListBudgets",
        "RoutingService/UpdateStaffMember",
        "RoutingService/DeleteStaffMember",
        "RoutingService/ListStaffMembers",
        "RoutingService/RouteInteraction",
        "RoutingService/ReassignInteraction",
        "RoutingService/CloseInteraction",
        "RoutingService/ListInteractions",
    ];
    let mut rng = SplitMix64::new(9);
    for round in 0..2_000 {
        let path = format!("/concierge.v1.{}", calls[round % calls.len()]);
        let length = rng.below(if round % 50 == 0 { 100_000 } else { 200 });
        // Half of it looks like fields: small tags, small lengths.
        let mask = if round % 2 == 0 { 0x3f } else { 0xff };
        let bytes = (0..length).map(|_| u8::try_from(rng.next_u64() & mask).unwrap()).collect();
        if let Err(status) = raw(&clients[round / 11 % 2], &path, bytes).await {
            let known = [
                Code::InvalidArgument,
                Code::Unimplemented,
                Code::PermissionDenied,
                Code::NotFound,
                Code::OutOfRange,
            ];
            assert!(known.contains(&status.code()), "{path}: {status:?}");
        }
    }
}

/// F13: small on the wire, large when it is decoded.
#[tokio::test]
async fn a_message_that_would_grow_is_refused_before_it_does() {
    let service = TestService::start().await;
    let client = service.client("all");
    let flood = |times: usize| [0x0a, 0x00].repeat(times);
    let refused =
        raw(&client, "/concierge.v1.EventService/WriteEvents", flood(100_000)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
    let long = vec![0x0a; (256 << 10) + 1];
    let refused =
        raw(&client, "/concierge.v1.DecisionService/DecideOffers", long).await.unwrap_err();
    assert_eq!(refused.code(), Code::OutOfRange, "{refused:?}");
    let catalog = [[0x12, 0x80, 0x80, 0xc0, 0x07].to_vec(), [0x32, 0x00].repeat(7 << 20)].concat();
    let refused =
        raw(&client, "/concierge.v1.CatalogService/PublishCatalog", catalog).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
}
