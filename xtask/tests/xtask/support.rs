//! The program, and git.

use std::path::Path;
use std::process::{Command, Output};

/// Returns the command that runs the program on a workspace.
pub fn command(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("--root").arg(root);
    command
}

pub fn xtask(root: &Path, arguments: &[&str]) -> Output {
    command(root).args(arguments).output().unwrap()
}

/// Returns the error of a job that fails and prints nothing else.
pub fn refused(root: &Path, arguments: &[&str]) -> String {
    let output = xtask(root, arguments);
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    error
}

pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=Robin", "-c", "user.email=robin@example.com"];
    let mut git = Command::new("git");
    let output = git.arg("-C").arg(folder).args(identity).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
