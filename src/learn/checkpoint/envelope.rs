//! The envelope of a checkpoint: its version, a digest, and the body.

use prost::Message;
use xxhash_rust::xxh3::xxh3_64;

use super::CheckpointError;

#[derive(Clone, PartialEq, Message)]
struct Envelope {
    #[prost(uint32, tag = "1")]
    version: u32,
    #[prost(fixed64, tag = "2")]
    digest: u64,
    #[prost(bytes = "vec", tag = "3")]
    body: Vec<u8>,
}

/// A body in its envelope.
pub(in crate::learn) fn seal(version: u32, body: &impl Message) -> Vec<u8> {
    let body = body.encode_to_vec();
    Envelope { version, digest: xxh3_64(&body), body }.encode_to_vec()
}

/// A hash of a body: equal bodies have equal digests.
pub(in crate::learn) fn digest(body: &impl Message) -> u64 {
    xxh3_64(&body.encode_to_vec())
}

/// The body of an envelope.
///
/// # Errors
/// Where the bytes are no envelope of this version, or not what was written.
pub(in crate::learn) fn open<B: Message + Default>(
    version: u32,
    sealed: &[u8],
) -> Result<B, CheckpointError> {
    let envelope = Envelope::decode(sealed)?;
    if envelope.version != version {
        return Err(CheckpointError::Version { written: envelope.version, read: version });
    }
    if xxh3_64(&envelope.body) != envelope.digest {
        return Err(CheckpointError::Digest);
    }
    Ok(B::decode(envelope.body.as_slice())?)
}
