//! What is wrong with an input, told so that its sender can mend it: the field's path and what to
//! do.

use std::fmt;

/// One field that cannot be accepted. `field` is a path as the caller wrote it
/// (`events[3].amount.currency_code`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Path of the field.
    pub field: String,
    /// What is wrong and what to do, a sentence without the field's name.
    pub problem: String,
}

impl Invalid {
    /// A problem of one field.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }

    /// The same problem seen from one level up: `events[3]` + `amount` → `events[3].amount`.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        self.field = if self.field.is_empty() {
            parent.to_owned()
        } else {
            format!("{parent}.{}", self.field)
        };
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
    }
}

impl std::error::Error for Invalid {}
