//! Keywords of schemas whose values have another type than JSON Schema demands, as tools and YAML leave them.

use serde_json::{Map, Value, json};

/// A type of values of keywords, and the keywords that have it.
type Kind = (fn(&Value) -> bool, &'static [&'static str]);

const KINDS: [Kind; 7] = [
    (Value::is_string, &["description", "format", "pattern", "title"]),
    (Value::is_number, &["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"]),
    (
        is_count,
        &[
            "maxContains",
            "maxItems",
            "maxLength",
            "maxProperties",
            "minContains",
            "minItems",
            "minLength",
            "minProperties",
        ],
    ),
    (Value::is_array, &["allOf", "anyOf", "enum", "oneOf", "prefixItems"]),
    (Value::is_boolean, &["uniqueItems"]),
    (Value::is_object, &["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"]),
    (is_schema, &["additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"]),
];

/// Gives keywords a value of their type, or removes them. An object may be a component of that name, and stays.
pub(super) fn tighten(fields: &mut Map<String, Value>) {
    if let Some(prefix @ Value::Array(_)) = fields.get("items") {
        let prefix = prefix.clone();
        fields.insert("prefixItems".to_owned(), prefix);
        match fields.remove("additionalItems") {
            Some(rest) => fields.insert("items".to_owned(), rest),
            None => fields.remove("items"),
        };
    }
    match fields.get_mut("type") {
        Some(Value::Null) => drop(fields.remove("type")),
        Some(Value::Array(types)) => types.iter_mut().filter(|it| it.is_null()).for_each(|it| *it = json!("null")),
        _ => {}
    }
    for keyword in ["deprecated", "nullable", "readOnly", "uniqueItems", "writeOnly"] {
        if let Some(flag) = fields.get(keyword).and_then(Value::as_str).and_then(|text| text.parse::<bool>().ok()) {
            fields.insert(keyword.to_owned(), flag.into());
        }
    }
    for (is_kind, keywords) in KINDS {
        for keyword in keywords {
            // Older specs have booleans for exclusive bounds.
            let is_bound = |value: &Value| keyword.starts_with("exclusive") && value.is_boolean();
            if fields.get(*keyword).is_some_and(|value| !is_kind(value) && !value.is_object() && !is_bound(value)) {
                fields.remove(*keyword);
            }
        }
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let members = fields.get_mut(keyword).and_then(Value::as_array_mut).into_iter().flatten();
        members.filter(|member| member.is_null()).for_each(|member| *member = json!({}));
    }
    require_marked(fields);
}

/// Lists the properties that are marked as required, as in older drafts of JSON Schema.
fn require_marked(fields: &mut Map<String, Value>) {
    let mut marked = Vec::new();
    for (name, schema) in fields.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        let Some(Value::Bool(is_required)) = schema.get("required") else { continue };
        marked.extend(is_required.then(|| json!(name)));
        schema.as_object_mut().map(|schema| schema.remove("required"));
    }
    if !marked.is_empty() {
        match fields.get_mut("required") {
            Some(Value::Array(required)) => required.extend(marked),
            _ => drop(fields.insert("required".to_owned(), Value::Array(marked))),
        }
    }
}

fn is_count(value: &Value) -> bool {
    value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0)
}

fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_get_a_value_of_their_type() {
        for (loose, expected) in [
            (json!({"type": null, "format": null, "minLength": "5", "maxLength": 1.5, "pattern": 1}), json!({})),
            (
                json!({"type": ["string", null], "minLength": 5.0}),
                json!({"type": ["string", "null"], "minLength": 5.0}),
            ),
            (json!({"items": [{}], "additionalItems": false}), json!({"prefixItems": [{}], "items": false})),
            (json!({"readOnly": "true", "uniqueItems": "no"}), json!({"readOnly": true})),
            (json!({"items": null, "not": null, "enum": "a"}), json!({})),
            (json!({"anyOf": [null, {}]}), json!({"anyOf": [{}, {}]})),
            (json!({"minimum": 1, "exclusiveMinimum": true}), json!({"minimum": 1, "exclusiveMinimum": true})),
            (
                json!({"format": {"name": "format", "in": "query"}}),
                json!({"format": {"name": "format", "in": "query"}}),
            ),
            (
                json!({"properties": {"a": {"required": true}, "b": {"required": false}}, "required": ["c"]}),
                json!({"properties": {"a": {}, "b": {}}, "required": ["c", "a"]}),
            ),
        ] {
            let mut fields = loose.as_object().unwrap().clone();
            tighten(&mut fields);
            assert_eq!(Value::Object(fields), expected, "{loose}");
        }
    }
}
