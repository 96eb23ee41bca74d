//! The names in a spec: keys, operationIds, names of parameters, values of enums.
//!
//! Names become identifiers, string literals and documentation. Invisible characters in them are a mistake or an
//! attack, and an overlong name makes every derived name as long.

use serde_json::{Map, Value};

use crate::error::pointer_push;
use crate::escape::{self, MAX_BACKTICKS};
use crate::spec::limits::MAX_NAME;

/// Keys that hold data of the API, which contains no names.
const DATA: &[&str] = &["default", "example", "examples", "value"];

/// Keys whose entries the author of the spec names.
const MAPS: &[&str] = &[
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "dependentRequired",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "mapping",
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

/// An invalid name.
#[derive(Debug, PartialEq)]
pub(super) struct BadName {
    /// JSON pointer of the name, or of the entry that has it.
    pub pointer: String,
    /// The problem.
    pub what: String,
    /// The advice.
    pub advice: String,
}

/// Returns the first invalid name of a spec, or `None`.
pub(super) fn bad_name(root: &Value) -> Option<BadName> {
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
    fn node(&mut self, value: &'a Value) -> Option<BadName> {
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
    fn map(&mut self, value: &'a Value) -> Option<BadName> {
        match value {
            Value::Object(object) => self.entries(object, |finder, _, value| finder.node(value)),
            _ => None,
        }
    }

    fn entries(
        &mut self,
        object: &'a Map<String, Value>,
        look: impl Fn(&mut Self, &'a str, &'a Value) -> Option<BadName>,
    ) -> Option<BadName> {
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

    fn list(&mut self, list: &'a [Value], look: impl Fn(&mut Self, &'a Value) -> Option<BadName>) -> Option<BadName> {
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
    fn names(&mut self, key: &str, value: &'a Value) -> Option<BadName> {
        match value {
            Value::String(name) if matches!(key, "const" | "enum") => self.value(name),
            Value::String(name) => self.name(name),
            Value::Array(list) if key == "enum" => self.list(list, |finder, value| match value {
                Value::String(name) => finder.value(name),
                _ => None,
            }),
            Value::Array(list) => self.list(list, |finder, value| match value {
                Value::String(name) => finder.name(name),
                value => finder.node(value),
            }),
            _ if key == "const" => None,
            value => self.node(value),
        }
    }

    /// Visits an enum value, which becomes part of the documentation of its variant.
    fn value(&self, name: &str) -> Option<BadName> {
        if escape::longest_row(name) > MAX_BACKTICKS {
            let what = format!("the value has more than {MAX_BACKTICKS} backticks in a row");
            return Some(self.bad(what, "remove the value or some of its backticks"));
        }
        self.name(name)
    }

    fn name(&self, name: &str) -> Option<BadName> {
        if let Some(hidden) = name.chars().find(|character| escape::is_hidden(*character)) {
            let what = format!("the name {} has the invisible character U+{:04X}", shortened(name), u32::from(hidden));
            return Some(self.bad(what, "remove the character from the name"));
        }
        // The length in bytes first, because it is cheap and most names are short.
        if name.len() > MAX_NAME && name.chars().count() > MAX_NAME {
            let what = format!("the name {} is longer than {MAX_NAME} characters", shortened(name));
            return Some(self.bad(what, "shorten the name"));
        }
        None
    }

    fn bad(&self, what: String, advice: &str) -> BadName {
        let pointer = self.place.iter().fold(String::new(), |pointer, step| match step {
            Step::Key(key) => pointer_push(&pointer, shortened(key)),
            Step::Index(index) => pointer_push(&pointer, index),
        });
        BadName { pointer, what, advice: advice.to_owned() }
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

    fn place(spec: Value) -> Option<String> {
        bad_name(&spec).map(|bad| bad.pointer)
    }

    #[test]
    fn invisible_characters_in_names_are_found() {
        let schema = |schema: Value| json!({"components": {"schemas": {"A": schema}}});
        let parameters = |parameter: Value| json!({"paths": {"/a": {"get": {"parameters": [parameter]}}}});
        for (spec, pointer) in [
            (json!({"paths": {"/a\n": {}}}), "/paths/~1a\n"),
            (json!({"paths": {"/a": {"get": {"operationId": "a\r"}}}}), "/paths/~1a/get/operationId"),
            (json!({"paths": {"/a": {"get": {"tags": ["x", "\u{7f}"]}}}}), "/paths/~1a/get/tags/1"),
            (json!({"tags": [{"name": "\u{85}"}]}), "/tags/0/name"),
            (parameters(json!({"name": "a\u{1b}"})), "/paths/~1a/get/parameters/0/name"),
            (json!({"components": {"schemas": {"A\u{202e}": {}}}}), "/components/schemas/A\u{202e}"),
            (schema(json!({"properties": {"\u{200b}": {}}})), "/components/schemas/A/properties/\u{200b}"),
            (schema(json!({"enum": [1, "a\u{2028}"]})), "/components/schemas/A/enum/1"),
            (schema(json!({"enum": ["`````"]})), "/components/schemas/A/enum/0"),
            (schema(json!({"const": "\t"})), "/components/schemas/A/const"),
            (schema(json!({"required": ["a\u{0}"]})), "/components/schemas/A/required/0"),
            (
                schema(json!({"discriminator": {"propertyName": "a\n"}})),
                "/components/schemas/A/discriminator/propertyName",
            ),
            (
                schema(json!({"discriminator": {"mapping": {"a\n": "A"}}})),
                "/components/schemas/A/discriminator/mapping/a\n",
            ),
            (
                schema(json!({"properties": {"example": {"properties": {"a\n": {}}}}})),
                "/components/schemas/A/properties/example/properties/a\n",
            ),
            (
                schema(json!({"properties": {"enum": {"enum": ["a\n"]}}})),
                "/components/schemas/A/properties/enum/enum/0",
            ),
            (
                schema(json!({"allOf": [{"items": {"properties": {"\n": true}}}]})),
                "/components/schemas/A/allOf/0/items/properties/\n",
            ),
        ] {
            assert_eq!(place(spec.clone()).as_deref(), Some(pointer), "{spec}");
        }
    }

    #[test]
    fn descriptions_and_data_are_not_checked() {
        for schema in [
            json!({"description": "a\r\nb", "title": "a\n", "pattern": "\t", "default": "\n"}),
            json!({"example": {"a\n": "b"}, "examples": [{"enum": ["\n"]}], "x-a": {"\n": 1}}),
            json!({"properties": {"name": {"type": "string"}, "default": {"default": "\n"}}}),
            json!({"enum": ["größe", "名前", "🦀", "a b", "````", null, 1, {"a\n": 1}]}),
            json!({"const": {"a\n": 1}}),
        ] {
            let spec = json!({"components": {"schemas": {"A": schema}}});
            assert_eq!(bad_name(&spec), None, "{spec}");
        }
    }

    #[test]
    fn overlong_names_are_rejected() {
        let spec = |length: usize| json!({"properties": {"ä".repeat(length): {}}});
        assert_eq!(bad_name(&spec(MAX_NAME)), None);
        let bad = bad_name(&spec(MAX_NAME + 1)).unwrap();
        assert!(bad.what.contains("longer than 1000"), "{}", bad.what);
        assert_eq!(bad.pointer.chars().count(), "/properties/".len() + 201);
    }
}
