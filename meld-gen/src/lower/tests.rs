//! Tests of lowering by input and output JSON.

mod operations;
mod references;
mod schemas;
mod specs;

use serde_json::{Value, json};

use super::*;
use crate::catalog::CatalogEntry;

const FILE: &str = "test-20260203.json";

/// Returns a spec with one operation, and `overlay` merged into its root.
fn spec(overlay: Value) -> Spec {
    let mut root = json!({
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "2026-02-03"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"204": {"description": "ok"}}}}}
    });
    for (key, value) in overlay.as_object().unwrap() {
        root[key] = value.clone();
    }
    let entry = CatalogEntry::from_path(std::path::Path::new(FILE)).unwrap();
    let bytes = root.to_string();
    Spec::from_bytes(&entry, bytes.as_bytes()).unwrap()
}

/// Returns the lowered spec as JSON, and its notices as strings.
fn lowered(overlay: Value) -> (Value, Vec<String>) {
    let lowered = lower(&spec(overlay)).unwrap();
    let notices = lowered.notices.iter().map(ToString::to_string).collect();
    (serde_json::to_value(&lowered.api).unwrap(), notices)
}

fn rejected(overlay: Value) -> Error {
    lower(&spec(overlay)).unwrap_err()
}

fn to(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Returns the spec with the schema `S` and some others that it may refer to.
fn with_schema(schema: Value) -> Value {
    json!({"components": {"schemas": {
        "S": schema,
        "Text": {"type": "string"},
        "Thing": {"type": "object", "properties": {"a": {"type": "string"}}},
        "SubThing": {"allOf": [to("Thing"), {"type": "object", "properties": {"b": {}}}]},
        "Whole": {"type": "integer"}
    }}})
}

fn lowered_schema(schema: Value) -> (Value, Vec<String>) {
    let (api, notices) = lowered(with_schema(schema));
    (api["components"]["schemas"]["S"].clone(), notices)
}

/// Asserts the lowered schemas, without notices.
fn assert_schemas(rows: Vec<(Value, Value)>) {
    for (schema, expected) in rows {
        let (found, notices) = lowered_schema(schema.clone());
        assert_eq!(found, expected, "{schema}");
        assert_eq!(notices, Vec::<String>::new(), "{schema}");
    }
}

/// Asserts the lowered schemas, and the one notice by its location and a part of its message.
fn assert_noticed(rows: Vec<(Value, Value, &str, &str)>) {
    for (schema, expected, place, message) in rows {
        let (found, notices) = lowered_schema(schema.clone());
        assert_eq!(found, expected, "{schema}");
        let [notice] = notices.as_slice() else {
            panic!("{schema}: {notices:?}");
        };
        let start = format!("#/components/schemas/S{place}: ");
        assert!(notice.starts_with(&start) && notice.contains(message), "{schema}: {notice}");
    }
}

/// Asserts rejections of schemas by kind, location and a part of the message.
fn assert_rejected(rows: Vec<(Value, ErrorKind, &str, &str)>) {
    for (schema, kind, place, message) in rows {
        let error = rejected(with_schema(schema.clone()));
        assert_eq!(error.kind, kind, "{schema}: {error}");
        assert_eq!(error.location.pointer, format!("/components/schemas/S{place}"), "{error}");
        assert!(error.to_string().contains(message), "{schema}: {error}");
    }
}
