//! `cargo xtask update`: proposes Meld's changes as a pull request, in steps that trust each other as little as possible.
//!
//! | Step | Does | Leaves |
//! |---|---|---|
//! | `collect` | fetches, regenerates, proposes versions, and asks oasdiff if it is installed | `changes.patch`, `text.md`, `failures.md` |
//! | `digest` | prints a hash of these files | |
//! | `test` | applies the changes and tests them | `snapshots.patch`, and `failures.log` if the tests fail |
//! | `check` | fails unless the patches change nothing but files that an update may change | |
//! | `propose` | checks, then creates or updates the pull request; needs `GH_TOKEN` and `GITHUB_REPOSITORY` | |
//!
//! Only `test` runs code that was generated from fetched specs, and nothing that it leaves is trusted. `collect` and
//! `test` succeed if they could leave their files; the caller reports the failures in them.

mod check;
mod collect;
mod log;
mod propose;
mod rules;
mod sections;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use sha2::{Digest, Sha256};

use crate::tool::{Result, Tool, at, git};

const BRANCH: &str = "update-specs";
/// The address of the author of its commits.
const AUTHOR: &str = "41898282+github-actions[bot]@users.noreply.github.com";
/// The title of the pull request and of its commit.
const TITLE: &str = "Update the specs to what Meld publishes";

/// The steps of the job. Folders have to be outside of the repository.
#[derive(Debug, Subcommand)]
pub enum Step {
    /// Fetches the specs, regenerates, and leaves the changes in a folder
    Collect { folder: PathBuf },
    /// Prints a hash of the files that `collect` left
    Digest { folder: PathBuf },
    /// Applies the changes, tests them, and leaves changed snapshots and failures in a second folder
    Test { folder: PathBuf, tested: PathBuf },
    /// Fails if the changes include any that an update may not make
    Check { folder: PathBuf, tested: Option<PathBuf> },
    /// Checks the changes and creates or updates the pull request
    Propose { folder: PathBuf, tested: Option<PathBuf> },
}

/// Runs one step.
///
/// # Errors
/// Returns an error if the changes are not allowed or another program fails.
pub fn run(root: &Path, step: &Step) -> Result<()> {
    let outside = |folder: &Path| outside(root, folder);
    let optional = |folder: &Option<PathBuf>| folder.as_deref().map(outside).transpose();
    match step {
        Step::Collect { folder } => collect::collect(root, &outside(folder)?),
        Step::Digest { folder } => {
            println!("{}", digest(&outside(folder)?)?);
            Ok(())
        }
        Step::Test { folder, tested } => test(root, &outside(folder)?, &outside(tested)?),
        Step::Check { folder, tested } => check::check(root, &outside(folder)?, optional(tested)?.as_deref()),
        Step::Propose { folder, tested } => propose::propose(root, &outside(folder)?, optional(tested)?.as_deref()),
    }
}

/// Creates the folder. Files in the repository would become part of the pull request.
fn outside(root: &Path, folder: &Path) -> Result<PathBuf> {
    at(folder, fs::create_dir_all(folder))?;
    let folder = at(folder, folder.canonicalize())?;
    if folder.starts_with(at(root, root.canonicalize())?) {
        return Err(format!("{} has to be outside of the repository", folder.display()));
    }
    Ok(folder)
}

/// A hash that differs if one of the files differs, or if a byte moves from one to another.
fn digest(folder: &Path) -> Result<String> {
    let mut all = Sha256::new();
    for name in ["changes.patch", "text.md", "failures.md"] {
        let file = folder.join(name);
        all.update(Sha256::digest(at(&file, fs::read(&file))?));
    }
    Ok(all.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Tests the changes. Snapshots are updated, to be reviewed in the pull request.
fn test(root: &Path, folder: &Path, tested: &Path) -> Result<()> {
    let failures = tested.join("failures.log");
    let snapshots = tested.join("snapshots.patch");
    at(&snapshots, fs::write(&snapshots, ""))?;
    check::check(root, folder, None)?;
    apply(root, &folder.join("changes.patch"), "--index")?;
    let identity = ["-c", "user.name=update", "-c", &format!("user.email={AUTHOR}")];
    git(root, identity).args(["commit", "--quiet", "--no-verify", "--message", TITLE]).run()?;
    // Without `CI` the tests do without Prism, which only `cargo xtask ci` installs: it judges the pull request.
    let cargo = Tool::cargo(root).args(["test", "--workspace", "--no-fail-fast"]);
    let cargo = cargo.env("INSTA_UPDATE", "always").env_remove("CI");
    if log::logged(cargo, &failures, None)? {
        at(&failures, fs::remove_file(&failures))?;
    }
    save(root, &snapshots, "tests/tests/snapshots")
}

/// Applies a patch to the index (`--cached`) or to the index and the tree (`--index`).
fn apply(root: &Path, patch: &Path, to: &str) -> Result<()> {
    git(root, ["apply", to, "--whitespace=nowarn"]).arg(patch).run()
}

/// Writes what has changed below a path since the last commit as a patch.
fn save(root: &Path, patch: &Path, path: &str) -> Result<()> {
    git(root, ["add", "--all", "--", path]).run()?;
    let options = ["--binary", "--full-index", "--no-renames", "--no-ext-diff", "--no-textconv"];
    let changes = git(root, ["diff", "--cached"]).args(options).read_bytes()?;
    at(patch, fs::write(patch, changes))
}
