//! `cargo xtask soak`: many clients against the sandbox for a minute, while some requests go wrong. It is a test of the
//! package `meld-tests`, which this program need not be built with.

use std::path::Path;
use std::process::Command;

use clap::Args;
use meld_gen::error::{Error, ErrorKind, Location, Result};

use crate::output::Output;

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {}

/// Runs it; the test prints the figures.
pub fn run(root: &Path, _: &Options) -> Result<Output> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["test", "--quiet", "--package", "meld-tests", "--test", "soak"]);
    cargo.args(["--", "--ignored", "--nocapture"]);
    let failed = |what: String| {
        Error::new(ErrorKind::Io, Location::new("tests/tests/soak.rs", ""), what, "see above")
    };
    match cargo.current_dir(root).status() {
        Ok(status) if status.success() => Ok(Output::default()),
        Ok(status) => Err(failed(format!("the load was not borne ({status})"))),
        Err(error) => Err(failed(format!("cargo cannot be run ({error})"))),
    }
}
