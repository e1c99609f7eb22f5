//! Schemas of messages and enumerations, in the form that JSON gives them.

use std::collections::BTreeMap;

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::comments::Comments;

/// Schemas that were needed so far, by name.
pub(super) struct Schemas<'c> {
    comments: &'c Comments,
    by_name: BTreeMap<String, Value>,
}

impl<'c> Schemas<'c> {
    /// None yet.
    pub(super) fn new(comments: &'c Comments) -> Self {
        Self { comments, by_name: BTreeMap::new() }
    }

    /// All of them, and whatever else is put beside them.
    pub(super) fn finish(self, others: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        let mut all: Map<String, Value> = self.by_name.into_iter().collect();
        all.extend(others.into_iter().map(|(name, schema)| (name.to_owned(), schema)));
        Value::Object(all)
    }

    /// The schema of a message, as a reference where it is one of ours.
    pub(super) fn message(&mut self, of: &MessageDescriptor) -> Value {
        match of.full_name() {
            "google.protobuf.Timestamp" => {
                return json!({ "type": "string", "format": "date-time" });
            }
            "google.protobuf.Duration" => {
                return json!({ "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$" });
            }
            "google.protobuf.Struct" => {
                return json!({ "type": "object", "description": "Of any shape." });
            }
            "google.protobuf.FieldMask" => {
                return json!({ "type": "string", "description": "Names of fields, separated by commas." });
            }
            _ => {}
        }
        let name = short(of.full_name(), of.package_name());
        if !self.by_name.contains_key(&name) {
            // Put first, so that a message that holds itself ends here.
            self.by_name.insert(name.clone(), Value::Null);
            let schema = self.object(of);
            self.by_name.insert(name.clone(), schema);
        }
        reference(&name)
    }

    fn object(&mut self, of: &MessageDescriptor) -> Value {
        let mut properties = Map::new();
        let mut fields: Vec<FieldDescriptor> = of.fields().collect();
        fields.sort_by_key(|field| field.path().to_vec());
        for field in &fields {
            properties.insert(field.json_name().to_owned(), self.field(field));
        }
        let mut description = self.comments.at(&of.parent_file(), of.path()).to_owned();
        for oneof in of.oneofs().filter(|oneof| oneof.fields().len() > 1) {
            let names: Vec<String> =
                oneof.fields().map(|f| format!("`{}`", f.json_name())).collect();
            description.push_str(&format!("\n\nAt most one of {}.", names.join(", ")));
        }
        described(json!({ "type": "object", "properties": properties }), description.trim())
    }

    /// The schema of a field, with what the proto says of it.
    pub(super) fn field(&mut self, field: &FieldDescriptor) -> Value {
        let comment = self.comments.at(&field.parent_file(), field.path()).to_owned();
        let schema = match field.kind() {
            Kind::Message(entry) if field.is_map() => {
                let content = self.one(&entry.map_entry_value_field().kind());
                json!({ "type": "object", "additionalProperties": content })
            }
            kind if field.is_list() => json!({ "type": "array", "items": self.one(&kind) }),
            kind => self.one(&kind),
        };
        let mut schema = described(schema, &comment);
        if comment.starts_with("OUTPUT_ONLY.")
            && let Some(schema) = schema.as_object_mut()
        {
            schema.insert("readOnly".into(), true.into());
        }
        schema
    }

    fn one(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::String => json!({ "type": "string" }),
            Kind::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
            Kind::Double => json!({ "type": "number", "format": "double" }),
            Kind::Float => json!({ "type": "number", "format": "float" }),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
                json!({ "type": "integer", "format": "int32" })
            }
            Kind::Uint32 | Kind::Fixed32 => {
                json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })
            }
            // JSON has no room for them as numbers.
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
                json!({ "type": "string", "format": "int64", "pattern": "^-?[0-9]{1,19}$" })
            }
            Kind::Uint64 | Kind::Fixed64 => {
                json!({ "type": "string", "format": "uint64", "pattern": "^[0-9]{1,20}$" })
            }
            Kind::Enum(of) => self.enumeration(of),
            Kind::Message(of) => self.message(of),
        }
    }

    fn enumeration(&mut self, of: &EnumDescriptor) -> Value {
        let name = short(of.full_name(), of.package_name());
        if !self.by_name.contains_key(&name) {
            let file = of.parent_file();
            let mut description = self.comments.at(&file, of.path()).to_owned();
            description.push_str("\n\n");
            let mut names = Vec::new();
            for value in of.values() {
                let comment = self.comments.at(&file, value.path());
                description.push_str(&format!("- `{}`: {comment}\n", value.name()));
                names.push(Value::from(value.name()));
            }
            let schema = described(json!({ "type": "string", "enum": names }), description.trim());
            self.by_name.insert(name.clone(), schema);
        }
        reference(&name)
    }
}

/// A reference to a schema.
fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A schema with a description. Beside a reference it stands too, since `OpenAPI` 3.1.
pub(super) fn described(mut schema: Value, description: &str) -> Value {
    if let (Some(object), false) = (schema.as_object_mut(), description.is_empty()) {
        object.insert("description".into(), description.into());
    }
    schema
}

/// A name without its package.
fn short(full_name: &str, package: &str) -> String {
    let rest = full_name.strip_prefix(package).unwrap_or(full_name);
    rest.trim_start_matches('.').to_owned()
}
