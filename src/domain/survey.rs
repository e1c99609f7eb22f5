//! What a guest may be asked, cheaply: one question with a few answers.

use std::sync::Arc;

use super::id::{Label, PlacementId};
use super::offer::StageSet;

/// A text in several languages: BCP 47 tag and text; at least one.
pub type Texts = Vec<(Arc<str>, String)>;

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyQuestion {
    /// Its id.
    pub id: Label,
    /// What the guest reads.
    pub texts: Texts,
    /// Where it may be asked; empty: everywhere.
    pub placements: Vec<PlacementId>,
    /// In which stay stages.
    pub stages: StageSet,
    /// The answers to choose from.
    pub choices: Vec<SurveyChoice>,
}

/// An answer to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyChoice {
    /// Its id, within the question.
    pub id: Label,
    /// What the guest reads.
    pub texts: Texts,
    /// What it is about: tags of offers.
    pub tags: Vec<Label>,
    /// How much they are wanted by who chooses it, -1 to 1.
    pub value: f32,
}
