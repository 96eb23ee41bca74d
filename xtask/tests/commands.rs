//! Wrong arguments; the jobs themselves are tested elsewhere.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::{Command, Output};

/// Runs the program on a workspace with one spec, which is not read because only its name matters.
fn xtask(arguments: &[&str]) -> Output {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("openapi")).unwrap();
    fs::write(root.path().join("openapi/banklinking-20260203.json"), "{}").unwrap();
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("--root")
        .arg(root.path())
        .args(arguments)
        .output()
        .unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = xtask(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
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
    let output = xtask(&["regen", "--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("--check"));
}

#[test]
fn workspace_without_specs_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["ops", "--root"])
        .arg(root.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be read"));
}
