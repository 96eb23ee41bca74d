//! `cargo xtask fetch`: runs the program of the package `meld-fetch`, so that the other jobs build without an HTTP client.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;

use crate::tool::{Result, Tool};

/// The arguments of the job: those of the program.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// --from URL|DIR, --date D, --dry-run, --with-descriptions, --keep-withdrawn=BOOL; see --help
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    arguments: Vec<OsString>,
}

/// Downloads what is published. Built without optimisation: it runs rarely, reads little, and shares few builds of
/// dependencies with this program.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let cargo = Tool::cargo(root).args(["run", "--quiet", "--package", "meld-fetch", "--"]);
    let mut cargo = cargo.arg("--root").arg(root);
    // Cargo runs in the workspace; relative folders in the arguments are relative to the current one.
    if let Ok(here) = std::env::current_dir() {
        cargo = cargo.arg("--here").arg(here);
    }
    cargo.args(&options.arguments).run()
}
