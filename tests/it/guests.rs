//! What is kept of a guest, over gRPC: facts, consents, preferences; who may change them, and on
//! what condition.

use concierge::api::v1;
use tonic::{Code, Response};

use crate::support::{TestClient, TestService, at, code_and_fields, decide, event};

fn ana() -> v1::Guest {
    v1::Guest {
        name: "brands/demo/guests/ana".into(),
        display_name: "Ana".into(),
        locale: "pt-PT".into(),
        country_code: "PT".into(),
        home_time_zone: "Europe/Lisbon".into(),
        contact_points: vec![v1::ContactPoint {
            contact_point_id: "home".into(),
            channel: v1::Channel::Email.into(),
            address: "ana@example.com".into(),
            state: v1::ContactPointState::Verified.into(),
            ..Default::default()
        }],
        attributes: [("pillow".to_owned(), "soft".to_owned())].into(),
        ..Default::default()
    }
}

async fn update(
    client: &TestClient,
    request: v1::UpdateGuestRequest,
) -> Result<v1::UpdateGuestResponse, tonic::Status> {
    client.guests().update_guest(request).await.map(Response::into_inner)
}

async fn get(client: &TestClient) -> Result<v1::Guest, tonic::Status> {
    let request = v1::GetGuestRequest { name: ana().name };
    client
        .guests()
        .get_guest(request)
        .await
        .map(|response| response.into_inner().guest.expect("a guest"))
}

fn mask(paths: &[&str]) -> Option<prost_types::FieldMask> {
    Some(prost_types::FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() })
}

/// What spoils a guest, and how that is answered.
type Spoiled = (fn(&mut v1::Guest), Code, &'static str);

#[tokio::test]
async fn a_guest_is_made_on_purpose_and_read_back() {
    let service = TestService::start().await;
    let client = service.client("all");
    assert_eq!(get(&client).await.unwrap_err().code(), Code::NotFound);
    let make = v1::UpdateGuestRequest { guest: Some(ana()), ..Default::default() };
    assert_eq!(update(&client, make.clone()).await.unwrap_err().code(), Code::NotFound);
    let made = update(&client, v1::UpdateGuestRequest { allow_missing: true, ..make.clone() })
        .await
        .unwrap();
    assert!(made.sequence > 0 && service.committed() >= made.sequence);
    let known = get(&client).await.unwrap();
    let [point] = known.contact_points.as_slice() else { panic!("{known:?}") };
    assert_eq!(
        (point.contact_point_id.as_str(), point.address.as_str()),
        ("home", "ana@example.com")
    );
    assert_eq!(point.masked_address, "a***@example.com");
    assert_eq!((known.display_name, known.attributes), (ana().display_name, ana().attributes));
    assert_eq!(update(&client, make).await.unwrap().sequence, 0, "nothing new, nothing written");
}

#[tokio::test]
async fn a_mask_says_what_changes_and_an_etag_on_what_condition() {
    let service = TestService::start().await;
    let client = service.client("all");
    let make =
        v1::UpdateGuestRequest { guest: Some(ana()), allow_missing: true, ..Default::default() };
    let etag = update(&client, make).await.unwrap().guest.unwrap().etag;
    let name = ana().name;
    let only = v1::Guest {
        name: name.clone(),
        locale: "en".into(),
        display_name: "X".into(),
        etag,
        ..Default::default()
    };
    let change = v1::UpdateGuestRequest {
        guest: Some(only),
        update_mask: mask(&["locale", "attributes"]),
        ..Default::default()
    };
    let changed = update(&client, change.clone()).await.unwrap().guest.unwrap();
    assert_eq!((changed.locale.as_str(), changed.display_name.as_str()), ("en", "Ana"));
    assert!(changed.attributes.is_empty() && changed.contact_points.len() == 1);
    let late = update(&client, change).await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition, "the etag was read before the change");
    let bare = v1::Guest { name, ..Default::default() };
    let clear = v1::UpdateGuestRequest {
        guest: Some(bare),
        update_mask: mask(&["*"]),
        ..Default::default()
    };
    let cleared = update(&client, clear).await.unwrap().guest.unwrap();
    assert!(cleared.locale.is_empty() && cleared.contact_points.is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_a_guest_is_told_by_field() {
    let service = TestService::start().await;
    let client = service.client("all");
    let send = async |change: fn(&mut v1::Guest), paths: &[&str]| {
        let mut guest = ana();
        change(&mut guest);
        let update_mask = if paths.is_empty() { None } else { mask(paths) };
        let request = v1::UpdateGuestRequest {
            guest: Some(guest),
            update_mask,
            allow_missing: true,
            ..Default::default()
        };
        code_and_fields(update(&client, request).await)
    };
    let rows: &[Spoiled] = &[
        (
            |g| g.home_time_zone = "Europe/Atlantis".into(),
            Code::InvalidArgument,
            "guest.home_time_zone",
        ),
        (|g| g.country_code = "Portugal".into(), Code::InvalidArgument, "guest.country_code"),
        (
            |g| g.display_name = "4111 1111 1111 1111".into(),
            Code::InvalidArgument,
            "guest.display_name",
        ),
        (
            |g| g.contact_points[0].channel = 0,
            Code::InvalidArgument,
            "guest.contact_points[0].channel",
        ),
        (
            |g| g.contact_points[0].address.clear(),
            Code::InvalidArgument,
            "guest.contact_points[0].address",
        ),
        (
            |g| g.contact_points.push(g.contact_points[0].clone()),
            Code::InvalidArgument,
            "guest.contact_points[1].contact_point_id",
        ),
        (
            |g| g.loyalty = Some(v1::LoyaltyMembership::default()),
            Code::InvalidArgument,
            "guest.loyalty.tier_id",
        ),
        (
            |g| g.contact_points[0].is_preferred = true,
            Code::Unimplemented,
            "guest.contact_points[0].is_preferred",
        ),
    ];
    for (change, code, field) in rows {
        assert_eq!(send(*change, &[]).await, (*code, vec![(*field).to_owned()]));
    }
    for path in ["statistics", "name", "attributes.pillow", "nonsense"] {
        assert_eq!(
            send(|_| {}, &[path]).await,
            (Code::InvalidArgument, vec!["update_mask".into()]),
            "{path}"
        );
    }
}

#[tokio::test]
async fn consents_hold_at_once_and_leave_a_history() {
    let service = TestService::start().await;
    let client = service.client("all");
    client.opt_in("ana").await;
    assert!(!client.decide(decide("ana", "portal.hero")).await.unwrap().is_non_personalized);
    let name = "brands/demo/guests/ana/consent".to_owned();
    let record = v1::ConsentRecord {
        purpose: v1::Purpose::Profiling.into(),
        state: v1::ConsentState::Withdrawn.into(),
        source: "call".into(),
        ..Default::default()
    };
    service.clock.advance(std::time::Duration::from_secs(60));
    let records = vec![record.clone()];
    let withdraw = v1::UpdateConsentRequest { name: name.clone(), records, ..Default::default() };
    client.guests().update_consent(withdraw).await.unwrap();
    assert!(client.decide(decide("ana", "portal.hero")).await.unwrap().is_non_personalized);

    let read = v1::GetConsentRequest { name: name.clone(), include_history: true };
    let consent = client.guests().get_consent(read).await.unwrap().into_inner().consent.unwrap();
    let profiling = |records: &[v1::ConsentRecord]| -> Vec<i32> {
        records
            .iter()
            .filter(|r| r.purpose == v1::Purpose::Profiling as i32)
            .map(|r| r.state)
            .collect()
    };
    assert_eq!(profiling(&consent.current_records), [v1::ConsentState::Withdrawn as i32]);
    let (withdrawn, granted) =
        (v1::ConsentState::Withdrawn as i32, v1::ConsentState::Granted as i32);
    assert_eq!(profiling(&consent.history_records), [withdrawn, granted], "newest first");
    assert!(consent.history_records.iter().all(|record| record.sequence > 0));

    let bad = v1::ConsentRecord {
        state: granted,
        consent_time: Some(at(9_999)),
        expire_time: None,
        ..record
    };
    let request =
        v1::UpdateConsentRequest { name, records: vec![bad.clone(), bad], ..Default::default() };
    let (code, fields) = code_and_fields(client.guests().update_consent(request).await);
    assert_eq!(code, Code::InvalidArgument);
    for field in ["records[0].consent_time", "records[0].basis", "records[1].purpose"] {
        assert!(fields.iter().any(|told| told == field), "{field} is not in {fields:?}");
    }
    let stranger = v1::GetConsentRequest {
        name: "brands/demo/guests/nobody/consent".into(),
        include_history: false,
    };
    let nothing =
        client.guests().get_consent(stranger).await.unwrap().into_inner().consent.unwrap();
    assert!(
        nothing.current_records.is_empty(),
        "a guest that is not known has none, and that is no error"
    );
}

#[tokio::test]
async fn stated_preferences_are_kept_and_read_back() {
    let service = TestService::start().await;
    let client = service.client("all");
    let name = "brands/demo/guests/ana/preferenceProfile".to_owned();
    let stated = |dimension: &str, value: &str, level: v1::PreferenceLevel| v1::GuestPreference {
        dimension: dimension.into(),
        value: value.into(),
        level: level.into(),
        ..Default::default()
    };
    let update = |stated_preferences| v1::UpdatePreferenceProfileRequest {
        preference_profile: Some(v1::PreferenceProfile {
            name: name.clone(),
            stated_preferences,
            ..Default::default()
        }),
        allow_missing: true,
        ..Default::default()
    };
    let both = vec![
        stated("bedding", "king", v1::PreferenceLevel::Preferred),
        stated("tag", "seafood", v1::PreferenceLevel::Unacceptable),
    ];
    client.guests().update_preference_profile(update(both)).await.unwrap();
    let again = vec![stated("tag", "bedding.king", v1::PreferenceLevel::Avoid)];
    client.guests().update_preference_profile(update(again)).await.unwrap();
    let read = v1::GetPreferenceProfileRequest { name: name.clone() };
    let profile = client
        .guests()
        .get_preference_profile(read)
        .await
        .unwrap()
        .into_inner()
        .preference_profile
        .unwrap();
    let mut told: Vec<_> = profile
        .stated_preferences
        .iter()
        .map(|p| (p.dimension.as_str(), p.value.as_str(), p.level))
        .collect();
    told.sort_unstable();
    let avoid = v1::PreferenceLevel::Avoid as i32;
    assert_eq!(
        told,
        [("bedding", "king", avoid), ("tag", "seafood", v1::PreferenceLevel::Unacceptable as i32)]
    );

    let required = vec![stated("bedding", "king", v1::PreferenceLevel::Required)];
    let refused = client.guests().update_preference_profile(update(required)).await;
    let field = "preference_profile.stated_preferences[0].level".to_owned();
    assert_eq!(code_and_fields(refused), (Code::Unimplemented, vec![field]));
}

/// What the guest did and answered is told beside what was said, to whom profiling is allowed.
#[tokio::test]
async fn what_was_seen_is_told_apart_from_what_was_said() {
    let service = TestService::start().await;
    let client = service.client("all");
    let profile = async || {
        let name = "brands/demo/guests/ana/preferenceProfile".to_owned();
        let request = v1::GetPreferenceProfileRequest { name };
        let answer = client.guests().get_preference_profile(request).await.unwrap();
        answer.into_inner().preference_profile.unwrap()
    };
    let consumed = |id: &str| v1::Event {
        property: "brands/demo/properties/lisbon-baixa".into(),
        offer_id: "culture.fado-night".into(),
        ..event("ana", id, v1::EventType::Consume)
    };
    let answered = v1::Event {
        survey_answer: Some(v1::SurveyAnswer {
            question_id: "q1".into(),
            value: -1.0,
            tags: vec!["quiet".into()],
            choice_id: "c".into(),
            ..Default::default()
        }),
        ..event("ana", "survey-1", v1::EventType::Survey)
    };
    client.write(vec![consumed("before")]).await.unwrap();
    assert_eq!(profile().await.observed_preferences, [], "without consent nothing is learnt");
    client.opt_in("ana").await;
    let written = client.write(vec![consumed("one"), consumed("two"), answered]).await.unwrap();
    assert!(written.results.iter().all(|result| result.error.is_none()), "{written:?}");
    let told = profile().await;
    let observed = &told.observed_preferences;
    assert!(!observed.is_empty());
    for seen in observed {
        assert_eq!(seen.origin(), v1::PreferenceOrigin::Observed);
        assert_eq!(seen.level(), v1::PreferenceLevel::Preferred, "{seen:?}");
        assert!(seen.dimension == "tag" && seen.confidence > 0.0 && seen.strength <= 1.0);
    }
    let [answer] = &told.stated_preferences[..] else { panic!("{told:?}") };
    assert_eq!((answer.value.as_str(), answer.origin()), ("quiet", v1::PreferenceOrigin::Survey));
    assert_eq!(answer.level(), v1::PreferenceLevel::Avoid);
}

/// Who may write and not read is told that it was done, and no more.
#[tokio::test]
async fn a_writer_reads_nothing() {
    let service = TestService::start().await;
    let writer = service.client("only-guests.write");
    let request =
        v1::UpdateGuestRequest { guest: Some(ana()), allow_missing: true, ..Default::default() };
    let guest = update(&writer, request).await.unwrap().guest.unwrap();
    assert!(
        guest.contact_points.is_empty() && guest.display_name.is_empty() && !guest.etag.is_empty()
    );
    assert_eq!(get(&writer).await.unwrap_err().code(), Code::PermissionDenied);
}
