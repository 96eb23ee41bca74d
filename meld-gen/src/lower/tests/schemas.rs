//! Keywords of schemas.

use super::*;

#[test]
fn types() {
    assert_lowered(
        r##"
        {"type": "string"} => same
        {"type": ["string"]} => {"type": "string"}
        {"type": ["string", "null"]} => {"type": "string", "nullable": true}
        {"type": "string", "nullable": true} => same
        {"type": "null"} => {"nullable": true, "enum": [null]}
        {"type": ["null"]} => {"nullable": true, "enum": [null]}
        {"type": ["integer", "number"], "minimum": 0.5} => {"type": "number", "minimum": 0.5}
        {"type": ["string", "integer", "null"], "minLength": 1, "minimum": 2, "format": "int64",
            "enum": ["a", 3, null], "title": "T"}
            => {"nullable": true, "title": "T", "anyOf": [{"type": "string", "minLength": 1, "enum": ["a"]},
                {"type": "integer", "minimum": 2, "format": "int64", "enum": [3]}]} => /enum => only strings
        {"type": ["object", "array"], "properties": {"a": true}, "items": @Text}
            => {"anyOf": [{"type": "object", "properties": {"a": {}}}, {"type": "array", "items": @Text}]}
        {"type": ["string", "boolean"], "not": {"const": "a"}}
            => {"allOf": [{"anyOf": [{"type": "string"}, {"type": "boolean"}]}],
                "not": {"type": "string", "enum": ["a"]}}
        true => {}
        {} => same
        {"description": "d"} => same
        {"type": "file"} => {} => /type => `file` is not a type
        {"type": ["string", "date-time"], "title": "T"} => {"title": "T"} => /type => any type
        {"type": "text", "enum": ["a"]} => {"type": "string", "enum": ["a"]} => /type => any type
        {"type": null, "title": "T"} => {"title": "T"} => /type => `type` is null
        {"type": ["string", null]} => {"type": "string", "nullable": true} => /type => the type `null`
        {"anyOf": [null]} => {"anyOf": [{}]} => /anyOf/0 => the schema is null
        {"type": []} => NotOpenApi => /type => not a type
        {"type": ["string", 1]} => NotOpenApi => /type => 1 is not a type
        false => {} => => any JSON
        {"type": "array", "items": false} => {"type": "array", "items": {}} => /items => any JSON
        {"anyOf": [false]} => {"anyOf": [{}]} => /anyOf/0 => any JSON
        [] => NotOpenApi => => not an object
        {"items": "x"} => NotOpenApi => /items => not an object
    "##,
    );
}

#[test]
fn values() {
    assert_lowered(
        r##"
        {"const": "a"} => {"type": "string", "enum": ["a"]}
        {"const": 1, "type": "number"} => {"type": "number", "enum": [1.0]} => /const => only strings
        {"const": 1} => {"type": "integer", "enum": [1]} => /const => only strings
        {"const": true} => {"type": "boolean", "enum": [true]} => /const => only strings
        {"const": null} => {"nullable": true, "enum": [null]}
        {"const": {"a": 1}} => {"type": "object", "enum": [{"a": 1}]}
        {"const": [1]} => {"type": "array", "enum": [[1]]}
        {"enum": ["a", "b"], "const": "b"} => {"type": "string", "enum": ["b"]}
        {"enum": ["a", null]} => {"type": "string", "nullable": true, "enum": ["a"]}
        {"enum": [null]} => {"nullable": true, "enum": [null]}
        {"type": ["string", "null"], "enum": ["a", null]} => {"type": "string", "nullable": true, "enum": ["a"]}
        {"enum": [1, 2.5]} => {"type": "number", "enum": [1.0, 2.5]} => /enum => only strings
        {"enum": ["a", 1]} => same => /enum => only strings
        {"type": "integer", "enum": [1.0, 2]} => {"type": "integer", "enum": [1, 2]} => /enum => only strings
        {"type": "integer", "enum": [18446744073709551615]} => same => /enum => only strings
        {"type": "boolean", "enum": [false]} => same => /enum => only strings
        {"enum": ["a", "a"]} => {"type": "string", "enum": ["a"]} => /enum => duplicate
        {"type": "string", "enum": ["a", 1]} => {"type": "string", "enum": ["a"]} => /enum => not have the type
        {"enum": "a"} => NotOpenApi => /enum => not a list
        {"enum": []} => {} => /enum => dropped
        {"enum": ["a"], "const": "b"} => {"type": "string", "enum": ["a"]} => /const => dropped
        {"type": "integer", "const": "b"} => {"type": "integer"} => /const => the values are dropped
    "##,
    );
}

#[test]
fn numbers() {
    assert_lowered(
        r##"
        {"type": "number", "exclusiveMinimum": 1} => {"type": "number", "minimum": 1.0, "exclusiveMinimum": true}
        {"type": "number", "exclusiveMaximum": 1} => {"type": "number", "maximum": 1.0, "exclusiveMaximum": true}
        {"type": "number", "minimum": 2, "exclusiveMinimum": 1} => {"type": "number", "minimum": 2.0}
        {"type": "number", "minimum": 1, "exclusiveMinimum": 1}
            => {"type": "number", "minimum": 1.0, "exclusiveMinimum": true}
        {"type": "number", "maximum": 1, "exclusiveMaximum": 2} => {"type": "number", "maximum": 1.0}
        {"type": "number", "maximum": 2, "exclusiveMaximum": 1}
            => {"type": "number", "maximum": 1.0, "exclusiveMaximum": true}
        {"type": "number", "minimum": 1, "exclusiveMinimum": true}
            => {"type": "number", "minimum": 1.0, "exclusiveMinimum": true}
        {"type": "number", "minimum": 1, "exclusiveMinimum": false} => {"type": "number", "minimum": 1.0}
        {"type": "number", "exclusiveMaximum": true} => {"type": "number"}
        {"type": "number", "multipleOf": 0.01, "format": "double"} => same => /multipleOf => only restricts
        {"type": "integer", "maximum": 9223372036854775807, "minimum": 1.0, "multipleOf": 5}
            => {"type": "integer", "maximum": 9223372036854775807, "minimum": 1, "multipleOf": 5} => /multipleOf => only restricts
        {"type": "integer", "minimum": 0.5, "exclusiveMaximum": 2.5, "multipleOf": 0.01}
            => {"type": "integer", "minimum": 1, "maximum": 2} => /multipleOf => only restricts
        {"type": "integer", "minimum": 0, "maximum": 18446744073709551615}
            => {"type": "integer", "minimum": 0, "format": "uint64"}
        {"type": "integer", "format": "uint64", "maximum": 18446744073709551615}
            => {"type": "integer", "format": "uint64"}
        {"type": "integer", "maximum": 18446744073709551615} => {"type": "integer", "maximum": 1.8446744073709552e19}
        {"minimum": 1} => {"minimum": 1.0}
        {"minimum": "1"} => {} => /minimum => not a number
        {"exclusiveMinimum": "1"} => {} => /exclusiveMinimum => not a number
    "##,
    );
}

#[test]
fn strings() {
    assert_lowered(
        r##"
        {"type": "string", "format": "uuid", "pattern": "^a", "minLength": 1, "maxLength": 9} => same
        {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/octet-stream"}
            => {"type": "string", "format": "byte"}
        {"contentEncoding": "base64url"} => {"type": "string", "format": "byte"}
        {"type": "string", "contentMediaType": "application/octet-stream"} => {"type": "string", "format": "binary"}
        {"type": "string", "format": "uuid", "contentEncoding": "base64"} => {"type": "string", "format": "uuid"}
        {"type": "string", "contentMediaType": "application/json"} => {"type": "string"} => /contentMediaType => dropped
        {"type": "string", "contentEncoding": "base32"} => {"type": "string"} => /contentEncoding => dropped
        {"type": "integer", "contentEncoding": "base64"} => {"type": "integer"} => /contentEncoding => dropped
        {"type": "string", "contentSchema": {}} => {"type": "string"} => /contentSchema => dropped
        {"type": "string", "minimum": 1} => {"type": "string"} => => keywords of numbers
        {"type": "boolean", "minLength": 1}
            => {"type": "boolean"} => => keywords of strings do not apply to values of type boolean
        {"type": "object", "format": "x"} => {"type": "object"} => => format
        {"minLength": -1} => {} => /minLength => not a non-negative integer; dropped
        {"minLength": 1.5} => {} => /minLength => not a non-negative integer; dropped
        {"maxLength": 1e30} => {"maxLength": 18446744073709551615}
        {"pattern": null} => {} => /pattern => null; read as missing
        {"pattern": 1} => {"pattern": "1"} => /pattern => not a string
    "##,
    );
}

#[test]
fn arrays() {
    assert_lowered(
        r##"
        {"type": "array", "items": @Text, "minItems": 1, "maxItems": 2, "uniqueItems": true} => same
        {"type": "array"} => same
        {"items": true} => {"items": {}}
        {"type": "array", "prefixItems": [{"type": "string"}, @Whole, {"type": "string"}], "items": false,
            "minItems": 1}
            => {"type": "array", "items": {"anyOf": [{"type": "string"}, @Whole]}, "minItems": 1, "maxItems": 3}
        {"type": "array", "prefixItems": [{"type": "string"}, {"type": "string"}]}
            => {"type": "array", "items": {"type": "string"}}
        {"type": "array", "prefixItems": [{"type": "string"}], "items": false, "maxItems": 9}
            => {"type": "array", "items": {"type": "string"}, "maxItems": 1}
        {"type": "array", "prefixItems": [{"type": "string"}, @Whole], "maxItems": 2}
            => {"type": "array", "items": {"anyOf": [{"type": "string"}, @Whole]}, "maxItems": 2}
        {"type": "array", "prefixItems": [{"type": "string"}], "items": @Whole}
            => {"type": "array", "items": {"anyOf": [{"type": "string"}, @Whole]}}
        {"type": "array", "unevaluatedItems": true} => {"type": "array"}
        {"type": "array", "prefixItems": [{"type": "string"}, @Whole]}
            => {"type": "array", "items": {}} => /prefixItems => any JSON
        {"type": "array", "contains": {"type": "string"}} => {"type": "array"} => /contains => dropped
        {"type": "array", "minContains": 1} => {"type": "array"} => /minContains =>
        {"type": "array", "maxContains": 1} => {"type": "array"} => /maxContains =>
        {"type": "array", "unevaluatedItems": false} => {"type": "array"} => /unevaluatedItems => dropped
        {"type": "array", "items": [@Whole, @Whole], "additionalItems": false}
            => {"type": "array", "items": @Whole, "maxItems": 2} => /items => read as `prefixItems`
        {"prefixItems": {"type": "string"}} => NotOpenApi => /prefixItems => not a list
        {"unevaluatedItems": {"type": "string"}} => {} => /unevaluatedItems => such values have no type
        {"type": "array", "uniqueItems": "false"} => {"type": "array"} => /uniqueItems => a string
        {"uniqueItems": "yes"} => NotOpenApi => /uniqueItems => not a boolean
    "##,
    );
}

#[test]
fn objects() {
    assert_lowered(
        r##"
        {"type": "object", "properties": {"a": @Text}, "required": ["a", "z"], "additionalProperties": false,
            "minProperties": 1, "maxProperties": 2} => same => /maxProperties => only restricts
            => /minProperties => only restricts
        {"type": "object", "additionalProperties": @Text} => same
        {"required": ["a", "a"]} => {"required": ["a"]}
        {"additionalProperties": {}} => {"additionalProperties": true}
        {"type": "object", "properties": {"a": false, "b": true}} => {"type": "object", "properties": {"b": {}}}
        {"type": "object", "properties": {"$ref": {"type": "string"}, "enum": {"type": "string"}}} => same
        {"type": "object", "unevaluatedProperties": true} => {"type": "object"}
        {"type": "object", "unevaluatedProperties": {}} => {"type": "object"}
        {"type": "object", "patternProperties": {}} => {"type": "object"}
        {"type": "object", "patternProperties": {"^a": @Text, "^b": @Text}}
            => {"type": "object", "additionalProperties": @Text} => /patternProperties => property names
        {"type": "object", "patternProperties": {"^a": @Text}, "additionalProperties": false}
            => {"type": "object", "additionalProperties": @Text} => /patternProperties => property names
        {"type": "object", "propertyNames": {}} => {"type": "object"} => /propertyNames =>
        {"type": "object", "dependentRequired": {}} => {"type": "object"} => /dependentRequired =>
        {"type": "object", "unevaluatedProperties": false} => {"type": "object"} => /unevaluatedProperties =>
        {"type": "object", "properties": {"example": ["a", "b"]}}
            => {"type": "object"} => /properties/example => not a schema
        {"type": "object", "properties": {"a/b": null}} => {"type": "object"} => /properties/a~1b => not a schema
        {"required": true} => {} => /required => a boolean
        {"properties": {"a": {"required": true, "type": "string"}, "b": {"required": false}}}
            => {"properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]}
            => /properties/a/required => a boolean => /properties/b/required => a boolean
        {"required": "a"} => NotOpenApi => /required => not a list
        {"required": [1]} => NotOpenApi => /required => list of strings
        {"properties": []} => NotOpenApi => /properties => not an object
        {"properties": {"a": false}, "required": ["a"]} => {} => /properties/a => dropped
        {"patternProperties": {"a": {}, "b": @Text}}
            => {"additionalProperties": true} => /patternProperties => property names are accepted
            => /patternProperties => such properties accept any JSON
        {"patternProperties": {"a": {}}, "properties": {"b": {}}}
            => {"properties": {"b": {}}, "additionalProperties": true} => /patternProperties => names are accepted
        {"unevaluatedProperties": @Text} => {} => /unevaluatedProperties => such values have no type
        {"additionalProperties": 1} => NotOpenApi => /additionalProperties => not an object
    "##,
    );
}

#[test]
fn combined() {
    assert_lowered(
        r##"
        {"oneOf": [@Text, @Whole]} => same
        {"anyOf": [@Text, {}]} => same
        {"not": @Text} => same
        {"type": "object", "oneOf": [@Thing], "properties": {"a": {}}, "required": ["a"]} => same
        {"allOf": [@Thing], "required": ["a"], "not": @Text, "anyOf": [@Thing]} => same
        // A member that only annotates is an annotation of the whole schema.
        {"allOf": [@Text, {"default": "x"}, true]} => {"allOf": [@Text], "default": "x"}
        // Null as a choice makes the schema nullable.
        {"oneOf": [@Thing, {"type": "null"}]} => {"allOf": [@Thing], "nullable": true}
        {"anyOf": [{"type": "null"}, @Thing]} => {"allOf": [@Thing], "nullable": true}
        {"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}], "title": "T"}
            => {"type": "string", "minLength": 1, "nullable": true, "title": "T"}
        {"oneOf": [@Text, {"const": null}, @Whole]} => {"oneOf": [@Text, @Whole], "nullable": true}
        {"oneOf": [{"type": "null"}]} => {"nullable": true, "enum": [null]}
        {"allOf": []} => {} => /allOf => dropped
        {"oneOf": {}} => NotOpenApi => /oneOf => not a list
        {"not": false} => {"not": {}} => /not => any JSON
    "##,
    );
}

#[test]
fn types_beside_combined_schemas() {
    assert_lowered(
        r##"
        {"type": "string", "allOf": [@Text]} => {"allOf": [@Text]}
        {"type": "object", "allOf": [@Thing]} => {"allOf": [@Thing]}
        {"type": "object", "allOf": [@SubThing]} => {"allOf": [@SubThing]}
        {"type": "number", "allOf": [@Whole]} => {"allOf": [@Whole]}
        {"type": ["object", "null"], "allOf": [@Thing]} => {"nullable": true, "allOf": [@Thing]}
        {"type": "object", "allOf": [{"properties": {"a": {}}}]} => same
        {"type": "object", "anyOf": [@Thing]} => same
        {"type": "object", "$ref": "#/components/schemas/Thing"} => @Thing
        {"type": "string", "allOf": [@Thing]} => {} => /type => any JSON
        {"type": "string", "$ref": "#/components/schemas/Whole"} => {} => /type => any JSON
    "##,
    );
    // Resolving a reference for its type terminates.
    assert_eq!(lowered_schema(value(r#"{"type": "object", "allOf": [@S]}"#)).0, value(r#"{"allOf": [@S]}"#));
    let nowhere = value(r#"{"A": @B, "B": @A, "C": {"type": "object", "allOf": [@A]}}"#);
    let (api, _) = lowered(json!({"components": {"schemas": nowhere}}));
    assert_eq!(api["components"]["schemas"]["C"]["type"], "object");
}

#[test]
fn references_with_siblings() {
    assert_lowered(
        r##"
        @Thing => same
        {"$ref": "#/components/schemas/Thing", "$comment": "c", "xml": {}} => @Thing
        {"$ref": "#/components/schemas/Thing", "description": "d", "title": "t", "example": 1, "default": 2,
            "deprecated": true, "readOnly": true, "writeOnly": true, "x-a": 3}
            => {"allOf": [@Thing], "description": "d", "title": "t", "example": 1, "default": 2, "deprecated": true,
            "readOnly": true, "writeOnly": true, "x-a": 3}
        {"allOf": [@Thing], "description": "d", "title": "t", "example": 1, "default": 2, "deprecated": true,
            "readOnly": true, "writeOnly": true, "x-a": 3} => same
        {"$ref": "#/components/schemas/Thing", "required": ["a"], "description": "d"}
            => {"allOf": [@Thing, {"required": ["a"]}], "description": "d"}
        {"$ref": "#/components/schemas/Thing", "allOf": [@SubThing], "nullable": true}
            => {"allOf": [@Thing, @SubThing], "nullable": true}
        {"$ref": "#/components/schemas/Thing", "oneOf": [@SubThing]} => {"allOf": [@Thing, {"oneOf": [@SubThing]}]}
    "##,
    );
}

#[test]
fn annotations() {
    assert_lowered(
        r##"
        {"type": "string", "nullable": true, "readOnly": true, "writeOnly": true, "deprecated": true,
            "externalDocs": {"url": "https://example.com"}, "title": "t", "description": "d", "example": "e",
            "default": "f", "x-a": {"b": 1}, "discriminator": {"propertyName": "kind"}} => same
        {"examples": [1, 2]} => {"example": 1}
        {"examples": [1], "example": 2} => {"example": 2}
        {"examples": []} => {}
        {"$schema": "x", "$comment": "c", "$vocabulary": {}, "xml": {}, "$id": "#a"} => {}
        {"default": null, "nullable": true} => same
        {"oneOf": [@Thing], "discriminator": {"propertyName": "kind", "mapping": {
                "a": "#/components/schemas/Thing", "b": "SubThing"}}}
            => {"oneOf": [@Thing], "discriminator": {"propertyName": "kind", "mapping": {
                "a": "#/components/schemas/Thing", "b": "#/components/schemas/SubThing"}}}
        {"discriminator": {"propertyName": "k", "mapping": {"a/b": "#/components/schemas/No"}}}
            => {"discriminator": {"propertyName": "k"}} => /discriminator/mapping/a~1b => is not in the spec; dropped
        {"discriminator": {"propertyName": "k", "mapping": {"a": "./b/Thing.json#/Thing"}}}
            => {"discriminator": {"propertyName": "k", "mapping": {"a": "#/components/schemas/Thing"}}}
            => /discriminator/mapping/a => read as the component `Thing`
        {"default": null} => {} => => null
        {"examples": {"a": 1}} => {} => /examples => not a list
        {"readonly": true} => {} => /readonly => unknown
        {"description": 1} => {"description": "1"} => /description => not a string
        {"deprecated": "yes"} => NotOpenApi => /deprecated => not a boolean
        {"externalDocs": {}} => {} => /externalDocs => missing field `url`); dropped
        {"discriminator": "kind"} => {"discriminator": {"propertyName": "kind"}} => /discriminator => as in Swagger 2.0
        {"discriminator": {}} => NotOpenApi => /discriminator => no `propertyName`
    "##,
    );
}

#[test]
fn unsupported_keywords_are_reported() {
    assert_lowered(
        r##"
        {"$anchor": "a"} => {}
        {"$dynamicAnchor": {}} => {}
        {"$recursiveAnchor": {}} => {}
        {"$dynamicRef": {}} => {} => /$dynamicRef => accepts any JSON
        {"$recursiveRef": {}} => {} => /$recursiveRef => accepts any JSON
        {"dependentSchemas": {}} => {} => /dependentSchemas => has no type
        {"if": {}} => {} => /if => has no type
        {"then": {}} => {} => /then => has no type
        {"else": {}} => {} => /else => has no type
        {"$id": "https://example.com/s"} => {} => /$id => relative to the whole spec
        {"$id": "other"} => {} => /$id => relative to the whole spec
    "##,
    );
}
