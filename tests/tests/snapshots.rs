//! Snapshots of what is generated: review a changed one as you would review a changed interface.

#![allow(clippy::unwrap_used)] // Helpers of tests are tests, which the lint cannot see.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use insta::{assert_json_snapshot, assert_snapshot, with_settings};
use meld_gen::catalog::{Catalog, CatalogEntry};
use meld_gen::lower;
use meld_gen::pipeline::{self, Generation};
use meld_gen::selection::Selection;
use meld_gen::spec::Spec;
use meld_tests::outline::outline;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn generation() -> Generation {
    let generation = pipeline::run(&root(), &Selection::default()).unwrap();
    assert_eq!(generation.errors, []);
    generation
}

#[test]
fn operations() {
    let mut table = String::new();
    for document in generation().reports {
        for row in document.operations {
            writeln!(table, "{:6} {} {} {}", row.method, row.path, row.operation_id, row.rust_path)
                .unwrap();
        }
    }
    assert_snapshot!(table);
}

/// The modules as they lie in the tree, so that this fails too when somebody edits one.
#[test]
fn outlines() {
    let catalog = Catalog::read(&root().join("openapi")).unwrap();
    for entry in catalog.entries() {
        let (version, module) = (entry.version.module(), &entry.family.module);
        let path = root().join(meld_gen::emit::crates::module_file(entry.version, module));
        let text = outline(&fs::read_to_string(path).unwrap()).unwrap();
        with_settings!({ omit_expression => true }, {
            assert_snapshot!(format!("outline__{version}__{module}"), text);
        });
    }
}

/// Where each repair applied: the pointers of one document per family, counts for all.
#[test]
fn repairs() {
    let mut report = String::new();
    for document in generation().reports {
        writeln!(report, "{}", document.file).unwrap();
        let mut repairs: Vec<(&str, usize)> = Vec::new();
        for applied in &document.repairs {
            match repairs.last_mut() {
                Some((name, count)) if *name == applied.repair => *count += 1,
                _ => repairs.push((applied.repair, 1)),
            }
        }
        for (name, count) in repairs {
            writeln!(report, "    {name}: {count}").unwrap();
        }
    }
    assert_snapshot!(report);
}

/// The single faults, place by place: what stands in tables rather than in rules.
#[test]
fn repairs_of_single_places() {
    let systematic = [
        "wildcard-media-type",
        "one-error-envelope",
        "comma-separated-list",
        "limit-range",
        "exclusive-parameters",
    ];
    let mut report = String::new();
    for document in generation().reports {
        for applied in &document.repairs {
            if !systematic.contains(&applied.repair) {
                writeln!(
                    report,
                    "{}#{} {}: {}",
                    document.file, applied.pointer, applied.repair, applied.what
                )
                .unwrap();
            }
        }
    }
    assert_snapshot!(report);
}

/// A small document that exercises every rule of the lowering.
#[test]
fn lowering() {
    let fixture = root().join("meld-gen/tests/fixtures/lowering.json");
    let entry = CatalogEntry::from_path(Path::new("lowering-20260203.json")).unwrap();
    let document = Spec::from_bytes(&entry, &fs::read(fixture).unwrap()).unwrap();
    let lowered = lower::lower(&document).unwrap();
    let notices: Vec<String> = lowered.notices.iter().map(ToString::to_string).collect();
    assert_json_snapshot!("lowering__notices", notices);
    assert_json_snapshot!("lowering__document", lowered.api);
}
