//! Cargo, run by a test.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Variables of the outer build that the inner one must not have.
const OF_THE_OUTER_BUILD: [&str; 6] = [
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MAKEFLAGS",
    "MAKEFLAGS",
    "MFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
];

/// Inside of the target folder: ignored by git, and with the same configuration of cargo.
pub const SCRATCH: &str = env!("CARGO_TARGET_TMPDIR");

/// Runs cargo in `folder` and returns its standard output. The programs that it builds are below [`SCRATCH`]. Everything
/// else is in the folder of the outer build, which has most dependencies already. Nothing is downloaded: the dependencies of
/// the clients are those of the test.
///
/// # Panics
/// Panics if cargo fails or prints a warning, which it does for crates that are not from a registry.
pub fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let messages = String::from_utf8_lossy(&output.stderr);
    let is_warned = messages.lines().any(|line| line.starts_with("warning"));
    assert!(output.status.success() && !is_warned, "cargo {arguments:?}:\n{messages}");
    String::from_utf8(output.stdout).unwrap()
}

/// An error of the compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    pub file: String,
    pub line: usize,
    /// Its code: `E0308`.
    pub code: String,
}

/// Runs cargo as [`cargo`] does and returns the errors of the compiler that have a code and a position.
///
/// # Panics
/// Panics if cargo prints anything but JSON messages.
pub fn errors(folder: &Path, arguments: &[&str]) -> Vec<CompileError> {
    let output = run(folder, &[arguments, &["--message-format=json"]].concat());
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

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).arg("--offline").current_dir(folder);
    for name in OF_THE_OUTER_BUILD {
        cargo.env_remove(name);
    }
    cargo.env("CARGO_TARGET_DIR", Path::new(SCRATCH).join("nested"));
    cargo.env("CARGO_BUILD_BUILD_DIR", Path::new(SCRATCH).parent().unwrap());
    cargo.output().unwrap()
}
