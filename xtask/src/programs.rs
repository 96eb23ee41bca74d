//! Jobs that run a program of another package, so that the other jobs build without it.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;

use crate::tool::{Result, Tool};

/// The arguments of such a job: those of the program.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Arguments {
    /// The options of the program; `--help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    arguments: Vec<OsString>,
}

/// `cargo xtask fetch`: downloads the published specs. Built without optimisation: it runs rarely, reads little, and shares few
/// builds of dependencies with this program.
pub fn fetch(root: &Path, arguments: &Arguments) -> Result<()> {
    let mut cargo = run(root, "meld-fetch").arg("--root").arg(root);
    // Cargo runs in the workspace; relative folders in the arguments are relative to the current one.
    if let Ok(here) = std::env::current_dir() {
        cargo = cargo.arg("--here").arg(here);
    }
    cargo.args(&arguments.arguments).run()
}

/// `cargo xtask sandbox`: runs the mock server until Ctrl-C.
pub fn sandbox(root: &Path, arguments: &Arguments) -> Result<()> {
    run(root, "meld-sandbox").args(&arguments.arguments).run()
}

fn run(root: &Path, package: &str) -> Tool {
    Tool::cargo(root).args(["run", "--quiet", "--package", package, "--"])
}
