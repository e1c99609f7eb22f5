//! The body of a request in JSON, as the body of a gRPC call.
//!
//! It is read and understood only when the call behind the door reads it: who has no credential, or
//! finds no room, costs no memory. What is wrong with it comes out as an error of the body, so that
//! it is answered, counted and timed as it is for every other call.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame};

use crate::domain::invalid::Invalid;
use crate::sys::unread::Unread;

use super::from_json;
use super::routes::{BodyOf, Route};
use super::wire::{PREFIX, seal};

/// Why a request cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable<E> {
    /// A field is at fault, or the text as a whole where the field is empty.
    #[error("{} {}", .0.field, .0.problem)]
    Invalid(Invalid),
    /// It is longer than so many bytes.
    #[error("longer than {0} bytes")]
    Long(usize),
    /// The connection failed.
    #[error(transparent)]
    Broken(E),
}

/// A body in JSON that gives the frames of gRPC.
pub struct JsonBody<B> {
    inner: B,
    route: &'static Route,
    /// What path and query give, or what is wrong with them.
    bound: Result<Vec<u8>, Invalid>,
    /// Longest text of one message.
    bytes_max: usize,
    unread: Unread,
    text: Text,
    is_done: bool,
}

/// What came so far: a single piece is not copied.
#[derive(Default)]
struct Text {
    first: Bytes,
    rest: Vec<u8>,
}

impl Text {
    fn add(&mut self, piece: Bytes) {
        if self.rest.is_empty() && self.first.is_empty() {
            self.first = piece;
            return;
        }
        if self.rest.is_empty() {
            self.rest.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.rest.extend_from_slice(&piece);
    }

    fn bytes(&self) -> &[u8] {
        if self.rest.is_empty() { &self.first } else { &self.rest }
    }

    /// Takes everything up to the last end of a line.
    fn lines(&mut self) -> Vec<u8> {
        let end = self.bytes().iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines = self.bytes().get(..end).unwrap_or_default().to_vec();
        let left = self.bytes().get(end..).unwrap_or_default().to_vec();
        *self = Self { first: Bytes::from(left), rest: Vec::new() };
        lines
    }
}

impl<B> JsonBody<B> {
    /// The body of a call.
    pub(super) fn new(
        inner: B,
        route: &'static Route,
        bound: Result<Vec<u8>, Invalid>,
        bytes_max: usize,
        unread: Unread,
    ) -> Self {
        Self { inner, route, bound, bytes_max, unread, text: Text::default(), is_done: false }
    }

    /// One message as a frame, added to others.
    fn frame(&self, json: &[u8], bound: &[u8], out: &mut Vec<u8>) -> Result<(), Invalid> {
        let start = out.len();
        out.extend_from_slice(&[0; PREFIX]);
        // No text at all is an empty object, as a call without a body is.
        if !json.trim_ascii().is_empty() {
            match self.route.body {
                BodyOf::Request => from_json::message(json, self.route.input, out)?,
                BodyOf::Field(field) => from_json::field(json, field, out)?,
                BodyOf::Nothing => {
                    return Err(Invalid::new(
                        "",
                        "the call takes no body; its fields stand in the query",
                    ));
                }
            }
        }
        out.extend_from_slice(bound);
        seal(out.get_mut(start..).unwrap_or_default());
        Ok(())
    }

    /// Everything, as one message.
    fn whole(&self) -> Result<Bytes, Invalid> {
        let bound = self.bound.as_ref().map_err(Clone::clone)?;
        let mut out = Vec::with_capacity(PREFIX + bound.len() + self.text.bytes().len());
        self.frame(self.text.bytes(), bound, &mut out)?;
        Ok(out.into())
    }

    /// The lines that have come, a message each.
    fn lines(&mut self, is_end: bool) -> Result<Bytes, Invalid> {
        let mut lines = self.text.lines();
        if is_end {
            lines.extend_from_slice(std::mem::take(&mut self.text).bytes());
        }
        let bound = self.bound.as_ref().map_err(Clone::clone)?;
        let mut out = Vec::with_capacity(lines.len());
        for line in lines.split(|byte| *byte == b'\n') {
            if !line.trim_ascii().is_empty() {
                self.frame(line, bound, &mut out)?;
            }
        }
        Ok(out.into())
    }
}

/// A frame of gRPC, or why there is none.
type Given<E> = Option<Result<Frame<Bytes>, Unreadable<E>>>;

impl<B: Body<Data = Bytes> + Unpin> Body for JsonBody<B> {
    type Data = Bytes;
    type Error = Unreadable<B::Error>;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Given<B::Error>> {
        let this = &mut *self;
        loop {
            if this.is_done {
                return Poll::Ready(None);
            }
            let Some(frame) = ready!(Pin::new(&mut this.inner).poll_frame(cx)) else {
                this.is_done = true;
                if this.unread.is_set() {
                    return Poll::Ready(None);
                }
                let frames = if this.route.takes_stream { this.lines(true) } else { this.whole() };
                let frames = frames.map(Frame::data).map_err(Unreadable::Invalid);
                return Poll::Ready(Some(frames));
            };
            let piece = match frame.map(Frame::into_data) {
                Ok(Ok(piece)) => piece,
                // Trailers say nothing here.
                Ok(Err(_)) => continue,
                Err(error) => {
                    this.is_done = true;
                    return Poll::Ready(Some(Err(Unreadable::Broken(error))));
                }
            };
            if this.unread.is_set() {
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            this.text.add(piece);
            let frames = if this.route.takes_stream { this.lines(false) } else { Ok(Bytes::new()) };
            let given = match frames {
                Ok(frames) if !frames.is_empty() => Ok(Frame::data(frames)),
                Ok(_) if this.text.bytes().len() > this.bytes_max => {
                    Err(Unreadable::Long(this.bytes_max))
                }
                Ok(_) => continue,
                Err(invalid) => Err(Unreadable::Invalid(invalid)),
            };
            this.is_done = given.is_err();
            return Poll::Ready(Some(given));
        }
    }
}
