//! Tests of lowering by input and output JSON.

mod hierarchies;
mod operations;
mod references;
mod schemas;
mod specs;

use serde_json::{Value, json};

use super::*;
use crate::catalog::CatalogEntry;
use crate::error::Error;
use crate::testing::{reference as to, rows, value};

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

/// Asserts the rows of a table: `schema => lowered schema`, where `same` stands for an equal one;
/// `schema => lowered schema`, followed by `=> place => part of the notice` for each notice; or `schema => kind of error => place => part of it`.
fn assert_lowered(table: &str) {
    for row in rows(table) {
        match row[..] {
            [_, kind, ..] if kind.starts_with(char::is_uppercase) => {
                assert_rejected("/components/schemas/S", &row, with_schema);
            }
            [schema, expected, ref notice @ ..] => {
                let expected = if expected == "same" { schema } else { expected };
                let (found, notices) = lowered_schema(value(schema));
                assert_eq!(found, value(expected), "{schema}");
                assert_eq!(notices.len(), notice.len() / 2, "{schema}: {notices:?}");
                for (pair, found) in notice.chunks(2).zip(&notices) {
                    let start = format!("#/components/schemas/S{}: ", pair[0]);
                    assert!(found.starts_with(&start) && found.contains(pair[1]), "{schema}: {found}");
                }
            }
            _ => panic!("{row:?}"),
        }
    }
}

/// Asserts the rejection of a spec made of the first cell: `cell => kind of error => place below `at` => part of it`.
fn assert_rejected(at: &str, row: &[&str], spec: impl Fn(Value) -> Value) {
    let [cell, kind, place, message] = row else { panic!("{row:?}") };
    let error = rejected(spec(value(cell)));
    let found = (format!("{:?}", error.kind), &error.location.pointer);
    assert_eq!(found, ((*kind).to_owned(), &format!("{at}{place}")), "{cell}");
    assert!(error.to_string().contains(message), "{cell}: {error}");
}
