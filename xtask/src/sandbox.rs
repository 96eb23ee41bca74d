//! `cargo xtask sandbox`: runs the mock server of the package `meld-sandbox`, so that the other jobs build without it.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;

use crate::tool::{Result, Tool};

/// The arguments of the job: those of the program.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// --listen ADDR:PORT, --allow-host NAME, --key KEY, --version DATE, --faults FILE, --seed N; see --help
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    arguments: Vec<OsString>,
}

/// Serves until Ctrl-C.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let cargo = Tool::cargo(root).args(["run", "--quiet", "--package", "meld-sandbox", "--"]);
    cargo.args(&options.arguments).run()
}
