//! From the answer of gRPC to that of HTTP: one message becomes one object; a failure becomes
//! problem details.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use http::{HeaderMap, Method, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use xxhash_rust::xxh3::xxh3_128;

use super::hosted;
use super::problem::{self, Problem};
use super::routes::Route;
use super::schema::SCHEMA;
use super::stream::{Form, Messages};
use super::to_json;
use super::wire::PREFIX;

/// The body of an answer.
pub enum Answer<B> {
    /// As the service gave it: gRPC.
    Grpc(B),
    /// All of it.
    Whole(Option<Bytes>),
    /// Messages as they come.
    Messages(Box<Messages<B>>),
}

impl<B: Body<Data = Bytes> + Unpin> Body for Answer<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match &mut *self {
            Self::Grpc(body) => Pin::new(body).poll_frame(cx),
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Messages(messages) => {
                messages.poll(cx).map(|next| next.map(|b| Ok(Frame::data(b))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Grpc(body) => body.is_end_stream(),
            Self::Whole(bytes) => bytes.is_none(),
            Self::Messages(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Grpc(body) => body.size_hint(),
            Self::Whole(bytes) => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
            }
            Self::Messages(_) => SizeHint::default(),
        }
    }
}

/// What of a request its answer depends on.
pub(super) struct Asked {
    /// The call.
    pub(super) route: &'static Route,
    /// The method of HTTP.
    pub(super) method: Method,
    /// What the caller has already.
    pub(super) if_none_match: Option<HeaderValue>,
    /// How a stream is answered.
    pub(super) form: Form,
    /// The caller's id of the request, given back.
    pub(super) request_id: Option<HeaderValue>,
}

impl Asked {
    /// The answer to a call.
    pub(super) async fn answer<B>(self, response: Response<B>) -> Response<Answer<B>>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let (head, mut body) = response.into_parts();
        let mut answer = if let Some(problem) = Problem::of(&head.headers) {
            told(&problem, Some(self.route))
        } else if self.route.gives_stream {
            let mut answer = Response::new(Answer::Messages(Box::new(Messages::new(
                body, self.route, self.form,
            ))));
            insert(&mut answer, CONTENT_TYPE, self.form.content_type());
            insert(&mut answer, CACHE_CONTROL, "no-store");
            answer
        } else {
            match message(&mut body).await {
                Ok(bytes) => self.object(&bytes),
                Err(problem) => told(&problem, Some(self.route)),
            }
        };
        if let Some(id) = self.request_id {
            answer.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
        }
        answer
    }

    /// A message as an object.
    fn object<B>(&self, message: &[u8]) -> Response<Answer<B>> {
        let mut json = Vec::with_capacity(message.len() * 3 + 64);
        if let Err(error) = to_json::write(&SCHEMA, self.route.output, message, &mut json) {
            tracing::error!(%error, call = %self.route.grpc, "an answer cannot be written as JSON");
            return told(&Problem::fault(), Some(self.route));
        }
        let Some(hosted) = self.route.hosted else {
            let known = self.if_none_match.as_ref();
            return whole(json.into(), "application/json", &self.method, known);
        };
        let mut answer = whole(json.into(), "application/json", &self.method, None);
        *answer.status_mut() = hosted.success();
        if hosted.success() == StatusCode::NO_CONTENT {
            answer.headers_mut().remove(CONTENT_TYPE);
            *answer.body_mut() = Answer::Whole(None);
        }
        answer
    }
}

/// The one message of an answer.
async fn message<B: Body<Data = Bytes> + Unpin>(body: &mut B) -> Result<Bytes, Problem> {
    let mut bytes = Bytes::new();
    let mut trailers = HeaderMap::new();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await {
        let frame = frame.map_err(|_| Problem::fault())?;
        match frame.into_data() {
            Ok(data) if bytes.is_empty() => bytes = data,
            Ok(data) => bytes = [bytes, data].concat().into(),
            Err(frame) => trailers = frame.into_trailers().unwrap_or_default(),
        }
    }
    match Problem::of(&trailers) {
        Some(problem) => Err(problem),
        // Without the bytes of a frame there is no message, which is a fault.
        None if bytes.len() < PREFIX => Err(Problem::fault()),
        None => Ok(bytes.slice(PREFIX..)),
    }
}

/// An answer that is known as a whole. What is read can be kept by the caller, who asks whether it
/// is still so; what does something is not kept.
pub(super) fn whole<B>(
    bytes: Bytes,
    content_type: &'static str,
    method: &Method,
    if_none_match: Option<&HeaderValue>,
) -> Response<Answer<B>> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let mut answer = Response::new(Answer::Whole(Some(bytes)));
        insert(&mut answer, CONTENT_TYPE, content_type);
        insert(&mut answer, CACHE_CONTROL, "no-store");
        return answer;
    }
    let tag = format!("\"{:032x}\"", xxh3_128(&bytes));
    let is_known = if_none_match.is_some_and(|known| is_among(known, &tag));
    let mut answer = Response::new(Answer::Whole((!is_known).then_some(bytes)));
    if is_known {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        insert(&mut answer, CONTENT_TYPE, content_type);
    }
    insert(&mut answer, CACHE_CONTROL, "private, no-cache");
    insert(&mut answer, http::header::VARY, "authorization, x-api-key, ocp-apim-subscription-key");
    if let Ok(tag) = HeaderValue::try_from(tag) {
        answer.headers_mut().insert(ETAG, tag);
    }
    answer
}

/// Is a tag among those of `if-none-match`?
fn is_among(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    known
        .split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// A problem as an answer.
pub(super) fn told<B>(problem: &Problem, route: Option<&'static Route>) -> Response<Answer<B>> {
    let (body, kind) = match route.and_then(|route| route.hosted) {
        Some(hosted) => (hosted.error(problem), hosted::CONTENT_TYPE),
        None => (problem.json(route), problem::CONTENT_TYPE),
    };
    let mut answer = Response::new(Answer::Whole(Some(body.into())));
    *answer.status_mut() = problem.status();
    insert(&mut answer, CONTENT_TYPE, kind);
    insert(&mut answer, CACHE_CONTROL, "no-store");
    if problem.status() == StatusCode::UNAUTHORIZED {
        insert(&mut answer, WWW_AUTHENTICATE, "Bearer");
    }
    if let Some(millis) = problem.retry_millis {
        // In whole seconds, and never at once.
        let seconds = HeaderValue::from(millis.div_ceil(1_000).max(1));
        answer.headers_mut().insert(RETRY_AFTER, seconds);
    }
    answer
}

/// A path that is something by other methods only.
pub(super) fn other_methods<B>(methods: &[&'static Method]) -> Response<Answer<B>> {
    let allowed = methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", ");
    let detail = format!("the path takes {allowed}");
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let mut answer =
        told(&Problem::new(status, "UNIMPLEMENTED", "METHOD_NOT_ALLOWED", &detail), None);
    if let Ok(allowed) = HeaderValue::try_from(allowed) {
        answer.headers_mut().insert(ALLOW, allowed);
    }
    answer
}

fn insert<B>(answer: &mut Response<B>, name: HeaderName, value: &'static str) {
    answer.headers_mut().insert(name, HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_one_by_one() {
        let among = |known: &str| is_among(&known.parse().unwrap(), "\"a\"");
        assert!(among("\"a\"") && among("\"b\", W/\"a\"") && among("*"));
        assert!(!among("\"b\"") && !among("a") && !among(""));
    }

    #[test]
    fn what_is_read_has_a_tag_and_what_does_something_has_none() {
        let bytes = || Bytes::from_static(b"{}");
        let read: Response<Answer<String>> = whole(bytes(), "application/json", &Method::GET, None);
        let tag = read.headers()[ETAG].clone();
        let again: Response<Answer<String>> =
            whole(bytes(), "application/json", &Method::GET, Some(&tag));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let done: Response<Answer<String>> =
            whole(bytes(), "application/json", &Method::POST, Some(&tag));
        assert!(done.status() == StatusCode::OK && !done.headers().contains_key(ETAG));
        assert_eq!(done.headers()[CACHE_CONTROL], "no-store");
    }
}
