//! Writes the question to ask next.

use crate::api::v1;
use crate::engine::{NextQuestion, StopReason, text_for};

/// The answer, in the language nearest to the one asked for.
pub(crate) fn next_question(next: &NextQuestion, locale: &str) -> v1::NextSurveyQuestionResponse {
    let (catalog, at, gain) = match next {
        NextQuestion::Ask { catalog, at, gain } => (catalog, *at, *gain),
        NextQuestion::Stop(reason) => {
            let stop_reason = stop_reason(*reason).into();
            return v1::NextSurveyQuestionResponse { question: None, stop_reason };
        }
    };
    let question = catalog.content().survey_questions.get(at).map(|question| v1::SurveyQuestion {
        question_id: question.id.to_string(),
        text: text_for(&question.texts, locale).to_owned(),
        choices: question
            .choices
            .iter()
            .map(|choice| v1::SurveyChoice {
                choice_id: choice.id.to_string(),
                text: text_for(&choice.texts, locale).to_owned(),
                tags: choice.tags.iter().map(ToString::to_string).collect(),
                value: f64::from(choice.value),
            })
            .collect(),
        expected_gain: gain,
    });
    let stop_reason = v1::SurveyStopReason::Unspecified.into();
    v1::NextSurveyQuestionResponse { question, stop_reason }
}

fn stop_reason(reason: StopReason) -> v1::SurveyStopReason {
    match reason {
        StopReason::NoConsent => v1::SurveyStopReason::NoConsent,
        StopReason::AskedEnough => v1::SurveyStopReason::AskedEnough,
        StopReason::KnownEnough => v1::SurveyStopReason::KnownEnough,
        StopReason::NoneFits => v1::SurveyStopReason::NoneFits,
    }
}
