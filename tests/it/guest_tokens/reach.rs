//! Whom and what a token reaches: one guest, and what it was minted for.

use concierge::api::v1;
use concierge::api::v1::EventType as Kind;
use tonic::{Code, Status};

use crate::support::{TestClient, TestService, code_and_fields, decide};

use super::{LISBON, denied, for_guest, page, reason, said, told, with_token};

/// Every call that a guest token may make of a guest by name.
async fn about(client: &TestClient, name: &str) -> Vec<Result<(), Status>> {
    let mut refused = Vec::new();
    use v1::decide_offers_request::Subject;
    let asked = v1::DecideOffersRequest {
        subject: Some(Subject::Guest(name.into())),
        ..page("portal.hero")
    };
    refused.push(client.decide(asked).await.map(drop));
    let mut guests = client.guests();
    let question = v1::NextSurveyQuestionRequest { guest: name.into(), ..Default::default() };
    refused.push(guests.next_survey_question(question).await.map(drop));
    let profile = format!("{name}/preferenceProfile");
    let request = v1::GetPreferenceProfileRequest { name: profile.clone() };
    refused.push(guests.get_preference_profile(request).await.map(drop));
    let stated = v1::GuestPreference {
        dimension: "diet".into(),
        value: "vegan".into(),
        level: v1::PreferenceLevel::Preferred.into(),
        ..Default::default()
    };
    let profile = v1::PreferenceProfile {
        name: profile,
        stated_preferences: vec![stated],
        ..Default::default()
    };
    let request = v1::UpdatePreferenceProfileRequest {
        preference_profile: Some(profile),
        allow_missing: true,
        ..Default::default()
    };
    refused.push(guests.update_preference_profile(request).await.map(drop));
    let consent = format!("{name}/consent");
    let request = v1::GetConsentRequest { name: consent.clone(), include_history: false };
    refused.push(guests.get_consent(request).await.map(drop));
    let record = v1::ConsentRecord {
        purpose: v1::Purpose::Marketing.into(),
        state: v1::ConsentState::Withdrawn.into(),
        ..Default::default()
    };
    let request =
        v1::UpdateConsentRequest { name: consent, records: vec![record], ..Default::default() };
    refused.push(guests.update_consent(request).await.map(drop));
    refused
}

/// Every open call about somebody else: one answer, whether or not there is such a guest or brand.
#[tokio::test]
async fn another_guest_is_out_of_reach_and_nobody_learns_whether_there_is_one() {
    let service = TestService::start().await;
    let all = service.client("all");
    all.opt_in("bea").await;
    let hers = all.decide(decide("bea", "portal.hero")).await.unwrap();
    let ana = service.browser("ana").await;
    let mut refused = Vec::new();
    for name in [
        "brands/demo/guests/bea",
        "brands/demo/guests/nobody",
        "brands/demo/guests/anonymous:c",
        "brands/other/guests/ana",
        "brands/other/guests/me",
        "brands/nowhere/guests/ana",
    ] {
        refused.extend(about(&ana, name).await);
        let event = v1::Event {
            subject: Some(v1::event::Subject::Guest(name.into())),
            ..said(&hers, "e", Kind::Click)
        };
        assert_eq!(told(&ana, vec![event]).await, [denied("")], "{name}");
    }
    let messages: Vec<_> = refused.iter().map(|told| told.as_ref().unwrap_err()).collect();
    for status in &messages {
        assert_eq!(
            (status.code(), status.message()),
            (Code::PermissionDenied, messages[0].message())
        );
    }
    assert_eq!(messages.len(), 36);

    // Her decision is as unknown as one that never was, with its token or without.
    let unknown = format!("{LISBON}/decisions/{}", "0".repeat(32));
    let mut found = Vec::new();
    for (name, token) in [
        (&hers.decision, hers.attribution_token.clone()),
        (&hers.decision, String::new()),
        (&unknown, String::new()),
    ] {
        let (name, attribution_token) = (name.clone(), token);
        let request = v1::ActivateDecisionRequest { name, attribution_token, ..Default::default() };
        found.push(ana.decisions().activate_decision(request).await.unwrap_err());
    }
    for status in &found {
        assert_eq!((status.code(), status.message()), (Code::NotFound, found[2].message()));
    }
}

#[tokio::test]
async fn a_person_without_a_name_has_a_token_too() {
    let service = TestService::start().await;
    use v1::mint_guest_token_request::Subject;
    let anonymous = v1::MintGuestTokenRequest {
        subject: Some(Subject::AnonymousId("c-7".into())),
        ..for_guest("")
    };
    let visitor = with_token(&service, anonymous).await;
    use v1::decide_offers_request::Subject as Who;
    for (id, expected) in [("c-7", Ok(())), ("c-8", Err(Code::PermissionDenied))] {
        let asked = v1::DecideOffersRequest {
            subject: Some(Who::AnonymousId(id.into())),
            ..page("portal.hero")
        };
        assert_eq!(visitor.decide(asked).await.map(drop).map_err(|s| s.code()), expected);
    }
}

#[tokio::test]
async fn a_token_fills_placements_of_pages_and_no_more_than_it_was_minted_for() {
    let service = TestService::start().await;
    let ana = service.browser("ana").await;
    for placement in ["portal.hero", "booking.upsell", "app.home"] {
        ana.decide(page(placement)).await.unwrap();
    }
    let narrow = v1::MintGuestTokenRequest {
        placement_ids: vec!["portal.hero".into(), "frontdesk.prompt".into()],
        properties: vec![LISBON.into()],
        reservation_id: "R-1".into(),
        ..for_guest("ana")
    };
    let narrow = with_token(&service, narrow).await;
    narrow.decide(page("portal.hero")).await.unwrap();
    for (client, placement) in [
        (&ana, "frontdesk.prompt"),
        (&ana, "prearrival.email"),
        (&ana, "no.such"),
        (&narrow, "app.home"),
        (&narrow, "frontdesk.prompt"),
    ] {
        let (code, fields) = code_and_fields(client.decide(page(placement)).await);
        assert_eq!(code, Code::NotFound, "{placement}");
        assert_eq!(fields, ["placement_requests[0].placement_id"]);
    }
    let elsewhere = |request: v1::DecideOffersRequest| v1::DecideOffersRequest {
        property: "brands/demo/properties/macau-lotus".into(),
        ..request
    };
    ana.decide(elsewhere(page("portal.hero"))).await.unwrap();
    let refused = narrow.decide(elsewhere(page("portal.hero"))).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let about = |reservation: &str, channel: v1::Channel| v1::DecideOffersRequest {
        context: Some(v1::DecisionContext {
            reservation_id: reservation.into(),
            current_channel: channel.into(),
            ..Default::default()
        }),
        ..page("portal.hero")
    };
    let web = v1::Channel::Web;
    narrow.decide(about("R-1", web)).await.unwrap();
    for (client, asked) in [
        (&narrow, about("R-2", web)),
        (&ana, about("R-1", web)),
        (&ana, about("", v1::Channel::FrontDesk)),
    ] {
        assert_eq!(client.decide(asked).await.unwrap_err().code(), Code::PermissionDenied);
    }
    // A decision made with the token is about its reservation without a word.
    let made = narrow.decide(page("portal.hero")).await.unwrap();
    let get = v1::GetDecisionRequest { name: made.decision, view: 0 };
    let kept = service.client("all").decisions().get_decision(get).await.unwrap().into_inner();
    let context = kept.decision.unwrap().context.unwrap_or_default();
    assert!(context.reservation_id.is_empty() || context.reservation_id == "R-1", "{context:?}");
}

/// Reflection tells what calls there are: not to a browser.
#[tokio::test]
async fn a_browser_asks_no_description_of_the_calls() {
    use tonic::client::Grpc;
    let service = TestService::start().await;
    let ana = service.browser("ana").await;
    for version in ["v1", "v1alpha"] {
        let path = format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        let mut grpc = Grpc::new(ana.connection());
        grpc.ready().await.unwrap();
        let path = http::uri::PathAndQuery::try_from(path).unwrap();
        type Codec = tonic_prost::ProstCodec<v1::Identity, v1::Identity>;
        let request = tonic::Request::new(v1::Identity::default());
        let refused = grpc.unary(request, path, Codec::default()).await.unwrap_err();
        assert_eq!((refused.code(), &*reason(&refused)), (Code::PermissionDenied, "GUEST_TOKEN"));
    }
}
