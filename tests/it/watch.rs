//! `WatchNextBestOffer`: what is pushed, when, and to whom; and what is not.

use std::time::{Duration, Instant};

use concierge::api::v1;
use concierge::app::config::{Config, Span};
use concierge::testkit::world;
use tonic::{Code, Status, Streaming};
use tonic_types::StatusExt;
use v1::WatchCause as Cause;

use crate::support::{self, START, TestClient, TestService, code_and_fields, event};

type Pushes = Streaming<v1::WatchNextBestOfferResponse>;

/// Long enough for any push to have come.
const LONG: Duration = Duration::from_secs(20);
/// Long enough for a push that is not held back.
const SOON: Duration = Duration::from_millis(800);

async fn service(text: &str, change: impl FnOnce(&mut Config)) -> TestService {
    let service = TestService::empty(|config| {
        config.server.watch_interval = Span::millis(50);
        change(config);
    });
    service.client("all").publish(text).await.unwrap();
    service
}

fn ask(guest: &str) -> v1::WatchNextBestOfferRequest {
    use v1::watch_next_best_offer_request::Subject;
    let placement =
        v1::PlacementRequest { placement_id: "p50".into(), offer_count: 2, ..Default::default() };
    let mode = v1::ChannelMode::Decide.into();
    v1::WatchNextBestOfferRequest {
        property: "brands/demo/properties/city".into(),
        subject: Some(Subject::Guest(format!("brands/demo/guests/{guest}"))),
        placement_requests: vec![placement],
        channel_request: Some(v1::ChannelRequest { mode, ..Default::default() }),
        ..Default::default()
    }
}

async fn open(client: &TestClient, ask: v1::WatchNextBestOfferRequest) -> Result<Pushes, Status> {
    client.decisions().watch_next_best_offer(ask).await.map(tonic::Response::into_inner)
}

/// The next push.
async fn next(pushes: &mut Pushes) -> v1::WatchNextBestOfferResponse {
    let message = tokio::time::timeout(LONG, pushes.message()).await.expect("a push in time");
    message.expect("no failure").expect("no end")
}

async fn is_silent(pushes: &mut Pushes) -> bool {
    tokio::time::timeout(SOON, pushes.message()).await.is_err()
}

fn offers(push: &v1::WatchNextBestOfferResponse) -> Vec<&str> {
    let decision = push.decision.as_ref().expect("a decision");
    decision.propositions[0].offers.iter().map(|offer| offer.offer_id.as_str()).collect()
}

fn channel(push: &v1::WatchNextBestOfferResponse) -> v1::Channel {
    push.decision.as_ref().unwrap().channel_decision.as_ref().unwrap().channel()
}

async fn see(client: &TestClient, guest: &str, kind: v1::PresenceSignKind, ended: bool) {
    let sign =
        v1::PresenceSign { kind: kind.into(), source: "web".into(), ended, ..Default::default() };
    let name = format!("brands/demo/guests/{guest}/presence");
    let request = v1::UpdatePresenceRequest { name, signs: vec![sign], ..Default::default() };
    let answer = client.guests().update_presence(request).await.unwrap().into_inner();
    assert!(answer.dropped_kinds.is_empty());
}

async fn stop(client: &TestClient, offer: &str) {
    let request = v1::StopOfferRequest {
        name: format!("brands/demo/offers/{offer}"),
        description: "test".into(),
        ..Default::default()
    };
    client.catalogs().stop_offer(request).await.unwrap();
}

const WEB: v1::PresenceSignKind = v1::PresenceSignKind::WebOpen;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn presence_is_pushed_as_it_comes_and_as_it_ends() {
    let service = service(&world::text(20), |_| {}).await;
    let client = service.client("all");
    client.opt_in("ana").await;
    let mut pushes = open(&client, ask("ana")).await.unwrap();
    let first = next(&mut pushes).await;
    assert_eq!((first.causes.as_slice(), first.push_number), (&[Cause::Opened as i32][..], 1));
    assert_eq!((offers(&first).len(), channel(&first)), (2, v1::Channel::Unspecified));
    assert!(is_silent(&mut pushes).await, "nothing changed");
    // Another guest's presence is nobody else's business.
    client.opt_in("bob").await;
    see(&client, "bob", WEB, false).await;
    assert!(is_silent(&mut pushes).await, "of another guest");
    see(&client, "ana", WEB, false).await;
    let second = next(&mut pushes).await;
    assert_eq!(second.causes.as_slice(), &[Cause::Presence as i32]);
    assert_eq!((channel(&second), second.push_number), (v1::Channel::Web, 2));
    service.clock.advance(Duration::from_secs(15 * 60 + 1));
    let third = next(&mut pushes).await;
    assert_eq!(
        (third.causes.as_slice(), channel(&third)),
        (&[Cause::Time as i32][..], v1::Channel::Unspecified)
    );
    assert!(is_silent(&mut pushes).await);
    // When its reservations end, a push is made anew although nothing changed.
    service.clock.advance(Duration::from_secs(30 * 60 + 1));
    assert_eq!(next(&mut pushes).await.causes.as_slice(), &[Cause::Expired as i32]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_stopped_or_declined_is_replaced_and_unseen_pushes_count_for_nothing() {
    // Each offer may be shown once a week: a push that nobody saw must not use that up.
    let text = world::text(20).replace("limit = 30", "limit = 1");
    let service = service(&text, |_| {}).await;
    let client = service.client("all");
    client.opt_in("ana").await;
    let mut pushes = open(&client, ask("ana")).await.unwrap();
    let mut last = next(&mut pushes).await;
    for _ in 0..4 {
        let gone = offers(&last)[0].to_owned();
        stop(&client, &gone).await;
        last = next(&mut pushes).await;
        assert_eq!(last.causes.as_slice(), &[Cause::StoppedOffer as i32]);
        assert!(!offers(&last).contains(&gone.as_str()), "{last:?}");
    }
    // Ten offers were pushed, two of them still are: all that were not stopped may be shown.
    let all = v1::DecideOffersRequest {
        property: "brands/demo/properties/city".into(),
        placement_requests: vec![v1::PlacementRequest {
            placement_id: "p50".into(),
            offer_count: 30,
            ..Default::default()
        }],
        defer_activation: true,
        ..support::decide("ana", "p50")
    };
    let left = client.decide(all).await.unwrap().propositions.remove(0).offers;
    assert_eq!(left.len(), 20 - 4 - 2, "two are reserved by the push, four are stopped");
    service.clock.advance(Duration::from_secs(31 * 60));
    // The other decision may have changed the push before its reservations end.
    let mut renewed = next(&mut pushes).await;
    while renewed.causes.last() != Some(&(Cause::Expired as i32)) {
        renewed = next(&mut pushes).await;
    }
    // What is declined does not come back.
    let declined = offers(&renewed)[0].to_owned();
    let token = renewed.decision.as_ref().unwrap().attribution_token.clone();
    let no = v1::Event {
        offer_id: declined.clone(),
        attribution_token: token,
        event_time: Some(support::at(31 * 60)),
        property: "brands/demo/properties/city".into(),
        ..event("ana", "no", v1::EventType::Decline)
    };
    let written = client.write(vec![no]).await.unwrap();
    assert!(written.results[0].error.is_none(), "{written:?}");
    let after = next(&mut pushes).await;
    assert_eq!(after.causes.as_slice(), &[Cause::Outcome as i32]);
    assert!(!offers(&after).contains(&declined.as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_pushed_and_shown_stays_until_something_else_changes() {
    let text = world::text(20).replace("limit = 30", "limit = 1");
    let service = service(&text, |_| {}).await;
    let client = service.client("all");
    let mut pushes = open(&client, ask("ana")).await.unwrap();
    let first = next(&mut pushes).await;
    let decision = first.decision.clone().unwrap();
    let (name, attribution_token) = (decision.decision, decision.attribution_token);
    let request = v1::ActivateDecisionRequest { name, attribution_token, ..Default::default() };
    client.decisions().activate_decision(request).await.unwrap();
    assert!(is_silent(&mut pushes).await, "its own showing does not drive it away");
    // But what was shown is used up: the next slate has others.
    let shown: Vec<String> = offers(&first).into_iter().map(ToOwned::to_owned).collect();
    stop(&client, &shown[0]).await;
    let second = next(&mut pushes).await;
    assert!(offers(&second).iter().all(|offer| !shown.iter().any(|s| s == offer)), "{second:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stay_stage_that_begins_by_time_alone_is_pushed() {
    let offer = "id = \"offer-00000\"\n";
    let text = world::text(1).replace(offer, &format!("{offer}stages = [\"ARRIVAL_DAY\"]\n"));
    assert_ne!(text, world::text(1));
    let service = service(&text, |_| {}).await;
    let client = service.client("all");
    let evening = START.plus(Duration::from_secs(13 * 3_600 + 50 * 60));
    service.clock.set(evening);
    let stay = v1::Stay {
        check_in_date: "2026-11-24".into(),
        check_out_date: "2026-11-26".into(),
        ..Default::default()
    };
    let book = v1::Event {
        stay: Some(stay),
        reservation_id: "r1".into(),
        property: "brands/demo/properties/city".into(),
        ..event("ana", "book", v1::EventType::Book)
    };
    let written = client.write(vec![book]).await.unwrap();
    assert!(written.results[0].error.is_none(), "{written:?}");
    let mut pushes = open(&client, ask("ana")).await.unwrap();
    assert_eq!(offers(&next(&mut pushes).await), ["welcome"]);
    assert!(is_silent(&mut pushes).await);
    service.clock.advance(Duration::from_secs(11 * 60));
    let arrived = next(&mut pushes).await;
    assert_eq!(
        (offers(&arrived), arrived.causes.as_slice()),
        (vec!["offer-00000"], &[Cause::Time as i32][..])
    );
    assert_eq!(arrived.decision.unwrap().stay_stage(), v1::StayStage::ArrivalDay);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_resumed_where_it_ended_also_at_another_process() {
    let mut service = service(&world::text(20), |_| {}).await;
    let client = service.client("all");
    let mut pushes = open(&client, ask("ana")).await.unwrap();
    let first = next(&mut pushes).await;
    drop(pushes);
    let resume =
        || v1::WatchNextBestOfferRequest { resume_token: first.resume_token.clone(), ..ask("ana") };
    let mut pushes = open(&client, resume()).await.unwrap();
    assert!(is_silent(&mut pushes).await, "the same decision is not repeated");
    service.restart();
    let client = service.client("all");
    let mut pushes = open(&client, resume()).await.unwrap();
    assert!(is_silent(&mut pushes).await, "nor by the next process");
    drop(pushes);
    stop(&client, offers(&first)[0]).await;
    let mut pushes = open(&client, resume()).await.unwrap();
    let second = next(&mut pushes).await;
    assert_eq!((second.causes.as_slice(), second.push_number), (&[Cause::Resumed as i32][..], 2));
    // A token is good for its guest only, and for nobody who turned its bits.
    let of_another =
        v1::WatchNextBestOfferRequest { resume_token: first.resume_token.clone(), ..ask("bob") };
    let garbled = v1::WatchNextBestOfferRequest { resume_token: "AAAA".into(), ..ask("ana") };
    for wrong in [of_another, garbled] {
        let refused = code_and_fields(open(&client, wrong).await);
        assert_eq!(refused, (Code::InvalidArgument, vec!["resume_token".into()]));
    }
    // Another question with the token of the first is answered at once.
    let mut other = resume();
    other.placement_requests[0].offer_count = 1;
    assert_eq!(offers(&next(&mut open(&client, other).await.unwrap()).await).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_are_refused_and_there_is_room_for_so_many() {
    let service = service(&world::text(5), |config| {
        (config.server.max_watchers, config.server.max_watchers_per_credential) = (3, 2);
    })
    .await;
    let code = async |credential: &str, ask| {
        open(&service.client(credential), ask).await.map(drop).unwrap_err().code()
    };
    assert_eq!(code("other", ask("ana")).await, Code::PermissionDenied);
    assert_eq!(code("only-events.write", ask("ana")).await, Code::PermissionDenied);
    assert_eq!(code("lisbon", ask("ana")).await, Code::PermissionDenied);
    let unknown = v1::WatchNextBestOfferRequest {
        property: "brands/demo/properties/nowhere".into(),
        ..ask("ana")
    };
    let mut pushes = open(&service.client("portal"), unknown).await.unwrap();
    assert_eq!(pushes.message().await.unwrap_err().code(), Code::NotFound);
    drop(pushes);
    let client = service.client("portal");
    let mut open_ones = Vec::new();
    let watch = Instant::now();
    while open_ones.len() < 2 {
        // The place of the stream that ended comes back with its task.
        open_ones.extend(open(&client, ask("ana")).await.ok());
        assert!(watch.elapsed() < LONG);
    }
    let refused = open(&client, ask("ana")).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    let reason = refused.get_error_details().error_info().unwrap().reason.clone();
    assert_eq!(reason, "TOO_MANY_WATCHERS_OF_CREDENTIAL");
    open_ones.push(open(&service.client("all"), ask("ana")).await.unwrap());
    let refused = open(&service.client("only-decide"), ask("ana")).await.unwrap_err();
    assert_eq!(refused.get_error_details().error_info().unwrap().reason, "TOO_MANY_WATCHERS");
    open_ones.clear();
    let watch = Instant::now();
    while open(&client, ask("ana")).await.is_err() {
        assert!(watch.elapsed() < LONG, "places come back");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_live_beyond_the_time_of_a_call_and_end_with_a_hint_to_resume() {
    let service = service(&world::text(5), |config| {
        config.server.call_timeout = Span::millis(300);
        config.server.idle_timeout = Span::millis(400);
    })
    .await;
    let client = service.client("all");
    let heartbeat = Some(prost_types::Duration { seconds: 1, nanos: 0 });
    let asked = v1::WatchNextBestOfferRequest { heartbeat_interval: heartbeat, ..ask("ana") };
    let mut pushes = open(&client, asked).await.unwrap();
    let first = next(&mut pushes).await;
    let beat = next(&mut pushes).await;
    assert_eq!((beat.decision.is_none(), &beat.resume_token), (true, &first.resume_token));
    assert!(beat.causes.is_empty() && next(&mut pushes).await.decision.is_none());
    service.begin_shutdown();
    let ended = loop {
        match tokio::time::timeout(LONG, pushes.message()).await.expect("it ends") {
            Ok(message) => assert!(message.expect("no end without a word").decision.is_none()),
            Err(status) => break status,
        }
    };
    assert_eq!(ended.code(), Code::Unavailable, "{ended:?}");
    assert_eq!(ended.get_error_details().error_info().unwrap().reason, "DRAINING");
}

/// How many decisions were logged for a guest.
async fn decisions_of(client: &TestClient, guest: &str) -> usize {
    let parent = format!("brands/demo/guests/{guest}");
    let kinds = vec![v1::TimelineKind::Decision.into()];
    let timeline =
        v1::ListGuestTimelineRequest { parent, kinds, page_size: 100, ..Default::default() };
    client.guests().list_guest_timeline(timeline).await.unwrap().into_inner().entries.len()
}

/// A thousand watchers, fifty more who never read: each change reaches its watcher, those who do not
/// read delay nobody, and what piles up for them is a mark.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_watchers_hear_at_once_whoever_does_not_listen() {
    const WATCHERS: usize = 1_000;
    const DEAF: usize = 50;
    let service = service(&world::text(20), |c| c.server.watch_interval = Span::seconds(15)).await;
    let clients: Vec<TestClient> = (0..12).map(|_| service.client("all")).collect();
    let mut deaf = Vec::new();
    for number in 0..DEAF {
        let client = &clients[number % 12];
        client.opt_in(&format!("deaf-{number}")).await;
        deaf.push(open(client, ask(&format!("deaf-{number}"))).await.unwrap());
    }
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..WATCHERS {
        let client = clients[number % 12].clone();
        let guest = format!("guest-{number}");
        client.opt_in(&guest).await;
        let mut pushes = open(&client, ask(&guest)).await.unwrap();
        next(&mut pushes).await;
        let tell = tell.clone();
        tokio::spawn(async move {
            while let Ok(Some(push)) = pushes.message().await {
                if push.causes.as_slice().contains(&(Cause::Presence as i32)) {
                    tell.send((number, Instant::now())).unwrap_or(());
                }
            }
        });
    }
    // Those who do not listen are told of a change after the other, all the time.
    let shouter = clients[0].clone();
    let shouting = tokio::spawn(async move {
        for round in 0..10_usize {
            for number in 0..DEAF {
                see(&shouter, &format!("deaf-{number}"), WEB, round % 2 == 1).await;
            }
        }
    });
    let mut times = Vec::with_capacity(WATCHERS);
    for number in 0..WATCHERS {
        let before = Instant::now();
        see(&clients[number % 12], &format!("guest-{number}"), WEB, false).await;
        let (of, at) = tokio::time::timeout(LONG, told.recv()).await.unwrap().unwrap();
        assert_eq!(of, number, "nobody else hears of it");
        times.push(at.duration_since(before));
    }
    shouting.await.unwrap();
    times.sort();
    let p99 = times[WATCHERS * 99 / 100];
    // The figure is the benchmark's; here a busy machine must not fail it.
    assert!(p99 < Duration::from_millis(500), "{p99:?}");
    eprintln!("push p50 {:?} p99 {p99:?}", times[WATCHERS / 2]);
    for number in 0..DEAF {
        let made = decisions_of(&clients[0], &format!("deaf-{number}")).await;
        assert!((1..=11).contains(&made), "{made} decisions for who never read one");
    }
    // Who reads after all hears how it stands now.
    let mut last = next(&mut deaf[0]).await;
    while let Ok(Ok(Some(push))) = tokio::time::timeout(SOON, deaf[0].message()).await {
        last = push;
    }
    assert_eq!(channel(&last), v1::Channel::Unspecified, "the page was closed again");
}
