//! How the service stands among machines and people: health, drain, silence, overload, deadlines,
//! restart.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use concierge::api::v1;
use concierge::app::config::Span;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt;

use crate::support::{self, TestService, event};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";

#[tokio::test]
async fn operators_see_whether_it_serves() {
    let service =
        TestService::start_with(|config| config.server.drain_delay = Span::seconds(1)).await;
    service.client("portal").decide(support::decide("ana", "portal.hero")).await.unwrap();
    assert_eq!(service.page("/livez").1, "alive");
    assert_eq!(service.page("/readyz"), ("HTTP/1.1 200 OK".into(), "serving".into()));
    assert!(service.page("/version").1.contains(env!("CARGO_PKG_VERSION")));
    let (_, page) = service.page("/metrics");
    for line in [
        r#"concierge_requests_total{method="DecisionService/DecideOffers",code="OK"}"#,
        r#"concierge_request_seconds_bucket{method="DecisionService/DecideOffers",code="OK",le="0.001"}"#,
        r#"concierge_decision_stage_seconds_count{stage="door"}"#,
        "concierge_connections ",
        "concierge_requests_in_flight 0",
    ] {
        assert!(page.contains(line), "{line} is not in\n{page}");
    }
    assert!(!page.contains("ana") && !page.contains("lisbon-baixa"), "no ids in labels");

    service.begin_shutdown();
    let health = async || {
        let check = HealthCheckRequest { service: "concierge.v1.DecisionService".into() };
        HealthClient::new(service.client_with_key(None).connection())
            .check(check)
            .await
            .unwrap()
            .into_inner()
            .status
    };
    let watch = Instant::now();
    while health().await == 1 {
        assert!(watch.elapsed() < Duration::from_millis(900), "health says it at once");
    }
    assert_eq!(
        service.page("/readyz"),
        ("HTTP/1.1 503 Service Unavailable".into(), "draining".into())
    );
    // Calls are still taken while balancers make up their minds.
    service.client("portal").decide(support::decide("ana", "portal.hero")).await.unwrap();
}

/// T44, F12: connections that say nothing, or nothing whole, are closed; others are served
/// meanwhile.
#[tokio::test]
async fn silent_connections_are_closed_in_time() {
    let service =
        TestService::start_with(|c| c.server.first_call_timeout = Span::millis(400)).await;
    let unfinished = [PREFACE, b"\x00\x00\x10\x01\x00\x00\x00\x00\x01"].concat();
    let mut silent: Vec<TcpStream> = Vec::new();
    for opening in [&b""[..], PREFACE, &unfinished] {
        for _ in 0..20 {
            let mut stream = TcpStream::connect(service.address()).unwrap();
            stream.write_all(opening).unwrap();
            silent.push(stream);
        }
    }
    let client = service.client("portal");
    let watch = Instant::now();
    while watch.elapsed() < Duration::from_secs(2) {
        client.decide(support::decide("ana", "portal.hero")).await.unwrap();
    }
    for mut stream in silent {
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let mut rest = Vec::new();
        match stream.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) => assert!(
                !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
                "still open"
            ),
        }
    }
    client.decide(support::decide("ana", "portal.hero")).await.unwrap();
}

/// F10: the server says how many streams a connection may open.
#[tokio::test]
async fn the_settings_limit_streams() {
    let service = TestService::empty(|config| config.server.max_streams_per_connection = 77);
    let mut stream = TcpStream::connect(service.address()).unwrap();
    stream.write_all(PREFACE).unwrap();
    let mut head = [0; 9];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(head[3], 4, "a SETTINGS frame");
    let mut settings = vec![0; usize::from(head[2])];
    stream.read_exact(&mut settings).unwrap();
    let limit = settings.chunks_exact(6).find(|setting| setting[..2] == [0, 3]).expect("the limit");
    assert_eq!(limit[2..], [0, 0, 0, 77]);
}

#[tokio::test]
async fn too_much_at_once_is_told_apart_from_failure() {
    let service = TestService::start_with(|config| config.server.max_in_flight = 1).await;
    let client = service.client("portal");
    // More than the errors a connection forgives: turning calls away must not be one of them.
    let calls = (0..3_000).map(|n| {
        let (client, id) = (client.clone(), format!("e{n}"));
        tokio::spawn(
            async move { client.write(vec![event("ana", &id, v1::EventType::View)]).await },
        )
    });
    let (mut taken, mut shed) = (0, 0);
    for call in calls.collect::<Vec<_>>() {
        match call.await.unwrap() {
            Ok(_) => taken += 1,
            Err(status) => {
                assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
                assert!(status.get_error_details().retry_info().is_some());
                assert!(status.metadata().contains_key("grpc-retry-pushback-ms"));
                shed += 1;
            }
        }
    }
    assert!(taken > 0 && shed > 0, "{taken} taken, {shed} shed");
    client.decide(support::decide("ana", "portal.hero")).await.unwrap();
}

/// F14: a deadline is `DEADLINE_EXCEEDED`, and what was half-way to the disk is there, once, when
/// the caller repeats it.
#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_is_told_as_one_and_loses_nothing() {
    let mut service = TestService::start().await;
    let batch = |name: &str| -> Vec<v1::Event> {
        let one = |n| event(&format!("g{}", n % 50), &format!("{name}-{n}"), v1::EventType::View);
        (0..1_000).map(one).collect()
    };
    let mut late = 0;
    for millis in [1, 2, 4, 8] {
        service.restart_with(|settings| settings.server.call_timeout = Span::millis(millis));
        let client = service.client("portal");
        for round in 0..10 {
            if let Err(status) = client.write(batch(&format!("{millis}-{round}"))).await {
                assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
                late += 1;
            }
        }
    }
    assert!(late > 0);
    service.restart_with(|settings| settings.server.call_timeout = Span::seconds(10));
    let client = service.client("portal");
    let mut sequences = std::collections::BTreeSet::new();
    for millis in [1, 2, 4, 8] {
        for round in 0..10 {
            let written = client.write(batch(&format!("{millis}-{round}"))).await.unwrap();
            assert!(written.results.iter().all(|result| result.error.is_none()));
            sequences.extend(written.results.iter().map(|result| result.sequence));
        }
    }
    assert_eq!(sequences.len(), 40_000, "each event was counted once");
}

/// T97: what was acknowledged before and during the drain is there afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_drain_under_load_loses_nothing_acknowledged() {
    let mut service =
        TestService::start_with(|config| config.server.drain_timeout = Span::seconds(10)).await;
    let writers = (0..8).map(|writer| {
        let client = service.client("portal");
        tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            for n in 0.. {
                let id = format!("w{writer}-{n}");
                match client.write(vec![event("ana", &id, v1::EventType::View)]).await {
                    Ok(written) => {
                        assert!(written.results[0].error.is_none());
                        acknowledged.push(id);
                    }
                    Err(status) => {
                        let known = [
                            Code::Unavailable,
                            Code::Cancelled,
                            Code::ResourceExhausted,
                            Code::Unknown,
                        ];
                        assert!(known.contains(&status.code()), "{status:?}");
                        return acknowledged;
                    }
                }
            }
            acknowledged
        })
    });
    let writers: Vec<_> = writers.collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    service.restart();
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    assert!(acknowledged.len() > 50, "{}", acknowledged.len());
    let client = service.client("portal");
    for ids in acknowledged.chunks(500) {
        let batch = ids.iter().map(|id| event("ana", id, v1::EventType::View)).collect();
        let written = client.write(batch).await.unwrap();
        assert!(
            written.results.iter().all(|result| result.duplicate),
            "acknowledged, so it is there"
        );
    }
    let status = service
        .client("all")
        .admin()
        .get_server_status(v1::GetServerStatusRequest {})
        .await
        .unwrap();
    assert!(status.into_inner().committed_sequence >= u64::try_from(acknowledged.len()).unwrap());
}
