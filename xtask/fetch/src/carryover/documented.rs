//! Operations that only guides have. Meld serves them for newer dates too, so that a new date starts with those of the date
//! before.

use serde_json::Value;

use super::{Supplement, component_schemas, has, name, operations, reachable, schemes, skeleton};

/// Returns the supplement of a new date, or `None` if nothing has to be taken over.
///
/// It has the operations of `previous`, the supplement of the date before, that are neither withdrawn nor part of `published`,
/// and the schemas that `published` lacks. These are in `previous` or in `spec`, the spec of the date before.
pub fn supplement(previous: &Value, spec: &Value, published: &Value) -> Option<Supplement> {
    let mut root = skeleton(published);
    let mut taken = Vec::new();
    for (path, method, operation) in operations(previous) {
        if operation.get("x-withdrawn").is_none() && !has(published, path, method) {
            root["paths"][path][method] = operation.clone();
            taken.push(name(path, method));
        }
    }
    if taken.is_empty() {
        return None;
    }
    let mut old = spec.clone();
    for (name, schema) in component_schemas(previous).into_iter().flatten() {
        old["components"]["schemas"][name] = schema.clone();
    }
    let new = component_schemas(published).cloned().unwrap_or_default();
    let mut merged = root.clone();
    merged["components"]["schemas"] = new.clone().into();
    let reached = reachable::reached(&merged, Some(&old));
    for (name, schema) in component_schemas(&old).into_iter().flatten() {
        if reached.contains(name) && !new.contains_key(name) {
            root["components"]["schemas"][name] = schema.clone();
        }
    }
    schemes(&mut root, previous, published);
    Some(Supplement { root, operations: taken })
}
