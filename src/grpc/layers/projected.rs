//! An answer on its way to a guest's browser: each message is held back until it is whole, and goes
//! on as [`guest_tokens`] shows it. What cannot be read so does not go on at all.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body, Frame};
use tonic::{Code, Status};

use crate::grpc::guest_tokens;
use crate::grpc::rpc::Rpc;
use crate::grpc::status;

/// Bytes before a message: a flag, and its length.
const PREFIX_BYTES: usize = 5;

/// The body of an answer, as a guest token sees it.
pub(crate) struct Projected {
    inner: tonic::body::Body,
    rpc: &'static Rpc,
    /// What came of a message that is not whole yet.
    held: BytesMut,
}

impl Projected {
    /// The body of an answer to this call.
    pub(crate) fn new(inner: tonic::body::Body, rpc: &'static Rpc) -> Self {
        Self { inner, rpc, held: BytesMut::new() }
    }

    /// The messages that are whole, as they are shown.
    fn whole(&mut self) -> Result<Bytes, Status> {
        let mut shown = BytesMut::new();
        while let Some((prefix, rest)) = self.held.split_first_chunk::<PREFIX_BYTES>() {
            let [flag, length @ ..] = *prefix;
            let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
            if flag != 0 {
                return Err(unreadable());
            }
            let Some(message) = rest.get(..length) else { break };
            let message = guest_tokens::told(self.rpc.output, message);
            let told = u32::try_from(message.len()).map_err(|_| unreadable())?;
            shown.extend_from_slice(&[0]);
            shown.extend_from_slice(&told.to_be_bytes());
            shown.extend_from_slice(&message);
            self.held.advance(PREFIX_BYTES + length);
        }
        Ok(shown.freeze())
    }
}

fn unreadable() -> Status {
    let text = "a fault of the server; the operator's log says more";
    tracing::error!("an answer to a guest token cannot be read, and was kept back");
    status::build(Code::Internal, text, "ANSWER_UNREADABLE", &[])
}

impl Body for Projected {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        loop {
            let Some(frame) = ready!(Pin::new(&mut self.inner).poll_frame(cx)) else {
                let is_cut = !self.held.is_empty();
                self.held.clear();
                return Poll::Ready(is_cut.then(|| Err(unreadable())));
            };
            match frame?.into_data() {
                Ok(data) => {
                    self.held.extend_from_slice(&data);
                    let shown = self.whole()?;
                    if !shown.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(shown))));
                    }
                }
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_empty() && self.inner.is_end_stream()
    }
}
