//! `cargo xtask fetch`: runs the program of the package `meld-fetch`, so that the other jobs need not be built with a
//! client for HTTP.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;
use meld_gen::error::Result;

use crate::cargo;
use crate::output::Output;

/// The arguments of the job: those of the program.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// --from URL|DIR, --date D, --dry-run, --with-descriptions; --help says more
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    arguments: Vec<OsString>,
}

/// Takes over what is published. Built without optimisation: it runs rarely and reads little, and with other features of
/// its dependencies than this program it would be built anew anyway.
pub fn run(root: &Path, options: &Options) -> Result<Output> {
    let mut cargo = cargo::command();
    cargo.args(["run", "--quiet", "--package", "meld-fetch", "--"]);
    cargo.arg("--root").arg(std::path::absolute(root).unwrap_or_else(|_| root.to_owned()));
    // Cargo runs in the workspace; a folder that is given is meant from here.
    if let Ok(here) = std::env::current_dir() {
        cargo.arg("--here").arg(here);
    }
    cargo.args(&options.arguments);
    cargo::run(root, cargo, "xtask/fetch")
}
