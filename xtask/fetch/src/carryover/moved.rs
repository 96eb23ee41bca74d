//! Our spec with its elements where the published one has them, so that they keep their text and their types.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{component_schemas, has, name};

/// An operation that is published at another path or with another method.
struct Move {
    from: (String, String),
    to: (String, String),
}

/// Moves each operation of `ours` to the position that `published` has for its operationId, if the old position is no longer
/// published and the new one is new. Returns the old and the new method and path of each.
pub fn operations(ours: &mut Value, published: &Value) -> Vec<(String, String)> {
    let moves = moves(ours, published);
    for Move { from, to } in &moves {
        let item = ours["paths"][&from.0].as_object_mut();
        let Some(operation) = item.and_then(|item| item.shift_remove(&from.1)) else { continue };
        ours["paths"][&to.0][&to.1] = operation;
    }
    moves.iter().map(|it| (name(&it.from.0, &it.from.1), name(&it.to.0, &it.to.1))).collect()
}

fn moves(ours: &Value, published: &Value) -> Vec<Move> {
    let gone = super::operations(ours).filter(|(path, method, _)| !has(published, path, method));
    let found = gone.filter_map(|(path, method, operation)| {
        let id = operation.get("operationId")?;
        let mut new = super::operations(published).filter(|(path, method, _)| !has(ours, path, method));
        let to = new.find(|(_, _, operation)| operation.get("operationId") == Some(id))?;
        Some(Move { from: (path.to_owned(), method.to_owned()), to: (to.0.to_owned(), to.1.to_owned()) })
    });
    found.collect()
}

/// Renames the schemas of `ours` whose names differ from published ones only in the date at the end. References to them stay,
/// because they are structure, which is taken from the published spec.
pub fn schemas(ours: &mut Value, published: &Value) {
    let Some(new) = component_schemas(published) else { return };
    let Some(Value::Object(schemas)) = ours.pointer_mut("/components/schemas") else { return };
    let known: BTreeSet<String> = schemas.keys().cloned().collect();
    let renamed = |name: &str| {
        let undated = without_date(name);
        let mut candidates = new.keys().filter(|new| !known.contains(*new) && without_date(new) == undated);
        candidates.next().filter(|_| candidates.next().is_none()).cloned()
    };
    let mut result = Map::new();
    for (name, schema) in std::mem::take(schemas) {
        let place = if new.contains_key(&name) { None } else { renamed(&name) };
        let place = place.filter(|place| !result.contains_key(place)).unwrap_or(name);
        result.insert(place, schema);
    }
    *schemas = result;
}

/// Returns a name without the eight digits of a date at its end, such as `Quote` for `Quote20260203`.
fn without_date(name: &str) -> &str {
    let undated = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if name.len() == undated.len() + 8 { undated } else { name }
}
