use serde_json::{Value, json};

use super::*;

fn taken(published: &Value, ours: &Value) -> Value {
    structure(published, Some(ours), "TITLE").root
}

#[test]
fn our_files_are_printed_as_they_are() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    let catalog = meld_gen::catalog::Catalog::read(&folder).unwrap();
    assert!(catalog.entries().count() > 0);
    for entry in catalog.entries() {
        let text = std::fs::read_to_string(&entry.path).unwrap();
        let root: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(print(&root), text, "{}", entry.file);
        // Taken over from itself, no letter of it changes.
        assert_eq!(print(&taken(&root, &root)), text, "{}", entry.file);
        assert_eq!(print(&everything(&root, Some(&root)).root), text, "{}", entry.file);
    }
}

#[test]
fn text_is_ours_or_not_there() {
    let published = json!({
        "info": {"title": "Theirs", "description": "theirs", "version": "2026-02-03"},
        "x-mint": {"content": "theirs"},
        "paths": {"x-note": "theirs", "/a": {"get": {
            "summary": "theirs", "description": "theirs", "operationId": "a",
            "externalDocs": {"url": "https://theirs"}, "x-mint": {"content": "theirs"},
            "responses": {
                "200": {"description": "theirs"}, "4XX": {"description": "theirs"},
                "default": {"description": "theirs"}, "x-a": "theirs",
                "404": {"$ref": "#/components/responses/Missing"}
            }
        }}},
        "components": {
            "examples": {"A": {"value": "theirs"}},
            "headers": {"x-request-id": {"schema": {"type": "string"}}},
            "schemas": {"A": {"title": "theirs", "type": "string", "example": "theirs",
                "examples": ["theirs"], "$comment": "theirs", "x-order": 1}}
        }
    });
    let ours = json!({
        "info": {"title": "Ours", "version": "2025-03-04"},
        "paths": {"/a": {"get": {
            "summary": "Ours", "operationId": "b", "responses": {"200": {"description": "Ours"}}
        }}},
        "components": {"schemas": {"A": {"type": "integer", "example": "ours", "x-ours": true}}}
    });
    let found = structure(&published, Some(&ours), "TITLE");
    assert_eq!(
        found.root,
        json!({
            "info": {"title": "Ours", "version": "2026-02-03"},
            "paths": {"/a": {"get": {
                "summary": "Ours", "operationId": "a",
                "responses": {
                    "200": {"description": "Ours"}, "4XX": {"description": "Status 4XX."},
                    "default": {"description": "Any other status."},
                    "404": {"$ref": "#/components/responses/Missing"}
                }
            }}},
            "components": {
                "headers": {"x-request-id": {"schema": {"type": "string"}}},
                "schemas": {"A": {"type": "string", "example": "ours", "x-ours": true}}
            }
        })
    );
    let get = "/paths/~1a/get";
    assert_eq!(
        found.undescribed,
        [
            "/info".to_owned(),
            format!("{get}/responses/4XX"),
            format!("{get}/responses/default"),
            get.to_owned()
        ]
    );
    let alone = structure(&published, None, "TITLE").root.to_string();
    assert!(!alone.to_lowercase().contains("theirs"), "{alone}");
    assert!(alone.contains("TITLE"), "{alone}");
}

#[test]
fn names_and_values_that_look_like_text_stay() {
    let published = json!({"components": {
        "schemas": {"title": {
            "type": "object",
            "required": ["description", "example"],
            "properties": {
                "description": {"type": "string", "default": "a"},
                "example": {"enum": ["title", "summary"]},
                "x-key": {"type": "object", "default": {"description": "a", "x-b": 1}},
                "properties": {"const": {"title": "a"}, "pattern": "^a$", "format": "b"}
            },
            "discriminator": {"propertyName": "title", "mapping": {"summary": "#/a"}}
        }},
        "responses": {"Missing": {"content": {"x-a/b": {"schema": {"type": "null"}}}}},
        "callbacks": {"title": {"{$request.body#/url}": {"post": {"operationId": "title"}}}},
        "securitySchemes": {"summary": {"type": "oauth2", "flows": {"implicit": {
            "scopes": {"read": "theirs", "write": "theirs"}}}}}
    }});
    let mut wanted = published.clone();
    wanted["components"]["responses"]["Missing"]["description"] = json!("A response.");
    wanted["components"]["securitySchemes"]["summary"]["flows"]["implicit"]["scopes"] =
        json!({"read": "Ours", "write": ""});
    let ours = json!({"components": {"securitySchemes": {"summary": {"flows": {"implicit": {
        "scopes": {"read": "Ours", "gone": "Ours"}}}}}}});
    assert_eq!(taken(&published, &ours), wanted);
}

#[test]
fn items_of_lists_are_found_again() {
    let parameter = |place: &str, name: &str| json!({"name": name, "in": place});
    let described = |place: &str, name: &str, text: &str| {
        let mut parameter = json!({"name": name, "in": place});
        parameter["description"] = json!(text);
        parameter
    };
    let published = json!({
        "parameters": [
            parameter("query", "new"), parameter("header", "a"), parameter("query", "a")
        ],
        "tags": [{"name": "two"}, {"name": "one"}],
        "servers": [{"url": "https://b"}, {"url": "https://a"}],
        "anyOf": [
            {"type": "object", "properties": {"a": {"type": "string"}, "new": {}}},
            {"type": "null"}, {"$ref": "#/b"}, {"$ref": "#/a"}
        ]
    });
    let ours = json!({
        "parameters": [described("query", "a", "query a"), described("header", "a", "header a"),
            described("query", "gone", "gone")],
        "tags": [{"name": "one", "description": "one"}, {"name": "two", "description": "two"}],
        "servers": [
            {"url": "https://a", "description": "a"}, {"url": "https://b", "description": "b"}
        ],
        "anyOf": [
            {"properties": {"a": {"type": "string", "description": "a"}}, "type": "object"},
            {"$ref": "#/a", "description": "ref a"}, {"type": "null", "description": "null"}
        ]
    });
    let found = taken(&published, &ours);
    // The order of parameters and tags means nothing: it stays, so that a diff is short. That of servers does.
    let wanted = json!({
        "parameters": [parameter("query", "new"), described("query", "a", "query a"),
            described("header", "a", "header a")],
        "tags": [{"name": "one", "description": "one"}, {"name": "two", "description": "two"}],
        "servers": [
            {"url": "https://b", "description": "b"}, {"url": "https://a", "description": "a"}
        ],
        "anyOf": [
            {
                "properties": {"a": {"type": "string", "description": "a"}, "new": {}},
                "type": "object"
            },
            {"type": "null", "description": "null"}, {"$ref": "#/b"},
            {"$ref": "#/a", "description": "ref a"}
        ]
    });
    assert_eq!(print(&found), print(&wanted));
}

#[test]
fn a_diff_shows_what_changed_and_no_more() {
    let published = json!({
        "type": ["null", "string"], "enum": ["C", "B", "A"], "required": ["b", "a"],
        "default": ["b", "a"], "new": 1, "maxLength": 2
    });
    let ours = json!({
        "maxLength": 1, "description": "Ours", "required": ["a", "b"], "default": ["a", "b"],
        "enum": ["A", "B"], "type": ["string", "null"], "gone": 1
    });
    let wanted = json!({
        "maxLength": 2, "description": "Ours", "required": ["a", "b"], "default": ["b", "a"],
        "new": 1, "enum": ["C", "A", "B"], "type": ["string", "null"]
    });
    assert_eq!(print(&taken(&published, &ours)), print(&wanted));
}

#[test]
fn all_of_it_is_taken_when_that_is_asked_for() {
    let published = json!({"description": "theirs", "x-a": 1, "responses": {"200": {}}});
    let ours = json!({"responses": {"200": {"description": "Ours"}}, "description": "Ours"});
    let found = everything(&published, Some(&ours));
    let wanted = json!({"responses": {"200": {}}, "description": "theirs", "x-a": 1});
    assert_eq!(print(&found.root), print(&wanted));
    assert_eq!(found.undescribed, [""; 0]);
}

#[test]
fn whatever_was_ours_the_structure_is_theirs() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    let documents: Vec<Value> = ["beta-20260203", "customer-20231219", "webhooks-20250304"]
        .iter()
        .map(|name| std::fs::read(folder.join(format!("{name}.json"))).unwrap())
        .map(|bytes| serde_json::from_slice(&bytes).unwrap())
        .collect();
    let bare = |document: &Value| structure(document, None, "").root;
    for published in &documents {
        for ours in &documents {
            let found = taken(published, ours);
            assert_eq!(structure(&bare(&found), Some(&found), "").root, found);
            let lists_sorted = |document: &Value| {
                let mut bare = bare(document);
                sort_lists(&mut bare);
                bare
            };
            assert_eq!(lists_sorted(&found), lists_sorted(published));
        }
    }
}

fn sort_lists(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort_lists);
            items.sort_by_key(Value::to_string);
        }
        Value::Object(object) => {
            object.values_mut().for_each(sort_lists);
            object.sort_keys();
        }
        _ => {}
    }
}
