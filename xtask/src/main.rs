//! The jobs of this workspace, as `cargo xtask <job>`.

mod cargo;
mod compile_time;
mod diff;
mod fetch;
mod ops;
mod output;
mod regen;
mod sandbox;
mod soak;
mod upgrade_guide;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use meld_gen::catalog::ApiVersion;
use meld_gen::selection::Selection;

use output::Output;

/// The jobs of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    /// The workspace; where this program comes from unless given.
    #[arg(long, global = true, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    job: Job,
}

#[derive(Debug, Subcommand)]
enum Job {
    /// Takes over the documents that Meld publishes, with our own text
    Fetch(fetch::Options),
    /// Writes the client crates that the documents of openapi/ yield
    Regen(regen::Options),
    /// Lists all operations: version, family, method, path, operationId and Rust path
    Ops(ops::Options),
    /// Says what changes between two versions, git revisions, folders or documents, and what that breaks
    Diff(diff::Options),
    /// Compares the compile time of a version's crate with that of progenitor's raw output
    CompileTime(compile_time::Options),
    /// Prints the page for those who move from one API version to another
    UpgradeGuide(upgrade_guide::Options),
    /// Serves a Meld on this machine until Ctrl-C: prints its address and key
    Sandbox(sandbox::Options),
    /// Lets 200 clients pay for a minute at the sandbox while 5 percent of the requests go wrong
    Soak(soak::Options),
}

/// Which documents a job is for.
#[derive(Debug, Args)]
struct Documents {
    /// Only this API version, such as 2026-02-03; may be given several times
    #[arg(long = "version", value_name = "DATE", value_parser = version)]
    versions: Vec<ApiVersion>,
    /// Only this family, such as bank_linking; may be given several times
    #[arg(long = "family", value_name = "NAME")]
    families: Vec<String>,
}

impl Documents {
    fn selection(&self) -> Selection {
        Selection { versions: self.versions.clone(), families: self.families.clone() }
    }
}

fn version(text: &str) -> Result<ApiVersion, String> {
    ApiVersion::parse(text).ok_or_else(|| "not a date such as 2026-02-03".to_owned())
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => {
            // What was asked for (help) goes well, what was not understood does not; where nobody reads it, nothing
            // is left to be said.
            let _ = refusal.print();
            return ExitCode::from(u8::from(refusal.use_stderr()));
        }
    };
    let root = cli.root.unwrap_or_else(workspace);
    let output = match &cli.job {
        Job::Fetch(options) => fetch::run(&root, options),
        Job::Regen(options) => regen::run(&root, options),
        Job::Ops(options) => ops::run(&root, options),
        Job::Diff(options) => diff::run(&root, options),
        Job::CompileTime(options) => compile_time::run(&root, options),
        Job::UpgradeGuide(options) => upgrade_guide::run(&root, options),
        Job::Sandbox(options) => sandbox::run(&root, options),
        Job::Soak(options) => soak::run(&root, options),
    };
    output.unwrap_or_else(|error| Output::failed(&error)).print()
}

/// The folder above this package's: cargo says where that is when it runs the program; a program that is run by
/// itself looks where it was built.
fn workspace() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().unwrap_or(Path::new(".")).to_owned()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn versions_are_taken_with_and_without_hyphens() {
        for date in ["2026-02-03", "20260203"] {
            let cli = Cli::try_parse_from(["xtask", "regen", "--version", date]).unwrap();
            let Job::Regen(options) = cli.job else { panic!("not regen") };
            assert_eq!(options.documents.versions[0].to_string(), "2026-02-03");
        }
        assert!(Cli::try_parse_from(["xtask", "regen", "--version", "2026-02-30"]).is_err());
    }
}
