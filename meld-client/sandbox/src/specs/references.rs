//! References in one form: JSON pointers whose characters are not escaped.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Decodes the references of a spec, and replaces anchors with the pointers of their schemas.
pub(super) fn normalize(root: &mut Value) {
    let mut anchors = BTreeMap::new();
    collect(root, "", &mut anchors);
    let own = root.get("$self").and_then(Value::as_str).and_then(|own| own.split('#').next()).map(str::to_owned);
    rewrite(root, own.as_deref(), &anchors);
    let mut dangling = BTreeSet::new();
    find_dangling(root, root, &mut dangling);
    if !dangling.is_empty() {
        remove(root, &dangling);
    }
}

/// Finds references without a target, which an extension can bring into a schema.
fn find_dangling(value: &Value, root: &Value, dangling: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_dangling(item, root, dangling)),
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref")
                && reference.strip_prefix('#').is_some_and(|pointer| root.pointer(pointer).is_none())
            {
                dangling.insert(reference.clone());
            }
            fields.values().for_each(|value| find_dangling(value, root, dangling));
        }
        _ => {}
    }
}

fn remove(value: &mut Value, dangling: &BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| remove(item, dangling)),
        Value::Object(fields) => {
            if fields.get("$ref").and_then(Value::as_str).is_some_and(|reference| dangling.contains(reference)) {
                fields.remove("$ref");
            }
            fields.values_mut().for_each(|value| remove(value, dangling));
        }
        _ => {}
    }
}

fn collect(value: &Value, pointer: &str, anchors: &mut BTreeMap<String, String>) {
    let mut inside = |token: &str, value: &Value| {
        if value.is_object() || value.is_array() {
            let token = token.replace('~', "~0").replace('/', "~1");
            collect(value, &format!("{pointer}/{token}"), anchors);
        }
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| inside(&index.to_string(), item)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| inside(name, value));
            for keyword in ["$anchor", "$dynamicAnchor"] {
                if let Some(name) = fields.get(keyword).and_then(Value::as_str) {
                    anchors.entry(name.to_owned()).or_insert_with(|| pointer.to_owned());
                }
            }
        }
        _ => {}
    }
}

/// Returns the fragment of a reference inside of the spec, whose URL `$self` may be.
fn fragment<'r>(reference: &'r str, own: Option<&str>) -> Option<&'r str> {
    let (base, fragment) = reference.split_once('#')?;
    let is_own = |own: &str| own == base || own.rsplit('/').next() == Some(base.trim_start_matches("./"));
    (base.is_empty() || own.is_some_and(is_own)).then_some(fragment)
}

fn rewrite(value: &mut Value, own: Option<&str>, anchors: &BTreeMap<String, String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, own, anchors)),
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get_mut("$ref")
                && let Some(fragment) = fragment(reference, own)
            {
                let fragment = percent_decode_str(fragment).decode_utf8_lossy();
                let pointer = anchors.get(fragment.as_ref()).map_or(fragment.as_ref(), String::as_str);
                *reference = format!("#{pointer}");
            }
            // A schema with a base of its own resolves references differently. A dynamic reference accepts any value.
            for keyword in ["$id", "$schema", "$anchor", "$dynamicAnchor", "$dynamicRef"] {
                if fields.get(keyword).is_some_and(Value::is_string) {
                    fields.remove(keyword);
                }
            }
            fields.values_mut().for_each(|value| rewrite(value, own, anchors));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_decoded_and_anchors_resolved() {
        let mut root = json!({"$self": "https://example.com/a/api.json", "components": {"schemas": {
            "A B<C>": {"$anchor": "there", "$id": "https://example.com/x", "type": "string"},
            "X": {"properties": {"$ref": {"$ref": "#/components/schemas/A%20B%3CC%3E"}, "y": {"$ref": "api.json#there"},
                "z": {"items": {"$ref": "#/components/schemas/Gone"}}}}
        }}});
        normalize(&mut root);
        let target = json!({"$ref": "#/components/schemas/A B<C>"});
        assert_eq!(
            root["components"]["schemas"],
            json!({"A B<C>": {"type": "string"}, "X": {"properties": {"$ref": target, "y": target, "z": {"items": {}}}}})
        );
    }
}
