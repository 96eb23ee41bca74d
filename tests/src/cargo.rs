//! Running cargo inside of a test.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

/// What the outer build was told that is not for the inner one.
const NOT_FOR_THE_INNER_BUILD: [&str; 6] = [
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MAKEFLAGS",
    "MAKEFLAGS",
    "MFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
];

/// Runs cargo in `folder` with its builds below `scratch` (the `CARGO_TARGET_TMPDIR` of the test), where the next run
/// finds them again, and gives what it prints. Downloads nothing: who could build the test has all that the clients
/// need.
///
/// # Panics
/// When cargo fails. A warning in a crate that is no dependency from elsewhere is a failure.
pub fn cargo(folder: &Path, scratch: &Path, arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).arg("--offline").current_dir(folder);
    for name in NOT_FOR_THE_INNER_BUILD {
        cargo.env_remove(name);
    }
    cargo.env("CARGO_TARGET_DIR", scratch.join("nested"));
    cargo.env("RUSTFLAGS", "-D warnings");
    let output = cargo.output().unwrap();
    if !output.status.success() {
        panic!("cargo {arguments:?}:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).unwrap()
}
