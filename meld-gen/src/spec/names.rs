//! The names in a spec: keys, operationIds, names of parameters, values of enums.
//!
//! Names become identifiers, string literals and documentation. An overlong name makes every derived name as long. Names
//! may have any characters: what they become is escaped.

use serde_json::{Map, Value};

use crate::error::pointer_push;
use crate::spec::limits::MAX_NAME;

/// Keys that hold data of the API, which contains no names.
const DATA: &[&str] = &["default", "example", "examples", "value"];

/// Keys whose entries the author of the spec names.
const MAPS: &[&str] = &[
    "$defs",
    "additionalOperations",
    "callbacks",
    "content",
    "definitions",
    "dependentRequired",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "mapping",
    "mediaTypes",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "scopes",
    "securitySchemes",
    "variables",
    "webhooks",
];

/// Keys whose string, or list of strings, is a name.
const NAMES: &[&str] = &["const", "enum", "name", "operationId", "propertyName", "required", "tags"];

#[derive(Debug, PartialEq)]
pub(super) struct OverlongName {
    /// JSON pointer of the name, or of the entry that has it.
    pub pointer: String,
    /// The problem.
    pub what: String,
}

pub(super) fn overlong_name(root: &Value) -> Option<OverlongName> {
    let mut finder = Finder { place: Vec::new() };
    finder.node(root)
}

struct Finder<'a> {
    /// Keys and indices from the root to the current value.
    place: Vec<Step<'a>>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Finder<'a> {
    /// Visits an object with keywords of OpenAPI, or a list of such objects.
    fn node(&mut self, value: &'a Value) -> Option<OverlongName> {
        match value {
            Value::Object(object) => self.entries(object, |finder, key, value| match value {
                _ if DATA.contains(&key) || key.starts_with("x-") => None,
                Value::Object(_) if MAPS.contains(&key) => finder.map(value),
                _ if NAMES.contains(&key) => finder.names(key, value),
                _ => finder.node(value),
            }),
            Value::Array(list) => self.list(list, Self::node),
            _ => None,
        }
    }

    /// Visits an object whose entries the author of the spec names.
    fn map(&mut self, value: &'a Value) -> Option<OverlongName> {
        match value {
            Value::Object(object) => self.entries(object, |finder, _, value| finder.node(value)),
            _ => None,
        }
    }

    fn entries(
        &mut self,
        object: &'a Map<String, Value>,
        look: impl Fn(&mut Self, &'a str, &'a Value) -> Option<OverlongName>,
    ) -> Option<OverlongName> {
        for (key, value) in object {
            self.place.push(Step::Key(key));
            let found = self.name(key).or_else(|| look(self, key, value));
            if found.is_some() {
                return found;
            }
            self.place.pop();
        }
        None
    }

    fn list(
        &mut self,
        list: &'a [Value],
        look: impl Fn(&mut Self, &'a Value) -> Option<OverlongName>,
    ) -> Option<OverlongName> {
        for (index, value) in list.iter().enumerate() {
            self.place.push(Step::Index(index));
            let found = look(self, value);
            if found.is_some() {
                return found;
            }
            self.place.pop();
        }
        None
    }

    /// Visits a name or a list of names. Objects are skipped: the key is then a property, for example.
    fn names(&mut self, key: &str, value: &'a Value) -> Option<OverlongName> {
        match value {
            Value::String(name) => self.name(name),
            Value::Array(list) => self.list(list, |finder, value| match value {
                Value::String(name) => finder.name(name),
                _ if key == "enum" => None,
                value => finder.node(value),
            }),
            _ if key == "const" => None,
            value => self.node(value),
        }
    }

    fn name(&self, name: &str) -> Option<OverlongName> {
        // The length in bytes first, because it is cheap and most names are short.
        if name.len() <= MAX_NAME || name.chars().count() <= MAX_NAME {
            return None;
        }
        let pointer = self.place.iter().fold(String::new(), |pointer, step| match step {
            Step::Key(key) => pointer_push(&pointer, shortened(key)),
            Step::Index(index) => pointer_push(&pointer, index),
        });
        let what = format!("the name {} is longer than {MAX_NAME} characters", shortened(name));
        Some(OverlongName { pointer, what })
    }
}

/// Returns a name as quoted in messages.
fn shortened(name: &str) -> String {
    const SHOWN: usize = 200;
    let shown: String = name.chars().take(SHOWN).collect();
    if shown.len() < name.len() { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Returns the pointer of the first overlong name, with `long` for that name.
    fn place(spec: &str) -> Option<String> {
        let long = "x".repeat(MAX_NAME + 1);
        let spec: Value = serde_json::from_str(&spec.replace("LONG", &long)).unwrap();
        overlong_name(&spec).map(|long| long.pointer.replace(&shortened(&"x".repeat(MAX_NAME)), "LONG"))
    }

    #[test]
    fn overlong_names_are_found() {
        let schema = |schema: Value| json!({"components": {"schemas": {"A": schema}}});
        let parameters = |parameter: Value| json!({"paths": {"/a": {"get": {"parameters": [parameter]}}}});
        for (spec, pointer) in [
            (json!({"paths": {"LONG": {}}}), "/paths/LONG"),
            (json!({"paths": {"/a": {"get": {"operationId": "LONG"}}}}), "/paths/~1a/get/operationId"),
            (json!({"paths": {"/a": {"get": {"tags": ["x", "LONG"]}}}}), "/paths/~1a/get/tags/1"),
            (json!({"tags": [{"name": "LONG"}]}), "/tags/0/name"),
            (parameters(json!({"name": "LONG"})), "/paths/~1a/get/parameters/0/name"),
            (json!({"components": {"schemas": {"LONG": {}}}}), "/components/schemas/LONG"),
            (schema(json!({"properties": {"LONG": {}}})), "/components/schemas/A/properties/LONG"),
            (schema(json!({"enum": [1, "LONG"]})), "/components/schemas/A/enum/1"),
            (schema(json!({"const": "LONG"})), "/components/schemas/A/const"),
            (schema(json!({"required": ["LONG"]})), "/components/schemas/A/required/0"),
            (
                schema(json!({"discriminator": {"propertyName": "LONG"}})),
                "/components/schemas/A/discriminator/propertyName",
            ),
            (
                schema(json!({"discriminator": {"mapping": {"LONG": "A"}}})),
                "/components/schemas/A/discriminator/mapping/LONG",
            ),
            (
                schema(json!({"properties": {"example": {"properties": {"LONG": {}}}}})),
                "/components/schemas/A/properties/example/properties/LONG",
            ),
            (
                schema(json!({"properties": {"enum": {"enum": ["LONG"]}}})),
                "/components/schemas/A/properties/enum/enum/0",
            ),
            (
                schema(json!({"allOf": [{"items": {"properties": {"LONG": true}}}]})),
                "/components/schemas/A/allOf/0/items/properties/LONG",
            ),
        ] {
            assert_eq!(place(&spec.to_string()).as_deref(), Some(pointer), "{spec}");
        }
    }

    #[test]
    fn descriptions_and_data_are_not_checked() {
        for schema in [
            json!({"description": "LONG", "title": "LONG", "pattern": "LONG", "default": "LONG"}),
            json!({"example": {"LONG": "b"}, "examples": [{"enum": ["LONG"]}], "x-a": {"LONG": 1}}),
            json!({"properties": {"name": {"type": "string"}, "default": {"default": "LONG"}}}),
            json!({"enum": ["größe", "a\n\u{202e}", "`````", null, 1, {"LONG": 1}]}),
            json!({"const": {"LONG": 1}}),
        ] {
            let spec = json!({"components": {"schemas": {"A": schema}}});
            assert_eq!(place(&spec.to_string()), None, "{spec}");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        let spec = |length: usize| json!({"properties": {"ä".repeat(length): {}}});
        assert_eq!(overlong_name(&spec(MAX_NAME)), None);
        let long = overlong_name(&spec(MAX_NAME + 1)).unwrap();
        assert!(long.what.contains("longer than 1000"), "{}", long.what);
        assert_eq!(long.pointer.chars().count(), "/properties/".len() + 201);
    }
}
