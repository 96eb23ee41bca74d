//! Discriminators, which JSON Schema does not know: each member of a union gets the values of its tag.

use serde_json::{Map, Value, json};

use super::schema::ResolvedSchema;

/// The prefix of references to component schemas.
const SCHEMAS: &str = "#/components/schemas/";

/// Restricts the tags of the members of all unions that have a discriminator.
pub(super) fn apply(root: &mut Value) {
    if !root.to_string().contains("\"discriminator\"") {
        return;
    }
    let whole = root.clone();
    visit(root, &whole);
}

fn visit(value: &mut Value, root: &Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, root)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|value| visit(value, root));
            restrict(fields, root);
        }
        _ => {}
    }
}

fn restrict(union: &mut Map<String, Value>, root: &Value) {
    let Some(discriminator) = union.get("discriminator").cloned() else { return };
    let Some(tag) = discriminator.get("propertyName").and_then(Value::as_str) else { return };
    for keyword in ["oneOf", "anyOf"] {
        for member in union.get_mut(keyword).and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(name) = member.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix(SCHEMAS)) else {
                continue;
            };
            let values = values(&discriminator, name, member, tag, root);
            if !values.is_empty() {
                let tagged = json!({"properties": {tag: {"enum": values}}, "required": [tag]});
                *member = json!({"allOf": [member.take(), tagged]});
            }
        }
    }
}

/// Returns the values of the tag that select a member; none if its own schema states them.
fn values(discriminator: &Value, name: &str, member: &Value, tag: &str, root: &Value) -> Vec<String> {
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let selects =
        |target: &Value| target.as_str().is_some_and(|target| target.strip_prefix(SCHEMAS).unwrap_or(target) == name);
    let mapped: Vec<String> =
        mapping.into_iter().flatten().filter(|(_, target)| selects(target)).map(|(value, _)| value.clone()).collect();
    if !mapped.is_empty() {
        return mapped;
    }
    let own = ResolvedSchema::new(root, &[member]).properties().remove(tag);
    let own = own.map(|schemas| ResolvedSchema::new(root, &schemas));
    match own {
        Some(own) if own.allowed().is_some() || own.kind().is_some_and(|kind| kind != "string") => Vec::new(),
        _ => vec![name.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_the_values_of_their_tags() {
        let reference = |name: &str| json!({"$ref": format!("{SCHEMAS}{name}")});
        let mut root = json!({"components": {"schemas": {
            "Cat": {"properties": {"kind": {"type": "string"}}},
            "Dog": {"properties": {"kind": {"const": "DOG"}}},
            "Pet": {
                "oneOf": [reference("Cat"), reference("Dog"), {"type": "object"}],
                "discriminator": {"propertyName": "kind", "mapping": {"CAT": "Cat", "KITTEN": format!("{SCHEMAS}Cat")}}
            }
        }}});
        apply(&mut root);
        let tagged = json!({"properties": {"kind": {"enum": ["CAT", "KITTEN"]}}, "required": ["kind"]});
        let cat = json!({"allOf": [reference("Cat"), tagged]});
        assert_eq!(root["components"]["schemas"]["Pet"]["oneOf"], json!([cat, reference("Dog"), {"type": "object"}]));
    }
}
