//! From JSON to the bytes of a message, in one walk: nothing is built in between, so a small text
//! cannot grow large.
//!
//! The mapping is that of protobuf: fields by either of their names, 64-bit numbers as texts or
//! numbers, enumerations by name or number, null for nothing. Whatever is wrong is told with the
//! path of its field, written as gRPC writes it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::domain::invalid::Invalid;

use super::free_form;
use super::scalar::{self, Given};
use super::schema::{Field, Form, Kind, Message, SCHEMA, Shape};
use super::well_known;
use super::wire::{begin, end};

/// Most fields a message may have: which were given is kept in a word.
const FIELDS_MAX: usize = 128;

/// Writes the fields of a message from JSON.
///
/// # Errors
/// With the path of the field that is at fault, empty where the text is no JSON.
pub(super) fn message(
    json: &[u8],
    message: &'static Message,
    out: &mut Vec<u8>,
) -> Result<(), Invalid> {
    let mut writer = Writer { out, path: Vec::new() };
    let mut json_reader = serde_json::Deserializer::from_slice(json);
    let read = json_reader.deserialize_any(Fields { writer: &mut writer, message });
    let read = read.and_then(|()| json_reader.end());
    read.map_err(|error| writer.invalid(&error))
}

/// Writes one field of a message from JSON.
///
/// # Errors
/// With the path of the field that is at fault.
pub(super) fn field(json: &[u8], field: &'static Field, out: &mut Vec<u8>) -> Result<(), Invalid> {
    let mut writer = Writer { out, path: Vec::new() };
    let mut json_reader = serde_json::Deserializer::from_slice(json);
    let read = Whole { writer: &mut writer, field }.deserialize(&mut json_reader);
    let read = read.map(|_| ()).and_then(|()| json_reader.end());
    read.map_err(|error| {
        writer.path.push(Step::Field(&field.name));
        writer.invalid(&error)
    })
}

/// Where bytes go, and where a fault was found: the path, the innermost step first.
struct Writer<'o> {
    out: &'o mut Vec<u8>,
    path: Vec<Step>,
}

enum Step {
    Field(&'static str),
    Unknown(String),
    At(usize),
}

impl Writer<'_> {
    fn invalid(&self, error: &serde_json::Error) -> Invalid {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            let name = match step {
                Step::At(at) => {
                    path.push_str(&format!("[{at}]"));
                    continue;
                }
                Step::Field(name) => name,
                Step::Unknown(name) => name.as_str(),
            };
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        }
        let problem = error.to_string();
        if path.is_empty() {
            return Invalid::new("", format!("the request is no JSON of this call: {problem}"));
        }
        Invalid::new(path, problem)
    }
}

/// The fields of a message.
struct Fields<'w, 'o> {
    writer: &'w mut Writer<'o>,
    message: &'static Message,
}

impl<'de> Visitor<'de> for Fields<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut seen, mut chosen) = (0_u128, 0_u64);
        while let Some(key) = map.next_key_seed(Key(self.message))? {
            let field = match key {
                Ok(field) => field,
                Err(name) => {
                    self.writer.path.push(Step::Unknown(name));
                    return Err(A::Error::custom("is no field of this message"));
                }
            };
            let bit = 1_u128 << (field.place % FIELDS_MAX);
            let was_seen = seen & bit != 0;
            seen |= bit;
            let value = Whole { writer: self.writer, field };
            let mut set = map.next_value_seed(value);
            if was_seen {
                set = Err(A::Error::custom("is given twice"));
            }
            if let (Ok(true), Some(oneof)) = (&set, field.oneof) {
                let choice = 1_u64 << (oneof % 64);
                if chosen & choice != 0 {
                    set = Err(A::Error::custom("excludes another field that is given"));
                }
                chosen |= choice;
            }
            if let Err(error) = set {
                self.writer.path.push(Step::Field(&field.name));
                return Err(error);
            }
        }
        Ok(())
    }
}

/// The name of a field: the field, or the name where there is none.
struct Key(&'static Message);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Result<&'static Field, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Result<&'static Field, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        // Long names are no names: what is told of them is cut.
        let cut = name.get(..name.floor_char_boundary(64)).unwrap_or_default();
        Ok(self.0.named(name).ok_or_else(|| cut.to_owned()))
    }
}

/// Everything a field holds. Gives whether it was anything.
struct Whole<'w, 'o> {
    writer: &'w mut Writer<'o>,
    field: &'static Field,
}

impl<'de> DeserializeSeed<'de> for Whole<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe(self.field, f)
    }

    fn visit_none<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let Whole { writer, field } = self;
        match field.shape {
            Shape::Single => Element { writer, field }.deserialize(deserializer)?,
            Shape::List => deserializer.deserialize_any(Elements { writer, field })?,
            Shape::Map => deserializer.deserialize_any(Entries { writer, field })?,
        }
        Ok(true)
    }
}

/// The elements of a list.
struct Elements<'w, 'o> {
    writer: &'w mut Writer<'o>,
    field: &'static Field,
}

impl<'de> Visitor<'de> for Elements<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe(self.field, f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for at in 0.. {
            let element = Element { writer: self.writer, field: self.field };
            match list.next_element_seed(element) {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(error) => {
                    self.writer.path.push(Step::At(at));
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

/// The entries of a map.
struct Entries<'w, 'o> {
    writer: &'w mut Writer<'o>,
    field: &'static Field,
}

impl<'de> Visitor<'de> for Entries<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe(self.field, f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let entry = SCHEMA.inner(self.field).and_then(|e| Some((e.field(1)?, e.field(2)?)));
        let Some((key_field, value_field)) = entry else {
            map.next_entry::<IgnoredAny, IgnoredAny>()?;
            return Err(A::Error::custom("cannot be read"));
        };
        let mut at = 0;
        while let Some(key) = map.next_key::<String>()? {
            let start = begin(self.writer.out, self.field.number);
            let put = scalar::put(key_field, Given::Text(&key), self.writer.out);
            let element = Element { writer: self.writer, field: value_field };
            let value = map.next_value_seed(element);
            if let Err(error) = put.map_err(A::Error::custom).and(value) {
                self.writer.path.push(Step::At(at));
                return Err(error);
            }
            end(self.writer.out, start);
            at += 1;
        }
        Ok(())
    }
}

/// One value, with the tag of its field.
struct Element<'w, 'o> {
    writer: &'w mut Writer<'o>,
    field: &'static Field,
}

impl Element<'_, '_> {
    fn put<E: Error>(self, given: Given<'_>) -> Result<(), E> {
        scalar::put(self.field, given, self.writer.out).map_err(E::custom)
    }
}

impl<'de> DeserializeSeed<'de> for Element<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe(self.field, f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.put(Given::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.put(Given::Whole(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.put(Given::Whole(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.put(Given::Fraction(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let Some(form) = SCHEMA.inner(self.field).and_then(|message| message.form) else {
            return self.put(Given::Text(text));
        };
        let start = begin(self.writer.out, self.field.number);
        well_known::read(form, text, self.writer.out).map_err(E::custom)?;
        end(self.writer.out, start);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let message = SCHEMA.inner(self.field);
        if message.is_some_and(|message| message.form == Some(Form::Struct)) {
            let start = begin(self.writer.out, self.field.number);
            free_form::object(map, self.writer.out)?;
            end(self.writer.out, start);
            return Ok(());
        }
        let message = message.filter(|message| message.form.is_none());
        let Some(message) = message else {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self));
        };
        let start = begin(self.writer.out, self.field.number);
        Fields { writer: self.writer, message }.visit_map(map)?;
        end(self.writer.out, start);
        Ok(())
    }
}

fn describe(field: &Field, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let one = match field.kind {
        Kind::Bool => "true or false",
        Kind::Text => "a text",
        Kind::Bytes => "bytes in base64",
        Kind::Double | Kind::Float => "a number",
        Kind::Integer(_) => "a whole number",
        Kind::Enumeration(_) => "the name of a value",
        Kind::Message(place) => match SCHEMA.message(place).form {
            Some(Form::Timestamp | Form::Duration | Form::FieldMask) => "a text",
            Some(Form::Struct) | None => "an object",
        },
    };
    match field.shape {
        Shape::Single => f.write_str(one),
        Shape::List => write!(f, "a list, each of it {one}"),
        Shape::Map => f.write_str("an object"),
    }
}
