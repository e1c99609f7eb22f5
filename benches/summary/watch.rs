//! A thousand watchers of next best offers, and how soon a change reaches its watcher.

#![expect(clippy::disallowed_methods, reason = "a load is made of tasks and waits")]

use std::sync::Arc;
use std::time::Duration;

use concierge::api::v1;
use concierge::api::v1::decision_service_client::DecisionServiceClient;
use concierge::api::v1::event_service_client::EventServiceClient;
use concierge::api::v1::guest_service_client::GuestServiceClient;
use concierge::sys::clock::{Clock, Stopwatch};
use tokio::sync::mpsc;
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

use crate::server::Server;
use crate::{Outcome, catalog, hotel, report, scratch};

/// Watchers, on so many connections.
const WATCHERS: usize = 1_000;
const CONNECTIONS: usize = 10;
/// Watchers beside them who never read.
const DEAF: usize = 100;
/// Changes of presence a second, over all watchers, and how many are measured.
const PER_SECOND: f64 = 250.0;
const CHANGES: usize = 5_000;

type Failure = Box<dyn std::error::Error>;

/// **`watch_push_p99_ms`**: from the moment a change of presence is due to be sent to the moment its
/// watcher has the new decision, over gRPC, with 1,000 watchers, 100 more who never read, and 250
/// changes a second in an open loop; every change is on the disk too. Server, watchers and sender
/// share the machine's cores.
pub(crate) fn measure() -> Outcome {
    let folder = scratch::folder()?;
    let server = Server::new(folder.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut channels = Vec::new();
        for _ in 0..CONNECTIONS + 1 {
            channels.push(Endpoint::from_shared(server.address().to_owned())?.connect().await?);
        }
        let key: Arc<str> = format!("Bearer {}", server.key()).into();
        consent(&channels[0], &key).await?;
        let watch = Stopwatch::start();
        let (tell, mut told) = mpsc::unbounded_channel();
        let start = Stopwatch::start();
        let mut deaf = Vec::with_capacity(DEAF);
        for number in 0..WATCHERS + DEAF {
            let channel = channels[1 + number % CONNECTIONS].clone();
            let ask = with(&key, ask(number))?;
            let mut pushes =
                DecisionServiceClient::new(channel).watch_next_best_offer(ask).await?.into_inner();
            if number >= WATCHERS {
                deaf.push(pushes);
                continue;
            }
            pushes.message().await?;
            let tell = tell.clone();
            tokio::spawn(async move {
                while let Ok(Some(push)) = pushes.message().await {
                    if push.causes.contains(&v1::WatchCause::Presence.into()) {
                        tell.send((number, start.elapsed())).unwrap_or(());
                    }
                }
            });
        }
        report::note(&format!(
            "watch: {} streams opened in {:.1} s",
            WATCHERS + DEAF,
            watch.seconds()
        ));
        let sent = change(&channels[0], &key, start).await?;
        drop(tell);
        let mut times = report::times();
        let mut heard = 0;
        while heard < CHANGES {
            let next = tokio::time::timeout(Duration::from_secs(20), told.recv()).await;
            let Ok(Some((number, at))) = next else { break };
            // A watcher's changes come in their order: the newest that was due before it.
            let due = sent.iter().skip(number).step_by(WATCHERS).rfind(|due| **due <= at);
            due.iter().for_each(|due| report::add(&mut times, at.saturating_sub(**due)));
            heard += 1;
        }
        report::note(&format!("watch: {heard} of {CHANGES} changes were pushed"));
        if heard < CHANGES {
            return Err("not every change reached its watcher".into());
        }
        report::quantiles("watch_push", &times, &[("p50_ms", 0.5), ("p99_ms", 0.99)], ("ms", 1e6));
        report::value("watch_changes_per_s", PER_SECOND, "1/s");
        drop(deaf);
        Ok(())
    })
}

fn with<T>(key: &str, message: T) -> Result<Request<T>, Failure> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", key.parse()?);
    Ok(request)
}

fn guest(number: usize) -> String {
    format!("brands/{}/guests/watched-{number:06}", hotel::BRAND)
}

fn ask(number: usize) -> v1::WatchNextBestOfferRequest {
    let placement = v1::PlacementRequest {
        placement_id: catalog::PLACEMENTS[0].to_owned(),
        offer_count: 3,
        ..Default::default()
    };
    let mode = v1::ChannelMode::Decide.into();
    v1::WatchNextBestOfferRequest {
        property: format!("brands/{}/properties/{}", hotel::BRAND, catalog::PROPERTY),
        subject: Some(v1::watch_next_best_offer_request::Subject::Guest(guest(number))),
        placement_requests: vec![placement],
        channel_request: Some(v1::ChannelRequest { mode, ..Default::default() }),
        ..Default::default()
    }
}

/// Everybody consents to presence, and allows profiling.
async fn consent(channel: &Channel, key: &str) -> Outcome {
    let now = Clock::System.now();
    let purposes = [v1::Purpose::Presence, v1::Purpose::Profiling];
    for purpose in purposes {
        for first in (0..WATCHERS + DEAF).step_by(500) {
            let event = |number: usize| v1::Event {
                event_id: format!("{purpose:?}-{number}"),
                source: "bench".to_owned(),
                event_type: v1::EventType::OptIn.into(),
                event_time: Some(prost_types::Timestamp { seconds: now.as_seconds(), nanos: 0 }),
                subject: Some(v1::event::Subject::Guest(guest(number))),
                purpose: purpose.into(),
                text_version: "1".to_owned(),
                ..Default::default()
            };
            let events = (first..(first + 500).min(WATCHERS + DEAF)).map(event).collect();
            let request = v1::WriteEventsRequest { events, ..Default::default() };
            let answer = EventServiceClient::new(channel.clone())
                .write_events(with(key, request)?)
                .await?
                .into_inner();
            if let Some(error) = answer.results.iter().find_map(|result| result.error.as_ref()) {
                return Err(format!("a consent was refused: {error:?}").into());
            }
        }
    }
    Ok(())
}

/// Opens the page of one guest after the other, then closes them, and so on, at an even pace. When
/// each change was due, since `start`.
async fn change(
    channel: &Channel,
    key: &Arc<str>,
    start: Stopwatch,
) -> Result<Vec<Duration>, Failure> {
    let begun = start.elapsed();
    let mut sent = Vec::with_capacity(CHANGES);
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..CHANGES {
        let due = begun + Duration::from_secs_f64(number as f64 / PER_SECOND);
        tokio::time::sleep(due.saturating_sub(start.elapsed())).await;
        sent.push(due);
        let sign = v1::PresenceSign {
            kind: v1::PresenceSignKind::WebOpen.into(),
            source: "web".to_owned(),
            ended: number / WATCHERS % 2 == 1,
            ..Default::default()
        };
        let name = format!("{}/presence", guest(number % WATCHERS));
        let request =
            with(key, v1::UpdatePresenceRequest { name, signs: vec![sign], ..Default::default() })?;
        let mut guests = GuestServiceClient::new(channel.clone());
        calls.spawn(async move { guests.update_presence(request).await.map(drop) });
    }
    while let Some(call) = calls.join_next().await {
        call??;
    }
    Ok(sent)
}
