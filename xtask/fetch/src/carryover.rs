//! Changes of a merged spec that keep what published specs lose or only describe.
//!
//! | Module | Contents |
//! |---|---|
//! | `earlier` | types that the published spec has lost |
//! | `codes` | error codes, from descriptions |
//! | `reachable` | removal of what no operation reaches |
//! | `withdrawn` | operations that are no longer published, as a supplement |

pub mod codes;
pub mod earlier;
pub mod reachable;
#[cfg(test)]
mod tests;
pub mod withdrawn;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

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
