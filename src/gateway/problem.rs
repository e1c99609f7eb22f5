//! Failures as problem details (RFC 9457), with all that the status of gRPC says: code, reason,
//! and each field at fault.
//!
//! A field is told twice: by its path as gRPC tells it, and, where it stood in the body, by a JSON
//! Pointer (RFC 6901) into what was sent.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value as Json, json};

use super::routes::{BodyOf, Route};
use super::schema::{SCHEMA, Shape};
use super::wire::{Malformed, Reader, Value};

/// Content type of a problem.
pub(super) const CONTENT_TYPE: &str = "application/problem+json";

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Codes of gRPC with their names, and the statuses of HTTP they become (`google.rpc.Code`).
const CODES: [(&str, u16); 17] = [
    ("OK", 200),
    ("CANCELLED", 499),
    ("UNKNOWN", 500),
    ("INVALID_ARGUMENT", 400),
    ("DEADLINE_EXCEEDED", 504),
    ("NOT_FOUND", 404),
    ("ALREADY_EXISTS", 409),
    ("PERMISSION_DENIED", 403),
    ("RESOURCE_EXHAUSTED", 429),
    ("FAILED_PRECONDITION", 400),
    ("ABORTED", 409),
    ("OUT_OF_RANGE", 400),
    ("UNIMPLEMENTED", 501),
    ("INTERNAL", 500),
    ("UNAVAILABLE", 503),
    ("DATA_LOSS", 500),
    ("UNAUTHENTICATED", 401),
];
const UNKNOWN: usize = 2;

/// What went wrong.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Problem {
    /// The code of gRPC.
    pub(super) code: usize,
    /// A sentence.
    pub(super) detail: String,
    /// The reason for programs, from `google.rpc.ErrorInfo`.
    pub(super) reason: String,
    /// Fields at fault, with what is wrong with each.
    pub(super) fields: Vec<(String, String)>,
    /// When to try again.
    pub(super) retry_millis: Option<u64>,
    /// The status where it is not that of the code.
    pub(super) status: Option<StatusCode>,
}

impl Problem {
    /// A problem that came up before any call.
    pub(super) fn new(status: StatusCode, code: &str, reason: &str, detail: &str) -> Self {
        let code = CODES.iter().position(|(name, _)| *name == code).unwrap_or(UNKNOWN);
        Self {
            code,
            detail: detail.to_owned(),
            reason: reason.to_owned(),
            status: Some(status),
            ..Self::default()
        }
    }

    /// An answer that is not what was agreed on: a fault of the server.
    pub(super) fn fault() -> Self {
        let text = "a fault of the server; the operator's log says more";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "ANSWER_UNREADABLE", text)
    }

    /// What headers or trailers of gRPC tell; `None` where they tell of success.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let status = headers.get("grpc-status")?;
        let code = status.to_str().ok().and_then(|text| text.parse().ok());
        let code = code.filter(|code| *code < CODES.len()).unwrap_or(UNKNOWN);
        if code == 0 {
            return None;
        }
        let mut problem = Self { code, ..Self::default() };
        if let Some(message) = headers.get("grpc-message") {
            problem.detail = unescaped(message.as_bytes());
        }
        let details = headers.get("grpc-status-details-bin");
        if let Some(details) = details.and_then(|details| BASE64.decode(details.as_bytes()).ok()) {
            // Details that cannot be read are left out.
            let _ = problem.read_details(&details);
        }
        Some(problem)
    }

    /// `google.rpc.Status`: code, message, and details of several kinds.
    fn read_details(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        let mut status = Reader::new(bytes);
        while let Some(field) = status.next()? {
            let (3, Value::Bytes(detail)) = field else { continue };
            let (kind, content) = (text(detail, 1)?, bytes_of(detail, 2)?);
            match kind.rsplit('/').next().unwrap_or_default() {
                "google.rpc.ErrorInfo" => self.reason = text(content, 1)?,
                "google.rpc.BadRequest" => {
                    let mut violations = Reader::new(content);
                    while let Some((1, Value::Bytes(violation))) = violations.next()? {
                        self.fields.push((text(violation, 1)?, text(violation, 2)?));
                    }
                }
                "google.rpc.RetryInfo" => {
                    let delay = bytes_of(content, 1)?;
                    let (seconds, nanos) = (number(delay, 1)?, number(delay, 2)?);
                    self.retry_millis =
                        Some(seconds.saturating_mul(1_000).saturating_add(nanos / 1_000_000));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The status of HTTP.
    pub(super) fn status(&self) -> StatusCode {
        let of_code = CODES.get(self.code).map_or(500, |(_, status)| *status);
        let of_reason = match self.reason.as_str() {
            "REQUEST_TOO_LONG" => Some(StatusCode::PAYLOAD_TOO_LARGE),
            _ => None,
        };
        let of_code = || StatusCode::from_u16(of_code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.status.or(of_reason).unwrap_or_else(of_code)
    }

    /// The name of the code.
    fn code_name(&self) -> &'static str {
        CODES.get(self.code).map_or("UNKNOWN", |(name, _)| name)
    }

    /// The details, for a call or for none.
    pub(super) fn json(&self, route: Option<&'static Route>) -> Vec<u8> {
        let status = self.status();
        let mut json = Map::new();
        let title = status.canonical_reason().unwrap_or("Client Closed Request");
        json.insert("type".into(), "about:blank".into());
        json.insert("title".into(), title.into());
        json.insert("status".into(), status.as_u16().into());
        if !self.detail.is_empty() {
            json.insert("detail".into(), self.detail.clone().into());
        }
        json.insert("code".into(), self.code_name().into());
        if !self.reason.is_empty() {
            json.insert("reason".into(), self.reason.clone().into());
        }
        if let Some(millis) = self.retry_millis {
            json.insert("retryAfterMs".into(), millis.into());
        }
        if !self.fields.is_empty() {
            let errors = self.fields.iter().map(|(field, problem)| {
                let mut error = json!({ "field": field, "detail": problem });
                let pointer = route.and_then(|route| pointer(route, field));
                if let (Some(pointer), Some(error)) = (pointer, error.as_object_mut()) {
                    error.insert("pointer".into(), pointer.into());
                }
                error
            });
            json.insert("errors".into(), Json::Array(errors.collect()));
        }
        // A map of texts and numbers always has a form.
        serde_json::to_vec(&json).unwrap_or_default()
    }
}

/// Where in the body a field stands, as far as its path can be followed; `None`: not in the body.
fn pointer(route: &'static Route, path: &str) -> Option<String> {
    let in_path = route.template.variables.iter().any(|variable| variable.field == path);
    if path.is_empty() || in_path {
        return None;
    }
    let mut message = Some(route.input);
    let mut pointer = String::from("#");
    for (depth, step) in path.split('.').enumerate() {
        let (name, places) = step.split_once('[').unwrap_or((step, ""));
        let Some(field) = message.and_then(|message| message.named(name)) else { break };
        match route.body {
            BodyOf::Nothing => return None,
            BodyOf::Field(body) if depth == 0 && body.number != field.number => return None,
            BodyOf::Field(_) if depth == 0 => {}
            BodyOf::Field(_) | BodyOf::Request => {
                pointer.push('/');
                pointer.push_str(&field.json_name);
            }
        }
        // Entries of a map have keys in JSON and numbers in the path: it ends here.
        if field.shape == Shape::Map {
            break;
        }
        for place in places.split(['[', ']']).filter(|place| !place.is_empty()) {
            pointer.push('/');
            pointer.push_str(place);
        }
        message = SCHEMA.inner(field);
    }
    (pointer.len() > 1 || matches!(route.body, BodyOf::Field(_))).then_some(pointer)
}

fn bytes_of(message: &[u8], wanted: u32) -> Result<&[u8], Malformed> {
    let mut reader = Reader::new(message);
    while let Some((number, value)) = reader.next()? {
        if let Value::Bytes(bytes) = value
            && number == wanted
        {
            return Ok(bytes);
        }
    }
    Ok(&[])
}

fn text(message: &[u8], wanted: u32) -> Result<String, Malformed> {
    Ok(String::from_utf8_lossy(bytes_of(message, wanted)?).into_owned())
}

fn number(message: &[u8], wanted: u32) -> Result<u64, Malformed> {
    let mut reader = Reader::new(message);
    while let Some((number, value)) = reader.next()? {
        if let Value::Varint(value) = value
            && number == wanted
        {
            return Ok(value);
        }
    }
    Ok(0)
}

/// A message of gRPC without its escapes.
fn unescaped(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escaped {
            Some(escaped) if *byte == b'%' => {
                out.push(escaped);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::gateway::routes::{Found, ROUTES};

    fn route(method: Method, path: &str) -> &'static Route {
        let Found::Route(route) = ROUTES.find(&method, path) else { panic!("{path}") };
        route
    }

    #[test]
    fn fields_are_pointed_at_where_they_stood() {
        let decide = route(Method::POST, "/v1/brands/b/properties/p:decideOffers");
        for (path, expected) in [
            ("placement_requests[3].offer_count", Some("#/placementRequests/3/offerCount")),
            ("context.party.adult_count", Some("#/context/party/adultCount")),
            ("context.attributes[0].value", Some("#/context/attributes")),
            ("property", None),
            ("", None),
            ("no_such_field", None),
        ] {
            assert_eq!(pointer(decide, path).as_deref(), expected, "{path}");
        }
        let update = route(Method::PATCH, "/v1/brands/b/guests/g");
        assert_eq!(pointer(update, "guest.home_time_zone").as_deref(), Some("#/homeTimeZone"));
        assert_eq!(pointer(update, "update_mask"), None);
        assert_eq!(pointer(update, "guest.name"), None);
        let get = route(Method::GET, "/v1/brands/b/guests/g");
        assert_eq!(pointer(get, "name"), None);
    }

    #[test]
    fn codes_have_the_statuses_of_google_rpc() {
        let status = |code: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-status", code.parse().unwrap());
            headers.insert("grpc-message", "50%25 caf%C3%A9".parse().unwrap());
            Problem::of(&headers).map(|problem| (problem.status().as_u16(), problem.detail.clone()))
        };
        let text = "50% café".to_owned();
        assert_eq!(status("0"), None);
        for (code, expected) in [("3", 400), ("5", 404), ("8", 429), ("16", 401), ("99", 500)] {
            assert_eq!(status(code), Some((expected, text.clone())));
        }
        assert_eq!(Problem::of(&HeaderMap::new()), None);
    }
}
