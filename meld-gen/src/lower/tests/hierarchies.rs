//! Tests of hierarchies, of unions without a mapping and of wrapped members.

use serde_json::{Value, json};

use super::*;

fn lowered_schemas(schemas: Value) -> Value {
    let (api, notices) = lowered(json!({"components": {"schemas": schemas}}));
    assert_eq!(notices, Vec::<String>::new());
    api["components"]["schemas"].clone()
}

/// Returns `allOf` of a parent and an object with one property.
fn child(parent: &str, property: &str) -> Value {
    let own = json!({"type": "object", "properties": {property: {"type": "string"}}});
    json!({"allOf": [to(parent), own]})
}

fn pet(mapping: Value) -> Value {
    json!({
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "name": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": mapping}
    })
}

fn owner(of: &str) -> Value {
    json!({"type": "object", "properties": {"pet": to(of)}})
}

#[test]
fn a_parent_becomes_the_union_of_its_children() {
    let after = lowered_schemas(json!({
        "Pet": pet(json!({"cat": "#/components/schemas/Cat"})),
        "Cat": child("Pet", "lives"),
        "Dog": child("Pet", "breed"),
        "Owner": owner("Pet")
    }));
    assert_eq!(after["Pet"]["oneOf"], json!([to("Cat"), to("Dog")]));
    assert_eq!(
        after["Pet"]["discriminator"]["mapping"],
        json!({"cat": "#/components/schemas/Cat", "Dog": "#/components/schemas/Dog"})
    );
    assert_eq!(after["Cat"]["allOf"][0], to("PetBase"));
    assert_eq!(after["PetBase"]["properties"]["name"], json!({"type": "string"}));
    assert_eq!(after["Owner"]["properties"]["pet"], to("Pet"));
}

#[test]
fn grandchildren_of_the_same_value_are_not_lost() {
    let mut cat = child("Pet", "lives");
    cat["properties"] = json!({"kind": {"type": "string", "enum": ["cat"]}});
    let schemas = |property: &str| {
        json!({
            "Pet": pet(json!({"cat": "#/components/schemas/Cat"})),
            "Cat": cat,
            "Lion": child("Cat", property),
            "Owner": owner("Pet")
        })
    };
    // A member without a value makes the union any JSON later.
    for (property, members) in [("mane", json!([to("Cat"), to("Lion")])), ("lives", json!([to("Cat")]))] {
        let after = lowered_schemas(schemas(property));
        assert_eq!(after["Pet"]["oneOf"], members, "{property}");
        assert_eq!(after["Pet"]["discriminator"]["mapping"], json!({"cat": "#/components/schemas/Cat"}));
    }
}

#[test]
fn grandchildren_are_members_of_the_union() {
    let after = lowered_schemas(json!({
        "Pet": pet(json!({})),
        "Cat": child("Pet", "lives"),
        "Lion": child("Cat", "mane"),
        "Owner": owner("Pet")
    }));
    assert_eq!(after["Pet"]["oneOf"], json!([to("Cat"), to("Lion")]));
}

#[test]
fn a_parent_that_is_mapped_keeps_its_fields() {
    let after = lowered_schemas(json!({
        "Pet": pet(json!({"other": "#/components/schemas/Pet", "cat": "Cat"})),
        "Cat": child("Pet", "lives"),
        "Owner": owner("Pet")
    }));
    assert_eq!(after["Pet"]["oneOf"], json!([to("PetBase"), to("Cat")]));
    assert_eq!(after["Pet"]["discriminator"]["mapping"]["other"], "#/components/schemas/PetBase");
}

#[test]
fn a_parent_that_is_only_extended_stays() {
    let schemas = json!({
        "Pet": pet(json!({"cat": "#/components/schemas/Cat"})),
        "Cat": child("Pet", "lives"),
        "Owner": owner("Cat")
    });
    let after = lowered_schemas(schemas.clone());
    assert_eq!(after["Cat"], schemas["Cat"]);
    assert!(after["Pet"]["oneOf"].is_null());
}

#[test]
fn inline_schemas_extend_the_base() {
    let after = lowered_schemas(json!({
        "Pet": pet(json!({})),
        "Cat": child("Pet", "lives"),
        "Owner": {"type": "object", "properties": {
            "pet": to("Pet"), "own": child("Pet", "toy"), "same": {"allOf": [to("Pet")], "title": "t"}
        }}
    }));
    let properties = &after["Owner"]["properties"];
    assert_eq!(properties["own"]["allOf"][0], to("PetBase"));
    assert_eq!(properties["same"]["allOf"][0], to("Pet"));
}

#[test]
fn a_union_that_its_members_extend_is_no_cycle() {
    let member = json!({"title": "Cat", "allOf": [to("Cat")]});
    let after = lowered_schemas(json!({
        "Pet": {
            "type": "object",
            "properties": {"kind": {"type": "string"}, "name": {"type": "string"}},
            "discriminator": {"propertyName": "kind"},
            "oneOf": [member, to("Dog")]
        },
        "Cat": child("Pet", "lives"),
        "Dog": child("Pet", "breed"),
        "Owner": owner("Pet")
    }));
    assert_eq!(after["Pet"]["oneOf"], json!([to("Cat"), to("Dog")]));
    assert_eq!(after["Pet"]["discriminator"]["mapping"].as_object().unwrap().len(), 2);
    assert_eq!(after["Dog"]["allOf"][0], to("PetBase"));
}

#[test]
fn a_cycle_without_own_fields_has_no_base() {
    let after = lowered_schemas(json!({
        "Details": {"description": "d", "oneOf": [{"title": "t", "allOf": [to("Token")]}]},
        "Token": child("Details", "token"),
    }));
    assert_eq!(after["Details"], json!({"description": "d", "oneOf": [to("Token")]}));
    assert_eq!(after["Token"]["allOf"].as_array().unwrap().len(), 1);
    assert!(after["DetailsBase"].is_null());
}

#[test]
fn values_come_from_the_tag_of_each_member() {
    let with_tag = |tag: Value| json!({"type": "object", "properties": {"kind": tag}});
    let after = lowered_schemas(json!({
        "Union": {
            "oneOf": [to("A"), to("B"), to("SepaOrder")],
            "discriminator": {"propertyName": "kind"}
        },
        "A": with_tag(json!({"const": "a"})),
        "B": with_tag(json!({"type": "string"})),
        "SepaOrder": with_tag(json!({"type": "string", "enum": ["ACH", "SEPA"]}))
    }));
    assert_eq!(
        after["Union"]["discriminator"]["mapping"],
        json!({
            "a": "#/components/schemas/A",
            "B": "#/components/schemas/B",
            "SEPA": "#/components/schemas/SepaOrder"
        })
    );
}

#[test]
fn a_union_has_the_discriminator_of_the_parent() {
    let after = lowered_schemas(json!({
        "Pet": pet(json!({})),
        "Cat": child("Pet", "lives"),
        "Dog": child("Pet", "breed"),
        "Owner": {"type": "object", "properties": {"pet": {"oneOf": [to("Cat"), to("Dog")]}}}
    }));
    let union = &after["Owner"]["properties"]["pet"];
    assert_eq!(union["discriminator"]["propertyName"], "kind");
    assert_eq!(union["discriminator"]["mapping"].as_object().unwrap().len(), 2);
}

#[test]
fn a_tag_that_no_member_has_maps_nothing() {
    let after = lowered_schemas(json!({
        "Union": {"oneOf": [to("A")], "discriminator": {"propertyName": "kind"}},
        "A": {"type": "object", "properties": {"a": {"type": "string"}}}
    }));
    assert_eq!(after["Union"]["discriminator"], json!({"propertyName": "kind"}));
}

#[test]
fn defaults_of_further_properties_mean_nothing() {
    let artefact = json!({"additionalProperties": {"default": ""}, "default": "", "allOf": [to("Thing")]});
    let after = lowered_schemas(json!({
        "Thing": {"type": "object", "properties": {"a": {"type": "string"}}},
        "Holder": {"type": "object", "properties": {"thing": artefact}},
        "Map": {"type": "object", "additionalProperties": {"default": ""}}
    }));
    let thing = &after["Holder"]["properties"]["thing"];
    assert_eq!(thing, &json!({"allOf": [to("Thing")], "default": ""}));
    assert_eq!(after["Map"], json!({"type": "object", "additionalProperties": true}));
}
