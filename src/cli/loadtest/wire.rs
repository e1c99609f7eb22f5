//! Calls as bytes: encoded once, sent many times, answers not looked into.
//!
//! What the load generator spends is missing to the server on the same machine, so a call costs it
//! as little as gRPC allows: the request is a template in which only the guest's number changes,
//! and the answer stays bytes.

use bytes::{Buf, BufMut, Bytes};
use http::uri::PathAndQuery;
use tonic::client::Grpc;
use tonic::codec::{BufferSettings, Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// Digits of a guest's number: `load-000000042`.
pub const GUEST_DIGITS: usize = 9;

/// First and largest step of the buffer of a message, in bytes.
const BUFFER: (usize, usize) = (2 << 10, 32 << 10);

/// An encoded message with a place for the number of a guest.
#[derive(Debug, Clone)]
pub struct Template {
    before: Bytes,
    after: Bytes,
    has_guest: bool,
}

impl Template {
    /// A template from a message in which `mark`, of [`GUEST_DIGITS`] bytes, stands once; without
    /// it the message is sent as it is.
    pub fn new(message: &[u8], mark: &[u8; GUEST_DIGITS]) -> Self {
        let at = message.windows(GUEST_DIGITS).position(|part| part == mark);
        let (before, after) = message.split_at(at.unwrap_or(message.len()));
        let after = after.get(GUEST_DIGITS..).unwrap_or_default();
        let (before, after) = (Bytes::copy_from_slice(before), Bytes::copy_from_slice(after));
        Self { before, after, has_guest: at.is_some() }
    }

    /// The message for a guest.
    pub fn of(&self, guest: u64) -> Payload {
        Payload { template: self.clone(), guest }
    }

    /// Length of the message, in bytes.
    pub fn len_bytes(&self) -> usize {
        let digits = if self.has_guest { GUEST_DIGITS } else { 0 };
        self.before.len() + digits + self.after.len()
    }
}

/// What is sent.
#[derive(Debug, Clone)]
pub struct Payload {
    template: Template,
    guest: u64,
}

impl Payload {
    fn write(&self, out: &mut impl BufMut) {
        out.put_slice(&self.template.before);
        if self.template.has_guest {
            out.put_slice(&digits(self.guest));
            out.put_slice(&self.template.after);
        }
    }
}

impl From<Vec<u8>> for Payload {
    fn from(message: Vec<u8>) -> Self {
        let (before, after) = (Bytes::from(message), Bytes::new());
        Self { template: Template { before, after, has_guest: false }, guest: 0 }
    }
}

/// The digits of a guest's number.
fn digits(mut number: u64) -> [u8; GUEST_DIGITS] {
    let mut digits = [b'0'; GUEST_DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789"[usize::try_from(number % 10).unwrap_or(0)];
        number /= 10;
    }
    digits
}

/// The name of a guest of the population.
pub fn guest_id(number: u64) -> String {
    let digits = digits(number);
    format!("load-{}", digits.escape_ascii())
}

/// Messages as bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Payload;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Payload;
    type Error = Status;

    fn encode(&mut self, item: Payload, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        item.write(out);
        Ok(())
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::new(BUFFER.0, BUFFER.1)
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, message: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let length = message.remaining();
        Ok(Some(message.copy_to_bytes(length)))
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::new(BUFFER.0, BUFFER.1)
    }
}

/// Opens connections to a server.
///
/// # Errors
/// Where it cannot be reached.
pub async fn connect(
    server: &str,
    connections: usize,
) -> Result<Vec<Channel>, tonic::transport::Error> {
    let mut channels = Vec::with_capacity(connections);
    for _ in 0..connections.max(1) {
        let endpoint = Endpoint::from_shared(server.to_owned())?.tcp_nodelay(true);
        channels.push(endpoint.connect().await?);
    }
    Ok(channels)
}

/// Calls one method over several connections.
#[derive(Debug, Clone)]
pub struct Caller {
    channels: Vec<Channel>,
    path: PathAndQuery,
    key: Option<MetadataValue<Ascii>>,
}

impl Caller {
    /// A caller of a method, with a key where the server wants one.
    pub fn new(
        channels: &[Channel],
        path: &'static str,
        key: Option<MetadataValue<Ascii>>,
    ) -> Self {
        Self { channels: channels.to_vec(), path: PathAndQuery::from_static(path), key }
    }

    /// Makes the n-th call.
    ///
    /// # Errors
    /// What the server says.
    pub async fn call(&self, n: u64, payload: Payload) -> Result<Bytes, Status> {
        let at = usize::try_from(n).unwrap_or(0) % self.channels.len();
        let mut client = Grpc::new(self.channels[at].clone());
        let ready = client.ready().await;
        ready.map_err(|error| Status::unavailable(error.to_string()))?;
        let mut request = Request::new(payload);
        if let Some(key) = &self.key {
            request.metadata_mut().insert("authorization", key.clone());
        }
        let answer = client.unary(request, self.path.clone(), Raw).await?;
        Ok(answer.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(payload: &Payload) -> Vec<u8> {
        let mut bytes = Vec::new();
        payload.write(&mut bytes);
        bytes
    }

    #[test]
    fn only_the_number_changes() {
        let template = Template::new(b"brands/a/guests/load-#########/x", b"#########");
        assert_eq!(bytes(&template.of(42)), b"brands/a/guests/load-000000042/x");
        assert_eq!(template.len_bytes(), 32);
        let last = Template::new(b"guests/load-#########", b"#########");
        assert_eq!(bytes(&last.of(7)), b"guests/load-000000007");
        assert_eq!(guest_id(42), "load-000000042");
        assert_eq!(guest_id(987_654_321), "load-987654321");
    }

    #[test]
    fn a_message_without_a_guest_is_sent_as_it_is() {
        let template = Template::new(b"nobody", b"#########");
        assert_eq!(bytes(&template.of(7)), b"nobody");
        assert_eq!(template.len_bytes(), 6);
        assert_eq!(bytes(&Payload::from(b"whole".to_vec())), b"whole");
    }
}
