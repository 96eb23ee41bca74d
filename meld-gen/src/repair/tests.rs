use std::collections::BTreeSet;
use std::path::Path;

use openapiv3::SchemaKind;

use super::*;
use crate::catalog::Catalog;
use crate::model::{Facts, Union};

fn specs() -> Vec<(String, String, ApiVersion, OpenAPI)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let catalog = Catalog::read(&folder).unwrap();
    catalog
        .entries()
        .map(|entry| {
            let mut spec = crate::spec::Spec::read(entry).unwrap();
            crate::spec::supplements::merge(&mut spec, entry).unwrap();
            let api = crate::lower::lower(&spec).unwrap().api;
            (entry.file.clone(), entry.family.module.clone(), entry.version, api)
        })
        .collect()
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let names: BTreeSet<_> = repairs().iter().map(|repair| repair.name).collect();
    assert_eq!(names.len(), repairs().len());
    for repair in repairs() {
        assert!(repair.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
        assert!(repair.reason.ends_with('.') && !repair.evidence.is_empty(), "{}", repair.name);
    }
}

#[test]
fn every_repair_applies_and_none_applies_twice() {
    let mut all = Vec::new();
    let specs = specs();
    assert_eq!(specs.len(), 22);
    for (file, family, version, mut api) in specs {
        let mut facts = Facts::default();
        all.extend(repair(&mut api, &mut facts, &family, version).applied);
        let again = repair(&mut api, &mut facts, &family, version);
        assert_eq!(again, Repaired::default(), "{file}");
    }
    assert_eq!(unused(all.iter()), Vec::<String>::new());
}

#[test]
fn repair_without_application_is_unused() {
    let applied = |repair| Applied { repair, pointer: String::new(), what: String::new() };
    let all: Vec<Applied> = repairs().iter().map(|repair| applied(repair.name)).collect();
    let unused = unused(all.iter().filter(|applied| applied.repair != "demo-default"));
    // The notes are empty, so that no row of the guides' table is used either.
    assert_eq!(unused[0], "demo-default");
    assert!(unused[1..].iter().all(|name| name.starts_with("guide-fields (")) && unused.len() > 20, "{unused:?}");
}

#[test]
fn repaired_specs_have_no_faults() {
    for (file, family, version, mut api) in specs() {
        repair(&mut api, &mut Facts::default(), &family, version);
        let text = serde_json::to_string(&api).unwrap();
        assert!(!text.contains("\"*/*\""), "{file}");
        assert!(!text.contains("\"pattern\":"), "{file}");
        assert_eq!(crate::spec::recursion::check(&api), Ok(()));
        visit::schemas(&mut api, &mut |pointer: &str, schema: &mut SchemaRef| {
            let default = schema.as_item().and_then(|item| item.schema_data.default.as_ref());
            assert_eq!(default, None, "{file}{pointer}");
            let has_variants = matches!(schema.as_item(), Some(Schema { schema_kind: SchemaKind::OneOf { .. }, .. }));
            assert_eq!(has_variants, Union::read(schema).is_some(), "{file}{pointer}");
        });
    }
}

#[test]
fn references_keep_their_targets() {
    for (file, family, version, mut api) in specs() {
        repair(&mut api, &mut Facts::default(), &family, version);
        let names: BTreeSet<String> = api.components.iter().flat_map(|c| c.schemas.keys().cloned()).collect();
        visit::schemas(&mut api, &mut |pointer: &str, schema: &mut SchemaRef| {
            if let Some(name) = visit::component_name(schema) {
                assert!(names.contains(name), "{file}{pointer}: {name}");
            }
        });
        for (name, schema) in api.components.iter().flat_map(|c| &c.schemas) {
            let union = Union::read(schema);
            for variant in union.iter().flat_map(|union| &union.variants) {
                assert!(names.contains(&variant.schema), "{file} {name}: {}", variant.schema);
            }
        }
    }
}

#[test]
fn missing_components_are_tolerated() {
    for (_, family, version, api) in specs() {
        // The newest specs have every construct of the older ones.
        if version.to_string() != "2026-02-03" {
            continue;
        }
        let names: Vec<String> = api.components.iter().flat_map(|c| c.schemas.keys().cloned()).collect();
        for name in names {
            let mut api = api.clone();
            api.components.iter_mut().for_each(|c| drop(c.schemas.shift_remove(&name)));
            repair(&mut api, &mut Facts::default(), &family, version);
        }
        let mut api = OpenAPI { components: None, ..api };
        repair(&mut api, &mut Facts::default(), &family, version);
    }
}
