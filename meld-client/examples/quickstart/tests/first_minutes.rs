//! The command in the README, and the time until it prints.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The number of packages that the example builds, itself included. A program with reqwest alone builds 109.
const MOST_PACKAGES: usize = 160;

/// Slow to compile, and of no use to the example.
const SLOW: [&str; 5] = ["aws-lc-sys", "clap_builder", "jsonschema", "openssl-sys", "regex-automata"];

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

/// The first run compiles all dependencies, which is nearly all of the time that a newcomer waits.
#[test]
fn quickstart_builds_few_packages() {
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--offline", "--package=meld-quickstart", "--prefix=none", "--color=never"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = tree.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let packages: BTreeSet<_> = printed.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    let name = |package: &str| package.split(' ').next().unwrap().to_owned();
    let names: BTreeSet<_> = packages.iter().map(|package| name(package)).collect();
    assert!(names.contains("meld-sandbox") && names.contains("ring"), "{names:?}");
    assert!(packages.len() <= MOST_PACKAGES, "{} packages: {packages:?}", packages.len());
    let slow: Vec<_> = SLOW.iter().filter(|slow| names.contains(**slow)).collect();
    assert!(slow.is_empty(), "{slow:?}");
}
