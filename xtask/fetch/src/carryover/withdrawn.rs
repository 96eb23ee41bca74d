//! Operations that Meld no longer publishes. They stay callable by a supplement, which the maintainer may edit or delete.

use serde_json::{Map, Value, json};

use super::{Supplement, component_schemas, has, name, operations, reachable, schemes, skeleton};

const WITHDRAWN: &str = "x-withdrawn";

/// The note of an operation that is not published anywhere.
const NOTE: &str = "Meld no longer publishes this operation";

/// Replaces the note of operations that other families now publish. `families` are modules with their specs of the same date.
/// Returns a line for each operation.
pub fn note_families(supplement: &mut Value, families: &[(&str, &Value)]) -> Vec<String> {
    let mut lines = Vec::new();
    let moved: Vec<_> = operations(supplement)
        .filter(|(_, _, operation)| operation.get(WITHDRAWN).is_some_and(|note| note == NOTE))
        .filter_map(|(path, method, _)| {
            let (family, _) = families.iter().find(|(_, spec)| has(spec, path, method))?;
            Some((path.to_owned(), method.to_owned(), (*family).to_owned()))
        })
        .collect();
    for (path, method, family) in moved {
        lines.push(format!("{} is now an operation of {family}", name(&path, &method)));
        supplement["paths"][path][method][WITHDRAWN] = json!(format!("Use the same operation of `{family}`"));
    }
    lines
}

/// Returns the supplement with the operations of `ours` that `published` lacks, or `None` if it has all of them.
///
/// Operations and schemas of the existing supplement stay as they are. Schemas that are still published are not part of
/// it. `source` is the URL of the spec.
pub fn supplement(ours: &Value, published: &Value, existing: Option<&Value>, source: &str) -> Option<Supplement> {
    let missing: Vec<_> = operations(ours).filter(|(path, method, _)| !has(published, path, method)).collect();
    if missing.is_empty() {
        return None;
    }
    let mut lists = Vec::new();
    widened_lists(ours, published, &mut lists);
    let mut root = existing.cloned().unwrap_or_else(|| skeleton(ours));
    for (path, method, operation) in &missing {
        let item = &mut root["paths"][*path];
        if item.get(*method).is_none() {
            item[*method] = marked(operation, source);
        }
    }
    let components = published.pointer("/components/schemas").cloned().unwrap_or_default();
    // The supplement as it will be merged: published schemas win over its own.
    let mut merged = root.clone();
    merged["components"] = json!({ "schemas": components });
    let reached = reachable::reached(&merged, Some(ours));
    for (name, schema) in component_schemas(ours).into_iter().flatten() {
        let is_known = root["components"]["schemas"].get(name).is_some();
        if reached.contains(name) && components.get(name).is_none() && !is_known {
            let mut schema = schema.clone();
            widen(&mut schema, &lists);
            root["components"]["schemas"][name] = schema;
        }
    }
    schemes(&mut root, ours, published);
    let operations = missing.iter().map(|(path, method, _)| name(path, method)).collect();
    Some(Supplement { root, operations })
}

/// Collects the enums that are longer in the published spec: the old and the new list of values.
fn widened_lists(ours: &Value, published: &Value, lists: &mut Vec<(Value, Value)>) {
    match (ours, published) {
        (Value::Object(ours), Value::Object(published)) => {
            for (key, value) in ours {
                let Some(new) = published.get(key) else { continue };
                match (key.as_str(), value, new) {
                    ("enum", Value::Array(old), Value::Array(all)) => {
                        let is_longer = all.len() > old.len() && old.iter().all(|v| all.contains(v));
                        if is_longer && !lists.iter().any(|(known, _)| known == value) {
                            lists.push((value.clone(), new.clone()));
                        }
                    }
                    _ => widened_lists(value, new, lists),
                }
            }
        }
        (Value::Array(ours), Value::Array(published)) => {
            for (value, new) in ours.iter().zip(published) {
                widened_lists(value, new, lists);
            }
        }
        _ => {}
    }
}

/// Replaces the enums of a withdrawn schema that the published spec has widened elsewhere, such as the list of providers.
fn widen(schema: &mut Value, lists: &[(Value, Value)]) {
    match schema {
        Value::Object(object) => {
            for (key, value) in object {
                match lists.iter().find(|(old, _)| key == "enum" && old == value) {
                    Some((_, new)) => value.clone_from(new),
                    None => widen(value, lists),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| widen(item, lists)),
        _ => {}
    }
}

fn marked(operation: &Value, source: &str) -> Value {
    let mut marked: Map<String, Value> = operation.as_object().cloned().unwrap_or_default();
    marked.insert("x-source".to_owned(), json!(source));
    marked.entry(WITHDRAWN).or_insert_with(|| json!(NOTE));
    Value::Object(marked)
}
