//! What every scenario's document shares: how it is found, its name, and how a value out of its
//! range is told.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Why there is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// No standard scenario has this name.
    #[error("no scenario is called {name}: give {known}, or the path of a .toml file")]
    Unknown {
        /// The name asked for.
        name: String,
        /// Names there are.
        known: String,
    },
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The text is no TOML, or has a key or a type that a scenario does not have.
    #[error("the scenario is not understood: {0}")]
    Document(#[from] toml::de::Error),
    /// A value that makes no world.
    #[error("the scenario's {key} {problem}")]
    Invalid {
        /// The key, with the name of its table.
        key: &'static str,
        /// What is wrong and what to write.
        problem: String,
    },
}

/// The document of a standard scenario by its name, or that of a file: whatever ends in `.toml`.
///
/// # Errors
/// [`ScenarioError::Unknown`] or [`ScenarioError::Unreadable`].
pub(super) fn find(
    name: &str,
    standard: &[(&'static str, &'static str)],
) -> Result<Cow<'static, str>, ScenarioError> {
    let path = Path::new(name);
    if path.extension().is_some_and(|extension| extension == "toml") {
        let unreadable = |source| ScenarioError::Unreadable { path: path.to_owned(), source };
        return std::fs::read_to_string(path).map(Cow::Owned).map_err(unreadable);
    }
    let found = standard.iter().find(|(known, _)| *known == name);
    found.map(|(_, document)| Cow::Borrowed(*document)).ok_or_else(|| ScenarioError::Unknown {
        name: name.to_owned(),
        known: standard.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", "),
    })
}

/// Checks what a scenario is called and what it says of itself.
///
/// # Errors
/// [`ScenarioError::Invalid`].
pub(super) fn head(name: &str, about: &str) -> Result<(), ScenarioError> {
    let is_name = (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !is_name {
        return refuse("name", "must be 1 to 64 characters from a-z, 0-9 and '-'");
    }
    if about.trim().is_empty() || about.chars().any(char::is_control) {
        return refuse("about", "must say in one line what the scenario is about");
    }
    Ok(())
}

/// A whole number within its range.
///
/// # Errors
/// [`ScenarioError::Invalid`].
pub(super) fn count(
    key: &'static str,
    value: u64,
    low: u64,
    high: u64,
) -> Result<(), ScenarioError> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        refuse(key, format!("is {value}; write a whole number from {low} to {high}"))
    }
}

/// A number within its range; infinity and NaN lie in none.
///
/// # Errors
/// [`ScenarioError::Invalid`].
pub(super) fn number(
    key: &'static str,
    value: f64,
    low: f64,
    high: f64,
) -> Result<(), ScenarioError> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        refuse(key, format!("is {value}; write a number from {low} to {high}"))
    }
}

/// The error of a value.
///
/// # Errors
/// Always [`ScenarioError::Invalid`].
pub(super) fn refuse(key: &'static str, problem: impl Into<String>) -> Result<(), ScenarioError> {
    Err(ScenarioError::Invalid { key, problem: problem.into() })
}
