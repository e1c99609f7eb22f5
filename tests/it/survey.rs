//! The next survey question, over gRPC: what is most worth asking, and when to stop.

use concierge::api::v1;
use tonic::Code;

use crate::support::{TestClient, TestService, code_and_fields, event};

async fn next(client: &TestClient, guest: &str, placement: &str) -> v1::NextSurveyQuestionResponse {
    let request = v1::NextSurveyQuestionRequest {
        guest: format!("brands/demo/guests/{guest}"),
        placement_id: placement.to_owned(),
        locale: "pt-PT".to_owned(),
        ..Default::default()
    };
    client.guests().next_survey_question(request).await.unwrap().into_inner()
}

async fn answer(client: &TestClient, guest: &str, question: &v1::SurveyQuestion) {
    let choice = question.choices[0].clone();
    let answered = v1::Event {
        survey_answer: Some(v1::SurveyAnswer {
            question_id: question.question_id.clone(),
            choice_id: choice.choice_id,
            value: choice.value,
            tags: choice.tags,
            ..Default::default()
        }),
        ..event(guest, &format!("survey-{}", question.question_id), v1::EventType::Survey)
    };
    let written = client.write(vec![answered]).await.unwrap();
    assert!(written.results[0].error.is_none(), "{written:?}");
}

/// Each answered question gives way to another, three in all; then it stops.
#[tokio::test]
async fn each_answer_brings_another_question_and_three_are_enough() {
    let service = TestService::start().await;
    let client = service.client("all");
    client.opt_in("ana").await;
    let mut asked = Vec::new();
    for _ in 0..3 {
        let told = next(&client, "ana", "app.home").await;
        let question = told.question.expect("a question");
        assert!(question.expected_gain > 0.0 && question.choices.len() >= 2, "{question:?}");
        assert!(!asked.contains(&question.question_id), "asked again: {question:?}");
        answer(&client, "ana", &question).await;
        asked.push(question.question_id);
    }
    let stopped = next(&client, "ana", "app.home").await;
    assert_eq!(stopped.question, None);
    assert_eq!(stopped.stop_reason(), v1::SurveyStopReason::AskedEnough);
}

#[tokio::test]
async fn a_question_is_asked_where_it_belongs_in_the_guests_language() {
    let service = TestService::start().await;
    let client = service.client("all");
    client.opt_in("bea").await;
    let everywhere = next(&client, "bea", "").await.question.expect("a question");
    assert_ne!(everywhere.question_id, "arrival", "it belongs to the app and the e-mail");
    assert!(
        everywhere.text.contains(['ã', 'õ', 'ê', 'é', 'ç', 'C', 'H', 'U']),
        "{}",
        everywhere.text
    );
    assert_ne!(everywhere.choices[0].text, everywhere.choices[1].text);
}

#[tokio::test]
async fn who_has_not_agreed_is_asked_nothing() {
    let service = TestService::start().await;
    let client = service.client("all");
    let told = next(&client, "carl", "app.home").await;
    assert_eq!(told.stop_reason(), v1::SurveyStopReason::NoConsent);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let service = TestService::start().await;
    let request = v1::NextSurveyQuestionRequest {
        guest: "brands/demo/guests/ana".into(),
        placement_id: "not a placement".into(),
        locale: "??".into(),
        ..Default::default()
    };
    let refused = service.client("all").guests().next_survey_question(request).await;
    let (code, fields) = code_and_fields(refused);
    assert_eq!(code, Code::InvalidArgument);
    assert_eq!(fields, ["placement_id", "locale"]);
}
