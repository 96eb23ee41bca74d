//! Path items, operations and the root of a spec.

use super::*;
/// Returns the operation `get /a/{id}` with `keywords`, in a spec with components to refer to.
fn operation(keywords: Value) -> Value {
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    let mut operation = json!({"operationId": "a", "parameters": [id]});
    for (key, value) in keywords.as_object().unwrap() {
        match (&mut operation[key], value) {
            (Value::Array(own), Value::Array(more)) => own.extend(more.clone()),
            (own, _) => *own = value.clone(),
        }
    }
    json!({"paths": {"/a/{id}": {"get": operation}}, "components": components()})
}

fn components() -> Value {
    value(
        r##"{
        "schemas": {"Thing": {"type": "object"}},
        "parameters": {
            "Limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}},
            "Alias": {"$ref": "#/components/parameters/Limit"},
            "Loop": {"$ref": "#/components/parameters/Pool"},
            "Pool": {"$ref": "#/components/parameters/Loop"}
        },
        "responses": {"Ok": {
            "description": "fine", "content": {"application/json": {"schema": @Thing}},
            "headers": {"H": {"schema": {}}}, "links": {"L": {"operationId": "a"}}},
            "Loop": {"$ref": "#/components/responses/Loop"}},
        "requestBodies": {
            "Body": {"required": true, "content": {"application/json": {"schema": @Thing}}},
            "Loop": {"$ref": "#/components/requestBodies/Loop"}},
        "examples": {"First": {"value": {"a": 1}}},
        "headers": {"H": {"schema": {}}},
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "Authorization"},
            "same": {"$ref": "#/components/securitySchemes/key"},
            "tls": {"type": "mutualTLS"}
        }
    }"##,
    )
}

fn to_item(name: &str) -> Value {
    json!({"$ref": format!("#/components/pathItems/{name}")})
}

fn lowered_operation(keywords: Value) -> (Value, Vec<String>) {
    let (api, mut notices) = lowered(operation(keywords));
    notices.retain(|notice| !notice.contains("mutualTLS"));
    (api["paths"]["/a/{id}"]["get"].clone(), notices)
}

#[test]
fn references_to_other_components_are_resolved() {
    let (found, _) = lowered_operation(json!({
        "parameters": [{"$ref": "#/components/parameters/Alias", "description": "How many"}],
        "requestBody": {"$ref": "#/components/requestBodies/Body"},
        "responses": {"200": {"$ref": "#/components/responses/Ok", "description": "all"},
                      "default": {"$ref": "#/components/responses/Ok"}}
    }));
    let content = json!({"application/json": {"schema": to("Thing")}});
    assert_eq!(
        found["parameters"][1],
        json!({"in": "query", "name": "limit", "style": "form", "description": "How many",
               "schema": {"type": "integer"}})
    );
    assert_eq!(found["requestBody"], json!({"required": true, "content": content}));
    assert_eq!(
        found["responses"],
        json!({"200": {"description": "all", "content": content},
               "default": {"description": "fine", "content": content}})
    );
}

#[test]
fn parameters_keep_their_schemas() {
    let content = json!({"application/json": {"schema": {"type": "object"}}});
    let examples = json!({"one": {"$ref": "#/components/examples/First"}, "two": {"value": 2}});
    let (found, notices) = lowered_operation(json!({"parameters": [
        {"name": "q", "in": "query", "schema": {}, "style": "pipeDelimited", "explode": false,
         "allowReserved": true, "allowEmptyValue": false, "deprecated": true, "examples": examples},
        {"name": "h", "in": "header", "content": content, "example": 5},
        {"name": "c", "in": "cookie", "schema": {"type": "string"}},
        {"name": "accept", "in": "header", "schema": {}}
    ]}));
    let parameters = found["parameters"].as_array().unwrap();
    assert_eq!(
        parameters[1..],
        [
            json!({"in": "query", "name": "q", "schema": {}, "style": "pipeDelimited", "explode": false,
                   "allowReserved": true, "allowEmptyValue": false, "deprecated": true, "example": {"a": 1}}),
            json!({"in": "header", "name": "h", "content": content, "style": "simple", "example": 5}),
            json!({"in": "cookie", "name": "c", "schema": {"type": "string"}, "style": "form"}),
        ]
    );
    assert_eq!(notices.len(), 2, "{notices:?}");
    for part in ["parameters/1/allowReserved: ", "parameters/4: OpenAPI reserves the header `accept`"] {
        assert!(notices.iter().any(|notice| notice.contains(part)), "{notices:?}");
    }
}

#[test]
fn loose_entries_of_operations_are_reported() {
    for (entry, place, part) in [
        (json!({"responses": {"20": {}}}), "/responses/20", "the status `20` is none of HTTP"),
        (json!({"responses": {"20X": {}}}), "/responses/20X", "the status `20X` is none of HTTP"),
        (json!({"responses": {"600": {}}}), "/responses/600", "the status `600` is none of HTTP"),
        (json!({"responses": {"200": null}}), "/responses/200", "null; read as empty"),
        (json!({"responses": null}), "/responses", "null; read as missing"),
        (json!({"requestBody": null}), "/requestBody", "null; read as missing"),
        (json!({"parameters": null}), "/parameters", "null; read as missing"),
        (json!({"tags": "a"}), "/tags", "malformed"),
        (json!({"operationId": 7}), "/operationId", "read as `7`"),
        (json!({"deprecated": "true"}), "/deprecated", "a string"),
        (json!({"security": [{"key": null}]}), "/security", "scopes are null"),
        (
            json!({"servers": [{"url": "/{a}", "variables": {"a": {"default": 1, "enum": [1]}}}]}),
            "/servers/0",
            "values of variables",
        ),
    ] {
        let (_, notices) = lowered(operation(entry.clone()));
        let start = format!("#/paths/~1a~1{{id}}/get{place}: ");
        assert!(notices.iter().any(|it| it.starts_with(&start) && it.contains(part)), "{entry}: {notices:?}");
    }
}

#[test]
fn malformed_operations_are_rejected() {
    let table = r##"
        {"parameters": [{"in": "query", "schema": {}}]} => NotOpenApi => /parameters/1 => has no `name`
        {"parameters": [{"name": "a", "in": "body", "schema": {}}]} => NotOpenApi => /parameters/1/in => body
        {"parameters": [{"$ref": "#/components/parameters/Loop"}]} => ReferenceCycle => /parameters/1 => Pool
        {"parameters": [{"$ref": "#/components/parameters/No"}]}
            => DanglingReference => /parameters/1/$ref => does not exist
        {"responses": {"200": {"$ref": "#/components/responses/Loop"}}} => ReferenceCycle => /responses/200 => Loop
        {"responses": {"200": {"$ref": "#/components/responses/No"}}}
            => DanglingReference => /responses/200/$ref => does not exist
        {"requestBody": {"$ref": "#/components/requestBodies/Loop"}} => ReferenceCycle => /requestBody => Loop
        {"responses": []} => NotOpenApi => /responses => not an object
        {"callbacks": {"c": {"x": {"post": {"requestBody": {"$ref": "#/no"}}}}}}
            => DanglingReference => /callbacks/c/x/post/requestBody/$ref => does not exist
    "##;
    for row in rows(table) {
        assert_rejected("/paths/~1a~1{id}/get", &row, operation);
    }
}

#[test]
fn faults_of_parameters_are_reported() {
    let path = |name: &str| json!({"name": name, "in": "path", "schema": {}});
    let header = |name: &str| json!({"name": name, "in": "header", "schema": {}});
    let names = |found: &Value| -> Vec<String> {
        let list = found["parameters"].as_array().unwrap();
        list.iter().map(|it| format!("{} {}", it["in"], it["name"]).replace('"', "")).collect()
    };
    for (keywords, parameters, place, what) in [
        (json!([{"name": "a", "in": "query"}]), &["path id", "query a"][..], "/parameters/1", "either"),
        (
            json!([{"name": "a", "in": "query", "schema": {}, "style": "simple"}]),
            &["path id", "query a"],
            "/parameters/1/style",
            "simple",
        ),
        (json!([path("id")]), &["path id"], "/parameters/1", "twice"),
        (json!([header("X-A"), header("x-a")]), &["path id", "header X-A"], "/parameters/2", "twice"),
        (json!([header("Content-Length")]), &["path id"], "/parameters/1", "HTTP client sets"),
        (json!([path("a")]), &["path id"], "", "no parameter `a`"),
    ] {
        let (found, notices) = lowered_operation(json!({"parameters": keywords}));
        assert_eq!(names(&found), parameters, "{found}");
        let start = format!("test-20260203.json#/paths/~1a~1{{id}}/get{place}: ");
        let start = start.trim_start_matches("test-20260203.json");
        let is_it = |notice: &String| notice.starts_with(start) && notice.contains(what);
        assert!(notices.iter().any(is_it), "{notices:?}");
    }
    let (api, notices) = lowered(json!({"paths": {"/{x}": {"get": {"responses": {}}}}}));
    let get = &api["paths"]["/{x}"]["get"];
    assert_eq!((names(get), &get["operationId"]), (vec!["path x".to_owned()], &json!("get-x")));
    assert_eq!(notices.len(), 2, "{notices:?}");
    let shared = json!({"pathItems": {"One": {"get": {"operationId": "a"}}, "Empty": {}}});
    for (paths, notice) in [
        (json!({"/a": {"QUERY": {}, "get": {"operationId": "a", "responses": {}}}}), "no method `QUERY`"),
        (
            json!({"/a": to_item("One"), "/b": to_item("One")}),
            "is already that of /paths/~1a/get; it counts as `get-b`",
        ),
        (json!({"/a": to_item("Empty")}), "#/paths: the spec has no operations"),
    ] {
        let (_, notices) = lowered(json!({"paths": paths, "components": shared}));
        assert!(notices[0].contains(notice), "{notices:?}");
    }
    let (found, notices) = lowered_operation(json!({"requestBody": {}}));
    assert_eq!((&found["requestBody"], notices.len()), (&Value::Null, 1), "{notices:?}");
}

#[test]
fn statuses_callbacks_and_bodies() {
    let (found, notices) = lowered_operation(json!({
        "summary": "s", "deprecated": true, "security": [{"key": []}], "tags": ["t"], "x-readme": {},
        "responses": {"2XX": {"description": "x"}, "404": {}, "x-note": 1},
        "requestBody": {"content": {"multipart/form-data": {
            "schema": {"type": "object"},
            "encoding": {"a": {"contentType": "text/plain", "headers": {"H": {"$ref": "#/components/headers/H"}}}}
        }}},
        "callbacks": {"done": {"{$request.body#/url}": {"post": {"responses": {}}}}}
    }));
    assert_eq!(found["responses"], json!({"2XX": {"description": "x"}, "404": {"description": ""}}));
    assert_eq!(found["security"], json!([{"key": []}]));
    assert_eq!(found["x-readme"], Value::Null);
    let encoding = &found["requestBody"]["content"]["multipart/form-data"]["encoding"];
    assert_eq!(encoding["a"], json!({"contentType": "text/plain"}));
    assert!(notices[0].contains("/get/callbacks/done: callbacks are"), "{notices:?}");
}

#[test]
fn statuses_are_read_loosely() {
    let (a, b) = (json!({"description": "a"}), json!({"description": "b"}));
    for (responses, expected, messages) in [
        (json!({"2xx": a}), json!({"2XX": a}), &["2xx: the status counts as `2XX`"][..]),
        (json!({" 200 ": a}), json!({"200": a}), &[" 200 : the status counts as `200`"]),
        (json!({"Default": a}), json!({"default": a}), &["Default: the status counts as `default`"]),
        (
            json!({"4XX": a, "4xx": b}),
            json!({"4XX": a}),
            &["4xx: another response is that of `4XX` already; dropped", "4xx: the status counts as `4XX`"],
        ),
    ] {
        let (found, notices) = lowered_operation(json!({"responses": responses}));
        assert_eq!(found["responses"], expected);
        let start = "#/paths/~1a~1{id}/get/responses/";
        let found: Vec<&str> = notices.iter().filter_map(|it| Some(it.split_once(start)?.1)).collect();
        assert_eq!(found, messages);
    }
}

#[test]
fn path_items_are_merged() {
    let query =
        |name: &str, description: &str| json!({"name": name, "in": "query", "description": description, "schema": {}});
    let (api, _) = lowered(json!({
        "paths": {
            "/a": {
                "$ref": "#/components/pathItems/Shared",
                "parameters": [query("y", "of the path")],
                "put": {"operationId": "put"}
            },
            "/b": {"parameters": [query("x", "of the path")], "get": {
                "operationId": "b", "parameters": [query("x", "of the operation"), query("z", "")]}}
        },
        "components": {"pathItems": {"Shared": {
            "summary": "shared",
            "parameters": [query("x", "shared"), query("y", "shared")],
            "get": {"operationId": "get"},
            "put": {"operationId": "hidden"}
        }}}
    }));
    let parameters = |pointer: &str| -> Vec<String> {
        let list = api.pointer(pointer).unwrap().as_array().unwrap();
        list.iter().map(|p| format!("{} {}", p["name"], p["description"])).collect()
    };
    for method in ["get", "put"] {
        assert_eq!(api["paths"]["/a"][method]["operationId"], method);
        assert_eq!(parameters(&format!("/paths/~1a/{method}/parameters")), [r#""x" "shared""#, r#""y" "of the path""#]);
    }
    assert_eq!(api["paths"]["/a"]["summary"], "shared");
    assert_eq!(parameters("/paths/~1b/get/parameters"), [r#""x" "of the operation""#, r#""z" null"#]);
    assert_eq!(api["paths"]["/b"]["parameters"], Value::Null);
}

#[test]
fn malformed_path_items_are_rejected() {
    let shared = json!({"pathItems": {"One": {"get": {"operationId": "a"}}, "Empty": {}}});
    let table = r##"
        {"a": {"get": {"operationId": "a"}}} => NotOpenApi => /paths/a => slash
        {"/a": {"$ref": "#/components/pathItems/No"}} => DanglingReference => /paths/~1a/$ref => does not exist
    "##;
    for row in rows(table) {
        assert_rejected("", &row, |paths| json!({"paths": paths, "components": shared}));
    }
}

#[test]
fn the_root() {
    let (api, notices) = lowered(json!({
        "info": {"title": "T", "version": "2026-02-03", "termsOfService": "urn:tos", "summary": "new in 3.1"},
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "servers": [{"url": "https://example.com"}],
        "tags": [{"name": "a"}],
        "security": [{"key": []}],
        "x-readme": {},
        "unknown": 1,
        "webhooks": {"done": {"post": {"requestBody": {"content": {"a/b": {"schema": to("Thing")}}}}}},
        "components": components()
    }));
    assert_eq!(api["openapi"], "3.0.3");
    assert_eq!(api["info"]["termsOfService"], "urn:tos");
    assert_eq!(api["servers"][0]["url"], "https://example.com");
    assert_eq!(api["security"], json!([{"key": []}]));
    assert_eq!(api["tags"], json!([{"name": "a"}]));
    let key = json!({"type": "apiKey", "in": "header", "name": "Authorization"});
    assert_eq!(
        api["components"],
        json!({"schemas": {"Thing": {"type": "object"}}, "securitySchemes": {"key": key, "same": key}})
    );
    assert_eq!(notices.len(), 3, "{notices:?}");
    assert!(notices[0].contains("securitySchemes/tls: "), "{notices:?}");
    assert!(notices[1].contains("#/unknown: OpenAPI 3.2 has no `unknown` in the root; ignored"), "{notices:?}");
    assert!(notices[2].contains("#/webhooks/done: "), "{notices:?}");

    assert_eq!(lowered(json!({})).0.get("components"), None);
}

#[test]
fn loose_entries_of_the_root_are_reported() {
    for (root, place, part) in [
        (json!({"info": {"version": 1.0}}), "/info", "malformed"),
        (json!({"tags": null}), "/tags", "null"),
        (json!({"tags": [{}]}), "/tags", "malformed"),
        (json!({"externalDocs": "a"}), "/externalDocs", "malformed"),
        (
            json!({"components": {"securitySchemes": {"a": {"type": "basic"}}}}),
            "/components/securitySchemes/a",
            "basic",
        ),
        (json!({"paths": {"/a": null}}), "/paths/~1a", "null; read as empty"),
        (json!({"paths": {"/a": {"get": null}}}), "/paths/~1a/get", "null; read as empty"),
    ] {
        let (_, notices) = lowered(root.clone());
        let start = format!("#{place}: ");
        assert!(notices.iter().any(|it| it.starts_with(&start) && it.contains(part)), "{root}: {notices:?}");
    }
}

#[test]
fn malformed_roots_are_rejected() {
    let table = r##"
        {"servers": {}} => NotOpenApi => /servers => malformed
        {"components": []} => NotOpenApi => /components => not an object
        {"components": {"schemas": []}} => NotOpenApi => /components/schemas => not an object
        {"paths": {"/a": {"$ref": "#/components/pathItems/Loop"}},
            "components": {"pathItems": {"Loop": {"$ref": "#/paths/~1a"}}}}
            => ReferenceCycle => /paths/~1a => pathItems/Loop → /paths/~1a
        {"webhooks": {"done": {"post": {"requestBody": {"$ref": "#/components/requestBodies/No"}}}}}
            => DanglingReference => /webhooks/done/post/requestBody/$ref => does not exist
    "##;
    for row in rows(table) {
        assert_rejected("", &row, |overlay| overlay);
    }
}

#[test]
fn dialect_and_version_are_reported() {
    let (_, notices) = lowered(json!({
        "jsonSchemaDialect": "urn:x", "info": {"title": "T", "version": "v1"}
    }));
    assert!(notices[0].contains("#/info/version: the version `v1`"), "{notices:?}");
    assert!(notices[1].contains("#/jsonSchemaDialect: the schema dialect `urn:x`"), "{notices:?}");
}

#[test]
fn documents_of_3_0_pass_too() {
    let schema = json!({"type": "integer", "nullable": true, "minimum": 0, "exclusiveMinimum": true});
    let (api, notices) = lowered(json!({"openapi": "3.0.1", "components": {"schemas": {"S": schema}}}));
    assert_eq!((&api["components"]["schemas"]["S"], notices), (&schema, vec![]));
}
