//! From the bytes of a message to JSON, in one walk: nothing is built in between.
//!
//! The mapping is that of protobuf: names in lower camel case, 64-bit numbers as texts,
//! enumerations by name, what has its default value left out. It relies on what every encoder of
//! this product does: a field is written once, and the elements of a list in one run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::schema::{Coding, Field, Integer, Kind, Message, Schema, Shape};
use super::well_known;
use super::wire::{Malformed, Reader, Value};

/// Writes a message as JSON.
///
/// # Errors
/// Where the bytes are none of this kind.
pub(super) fn write(
    schema: &Schema,
    message: &Message,
    bytes: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    if let Some(form) = message.form {
        return well_known::write(form, bytes, out);
    }
    out.push(b'{');
    let mut is_first = true;
    // The list or map that is being written.
    let mut open: Option<&Field> = None;
    let mut reader = Reader::new(bytes);
    while let Some((number, value)) = reader.next()? {
        let Some(field) = message.field(number) else { continue };
        let goes_on = open.is_some_and(|open| open.number == number);
        if !goes_on {
            close(open.take(), out);
        }
        if !std::mem::take(&mut is_first) {
            out.push(b',');
        }
        if !goes_on {
            out.extend_from_slice(field.key.as_bytes());
        }
        match field.shape {
            Shape::Single => element(schema, field, value, out)?,
            Shape::List => {
                if !goes_on {
                    out.push(b'[');
                    open = Some(field);
                }
                list(schema, field, value, out)?;
            }
            Shape::Map => {
                if !goes_on {
                    out.push(b'{');
                    open = Some(field);
                }
                entry(schema, field, value, out)?;
            }
        }
    }
    close(open, out);
    out.push(b'}');
    Ok(())
}

fn close(open: Option<&Field>, out: &mut Vec<u8>) {
    match open.map(|field| field.shape) {
        Some(Shape::List) => out.push(b']'),
        Some(Shape::Map) => out.push(b'}'),
        Some(Shape::Single) | None => {}
    }
}

/// An element of a list, or a run of numbers.
fn list(
    schema: &Schema,
    field: &Field,
    value: Value<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    let is_run = !matches!(field.kind, Kind::Text | Kind::Bytes | Kind::Message(_));
    let Value::Bytes(run) = value else { return element(schema, field, value, out) };
    if !is_run {
        return element(schema, field, value, out);
    }
    let mut run = Reader::new(run);
    let mut is_first = true;
    while !run.is_empty() {
        if !std::mem::take(&mut is_first) {
            out.push(b',');
        }
        let number = match field.kind {
            Kind::Double => Value::Fixed64(run.fixed64()?),
            Kind::Float => Value::Fixed32(run.fixed32()?),
            Kind::Integer(Integer { coding: Coding::Fixed, is_long: true, .. }) => {
                Value::Fixed64(run.fixed64()?)
            }
            Kind::Integer(Integer { coding: Coding::Fixed, is_long: false, .. }) => {
                Value::Fixed32(run.fixed32()?)
            }
            _ => Value::Varint(run.varint()?),
        };
        element(schema, field, number, out)?;
    }
    Ok(())
}

/// An entry of a map: its key is a text in JSON, whatever it is.
fn entry(
    schema: &Schema,
    field: &Field,
    value: Value<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    let (Some(entry), Value::Bytes(bytes)) = (schema.inner(field), value) else {
        return Err(Malformed);
    };
    let (Some(key), Some(content)) = (entry.field(1), entry.field(2)) else {
        return Err(Malformed);
    };
    // What has its default value is left out.
    let (mut left, mut right) = (default_of(key.kind), default_of(content.kind));
    let mut reader = Reader::new(bytes);
    while let Some((number, value)) = reader.next()? {
        match number {
            1 => left = value,
            2 => right = value,
            _ => {}
        }
    }
    match key.kind {
        Kind::Text | Kind::Integer(Integer { is_long: true, .. }) => {
            element(schema, key, left, out)?;
        }
        _ => {
            out.push(b'"');
            element(schema, key, left, out)?;
            out.push(b'"');
        }
    }
    out.push(b':');
    element(schema, content, right, out)
}

fn default_of(kind: Kind) -> Value<'static> {
    match kind {
        Kind::Text | Kind::Bytes | Kind::Message(_) => Value::Bytes(&[]),
        Kind::Double | Kind::Integer(Integer { coding: Coding::Fixed, is_long: true, .. }) => {
            Value::Fixed64(0)
        }
        Kind::Float | Kind::Integer(Integer { coding: Coding::Fixed, is_long: false, .. }) => {
            Value::Fixed32(0)
        }
        Kind::Bool | Kind::Integer(_) | Kind::Enumeration(_) => Value::Varint(0),
    }
}

/// One value.
fn element(
    schema: &Schema,
    field: &Field,
    value: Value<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Malformed> {
    match (field.kind, value) {
        (Kind::Message(place), Value::Bytes(bytes)) => {
            write(schema, schema.message(place), bytes, out)?;
        }
        (Kind::Text, Value::Bytes(bytes)) => {
            put(std::str::from_utf8(bytes).map_err(|_| Malformed)?, out);
        }
        (Kind::Enumeration(place), Value::Varint(number)) => {
            let number = low_bits(number);
            match schema.enumeration(place).name_of(number) {
                Some(name) => {
                    out.push(b'"');
                    out.extend_from_slice(name.as_bytes());
                    out.push(b'"');
                }
                None => put(&number, out),
            }
        }
        (Kind::Bool, Value::Varint(number)) => put(&(number != 0), out),
        (Kind::Double, Value::Fixed64(bits)) => fraction(f64::from_bits(bits), out),
        (Kind::Float, Value::Fixed32(bits)) => {
            let number = f32::from_bits(bits);
            if number.is_finite() { put(&number, out) } else { fraction(number.into(), out) }
        }
        (Kind::Integer(integer), value) => whole(integer, value, out)?,
        (Kind::Bytes, Value::Bytes(bytes)) => put(&STANDARD.encode(bytes), out),
        _ => return Err(Malformed),
    }
    Ok(())
}

fn whole(integer: Integer, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), Malformed> {
    let number: i128 = match (integer.coding, value) {
        (Coding::Plain, Value::Varint(bits)) if integer.is_signed => bits.cast_signed().into(),
        (Coding::Plain, Value::Varint(bits)) => bits.into(),
        (Coding::Zigzag, Value::Varint(bits)) => {
            ((bits >> 1).cast_signed() ^ -(bits & 1).cast_signed()).into()
        }
        (Coding::Fixed, Value::Fixed64(bits)) if integer.is_signed => bits.cast_signed().into(),
        (Coding::Fixed, Value::Fixed64(bits)) => bits.into(),
        (Coding::Fixed, Value::Fixed32(bits)) if integer.is_signed => bits.cast_signed().into(),
        (Coding::Fixed, Value::Fixed32(bits)) => bits.into(),
        _ => return Err(Malformed),
    };
    if integer.is_long {
        out.push(b'"');
    }
    put(&number, out);
    if integer.is_long {
        out.push(b'"');
    }
    Ok(())
}

/// An enumeration below zero is written with the bits of a long number.
fn low_bits(number: u64) -> i32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or(0).cast_signed()
}

fn fraction(number: f64, out: &mut Vec<u8>) {
    match number {
        n if n.is_nan() => out.extend_from_slice(b"\"NaN\""),
        f64::INFINITY => out.extend_from_slice(b"\"Infinity\""),
        f64::NEG_INFINITY => out.extend_from_slice(b"\"-Infinity\""),
        n => put(&n, out),
    }
}

/// A number or a text, as JSON writes it.
fn put<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    // Writing to memory cannot fail, and numbers and texts always have a form.
    let _ = serde_json::to_writer(out, value);
}
