//! Cycles that no type can have: schemas that are part of themselves through references and combining keywords.

use std::collections::HashMap;

use openapiv3::{OpenAPI, ReferenceOr, Schema, SchemaKind};

use crate::error::{Error, ErrorKind, Location, Result, pointer_push};
use crate::spec::visit::{SchemaRef, component_name};

/// Maximum number of names of a cycle in a message.
const LISTED: usize = 12;

/// Checks that no component schema is part of itself.
///
/// A schema may contain itself in a property, in items or in additional properties, because a value ends there. It
/// must not be an alias of itself, nor contain itself in `allOf`, `oneOf`, `anyOf` or `not`.
///
/// # Errors
/// Returns [`ErrorKind::ReferenceCycle`] for the first cycle, with its names.
pub fn check(api: &OpenAPI) -> Result<()> {
    let parts = parts(api);
    let mut finished: HashMap<&str, bool> = HashMap::new();
    for start in parts.keys().copied() {
        if finished.contains_key(start) {
            continue;
        }
        // The path from `start`: each component with the number of its parts that were visited.
        let mut way = vec![(start, 0)];
        finished.insert(start, false);
        while let Some((name, looked_at)) = way.last_mut() {
            let Some((part, _)) = parts.get(name).and_then(|parts| parts.get(*looked_at)) else {
                finished.insert(name, true);
                way.pop();
                continue;
            };
            *looked_at += 1;
            match finished.get(part) {
                Some(true) => {}
                Some(false) => return Err(cycle(&way, part, &parts)),
                // Lowering has already reported dangling references.
                None if parts.contains_key(part) => {
                    finished.insert(part, false);
                    way.push((part, 0));
                }
                None => {}
            }
        }
    }
    Ok(())
}

/// Returns the components that are part of a component, with the JSON pointer of each reference.
type Parts<'a> = indexmap::IndexMap<&'a str, Vec<(&'a str, String)>>;

fn parts(api: &OpenAPI) -> Parts<'_> {
    let schemas = api.components.iter().flat_map(|components| &components.schemas);
    let with_parts = |(name, schema)| {
        let name: &String = name;
        (name.as_str(), parts_of(schema, pointer_push("/components/schemas", name)))
    };
    schemas.map(with_parts).collect()
}

fn parts_of(schema: &SchemaRef, pointer: String) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut open = vec![(schema, pointer)];
    while let Some((schema, pointer)) = open.pop() {
        match schema {
            ReferenceOr::Item(schema) => {
                let members = members(schema).into_iter().rev();
                open.extend(members.map(|(place, member)| (member, format!("{pointer}{place}"))));
            }
            reference => found.extend(component_name(reference).map(|name| (name, pointer))),
        }
    }
    found
}

/// Returns the schemas that apply to the same value as `schema`.
fn members(schema: &Schema) -> Vec<(String, &SchemaRef)> {
    fn numbered<'s>(keyword: &str, list: &'s [SchemaRef]) -> Vec<(String, &'s SchemaRef)> {
        let place = |index: usize| format!("/{keyword}/{index}");
        list.iter().enumerate().map(|(index, member)| (place(index), member)).collect()
    }
    match &schema.schema_kind {
        SchemaKind::Type(_) => Vec::new(),
        SchemaKind::AllOf { all_of } => numbered("allOf", all_of),
        SchemaKind::OneOf { one_of } => numbered("oneOf", one_of),
        SchemaKind::AnyOf { any_of } => numbered("anyOf", any_of),
        SchemaKind::Not { not } => vec![("/not".to_owned(), &**not)],
        SchemaKind::Any(any) => {
            let mut members = numbered("allOf", &any.all_of);
            members.extend(numbered("oneOf", &any.one_of));
            members.extend(numbered("anyOf", &any.any_of));
            members.extend(any.not.iter().map(|not| ("/not".to_owned(), &**not)));
            members
        }
    }
}

fn cycle(way: &[(&str, usize)], back_to: &str, parts: &Parts<'_>) -> Error {
    let names: Vec<&str> = way.iter().map(|(name, _)| *name).skip_while(|name| *name != back_to).collect();
    let next = names.get(1).copied().unwrap_or(back_to);
    let first = parts.get(back_to).into_iter().flatten().find(|(part, _)| *part == next);
    let pointer = first.map_or_else(String::new, |(_, pointer)| pointer.clone());
    let chain = if names.len() > LISTED {
        let left_out = names.len() - LISTED;
        format!("{} → … ({left_out} more)", names[..LISTED].join(" → "))
    } else {
        names.join(" → ")
    };
    Error::new(
        ErrorKind::ReferenceCycle,
        Location::at(pointer),
        format!("a schema is part of itself: {chain} → {back_to}"),
        "refer to one of them from a property of the other, or remove the reference",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn api(schemas: Value) -> OpenAPI {
        serde_json::from_value(json!({
            "openapi": "3.0.3",
            "info": {"title": "Test", "version": "1"},
            "paths": {},
            "components": {"schemas": schemas}
        }))
        .unwrap()
    }

    fn to(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn cycles_through_values_are_accepted() {
        for schemas in [
            json!({}),
            json!({"A": {"type": "object", "properties": {"a": to("A")}}}),
            json!({"A": {"type": "array", "items": to("B")}, "B": {"oneOf": [to("A")]}}),
            json!({"A": {"additionalProperties": to("A"), "allOf": [to("B")]}, "B": {}}),
            json!({"A": {"allOf": [to("B"), to("C")]}, "B": to("C"), "C": {"type": "string"}}),
            json!({"A": to("Missing")}),
        ] {
            assert_eq!(check(&api(schemas.clone())), Ok(()), "{schemas}");
        }
    }

    #[test]
    fn self_contained_schemas_are_rejected() {
        for (schemas, pointer, chain) in [
            (json!({"A": to("A")}), "A", "A → A;"),
            (json!({"A": to("B"), "B": to("A")}), "A", "A → B → A;"),
            (json!({"C": to("A"), "A": {"allOf": [{}, to("A")]}}), "A/allOf/1", ": A → A;"),
            (
                json!({"A": {"oneOf": [to("B")]}, "B": {"required": ["x"], "allOf": [to("A")]}}),
                "A/oneOf/0",
                "A → B → A;",
            ),
            (
                json!({"A": {"anyOf": [{"oneOf": [{"not": to("B")}]}]}, "B": {"not": to("A")}}),
                "A/anyOf/0/oneOf/0/not",
                "A → B → A;",
            ),
            (json!({"A": {"type": "object", "not": to("A")}}), "A/not", "A → A;"),
        ] {
            let error = check(&api(schemas)).unwrap_err();
            assert_eq!(error.kind, ErrorKind::ReferenceCycle);
            assert_eq!(error.location.pointer, format!("/components/schemas/{pointer}"));
            assert!(error.to_string().contains(chain), "{error}");
        }
    }

    #[test]
    fn long_chains_need_no_stack() {
        let chain = |last: Value| {
            let mut schemas = serde_json::Map::new();
            for index in 0..10_000 {
                schemas.insert(format!("S{index}"), to(&format!("S{}", index + 1)));
            }
            schemas.insert("S10000".to_owned(), last);
            api(Value::Object(schemas))
        };
        assert_eq!(check(&chain(json!({"type": "string"}))), Ok(()));
        let error = check(&chain(to("S0"))).unwrap_err();
        assert!(error.to_string().contains("S11 → … (9989 more) → S0"), "{error}");
    }
}
