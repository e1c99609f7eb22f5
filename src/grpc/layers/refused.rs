//! A call that goes no further: its request is let run out, unread, before the answer goes.
//!
//! An answer that comes before the request has ended makes HTTP/2 reset the stream, and frames
//! still on their way then count as errors of the connection: a few hundred calls turned away would
//! end it for everybody on it. What was sent is dropped as it comes, so a refusal costs no memory;
//! a request that is long, or does not come to its end, is not waited for.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Response;
use http_body::Body as _;
use tokio::time::Sleep;
use tonic::Status;
use tonic::body::Body;

/// Most bytes of a request that are let run out.
const BYTES_MAX: usize = 64 << 10;
/// Longest that is waited for the end of a request.
const PATIENCE: Duration = Duration::from_millis(200);

/// A refused call.
pub struct Refused {
    response: Option<Response<Body>>,
    rest: Body,
    bytes_left: usize,
    /// Made only where the request has not ended yet.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Refused {
    /// Refuses a call with what is left of its request.
    pub(crate) fn new(status: Status, rest: Body) -> Self {
        Self { response: Some(status.into_http()), rest, bytes_left: BYTES_MAX, sleep: None }
    }

    /// The answer, once the request has run out.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Response<Body>> {
        while self.bytes_left > 0 {
            match Pin::new(&mut self.rest).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    let bytes = frame.data_ref().map_or(1, bytes::Bytes::len);
                    self.bytes_left = self.bytes_left.saturating_sub(bytes);
                }
                Poll::Ready(Some(Err(_)) | None) => break,
                Poll::Pending if self.is_too_long(cx) => break,
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(self.response.take().unwrap_or_default())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "polled beside the request; nothing waits for it alone"
    )]
    fn is_too_long(&mut self, cx: &mut Context<'_>) -> bool {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(PATIENCE)));
        sleep.as_mut().poll(cx).is_ready()
    }
}
