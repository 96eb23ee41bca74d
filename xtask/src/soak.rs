//! `cargo xtask soak`: many clients against the mock server for a minute, while some requests fail. It is a test of the
//! package `meld-tests`.

use std::path::Path;

use clap::Args;
use meld_gen::error::Result;

use crate::cargo;
use crate::output::Output;

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {}

/// Runs the test, which prints the figures.
pub fn run(root: &Path, _: &Options) -> Result<Output> {
    let mut cargo = cargo::command();
    cargo.args(["test", "--quiet", "--package", "meld-tests", "--test", "soak"]);
    cargo.args(["--", "--ignored", "--nocapture"]);
    cargo::run(root, cargo, "tests/tests/soak.rs")
}
