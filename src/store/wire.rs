//! Protobuf's wire format, written straight into a buffer and read straight into domain types.
//!
//! Records are written under a guest's lock, thousands of times a second, so nothing is copied into message structs first.
//! The bytes are plain protobuf: `protoc --decode_raw` reads them. Field numbers are listed beside each codec.
//!
//! As in proto3, zeros and empty texts are left out by the `put_*` functions; `always_*` write them, for values whose
//! presence means something. Unknown fields are passed over when reading.

/// Why bytes are not a message: which rule they break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) &'static str);

pub(super) type Read<T> = Result<T, Malformed>;

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const LENGTH: u32 = 2;
const FIXED32: u32 = 5;

/// Appends a number in base 128, least significant digits first.
#[expect(clippy::cast_possible_truncation, reason = "the low seven bits are wanted")]
pub(super) fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn tag(out: &mut Vec<u8>, field: u32, kind: u32) {
    varint(out, u64::from(field << 3 | kind));
}

/// A number, zero included.
pub(super) fn always_uint(out: &mut Vec<u8>, field: u32, number: impl Into<u64>) {
    tag(out, field, VARINT);
    varint(out, number.into());
}

/// A number.
pub(super) fn put_uint(out: &mut Vec<u8>, field: u32, number: impl Into<u64>) {
    let number = number.into();
    if number != 0 {
        always_uint(out, field, number);
    }
}

/// A signed number, small ones in few bytes.
pub(super) fn put_sint(out: &mut Vec<u8>, field: u32, number: impl Into<i64>) {
    let number = number.into();
    put_uint(out, field, (number << 1 ^ number >> 63).cast_unsigned());
}

/// Eight bytes, zero included.
pub(super) fn always_fixed(out: &mut Vec<u8>, field: u32, number: u64) {
    tag(out, field, FIXED64);
    out.extend_from_slice(&number.to_le_bytes());
}

/// A floating-point number, bit by bit.
pub(super) fn put_double(out: &mut Vec<u8>, field: u32, number: f64) {
    if number.to_bits() != 0 {
        always_fixed(out, field, number.to_bits());
    }
}

/// Bytes, none included.
pub(super) fn always_bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    tag(out, field, LENGTH);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Bytes or a text.
pub(super) fn put_bytes(out: &mut Vec<u8>, field: u32, bytes: impl AsRef<[u8]>) {
    if !bytes.as_ref().is_empty() {
        always_bytes(out, field, bytes.as_ref());
    }
}

/// A message, which may be empty.
pub(super) fn message(out: &mut Vec<u8>, field: u32, write: impl FnOnce(&mut Vec<u8>)) {
    tag(out, field, LENGTH);
    let at = out.len();
    out.push(0);
    write(out);
    // One byte was left for the length; a longer length moves the content up.
    let length = out.len() - at - 1;
    let mut digits = [0; 10];
    let digits = length_digits(length, &mut digits);
    let more = digits.len() - 1;
    if more > 0 {
        let end = out.len();
        out.resize(end + more, 0);
        out.copy_within(at + 1..end, at + 1 + more);
    }
    if let Some(place) = out.get_mut(at..=at + more) {
        place.copy_from_slice(digits);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low seven bits are wanted")]
fn length_digits(mut length: usize, digits: &mut [u8; 10]) -> &[u8] {
    let mut used = 0;
    for digit in digits.iter_mut() {
        used += 1;
        *digit = length as u8 & 0x7f;
        length >>= 7;
        if length == 0 {
            break;
        }
        *digit |= 0x80;
    }
    digits.get(..used).unwrap_or_default()
}

/// Rows of a fixed width, one after the other in one field. The layout of a field's rows never changes; another layout gets
/// another field.
pub(super) fn put_rows<T, const N: usize>(
    out: &mut Vec<u8>,
    field: u32,
    rows: impl ExactSizeIterator<Item = T>,
    write: impl Fn(T) -> [u8; N],
) {
    if rows.len() == 0 {
        return;
    }
    tag(out, field, LENGTH);
    varint(out, (rows.len() * N) as u64);
    out.reserve(rows.len() * N);
    for row in rows {
        out.extend_from_slice(&write(row));
    }
}

/// A value of a field as it was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32,
    Bytes(&'a [u8]),
}

/// The fields of a message, one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    /// The next field; `None` at the end.
    pub(super) fn next(&mut self) -> Read<Option<(u32, Value<'a>)>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let field = u32::try_from(tag >> 3).map_err(|_| Malformed("a field number is too large"))?;
        if field == 0 {
            return Err(Malformed("a field has number 0"));
        }
        let value = match u32::try_from(tag & 7).unwrap_or(u32::MAX) {
            VARINT => Value::Varint(self.varint()?),
            FIXED64 => Value::Fixed64(u64::from_le_bytes(*self.chunk()?)),
            FIXED32 => {
                self.chunk::<4>()?;
                Value::Fixed32
            }
            LENGTH => {
                let length = usize::try_from(self.varint()?).map_err(|_| Malformed("a length is too large"))?;
                let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Malformed("a field is cut off"))?;
                self.rest = rest;
                Value::Bytes(bytes)
            }
            _ => return Err(Malformed("a field is of no known kind")),
        };
        Ok(Some((field, value)))
    }

    fn chunk<const N: usize>(&mut self) -> Read<&'a [u8; N]> {
        let (chunk, rest) = self.rest.split_first_chunk().ok_or(Malformed("a field is cut off"))?;
        self.rest = rest;
        Ok(chunk)
    }

    fn varint(&mut self) -> Read<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first().ok_or(Malformed("a number is cut off"))?;
            self.rest = rest;
            let digit = u64::from(byte & 0x7f);
            if shift == 63 && digit > 1 {
                return Err(Malformed("a number has more than 64 bits"));
            }
            number |= digit << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Malformed("a number has more than ten digits"))
    }
}

impl<'a> Value<'a> {
    pub(super) fn uint<T: TryFrom<u64>>(self) -> Read<T> {
        match self {
            Self::Varint(number) => T::try_from(number).map_err(|_| Malformed("a number is out of range")),
            Self::Fixed64(_) | Self::Fixed32 | Self::Bytes(_) => Err(Malformed("a field should be a number")),
        }
    }

    pub(super) fn sint<T: TryFrom<i64>>(self) -> Read<T> {
        let number: u64 = self.uint()?;
        let number = (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
        T::try_from(number).map_err(|_| Malformed("a number is out of range"))
    }

    pub(super) fn fixed(self) -> Read<u64> {
        match self {
            Self::Fixed64(number) => Ok(number),
            Self::Varint(_) | Self::Fixed32 | Self::Bytes(_) => Err(Malformed("a field should have eight bytes")),
        }
    }

    pub(super) fn double(self) -> Read<f64> {
        self.fixed().map(f64::from_bits)
    }

    pub(super) fn bytes(self) -> Read<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Varint(_) | Self::Fixed64(_) | Self::Fixed32 => Err(Malformed("a field should be bytes")),
        }
    }

    pub(super) fn array<const N: usize>(self) -> Read<[u8; N]> {
        self.bytes()?.try_into().map_err(|_| Malformed("a field has the wrong number of bytes"))
    }

    pub(super) fn text(self) -> Read<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed("a text is not UTF-8"))
    }

    pub(super) fn message(self) -> Read<Fields<'a>> {
        self.bytes().map(Fields::of)
    }

    /// A value by its code.
    pub(super) fn code<T>(self, from_code: impl FnOnce(u8) -> Option<T>) -> Read<T> {
        from_code(self.uint()?).ok_or(Malformed("a code is unknown"))
    }

    /// Rows of a fixed width.
    pub(super) fn rows<T, const N: usize>(self, read: impl Fn(Row<'_, N>) -> Read<T>) -> Read<Vec<T>> {
        let (rows, rest) = self.bytes()?.as_chunks::<N>();
        if !rest.is_empty() {
            return Err(Malformed("a row is cut off"));
        }
        rows.iter().map(|row| read(Row { rest: row })).collect()
    }
}

/// One row of `N` bytes, read from its start. What is read beyond its end is zero: the layouts are constants, checked by
/// the tests that read back what was written.
pub(super) struct Row<'a, const N: usize> {
    rest: &'a [u8],
}

impl<const N: usize> Row<'_, N> {
    fn take<const M: usize>(&mut self) -> [u8; M] {
        debug_assert!(self.rest.len() >= M, "a row has {N} bytes");
        let Some((head, rest)) = self.rest.split_first_chunk() else { return [0; M] };
        self.rest = rest;
        *head
    }

    pub(super) fn u8(&mut self) -> u8 {
        let [byte] = self.take();
        byte
    }

    pub(super) fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    pub(super) fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    pub(super) fn i32(&mut self) -> i32 {
        i32::from_le_bytes(self.take())
    }

    pub(super) fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    pub(super) fn i64(&mut self) -> i64 {
        i64::from_le_bytes(self.take())
    }

    pub(super) fn f32(&mut self) -> f32 {
        f32::from_le_bytes(self.take())
    }

    pub(super) fn f64(&mut self) -> f64 {
        f64::from_le_bytes(self.take())
    }
}

/// Puts the parts of a row side by side. Together they must have `N` bytes.
pub(super) fn row<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut row = [0; N];
    let mut at = 0;
    for part in parts {
        if let Some(place) = row.get_mut(at..at + part.len()) {
            place.copy_from_slice(part);
        }
        at += part.len();
    }
    debug_assert!(at == N, "a row of {N} bytes has parts of {at}");
    row
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost::Message;

    use super::*;

    /// What another implementation makes of the same fields.
    #[derive(Clone, PartialEq, Message)]
    struct Reference {
        #[prost(uint64, tag = "1")]
        uint: u64,
        #[prost(sint64, tag = "2")]
        sint: i64,
        #[prost(fixed64, optional, tag = "3")]
        fixed: Option<u64>,
        #[prost(double, tag = "17")]
        double: f64,
        #[prost(string, tag = "18")]
        text: String,
        #[prost(message, optional, boxed, tag = "2000")]
        inner: Option<Box<Self>>,
    }

    fn write(out: &mut Vec<u8>, from: &Reference) {
        put_uint(out, 1, from.uint);
        put_sint(out, 2, from.sint);
        if let Some(fixed) = from.fixed {
            always_fixed(out, 3, fixed);
        }
        put_double(out, 17, from.double);
        put_bytes(out, 18, &from.text);
        if let Some(inner) = &from.inner {
            message(out, 2000, |out| write(out, inner));
        }
    }

    fn read(mut fields: Fields<'_>) -> Read<Reference> {
        let mut to = Reference::default();
        while let Some((field, value)) = fields.next()? {
            match field {
                1 => to.uint = value.uint()?,
                2 => to.sint = value.sint()?,
                3 => to.fixed = Some(value.fixed()?),
                17 => to.double = value.double()?,
                18 => to.text = value.text()?.to_owned(),
                2000 => to.inner = Some(Box::new(read(value.message()?)?)),
                _ => {}
            }
        }
        Ok(to)
    }

    fn any_reference() -> impl Strategy<Value = Reference> {
        let leaf = (any::<u64>(), any::<i64>(), any::<Option<u64>>(), any::<f64>(), ".{0,300}").prop_map(
            |(uint, sint, fixed, double, text)| Reference { uint, sint, fixed, double, text, inner: None },
        );
        leaf.clone().prop_recursive(3, 4, 1, move |inner| {
            (leaf.clone(), inner).prop_map(|(outer, inner)| Reference { inner: Some(Box::new(inner)), ..outer })
        })
    }

    proptest! {
        #[test]
        fn the_bytes_are_those_of_prost(reference in any_reference()) {
            let mut bytes = Vec::new();
            write(&mut bytes, &reference);
            // prost leaves out -0.0 as well; the bits are kept here.
            if !(reference.double == 0.0 && reference.double.is_sign_negative()) {
                prop_assert_eq!(&bytes, &reference.encode_to_vec());
            }
            prop_assert_eq!(&Reference::decode(&bytes[..]).unwrap(), &reference);
            prop_assert_eq!(&read(Fields::of(&bytes)).unwrap(), &reference);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let ours = read(Fields::of(&bytes));
            if let Ok(ours) = ours {
                prop_assert_eq!(read(Fields::of(&ours.encode_to_vec())), Ok(ours));
            }
        }
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        for bad in [&[0x08][..], &[0x08, 0x80], &[0x09, 1], &[0x12, 5, 1], &[0x00, 1], &[0x0b], &[0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]] {
            let mut fields = Fields::of(bad);
            assert!(fields.next().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn rows_come_back_whole_or_not_at_all() {
        let mut out = Vec::new();
        put_rows(&mut out, 1, [(7_u8, 300_u16), (8, 400)].into_iter(), |(a, b)| row::<3>(&[&[a], &b.to_le_bytes()]));
        let (_, value) = Fields::of(&out).next().unwrap().unwrap();
        let read = |mut row: Row<'_, 3>| Ok((row.u8(), row.u16()));
        assert_eq!(value.rows(read), Ok(vec![(7, 300), (8, 400)]));
        assert_eq!(Value::Bytes(&[1, 2, 3, 4]).rows(read), Err(Malformed("a row is cut off")));
    }
}
