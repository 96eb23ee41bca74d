//! The comparison of the published crates with an earlier revision.

use std::fs;
use std::path::Path;

use super::install;
use crate::tool::{Result, Tool, at, git};
use crate::workspace;

/// It reads the output of rustdoc, and so has to be new enough for the toolchain.
const CHECKER: &str = "0.51.0";

/// Compares with a revision, with the last release, or with the commit where this branch left main.
pub fn run(root: &Path, base: Option<&str>, crates: &[String]) -> Result<()> {
    let base = match base {
        None => left_main(root)?,
        Some("release") => match last_release(root) {
            Some(tag) => tag,
            None => {
                println!("No release yet, so there is nothing to break.");
                return Ok(());
            }
        },
        Some(revision) => commit(root, revision).ok_or_else(|| format!("there is no revision `{revision}`"))?,
    };
    let work = workspace::target(root).join("semver");
    let before = unpack(root, &base, &work)?;
    println!("compared with {}", git(root, ["log", "-1", "--format=%h %s", &base]).read()?);
    let mut packages = common(root, &before)?;
    packages.retain(|name| crates.is_empty() || crates.contains(name));
    if packages.is_empty() {
        println!("None of the crates existed before, so there is nothing to break.");
        return Ok(());
    }
    install(root, "cargo-semver-checks", CHECKER)?;
    // The crates need the same dependencies: built once for all of them.
    let build = work.join("build");
    let mut checker = Tool::cargo(root).default_env("CARGO_BUILD_BUILD_DIR", &build.to_string_lossy());
    checker = checker.args(["semver-checks", "check-release", "--all-features", "--baseline-root"]);
    checker = checker.arg(&before);
    for name in &packages {
        checker = checker.args(["--package", name]);
    }
    checker.run()
}

fn commit(root: &Path, revision: &str) -> Option<String> {
    let revision = format!("{revision}^{{commit}}");
    git(root, ["rev-parse", "--quiet", "--verify", &revision]).read().ok()
}

/// The tag of the last release; at a release itself, of the one before. `None` if there was none.
fn last_release(root: &Path) -> Option<String> {
    const TAGS: [&str; 2] = ["--match", "v[0-9]*"];
    let exact = ["describe", "--tags", "--exact-match", TAGS[0], TAGS[1], "HEAD"];
    let from = if git(root, exact).succeeds() { "HEAD^" } else { "HEAD" };
    let describe = git(root, ["describe", "--tags", "--abbrev=0", TAGS[0], TAGS[1], from]);
    describe.read().ok()
}

fn left_main(root: &Path) -> Result<String> {
    let main = ["origin/main", "main"].into_iter().find(|main| commit(root, main).is_some());
    let main = main.ok_or("there is no branch main to compare with; fetch it, or name a revision")?;
    git(root, ["merge-base", "HEAD", main])
        .read()
        .map_err(|_| format!("HEAD has no commit in common with {main}; fetch the whole history, or name a revision"))
}

/// Writes the tree of a revision beside the builds. Only a whole one has the final name.
fn unpack(root: &Path, base: &str, work: &Path) -> Result<std::path::PathBuf> {
    let (whole, partial) = (work.join("base"), work.join("base.new"));
    for folder in [&whole, &partial] {
        if folder.exists() {
            at(folder, fs::remove_dir_all(folder))?;
        }
    }
    at(&partial, fs::create_dir_all(&partial))?;
    let archive = work.join("base.tar");
    git(root, ["archive", "--output"]).arg(&archive).arg(base).run()?;
    Tool::new(&partial, "tar").arg("-xf").arg(&archive).run()?;
    at(&partial, fs::rename(&partial, &whole))?;
    Ok(whole)
}

/// The crates that were published then and are now; prints the others.
fn common(root: &Path, before: &Path) -> Result<Vec<String>> {
    let names = |root: &Path| -> Result<Vec<String>> {
        Ok(workspace::published(root)?.into_iter().map(|one| one.name).collect())
    };
    let (before, mut now) = (names(before)?, names(root)?);
    for name in now.iter().filter(|name| !before.contains(name)) {
        println!("new, nothing to compare with: {name}");
    }
    for name in before.iter().filter(|name| !now.contains(name)) {
        println!("no longer published: {name}");
    }
    now.retain(|name| before.contains(name));
    Ok(now)
}
