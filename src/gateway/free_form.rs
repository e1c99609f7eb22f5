//! Objects of any shape (`google.protobuf.Struct`), from JSON and to JSON, in one walk.
//!
//! ```text
//! Struct     1: entries of { 1: name, 2: Value }
//! Value      1: null (0) · 2: number · 3: text · 4: true or false · 5: Struct · 6: ListValue
//! ListValue  1: Values
//! ```

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::wire::{Malformed, Reader, Value, begin, end, put};

/// Deepest nesting of an object.
const DEPTH_MAX: usize = 16;

/// The entries of an object, from JSON.
pub(super) fn object<'de, A: MapAccess<'de>>(map: A, out: &mut Vec<u8>) -> Result<(), A::Error> {
    entries(map, out, 1)
}

fn entries<'de, A: MapAccess<'de>>(
    mut map: A,
    out: &mut Vec<u8>,
    depth: usize,
) -> Result<(), A::Error> {
    while let Some(name) = map.next_key::<String>()? {
        let entry = begin(out, 1);
        put(out, 1, Value::Bytes(name.as_bytes()));
        let value = begin(out, 2);
        map.next_value_seed(Any { out, depth })?;
        end(out, value);
        end(out, entry);
    }
    Ok(())
}

/// A value of any kind.
struct Any<'o> {
    out: &'o mut Vec<u8>,
    depth: usize,
}

impl Any<'_> {
    fn deeper<E: Error>(&self) -> Result<usize, E> {
        let deeper = self.depth + 1;
        let problem = || E::custom(format!("nests deeper than {DEPTH_MAX} levels"));
        (deeper <= DEPTH_MAX).then_some(deeper).ok_or_else(problem)
    }
}

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text, true or false, a list or an object")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        put(self.out, 1, Value::Varint(0));
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        put(self.out, 4, Value::Varint(value.into()));
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of JSON are doubles")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.visit_f64(value as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of JSON are doubles")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        put(self.out, 2, Value::Fixed64(value.to_bits()));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        put(self.out, 3, Value::Bytes(text.as_bytes()));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let depth = self.deeper()?;
        let object = begin(self.out, 5);
        entries(map, self.out, depth)?;
        end(self.out, object);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let depth = self.deeper()?;
        let values = begin(self.out, 6);
        while list.next_element_seed(Element(Any { out: self.out, depth }))?.is_some() {}
        end(self.out, values);
        Ok(())
    }
}

/// An element of a list, with its tag.
struct Element<'o>(Any<'o>);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Any { out, depth } = self.0;
        let element = begin(out, 1);
        Any { out, depth }.deserialize(deserializer)?;
        end(out, element);
        Ok(())
    }
}

/// Writes the bytes of a `Struct` as a JSON object.
pub(super) fn write(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
    out.push(b'{');
    let mut entries = Reader::new(bytes);
    let mut is_first = true;
    while let Some(field) = entries.next()? {
        let (1, Value::Bytes(entry)) = field else { continue };
        if !std::mem::take(&mut is_first) {
            out.push(b',');
        }
        let (mut name, mut value) = (&b""[..], &b""[..]);
        let mut entry = Reader::new(entry);
        while let Some(field) = entry.next()? {
            match field {
                (1, Value::Bytes(bytes)) => name = bytes,
                (2, Value::Bytes(bytes)) => value = bytes,
                _ => {}
            }
        }
        text(name, out)?;
        out.push(b':');
        write_value(value, out)?;
    }
    out.push(b'}');
    Ok(())
}

fn write_value(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
    let mut reader = Reader::new(bytes);
    let mut kind = None;
    while let Some(field) = reader.next()? {
        kind = Some(field);
    }
    match kind {
        Some((2, Value::Fixed64(bits))) => json(&f64::from_bits(bits), out),
        Some((3, Value::Bytes(bytes))) => text(bytes, out)?,
        Some((4, Value::Varint(is))) => json(&(is != 0), out),
        Some((5, Value::Bytes(bytes))) => write(bytes, out)?,
        Some((6, Value::Bytes(bytes))) => {
            out.push(b'[');
            let mut values = Reader::new(bytes);
            let mut is_first = true;
            while let Some(field) = values.next()? {
                let (1, Value::Bytes(value)) = field else { continue };
                if !std::mem::take(&mut is_first) {
                    out.push(b',');
                }
                write_value(value, out)?;
            }
            out.push(b']');
        }
        _ => out.extend_from_slice(b"null"),
    }
    Ok(())
}

fn text(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
    json(std::str::from_utf8(bytes).map_err(|_| Malformed)?, out);
    Ok(())
}

/// A number or a text, as JSON writes it; what is no number of JSON is null.
fn json<T: serde::Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = serde_json::to_writer(out, value);
}
