//! A look at each message before it is decoded: its size, and how many elements its lists hold.
//!
//! A size limit alone is no memory limit: two bytes of an empty element become hundreds when it is
//! decoded (F13 of the reliability notes). So the bytes are walked on their way in, against the
//! descriptors, and a message is refused as soon as one of its lists grows beyond what its call takes, all
//! of them beyond [`ELEMENTS_MAX`], or it nests deeper than [`DEPTH_MAX`]. Small messages cannot
//! grow large, and are let through unread.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tonic::{Code, Status};

use crate::grpc::descriptors::DESCRIPTORS;
use crate::grpc::rpc::Rpc;
use crate::grpc::status;

/// Most elements in all lists of a request, inner ones included.
const ELEMENTS_MAX: u32 = 20_000;
/// Deepest nesting.
const DEPTH_MAX: usize = 16;
/// A message up to this size is not walked: at most it grows to a few megabytes.
const SMALL_BYTES: u32 = 8 << 10;

/// A request body that is looked at on its way in.
pub struct Scanned {
    body: tonic::body::Body,
    scan: Option<Scan>,
}

impl Scanned {
    /// The body of a call.
    pub(crate) fn of(body: tonic::body::Body, rpc: &'static Rpc) -> Self {
        Self { body, scan: Some(Scan::new(rpc)) }
    }

    /// The body of a call that is not of this API (health, reflection).
    pub(crate) fn unseen(body: tonic::body::Body) -> Self {
        Self { body, scan: None }
    }
}

impl Body for Scanned {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        let Some(Ok(frame)) = frame else { return Poll::Ready(frame) };
        let looked = match (self.scan.as_mut(), frame.data_ref()) {
            (Some(scan), Some(data)) => scan.take(data),
            (None, _) | (_, None) => Ok(()),
        };
        Poll::Ready(Some(looked.map(|()| frame).map_err(Status::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Why a message is not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    Long { bytes_max: usize },
    Crowded { list_max: u32 },
    Deep,
}

impl From<Refused> for Status {
    fn from(refused: Refused) -> Self {
        let (code, reason, text) = match refused {
            Refused::Long { bytes_max } => return status::too_long(bytes_max),
            Refused::Crowded { list_max } => {
                let text = format!(
                    "a list of the request has more than {list_max} elements, or all together {ELEMENTS_MAX}"
                );
                (Code::InvalidArgument, "TOO_MANY_ELEMENTS", text)
            }
            Refused::Deep => (
                Code::InvalidArgument,
                "TOO_DEEP",
                format!("the request nests deeper than {DEPTH_MAX} levels"),
            ),
        };
        status::build(code, &text, reason, &[])
    }
}

/// Where the scan stands in the bytes of a stream of messages.
struct Scan {
    rpc: &'static Rpc,
    step: Step,
    /// Bytes of the message still to come.
    left: u32,
    /// Open messages, the outermost first.
    levels: Vec<Level>,
    /// Elements of lists so far.
    elements: u32,
}

/// What the next byte is.
enum Step {
    /// One of the five before a message: a flag, and its length.
    Prefix { seen: u8, length: u32 },
    /// One of a message that is small, or of no further interest.
    Rest,
    /// One of a tag.
    Tag(Varint),
    /// One of a number.
    Number,
    /// One of the length of a field.
    Length { field: u32, so_far: Varint },
    /// One of so many that hold no messages.
    Skip(u32),
}

/// An open message.
struct Level {
    /// Its kind, a place in the descriptors.
    message: usize,
    /// Where it ends, counted as bytes of the outermost message left.
    ends_at: u32,
    /// Elements of its lists.
    elements: u32,
}

#[derive(Default, Clone, Copy)]
struct Varint {
    value: u64,
    shift: u32,
}

impl Varint {
    /// Takes a byte: the number, where it was the last. Too long a number is cut; the decoder will
    /// not like it.
    fn take(&mut self, byte: u8) -> Option<u64> {
        if self.shift < 64 {
            self.value |= u64::from(byte & 0x7f) << self.shift;
        }
        self.shift += 7;
        (byte & 0x80 == 0 || self.shift >= 70).then_some(self.value)
    }
}

impl Scan {
    fn new(rpc: &'static Rpc) -> Self {
        let step = Step::Prefix { seen: 0, length: 0 };
        Self { rpc, step, left: 0, levels: Vec::new(), elements: 0 }
    }

    fn take(&mut self, mut bytes: &[u8]) -> Result<(), Refused> {
        while let Some((byte, rest)) = bytes.split_first() {
            match self.step {
                Step::Rest | Step::Skip(_) => bytes = self.pass(bytes),
                Step::Prefix { seen, length } => {
                    bytes = rest;
                    // The flag of compression comes first and says nothing of the length.
                    let length = if seen == 0 { 0 } else { length << 8 | u32::from(*byte) };
                    self.prefix(seen + 1, length)?;
                }
                Step::Tag(_) | Step::Number | Step::Length { .. } => {
                    bytes = rest;
                    self.left -= 1;
                    self.byte(*byte)?;
                    self.close();
                }
            }
        }
        Ok(())
    }

    fn prefix(&mut self, seen: u8, length: u32) -> Result<(), Refused> {
        if seen < 5 {
            self.step = Step::Prefix { seen, length };
            return Ok(());
        }
        let bytes_max = self.rpc.bytes_max;
        if usize::try_from(length).unwrap_or(usize::MAX) > bytes_max {
            return Err(Refused::Long { bytes_max });
        }
        self.left = length;
        self.elements = 0;
        self.levels.clear();
        if length > SMALL_BYTES {
            self.levels.push(Level { message: self.rpc.input, ends_at: 0, elements: 0 });
            self.step = Step::Tag(Varint::default());
        } else {
            self.step = Step::Rest;
        }
        self.close();
        Ok(())
    }

    /// Passes over bytes that hold no messages.
    fn pass<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let wanted = match self.step {
            Step::Skip(more) => more.min(self.left),
            _ => self.left,
        };
        let taken = bytes.len().min(usize::try_from(wanted).unwrap_or(usize::MAX));
        let count = u32::try_from(taken).unwrap_or(wanted);
        self.left -= count;
        if let Step::Skip(more) = &mut self.step {
            *more -= count;
            if *more == 0 {
                self.step = Step::Tag(Varint::default());
            }
        }
        self.close();
        bytes.get(taken..).unwrap_or_default()
    }

    fn byte(&mut self, byte: u8) -> Result<(), Refused> {
        match &mut self.step {
            Step::Tag(varint) => {
                if let Some(tag) = varint.take(byte) {
                    let field = u32::try_from(tag >> 3).unwrap_or(0);
                    self.step = match tag & 7 {
                        0 => Step::Number,
                        1 => Step::Skip(8),
                        2 => Step::Length { field, so_far: Varint::default() },
                        5 => Step::Skip(4),
                        // Nothing of the API is written so: the decoder refuses it.
                        _ => Step::Rest,
                    };
                }
            }
            Step::Number => {
                if byte & 0x80 == 0 {
                    self.step = Step::Tag(Varint::default());
                }
            }
            Step::Length { field, so_far } => {
                let field = *field;
                if let Some(length) = so_far.take(byte) {
                    self.open(field, u32::try_from(length).unwrap_or(u32::MAX))?;
                }
            }
            Step::Prefix { .. } | Step::Rest | Step::Skip(_) => {}
        }
        Ok(())
    }

    /// A field of some length begins: a message is gone into, anything else is passed over.
    fn open(&mut self, field: u32, length: u32) -> Result<(), Refused> {
        let depth = self.levels.len();
        let Some(level) = self.levels.last_mut() else { return Ok(()) };
        let room = self.left - level.ends_at;
        let fields =
            DESCRIPTORS.messages.get(level.message).map_or(&[][..], |message| &message.fields);
        let known = fields
            .binary_search_by_key(&field, |known| known.number)
            .ok()
            .and_then(|at| fields.get(at));
        let Some((known, message)) = known.and_then(|known| Some((known, known.message?))) else {
            self.step = if length == 0 { Step::Tag(Varint::default()) } else { Step::Skip(length) };
            return Ok(());
        };
        if known.is_repeated {
            level.elements += 1;
            self.elements += 1;
            let list_max = self.rpc.list_max;
            if level.elements > list_max || self.elements > ELEMENTS_MAX {
                return Err(Refused::Crowded { list_max });
            }
        }
        if depth >= DEPTH_MAX {
            return Err(Refused::Deep);
        }
        // A field longer than its message is for the decoder to refuse.
        self.levels.push(Level { message, ends_at: self.left - length.min(room), elements: 0 });
        self.step = Step::Tag(Varint::default());
        Ok(())
    }

    /// Leaves messages that have ended.
    fn close(&mut self) {
        if self.left == 0 {
            self.levels.clear();
            self.step = Step::Prefix { seen: 0, length: 0 };
            return;
        }
        while self.levels.last().is_some_and(|level| level.ends_at >= self.left) {
            self.levels.pop();
            // What was begun inside does not go on outside.
            self.step = Step::Tag(Varint::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;
    use crate::api::v1;
    use crate::grpc::rpc::RPCS;

    fn rpc(name: &str) -> &'static Rpc {
        RPCS.find(&format!("/concierge.v1.{name}")).unwrap()
    }

    fn framed(message: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0];
        bytes.extend_from_slice(&u32::try_from(message.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(message);
        bytes
    }

    /// What becomes of messages cut into pieces of so many bytes.
    fn scanned(name: &str, bytes: &[u8], piece: usize) -> Result<(), Refused> {
        let mut scan = Scan::new(rpc(name));
        bytes.chunks(piece).try_for_each(|piece| scan.take(piece))
    }

    fn batch(events: usize) -> Vec<u8> {
        let event = |i: usize| v1::Event {
            event_id: format!("event-{i}"),
            source: "pms".into(),
            event_time: Some(prost_types::Timestamp { seconds: 1_795_341_600, nanos: 7 }),
            subject: Some(v1::event::Subject::Guest("brands/acme/guests/g-1".into())),
            attributes: (0..4).map(|k| (format!("k{k}"), "v".into())).collect(),
            rating: Some(v1::Rating { value: 4.5, scale_max: 5.0, ..Default::default() }),
            ..Default::default()
        };
        v1::WriteEventsRequest { events: (0..events).map(event).collect(), ..Default::default() }
            .encode_to_vec()
    }

    #[test]
    fn sound_messages_pass_however_they_are_cut() {
        let mut bytes = framed(&batch(1_000));
        bytes.extend(framed(&batch(1)));
        bytes.extend(framed(&[]));
        bytes.extend(framed(&batch(300)));
        for piece in [1, 2, 3, 7, 4_096, 1 << 20] {
            assert_eq!(scanned("EventService/WriteEvents", &bytes, piece), Ok(()), "{piece}");
        }
    }

    /// F13: a message of nothing but empty elements.
    #[test]
    fn a_flood_of_empty_elements_is_refused_early() {
        let flood = framed(&[0x0a, 0x00].repeat(100_000));
        for piece in [1, 1_000, flood.len()] {
            assert_eq!(
                scanned("EventService/WriteEvents", &flood, piece),
                Err(Refused::Crowded { list_max: 2_048 })
            );
        }
    }

    #[test]
    fn lists_inside_lists_are_counted_together() {
        // 20 offers of 2,000 treatments each, in the form of messages.
        let offer = [&[0xda, 0x01, 0x00][..]; 2_000].concat();
        let mut offers = Vec::new();
        for _ in 0..20 {
            offers.push(0x32);
            prost::encoding::encode_varint(u64::try_from(offer.len()).unwrap(), &mut offers);
            offers.extend_from_slice(&offer);
        }
        let mut request = vec![0x12];
        prost::encoding::encode_varint(u64::try_from(offers.len()).unwrap(), &mut request);
        request.extend(offers);
        assert_eq!(
            scanned("CatalogService/PublishCatalog", &framed(&request), 8_192),
            Err(Refused::Crowded { list_max: 2_048 })
        );
    }

    #[test]
    fn a_document_is_passed_over_whatever_it_says() {
        let catalog_toml = "\n\u{0}".repeat(4 << 20);
        let source = Some(v1::publish_catalog_request::Source::CatalogToml(catalog_toml));
        let request = v1::PublishCatalogRequest { source, ..Default::default() }.encode_to_vec();
        assert_eq!(scanned("CatalogService/PublishCatalog", &framed(&request), 16_384), Ok(()));
    }

    #[test]
    fn a_message_beyond_its_limit_is_refused_by_its_first_bytes() {
        let bytes_max = 256 << 10;
        let prefix = [0, 0, 4, 0, 1];
        assert_eq!(
            scanned("DecisionService/DecideOffers", &prefix, 1),
            Err(Refused::Long { bytes_max })
        );
        let huge = [0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3];
        assert!(matches!(
            scanned("CatalogService/PublishCatalog", &huge, 8),
            Err(Refused::Long { .. })
        ));
    }

    #[test]
    fn noise_never_panics() {
        let mut state = 1_u64;
        let mut next = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            u8::try_from(state >> 56).unwrap()
        };
        for round in 0..2_000_usize {
            let mut bytes = framed(&(0..9_000).map(|_| next()).collect::<Vec<_>>());
            if round % 3 == 0 {
                bytes = bytes.iter().map(|b| b & 0x1f).collect();
                bytes[..5].copy_from_slice(&[0, 0, 0, 0x23, 0x28]);
            }
            // Refused or not: only never a panic.
            let _ = scanned("EventService/WriteEvents", &bytes, 1 + round % 97);
        }
    }
}
