//! Targets of references, and inner schemas that become components.

use super::*;

fn schemas(overlay: Value) -> Value {
    lowered(json!({"components": {"schemas": overlay}})).0["components"]["schemas"].clone()
}

#[test]
fn definitions_become_components() {
    let found = schemas(value(
        r##"{
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
    }"##,
    ));
    assert_eq!(
        found,
        value(
            r#"{
        "Order": {"type": "object", "properties": {"a": @OrderLineItem, "b": @OrderLineItem, "c": @OrderTotal2}},
        "OrderTotal": {"type": "string"},
        "OrderLineItem": {"type": "array", "items": @OrderLineItem},
        "OrderTotal2": {"type": "number"}
    }"#
        )
    );
}

#[test]
fn referenced_inner_schemas_become_components() {
    let found = schemas(value(
        r##"{
        "A": {
            "allOf": [{"type": "object", "properties": {"p_q": {"type": "integer"}}}],
            "properties": {
                "list": {"type": "array", "items": {"type": "string"}},
                "x/y~z é": {"type": "boolean"}
            },
            "additionalProperties": {"not": {"type": "null"}}
        },
        "B": {"type": "object", "properties": {
            "a": {"$ref": "#/components/schemas/A/properties/list"},
            "b": {"$ref": "#/components/schemas/A/properties/list/items"},
            "c": {"$ref": "#/components/schemas/A/allOf/0"},
            "d": {"$ref": "#/components/schemas/A/allOf/0/properties/p_q"},
            "e": {"$ref": "#/components/schemas/A/properties/x~1y~0z%20%C3%A9"},
            "f": {"$ref": "#/components/schemas/A/additionalProperties/not"}
        }}
    }"##,
    ));
    assert_eq!(
        found,
        value(
            r#"{
        "A": {
            "allOf": [@AAllOf0],
            "properties": {"list": @AList, "x/y~z é": @AXYZ},
            "additionalProperties": {"not": @AAdditionalPropertiesNot}
        },
        "B": {"type": "object", "properties": {
            "a": @AList, "b": @AListItems, "c": @AAllOf0, "d": @AAllOf0PQ, "e": @AXYZ,
            "f": @AAdditionalPropertiesNot}},
        "AList": {"type": "array", "items": @AListItems},
        "AListItems": {"type": "string"},
        "AAllOf0": {"type": "object", "properties": {"p_q": @AAllOf0PQ}},
        "AAllOf0PQ": {"type": "integer"},
        "AXYZ": {"type": "boolean"},
        "AAdditionalPropertiesNot": {"nullable": true, "enum": [null]}
    }"#
        )
    );
}

#[test]
fn schemas_of_operations_can_be_referenced() {
    let content = json!({"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}});
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
    assert_lowered(
        r##"
        {"$ref": "#/components/schemas/Missing"} => DanglingReference => /$ref => does not exist
        {"$ref": "#/components/schemas/"} => DanglingReference => /$ref => does not exist
        {"$ref": "#/components/schemas/S/properties/x"} => DanglingReference => /$ref => does not exist
        {"$ref": "#/$defs/Missing"} => DanglingReference => /$ref => does not exist
        {"$ref": "#/info/title"} => DanglingReference => /$ref => not a schema
        {"$ref": "#/components/schemas"} => DanglingReference => /$ref => not a schema
        {"$ref": "#/components/schemas/Thing/properties"} => DanglingReference => /$ref => not a schema
        {"$ref": "#"} => DanglingReference => /$ref => not a JSON pointer
        {"$ref": "#Anchor"} => DanglingReference => /$ref => not a JSON pointer
        {"$ref": "other.json#/components/schemas/A"} => DanglingReference => /$ref => only references inside of the spec
        {"$ref": "https://example.com/a.json"} => DanglingReference => /$ref => only references inside of the spec
        {"$ref": "Thing"} => DanglingReference => /$ref => only references inside of the spec
        {"$ref": 1} => NotOpenApi => /$ref => not a string
    "##,
    );
}

#[test]
fn data_is_not_searched_for_references() {
    let data = json!({"$ref": "nowhere"});
    let schema = json!({"example": data, "default": data, "x-a": data});
    assert_eq!(lowered_schema(schema.clone()).0, schema);
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
        parameters[format!("P{index}")] = json!({"$ref": format!("#/components/parameters/P{}", index + 1)});
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
