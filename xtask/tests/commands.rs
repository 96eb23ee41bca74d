//! What the program says to those who call it wrongly; what the jobs do is tested where they are.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

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

#[test]
fn the_sandbox_says_where_it_is_and_answers() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["sandbox", "--seed", "7", "--version", "2025-03-04"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let address = lines.next().unwrap().unwrap();
    let address = address.strip_prefix("MELD_BASE_URL=http://").unwrap();
    assert!(address.starts_with("127.0.0.1:"));
    assert!(lines.next().unwrap().unwrap().starts_with("MELD_API_KEY="));
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /institutions HTTP/1.1\r\nHost: meld\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains("meld-version: 2025-03-04"), "{answer}");
}

#[test]
fn faults_that_are_not_understood_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faults.toml");
    std::fs::write(&file, "[[faults]]\nfault = \"no-such\"\n").unwrap();
    let error = refused(&["sandbox", "--faults", file.to_str().unwrap()]);
    assert!(error.contains("faults.toml") && error.contains("no-such"), "{error}");
}
