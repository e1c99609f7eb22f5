//! Reading: fields one after the other, straight from the stored bytes.

use super::{FIXED32, FIXED64, LENGTH, VARINT};

/// Why bytes are not a message: which rule they break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Malformed(pub(in crate::store) &'static str);

pub(in crate::store) type Read<T> = Result<T, Malformed>;

/// A value of a field as it was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::store) enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32,
    Bytes(&'a [u8]),
}

/// The fields of a message, one after the other.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(in crate::store) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    /// The next field; `None` at the end.
    pub(in crate::store) fn next(&mut self) -> Read<Option<(u32, Value<'a>)>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let field =
            u32::try_from(tag >> 3).map_err(|_| Malformed("a field number is too large"))?;
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
                let length = usize::try_from(self.varint()?)
                    .map_err(|_| Malformed("a length is too large"))?;
                let (bytes, rest) =
                    self.rest.split_at_checked(length).ok_or(Malformed("a field is cut off"))?;
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
        // Most are short: of one byte.
        if let [byte @ 0..0x80, rest @ ..] = self.rest {
            self.rest = rest;
            return Ok(u64::from(*byte));
        }
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
    pub(in crate::store) fn uint<T: TryFrom<u64>>(self) -> Read<T> {
        match self {
            Self::Varint(number) => {
                T::try_from(number).map_err(|_| Malformed("a number is out of range"))
            }
            Self::Fixed64(_) | Self::Fixed32 | Self::Bytes(_) => {
                Err(Malformed("a field should be a number"))
            }
        }
    }

    pub(in crate::store) fn sint<T: TryFrom<i64>>(self) -> Read<T> {
        T::try_from(signed(self.uint()?)).map_err(|_| Malformed("a number is out of range"))
    }

    pub(in crate::store) fn fixed(self) -> Read<u64> {
        match self {
            Self::Fixed64(number) => Ok(number),
            Self::Varint(_) | Self::Fixed32 | Self::Bytes(_) => {
                Err(Malformed("a field should have eight bytes"))
            }
        }
    }

    pub(in crate::store) fn double(self) -> Read<f64> {
        self.fixed().map(f64::from_bits)
    }

    pub(in crate::store) fn bytes(self) -> Read<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Varint(_) | Self::Fixed64(_) | Self::Fixed32 => {
                Err(Malformed("a field should be bytes"))
            }
        }
    }

    pub(in crate::store) fn array<const N: usize>(self) -> Read<[u8; N]> {
        self.bytes()?.try_into().map_err(|_| Malformed("a field has the wrong number of bytes"))
    }

    pub(in crate::store) fn text(self) -> Read<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed("a text is not UTF-8"))
    }

    pub(in crate::store) fn message(self) -> Read<Fields<'a>> {
        self.bytes().map(Fields::of)
    }

    /// A value by its code.
    pub(in crate::store) fn code<T>(self, from_code: impl FnOnce(u8) -> Option<T>) -> Read<T> {
        from_code(self.uint()?).ok_or(Malformed("a code is unknown"))
    }

    /// Numbers that were written as distances from the one before.
    pub(in crate::store) fn distances<T>(self, of: impl Fn(u16) -> T) -> Read<Vec<T>> {
        let mut fields = Fields::of(self.bytes()?);
        let mut numbers = Vec::with_capacity(fields.rest.len());
        let mut before = 0_i64;
        while !fields.rest.is_empty() {
            let distance = signed(fields.varint()?);
            before = before.wrapping_add(distance);
            let number =
                u16::try_from(before).map_err(|_| Malformed("a number is out of range"))?;
            numbers.push(of(number));
        }
        Ok(numbers)
    }

    /// Rows of a fixed width.
    pub(in crate::store) fn rows<T, const N: usize>(
        self,
        read: impl Fn(Row<'_, N>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let (rows, rest) = self.bytes()?.as_chunks::<N>();
        if !rest.is_empty() {
            return Err(Malformed("a row is cut off"));
        }
        rows.iter().map(|row| read(Row { rest: row })).collect()
    }
}

/// A number whose sign is its lowest bit.
fn signed(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// One row of `N` bytes, read from its start. What is read beyond its end is zero: the layouts are
/// constants, checked by the tests that read back what was written.
pub(in crate::store) struct Row<'a, const N: usize> {
    rest: &'a [u8],
}

impl<const N: usize> Row<'_, N> {
    fn take<const M: usize>(&mut self) -> [u8; M] {
        debug_assert!(self.rest.len() >= M, "a row has {N} bytes");
        let Some((head, rest)) = self.rest.split_first_chunk() else { return [0; M] };
        self.rest = rest;
        *head
    }

    pub(in crate::store) fn u8(&mut self) -> u8 {
        let [byte] = self.take();
        byte
    }

    pub(in crate::store) fn bytes<const M: usize>(&mut self) -> [u8; M] {
        self.take()
    }

    pub(in crate::store) fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    pub(in crate::store) fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    pub(in crate::store) fn i32(&mut self) -> i32 {
        i32::from_le_bytes(self.take())
    }

    pub(in crate::store) fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    pub(in crate::store) fn i64(&mut self) -> i64 {
        i64::from_le_bytes(self.take())
    }

    pub(in crate::store) fn f32(&mut self) -> f32 {
        f32::from_le_bytes(self.take())
    }

    pub(in crate::store) fn f64(&mut self) -> f64 {
        f64::from_le_bytes(self.take())
    }
}
