//! Which web pages may call (the CORS protocol of the Fetch standard).
//!
//! A page of an origin that is not configured gets no word of permission, and its browser keeps the
//! answer from it. Credentials are keys in headers, never cookies, so `*` is possible; it still has
//! to be asked for.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderValue, ORIGIN, VARY,
};
use http::{HeaderMap, Method};

/// Methods of HTTP that calls use.
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PATCH, PUT, DELETE");
/// Headers that calls use.
const HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, if-none-match, x-api-key, ocp-apim-subscription-key, x-request-id, x-timeout-ms, \
     traceparent, tracestate, grpc-timeout, x-grpc-web, x-user-agent",
);
/// Headers of answers that a page may read.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "etag, retry-after, x-request-id, grpc-status, grpc-message, grpc-status-details-bin",
);
/// How long a browser may remember the permission, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// Origins whose pages may call.
#[derive(Debug, Clone, Default)]
pub(super) struct Cors {
    origins: Vec<HeaderValue>,
    is_any: bool,
}

impl Cors {
    /// These origins; `*` stands for all.
    pub(super) fn new(origins: &[String]) -> Self {
        let is_any = origins.iter().any(|origin| origin == "*");
        let origins = origins.iter().filter_map(|origin| HeaderValue::try_from(origin).ok());
        Self { origins: origins.collect(), is_any }
    }

    /// Does a browser ask whether it may call?
    pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
        *method == Method::OPTIONS
            && headers.contains_key(ORIGIN)
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// The origin of a call, where it may call.
    pub(super) fn permitted(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(ORIGIN)?;
        (self.is_any || self.origins.contains(origin)).then(|| origin.clone())
    }

    /// Puts the permission on an answer.
    pub(super) fn permit(&self, origin: Option<HeaderValue>, answer: &mut HeaderMap) {
        if self.is_any || !self.origins.is_empty() {
            answer.append(VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = origin {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    /// Answers the question of a browser.
    pub(super) fn preflight(&self, headers: &HeaderMap, answer: &mut HeaderMap) {
        let origin = self.permitted(headers);
        if origin.is_some() {
            answer.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
            answer.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        }
        self.permit(origin, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(origin: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, HeaderValue::from_static(origin));
        headers.insert(ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("POST"));
        headers
    }

    #[test]
    fn only_configured_origins_are_permitted() {
        let cors = Cors::new(&["https://portal.example".to_owned()]);
        let headers = asked("https://portal.example");
        assert!(Cors::is_preflight(&Method::OPTIONS, &headers));
        assert!(!Cors::is_preflight(&Method::OPTIONS, &HeaderMap::new()));
        let mut answer = HeaderMap::new();
        cors.preflight(&headers, &mut answer);
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_ORIGIN], "https://portal.example");
        assert!(answer.contains_key(ACCESS_CONTROL_ALLOW_HEADERS) && answer[VARY] == "origin");
        for other in ["https://portal.example.evil", "http://portal.example", "null"] {
            let mut answer = HeaderMap::new();
            cors.preflight(&asked(other), &mut answer);
            assert!(!answer.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN), "{other}");
        }
    }

    #[test]
    fn nobody_is_permitted_without_a_word_and_all_with_a_star() {
        let headers = asked("https://anywhere.example");
        assert!(Cors::new(&[]).permitted(&headers).is_none());
        assert!(Cors::new(&["*".to_owned()]).permitted(&headers).is_some());
        assert!(Cors::new(&["*".to_owned()]).permitted(&HeaderMap::new()).is_none());
    }
}
