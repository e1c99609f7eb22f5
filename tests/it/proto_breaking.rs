//! The API breaks nobody: what the committed image (`proto/concierge.binpb`) promises, the proto of this build still
//! holds. A caller of the image's day goes on working, over gRPC (numbers, types) and as JSON (names, paths).
//!
//! `buf breaking` says the same where buf is present; this needs nothing. To add is always allowed. After adding,
//! and before a release, `make proto-image` renews the image, so that what was added is promised, too.

use std::collections::BTreeSet;

use concierge::api::FILE_DESCRIPTOR_SET;
use prost_reflect::prost::Message as _;
use prost_reflect::prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorSet, field_descriptor_proto,
};
use prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind,
    MessageDescriptor, MethodDescriptor, ServiceDescriptor,
};

const IMAGE: &[u8] = include_bytes!("../../proto/concierge.binpb");
const PACKAGE: &str = "concierge.v1";

#[test]
fn what_the_image_promises_still_holds() {
    let promised = DescriptorPool::decode(IMAGE).unwrap();
    let (messages, calls) = (promised.all_messages().filter(is_ours), ours(&promised));
    assert!(
        messages.count() > 100 && calls.flat_map(|s| s.methods().collect::<Vec<_>>()).count() > 20
    );
    let now = DescriptorPool::decode(FILE_DESCRIPTOR_SET).unwrap();
    let breaks = breaks(&promised, &now);
    assert!(breaks.is_empty(), "callers would break:\n  {}", breaks.join("\n  "));
}

fn is_ours(message: &MessageDescriptor) -> bool {
    message.package_name() == PACKAGE
}

fn ours(pool: &DescriptorPool) -> impl Iterator<Item = ServiceDescriptor> {
    pool.services().filter(|service| service.package_name() == PACKAGE)
}

/// Everything of the old API that the new one has no longer, or has otherwise.
fn breaks(old: &DescriptorPool, new: &DescriptorPool) -> Vec<String> {
    let mut found = Vec::new();
    for message in old.all_messages().filter(is_ours) {
        match new.get_message_by_name(message.full_name()) {
            Some(now) => broken_fields(&message, &now, &mut found),
            None => found.push(format!("message {} is gone", message.full_name())),
        }
    }
    for one in old.all_enums().filter(|one| one.package_name() == PACKAGE) {
        match new.get_enum_by_name(one.full_name()) {
            Some(now) => broken_values(&one, &now, &mut found),
            None => found.push(format!("enum {} is gone", one.full_name())),
        }
    }
    for service in ours(old) {
        match new.get_service_by_name(service.full_name()) {
            Some(now) => broken_calls(&service, &now, &mut found),
            None => found.push(format!("service {} is gone", service.full_name())),
        }
    }
    found
}

fn broken_fields(old: &MessageDescriptor, new: &MessageDescriptor, found: &mut Vec<String>) {
    for field in old.fields() {
        let was = shape(&field);
        match new.get_field(field.number()).map(|now| shape(&now)) {
            Some(now) if now == was => {}
            Some(now) => {
                found.push(format!("field {}: was `{was}`, is `{now}`", field.full_name()))
            }
            None => found.push(format!("field {} = {} is gone", field.full_name(), field.number())),
        }
    }
}

/// All that a caller relies on of a field, as a proto would say it.
fn shape(field: &FieldDescriptor) -> String {
    let label = match field.cardinality() {
        Cardinality::Repeated => "repeated ",
        Cardinality::Optional | Cardinality::Required if field.supports_presence() => "optional ",
        Cardinality::Optional | Cardinality::Required => "",
    };
    let kind = match field.kind() {
        Kind::Message(message) => message.full_name().to_owned(),
        Kind::Enum(one) => one.full_name().to_owned(),
        other => format!("{other:?}").to_lowercase(),
    };
    let oneof = field.containing_oneof().filter(|oneof| !oneof.is_synthetic());
    let within = oneof.map(|oneof| format!(" in {}", oneof.name())).unwrap_or_default();
    format!("{label}{kind} {} ({}) = {}{within}", field.name(), field.json_name(), field.number())
}

fn broken_values(old: &EnumDescriptor, new: &EnumDescriptor, found: &mut Vec<String>) {
    for value in old.values() {
        let is_kept =
            new.values().any(|now| now.number() == value.number() && now.name() == value.name());
        if !is_kept {
            found.push(format!("value {} = {} is gone", value.full_name(), value.number()));
        }
    }
}

fn broken_calls(old: &ServiceDescriptor, new: &ServiceDescriptor, found: &mut Vec<String>) {
    for call in old.methods() {
        let Some(now) = new.methods().find(|now| now.name() == call.name()) else {
            found.push(format!("call {} is gone", call.full_name()));
            continue;
        };
        let (was, is) = (signature(&call), signature(&now));
        if was != is {
            found.push(format!("call {}: was `{was}`, is `{is}`", call.full_name()));
        }
        for way in ways(&call).difference(&ways(&now)) {
            found.push(format!("call {}: no longer `{way}`", call.full_name()));
        }
    }
}

fn signature(call: &MethodDescriptor) -> String {
    let stream = |is_stream: bool| if is_stream { "stream " } else { "" };
    format!(
        "({}{}) returns ({}{})",
        stream(call.is_client_streaming()),
        call.input().full_name(),
        stream(call.is_server_streaming()),
        call.output().full_name()
    )
}

/// The ways to make a call as JSON: `post /v1/… body *`.
fn ways(call: &MethodDescriptor) -> BTreeSet<String> {
    let mut ways = BTreeSet::new();
    let rule = call.parent_pool().get_extension_by_name("google.api.http");
    if let Some(rule) = rule
        && call.options().has_extension(&rule)
        && let Some(rule) = call.options().get_extension(&rule).as_message()
    {
        add_ways(rule, &mut ways);
    }
    ways
}

fn add_ways(rule: &DynamicMessage, ways: &mut BTreeSet<String>) {
    let body = rule.get_field_by_name("body");
    let body = body.as_ref().and_then(|body| body.as_str()).unwrap_or_default().to_owned();
    for verb in ["get", "put", "post", "delete", "patch"] {
        let Some(path) = rule.get_field_by_name(verb) else { continue };
        if let Some(path) = path.as_str().filter(|path| !path.is_empty()) {
            ways.insert(format!("{verb} {path} body `{body}`"));
        }
    }
    if let Some(more) = rule.get_field_by_name("additional_bindings") {
        for more in more.as_list().into_iter().flatten().filter_map(|more| more.as_message()) {
            add_ways(more, ways);
        }
    }
}

/// A change of the API, and what must be said of it.
type Change = (fn(&mut FileDescriptorSet), &'static [&'static str]);

/// Each of these would break somebody, and each is named; adding breaks nobody.
#[test]
fn every_kind_of_break_is_named() {
    let changes: [Change; 11] = [
        (
            |set| message(set, "Money").field.retain(|f| f.name() != "currency_code"),
            &["field concierge.v1.Money.currency_code = 1 is gone"],
        ),
        (
            |set| field(set, "Money", "currency_code").number = Some(9),
            &["field concierge.v1.Money.currency_code = 1 is gone"],
        ),
        (
            |set| {
                field(set, "Money", "currency_code").set_type(field_descriptor_proto::Type::Bytes)
            },
            &[
                "was `string currency_code (currencyCode) = 1`, is `bytes currency_code (currencyCode) = 1`",
            ],
        ),
        (
            |set| field(set, "Event", "room_id").name = Some("room".to_owned()),
            &["field concierge.v1.Event.room_id: was"],
        ),
        (|set| field(set, "Event", "room_id").json_name = Some("room".to_owned()), &["(room)"]),
        (
            |set| {
                let label = field_descriptor_proto::Label::Repeated;
                field(set, "Event", "offer_id").set_label(label);
            },
            &["is `repeated string offer_id"],
        ),
        (|set| field(set, "Event", "guest").oneof_index = None, &["in subject`, is `string guest"]),
        (
            |set| enumeration(set, "EventType", "EVENT_TYPE_CLICK", Some(99)),
            &["value concierge.v1.EVENT_TYPE_CLICK = 2 is gone"],
        ),
        (
            |set| enumeration(set, "EventType", "EVENT_TYPE_CLICK", None),
            &["EVENT_TYPE_CLICK = 2 is gone"],
        ),
        (
            |set| {
                for service in set.file.iter_mut().flat_map(|file| &mut file.service) {
                    service.method.retain(|call| call.name() != "ActivateDecision");
                }
            },
            &["call concierge.v1.DecisionService.ActivateDecision is gone"],
        ),
        (
            |set| {
                let services = set.file.iter_mut().flat_map(|file| &mut file.service);
                for call in services.flat_map(|service| &mut service.method) {
                    if call.name() == "WriteEvents" {
                        call.server_streaming = Some(true);
                    }
                }
            },
            &["WriteEventsRequest) returns (stream concierge.v1.WriteEventsResponse)`"],
        ),
    ];
    let old = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap();
    for (at, (change, expected)) in changes.iter().enumerate() {
        let mut new = old.clone();
        change(&mut new);
        let found = breaks(&pool(&old), &pool(&new));
        let is_named = expected.iter().all(|text| found.iter().any(|found| found.contains(text)));
        assert!(is_named && found.len() == 1, "change {at}: {expected:?} not in {found:#?}");
        // The other way round it is an addition, or as much of a break.
        let is_addition = expected[0].ends_with("is gone") && ![1, 7].contains(&at);
        assert_eq!(breaks(&pool(&new), &pool(&old)).is_empty(), is_addition, "change {at}");
    }
}

/// The types of descriptors that drop the paths show what it is to lose them all.
#[test]
fn a_lost_path_is_named() {
    let whole = DescriptorPool::decode(FILE_DESCRIPTOR_SET).unwrap();
    let without = pool(&FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap());
    let found = breaks(&whole, &without);
    let calls: usize = ours(&whole).map(|service| service.methods().count()).sum();
    assert!(found.len() >= calls, "{found:#?}");
    let lost =
        "call concierge.v1.EventService.WriteEvents: no longer `post /v1/events:write body `*``";
    assert!(found.iter().any(|found| found == lost), "{found:#?}");
}

fn pool(set: &FileDescriptorSet) -> DescriptorPool {
    DescriptorPool::from_file_descriptor_set(set.clone()).unwrap()
}

fn message<'s>(set: &'s mut FileDescriptorSet, name: &str) -> &'s mut DescriptorProto {
    let files = set.file.iter_mut().filter(|file| file.package() == PACKAGE);
    files.flat_map(|file| &mut file.message_type).find(|message| message.name() == name).unwrap()
}

fn field<'s>(set: &'s mut FileDescriptorSet, of: &str, name: &str) -> &'s mut FieldDescriptorProto {
    message(set, of).field.iter_mut().find(|field| field.name() == name).unwrap()
}

/// Gives a value of an enumeration another number, or takes it away.
fn enumeration(set: &mut FileDescriptorSet, of: &str, name: &str, number: Option<i32>) {
    let enums = set.file.iter_mut().flat_map(|file| &mut file.enum_type);
    for one in enums.filter(|one| one.name() == of) {
        match number {
            Some(_) => {
                one.value.iter_mut().filter(|v| v.name() == name).for_each(|v| v.number = number)
            }
            None => one.value.retain(|value| value.name() != name),
        }
    }
}
