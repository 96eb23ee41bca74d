//! The last step: the pull request.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::check::{check, size};
use super::{AUTHOR, BRANCH, TITLE, apply, log};
use crate::tool::{Result, Tool, at, git};

/// Characters of the report of `collect` that the pull request shows.
const LONGEST_FAILURES: usize = 4000;

/// Checks the patches, then creates or updates the pull request.
pub fn propose(root: &Path, folder: &Path, tested: Option<&Path>) -> Result<()> {
    check(root, folder, tested)?;
    let base = git(root, ["branch", "--show-current"]).read()?;
    let text = tempfile::NamedTempFile::new().map_err(|error| format!("a text: {error}"))?;
    at(text.path(), fs::write(text.path(), body(folder, tested)?))?;
    git(root, ["checkout", "--quiet", "-B", BRANCH]).run()?;
    apply(root, &folder.join("changes.patch"), "--cached")?;
    if let Some(snapshots) = tested.map(|folder| folder.join("snapshots.patch"))
        && size(&snapshots) > 0
    {
        apply(root, &snapshots, "--cached")?;
    }
    let identity = ["-c", "user.name=github-actions[bot]", "-c", &format!("user.email={AUTHOR}")];
    git(root, identity).args(["commit", "--quiet", "--no-verify", "--message", TITLE]).run()?;
    Tool::new(root, "gh").args(["auth", "setup-git"]).run()?;
    push(root)?;
    let request = match open_request(root, &base)? {
        Some(number) => Tool::new(root, "gh").args(["pr", "edit", &number]),
        None => Tool::new(root, "gh").args(["pr", "create", "--head", BRANCH, "--base", &base]),
    };
    request.args(["--title", TITLE, "--body-file"]).arg(text.path()).run()
}

/// The number of the open pull request. A fork may have a branch of the same name, and a pull request from it.
fn open_request(root: &Path, base: &str) -> Result<Option<String>> {
    let owner = std::env::var("GITHUB_REPOSITORY").unwrap_or_default();
    let owner = owner.split('/').next().unwrap_or_default();
    let list = ["pr", "list", "--head", BRANCH, "--base", base, "--state", "open"];
    let list = Tool::new(root, "gh").args(list).args(["--limit", "1000"]);
    let fields = ["--json", "number,headRepositoryOwner,isCrossRepository"];
    let requests = list.args(fields).read()?;
    let requests: Vec<Value> = serde_json::from_str(&requests).map_err(|error| format!("gh pr list: {error}"))?;
    let is_own =
        |request: &&Value| request["headRepositoryOwner"]["login"] == owner && request["isCrossRepository"] == false;
    Ok(requests.iter().find(is_own).map(|request| request["number"].to_string()))
}

/// The description of the pull request.
fn body(folder: &Path, tested: Option<&Path>) -> Result<String> {
    let read = |name: &str| {
        let file = folder.join(name);
        at(&file, fs::read(&file)).map(|text| String::from_utf8_lossy(&text).into_owned())
    };
    let mut failures: String = read("failures.md")?.chars().take(LONGEST_FAILURES).collect();
    if let Some(log) = tested.map(|folder| folder.join("failures.log"))
        && size(&log) > 0
    {
        let gap = if failures.is_empty() { "" } else { "\n\n" };
        failures = format!("{}{gap}{}", failures.trim_end(), log::fenced("Tests failed", &log)?);
    }
    let text = read("text.md")?;
    if failures.is_empty() {
        return Ok(text);
    }
    Ok(format!(
        "Something failed, and so did the run that made this; see the end.\n\n\
         {text}\n## What failed\n\n{}\n",
        failures.trim_end()
    ))
}

/// Pushes the branch. It is made anew each time, unless somebody works on it or it is the same already.
fn push(root: &Path) -> Result<()> {
    if git(root, ["fetch", "--quiet", "--depth", "1", "origin", BRANCH]).succeeds() {
        if git(root, ["log", "-1", "--format=%ae", "FETCH_HEAD"]).read()? != AUTHOR {
            return Err(format!("somebody has worked on the branch {BRANCH}; merge or rename it, and run this again"));
        }
        let tree = |revision: &str| git(root, ["rev-parse", &format!("{revision}^{{tree}}")]).read();
        if tree("FETCH_HEAD")? == tree("HEAD")? {
            println!("The branch {BRANCH} is the same already.");
            return Ok(());
        }
    }
    git(root, ["push", "--quiet", "--force", "origin", BRANCH]).run()
}
