//! What the API says of itself, read from its descriptor set: messages, calls, and the options
//! `required_right` and
//! `visible_with`. Rights and limits come from here, so that a call or a field cannot be added
//! without saying who may use it.
//!
//! The set is walked as bytes: the generated types of descriptors drop options they do not know.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::api::FILE_DESCRIPTOR_SET;
use crate::domain::scope::Right;

/// Number of the method option `required_right`.
const REQUIRED_RIGHT: u32 = 51_002;
/// Number of the method option `guest_token_allowed`.
const GUEST_TOKEN_ALLOWED: u32 = 51_003;
/// Number of the field option `visible_with`.
const VISIBLE_WITH: u32 = 51_001;
/// Label of a repeated field, and type of one that is a message.
const LABEL_REPEATED: u64 = 3;
const TYPE_MESSAGE: u64 = 11;

/// A message of the API, or one it imports.
#[derive(Debug)]
pub(crate) struct Message {
    /// Full name, with a dot before it.
    pub(crate) name: String,
    /// Its fields, by number.
    pub(crate) fields: Vec<Field>,
}

/// A field of a message.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) number: u32,
    pub(crate) name: String,
    pub(crate) is_repeated: bool,
    /// The message it holds, as a place in [`Descriptors::messages`].
    pub(crate) message: Option<usize>,
    /// The right needed to see it.
    pub(crate) visible_with: Option<Right>,
}

/// A call of the API.
#[derive(Debug)]
pub(crate) struct Method {
    /// `/concierge.v1.DecisionService/DecideOffers`.
    pub(crate) path: String,
    /// Name of the service without its package, and of the call.
    pub(crate) service: String,
    pub(crate) name: String,
    /// The right needed to make it; `None` where the API does not say, which a test forbids.
    pub(crate) right: Option<Right>,
    /// May a guest token make it?
    pub(crate) guest_token_allowed: bool,
    /// Its request, as a place in [`Descriptors::messages`].
    pub(crate) input: usize,
    /// Its answer, likewise.
    pub(crate) output: usize,
}

/// Everything the API says of itself that the edge uses.
#[derive(Debug)]
pub(crate) struct Descriptors {
    pub(crate) messages: Vec<Message>,
    pub(crate) methods: Vec<Method>,
}

/// The descriptors of this API.
pub(crate) static DESCRIPTORS: LazyLock<Descriptors> =
    LazyLock::new(|| Descriptors::read(FILE_DESCRIPTOR_SET));

impl Descriptors {
    fn read(set: &[u8]) -> Self {
        let mut reader = Reader::default();
        for file in children(set, 1) {
            reader.file(file);
        }
        reader.finish()
    }
}

/// A field that names its message, which may be described later.
struct Unresolved {
    field: Field,
    type_name: String,
}

#[derive(Default)]
struct Reader {
    messages: Vec<(String, Vec<Unresolved>)>,
    methods: Vec<(Method, String, String)>,
}

impl Reader {
    fn file(&mut self, file: &[u8]) {
        let package = text(file, 2);
        for message in children(file, 4) {
            self.message(&format!(".{package}"), message);
        }
        for service in children(file, 6) {
            let name = text(service, 1);
            for method in children(service, 2) {
                self.method(&package, &name, method);
            }
        }
    }

    fn message(&mut self, parent: &str, message: &[u8]) {
        let name = format!("{parent}.{}", text(message, 1));
        let fields = children(message, 2).map(unresolved).collect();
        for nested in children(message, 3) {
            self.message(&name, nested);
        }
        self.messages.push((name, fields));
    }

    fn method(&mut self, package: &str, service: &str, method: &[u8]) {
        let name = text(method, 1);
        let method = (
            Method {
                path: format!("/{package}.{service}/{name}"),
                service: service.to_owned(),
                right: children(method, 4).find_map(|options| right(options, REQUIRED_RIGHT)),
                guest_token_allowed: children(method, 4)
                    .any(|options| number(options, GUEST_TOKEN_ALLOWED) == 1),
                name,
                input: 0,
                output: 0,
            },
            text(method, 2),
            text(method, 3),
        );
        self.methods.push(method);
    }

    fn finish(self) -> Descriptors {
        let places: HashMap<String, usize> =
            self.messages.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        let place = |name: &str| places.get(name).copied();
        let messages = self.messages.into_iter().map(|(name, fields)| {
            let resolved =
                fields.into_iter().map(|f| Field { message: place(&f.type_name), ..f.field });
            let mut fields: Vec<Field> = resolved.collect();
            fields.sort_by_key(|field| field.number);
            Message { name, fields }
        });
        let methods = self.methods.into_iter().map(|(method, input, output)| Method {
            input: place(&input).unwrap_or_default(),
            output: place(&output).unwrap_or_default(),
            ..method
        });
        Descriptors { messages: messages.collect(), methods: methods.collect() }
    }
}

fn unresolved(field: &[u8]) -> Unresolved {
    let is_message = number(field, 5) == TYPE_MESSAGE;
    Unresolved {
        type_name: if is_message { text(field, 6) } else { String::new() },
        field: Field {
            number: u32::try_from(number(field, 3)).unwrap_or(0),
            name: text(field, 1),
            is_repeated: number(field, 4) == LABEL_REPEATED,
            message: None,
            visible_with: children(field, 8).find_map(|options| right(options, VISIBLE_WITH)),
        },
    }
}

fn right(options: &[u8], option: u32) -> Option<Right> {
    Right::from_name(&text(options, option))
}

/// A field of an encoded message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'b> {
    Number(u64),
    Bytes(&'b [u8]),
}

/// Fields of an encoded message in their order; ends at the first thing that is none.
pub(crate) fn fields(bytes: &[u8]) -> impl Iterator<Item = (u32, Value<'_>)> {
    written_fields(bytes).map(|(number, value, _)| (number, value))
}

/// The same, each with its own bytes, tag included.
pub(crate) fn written_fields(bytes: &[u8]) -> impl Iterator<Item = (u32, Value<'_>, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let before = rest;
        let (number, value) = field(&mut rest)?;
        let written = before.len().checked_sub(rest.len())?;
        Some((number, value, before.get(..written)?))
    })
}

fn field<'b>(bytes: &mut &'b [u8]) -> Option<(u32, Value<'b>)> {
    let tag = varint(bytes)?;
    let number = u32::try_from(tag >> 3).ok()?;
    let length = match tag & 7 {
        0 => return Some((number, Value::Number(varint(bytes)?))),
        1 => 8,
        2 => usize::try_from(varint(bytes)?).ok()?,
        5 => 4,
        _ => return None,
    };
    let (head, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some((number, Value::Bytes(head)))
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..70).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn children(message: &[u8], wanted: u32) -> impl Iterator<Item = &[u8]> {
    fields(message).filter_map(move |(number, value)| match value {
        Value::Bytes(bytes) if number == wanted => Some(bytes),
        _ => None,
    })
}

fn text(message: &[u8], wanted: u32) -> String {
    children(message, wanted)
        .next()
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .unwrap_or_default()
}

fn number(message: &[u8], wanted: u32) -> u64 {
    let mut numbers = fields(message).filter_map(|(number, value)| match value {
        Value::Number(value) if number == wanted => Some(value),
        _ => None,
    });
    numbers.next().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(name: &str) -> &'static Message {
        DESCRIPTORS.messages.iter().find(|message| message.name == name).unwrap()
    }

    #[test]
    fn every_call_names_the_right_it_needs() {
        assert!(DESCRIPTORS.methods.len() >= 25, "{}", DESCRIPTORS.methods.len());
        for method in &DESCRIPTORS.methods {
            assert!(
                method.right.is_some(),
                "{} names no right, or one that is unknown",
                method.path
            );
        }
        let decide = DESCRIPTORS.methods.iter().find(|m| m.name == "DecideOffers").unwrap();
        assert_eq!(decide.path, "/concierge.v1.DecisionService/DecideOffers");
        assert_eq!(decide.right, Some(Right::Decide));
        assert_eq!(DESCRIPTORS.messages[decide.input].name, ".concierge.v1.DecideOffersRequest");
    }

    #[test]
    fn fields_know_what_they_hold_and_who_may_see_them() {
        let quote = message(".concierge.v1.Quote");
        let floor = quote.fields.iter().find(|f| f.name == "floor_price").unwrap();
        assert_eq!(floor.visible_with, Some(Right::ViewMargin));
        assert_eq!(DESCRIPTORS.messages[floor.message.unwrap()].name, ".concierge.v1.Money");
        let events = &message(".concierge.v1.WriteEventsRequest").fields[0];
        assert!(events.is_repeated && events.message.is_some());
        let attributes =
            message(".concierge.v1.Event").fields.iter().find(|f| f.name == "attributes").unwrap();
        assert!(
            attributes.is_repeated && attributes.message.is_some(),
            "a map is a list of entries"
        );
    }

    #[test]
    fn hostile_bytes_end_the_walk() {
        for bytes in [
            &[0x0a, 0xff][..],
            &[0xff; 12],
            &[0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1],
            &[0x0b],
            &[0x08],
        ] {
            assert_eq!(fields(bytes).count(), 0);
        }
    }
}
