//! Keywords of schemas.

use super::*;
use ErrorKind::{NotOpenApi, UnsupportedKeyword};

#[test]
fn types() {
    assert_schemas(vec![
        (json!({"type": "string"}), json!({"type": "string"})),
        (json!({"type": ["string"]}), json!({"type": "string"})),
        (json!({"type": ["string", "null"]}), json!({"type": "string", "nullable": true})),
        (json!({"type": "string", "nullable": true}), json!({"type": "string", "nullable": true})),
        (json!({"type": "null"}), json!({"nullable": true, "enum": [null]})),
        (json!({"type": ["null"]}), json!({"nullable": true, "enum": [null]})),
        (
            json!({"type": ["integer", "number"], "minimum": 0.5}),
            json!({"type": "number", "minimum": 0.5}),
        ),
        (
            json!({"type": ["string", "integer", "null"], "minLength": 1, "minimum": 2, "format": "int64",
                   "enum": ["a", 3, null], "title": "T"}),
            json!({"nullable": true, "title": "T", "anyOf": [
                {"type": "string", "minLength": 1, "enum": ["a"]},
                {"type": "integer", "minimum": 2, "format": "int64", "enum": [3]}]}),
        ),
        (
            json!({"type": ["object", "array"], "properties": {"a": true}, "items": to("Text")}),
            json!({"anyOf": [
                {"type": "object", "properties": {"a": {}}},
                {"type": "array", "items": to("Text")}]}),
        ),
        (
            json!({"type": ["string", "boolean"], "not": {"const": "a"}}),
            json!({"allOf": [{"anyOf": [{"type": "string"}, {"type": "boolean"}]}],
                   "not": {"type": "string", "enum": ["a"]}}),
        ),
        (json!(true), json!({})),
        (json!({}), json!({})),
        (json!({"description": "d"}), json!({"description": "d"})),
    ]);
    assert_rejected(vec![
        (json!({"type": "file"}), NotOpenApi, "/type", "not a type"),
        (json!({"type": []}), NotOpenApi, "/type", "not a type"),
        (json!({"type": ["string", 1]}), NotOpenApi, "/type", "1 is not a type"),
        (json!(false), UnsupportedKeyword, "", "false"),
        (json!({"type": "array", "items": false}), UnsupportedKeyword, "/items", "false"),
        (json!({"anyOf": [false]}), UnsupportedKeyword, "/anyOf/0", "false"),
        (json!([]), NotOpenApi, "", "not an object"),
        (json!({"items": "x"}), NotOpenApi, "/items", "not an object"),
    ]);
}

#[test]
fn values() {
    assert_schemas(vec![
        (json!({"const": "a"}), json!({"type": "string", "enum": ["a"]})),
        (json!({"const": 1, "type": "number"}), json!({"type": "number", "enum": [1.0]})),
        (json!({"const": 1}), json!({"type": "integer", "enum": [1]})),
        (json!({"const": true}), json!({"type": "boolean", "enum": [true]})),
        (json!({"const": null}), json!({"nullable": true, "enum": [null]})),
        (json!({"const": {"a": 1}}), json!({"type": "object", "enum": [{"a": 1}]})),
        (json!({"const": [1]}), json!({"type": "array", "enum": [[1]]})),
        (json!({"enum": ["a", "b"], "const": "b"}), json!({"type": "string", "enum": ["b"]})),
        (json!({"enum": ["a", null]}), json!({"type": "string", "nullable": true, "enum": ["a"]})),
        (json!({"enum": [null]}), json!({"nullable": true, "enum": [null]})),
        (
            json!({"type": ["string", "null"], "enum": ["a", null]}),
            json!({"type": "string", "nullable": true, "enum": ["a"]}),
        ),
        (json!({"enum": [1, 2.5]}), json!({"type": "number", "enum": [1.0, 2.5]})),
        (json!({"enum": ["a", 1]}), json!({"enum": ["a", 1]})),
        (json!({"type": "integer", "enum": [1.0, 2]}), json!({"type": "integer", "enum": [1, 2]})),
        (
            json!({"type": "integer", "enum": [u64::MAX]}),
            json!({"type": "integer", "enum": [u64::MAX]}),
        ),
        (json!({"type": "boolean", "enum": [false]}), json!({"type": "boolean", "enum": [false]})),
    ]);
    assert_noticed(vec![
        (
            json!({"enum": ["a", "a"]}),
            json!({"type": "string", "enum": ["a"]}),
            "/enum",
            "duplicate",
        ),
        (
            json!({"type": "string", "enum": ["a", 1]}),
            json!({"type": "string", "enum": ["a"]}),
            "/enum",
            "not have the type",
        ),
    ]);
    assert_rejected(vec![
        (json!({"enum": "a"}), NotOpenApi, "/enum", "not a list"),
        (json!({"enum": []}), NotOpenApi, "/enum", "no value"),
        (json!({"enum": ["a"], "const": "b"}), UnsupportedKeyword, "/const", "not among"),
        (json!({"type": "integer", "const": "b"}), UnsupportedKeyword, "/const", "no value"),
    ]);
}

#[test]
fn numbers() {
    let number = |keywords: Value| {
        let mut schema = json!({"type": "number"});
        for (keyword, value) in keywords.as_object().unwrap() {
            schema[keyword] = value.clone();
        }
        schema
    };
    let rows = vec![
        (json!({"exclusiveMinimum": 1}), json!({"minimum": 1.0, "exclusiveMinimum": true})),
        (json!({"exclusiveMaximum": 1}), json!({"maximum": 1.0, "exclusiveMaximum": true})),
        (json!({"minimum": 2, "exclusiveMinimum": 1}), json!({"minimum": 2.0})),
        (
            json!({"minimum": 1, "exclusiveMinimum": 1}),
            json!({"minimum": 1.0, "exclusiveMinimum": true}),
        ),
        (json!({"maximum": 1, "exclusiveMaximum": 2}), json!({"maximum": 1.0})),
        (
            json!({"maximum": 2, "exclusiveMaximum": 1}),
            json!({"maximum": 1.0, "exclusiveMaximum": true}),
        ),
        (
            json!({"minimum": 1, "exclusiveMinimum": true}),
            json!({"minimum": 1.0, "exclusiveMinimum": true}),
        ),
        (json!({"minimum": 1, "exclusiveMinimum": false}), json!({"minimum": 1.0})),
        (json!({"exclusiveMaximum": true}), json!({})),
        (
            json!({"multipleOf": 0.01, "format": "double"}),
            json!({"multipleOf": 0.01, "format": "double"}),
        ),
    ];
    assert_schemas(
        rows.into_iter().map(|(schema, lowered)| (number(schema), number(lowered))).collect(),
    );
    assert_schemas(vec![
        (
            json!({"type": "integer", "maximum": i64::MAX, "minimum": 1.0, "multipleOf": 5}),
            json!({"type": "integer", "maximum": i64::MAX, "minimum": 1, "multipleOf": 5}),
        ),
        (json!({"type": "integer", "minimum": 0.5}), json!({"type": "integer", "minimum": 0.5})),
        (json!({"minimum": 1}), json!({"minimum": 1.0})),
    ]);
    assert_rejected(vec![
        (json!({"minimum": "1"}), NotOpenApi, "/minimum", "not a number"),
        (json!({"exclusiveMinimum": "1"}), NotOpenApi, "/exclusiveMinimum", "not a number"),
    ]);
}

#[test]
fn strings() {
    let kept = json!({"type": "string", "format": "uuid", "pattern": "^a", "minLength": 1, "maxLength": 9});
    assert_schemas(vec![
        (kept.clone(), kept),
        (
            json!({"type": "string", "contentEncoding": "base64", "contentMediaType": "application/octet-stream"}),
            json!({"type": "string", "format": "byte"}),
        ),
        (json!({"contentEncoding": "base64url"}), json!({"type": "string", "format": "byte"})),
        (
            json!({"type": "string", "contentMediaType": "application/octet-stream"}),
            json!({"type": "string", "format": "binary"}),
        ),
        (
            json!({"type": "string", "format": "uuid", "contentEncoding": "base64"}),
            json!({"type": "string", "format": "uuid"}),
        ),
    ]);
    let text = json!({"type": "string"});
    assert_noticed(vec![
        (
            json!({"type": "string", "contentMediaType": "application/json"}),
            text.clone(),
            "/contentMediaType",
            "dropped",
        ),
        (
            json!({"type": "string", "contentEncoding": "base32"}),
            text.clone(),
            "/contentEncoding",
            "dropped",
        ),
        (
            json!({"type": "integer", "contentEncoding": "base64"}),
            json!({"type": "integer"}),
            "/contentEncoding",
            "dropped",
        ),
        (json!({"type": "string", "contentSchema": {}}), text.clone(), "/contentSchema", "dropped"),
        (json!({"type": "string", "minimum": 1}), text, "", "keywords of numbers"),
        (
            json!({"type": "boolean", "minLength": 1}),
            json!({"type": "boolean"}),
            "",
            "keywords of strings do not apply to values of type boolean",
        ),
        (json!({"type": "object", "format": "x"}), json!({"type": "object"}), "", "format"),
    ]);
    assert_rejected(vec![
        (json!({"minLength": -1}), NotOpenApi, "/minLength", "non-negative integer"),
        (json!({"minLength": 1.5}), NotOpenApi, "/minLength", "non-negative integer"),
        (json!({"pattern": 1}), NotOpenApi, "/pattern", "not a string"),
    ]);
}

#[test]
fn arrays() {
    let text = json!({"type": "string"});
    let kept = json!({"type": "array", "items": to("Text"), "minItems": 1, "maxItems": 2, "uniqueItems": true});
    assert_schemas(vec![
        (kept.clone(), kept),
        (json!({"type": "array"}), json!({"type": "array"})),
        (json!({"items": true}), json!({"items": {}})),
        (
            json!({"type": "array", "prefixItems": [text, to("Whole"), text], "items": false, "minItems": 1}),
            json!({"type": "array", "items": {"anyOf": [text, to("Whole")]}, "minItems": 1, "maxItems": 3}),
        ),
        (
            json!({"type": "array", "prefixItems": [text, text]}),
            json!({"type": "array", "items": text}),
        ),
        (
            json!({"type": "array", "prefixItems": [text], "items": false, "maxItems": 9}),
            json!({"type": "array", "items": text, "maxItems": 1}),
        ),
        (
            json!({"type": "array", "prefixItems": [text, to("Whole")], "maxItems": 2}),
            json!({"type": "array", "items": {"anyOf": [text, to("Whole")]}, "maxItems": 2}),
        ),
        (
            json!({"type": "array", "prefixItems": [text], "items": to("Whole")}),
            json!({"type": "array", "items": {"anyOf": [text, to("Whole")]}}),
        ),
        (json!({"type": "array", "unevaluatedItems": true}), json!({"type": "array"})),
    ]);
    assert_noticed(vec![
        (
            json!({"type": "array", "prefixItems": [text, to("Whole")]}),
            json!({"type": "array", "items": {}}),
            "/prefixItems",
            "any JSON",
        ),
        (
            json!({"type": "array", "contains": text}),
            json!({"type": "array"}),
            "/contains",
            "dropped",
        ),
        (json!({"type": "array", "minContains": 1}), json!({"type": "array"}), "/minContains", ""),
        (json!({"type": "array", "maxContains": 1}), json!({"type": "array"}), "/maxContains", ""),
        (
            json!({"type": "array", "unevaluatedItems": false}),
            json!({"type": "array"}),
            "/unevaluatedItems",
            "dropped",
        ),
    ]);
    assert_rejected(vec![
        (json!({"items": [text]}), NotOpenApi, "/items", "prefixItems"),
        (json!({"prefixItems": text}), NotOpenApi, "/prefixItems", "not a list"),
        (json!({"unevaluatedItems": text}), UnsupportedKeyword, "/unevaluatedItems", "schema"),
        (json!({"uniqueItems": "yes"}), NotOpenApi, "/uniqueItems", "not a boolean"),
    ]);
}

#[test]
fn objects() {
    let kept = json!({
        "type": "object", "properties": {"a": to("Text")}, "required": ["a", "z"],
        "additionalProperties": false, "minProperties": 1, "maxProperties": 2
    });
    let map = json!({"type": "object", "additionalProperties": to("Text")});
    assert_schemas(vec![
        (kept.clone(), kept),
        (map.clone(), map.clone()),
        (json!({"required": ["a", "a"]}), json!({"required": ["a"]})),
        (json!({"additionalProperties": {}}), json!({"additionalProperties": true})),
        (
            json!({"type": "object", "properties": {"a": false, "b": true}}),
            json!({"type": "object", "properties": {"b": {}}}),
        ),
        (
            json!({"type": "object", "properties": {"$ref": {"type": "string"}, "enum": {"type": "string"}}}),
            json!({"type": "object", "properties": {"$ref": {"type": "string"}, "enum": {"type": "string"}}}),
        ),
        (json!({"type": "object", "unevaluatedProperties": true}), json!({"type": "object"})),
        (json!({"type": "object", "unevaluatedProperties": {}}), json!({"type": "object"})),
        (json!({"type": "object", "patternProperties": {}}), json!({"type": "object"})),
    ]);
    let object = json!({"type": "object"});
    assert_noticed(vec![
        (
            json!({"type": "object", "patternProperties": {"^a": to("Text"), "^b": to("Text")}}),
            map.clone(),
            "/patternProperties",
            "property names",
        ),
        (
            json!({"type": "object", "patternProperties": {"^a": to("Text")}, "additionalProperties": false}),
            map,
            "/patternProperties",
            "property names",
        ),
        (json!({"type": "object", "propertyNames": {}}), object.clone(), "/propertyNames", ""),
        (
            json!({"type": "object", "dependentRequired": {}}),
            object.clone(),
            "/dependentRequired",
            "",
        ),
        (
            json!({"type": "object", "unevaluatedProperties": false}),
            object.clone(),
            "/unevaluatedProperties",
            "",
        ),
        (
            json!({"type": "object", "properties": {"example": ["a", "b"]}}),
            object.clone(),
            "/properties/example",
            "not a schema",
        ),
        (
            json!({"type": "object", "properties": {"a/b": null}}),
            object,
            "/properties/a~1b",
            "not a schema",
        ),
    ]);
    assert_rejected(vec![
        (json!({"required": true}), NotOpenApi, "/required", "not a list"),
        (json!({"required": [1]}), NotOpenApi, "/required", "list of strings"),
        (json!({"properties": []}), NotOpenApi, "/properties", "not an object"),
        (
            json!({"properties": {"a": false}, "required": ["a"]}),
            UnsupportedKeyword,
            "/properties/a",
            "required",
        ),
        (
            json!({"patternProperties": {"a": {}, "b": to("Text")}}),
            UnsupportedKeyword,
            "/patternProperties",
            "differ",
        ),
        (
            json!({"patternProperties": {"a": {}}, "properties": {"b": {}}}),
            UnsupportedKeyword,
            "/patternProperties",
            "together with",
        ),
        (
            json!({"unevaluatedProperties": to("Text")}),
            UnsupportedKeyword,
            "/unevaluatedProperties",
            "schema",
        ),
        (json!({"additionalProperties": 1}), NotOpenApi, "/additionalProperties", "not an object"),
    ]);
}

#[test]
fn combined() {
    let nothing = json!({"type": "null"});
    assert_schemas(vec![
        (json!({"oneOf": [to("Text"), to("Whole")]}), json!({"oneOf": [to("Text"), to("Whole")]})),
        (json!({"anyOf": [to("Text"), {}]}), json!({"anyOf": [to("Text"), {}]})),
        (json!({"not": to("Text")}), json!({"not": to("Text")})),
        (
            json!({"type": "object", "oneOf": [to("Thing")], "properties": {"a": {}}, "required": ["a"]}),
            json!({"type": "object", "oneOf": [to("Thing")], "properties": {"a": {}}, "required": ["a"]}),
        ),
        (
            json!({"allOf": [to("Thing")], "required": ["a"], "not": to("Text"), "anyOf": [to("Thing")]}),
            json!({"allOf": [to("Thing")], "required": ["a"], "not": to("Text"), "anyOf": [to("Thing")]}),
        ),
        // A member that only annotates is an annotation of the whole schema.
        (
            json!({"allOf": [to("Text"), {"default": "x"}, true]}),
            json!({"allOf": [to("Text")], "default": "x"}),
        ),
        // Null as a choice makes the schema nullable.
        (
            json!({"oneOf": [to("Thing"), nothing]}),
            json!({"allOf": [to("Thing")], "nullable": true}),
        ),
        (
            json!({"anyOf": [nothing, to("Thing")]}),
            json!({"allOf": [to("Thing")], "nullable": true}),
        ),
        (
            json!({"anyOf": [{"type": "string", "minLength": 1}, nothing], "title": "T"}),
            json!({"type": "string", "minLength": 1, "nullable": true, "title": "T"}),
        ),
        (
            json!({"oneOf": [to("Text"), {"const": null}, to("Whole")]}),
            json!({"oneOf": [to("Text"), to("Whole")], "nullable": true}),
        ),
        (json!({"oneOf": [nothing]}), json!({"nullable": true, "enum": [null]})),
    ]);
    assert_rejected(vec![
        (json!({"allOf": []}), NotOpenApi, "/allOf", "no schema"),
        (json!({"oneOf": {}}), NotOpenApi, "/oneOf", "not a list"),
        (json!({"not": false}), UnsupportedKeyword, "/not", "false"),
    ]);
}

#[test]
fn types_beside_combined_schemas() {
    let all = |name: &str| json!({"allOf": [to(name)]});
    let typed = |value_type: &str, name: &str| json!({"type": value_type, "allOf": [to(name)]});
    assert_schemas(vec![
        (typed("string", "Text"), all("Text")),
        (typed("object", "Thing"), all("Thing")),
        (typed("object", "SubThing"), all("SubThing")),
        (typed("number", "Whole"), all("Whole")),
        (
            json!({"type": ["object", "null"], "allOf": [to("Thing")]}),
            json!({"nullable": true, "allOf": [to("Thing")]}),
        ),
        (
            json!({"type": "object", "allOf": [{"properties": {"a": {}}}]}),
            json!({"type": "object", "allOf": [{"properties": {"a": {}}}]}),
        ),
        (
            json!({"type": "object", "anyOf": [to("Thing")]}),
            json!({"type": "object", "anyOf": [to("Thing")]}),
        ),
        (json!({"type": "object", "$ref": "#/components/schemas/Thing"}), to("Thing")),
    ]);
    assert_rejected(vec![
        (
            typed("string", "Thing"),
            UnsupportedKeyword,
            "/type",
            "S/allOf/0, which is of type object",
        ),
        (
            json!({"type": "string", "$ref": "#/components/schemas/Whole"}),
            UnsupportedKeyword,
            "/type",
            "Whole, which is of type integer",
        ),
    ]);
    // Resolving a reference for its type terminates.
    let around = json!({"type": "object", "allOf": [to("S")]});
    assert_eq!(lowered_schema(around).0, all("S"));
    let nowhere = json!({"A": to("B"), "B": to("A"), "C": {"type": "object", "allOf": [to("A")]}});
    let (api, _) = lowered(json!({"components": {"schemas": nowhere}}));
    assert_eq!(api["components"]["schemas"]["C"]["type"], "object");
}

#[test]
fn references_with_siblings() {
    let annotations = json!({
        "description": "d", "title": "t", "example": 1, "default": 2, "deprecated": true,
        "readOnly": true, "writeOnly": true, "x-a": 3
    });
    let beside = |mut schema: Value| {
        for (keyword, value) in annotations.as_object().unwrap() {
            schema[keyword] = value.clone();
        }
        schema
    };
    let all = beside(json!({"allOf": [to("Thing")]}));
    assert_schemas(vec![
        (to("Thing"), to("Thing")),
        (json!({"$ref": "#/components/schemas/Thing", "$comment": "c", "xml": {}}), to("Thing")),
        (beside(to("Thing")), all.clone()),
        (all.clone(), all),
        (
            json!({"$ref": "#/components/schemas/Thing", "required": ["a"], "description": "d"}),
            json!({"allOf": [to("Thing"), {"required": ["a"]}], "description": "d"}),
        ),
        (
            json!({"$ref": "#/components/schemas/Thing", "allOf": [to("SubThing")], "nullable": true}),
            json!({"allOf": [to("Thing"), to("SubThing")], "nullable": true}),
        ),
        (
            json!({"$ref": "#/components/schemas/Thing", "oneOf": [to("SubThing")]}),
            json!({"allOf": [to("Thing"), {"oneOf": [to("SubThing")]}]}),
        ),
    ]);
}

#[test]
fn annotations() {
    let kept = json!({
        "type": "string", "nullable": true, "readOnly": true, "writeOnly": true, "deprecated": true,
        "externalDocs": {"url": "https://example.com"}, "title": "t", "description": "d",
        "example": "e", "default": "f", "x-a": {"b": 1},
        "discriminator": {"propertyName": "kind"}
    });
    assert_schemas(vec![
        (kept.clone(), kept),
        (json!({"examples": [1, 2]}), json!({"example": 1})),
        (json!({"examples": [1], "example": 2}), json!({"example": 2})),
        (json!({"examples": []}), json!({})),
        (
            json!({"$schema": "x", "$comment": "c", "$vocabulary": {}, "xml": {}, "$id": "#a"}),
            json!({}),
        ),
        (json!({"default": null, "nullable": true}), json!({"default": null, "nullable": true})),
        (
            json!({"oneOf": [to("Thing")], "discriminator": {"propertyName": "kind", "mapping": {
                "a": "#/components/schemas/Thing", "b": "SubThing"}}}),
            json!({"oneOf": [to("Thing")], "discriminator": {"propertyName": "kind", "mapping": {
                "a": "#/components/schemas/Thing", "b": "#/components/schemas/SubThing"}}}),
        ),
    ]);
    assert_noticed(vec![
        (json!({"default": null}), json!({}), "", "null"),
        (json!({"examples": {"a": 1}}), json!({}), "/examples", "not a list"),
        (json!({"readonly": true}), json!({}), "/readonly", "unknown"),
    ]);
    let mapped =
        |target: &str| json!({"discriminator": {"propertyName": "k", "mapping": {"a/b": target}}});
    assert_rejected(vec![
        (json!({"description": 1}), NotOpenApi, "/description", "not a string"),
        (json!({"deprecated": "yes"}), NotOpenApi, "/deprecated", "not a boolean"),
        (json!({"externalDocs": {}}), NotOpenApi, "/externalDocs", "url"),
        (json!({"discriminator": "kind"}), NotOpenApi, "/discriminator", "not an object"),
        (json!({"discriminator": {}}), NotOpenApi, "/discriminator", "no `propertyName`"),
        (
            mapped("#/components/schemas/No"),
            ErrorKind::DanglingReference,
            "/discriminator/mapping/a~1b",
            "does not exist",
        ),
        (mapped("No"), ErrorKind::DanglingReference, "/discriminator/mapping/a~1b", "outside of"),
    ]);
}

#[test]
fn unsupported_keywords_are_rejected() {
    let keywords = [
        "$anchor",
        "$dynamicAnchor",
        "$dynamicRef",
        "$recursiveAnchor",
        "$recursiveRef",
        "dependentSchemas",
        "if",
        "then",
        "else",
    ];
    for keyword in keywords {
        let schema = json!({"type": "object", keyword: {}});
        assert_rejected(vec![(schema, UnsupportedKeyword, &format!("/{keyword}"), keyword)]);
    }
    assert_rejected(vec![
        (json!({"$id": "https://example.com/s"}), UnsupportedKeyword, "/$id", "base of references"),
        (json!({"$id": "other"}), UnsupportedKeyword, "/$id", "remove `$id`"),
    ]);
}
