//! Tests of compositions: `allOf`, and unions inside of other schemas.

use serde_json::{Value, json};

use super::{body, flattened, names, normalized, object, text};
use crate::testing::{reference as to, rows, value};

#[test]
fn properties_of_all_of_are_combined() {
    let schemas = value(
        r#"{"Whole": {"type": "object", "properties": {
                "text": {"type": "string", "maxLength": 9}, "inner": @Inner, "side": @Side,
                "list": {"type": "array", "items": @Inner}, "time": {"type": "string", "format": "date-time"}}},
            "Inner": {"type": "object", "properties": {"x": {"type": "string"}}},
            "Side": {"type": "string", "enum": ["A", "B"]}}"#,
    );
    let both = r#""properties": {"x": {"type": "string"}, "y": {"type": "string"}}"#;
    let table = r#"
        "text" {"description": "d"} => {"type": "string", "maxLength": 9, "description": "d"}
        "text" {"type": "string", "enum": ["A"]} => {"type": "string", "enum": ["A"], "maxLength": 9}
        "text" {"readOnly": true} => {"type": "string", "maxLength": 9, "readOnly": true}
        "inner" {"type": "object", "properties": {"y": {"type": "string"}}} => {"type": "object", BOTH}
        "inner" {"type": "object"} => @Inner
        "inner" {"description": "d"} => {"allOf": [@Inner], "description": "d"}
        "side" {"type": "string"} => @Side
        "side" {"type": "string", "enum": ["B"]} => {"type": "string", "enum": ["B"]}
        "list" {"type": "array", "items": {"type": "object", "properties": {"y": {"type": "string"}}}}
            => {"type": "array", "items": {"type": "object", BOTH}}
        "list" {"type": "array", "minItems": 1} => {"type": "array", "items": @Inner, "minItems": 1}
        "text" {"type": "integer"} => {}
        "time" {"type": "string", "format": "date"} => {}
    "#;
    for row in rows(&table.replace("BOTH", both)) {
        let (name, property) = row[0].split_once(' ').unwrap();
        let more = json!({"type": "object", "properties": {name.trim_matches('"'): value(property)}});
        let (found, notices) = flattened(json!({"allOf": [to("Whole"), more]}), schemas.clone());
        let found = &found["properties"][name.trim_matches('"')];
        assert_eq!((found, notices.len()), (&value(row[1]), usize::from(row[1] == "{}")), "{}", row[0]);
    }
}

#[test]
fn choices_beside_properties_are_not_lost() {
    let schemas = json!({"Thing": object(json!({"a": text(), "b": text()}))});
    let restricted = r#"[{"required": ["a"]}, {"required": ["b"], "not": {"required": ["a"]}}]"#;
    let described = r#"[{"properties": {"c": {"type": "string"}}}, {"properties": {"d": {"type": "string"}}}]"#;
    for keyword in ["anyOf", "oneOf"] {
        for (members, found, message) in
            [(restricted, to("Thing"), "only restricts"), (described, json!({}), "is any JSON")]
        {
            let schema = value(&format!(r#"{{"allOf": [@Thing], "{keyword}": {members}}}"#));
            let (property, notices) = flattened(schema, schemas.clone());
            let expected = if found == json!({}) { found } else { json!({"allOf": [found]}) };
            assert_eq!(property, expected, "{keyword} {members}");
            assert!(notices[0].contains(message), "{notices:?}");
            let schema = value(&format!(r#"{{"properties": {{"a": {{"type": "string"}}}}, "{keyword}": {members}}}"#));
            assert!(flattened(schema, schemas.clone()).1[0].contains(message), "{keyword} {members}");
        }
    }
}

#[test]
fn requests_have_what_all_of_requires() {
    let schemas = json!({"Thing": object(json!({"a": text(), "b": text()})), "Amount": object(json!({}))});
    let more = json!({"allOf": [to("Thing"), {"required": ["b", "c"]}]});
    let model = normalized(body(more.clone()), schemas.clone()).unwrap();
    let required: Vec<&String> =
        model.types["MakeBody"].rules.iter().filter(|(_, rule)| rule.required).map(|(name, _)| name).collect();
    assert_eq!(required, ["b", "c"]);
    // Responses are decoded without any of their properties.
    let response =
        json!({"responses": {"200": {"description": "", "content": {"application/json": {"schema": more}}}}});
    assert_eq!(names(response, schemas), ["Thing"]);
}

#[test]
fn inline_unions_keep_their_variants() {
    let animal = |tag: Value| json!({"type": "object", "properties": {"kind": tag, "name": text()}});
    let union = json!({"oneOf": [to("Cat"), to("Dog")], "discriminator": {
        "propertyName": "kind", "mapping": {"1": "Cat", "2": "Dog"}}});
    let list = json!({"type": "array", "items": union});
    for schema in [&union, &list] {
        let schemas = json!({"Cat": animal(text()), "Dog": animal(text()), "Amount": object(json!({}))});
        let model = normalized(body(schema.clone()), schemas).unwrap();
        assert_eq!(model.types.keys().collect::<Vec<_>>(), ["Amount", "Cat", "Dog", "MakeBody"]);
        assert!(model.types["MakeBody"].union.is_some());
    }
    // A selector is written as a string.
    let number = json!({"type": "integer"});
    let schemas = json!({"Cat": animal(number.clone()), "Dog": animal(number), "Amount": object(json!({}))});
    let model = normalized(body(union), schemas).unwrap();
    assert!(model.types.len() == 1 && model.notices[0].message.contains("without a selector"));
}
