//! Proof that the lists are closed: every message of the API with every field set, and what passes.

use std::collections::BTreeSet;

use prost_reflect::prost::Message as _;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value as Dynamic,
};

use super::*;
use crate::api::FILE_DESCRIPTOR_SET;
use crate::grpc::descriptors::Method;
use crate::grpc::problems::Fault;
use crate::grpc::testing::faults;

/// Parts of names that no field a browser sees has.
const SECRETS: &[&str] = &[
    "floor",
    "cost",
    "margin",
    "commission",
    "displacement",
    "hurdle",
    "bid",
    "score",
    "propensity",
    "probability",
    "contribution",
    "priority",
    "lifetime",
    "tier",
    "segment",
    "experiment",
    "arm_",
    "control",
    "explored",
    "draw",
    "candidate",
    "filtered",
    "policy",
    "staff",
    "model",
    "sequence",
    "taste",
    "variance",
    "evidence",
    "address",
    "contact",
    "cell",
    "override",
];

static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(FILE_DESCRIPTOR_SET).unwrap());

fn described(message: usize) -> MessageDescriptor {
    POOL.get_message_by_name(DESCRIPTORS.messages[message].name.trim_start_matches('.')).unwrap()
}

fn scalar(kind: &Kind) -> Dynamic {
    match kind {
        Kind::Double => Dynamic::F64(1.0),
        Kind::Float => Dynamic::F32(1.0),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Dynamic::I32(1),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Dynamic::I64(1),
        Kind::Uint32 | Kind::Fixed32 => Dynamic::U32(1),
        Kind::Uint64 | Kind::Fixed64 => Dynamic::U64(1),
        Kind::Bool => Dynamic::Bool(true),
        Kind::String => Dynamic::String("x".into()),
        Kind::Bytes => Dynamic::Bytes(bytes::Bytes::from_static(b"x")),
        Kind::Enum(_) => Dynamic::EnumNumber(1),
        Kind::Message(_) => unreachable!("messages are written field by field"),
    }
}

/// A field on the wire; of a message, with `inner` in it.
fn written(message: &MessageDescriptor, field: &FieldDescriptor, inner: &[u8]) -> Vec<u8> {
    if let Kind::Message(_) = field.kind() {
        let mut bytes = Vec::new();
        put_number(&mut bytes, u64::from(field.number()) << 3 | 2);
        put_number(&mut bytes, inner.len() as u64);
        bytes.extend_from_slice(inner);
        return bytes;
    }
    let mut one = DynamicMessage::new(message.clone());
    let value = scalar(&field.kind());
    one.set_field(field, if field.is_list() { Dynamic::List(vec![value]) } else { value });
    one.encode_to_vec()
}

/// A message with every field set, all of a choice at once, to some depth.
fn full(message: &MessageDescriptor, depth: usize) -> Vec<u8> {
    let of = |field: FieldDescriptor| match field.kind() {
        Kind::Message(inner) if depth > 0 => written(message, &field, &full(&inner, depth - 1)),
        _ => written(message, &field, &[]),
    };
    message.fields().flat_map(of).collect()
}

/// Every field that is set, as message and field, and whether a right is needed to see it.
fn set(message: usize, bytes: &[u8], found: &mut BTreeSet<(String, String, bool)>) {
    let known = &DESCRIPTORS.messages[message];
    for (number, value) in fields(bytes) {
        let field = known.fields.iter().find(|field| field.number == number).unwrap();
        let name = known.name.trim_start_matches(PACKAGE).to_owned();
        found.insert((name, field.name.clone(), field.visible_with.is_some()));
        if let (Some(inner), Value::Bytes(bytes)) = (field.message, value) {
            set(inner, bytes, found);
        }
    }
}

fn allowed() -> impl Iterator<Item = &'static Method> {
    DESCRIPTORS.methods.iter().filter(|method| method.guest_token_allowed)
}

/// What is seen of the answers of these calls through a list.
fn seen(
    methods: impl Iterator<Item = &'static Method>,
    passing: &Passing,
) -> BTreeSet<(String, String, bool)> {
    let mut found = BTreeSet::new();
    for method in methods {
        let mut shown = Vec::new();
        show(passing, method.output, &full(&described(method.output), 9), &mut shown, DEPTH_MAX);
        set(method.output, &shown, &mut found);
    }
    found
}

fn listed(table: &[(&str, &[&str])]) -> BTreeSet<(String, String)> {
    let pairs = table.iter().flat_map(|(message, fields)| {
        fields.iter().map(|field| ((*message).to_owned(), (*field).to_owned()))
    });
    pairs.collect()
}

#[test]
fn the_lists_name_fields_that_exist_and_no_message_twice() {
    for table in [ASKED, TOLD] {
        let names: BTreeSet<&str> = table.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), table.len());
        for (message, field) in listed(table) {
            let known = POOL.get_message_by_name(&format!("concierge.v1.{message}"));
            let known = known.unwrap_or_else(|| panic!("there is no {message}"));
            assert!(known.get_field_by_name(&field).is_some(), "{message} has no {field}");
        }
    }
}

/// Every answer of every call with every field set: a browser sees what is listed, all of it, and
/// nothing that needs a right or sounds like a secret.
#[test]
fn of_every_answer_only_what_is_listed_goes_to_a_browser() {
    let shown = seen(allowed(), &TOLD_FIELDS);
    for (message, field, needs_right) in &shown {
        assert!(!needs_right, "{message}.{field} needs a right");
        let is_secret = SECRETS.iter().find(|secret| field.contains(*secret));
        assert_eq!(is_secret, None, "{message}.{field}");
    }
    let ours = shown.iter().filter(|(message, ..)| !message.starts_with(".google"));
    let ours: BTreeSet<_> = ours.map(|(m, f, _)| (m.clone(), f.clone())).collect();
    assert_eq!(ours, listed(TOLD), "every line of the list is of use");
    // Calls that are closed would tell nothing, too.
    let all = seen(DESCRIPTORS.methods.iter(), &TOLD_FIELDS);
    assert!(all.iter().all(|(.., needs_right)| !needs_right));
}

/// The control: without the list, or with a hole in it, the same walk finds what it must not.
#[test]
fn a_hole_in_the_list_is_found() {
    let mut open = BTreeSet::new();
    for method in allowed() {
        set(method.output, &full(&described(method.output), 9), &mut open);
    }
    let secrets = open.iter().filter(|(.., needs_right)| *needs_right).count();
    assert!(secrets >= 25, "{secrets}");

    let quote = DESCRIPTORS.messages.iter().position(|m| m.name == ".concierge.v1.Quote").unwrap();
    let floor =
        DESCRIPTORS.messages[quote].fields.iter().find(|f| f.name == "floor_price").unwrap();
    let mut hole = Passing::of(TOLD);
    hole.0[quote].as_mut().unwrap().push(floor.number);
    let found: Vec<_> =
        seen(allowed(), &hole).into_iter().filter(|(.., needs_right)| *needs_right).collect();
    assert_eq!(found, [("Quote".to_owned(), "floor_price".to_owned(), true)]);

    // Listed by mistake it is left out all the same: the option of the proto counts before the list.
    let careless =
        Passing::of(&[("GetConsentResponse", &["consent"]), ("Quote", &["floor_price"])]);
    assert_eq!(careless.0[quote].as_deref(), Some(&[][..]));
}

/// Every field of every request alone: taken where it is listed, else refused by its own path.
#[test]
fn of_every_request_only_what_is_listed_is_taken() {
    let (mut taken, mut refused) = (BTreeSet::new(), 0);
    for method in allowed() {
        let mut open = vec![(method.input, Vec::<(usize, FieldDescriptor)>::new())];
        while let Some((message, way)) = open.pop() {
            let of = described(message);
            for field in of.fields() {
                let mut bytes = written(&of, &field, &[]);
                for (outer, through) in way.iter().rev() {
                    bytes = written(&described(*outer), through, &bytes);
                }
                let name =
                    DESCRIPTORS.messages[message].name.trim_start_matches(PACKAGE).to_owned();
                let pair = (name, field.name().to_owned());
                if !listed(ASKED).contains(&pair) {
                    let (fault, paths) = faults(asked(method.input, &bytes));
                    assert_eq!(fault, Fault::Withheld);
                    let last = paths[0].rsplit('.').next().unwrap();
                    let last = last.split('[').next().unwrap();
                    assert!(paths.len() == 1 && last == field.name(), "{pair:?}: {paths:?}");
                    refused += 1;
                    continue;
                }
                assert!(asked(method.input, &bytes).is_ok(), "{pair:?}");
                taken.insert(pair);
                let mut known = DESCRIPTORS.messages[message].fields.iter();
                let known = known.find(|known| known.number == field.number()).unwrap();
                if let Some(inner) =
                    known.message.filter(|inner| !ASKED_FIELDS.passes_whole(*inner))
                {
                    let way = [way.as_slice(), &[(message, field)]].concat();
                    open.push((inner, way));
                }
            }
        }
    }
    assert_eq!(taken, listed(ASKED), "every line of the list is of use");
    assert!(refused > 50, "{refused}");
}

#[test]
fn paths_count_the_elements_of_lists() {
    let event = |cost: bool| v1::Event {
        event_id: "e".into(),
        cost: cost.then(v1::Money::default),
        ..Default::default()
    };
    let request = v1::WriteEventsRequest {
        events: vec![event(false), event(true), event(true)],
        ..Default::default()
    };
    let input = DESCRIPTORS.methods.iter().find(|m| m.name == "WriteEvents").unwrap().input;
    let (_, paths) = faults(asked(input, &prost::Message::encode_to_vec(&request)));
    assert_eq!(paths, ["events[1].cost", "events[2].cost"]);
}

#[test]
fn a_reason_for_staff_is_no_reason_for_a_browser() {
    let reason =
        |audience: i32| v1::Reason { code: "LEVER".into(), audience, ..Default::default() };
    let reasons = (0..4).map(reason).collect();
    let offers = vec![v1::RankedOffer { reasons, ..Default::default() }];
    let propositions = vec![v1::Proposition { offers, ..Default::default() }];
    let answer = v1::DecideOffersResponse { propositions, ..Default::default() };
    let output = DESCRIPTORS.methods.iter().find(|m| m.name == "DecideOffers").unwrap().output;
    let bytes = told(output, &prost::Message::encode_to_vec(&answer));
    let seen: v1::DecideOffersResponse = prost::Message::decode(bytes.as_slice()).unwrap();
    let reasons = &seen.propositions[0].offers[0].reasons;
    assert_eq!(reasons.len(), 1);
    assert_eq!(reasons[0].audience(), v1::ReasonAudience::Guest);
}

#[test]
fn bytes_that_are_no_message_show_nothing_and_do_no_harm() {
    for bytes in [&[0x0a, 0xff][..], &[0xff; 40], &[0x1a, 0x02, 0x12, 0x7f], &[0x0b], &[]] {
        for method in &DESCRIPTORS.methods {
            assert!(told(method.output, bytes).len() <= bytes.len());
            let _ = asked(method.input, bytes);
        }
    }
}
