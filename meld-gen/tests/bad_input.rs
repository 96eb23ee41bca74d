//! Malformed specs in the whole pipeline: an error with a location, results of the other specs, an unchanged tree, and
//! bounded time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::{Workspace, object, spec, to};
use meld_gen::emit;
use meld_gen::error::ErrorKind::{self, *};
use serde_json::{Value, json};

const BAD: &str = "bad-20260203.json";
const FINE: &str = "fine-20260203.json";
const FINE_MODULE: &str = "meld-client/v2026-02-03/src/fine.rs";

/// Much more than a case takes, and much less than a hang.
const TIME: Duration = Duration::from_secs(20);

fn fine() -> Value {
    spec(json!({"Response": object(json!({"a": {"type": "string"}}))}))
}

/// Returns the valid spec with `value` at `pointer`.
fn with(pointer: &str, value: Value) -> Vec<u8> {
    let mut spec = fine();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    spec.pointer_mut(parent).unwrap()[key.replace("~1", "/")] = value;
    spec.to_string().into_bytes()
}

fn schemas(mut schemas: Value) -> Vec<u8> {
    if schemas.get("Response").is_none() {
        schemas["Response"] = object(json!({"a": to("A")}));
    }
    spec(schemas).to_string().into_bytes()
}

fn operation(id: &str) -> Value {
    json!({"operationId": id, "responses": {"204": {"description": "ok"}}})
}

/// Asserts that a spec is rejected at a location, that another spec beside it is generated, and that this takes little
/// time.
fn assert_rejected(bytes: &[u8], kind: ErrorKind, pointer: &str) {
    let started = Instant::now();
    let workspace = Workspace::new().with(FINE, fine().to_string()).with(BAD, bytes);
    let generation = workspace.run();
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(300)]);
    let [error] = generation.errors.as_slice() else {
        panic!("{text} gave {:?}", generation.errors)
    };
    assert_eq!((error.kind, error.location.file.as_str()), (kind, BAD), "{error}");
    assert_eq!(error.location.pointer, pointer, "{error}");
    assert!(!error.what.is_empty() && !error.advice.is_empty());
    assert_eq!(generation.reports.len(), 1, "{text}");
    assert!(generation.tree.files.contains_key(Path::new(FINE_MODULE)));
    assert!(started.elapsed() < TIME, "{text} took {:?}", started.elapsed());
}

#[test]
fn malformed_files_are_rejected() {
    let deep = |open: &str| open.repeat(100_000).into_bytes();
    for (bytes, kind, pointer) in [
        (b"".to_vec(), NotJson, ""),
        (b"openapi: 3.1.0".to_vec(), NotJson, ""),
        (b"{\"openapi\": \"3.1.0\"".to_vec(), NotJson, ""),
        (b"{\"openapi\": \"3.1.0\xff\"}".to_vec(), NotUtf8, ""),
        (b"[]".to_vec(), NotOpenApi, ""),
        (b"{}".to_vec(), UnsupportedOpenApi, ""),
        (b"{\"swagger\": \"2.0\"}".to_vec(), UnsupportedOpenApi, "/swagger"),
        (with("/openapi", json!("3.2.0")), UnsupportedOpenApi, "/openapi"),
        (with("/openapi", json!("2.0")), UnsupportedOpenApi, "/openapi"),
        (with("/info/version", json!("2025-03-04")), VersionMismatch, "/info/version"),
        (with("/paths", json!([])), NotOpenApi, "/paths"),
        (
            with("/paths/~1b", json!({"get": operation("things-make")})),
            DuplicateOperationId,
            "/paths/~1b/get",
        ),
        (deep("["), TooDeep, &"/0".repeat(100)),
        (deep("{\"a\":"), TooDeep, &"/a".repeat(100)),
    ] {
        assert_rejected(&bytes, kind, pointer);
    }
}

#[test]
fn oversized_file_is_rejected_unread() {
    let workspace = Workspace::new();
    fs::File::create(workspace.spec(BAD)).unwrap().set_len(50 * 1024 * 1024).unwrap();
    let started = Instant::now();
    let generation = workspace.run();
    assert_eq!(generation.errors[0].kind, TooLarge);
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn dangling_references_are_rejected() {
    let property = "/components/schemas/Response/properties/a/$ref";
    for (reference, kind) in [
        ("#/components/schemas/Missing", DanglingReference),
        ("#/components/schemas/", DanglingReference),
        ("other.json#/a", DanglingReference),
        ("#nowhere", DanglingReference),
    ] {
        let bytes = schemas(json!({"Response": object(json!({"a": {"$ref": reference}}))}));
        assert_rejected(&bytes, kind, property);
    }
    let response = json!({"$ref": "#/components/responses/Missing"});
    let place = "/paths/~1things~1{id}/post/responses/200";
    assert_rejected(&with(place, response), DanglingReference, &format!("{place}/$ref"));
}

#[test]
fn self_contained_schemas_are_rejected() {
    for (form, rest) in [
        (json!({"A": to("A")}), ""),
        (json!({"A": to("B"), "B": to("A")}), ""),
        (
            json!({"A": {"allOf": [to("B")]}, "B": {"allOf": [to("A"), {"type": "object"}]}}),
            "/allOf/0",
        ),
        (json!({"A": {"oneOf": [to("A"), {"type": "string"}]}}), "/oneOf/0"),
        (json!({"A": {"anyOf": [{"type": "string"}, {"not": to("A")}]}}), "/anyOf/1/not"),
        (json!({"A": {"not": to("A")}}), "/not"),
    ] {
        assert_rejected(&schemas(form), ReferenceCycle, &format!("/components/schemas/A{rest}"));
    }
    // An inline schema extends the one that contains it: merging would not terminate.
    let endless = to("A");
    let extended =
        json!({"allOf": [endless, {"type": "object", "properties": {"b": {"type": "string"}}}]});
    for properties in [json!({"c": extended}), json!({"c": extended, "d": extended})] {
        let generation =
            Workspace::new().with(BAD, schemas(json!({"A": object(properties)}))).run();
        assert_eq!(generation.errors[0].kind, ReferenceCycle);
        let pointer = &generation.errors[0].location.pointer;
        assert!(pointer.starts_with("/components/schemas/A/properties/c"), "{pointer}");
    }
}

#[test]
fn self_references_of_components_are_rejected() {
    let reference = |kind: &str| json!({"$ref": format!("#/components/{kind}/A")});
    for (kind, pointer, value) in [
        ("parameters", "/paths/~1things~1{id}/post/parameters", json!([reference("parameters")])),
        ("responses", "/paths/~1things~1{id}/post/responses/200", reference("responses")),
        ("requestBodies", "/paths/~1things~1{id}/post/requestBody", reference("requestBodies")),
        ("pathItems", "/paths/~1other", reference("pathItems")),
    ] {
        let mut spec: Value = serde_json::from_slice(&with(pointer, value)).unwrap();
        spec["components"][kind] = json!({"A": reference(kind)});
        let generation = Workspace::new().with(BAD, spec.to_string()).run();
        let error = &generation.errors[0];
        assert_eq!(error.kind, ReferenceCycle, "{error}");
        assert!(!error.location.pointer.is_empty(), "{error}");
    }
}

#[test]
fn recursive_schemas_are_generated() {
    let list = |items: Value| json!({"type": "array", "items": items});
    for form in [
        json!({"A": object(json!({"a": to("A")}))}),
        json!({"A": object(json!({"a": to("B")})), "B": object(json!({"a": to("A")}))}),
        json!({"A": list(to("A"))}),
        json!({"A": list(to("B")), "B": list(to("A"))}),
        json!({"A": {"type": "object", "additionalProperties": to("A")}}),
        json!({"A": object(json!({"a": list(to("A")), "b": {"additionalProperties": to("A")}}))}),
        json!({"A": object(json!({"a": {"allOf": [to("A"), {"description": "again"}]}}))}),
        json!({"A": {"allOf": [to("B"), object(json!({"a": to("A")}))]}, "B": object(json!({"b": to("A")}))}),
        json!({"A": {"oneOf": [object(json!({"a": to("A")})), {"type": "string"}]}}),
        json!({"A": object(json!({"a": {"anyOf": [to("A"), {"type": "null"}]}}))}),
    ] {
        let generation = Workspace::new().with(FINE, schemas(form.clone())).run();
        assert_eq!(generation.errors, [], "{form}");
        let faults = common::rust::faults(&common::module(&generation, FINE_MODULE));
        assert_eq!(faults, [""; 0], "{form}");
    }
}

/// Returns a spec with thousands of schemas that each refer to the next.
fn chain(link: impl Fn(Value) -> Value) -> Vec<u8> {
    let mut schemas = serde_json::Map::new();
    schemas.insert("Response".to_owned(), object(json!({"a": to("S0")})));
    for index in 0..3_000 {
        schemas.insert(format!("S{index}"), link(to(&format!("S{}", index + 1))));
    }
    schemas.insert("S3000".to_owned(), object(json!({"end": {"type": "string"}})));
    spec(Value::Object(schemas)).to_string().into_bytes()
}

#[test]
fn long_chains_end_in_bounded_time() {
    let extended = |next: Value| json!({"allOf": [next, object(json!({"a": {"type": "string"}}))]});
    let started = Instant::now();
    for (bytes, kind) in [
        (chain(|next| next), None),
        (chain(|next| object(json!({"next": next}))), None),
        (chain(|next| json!({"type": "array", "items": next})), Some(TooDeep)),
        (chain(|next| json!({"additionalProperties": next})), Some(TooDeep)),
        (chain(extended), Some(TooDeep)),
        (
            chain(|next| object(json!({"b": extended(next.clone()), "c": extended(next)}))),
            Some(ReferenceCycle),
        ),
    ] {
        let generation = Workspace::new().with(BAD, &bytes).run();
        let found = generation.errors.first().map(|error| error.kind);
        assert_eq!(found, kind, "{:?}", generation.errors);
    }
    assert!(started.elapsed() < 6 * TIME, "{:?}", started.elapsed());
}

#[test]
fn invalid_file_names_are_rejected() {
    let fine = fine().to_string();
    let started = Instant::now();
    for (file, kind) in [
        ("crypto.json", FileName),
        ("crypto-2026.json", FileName),
        ("crypto-20260230.json", FileName),
        ("f-ine-20260203.json", DuplicateSpec),
    ] {
        let mut workspace = Workspace::new().with(FINE, &fine).with(file, &fine);
        if kind == DuplicateSpec {
            // Two spellings of one module; the first of them is generated.
            workspace = workspace.with("network-partner-20260203.json", &fine);
            fs::rename(workspace.spec(file), workspace.spec("networkpartner-20260203.json"))
                .unwrap();
        }
        let generation = workspace.run();
        let [error] = generation.errors.as_slice() else { panic!("{:?}", generation.errors) };
        assert_eq!(error.kind, kind, "{error}");
        let count = if kind == DuplicateSpec { 2 } else { 1 };
        assert_eq!(generation.reports.len(), count);
    }
    assert!(started.elapsed() < TIME);
}

#[test]
fn unknown_family_is_generated_with_notice() {
    let workspace = Workspace::new().with("gift-cards-20270101.json", fine().to_string());
    let generation = workspace.run();
    assert_eq!(generation.errors, []);
    assert!(generation.notices[0].to_string().contains("becomes the module gift_cards"));
    let paths: Vec<_> =
        generation.tree.files.keys().map(|path| path.display().to_string()).collect();
    assert!(paths.contains(&"meld-client/v2027-01-01/src/gift_cards.rs".to_owned()), "{paths:?}");
    let manifest = &generation.tree.files[Path::new("meld-client/Cargo.toml")];
    assert!(
        manifest.contains("gift_cards = [\"meld-client-v2027-01-01?/gift_cards\"]"),
        "{manifest}"
    );
}

#[test]
fn unreadable_files_are_rejected() {
    let workspace = Workspace::new().with(FINE, fine().to_string());
    fs::create_dir(workspace.spec(BAD)).unwrap();
    let generation = workspace.run();
    assert_eq!(generation.errors[0].kind, Io);
    assert_eq!(generation.reports.len(), 1);

    let empty = Workspace::new();
    let error = empty.try_run().unwrap_err();
    assert!(error.to_string().contains("add specs to the folder"), "{error}");
    fs::remove_dir(empty.root().join("openapi")).unwrap();
    assert_eq!(empty.try_run().unwrap_err().kind, Io);

    let workspace = Workspace::new().with(FINE, fine().to_string());
    fs::write(workspace.root().join("meld-client/Cargo.toml"), "[package]\n").unwrap();
    let error = workspace.try_run().unwrap_err();
    assert_eq!(error.location.file, "meld-client/Cargo.toml");
    fs::remove_file(workspace.root().join("meld-client/Cargo.toml")).unwrap();
    assert_eq!(workspace.try_run().unwrap_err().kind, Io);
}

#[test]
fn unwritable_tree_is_left_unchanged() {
    let workspace = Workspace::new().with(FINE, fine().to_string());
    let generation = workspace.run();
    fs::create_dir_all(workspace.root().join(FINE_MODULE)).unwrap();
    let error = emit::write(workspace.root(), &generation.tree).unwrap_err();
    assert_eq!((error.kind, error.location.file.as_str()), (Io, FINE_MODULE));
    assert!(!workspace.root().join("meld-client/v2026-02-03/Cargo.toml").exists());
    fs::remove_dir(workspace.root().join(FINE_MODULE)).unwrap();

    emit::write(workspace.root(), &generation.tree).unwrap();
    let file = workspace.root().join(FINE_MODULE);
    fs::write(&file, "changed").unwrap();
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    let error = emit::write(workspace.root(), &generation.tree).unwrap_err();
    assert!(error.to_string().contains("is read-only"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "changed");
}
