//! Removal of what no operation reaches: schemas of Meld's own dashboards, security schemes and tags.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{component_schemas, references};

/// Removes unreachable schemas and security schemes, and the list of tags, which only describes. Returns the JSON pointers
/// of the removed schemas.
pub fn prune(root: &mut Value) -> Vec<String> {
    let reached = reached(root, None);
    let mut removed = Vec::new();
    if let Some(schemas) = root.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.retain(|name, _| {
            let keep = reached.contains(name);
            if !keep {
                removed.push(format!("/components/schemas/{name}"));
            }
            keep
        });
    }
    let required = required_schemes(root);
    let schemes = root.pointer_mut("/components/securitySchemes").and_then(Value::as_object_mut);
    if let Some(schemes) = schemes.filter(|_| !required.is_empty()) {
        schemes.retain(|name, _| required.contains(name));
    }
    if let Some(root) = root.as_object_mut() {
        root.shift_remove("tags");
    }
    removed
}

/// Returns the names of the component schemas that everything else in `root` reaches. Schemas that `root` lacks are those of
/// `other`.
pub fn reached(root: &Value, other: Option<&Value>) -> BTreeSet<String> {
    let schema = |name: &str| {
        let own = component_schemas(root).and_then(|schemas| schemas.get(name));
        own.or_else(|| component_schemas(other?)?.get(name))
    };
    let mut open = BTreeSet::new();
    for (key, value) in root.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("components", Value::Object(parts)) => {
                let parts = parts.iter().filter(|(part, _)| *part != "schemas");
                parts.for_each(|(_, part)| references(part, &mut open));
            }
            _ => references(value, &mut open),
        }
    }
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop_first() {
        let Some(found) = schema(&name) else { continue };
        if !reached.insert(name.clone()) {
            continue;
        }
        let mut next = BTreeSet::new();
        references(found, &mut next);
        if let Some(discriminator) = found.get("discriminator") {
            next.extend(children(root, &name));
            let mapping = discriminator.get("mapping").and_then(Value::as_object);
            // A bare name is that of a component.
            let targets = mapping.into_iter().flatten().filter_map(|(_, to)| to.as_str());
            next.extend(targets.map(str::to_owned));
        }
        open.extend(next.into_iter().filter(|name| !reached.contains(name)));
    }
    reached
}

/// Returns the schemas that extend a parent by `allOf`.
fn children(root: &Value, parent: &str) -> Vec<String> {
    let reference = format!("{}{parent}", super::SCHEMAS);
    let extends = |schema: &Value| {
        let members = schema.get("allOf").and_then(Value::as_array);
        members
            .is_some_and(|members| members.iter().any(|member| member.get("$ref").is_some_and(|to| *to == *reference)))
    };
    let schemas = component_schemas(root).into_iter().flatten();
    schemas.filter(|(_, schema)| extends(schema)).map(|(name, _)| name.clone()).collect()
}

/// Returns the names of the security schemes that a spec or its operations require.
pub fn required_schemes(root: &Value) -> BTreeSet<String> {
    let of_operations = super::operations(root).filter_map(|(_, _, it)| it.get("security"));
    let lists = of_operations.chain(root.get("security")).filter_map(Value::as_array);
    let names = lists.flatten().filter_map(Value::as_object).flat_map(|schemes| schemes.keys());
    names.cloned().collect()
}
