//! What is wrong with a line of a log, told so that its writer can mend it.

/// A line that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct LogError {
    /// Which line, from 1.
    pub line: u64,
    /// What is wrong with it.
    #[source]
    pub problem: Problem,
}

/// What is wrong. `field` is a path as it stands in the line: `actions[2].features.price`.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The log could not be read on.
    #[error("the log cannot be read on: {0}")]
    Io(#[from] std::io::Error),
    /// A line of more bytes than anyone should have to keep.
    #[error("it is longer than {limit} bytes: end each decision with a line break")]
    TooLong {
        /// The most there may be.
        limit: u64,
    },
    /// A line that is no JSON object.
    #[error("it is not one JSON object ({0}): write one decision a line")]
    Json(String),
    /// A field that has to be there is not.
    #[error("{field}: is missing: add it to every line")]
    Missing {
        /// Its path.
        field: String,
    },
    /// A field of another type.
    #[error("{field}: is not {expected}")]
    Type {
        /// Its path.
        field: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A number that is infinite or none.
    #[error("{field}: is not a finite number: leave the feature out, or the decision")]
    NotFinite {
        /// Its path, or its last part.
        field: String,
    },
    /// A time in words nobody knows.
    #[error(
        "time: {text:?} is not a time: write RFC 3339 (2026-03-01T09:30:00Z) or seconds since 1970"
    )]
    Time {
        /// As it stands.
        text: String,
    },
    /// A selection probability that is none.
    #[error(
        "selection_probability: {value} is not above 0 and at most 1: log the probability with \
         which the action was drawn"
    )]
    SelectionProbability {
        /// As it stands.
        value: f64,
    },
    /// What came of a decision that is not there.
    #[error("it is a reward without its decision: join rewards with decisions first")]
    DanglingReward,
    /// Several choices in one.
    #[error("it fills several slots at once: only decisions of one slot can be taken")]
    SeveralSlots,
    /// Nothing to choose from.
    #[error("actions: is empty: list everything that could have been chosen")]
    NoActions,
    /// Two actions of one name.
    #[error("actions[{place}].id: {id:?} is there twice: list each action once")]
    DuplicateAction {
        /// The place of the second.
        place: usize,
        /// Its id.
        id: String,
    },
    /// The action taken is none of them.
    #[error("action: {id:?} is not among the ids of actions: list what was taken, too")]
    UnknownAction {
        /// Its id.
        id: String,
    },
}
