//! Specs with one to four damaging changes: each is generated as Rust that parses, or rejected with a location; nothing
//! panics.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;
mod mutate;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use common::Workspace;
use common::random::rounds;
use meld_gen::error::ErrorKind;
use mutate::Mutator;
use serde_json::Value;

/// Number of changed specs for each spec.
const ROUNDS: u64 = 40;

/// The specs to change: the smaller real ones, and one with everything that lowering handles.
fn bases() -> Vec<(String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: PathBuf| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let mut bases: Vec<_> = ["beta", "customer", "networkpartner", "webhooks"]
        .into_iter()
        .map(|family| {
            let file = format!("../openapi/{family}-20260203.json");
            (family.to_owned(), read(root.join(file)))
        })
        .collect();
    let mut lowering = read(root.join("tests/fixtures/lowering.json"));
    mutate::remove_what_is_refused(&mut lowering);
    bases.push(("lowering".to_owned(), lowering));
    bases
}

#[test]
fn changed_specs_are_generated_or_rejected() {
    let mut mutator = Mutator::new(20_260_203);
    let mut workspace = Workspace::new();
    let mut changes = Vec::new();
    let start = NaiveDate::from_ymd_opt(2001, 1, 1).unwrap();
    for (family, base) in bases() {
        for round in 0..rounds(ROUNDS) {
            let mut spec = base.clone();
            spec["info"]["version"] = "unversioned".into();
            let made = mutator.change(&mut spec);
            let date = start + Days::new(round);
            let file = format!("{family}-{}.json", date.format("%Y%m%d"));
            workspace = workspace.with(&file, spec.to_string());
            changes.push((file, made));
        }
    }
    let generation = workspace.run();
    assert_eq!(generation.reports.len() + generation.errors.len(), changes.len());
    let mut faults = Vec::new();
    for (file, made) in &changes {
        let errors = generation.errors.iter().filter(|error| error.location.file == *file);
        // Only stages before progenitor may reject a spec: progenitor accepts all of their output.
        for error in errors.filter(|error| error.kind == ErrorKind::Generation) {
            faults.push(format!("{error}\n    after {made:?}"));
        }
        let report = generation.reports.iter().find(|report| report.file == *file);
        let Some(report) = report else { continue };
        let path = format!("meld-client/v{}/src/{}.rs", report.version, report.family);
        for fault in common::rust::faults(&common::module(&generation, &path)) {
            faults.push(format!("{file}: {fault}\n    after {made:?}"));
        }
    }
    // For compiling the generated code, which takes minutes, and for reading the rejections.
    if let Some(folder) = std::env::var_os("MUTATIONS_KEPT_IN") {
        for (path, text) in &generation.tree.files {
            let path = Path::new(&folder).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        for error in &generation.errors {
            println!("{:?} {error}", error.kind);
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    // Ensures that the test covers both results.
    let (fine, rejected) = (generation.reports.len(), generation.errors.len());
    assert!(fine > changes.len() / 2 && rejected > 0, "{fine} fine, {rejected} rejected");
}
