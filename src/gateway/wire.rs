//! The bytes of a protobuf message, field by field: as little of the format as a transcoder needs.

/// What a field holds on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'b> {
    /// A number of variable length.
    Varint(u64),
    /// Eight bytes.
    Fixed64(u64),
    /// Four bytes.
    Fixed32(u32),
    /// A text, bytes, a message, or a run of numbers.
    Bytes(&'b [u8]),
}

/// Bytes that are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no message")]
pub(super) struct Malformed;

/// Reads the fields of a message in their order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    /// The fields of a message.
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// The next field: its number, and what it holds.
    pub(super) fn next(&mut self) -> Result<Option<(u32, Value<'b>)>, Malformed> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).map_err(|_| Malformed)?;
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed64(self.fixed64()?),
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| Malformed)?;
                let (head, rest) = self.bytes.split_at_checked(length).ok_or(Malformed)?;
                self.bytes = rest;
                Value::Bytes(head)
            }
            5 => Value::Fixed32(self.fixed32()?),
            _ => return Err(Malformed),
        };
        Ok(Some((number, value)))
    }

    /// Is nothing left?
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A number of variable length.
    pub(super) fn varint(&mut self) -> Result<u64, Malformed> {
        let mut number = 0_u64;
        for (at, byte) in self.bytes.iter().take(10).enumerate() {
            number |= u64::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                self.bytes = self.bytes.get(at + 1..).unwrap_or_default();
                return Ok(number);
            }
        }
        Err(Malformed)
    }

    /// Four bytes.
    pub(super) fn fixed32(&mut self) -> Result<u32, Malformed> {
        let (head, rest) = self.bytes.split_first_chunk().ok_or(Malformed)?;
        self.bytes = rest;
        Ok(u32::from_le_bytes(*head))
    }

    /// Eight bytes.
    pub(super) fn fixed64(&mut self) -> Result<u64, Malformed> {
        let (head, rest) = self.bytes.split_first_chunk().ok_or(Malformed)?;
        self.bytes = rest;
        Ok(u64::from_le_bytes(*head))
    }
}

/// Writes a number of variable length.
pub(super) fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        // The low seven bits, and the mark that more follow.
        out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or(0));
}

/// Writes a field.
pub(super) fn put(out: &mut Vec<u8>, number: u32, value: Value<'_>) {
    let tag = |kind: u64| u64::from(number) << 3 | kind;
    match value {
        Value::Varint(value) => {
            put_varint(out, tag(0));
            put_varint(out, value);
        }
        Value::Fixed64(value) => {
            put_varint(out, tag(1));
            out.extend_from_slice(&value.to_le_bytes());
        }
        Value::Bytes(bytes) => {
            put_varint(out, tag(2));
            put_varint(out, u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            out.extend_from_slice(bytes);
        }
        Value::Fixed32(value) => {
            put_varint(out, tag(5));
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
}

/// Begins a field that holds a message: gives where its content starts. One byte before it is left
/// free for the length.
pub(super) fn begin(out: &mut Vec<u8>, number: u32) -> usize {
    put_varint(out, u64::from(number) << 3 | 2);
    out.push(0);
    out.len()
}

/// Ends what was begun: puts the length of the content before it.
pub(super) fn end(out: &mut Vec<u8>, start: usize) {
    let (stop, mut prefix) = (out.len(), [0_u8; 10]);
    let mut length = u64::try_from(stop.saturating_sub(start)).unwrap_or(u64::MAX);
    let mut bytes = 0;
    for byte in &mut prefix {
        let is_last = length < 0x80;
        *byte = u8::try_from(length & 0x7f).unwrap_or(0) | if is_last { 0 } else { 0x80 };
        length >>= 7;
        bytes += 1;
        if is_last {
            break;
        }
    }
    // Most messages are short, and their length has the one byte that was left free.
    if bytes > 1 {
        out.resize(stop + bytes - 1, 0);
        out.copy_within(start..stop, start + bytes - 1);
    }
    let head = start.saturating_sub(1);
    if let (Some(place), Some(length)) = (out.get_mut(head..head + bytes), prefix.get(..bytes)) {
        place.copy_from_slice(length);
    }
}

/// Bytes before a message on a gRPC stream: a flag, and its length.
pub(super) const PREFIX: usize = 5;

/// Puts the length of a message into the [`PREFIX`] bytes that were left free before it.
pub(super) fn seal(frame: &mut [u8]) {
    let length = u32::try_from(frame.len().saturating_sub(PREFIX)).unwrap_or(u32::MAX);
    if let Some(head) = frame.first_chunk_mut::<PREFIX>() {
        let [a, b, c, d] = length.to_be_bytes();
        *head = [0, a, b, c, d];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut out = Vec::new();
        put(&mut out, 1, Value::Varint(u64::MAX));
        put(&mut out, 2, Value::Fixed32(7));
        put(&mut out, 200, Value::Fixed64(8));
        let start = begin(&mut out, 3);
        put(&mut out, 1, Value::Bytes(&[9; 300]));
        end(&mut out, start);
        let mut reader = Reader::new(&out);
        assert_eq!(reader.next(), Ok(Some((1, Value::Varint(u64::MAX)))));
        assert_eq!(reader.next(), Ok(Some((2, Value::Fixed32(7)))));
        assert_eq!(reader.next(), Ok(Some((200, Value::Fixed64(8)))));
        let Ok(Some((3, Value::Bytes(inner)))) = reader.next() else { panic!() };
        assert_eq!(Reader::new(inner).next(), Ok(Some((1, Value::Bytes(&[9; 300])))));
        assert_eq!(reader.next(), Ok(None));
    }

    #[test]
    fn what_is_no_message_is_told() {
        for bytes in [&[0x08][..], &[0x0a, 5, 1], &[0x0b], &[0xff; 12], &[0x0d, 1, 2], &[0x09, 1]] {
            assert_eq!(Reader::new(bytes).next(), Err(Malformed), "{bytes:?}");
        }
    }
}
