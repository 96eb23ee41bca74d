//! Schemas of OpenAPI 3.0 and types of no standard, which the validator of JSON Schema 2020-12 does not know.

use serde_json::{Map, Value, json};

use super::loose;
use super::validators::is_pattern;

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// Keys whose values have no schemas inside.
const WITHOUT_SCHEMAS: [&str; 7] = ["const", "default", "enum", "example", "examples", "securitySchemes", "value"];

/// Keys whose values are maps from names, which may be keywords, too.
const NAMES: [&str; 6] = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties", "schemas"];

/// Rewrites the schemas of a spec of OpenAPI 3.0, and removes what JSON Schema does not know.
pub(super) fn modernize(root: &mut Value) {
    remove_unknown(root, false);
    // YAML has no quotes around `3.0`.
    let version = root.get("openapi").map(ToString::to_string).unwrap_or_default();
    if version.trim_matches('"').starts_with("3.0") {
        schema(root);
    }
}

fn remove_unknown(value: &mut Value, has_names: bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| remove_unknown(item, false)),
        Value::Object(fields) if has_names => {
            for value in fields.values_mut() {
                open_if_null(value);
                remove_unknown(value, false);
            }
        }
        Value::Object(fields) => {
            loose::tighten(fields);
            if fields.get("type").is_some_and(is_unknown) {
                fields.remove("type");
            }
            if fields.get("pattern").and_then(Value::as_str).is_some_and(|pattern| !is_pattern(pattern)) {
                fields.remove("pattern");
            }
            // Some specs keep booleans from OpenAPI 3.0 when they move to 3.1.
            bound(fields, "minimum", "exclusiveMinimum");
            bound(fields, "maximum", "exclusiveMaximum");
            if let Some(Value::Object(properties)) = fields.get_mut("properties") {
                properties.retain(|_, schema| schema.is_object() || schema.is_boolean());
            }
            if let Some(Value::Object(patterns)) = fields.get_mut("patternProperties") {
                patterns.retain(|pattern, _| is_pattern(pattern));
            }
            let inner = fields.iter_mut().filter(|(key, _)| !WITHOUT_SCHEMAS.contains(&key.as_str()));
            inner.for_each(|(key, value)| remove_unknown(value, NAMES.contains(&key.as_str())));
        }
        _ => {}
    }
}

/// Replaces null with the schema of any value.
fn open_if_null(schema: &mut Value) {
    if schema.is_null() {
        *schema = json!({});
    }
}

/// Returns `true` if a value of `type` names a type of no standard. An object is the schema of a property of that name.
fn is_unknown(value: &Value) -> bool {
    match value {
        Value::String(name) => !TYPES.contains(&name.as_str()),
        Value::Array(names) => names.iter().any(is_unknown),
        _ => false,
    }
}

fn schema(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(schema),
        Value::Object(fields) => {
            fields.values_mut().for_each(schema);
            if fields.get("nullable") == Some(&Value::Bool(true)) {
                fields.remove("nullable");
                *value = json!({"anyOf": [value.take(), {"type": "null"}]});
            }
        }
        _ => {}
    }
}

/// Replaces the boolean that makes a bound exclusive with the bound itself.
fn bound(fields: &mut Map<String, Value>, inclusive: &str, exclusive: &str) {
    let Some(Value::Bool(is_exclusive)) = fields.get(exclusive) else { return };
    let is_exclusive = *is_exclusive;
    fields.remove(exclusive);
    if is_exclusive && let Some(bound) = fields.remove(inclusive) {
        fields.insert(exclusive.to_owned(), bound);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_no_standard_are_removed() {
        let mut root = json!({
            "schemas": [{"type": "date-time"}, {"type": ["string", "file"]}, {"type": ["string", "null"]}],
            "properties": {"type": {"type": "text"}},
            "securitySchemes": {"key": {"type": "apiKey"}},
            "example": {"type": "CARD"}
        });
        modernize(&mut root);
        assert_eq!(
            root,
            json!({
                "schemas": [{}, {}, {"type": ["string", "null"]}],
                "properties": {"type": {}},
                "securitySchemes": {"key": {"type": "apiKey"}},
                "example": {"type": "CARD"}
            })
        );
    }

    #[test]
    #[cfg(feature = "validation")]
    fn keywords_without_a_meaning_are_removed() {
        let mut root = json!({"schemas": [
            {"pattern": "^a(?!b)$"}, {"pattern": "["}, {"minimum": 1, "exclusiveMinimum": true},
            {"properties": {"a": null, "b": ["c"], "pattern": {"type": "string"}}, "patternProperties": {"[": {}, "^a": {}}},
            {"properties": {"properties": {"type": "object", "enum": [{}]}, "default": {"type": "text"}}}
        ]});
        modernize(&mut root);
        assert_eq!(
            root["schemas"],
            json!([
                {"pattern": "^a(?!b)$"}, {}, {"exclusiveMinimum": 1},
                {"properties": {"pattern": {"type": "string"}}, "patternProperties": {"^a": {}}},
                {"properties": {"properties": {"type": "object", "enum": [{}]}, "default": {}}}
            ])
        );
    }

    #[test]
    fn keywords_of_3_0_become_those_of_3_1() {
        let mut root = json!({"openapi": "3.0.3", "schemas": [
            {"type": "integer", "minimum": 0, "exclusiveMinimum": true, "exclusiveMaximum": false},
            {"type": "string", "nullable": true}
        ]});
        modernize(&mut root);
        assert_eq!(
            root["schemas"],
            json!([
                {"type": "integer", "exclusiveMinimum": 0},
                {"anyOf": [{"type": "string"}, {"type": "null"}]}
            ])
        );
        let newer = json!({"openapi": "3.1.0", "schemas": [{"nullable": true}]});
        let mut root = newer.clone();
        modernize(&mut root);
        assert_eq!(root, newer);
    }
}
