//! Invalid specs, seen from the command line: exit code 1, an error with a position on standard error, and an
//! unchanged tree.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::{refused, xtask};

const FINE: &str = r#"{"openapi": "3.1.0", "info": {"title": "t", "version": "2026-02-03"},
    "paths": {"/a": {"get": {"operationId": "a", "responses": {"204": {"description": "ok"}}}}}}"#;

const FACADE: &str = "[features]\n# BEGIN generated: features\n# END generated: features\n\
    [dependencies]\n# BEGIN generated: dependencies\n# END generated: dependencies\n";

/// A workspace with one valid spec, generated.
fn workspace() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("openapi")).unwrap();
    fs::create_dir_all(root.path().join("meld-client/src")).unwrap();
    fs::write(root.path().join("meld-client/Cargo.toml"), FACADE).unwrap();
    fs::write(root.path().join("openapi/fine-20260203.json"), FINE).unwrap();
    let output = xtask(root.path(), &["regen"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    root
}

/// All files below `folder` with their content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

/// Asserts that `regen` writes nothing and prints this error.
fn assert_refused(root: &Path, message: &str) {
    let before = files(root);
    for arguments in [&["regen"][..], &["regen", "--check"]] {
        let problems = refused(root, arguments);
        assert!(problems.contains(message), "{problems}");
        assert!(!problems.contains("panicked"), "{problems}");
    }
    assert!(files(root) == before, "the tree was changed");
}

#[test]
fn invalid_spec_is_named_and_changes_nothing() {
    let deep = "{\"a\":".repeat(100_000);
    let dangling = FINE.replace("{\"description\": \"ok\"}", "{\"$ref\": \"#/components/responses/A\"}");
    let body = FINE.replace(
        "\"operationId\"",
        "\"parameters\": [{\"name\": \"c\", \"in\": \"body\", \"schema\": {}}], \"operationId\"",
    );
    for (file, text, message) in [
        ("bad-20260203.json", "{\"a\": }".to_owned(), "error: bad-20260203.json: the file is not JSON"),
        ("bad-20260203.json", deep, "the nesting is deeper than 100 levels"),
        ("bad-20260203.json", dangling, "error: bad-20260203.json#/paths/~1a/get/responses/204"),
        ("bad-20260203.json", body, "error: bad-20260203.json#/paths/~1a/get/parameters/0/in: `in` is `body`"),
        ("bad-20250304.json", FINE.to_owned(), "error: bad-20250304.json#/info/version: `info.version` is"),
        ("bad.json", FINE.to_owned(), "error: bad.json: the file name has no date"),
    ] {
        let root = workspace();
        fs::write(root.path().join("openapi").join(file), text).unwrap();
        assert_refused(root.path(), message);
        let problems = refused(root.path(), &["regen"]);
        assert!(problems.ends_with("the tree is left as it was; 1 other spec is valid\n"), "{problems}");
        assert!(!problems.contains("applied nowhere"), "unknown while a spec fails: {problems}");
    }
}

#[test]
fn folder_without_specs_removes_nothing() {
    let root = workspace();
    fs::remove_file(root.path().join("openapi/fine-20260203.json")).unwrap();
    assert_refused(root.path(), "there are no specs; add specs to the folder");
}

#[test]
fn folder_in_place_of_a_file_changes_nothing() {
    let root = workspace();
    let file = root.path().join("meld-client/v2026-02-03/src/fine.rs");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    fs::write(file.join("note"), "").unwrap();
    assert_refused(root.path(), "a folder stands where a file should");
}
