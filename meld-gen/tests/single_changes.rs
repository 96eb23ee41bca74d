//! Single changes at random locations of the real specs, each reported exactly once. Specs that differ only in order
//! have no differences.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::{Path, PathBuf};

use common::random::Random;
use meld_gen::catalog::CatalogEntry;
use meld_gen::diff::{Change, compare, grouped};
use meld_gen::interface::Surface;
use meld_gen::pipeline;
use rayon::prelude::*;
use serde_json::{Value, json};

/// The version to change, whose specs have every construct.
const VERSION: &str = "20260203";

/// A kind of change: its locations, the change, and the kinds that may be reported.
struct Kind {
    name: &'static str,
    places: fn(&Value) -> Vec<String>,
    change: fn(&mut Value, &str),
    reported: &'static [&'static str],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "a property more",
        places: objects,
        change: |api, at| at_mut(api, at)["properties"]["brandNew"] = json!({ "type": "string" }),
        reported: &["field-added"],
    },
    Kind {
        name: "a required property more",
        places: objects,
        change: |api, at| {
            let schema = at_mut(api, at);
            schema["properties"]["brandNew"] = json!({ "type": "string" });
            let mut required = schema["required"].as_array().cloned().unwrap_or_default();
            required.push(json!("brandNew"));
            schema["required"] = Value::Array(required);
        },
        reported: &["required-field-added"],
    },
    Kind {
        name: "a property less",
        places: optional_properties,
        change: |api, at| remove(api, at),
        reported: &["field-removed"],
    },
    Kind {
        name: "a value more",
        places: enums,
        change: |api, at| at_mut(api, at).as_array_mut().unwrap().push(json!("BRAND_NEW")),
        reported: &["value-added", "enum-widened"],
    },
    Kind {
        name: "a value less",
        places: enums,
        change: |api, at| drop(at_mut(api, at).as_array_mut().unwrap().pop()),
        reported: &["value-removed", "enum-narrowed"],
    },
    Kind {
        name: "a value of a selector more",
        places: selectors,
        change: |api, at| at_mut(api, at).as_array_mut().unwrap().push(json!("BRAND_NEW")),
        reported: &[],
    },
    Kind {
        name: "a value of a selector less",
        places: selectors,
        change: |api, at| drop(at_mut(api, at).as_array_mut().unwrap().pop()),
        reported: &[],
    },
    Kind {
        name: "a parameter more",
        places: operations,
        change: |api, at| {
            let operation = at_mut(api, at);
            let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            parameters.push(json!({ "name": "brandNew", "in": "query", "schema": { "type": "string" } }));
            operation["parameters"] = Value::Array(parameters);
        },
        reported: &["parameter-added"],
    },
    Kind {
        name: "an operation less",
        places: operations,
        change: |api, at| remove(api, at),
        reported: &["operation-removed", "family-removed"],
    },
    Kind {
        name: "an operation of another name",
        places: operations,
        change: |api, at| at_mut(api, at)["operationId"] = json!("brand-new-name"),
        reported: &["operation-renamed"],
    },
    Kind {
        name: "an operation more",
        places: operations,
        change: |api, at| {
            let mut operation = at_mut(api, at).clone();
            operation["operationId"] = json!("brand-new-name");
            operation["parameters"] = json!([]);
            api["paths"]["/brand-new"] = json!({ "get": operation });
            api["paths"]["/brand-new"]["get"].as_object_mut().unwrap().shift_remove("requestBody");
        },
        reported: &["operation-added"],
    },
    Kind {
        name: "a longer description",
        places: operations,
        change: |api, at| at_mut(api, at)["description"] = json!("Does what it says."),
        reported: &[],
    },
];

#[test]
fn single_changes_are_reported_once() {
    let specs = specs();
    let newest = specs.par_iter().filter(|path| path.to_string_lossy().contains(VERSION));
    let made: usize = newest
        .map(|path| {
            let api = read(path);
            let before = interface(path, &api);
            KINDS.par_iter().map(|kind| check(path, &api, &before, kind)).sum::<usize>()
        })
        .sum();
    assert!(made > 50, "only {made} changes were made");
}

/// Makes one change of a kind to a spec, if it has a location for it, and returns the number of changes.
fn check(path: &Path, api: &Value, before: &Surface, kind: &Kind) -> usize {
    let places = (kind.places)(api);
    if places.is_empty() {
        return 0;
    }
    let place = Random((kind.name.len() * file_name(path).len()) as u64).of(&places);
    let mut changed = api.clone();
    (kind.change)(&mut changed, place);
    let changes = compare(std::slice::from_ref(before), &[interface(path, &changed)]);
    let expected = format!("{} at {}#{place}: {changes:#?}", kind.name, file_name(path));
    assert!(is_reported(&changes, kind.reported), "{expected}");
    1
}

/// Returns `true` if the expected change is reported once, together with renamed types at most: a set of values or a
/// dated schema that differs from its twins gets a type of its own.
fn is_reported(changes: &[Change], reported: &[&str]) -> bool {
    let (expected, names): (Vec<Change>, Vec<Change>) =
        changes.iter().cloned().partition(|change| reported.contains(&change.kind.name()));
    let is_name = |change: &Change| ["type-replaced", "type-renamed"].contains(&change.kind.name());
    let lines = grouped(&expected).len();
    lines == usize::from(!reported.is_empty()) && names.iter().all(is_name)
}

#[test]
fn order_of_keys_is_irrelevant() {
    specs().par_iter().for_each(|path| {
        let api = read(path);
        let changes = compare(&[interface(path, &api)], &[interface(path, &reversed(&api))]);
        // Generated names depend on the order of the spec only if two names would be the same.
        assert_eq!(changes, [], "{}", path.display());
    });
}

fn specs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    files.sort();
    files
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Returns the interface that a spec of that name yields.
fn interface(path: &Path, api: &Value) -> Surface {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file_name(path));
    std::fs::write(&path, api.to_string()).unwrap();
    pipeline::interface(&CatalogEntry::from_path(&path).unwrap()).unwrap()
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(object) => object.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect(),
        Value::Array(items) => items.iter().map(reversed).collect(),
        value => value.clone(),
    }
}

fn at_mut<'a>(api: &'a mut Value, pointer: &str) -> &'a mut Value {
    api.pointer_mut(pointer).unwrap()
}

fn remove(api: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    at_mut(api, parent).as_object_mut().unwrap().shift_remove(&name).unwrap();
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Returns the component schemas that operations reach through plain references, so that a change of them changes the
/// interface: objects with properties that are not part of a composition.
fn objects(api: &Value) -> Vec<String> {
    let schemas = api.pointer("/components/schemas").and_then(Value::as_object);
    let used = api["paths"].to_string();
    let plain = schemas.into_iter().flatten().filter(|(name, schema)| {
        let reference = format!("#/components/schemas/{name}\"");
        // Hand-written code decodes the error envelope.
        *name != "ErrorResponse" && schema["properties"].is_object() && used.contains(&reference) && is_plain(schema)
    });
    plain.map(|(name, _)| format!("/components/schemas/{}", escaped(name))).collect()
}

fn is_plain(schema: &Value) -> bool {
    ["allOf", "oneOf", "anyOf", "discriminator", "additionalProperties", "enum"]
        .iter()
        .all(|keyword| schema.get(keyword).is_none())
}

fn optional_properties(api: &Value) -> Vec<String> {
    let mut places = Vec::new();
    for object in objects(api) {
        let schema = api.pointer(&object).unwrap();
        let properties = schema["properties"].as_object().unwrap();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, property) in properties {
            let is_text = property["type"] == "string" && property.get("enum").is_none();
            // A `key` makes a list one with pagination.
            if is_text && name != "key" && !required.contains(&json!(name)) && properties.len() > 2 {
                places.push(format!("{object}/properties/{}", escaped(name)));
            }
        }
    }
    places
}

fn enums(api: &Value) -> Vec<String> {
    string_enums(api, |_, name| !["paymentMethodType", "sessionType", "type"].contains(&name))
}

/// Returns the enums that select the variant of a union beside them. Its variants do not depend on the values.
fn selectors(api: &Value) -> Vec<String> {
    let pairs = [
        ("paymentMethodType", "paymentMethodResponseDetails"),
        ("paymentMethodType", "receivingBankInformation"),
        ("sessionType", "sessionData"),
    ];
    string_enums(api, |object, name| pairs.iter().any(|(tag, content)| *tag == name && object.get(content).is_some()))
}

/// Returns the enums of properties that `is_wanted`, which gets the properties of the object and the name.
fn string_enums(api: &Value, is_wanted: impl Fn(&Value, &str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for object in objects(api) {
        let properties = &api.pointer(&object).unwrap()["properties"];
        for (name, property) in properties.as_object().unwrap() {
            let values = property["enum"].as_array().map_or(0, Vec::len);
            if property["type"] == "string" && values > 2 && is_wanted(properties, name) {
                places.push(format!("{object}/properties/{}/enum", escaped(name)));
            }
        }
    }
    places
}

fn operations(api: &Value) -> Vec<String> {
    let mut places = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            if ["get", "post", "patch", "delete", "put"].contains(&method.as_str()) {
                places.push(format!("/paths/{}/{method}", escaped(path)));
            }
        }
    }
    places
}
