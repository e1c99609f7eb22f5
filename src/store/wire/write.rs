//! Writing: fields appended to a buffer.

use super::{FIXED64, LENGTH, VARINT};

/// Appends a number in base 128, least significant digits first.
#[expect(clippy::cast_possible_truncation, reason = "the low seven bits are wanted")]
pub(in crate::store) fn varint(out: &mut Vec<u8>, mut number: u64) {
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
pub(in crate::store) fn always_uint(out: &mut Vec<u8>, field: u32, number: impl Into<u64>) {
    tag(out, field, VARINT);
    varint(out, number.into());
}

/// A number.
pub(in crate::store) fn put_uint(out: &mut Vec<u8>, field: u32, number: impl Into<u64>) {
    let number = number.into();
    if number != 0 {
        always_uint(out, field, number);
    }
}

/// A signed number, small ones in few bytes.
pub(in crate::store) fn put_sint(out: &mut Vec<u8>, field: u32, number: impl Into<i64>) {
    put_uint(out, field, unsigned(number.into()));
}

/// A number with its sign as the lowest bit.
fn unsigned(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

/// Eight bytes, zero included.
pub(in crate::store) fn always_fixed(out: &mut Vec<u8>, field: u32, number: u64) {
    tag(out, field, FIXED64);
    out.extend_from_slice(&number.to_le_bytes());
}

/// A floating-point number, bit by bit.
pub(in crate::store) fn put_double(out: &mut Vec<u8>, field: u32, number: f64) {
    if number.to_bits() != 0 {
        always_fixed(out, field, number.to_bits());
    }
}

/// A factor, which is one where nothing is said; bit by bit.
pub(in crate::store) fn put_factor(out: &mut Vec<u8>, field: u32, factor: f64) {
    if factor.to_bits() != 1.0_f64.to_bits() {
        always_fixed(out, field, factor.to_bits());
    }
}

/// Numbers as their distances from the one before, each in few bytes where that is short.
pub(in crate::store) fn put_distances(
    out: &mut Vec<u8>,
    field: u32,
    numbers: impl ExactSizeIterator<Item = u16>,
) {
    if numbers.len() == 0 {
        return;
    }
    message(out, field, |out| {
        let mut before = 0;
        for number in numbers {
            varint(out, unsigned(i64::from(number) - before));
            before = i64::from(number);
        }
    });
}

/// Bytes, none included.
pub(in crate::store) fn always_bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    tag(out, field, LENGTH);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Bytes or a text.
pub(in crate::store) fn put_bytes(out: &mut Vec<u8>, field: u32, bytes: impl AsRef<[u8]>) {
    if !bytes.as_ref().is_empty() {
        always_bytes(out, field, bytes.as_ref());
    }
}

/// A message, which may be empty.
pub(in crate::store) fn message(out: &mut Vec<u8>, field: u32, write: impl FnOnce(&mut Vec<u8>)) {
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

/// Rows of a fixed width, one after the other in one field. The layout of a field's rows never
/// changes; another layout gets another field.
pub(in crate::store) fn put_rows<T, const N: usize>(
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

/// Puts the parts of a row side by side. Together they must have `N` bytes.
pub(in crate::store) fn row<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
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
