//! The mapping to JSON and back, held against another implementation of it: for random messages of
//! every kind the API has, both must say the same.

use prost_reflect::prost::Message as _;
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, SerializeOptions, Value,
};

use crate::sys::rng::SplitMix64;

use super::schema::{POOL, SCHEMA};
use super::{from_json, to_json};

const TEXTS: [&str; 8] = [
    "",
    "a",
    "Ana",
    "Zoë 東京 💥",
    "\"quoted\" \\ back",
    "\u{0}\u{1f}\u{7f}",
    "line\nbreak\t",
    "</script>",
];

fn scalar(rng: &mut SplitMix64, kind: &Kind) -> Value {
    let wide = |rng: &mut SplitMix64| match rng.below(4) {
        0 => 0,
        1 => rng.next_u64() >> 60,
        2 => u64::MAX - (rng.next_u64() >> 60),
        _ => rng.next_u64(),
    };
    let narrow = |rng: &mut SplitMix64| u32::try_from(wide(rng) & u64::from(u32::MAX)).unwrap();
    match kind {
        Kind::Bool => Value::Bool(rng.below(2) == 1),
        Kind::String => Value::String(TEXTS[rng.below(TEXTS.len())].to_owned()),
        Kind::Bytes => {
            let bytes: Vec<u8> =
                (0..rng.below(9)).map(|_| rng.next_u64().to_le_bytes()[0]).collect();
            Value::Bytes(bytes.into())
        }
        Kind::Double => Value::F64(match rng.below(6) {
            0 => 0.0,
            1 => f64::INFINITY,
            2 => f64::NEG_INFINITY,
            3 => 1e300 * rng.unit(),
            _ => rng.unit() - 0.5,
        }),
        Kind::Float => {
            let unit = rng.unit() - 0.5;
            Value::F32(if rng.below(6) == 0 { f32::INFINITY } else { unit as f32 })
        }
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(narrow(rng).cast_signed()),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(narrow(rng)),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(wide(rng).cast_signed()),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(wide(rng)),
        Kind::Enum(of) => match rng.below(8) {
            0 => Value::EnumNumber(-3),
            1 => Value::EnumNumber(12_345),
            _ => Value::EnumNumber(of.values().nth(rng.below(of.values().len())).unwrap().number()),
        },
        Kind::Message(of) => Value::Message(message(rng, of, 0)),
    }
}

fn message(rng: &mut SplitMix64, of: &MessageDescriptor, depth: usize) -> DynamicMessage {
    let mut message = DynamicMessage::new(of.clone());
    let set = |message: &mut DynamicMessage, name: &str, value: Value| {
        message.set_field_by_name(name, value);
    };
    match of.full_name() {
        "google.protobuf.Timestamp" => {
            let seconds = i64::try_from(rng.next_u64() % 300_000_000_000).unwrap() - 62_000_000_000;
            set(&mut message, "seconds", Value::I64(seconds));
            let nanos = [0, 1, 5_000, 250_000_000, 999_999_999][rng.below(5)];
            set(&mut message, "nanos", Value::I32(nanos));
        }
        "google.protobuf.Duration" => {
            let sign = if rng.below(2) == 0 { 1 } else { -1 };
            let seconds = i64::try_from(rng.next_u64() % 1_000_000).unwrap();
            set(&mut message, "seconds", Value::I64(i64::from(sign) * seconds));
            set(&mut message, "nanos", Value::I32(sign * [0, 1, 5_000, 250_000_000][rng.below(4)]));
        }
        "google.protobuf.FieldMask" => {
            let paths = ["locale", "loyalty.tier_id", "home_time_zone"];
            let paths = paths.iter().take(rng.below(4)).map(|p| Value::String((*p).to_owned()));
            set(&mut message, "paths", Value::List(paths.collect()));
        }
        _ => {
            for field in of.fields().collect::<Vec<_>>() {
                // Messages inside messages end.
                let is_leaf = !matches!(field.kind(), Kind::Message(_)) || depth < 3;
                if is_leaf && rng.below(3) > 0 {
                    let value = field_value(rng, &field, depth);
                    message.set_field(&field, value);
                }
            }
        }
    }
    message
}

fn field_value(rng: &mut SplitMix64, field: &FieldDescriptor, depth: usize) -> Value {
    // What is not finite is no number of JSON.
    if field.full_name() == "google.protobuf.Value.number_value" {
        return Value::F64(rng.unit() - 0.5);
    }
    let one = |rng: &mut SplitMix64, kind: &Kind| match kind {
        Kind::Message(of) => Value::Message(message(rng, of, depth + 1)),
        kind => scalar(rng, kind),
    };
    if field.is_map() {
        let Kind::Message(entry) = field.kind() else { unreachable!() };
        let kind = entry.map_entry_value_field().kind();
        let key = |at: usize| MapKey::String(TEXTS[at].to_owned());
        return Value::Map((0..rng.below(4)).map(|at| (key(at), one(rng, &kind))).collect());
    }
    if field.is_list() {
        return Value::List((0..rng.below(4)).map(|_| one(rng, &field.kind())).collect());
    }
    one(rng, &field.kind())
}

fn ours(of: &MessageDescriptor, bytes: &[u8]) -> serde_json::Value {
    let mut json = Vec::new();
    let schema = SCHEMA.message(SCHEMA.place(of.full_name()).unwrap());
    to_json::write(&SCHEMA, schema, bytes, &mut json).unwrap();
    serde_json::from_slice(&json).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&json));
    })
}

fn theirs(message: &DynamicMessage) -> String {
    let mut out = serde_json::Serializer::new(Vec::new());
    message.serialize_with_options(&mut out, &SerializeOptions::new()).unwrap();
    String::from_utf8(out.into_inner()).unwrap()
}

fn taken(of: &MessageDescriptor, json: &str) -> DynamicMessage {
    let schema = SCHEMA.message(SCHEMA.place(of.full_name()).unwrap());
    let mut bytes = Vec::new();
    from_json::message(json.as_bytes(), schema, &mut bytes)
        .unwrap_or_else(|invalid| panic!("{} {}: {json}", invalid.field, invalid.problem));
    DynamicMessage::decode(of.clone(), &*bytes).unwrap()
}

#[test]
fn random_messages_of_every_kind_go_both_ways_as_another_implementation_has_them() {
    let mut rng = SplitMix64::new(17);
    let ours_only = POOL.all_messages().filter(|of| of.package_name() == "concierge.v1");
    let kinds: Vec<MessageDescriptor> = ours_only.filter(|of| !of.is_map_entry()).collect();
    assert!(kinds.len() > 100);
    for of in &kinds {
        for _ in 0..6 {
            let message = message(&mut rng, of, 0);
            let text = theirs(&message);
            let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(ours(of, &message.encode_to_vec()), expected, "{}", of.full_name());
            let back: serde_json::Value = serde_json::from_str(&theirs(&taken(of, &text))).unwrap();
            assert_eq!(back, expected, "{}: {text}", of.full_name());
        }
    }
}

/// What is wrong with a text, and the path and words that tell it.
const WRONG: &[(&str, &str, &str)] = &[
    (r#"{"property": 5}"#, "property", "is of the wrong kind; give a text"),
    (r#"{"proprety": "x"}"#, "proprety", "is no field of this message"),
    (r#"{"placementRequests": {}}"#, "placement_requests", "invalid type: map"),
    (
        r#"{"placementRequests": [{}, {"offerCount": "many"}]}"#,
        "placement_requests[1].offer_count",
        "give a whole number",
    ),
    (
        r#"{"placement_requests": [{"offerCount": 1.5}]}"#,
        "placement_requests[0].offer_count",
        "whole",
    ),
    (
        r#"{"placement_requests": [{"offerCount": 3000000000}]}"#,
        "placement_requests[0].offer_count",
        "range",
    ),
    (r#"{"placementRequests": [null]}"#, "placement_requests[0]", "invalid type: null"),
    (r#"{"context": {"attributes": {"a": "b", "c": 1}}}"#, "context.attributes[1]", "give a text"),
    (r#"{"context": "here"}"#, "context", "is of the wrong kind; give an object"),
    (r#"{"view": "FULLY"}"#, "view", "is no value of DecisionView"),
    (r#"{"guest": "a", "anonymousId": "b"}"#, "anonymous_id", "excludes another"),
    (r#"{"guest": "a", "guest": "b"}"#, "guest", "is given twice"),
    (
        r#"{"channelRequest": {"earliestTime": "soon"}}"#,
        "channel_request.earliest_time",
        "no moment",
    ),
    (r#"{"property": "a""#, "", "EOF"),
    (r#"{"property": "a"} {}"#, "", "trailing characters"),
    ("[]", "", "invalid type: sequence"),
    ("null", "", "invalid type: null"),
    ("\u{feff}{}", "", "expected value"),
];

#[test]
fn what_is_wrong_is_told_with_the_path_of_its_field() {
    let of = SCHEMA.message(SCHEMA.place("concierge.v1.DecideOffersRequest").unwrap());
    for (json, path, words) in WRONG {
        let invalid = from_json::message(json.as_bytes(), of, &mut Vec::new()).unwrap_err();
        assert_eq!(invalid.field, *path, "{json}: {}", invalid.problem);
        assert!(invalid.problem.contains(words), "{json}: {}", invalid.problem);
    }
}

#[test]
fn deep_and_long_texts_end_in_words() {
    let of = SCHEMA.message(SCHEMA.place("concierge.v1.DecideOffersRequest").unwrap());
    for json in [
        "[".repeat(100_000),
        r#"{"context":"#.repeat(10_000),
        format!(r#"{{"{}": 1}}"#, "é".repeat(100_000)),
        format!(r#"{{"view": 1{}}}"#, "0".repeat(10_000)),
    ] {
        let invalid = from_json::message(json.as_bytes(), of, &mut Vec::new()).unwrap_err();
        assert!(invalid.field.len() + invalid.problem.len() < 400, "{}", invalid.problem);
    }
}

#[test]
fn null_is_nothing_and_both_names_are_known() {
    let of = POOL.get_message_by_name("concierge.v1.DecideOffersRequest").unwrap();
    let nothing =
        r#"{"property":null,"placementRequests":null,"guest":null,"anonymousId":"c","view":null}"#;
    assert_eq!(theirs(&taken(&of, nothing)), r#"{"anonymousId":"c"}"#);
    let both = r#"{"include_content":true,"requestId":"r","learning_mode":1}"#;
    let taken = taken(&of, both);
    assert_eq!(taken.get_field_by_name("include_content").unwrap().as_bool(), Some(true));
    assert_eq!(taken.get_field_by_name("request_id").unwrap().as_str(), Some("r"));
}
