//! `cargo xtask diff`: the changes between two versions, revisions, folders or specs.

pub mod format;
mod sides;

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use meld_gen::diff::Change;
use meld_gen::error::Result;

use crate::output::Output;

/// The exit code for breaking changes, with `--fail-on breaking`.
const BREAKS: u8 = 2;

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {
    /// The old side: a date of openapi/, a git revision, a folder of specs or a spec [default: HEAD]
    old: Option<String>,
    /// The new side [default: the working tree]
    new: Option<String>,
    /// Prints the meaning of each kind of change as a table, and compares nothing
    #[arg(long, conflicts_with_all = ["old", "new", "format", "fail_on"])]
    rules: bool,
    /// The output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exits with 2 if a change breaks code, requests or responses
    #[arg(long, value_enum, value_name = "WHAT")]
    fail_on: Option<FailOn>,
}

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Text,
    /// For a web page
    Markdown,
    /// For programs: each change separately
    Json,
}

/// The changes that fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Changes that break code, requests or responses
    Breaking,
}

pub fn run(root: &Path, options: &Options) -> Result<Output> {
    if options.rules {
        let mut output = Output::default();
        output.line(format::rules());
        return Ok(output);
    }
    let comparisons = sides::compared(root, options.old.as_deref(), options.new.as_deref())?;
    let mut output = Output::default();
    output.line(format::format(&comparisons, options.format));
    let breaks = comparisons.iter().flat_map(|comparison| &comparison.changes).any(Change::is_breaking);
    if breaks && options.fail_on == Some(FailOn::Breaking) {
        output.exit_with(ExitCode::from(BREAKS));
    }
    Ok(output)
}
