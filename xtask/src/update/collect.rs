//! The first step: fetches and regenerates.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use super::{log, save, sections};
use crate::tool::{Result, Tool, at, git};

/// GitHub takes 65536 characters; the rest is for next versions, oasdiff and failures.
const LONGEST_TEXT: usize = 42_000;

/// Fetches the specs, regenerates, and leaves the changes, their description and the failures in the folder.
pub fn collect(root: &Path, folder: &Path) -> Result<()> {
    let (failures, patch) = (folder.join("failures.md"), folder.join("changes.patch"));
    for file in [&failures, &patch] {
        at(file, fs::write(file, ""))?;
    }
    if !git(root, ["status", "--porcelain"]).read()?.is_empty() {
        return Err("there are uncommitted changes, which would go into the pull request".to_owned());
    }
    let attempt = Attempts { root, failures: &failures };
    // It refuses single specs and takes over the others.
    attempt.run("A spec was refused and stays as it was", &["xtask", "fetch"], None)?;
    git(root, ["add", "--all"]).run()?;
    // The list of sources also records prose that is not taken over.
    let rest = ["diff", "--cached", "--quiet", "--", ".", ":!openapi/sources.toml"];
    if git(root, rest).succeeds() {
        println!("Nothing has changed.");
        return Ok(());
    }
    let changes = folder.join("changes.md");
    let diff = ["xtask", "diff", "--format", "markdown"];
    attempt.run("The changes could not be described", &diff, Some(&changes))?;
    let regen = tempfile::NamedTempFile::new().map_err(|error| format!("a log: {error}"))?;
    if attempt.run("Nothing could be generated", &["xtask", "regen"], Some(regen.path()))? {
        // The crate of a new version goes into Cargo.lock.
        attempt.run("Cargo.lock could not be updated", &["update", "--workspace"], None)?;
    }
    let mut sections = sections::next_versions(&at(regen.path(), fs::read_to_string(regen.path()))?);
    sections.push_str(&sections::oasdiff(root)?);
    save(root, &patch, ".")?;
    let text = folder.join("text.md");
    at(&text, fs::write(&text, body(&at(&changes, fs::read_to_string(&changes))?, &sections)))
}

/// The description of the pull request.
fn body(changes: &str, sections: &str) -> String {
    let changes = changes.trim_end_matches('\n');
    let shown: String = changes.chars().take(LONGEST_TEXT).collect();
    let rest = if shown.len() < changes.len() {
        "\n\n… and more: `cargo xtask diff` on this branch lists all changes."
    } else {
        ""
    };
    let sections = sections.trim_end();
    format!("{shown}{rest}{sections}\n\nMade by the weekly update. Close and reopen this to have CI run on it.\n")
}

/// Commands of cargo whose failures are reported and end nothing.
struct Attempts<'a> {
    root: &'a Path,
    /// The report.
    failures: &'a Path,
}

impl Attempts<'_> {
    /// Runs a command and returns `true` if it succeeds.
    fn run(&self, title: &str, arguments: &[&str], output: Option<&Path>) -> Result<bool> {
        // Without colors, whose codes are unreadable in a pull request.
        let cargo = Tool::cargo(self.root).args(arguments).env("CARGO_TERM_COLOR", "never");
        let log = tempfile::NamedTempFile::new().map_err(|error| format!("a log: {error}"))?;
        let title = format!("{title} (`cargo {}`)", arguments.join(" "));
        let succeeded = log::logged(cargo, log.path(), output)?;
        if !succeeded {
            let report = log::fenced(&title, log.path())?;
            let file = File::options().append(true).open(self.failures);
            let written = file.and_then(|mut file| file.write_all(report.as_bytes()));
            at(self.failures, written)?;
        }
        Ok(succeeded)
    }
}
