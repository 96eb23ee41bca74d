//! Changes of a merged spec that keep what published specs lose or only describe.
//!
//! | Module | Contents |
//! |---|---|
//! | `earlier` | types that the published spec has lost |
//! | `codes` | error codes, from descriptions |
//! | `documented` | operations that only guides have, for a new date |
//! | `moved` | elements of ours that are published elsewhere |
//! | `reachable` | removal of what no operation reaches |
//! | `withdrawn` | operations that are no longer published, as a supplement |

pub mod codes;
pub mod documented;
pub mod earlier;
pub mod moved;
pub mod reachable;
#[cfg(test)]
mod tests;
pub mod withdrawn;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// A supplement, and the operations that are new in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Supplement {
    /// The content of the file.
    pub root: Value,
    /// Method and path of each operation.
    pub operations: Vec<String>,
}

/// The methods of a path item.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The prefix of references to component schemas.
const SCHEMAS: &str = "#/components/schemas/";

/// Returns the operations of a spec with their paths and methods.
fn operations(root: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = root.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        let methods = methods.filter(|(method, _)| METHODS.contains(&method.as_str()));
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Returns `true` if a spec has an operation with this path and method.
fn has(root: &Value, path: &str, method: &str) -> bool {
    root.get("paths").and_then(|paths| paths.get(path)?.get(method)).is_some()
}

/// Returns the method and path of an operation, as in messages.
fn name(path: &str, method: &str) -> String {
    format!("{} {path}", method.to_uppercase())
}

/// Returns a supplement of `spec` without operations.
fn skeleton(spec: &Value) -> Value {
    json!({
        "openapi": spec.get("openapi").cloned().unwrap_or_else(|| json!("3.1.0")),
        "info": spec.get("info").cloned().unwrap_or_default(),
        "paths": {},
        "components": {"schemas": {}}
    })
}

/// Adds the security schemes that the operations of a supplement require and the published spec lacks. Without its scheme, an
/// operation would be sent with the API key.
fn schemes(supplement: &mut Value, from: &Value, published: &Value) {
    let place = "/components/securitySchemes";
    let known = |root: &Value, name: &str| root.pointer(place).is_some_and(|schemes| schemes.get(name).is_some());
    for name in reachable::required_schemes(supplement) {
        let scheme = from.pointer(place).and_then(|schemes| schemes.get(&name));
        if let Some(scheme) = scheme.filter(|_| !known(published, &name) && !known(supplement, &name)) {
            supplement["components"]["securitySchemes"][&name] = scheme.clone();
        }
    }
}

fn component_schemas(root: &Value) -> Option<&Map<String, Value>> {
    root.pointer("/components/schemas")?.as_object()
}

/// Adds the names of the component schemas that a value refers to.
fn references(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(SCHEMAS) {
                names.insert(name.split('/').next().unwrap_or(name).to_owned());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        Value::Object(object) => object.values().for_each(|value| references(value, names)),
        _ => {}
    }
}
