//! Valid but unusual specs: the generated code of each, or the reason for its rejection.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{Workspace, object, spec, to};
use serde_json::{Value, json};

const FILE: &str = "odd-20260203.json";

/// Returns the generated module of a spec with trimmed lines.
fn generated(spec: &Value) -> String {
    let generation = Workspace::new().with(FILE, spec.to_string()).run();
    assert_eq!(generation.errors, [], "{spec}");
    let text = common::module(&generation, "meld-client/v2026-02-03/src/odd.rs");
    assert_eq!(common::rust::faults(&text), [""; 0], "{spec}");
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

/// Returns a spec whose `Response` has one property.
fn with(name: &str, schema: Value) -> Value {
    spec(json!({"Response": object(json!({name: schema})), "Other": object(json!({"a": {}}))}))
}

fn with_parameter(name: &str, place: &str, schema: Value) -> Value {
    let mut spec = with("a", json!({"type": "string"}));
    let operation = &mut spec["paths"]["/things/{id}"]["post"];
    let parameter = json!({"name": name, "in": place, "schema": schema, "required": true});
    operation["parameters"].as_array_mut().unwrap().push(parameter);
    spec
}

#[test]
fn every_format_becomes_a_type() {
    for (schema, ty) in [
        (json!({"type": "string", "format": "ipv4"}), "Option<String>"),
        (json!({"type": "string", "format": "uri"}), "Option<String>"),
        (json!({"type": "string", "format": "byte"}), "Option<String>"),
        (json!({"type": "string", "format": "binary"}), "Option<String>"),
        (json!({"type": "string", "format": "password"}), "Option<String>"),
        (json!({"type": "string", "format": "duration"}), "Option<String>"),
        (json!({"type": "string", "format": "uuid"}), "Option<Uuid>"),
        (json!({"type": "string", "format": "date"}), "Option<NaiveDate>"),
        (json!({"type": "string", "format": "date-time"}), "Option<DateTime<Utc>>"),
        (json!({"type": "integer", "format": "uint8", "minimum": 1}), "Option<u32>"),
        (json!({"type": "integer", "format": "int16"}), "Option<i32>"),
        (json!({"type": "integer", "format": "uint64"}), "Option<u64>"),
        (json!({"type": "integer", "format": "huge"}), "Option<i64>"),
        (json!({"type": "integer", "enum": [1, 2]}), "Option<i64>"),
        (json!({"type": "number", "format": "float", "enum": [1.5]}), "Option<Decimal>"),
        (json!({"type": "boolean", "enum": [true]}), "Option<bool>"),
        (json!({"type": ["array", "null"], "items": {"type": "number"}}), "Vec<Decimal>"),
        (json!({"type": ["array", "null"], "items": {"type": "string"}}), "Option<Vec<String>>"),
        (json!({"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string"}}), "Vec<String>"),
        (json!({"type": "array", "uniqueItems": true, "items": {"type": "string"}}), "Vec<String>"),
        (json!({"type": "array", "items": {"type": ["integer", "null"]}}), "Vec<Option<i64>>"),
        (json!({"type": "array"}), "Vec<Value>"),
        (json!({"type": "object", "additionalProperties": false}), "Map<String, Value>"),
        (json!({"type": "object", "additionalProperties": {"type": "number"}}), "BTreeMap<String, Decimal>"),
        (json!({"type": "string", "title": "Option", "default": "x"}), "Option<String>"),
        (json!({"type": "string", "x-rust-type": {"crate": "std", "version": "*", "path": "a::B"}}), "Option<String>"),
    ] {
        let expected = format!("\npub field: {ty},");
        let text = generated(&with("field", schema.clone()));
        assert!(text.contains(&expected), "{schema}: {text}");
    }
}

#[test]
fn unusual_properties_become_fields() {
    for (property, field) in [
        ("type", "pub type_: Option<String>"),
        ("build", "pub build_: Option<String>"),
        ("default", "pub default_: Option<String>"),
        ("self", "pub self_: Option<String>"),
        ("gen", "pub gen_: Option<String>"),
        ("3ds", "pub three_ds: Option<String>"),
        ("4ds", "pub x4ds: Option<String>"),
        ("$ref2", "pub ref2: Option<String>"),
        ("", ": \"\""),
        ("übung", ": \"übung\""),
        ("a\"b\\", ": \"a\\\"b\\\\\""),
    ] {
        let text = generated(&with(property, json!({"type": "string"})));
        assert!(text.contains(field), "{property}: {text}");
    }
}

#[test]
fn unusual_schema_names_become_types() {
    for (schema, name) in [
        ("String", "StringSchema"),
        ("Self", "Self_"),
        ("Box", "BoxSchema"),
        ("ErrorResponse", "ErrorResponseSchema"),
        ("type", "Type"),
        ("3ds", "Schema3ds"),
        ("-", "X"),
        ("a.b", "Ab"),
        ("JSONB", "Jsonb"),
    ] {
        let spec = spec(json!({
            "Response": object(json!({"field": to(schema)})),
            schema: object(json!({"a": {"type": "string"}}))
        }));
        let text = generated(&spec);
        assert!(text.contains(&format!("pub struct {name} {{")), "{schema}: {text}");
    }
}

#[test]
fn names_longer_than_a_line_become_types() {
    let (name, expected) = ("a".repeat(200), format!("A{}", "a".repeat(199)));
    let long = object(json!({"a": {"type": "string"}}));
    let text = generated(&spec(json!({"Response": object(json!({"field": to(&name)})), name: long})));
    // rustfmt leaves such lines as they are.
    assert!(text.contains(&format!("pub field : Option < {expected} > ,")), "{text}");
}

#[test]
fn unusual_values_become_variants() {
    let many: Vec<String> = (0..300).map(|index| format!("VALUE_{index}")).collect();
    for (values, variants) in [
        (json!(["", "1", "+", "-"]), "X: \"\",\nX1: \"1\",\nX2: \"+\",\nX3: \"-\",\n"),
        (json!(["buy", "BUY"]), "Buy: \"buy\",\nBuy2: \"BUY\",\n"),
        (json!(["UNKNOWN", "a"]), "UnknownValue: \"UNKNOWN\",\nA: \"a\",\n"),
        (json!(["Self", "名前"]), "Self_: \"Self\",\n名前: \"名前\",\n"),
        (json!(["x", "x", null]), "X: \"x\",\n"),
        (json!(many), "Value299: \"VALUE_299\",\n"),
    ] {
        let text = generated(&with("field", json!({"enum": values})));
        assert!(text.contains(variants), "{values}: {text}");
    }
}

#[test]
fn null_and_unions_and_recursion() {
    let filled = |kind: Value| json!({"type": kind, "properties": {"a": {"type": "string"}}});
    let field = |schema: Value, ty: &str, others: Value| {
        let mut spec = spec(others);
        spec["components"]["schemas"]["Response"] = object(json!({"field": schema}));
        let text = generated(&spec);
        assert!(text.contains(&format!("pub field: {ty},")), "{schema}: {text}");
        text
    };
    let nullable = json!({"Inner": filled(json!(["object", "null"]))});
    field(to("Inner"), "Option<Inner>", nullable.clone());
    field(json!({"type": "array", "items": to("Inner")}), "Vec<Option<Inner>>", nullable);
    field(filled(json!(["object", "null"])), "Option<ResponseField>", json!({}));
    field(json!({"allOf": [to("Response"), {"description": "Itself"}]}), "Option<Box<Response>>", json!({}));
    field(to("List"), "Option<List>", json!({"List": {"type": "array", "items": to("List")}}));
    field(to("Tree"), "Option<Tree>", json!({"Tree": {"additionalProperties": to("Tree")}}));
    let beside = json!({"type": "object", "properties": {"a": {}}, "additionalProperties": {"type": "number"}});
    field(to("Open"), "Option<Open>", json!({"Open": beside}));

    let tagged = |mapping: Value| {
        json!({
            "oneOf": [to("my-cat"), to("Dog")], "discriminator": {"propertyName": "kind", "mapping": mapping}
        })
    };
    let animals = json!({"my-cat": filled(json!("object")), "Dog": filled(json!("object"))});
    let union = json!({"CAT": "my-cat", "3DS": "#/components/schemas/Dog"});
    let variants = "Cat(MyCat): \"CAT\",\nX3ds(Dog): \"3DS\",";
    let text = field(tagged(union.clone()), "Option<ResponseField>", animals.clone());
    assert!(text.contains(variants), "{text}");
    let mut both = animals.clone();
    both["Pet"] = tagged(union);
    both["Dog"]["properties"]["kind"] = json!({"type": "string"});
    let text = field(to("Pet"), "Option<Pet>", both.clone());
    assert!(text.contains(variants) && !text.contains("pub kind"), "{text}");
    // A mapping to a schema that is not a member selects nothing.
    both["Pet"] = tagged(json!({"CAT": "my-cat", "DOG": "Dog", "COW": "Response"}));
    field(to("Pet"), "Option<Value>", both);
}

#[test]
fn equal_rust_names_get_numbers() {
    let text = json!({"type": "string"});
    let twins = |first: &str, second: &str| spec(json!({"Response": object(json!({first: text, second: text}))}));
    let schemas = spec(json!({
        "Response": object(json!({"a": to("my-leaf"), "b": to("MyLeaf")})),
        "my-leaf": object(json!({"a": text})), "MyLeaf": object(json!({"b": text}))
    }));
    let hoisted = spec(json!({
        "Response": object(json!({"leaf": object(json!({"a": text})), "other": to("ResponseLeaf")})),
        "ResponseLeaf": object(json!({"b": text}))
    }));
    let animal = object(json!({"a": text}));
    let union = spec(json!({
        "Response": object(json!({"pet": to("Pet")})), "Cat": animal, "Dog": animal,
        "Pet": {"oneOf": [to("Cat"), to("Dog")], "discriminator": {
            "propertyName": "kind", "mapping": {"a+": "Cat", "a-": "Dog"}}}
    }));
    for (spec, parts) in [
        (twins("a-b", "a_b"), ["a_b: \"a-b\"", "a_b_2: \"a_b\""]),
        (twins("", "x"), ["x: \"\"", "x_2: \"x\""]),
        (twins("3ds", "three_ds"), ["three_ds: \"three_ds\"", "three_ds_2: \"3ds\""]),
        (schemas, ["pub a: Option<MyLeaf>", "pub b: Option<MyLeaf2>"]),
        (hoisted, ["pub leaf: Option<ResponseLeaf2>", "pub other: Option<ResponseLeaf>"]),
        (union, ["A(Cat): \"a+\"", "A2(Dog): \"a-\""]),
    ] {
        let text = generated(&spec);
        for part in parts {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[test]
fn equal_method_names_get_numbers() {
    let two = |first: &str, second: &str| {
        let mut spec = with("a", json!({}));
        spec["paths"]["/things/{id}"]["post"]["operationId"] = first.into();
        let operation = json!({"operationId": second, "responses": {"204": {"description": ""}}});
        spec["paths"]["/other"] = json!({"get": operation});
        spec
    };
    for (first, second, parts) in [
        ("a-b", "a_b", ["pub fn a_b(&self) -> builder::AB {", "pub fn a_b_2(&self) -> builder::AB2 {"]),
        ("order-1", "order1", ["fn order_1(&self) -> builder::Order1 ", "fn order1_2(&self) -> builder::Order12 "]),
        ("get", "odd-get", ["pub fn get(", "pub fn get_odd("]),
        ("error", "new", ["fn error(&self) -> builder::ErrorBuilder {", "fn new_(&self) -> builder::New {"]),
        ("-", "3ds", ["fn x(&self) -> builder::X {", "fn x3ds(&self) -> builder::X3ds {"]),
    ] {
        let text = generated(&two(first, second));
        for part in parts {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[test]
fn parameters_of_every_kind_can_be_sent() {
    let list = |items: Value| json!({"type": "array", "items": items});
    let text = json!({"type": "string"});
    for (name, place, schema, part) in [
        ("transport", "query", text.clone(), "request.required_query(\"transport\", self.transport_.as_ref())"),
        ("body", "query", list(text.clone()), "request.repeated(\"body\", &self.body_, true)"),
        ("X-Thing", "header", text.clone(), "request.required_header(\"X-Thing\", self.x_thing.as_ref())"),
        ("a", "query", json!({"type": ["integer", "null"], "format": "uint8"}), "a: Option<u32>,"),
        ("a", "query", list(json!({"type": "string", "format": "ipv6"})), "a: Vec<String>,"),
        ("a", "query", json!({}), "a: Option<String>,"),
        ("error", "query", json!({"enum": ["a", "b"]}), "error: Option<types::ErrorSchema>,"),
        ("filter[name]", "query", text.clone(), "filter_name: Option<String>,"),
        ("a", "query", object(json!({"b": text})), "\"a\", \"form\", true, self.a.as_ref(), true"),
        ("a", "query", to("Other"), "a: Option<Value>,"),
        ("a", "query", list(list(text.clone())), "request.styled_query("),
        ("a", "query", json!({"oneOf": [text, {"type": "integer"}]}), "a: Option<String>,"),
        ("a", "header", list(text.clone()), "styled_header(\"a\", false, self.a.as_ref(), true)"),
        ("a", "cookie", text.clone(), "request.cookie(\"a\", self.a.as_ref(), true)"),
        ("id", "query", text.clone(), "request.required_query(\"id\", self.query_id.as_ref())"),
        ("ID", "query", text.clone(), "request.required_query(\"ID\", self.query_id.as_ref())"),
        ("?", "query", text.clone(), "request.required_query(\"?\", self.x.as_ref())"),
    ] {
        let text = generated(&with_parameter(name, place, schema.clone()));
        assert!(text.contains(part), "{name} {schema}: {text}");
    }
    let dropped = generated(&with_parameter("a b", "header", text.clone()));
    assert!(!dropped.contains("\"a b\""), "{dropped}");
    for (style, explode, part) in [
        ("pipeDelimited", false, "styled_query(\"a\", \"pipeDelimited\", false, self.a.as_ref(), true)"),
        ("form", false, "request.required_list(\"a\", &self.a)"),
    ] {
        let mut styled = with_parameter("a", "query", list(text.clone()));
        let parameter = &mut styled["paths"]["/things/{id}"]["post"]["parameters"][1];
        (parameter["style"], parameter["explode"]) = (style.into(), explode.into());
        let code = generated(&styled).replace('\n', " ");
        assert!(code.contains(part), "{part}: {code}");
    }
}

#[test]
fn paths_are_percent_encoded() {
    for (path, sent) in [
        ("/a b", "/a%20b"),
        ("/a?b=c", "/a%3Fb=c"),
        ("/a#b", "/a%23b"),
        ("/a{b", "/a%7Bb"),
        ("/a}b", "/a%7Db"),
        ("/名", "/%E5%90%8D"),
        ("/{a b}:go", "/{a b}:go"),
    ] {
        let mut spec = with("a", json!({}));
        let operation = json!({"operationId": "x", "responses": {"204": {"description": ""}}});
        spec["paths"] = json!({path: {"get": operation}});
        let text = generated(&spec);
        assert!(text.contains(&format!("path: \"{sent}\",")), "{path}: {text}");
    }
}

#[test]
fn deviations_from_meld_are_sent() {
    let sent = |keywords: Value| {
        let mut spec = with("a", json!({"type": "string"}));
        spec["servers"] = json!([{"url": "https://api.example.com"}]);
        spec["components"]["securitySchemes"] = json!({
            "key": {"type": "apiKey", "in": "header", "name": "Authorization"}});
        for (key, value) in keywords.as_object().unwrap() {
            spec["paths"]["/things/{id}"]["post"][key] = value.clone();
        }
        generated(&spec).replace('\n', " ")
    };
    let bytes = |name: &str| json!({"description": "", "content": {name: {"schema": {"type": "string"}}}});
    for (keywords, part) in [
        (json!({"security": []}), "request.without_api_key();"),
        (json!({"security": [{}, {"key": []}]}), "request.api_key_is_optional();"),
        (json!({"servers": [{"url": "/v2"}]}), "request.server(\"/v2\");"),
        (json!({"requestBody": bytes("text/csv")}), "request.bytes_body(\"text/csv\", self.body);"),
        (json!({"requestBody": bytes("a/b+json")}), "request.content_type(\"a/b+json\");"),
        (json!({"responses": {"200": bytes("text/csv")}}), "request.accept(\"text/csv\");"),
        (json!({"responses": {"200": bytes("text/csv")}}), ", send_bytes -> "),
    ] {
        let text = sent(keywords);
        assert!(text.contains(part), "{part}: {text}");
    }
    for keywords in [json!({"security": [{"key": []}]}), json!({"servers": [{"url": "https://api.example.com/"}]})] {
        let text = sent(keywords);
        assert!(!text.contains("api_key") && !text.contains("request.server("), "{text}");
    }
}

#[test]
fn bodies_and_responses_of_all_kinds() {
    let mut table = Vec::new();
    for (schema, body, response) in [
        (object(json!({"a": {"type": "string"}})), "types::MakeBody", "types::MakeResponse"),
        (
            json!({"type": "array", "items": object(json!({"a": {}}))}),
            "Vec<types::MakeBody>",
            "Vec<types::MakeResponse>",
        ),
        (json!({"type": "string", "format": "binary"}), "String", "String"),
        (json!({"type": "array", "items": {"type": "number"}}), "Value", "Value"),
        (json!({"type": "number"}), "Value", "Value"),
        (json!({"allOf": [to("Other")], "description": "x"}), "types::Other", "types::Other"),
        (json!({"enum": ["a", "b"]}), "types::Body", "types::Body"),
        (json!({}), "Value", "Value"),
    ] {
        let mut spec = with("a", json!({}));
        let operation = &mut spec["paths"]["/things/{id}"]["post"];
        operation["operationId"] = "make".into();
        operation["requestBody"] = json!({"content": {"application/json": {"schema": schema}}});
        operation["responses"]["200"]["content"]["application/json"]["schema"] = schema.clone();
        table.push((spec, format!("body: Option<Result<{body}, Error>>,")));
        let response = format!(" -> {response});");
        table.push((table[table.len() - 1].0.clone(), response));
    }
    for (spec, part) in table {
        let text = generated(&spec);
        assert!(text.contains(&part), "{part}: {text}");
    }
}

#[test]
fn responses_without_a_success_status() {
    let responses = |responses: Value| {
        let mut spec = with("a", json!({}));
        spec["paths"]["/things/{id}"]["post"]["responses"] = responses;
        spec
    };
    let content = json!({"application/json": {"schema": to("Other")}});
    let response = json!({"description": "", "content": content});
    let empty = json!({"description": ""});
    for (spec, part) in [
        (responses(json!({})), " -> ());"),
        (responses(json!({"204": empty})), " -> ());"),
        (responses(json!({"404": empty})), " -> ());"),
        (responses(json!({"default": response})), " -> types::Other);"),
        (responses(json!({"2XX": response})), " -> types::Other);"),
        (responses(json!({"204": empty, "default": response})), " -> ());"),
        (responses(json!({"204": empty, "201": response})), " -> types::Other);"),
    ] {
        let text = generated(&spec);
        assert!(text.contains(part), "{spec}: {text}");
    }
}
