//! Removal of recursive compositions, such as a union member that extends its union with `allOf`. No finite validator
//! exists for them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The keywords whose schemas apply to the same value, in the order in which references are removed: a union keeps its
/// members.
const COMPOSITIONS: [&str; 3] = ["allOf", "oneOf", "anyOf"];

const SCHEMAS: &str = "#/components/schemas/";

/// Removes the references that close a cycle.
pub(crate) fn cut(root: &mut Value) {
    let Some(schemas) = root.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    let names: Vec<String> = schemas.keys().cloned().collect();
    for keyword in COMPOSITIONS {
        for name in &names {
            let members = members(&schemas[name], Some(keyword));
            let closing: BTreeSet<String> =
                members.into_iter().filter(|member| leads_to(schemas, member, name)).map(str::to_owned).collect();
            if let Some(schema) = schemas.get_mut(name).filter(|_| !closing.is_empty()) {
                remove(schema, keyword, &closing);
            }
        }
    }
}

/// Returns the names of the schemas that a schema is composed of: all, or those in the lists of one keyword.
fn members<'a>(schema: &'a Value, keyword: Option<&str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut open = vec![(schema, keyword.is_none())];
    while let Some((schema, counts)) = open.pop() {
        let reference = schema.get("$ref").and_then(Value::as_str).filter(|_| counts);
        found.extend(reference.and_then(|reference| reference.strip_prefix(SCHEMAS)));
        for list in COMPOSITIONS.into_iter().filter(|list| is_searched(keyword, list)) {
            let counts = keyword.is_none_or(|keyword| keyword == list);
            let members = schema.get(list).and_then(Value::as_array);
            open.extend(members.into_iter().flatten().map(|member| (member, counts)));
        }
    }
    found
}

/// Returns `true` if a list may hold references of `keyword`. An `allOf` within a union is a member, which stays.
fn is_searched(keyword: Option<&str>, list: &str) -> bool {
    keyword != Some("allOf") || list == "allOf"
}

/// Returns `true` if the schema `from` is directly or indirectly composed of `to`.
fn leads_to(schemas: &Map<String, Value>, from: &str, to: &str) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if let Some(schema) = schemas.get(name).filter(|_| seen.insert(name)) {
            open.extend(members(schema, None));
        }
    }
    false
}

fn remove(schema: &mut Value, keyword: &str, closing: &BTreeSet<String>) {
    for list in COMPOSITIONS.into_iter().filter(|list| is_searched(Some(keyword), list)) {
        let Some(members) = schema.get_mut(list).and_then(Value::as_array_mut) else { continue };
        if list == keyword {
            members.retain(|member| {
                let reference = member.get("$ref").and_then(Value::as_str);
                let name = reference.and_then(|reference| reference.strip_prefix(SCHEMAS));
                !name.is_some_and(|name| closing.contains(name))
            });
        }
        for member in members.iter_mut() {
            remove(member, keyword, closing);
        }
        // An empty composition is not a valid schema.
        if members.is_empty() {
            schema.as_object_mut().and_then(|fields| fields.remove(list));
        }
    }
}
