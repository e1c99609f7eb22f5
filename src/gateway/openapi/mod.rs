//! The description of the JSON face in `OpenAPI` 3.1, made from the descriptors, options and comments
//! of the proto: it cannot say anything else than they do.

mod comments;
mod operations;
mod schemas;

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::schema::POOL;

use comments::Comments;
use schemas::Schemas;

/// The description, as it is served.
pub(super) static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

const ABOUT: &str = "Which offers, in what order, at what price, through which channel, when, and why. \
Every call of the gRPC service `concierge.v1` as JSON, by the JSON mapping of protobuf: 64-bit integers are strings, \
a field with its default value is left out of an answer, null means not given, a field that is not known is refused. \
Errors are problem details (RFC 9457). `grpc-timeout` or `x-timeout-ms` give a deadline. \
Answers to GET carry an ETag. The operation's `x-required-right` names the right that the credential needs.";

fn document() -> Value {
    let comments = Comments::of(&POOL);
    let mut schemas = Schemas::new(&comments);
    let paths = operations::paths(&comments, &mut schemas);
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Concierge",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Real-time personalization for hotels",
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }, { "apiKey": [] }],
        "tags": operations::tags(&comments),
        "paths": paths,
        "components": {
            "schemas": schemas.finish([("Problem", problem_schema())]),
            "responses": {
                "Problem": {
                    "description": "What went wrong, and how to mend it.",
                    "content": { "application/problem+json": { "schema": problem } },
                },
            },
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": "An API key." },
                "apiKey": { "type": "apiKey", "in": "header", "name": "x-api-key" },
            },
        },
    })
}

fn problem_schema() -> Value {
    let field = json!({
        "type": "object",
        "required": ["field", "detail"],
        "properties": {
            "field": {
                "type": "string",
                "description": "Path of the field, by the names of the proto: `placement_requests[0].offer_count`; empty: the request as a whole.",
            },
            "pointer": {
                "type": "string",
                "description": "JSON Pointer (RFC 6901) to it, where it stood in the body: `#/placementRequests/0/offerCount`.",
            },
            "detail": { "type": "string", "description": "What is wrong with it." },
        },
    });
    json!({
        "type": "object",
        "description": "Problem details (RFC 9457), with what the status of gRPC says.",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer", "format": "int32", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string" },
            "code": { "type": "string", "description": "The code of gRPC, such as `INVALID_ARGUMENT`." },
            "reason": { "type": "string", "description": "The reason, for programs." },
            "retryAfterMs": { "type": "integer", "minimum": 0, "description": "When to try again, in milliseconds." },
            "errors": { "type": "array", "items": field, "description": "Fields at fault." },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::routes::{BodyOf, ROUTES};
    use crate::gateway::schema::SCHEMA;

    #[test]
    fn every_route_is_described_with_what_the_proto_says() {
        let document = document();
        let operations: Vec<&Value> = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item.as_object().unwrap().values())
            .collect();
        let ours = ROUTES.all.iter().filter(|route| route.hosted.is_none());
        assert_eq!(operations.len(), ours.count());
        for operation in operations {
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{operation}");
            assert!(operation["x-required-right"].is_string(), "{operation}");
        }
        let quote = &document["components"]["schemas"]["Quote"];
        assert!(quote["description"].as_str().unwrap().len() > 10);
        assert!(quote["properties"]["floorPrice"]["description"].is_string());
    }

    /// What cannot stand in a query would be out of reach.
    #[test]
    fn every_field_of_a_call_without_a_body_can_be_given() {
        for route in ROUTES.all.iter().filter(|r| matches!(r.body, BodyOf::Nothing)) {
            for field in &route.input.fields {
                let form = SCHEMA.inner(field).map(|message| message.form);
                assert_ne!(form, Some(None), "{}: {}", route.grpc, field.name);
            }
        }
    }
}
