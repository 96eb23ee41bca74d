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

/// Counts the keywords that must not get lost in the schemas below `value`.
fn keywords(value: &Value) -> BTreeMap<&str, usize> {
    const KEPT: [&str; 14] = [
        "oneOf",
        "anyOf",
        "properties",
        "required",
        "enum",
        "format",
        "minLength",
        "minimum",
        "pattern",
        "minItems",
        "uniqueItems",
        "writeOnly",
        "default",
        "discriminator",
    ];
    let mut counts = BTreeMap::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        // `required` is also a flag of parameters, which is written only if it is set.
        let holds = |keyword: &&str| value.get(*keyword).is_some_and(|value| !value.is_boolean());
        for keyword in KEPT.into_iter().filter(holds) {
            *counts.entry(keyword).or_default() += 1;
        }
        match value {
            Value::Object(object) => open.extend(object.values()),
            Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    counts
}

#[test]
fn all_specs_can_be_lowered() {
    let specs = by_file();
    assert_eq!(specs.len(), 22);
    assert_eq!(specs.values().map(|(api, _)| operations(api)).sum::<usize>(), 186);
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
fn siblings_of_combined_schemas_are_kept() {
    let specs = by_file();
    let schema = |file: &str, name: &str| &specs[file].0["components"]["schemas"][name];

    let session = schema("crypto-20260203.json", "SessionDataInputV20231219");
    assert_eq!(session["type"], "object");
    assert_eq!(session["oneOf"].as_array().unwrap().len(), 3);
    assert!(!session["properties"].as_object().unwrap().is_empty());
    assert!(!session["required"].as_array().unwrap().is_empty());

    for version in ["20231219", "20250304", "20260203"] {
        let file = format!("customer-{version}.json");
        if let Some(details) =
            specs[&file].0.pointer("/components/schemas/SumsubTokenImportKycDetails")
        {
            assert_eq!(details["allOf"][0], to("KycServiceProviderDetails"), "{file}");
            assert_eq!(details["required"], json!(["applicantId", "kycToken"]), "{file}");
        }
    }

    let path = "/network-partner/supported/currencies";
    let parameters = &specs["networkpartner-20260203.json"].0["paths"][path]["get"]["parameters"];
    let kind = parameters.as_array().unwrap().iter().find(|p| p["name"] == "type").unwrap();
    assert_eq!(kind["schema"], json!({"allOf": [to("CurrencyType")], "default": "CRYPTO"}));
}

#[test]
fn customer_cycle_is_found_by_recursion_check() {
    let catalog = Catalog::read(&folder("../openapi")).unwrap();
    let mut rejected = 0;
    for entry in catalog.entries() {
        let api = lower(&Spec::read(entry).unwrap()).unwrap().api;
        let Err(error) = crate::spec::recursion::check(&api) else { continue };
        rejected += 1;
        assert_eq!(entry.family.module, "customer", "{error}");
        assert!(error.what.contains("KycServiceProviderDetails → SumsubTokenImportKycDetails"));
    }
    assert!(rejected > 0);
}

#[test]
fn handmade_spec_is_lowered() {
    let bytes = std::fs::read(folder("tests/fixtures/lowering.json")).unwrap();
    let entry = CatalogEntry::from_path(Path::new("lowering-20260203.json")).unwrap();
    let lowered = lower(&Spec::from_bytes(&entry, &bytes).unwrap()).unwrap();
    assert_eq!(crate::spec::recursion::check(&lowered.api), Ok(()));
    let api = serde_json::to_value(&lowered.api).unwrap();
    let mut open = vec![&api];
    while let Some(value) = open.pop() {
        if let Some(reference) = value.get("$ref") {
            let name = reference.as_str().unwrap().strip_prefix("#/components/schemas/").unwrap();
            assert!(api["components"]["schemas"].get(name).is_some(), "{name}");
        }
        match value {
            Value::Object(object) => open.extend(object.values()),
            Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    assert!(!lowered.notices.is_empty());
}

/// Returns the JSON pointers of all values.
fn pointers(root: &Value) -> Vec<String> {
    let mut open = vec![(root, String::new())];
    let mut found = Vec::new();
    while let Some((value, pointer)) = open.pop() {
        match value {
            Value::Object(object) => {
                open.extend(object.iter().map(|(key, v)| (v, pointer_push(&pointer, key))));
            }
            Value::Array(list) => {
                let numbered = list.iter().enumerate();
                open.extend(numbered.map(|(index, v)| (v, pointer_push(&pointer, index))));
            }
            _ => {}
        }
        found.push(pointer);
    }
    found
}

#[test]
fn changed_values_never_panic() {
    let bytes = std::fs::read(folder("tests/fixtures/lowering.json")).unwrap();
    let entry = CatalogEntry::from_path(Path::new("lowering-20260203.json")).unwrap();
    let spec = Spec::from_bytes(&entry, &bytes).unwrap();
    let values = [json!(false), json!([]), json!({}), json!({"$ref": "#/paths"}), json!(["null"])];
    // Each location gets one of the values, in turn.
    for (pointer, value) in pointers(&spec.root).iter().zip(values.iter().cycle()) {
        let mut changed = spec.clone();
        *changed.root.pointer_mut(pointer).unwrap() = value.clone();
        match lower(&changed) {
            Ok(lowered) => drop(crate::spec::recursion::check(&lowered.api)),
            Err(error) => assert!(!error.what.is_empty() && !error.advice.is_empty()),
        }
    }
}
