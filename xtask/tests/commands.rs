//! What the program says to those who call it wrongly; what the jobs do is tested where they are.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::{Command, Output};

/// Runs the program on a workspace with one document, which is not read as long as only names matter.
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
fn an_unknown_version_or_family_is_refused_with_those_there_are() {
    for job in ["regen", "ops"] {
        assert_eq!(
            refused(&[job, "--version", "20270101"]),
            "error: openapi: no document is of version 2027-01-01; there are: 2026-02-03\n"
        );
        assert_eq!(
            refused(&[job, "--version", "2026-02-03", "--family", "gifts"]),
            "error: openapi: no document is of family gifts; there are: bank_linking\n"
        );
    }
}

#[test]
fn what_is_not_understood_is_refused() {
    assert!(refused(&["regen", "--version", "2026-02-30"]).contains("not a date such as"));
    assert!(refused(&["regenerate"]).contains("unrecognized subcommand"));
    assert!(refused(&[]).contains("Usage: cargo xtask"));
}

#[test]
fn help_is_no_error() {
    let output = xtask(&["regen", "--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("--check"));
}

#[test]
fn a_workspace_without_documents_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["ops", "--root"])
        .arg(root.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be read"));
}
