//! The messages of the API as tables that a transcoder walks: from a number to the JSON name and
//! back. Made once, from the API's own descriptors.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, EnumDescriptor, FieldDescriptor, MessageDescriptor};

use crate::api::FILE_DESCRIPTOR_SET;

/// The descriptors of the API, with their comments and options.
pub(super) static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the build wrote these descriptors")
});

/// The tables of this API.
pub(super) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::of(&POOL));

/// All messages and enumerations.
#[derive(Debug)]
pub(super) struct Schema {
    messages: Vec<Message>,
    enumerations: Vec<Enumeration>,
    places: HashMap<String, usize>,
}

/// A message.
#[derive(Debug)]
pub(super) struct Message {
    /// It is written in a form of its own.
    pub(super) form: Option<Form>,
    /// Its fields, in the order of the proto.
    pub(super) fields: Vec<Field>,
    /// Place of a field by its number; 0: none, otherwise one more than the place.
    by_number: Vec<u16>,
    /// Places of fields by both of their names.
    by_name: HashMap<String, u16>,
}

/// Messages that JSON has a form of its own for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `2026-11-23T10:00:00Z`.
    Timestamp,
    /// `1.5s`.
    Duration,
    /// `locale,loyalty.tierId`.
    FieldMask,
    /// An object of any shape.
    Struct,
}

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    /// Its number.
    pub(super) number: u32,
    /// Its name in the proto, as gRPC tells it in errors.
    pub(super) name: String,
    /// Its name in JSON.
    pub(super) json_name: String,
    /// The same as it is written: `"jsonName":`.
    pub(super) key: String,
    /// What it holds.
    pub(super) kind: Kind,
    /// How often.
    pub(super) shape: Shape,
    /// Which oneof it belongs to.
    pub(super) oneof: Option<u16>,
    /// Its place among the fields of its message.
    pub(super) place: usize,
}

/// How often a field holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// At most once.
    Single,
    /// In a list.
    List,
    /// By keys: the field holds entries of key (1) and value (2).
    Map,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// True or false.
    Bool,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A number with a fraction, 64 bits.
    Double,
    /// A number with a fraction, 32 bits.
    Float,
    /// A whole number.
    Integer(Integer),
    /// A value of an enumeration, by its place.
    Enumeration(usize),
    /// A message, by its place.
    Message(usize),
}

/// Whole numbers: how many bits, whether below zero, and how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Integer {
    /// 64 bits; JSON has them as texts.
    pub(super) is_long: bool,
    /// May be below zero.
    pub(super) is_signed: bool,
    /// How it stands on the wire.
    pub(super) coding: Coding,
}

/// How a whole number stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// Variable length.
    Plain,
    /// Variable length, small numbers below zero are short.
    Zigzag,
    /// Four or eight bytes.
    Fixed,
}

/// An enumeration.
#[derive(Debug)]
pub(super) struct Enumeration {
    /// Its name, without the package.
    pub(super) name: String,
    /// Numbers and names, in the order of the proto.
    pub(super) values: Vec<(i32, String)>,
}

impl Enumeration {
    /// The name of a number.
    pub(super) fn name_of(&self, number: i32) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == number).map(|(_, name)| name.as_str())
    }

    /// The number of a name.
    pub(super) fn number_of(&self, name: &str) -> Option<i32> {
        self.values.iter().find(|(_, known)| known == name).map(|(number, _)| *number)
    }
}

impl Message {
    /// The field of a number.
    pub(super) fn field(&self, number: u32) -> Option<&Field> {
        let place = *self.by_number.get(usize::try_from(number).ok()?)?;
        self.fields.get(usize::from(place.checked_sub(1)?))
    }

    /// The field of a name: that of JSON, or that of the proto.
    pub(super) fn named(&self, name: &str) -> Option<&Field> {
        self.by_name.get(name).and_then(|place| self.fields.get(usize::from(*place)))
    }
}

impl Schema {
    fn of(pool: &DescriptorPool) -> Self {
        let places = |names: Vec<String>| names.into_iter().zip(0..).collect::<HashMap<_, _>>();
        let messages = places(pool.all_messages().map(|m| m.full_name().to_owned()).collect());
        let enumerations = places(pool.all_enums().map(|e| e.full_name().to_owned()).collect());
        Self {
            messages: pool.all_messages().map(|m| message(&m, &messages, &enumerations)).collect(),
            enumerations: pool.all_enums().map(|e| enumeration(&e)).collect(),
            places: messages,
        }
    }

    /// The message at a place that a field or a call named.
    pub(super) fn message(&self, place: usize) -> &Message {
        &self.messages[place]
    }

    /// The enumeration at a place that a field named.
    pub(super) fn enumeration(&self, place: usize) -> &Enumeration {
        &self.enumerations[place]
    }

    /// The place of a message, by its full name.
    pub(super) fn place(&self, full_name: &str) -> Option<usize> {
        self.places.get(full_name).copied()
    }

    /// The message that a field holds.
    pub(super) fn inner(&self, field: &Field) -> Option<&Message> {
        match field.kind {
            Kind::Message(place) => Some(self.message(place)),
            _ => None,
        }
    }
}

fn enumeration(of: &EnumDescriptor) -> Enumeration {
    let values = of.values().map(|value| (value.number(), value.name().to_owned()));
    Enumeration { name: of.name().to_owned(), values: values.collect() }
}

fn message(
    of: &MessageDescriptor,
    messages: &HashMap<String, usize>,
    enumerations: &HashMap<String, usize>,
) -> Message {
    let mut described: Vec<FieldDescriptor> = of.fields().collect();
    described.sort_by_key(|field| field.path().to_vec());
    let oneofs: Vec<String> = of.oneofs().map(|oneof| oneof.name().to_owned()).collect();
    let fields: Vec<Field> = described
        .iter()
        .enumerate()
        .map(|(place, field)| {
            // An `optional` field stands in a oneof of its own, which says nothing here.
            let oneof = field.containing_oneof().filter(|oneof| oneof.fields().len() > 1);
            let oneof = oneof.and_then(|oneof| oneofs.iter().position(|n| n == oneof.name()));
            Field {
                number: field.number(),
                name: field.name().to_owned(),
                json_name: field.json_name().to_owned(),
                key: format!("\"{}\":", field.json_name()),
                kind: kind(field, messages, enumerations),
                shape: match (field.is_map(), field.is_list()) {
                    (true, _) => Shape::Map,
                    (false, true) => Shape::List,
                    (false, false) => Shape::Single,
                },
                oneof: oneof.and_then(|at| u16::try_from(at).ok()),
                place,
            }
        })
        .collect();
    let mut by_number = Vec::new();
    let mut by_name = HashMap::new();
    for (field, place) in fields.iter().zip(0_u16..) {
        let number = usize::try_from(field.number).unwrap_or(usize::MAX);
        // Numbers are small; one that is not has no place, and is passed over.
        if number < 1 << 12 {
            by_number.resize(by_number.len().max(number + 1), 0);
            by_number[number] = place + 1;
        }
        by_name.insert(field.name.clone(), place);
        by_name.insert(field.json_name.clone(), place);
    }
    Message { form: form(of.full_name()), fields, by_number, by_name }
}

fn form(full_name: &str) -> Option<Form> {
    match full_name {
        "google.protobuf.Timestamp" => Some(Form::Timestamp),
        "google.protobuf.Duration" => Some(Form::Duration),
        "google.protobuf.FieldMask" => Some(Form::FieldMask),
        "google.protobuf.Struct" => Some(Form::Struct),
        _ => None,
    }
}

fn kind(
    field: &FieldDescriptor,
    messages: &HashMap<String, usize>,
    enumerations: &HashMap<String, usize>,
) -> Kind {
    use prost_reflect::Kind as K;
    let whole = |is_long, is_signed, coding| Kind::Integer(Integer { is_long, is_signed, coding });
    match field.kind() {
        K::Bool => Kind::Bool,
        K::String => Kind::Text,
        K::Bytes => Kind::Bytes,
        K::Double => Kind::Double,
        K::Float => Kind::Float,
        K::Int32 => whole(false, true, Coding::Plain),
        K::Int64 => whole(true, true, Coding::Plain),
        K::Uint32 => whole(false, false, Coding::Plain),
        K::Uint64 => whole(true, false, Coding::Plain),
        K::Sint32 => whole(false, true, Coding::Zigzag),
        K::Sint64 => whole(true, true, Coding::Zigzag),
        K::Fixed32 => whole(false, false, Coding::Fixed),
        K::Fixed64 => whole(true, false, Coding::Fixed),
        K::Sfixed32 => whole(false, true, Coding::Fixed),
        K::Sfixed64 => whole(true, true, Coding::Fixed),
        K::Enum(of) => Kind::Enumeration(enumerations[of.full_name()]),
        K::Message(of) => Kind::Message(messages[of.full_name()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_number_and_by_both_names() {
        let place = SCHEMA.place("concierge.v1.DecideOffersRequest").unwrap();
        let request = SCHEMA.message(place);
        let field = request.named("placement_requests").unwrap();
        assert_eq!((field.json_name.as_str(), field.shape), ("placementRequests", Shape::List));
        assert_eq!(request.named("placementRequests").unwrap().number, field.number);
        assert_eq!(request.field(field.number).unwrap().name, "placement_requests");
        assert!(request.named("placement").is_none() && request.field(999).is_none());
        let (guest, cookie) = (request.named("guest"), request.named("anonymousId"));
        assert!(guest.unwrap().oneof.is_some() && guest.unwrap().oneof == cookie.unwrap().oneof);
        let slot = SCHEMA.message(SCHEMA.place("concierge.v1.SlotExplanation").unwrap());
        assert!(slot.named("draw").unwrap().oneof.is_none(), "optional is no choice");
    }

    /// A kind with a form of its own that is not known here would be written as a plain message.
    #[test]
    fn every_well_known_message_of_the_api_has_its_form() {
        for message in POOL.all_messages().filter(|m| m.package_name() == "concierge.v1") {
            for field in message.fields() {
                let prost_reflect::Kind::Message(of) = field.kind() else { continue };
                let is_known =
                    of.package_name() == "concierge.v1" || form(of.full_name()).is_some();
                assert!(is_known, "{} has no form in JSON", field.full_name());
            }
        }
    }
}
