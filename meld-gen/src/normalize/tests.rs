//! The stages of shaping, by the schemas and operations that go in and come out.

use serde_json::{Value, json};

use super::*;
use crate::error::ErrorKind;

/// A lowered document with one operation, `POST /make/{id}`, and these schemas.
fn api(operation: Value, schemas: Value) -> OpenAPI {
    let mut whole = json!({
        "operationId": "make",
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": to("Answer")}}}}
    });
    for (key, value) in operation.as_object().unwrap() {
        whole[key] = value.clone();
    }
    serde_json::from_value(json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {"/make/{id}": {"post": whole}}, "components": {"schemas": schemas}
    }))
    .unwrap()
}

fn to(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

fn one_of_values(values: &[&str]) -> Value {
    json!({"type": "string", "enum": values})
}

fn body(schema: Value) -> Value {
    json!({"requestBody": {"required": true, "content": {"application/json": {"schema": schema}}}})
}

fn shaped(operation: Value, schemas: Value) -> Result<ModuleModel> {
    normalize(api(operation, schemas), &Facts::new(), "t.json", "t")
}

fn names(operation: Value, schemas: Value) -> Vec<String> {
    shaped(operation, schemas).unwrap().types.into_keys().collect()
}

/// What `flatten` makes of the property `Answer.a`, and what it tells.
fn flattened(property: Value, mut schemas: Value) -> (Value, Vec<String>) {
    schemas["Answer"] = object(json!({"a": property}));
    let mut api = api(json!({}), schemas);
    let notices = flatten::flatten(&mut api, "t.json").unwrap();
    let schemas = serde_json::to_value(&api.components.unwrap().schemas).unwrap();
    let messages = notices.iter().map(ToString::to_string).collect();
    (schemas["Answer"]["properties"]["a"].clone(), messages)
}

#[test]
fn composed_schemas_become_plain_ones() {
    let thing = json!({"Thing": object(json!({"t": text()})), "Text": text(), "Side": one_of_values(&["A"])});
    let all = |members: Value| json!({"allOf": members});
    let more = object(json!({"m": text()}));
    let merged = object(json!({"t": text(), "m": text()}));
    for (property, expected) in [
        (all(json!([to("Thing"), more])), merged.clone()),
        (all(json!([all(json!([to("Thing")])), more])), merged.clone()),
        (json!({"allOf": [to("Thing")], "properties": {"m": text()}}), merged),
        // The later of two properties of one name counts.
        (
            all(json!([to("Thing"), object(json!({"t": {"type": "integer"}}))])),
            object(json!({"t": {"type": "integer"}})),
        ),
        (all(json!([to("Thing"), {"description": "d"}])), all(json!([to("Thing")]))),
        (all(json!([to("Side"), {"description": "d"}])), all(json!([to("Side")]))),
        (all(json!([text(), {"description": "d"}])), text()),
        // Aliases are put in their places, with the description of the place.
        (to("Text"), text()),
        (
            json!({"allOf": [to("Text")], "description": "d"}),
            json!({"type": "string", "description": "d"}),
        ),
        (json!({"properties": {"x": text()}}), object(json!({"x": text()}))),
        (json!({"items": text()}), json!({"type": "array", "items": text()})),
    ] {
        let (found, notices) = flattened(property.clone(), thing.clone());
        assert_eq!((found, notices), (expected, vec![]), "{property}");
    }
}

#[test]
fn what_nothing_tells_apart_is_any_json() {
    let schemas =
        json!({"A": object(json!({"a": text()})), "B": object(json!({"b": text()})), "T": text()});
    for (property, message) in [
        (json!({"oneOf": [to("A"), to("B")]}), "variants that nothing tells apart"),
        (json!({"anyOf": [to("A"), text()]}), "variants that nothing tells apart"),
        (json!({"not": to("A")}), "`not`"),
        (json!({"allOf": [to("A"), text()]}), "`allOf` of other things than objects"),
        (json!({"allOf": [to("A"), {"oneOf": [to("B")]}]}), "`allOf` of other things"),
    ] {
        let (found, notices) = flattened(property.clone(), schemas.clone());
        assert_eq!(found, json!({}), "{property}");
        let place = "t.json#/components/schemas/Answer/properties/a: ";
        assert!(notices[0].starts_with(place) && notices[0].contains(message), "{notices:?}");
    }
}

#[test]
fn a_mapping_to_every_member_makes_a_union() {
    let schemas =
        json!({"A": object(json!({"a": text()})), "B": object(json!({"b": text()})), "T": text()});
    let union = |members: &[&str], mapping: Value| {
        let members: Vec<Value> = members.iter().map(|name| to(name)).collect();
        let discriminator = json!({"propertyName": "kind", "mapping": mapping});
        flattened(json!({"oneOf": members, "discriminator": discriminator}), schemas.clone())
    };
    let (found, notices) =
        union(&["A", "B"], json!({"x": "A", "y": "#/components/schemas/B", "z": "A"}));
    assert_eq!(notices, [""; 0]);
    let variants: Vec<_> = found["x-meld-union"]["variants"].as_array().unwrap().iter().collect();
    assert_eq!(variants[2], &json!({"value": "z", "schema": "A"}));
    for (members, mapping) in [
        (&["A", "B"][..], json!({"x": "A"})),
        (&["A"], json!({"x": "A", "y": "B"})),
        (&["A", "T"], json!({"x": "A", "y": "T"})),
        (&[], json!({})),
    ] {
        assert_eq!(union(members, mapping).0.get("x-meld-union"), None, "{members:?}");
    }
}

#[test]
fn of_aliases_that_lead_back_to_themselves_one_stays() {
    let list = |items: Value| json!({"type": "array", "items": items});
    for (aliases, expected) in [
        (json!({"L": list(to("L"))}), &["Answer", "L"][..]),
        (json!({"L": list(to("M")), "M": list(to("L"))}), &["Answer", "L"]),
        (json!({"L": list(to("M")), "M": list(text())}), &["Answer"]),
        (json!({"L": list(to("M")), "M": list(to("M"))}), &["Answer", "M"]),
    ] {
        let mut schemas = aliases.clone();
        schemas["Answer"] = object(json!({"a": to("L")}));
        assert_eq!(names(json!({}), schemas), expected, "{aliases}");
    }
}

#[test]
fn inline_schemas_are_named_after_their_place() {
    let inner = object(json!({"x": text()}));
    let list = |items: &Value| json!({"type": "array", "items": items});
    let map = |value: &Value| json!({"type": "object", "additionalProperties": value});
    for (properties, expected) in [
        (json!({"line": inner}), &["Answer", "AnswerLine"][..]),
        (json!({"lines": list(&inner)}), &["Answer", "AnswerLine"]),
        (json!({"addresses": map(&list(&inner))}), &["Answer", "AnswerAddress"]),
        (json!({"a": object(json!({"b": inner}))}), &["Answer", "AnswerA", "AnswerAb"]),
        (json!({"side": one_of_values(&["A", "B"])}), &["Answer", "Side"]),
        (json!({"sides": list(&one_of_values(&["A", "B"]))}), &["Answer", "Side"]),
        (json!({"type": one_of_values(&["A", "B"])}), &["Answer", "AnswerType"]),
        (json!({"error": one_of_values(&["A", "B"])}), &["Answer", "ErrorSchema"]),
        // Equal sets of values are one type, the larger of two sets has the short name.
        (
            json!({"a": one_of_values(&["A", "B"]), "b": one_of_values(&["B", "A"])}),
            &["A", "Answer"],
        ),
        (
            json!({"side": one_of_values(&["A"]), "sides": one_of_values(&["A", "B"])}),
            &["Answer", "AnswerSide", "Side"],
        ),
    ] {
        let schemas = json!({"Answer": object(properties.clone())});
        assert_eq!(names(json!({}), schemas), expected, "{properties}");
    }
    let schemas = json!({"Answer": inner});
    assert_eq!(names(body(inner.clone()), schemas), ["Answer", "MakeBody"]);
}

#[test]
fn tables_name_enums_and_their_places() {
    let values = one_of_values(&["A", "B"]);
    let schemas = json!({"Answer": object(json!({"a": to("CustomerAddress")})),
        "CustomerAddress": object(json!({"type": values}))});
    let shaped = shaped(json!({}), schemas).unwrap();
    let shape = &shaped.types["AddressType"];
    assert_eq!(shape.source, "CustomerAddress.type");
    assert_eq!(shape.pointer, "/components/schemas/CustomerAddress/properties/type");
    assert_eq!((shape.values.join(" "), shape.variants.join(" ")), ("A B".into(), "A B".into()));
}

#[test]
fn names_that_are_taken_are_refused() {
    let inner = object(json!({"x": text()}));
    let (small, large) = (one_of_values(&["A"]), one_of_values(&["A", "B"]));
    for (schemas, pointer) in [
        (
            json!({"Answer": object(json!({"line": inner, "l": to("AnswerLine")})),
            "AnswerLine": object(json!({"y": text()}))}),
            "line",
        ),
        (
            json!({"Answer": object(json!({"type": small, "t": to("AnswerType")})),
            "AnswerType": large}),
            "type",
        ),
    ] {
        let error = shaped(json!({}), schemas).unwrap_err();
        assert_eq!(error.kind, ErrorKind::NameCollision, "{error}");
        let expected = format!("/components/schemas/Answer/properties/{pointer}");
        assert_eq!(error.location.pointer, expected, "{error}");
    }
}

#[test]
fn rules_are_kept_apart_and_types_know_who_uses_them() {
    let restricted = json!({"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a"});
    let numbers =
        json!({"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 5}});
    let sent =
        json!({"type": "object", "required": ["a"], "properties": {"a": restricted, "n": numbers}});
    let schemas = json!({
        "Answer": {"type": "object", "required": ["b"], "properties": {"b": to("Both")}},
        "Sent": sent,
        "Both": {"type": "object", "required": ["c"], "properties": {"c": text()}}
    });
    let mut sending = body(object(json!({"s": to("Sent"), "b": to("Both")})));
    sending["parameters"] = json!([
        {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "maxLength": 3}}]);
    let shaped = shaped(sending, schemas).unwrap();
    let usage = |name: &str| (shaped.types[name].usage.sent, shaped.types[name].usage.read);
    assert_eq!(usage("Answer"), (false, true));
    assert_eq!(usage("Sent"), (true, false));
    assert_eq!(usage("Both"), (true, true));
    let rule = &shaped.types["Sent"].rules["a"];
    let (lengths, pattern) = ((rule.min_length, rule.max_length), rule.pattern.as_deref());
    assert_eq!((rule.required, lengths, pattern), (true, (Some(1), Some(9)), Some("^a")));
    assert_eq!(shaped.types["Sent"].rules["n"].min_items, Some(1));
    assert!(shaped.types["Both"].rules["c"].required);
    assert_eq!(shaped.operations[0].parameters[0].rule.max_length, Some(3));
    // Nothing of this is left for progenitor, and what is read requires nothing.
    let schemas = serde_json::to_value(&shaped.api.components.unwrap().schemas).unwrap();
    assert_eq!(schemas["Sent"]["properties"]["a"], text());
    assert_eq!(schemas["Sent"]["required"], json!(["a"]));
    assert_eq!(schemas["Both"].get("required"), None);
}

#[test]
fn answers_of_several_statuses_are_one() {
    let answer = |name: &str| json!({"description": "", "content": {"application/json": {"schema": to(name)}}});
    let empty = json!({"description": ""});
    for (responses, success, notice) in [
        (json!({"200": answer("Answer")}), &[200][..], None),
        (json!({"202": answer("Answer"), "200": answer("Answer")}), &[200, 202], None),
        (json!({"204": empty, "200": answer("Answer")}), &[200, 204], None),
        (
            json!({"200": answer("Answer"), "201": answer("Other")}),
            &[200, 201],
            Some("several types"),
        ),
        (json!({"200": answer("Answer"), "404": empty, "302": answer("Other")}), &[200], None),
        (json!({"default": answer("Answer")}), &[], Some("the default")),
    ] {
        let schemas =
            json!({"Answer": object(json!({"a": text()})), "Other": object(json!({"b": text()}))});
        let shaped = shaped(json!({"responses": responses}), schemas).unwrap();
        assert_eq!(shaped.operations[0].success, success, "{responses}");
        let messages: Vec<_> = shaped.notices.iter().map(|notice| &notice.message).collect();
        assert_eq!(messages.len(), notice.iter().count(), "{messages:?}");
        assert!(notice.is_none_or(|part| messages[0].contains(part)), "{messages:?}");
    }
}

#[test]
fn what_no_client_can_send_or_read_is_refused() {
    let media = |name: &str, media: Value| json!({"content": {name: media}, "description": ""});
    let place = "/paths/~1make~1{id}/post";
    for (operation, pointer) in [
        (
            json!({"requestBody": media("text/plain", json!({"schema": text()}))}),
            "/requestBody/content",
        ),
        (json!({"requestBody": media("application/json", json!({}))}), "/requestBody/content"),
        (
            json!({"responses": {"200": media("text/csv", json!({"schema": text()}))}}),
            "/responses/200/content",
        ),
        (
            json!({"responses": {"400": media("application/json", json!({"schema": text()}))}}),
            "/responses/400",
        ),
    ] {
        let error = shaped(operation, json!({"Answer": text()})).unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnsupportedKeyword, "{error}");
        assert_eq!(error.location.pointer, format!("{place}{pointer}"), "{error}");
    }
}

#[test]
fn progenitor_sees_no_name_of_operations() {
    let shaped = shaped(json!({}), json!({"Answer": text()})).unwrap();
    let (operation, parameter) = (&shaped.operations[0], &shaped.operations[0].parameters[0]);
    assert_eq!((operation.rust_name.as_str(), operation.builder_name.as_str()), ("make", "Make"));
    assert_eq!(
        (operation.hidden_name.as_str(), parameter.hidden_name.as_str()),
        ("operation_0", "path_0")
    );
    let paths: Vec<&String> = shaped.api.paths.paths.keys().collect();
    assert_eq!(paths, ["/0/{path_0}"]);
}
