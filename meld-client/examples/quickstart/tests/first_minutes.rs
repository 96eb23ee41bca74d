//! The command in the README.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::Path;
use std::process::Command;

#[test]
fn quickstart_prints_scores_and_transactions() {
    let readme = include_str!("../../../../README.md");
    assert!(readme.contains("\ncargo run --example quickstart "));
    // Cargo builds the examples of a package before its tests, and beside them.
    let test = std::env::current_exe().unwrap();
    let example = test.parent().and_then(Path::parent).unwrap().join("examples/quickstart");
    let example = example.with_extension(std::env::consts::EXE_EXTENSION);
    let output = Command::new(example).env_remove("MELD_API_KEY").output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(printed.contains(" score ") && printed.contains(" BTC\n"), "{printed}");
    assert!(printed.contains("The newest transactions of account "), "{printed}");
}
