//! `cargo xtask docs`: the generated documents, and the links of all documents.
//!
//! | File | Made from |
//! |---|---|
//! | `llms.txt`, `llms-full.txt` | README.md and the guides of the rustdoc |
//! | `meld-client/src/guide/measurements.md` | `xtask/measurements.toml`, `xtask/figures.toml` |

mod figures;
mod links;
mod llms;
mod measurements;
mod pages;
mod tasks;

use std::fs;
use std::path::Path;

use clap::Args;

pub use pages::check as check_pages;

use crate::tool::{Result, replace};

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {
    /// Writes nothing, and fails if a document is not up to date or a link is dead
    #[arg(long)]
    pub check: bool,
    /// Runs the benchmarks first and writes xtask/figures.toml; takes many minutes and needs a quiet machine
    #[arg(long, conflicts_with = "check")]
    pub measure: bool,
}

/// Writes the documents, or checks them.
///
/// # Errors
/// Returns an error that names each document that is not up to date, each dead link, and each operation without a task.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    if options.measure {
        figures::measure(root)?;
    }
    // First, because the others contain it.
    let measurements = measurements::page(root)?;
    let mut faults = written(root, measurements::PAGE, &measurements, options.check)?;
    faults.extend(written(root, llms::INDEX, &llms::index(root)?, options.check)?);
    faults.extend(written(root, llms::FULL, &llms::full(root)?, options.check)?);
    faults.extend(tasks::missing(root)?);
    faults.extend(links::dead(root)?);
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// Writes a document, or returns a fault if it differs.
fn written(root: &Path, name: &str, text: &str, is_check: bool) -> Result<Vec<String>> {
    let file = root.join(name);
    if fs::read_to_string(&file).is_ok_and(|found| found == text) {
        return Ok(Vec::new());
    }
    if is_check {
        return Ok(vec![format!("{name} is not up to date; run `cargo xtask docs`")]);
    }
    replace(&file, text)?;
    println!("written {name}");
    Ok(Vec::new())
}
