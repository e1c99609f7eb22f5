//! A message that is chosen already, over gRPC: channel, address, moment, treatment and reasons; who sees
//! what of it; and what becomes of it.

use concierge::api::v1;
use tonic::Code;

use crate::support::{TestClient, TestService, code_and_fields, event};

const LISBON: &str = "brands/demo/properties/lisbon-baixa";
const ANA: &str = "brands/demo/guests/ana";

fn campaign() -> v1::DecideChannelRequest {
    v1::DecideChannelRequest {
        property: LISBON.into(),
        subject: Some(v1::decide_channel_request::Subject::Guest(ANA.into())),
        channel_request: Some(v1::ChannelRequest {
            allowed_channels: vec![v1::Channel::Email.into(), v1::Channel::Sms.into()],
            ..Default::default()
        }),
        offer_id: "spa.thermal-circuit".into(),
        // Worth so much that silence is hardly ever drawn.
        response_value: Some(v1::Money { currency_code: "EUR".into(), amount_minor: 500_000 }),
        view: v1::DecisionView::Full.into(),
        include_content: true,
        ..Default::default()
    }
}

async fn decide(
    client: &TestClient,
    request: v1::DecideChannelRequest,
) -> Result<v1::DecideChannelResponse, tonic::Status> {
    client.decisions().decide_channel(request).await.map(tonic::Response::into_inner)
}

/// Ana, who may be written to by e-mail and has two addresses.
async fn service() -> (TestService, TestClient) {
    let service = TestService::start().await;
    let client = service.client("all");
    let point = |id: &str, address: &str, state: v1::ContactPointState| v1::ContactPoint {
        contact_point_id: id.into(),
        channel: v1::Channel::Email.into(),
        address: address.into(),
        state: state.into(),
        ..Default::default()
    };
    let guest = v1::Guest {
        name: ANA.into(),
        home_time_zone: "Europe/Lisbon".into(),
        country_code: "PT".into(),
        travel_purpose: v1::TravelPurpose::Leisure.into(),
        contact_points: vec![
            point("old", "old@example.com", v1::ContactPointState::Unverified),
            point("home", "ana@example.com", v1::ContactPointState::Verified),
        ],
        ..Default::default()
    };
    let request =
        v1::UpdateGuestRequest { guest: Some(guest), allow_missing: true, ..Default::default() };
    let updated = client.guests().update_guest(request).await.unwrap().into_inner();
    assert_eq!(updated.guest.unwrap().travel_purpose(), v1::TravelPurpose::Leisure);
    client.opt_in("ana").await;
    (service, client)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn channel_address_moment_treatment_and_reasons_come_back_and_the_log_has_them() {
    let (_service, client) = service().await;
    let decided = decide(&client, campaign()).await.unwrap();
    let choice = decided.channel_decision.clone().unwrap();
    assert_eq!(choice.channel(), v1::Channel::Email, "{choice:?}");
    assert_eq!(
        (choice.contact_point_id.as_str(), choice.address.as_str()),
        ("home", "ana@example.com")
    );
    let window = choice.send_window.as_ref().unwrap();
    assert!(window.start_time.unwrap().seconds <= window.end_time.unwrap().seconds);
    assert_eq!(decided.expire_time, window.end_time, "what it reserves ends with the window");
    assert!(choice.channel_selection_probability.unwrap() > 0.5);
    assert!(choice.send_time_selection_probability.unwrap() > 0.0);
    let removed: Vec<_> =
        choice.alternatives.iter().map(|a| (a.channel(), a.removed_by())).collect();
    let expected = [
        (v1::Channel::Email, v1::WithholdReason::Unspecified),
        (v1::Channel::Sms, v1::WithholdReason::Unreachable),
    ];
    assert_eq!(removed, expected);
    assert!(choice.reasons.iter().any(|reason| reason.code == "ONLY_CHANNEL"), "{choice:?}");
    let message = decided.message.clone().unwrap();
    assert_eq!((message.offer_id.as_str(), message.locale.as_str()), ("spa.thermal-circuit", "en"));
    assert!(!message.content.unwrap().title.is_empty() && !message.transactional);

    let name = decided.decision.clone();
    let get = v1::GetDecisionRequest { name: name.clone(), view: v1::DecisionView::Full.into() };
    let stored = client.decisions().get_decision(get.clone()).await.unwrap().into_inner();
    let stored = stored.decision.unwrap();
    assert_eq!(stored.state(), v1::DecisionState::Reserved);
    assert_eq!(stored.message.as_ref().unwrap().treatment_id, message.treatment_id);
    assert_eq!(stored.channel_decision.as_ref().unwrap().channel, choice.channel);
    let explain = v1::ExplainDecisionRequest { name: name.clone(), ..Default::default() };
    let explained = client.decisions().explain_decision(explain).await.unwrap().into_inner();
    assert!(explained.replay_matches, "{}", explained.replay_difference);
    assert_eq!(explained.channel_alternatives.len(), 2);

    // What comes of it is told with its token, and stands beside it.
    let replied = v1::Event {
        attribution_token: decided.attribution_token.clone(),
        channel: v1::Channel::Email.into(),
        ..event("ana", "replied", v1::EventType::Replied)
    };
    client.write(vec![replied]).await.unwrap();
    let stored = client.decisions().get_decision(get).await.unwrap().into_inner().decision.unwrap();
    let [outcome] = stored.outcomes.as_slice() else { panic!("{stored:?}") };
    assert_eq!(outcome.step(), v1::OutcomeStep::Clicked);
    assert_eq!(stored.state(), v1::DecisionState::Activated);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_call_has_the_stored_answer_and_sentences_are_in_the_guests_language() {
    let (_service, client) = service().await;
    let mut texts = std::collections::BTreeSet::new();
    for locale in ["en", "pt-BR", "zh-Hans-CN", "zh-Hant-HK"] {
        let context = Some(v1::DecisionContext { locale: locale.into(), ..Default::default() });
        let request_id = format!("r-{locale}");
        let channel_request =
            Some(v1::ChannelRequest { transactional: true, ..campaign().channel_request.unwrap() });
        let offer_id = String::new();
        let bill = v1::DecideChannelRequest {
            context,
            request_id,
            channel_request,
            offer_id,
            ..campaign()
        };
        let first = decide(&client, bill.clone()).await.unwrap();
        let again = decide(&client, bill).await.unwrap();
        assert!(again.is_replayed && again.decision == first.decision);
        let reasons = first.channel_decision.unwrap().reasons;
        let guest = reasons.iter().find(|r| r.audience() == v1::ReasonAudience::Guest).unwrap();
        assert_eq!(guest.code, "TRANSACTION");
        texts.insert(guest.display_text.clone());
    }
    assert_eq!(texts.len(), 4, "{texts:?}");
}

/// No address, no score and no margin leaves to who may not see it; and no guest token makes the call.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_only_decide_is_told_channel_and_moment() {
    let (service, _client) = service().await;
    let decided = decide(&service.client("portal"), campaign()).await.unwrap();
    let choice = decided.channel_decision.unwrap();
    assert_eq!(choice.contact_point_id, "home");
    assert!(choice.address.is_empty() && choice.alternatives.is_empty());
    assert!(choice.channel_selection_probability.is_none());
    assert!(decided.message.unwrap().response_value.is_none());
    let browser = service.browser("ana").await;
    assert_eq!(decide(&browser, campaign()).await.unwrap_err().code(), Code::PermissionDenied);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_named_and_what_is_withheld_says_why() {
    let (_service, client) = service().await;
    let unknown = v1::DecideChannelRequest { offer_id: "no.such".into(), ..campaign() };
    let (code, fields) = code_and_fields(client.decisions().decide_channel(unknown).await);
    assert_eq!((code, fields.as_slice()), (Code::NotFound, &["offer_id".to_owned()][..]));
    let yen = Some(v1::Money { currency_code: "JPY".into(), amount_minor: 5 });
    let foreign = v1::DecideChannelRequest { response_value: yen, ..campaign() };
    let (code, fields) = code_and_fields(client.decisions().decide_channel(foreign).await);
    assert_eq!(code, Code::InvalidArgument);
    assert_eq!(fields, ["response_value.currency_code"]);
    let only_sms = v1::ChannelRequest {
        mode: v1::ChannelMode::Fixed.into(),
        allowed_channels: vec![v1::Channel::Sms.into()],
        ..Default::default()
    };
    let request = v1::DecideChannelRequest { channel_request: Some(only_sms), ..campaign() };
    let choice = decide(&client, request).await.unwrap().channel_decision.unwrap();
    assert_eq!(choice.outcome(), v1::ChannelOutcome::Withhold);
    assert_eq!(choice.withhold_reason(), v1::WithholdReason::Unreachable);
    assert_eq!(choice.reasons[0].parameters["reason"], "UNREACHABLE");
    let checked = v1::DecideChannelRequest { validate_only: true, ..campaign() };
    assert!(decide(&client, checked).await.unwrap().decision.is_empty());
}
