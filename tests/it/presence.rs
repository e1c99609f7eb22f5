//! What is known of a guest right now: told by a call or an event, kept with consent only, and gone
//! when it ends.

use std::time::Duration;

use concierge::api::v1;
use concierge::testkit::world;
use tonic::Code;
use v1::PresenceSignKind as Kind;

use crate::support::{self, TestClient, TestService, code_and_fields, event};

const ANA: &str = "brands/demo/guests/ana/presence";

fn sign(kind: Kind) -> v1::PresenceSign {
    v1::PresenceSign { kind: kind.into(), source: "app".into(), ..Default::default() }
}

async fn tell(
    client: &TestClient,
    signs: Vec<v1::PresenceSign>,
) -> Result<v1::UpdatePresenceResponse, tonic::Status> {
    let request = v1::UpdatePresenceRequest { name: ANA.into(), signs, ..Default::default() };
    client.guests().update_presence(request).await.map(tonic::Response::into_inner)
}

async fn known(client: &TestClient) -> Vec<(Kind, String)> {
    let request = v1::GetPresenceRequest { name: ANA.into() };
    let presence = client.guests().get_presence(request).await.unwrap().into_inner().presence;
    let signs = presence.unwrap().signs.into_iter();
    signs.map(|sign| (sign.kind(), sign.source)).collect()
}

async fn service() -> TestService {
    let service = TestService::empty(|_| {});
    service.client("all").publish(&world::text(5)).await.unwrap();
    service
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signs_are_kept_with_their_source_until_each_ends_also_over_a_restart() {
    let mut service = service().await;
    let client = service.client("all");
    client.opt_in("ana").await;
    let answer = tell(&client, vec![sign(Kind::AppInFront), sign(Kind::KeyUsed)]).await.unwrap();
    assert!(answer.dropped_kinds.is_empty() && answer.sequence > 0, "{answer:?}");
    let app = || "app".to_owned();
    assert_eq!(known(&client).await, [(Kind::AppInFront, app()), (Kind::KeyUsed, app())]);
    // A partial update leaves the others alone.
    let over = v1::PresenceSign { ended: true, ..sign(Kind::AppInFront) };
    tell(&client, vec![over, v1::PresenceSign { source: "pbx".into(), ..sign(Kind::OnCall) }])
        .await
        .unwrap();
    assert_eq!(known(&client).await, [(Kind::KeyUsed, app()), (Kind::OnCall, "pbx".into())]);
    service.restart();
    let client = service.client("all");
    assert_eq!(known(&client).await.len(), 2);
    service.clock.advance(Duration::from_secs(31 * 60));
    assert_eq!(known(&client).await, [(Kind::KeyUsed, app())], "the call is no longer believed");
    service.clock.advance(Duration::from_secs(90 * 60));
    assert_eq!(known(&client).await, []);
    // It stands in the log as an event.
    let parent = "brands/demo/guests/ana".into();
    let timeline = v1::ListGuestTimelineRequest { parent, ..Default::default() };
    let entries = client.guests().list_guest_timeline(timeline).await.unwrap().into_inner().entries;
    let told = format!("{entries:?}");
    assert!(told.contains("pbx"), "{told}");
}

#[tokio::test]
async fn without_consent_nothing_is_kept_but_that_somebody_wants_to_be_left_alone() {
    let service = service().await;
    let client = service.client("all");
    let before = service.committed();
    let answer = tell(&client, vec![sign(Kind::AtDesk)]).await.unwrap();
    assert_eq!((answer.dropped_kinds.as_slice(), answer.sequence), (&[Kind::AtDesk as i32][..], 0));
    assert_eq!(service.committed(), before, "not even the log hears of it");
    let answer = tell(&client, vec![sign(Kind::AtDesk), sign(Kind::DoNotDisturb)]).await.unwrap();
    assert_eq!(answer.dropped_kinds.as_slice(), &[Kind::AtDesk as i32]);
    assert_eq!(known(&client).await, [(Kind::DoNotDisturb, "app".into())]);
    // An event that tells it is taken in without it, and says so.
    let presence = v1::PresenceState {
        reachable_channels: vec![v1::Channel::InApp.into()],
        source: "app".into(),
        ..Default::default()
    };
    let seen =
        v1::Event { presence: Some(presence), ..event("ana", "seen", v1::EventType::Presence) };
    let written = client.write(vec![seen]).await.unwrap();
    let warnings = &written.results[0].warnings;
    let dropped = warnings.iter().any(|warning| warning.field == "presence");
    assert!(dropped, "{written:?}");
    assert_eq!(known(&client).await.len(), 1);
    // What was kept goes with the consent.
    client.opt_in("ana").await;
    tell(&client, vec![sign(Kind::OnWifi)]).await.unwrap();
    assert_eq!(known(&client).await.len(), 2);
    service.clock.advance(Duration::from_secs(10));
    let out = v1::Event {
        purpose: v1::Purpose::Presence.into(),
        event_time: Some(support::at(10)),
        ..event("ana", "out", v1::EventType::OptOut)
    };
    client.write(vec![out]).await.unwrap();
    assert_eq!(known(&client).await, [(Kind::DoNotDisturb, "app".into())]);
    service.clock.advance(Duration::from_secs(10));
    client.opt_in("ana").await;
    assert_eq!(known(&client).await.len(), 1, "a new consent does not bring it back");
}

#[tokio::test]
async fn who_may_not_tell_or_read_it_is_refused() {
    let service = service().await;
    let desk = || vec![sign(Kind::AtDesk)];
    let code = |told: Result<v1::UpdatePresenceResponse, tonic::Status>| told.unwrap_err().code();
    assert_eq!(code(tell(&service.client("other"), desk()).await), Code::PermissionDenied);
    assert_eq!(code(tell(&service.client("only-decide"), desk()).await), Code::PermissionDenied);
    let request = v1::GetPresenceRequest { name: ANA.into() };
    let portal = service.client("portal").guests().get_presence(request).await;
    assert_eq!(portal.unwrap_err().code(), Code::PermissionDenied);
    let nothing = tell(&service.client("portal"), Vec::new()).await;
    assert_eq!(code_and_fields(nothing), (Code::InvalidArgument, vec!["signs".into()]));
    assert!(tell(&service.client("portal"), desk()).await.is_ok());
}
