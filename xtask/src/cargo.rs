//! Cargo, for jobs that are other programs of the workspace.

use std::path::Path;
use std::process::Command;

use meld_gen::error::{Error, ErrorKind, Location, Result};

use crate::output::Output;

/// The cargo that runs this program.
pub fn command() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs cargo in the workspace; its output goes to the terminal. Errors name `place`.
///
/// # Errors
/// Returns an error if cargo cannot be run or fails.
pub fn run(root: &Path, mut cargo: Command, place: &str) -> Result<Output> {
    let failed =
        |what: String| Error::new(ErrorKind::Io, Location::new(place, ""), what, "see above");
    match cargo.current_dir(root).status() {
        Ok(status) if status.success() => Ok(Output::default()),
        // Ended by a signal: Ctrl-C reaches that program too.
        Ok(status) if status.code().is_none() => Ok(Output::default()),
        Ok(status) => Err(failed(format!("it failed ({status})"))),
        Err(error) => Err(failed(format!("cargo cannot be run ({error})"))),
    }
}
