//! Malformed specs in the whole pipeline: an error with a location, results of the other specs, and bounded time. The
//! stages have tests of their own for each fault.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::testing::value;
use common::{Workspace, object, spec, to};
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

/// Asserts that a spec is rejected at a location, that another spec beside it is generated, and that this takes little
/// time.
fn assert_rejected(bytes: &[u8], kind: ErrorKind, pointer: &str) {
    let started = Instant::now();
    let workspace = Workspace::new().with(FINE, fine().to_string()).with(BAD, bytes);
    let generation = workspace.run();
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(300)]);
    let [error] = generation.errors.as_slice() else { panic!("{text} gave {:?}", generation.errors) };
    assert_eq!((error.kind, error.location.file.as_str()), (kind, BAD), "{error}");
    assert_eq!(error.location.pointer, pointer, "{error}");
    assert!(!error.what.is_empty() && !error.advice.is_empty());
    assert_eq!(generation.reports.len(), 1, "{text}");
    assert!(generation.tree.files.contains_key(Path::new(FINE_MODULE)));
    assert!(started.elapsed() < TIME, "{text} took {:?}", started.elapsed());
}

#[test]
fn invalid_specs_leave_the_others_alone() {
    let dangling = object(json!({"a": {"$ref": "other.json#/a"}}));
    let at_response = "/components/schemas/Response/properties/a/$ref";
    for (bytes, kind, pointer) in [
        (b"".to_vec(), NotJson, ""),
        (b"{\"openapi\": \"3.1.0\xff\"}".to_vec(), NotUtf8, ""),
        (b"{\"swagger\": \"2.0\"}".to_vec(), UnsupportedOpenApi, "/swagger"),
        (with("/info/version", json!("2025-03-04")), VersionMismatch, "/info/version"),
        (with("/paths", json!([])), NotOpenApi, "/paths"),
        ("{\"a\":".repeat(100_000).into_bytes(), TooDeep, &"/a".repeat(100)),
        (schemas(json!({"Response": dangling})), DanglingReference, at_response),
        (schemas(json!({"A": {"not": to("A")}})), ReferenceCycle, "/components/schemas/A/not"),
    ] {
        assert_rejected(&bytes, kind, pointer);
    }
}

#[test]
fn inline_schemas_that_extend_their_owner_end() {
    let extended = |property: String| json!({"allOf": [to("A"), {"type": "object", "properties": {property: {"type": "string"}}}]});
    for count in [1, 2, 12] {
        let properties: Value = (0..count).map(|index| (format!("p{index}"), extended(format!("q{index}")))).collect();
        let spec = schemas(json!({"A": object(properties)}));
        let generation = Workspace::new().with(BAD, spec).run();
        assert_eq!(generation.errors, []);
        let mut notices = generation.notices.iter().map(|notice| &notice.message);
        assert!(notices.any(|message| message.contains("extends the one around it")));
    }
}

#[test]
fn recursive_schemas_are_generated() {
    for form in [
        r#"{"A": {"properties": {"a": @A}}}"#,
        r#"{"A": {"properties": {"a": @B}}, "B": {"properties": {"a": @A}}}"#,
        r#"{"A": {"type": "array", "items": @A}}"#,
        r#"{"A": {"type": "array", "items": @B}, "B": {"type": "array", "items": @A}}"#,
        r#"{"A": {"type": "object", "additionalProperties": @A}}"#,
        r#"{"A": {"properties": {"a": {"items": @A}, "b": {"additionalProperties": @A}}}}"#,
        r#"{"A": {"properties": {"a": {"allOf": [@A, {"description": "again"}]}}}}"#,
        r#"{"A": {"allOf": [@B, {"properties": {"a": @A}}]}, "B": {"properties": {"b": @A}}}"#,
        r#"{"A": {"oneOf": [{"properties": {"a": @A}}, {"type": "string"}]}}"#,
        r#"{"A": {"properties": {"a": {"anyOf": [@A, {"type": "null"}]}}}}"#,
    ] {
        let generation = Workspace::new().with(FINE, schemas(value(form))).run();
        assert_eq!(generation.errors, [], "{form}");
        let faults = common::rust::faults(&common::module(&generation, FINE_MODULE));
        assert_eq!(faults, [""; 0], "{form}");
    }
}

/// Returns a spec with thousands of schemas that each refer to the next.
fn chain(link: impl Fn(Value) -> Value) -> Vec<u8> {
    let mut schemas = serde_json::Map::new();
    schemas.insert("Response".to_owned(), object(json!({"a": to("S0")})));
    for index in 0..1_000 {
        schemas.insert(format!("S{index}"), link(to(&format!("S{}", index + 1))));
    }
    schemas.insert("S1000".to_owned(), object(json!({"end": {"type": "string"}})));
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
        (chain(|next| object(json!({"b": extended(next.clone()), "c": extended(next)}))), Some(ReferenceCycle)),
    ] {
        let generation = Workspace::new().with(BAD, &bytes).run();
        let found = generation.errors.first().map(|error| error.kind);
        assert_eq!(found, kind, "{:?}", generation.errors);
    }
    assert!(started.elapsed() < 6 * TIME, "{:?}", started.elapsed());
}

#[test]
fn invalid_file_names_leave_the_others_alone() {
    let fine = fine().to_string();
    let workspace = Workspace::new().with(FINE, &fine).with("crypto.json", &fine);
    // Two spellings of one module; the first of them is generated.
    let workspace = workspace.with("network-partner-20260203.json", &fine);
    let generation = workspace.with("networkpartner-20260203.json", &fine).run();
    let kinds: Vec<_> = generation.errors.iter().map(|error| error.kind).collect();
    assert_eq!((kinds, generation.reports.len()), (vec![FileName, DuplicateSpec], 2));
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
