//! Events over gRPC: batches and streams, counted once, on disk when acknowledged.

use concierge::api::v1;
use tokio_stream::StreamExt;
use tonic::Code;

use crate::support::{TestService, at, code_and_fields, event};

fn view(guest: &str, id: &str) -> v1::Event {
    event(guest, id, v1::EventType::View)
}

fn error_of(result: &v1::WriteEventResult) -> (v1::EventErrorCode, &str) {
    let error = result.error.as_ref().expect("refused");
    (v1::EventErrorCode::try_from(error.code).unwrap(), error.field.as_str())
}

#[tokio::test]
async fn each_event_of_a_batch_stands_for_itself() {
    use v1::EventErrorCode as E;
    let service = TestService::start().await;
    let events = vec![
        view("ana", "e1"),
        v1::Event { event_type: 99, ..view("ana", "e2") },
        v1::Event { event_time: Some(at(3_600)), ..view("ana", "e3") },
        v1::Event { event_time: Some(at(-30 * 86_400)), ..view("ana", "e4") },
        v1::Event { property: "brands/other/properties/x".into(), ..view("ana", "e5") },
        v1::Event { room_id: "4111111111111111".into(), ..view("ana", "e6") },
        view("bea", "e7"),
        view("ana", "e1"),
        v1::Event { room_id: "12".into(), ..view("ana", "e1") },
        event("ana", "e8", v1::EventType::Accept),
    ];
    let written = service.client("all").write(events).await.unwrap();
    let results = &written.results;
    assert!(
        results[0].error.is_none()
            && results[0].sequence > 0
            && results[0].guest == "brands/demo/guests/ana"
    );
    assert_eq!(error_of(&results[1]), (E::InvalidField, "event_type"));
    assert_eq!(error_of(&results[2]), (E::InFuture, "event_time"));
    assert_eq!(error_of(&results[3]), (E::TooOld, "event_time"));
    assert_eq!(error_of(&results[4]), (E::PermissionDenied, ""));
    assert_eq!(error_of(&results[5]), (E::ForbiddenData, "room_id"));
    assert!(results[6].error.is_none() && results[6].sequence > results[0].sequence);
    assert!(results[7].duplicate && results[7].error.is_none(), "{results:?}");
    assert_eq!(error_of(&results[8]).0, E::Conflict);
    assert_eq!(error_of(&results[9]), (E::InvalidField, "offer_id"));
    let last = results.iter().map(|r| r.sequence).max().unwrap();
    assert!(written.committed_sequence >= last && service.committed() >= last);
}

#[tokio::test]
async fn a_repeated_batch_counts_once_and_waits_for_the_disk_too() {
    let service = TestService::start().await;
    let batch: Vec<v1::Event> = (0..50).map(|n| view("ana", &format!("e{n}"))).collect();
    let client = service.client("portal");
    let first = client.write(batch.clone()).await.unwrap();
    let again = client.write(batch).await.unwrap();
    assert!(
        first.results.iter().all(|r| !r.duplicate && r.guest.is_empty()),
        "portals do not see guests"
    );
    assert!(again.results.iter().all(|r| r.duplicate));
    assert_eq!(
        first.results.iter().map(|r| r.sequence).collect::<Vec<_>>(),
        again.results.iter().map(|r| r.sequence).collect::<Vec<_>>(),
    );
}

#[tokio::test]
async fn a_batch_as_a_whole_is_checked_first() {
    let service = TestService::start().await;
    let client = service.client("portal");
    assert_eq!(
        code_and_fields(client.write(vec![]).await),
        (Code::InvalidArgument, vec!["events".into()])
    );
    let many = (0..1_001).map(|n| view("ana", &format!("e{n}"))).collect();
    assert_eq!(
        code_and_fields(client.write(many).await),
        (Code::InvalidArgument, vec!["events".into()])
    );
    let before = service.committed();
    let request = v1::WriteEventsRequest { events: vec![view("ana", "e1")], validate_only: true };
    let checked = client.events().write_events(request).await.unwrap().into_inner();
    assert_eq!((checked.results[0].sequence, service.committed()), (0, before));
}

/// Nothing a caller says is lost: what the engine does not act on comes back with the event.
#[tokio::test]
async fn an_event_is_given_back_as_it_was_written() {
    let service = TestService::start().await;
    let client = service.client("all");
    let booked = v1::Event {
        reservation_id: "r-1".into(),
        room_id: "1204".into(),
        stay: Some(v1::Stay {
            check_in_date: "2026-12-24".into(),
            check_out_date: "2026-12-27".into(),
            party: Some(v1::Party {
                adult_count: 2,
                child_count: 2,
                child_age_years: vec![4, 9],
                room_count: 1,
            }),
            reserved_room_type_id: "DLX".into(),
            rate_plan_id: "BAR".into(),
            meal_plan: v1::MealPlan::HalfBoard.into(),
            travel_purpose: v1::TravelPurpose::Leisure.into(),
            lead_time_days: Some(31),
            ..Default::default()
        }),
        amount: Some(v1::Money { currency_code: "EUR".into(), amount_minor: 61_500 }),
        staff_id: "77".into(),
        quantity: 3,
        reason_code: "walk-in".into(),
        attributes: [("source_code".to_owned(), "web".to_owned())].into(),
        ..event("ana", "book-1", v1::EventType::Book)
    };
    let rated = v1::Event {
        rating: Some(v1::Rating {
            value: 9.0,
            scale_min: 0.0,
            scale_max: 10.0,
            aspect_id: "breakfast".into(),
        }),
        ..event("ana", "rate-1", v1::EventType::Feedback)
    };
    let surveyed = v1::Event {
        survey_answer: Some(v1::SurveyAnswer {
            question_id: "q1".into(),
            value: 0.5,
            tags: vec!["spa".into(), "bedding:king".into()],
            choice_id: "c".into(),
            text: "mais silêncio, por favor".into(),
        }),
        ..event("ana", "survey-1", v1::EventType::Survey)
    };
    let written = [booked, rated, surveyed];
    for result in client.write(written.to_vec()).await.unwrap().results {
        assert!(result.error.is_none(), "{result:?}");
    }
    let parent = "brands/demo/guests/ana".to_owned();
    let list = v1::ListGuestTimelineRequest { parent, oldest_first: true, ..Default::default() };
    let entries = client.guests().list_guest_timeline(list).await.unwrap().into_inner().entries;
    let told = entries.into_iter().filter_map(|entry| match entry.entry {
        Some(v1::timeline_entry::Entry::Event(event)) => Some(event),
        _ => None,
    });
    for (mut told, written) in told.zip(written) {
        assert!(told.sequence > 0 && told.receive_time.is_some());
        (told.sequence, told.receive_time) = (0, None);
        if let Some(stay) = told.stay.as_mut() {
            assert!(stay.lead_time_days.is_some());
        }
        assert_eq!(told, written);
    }
}

#[tokio::test]
async fn a_timeline_is_read_page_by_page() {
    let service = TestService::start().await;
    let client = service.client("all");
    let events = (0..25)
        .map(|n| v1::Event { event_time: Some(at(n - 100)), ..view("ana", &format!("e{n}")) });
    client.write(events.collect()).await.unwrap();
    client.opt_in("ana").await;
    let parent = "brands/demo/guests/ana".to_owned();
    let mut list = v1::ListGuestTimelineRequest { parent, page_size: 10, ..Default::default() };
    let mut seen = Vec::new();
    loop {
        let page = client.guests().list_guest_timeline(list.clone()).await.unwrap().into_inner();
        seen.extend(page.entries.into_iter().map(|entry| entry.sequence));
        if page.next_page_token.is_empty() {
            break;
        }
        list.page_token = page.next_page_token;
    }
    assert_eq!(seen.len(), 25 + 4, "events, and a statement for each purpose");
    let other = v1::ListGuestTimelineRequest { parent: "brands/demo/guests/bea".into(), ..list };
    let refused = client.guests().list_guest_timeline(other).await;
    assert_eq!(code_and_fields(refused), (Code::InvalidArgument, vec!["page_token".into()]));
}

#[tokio::test]
async fn a_stream_acknowledges_by_the_callers_numbers() {
    let service = TestService::start().await;
    let message = |n: u64, event: v1::Event| v1::StreamEventsRequest {
        client_sequence: n,
        event: Some(event),
    };
    let mut messages: Vec<_> = (1..=3_000)
        .map(|n| message(n * 2, view(&format!("g{}", n % 7), &format!("e{n}"))))
        .collect();
    messages[1_000].event.as_mut().unwrap().event_type = 0;
    messages.push(message(7_000, view("g1", "e1")));
    let outbound = tokio_stream::iter(messages);
    let mut acks =
        service.client("portal").events().stream_events(outbound).await.unwrap().into_inner();
    let (mut through, mut committed, mut rejected, mut duplicates) = (0, 0, Vec::new(), 0);
    while let Some(ack) = acks.next().await {
        let ack = ack.unwrap();
        assert!(ack.through_client_sequence > through && ack.committed_sequence >= committed);
        assert!(service.committed() >= ack.committed_sequence, "acknowledged is on disk");
        (through, committed) = (ack.through_client_sequence, ack.committed_sequence);
        rejected.extend(ack.rejected_events.into_iter().map(|r| r.client_sequence));
        duplicates += ack.duplicate_count;
    }
    assert_eq!((through, rejected, duplicates), (7_000, vec![2_002], 1));
}

#[tokio::test]
async fn a_stream_whose_numbers_do_not_grow_ends() {
    let service = TestService::start().await;
    let message = |n: u64| v1::StreamEventsRequest {
        client_sequence: n,
        event: Some(view("ana", &format!("e{n}"))),
    };
    let outbound = tokio_stream::iter(vec![message(5), message(5)]);
    let mut acks =
        service.client("portal").events().stream_events(outbound).await.unwrap().into_inner();
    let mut end = None;
    while let Some(ack) = acks.next().await {
        end = ack.err();
    }
    let status = end.expect("refused");
    assert_eq!(
        code_and_fields::<()>(Err(status)),
        (Code::InvalidArgument, vec!["client_sequence".into()])
    );
}

#[tokio::test]
async fn a_drain_ends_streams_after_their_acknowledgements() {
    let service = TestService::start().await;
    let (send, outbound) = tokio::sync::mpsc::channel(16);
    let outbound = tokio_stream::wrappers::ReceiverStream::new(outbound);
    let mut acks =
        service.client("portal").events().stream_events(outbound).await.unwrap().into_inner();
    send.send(v1::StreamEventsRequest { client_sequence: 1, event: Some(view("ana", "e1")) })
        .await
        .unwrap();
    assert_eq!(acks.next().await.unwrap().unwrap().through_client_sequence, 1);
    service.begin_shutdown();
    assert_eq!(acks.next().await.unwrap().unwrap_err().code(), Code::Unavailable);
}
