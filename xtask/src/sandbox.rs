//! `cargo xtask sandbox`: runs the program of the package `meld-sandbox`, so that the other jobs need not be built with
//! a server.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use clap::Args;
use meld_gen::error::{Error, ErrorKind, Location, Result};

use crate::output::Output;

/// The arguments of the job: those of the program.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// --port N, --version DATE, --faults FILE, --seed N; --help says more
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    arguments: Vec<OsString>,
}

/// Serves until Ctrl-C.
pub fn run(root: &Path, options: &Options) -> Result<Output> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--package", "meld-sandbox", "--"]).args(&options.arguments);
    let failed = |what: String| {
        Error::new(ErrorKind::Io, Location::new("meld-client/sandbox", ""), what, "see above")
    };
    match cargo.current_dir(root).status() {
        Ok(status) if status.success() => Ok(Output::default()),
        // By a signal: Ctrl-C goes to the program as well.
        Ok(status) if status.code().is_none() => Ok(Output::default()),
        Ok(status) => Err(failed(format!("the sandbox did not run ({status})"))),
        Err(error) => Err(failed(format!("cargo cannot be run ({error})"))),
    }
}
