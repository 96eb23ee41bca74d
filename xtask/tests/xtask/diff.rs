//! `cargo xtask diff` with dates, git revisions, folders and specs, and with sides that cannot be compared.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::support::{self, command, git, text};

/// A small spec of a version.
fn spec(date: &str, properties: &[&str]) -> String {
    let properties: serde_json::Map<String, Value> =
        properties.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
    let gift = json!({ "type": "object", "properties": properties });
    let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Gift" } } });
    let response = json!({ "200": { "description": "A gift.", "content": content } });
    json!({
        "openapi": "3.0.1",
        "info": { "title": "Gifts", "version": date },
        "paths": { "/gifts": { "get": { "operationId": "gifts-get", "responses": response } } },
        "components": { "schemas": { "Gift": gift } }
    })
    .to_string()
}

/// A git repository with two versions; in the working tree, the newer one has another field.
fn workspace() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "gifts-20250304.json", &spec("2025-03-04", &["note", "colour"]));
    write(root.path(), "gifts-20260203.json", &spec("2026-02-03", &["note"]));
    git(root.path(), &["init", "--quiet"]);
    git(root.path(), &["add", "."]);
    git(root.path(), &["commit", "--quiet", "--message=Specs"]);
    write(root.path(), "gifts-20260203.json", &spec("2026-02-03", &["note", "ribbon"]));
    root
}

fn write(root: &Path, name: &str, text: &str) {
    fs::create_dir_all(root.join("openapi")).unwrap();
    fs::write(root.join("openapi").join(name), text).unwrap();
}

fn diff(root: &Path, arguments: &[&str]) -> Output {
    command(root).arg("diff").args(arguments).output().unwrap()
}

/// The output of a successful comparison.
fn printed(root: &Path, arguments: &[&str]) -> String {
    let output = diff(root, arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

const RIBBON: &str = "Gift.ribbon: field added (Option<String>)\n      gifts::types::Gift::ribbon\n";
const COLOUR: &str = "Gift.colour: field removed (was Option<String>)\n      gifts::types::Gift::colour\n";

#[test]
fn working_tree_is_compared_with_head() {
    let root = workspace();
    let expected = format!("2026-02-03: 1 change, none of them breaking\n\nCompatible\n  {RIBBON}");
    assert_eq!(printed(root.path(), &[]), expected);
    assert_eq!(printed(root.path(), &["HEAD"]), expected);
    assert_eq!(printed(root.path(), &["HEAD", "HEAD"]), "nothing changed\n");
    // A folder is a tree too.
    let old = workspace();
    write(old.path(), "gifts-20260203.json", &spec("2026-02-03", &["note"]));
    let folder = old.path().to_str().unwrap();
    assert_eq!(printed(root.path(), &[folder]), expected);
    let specs = old.path().join("openapi");
    assert_eq!(printed(root.path(), &[specs.to_str().unwrap()]), expected);
}

#[test]
fn versions_are_compared() {
    let root = workspace();
    let page = printed(root.path(), &["2025-03-04", "20260203"]);
    assert!(page.starts_with("2025-03-04 → 2026-02-03: 2 changes, 1 of them breaking\n"), "{page}");
    assert!(page.contains(COLOUR) && page.contains(RIBBON), "{page}");
    // A version against a tree is that version against itself.
    let page = printed(root.path(), &["HEAD", "2026-02-03"]);
    assert!(page.starts_with("2026-02-03: 1 change") && page.contains(RIBBON), "{page}");
    let text = printed(root.path(), &["2025-03-04", "2026-02-03", "--format", "json"]);
    let read: Value = serde_json::from_str(&text).unwrap();
    let kinds: Vec<_> = read[0]["changes"].as_array().unwrap().iter().map(|change| &change["kind"]).collect();
    assert_eq!(kinds, ["field-removed", "field-added"]);
}

#[test]
fn specs_are_compared_whatever_their_dates() {
    let root = workspace();
    let [old, new] = ["gifts-20250304.json", "gifts-20260203.json"]
        .map(|name| root.path().join("openapi").join(name).to_str().unwrap().to_owned());
    let page = printed(root.path(), &[&old, &new, "--format=markdown"]);
    assert!(page.starts_with("# gifts-20250304.json → gifts-20260203.json\n"), "{page}");
    assert!(page.contains("| `Gift.colour` | field removed | was `Option<String>` |"), "{page}");
}

#[test]
fn breaking_changes_set_the_exit_code() {
    let root = workspace();
    let code = |arguments: &[&str]| diff(root.path(), arguments).status.code();
    assert_eq!(code(&["--fail-on", "breaking"]), Some(0));
    assert_eq!(code(&["2025-03-04", "2026-02-03", "--fail-on", "breaking"]), Some(2));
    assert_eq!(code(&["2025-03-04", "2026-02-03"]), Some(0));
}

#[test]
fn sides_that_do_not_fit_are_refused() {
    let root = workspace();
    let refused = |arguments: &[&str]| support::refused(root.path(), &[&["diff"], arguments].concat());
    let spec = root.path().join("openapi/gifts-20250304.json");
    let unknown = "is not a date of openapi/, a file, a folder or a git revision";
    for (arguments, reason) in [
        (&["2024-04-27", "2026-02-03"][..], "version 2024-04-27"),
        (&["nothing-of-that-name"], unknown),
        (&["--", "--output=/tmp/x"], unknown),
        (&[spec.to_str().unwrap(), "2026-02-03"], "a spec cannot be compared with"),
    ] {
        let error = refused(arguments);
        assert!(error.contains(reason), "{arguments:?}: {error}");
    }
    write(root.path(), "gifts-20260203.json", "{");
    assert!(refused(&[]).contains("gifts-20260203.json"));
}
