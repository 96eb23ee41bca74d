//! Tests of unions of strings.

use super::*;

/// Returns what a union becomes, without notices. Components: the enum `State`, and `Alias` of it.
fn string(union: Value) -> Value {
    let schemas = json!({ "State": one_of_values(&["on", "off"]), "Alias": to("State") });
    let (schema, notices) = flattened(union, schemas);
    assert_eq!(notices, [""; 0], "{schema}");
    schema
}

#[test]
fn unions_of_enums_are_one_enum() {
    let constants = json!({"oneOf": [one_of_values(&["a"]), {"type": "string", "enum": ["b"], "description": "B"}]});
    assert_eq!(string(constants), one_of_values(&["a", "b"]));
    assert_eq!(
        string(json!({"anyOf": [to("State"), one_of_values(&["off", "new"])]})),
        one_of_values(&["on", "off", "new"])
    );
    assert_eq!(string(json!({"anyOf": [to("Alias"), one_of_values(&["new"])]})), one_of_values(&["on", "off", "new"]));
}

#[test]
fn enums_beside_any_string_are_open_enums() {
    assert_eq!(string(json!({"anyOf": [text(), to("State")]})), one_of_values(&["on", "off"]));
    let nullable = json!({"type": "string", "nullable": true});
    let expected = json!({"type": "string", "enum": ["on", "off"], "nullable": true, "description": "d"});
    assert_eq!(string(json!({"description": "d", "oneOf": [to("State"), nullable]})), expected);
}

#[test]
fn unions_with_other_members_are_any_json() {
    for other in [json!({"type": "integer"}), json!({"type": "string", "format": "date"}), to("Missing")] {
        let union = json!({"anyOf": [one_of_values(&["a"]), other]});
        let (schema, notices) = flattened(union, json!({}));
        assert_eq!((schema.get("type"), notices.len()), (None, 1), "{other}");
    }
}
