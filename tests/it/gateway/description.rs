//! The description of the API: sound by the rules of `OpenAPI` 3.1 and JSON Schema, and true: a
//! validator that knows exactly the words it uses, and refuses any other.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::TestService;

use super::callers::{Seen, methods};
use super::http1::Ask;

pub(super) struct Description {
    document: Value,
}

/// Words of a schema that say nothing a validator could check.
const ANNOTATIONS: [&str; 4] = ["description", "readOnly", "contentEncoding", "title"];

impl Description {
    pub(super) async fn of(service: &TestService) -> Self {
        let told = Ask::new("GET", "/openapi.json").send(service.address()).await;
        assert_eq!((told.status, told.header("content-type")), (200, "application/json"));
        Self { document: told.json() }
    }

    /// What a reference points at.
    fn at(&self, reference: &str) -> &Value {
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        self.document.pointer(pointer).unwrap_or_else(|| panic!("{reference} is nothing"))
    }

    fn operations(&self) -> Vec<(&str, &str, &Value)> {
        let paths = self.document["paths"].as_object().expect("paths");
        let mut all = Vec::new();
        for (path, item) in paths {
            for (method, operation) in item.as_object().expect("an item") {
                all.push((path.as_str(), method.as_str(), operation));
            }
        }
        all
    }

    /// Is an answer one that the description describes?
    pub(super) fn describes(&self, seen: &Seen) {
        let id = format!("{}.{}", seen.method.parent_service().name(), seen.method.name());
        let operations = self.operations();
        let found = operations.iter().find(|(_, _, operation)| operation["operationId"] == *id);
        let (_, _, operation) = found.unwrap_or_else(|| panic!("{id} is not described"));
        let responses = &operation["responses"];
        let mut response = responses.get(seen.status.to_string()).unwrap_or(&responses["default"]);
        if let Some(reference) = response["$ref"].as_str() {
            response = self.at(reference);
        }
        let kinds = ["application/json", "application/problem+json", "application/x-ndjson"];
        let content = &response["content"];
        let schema = kinds.iter().find_map(|kind| content.get(kind)).expect("content");
        if let Err(problem) = self.fits(&schema["schema"], &seen.json, "$") {
            panic!("{id} {}: {problem}\n{}", seen.status, seen.json);
        }
    }

    /// Does a value fit a schema? Strict: a property that is not described does not.
    fn fits(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let words = schema.as_object().ok_or_else(|| format!("{at}: no schema"))?;
        let wrong = |what: &str| Err(format!("{at}: {what}: {value}"));
        for (word, expected) in words {
            match word.as_str() {
                "$ref" => self.fits(self.at(expected.as_str().expect("a text")), value, at)?,
                "type" => {
                    let is_kind = match expected.as_str().expect("one kind") {
                        "object" => value.is_object(),
                        "array" => value.is_array(),
                        "string" => value.is_string(),
                        "boolean" => value.is_boolean(),
                        "number" => value.is_number(),
                        "integer" => value.is_i64() || value.is_u64(),
                        other => panic!("{at}: the kind {other} is unknown"),
                    };
                    if !is_kind {
                        return wrong("of another kind");
                    }
                }
                "properties" => {
                    for (name, inner) in value.as_object().expect("an object") {
                        let property = expected.get(name);
                        let Some(property) = property else {
                            return wrong(&format!("{name} is unknown"));
                        };
                        self.fits(property, inner, &format!("{at}.{name}"))?;
                    }
                }
                "additionalProperties" => {
                    for (name, inner) in value.as_object().expect("an object") {
                        self.fits(expected, inner, &format!("{at}.{name}"))?;
                    }
                }
                "items" => {
                    for (place, inner) in value.as_array().expect("a list").iter().enumerate() {
                        self.fits(expected, inner, &format!("{at}[{place}]"))?;
                    }
                }
                "required" => {
                    let names = expected.as_array().expect("names").iter();
                    for name in names.map(|name| name.as_str().expect("a name")) {
                        if value.get(name).is_none() {
                            return wrong(&format!("{name} is missing"));
                        }
                    }
                }
                "enum" => {
                    if !expected.as_array().expect("values").contains(value) {
                        return wrong("is no value of the enumeration");
                    }
                }
                "format" => {
                    if !has_format(expected.as_str().expect("a format"), value) {
                        return wrong(&format!("is no {expected}"));
                    }
                }
                "pattern" => {
                    if !has_pattern(expected.as_str().expect("a pattern"), value) {
                        return wrong(&format!("does not match {expected}"));
                    }
                }
                "minimum" if value.as_f64() < expected.as_f64() => return wrong("too small"),
                "maximum" if value.as_f64() > expected.as_f64() => return wrong("too large"),
                "minLength" if value.as_str().is_some_and(str::is_empty) => return wrong("empty"),
                "minimum" | "maximum" | "minLength" => {}
                word if ANNOTATIONS.contains(&word) => {}
                word => panic!("{at}: the word {word} is unknown"),
            }
        }
        Ok(())
    }

    /// Every schema of the document, looked at as a schema.
    fn look_at_schema(&self, schema: &Value, at: &str) {
        let words = schema.as_object().unwrap_or_else(|| panic!("{at}: {schema} is no schema"));
        for (word, inner) in words {
            let at = format!("{at}/{word}");
            match word.as_str() {
                "$ref" => drop(self.at(inner.as_str().expect("a text"))),
                "properties" => {
                    for (name, property) in inner.as_object().expect("properties") {
                        self.look_at_schema(property, &format!("{at}/{name}"));
                    }
                }
                "items" | "additionalProperties" => self.look_at_schema(inner, &at),
                "enum" | "required" => {
                    let values = inner.as_array().expect("a list");
                    let texts: BTreeSet<&str> = values.iter().filter_map(Value::as_str).collect();
                    assert!(!values.is_empty() && texts.len() == values.len(), "{at}: {inner}");
                }
                "type" | "description" | "format" | "pattern" | "contentEncoding" => {
                    assert!(inner.as_str().is_some_and(|text| !text.is_empty()), "{at}");
                }
                "readOnly" => assert!(inner.is_boolean(), "{at}"),
                "minimum" | "maximum" | "minLength" => assert!(inner.is_number(), "{at}"),
                word => panic!("{at}: the word {word} is unknown"),
            }
        }
    }
}

fn has_format(format: &str, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    match format {
        "int32" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        "double" | "float" => value.is_number(),
        "int64" => text.parse::<i64>().is_ok(),
        "uint64" => text.parse::<u64>().is_ok(),
        "date-time" => text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok(),
        "uri-reference" => !text.is_empty() && !text.contains(' '),
        other => panic!("the format {other} is unknown"),
    }
}

fn has_pattern(pattern: &str, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match pattern {
        r"^-?[0-9]{1,19}$" => is_number(unsigned) && unsigned.len() <= 19,
        r"^[0-9]{1,20}$" => is_number(text) && text.len() <= 20,
        r"^-?[0-9]+(\.[0-9]{1,9})?s$" => {
            let number = unsigned.strip_suffix('s').unwrap_or_default();
            let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
            is_number(whole) && is_number(fraction) && fraction.len() <= 9
        }
        other => panic!("the pattern {other} is unknown"),
    }
}

#[tokio::test]
async fn the_description_is_sound() {
    let service = TestService::start().await;
    let description = Description::of(&service).await;
    let document = &description.document;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    for word in ["title", "version"] {
        assert!(document["info"][word].as_str().is_some_and(|text| !text.is_empty()));
    }
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    for requirement in document["security"].as_array().unwrap() {
        assert!(requirement.as_object().unwrap().keys().all(|name| schemes.contains_key(name)));
    }
    let tags: Vec<&Value> =
        document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    let mut ids = BTreeSet::new();
    for (path, method, operation) in description.operations() {
        let at = format!("{method} {path}");
        assert!(["get", "post", "patch", "put", "delete"].contains(&method), "{at}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{at}");
        assert!(operation["tags"].as_array().unwrap().iter().all(|tag| tags.contains(&tag)));
        let mut names = BTreeSet::new();
        for parameter in operation["parameters"].as_array().unwrap() {
            let (name, place) = (parameter["name"].as_str().unwrap(), &parameter["in"]);
            assert!(names.insert((name, place.as_str().unwrap())), "{at}: {name} twice");
            let is_in_path = path.contains(&format!("{{{name}}}"));
            assert_eq!(
                is_in_path,
                place == "path" && parameter["required"] == true,
                "{at}: {name}"
            );
            description.look_at_schema(&parameter["schema"], &at);
        }
        let variables = path.matches('{').count();
        assert_eq!(names.iter().filter(|(_, place)| *place == "path").count(), variables, "{at}");
        assert_eq!(
            operation.get("requestBody").is_some(),
            !["get", "delete"].contains(&method),
            "{at}"
        );
        let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.contains_key("200") && answers.contains_key("default"), "{at}");
        assert!(answers["200"]["description"].is_string(), "{at}");
        let answers = answers["200"]["content"].as_object().unwrap();
        for (kind, content) in bodies.chain(answers) {
            description.look_at_schema(&content["schema"], &format!("{at} {kind}"));
        }
    }
    assert_eq!(ids.len(), methods().len());
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)), "{name}");
        description.look_at_schema(schema, name);
    }
}

/// A validator that lets everything pass would prove nothing.
#[tokio::test]
async fn the_validator_refuses_what_is_not_described() {
    let service = TestService::start().await;
    let description = Description::of(&service).await;
    let schema = description.at("#/components/schemas/DecideOffersResponse");
    for (json, expected) in [
        (r#"{"createTime":"2026-11-23T10:00:00Z","catalogVersion":"1"}"#, None),
        (r#"{"createTime":"soon"}"#, Some("date-time")),
        (r#"{"catalogVersion":1}"#, Some("uint64")),
        (r#"{"catalogVersion":"-1"}"#, Some("uint64")),
        (r#"{"catalog_version":"1"}"#, Some("unknown")),
        (r#"{"stayStage":"STAY_STAGE_ASLEEP"}"#, Some("enumeration")),
        (r#"{"propositions":[{"offers":[{"slot":1.5}]}]}"#, Some("int32")),
        (r#"{"degraded":"no"}"#, Some("kind")),
    ] {
        let fits = description.fits(schema, &serde_json::from_str(json).unwrap(), "$");
        match expected {
            None => assert_eq!(fits, Ok(()), "{json}"),
            Some(word) => assert!(fits.as_ref().unwrap_err().contains(word), "{json}: {fits:?}"),
        }
    }
}
