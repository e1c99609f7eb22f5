//! Survey questions.

use std::collections::HashSet;

use crate::catalog::content::{CHOICES_MAX, TAGS_MAX};
use crate::domain::survey::Texts;

use super::Check;

impl Check<'_> {
    pub(super) fn surveys(&mut self) {
        let questions = &self.content.survey_questions;
        self.unique(questions.iter().map(|q| &q.id), |at| format!("survey_questions[{at}].id"));
        for (at, question) in questions.iter().enumerate() {
            let path = |name: &str| format!("survey_questions[{at}].{name}");
            self.texts(&question.texts, || path("texts"));
            for (i, placement) in question.placements.iter().enumerate() {
                let exists = self.content.placements.iter().any(|p| p.id == *placement);
                self.known(exists, || path(&format!("placements[{i}]")), "placement", placement);
            }
            let fits = (2..=CHOICES_MAX).contains(&question.choices.len());
            let problem = || format!("must have 2 to {CHOICES_MAX} choices");
            self.need(fits, || path("choices"), problem);
            let ids = question.choices.iter().map(|choice| &choice.id);
            self.unique(ids, |i| path(&format!("choices[{i}].id")));
            for (i, choice) in question.choices.iter().enumerate() {
                let path = |name: &str| path(&format!("choices[{i}].{name}"));
                self.texts(&choice.texts, || path("texts"));
                self.within(f64::from(choice.value), -1.0..=1.0, || path("value"));
                let problem =
                    || format!("must have 1 to {TAGS_MAX} tags: what the answer speaks of");
                self.need((1..=TAGS_MAX).contains(&choice.tags.len()), || path("tags"), problem);
                for tag in &choice.tags {
                    let exists = self.names.tags.contains(tag.as_str());
                    self.known(exists, || path("tags"), "tag", tag);
                }
            }
        }
    }

    /// There is a text, and one of each language.
    pub(super) fn texts(&mut self, texts: &Texts, field: impl Fn() -> String) {
        let problem = || "has no text; write one for each language, like { en = \"…\" }".to_owned();
        self.need(!texts.is_empty(), &field, problem);
        let mut seen = HashSet::new();
        let is_once = texts.iter().all(|(locale, _)| seen.insert(locale.to_ascii_lowercase()));
        self.need(is_once, field, || "has two texts of one language; keep one".to_owned());
    }
}
