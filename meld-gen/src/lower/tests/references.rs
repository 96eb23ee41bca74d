//! Targets of references, and inner schemas that become components.

use super::*;

fn schemas(overlay: Value) -> Value {
    lowered(json!({"components": {"schemas": overlay}})).0["components"]["schemas"].clone()
}

#[test]
fn definitions_become_components() {
    let found = schemas(json!({
        "Order": {
            "type": "object",
            "properties": {
                "a": {"$ref": "#/$defs/line-item"},
                "b": {"$ref": "#/components/schemas/Order/$defs/line-item"},
                "c": {"$ref": "#/components/schemas/Order/definitions/Total"}
            },
            "$defs": {"line-item": {"type": "array", "items": {"$ref": "#/$defs/line-item"}}},
            "definitions": {"Total": {"type": "number"}}
        },
        "OrderTotal": {"type": "string"}
    }));
    assert_eq!(
        found,
        json!({
            "Order": {"type": "object", "properties": {
                "a": to("OrderLineItem"), "b": to("OrderLineItem"), "c": to("OrderTotal2")}},
            "OrderTotal": {"type": "string"},
            "OrderLineItem": {"type": "array", "items": to("OrderLineItem")},
            "OrderTotal2": {"type": "number"}
        })
    );
}

#[test]
fn referenced_inner_schemas_become_components() {
    let inner = |path: &str| json!({"$ref": format!("#/components/schemas/A/{path}")});
    let found = schemas(
        json!({
            "A": {
                "allOf": [{"type": "object", "properties": {"p_q": {"type": "integer"}}}],
                "properties": {
                    "list": {"type": "array", "items": {"type": "string"}},
                    "x/y~z é": {"type": "boolean"}
                },
                "additionalProperties": {"not": {"type": "null"}}
            },
            "B": {"type": "object", "properties": {
                "a": inner("properties/list"),
                "b": inner("properties/list/items"),
                "c": inner("allOf/0"),
                "d": inner("allOf/0/properties/p_q"),
                "e": inner("properties/x~1y~0z%20%C3%A9"),
                "f": inner("additionalProperties/not"),
                "g": inner("")
            }}
        })
        .as_object()
        .map(|map| {
            let mut map = map.clone();
            map["B"]["properties"].as_object_mut().unwrap().shift_remove("g");
            Value::Object(map)
        })
        .unwrap(),
    );
    assert_eq!(
        found,
        json!({
            "A": {
                "allOf": [to("AAllOf0")],
                "properties": {"list": to("AList"), "x/y~z é": to("AXYZ")},
                "additionalProperties": {"not": to("AAdditionalPropertiesNot")}
            },
            "B": {"type": "object", "properties": {
                "a": to("AList"), "b": to("AListItems"), "c": to("AAllOf0"),
                "d": to("AAllOf0PQ"), "e": to("AXYZ"), "f": to("AAdditionalPropertiesNot")}},
            "AList": {"type": "array", "items": to("AListItems")},
            "AListItems": {"type": "string"},
            "AAllOf0": {"type": "object", "properties": {"p_q": to("AAllOf0PQ")}},
            "AAllOf0PQ": {"type": "integer"},
            "AXYZ": {"type": "boolean"},
            "AAdditionalPropertiesNot": {"nullable": true, "enum": [null]}
        })
    );
}

#[test]
fn schemas_of_operations_can_be_referenced() {
    let content =
        json!({"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}});
    let (api, _) = lowered(json!({
        "paths": {
            "/a": {"get": {"operationId": "a", "responses": {"200": {"description": "", "content": content}}}}
        },
        "components": {"schemas": {"S": {
            "$ref": "#/paths/~1a/get/responses/200/content/application~1json/schema/items"}}}
    }));
    let name = "PathsAGetResponses200ContentApplicationJsonItems";
    assert_eq!(api["components"]["schemas"]["S"], to(name));
    assert_eq!(api["components"]["schemas"][name], json!({"type": "string"}));
    let place = "/paths/~1a/get/responses/200/content/application~1json/schema/items";
    assert_eq!(api.pointer(place), Some(&to(name)));
}

#[test]
fn dangling_references_are_rejected() {
    for (reference, what) in [
        ("#/components/schemas/Missing", "does not exist"),
        ("#/components/schemas/S/properties/x", "does not exist"),
        ("#/$defs/Missing", "does not exist"),
        ("#/info/title", "not a schema"),
        ("#/components/schemas", "not a schema"),
        ("#/components/schemas/Thing/properties", "not a schema"),
        ("#", "not a JSON pointer"),
        ("#Anchor", "not a JSON pointer"),
        ("other.json#/components/schemas/A", "only references inside of the spec"),
        ("https://example.com/a.json", "only references inside of the spec"),
        ("Thing", "only references inside of the spec"),
    ] {
        assert_rejected(vec![(
            json!({"$ref": reference}),
            ErrorKind::DanglingReference,
            "/$ref",
            what,
        )]);
    }
    assert_rejected(vec![(json!({"$ref": 1}), ErrorKind::NotOpenApi, "/$ref", "not a string")]);
}

#[test]
fn data_is_not_searched_for_references() {
    let data = json!({"$ref": "nowhere"});
    let schema = json!({"example": data, "default": data, "x-a": data});
    assert_eq!(lowered_schema(schema.clone()).0, schema);
}

#[test]
fn component_names_need_no_escapes() {
    let error = rejected(json!({"components": {"schemas": {"Page<User>": {}}}}));
    assert_eq!(error.kind, ErrorKind::NotOpenApi);
    assert_eq!(error.location.pointer, "/components/schemas/Page<User>");
}

#[test]
fn deepest_spec_needs_little_stack() {
    // The root, components, schemas and the schema itself are four of the levels.
    let mut schema = json!({"type": "string"});
    for level in 0..crate::spec::MAX_DEPTH - 4 {
        schema = match level % 2 {
            0 => json!({"type": "array", "items": schema}),
            _ => json!({"additionalProperties": schema}),
        };
    }
    let overlay = json!({"components": {"schemas": {"S": schema}}});
    let spec = spec(overlay);
    let thread = std::thread::Builder::new().stack_size(1536 * 1024);
    let lowered = thread.spawn(move || lower(&spec)).unwrap().join().unwrap();
    assert!(lowered.is_ok());
}

#[test]
fn long_reference_chains_need_no_stack() {
    let count = 3_000;
    let mut schemas = json!({});
    let mut parameters = json!({});
    for index in 0..count {
        schemas[format!("S{index}")] = to(&format!("S{}", index + 1));
        parameters[format!("P{index}")] =
            json!({"$ref": format!("#/components/parameters/P{}", index + 1)});
    }
    schemas[format!("S{count}")] = json!({"type": "object"});
    schemas["Start"] = json!({"type": "object", "allOf": [to("S0")]});
    parameters[format!("P{count}")] = json!({"name": "p", "in": "query", "schema": {}});
    let (api, _) = lowered(json!({
        "components": {"schemas": schemas, "parameters": parameters},
        "paths": {"/a": {"get": {
            "operationId": "a", "parameters": [{"$ref": "#/components/parameters/P0"}]}}}
    }));
    assert_eq!(api["components"]["schemas"]["Start"], json!({"allOf": [to("S0")]}));
    assert_eq!(api["paths"]["/a"]["get"]["parameters"][0]["name"], "p");
}
