//! Bytes that are no message: noise, messages that break off, messages with a few bits turned, sent
//! to every call.

use concierge::api::v1;
use concierge::sys::rng::SplitMix64;
use concierge::testkit::world;
use http::uri::PathAndQuery;
use prost::Message;
use tonic::client::Grpc;
use tonic::{Code, Request, Status};

use super::{Attack, ask, faults, is_none_the_worse, judge, view};
use crate::support::raw_codec::RawCodec;
use crate::support::{TestClient, TestService};

const REQUESTS: usize = 3_000;

const CALLS: &[&str] = &[
    "DecisionService/DecideOffers",
    "DecisionService/DecideChannel",
    "DecisionService/BatchDecideOffers",
    "DecisionService/ListArrivals",
    "DecisionService/QuoteOffer",
    "DecisionService/HoldPrice",
    "DecisionService/ComposeBundle",
    "DecisionService/DecideGesture",
    "DecisionService/ActivateDecision",
    "DecisionService/GetDecision",
    "DecisionService/ExplainDecision",
    "EventService/WriteEvents",
    "DeliveryService/ReadOutbox",
    "DeliveryService/AcknowledgeMessages",
    "DeliveryService/GetOutboxStatus",
    "GuestService/GetGuest",
    "GuestService/UpdateGuest",
    "GuestService/GetConsent",
    "GuestService/UpdateConsent",
    "GuestService/GetPresence",
    "GuestService/UpdatePresence",
    "GuestService/GetPreferenceProfile",
    "GuestService/UpdatePreferenceProfile",
    "GuestService/ListGuestTimeline",
    "GuestService/NextSurveyQuestion",
    "GuestService/MergeGuests",
    "GuestService/UnmergeGuest",
    "CatalogService/GetCatalog",
    "CatalogService/ValidateCatalog",
    "CatalogService/PublishCatalog",
    "CatalogService/RollBackCatalog",
    "CatalogService/ListCatalogVersions",
    "CatalogService/StopOffer",
    "CatalogService/GetOffer",
    "CatalogService/ListOffers",
    "CatalogService/SetInventory",
    "CatalogService/SetRates",
    "CatalogService/ListRates",
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
    "ModelService/ShadowModel",
    "ModelService/PublishModel",
    "ModelService/RollBackModel",
    "ModelService/GetModels",
    "RankService/Rank",
    "RankService/RewardRank",
    "RankService/ActivateRank",
    "InsightService/GetBusinessReport",
    "InsightService/AuditFairness",
    "InsightService/GetGuestValue",
    "InsightService/FitGuestModels",
    "InsightService/FindLookalikes",
    "InsightService/ListSegments",
    "AdminService/GetServerStatus",
    "AdminService/SetLearningMode",
    "AdminService/MintGuestToken",
    "AdminService/Backdoor",
];

/// Noise; or a sound request that breaks off, or has some bits turned.
fn bytes(call: &str, rng: &mut SplitMix64) -> Vec<u8> {
    let sound = match call {
        "DecisionService/DecideOffers" => ask("ana").encode_to_vec(),
        "EventService/WriteEvents" => {
            let events = vec![view("ana", "garbled"); 3];
            v1::WriteEventsRequest { events, ..Default::default() }.encode_to_vec()
        }
        _ => (0..rng.below(300)).map(|_| u8::try_from(rng.next_u64() & 0xff).unwrap()).collect(),
    };
    let mut bytes = sound;
    if rng.chance(0.5) {
        bytes.truncate(rng.below(bytes.len() + 1));
    } else if !bytes.is_empty() {
        for _ in 0..=rng.below(8) {
            let at = rng.below(bytes.len());
            bytes[at] ^= 1 << rng.below(8);
        }
    }
    if rng.chance(0.01) {
        bytes.resize(300_000, 0x0a);
    }
    bytes
}

async fn send(client: &TestClient, path: &str, bytes: Vec<u8>) -> Result<(), Status> {
    let mut grpc = Grpc::new(client.connection()).max_decoding_message_size(64 << 20);
    grpc.ready().await.map_err(|_| Status::unavailable("not ready"))?;
    grpc.unary(Request::new(bytes), PathAndQuery::try_from(path).unwrap(), RawCodec).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbled_bytes_to_every_call_do_no_harm() {
    let service = TestService::empty(|config| config.server.max_guest_calls = 0);
    let client = service.client("all");
    client.publish(&world::text(20)).await.unwrap();
    let kept = view("ana", "kept");
    let place = client.write(vec![kept.clone()]).await.unwrap().results[0].sequence;
    let browser = service.browser("ana").await;
    let mut rng = SplitMix64::new(3_000);
    let mut refused = 0;
    let blamed = faults(&service);
    for round in 0..REQUESTS {
        let call = CALLS[round % CALLS.len()];
        let bytes = bytes(call, &mut rng);
        let sender = if (round / CALLS.len()).is_multiple_of(3) { &browser } else { &client };
        let told = send(sender, &format!("/concierge.v1.{call}"), bytes).await;
        refused += usize::from(told.is_err());
        let is_unknown = call == "AdminService/Backdoor";
        let code = told.as_ref().map_err(Status::code);
        assert!(!is_unknown || code == Err(Code::Unimplemented), "{call}: {told:?}");
        judge(round, &Attack { field: "", may_pass: true, told });
    }
    assert!(refused > REQUESTS / 2, "most of it is no request: {refused}");
    is_none_the_worse(&service, &client, (&kept, place), &blamed).await;
}

/// What comes in a stream is judged like what comes by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbled_bytes_in_a_stream_are_the_callers_fault() {
    let service = TestService::empty(|_| {});
    let client = service.client("all");
    client.publish(&world::text(20)).await.unwrap();
    let mut rng = SplitMix64::new(300);
    for round in 0..300 {
        let noise = bytes("EventService/StreamEvents", &mut rng);
        let told = send(&client, "/concierge.v1.EventService/StreamEvents", noise).await;
        judge(round, &Attack { field: "", may_pass: true, told });
    }
}
