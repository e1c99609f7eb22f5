//! What is wrong in a catalog, told so that a marketer can mend it: where, which field, and what to
//! do.

use std::fmt;

use crate::domain::invalid::Invalid;

/// Most problems told at once; who has more mends these first.
pub const PROBLEMS_MAX: usize = 500;

/// Most problems collected before they are put in order: bounds the memory a hostile document
/// takes.
pub(crate) const FINDINGS_MAX: usize = 2 * PROBLEMS_MAX;

/// Something wrong in a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line in the document, from 1; 0 where the content did not come from a document.
    pub line: u32,
    /// Column in that line in characters, from 1; 0 where the content did not come from a document.
    pub column: u32,
    /// Path of the field: `offers[12].rule`; empty for the document as a whole.
    pub field: String,
    /// What is wrong and what to do, a sentence without the field's name.
    pub problem: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        if !self.field.is_empty() {
            write!(f, "{} ", self.field)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for Problem {}

/// A problem whose place in the document is not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Path of the field.
    pub(crate) field: String,
    /// What is wrong and what to do.
    pub(crate) problem: String,
    /// Where it is, where that is known.
    pub(crate) place: Place,
}

/// Where a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// At this byte of the document.
    Byte(usize),
    /// At the value of its field.
    Field,
    /// So many characters into the text of its field.
    Inside(usize),
}

impl Finding {
    /// A problem of a field.
    pub(crate) fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into(), place: Place::Field }
    }
}

impl From<Invalid> for Finding {
    fn from(invalid: Invalid) -> Self {
        Self::new(invalid.field, invalid.problem)
    }
}

impl From<Finding> for Problem {
    fn from(finding: Finding) -> Self {
        Self { line: 0, column: 0, field: finding.field, problem: finding.problem }
    }
}

/// Line and column, from 1, of a byte of a text.
pub(crate) fn position(text: &str, byte: usize) -> (u32, u32) {
    let before = text.get(..text.floor_char_boundary(byte)).unwrap_or(text);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let text = "a\n日本 = 1\n";
        assert_eq!(position(text, 0), (1, 1));
        assert_eq!(position(text, 2), (2, 1));
        assert_eq!(position(text, 5), (2, 2));
        assert_eq!(position(text, 6), (2, 2), "inside a character: its start");
        assert_eq!(position(text, 9_999), (3, 1));
    }
}
