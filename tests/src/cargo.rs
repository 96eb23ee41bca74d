//! Running cargo inside of a test.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

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
    let output = run(folder, scratch, arguments);
    if !output.status.success() {
        panic!("cargo {arguments:?}:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).unwrap()
}

/// An error of the compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// The file that it is in.
    pub file: String,
    /// The line.
    pub line: usize,
    /// Its code: `E0308`.
    pub code: String,
}

/// Runs cargo as [`cargo`] does, and gives the errors of the compiler that have a code and a place.
///
/// # Panics
/// When cargo prints something else than messages.
pub fn errors(folder: &Path, scratch: &Path, arguments: &[&str]) -> Vec<CompileError> {
    let output = run(folder, scratch, &[arguments, &["--message-format=json"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| error(&serde_json::from_str(line).unwrap())).collect()
}

fn error(message: &Value) -> Option<CompileError> {
    let message = message.get("message").filter(|message| message["level"] == "error")?;
    let spans = message["spans"].as_array()?;
    let span = spans.iter().find(|span| span["is_primary"] == true)?;
    Some(CompileError {
        file: span["file_name"].as_str()?.to_owned(),
        line: usize::try_from(span["line_start"].as_u64()?).ok()?,
        code: message["code"]["code"].as_str()?.to_owned(),
    })
}

fn run(folder: &Path, scratch: &Path, arguments: &[&str]) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).arg("--offline").current_dir(folder);
    for name in NOT_FOR_THE_INNER_BUILD {
        cargo.env_remove(name);
    }
    cargo.env("CARGO_TARGET_DIR", scratch.join("nested"));
    cargo.env("RUSTFLAGS", "-D warnings");
    cargo.output().unwrap()
}
