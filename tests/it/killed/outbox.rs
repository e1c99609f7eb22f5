//! The program is killed while bookings come in, triggers ask by themselves, and a sender takes
//! messages and acknowledges them. Every acknowledged booking was asked for once; no acknowledged
//! message comes again; none is lost.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use concierge::domain::id::Fingerprint;

use super::*;

const OUTBOX_KILLS: usize = 8;

/// What the sender knows.
#[derive(Default)]
struct Sent {
    /// Keys of messages it was handed.
    seen: BTreeSet<String>,
    /// Keys whose acknowledgement was answered.
    acknowledged: BTreeSet<String>,
    /// Keys whose acknowledgement was under way as the server went: it may be on the disk or not.
    unanswered: BTreeSet<String>,
    /// Keys that came after their acknowledgement was answered.
    came_again: Vec<String>,
    /// Decisions that a trigger asked for, by the reservation of the message.
    decisions: BTreeMap<String, BTreeSet<String>>,
}

/// A zone where it is the middle of the day now, so that nothing waits for the morning.
fn zone_of_noon() -> String {
    let hour = Clock::default().now().as_seconds() / 3_600 % 24;
    match 12 - hour {
        // Signs are those of POSIX: Etc/GMT-5 lies five hours ahead.
        0 => "Etc/GMT".to_owned(),
        ahead @ 1.. => format!("Etc/GMT-{ahead}"),
        behind => format!("Etc/GMT+{}", -behind),
    }
}

/// One guest after another is written down and books. Gives the reservations that were acknowledged.
async fn book_without_end(client: TestClient, name: String) -> Vec<String> {
    let mut booked = Vec::new();
    let day = |ahead: i64| {
        let days = Clock::default().now().as_seconds() / 86_400 + ahead;
        concierge::domain::time::Date(i32::try_from(days).unwrap()).to_string()
    };
    for n in 0.. {
        let guest = format!("{name}-{n}");
        let consent = |purpose: v1::Purpose| v1::Event {
            purpose: purpose.into(),
            text_version: "1".into(),
            ..event(&guest, &format!("{guest}-{purpose:?}"), v1::EventType::OptIn)
        };
        let point = v1::ContactPoint {
            contact_point_id: "home".into(),
            channel: v1::Channel::Email.into(),
            address: format!("{guest}@example.com"),
            state: v1::ContactPointState::Verified.into(),
            ..Default::default()
        };
        let facts = v1::Guest {
            name: format!("brands/demo/guests/{guest}"),
            country_code: "PT".into(),
            home_time_zone: zone_of_noon(),
            contact_points: vec![point],
            ..Default::default()
        };
        let update = v1::UpdateGuestRequest {
            guest: Some(facts),
            allow_missing: true,
            ..Default::default()
        };
        if client.guests().update_guest(update).await.is_err() {
            break;
        }
        let reservation = format!("R-{guest}");
        let book = v1::Event {
            property: "brands/demo/properties/lisbon-baixa".into(),
            reservation_id: reservation.clone(),
            stay: Some(v1::Stay {
                check_in_date: day(30),
                check_out_date: day(32),
                ..Default::default()
            }),
            ..event(&guest, &format!("{guest}-book"), v1::EventType::Book)
        };
        let consents = [v1::Purpose::Marketing, v1::Purpose::Profiling].map(consent);
        let events = consents.into_iter().chain([book]).collect();
        let Ok(written) = client.write(events).await else { break };
        assert!(written.results.iter().all(|r| r.error.is_none()), "{:?}", written.results);
        booked.push(reservation);
    }
    booked
}

/// Takes messages and acknowledges them, until the server is gone.
async fn send_without_end(client: TestClient, sent: Arc<Mutex<Sent>>) {
    let request = v1::ReadOutboxRequest { parent: "brands/demo".into(), filter: None };
    let Ok(stream) = client.deliveries().read_outbox(request).await else { return };
    let mut stream = stream.into_inner();
    while let Ok(Some(response)) = stream.message().await {
        let message = response.message.unwrap();
        let key = message.idempotency_key.clone();
        {
            let mut sent = sent.lock().unwrap();
            if sent.acknowledged.contains(&key) {
                sent.came_again.push(key.clone());
            }
            sent.seen.insert(key.clone());
            let of_stay = sent.decisions.entry(message.reservation_id.clone()).or_default();
            of_stay.insert(message.decision.clone());
        }
        let request = v1::AcknowledgeMessagesRequest {
            parent: "brands/demo".into(),
            acknowledgements: vec![v1::Acknowledgement { offset: message.offset, failed: false }],
        };
        let answered = client.deliveries().acknowledge_messages(request).await.is_ok();
        let mut sent = sent.lock().unwrap();
        if !answered {
            sent.unanswered.insert(key);
            return;
        }
        sent.acknowledged.insert(key);
    }
}

/// Asks until nothing waits any more.
async fn wait_until_empty(client: &TestClient) {
    let request = v1::GetOutboxStatusRequest { parent: "brands/demo".into() };
    let watch = Stopwatch::start();
    let mut quiet = 0;
    while quiet < 4 {
        assert!(watch.elapsed() < Duration::from_secs(60), "the outbox does not empty");
        tokio::time::sleep(Duration::from_millis(300)).await;
        let status = client.deliveries().get_outbox_status(request.clone()).await.unwrap();
        let is_empty = status.into_inner().message_count == 0;
        quiet = if is_empty { quiet + 1 } else { 0 };
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_neither_lose_nor_repeat_a_trigger_or_a_message() {
    let home = Home::new("5ms");
    let mut dice = SplitMix64::new(8);
    let sent = Arc::new(Mutex::new(Sent::default()));
    let mut booked: Vec<String> = Vec::new();
    for kill in 0..=OUTBOX_KILLS {
        let server = home.serve();
        let client = home.client(&server);
        if kill == 0 {
            client.publish(DEMO_CATALOG).await.unwrap();
        }
        let sender = tokio::spawn(send_without_end(home.client(&server), Arc::clone(&sent)));
        if kill == OUTBOX_KILLS {
            wait_until_empty(&client).await;
            tokio::task::block_in_place(|| drop(server));
            sender.await.unwrap();
            break;
        }
        let name = |caller: usize| format!("g{kill}-{caller}");
        let bookers: Vec<_> = (0..3)
            .map(|caller| tokio::spawn(book_without_end(home.client(&server), name(caller))))
            .collect();
        let longer = 400 + u64::try_from(dice.below(500)).unwrap();
        tokio::time::sleep(Duration::from_millis(longer)).await;
        tokio::task::block_in_place(|| drop(server));
        for booker in bookers {
            booked.extend(booker.await.unwrap());
        }
        sender.await.unwrap();
    }
    assert!(!home.log().contains("panic"), "{}", home.log());
    let sent = sent.lock().unwrap();
    assert_eq!(sent.came_again, [""; 0], "acknowledged, and handed out again");
    let lost: Vec<&String> = sent
        .seen
        .difference(&sent.acknowledged)
        .filter(|k| !sent.unanswered.contains(*k))
        .collect();
    assert_eq!(lost, [""; 0], "handed out, and lost");
    assert!(sent.unanswered.len() <= OUTBOX_KILLS, "one is under way at a kill");
    assert!(sent.decisions.values().all(|decisions| decisions.len() == 1), "one each");
    let asked = tokio::task::block_in_place(|| times_asked(&home.store()));
    for reservation in &booked {
        let times = asked.get(&Fingerprint::of(reservation).0).copied().unwrap_or(0);
        assert_eq!(times, 1, "{reservation} was booked, and asked for {times} times");
    }
    println!("{} bookings, {} messages", booked.len(), sent.seen.len());
    assert!(booked.len() > 40 && sent.seen.len() > 20, "{} {}", booked.len(), sent.seen.len());
}

/// How often the trigger `booked` asked, by the fingerprint of the reservation.
fn times_asked(store: &Path) -> BTreeMap<u64, usize> {
    let store = Store::open(store, Options::default()).unwrap();
    let mut asked = BTreeMap::new();
    for record in store.log(1).unwrap() {
        let Body::Decision(decision) = record.unwrap().body else { continue };
        let trigger = decision.delivery.as_ref().and_then(|delivery| delivery.trigger.as_ref());
        if trigger.is_some_and(|trigger| trigger.as_str() == "booked") {
            *asked.entry(decision.reservation.unwrap().0).or_insert(0) += 1;
        }
    }
    asked
}
