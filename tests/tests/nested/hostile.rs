//! Hostile specs, and specs with awkward names and bodies: their crates compile and build documentation, and nothing of a
//! spec takes effect. Tests of `meld-gen` assert that their manifests switch off doctests.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::cargo::{SCRATCH, cargo};
use crate::workspace::{self, files, regenerate};

/// A separate version, so that no other version is compiled.
const DATE: &str = "20270115";

/// A word in every hostile name and string.
const MARK: &str = "meldevil";

#[test]
fn hostile_specs_compile_and_do_nothing() {
    let copy = workspace::copy();
    let root = copy.path();
    let hostile = include_str!("../../../meld-gen/tests/fixtures/hostile.json");
    let names = include_str!("../../../meld-gen/tests/fixtures/names.json");
    let bodies = bodies().to_string();
    let small = small().to_string();
    for (family, spec) in [
        ("hostile", hostile),
        ("names", names),
        ("bodies", &bodies),
        // Families named like features, modules, crates and keywords.
        ("axum", &small),
        ("client", &small),
        ("type", &small),
        ("transport", &small),
        ("str", &small),
    ] {
        fs::write(root.join(format!("openapi/{family}-{DATE}.json")), spec).unwrap();
    }
    regenerate(root);
    let package = "--package=meld-client-v2027-01-15";
    let features = "hostile,names,bodies,axum_,client_,type_,transport_,str_";
    cargo(root, &["check", package, "--no-default-features", "--features", features]);
    cargo(root, &["doc", "--no-deps", package, "--no-default-features", "--features", "hostile"]);
    assert_documentation_is_harmless(&Path::new(SCRATCH).join("nested/doc/meld_client_v2027_01_15"));
}

/// Asserts that rustdoc's pages have no tags, attributes or links from the spec.
fn assert_documentation_is_harmless(folder: &Path) {
    let mut marks = 0;
    for (path, page) in files(folder) {
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        let page = String::from_utf8(page).unwrap();
        marks += page.matches(MARK).count();
        for (index, _) in page.match_indices('<') {
            let end = page[index..].find('>').map_or(page.len(), |end| index + end);
            let tag = &page[index..end];
            // The description for search engines is an attribute, which rustdoc escapes.
            if tag.starts_with("<meta name=\"description\"") {
                continue;
            }
            // Names of files and items are identifiers made of the words of a name.
            let is_identifier = tag.contains("href=\"") || tag.contains("id=\"") || tag.contains("title=\"");
            let harms = tag.contains(&format!("<{MARK}")) || tag.contains("javascript:");
            assert!(!harms, "{}: {tag}", path.display());
            assert!(is_identifier || !tag.contains(MARK), "{}: {tag}", path.display());
            assert!(!tag.contains(&format!("{MARK}.example")), "{}: {tag}", path.display());
        }
        // Code blocks from the spec are plain text without a button to run them.
        assert!(!page.contains("compile_error!") || page.contains("language-text"), "{}", path.display());
        // The re-export of core has an example of its own, and builders have one of names alone.
        let is_from_core = path.ends_with("types/struct.ErrorResponse.html");
        let is_builder = path.components().any(|part| part.as_os_str() == "builder");
        let mut examples = page.split("rust-example-rendered").skip(1).filter_map(|rest| rest.split("</pre>").next());
        let is_harmless = examples.all(|example| is_from_core || is_builder && !example.contains("compile_error"));
        assert!(is_harmless, "{}: an example", path.display());
    }
    assert!(marks > 100, "{marks} marks: the texts are to be in the pages");
}

fn small() -> Value {
    let schema = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    let content = json!({"application/json": {"schema": schema}});
    let responses = json!({"200": {"description": "Fine.", "content": content}});
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Small", "version": "2027-01-15"},
        "paths": {"/small": {"get": {"operationId": "small-get", "responses": responses}}},
    })
}

/// A reference to a schema.
fn to(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The schema of an object with one field.
fn object(name: &str) -> Value {
    json!({"type": "object", "properties": {name: {"type": "string"}}})
}

/// A schema of each kind of JSON.
fn kinds() -> [(&'static str, Value); 18] {
    let text = |format: &str| json!({"type": "string", "format": format});
    [
        ("string", json!({"type": "string"})),
        ("enum", json!({"type": "string", "enum": ["A", "ERR", "OK"]})),
        ("integer", json!({"type": "integer"})),
        ("int32", json!({"type": "integer", "format": "int32"})),
        ("uint32", json!({"type": "integer", "format": "uint32"})),
        ("uint64", json!({"type": "integer", "format": "uint64"})),
        ("number", json!({"type": "number"})),
        ("boolean", json!({"type": "boolean"})),
        ("uuid", text("uuid")),
        ("date", text("date")),
        ("date-time", text("date-time")),
        ("any", json!({})),
        ("free", json!({"type": "object"})),
        ("object", object("a")),
        ("union", to("Pet")),
        ("component", to("State")),
        ("tree", to("Tree")),
        ("deep", to("Deep")),
    ]
}

/// A spec with bodies and responses of every kind of JSON.
fn bodies() -> Value {
    let mut paths = Map::new();
    for (kind, schema) in kinds() {
        let list = |items: &Value| json!({"type": "array", "items": items});
        let map = |items: &Value| json!({"type": "object", "additionalProperties": items});
        let nullable = json!({"anyOf": [schema, {"type": "null"}]});
        for (form, schema) in [
            ("", schema.clone()),
            ("list", list(&schema)),
            ("map", map(&schema)),
            ("null", nullable.clone()),
            ("list-null", list(&nullable)),
            ("map-list", map(&list(&schema))),
        ] {
            let content = json!({"application/json": {"schema": schema}});
            let operation = |method: &str| {
                json!({
                    "operationId": format!("{method}-{form}-{kind}"),
                    "requestBody": {"required": method != "put", "content": content},
                    "responses": {"200": {"description": "ok", "content": content}}
                })
            };
            let item = json!({"post": operation("post"), "patch": operation("patch"), "put": operation("put")});
            paths.insert(format!("/{form}/{kind}"), item);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Bodies", "version": "unversioned"},
        "paths": paths,
        "components": {"schemas": {
            "Cat": object("a"),
            "Dog": object("b"),
            "Pet": {"oneOf": [to("Cat"), to("Dog")], "discriminator": {
                "propertyName": "kind", "mapping": {"CAT": "Cat", "DOG": "Dog"}}},
            "State": {"type": "string", "enum": ["RUN", "STOP"]},
            "Tree": {"type": "object", "additionalProperties": to("Tree")},
            "Deep": {"type": "array", "items": to("Deep")}
        }}
    })
}
