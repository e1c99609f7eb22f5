//! Who may call what: every call of the API with every kind of credential, and nothing told about
//! other brands.

use concierge::api::{FILE_DESCRIPTOR_SET, v1};
use concierge::domain::scope::Right;
use http::uri::PathAndQuery;
use prost::Message;
use tonic::client::Grpc;
use tonic::{Code, Request, Status};

use crate::support::{self, TestClient, TestService, event};

/// Every call of the API, by path, from its own description.
fn calls() -> Vec<String> {
    let set = prost_types::FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap();
    let ours = set.file.iter().filter(|file| file.package() == "concierge.v1");
    let services = ours.flat_map(|file| &file.service);
    let paths = services.flat_map(|service| {
        service
            .method
            .iter()
            .map(|method| format!("/concierge.v1.{}/{}", service.name(), method.name()))
    });
    paths.collect()
}

/// Makes a call with an empty request, whatever it is.
async fn call(client: &TestClient, path: &str) -> Result<(), Status> {
    // Every request of the API reads as this one when it is empty.
    type Codec = tonic_prost::ProstCodec<v1::GetServerStatusRequest, v1::GetServerStatusRequest>;
    let mut grpc = Grpc::new(client.connection());
    grpc.ready().await.map_err(|_| Status::unavailable("not ready"))?;
    let path = PathAndQuery::try_from(path).unwrap();
    let request = Request::new(v1::GetServerStatusRequest {});
    grpc.unary(request, path, Codec::default()).await.map(drop)
}

/// T61: every call × every kind of credential.
#[tokio::test]
async fn every_call_refuses_those_who_may_not_make_it() {
    let service = TestService::start().await;
    let paths = calls();
    assert!(paths.len() >= 25);
    let wrong_secret = format!("ck_all_{}", "0".repeat(64));
    let strangers = [
        service.client_with_key(None),
        service.client_with_key(Some("garbage")),
        service.client_with_key(Some("ck_nobody_00")),
        service.client_with_key(Some(&wrong_secret)),
        service.client("ended"),
    ];
    for path in &paths {
        for stranger in &strangers {
            let refused = call(stranger, path).await.unwrap_err();
            assert_eq!(refused.code(), Code::Unauthenticated, "{path}");
            assert_eq!(
                refused.message(),
                call(&strangers[0], path).await.unwrap_err().message(),
                "one text for all"
            );
        }
        let mut allowed = Vec::new();
        for right in Right::ALL {
            let answer = call(&service.client(&format!("only-{}", right.name())), path).await;
            // An empty request is refused further in, but for status.
            match answer.map_err(|status| status.code()) {
                Err(Code::PermissionDenied) => {}
                Ok(()) | Err(Code::InvalidArgument | Code::Unimplemented) => {
                    allowed.push(right.name())
                }
                Err(other) => panic!("{path} with {}: {other:?}", right.name()),
            }
        }
        assert_eq!(allowed.len(), 1, "{path} takes {allowed:?}");
    }
}

/// Refused before a byte of the request is read: a body that is no message changes nothing.
#[tokio::test]
async fn strangers_are_refused_before_their_request_is_read() {
    let service = TestService::start().await;
    let stranger = service.client_with_key(None);
    // One field that ends in the middle of its length.
    let broken = v1::Identity { namespace: "x".repeat(300), id: String::new() };
    type Codec = tonic_prost::ProstCodec<v1::Identity, v1::Identity>;
    for (client, code) in
        [(stranger, Code::Unauthenticated), (service.client("all"), Code::InvalidArgument)]
    {
        let mut grpc = Grpc::new(client.connection());
        grpc.ready().await.unwrap();
        let path = PathAndQuery::from_static("/concierge.v1.DecisionService/DecideOffers");
        let refused =
            grpc.unary(Request::new(broken.clone()), path, Codec::default()).await.unwrap_err();
        assert_eq!(refused.code(), code, "{refused:?}");
    }
}

#[tokio::test]
async fn health_needs_no_credential_and_reflection_does() {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_client::HealthClient;
    let service = TestService::start().await;
    let stranger = service.client_with_key(None);
    for name in ["", "concierge.v1.DecisionService"] {
        let request = HealthCheckRequest { service: name.into() };
        let answer =
            HealthClient::new(stranger.connection()).check(request).await.unwrap().into_inner();
        assert_eq!(answer.status, 1, "serving");
    }
    let reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    assert_eq!(call(&stranger, reflection).await.unwrap_err().code(), Code::Unauthenticated);
    assert_ne!(
        call(&service.client("portal"), reflection).await.map_err(|s| s.code()),
        Err(Code::Unauthenticated)
    );
    let unknown = "/concierge.v1.DecisionService/DropEverything";
    assert_eq!(
        call(&service.client("all"), unknown).await.unwrap_err().code(),
        Code::Unimplemented
    );
}

/// T63: another brand's guest, decision or property is refused in the same words whether or not it
/// exists.
#[tokio::test]
async fn another_brand_learns_nothing_of_what_exists() {
    let service = TestService::start().await;
    let ours = service.client("all");
    ours.write(vec![event("ana", "e1", v1::EventType::View)]).await.unwrap();
    let decided = ours.decide(support::decide("ana", "portal.hero")).await.unwrap();
    let theirs = service.client("other");

    let mut told = Vec::new();
    for guest in ["ana", "nobody"] {
        let request = v1::GetGuestRequest { name: format!("brands/demo/guests/{guest}") };
        told.push(theirs.guests().get_guest(request).await.unwrap_err());
        told.push(theirs.decide(support::decide(guest, "portal.hero")).await.unwrap_err());
        let request = v1::GetConsentRequest {
            name: format!("brands/demo/guests/{guest}/consent"),
            include_history: true,
        };
        told.push(theirs.guests().get_consent(request).await.unwrap_err());
    }
    let unknown = decided.decision.rsplit_once('/').unwrap().0.to_owned() + "/" + &"0".repeat(32);
    for name in [decided.decision.clone(), unknown.clone()] {
        told.push(
            theirs
                .decisions()
                .get_decision(v1::GetDecisionRequest { name, view: 0 })
                .await
                .unwrap_err(),
        );
    }
    for status in &told {
        assert_eq!((status.code(), status.message()), (Code::PermissionDenied, told[0].message()));
    }
    // In their own brand's words the decision is as unknown as one that never was.
    let disguise = |name: &str| name.replace("brands/demo", "brands/other");
    let mut found = Vec::new();
    for name in [disguise(&decided.decision), disguise(&unknown)] {
        found.push(
            theirs
                .decisions()
                .get_decision(v1::GetDecisionRequest { name, view: 0 })
                .await
                .unwrap_err(),
        );
    }
    assert_eq!((found[0].code(), found[0].message()), (Code::NotFound, found[1].message()));
    assert_eq!(found[1].code(), Code::NotFound);
}

#[tokio::test]
async fn a_credential_of_one_hotel_reaches_no_other() {
    let service = TestService::start().await;
    let lisbon = service.client("lisbon");
    lisbon.decide(support::decide("ana", "portal.hero")).await.unwrap();
    let elsewhere = |property: &str| v1::DecideOffersRequest {
        property: format!("brands/demo/properties/{property}"),
        ..support::decide("ana", "portal.hero")
    };
    let refused = lisbon.decide(elsewhere("macau-lotus")).await.unwrap_err();
    let unknown = lisbon.decide(elsewhere("atlantis")).await.unwrap_err();
    assert_eq!((refused.code(), refused.message()), (Code::PermissionDenied, unknown.message()));

    let there = service.client("all").decide(elsewhere("macau-lotus")).await.unwrap();
    let get = v1::GetDecisionRequest { name: there.decision, view: 0 };
    assert_eq!(
        lisbon.decisions().get_decision(get).await.unwrap_err().code(),
        Code::PermissionDenied
    );
}
