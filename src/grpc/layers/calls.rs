//! Counts and times of calls, by call and code. The handles are looked up once each: recording is a
//! few nanoseconds.

use std::sync::OnceLock;

use metrics::{Counter, Histogram};
use tonic::Code;

use crate::grpc::rpc::{RPCS, Rpc};
use crate::sys::telemetry::REQUEST_SECONDS;

/// Calls answered, by call and code.
pub(crate) const REQUESTS: &str = "concierge_requests_total";
/// Calls that panicked, and were answered INTERNAL.
pub(crate) const PANICS: &str = "concierge_panics_total";
/// How many codes gRPC has.
const CODES: usize = 17;

/// The handles of every call and code, each made when it is first needed, so that what never
/// happens is not exported.
pub(crate) struct Calls {
    handles: Vec<[OnceLock<(Counter, Histogram)>; CODES]>,
}

impl Calls {
    /// Nothing counted yet.
    pub(crate) fn new() -> Self {
        metrics::describe_counter!(REQUESTS, "Calls answered, by method and code");
        metrics::describe_counter!(PANICS, "Calls that panicked, and were answered INTERNAL");
        Self { handles: (0..RPCS.count()).map(|_| Default::default()).collect() }
    }

    /// A call was answered.
    pub(crate) fn answered(&self, rpc: &'static Rpc, code: Code, seconds: f64) {
        let number = usize::try_from(i32::from(code)).unwrap_or(0);
        let Some(handle) = self.handles.get(rpc.number).and_then(|codes| codes.get(number)) else {
            return;
        };
        let (counter, histogram) = handle.get_or_init(|| {
            let (method, code) = (rpc.name.as_str(), name(code));
            (
                metrics::counter!(REQUESTS, "method" => method, "code" => code),
                metrics::histogram!(REQUEST_SECONDS, "method" => method, "code" => code),
            )
        });
        counter.increment(1);
        histogram.record(seconds);
    }
}

/// A code as metrics and logs name it.
pub(crate) fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
