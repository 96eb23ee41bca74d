//! Tests of the server with specs of features that Meld's do not use.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::Sandbox;
use crate::specs::Catalog;

mod examples;

/// A running server for one spec, and a client without its key.
struct Probe {
    sandbox: Sandbox,
    client: Client,
}

impl Probe {
    async fn start(mut spec: Value) -> Self {
        spec["openapi"] = json!("3.1.0");
        let name = "probe-20260203.json";
        let catalog = Catalog::parse(&[(name, &spec.to_string())], &[]).unwrap();
        // A server requires a static catalog, like that of the built-in specs.
        let catalog: &'static Catalog = Box::leak(Box::new(catalog));
        let sandbox = Sandbox::builder().start_with(catalog).await.unwrap();
        // The features of another crate in the build may need it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { sandbox, client: Client::builder().no_proxy().build().unwrap() }
    }

    /// Returns the status and the body; null if it is empty.
    async fn send(&self, method: Method, target: &str, body: Option<Value>) -> (u16, Value) {
        let key = format!("BASIC {}", self.sandbox.api_key());
        let target = format!("{}{target}", self.sandbox.base_url());
        let mut request = self.client.request(method, target).header("Authorization", key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        (status, body)
    }

    async fn get(&self, target: &str) -> (u16, Value) {
        self.send(Method::GET, target, None).await
    }
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn content(schema: Value) -> Value {
    json!({ "description": "", "content": { "application/json": { "schema": schema } } })
}

fn parameter(name: &str, location: &str) -> Value {
    json!({ "name": name, "in": location, "required": location == "path", "schema": string() })
}

fn get(id: &str, responses: Value) -> Value {
    json!({ "get": { "operationId": id, "responses": responses } })
}

#[tokio::test]
async fn path_parameters_beside_text_are_served() {
    let one = |id: &str, names: &[&str]| {
        let mut item = get(id, json!({ "200": content(json!({ "const": id })) }));
        item["parameters"] = names.iter().map(|name| parameter(name, "path")).collect();
        item
    };
    let probe = Probe::start(json!({ "paths": {
        "/v1/things/{id}": one("get", &["id"]),
        "/v1/things/{thingId}:activate": one("activate", &["thingId"]),
        "/v1/things/all": one("all", &[]),
        "/v1/{major}.{minor}/{x}{y}": one("version", &["major", "minor", "x", "y"]),
        "/:colon/*star": one("plain", &[]),
        "/sandbox/connect/{id}": one("ours", &["id"]),
    } }))
    .await;
    for (target, operation) in [
        ("/v1/things/7", "get"),
        ("/v1/things/7:activate", "activate"),
        ("/v1/things/all", "all"),
        ("/v1/1.2/ab", "version"),
        ("/:colon/*star", "plain"),
    ] {
        let (status, body) = probe.get(target).await;
        assert_eq!((status, &body), (200, &json!(operation)), "{target}");
    }
    assert_eq!(probe.get("/v1/things/").await.0, 404);
}

#[tokio::test]
async fn response_without_2xx_code_is_served() {
    let body = content(json!({ "type": "object", "properties": { "a": string() } }));
    let probe = Probe::start(json!({ "paths": {
        "/redirect": get("redirect", json!({ "302": { "description": "" } })),
        "/default": get("default", json!({ "default": body })),
        "/range": get("range", json!({ "404": body, "2XX": body })),
        "/errors": get("errors", json!({ "404": body })),
        "/nothing": get("nothing", json!({})),
        "/empty": get("empty", json!({ "204": body })),
        "/both": get("both", json!({ "default": body, "2XX": body, "202": body })),
    } }))
    .await;
    for (target, status, has_body) in [
        ("/redirect", 302, false),
        ("/default", 200, true),
        ("/range", 200, true),
        ("/errors", 200, false),
        ("/nothing", 200, false),
        ("/empty", 204, false),
        ("/both", 202, true),
    ] {
        let (found, body) = probe.get(target).await;
        assert_eq!((found, body["a"].is_string()), (status, has_body), "{target}: {body}");
    }
}

#[tokio::test]
async fn references_are_resolved() {
    let probe = Probe::start(json!({
        "paths": { "/a/{id}": { "$ref": "#/components/pathItems/Thing" } },
        "components": {
            "pathItems": { "Thing": {
                "parameters": [{ "$ref": "#/components/parameters/Id" }, parameter("c", "cookie")],
                "post": {
                    "operationId": "make",
                    "parameters": [parameter("Accept", "header"), parameter("id", "query")],
                    "requestBody": { "$ref": "#/components/requestBodies/Body" },
                    "responses": { "201": { "$ref": "#/components/responses/StoredResponse" } },
                },
            } },
            "parameters": { "Id": {
                "name": "id", "in": "path", "required": true,
                "content": { "application/json": { "schema": { "type": "integer" } } },
            } },
            "requestBodies": { "Body": { "required": true, "content": {
                "application/json; charset=utf-8": { "schema": { "enum": ["a", "b"] } },
            } } },
            "responses": { "StoredResponse": content(string()) },
        },
    }))
    .await;
    let (status, body) = probe.send(Method::POST, "/a/1?id=x", Some(json!("a"))).await;
    assert_eq!((status, body.is_string()), (201, true), "{body}");
    for (target, body) in [("/a/x", Some(json!("a"))), ("/a/1", Some(json!("c"))), ("/a/1", None)] {
        let (status, response) = probe.send(Method::POST, target, body).await;
        assert_eq!(status, 400, "{target}: {response}");
    }
}

#[tokio::test]
async fn spec_without_paths_starts() {
    let probe = Probe::start(json!({ "webhooks": {} })).await;
    assert_eq!(probe.get("/a").await.0, 404);
}

#[tokio::test]
async fn read_only_fields_are_not_required() {
    let thing = json!({ "$ref": "#/components/schemas/Thing" });
    let probe = Probe::start(json!({
        "paths": { "/things": { "post": {
            "operationId": "make",
            "requestBody": content(thing.clone()),
            "responses": { "201": content(thing) },
        } } },
        "components": { "schemas": {
            "Thing": {
                "type": "object",
                "required": ["id", "name", "password"],
                "properties": {
                    "id": { "$ref": "#/components/schemas/Id" },
                    "name": string(),
                    "password": { "type": "string", "writeOnly": true },
                },
            },
            "Id": { "type": "string", "readOnly": true },
        } },
    }))
    .await;
    let body = json!({ "name": "a", "password": "b" });
    let (status, response) = probe.send(Method::POST, "/things", Some(body)).await;
    assert_eq!(status, 201, "{response}");
    assert!(response["id"].is_string() && response.get("password").is_none(), "{response}");
    let (status, response) = probe.send(Method::POST, "/things", Some(json!({ "name": "a" }))).await;
    assert_eq!((status, &response["errors"]), (400, &json!(["[password] is required"])));
}

#[tokio::test]
async fn open_operation_needs_no_key() {
    let operation = |security: Value| {
        let mut item = get(&security.to_string(), json!({ "200": { "description": "" } }));
        item["get"]["security"] = security;
        item
    };
    let probe = Probe::start(json!({
        "security": [{ "key": [] }],
        "paths": {
            "/open": operation(json!([])),
            "/optional": operation(json!([{ "key": [] }, {}])),
            "/locked": operation(json!([{ "other": [] }])),
            "/inherited": get("inherited", json!({ "200": { "description": "" } })),
        },
    }))
    .await;
    for (target, status) in [("/open", 200), ("/optional", 200), ("/locked", 401), ("/inherited", 401)] {
        let target = format!("{}{target}", probe.sandbox.base_url());
        assert_eq!(probe.client.get(&target).send().await.unwrap().status(), status, "{target}");
    }
}

#[tokio::test]
async fn before_and_after_are_cursors_of_pages_only() {
    let page = json!({ "type": "object", "properties": {
        "count": { "type": "integer" }, "remaining": { "type": "integer" },
    } });
    let list = |id: &str, schema: &Value| {
        let mut item = get(id, json!({ "200": content(schema.clone()) }));
        let mut limit = parameter("limit", "query");
        limit["schema"] = json!({ "type": "integer" });
        item["parameters"] = json!([parameter("before", "query"), parameter("after", "query"), limit]);
        item
    };
    let probe = Probe::start(json!({ "paths": {
        "/pages": list("pages", &page),
        "/dates": list("dates", &json!({ "type": "array", "items": string() })),
    } }))
    .await;
    assert_eq!(probe.get("/pages?before=a&after=b").await.0, 400);
    assert_eq!(probe.get("/dates?before=a&after=b&limit=500").await.0, 200);
}

#[tokio::test]
async fn query_list_may_be_repeated_parameters() {
    let mut item = get("list", json!({ "200": { "description": "" } }));
    let mut ids = parameter("ids", "query");
    ids["schema"] = json!({ "type": "array", "items": { "type": "integer" }, "maxItems": 3 });
    item["parameters"] = json!([ids, parameter("one", "query")]);
    let probe = Probe::start(json!({ "paths": { "/a": item } })).await;
    for (target, status) in [
        ("/a?ids=1,2", 200),
        ("/a?ids=1&ids=2", 200),
        ("/a?ids=1,2,3,4", 400),
        ("/a?ids=1,x", 400),
        ("/a?one=1&one=2", 400),
    ] {
        assert_eq!(probe.get(target).await.0, status, "{target}");
    }
}

#[tokio::test]
async fn recursive_union_is_served() {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let pet = |name: &str| {
        let own = json!({ "type": "object", "required": [name], "properties": { name: string() } });
        json!({ "allOf": [reference("Pet"), own] })
    };
    let probe = Probe::start(json!({
        "paths": { "/pets": { "post": {
            "operationId": "add",
            "requestBody": content(reference("Pet")),
            "responses": { "201": content(reference("Pet")) },
        } } },
        "components": { "schemas": {
            "Pet": { "oneOf": [{ "title": "Cat", "allOf": [reference("Cat")] }, reference("Dog")] },
            "Cat": pet("claws"),
            "Dog": { "allOf": [pet("tail")] },
        } },
    }))
    .await;
    for (body, status) in [(json!({ "tail": "long" }), 201), (json!({ "wings": "two" }), 400)] {
        let (found, response) = probe.send(Method::POST, "/pets", Some(body)).await;
        assert_eq!(found, status, "{response}");
    }
}

#[tokio::test]
async fn examples_respect_bounds() {
    let bounded = json!({ "type": "object", "additionalProperties": false, "properties": {
        "small": { "type": "integer", "maximum": 3 },
        "negative": { "type": "integer", "maximum": -3 },
        "between": { "type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5 },
        "part": { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 },
        "loss": { "type": "number", "maximum": -1 },
        "limit": { "type": "integer", "minimum": 50 },
        "short": { "type": "string", "maxLength": 2 },
        "nullable": { "type": ["null", "boolean"] },
    } });
    let probe = Probe::start(json!({ "paths": {
        "/a": get("a", json!({ "200": content(bounded) })),
    } }))
    .await;
    let (status, body) = probe.get("/a").await;
    assert_eq!((status, body["between"].as_i64()), (200, Some(4)), "{body}");
}

#[tokio::test]
async fn credential_is_that_of_a_known_alternative() {
    let secured = |id: &str, security: Value| {
        let mut item = get(id, json!({ "200": content(string()) }));
        item["get"]["security"] = security;
        item
    };
    let probe = Probe::start(json!({
        "paths": {
            "/or": secured("or", json!([{ "query": [] }, { "session": [] }])),
            "/optional": secured("optional", json!([{}, { "bearer": [] }])),
            "/both": secured("both", json!([{ "key": [], "session": [] }])),
        },
        "components": { "securitySchemes": {
            "key": { "type": "apiKey", "in": "header", "name": "Authorization" },
            "query": { "type": "apiKey", "in": "query", "name": "k" },
            "session": { "type": "apiKey", "in": "header", "name": "X-Session" },
            "bearer": { "type": "http", "scheme": "bearer" },
        } },
    }))
    .await;
    let key = format!("BASIC {}", probe.sandbox.api_key());
    for (path, header, status) in [
        ("/or", ("X-Session", "s"), 200),
        ("/or", ("Authorization", key.as_str()), 401),
        ("/optional", ("X-Other", "x"), 200),
        ("/optional", ("Authorization", "Bearer t"), 200),
        ("/optional", ("Authorization", key.as_str()), 401),
        ("/both", ("Authorization", key.as_str()), 200),
        ("/both", ("X-Session", "s"), 401),
    ] {
        let target = format!("{}{path}", probe.sandbox.base_url());
        let response = probe.client.get(target).header(header.0, header.1).send().await.unwrap();
        assert_eq!(response.status(), status, "{path} {header:?}");
    }
}
