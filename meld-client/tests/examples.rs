//! Runs every example against the mock server, but `quickstart`, a package with a test of its own.
//!
//! `cargo test` builds the examples, if it is not told to build something else. Without them, the test prints a note; with
//! `CI` in the environment, it fails.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each example, with parts of its output.
const PRINTED: &[(&str, &[&str])] = &[
    ("deposit_account", &["The customer pays to", "Deposits belong to"]),
    ("errors_and_retries", &["the transaction does not exist", "sent twice, executed: 1"]),
    ("headless_card", &["Verifying the contact by PHONE", "The customer has paid"]),
    ("minted_checkout", &["/sandbox/checkout/"]),
    ("opentelemetry", &["200 USD", "requests in"]),
    ("outbox", &["second process", "executed: 1"]),
    ("rate_limit", &["call 10", "requests received: 10"]),
    ("reconcile", &["TRANSACTION_CRYPTO_PENDING", "TRANSACTION_CRYPTO_COMPLETE", "no longer watched"]),
    ("testing_with_stubs", &["all stubs were used"]),
    ("two_accounts", &["north: robin is", "south does not know"]),
    ("two_versions", &["2025-03-04", "2026-02-03"]),
    ("webhooks_axum", &["signed: 200", "modified: 401", "unsigned: 401"]),
    ("webhooks_http", &["1 accounts to fetch", "modified: 401"]),
];

/// Returns the folder of the built examples, beside that of the built tests.
fn built() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().with_file_name("examples")
}

#[test]
fn examples_run_against_the_mock_server() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = std::fs::read_dir(source).unwrap().map(|entry| entry.unwrap().path());
    let sources = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let names: BTreeSet<String> = sources.map(|path| path.file_stem().unwrap().display().to_string()).collect();
    assert!(names.iter().eq(PRINTED.iter().map(|(name, _)| name)), "each example has a row: {names:?}");
    for (name, expected) in PRINTED {
        let program = built().join(name).with_extension(std::env::consts::EXE_EXTENSION);
        if !program.is_file() {
            assert!(std::env::var_os("CI").is_none(), "{name} is not built");
            println!("{name} is not built, and not run: `cargo test -p meld-client --all-features` builds it");
            continue;
        }
        let mut run = Command::new(program);
        for (variable, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MELD_")) {
            run.env_remove(variable);
        }
        let ran = run.output().unwrap();
        let (output, errors) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "{name}: {}\n{output}{errors}", ran.status);
        for text in *expected {
            assert!(output.contains(text), "{name} does not print {text:?}:\n{output}{errors}");
        }
    }
}
