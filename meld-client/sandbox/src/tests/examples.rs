//! Tests of generated responses.

use serde_json::{Map, Value, json};

use super::{Probe, content, get, string};

#[tokio::test]
async fn examples_of_all_keywords_are_valid() {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let tagged = |name: &str| json!({ "type": "object", "required": ["kind"], "properties": { "kind": string(), name: string() } });
    let pet = json!({ "oneOf": [reference("Cat"), reference("Dog")], "discriminator": {
        "propertyName": "kind", "mapping": { "CAT": "#/components/schemas/Cat", "DOG": "Dog" } } });
    let schemas = json!({
        "pet": pet,
        "nullable": { "anyOf": [reference("Cat"), { "type": "null" }] },
        "nulls": { "type": "array", "items": { "anyOf": [{ "type": "null" }, string()] } },
        "nothing": { "type": "object", "required": ["a"], "properties": { "a": { "type": "null" } } },
        "tuple": { "type": "array", "prefixItems": [string(), { "type": "integer" }], "items": false },
        "contained": { "type": "array", "items": string(), "contains": { "const": "x" }, "minContains": 2 },
        "few": { "type": "array", "items": string(), "maxItems": 1 },
        "names": { "type": "object", "additionalProperties": string(), "propertyNames": { "enum": ["x", "y"] } },
        "undeclared": { "type": "object", "required": ["a", "b"], "properties": { "a": string() } },
        "multiple": { "type": "object", "properties": {
            "a": { "type": "integer", "multipleOf": 7, "minimum": 3 },
            "b": { "type": "number", "multipleOf": 5 },
            "c": { "type": "integer", "minimum": 0.5, "maximum": 1.5 },
        } },
        "either": { "oneOf": [{ "enum": ["a", "b"] }, { "enum": ["b", "c"] }] },
        "example": { "type": "integer", "examples": ["none"] },
        "pattern": { "type": "string", "pattern": "[" },
        "anchor": { "$ref": "#there" },
        "formats": { "type": "object", "properties": {
            "time": { "type": "string", "format": "time" },
            "duration": { "type": "string", "format": "duration" },
            "ip": { "type": "string", "format": "ipv6" },
            "regex": { "type": "string", "format": "regex" },
        } },
        "escaped": { "$ref": "#/components/schemas/List%3CItem%3E" },
    });
    let schemas = schemas.as_object().unwrap();
    let paths: Map<String, Value> = schemas
        .iter()
        .map(|(name, schema)| (format!("/{name}"), get(name, json!({ "200": content(schema.clone()) }))))
        .collect();
    let probe = Probe::start(json!({ "paths": paths, "components": { "schemas": {
        "Cat": tagged("claws"), "Dog": tagged("tail"), "List<Item>": { "const": 5 },
        "There": { "$anchor": "there", "const": 6 },
    } } }))
    .await;
    let catalog = probe.sandbox.operations();
    for operation in catalog {
        let (status, body) = probe.get(&operation.path).await;
        assert_eq!(status, 200, "{}: {body}", operation.path);
        assert_eq!(operation.response_errors(&body).unwrap(), [""; 0], "{}: {body}", operation.path);
    }
    let (_, pet) = probe.get("/pet").await;
    assert!(pet["kind"] == "CAT" || pet["kind"] == "DOG", "{pet}");
}

#[tokio::test]
async fn specs_with_mistakes_have_responses() {
    let impossible = json!({ "type": "string", "minLength": 5, "maxLength": 1, "enum": [1] });
    let endless = json!({ "type": "object", "required": ["n"], "properties": {
        "n": { "$ref": "#/components/schemas/Endless" } } });
    let probe = Probe::start(json!({
        "paths": {
            "/impossible": get("impossible", json!({ "200": content(impossible) })),
            "/later": { "get": { "operationId": "later", "x-minimum-version": "soon",
                "responses": { "200": content(string()) } } },
            "/endless": get("endless", json!({ "200": content(json!({ "$ref": "#/components/schemas/Endless" })) })),
        },
        "components": { "schemas": { "Endless": endless } },
    }))
    .await;
    for target in ["/impossible", "/endless", "/later"] {
        let (status, body) = probe.get(target).await;
        assert_eq!(status, 200, "{target}: {body}");
    }
}
