//! Operations that a spec lacks, from its supplement, and types that it has lost.
//!
//! A path with a fragment, such as `/orders#raw`, is a variant: an operation of the path and method of another, with
//! another body. OpenAPI has no two operations of one path and method.

use std::collections::BTreeSet;

use serde_json::Value;

use super::paths;

/// The extension with the earlier schema of a parameter or schema that has lost its type.
const EARLIER: &str = "x-earlier";

/// Adds the operations and schemas of a supplement that the spec does not have. Returns the JSON pointers of the variants.
pub(super) fn merge(root: &mut Value, mut supplement: Value) -> BTreeSet<String> {
    let mut variants = BTreeSet::new();
    if let Some(Value::Object(paths)) = supplement.get_mut("paths").map(Value::take) {
        for (path, item) in paths {
            let Value::Object(operations) = item else { continue };
            for (method, operation) in operations {
                if path.contains('#') {
                    variants.insert(format!("/paths/{}/{method}", paths::escape(&path)));
                }
                add(&mut root["paths"][path.as_str()], &method, operation);
            }
        }
    }
    for kind in ["schemas", "securitySchemes"] {
        let components = supplement.get_mut("components").and_then(|components| components.get_mut(kind));
        if let Some(Value::Object(components)) = components.map(Value::take) {
            for (name, component) in components {
                add(&mut root["components"][kind], &name, component);
            }
        }
    }
    variants
}

fn add(parent: &mut Value, key: &str, value: Value) {
    if parent.get(key).is_none() {
        parent[key] = value;
    }
}

/// Replaces each schema that has lost its type with the earlier one.
pub(super) fn restore_types(value: &mut Value) {
    if let Some(earlier) = value.get_mut(EARLIER).and_then(|it| it.get_mut("schema")) {
        *value = earlier.take();
        return;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(restore_types),
        Value::Object(fields) => fields.values_mut().for_each(restore_types),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn supplements_add_only_missing_parts() {
        let mut root = json!({
            "paths": {"/a": {"get": "published"}},
            "components": {"schemas": {"A": {"x-earlier": {"schema": {"type": "integer"}}}}}
        });
        let supplement = json!({
            "paths": {"/a": {"get": "ours", "post": "ours"}, "/b#c": {"get": "ours"}},
            "components": {"schemas": {"A": {}, "B": {}}, "securitySchemes": {"Token": {}}}
        });
        let variants = merge(&mut root, supplement);
        assert_eq!(variants, BTreeSet::from(["/paths/~1b#c/get".to_owned()]));
        restore_types(&mut root);
        assert_eq!(
            root,
            json!({
                "paths": {"/a": {"get": "published", "post": "ours"}, "/b#c": {"get": "ours"}},
                "components": {"schemas": {"A": {"type": "integer"}, "B": {}}, "securitySchemes": {"Token": {}}}
            })
        );
    }
}
