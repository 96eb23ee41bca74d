//! Snapshots of operations, repairs and lowering. The public API of each crate is its `interface.json`.

#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use insta::{assert_json_snapshot, assert_snapshot};
use meld_gen::catalog::CatalogEntry;
use meld_gen::lower;
use meld_gen::pipeline::{self, Generation};
use meld_gen::selection::Selection;
use meld_gen::spec::Spec;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

static GENERATION: LazyLock<Generation> = LazyLock::new(|| {
    let generation = pipeline::run(&root(), &Selection::default()).unwrap();
    assert_eq!(generation.errors, []);
    generation
});

#[test]
fn operations() {
    let mut table = String::new();
    for spec in &GENERATION.reports {
        for row in &spec.operations {
            writeln!(table, "{:6} {} {} {}", row.method, row.path, row.operation_id, row.rust_path).unwrap();
        }
    }
    assert_snapshot!(table);
}

/// The number of positions of each repair, by spec.
#[test]
fn repairs() {
    let mut report = String::new();
    for spec in &GENERATION.reports {
        writeln!(report, "{}", spec.file).unwrap();
        let mut repairs: Vec<(&str, usize)> = Vec::new();
        for applied in &spec.repairs {
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

/// The positions of single faults, which repairs list in tables.
#[test]
fn repairs_of_single_places() {
    let systematic =
        ["wildcard-media-type", "one-error-envelope", "comma-separated-list", "limit-range", "exclusive-parameters"];
    let mut report = String::new();
    for spec in &GENERATION.reports {
        for applied in &spec.repairs {
            if !systematic.contains(&applied.repair) {
                writeln!(report, "{}#{} {}: {}", spec.file, applied.pointer, applied.repair, applied.what).unwrap();
            }
        }
    }
    assert_snapshot!(report);
}

/// A small spec that exercises every rule of the lowering.
#[test]
fn lowering() {
    let fixture = root().join("meld-gen/tests/fixtures/lowering.json");
    let entry = CatalogEntry::from_path(Path::new("lowering-20260203.json")).unwrap();
    let spec = Spec::from_bytes(&entry, &fs::read(fixture).unwrap()).unwrap();
    let lowered = lower::lower(&spec).unwrap();
    let notices: Vec<String> = lowered.notices.iter().map(ToString::to_string).collect();
    assert_json_snapshot!("lowering__notices", notices);
    assert_json_snapshot!("lowering__document", lowered.api);
}
