//! The outbox as a hotel's own sender sees it: streams, acknowledgements, restarts, reports.

use std::time::Duration;

use concierge::api::v1;
use concierge::catalog::demo::DEMO_CATALOG;
use tonic::{Code, Streaming};

use crate::support::{self, TestClient, TestService, code_and_fields, event};

const PARENT: &str = "brands/demo";
const HOUR: Duration = Duration::from_secs(3_600);

async fn reachable(client: &TestClient, guest: &str) {
    client.opt_in(guest).await;
    let point = |channel: v1::Channel| v1::ContactPoint {
        contact_point_id: channel.as_str_name().to_lowercase(),
        channel: channel.into(),
        address: format!("{guest}@{}", channel.as_str_name()),
        state: v1::ContactPointState::Verified.into(),
        ..Default::default()
    };
    let guest = v1::Guest {
        name: format!("{PARENT}/guests/{guest}"),
        display_name: guest.to_owned(),
        country_code: "PT".into(),
        home_time_zone: "Europe/Lisbon".into(),
        contact_points: [v1::Channel::Email, v1::Channel::Sms].map(point).to_vec(),
        ..Default::default()
    };
    let request =
        v1::UpdateGuestRequest { guest: Some(guest), allow_missing: true, ..Default::default() };
    client.guests().update_guest(request).await.unwrap();
}

/// Asks until the draw is a message, and not silence.
async fn deliver(client: &TestClient, guest: &str) -> v1::DecideOffersResponse {
    let call = v1::DecideOffersRequest {
        channel_request: Some(v1::ChannelRequest {
            mode: v1::ChannelMode::Decide.into(),
            allowed_channels: vec![v1::Channel::Email.into(), v1::Channel::Sms.into()],
            deliver: true,
            ..Default::default()
        }),
        ..support::decide(guest, "prearrival.email")
    };
    for _ in 0..60 {
        let answer = client.decide(call.clone()).await.unwrap();
        let choice = answer.channel_decision.as_ref().unwrap();
        if choice.outcome() != v1::ChannelOutcome::Withhold {
            return answer;
        }
    }
    panic!("nothing but silence: {:?}", client.decide(call).await.unwrap().channel_decision);
}

async fn read(client: &TestClient, filter: v1::OutboxFilter) -> Vec<v1::OutboxMessage> {
    let filter = Some(v1::OutboxFilter { stop_when_empty: true, ..filter });
    let request = v1::ReadOutboxRequest { parent: PARENT.into(), filter };
    let mut stream = client.deliveries().read_outbox(request).await.unwrap().into_inner();
    let mut messages = Vec::new();
    while let Some(response) = stream.message().await.unwrap() {
        messages.push(response.message.unwrap());
    }
    messages
}

/// The next message, as soon as it is on disk.
async fn next(client: &TestClient) -> v1::OutboxMessage {
    for _ in 0..200 {
        if let Some(message) = read(client, all()).await.pop() {
            return message;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no message comes: {:?}", status(client).await);
}

fn all() -> v1::OutboxFilter {
    v1::OutboxFilter::default()
}

async fn acknowledge(
    client: &TestClient,
    offset: u64,
    failed: bool,
) -> v1::AcknowledgeMessagesResponse {
    let request = v1::AcknowledgeMessagesRequest {
        parent: PARENT.into(),
        acknowledgements: vec![v1::Acknowledgement { offset, failed }],
    };
    client.deliveries().acknowledge_messages(request).await.unwrap().into_inner()
}

async fn status(client: &TestClient) -> v1::GetOutboxStatusResponse {
    let request = v1::GetOutboxStatusRequest { parent: PARENT.into() };
    client.deliveries().get_outbox_status(request).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_gets_all_it_needs_and_nothing_twice() {
    let mut service = TestService::start().await;
    let client = service.client("all");
    reachable(&client, "ana").await;
    let answer = deliver(&client, "ana").await;
    let sender = service.client("only-deliver");
    let message = next(&sender).await;
    assert_eq!(message.decision, answer.decision);
    let (_, id) = answer.decision.rsplit_once('/').unwrap();
    assert_eq!((message.idempotency_key.clone(), message.attempt), (format!("{id}/1"), 1));
    assert_eq!(message.guest, format!("{PARENT}/guests/ana"));
    let address = format!("ana@{}", message.channel().as_str_name());
    assert_eq!((message.display_name.as_str(), &message.addresses), ("ana", &vec![address]));
    let offer = &message.propositions[0].offers[0];
    assert!(!offer.content.as_ref().unwrap().title.is_empty());
    assert!(offer.selection_probability.is_none(), "a sender sees no scores");
    assert!(offer.reasons.iter().all(|r| r.audience() == v1::ReasonAudience::Guest));
    assert_eq!(message.attribution_token, answer.attribution_token);

    // It is leased, whoever asks, and not lost by a restart.
    assert!(read(&sender, all()).await.is_empty());
    assert_eq!(status(&sender).await.leased_count, 1);
    service.restart();
    let sender = service.client("only-deliver");
    let again = next(&sender).await;
    assert_eq!(again.offset, message.offset);
    let taken = acknowledge(&sender, again.offset, false).await;
    assert_eq!((taken.acknowledged_count, taken.unknown_offsets.len()), (1, 0));
    let taken = acknowledge(&sender, again.offset, false).await;
    assert_eq!((taken.acknowledged_count, taken.unknown_offsets), (0, vec![again.offset]));
    service.restart();
    let sender = service.client("only-deliver");
    assert!(read(&sender, all()).await.is_empty());
    assert_eq!(status(&sender).await.message_count, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_one_stream_messages_come_and_acknowledgements_go() {
    let service = TestService::start().await;
    let client = service.client("all");
    for guest in ["ana", "bea", "eva"] {
        reachable(&client, guest).await;
    }
    deliver(&client, "ana").await;
    let (send, requests) = tokio::sync::mpsc::channel(8);
    let filter = Some(v1::OutboxFilter { max_in_flight_count: 1, ..all() });
    let first = v1::StreamOutboxRequest { parent: PARENT.into(), filter, ..Default::default() };
    send.send(first).await.unwrap();
    let requests = tokio_stream::wrappers::ReceiverStream::new(requests);
    let mut stream: Streaming<v1::StreamOutboxResponse> =
        client.deliveries().stream_outbox(requests).await.unwrap().into_inner();
    let mut got = stream.message().await.unwrap().unwrap().message.unwrap();
    deliver(&client, "bea").await;
    deliver(&client, "eva").await;
    for expected in 1..=3 {
        // One at a time is what this reader holds.
        let more = tokio::time::timeout(Duration::from_millis(100), stream.message()).await;
        assert!(more.is_err(), "{more:?}");
        let acknowledgements = vec![v1::Acknowledgement { offset: got.offset, failed: false }];
        send.send(v1::StreamOutboxRequest { acknowledgements, ..Default::default() })
            .await
            .unwrap();
        let mut count = 0;
        while count < expected {
            let next = stream.message().await.unwrap().unwrap();
            match next.message {
                Some(message) => got = message,
                None => count = next.acknowledged_count,
            }
        }
        if expected < 3 && got.guest.ends_with(if expected == 1 { "ana" } else { "bea" }) {
            got = stream.message().await.unwrap().unwrap().message.unwrap();
        }
    }
    drop(send);
    assert!(stream.message().await.unwrap().is_none(), "it ends well");
    assert_eq!(status(&client).await.message_count, 0);
}

/// The timeline tells what became of a message, and a report brings the next channel.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_brings_the_next_channel_and_the_timeline_tells_of_it() {
    let service = TestService::start().await;
    let client = service.client("all");
    reachable(&client, "ana").await;
    deliver(&client, "ana").await;
    let message = next(&client).await;
    acknowledge(&client, message.offset, false).await;
    let bounced = v1::Event {
        attribution_token: message.attribution_token.clone(),
        channel: message.channel,
        ..event("ana", "bounced", v1::EventType::Bounced)
    };
    client.write(vec![bounced]).await.unwrap();
    service.upkeep();
    let request = v1::ListGuestTimelineRequest {
        parent: format!("{PARENT}/guests/ana"),
        kinds: vec![v1::TimelineKind::Delivery.into()],
        oldest_first: true,
        page_size: 10,
        ..Default::default()
    };
    let page = client.guests().list_guest_timeline(request).await.unwrap().into_inner();
    let steps: Vec<v1::DeliveryStepKind> = page
        .entries
        .iter()
        .map(|entry| match &entry.entry {
            Some(v1::timeline_entry::Entry::Delivery(step)) => step.kind(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(steps[0], v1::DeliveryStepKind::Sent);
    match steps[1] {
        v1::DeliveryStepKind::Queued => {
            let next = next(&client).await;
            assert_eq!((next.attempt, &next.decision), (2, &message.decision));
            assert_ne!(next.channel, message.channel);
        }
        // The fallback was worth less than silence.
        v1::DeliveryStepKind::Ended => assert!(read(&client, all()).await.is_empty()),
        other => panic!("{other:?}"),
    }
}

/// Lifecycle triggers of the demo catalog: a booking writes by itself, and a week before again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_is_answered_by_itself_at_each_of_its_moments() {
    let mut service = TestService::start().await;
    assert!(DEMO_CATALOG.contains("a-week-before"));
    let client = service.client("all");
    reachable(&client, "ana").await;
    let book = v1::Event {
        property: "brands/demo/properties/lisbon-baixa".into(),
        reservation_id: "R-1".into(),
        stay: Some(v1::Stay {
            check_in_date: "2026-12-10".into(),
            check_out_date: "2026-12-13".into(),
            ..Default::default()
        }),
        ..event("ana", "book", v1::EventType::Book)
    };
    client.write(vec![book]).await.unwrap();
    service.upkeep();
    service.restart();
    for _ in 0..24 * 18 {
        service.clock.advance(HOUR);
        service.upkeep();
    }
    let client = service.client("all");
    let request = v1::ListGuestTimelineRequest {
        parent: format!("{PARENT}/guests/ana"),
        kinds: vec![v1::TimelineKind::Decision.into(), v1::TimelineKind::Delivery.into()],
        page_size: 100,
        ..Default::default()
    };
    let page = client.guests().list_guest_timeline(request).await.unwrap().into_inner();
    let decisions = page
        .entries
        .iter()
        .filter(|e| matches!(&e.entry, Some(v1::timeline_entry::Entry::Decision(_))));
    // Booked, a week before, the day before, arrival.
    assert_eq!(decisions.count(), 4, "{:?}", page.entries);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_outbox_is_for_those_who_deliver() {
    let service = TestService::start().await;
    let client = service.client("without-deliver");
    let read = v1::ReadOutboxRequest { parent: PARENT.into(), filter: None };
    let refused = client.deliveries().read_outbox(read.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let call = v1::DecideOffersRequest {
        channel_request: Some(v1::ChannelRequest {
            mode: v1::ChannelMode::Decide.into(),
            deliver: true,
            ..Default::default()
        }),
        ..support::decide("ana", "prearrival.email")
    };
    assert_eq!(client.decide(call.clone()).await.unwrap_err().code(), Code::PermissionDenied);
    let browser = service.browser("ana").await;
    assert_eq!(browser.decide(call).await.unwrap_err().code(), Code::PermissionDenied);
    assert!(browser.deliveries().read_outbox(read).await.is_err());
    let all = service.client("all");
    let inbound = v1::DecideOffersRequest {
        channel_request: Some(v1::ChannelRequest { deliver: true, ..Default::default() }),
        ..support::decide("ana", "prearrival.email")
    };
    let (code, fields) = code_and_fields(all.decide(inbound).await);
    assert_eq!((code, fields), (Code::InvalidArgument, vec!["channel_request.deliver".into()]));
}

/// A reader that does not read holds its credit and no more; others go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_delays_nobody() {
    let service = TestService::start().await;
    let client = service.client("all");
    for n in 0..8 {
        reachable(&client, &format!("g-{n}")).await;
    }
    let filter = Some(v1::OutboxFilter { max_in_flight_count: 3, ..all() });
    let request = v1::ReadOutboxRequest { parent: PARENT.into(), filter };
    let idle = client.deliveries().read_outbox(request).await.unwrap().into_inner();
    for n in 0..8 {
        deliver(&client, &format!("g-{n}")).await;
    }
    let mut others = 0;
    for _ in 0..50 {
        for message in read(&client, all()).await {
            acknowledge(&client, message.offset, false).await;
            others += 1;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        if others >= 5 {
            break;
        }
    }
    assert!(others >= 5, "{others}: {:?}", status(&client).await);
    drop(idle);
    for _ in 0..100 {
        for message in read(&client, all()).await {
            acknowledge(&client, message.offset, false).await;
            others += 1;
        }
        if others == 8 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("what it held comes again: {others}");
}
