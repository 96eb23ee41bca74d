//! The specs of Meld, and a handmade spec with all rules.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::*;
use crate::catalog::Catalog;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn by_file() -> BTreeMap<String, (Value, Vec<Notice>)> {
    let catalog = Catalog::read(&folder("../openapi")).unwrap();
    assert_eq!(catalog.errors, []);
    catalog
        .entries()
        .map(|entry| {
            let lowered = lower(&Spec::read(entry).unwrap()).unwrap();
            let api = serde_json::to_value(&lowered.api).unwrap();
            (entry.file.clone(), (api, lowered.notices))
        })
        .collect()
}

fn operations(api: &Value) -> usize {
    let paths = api["paths"].as_object().unwrap().values();
    paths.flat_map(|item| item.as_object().unwrap().values()).filter(|v| v.is_object()).count()
}

/// Returns all values in a value with their JSON pointers.
fn values(root: &Value) -> Vec<(String, &Value)> {
    let mut found = vec![(String::new(), root)];
    let mut next = 0;
    while let Some((pointer, value)) = found.get(next).cloned() {
        next += 1;
        match value {
            Value::Object(object) => {
                found.extend(object.iter().map(|(key, v)| (pointer_push(&pointer, key), v)));
            }
            Value::Array(list) => {
                let numbered = list.iter().enumerate();
                found.extend(numbered.map(|(index, v)| (pointer_push(&pointer, index), v)));
            }
            _ => {}
        }
    }
    found
}

/// Counts the keywords that must not get lost in the schemas below `value`.
fn keywords(value: &Value) -> BTreeMap<&str, usize> {
    const KEPT: &str = "oneOf anyOf properties required enum format minLength minimum pattern minItems uniqueItems \
                        writeOnly";
    let mut counts = BTreeMap::new();
    for (_, value) in values(value) {
        // `required` is also a flag of parameters, which is written only if it is set.
        let holds = |keyword: &&str| value.get(*keyword).is_some_and(|value| !value.is_boolean());
        for keyword in KEPT.split_whitespace().filter(holds) {
            *counts.entry(keyword).or_default() += 1;
        }
    }
    counts
}

#[test]
fn all_specs_can_be_lowered() {
    let specs = by_file();
    assert_eq!(specs.len(), 22);
    assert_eq!(specs.values().map(|(api, _)| operations(api)).sum::<usize>(), 190);
    for (file, (api, notices)) in &specs {
        assert_eq!(api["openapi"], "3.0.3");
        assert_eq!(notices, &[], "{file}");
        let source = std::fs::read(folder("../openapi").join(file)).unwrap();
        let source: Value = serde_json::from_slice(&source).unwrap();
        assert_eq!(keywords(api), keywords(&source), "{file}");
        // The openapiv3 types decode what they encode.
        let read: OpenAPI = serde_json::from_value(api.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), *api, "{file}");
    }
}

#[test]
fn no_spec_has_a_cycle() {
    let catalog = Catalog::read(&folder("../openapi")).unwrap();
    for entry in catalog.entries() {
        let api = lower(&Spec::read(entry).unwrap()).unwrap().api;
        assert_eq!(crate::spec::recursion::check(&api), Ok(()), "{}", entry.file);
    }
}

fn handmade() -> Spec {
    let bytes = std::fs::read(folder("tests/fixtures/lowering.json")).unwrap();
    let entry = CatalogEntry::from_path(Path::new("lowering-20260203.json")).unwrap();
    Spec::from_bytes(&entry, &bytes).unwrap()
}

#[test]
fn handmade_spec_is_lowered() {
    let lowered = lower(&handmade()).unwrap();
    assert_eq!(crate::spec::recursion::check(&lowered.api), Ok(()));
    let api = serde_json::to_value(&lowered.api).unwrap();
    for reference in values(&api).iter().filter_map(|(_, value)| value.get("$ref")) {
        let name = reference.as_str().unwrap().strip_prefix("#/components/schemas/").unwrap();
        assert!(api["components"]["schemas"].get(name).is_some(), "{name}");
    }
    assert!(!lowered.notices.is_empty());
}

#[test]
fn changed_values_never_panic() {
    let spec = handmade();
    let odd = [json!(false), json!([]), json!({}), json!({"$ref": "#/paths"}), json!(["null"])];
    // Each location gets one of the values, in turn.
    for ((pointer, _), value) in values(&spec.root).iter().zip(odd.iter().cycle()) {
        let mut changed = spec.clone();
        *changed.root.pointer_mut(pointer).unwrap() = value.clone();
        match lower(&changed) {
            Ok(lowered) => drop(crate::spec::recursion::check(&lowered.api)),
            Err(error) => assert!(!error.what.is_empty() && !error.advice.is_empty()),
        }
    }
}
