//! The tag of a release.

use std::path::Path;

use super::{notes, repository, version};
use crate::tool::{Result, git};

/// Fails unless the tag may be published.
pub fn check(root: &Path, tag: &str) -> Result<()> {
    let commit =
        |revision: &str| git(root, ["rev-parse", "--quiet", "--verify", &format!("{revision}^{{commit}}")]).read();
    let tagged = commit(&format!("refs/tags/{tag}")).map_err(|_| format!("there is no tag {tag}"))?;
    if tagged != commit("HEAD")? {
        return Err(format!("the tag {tag} is not what is checked out"));
    }
    let main = "refs/remotes/origin/main";
    if commit(main).is_err() {
        return Err("origin/main is missing; fetch the whole history".to_owned());
    }
    if !git(root, ["merge-base", "--is-ancestor", &tagged, main]).succeeds() {
        return Err(format!("the commit of {tag} is not on main; merge it, then tag the commit that main has"));
    }
    let version = version::current(root)?;
    if *tag != format!("v{version}") {
        return Err(format!(
            "the tag is {tag} and the crates are {version}; set the version with `cargo xtask release version`, \
             then tag that commit"
        ));
    }
    notes::notes(root, tag).map_err(|error| format!("{error}; rename [Unreleased]"))?;
    repository::check(root)
}
