use serde_json::{Value, json};

use super::*;

fn merged(published: &Value, ours: &Value) -> Value {
    structure(published, Some(ours), "TITLE").root
}

#[test]
fn our_specs_print_unchanged() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    let catalog = meld_gen::catalog::Catalog::read(&folder).unwrap();
    assert!(catalog.entries().count() > 0);
    for entry in catalog.entries() {
        let text = std::fs::read_to_string(&entry.path).unwrap();
        let root: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(print(&root), text, "{}", entry.file);
        // Merged with itself, a spec does not change.
        assert_eq!(print(&merged(&root, &root)), text, "{}", entry.file);
        assert_eq!(print(&everything(&root, Some(&root)).root), text, "{}", entry.file);
    }
}

#[test]
fn published_text_is_omitted() {
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
        ["/info".to_owned(), format!("{get}/responses/4XX"), format!("{get}/responses/default"), get.to_owned()]
    );
    let alone = structure(&published, None, "TITLE").root.to_string();
    assert!(!alone.to_lowercase().contains("theirs"), "{alone}");
    assert!(alone.contains("TITLE"), "{alone}");
}

#[test]
fn names_and_literals_are_kept() {
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
    assert_eq!(merged(&published, &ours), wanted);
}

#[test]
fn list_items_are_matched() {
    let parameter = |location: &str, name: &str| json!({"name": name, "in": location});
    let described = |location: &str, name: &str, text: &str| {
        let mut parameter = json!({"name": name, "in": location});
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
    let found = merged(&published, &ours);
    // Parameters and tags are unordered, so our order is kept. The order of servers matters.
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
fn order_of_ours_is_kept() {
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
    assert_eq!(print(&merged(&published, &ours)), print(&wanted));
}

#[test]
fn merged_structure_is_published_structure() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    let specs: Vec<Value> = ["beta-20260203", "customer-20231219", "webhooks-20250304"]
        .iter()
        .map(|name| std::fs::read(folder.join(format!("{name}.json"))).unwrap())
        .map(|bytes| serde_json::from_slice(&bytes).unwrap())
        .collect();
    let bare = |spec: &Value| structure(spec, None, "").root;
    for published in &specs {
        for ours in &specs {
            let found = merged(published, ours);
            assert_eq!(structure(&bare(&found), Some(&found), "").root, found);
            let lists_sorted = |spec: &Value| {
                let mut bare = bare(spec);
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

#[test]
fn nested_lists_merge_in_linear_time() {
    // Would take years if each level doubled the time.
    let nested = (0..45).fold(json!({"type": "string"}), |inner, _| json!({"allOf": [inner]}));
    let spec = json!({"components": {"schemas": {"A": nested}}});
    assert_eq!(merged(&spec, &spec), spec);
    assert_eq!(structure(&spec, None, "TITLE").root, spec);
}
