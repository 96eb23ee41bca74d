//! Small specs for the tests of repairs.

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};

use super::{Applied, Repaired, repair};
use crate::catalog::ApiVersion;
use crate::model::Facts;

pub(super) fn operation(operation: Value) -> Value {
    at_path("/things", operation)
}

/// Returns a spec with one operation, `GET` at `path`.
pub(super) fn at_path(path: &str, operation: Value) -> Value {
    json!({ "paths": { path: { "get": operation } } })
}

pub(super) fn components(schemas: Value) -> Value {
    json!({ "paths": {}, "components": { "schemas": schemas } })
}

/// Runs all repairs and returns the repaired spec and the changes.
pub(super) fn repaired(spec: Value) -> (Value, Vec<Applied>) {
    let (after, _, applied) = repaired_facts(spec);
    (after, applied)
}

/// Runs all repairs and returns the repaired spec, the facts and the changes.
pub(super) fn repaired_facts(spec: Value) -> (Value, Facts, Vec<Applied>) {
    let (after, facts, repaired) = repaired_fully(spec);
    (after, facts, repaired.applied)
}

/// Runs all repairs and returns the repaired spec and the notices, as text.
pub(super) fn noticed(spec: Value) -> (Value, Vec<String>) {
    let (after, _, repaired) = repaired_fully(spec);
    (after, repaired.notices.iter().map(ToString::to_string).collect())
}

fn repaired_fully(spec: Value) -> (Value, Facts, Repaired) {
    let mut api = lowered(spec);
    let mut facts = Facts::default();
    let mut run = || {
        let version = ApiVersion::parse("2026-02-03").unwrap();
        repair(&mut api, &mut facts, "test", version)
    };
    let (repaired, again) = (run(), run());
    assert_eq!(again, Repaired::default(), "a second run still applies");
    (serde_json::to_value(&api).unwrap(), facts, repaired)
}

/// Returns the changes of the repair `name`.
pub(super) fn applied<'a>(applied: &'a [Applied], name: &str) -> Vec<&'a Applied> {
    applied.iter().filter(|applied| applied.repair == name).collect()
}

/// Decodes a spec after lowering references with siblings, which openapiv3 would decode wrongly.
pub(super) fn lowered(mut spec: Value) -> OpenAPI {
    let root = spec.as_object_mut().unwrap();
    root.insert("openapi".to_owned(), "3.0.3".into());
    root.entry("info").or_insert(json!({ "title": "t", "version": "2026-02-03" }));
    wrap_references(&mut spec);
    serde_json::from_value(spec).unwrap()
}

fn wrap_references(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(wrap_references);
            if object.len() > 1
                && object.get("$ref").is_some_and(Value::is_string)
                && let Some(reference) = object.shift_remove("$ref")
            {
                let reference = Map::from_iter([("$ref".to_owned(), reference)]);
                object.insert("allOf".to_owned(), json!([reference]));
            }
        }
        Value::Array(array) => array.iter_mut().for_each(wrap_references),
        _ => {}
    }
}
