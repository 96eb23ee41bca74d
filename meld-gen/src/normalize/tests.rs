//! Tests of the normalization by schemas and operations.

use serde_json::{Value, json};

use super::*;
use crate::testing::{reference as to, rows, value};

mod all_of;
mod string_unions;

/// Returns a lowered spec with one operation, `POST /make/{id}`, and these schemas.
fn api(operation: Value, schemas: Value) -> OpenAPI {
    let mut whole = json!({
        "operationId": "make",
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": to("Amount")}}}}
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

fn normalized(operation: Value, schemas: Value) -> Result<ModuleModel> {
    normalize(api(operation, schemas), &Facts::default(), "t")
}

fn names(operation: Value, schemas: Value) -> Vec<String> {
    normalized(operation, schemas).unwrap().types.into_keys().collect()
}

/// Returns the property `Amount.a` after `flatten`, and the notices.
fn flattened(property: Value, mut schemas: Value) -> (Value, Vec<String>) {
    schemas["Amount"] = object(json!({"a": property}));
    let mut api = api(json!({}), schemas);
    let notices = flatten::flatten(&mut api, &BTreeMap::new()).unwrap();
    let schemas = serde_json::to_value(&api.components.unwrap().schemas).unwrap();
    let messages = notices.iter().map(ToString::to_string).collect();
    (schemas["Amount"]["properties"]["a"].clone(), messages)
}

#[test]
fn composed_schemas_become_plain_ones() {
    let schemas = value(
        r#"{"Thing": {"type": "object", "properties": {"t": {"type": "string"}}},
            "Text": {"type": "string"}, "Side": {"type": "string", "enum": ["A"]}}"#,
    );
    let table = r#"
        {"allOf": [@Thing, {"type": "object", "properties": {"m": {"type": "string"}}}]}
            => {"type": "object", "properties": {"t": {"type": "string"}, "m": {"type": "string"}}}
        {"allOf": [{"allOf": [@Thing]}, {"type": "object", "properties": {"m": {"type": "string"}}}]}
            => {"type": "object", "properties": {"t": {"type": "string"}, "m": {"type": "string"}}}
        {"allOf": [@Thing], "properties": {"m": {"type": "string"}}}
            => {"type": "object", "properties": {"t": {"type": "string"}, "m": {"type": "string"}}}
        {"allOf": [@Thing, {"description": "d"}]} => {"allOf": [@Thing]}
        {"allOf": [@Side, {"description": "d"}]} => {"allOf": [@Side]}
        {"allOf": [{"type": "string"}, {"description": "d"}]} => {"type": "string"}
        // Aliases are inlined with the description of the reference.
        @Text => {"type": "string"}
        {"allOf": [@Text], "description": "d"} => {"type": "string", "description": "d"}
        {"properties": {"x": {"type": "string"}}} => {"type": "object", "properties": {"x": {"type": "string"}}}
        {"items": {"type": "string"}} => {"type": "array", "items": {"type": "string"}}
        {"anyOf": [@Thing], "nullable": true} => {"allOf": [@Thing], "nullable": true}
        {"oneOf": [{"type": "string"}, {"type": "string"}]} => {"type": "string"}
    "#;
    for row in rows(table) {
        let (found, notices) = flattened(value(row[0]), schemas.clone());
        assert_eq!((found, notices), (value(row[1]), vec![]), "{}", row[0]);
    }
}

/// Two objects and a string.
fn a_b_and_text() -> Value {
    json!({"A": object(json!({"a": text()})), "B": object(json!({"b": text()})), "T": text()})
}

#[test]
fn unions_without_selector_become_any_json() {
    let table = r#"
        {"oneOf": [@A, @B]} => a union without a selector
        {"anyOf": [@A, {"type": "string"}]} => a union without a selector
        {"not": @A} => `not`
        {"allOf": [@A, {"type": "string"}]} => `allOf` of something other than objects
        {"allOf": [@A, {"oneOf": [@B]}]} => `allOf` of something other
    "#;
    for row in rows(table) {
        let (found, notices) = flattened(value(row[0]), a_b_and_text());
        assert_eq!(found, json!({}), "{}", row[0]);
        let place = "#/components/schemas/Amount/properties/a: ";
        assert!(notices[0].starts_with(place) && notices[0].contains(row[1]), "{notices:?}");
    }
}

#[test]
fn mapping_to_every_member_makes_union() {
    let union = |members: &[&str], mapping: Value| {
        let members: Vec<Value> = members.iter().map(|name| to(name)).collect();
        let discriminator = json!({"propertyName": "kind", "mapping": mapping});
        flattened(json!({"oneOf": members, "discriminator": discriminator}), a_b_and_text())
    };
    let (found, notices) = union(&["A", "B"], json!({"x": "A", "y": "#/components/schemas/B", "z": "A"}));
    assert_eq!(notices, [""; 0]);
    let mapping = json!({"x": to("A")["$ref"], "y": to("B")["$ref"], "z": to("A")["$ref"]});
    assert_eq!(found["discriminator"]["mapping"], mapping);
    assert_eq!(found["oneOf"], json!([to("A"), to("B")]));
    for (members, mapping) in [
        (&["A", "B"][..], json!({"x": "A"})),
        (&["A"], json!({"x": "A", "y": "B"})),
        (&["A", "T"], json!({"x": "A", "y": "T"})),
        (&[], json!({})),
    ] {
        assert_eq!(union(members, mapping).0.get("oneOf"), None, "{members:?}");
    }
}

#[test]
fn unions_of_operations_keep_their_variants() {
    let mapping = json!({"x": "A", "y": "B"});
    let union = json!({"oneOf": [to("A"), to("B")], "discriminator": {"propertyName": "kind", "mapping": mapping}});
    let response = json!({"description": "", "content": {"application/json": {"schema": union}}});
    let found = names(json!({"responses": {"200": response}}), a_b_and_text());
    assert_eq!(found, ["A", "B", "MakeResponse"]);
}

#[test]
fn one_alias_of_a_cycle_stays() {
    let table = r#"
        {"L": {"type": "array", "items": @L}} => Amount L
        {"L": {"type": "array", "items": @M}, "M": {"type": "array", "items": @L}} => Amount L
        {"L": {"type": "array", "items": @M}, "M": {"type": "array", "items": {"type": "string"}}} => Amount
        {"L": {"type": "array", "items": @M}, "M": {"type": "array", "items": @M}} => Amount M
    "#;
    for row in rows(table) {
        let mut schemas = value(row[0]);
        schemas["Amount"] = object(json!({"a": to("L")}));
        assert_eq!(names(json!({}), schemas).join(" "), row[1], "{}", row[0]);
    }
}

#[test]
fn inline_schemas_are_named_by_owner() {
    let table = r#"
        {"line": {"properties": {"x": {"type": "string"}}}} => Amount AmountLine
        {"lines": {"type": "array", "items": {"properties": {"x": {"type": "string"}}}}} => Amount AmountLine
        {"addresses": {"type": "object", "additionalProperties": {
            "type": "array", "items": {"properties": {"x": {"type": "string"}}}}}} => Amount AmountAddress
        {"a": {"properties": {"b": {"properties": {"x": {"type": "string"}}}}}} => Amount AmountA AmountAb
        {"side": {"type": "string", "enum": ["A", "B"]}} => Amount Side
        {"sides": {"type": "array", "items": {"type": "string", "enum": ["A", "B"]}}} => Amount Side
        {"type": {"type": "string", "enum": ["A", "B"]}} => Amount AmountType
        {"error": {"type": "string", "enum": ["A", "B"]}} => Amount ErrorSchema
        // Equal sets of values are one type; the larger of two sets has the short name.
        {"a": {"type": "string", "enum": ["A", "B"]}, "b": {"type": "string", "enum": ["B", "A"]}} => A Amount
        {"side": {"type": "string", "enum": ["A"]}, "sides": {"type": "string", "enum": ["A", "B"]}}
            => Amount AmountSide Side
    "#;
    for row in rows(table) {
        let schemas = json!({"Amount": object(value(row[0]))});
        assert_eq!(names(json!({}), schemas).join(" "), row[1], "{}", row[0]);
    }
    let inner = object(json!({"x": text()}));
    assert_eq!(names(body(inner.clone()), json!({"Amount": inner})), ["Amount", "MakeBody"]);
}

#[test]
fn overrides_name_enums() {
    let values = one_of_values(&["A", "B"]);
    let schemas = json!({"Amount": object(json!({"a": to("CustomerAddress")})),
        "CustomerAddress": object(json!({"type": values}))});
    let normalized = normalized(json!({}), schemas).unwrap();
    let model = &normalized.types["AddressType"];
    assert_eq!(model.source, "CustomerAddress.type");
    assert_eq!(model.pointer, "/components/schemas/CustomerAddress/properties/type");
    assert_eq!((model.values.join(" "), model.variants.join(" ")), ("A B".into(), "A B".into()));
}

#[test]
fn taken_names_get_numbers() {
    let inner = object(json!({"x": text()}));
    let (small, large) = (one_of_values(&["A"]), one_of_values(&["A", "B"]));
    for (schemas, pointer, name) in [
        (
            json!({"Amount": object(json!({"line": inner, "l": to("AmountLine")})),
            "AmountLine": object(json!({"y": text()}))}),
            "line",
            "AmountLine2",
        ),
        (
            json!({"Amount": object(json!({"type": small, "t": to("AmountType")})),
            "AmountType": large}),
            "type",
            "AmountType2",
        ),
    ] {
        let normalized = normalized(json!({}), schemas).unwrap();
        let expected = format!("/components/schemas/Amount/properties/{pointer}");
        assert_eq!(normalized.types[name].pointer, expected);
    }
}

#[test]
fn rules_and_usage_are_extracted() {
    let restricted = json!({"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a"});
    let numbers = json!({"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 5}});
    let sent = json!({"type": "object", "required": ["a"], "properties": {"a": restricted, "n": numbers}});
    let schemas = json!({
        "Amount": {"type": "object", "required": ["b"], "properties": {"b": to("Both")}},
        "Sent": sent,
        "Both": {"type": "object", "required": ["c"], "properties": {"c": text()}}
    });
    let mut sending = body(object(json!({"s": to("Sent"), "b": to("Both")})));
    sending["parameters"] = json!([
        {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "maxLength": 3}}]);
    let normalized = normalized(sending, schemas).unwrap();
    let usage = |name: &str| (normalized.types[name].usage.sent, normalized.types[name].usage.read);
    assert_eq!(usage("Amount"), (false, true));
    assert_eq!(usage("Sent"), (true, false));
    assert_eq!(usage("Both"), (true, true));
    let rule = &normalized.types["Sent"].rules["a"];
    let (lengths, pattern) = ((rule.min_length, rule.max_length), rule.pattern.as_deref());
    assert_eq!((rule.required, lengths, pattern), (true, (Some(1), Some(9)), Some("^a")));
    assert_eq!(normalized.types["Sent"].rules["n"].min_items, Some(1));
    assert!(normalized.types["Both"].rules["c"].required);
    assert_eq!(normalized.operations[0].parameters[0].rule.max_length, Some(3));
    // progenitor sees no constraints, and response types require nothing.
    let schemas = serde_json::to_value(&normalized.api.components.unwrap().schemas).unwrap();
    assert_eq!(schemas["Sent"]["properties"]["a"], text());
    assert_eq!(schemas["Sent"]["required"], json!(["a"]));
    assert_eq!(schemas["Both"].get("required"), None);
}

#[test]
fn success_responses_are_merged() {
    let response = |name: &str| json!({"description": "", "content": {"application/json": {"schema": to(name)}}});
    let empty = json!({"description": ""});
    for (responses, success, notice) in [
        (json!({"200": response("Amount")}), &[200][..], None),
        (json!({"202": response("Amount"), "200": response("Amount")}), &[200, 202], None),
        (json!({"204": empty, "200": response("Amount")}), &[200, 204], None),
        (json!({"200": response("Amount"), "201": response("Other")}), &[200, 201], Some("differ in type")),
        (json!({"200": response("Amount"), "404": empty, "302": response("Other")}), &[200], None),
        (json!({"default": response("Amount")}), &[], Some("the default response")),
    ] {
        let schemas = json!({"Amount": object(json!({"a": text()})), "Other": object(json!({"b": text()}))});
        let normalized = normalized(json!({"responses": responses}), schemas).unwrap();
        assert_eq!(normalized.operations[0].success, success, "{responses}");
        let messages: Vec<_> = normalized.notices.iter().map(|notice| &notice.message).collect();
        assert_eq!(messages.len(), notice.iter().count(), "{messages:?}");
        assert!(notice.is_none_or(|part| messages[0].contains(part)), "{messages:?}");
    }
}

#[test]
fn one_way_properties_split_a_type() {
    let read_only = json!({"type": "string", "readOnly": true});
    let write_only = json!({"type": "string", "writeOnly": true});
    let thing = json!({"type": "object", "required": ["id", "name", "secret"], "properties": {
        "id": read_only, "name": text(), "secret": write_only}});
    let schemas = json!({"Amount": object(json!({"thing": to("Thing")})), "Thing": thing});
    let both = normalized(body(to("Amount")), schemas.clone()).unwrap();
    let fields = |name: &str| both.types[name].rules.keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields("Thing"), ["id", "name"]);
    assert_eq!(fields("ThingRequest"), ["name", "secret"]);
    assert!(both.types["ThingRequest"].rules["secret"].required);
    assert!(both.types["AmountRequest"].usage.sent && !both.types["AmountRequest"].usage.read);
    assert_eq!(both.notices.len(), 2, "{:?}", both.notices);
    // A property that can never be sent is a fault of the spec, and is kept.
    let only_read = normalized(json!({}), schemas).unwrap();
    let fields: Vec<&String> = only_read.types["Thing"].rules.keys().collect();
    assert_eq!(fields, ["id", "name", "secret"]);
}

#[test]
fn only_pages_have_cursors() {
    let cursors = json!([{"name": "before", "in": "query", "schema": text()},
        {"name": "after", "in": "query", "schema": text()},
        {"name": "id", "in": "path", "required": true, "schema": text()}]);
    let list = |item: &str| json!({"type": "array", "items": to(item)});
    let count = json!({"type": "integer"});
    for (item, page, is_paged) in [
        ("key", object(json!({"count": count, "remaining": count, "rows": list("Row")})), true),
        ("id", object(json!({"count": count, "remaining": count, "rows": list("Row")})), false),
        ("key", object(json!({"count": count, "rows": list("Row")})), false),
        ("key", object(json!({"total": count})), false),
    ] {
        let schemas = json!({"Amount": page, "Row": object(json!({item: text()}))});
        let normalized = normalized(json!({"parameters": cursors}), schemas).unwrap();
        assert_eq!(normalized.operations[0].is_paged, is_paged, "{item}");
    }
}

#[test]
fn inline_schema_may_extend_the_one_around_it() {
    let special = json!({"allOf": [to("Amount"), object(json!({"more": text()}))]});
    let schemas = json!({"Amount": object(json!({"name": text(), "special": special}))});
    let normalized = normalized(json!({}), schemas).unwrap();
    let fields: Vec<&String> = normalized.types["AmountSpecial"].rules.keys().collect();
    assert_eq!(fields, ["more", "name", "special"]);
    let [notice] = normalized.notices.as_slice() else { panic!("{:?}", normalized.notices) };
    assert!(notice.message.contains("extends the one around it"), "{notice}");
}

#[test]
fn deprecated_properties_are_known() {
    let old = json!({"type": "string", "deprecated": true});
    let mut amount = object(json!({"old": old, "new": text()}));
    amount["deprecated"] = json!(true);
    let normalized = normalized(json!({}), json!({"Amount": amount})).unwrap();
    let model = &normalized.types["Amount"];
    assert!(model.is_deprecated);
    assert_eq!(model.deprecated.iter().collect::<Vec<_>>(), ["old"]);
}
