//! Three callers of one API: gRPC, gRPC-web and JSON. Each is made from the descriptors by an
//! implementation that is not the product's, and gives what it was told in one form.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use http::uri::PathAndQuery;
use prost_reflect::prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, SerializeOptions, Value};
use serde_json::Value as Json;
use tokio_stream::StreamExt;
use tonic::client::Grpc;
use tonic::{Request, Status};
use tonic_types::StatusExt;

use crate::support::TestService;
use crate::support::raw_codec::RawCodec;

use super::http1::{Ask, Told};

pub(super) static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(concierge::api::FILE_DESCRIPTOR_SET).unwrap());

/// All calls of the API.
pub(super) fn methods() -> Vec<MethodDescriptor> {
    let services = POOL.services().filter(|service| service.package_name() == "concierge.v1");
    services.flat_map(|service| service.methods().collect::<Vec<_>>()).collect()
}

/// The call of a name such as `DecisionService/DecideOffers`.
pub(super) fn method(name: &str) -> MethodDescriptor {
    let (service, call) = name.split_once('/').expect("service and call");
    methods()
        .into_iter()
        .find(|known| known.name() == call && known.parent_service().name() == service)
        .unwrap_or_else(|| panic!("there is no {name}"))
}

/// What the client of gRPC says where it gave up itself.
const GIVEN_UP: &str = "Timeout expired";

/// A call to make.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: MethodDescriptor,
    /// Its requests: one, or those of a stream.
    pub(super) requests: Vec<DynamicMessage>,
    pub(super) key: Option<String>,
    /// `grpc-timeout`.
    pub(super) timeout: Option<&'static str>,
}

/// What came of a call.
#[derive(Clone, PartialEq)]
pub(super) struct Outcome {
    pub(super) messages: Vec<DynamicMessage>,
    /// Name of the code, `Ok` where it came well; the sentence; the reason; fields at fault.
    pub(super) code: String,
    pub(super) text: String,
    pub(super) reason: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) retry_millis: Option<u128>,
}

impl Outcome {
    fn of(messages: Vec<DynamicMessage>, status: Option<&Status>) -> Self {
        let details = status.map(|status| status.get_error_details()).unwrap_or_default();
        let violations = details.bad_request().map(|bad| bad.field_violations.clone());
        let fields = violations.into_iter().flatten().map(|v| (v.field, v.description));
        let retry = details.retry_info().and_then(|info| info.retry_delay);
        Self {
            messages,
            code: status.map_or("Ok".into(), |status| format!("{:?}", status.code())),
            text: status.map(|status| status.message().to_owned()).unwrap_or_default(),
            reason: details.error_info().map(|info| info.reason.clone()).unwrap_or_default(),
            fields: fields.collect(),
            retry_millis: retry.map(|delay| delay.as_millis()),
        }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages: Vec<String> = self.messages.iter().map(json_text).collect();
        let (text, reason, fields) = (&self.text, &self.reason, &self.fields);
        write!(f, "{} {text:?} {reason} {fields:?} {:?}", self.code, self.retry_millis)?;
        write!(f, " {}", messages.join(" "))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Grpc,
    Web,
    WebText,
    Json,
}

impl Call {
    /// A call with its requests in JSON, one or a list of them; `$name` stands for what is known.
    pub(super) fn of(
        call: &str,
        request: &Json,
        known: &HashMap<&'static str, String>,
        key: Option<String>,
    ) -> Self {
        let method = method(call);
        let requests = match request {
            Json::Array(requests) => requests.clone(),
            request => vec![request.clone()],
        };
        let filled = |request: &Json| {
            let mut text = request.to_string();
            for (name, value) in known {
                text = text.replace(&format!("${name}"), value);
            }
            let json: Json = serde_json::from_str(&text).expect("JSON");
            DynamicMessage::deserialize(method.input(), json)
                .unwrap_or_else(|error| panic!("{call}: {error}"))
        };
        Self {
            requests: requests.iter().map(filled).collect(),
            key,
            timeout: None,
            method: method.clone(),
        }
    }

    pub(super) async fn through(&self, face: Face, service: &TestService) -> (Outcome, Vec<Seen>) {
        match face {
            Face::Grpc => {
                // The client of gRPC keeps time too, and sometimes gives up before the server
                // answers; what came too late was not begun, so it is asked again.
                let mut outcome = self.grpc(service).await;
                for _ in 0..200 {
                    if outcome.text != GIVEN_UP {
                        break;
                    }
                    outcome = self.grpc(service).await;
                }
                (outcome, Vec::new())
            }
            Face::Web => (self.web(service, false).await, Vec::new()),
            Face::WebText => (self.web(service, true).await, Vec::new()),
            Face::Json => self.json(service).await,
        }
    }

    fn path(&self) -> String {
        format!("/{}/{}", self.method.parent_service().full_name(), self.method.name())
    }

    fn read(&self, bytes: &[u8]) -> DynamicMessage {
        DynamicMessage::decode(self.method.output(), bytes).expect("a message")
    }

    async fn grpc(&self, service: &TestService) -> Outcome {
        let client = service.client_with_key(self.key.as_deref());
        let mut grpc = Grpc::new(client.connection()).max_decoding_message_size(64 << 20);
        grpc.ready().await.expect("ready");
        let path = PathAndQuery::try_from(self.path()).expect("a path");
        let bytes: Vec<Vec<u8>> = self.requests.iter().map(|m| m.encode_to_vec()).collect();
        let mut request = Request::new(tokio_stream::iter(bytes));
        if let Some(timeout) = self.timeout {
            request.metadata_mut().insert("grpc-timeout", timeout.parse().expect("a header"));
        }
        let mut messages = Vec::new();
        let ended = match grpc.streaming(request, path, RawCodec).await {
            Err(status) => Some(status),
            Ok(answer) => {
                let mut answer = answer.into_inner();
                loop {
                    match answer.next().await {
                        Some(Ok(bytes)) => messages.push(self.read(&bytes)),
                        Some(Err(status)) => break Some(status),
                        None => break None,
                    }
                }
            }
        };
        Outcome::of(messages, ended.as_ref())
    }

    fn headers(&self, mut ask: Ask) -> Ask {
        if let Some(key) = &self.key {
            ask = ask.key(key);
        }
        match self.timeout {
            Some(timeout) => ask.with("grpc-timeout", timeout),
            None => ask,
        }
    }

    async fn web(&self, service: &TestService, is_text: bool) -> Outcome {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let kind = if is_text { "application/grpc-web-text" } else { "application/grpc-web+proto" };
        let ask = Ask::new("POST", self.path()).with("content-type", kind).with("accept", kind);
        let mut ask = self.headers(ask.with("x-grpc-web", "1"));
        for request in &self.requests {
            let bytes = request.encode_to_vec();
            ask.body.push(0);
            ask.body.extend(u32::try_from(bytes.len()).expect("short").to_be_bytes());
            ask.body.extend(bytes);
        }
        if is_text {
            ask.body = STANDARD.encode(&ask.body).into_bytes();
        }
        let told = ask.send(service.address()).await;
        assert_eq!(told.status, 200, "{told:?}");
        let mut body = told.body.clone();
        if is_text {
            // Pieces are encoded one by one, each with its padding.
            let pieces = told.text().as_bytes().chunks(4);
            body = pieces.flat_map(|four| STANDARD.decode(four).expect("base64")).collect();
        }
        let (mut messages, mut status) = (Vec::new(), Status::from_header_map(&told.headers));
        let mut rest = body.as_slice();
        while let Some(([flag, a, b, c, d], after)) = rest.split_first_chunk::<5>() {
            let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            let (frame, after) = after.split_at(length);
            rest = after;
            if *flag == 0 {
                messages.push(self.read(frame));
                continue;
            }
            let mut trailers = http::HeaderMap::new();
            for line in std::str::from_utf8(frame).expect("text").lines() {
                let (name, value) = line.split_once(':').expect("a trailer");
                let name: http::HeaderName = name.parse().expect("a name");
                trailers.insert(name, value.trim().parse().expect("a value"));
            }
            status = Status::from_header_map(&trailers);
        }
        let status = status.filter(|status| status.code() != tonic::Code::Ok);
        Outcome::of(messages, status.as_ref())
    }

    async fn json(&self, service: &TestService) -> (Outcome, Vec<Seen>) {
        let ask = self.headers(self.ask());
        let told = ask.send(service.address()).await;
        if !self.method.is_server_streaming() || told.status != 200 {
            let seen = Seen { method: self.method.clone(), status: told.status, json: told.json() };
            return (self.outcome(&told), vec![seen]);
        }
        assert_eq!(told.header("content-type"), "application/x-ndjson");
        let lines: Vec<Json> =
            told.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let results = lines.iter().filter_map(|line| line.get("result"));
        let messages = results.map(|json| self.of_json(json.clone())).collect();
        let error = lines.iter().find_map(|line| line.get("error"));
        let outcome = match error {
            Some(error) => Outcome { messages, ..problem(error) },
            None => Outcome::of(messages, None),
        };
        let seen = |json| Seen { method: self.method.clone(), status: 200, json };
        (outcome, lines.into_iter().map(seen).collect())
    }

    fn of_json(&self, json: Json) -> DynamicMessage {
        DynamicMessage::deserialize(self.method.output(), json).expect("the answer's JSON")
    }

    fn outcome(&self, told: &Told) -> Outcome {
        if told.status == 200 {
            assert_eq!(told.header("content-type"), "application/json");
            return Outcome::of(vec![self.of_json(told.json())], None);
        }
        assert_eq!(told.header("content-type"), "application/problem+json", "{told:?}");
        let json = told.json();
        assert_eq!(json["status"], told.status);
        problem(&json)
    }

    /// The request of HTTP that the option `google.api.http` asks for.
    fn ask(&self) -> Ask {
        let extension = POOL.get_extension_by_name("google.api.http").expect("the option");
        let options = self.method.options();
        let rule = options.get_extension(&extension).into_owned();
        let rule = rule.as_message().expect("a rule");
        let text = |name: &str| {
            let value = rule.get_field_by_name(name).map(|value| value.into_owned());
            value.and_then(|value| value.as_str().map(ToOwned::to_owned)).unwrap_or_default()
        };
        let verbs = [("get", "GET"), ("post", "POST"), ("patch", "PATCH"), ("delete", "DELETE")];
        let (verb, path) = verbs
            .into_iter()
            .map(|(name, verb)| (verb, text(name)))
            .find(|(_, path)| !path.is_empty())
            .expect("a path");
        if self.method.is_client_streaming() {
            let lines: Vec<String> = self.requests.iter().map(json_text).collect();
            let mut ask = Ask::new(verb, path).with("content-type", "application/x-ndjson");
            ask.body = lines.join("\n").into_bytes();
            return ask;
        }
        let mut request = self.requests.first().expect("a request").clone();
        let mut target = String::new();
        let mut rest = path.as_str();
        while let Some((before, variable)) = rest.split_once('{') {
            let (variable, after) = variable.split_once('}').expect("braces");
            let field = variable.split('=').next().expect("a name");
            target.push_str(before);
            target.push_str(&escaped(&take(&mut request, field)));
            rest = after;
        }
        target.push_str(rest);
        let Json::Object(mut fields) = serde_json::from_str(&json_text(&request)).expect("JSON")
        else {
            panic!("a message is an object")
        };
        let body = match text("body").as_str() {
            "" => None,
            "*" => Some(Json::Object(std::mem::take(&mut fields))),
            name => {
                let name = self.method.input().get_field_by_name(name).expect("a field");
                Some(fields.remove(name.json_name()).unwrap_or_default())
            }
        };
        for (at, (name, value)) in fields.iter().enumerate() {
            target.push(if at == 0 { '?' } else { '&' });
            let text = |value: &Json| value.as_str().map_or(value.to_string(), ToOwned::to_owned);
            let values: Vec<String> = match value {
                Json::Array(values) => values.iter().map(text).collect(),
                value => vec![text(value)],
            };
            let pairs: Vec<String> =
                values.iter().map(|value| format!("{name}={}", escaped(value))).collect();
            target.push_str(&pairs.join("&"));
        }
        let ask = Ask::new(verb, target);
        body.map_or(ask.clone(), |body| ask.json(body.to_string()))
    }
}

/// An answer in JSON, for the description to be held against.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) method: MethodDescriptor,
    pub(super) status: u16,
    pub(super) json: Json,
}

fn problem(json: &Json) -> Outcome {
    let text = |json: &Json, name: &str| json[name].as_str().unwrap_or_default().to_owned();
    // `NOT_FOUND` as `NotFound`.
    let words = text(json, "code");
    let code = words.split('_').map(|word| {
        let (head, tail) = word.split_at(1);
        format!("{head}{}", tail.to_ascii_lowercase())
    });
    let fields = json["errors"].as_array().into_iter().flatten();
    Outcome {
        messages: Vec::new(),
        code: code.collect(),
        text: text(json, "detail"),
        reason: text(json, "reason"),
        fields: fields.map(|field| (text(field, "field"), text(field, "detail"))).collect(),
        retry_millis: json["retryAfterMs"].as_u64().map(u128::from),
    }
}

pub(super) fn json_text(message: &DynamicMessage) -> String {
    let mut out = serde_json::Serializer::new(Vec::new());
    message.serialize_with_options(&mut out, &SerializeOptions::new()).expect("JSON");
    String::from_utf8(out.into_inner()).expect("a text")
}

/// Takes a text out of a message, by the path of its field.
fn take(message: &mut DynamicMessage, path: &str) -> String {
    match path.split_once('.') {
        Some((field, inner)) => {
            let inner_message = message.get_field_by_name_mut(field).expect("a field");
            take(inner_message.as_message_mut().expect("a message"), inner)
        }
        None => {
            let value = message.get_field_by_name(path).expect("a field").into_owned();
            message.clear_field_by_name(path);
            let Value::String(text) = value else { panic!("{path} is a text") };
            text
        }
    }
}

/// Everything but letters, digits and slashes as escapes.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'/';
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") })
        .collect()
}
