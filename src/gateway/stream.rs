//! Answers that are streams: server-sent events, or a line of JSON for each message.
//!
//! | form | a message | an error | the end |
//! |---|---|---|---|
//! | `text/event-stream` | `data: {…}` | `event: error` with problem details | `event: end` |
//! | `application/x-ndjson` | `{"result":{…}}` | `{"error":{…}}` | the end of the body |

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue};
use http_body::Body;
use tokio::time::Sleep;

use super::problem::Problem;
use super::routes::Route;
use super::schema::SCHEMA;
use super::to_json;
use super::wire::PREFIX;

/// After so long without a message a comment is sent, so that nobody between takes the connection
/// for dead.
const SILENCE_MAX: Duration = Duration::from_secs(15);

/// How a stream is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Server-sent events.
    Events,
    /// A line for each message.
    Lines,
}

impl Form {
    /// The form that a caller asks for.
    pub(super) fn of(accept: Option<&HeaderValue>) -> Self {
        let accept = accept.and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        if accept.contains("text/event-stream") { Self::Events } else { Self::Lines }
    }

    /// Its content type.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Events => "text/event-stream",
            Self::Lines => "application/x-ndjson",
        }
    }

    fn message(self, route: &'static Route, message: &[u8], out: &mut Vec<u8>) -> Option<Problem> {
        let start = out.len();
        let (before, after) = match self {
            Self::Events => (&b"data: "[..], &b"\n\n"[..]),
            Self::Lines => (&b"{\"result\":"[..], &b"}\n"[..]),
        };
        out.extend_from_slice(before);
        if let Err(error) = to_json::write(&SCHEMA, route.output, message, out) {
            tracing::error!(%error, call = %route.grpc, "an answer cannot be written as JSON");
            out.truncate(start);
            return Some(Problem::fault());
        }
        out.extend_from_slice(after);
        None
    }

    fn problem(self, route: &'static Route, problem: &Problem, out: &mut Vec<u8>) {
        let (before, after) = match self {
            Self::Events => (&b"event: error\ndata: "[..], &b"\n\n"[..]),
            Self::Lines => (&b"{\"error\":"[..], &b"}\n"[..]),
        };
        out.extend_from_slice(before);
        out.extend_from_slice(&problem.json(Some(route)));
        out.extend_from_slice(after);
    }
}

/// The messages of an answer, as they come.
pub struct Messages<B> {
    body: B,
    route: &'static Route,
    form: Form,
    /// Bytes that are not yet a whole message.
    held: BytesMut,
    silence: Option<Pin<Box<Sleep>>>,
    is_done: bool,
}

impl<B: Body<Data = Bytes> + Unpin> Messages<B> {
    /// Those of a body.
    pub(super) fn new(body: B, route: &'static Route, form: Form) -> Self {
        Self { body, route, form, held: BytesMut::new(), silence: None, is_done: false }
    }

    /// The next bytes.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if self.is_done {
                return Poll::Ready(None);
            }
            let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
                ready!(self.poll_silence(cx));
                return Poll::Ready(Some(Bytes::from_static(b": still here\n\n")));
            };
            self.silence = None;
            let mut out = Vec::new();
            match frame.map(|frame| frame.map(http_body::Frame::into_data)) {
                Some(Ok(Ok(data))) => {
                    self.held.extend_from_slice(&data);
                    self.messages(&mut out);
                }
                Some(Ok(Err(frame))) => {
                    self.end(&frame.into_trailers().unwrap_or_default(), &mut out)
                }
                Some(Err(_)) => self.fail(&Problem::fault(), &mut out),
                None => self.end(&HeaderMap::new(), &mut out),
            }
            if !out.is_empty() {
                return Poll::Ready(Some(out.into()));
            }
        }
    }

    /// Every message that has come whole.
    fn messages(&mut self, out: &mut Vec<u8>) {
        while let Some([_, a, b, c, d]) = self.held.first_chunk::<PREFIX>() {
            let length = u32::from_be_bytes([*a, *b, *c, *d]);
            let length = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(PREFIX);
            if self.held.len() < length {
                return;
            }
            let message = self.held.split_to(length);
            let content = message.get(PREFIX..).unwrap_or_default();
            if let Some(problem) = self.form.message(self.route, content, out) {
                return self.fail(&problem, out);
            }
        }
    }

    fn end(&mut self, trailers: &HeaderMap, out: &mut Vec<u8>) {
        if let Some(problem) = Problem::of(trailers) {
            return self.fail(&problem, out);
        }
        self.is_done = true;
        if self.form == Form::Events {
            // An event source opens anew when a stream ends; this tells it not to.
            out.extend_from_slice(b"event: end\ndata: {}\n\n");
        }
    }

    fn fail(&mut self, problem: &Problem, out: &mut Vec<u8>) {
        self.is_done = true;
        self.form.problem(self.route, problem, out);
    }

    /// Ready after a long silence; lines have no comments, and wait for ever.
    #[expect(clippy::disallowed_methods, reason = "polled beside the answer; no task waits here")]
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.form == Form::Lines {
            return Poll::Pending;
        }
        let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(SILENCE_MAX)));
        ready!(silence.as_mut().poll(cx));
        self.silence = None;
        Poll::Ready(())
    }
}
