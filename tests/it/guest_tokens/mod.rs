//! A browser acts for one guest: what its token may do, whom it reaches, and when it ends. What it
//! sees of answers is walked in `gateway::seen`.

mod ends;
mod events;
mod reach;

use std::time::Duration;

use concierge::api::v1;
use concierge::api::v1::EventType as Kind;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::{TestClient, TestService, at, code_and_fields, decide, event};

const LISBON: &str = "brands/demo/properties/lisbon-baixa";

fn for_guest(guest: &str) -> v1::MintGuestTokenRequest {
    use v1::mint_guest_token_request::Subject;
    let subject = Some(Subject::Guest(format!("brands/demo/guests/{guest}")));
    v1::MintGuestTokenRequest { brand: "brands/demo".into(), subject, ..Default::default() }
}

async fn mint(
    client: &TestClient,
    request: v1::MintGuestTokenRequest,
) -> Result<v1::MintGuestTokenResponse, Status> {
    client.admin().mint_guest_token(request).await.map(tonic::Response::into_inner)
}

async fn with_token(service: &TestService, request: v1::MintGuestTokenRequest) -> TestClient {
    let minted = mint(&service.client("web"), request).await.unwrap();
    service.client_with_key(Some(&minted.token))
}

/// What a page asks: nobody is named.
fn page(placement: &str) -> v1::DecideOffersRequest {
    v1::DecideOffersRequest { subject: None, ..decide("", placement) }
}

/// What a page says of the first offer of a decision.
fn said(decided: &v1::DecideOffersResponse, id: &str, kind: Kind) -> v1::Event {
    let proposition = &decided.propositions[0];
    v1::Event {
        subject: None,
        source: String::new(),
        attribution_token: decided.attribution_token.clone(),
        offer_id: proposition.offers[0].offer_id.clone(),
        placement_id: proposition.placement_id.clone(),
        slot: 1,
        ..event("", id, kind)
    }
}

/// The code of each event that was refused, with its field.
async fn told(client: &TestClient, events: Vec<v1::Event>) -> Vec<Option<(i32, String)>> {
    let written = client.write(events).await.unwrap();
    let errors = written.results.into_iter().map(|result| result.error.map(|e| (e.code, e.field)));
    errors.collect()
}

fn denied(field: &str) -> Option<(i32, String)> {
    Some((v1::EventErrorCode::PermissionDenied.into(), field.to_owned()))
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

async fn timeline(client: &TestClient, guest: &str) -> Vec<v1::Event> {
    let request = v1::ListGuestTimelineRequest {
        parent: format!("brands/demo/guests/{guest}"),
        oldest_first: true,
        ..Default::default()
    };
    let entries = client.guests().list_guest_timeline(request).await.unwrap().into_inner().entries;
    let events = entries.into_iter().filter_map(|entry| match entry.entry {
        Some(v1::timeline_entry::Entry::Event(event)) => Some(event),
        _ => None,
    });
    events.collect()
}

/// The story of a page: it shows, the guest looks and says no, and the back end knows all of it.
#[tokio::test]
async fn what_a_page_says_is_the_guests_and_counts() {
    let service = TestService::start().await;
    let minted = mint(&service.client("web"), for_guest("ana")).await.unwrap();
    assert_eq!(minted.guest, "brands/demo/guests/ana");
    assert_eq!(minted.expire_time, Some(at(900)), "15 minutes, where nothing is said");
    assert!(minted.token.starts_with("gt_") && minted.token.len() < 200, "{}", minted.token);
    let page_of_ana = service.client_with_key(Some(&minted.token));
    let back_end = service.client("all");
    back_end.opt_in("ana").await;

    let deferred = v1::DecideOffersRequest { defer_activation: true, ..page("portal.hero") };
    let decided = page_of_ana.decide(deferred).await.unwrap();
    let (name, attribution_token) = (decided.decision.clone(), decided.attribution_token.clone());
    let shown = v1::ActivateDecisionRequest { name, attribution_token, ..Default::default() };
    let state = page_of_ana.decisions().activate_decision(shown).await.unwrap().into_inner().state;
    assert_eq!(state, i32::from(v1::DecisionState::Activated));
    let survey = v1::Event {
        survey_answer: Some(v1::SurveyAnswer {
            question_id: "diet".into(),
            value: 1.0,
            tags: vec!["spa".into()],
            ..Default::default()
        }),
        attribution_token: String::new(),
        offer_id: String::new(),
        slot: 0,
        ..said(&decided, "e4", Kind::Survey)
    };
    let events = vec![
        said(&decided, "e1", Kind::Impression),
        said(&decided, "e2", Kind::Click),
        said(&decided, "e3", Kind::Decline),
        survey,
    ];
    assert_eq!(told(&page_of_ana, events.clone()).await, vec![None; 4]);
    let again = page_of_ana.write(events).await.unwrap();
    assert!(again.results.iter().all(|result| result.duplicate), "a repetition changes nothing");

    let known = timeline(&back_end, "ana").await;
    let kinds: Vec<Kind> = known.iter().map(v1::Event::event_type).collect();
    assert_eq!(kinds, [Kind::Impression, Kind::Click, Kind::Decline, Kind::Survey]);
    assert!(known.iter().all(|event| event.source.starts_with("web:")), "{known:?}");
    assert_eq!(known[2].decision, decided.decision, "it counts for its decision");
    // What was declined is not proposed again.
    let next = page_of_ana.decide(page("portal.hero")).await.unwrap();
    let declined = &decided.propositions[0].offers[0].offer_id;
    assert!(next.propositions[0].offers.iter().all(|offer| offer.offer_id != *declined));
}

#[tokio::test]
async fn a_guest_says_for_themselves_what_they_like_and_agree_to() {
    let service = TestService::start().await;
    let ana = service.browser("ana").await;
    let record = |basis: v1::ConsentBasis| v1::UpdateConsentRequest {
        name: "brands/demo/guests/me/consent".into(),
        records: vec![v1::ConsentRecord {
            purpose: v1::Purpose::Profiling.into(),
            state: v1::ConsentState::Granted.into(),
            basis: basis.into(),
            text_version: "2026-01".into(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let mut guests = ana.guests();
    let agreed = guests.update_consent(record(v1::ConsentBasis::Consent)).await.unwrap();
    let consent = agreed.into_inner().consent.unwrap();
    assert_eq!(consent.name, "brands/demo/guests/me/consent");
    assert_eq!(consent.current_records[0].state(), v1::ConsentState::Granted);
    let interest = guests.update_consent(record(v1::ConsentBasis::LegitimateInterest)).await;
    let (code, fields) = code_and_fields(interest);
    assert_eq!((code, fields), (Code::PermissionDenied, vec!["records[0].basis".to_owned()]));

    let stated = |origin: v1::PreferenceOrigin| v1::UpdatePreferenceProfileRequest {
        preference_profile: Some(v1::PreferenceProfile {
            name: "brands/demo/guests/ana/preferenceProfile".into(),
            stated_preferences: vec![v1::GuestPreference {
                dimension: "diet".into(),
                value: "vegan".into(),
                level: v1::PreferenceLevel::Preferred.into(),
                origin: origin.into(),
                ..Default::default()
            }],
            ..Default::default()
        }),
        ..Default::default()
    };
    guests.update_preference_profile(stated(v1::PreferenceOrigin::Stated)).await.unwrap();
    let staff = guests.update_preference_profile(stated(v1::PreferenceOrigin::Staff)).await;
    let (code, fields) = code_and_fields(staff);
    assert_eq!(code, Code::PermissionDenied);
    assert_eq!(fields, ["preference_profile.stated_preferences[0].origin"]);
    let name = "brands/demo/guests/me/preferenceProfile".to_owned();
    let request = v1::GetPreferenceProfileRequest { name: name.clone() };
    let known = guests.get_preference_profile(request).await.unwrap().into_inner();
    let known = known.preference_profile.unwrap();
    assert_eq!((known.name, known.stated_preferences.len()), (name, 1));
    // With a key, `me` is a guest like any other.
    let all = service.client("all");
    let request = v1::GetGuestRequest { name: "brands/demo/guests/me".into() };
    assert_eq!(all.guests().get_guest(request).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn minting_is_refused_by_field_and_to_those_who_may_not() {
    let service = TestService::start().await;
    let (web, lisbon) = (service.client("web"), service.client("lisbon"));
    let lasting = |seconds, nanos| v1::MintGuestTokenRequest {
        ttl: Some(prost_types::Duration { seconds, nanos }),
        ..for_guest("ana")
    };
    for wrong in [(0, 0), (-1, 0), (3_600, 1), (i64::MAX, 0), (0, 999_999_999), (1, -5)] {
        let (code, fields) = code_and_fields(mint(&web, lasting(wrong.0, wrong.1)).await);
        assert_eq!((code, fields), (Code::InvalidArgument, vec!["ttl".to_owned()]), "{wrong:?}");
    }
    mint(&web, lasting(3_600, 0)).await.unwrap();
    let nobody = v1::MintGuestTokenRequest { subject: None, ..for_guest("") };
    assert_eq!(code_and_fields(mint(&web, nobody).await).1, ["guest"]);
    let many = v1::MintGuestTokenRequest {
        placement_ids: vec!["p".into(); 17],
        properties: vec!["?".into()],
        ..for_guest("ana")
    };
    assert_eq!(code_and_fields(mint(&web, many).await).1, ["properties[0]", "placement_ids"]);
    let far = v1::MintGuestTokenRequest {
        properties: vec!["brands/demo/properties/macau-lotus".into()],
        ..for_guest("ana")
    };
    assert_eq!(mint(&lisbon, far).await.unwrap_err().code(), Code::PermissionDenied);
    let other = v1::MintGuestTokenRequest { brand: "brands/other".into(), ..for_guest("ana") };
    assert_eq!(mint(&web, other).await.unwrap_err().code(), Code::PermissionDenied);
    for may_not in [service.client("portal"), service.browser("ana").await] {
        let refused = mint(&may_not, for_guest("ana")).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied);
    }
    // A token of a minter with less rights has less.
    let token = mint(&service.client("only-tokens.mint"), for_guest("ana")).await.unwrap().token;
    let poor = service.client_with_key(Some(&token));
    let refused = poor.decide(page("portal.hero")).await.unwrap_err();
    assert_eq!((refused.code(), &*reason(&refused)), (Code::PermissionDenied, "RIGHT_MISSING"));
}

#[tokio::test]
async fn a_page_that_runs_in_circles_is_stopped_and_its_guest_alone() {
    let service = TestService::start_with(|config| config.server.max_guest_calls = 5).await;
    let (ana, bea) = (service.browser("ana").await, service.browser("bea").await);
    let again = service.browser("ana").await;
    for client in [&ana, &ana, &ana, &again, &again] {
        client.decide(page("portal.hero")).await.unwrap();
    }
    for client in [&ana, &again] {
        let refused = client.decide(page("portal.hero")).await.unwrap_err();
        let told = (refused.code(), reason(&refused));
        assert_eq!(told, (Code::ResourceExhausted, "GUEST_TOO_FAST".to_owned()));
    }
    bea.decide(page("portal.hero")).await.unwrap();
    service.client("web").decide(decide("ana", "portal.hero")).await.unwrap();
    service.clock.advance(Duration::from_secs(60));
    ana.decide(page("portal.hero")).await.unwrap();
}
