//! `cargo xtask release`: one version for all published crates, and the checks before they are published.

mod notes;
mod publish;
mod repository;
mod semver;
mod tag;
mod version;

use std::path::Path;

use clap::Subcommand;

use crate::tool::{Result, Tool};

/// The parts of the job.
#[derive(Debug, Subcommand)]
pub enum Part {
    /// Publishes all crates in the order of their dependencies; skips those that crates.io already has
    ///
    /// Needs `CARGO_REGISTRY_TOKEN`. Builds nothing, so that no build script sees the token. After a failure half-way,
    /// such as the limit of crates.io on new crates, the same command publishes the rest.
    Publish {
        /// Packs and builds everything and uploads nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Prints the version of all published crates, or sets it everywhere
    Version {
        /// The version to set, such as 0.2.0
        version: Option<String>,
    },
    /// Prints the URL of the repository, or sets it everywhere: in the manifest that all crates inherit, and in documents
    Repository {
        /// The URL to set: `https://github.com/<owner>/<name>`
        url: Option<String>,
    },
    /// Prints the section of CHANGELOG.md for a tag
    Notes {
        /// The tag, such as v0.2.0
        tag: String,
    },
    /// Fails unless a tag may be published
    ///
    /// The tag has to be the version of all crates, that version has a section in CHANGELOG.md, the commit is on main,
    /// and the URL of the repository is set.
    Tag {
        /// The tag, such as v0.2.0
        tag: String,
    },
    /// Fails if the published crates break the code of their users and the version does not say so
    ///
    /// All features are compared. cargo-semver-checks compares one crate at a time, and so misses a name that
    /// meld-client re-exports from another crate and no longer does.
    Semver {
        /// A revision, or `release` for the last release; by default the commit where this branch left main
        base: Option<String>,
        /// Only these crates
        crates: Vec<String>,
    },
    /// Checks licenses, sources, versions and advisories of all dependencies against deny.toml
    Deny {
        /// Only these checks, such as `licenses bans sources`, which need no network
        checks: Vec<String>,
    },
}

/// Runs one part.
pub fn run(root: &Path, part: &Part) -> Result<()> {
    match part {
        Part::Publish { dry_run } => publish::run(root, *dry_run),
        Part::Version { version: None } => {
            println!("{}", version::current(root)?);
            Ok(())
        }
        Part::Version { version: Some(version) } => version::set(root, version),
        Part::Repository { url: None } => {
            println!("{}", repository::current(root)?);
            Ok(())
        }
        Part::Repository { url: Some(url) } => repository::set(root, url),
        Part::Notes { tag } => {
            println!("{}", notes::notes(root, tag)?);
            Ok(())
        }
        Part::Tag { tag } => tag::check(root, tag),
        Part::Semver { base, crates } => semver::run(root, base.as_deref(), crates),
        Part::Deny { checks } => deny(root, checks),
    }
}

fn deny(root: &Path, checks: &[String]) -> Result<()> {
    install(root, "cargo-deny", "0.20.2")?;
    // An exception that nothing needs any longer fails too.
    let unused = ["unmatched-skip", "license-exception-not-encountered", "advisory-not-detected"];
    let mut deny = Tool::cargo(root).args(["deny", "--locked", "check"]);
    for lint in unused {
        deny = deny.args(["--deny", lint]);
    }
    deny.args(checks).run()
}

/// Installs exactly this version of a subcommand of cargo.
fn install(root: &Path, name: &str, version: &str) -> Result<()> {
    let subcommand = name.trim_start_matches("cargo-");
    let found = Tool::cargo(root).args([subcommand, "--version"]);
    if found.succeeds() {
        let found = Tool::cargo(root).args([subcommand, "--version"]).read()?;
        if found == format!("{name} {version}") {
            return Ok(());
        }
    }
    Tool::cargo(root).args(["install", "--locked", &format!("{name}@{version}")]).run()
}
