//! What can go wrong with a call, by what its caller should do next.

use crate::domain::invalid::Invalid;
use crate::store::StoreError;

/// Kinds of failure. A new kind is added only where the caller would act differently; edges map it
/// in one exhaustive match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The call is wrong: mend the named fields, do not repeat it as it is.
    InvalidArgument,
    /// No or a wrong credential.
    Unauthenticated,
    /// The credential does not carry the right, or does not reach the property. Said without
    /// telling what exists.
    PermissionDenied,
    /// A catalog object or a decision that does not exist for this credential.
    NotFound,
    /// The same id was used for something else.
    Conflict,
    /// The state does not allow it (a decision has expired, a version is not the expected one):
    /// read again and decide anew.
    FailedPrecondition,
    /// Too much at once: repeat after a moment.
    Overloaded,
    /// The deadline passed.
    DeadlineExceeded,
    /// May or may not have been applied: repeat with the same id, it is safe.
    Indeterminate,
    /// Stored data is damaged: an operator is needed.
    DataLoss,
    /// A fault of ours.
    Internal,
}

/// A failed call.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What to do about it.
    pub kind: ErrorKind,
    /// Stable reason in `UPPER_SNAKE_CASE`, for programs.
    pub reason: &'static str,
    /// A sentence for people; holds no personal data.
    pub message: String,
    /// The fields at fault.
    pub fields: Vec<Invalid>,
}

impl Error {
    /// A failure without fields.
    pub fn new(kind: ErrorKind, reason: &'static str, message: impl Into<String>) -> Self {
        Self { kind, reason, message: message.into(), fields: Vec::new() }
    }

    /// Does it pass by itself, so that the same call may go well after a moment?
    pub fn is_passing(&self) -> bool {
        self.kind == ErrorKind::Overloaded
    }

    /// The call names a thing its credential cannot reach: told the same whether it exists or not.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorKind::NotFound, "NOT_FOUND", format!("{what} not found for this credential"))
    }

    /// The call names what its credential does not reach: told the same whether it exists or not.
    pub fn out_of_reach() -> Self {
        let text =
            "the credential does not reach what the call names, or lacks a right that it needs";
        Self::new(ErrorKind::PermissionDenied, "OUT_OF_REACH", text)
    }

    /// The credential lacks a right.
    pub fn lacks(right: crate::domain::scope::Right) -> Self {
        let message = format!("this credential does not carry the right '{}'", right.name());
        Self::new(ErrorKind::PermissionDenied, "RIGHT_MISSING", message)
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::from(vec![invalid])
    }
}

impl From<Vec<Invalid>> for Error {
    fn from(fields: Vec<Invalid>) -> Self {
        let message = match fields.as_slice() {
            [one] => one.to_string(),
            many => format!(
                "{} fields are invalid, first: {}",
                many.len(),
                many.first().map(ToString::to_string).unwrap_or_default()
            ),
        };
        Self { kind: ErrorKind::InvalidArgument, reason: "INVALID_ARGUMENT", message, fields }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let (kind, reason, message) = match &error {
            StoreError::Overloaded | StoreError::Abandoned => {
                (ErrorKind::Overloaded, "STORE_BUSY", error.to_string())
            }
            StoreError::Closed => (ErrorKind::Overloaded, "CLOSING", error.to_string()),
            StoreError::Indeterminate => {
                (ErrorKind::Indeterminate, "STORAGE_INDETERMINATE", error.to_string())
            }
            StoreError::Corrupt { .. } | StoreError::TooNew { .. } => (
                ErrorKind::DataLoss,
                "STORED_DATA_UNREADABLE",
                "stored data cannot be read; the operator's log says more".to_owned(),
            ),
            StoreError::NotInitialised { .. }
            | StoreError::NotEmpty { .. }
            | StoreError::Locked { .. }
            | StoreError::Behind { .. }
            | StoreError::Io { .. }
            | StoreError::Engine { .. }
            | StoreError::CommitterRunning => (
                ErrorKind::Internal,
                "STORE_FAILED",
                "the store failed; the operator's log says more".to_owned(),
            ),
        };
        if matches!(kind, ErrorKind::DataLoss | ErrorKind::Internal) {
            tracing::error!(%error, "store failed");
        }
        Self::new(kind, reason, message)
    }
}
