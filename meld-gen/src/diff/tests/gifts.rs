//! A spec for gifts, and changes of it.

use serde_json::{Value, json};

use crate::diff::{Change, compare};
use crate::interface::Surface;
use crate::pipeline;
use crate::selection::Selection;

/// Returns a spec with every feature that a change can affect.
pub(super) fn spec() -> Value {
    json!({
        "openapi": "3.0.1",
        "info": { "title": "Gifts", "version": "2026-02-03" },
        "paths": {
            "/gifts": {
                "get": {
                    "operationId": "gifts-search",
                    "parameters": [
                        { "name": "limit", "in": "query", "schema": { "type": "integer", "format": "int32", "minimum": 1, "maximum": 100 } },
                        { "name": "before", "in": "query", "schema": { "type": "string" } },
                        { "name": "after", "in": "query", "schema": { "type": "string" } },
                        { "name": "kind", "in": "query", "required": true, "schema": { "type": "string" } },
                        { "name": "colour", "in": "query", "schema": { "type": "string" } }
                    ],
                    "responses": { "200": { "description": "found", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/GiftPage" } } } } }
                },
                "post": {
                    "operationId": "gifts-create",
                    "requestBody": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/GiftRequest" } } } },
                    "responses": {
                        "201": { "description": "made", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Gift" } } } },
                        "400": { "description": "refused", "x-error-codes": ["NO_GIFT", "NO_MONEY"] }
                    }
                }
            },
            "/gifts/{giftId}": {
                "delete": {
                    "operationId": "gifts-delete",
                    "parameters": [{ "name": "giftId", "in": "path", "required": true, "schema": { "type": "string" } }],
                    "responses": { "204": { "description": "gone" } }
                }
            }
        },
        "components": { "schemas": {
            "GiftPage": { "type": "object", "properties": {
                "gifts": { "type": "array", "items": { "$ref": "#/components/schemas/Gift" } },
                "count": { "type": "integer", "format": "int32" },
                "remaining": { "type": "integer", "format": "int32" }
            } },
            "Gift": { "type": "object", "required": ["key"], "properties": {
                "key": { "type": "string" },
                "amount": { "type": "number" },
                "note": { "type": "string" },
                "status": { "$ref": "#/components/schemas/GiftStatus" }
            } },
            "GiftRequest": { "type": "object", "required": ["amount"], "properties": {
                "amount": { "type": "number", "minimum": 1 },
                "greeting": { "type": "string", "maxLength": 50 },
                "wrapping": { "$ref": "#/components/schemas/Wrapping" }
            } },
            "GiftStatus": { "type": "string", "enum": ["OPEN", "TAKEN"] },
            "Wrapping": { "type": "string", "enum": ["PAPER", "CLOTH"] }
        } }
    })
}

pub(super) fn surface(spec: &Value) -> Surface {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("gifts-20260203.json"), spec.to_string()).unwrap();
    pipeline::interfaces(folder.path(), &Selection::default()).unwrap().remove(0)
}

pub(super) fn changes(change: impl Fn(&mut Value)) -> Vec<Change> {
    let mut changed = spec();
    change(&mut changed);
    assert_ne!(changed, spec(), "the case changes nothing");
    compare(&[surface(&spec())], &[surface(&changed)])
}

pub(super) fn remove(spec: &mut Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match spec.pointer_mut(parent).unwrap() {
        Value::Object(object) => object.shift_remove(&name.replace("~1", "/")).unwrap(),
        Value::Array(items) => items.remove(name.parse().unwrap()),
        _ => panic!("{pointer} has no parent"),
    }
}

/// Adds `value` at `pointer`, where nothing exists.
pub(super) fn add(spec: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match spec.pointer_mut(parent).unwrap() {
        Value::Object(object) => drop(object.insert(name.replace("~1", "/"), value)),
        Value::Array(items) => items.push(value),
        _ => panic!("{pointer} has no parent"),
    }
}

pub(super) fn set(spec: &mut Value, pointer: &str, value: Value) {
    *spec.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} does not exist")) = value;
}
