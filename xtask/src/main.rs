//! The jobs of this workspace, as `cargo xtask <job>`.

mod ci;
mod compile_time;
mod corpus;
mod diff;
mod docs;
mod integrations;
mod ops;
mod output;
mod peers;
mod programs;
mod regen;
mod release;
mod specs;
mod tool;
mod update;
mod upgrade_guide;
mod workspace;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use output::Output;
use tool::Tool;

/// A faster allocator than that of most systems, as generating code is mostly small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The jobs of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    /// The root of the workspace; by default the one that this program was built from
    #[arg(long, global = true, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    job: Job,
}

#[derive(Debug, Subcommand)]
enum Job {
    /// Updates openapi/ from the specs that Meld publishes, keeping the descriptions of this project
    Fetch(programs::Arguments),
    /// Regenerates the version crates from openapi/, or checks that they are up to date
    Regen(regen::Options),
    /// Lists all operations: version, family, method, path, operationId and Rust path
    Ops(ops::Options),
    /// Lists the changes between two versions, git revisions, folders or specs, and the breaking ones among them
    Diff(diff::Options),
    /// Prints the guide for upgrading from one API version to another
    UpgradeGuide(upgrade_guide::Options),
    /// Compares the compile time of a version crate with that of progenitor's raw output
    CompileTime(compile_time::Options),
    /// Generates a crate from each spec of a folder, compiles it, and prints a table
    Corpus(corpus::Options),
    /// Generates clients with other generators, where they are installed, and compares them with ours
    Peers(peers::Options),
    /// Starts the mock server and prints its URL and key; Ctrl-C stops it
    Sandbox(programs::Arguments),
    /// Lints the examples with other frameworks, and runs them with the mock server
    Integrations,
    /// Applies load to the mock server for a minute: 200 clients, while 5 percent of the requests fail
    Soak(Soak),
    /// Writes the generated documents (llms.txt, charts), or checks them and the links of all documents
    Docs(docs::Options),
    /// Runs every check that a change has to pass
    Ci(ci::Options),
    /// Sets and checks the version of the published crates, and publishes them
    #[command(subcommand)]
    Release(release::Part),
    /// Proposes Meld's changes as a pull request; the weekly update runs its steps
    #[command(subcommand)]
    Update(update::Step),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => {
            // If it cannot be printed, nobody reads it. Help is a success, a mistake is not.
            let _ = refusal.print();
            return ExitCode::from(u8::from(refusal.use_stderr()));
        }
    };
    let root = cli.root.unwrap_or_else(workspace_root);
    let root = std::path::absolute(&root).unwrap_or(root);
    run(&root, &cli.job).print()
}

/// The options of `soak`.
#[derive(Debug, clap::Args)]
struct Soak {
    /// Kills a service at random points instead, with an outbox, an inbox and cut connections
    #[arg(long)]
    kill: bool,
}

fn run(root: &Path, job: &Job) -> Output {
    let output = match job {
        Job::Regen(options) => regen::run(root, options),
        Job::Ops(options) => ops::run(root, options),
        Job::Diff(options) => diff::run(root, options),
        Job::UpgradeGuide(options) => upgrade_guide::run(root, options),
        Job::CompileTime(options) => {
            let output = compile_time::run(root, options);
            return output.unwrap_or_else(|error| Output::failed(&error));
        }
        Job::Fetch(arguments) => return printed(programs::fetch(root, arguments)),
        Job::Integrations => return printed(integrations::run(root)),
        Job::Sandbox(arguments) => return printed(programs::sandbox(root, arguments)),
        Job::Soak(options) => return printed(soak(root, options)),
        Job::Corpus(options) => {
            return corpus::run(root, options).unwrap_or_else(|error| Output::failed(&error));
        }
        Job::Peers(options) => {
            return peers::run(root, options).unwrap_or_else(|error| Output::failed(&error));
        }
        Job::Docs(options) => return printed(docs::run(root, options)),
        Job::Ci(options) => return printed(ci::run(root, options)),
        Job::Release(part) => return printed(release::run(root, part)),
        Job::Update(step) => return printed(update::run(root, step)),
    };
    output.unwrap_or_else(|error| Output::failed(&error))
}

/// Runs a test of the package `meld-tests`, which prints the figures.
fn soak(root: &Path, options: &Soak) -> tool::Result<()> {
    let cargo = Tool::cargo(root).args(["test", "--quiet", "--package", "meld-tests", "--test", "soak"]);
    let test = if options.kill { "kill::soak_with_kills" } else { "soak_for_a_minute" };
    cargo.args(["--", "--exact", test, "--ignored", "--nocapture"]).run()
}

/// The output of a job that prints while it runs.
fn printed(result: tool::Result<()>) -> Output {
    result.map_or_else(|error| Output::failed(&error), |()| Output::default())
}

/// The folder above this package's. Cargo passes that folder to programs that it runs; a program that is run by itself
/// looks where it was built.
fn workspace_root() -> PathBuf {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().unwrap_or(Path::new(".")).to_owned()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn arguments_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn versions_parse_with_and_without_hyphens() {
        for date in ["2026-02-03", "20260203"] {
            let cli = Cli::try_parse_from(["xtask", "regen", "--version", date]).unwrap();
            let Job::Regen(options) = cli.job else { panic!("not regen") };
            assert_eq!(options.specs.versions[0].to_string(), "2026-02-03");
        }
        assert!(Cli::try_parse_from(["xtask", "regen", "--version", "2026-02-30"]).is_err());
    }
}
