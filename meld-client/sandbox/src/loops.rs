//! Schemas that need themselves: a member of a union that extends the union. No value can be checked by them, so the
//! reference that closes the loop is left out.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The keywords whose schemas hold of the same value. The first is left out first: a union keeps its members.
const IN_PLACE: [&str; 3] = ["allOf", "oneOf", "anyOf"];

const SCHEMAS: &str = "#/components/schemas/";

/// Leaves out what closes a loop.
pub(crate) fn cut(root: &mut Value) {
    let Some(schemas) = root.pointer_mut("/components/schemas").and_then(Value::as_object_mut)
    else {
        return;
    };
    let names: Vec<String> = schemas.keys().cloned().collect();
    for keyword in IN_PLACE {
        for name in &names {
            let members = members(&schemas[name], Some(keyword));
            let closing: BTreeSet<String> = members
                .into_iter()
                .filter(|member| leads_to(schemas, member, name))
                .map(str::to_owned)
                .collect();
            if let Some(schema) = schemas.get_mut(name).filter(|_| !closing.is_empty()) {
                leave_out(schema, keyword, &closing);
            }
        }
    }
}

/// The schemas that a schema refers to in place: all, or those in the lists of one keyword.
fn members<'a>(schema: &'a Value, keyword: Option<&str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut open = vec![(schema, keyword.is_none())];
    while let Some((schema, counts)) = open.pop() {
        let reference = schema.get("$ref").and_then(Value::as_str).filter(|_| counts);
        found.extend(reference.and_then(|reference| reference.strip_prefix(SCHEMAS)));
        for list in IN_PLACE.into_iter().filter(|list| is_searched(keyword, list)) {
            let counts = keyword.is_none_or(|keyword| keyword == list);
            let members = schema.get(list).and_then(Value::as_array);
            open.extend(members.into_iter().flatten().map(|member| (member, counts)));
        }
    }
    found
}

/// Returns `true` if a list may hold what a keyword closes. An `allOf` within a union is the union's member, which stays.
fn is_searched(keyword: Option<&str>, list: &str) -> bool {
    keyword != Some("allOf") || list == "allOf"
}

/// Returns `true` if one schema refers to the other in place, by whatever way.
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

fn leave_out(schema: &mut Value, keyword: &str, closing: &BTreeSet<String>) {
    for list in IN_PLACE.into_iter().filter(|list| is_searched(Some(keyword), list)) {
        let Some(members) = schema.get_mut(list).and_then(Value::as_array_mut) else { continue };
        if list == keyword {
            members.retain(|member| {
                let reference = member.get("$ref").and_then(Value::as_str);
                let name = reference.and_then(|reference| reference.strip_prefix(SCHEMAS));
                !name.is_some_and(|name| closing.contains(name))
            });
        }
        for member in members.iter_mut() {
            leave_out(member, keyword, closing);
        }
        // A list without members is no schema.
        if members.is_empty() {
            schema.as_object_mut().and_then(|fields| fields.remove(list));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_no_longer_extend_their_union() {
        let reference = |name: &str| json!({ "$ref": format!("{SCHEMAS}{name}") });
        let mut root = json!({ "components": { "schemas": {
            "Pet": { "oneOf": [{ "title": "Cat", "allOf": [reference("Cat")] }, reference("Dog")] },
            "Cat": { "allOf": [reference("Pet"), { "type": "object" }] },
            "Dog": { "allOf": [{ "allOf": [reference("Pet")] }, reference("Tail")] },
            "Tail": { "properties": { "of": reference("Dog") } },
        } } });
        cut(&mut root);
        assert_eq!(
            root["components"]["schemas"],
            json!({
                "Pet": { "oneOf": [{ "title": "Cat", "allOf": [reference("Cat")] }, reference("Dog")] },
                "Cat": { "allOf": [{ "type": "object" }] },
                "Dog": { "allOf": [{}, reference("Tail")] },
                "Tail": { "properties": { "of": reference("Dog") } },
            })
        );
    }
}
