//! Types that a published spec has lost.
//!
//! Meld's exporter turns parameters into strings with the default `""`, and some schemas into empty ones. The earlier type
//! is recorded beside the lost one in `x-earlier`; a repair of `meld-gen` restores it.

use serde_json::{Map, Value, json};

use super::{METHODS, component_schemas};

const EXTENSION: &str = "x-earlier";

/// Keywords that do not determine a type.
const ANNOTATIONS: [&str; 12] = [
    "$comment",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "readOnly",
    "summary",
    "title",
    "writeOnly",
];

/// A spec that may still have a lost type.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// The file name.
    pub file: &'a str,
    /// The spec.
    pub root: &'a Value,
}

/// Records the earlier types of parameters and schemas that have lost theirs. The first of `earlier` that has a parameter
/// or schema with a type decides.
pub fn keep(root: &mut Value, earlier: &[Earlier<'_>]) {
    let names: Vec<String> = component_schemas(root).into_iter().flatten().map(|(name, _)| name.clone()).collect();
    parameters(root, earlier, &names);
    let Some(Value::Object(schemas)) = root.pointer_mut("/components/schemas") else { return };
    for (name, schema) in schemas {
        let pointer = format!("/components/schemas/{}", escaped(name));
        keep_schema(schema, &pointer, earlier, &names);
    }
}

fn parameters(root: &mut Value, earlier: &[Earlier<'_>], names: &[String]) {
    let Some(Value::Object(paths)) = root.get_mut("paths") else { return };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else { continue };
        for (method, operation) in item {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let listed = operation.get_mut("parameters").and_then(Value::as_array_mut);
            let place = format!("/paths/{}/{method}/parameters", escaped(path));
            for parameter in listed.into_iter().flatten() {
                keep_parameter(parameter, &place, earlier, names);
            }
        }
    }
}

fn keep_parameter(parameter: &mut Value, place: &str, earlier: &[Earlier<'_>], names: &[String]) {
    let identity = (parameter.get("in").cloned(), parameter.get("name").cloned());
    let Some(Value::Object(schema)) = parameter.get_mut("schema") else { return };
    schema.shift_remove(EXTENSION);
    if !has_lost_type(schema) {
        return;
    }
    let same = |other: &&Value| (other.get("in").cloned(), other.get("name").cloned()) == identity;
    for spec in earlier {
        let listed = spec.root.pointer(place).and_then(Value::as_array);
        let found = listed.into_iter().flatten().find(same);
        let Some(Value::Object(old)) = found.and_then(|found| found.get("schema")) else {
            continue;
        };
        if let Some(known) = old.get(EXTENSION) {
            schema.insert(EXTENSION.to_owned(), known.clone());
            return;
        }
        if !has_lost_type(old) {
            let type_of_old = without_annotations(old);
            if type_of_old != without_annotations(schema) && has_targets(&type_of_old, names) {
                record(schema, spec.file, type_of_old);
            }
            return;
        }
    }
}

/// Returns `true` for a string with an empty default and nothing else.
fn has_lost_type(schema: &Map<String, Value>) -> bool {
    schema.get("default").is_some_and(|default| default == "")
        && without_annotations(schema) == *json!({"type": "string"}).as_object().unwrap_or(&Map::new())
}

fn keep_schema(schema: &mut Value, pointer: &str, earlier: &[Earlier<'_>], names: &[String]) {
    let Some(object) = schema.as_object_mut() else { return };
    object.shift_remove(EXTENSION);
    if is_untyped(object) {
        let old = earlier.iter().find_map(|spec| {
            let old = spec.root.pointer(pointer)?.as_object()?;
            Some((spec.file, old))
        });
        match old {
            Some((_, old)) if old.contains_key(EXTENSION) => {
                object.insert(EXTENSION.to_owned(), old[EXTENSION].clone());
            }
            Some((file, old)) if !is_untyped(old) && has_targets(old, names) => {
                let old: Map<String, Value> = old.clone();
                record(object, file, old);
            }
            _ => {}
        }
        return;
    }
    for (keyword, inner) in object.iter_mut() {
        let place = format!("{pointer}/{keyword}");
        match (keyword.as_str(), inner) {
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties {
                    let place = format!("{place}/{}", escaped(name));
                    keep_schema(property, &place, earlier, names);
                }
            }
            ("allOf", Value::Array(members)) => {
                for (index, member) in members.iter_mut().enumerate() {
                    keep_schema(member, &format!("{place}/{index}"), earlier, names);
                }
            }
            ("items", items) => keep_schema(items, &place, earlier, names),
            _ => {}
        }
    }
}

/// Returns `true` if a schema accepts any value.
fn is_untyped(schema: &Map<String, Value>) -> bool {
    without_annotations(schema).is_empty()
}

/// Returns `true` if the spec has all components that a schema refers to.
fn has_targets(schema: &Map<String, Value>, names: &[String]) -> bool {
    let mut targets = std::collections::BTreeSet::new();
    schema.values().for_each(|value| super::references(value, &mut targets));
    targets.iter().all(|target| names.contains(target))
}

fn without_annotations(schema: &Map<String, Value>) -> Map<String, Value> {
    let is_kept = |key: &&String| !ANNOTATIONS.contains(&key.as_str()) && !key.starts_with("x-");
    let kept = schema.iter().filter(|(key, _)| is_kept(key));
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn record(schema: &mut Map<String, Value>, file: &str, earlier: Map<String, Value>) {
    schema.insert(EXTENSION.to_owned(), json!({"file": file, "schema": earlier}));
}

/// Returns a name as a token of a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
