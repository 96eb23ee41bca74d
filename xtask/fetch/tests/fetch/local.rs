//! The specs of this project, published with other text.

use std::fs;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use meld_fetch::http::HttpOptions;
use meld_fetch::job::{HOME, Job};
use meld_fetch::origin::Origin;
use meld_fetch::report::{Outcome, UnchangedReason};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::outcome;

/// Returns a copy of our specs, and a folder that publishes them with other text.
fn copies() -> (TempDir, TempDir) {
    let (root, site) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    for folder in [&root, &site] {
        fs::create_dir(folder.path().join("openapi")).unwrap();
    }
    for entry in fs::read_dir(ours).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let name = PathBuf::from("openapi").join(path.file_name().unwrap());
        fs::copy(&path, root.path().join(&name)).unwrap();
        if name.extension().is_some_and(|extension| extension == "json") {
            let mut spec: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            replace_text(&mut spec);
            fs::write(site.path().join(&name), spec.to_string()).unwrap();
        }
    }
    (root, site)
}

/// Replaces all text, and adds an extension to every operation.
fn replace_text(value: &mut Value) {
    if let Value::Object(object) = value {
        for key in ["description", "summary", "title"] {
            if let Some(text @ Value::String(_)) = object.get_mut(key) {
                *text = json!("theirs");
            }
        }
        if object.contains_key("operationId") {
            object.insert("x-mint".to_owned(), json!({"content": "theirs"}));
        }
        object.values_mut().for_each(replace_text);
    } else if let Value::Array(items) = value {
        items.iter_mut().for_each(replace_text);
    }
}

fn job(root: &TempDir, site: &TempDir) -> Job {
    let from = site.path().to_str().unwrap();
    Job {
        root: root.path().to_owned(),
        home: HOME.parse().unwrap(),
        origin: Origin::parse(from, Path::new(""), HttpOptions::default()).unwrap(),
        dates: Vec::new(),
        dry_run: false,
        with_descriptions: false,
        keep_withdrawn: true,
    }
}

#[test]
fn other_text_changes_none_of_our_specs() {
    let (root, site) = copies();
    let files = |folder: &TempDir| {
        let mut files: Vec<_> = fs::read_dir(folder.path().join("openapi"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    };
    let before = files(&root);
    let report = job(&root, &site).run(&ProgressBar::hidden()).unwrap();
    assert_eq!(report.problems(), [""; 0]);
    assert_eq!(report.lines.len(), before.len());
    for line in &report.lines {
        assert_eq!(line.outcome, Outcome::Unchanged(UnchangedReason::SameStructure), "{}", line.file);
    }
    assert!(files(&root) == before);
}

#[test]
fn added_field_changes_only_its_lines() {
    let (root, site) = copies();
    let name = "openapi/webhooks-20260203.json";
    let published = site.path().join(name);
    let mut spec: Value = serde_json::from_slice(&fs::read(&published).unwrap()).unwrap();
    let schemas = spec["components"]["schemas"].as_object_mut().unwrap();
    let schema = schemas.values_mut().find(|schema| schema["properties"].is_object()).unwrap();
    schema["properties"]["addedLater"] = json!({"type": "boolean", "description": "theirs"});
    fs::write(&published, spec.to_string()).unwrap();
    let before = fs::read_to_string(root.path().join(name)).unwrap();
    let report = job(&root, &site).run(&ProgressBar::hidden()).unwrap();
    let updated = outcome(&report, "webhooks-20260203.json");
    assert!(matches!(updated, Outcome::Updated { undescribed } if undescribed.len() == 1));
    let after = fs::read_to_string(root.path().join(name)).unwrap();
    let added = "\"addedLater\": {\n            \"type\": \"boolean\"\n          }";
    let (head, tail) = after.split_once(added).unwrap();
    let head = head.trim_end().trim_end_matches(',');
    assert_eq!(format!("{head}{tail}"), before);
}

#[test]
fn withdrawn_operations_become_supplements() {
    for keep_withdrawn in [true, false] {
        let (root, site) = copies();
        let name = "openapi/beta-20260203.json";
        let published = site.path().join(name);
        let mut spec: Value = serde_json::from_slice(&fs::read(&published).unwrap()).unwrap();
        let paths = spec["paths"].as_object_mut().unwrap();
        let path = paths.keys().next_back().unwrap().clone();
        paths.shift_remove(&path);
        fs::write(&published, spec.to_string()).unwrap();
        let job = Job { keep_withdrawn, ..job(&root, &site) };
        let report = job.run(&ProgressBar::hidden()).unwrap();
        assert!(matches!(outcome(&report, "beta-20260203.json"), Outcome::Updated { .. }));
        let warnings = report.problems();
        assert!(warnings[0].contains(&format!("{path} is no longer published")), "{warnings:?}");
        let supplement = root.path().join("openapi/supplements/beta-20260203.json");
        assert_eq!(supplement.exists(), keep_withdrawn);
        let Ok(text) = fs::read(supplement) else { continue };
        let supplement: Value = serde_json::from_slice(&text).unwrap();
        let operations = supplement["paths"][&path].as_object().unwrap();
        for operation in operations.values() {
            assert!(operation["x-source"].is_string() && operation["x-withdrawn"].is_string());
        }
    }
}
