//! The rendered types and operations of a small spec.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Files, Module};
use crate::catalog::ApiVersion;
use crate::emit::Formatter;
use crate::model::{Facts, OperationFacts};
use crate::normalize;
use crate::progenitor::{input, output, run};

/// The files of the module of a spec with one operation, `GET /things/{id}`, without whitespace at the ends of lines.
fn module(operation: Value, properties: Value) -> String {
    module_with(&Facts::default(), operation, properties)
}

/// The same, with facts that the spec cannot express.
fn module_with(facts: &Facts, operation: Value, properties: Value) -> String {
    let thing = json!({"$ref": "#/components/schemas/Thing"});
    let content = json!({"application/json": {"schema": thing}});
    let mut whole = json!({
        "operationId": "thing-get",
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "", "content": content}}
    });
    for (key, value) in operation.as_object().unwrap() {
        match (whole[key].as_array_mut(), value) {
            (Some(list), Value::Array(more)) => list.extend(more.clone()),
            _ => whole[key] = value.clone(),
        }
    }
    let api = serde_json::from_value(json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {"/things/{id}": {"get": whole}},
        "components": {"schemas": {
            "Thing": {"type": "object", "required": ["id", "prices"], "properties": properties}}}
    }))
    .unwrap();
    let mut shaped = normalize::normalize(api, facts, "t").unwrap();
    input::prepare(&mut shaped);
    let output = run::generate(&shaped, "t.json").unwrap();
    let output = output::read(output, "t.json").unwrap();
    let files = super::family(&Module::new(&output, &shaped, "t.json").unwrap()).unwrap();
    formatted(files)
}

/// The files, formatted with the default settings of rustfmt.
fn formatted(files: Files) -> String {
    let parts = files.parts.into_iter().map(|(name, text)| (format!("src/t/{name}.rs").into(), text));
    let mut texts: BTreeMap<PathBuf, String> = parts.chain([("src/t.rs".into(), files.root)]).collect();
    Formatter::start(Path::new("")).format(&mut texts).unwrap();
    texts.values().flat_map(|text| text.lines()).map(str::trim).collect::<Vec<_>>().join("\n")
}

fn sent() -> Value {
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}});
    json!({"requestBody": {"required": true, "content": content}, "responses": {"204": {"description": ""}}})
}

fn number() -> Value {
    json!({"type": "number"})
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

#[test]
fn response_fields_are_optional() {
    for (name, schema, field) in [
        ("id", json!({"type": "string"}), "pub id: Option<String>,"),
        ("created", json!({"type": "string", "format": "date-time"}), "pub created: Option<DateTime<Utc>>,"),
        ("price", number(), "pub price: Option<Decimal>,"),
        ("rates", list(number()), "pub rates: Vec<Decimal>,"),
        ("any", json!({}), "pub any: Option<Value>,"),
        (
            "map",
            json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            "pub map: BTreeMap<String, i64>,",
        ),
        ("self", json!({"$ref": "#/components/schemas/Thing"}), "pub self_: Option<Box<Thing>>,"),
        ("sub_total", json!({"type": "string"}), "pub sub_total: Option<String>,"),
    ] {
        let text = module(json!({}), json!({name: schema}));
        assert!(text.contains(field), "{name}: {text}");
        assert!(text.contains("#[derive(Clone, Default, PartialEq)]"), "{name}: {text}");
        assert!(text.contains("read Thing {"), "{name}: {text}");
        assert!(text.contains(&format!(": \"{name}\"")), "the name in JSON: {text}");
        assert!(!text.contains("builder!"), "only what is sent: {text}");
    }
}

#[test]
fn request_fields_may_be_required() {
    let properties = json!({
        "id": {"type": "string"}, "prices": list(number()), "note": {"type": "string"},
        "tags": list(json!({"type": "string"}))
    });
    let text = module(sent(), properties);
    for part in [
        "pub id: String,",
        "pub prices: Vec<Decimal>,",
        "pub note: Option<String>,",
        "pub tags: Vec<String>,",
        "#[derive(Clone, PartialEq)]",
        "sent Thing {",
        "builder! {\nThing {",
        "id: required Option<String> = \"id\",",
        "prices: required Option<Vec<Decimal>> = \"prices\",",
        "note: optional Option<String> = \"note\",",
        "tags: default Option<Vec<String>> = \"tags\",",
        "pub fn prices(mut self, value: impl IntoIterator<Item = impl Into<Decimal>>) -> Self {",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn nested_builders_are_taken() {
    let mut operation = sent();
    operation["requestBody"]["content"]["application/json"]["schema"] = json!({"type": "object", "properties": {"address": {"type": "object", "properties": {"city": {"type": "string"}}}}});
    let text = module(operation, json!({"id": {"type": "string"}}));
    for part in [
        "value: impl TryInto<super::GetThingBodyAddress, Error: Into<Error>>",
        "self.address = Nested::new(value);",
        "address: optional Nested<super::GetThingBodyAddress> = \"address\",",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn several_failures_are_collected() {
    let text = module(sent(), json!({"id": {"type": "string"}}));
    let part = "let mut failures = Failures::default();\nfailures.add(request.path(\"id\", self.id.as_ref()));\n\
                failures.add(request.required_body(self.body));\nfailures.finish(request)";
    assert!(text.contains(part), "{text}");
}

#[test]
fn parameters_by_location() {
    let parameter = |name: &str, place: &str, required: bool, schema: Value| {
        let parameter = json!({"name": name, "in": place, "required": required, "schema": schema});
        json!({"parameters": [parameter]})
    };
    let text = || json!({"type": "string"});
    for (operation, parts) in [
        (
            parameter("q", "query", false, text()),
            ["request.query(\"q\", self.q.as_ref());", "Parameter::query(\"q\", \"q\")"],
        ),
        (
            parameter("q", "query", true, text()),
            ["request.required_query(\"q\", self.q.as_ref())?;", "Parameter::query(\"q\", \"q\").required()"],
        ),
        (
            parameter("q", "query", false, list(text())),
            ["request.repeated(\"q\", &self.q, false)?;", "Parameter::query(\"q\", \"q\").list()"],
        ),
        (
            parameter("q", "query", true, list(number())),
            ["request.repeated(\"q\", &self.q, true)?;", "q: Vec<Decimal>,"],
        ),
        (
            parameter("X-Q", "header", false, text()),
            ["request.header(\"X-Q\", self.x_q.as_ref())?;", "Parameter::header(\"X-Q\", \"x_q\")"],
        ),
        (
            parameter("X-Q", "header", true, text()),
            [
                "request.required_header(\"X-Q\", self.x_q.as_ref())?;",
                "pub fn x_q(mut self, value: impl Into<String>) -> Self {",
            ],
        ),
        (
            parameter("X-Idempotency-Key", "header", false, text()),
            ["takes_idempotency_key: true,", "pub fn idempotency_key("],
        ),
        (
            parameter("q", "query", false, json!({"type": "integer", "format": "int32"})),
            ["pub fn q(mut self, value: i32) -> Self {", "q: Option<i32>,"],
        ),
    ] {
        let text = module(operation, json!({"id": {"type": "string"}}));
        assert!(text.contains("request.path(\"id\", self.id.as_ref())"), "{text}");
        for part in parts {
            // Several parts that may fail are collected.
            let collected = part.strip_suffix(")?;").map(|part| format!("failures.add({part}));"));
            assert!(text.contains(&collected.unwrap_or_else(|| part.to_owned())), "{part}: {text}");
        }
    }
}

#[test]
fn bodies_and_responses_as_documented() {
    let properties = json!({"id": {"type": "string"}});
    let mut optional = sent();
    optional["requestBody"]["required"] = json!(false);
    for (operation, part) in [
        (json!({}), "call!(GetThing, operations::GET_THING, send -> types::Thing);"),
        (sent(), "call!(GetThing, operations::GET_THING, send_ignoring_body -> ());"),
        (sent(), "failures.add(request.required_body(self.body));"),
        (optional, "failures.add(request.optional_body(self.body));"),
        (json!({"deprecated": true}), "#[deprecated]\npub fn get_thing(&self) -> builder::GetThing {"),
    ] {
        let text = module(operation, properties.clone());
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn responses_may_lack_content_as_documented() {
    let typed = |schema: Value| {
        let content = json!({"application/json": {"schema": schema}});
        json!({"responses": {"200": {"description": ""}, "201": {"description": "", "content": content}}})
    };
    for (schema, response) in [
        (json!({"$ref": "#/components/schemas/Thing"}), "types::Thing"),
        (list(json!({"type": "string"})), "Vec<String>"),
        (json!({"type": "integer"}), "Option<i64>"),
        (json!({"type": "string"}), "Option<String>"),
        (json!({"type": "string", "enum": ["a", "b"]}), "Option<types::Body>"),
    ] {
        let mut operation = typed(schema);
        operation["responses"]["204"] = json!({"description": ""});
        let text = module(operation, json!({"id": {"type": "string"}}));
        let call = format!("call!(GetThing, operations::GET_THING, send -> {response});");
        let statuses = "success: &[200, 201, 204],\nsuccess_without_content: &[200, 204],";
        assert!(text.contains(&call) && text.contains(statuses), "{call}: {text}");
    }
}

#[test]
fn deprecated_values_are_marked() {
    let old = json!({"name": "old", "in": "query", "deprecated": true, "schema": {"type": "string"}});
    let mut operation = sent();
    operation["parameters"] = json!([old]);
    let text = module(operation, json!({"id": {"type": "string", "deprecated": true}}));
    for part in ["#[deprecated]\npub fn old(", "#[deprecated]\npub fn id(", "/// Deprecated.\n"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn multipart_bodies_have_fields_and_files() {
    let binary = json!({"type": "string", "format": "binary"});
    let data = json!({"type": "object", "properties": {"id": {"type": "string"}}});
    let parts = json!({"type": "object", "required": ["data", "front"], "additionalProperties": binary,
        "properties": {"data": data, "front": binary, "pages": list(binary.clone())}});
    let multipart = json!({"schema": parts});
    let thing = json!({"schema": {"$ref": "#/components/schemas/Thing"}});
    let only = json!({"required": true, "content": {"multipart/form-data": multipart}});
    let both = json!({"required": true, "content": {"multipart/form-data": multipart, "application/json": thing}});
    let shared = [
        "use meld_client_core::multipart::{FilePart, Files, Required};",
        "Required in a multipart body.\npub fn front(mut self, value: impl Into<FilePart>) -> Self {",
        "pub fn pages(mut self, value: impl IntoIterator<Item = impl Into<FilePart>>) -> Self {",
        "pub fn add_file(mut self, part: impl Into<String>, value: impl Into<FilePart>) -> Self {",
        "has_body: true,",
    ];
    for (body, own) in [
        (
            only,
            [
                "value: impl TryInto<types::GetThingBody, Error: Into<Error>>",
                ".required_multipart(\nself.body,\nself.files,\nRequired {\nfield: Some(\"data\"),\nfiles: &[\"front\"],",
                "files: Files,",
            ],
        ),
        (
            both,
            [
                "value: impl TryInto<types::GetThingForm, Error: Into<Error>>",
                "self.form,\nself.files,\nRequired {\nfield: Some(\"data\"),\nfiles: &[\"front\"],",
                "body: Option<Result<types::Thing, Error>>,",
            ],
        ),
    ] {
        let text = module(json!({"requestBody": body}), json!({"id": {"type": "string"}}));
        for part in shared.into_iter().chain(own) {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[test]
fn multipart_responses_have_fields_and_files() {
    let binary = json!({"type": "string", "format": "binary"});
    let data = json!({"type": "object", "properties": {"id": {"type": "string"}}});
    let parts = json!({"type": "object", "additionalProperties": binary,
        "properties": {"data": data, "note": {"type": "string"}, "front": binary}});
    let multipart = json!({"schema": parts});
    let thing = json!({"schema": {"$ref": "#/components/schemas/Thing"}});
    let parts = "&ResponseParts {\njson: &[\"data\"],\ntext: &[\"note\"],\n},";
    for (content, own) in [
        (
            json!({"multipart/form-data": multipart}),
            "call!(GetThing, operations::GET_THING, send_multipart -> Multipart<types::GetThingResponse>);",
        ),
        (
            json!({"multipart/form-data": multipart, "application/json": thing}),
            "call!(GetThing, operations::GET_THING, send_json_or_multipart -> JsonOrMultipart<types::Thing, types::GetThingMultipart>);",
        ),
    ] {
        let operation = json!({"responses": {"200": {"description": "", "content": content}}});
        let text = module(operation, json!({"id": {"type": "string"}}));
        assert!(text.contains(own) && text.contains(parts), "{text}");
    }
}

#[test]
fn minimum_versions_are_documented_metadata() {
    let version = ApiVersion::parse("2026-05-01");
    let parameter_versions = [("mode".to_owned(), version.unwrap())].into_iter().collect();
    let facts = OperationFacts { minimum_version: version, parameter_versions, ..OperationFacts::default() };
    let operations = [("/paths/~1things~1{id}/get".to_owned(), facts)].into_iter().collect();
    let facts = Facts { operations, ..Facts::default() };
    let mode = json!({"name": "mode", "in": "query", "schema": {"type": "string"}});
    let text = module_with(&facts, json!({"parameters": [mode]}), json!({"id": {"type": "string"}}));
    for part in [
        "minimum_version: Some(\"2026-05-01\"),",
        "Parameter::query(\"mode\", \"mode\").since(\"2026-05-01\")",
        "/// Sends `Meld-Version: 2026-05-01` or newer.",
        "/// `mode`. If set, the request is sent with `Meld-Version: 2026-05-01` or newer.",
        "version: crate::API_VERSION,",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn modules_without_types_import_none() {
    let operation = json!({"responses": {"204": {"description": ""}}});
    let text = module(operation, json!({"id": {"type": "string"}}));
    assert!(text.contains("use super::operations;"), "{text}");
    for absent in ["mod codec;", "mod validate;", "mod builder;\nuse"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
}
