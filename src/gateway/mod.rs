//! The gateway: every call of the API as JSON over HTTP, and as gRPC-web, on the port of gRPC.
//!
//! ```text
//!            application/grpc      ────────────────────────────────▶ door ─▶ services
//! request ─▶ application/grpc-web  ─▶ its frames are those of gRPC ─▶ the same door
//!            anything else         ─▶ route ─▶ path, query and JSON as one frame ─▶ the same door
//! ```
//!
//! One source of truth: paths come from the options `google.api.http` of the proto ([`routes`]),
//! names and forms from its JSON mapping ([`from_json`], [`to_json`]), and the description of both
//! ([`openapi`]) is made from the same. A call in JSON becomes a call of gRPC in this process, with
//! its headers, before anybody asks who calls: credentials, room, deadlines, limits and metrics are
//! those of gRPC because they are the same door. Only when the call is let in is its body read
//! ([`request`]). Failures come back as problem details ([`problem`]).
//!
//! Neither tonic nor the services are known here: they are handed in ([`Wiring`]).

mod answer;
mod bind;
mod cors;
mod free_form;
mod from_json;
mod hosted;
#[cfg(test)]
mod mapping_tests;
mod openapi;
mod problem;
mod request;
mod routes;
mod scalar;
mod schema;
mod stream;
mod template;
mod to_json;
mod well_known;
mod wire;

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{
    ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, IF_NONE_MATCH,
    TE,
};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, Version};
use http_body::Body;
use metrics::Counter;
use tower::Service;

use crate::sys::unread::Unread;

pub use answer::Answer;
pub use request::{JsonBody, Unreadable};

use answer::{Asked, told, whole};
use cors::Cors;
use problem::Problem;
use routes::{BodyOf, Found, ROUTES, Route};

/// Where the description of the API is served.
pub const OPENAPI_PATH: &str = "/openapi.json";
/// Calls by the face they came through, but for gRPC itself.
const FACES: &str = "concierge_gateway_requests_total";
/// How long a caller of JSON waits, in milliseconds.
const TIMEOUT: &str = "x-timeout-ms";

/// An answer on its way.
pub type Pending<B> = Pin<Box<dyn Future<Output = Result<Response<B>, Infallible>> + Send>>;

/// What the gateway is told of the service behind it.
pub struct Wiring<G, B> {
    /// A body in JSON as a body of the service.
    pub body: fn(JsonBody<B>) -> B,
    /// A call of gRPC-web.
    pub web: fn(G, Request<B>) -> Pending<B>,
    /// Longest message that the call of a path takes, in bytes.
    pub bytes_max: fn(&str) -> usize,
}

/// What the gateway goes by.
#[derive(Debug, Clone, Default)]
pub struct GatewayOptions {
    /// Origins whose pages may call; `*`: all.
    pub cors_origins: Vec<String>,
    /// The description of the API is served.
    pub openapi: bool,
}

/// A service of gRPC that also speaks gRPC-web and JSON.
pub struct Gateway<G, B> {
    grpc: G,
    shared: Arc<Shared<G, B>>,
}

struct Shared<G, B> {
    wiring: Wiring<G, B>,
    cors: Cors,
    openapi: bool,
    json_calls: Counter,
    web_calls: Counter,
}

impl<G: Clone, B> Clone for Gateway<G, B> {
    fn clone(&self) -> Self {
        Self { grpc: self.grpc.clone(), shared: Arc::clone(&self.shared) }
    }
}

/// How a caller speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    Grpc,
    Web,
    Json,
}

fn face(headers: &HeaderMap) -> Face {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    match kind.strip_prefix(b"application/grpc") {
        Some(rest) if rest.starts_with(b"-web") => Face::Web,
        Some(_) => Face::Grpc,
        None => Face::Json,
    }
}

impl<G, B> Gateway<G, B>
where
    G: Service<Request<B>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    G::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    /// Puts the gateway before a service.
    pub fn new(grpc: G, wiring: Wiring<G, B>, options: &GatewayOptions) -> Self {
        metrics::describe_counter!(FACES, "Calls that came as JSON or gRPC-web");
        // Made now, so that the first call does not wait for it.
        std::sync::LazyLock::force(&ROUTES);
        let shared = Shared {
            wiring,
            cors: Cors::new(&options.cors_origins),
            openapi: options.openapi,
            json_calls: metrics::counter!(FACES, "face" => "json"),
            web_calls: metrics::counter!(FACES, "face" => "grpc_web"),
        };
        Self { grpc, shared: Arc::new(shared) }
    }

    /// A call of gRPC-web.
    fn web(&self, request: Request<B>) -> Answering<G::Future, B> {
        let shared = Arc::clone(&self.shared);
        shared.web_calls.increment(1);
        let origin = shared.cors.permitted(request.headers());
        let pending = (shared.wiring.web)(self.grpc.clone(), request);
        Answering::Other(Box::pin(async move {
            let mut answer = pending.await?.map(Answer::Grpc);
            shared.cors.permit(origin, answer.headers_mut());
            Ok(answer)
        }))
    }

    /// Everything that is not gRPC.
    fn json(&mut self, request: Request<B>) -> Answering<G::Future, B> {
        let shared = Arc::clone(&self.shared);
        shared.json_calls.increment(1);
        let origin = shared.cors.permitted(request.headers());
        if Cors::is_preflight(request.method(), request.headers()) {
            let mut answer = Response::new(Answer::Whole(None));
            *answer.status_mut() = StatusCode::NO_CONTENT;
            shared.cors.preflight(request.headers(), answer.headers_mut());
            return Answering::Other(Box::pin(std::future::ready(Ok(answer))));
        }
        let refusal = match ROUTES.find(request.method(), request.uri().path()) {
            Found::Route(route) => match unsupported(route, request.headers()) {
                None => return self.call_route(route, request, origin),
                Some(problem) => told(&problem, Some(route)),
            },
            Found::OtherMethods(methods) => answer::other_methods(&methods),
            Found::Nothing => match self.description(&request) {
                Some(description) => description,
                None => {
                    let detail = "there is no such path; /openapi.json lists what there is";
                    let status = StatusCode::NOT_FOUND;
                    told(&Problem::new(status, "UNIMPLEMENTED", "NO_SUCH_PATH", detail), None)
                }
            },
        };
        // The door turns it away, and lets its request run out.
        let away = self.grpc.call(to_nowhere(request));
        Answering::Other(Box::pin(async move {
            let _ = away.await;
            let mut answer = refusal;
            shared.cors.permit(origin, answer.headers_mut());
            Ok(answer)
        }))
    }

    /// The description of the API, where it is what is asked for.
    fn description(&self, request: &Request<B>) -> Option<Response<Answer<B>>> {
        let is_asked = self.shared.openapi
            && request.uri().path() == OPENAPI_PATH
            && matches!(*request.method(), Method::GET | Method::HEAD);
        is_asked.then(|| {
            let known = request.headers().get(IF_NONE_MATCH);
            let bytes = Bytes::from_static(openapi::DOCUMENT.as_bytes());
            let mut answer = whole(bytes, "application/json", request.method(), known);
            let public = HeaderValue::from_static("public, max-age=300");
            answer.headers_mut().insert(http::header::CACHE_CONTROL, public);
            answer
        })
    }

    fn call_route(
        &mut self,
        route: &'static Route,
        request: Request<B>,
        origin: Option<HeaderValue>,
    ) -> Answering<G::Future, B> {
        let shared = Arc::clone(&self.shared);
        let (mut head, body) = request.into_parts();
        let asked = Asked {
            route,
            method: head.method.clone(),
            if_none_match: head.headers.get(IF_NONE_MATCH).cloned(),
            form: stream::Form::of(head.headers.get(ACCEPT)),
            request_id: head.headers.get("x-request-id").cloned(),
        };
        let bound = bind::bind(route, head.uri.path(), head.uri.query().unwrap_or_default());
        let unread = Unread::default();
        // JSON is longer than what it becomes, which has its own limit.
        let bytes_max = (shared.wiring.bytes_max)(route.grpc.path()).saturating_mul(2);
        let body = JsonBody::new(body, route, bound, bytes_max, unread.clone());
        as_grpc(&mut head, route.grpc.clone());
        head.extensions.insert(unread);
        let call = self.grpc.call(Request::from_parts(head, (shared.wiring.body)(body)));
        Answering::Other(Box::pin(async move {
            let mut answer = asked.answer(call.await?).await;
            shared.cors.permit(origin, answer.headers_mut());
            Ok(answer)
        }))
    }
}

/// The head of a call of gRPC: the same headers, but for those of the body.
fn as_grpc(head: &mut http::request::Parts, path: Uri) {
    head.method = Method::POST;
    head.uri = path;
    head.version = Version::HTTP_2;
    let headers = &mut head.headers;
    headers.remove(CONTENT_LENGTH);
    headers.remove(http::header::ACCEPT_ENCODING);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(TE, HeaderValue::from_static("trailers"));
    let millis = headers.remove(TIMEOUT).and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    // At most eight digits, as the protocol has it: more than a day is for ever.
    let timeout = millis.map(|millis| format!("{}m", millis.min(99_999_999)));
    if let Some(timeout) = timeout.and_then(|timeout| HeaderValue::try_from(timeout).ok()) {
        headers.insert(HeaderName::from_static("grpc-timeout"), timeout);
    }
}

/// A request that no call is meant by.
fn to_nowhere<B>(request: Request<B>) -> Request<B> {
    let (mut head, body) = request.into_parts();
    as_grpc(&mut head, Uri::from_static("/"));
    Request::from_parts(head, body)
}

/// Why the body of a request cannot be read, whatever it says.
fn unsupported(route: &Route, headers: &HeaderMap) -> Option<Problem> {
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let is_plain = |value: &HeaderValue| value == "identity";
    if !headers.get(CONTENT_ENCODING).is_none_or(is_plain) {
        let detail = "the body is compressed; send it as it is";
        return Some(Problem::new(status, "INVALID_ARGUMENT", "UNSUPPORTED_ENCODING", detail));
    }
    if matches!(route.body, BodyOf::Nothing) {
        return None;
    }
    let kind = headers.get(CONTENT_TYPE)?.to_str().unwrap_or("?").to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_json = kind == "application/json"
        || (kind.starts_with("application/") && kind.ends_with("+json"))
        || (route.takes_stream && kind == "application/x-ndjson");
    let detail = "the body is no JSON; send content-type: application/json";
    (!is_json).then(|| Problem::new(status, "INVALID_ARGUMENT", "UNSUPPORTED_MEDIA_TYPE", detail))
}

impl<G, B> Service<Request<B>> for Gateway<G, B>
where
    G: Service<Request<B>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    G::Future: Send + Unpin + 'static,
    B: Body<Data = Bytes> + Send + Unpin + 'static,
{
    type Response = Response<Answer<B>>;
    type Error = Infallible;
    type Future = Answering<G::Future, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.grpc.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match face(request.headers()) {
            Face::Grpc => Answering::Grpc(self.grpc.call(request)),
            Face::Web => self.web(request),
            Face::Json => self.json(request),
        }
    }
}

/// A call on its way.
pub enum Answering<F, B> {
    /// Of gRPC: passed on as it is.
    Grpc(F),
    /// Any other.
    Other(Pending<Answer<B>>),
}

impl<F, B> Future for Answering<F, B>
where
    F: Future<Output = Result<Response<B>, Infallible>> + Unpin,
{
    type Output = Result<Response<Answer<B>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Grpc(call) => {
                Pin::new(call).poll(cx).map(|done| done.map(|answer| answer.map(Answer::Grpc)))
            }
            Self::Other(pending) => pending.as_mut().poll(cx),
        }
    }
}
