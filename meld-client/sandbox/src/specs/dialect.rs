//! Schemas of OpenAPI 3.0, whose keywords the validator of JSON Schema 2020-12 does not know.

use serde_json::{Map, Value, json};

/// Rewrites the schemas of a spec of OpenAPI 3.0; others stay as they are.
pub(super) fn modernize(root: &mut Value) {
    let version = root.get("openapi").and_then(Value::as_str);
    if version.is_some_and(|version| version.starts_with("3.0")) {
        schema(root);
    }
}

fn schema(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(schema),
        Value::Object(fields) => {
            fields.values_mut().for_each(schema);
            bound(fields, "minimum", "exclusiveMinimum");
            bound(fields, "maximum", "exclusiveMaximum");
            if fields.get("nullable") == Some(&Value::Bool(true)) {
                fields.remove("nullable");
                *value = json!({"anyOf": [value.take(), {"type": "null"}]});
            }
        }
        _ => {}
    }
}

/// Replaces the boolean that makes a bound exclusive by the bound itself.
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
