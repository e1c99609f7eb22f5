//! Reads survey questions.

use crate::catalog::content::{CHOICES_MAX, PLACEMENTS_MAX, TAGS_MAX, TEXT_BYTES_MAX, TEXTS_MAX};
use crate::catalog::document::Node;
use crate::domain::id::{Label, PlacementId};
use crate::domain::survey::{SurveyChoice, SurveyQuestion, Texts};

use super::values;

/// Fields of a survey question.
pub(in crate::catalog) const QUESTION: &[&str] =
    &["id", "texts", "placements", "stages", "choices"];
/// Fields of a choice.
pub(in crate::catalog) const CHOICE: &[&str] = &["id", "texts", "tags", "value"];

/// Reads a survey question.
pub(super) fn question(node: &Node<'_>) -> SurveyQuestion {
    let fields = node.fields(QUESTION);
    let placements = fields.list("placements", PLACEMENTS_MAX);
    let placement = |node: &Node<'_>| values::id(Some(node.clone()), PlacementId::parse);
    fields.need("choices", "[{ id = \"spa\", texts = { en = \"A massage\" }, tags = [\"spa\"] }]");
    SurveyQuestion {
        id: values::id(fields.need("id", "\"evening\""), Label::parse),
        texts: texts(fields.need("texts", "{ en = \"How do you like your evenings?\" }")),
        placements: placements.iter().map(placement).collect(),
        stages: values::stages(fields.get("stages")),
        choices: fields.list("choices", CHOICES_MAX).iter().map(choice).collect(),
    }
}

fn choice(node: &Node<'_>) -> SurveyChoice {
    let fields = node.fields(CHOICE);
    fields.need("tags", "[\"massage\"]");
    let tags = fields.list("tags", TAGS_MAX);
    let value = fields.get("value").and_then(|node| node.number()).unwrap_or(1.0);
    #[expect(clippy::cast_possible_truncation, reason = "values are checked to be -1 to 1")]
    let value = value as f32;
    SurveyChoice {
        id: values::id(fields.need("id", "\"spa\""), Label::parse),
        texts: texts(fields.need("texts", "{ en = \"A massage\" }")),
        tags: tags.iter().map(|tag| values::id(Some(tag.clone()), Label::parse)).collect(),
        value,
    }
}

/// Texts by language.
pub(super) fn texts(node: Option<Node<'_>>) -> Texts {
    let entries = node.map(|node| node.entries(TEXTS_MAX)).unwrap_or_default();
    let text = |(locale, node): (&str, Node<'_>)| {
        let locale = node.checked(values::language(locale))?;
        Some((locale, node.text(TEXT_BYTES_MAX)?.to_owned()))
    };
    entries.into_iter().filter_map(text).collect()
}
