//! Calls as operations: parameters in path and query, bodies, answers.

use prost_reflect::{FieldDescriptor, Kind, MethodDescriptor, Value as Option_};
use serde_json::{Map, Value, json};

use crate::gateway::routes::{BodyOf, ROUTES, Route};
use crate::gateway::schema::POOL;

use super::comments::{Comments, first_sentence};
use super::schemas::{Schemas, described};

/// All paths with their operations.
pub(super) fn paths(comments: &Comments, schemas: &mut Schemas<'_>) -> Value {
    let mut paths = Map::new();
    // The hosted service's own paths are described by its own reference.
    for route in ROUTES.all.iter().filter(|route| route.hosted.is_none()) {
        let Some(method) = method_of(route) else { continue };
        let (path, names) = route.template.described();
        let item = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            let operation = operation(route, &method, &names, comments, schemas);
            item.insert(route.method.as_str().to_ascii_lowercase(), operation);
        }
    }
    Value::Object(paths)
}

/// Services as tags, with what the proto says of them.
pub(super) fn tags(comments: &Comments) -> Value {
    let services = POOL.services().filter(|service| service.package_name() == "concierge.v1");
    let tag = |service: prost_reflect::ServiceDescriptor| {
        let description = comments.at(&service.parent_file(), service.path());
        described(json!({ "name": service.name() }), description)
    };
    Value::Array(services.map(tag).collect())
}

fn method_of(route: &Route) -> Option<MethodDescriptor> {
    let (service, method) = route.grpc.path().trim_start_matches('/').split_once('/')?;
    let service = POOL.get_service_by_name(service)?;
    service.methods().find(|known| known.name() == method)
}

fn operation(
    route: &Route,
    method: &MethodDescriptor,
    names: &[String],
    comments: &Comments,
    schemas: &mut Schemas<'_>,
) -> Value {
    let comment = comments.at(&method.parent_file(), method.path());
    let mut parameters: Vec<Value> = names
        .iter()
        .map(|name| {
            let schema = json!({ "type": "string", "minLength": 1 });
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect();
    parameters.extend(in_query(route, method, comments, schemas));
    let mut operation = json!({
        "operationId": format!("{}.{}", method.parent_service().name(), method.name()),
        "tags": [method.parent_service().name()],
        "summary": first_sentence(comment),
        "description": comment,
        "parameters": parameters,
        "responses": {
            "200": answer(method, schemas),
            "default": { "$ref": "#/components/responses/Problem" },
        },
    });
    if let Some(operation) = operation.as_object_mut() {
        if let Some(body) = body(route, method, schemas) {
            operation.insert("requestBody".into(), body);
        }
        if let Some(right) = required_right(method) {
            operation.insert("x-required-right".into(), right.into());
        }
    }
    operation
}

fn required_right(method: &MethodDescriptor) -> Option<String> {
    let extension = POOL.get_extension_by_name("concierge.v1.required_right")?;
    match method.options().get_extension(&extension).into_owned() {
        Option_::String(right) => Some(right),
        _ => None,
    }
}

/// Fields that stand in the query: those that stand neither in the path nor in the body.
fn in_query(
    route: &Route,
    method: &MethodDescriptor,
    comments: &Comments,
    schemas: &mut Schemas<'_>,
) -> Vec<Value> {
    let body = match route.body {
        BodyOf::Request => return Vec::new(),
        BodyOf::Field(field) => Some(field.number),
        BodyOf::Nothing => None,
    };
    let in_path = |field: &FieldDescriptor| {
        let mut variables = route.template.variables.iter();
        variables.any(|variable| variable.field == field.name())
    };
    let is_text = |field: &FieldDescriptor| match field.kind() {
        Kind::Message(of) => of.package_name() == "google.protobuf" && !field.is_map(),
        _ => true,
    };
    let input = method.input();
    let mut fields: Vec<FieldDescriptor> = input
        .fields()
        .filter(|field| Some(field.number()) != body && !in_path(field) && is_text(field))
        .collect();
    fields.sort_by_key(|field| field.path().to_vec());
    let parameter = |field: &FieldDescriptor| {
        let mut schema = schemas.field(field);
        // The description stands beside the schema.
        schema.as_object_mut().map(|schema| schema.remove("description"));
        let parameter = json!({ "name": field.json_name(), "in": "query", "schema": schema });
        described(parameter, comments.at(&field.parent_file(), field.path()))
    };
    fields.iter().map(parameter).collect()
}

fn body(route: &Route, method: &MethodDescriptor, schemas: &mut Schemas<'_>) -> Option<Value> {
    let schema = match route.body {
        BodyOf::Nothing => return None,
        BodyOf::Request => schemas.message(&method.input()),
        BodyOf::Field(field) => {
            let field = method.input().get_field(field.number)?;
            match field.kind() {
                Kind::Message(of) if !field.is_list() && !field.is_map() => schemas.message(&of),
                _ => schemas.field(&field),
            }
        }
    };
    let kind = if route.takes_stream { "application/x-ndjson" } else { "application/json" };
    let mut content = Map::new();
    content.insert(kind.into(), json!({ "schema": schema }));
    let mut body = json!({ "required": true, "content": content });
    if route.takes_stream {
        body = described(body, "A line for each message; the schema is that of a line.");
    }
    Some(body)
}

const STREAMED: &str = "Messages as they come. As events: `data` holds a message; an event `error` holds \
problem details; an event `end` closes the stream. As lines: the schema is that of a line.";

fn answer(method: &MethodDescriptor, schemas: &mut Schemas<'_>) -> Value {
    let schema = schemas.message(&method.output());
    if method.is_server_streaming() {
        let problem = json!({ "$ref": "#/components/schemas/Problem" });
        let line =
            json!({ "type": "object", "properties": { "result": schema, "error": problem } });
        return json!({
            "description": STREAMED,
            "content": {
                "application/x-ndjson": { "schema": line },
                "text/event-stream": { "schema": { "type": "string" } },
            },
        });
    }
    json!({ "description": "OK", "content": { "application/json": { "schema": schema } } })
}
