//! The repairs of schemas, each on the smallest spec with its fault.

use serde_json::{Value, json};

use super::super::testing::{applied, components, repaired};
use super::*;

fn repaired_schemas(schemas: Value) -> (Value, Vec<super::super::Applied>) {
    let (after, notes) = repaired(components(schemas));
    (after["components"]["schemas"].clone(), notes)
}

#[test]
fn default_only_member_leaves_the_reference() {
    let reference = json!({ "$ref": "#/components/schemas/Kind" });
    let (after, notes) = repaired_schemas(json!({
        "Plain": { "type": "array", "items": { "allOf": [reference, { "default": "A" }] } },
        "Annotated": { "type": "array", "items":
            { "description": "d", "allOf": [reference, { "default": "A" }] } },
        "Lowered": { "type": "array", "items": { "allOf": [reference], "default": "A" } },
        "Other": { "allOf": [reference, { "default": "A", "description": "d" }] },
        "Kind": { "type": "string" }
    }));
    assert_eq!(after["Plain"]["items"], reference);
    assert_eq!(after["Lowered"]["items"], reference);
    assert_eq!(after["Annotated"]["items"], json!({ "description": "d", "allOf": [reference] }));
    assert_eq!(after["Other"]["allOf"][1], json!({ "description": "d" }));
    assert_eq!(applied(&notes, "default-only-member").len(), 3);
}

#[test]
fn every_default_is_dropped() {
    let (after, notes) = repaired_schemas(json!({ "A": { "type": "object", "properties": {
        "default": { "type": "string", "default": "testUser" },
        "flag": { "type": "boolean", "default": false }
    } } }));
    assert_eq!(after["A"]["properties"]["default"], json!({ "type": "string" }));
    let notes = applied(&notes, "demo-default");
    assert_eq!(notes[0].what, "dropped the default `\"testUser\"`");
    assert_eq!(notes[1].pointer, "/components/schemas/A/properties/flag");
    assert_eq!(notes[1].what, "dropped the default `false`");
}

#[test]
fn only_sets_of_objects_become_lists() {
    let set = |items: Value| json!({ "type": "array", "uniqueItems": true, "items": items });
    let (after, notes) = repaired_schemas(json!({
        "Objects": set(json!({ "$ref": "#/components/schemas/Object" })),
        "Anything": set(json!({})),
        "Strings": set(json!({ "type": "string" })),
        "Kinds": set(json!({ "$ref": "#/components/schemas/Kind", "description": "d" })),
        "Loop": set(json!({ "$ref": "#/components/schemas/Self" })),
        "Self": { "allOf": [{ "$ref": "#/components/schemas/Self" }] },
        "Object": { "type": "object" },
        "Kind": { "type": "string", "enum": ["A"] }
    }));
    for (name, is_set) in [("Objects", false), ("Anything", false), ("Strings", true), ("Kinds", true), ("Loop", false)]
    {
        assert_eq!(after[name]["uniqueItems"].is_boolean(), is_set, "{name}");
    }
    assert_eq!(applied(&notes, "unique-items-of-objects").len(), 3);
}

#[test]
fn only_write_only_views_are_removed() {
    let (after, notes) = repaired_schemas(json!({
        "CustomerAddressDetails": { "type": "object", "properties": {
            "addressDetailsFields": { "type": "object", "writeOnly": true },
            "city": { "type": "string" }
        } },
        "Login": { "type": "object", "properties": {
            "password": { "type": "string", "writeOnly": true }
        } }
    }));
    let properties = after["CustomerAddressDetails"]["properties"].as_object().unwrap();
    assert_eq!(properties.keys().collect::<Vec<_>>(), ["city"]);
    assert!(after["Login"]["properties"]["password"].is_object());
    assert_eq!(applied(&notes, "write-only-in-responses").len(), 1);
}

#[test]
fn getters_are_removed_from_requests_only() {
    let properties = json!({ "type": "object", "required": ["nameOrNull", "phone"], "properties": {
        "nameOrNull": { "type": "string" },
        "billingAddress": { "$ref": "#/components/schemas/Customer" },
        "phone": { "type": "string" }
    } });
    let (after, notes) = repaired_schemas(json!({ "CustomerInput": properties, "Customer": properties }));
    assert_eq!(after["CustomerInput"]["required"], json!(["phone"]));
    assert_eq!(after["CustomerInput"]["properties"].as_object().unwrap().len(), 1);
    assert_eq!(after["Customer"], properties);
    assert_eq!(applied(&notes, "server-getters").len(), 2);
}

#[test]
fn only_enums_lose_their_minimum_length() {
    let (after, notes) = repaired_schemas(json!({
        "Enum": { "type": "string", "enum": ["A"], "minLength": 1 },
        "Text": { "type": "string", "minLength": 1 }
    }));
    assert_eq!(after["Enum"], json!({ "type": "string", "enum": ["A"] }));
    assert_eq!(after["Text"]["minLength"], 1);
    assert_eq!(applied(&notes, "enum-min-length").len(), 1);
}

#[test]
fn crypto_details_have_all_wallet_addresses() {
    let (after, notes) = repaired_schemas(json!({
        "CryptoDetails": { "type": "object", "properties": {
            "walletAddress": { "type": "string", "description": "theirs" },
            "chainId": { "type": "string" }
        } },
        "CryptoDetails20250304": { "type": "object", "properties": {
            "sessionWalletAddress": { "type": "string" }
        } },
        "CryptoDetailsInput": { "type": "object", "properties": {} }
    }));
    let properties = after["CryptoDetails"]["properties"].as_object().unwrap();
    assert_eq!(
        properties.keys().collect::<Vec<_>>(),
        [
            "walletAddress",
            "chainId",
            "offrampDestinationWalletAddress",
            "sourceWalletAddress",
            "destinationWalletAddress",
            "sessionWalletAddress"
        ]
    );
    let dated = &after["CryptoDetails20250304"]["properties"];
    assert_eq!(dated["walletAddress"]["description"], "theirs");
    assert_eq!(dated["sourceWalletAddress"]["description"], "Address of the wallet that sends the crypto");
    assert_eq!(after["CryptoDetailsInput"], json!({ "type": "object" }));
    assert_eq!(applied(&notes, "wallet-addresses").len(), 2);
}

#[test]
fn date_pattern_becomes_format() {
    let (after, notes) = repaired_schemas(json!({
        "Day": { "type": "string", "pattern": DATE_PATTERN },
        "Other": { "type": "string", "pattern": "^[A-Z]$" }
    }));
    assert_eq!(after["Day"], json!({ "type": "string", "format": "date" }));
    assert_eq!(after["Other"]["pattern"], "^[A-Z]$");
    assert_eq!(applied(&notes, "date-pattern").len(), 1);
}
