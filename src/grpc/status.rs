//! Failures on the wire: one match from the kinds of the engine to the codes of gRPC, with details
//! a program can act on.
//!
//! Texts are at most 256 bytes and name nobody. What is our fault is logged here, once, and told in
//! general words.

use std::time::Duration;

use tonic::metadata::MetadataValue;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::domain::invalid::Invalid;
use crate::engine::{Error, ErrorKind};

use super::problems::{Fault, Refusal};

/// Domain of the reasons in `google.rpc.ErrorInfo`.
pub(crate) const DOMAIN: &str = "concierge";
/// Longest text, in bytes.
const TEXT_BYTES_MAX: usize = 256;
/// Longest list of fields, in bytes: details travel in a header, and many clients take 8 KiB of
/// headers.
const FIELDS_BYTES_MAX: usize = 3_072;
/// How soon to try again after "too much at once".
const RETRY_AFTER: Duration = Duration::from_millis(100);

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Denied => Self::from(Error::out_of_reach()),
            Refusal::Fields(fault, fields) => refused_fields(fault, &fields),
            Refusal::Engine(error) => Self::from(error),
        }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let code = code_of(error.kind);
        match error.kind {
            ErrorKind::Internal | ErrorKind::DataLoss => {
                tracing::error!(reason = error.reason, error = %error.message, "call failed");
                build(code, general(error.kind), error.reason, &[])
            }
            ErrorKind::Overloaded => shed(error.reason, &error.message),
            ErrorKind::InvalidArgument
            | ErrorKind::Unauthenticated
            | ErrorKind::PermissionDenied
            | ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::FailedPrecondition
            | ErrorKind::DeadlineExceeded
            | ErrorKind::Indeterminate => build(code, &error.message, error.reason, &error.fields),
        }
    }
}

/// The code of a kind of failure.
fn code_of(kind: ErrorKind) -> Code {
    match kind {
        ErrorKind::InvalidArgument => Code::InvalidArgument,
        ErrorKind::Unauthenticated => Code::Unauthenticated,
        ErrorKind::PermissionDenied => Code::PermissionDenied,
        ErrorKind::NotFound => Code::NotFound,
        ErrorKind::Conflict => Code::AlreadyExists,
        ErrorKind::FailedPrecondition => Code::FailedPrecondition,
        ErrorKind::Overloaded => Code::ResourceExhausted,
        ErrorKind::DeadlineExceeded => Code::DeadlineExceeded,
        ErrorKind::Indeterminate => Code::Unavailable,
        ErrorKind::DataLoss => Code::DataLoss,
        ErrorKind::Internal => Code::Internal,
    }
}

fn general(kind: ErrorKind) -> &'static str {
    if kind == ErrorKind::DataLoss {
        "stored data cannot be read; the operator's log says more"
    } else {
        "a fault of the server; the operator's log says more"
    }
}

fn refused_fields(fault: Fault, fields: &[Invalid]) -> Status {
    let (code, reason) = match fault {
        Fault::Invalid => (Code::InvalidArgument, "INVALID_ARGUMENT"),
        Fault::Forbidden => (Code::InvalidArgument, "FORBIDDEN_DATA"),
        Fault::Withheld => (Code::PermissionDenied, "GUEST_TOKEN"),
        Fault::Unsupported => (Code::Unimplemented, "UNSUPPORTED_FIELD"),
    };
    let text = match fields {
        [only] => sentence(only),
        [first, ..] => format!("{} fields: {}", fields.len(), sentence(first)),
        [] => "the call cannot be read".to_owned(),
    };
    build(code, &text, reason, fields)
}

fn sentence(invalid: &Invalid) -> String {
    if invalid.field.is_empty() {
        invalid.problem.clone()
    } else {
        format!("{} {}", invalid.field, invalid.problem)
    }
}

/// A status with its reason for programs, and the fields at fault.
pub(crate) fn build(code: Code, text: &str, reason: &str, fields: &[Invalid]) -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info(reason, DOMAIN, std::collections::HashMap::new());
    if !fields.is_empty() {
        details.set_bad_request(violations(fields));
    }
    Status::with_error_details(code, shortened(text, TEXT_BYTES_MAX), details)
}

/// As many of the fields as fit; the last one says how many do not.
fn violations(fields: &[Invalid]) -> Vec<FieldViolation> {
    let mut told = Vec::new();
    let mut bytes = 0;
    for (at, invalid) in fields.iter().enumerate() {
        let problem = shortened(&invalid.problem, TEXT_BYTES_MAX);
        bytes += invalid.field.len() + problem.len() + 8;
        if bytes > FIELDS_BYTES_MAX && at > 0 {
            told.push(FieldViolation::new("", format!("and {} more", fields.len() - at)));
            break;
        }
        told.push(FieldViolation::new(shortened(&invalid.field, 1_024), problem));
    }
    told
}

/// The status of a request in another form that cannot be read, with the field at fault; an empty
/// field stands for the whole.
pub fn unreadable(invalid: Invalid) -> Status {
    if invalid.field.is_empty() {
        return build(Code::InvalidArgument, &invalid.problem, "UNREADABLE", &[]);
    }
    refused_fields(Fault::Invalid, &[invalid])
}

/// The status of a request that is longer than its call takes.
pub fn too_long(bytes_max: usize) -> Status {
    let text = format!("the request is longer than {bytes_max} bytes; send less at once");
    build(Code::OutOfRange, &text, "REQUEST_TOO_LONG", &[])
}

/// "Too much at once", with when to try again, in the two forms that clients look for.
pub(crate) fn shed(reason: &str, text: &str) -> Status {
    let mut details = ErrorDetails::with_retry_info(Some(RETRY_AFTER));
    details.set_error_info(reason, DOMAIN, std::collections::HashMap::new());
    let text = shortened(text, TEXT_BYTES_MAX);
    let mut status = Status::with_error_details(Code::ResourceExhausted, text, details);
    let millis = u64::try_from(RETRY_AFTER.as_millis()).unwrap_or(100);
    status.metadata_mut().insert("grpc-retry-pushback-ms", MetadataValue::from(millis));
    status
}

/// A text of at most so many bytes, cut between characters.
pub(crate) fn shortened(text: &str, bytes_max: usize) -> &str {
    if text.len() <= bytes_max {
        text
    } else {
        text.get(..text.floor_char_boundary(bytes_max)).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_with_their_paths() {
        let fields = vec![Invalid::new("property", "is missing"), Invalid::new("view", "is 9")];
        let status = Status::from(Refusal::Fields(Fault::Invalid, fields));
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(status.message(), "2 fields: property is missing");
        let details = status.get_error_details();
        let told: Vec<&str> = details
            .bad_request()
            .unwrap()
            .field_violations
            .iter()
            .map(|v| v.field.as_str())
            .collect();
        assert_eq!(told, ["property", "view"]);
        let info = details.error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("INVALID_ARGUMENT", "concierge"));
    }

    #[test]
    fn a_flood_of_fields_fits_a_header() {
        let fields: Vec<Invalid> =
            (0..1_000).map(|i| Invalid::new(format!("events[{i}].é"), "é".repeat(500))).collect();
        let status = Status::from(Error::from(fields));
        assert!(status.details().len() < 4_096, "{}", status.details().len());
        assert!(status.message().len() <= 256);
        let details = status.get_error_details();
        assert!(
            details
                .bad_request()
                .unwrap()
                .field_violations
                .last()
                .unwrap()
                .description
                .contains("more")
        );
    }

    #[test]
    fn our_faults_are_told_in_general_words() {
        let error = Error::new(
            ErrorKind::Internal,
            "STORE_FAILED",
            "guest g-17 could not be read from 000017.sst",
        );
        let status = Status::from(error);
        assert_eq!(status.code(), Code::Internal);
        assert!(!status.message().contains("g-17"));
    }

    #[test]
    fn overload_says_when_to_try_again() {
        let status =
            Status::from(Error::new(ErrorKind::Overloaded, "STORE_BUSY", "too much waits"));
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert_eq!(status.get_error_details().retry_info().unwrap().retry_delay, Some(RETRY_AFTER));
        assert!(status.metadata().contains_key("grpc-retry-pushback-ms"));
    }
}
