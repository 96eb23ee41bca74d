//! `cargo xtask ops --undocumented`: the elements of the newest specs that have no description.

use std::fs;
use std::path::Path;

use meld_gen::catalog::{Catalog, CatalogEntry};
use meld_gen::error::{Error, ErrorKind, Location, Result, pointer_push};
use serde_json::Value;

use crate::output::Output;

/// Lists the elements by file and JSON pointer. Error bodies are not listed: they are all the error envelope.
pub fn run(root: &Path) -> Result<Output> {
    let catalog = Catalog::read(&root.join("openapi"))?;
    let mut output = Output::default();
    let mut count = 0;
    for entry in catalog.versions.values().next_back().into_iter().flatten() {
        let mut found = Vec::new();
        elements(&spec(entry)?, "", &mut found);
        count += found.len();
        for pointer in found {
            output.line(Location::new(&entry.file, pointer).to_string());
        }
    }
    output.line(format!("{count} elements have no description"));
    Ok(output)
}

fn spec(entry: &CatalogEntry) -> Result<Value> {
    let failed = |what: String| Error::new(ErrorKind::Io, Location::new(&entry.file, ""), what, "see the message");
    let text = fs::read_to_string(&entry.path).map_err(|error| failed(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| failed(error.to_string()))
}

/// Adds the operations, parameters, schemas and properties below `value` that have neither summary nor description.
fn elements(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let at = pointer_push(pointer, index);
                note(item, &at, pointer.ends_with("/parameters"), found);
                elements(item, &at, found);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields.iter().filter(|(key, _)| !is_error(pointer, key)) {
                let at = pointer_push(pointer, key);
                let is_element = pointer == "/components/schemas"
                    || pointer.ends_with("/properties")
                    || field.get("operationId").is_some();
                note(field, &at, is_element, found);
                elements(field, &at, found);
            }
        }
        _ => {}
    }
}

/// The headers that the client sends by itself. Specs declare them as parameters, which are not generated.
const CLIENT_HEADERS: [&str; 2] = ["Meld-Version", "Authorization"];

/// Adds the pointer of an element without a description. A reference has the description of its target.
fn note(value: &Value, pointer: &str, is_element: bool, found: &mut Vec<String>) {
    let has = |keyword: &str| value.get(keyword).is_some_and(|text| text != "");
    let is_of_client = CLIENT_HEADERS.iter().any(|name| value["in"] == "header" && value["name"] == *name);
    if is_element && !is_of_client && !["summary", "description", "$ref"].into_iter().any(has) {
        found.push(pointer.to_owned());
    }
}

/// Returns `true` for the response of an error status, and for extensions.
fn is_error(pointer: &str, key: &str) -> bool {
    key.starts_with("x-") || pointer.ends_with("/responses") && !key.starts_with('2')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_without_a_text_are_listed() {
        let envelope = json!({"schema": {"properties": {"code": {}}}});
        let spec = json!({
            "paths": {"/a": {"get": {
                "operationId": "a",
                "parameters": [{"name": "b", "in": "query"}, {"$ref": "#/c"}],
                "responses": {"400": {"content": {"application/json": envelope}}},
            }}},
            "components": {"schemas": {
                "A": {"description": "A thing", "properties": {"b": {"description": ""}, "c": {"$ref": "#/d"}}},
            }},
        });
        let mut found = Vec::new();
        elements(&spec, "", &mut found);
        assert_eq!(found, ["/paths/~1a/get", "/paths/~1a/get/parameters/0", "/components/schemas/A/properties/b"]);
    }
}
