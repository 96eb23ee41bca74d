//! Wrong arguments; the jobs themselves are tested elsewhere.

use std::fs;

use crate::support::{self, text, xtask};

/// Returns the error of the program on a workspace with one spec, of which only the name matters.
fn refused(arguments: &[&str]) -> String {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("openapi")).unwrap();
    fs::write(root.path().join("openapi/banklinking-20260203.json"), "{}").unwrap();
    support::refused(root.path(), arguments)
}

#[test]
fn unknown_version_or_family_lists_the_known() {
    for job in ["regen", "ops"] {
        assert_eq!(
            refused(&[job, "--version", "20270101"]),
            "error: openapi: there is no spec of version 2027-01-01; choose from: 2026-02-03\n"
        );
        assert_eq!(
            refused(&[job, "--version", "2026-02-03", "--family", "gifts"]),
            "error: openapi: there is no spec of family `gifts`; choose from: bank_linking\n"
        );
    }
}

#[test]
fn wrong_arguments_are_refused() {
    assert!(refused(&["regen", "--version", "2026-02-30"]).contains("not a date such as"));
    assert!(refused(&["regenerate"]).contains("unrecognized subcommand"));
    assert!(refused(&[]).contains("Usage: cargo xtask"));
}

#[test]
fn help_is_a_success() {
    let output = xtask("".as_ref(), &["regen", "--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("--check"));
}

#[test]
fn workspace_without_specs_is_refused() {
    let root = tempfile::tempdir().unwrap();
    assert!(support::refused(root.path(), &["ops"]).contains("cannot be read"));
}
